"""The measures: beside scikit-learn, and beside loops that anybody can check by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from tenor.experiments.metrics import (
    accuracy,
    average_recall,
    calibration_bins,
    calibration_error,
    class_f1,
    cluster_bootstrap,
    confusion,
    macro_f1,
    occurring_f1,
)

CLASSES = [-1, 0, 1]
PAIRS = st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), min_size=1, max_size=40)


def _arrays(pairs):
    true, predicted = zip(*pairs, strict=True)
    return np.array(true), np.array(predicted)


@given(PAIRS)
def test_they_equal_scikit_learns(pairs):
    true, predicted = _arrays(pairs)
    np.testing.assert_array_equal(confusion(true, predicted), peer.confusion_matrix(true, predicted, labels=CLASSES))
    by_class = peer.f1_score(true, predicted, labels=CLASSES, average=None, zero_division=0)
    np.testing.assert_allclose(class_f1(confusion(true, predicted)), by_class)
    assert macro_f1(true, predicted) == pytest.approx(by_class.mean())
    assert accuracy(true, predicted) == pytest.approx(peer.accuracy_score(true, predicted))
    present = sorted(set(true.tolist()))
    recalls = peer.recall_score(true, predicted, labels=present, average="macro", zero_division=0)
    assert average_recall(true, predicted) == pytest.approx(recalls)


@given(PAIRS)
def test_the_mean_over_what_occurs_equals_scikit_learns(pairs):
    true, predicted = _arrays(pairs)
    assert occurring_f1(true, predicted) == pytest.approx(
        peer.f1_score(true, predicted, average="macro", zero_division=0)
    )


def test_where_nothing_occurs_there_is_no_mean():
    assert np.isnan(occurring_f1(np.array([], dtype=int), np.array([], dtype=int)))


@given(PAIRS, st.randoms(use_true_random=False))
def test_neither_the_order_nor_doubling_the_rows_matters(pairs, random):
    shuffled = pairs * 2
    random.shuffle(shuffled)
    for measure in (macro_f1, accuracy, average_recall):
        assert measure(*_arrays(shuffled)) == pytest.approx(measure(*_arrays(pairs)))


@given(PAIRS)
def test_turning_the_sign_of_both_changes_nothing_and_swapping_them_turns_the_table(pairs):
    true, predicted = _arrays(pairs)
    assert macro_f1(-true, -predicted) == pytest.approx(macro_f1(true, predicted))
    np.testing.assert_array_equal(confusion(predicted, true), confusion(true, predicted).T)
    assert macro_f1(predicted, true) == pytest.approx(macro_f1(true, predicted))


def test_rows_are_the_truth_and_columns_the_prediction():
    assert confusion(np.array([-1, -1, 1]), np.array([0, 0, 1])).tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]


def test_f1_of_many_tables_at_once():
    rng = np.random.default_rng(0)
    tables = rng.integers(0, 5, size=(4, 2, 3, 3))
    found = class_f1(tables)
    assert found.shape == (4, 2, 3)
    np.testing.assert_allclose(found[2, 1], class_f1(tables[2, 1]))


def test_empty_input_has_no_quality():
    none = np.array([], dtype=np.int64)
    assert macro_f1(none, none) == 0.0
    assert np.isnan(accuracy(none, none))
    assert np.isnan(average_recall(none, none))
    assert calibration_bins(none, np.zeros((0, 3)), n_bins=5) == []
    assert np.isnan(calibration_error(none, np.zeros((0, 3)), n_bins=5))


def test_bins_are_the_ones_a_loop_would_fill():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([1, 1, 1], size=300)
    true = rng.integers(-1, 2, size=300)
    filled = {}
    for row, answer in zip(probabilities, true, strict=True):
        confidence = max(row)
        right = CLASSES[list(row).index(confidence)] == answer
        filled.setdefault(min(int(confidence / 0.1), 9), []).append((confidence, right))
    found = calibration_bins(true, probabilities, n_bins=10)
    assert [item["n"] for item in found] == [len(filled[b]) for b in sorted(filled)]
    for item, b in zip(found, sorted(filled), strict=True):
        assert item["confidence"] == pytest.approx(np.mean([c for c, _ in filled[b]]))
        assert item["accuracy"] == pytest.approx(np.mean([r for _, r in filled[b]]))
        assert b / 10 - 1e-9 <= item["confidence"] <= (b + 1) / 10 + 1e-9
    gaps = [abs(sum(c for c, _ in rows) - sum(r for _, r in rows)) for rows in filled.values()]
    assert calibration_error(true, probabilities, n_bins=10) == pytest.approx(sum(gaps) / 300)


def test_certainty_is_in_the_last_bin_and_calibrated_where_it_is_right():
    sure = np.eye(3)[[0, 1, 2]]
    assert calibration_bins(np.array([-1, 0, 1]), sure, n_bins=4) == [{"confidence": 1.0, "accuracy": 1.0, "n": 3}]
    assert calibration_error(np.array([-1, 0, 1]), sure, n_bins=4) == 0.0
    assert calibration_error(np.array([1, 1, -1]), sure, n_bins=4) == 1.0


def test_probabilities_that_tell_the_truth_have_a_small_error():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([2, 1, 1], size=20_000)
    honest = np.array([rng.choice(CLASSES, p=row) for row in probabilities])
    assert calibration_error(honest, probabilities, n_bins=10) < 0.02
    overconfident = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert calibration_error(honest, overconfident, n_bins=10) > 0.1


SETTINGS = {"confidence": 0.9, "n_resamples": 2000}


def test_the_bootstrap_draws_whole_groups():
    groups = ["a", "b", "b", "c", "c", "c", "d"]
    seen = []

    def remember(rows):
        seen.append(sorted(rows.tolist()))
        return float(len(rows))

    cluster_bootstrap(remember, groups, confidence=0.9, n_resamples=200, rng=np.random.default_rng(0))
    for rows in seen:
        counts = np.bincount(rows, minlength=7)
        assert counts[1] == counts[2]
        assert counts[3] == counts[4] == counts[5]
        assert counts[0] + counts[1] + counts[3] + counts[6] == 4  # groups drawn
    assert len({tuple(rows) for rows in seen}) > 20


def test_the_bootstrap_equals_one_written_out():
    rng = np.random.default_rng(0)
    groups = [f"g{i % 12}" for i in range(60)]
    values = rng.normal(size=60) + np.array([i % 12 for i in range(60)]) / 4
    low, high = cluster_bootstrap(lambda rows: values[rows].mean(), groups, rng=np.random.default_rng(1), **SETTINGS)
    means = np.array([values[[i for i in range(60) if groups[i] == f"g{g}"]].mean() for g in range(12)])
    draws = np.random.default_rng(2).integers(0, 12, size=(20_000, 12))
    np.testing.assert_allclose([low, high], np.quantile(means[draws].mean(axis=1), [0.05, 0.95]), atol=0.05)


def test_clusters_widen_the_interval():
    values = np.repeat(np.random.default_rng(0).normal(size=20), 10)
    clustered = cluster_bootstrap(
        lambda rows: values[rows].mean(), [str(i // 10) for i in range(200)], rng=np.random.default_rng(1), **SETTINGS
    )
    single = cluster_bootstrap(
        lambda rows: values[rows].mean(), [str(i) for i in range(200)], rng=np.random.default_rng(1), **SETTINGS
    )
    assert clustered[1] - clustered[0] > 2 * (single[1] - single[0])


@pytest.mark.parametrize("groups", [[], ["a"], ["a", "a", "a"]])
def test_fewer_than_two_groups_have_no_interval(groups):
    found = cluster_bootstrap(lambda rows: 1.0, groups, rng=np.random.default_rng(0), **SETTINGS)
    assert np.isnan(found).all()
