"""The grid of experiments: which points it has, and what is refused (that real DVC runs each once: test_dvc.py)."""

import os

import pytest

from tenor.pipeline.grid import GridError, grid_points, read_grid
from tenor.pipeline.params import flat_params, load_params

GRID = {"train.features": ["vader", "reader"], "themes.n_themes": ["auto", "12"]}
CURRENT = {"train.features": "reader", "themes.n_themes": "auto", "score.holders": "true"}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


def test_one_change_at_a_time_beside_the_parameters_as_they_are():
    points = grid_points(GRID, CURRENT)
    assert {point.name: dict(point.changes) for point in points} == {
        "as-is": {},
        "features-vader": {"train.features": "vader"},
        "n_themes-12": {"themes.n_themes": "12"},
    }


def test_all_combinations():
    names = [point.name for point in grid_points(GRID, CURRENT, cross=True)]
    assert names[0] == "as-is"
    assert sorted(names[1:]) == ["features-vader", "features-vader_n_themes-12", "n_themes-12"]
    assert len(grid_points({"a.b": ["1", "2", "3"], "a.c": ["x", "y"]}, {"a.b": "1", "a.c": "x"}, cross=True)) == 6


def test_names_are_what_git_takes():
    (_, point) = grid_points({"ingest.articles": ["../my articles~1/a:b"]}, {"ingest.articles": "x"})
    assert point.name == "articles-my-articles-1-a-b"


def test_the_shipped_grid_fits_the_shipped_parameters(root):
    params = load_params(root / "params.yaml")
    grid = read_grid(root / "experiments" / "grid.yaml", params)
    points = grid_points(grid, flat_params(params))
    assert set(grid["train.features"]) >= {"vader", "encoder", "reader", "reader+vader"}
    assert {"true", "false"} == set(grid["score.holders"])
    assert points[0].changes == {}
    assert len({point.name for point in points}) == len(points) == 1 + sum(map(len, grid.values())) - len(grid)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, "cannot be read"),
        ("[", "cannot be read"),
        ("", "names no parameter"),
        ("train.feature: [vader]", "names train.feature, which params.yaml does not know"),
        ("train.features: vader", "gives no list of values for train.features"),
        ("train.features: []", "gives no list"),
        ("train.features: [guess]", "train.features cannot be guess"),
        ("score.holders: [maybe]", "score.holders cannot be maybe"),
    ],
)
def test_a_grid_that_cannot_be_run_is_refused_before_anything_runs(root, tmp_path, content, match):
    if content is not None:
        (tmp_path / "grid.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(GridError, match=match):
        read_grid(tmp_path / "grid.yaml", load_params(root / "params.yaml"))


def test_the_command_line_switches_mlflows_usage_reports_off_unless_told_otherwise(tenor, monkeypatch):
    monkeypatch.delenv("MLFLOW_DISABLE_TELEMETRY", raising=False)
    tenor("--help")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    tenor("--help")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "false"
