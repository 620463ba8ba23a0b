"""The parameter file: what it may hold, and one line about what it may not."""

import pytest
import yaml

from tenor.models.tone_features import FeatureSet
from tenor.pipeline.params import Params, ParamsError, load_params

LEAST = {"ingest": {"articles": "a"}, "annotate": {"actors": "b"}, "train": {"labels": "c"}}


def _write(tmp_path, content):
    path = tmp_path / "params.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


def test_the_projects_own_file_states_every_parameter(root):
    path = root / "params.yaml"
    stated = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {section: set(values) for section, values in stated.items()} == {
        section: set(values) for section, values in Params.model_validate(LEAST).model_dump().items()
    }
    assert load_params(path).model_dump(mode="json") == stated


def test_three_inputs_are_enough_and_nothing_can_be_changed(tmp_path):
    params = load_params(_write(tmp_path, LEAST))
    assert params.train.features is FeatureSet.READER_VADER
    assert params.themes.n_themes == "auto"
    with pytest.raises(ValueError, match="frozen"):
        params.themes.n_themes = 3


@pytest.mark.parametrize(
    ("section", "change", "place"),
    [
        ("ingest", {"article": "x"}, "ingest.article: Extra inputs are not permitted"),
        ("ingest", {"min_characters": 0}, "ingest.min_characters"),
        ("ingest", {"near_duplicate_threshold": 1.0}, "ingest.near_duplicate_threshold"),
        ("ingest", {"near_duplicate_threshold": float("nan")}, "ingest.near_duplicate_threshold"),
        ("encode", {"batch_size": 0}, "encode.batch_size"),
        ("encode", {"reader": True}, "encode.reader: Extra inputs"),
        ("themes", {"n_themes": "many"}, "themes.n_themes"),
        ("themes", {"n_themes": 0}, "themes.n_themes"),
        ("themes", {"min_similarity": 2}, "themes.min_similarity"),
        ("train", {"features": "bert"}, "train.features"),
        ("train", {"n_folds": 1}, "train.n_folds"),
        ("train", {"random_state": -1}, "train.random_state"),
        ("train", {"random_state": 2**32}, "train.random_state"),
        ("estimate", {"confidence": 1.0}, "estimate.confidence"),
        ("estimate", {"n_resamples": 0}, "estimate.n_resamples"),
        ("evaluate", {"n_bins": 0}, "evaluate.n_bins"),
        ("report", {"title": None}, "report.title"),
        ("tracking", {}, "tracking: Extra inputs are not permitted"),
    ],
)
def test_what_is_unknown_or_out_of_range_is_named(tmp_path, section, change, place):
    load_params(_write(tmp_path, LEAST))
    with pytest.raises(ParamsError, match="cannot be used") as caught:
        load_params(_write(tmp_path, {**LEAST, section: {**LEAST.get(section, {}), **change}}))
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("", "the file: Input should be a valid dictionary"),
        ("- a\n- b\n", "the file: Input should be a valid dictionary"),
        ("ingest: {articles: a}\n", "annotate: Field required; train: Field required"),
        ("ingest: [", "is not valid YAML"),
        ("a: 1\n\tb: 2\n", "is not valid YAML"),
        ("a: !!python/object/apply:os.getcwd []\n", "is not valid YAML"),
    ],
)
def test_a_file_that_is_no_parameter_file_is_one_line(tmp_path, content, match):
    with pytest.raises(ParamsError, match=match) as caught:
        load_params(_write(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_a_binary_file_a_folder_and_no_file(tmp_path):
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ParamsError, match="is not valid YAML"):
        load_params(binary)
    with pytest.raises(ParamsError, match="cannot be read"):
        load_params(tmp_path)
    with pytest.raises(ParamsError, match=r"No parameter file at .*nowhere\.yaml.*--params"):
        load_params(tmp_path / "nowhere.yaml")
