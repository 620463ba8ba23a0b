"""The grid of experiments: which points it has, that real DVC runs each once, and that a second time adds nothing."""

import json
import os

import pytest
import yaml
from test_dvc import project  # noqa: F401  # a fixture: a small project under git and DVC

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


def test_each_point_is_one_run_however_often_the_grid_is_run(project):  # noqa: F811
    (project.folder / "grid.yaml").write_text(yaml.safe_dump({"score.holders": [True, False]}), encoding="utf-8")
    params = (project.folder / "params.yaml").read_text(encoding="utf-8")
    first = json.loads(project.run("tenor", "grid", "--file", "grid.yaml", "--json").splitlines()[-1])
    assert [(point["name"], point["created"]) for point in first["points"]] == [
        ("as-is", True),
        ("holders-false", True),
    ]
    runs = project.runs()
    assert [run.info.run_id for run in runs] == [point["run_id"] for point in first["points"]]
    assert [run.data.tags["tenor.changed"] for run in runs] == ["nothing", "score.holders=false"]
    assert [run.data.tags["dvc.exp.name"] for run in runs] == ["as-is", "holders-false"]
    assert runs[0].data.metrics.keys() == runs[1].data.metrics.keys()
    assert {run.data.params["score.holders"] for run in runs} == {"true", "false"}
    assert {row["run_id"] for row in first["comparison"]["rows"]} == {run.info.run_id for run in runs}
    for run in runs:
        files = project.folder / "mlartifacts" / run.info.run_id / "artifacts"
        assert {path.name for path in files.iterdir()} == {"mistakes.json", "plots", "report.html", "tables"}
        assert {"confusion.png", "calibration.png"} <= {path.name for path in (files / "plots").iterdir()}
        table = json.loads((files / "mistakes.json").read_text(encoding="utf-8"))
        assert "sentence" in table["columns"]

    again = project.run("tenor", "grid", "--file", "grid.yaml")
    assert "already logged" in again
    assert ": logged as" not in again
    assert len(project.runs()) == 2
    assert (project.folder / "params.yaml").read_text(encoding="utf-8") == params
