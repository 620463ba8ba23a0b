"""The tone scorer: what it says, that saving loses nothing, and that broken scorers are refused."""

import json

import numpy as np
import pandas as pd
import pytest

from tenor.features.errors import TenorError
from tenor.features.registry import parse_registry
from tenor.models import Tone, ToneScorer
from tenor.models.targets import TargetError
from tenor.models.tone import LABELS, ScorerError
from tenor.models.tone_classifier import TrainingError
from tenor.models.tone_features import FeatureSet

TEXTS = [
    "Norland won praise for its generous help, Vestria was condemned as cruel.",
    "The ferry from Vestria arrives at nine.",
    "Mirela Kovač betrayed — “shamefully” — her promise.",
]
FRAME = pd.DataFrame(
    {"text": [TEXTS[0], TEXTS[0], TEXTS[1], TEXTS[2]], "target": ["Norland", "Vestria", "Vestria", "Mirela Kovač"]},
    index=["d", "b", "b", "a"],
)


@pytest.fixture(scope="module")
def vader_scorer(labels):
    spans = list(zip(labels.column("start"), labels.column("end"), strict=True))
    return ToneScorer.fit(
        labels.column("sentence"),
        spans,
        labels.column("polarity"),
        labels.column("article_id"),
        feature_set=FeatureSet.VADER,
        n_folds=3,
    )


def test_columns_ranges_and_labels(scorer):
    found = scorer.predict(FRAME)
    assert list(found.columns) == ["p_neg", "p_neu", "p_pos", "tone", "label"]
    assert list(found.index) == list(FRAME.index)
    probabilities = found[["p_neg", "p_neu", "p_pos"]].to_numpy()
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(found["tone"], found["p_pos"] - found["p_neg"])
    weighed = probabilities * scorer.classifier.decision_weights
    assert found["label"].tolist() == [LABELS[i] for i in weighed.argmax(axis=1)]


def test_plain_praise_and_blame_are_told_apart(scorer):
    assert scorer.score("Ardovia won praise for its honest and generous help.", "Ardovia").label == "positive"
    assert scorer.score("Critics condemned Ardovia for its cruel, reckless policy.", "Ardovia").label == "negative"
    assert scorer.score("Ardovia will send a delegation to the talks on Monday.", "Ardovia").label == "neutral"


def test_a_batch_equals_its_singles(scorer):
    together = scorer.predict(FRAME)
    for row in range(len(FRAME)):
        alone = scorer.predict(FRAME.iloc[[row]])
        np.testing.assert_allclose(alone[["p_neg", "p_neu", "p_pos"]], together.iloc[[row], :3], atol=1e-5)
        single = scorer.score(FRAME["text"].iloc[row], FRAME["target"].iloc[row])
        assert isinstance(single, Tone)
        assert [single.p_neg, single.p_neu, single.p_pos] == pytest.approx(together.iloc[row, :3].tolist(), abs=1e-5)
        assert single.label == together["label"].iloc[row]


def test_order_duplicates_and_batch_size_do_not_matter(scorer):
    together = scorer.predict(FRAME)["tone"].to_numpy()
    again = scorer.predict(FRAME.iloc[[3, 1, 1, 0, 2]], batch_size=1)["tone"].to_numpy()
    np.testing.assert_allclose(again, together[[3, 1, 1, 0, 2]], atol=1e-5)


def test_offsets_words_and_actors_mean_the_same_target(scorer):
    registry = parse_registry({"actors": [{"id": "v", "name": "Vestria", "kind": "state"}]})
    with_registry = ToneScorer(
        classifier=scorer.classifier,
        feature_set=scorer.feature_set,
        encoder=scorer.encoder,
        reader=scorer.reader,
        registry=registry,
    )
    start = TEXTS[0].index("Vestria")
    by_words = with_registry.predict(pd.DataFrame({"text": [TEXTS[0]], "target": ["Vestria"]}))
    by_offsets = with_registry.predict(pd.DataFrame({"text": [TEXTS[0]], "start": [start], "end": [start + 7]}))
    by_actor = with_registry.predict(pd.DataFrame({"text": [TEXTS[0]], "actor": ["v"]}))
    pd.testing.assert_frame_equal(by_words, by_offsets)
    pd.testing.assert_frame_equal(by_words, by_actor)
    assert with_registry.score(TEXTS[0], "v") == with_registry.score(TEXTS[0], "Vestria")


def test_two_targets_of_one_sentence_get_scores_of_their_own(scorer):
    found = scorer.predict(FRAME)
    assert found["tone"].iloc[0] > found["tone"].iloc[1] + 0.003


def test_the_trained_reader_tells_opposite_tones_in_one_sentence_apart(labels):
    from tenor.models.readers import WEIGHTS

    if not any(WEIGHTS.glob("*.safetensors")):
        pytest.skip("the reader's weights are not shipped yet")
    spans = list(zip(labels.column("start"), labels.column("end"), strict=True))
    trained = ToneScorer.fit(
        labels.column("sentence"),
        spans,
        labels.column("polarity"),
        labels.column("article_id"),
        feature_set=FeatureSet.READER_VADER,
        n_folds=3,
    )
    one, other = "Ardovia", "Belmarch"
    for first, second in ((one, other), (other, one)):
        text = f"{first} deserves thanks for its courage, while {second} shamefully betrayed the refugees."
        assert trained.score(text, first).tone > 0.3
        assert trained.score(text, second).tone < -0.3


def test_an_empty_frame_gives_an_empty_frame(scorer):
    found = scorer.predict(FRAME.iloc[:0])
    assert len(found) == 0
    assert list(found.columns) == ["p_neg", "p_neu", "p_pos", "tone", "label"]
    assert scorer.predict_proba([], []).shape == (0, 3)


def test_a_missing_target_is_a_target_error(scorer):
    with pytest.raises(TargetError, match=r"row\(s\) 0"):
        scorer.score("Nobody is named here.", "Vestria")


def test_any_text_is_scored(scorer):
    for text in ("X", "X" + " word" * 3000, "X\x00\u202e\ufeff\U0001f600", "X ]]> <script> [SEP] [CLS] [MASK]"):
        tone = scorer.score(text, "X")
        assert np.isfinite(tone.tone)


def test_saving_and_loading_loses_nothing(scorer, tmp_path):
    scorer.save(tmp_path / "deep" / "scorer")
    loaded = ToneScorer.load(tmp_path / "deep" / "scorer")
    pd.testing.assert_frame_equal(loaded.predict(FRAME), scorer.predict(FRAME))
    assert loaded.feature_set is FeatureSet.ENCODER_VADER
    loaded.save(tmp_path / "again")
    for file in (tmp_path / "again").iterdir():
        assert file.read_bytes() == (tmp_path / "deep" / "scorer" / file.name).read_bytes()
    assert {file.suffix for file in (tmp_path / "again").iterdir()} == {".json", ".safetensors"}


def test_the_lexicon_alone_needs_no_encoder(vader_scorer, tmp_path):
    vader_scorer.save(tmp_path)
    loaded = ToneScorer.load(str(tmp_path))
    assert loaded.reader is None
    assert json.loads((tmp_path / "scorer.json").read_text())["encoder_sha256"] is None
    pd.testing.assert_frame_equal(loaded.predict(FRAME), vader_scorer.predict(FRAME))


def test_another_encoder_is_scored_saved_and_recognised(labels, tiny_encoder, tmp_path):
    import shutil

    folder = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, folder)
    spans = list(zip(labels.column("start"), labels.column("end"), strict=True))
    fitted = ToneScorer.fit(
        labels.column("sentence"),
        spans,
        labels.column("polarity"),
        labels.column("article_id"),
        feature_set=FeatureSet.ENCODER,
        encoder=str(folder),
        n_folds=3,
    )
    fitted.save(tmp_path / "scorer")
    pd.testing.assert_frame_equal(ToneScorer.load(tmp_path / "scorer").predict(FRAME), fitted.predict(FRAME))
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ScorerError, match=r"fitted on another encoder .*Train it again, or restore that encoder"):
        ToneScorer.load(tmp_path / "scorer")


def test_the_trained_reader_does_not_fit_another_encoder(labels, tiny_encoder):
    with pytest.raises(TenorError, match="shipped reader weights fit `minilm`"):
        ToneScorer.fit(["X"], [(0, 1)], [0], ["a"], feature_set=FeatureSet.READER, encoder=str(tiny_encoder))


def _card(folder, **change):
    card = json.loads((folder / "scorer.json").read_text()) | change
    (folder / "scorer.json").write_text(json.dumps({k: v for k, v in card.items() if v != "drop"}))


def _arrays(folder, change):
    from safetensors.numpy import load_file, save_file

    arrays = load_file(folder / "scorer.safetensors")
    change(arrays)
    save_file(arrays, folder / "scorer.safetensors")


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (lambda f: (f / "scorer.json").unlink(), "No scorer in .*expected scorer.json and scorer.safetensors"),
        (lambda f: (f / "scorer.safetensors").unlink(), "No scorer in "),
        (lambda f: (f / "scorer.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "scorer.json").write_bytes(b"\xff\xfe\x00"), "cannot be read"),
        (lambda f: (f / "scorer.json").write_text("[]"), "has format None, expected 2"),
        (lambda f: (f / "scorer.safetensors").write_bytes(b""), "cannot be read"),
        (lambda f: (f / "scorer.safetensors").write_bytes(b"\xff" * 64), "cannot be read"),
        (lambda f: _card(f, format=99), "has format 99, expected 2"),
        (lambda f: _card(f, feature_set="guess"), "incomplete or altered"),
        (lambda f: _card(f, widths="drop"), "incomplete or altered .'widths'"),
        (lambda f: _card(f, widths=[9]), r"incomplete or altered .*expected finite numbers of shape \(9,\)"),
        (lambda f: _card(f, temperature=0), "temperature"),
        (lambda f: _card(f, decision_weights=[1.0, 0.0, 1.0]), "decision_weights: expected three positive numbers"),
        (lambda f: _card(f, decision_weights="drop"), "incomplete or altered .'decision_weights'"),
        (lambda f: _card(f, encoder="drop"), "incomplete or altered"),
        (lambda f: _card(f, reader="0" * 64), "fitted on other reader weights"),
        (lambda f: _arrays(f, lambda a: a.pop("coef")), "incomplete or altered .'coef'"),
        (lambda f: _arrays(f, lambda a: a["mean"].__setitem__(0, np.nan)), "mean: expected finite numbers"),
    ],
)
def test_a_broken_scorer_is_refused(vader_scorer, tmp_path, damage, match):
    vader_scorer.save(tmp_path)
    ToneScorer.load(tmp_path)
    damage(tmp_path)
    with pytest.raises(ScorerError, match=match):
        ToneScorer.load(tmp_path)


def test_a_folder_that_is_not_there_says_how_to_get_one(tmp_path):
    with pytest.raises(ScorerError, match=r"No scorer in .*nowhere.*dvc repro train.*models:/"):
        ToneScorer.load(tmp_path / "nowhere")


def test_an_address_that_cannot_be_reached_is_named_without_its_password(monkeypatch):
    """The store's address, and the address in whatever the store answers."""
    import mlflow

    def refuse(**_):
        raise RuntimeError("401 for url: https://someone:hunter2@mlflow.example/api?x=1")

    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", refuse)
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: "https://someone:hunter2@mlflow.example")
    with pytest.raises(ScorerError, match=r"https://mlflow\.example.*401 for url.*MLFLOW_TRACKING_URI") as error:
        ToneScorer.load("models:/tenor-tone@champion")
    assert "hunter2" not in str(error.value)
    assert "someone" not in str(error.value)


@pytest.mark.parametrize("polarity", [[0, 0, 0, 0], [-1, 0, 1, 2], []])
def test_labels_that_teach_nothing_are_refused(polarity):
    n = len(polarity)
    with pytest.raises(TrainingError):
        ToneScorer.fit(["Norland"] * n, [(0, 7)] * n, polarity, list("abcd")[:n], feature_set=FeatureSet.VADER)
