"""The evaluation: every figure beside an independent count of the same predictions."""

import json

import numpy as np
import pytest
from sklearn import metrics as peer

from tenor.experiments.evaluation import evaluate_holders, evaluate_scorer, flat_metrics
from tenor.features.records import CrossValidation, Labels, ToneScores

CLASSES = [-1, 0, 1]
NAMES = ["negative", "neutral", "positive"]


def _rows(n=80, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        true = int(rng.integers(-1, 2))
        p = rng.dirichlet([3.0 if c == true else 1.0 for c in CLASSES])
        rows.append(
            {
                **{
                    "label_id": f"l{i}",
                    "article_id": f"a{i % 16}",
                    "near_duplicate_group": f"a{i % 15}",
                    "fold": i % 5,
                },
                **{"sentence": "x", "start": 0, "end": 1, "mention": "x", "polarity": true},
                **{"actor": f"actor-{'abc'[i % 3]}" if i % 4 else None, "outlet": "rare" if i < 4 else "dawn"},
                **{"inclusion_probability": float(rng.choice([0.1, 0.5, 1.0]))},
                **{"p_neg": p[0], "p_neu": p[1], "p_pos": p[2]},
                # Not always the most likely class: figures must follow what was named.
                "predicted": CLASSES[int(np.argmax(p))] if i % 5 else int(rng.integers(-1, 2)),
                **{"vader": int(rng.integers(-1, 2)), "majority": 0},
            }
        )
    return rows


def _evaluate(rows, **change):
    settings = {"n_bins": 10, "confidence": 0.95, "n_resamples": 300, "rng": np.random.default_rng(0), **change}
    return evaluate_scorer(CrossValidation.from_rows(rows), **settings)


def _predicted(rows):
    return [row["predicted"] for row in rows]


@pytest.fixture(scope="module")
def rows():
    return _rows()


@pytest.fixture(scope="module")
def found(rows):
    return _evaluate(rows)


def test_figures_are_those_of_scikit_learn(rows, found):
    true, predicted = [row["polarity"] for row in rows], _predicted(rows)
    metrics = found.metrics
    for figures, classes in (
        (metrics, predicted),
        (metrics["vader"], [row["vader"] for row in rows]),
        (metrics["majority"], [row["majority"] for row in rows]),
    ):
        expected = peer.f1_score(true, classes, labels=CLASSES, average="macro", zero_division=0)
        assert figures["macro_f1"] == pytest.approx(expected)
        assert figures["accuracy"] == pytest.approx(peer.accuracy_score(true, classes))
        assert figures["average_recall"] == pytest.approx(
            peer.recall_score(true, classes, labels=CLASSES, average="macro", zero_division=0)
        )
    assert list(metrics["f1_by_class"].values()) == pytest.approx(
        peer.f1_score(true, predicted, labels=CLASSES, average=None).tolist()
    )
    assert metrics["confusion"] == peer.confusion_matrix(true, predicted, labels=CLASSES).tolist()
    assert metrics["n"] == 80
    assert metrics["n_articles"] == 16
    assert metrics["gain_over_vader"] == pytest.approx(metrics["macro_f1"] - metrics["vader"]["macro_f1"])


def test_intervals_hold_the_figure_and_shrink_with_evidence(rows, found):
    metrics = found.metrics
    assert metrics["macro_f1_low"] < metrics["macro_f1"] < metrics["macro_f1_high"]
    assert metrics["gain_over_vader_low"] < metrics["gain_over_vader"] < metrics["gain_over_vader_high"]
    more = [
        {**row, "label_id": f"{k}-{row['label_id']}", "near_duplicate_group": f"{k}-{row['near_duplicate_group']}"}
        for k in range(9)
        for row in rows
    ]
    wider = metrics["macro_f1_high"] - metrics["macro_f1_low"]
    large = _evaluate(more).metrics
    assert large["macro_f1"] == pytest.approx(metrics["macro_f1"])
    assert large["macro_f1_high"] - large["macro_f1_low"] < 0.5 * wider


def test_weighted_figures_count_each_label_as_often_as_it_stands_for(rows, found):
    # Probabilities of 0.1, 0.5 and 1 stand for 10, 2 and 1 mentions: written out, they are plain figures.
    many = [row for row in rows for _ in range(round(1 / row["inclusion_probability"]))]
    true, predicted = [row["polarity"] for row in many], _predicted(many)
    weighted = found.metrics["weighted"]
    assert weighted["accuracy"] == pytest.approx(peer.accuracy_score(true, predicted))
    assert weighted["macro_f1"] == pytest.approx(peer.f1_score(true, predicted, labels=CLASSES, average="macro"))


def test_without_a_stated_draw_nothing_is_weighted(rows):
    assert _evaluate([{**row, "inclusion_probability": None} for row in rows]).metrics["weighted"] is None
    assert _evaluate([{**rows[0], "inclusion_probability": None}, *rows[1:]]).metrics["weighted"] is None


def test_slices_cover_every_label_and_thin_ones_are_marked(rows, found):
    for column in ("actor", "outlet"):
        slices = found.metrics[f"{column}s"]
        assert sum(item["n"] for item in slices) == len(rows)
        assert [item["n"] for item in slices] == sorted((item["n"] for item in slices), reverse=True)
        for item in slices:
            members = [row for row in rows if (row[column] or "unknown") == item[column]]
            assert len(members) == item["n"]
            assert item["thin"] == (item["n"] < 10)
            true, predicted = [row["polarity"] for row in members], _predicted(members)
            assert item["accuracy"] == pytest.approx(peer.accuracy_score(true, predicted))
            expected = peer.f1_score(true, predicted, average="macro", zero_division=0)  # of the classes that occur
            assert item["macro_f1"] == pytest.approx(expected)
    assert {item["outlet"]: item["thin"] for item in found.metrics["outlets"]} == {"dawn": False, "rare": True}


def test_a_slice_is_not_marked_down_for_classes_that_it_lacks(rows):
    """All neutral and all right is perfect; over all labels the three classes count, whichever occur."""
    neutral = [{**row, "polarity": 0, "predicted": 0} for row in rows]
    metrics = _evaluate(neutral).metrics
    assert {item["macro_f1"] for item in metrics["actors"] + metrics["outlets"]} == {1.0}
    assert metrics["accuracy"] == 1.0
    assert metrics["macro_f1"] == pytest.approx(1 / 3)


def test_labels_without_actor_or_outlet_are_one_slice(rows):
    slices = _evaluate([{**row, "actor": None, "outlet": None} for row in rows]).metrics
    assert [item["actor"] for item in slices["actors"]] == ["unknown"]
    assert [item["n"] for item in slices["outlets"]] == [len(rows)]


def test_the_plots_show_the_same_predictions(rows, found):
    drawn = [(NAMES.index(row["actual"]) - 1, NAMES.index(row["predicted"]) - 1) for row in found.confusion_rows]
    assert drawn == [(row["polarity"], predicted) for row, predicted in zip(rows, _predicted(rows), strict=True)]
    assert sum(row["n"] for row in found.calibration_rows) == len(rows)
    error = sum(row["n"] * abs(row["confidence"] - row["accuracy"]) for row in found.calibration_rows) / len(rows)
    assert found.metrics["calibration_error"] == pytest.approx(error)


def test_the_order_of_rows_does_not_change_a_figure(rows, found):
    other = flat_metrics(_evaluate(rows[::-1]).metrics)
    for name, value in flat_metrics(found.metrics).items():
        tolerance = 0.05 if name.endswith(("_low", "_high")) else 1e-9
        assert other[name] == pytest.approx(value, abs=tolerance), name


def test_the_metrics_are_json_and_flat_ones_are_finite_numbers(found):
    assert json.loads(json.dumps(found.metrics, allow_nan=False)) == found.metrics
    flat = flat_metrics(found.metrics)
    assert flat["vader.macro_f1"] == found.metrics["vader"]["macro_f1"]
    assert flat["f1_by_class.negative"] == found.metrics["f1_by_class"]["negative"]
    assert not [name for name in flat if name.startswith(("actors", "outlets", "confusion"))]
    assert all(type(value) is float for value in flat.values())
    assert flat_metrics({"a": float("nan"), "b": True, "c": None, "d": 2, "e": {"f": float("inf")}}) == {"d": 2.0}


def test_a_missing_class_one_article_and_no_rows(rows):
    without = [{**row, "polarity": 0} for row in rows if row["polarity"] != 1]
    assert 0 <= _evaluate(without).metrics["macro_f1"] < 1
    single = _evaluate([{**row, "near_duplicate_group": "one"} for row in rows]).metrics
    assert np.isnan([single["macro_f1_low"], single["macro_f1_high"]]).all()
    none = _evaluate([])
    assert none.metrics["n"] == 0
    assert none.confusion_rows == none.calibration_rows == none.metrics["actors"] == []
    assert none.metrics["weighted"] is None


# --- holders --------------------------------------------------------------------------------------------------------


def _holders(read, found):
    """Metrics where label ``m0`` and on was read as ``read`` and mention ``m0`` and on is held by ``found``."""
    labels = [
        {
            **{"label_id": f"m{i}", "article_id": f"a{i % 4}", "sentence": "x", "start": 0, "end": 1, "mention": "x"},
            **{"polarity": 0, "holder": holder},
        }
        for i, holder in enumerate(read)
    ]
    scores = [
        {
            **{"mention_id": f"m{i}", "article_id": f"a{i % 4}", "sentence_id": "s", "start": 0, "end": 1},
            **{"mention": "x", "actor": "x", "theme": "t", "p_neg": 0.0, "p_neu": 1.0, "p_pos": 0.0, "tone": 0.0},
            **{"holder": holder, "holder_name": holder, "holder_kind": "author"},
        }
        for i, holder in enumerate(found)
    ]
    return evaluate_holders(
        Labels.from_rows(labels),
        ToneScores.from_rows(scores),
        confidence=0.95,
        n_resamples=200,
        rng=np.random.default_rng(0),
    )


def test_holders_count_where_a_label_states_one():
    read = ["author", "dar", "author", None, "rubio", "author", "dar", "author"]
    found = ["author", "dar", "dar", "dar", "author", "author", "dar"]  # the last label's mention was not scored
    measured = _holders(read, found)
    assert measured["n"] == 6
    assert measured["accuracy"] == pytest.approx(4 / 6)
    assert measured["author_only"] == pytest.approx(3 / 6)
    assert measured["accuracy_low"] <= 4 / 6 <= measured["accuracy_high"]
    everyone_author = _holders(read, ["author"] * 8)
    assert everyone_author["accuracy"] == pytest.approx(everyone_author["author_only"])


def test_without_a_label_that_states_a_holder_nothing_is_measured():
    assert _holders([None, None], ["author", "dar"]) is None
    assert _holders([], ["author"]) is None
    assert _holders(["author"], []) is None
    assert flat_metrics({"holders": None, "macro_f1": 0.5}) == {"macro_f1": 0.5}
