"""The classifier on top: beside scikit-learn, on groups that must stay together, and on too little to learn from."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

from tenor.features.errors import TenorError
from tenor.models import tone_classifier
from tenor.models.tone_classifier import (
    TrainingError,
    cross_validate,
    fit_tone_classifier,
    grouped_folds,
)

FOLDS = {"n_folds": 3, "random_state": 0}


def _data(n=90, width=6, seed=0, n_groups=15):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3 - 1
    signal = np.eye(3)[labels + 1] + rng.normal(scale=0.7, size=(n, 3))
    noise = rng.normal(size=(n, width))
    blocks = [signal.astype(np.float32), noise.astype(np.float32)]
    return blocks, labels.astype(np.int64), [f"g{i % n_groups}" for i in range(n)]


def test_it_is_the_logistic_regression_of_scikit_learn_on_scaled_blocks():
    blocks, labels, groups = _data()
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    scaled = np.hstack(
        [StandardScaler().fit_transform(block.astype(np.float64)) / np.sqrt(block.shape[1]) for block in blocks]
    )
    peer = LogisticRegression(C=model.strength, max_iter=2000).fit(scaled, labels)
    logits = peer.decision_function(scaled) / model.temperature
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(blocks), expected, atol=1e-4)


def test_it_learns_and_its_probabilities_are_probabilities():
    blocks, labels, groups = _data()
    found = fit_tone_classifier(blocks, labels, groups, **FOLDS).predict_proba(blocks)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert ((found >= 0) & (found <= 1)).all()
    assert (found.argmax(axis=1) - 1 == labels).mean() > 0.7


def test_strength_and_temperature_are_the_best_on_the_inner_folds():
    blocks, labels, groups = _data()
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    features = np.concatenate(blocks, axis=1).astype(np.float64)
    scaled = (features - model.mean) * model.scale
    losses = {}
    for strength in tone_classifier._STRENGTHS:
        logits = np.zeros((len(labels), 3))
        for train, test in grouped_folds(labels, groups, **FOLDS):
            peer = LogisticRegression(C=strength, max_iter=2000).fit(scaled[train], labels[train])
            logits[test] = peer.decision_function(scaled[test])
        for temperature in np.geomspace(0.2, 10, 60):
            p = np.exp(logits / temperature)
            p /= p.sum(axis=1, keepdims=True)
            losses[strength, temperature] = -np.log(p[np.arange(len(labels)), labels + 1]).mean()
    best_strength, best_temperature = min(losses, key=losses.get)
    assert model.strength == best_strength
    assert model.temperature == pytest.approx(best_temperature, rel=0.08)


def _mostly_neutral(n, seed=0):
    """Two in three are neutral and the signal is weak: the most likely class is seldom another."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([-1, 0, 1], size=n, p=[0.2, 0.65, 0.15])
    signal = np.eye(3)[labels + 1] + rng.normal(scale=0.9, size=(n, 3))
    return [signal.astype(np.float32)], labels.astype(np.int64), [f"g{i // 5}" for i in range(n)]


def test_the_class_named_reaches_more_macro_f1_than_the_most_likely_one_on_new_mentions():
    named, likely = [], []
    for seed in range(5):
        model = fit_tone_classifier(*_mostly_neutral(400, seed=seed), **FOLDS)
        blocks, labels, _ = _mostly_neutral(4000, seed=100 + seed)
        found = model.predict_proba(blocks)
        named.append(f1_score(labels, model.classes(found), average="macro"))
        likely.append(f1_score(labels, found.argmax(axis=1) - 1, average="macro"))
    assert np.mean(named) > np.mean(likely) + 0.02
    assert min(np.array(named) - likely) > 0


def test_a_tone_is_named_by_its_sign():
    blocks, labels, groups = _mostly_neutral(400)
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    found = np.random.default_rng(0).dirichlet([1.0, 1.0, 1.0], size=2000)
    named = model.classes(found)
    assert ((named != 0) & (found[:, 1] == found.max(axis=1))).any()
    np.testing.assert_array_equal(named[named != 0], np.sign(found[:, 2] - found[:, 0])[named != 0])


def test_where_classes_are_equally_frequent_the_most_likely_one_is_named():
    blocks, labels, groups = _data()
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    found = model.predict_proba(blocks)
    np.testing.assert_allclose(model.decision_weights, 1 / 3)
    np.testing.assert_array_equal(model.classes(found), found.argmax(axis=1) - 1)
    assert model.classes(found[:0]).shape == (0,)


def test_single_rows_equal_the_batch_and_the_order_of_rows_does_not_matter():
    blocks, labels, groups = _data()
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    together = model.predict_proba(blocks)
    for row in (0, 17, 89):
        np.testing.assert_allclose(model.predict_proba([b[row : row + 1] for b in blocks])[0], together[row])
    order = np.random.default_rng(1).permutation(len(labels))
    np.testing.assert_allclose(model.predict_proba([b[order] for b in blocks]), together[order])
    assert model.predict_proba([b[:0] for b in blocks]).shape == (0, 3)


def test_the_scale_of_a_feature_says_nothing():
    blocks, labels, groups = _data()
    stretched = [blocks[0] * 1000 + 5, blocks[1]]
    one = fit_tone_classifier(blocks, labels, groups, **FOLDS).predict_proba(blocks)
    other = fit_tone_classifier(stretched, labels, groups, **FOLDS).predict_proba(stretched)
    np.testing.assert_allclose(one, other, atol=1e-2)


def test_a_constant_column_is_silent_even_where_it_changes_later():
    blocks, labels, groups = _data()
    constant = [np.hstack([blocks[0], np.full((90, 1), 0.1, dtype=np.float32)]), blocks[1]]
    model = fit_tone_classifier(constant, labels, groups, **FOLDS)
    moved = [constant[0].copy(), blocks[1]]
    moved[0][:, 3] = 1e6
    np.testing.assert_allclose(model.predict_proba(moved), model.predict_proba(constant))


def test_mirrored_labels_mirror_the_classifier(monkeypatch):
    # With one strength to choose from, since the folds that it is chosen on are not mirrored.
    monkeypatch.setattr(tone_classifier, "_STRENGTHS", (0.3,))
    blocks, labels, groups = _data()
    one = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    other = fit_tone_classifier(blocks, -labels, groups, **FOLDS)
    np.testing.assert_allclose(one.coef, other.coef[::-1], atol=1e-3)
    np.testing.assert_allclose(one.intercept, other.intercept[::-1], atol=1e-3)


def test_blocks_of_another_width_are_refused():
    blocks, labels, groups = _data()
    model = fit_tone_classifier(blocks, labels, groups, **FOLDS)
    with pytest.raises(TenorError, match=r"widths \(3, 6\); got \(3, 5\)"):
        model.predict_proba([blocks[0], blocks[1][:, :5]])


def test_no_group_stands_on_both_sides_and_every_row_is_tested_once():
    _, labels, groups = _data(n_groups=11)
    tested = []
    for train, test in grouped_folds(labels, groups, n_folds=4, random_state=3):
        assert not {groups[i] for i in train} & {groups[i] for i in test}
        assert len(train) + len(test) == len(labels)
        tested += test.tolist()
    assert sorted(tested) == list(range(len(labels)))


@pytest.mark.parametrize("n_groups", [2, 3, 5])
def test_folds_are_never_empty_and_never_warn(n_groups):
    labels = np.array([-1, -1, 0, 0, 1, 1, 1, 1, 1, 1])
    groups = [f"g{i % n_groups}" for i in range(10)]
    folds = grouped_folds(labels, groups, n_folds=n_groups, random_state=0)
    assert len(folds) == n_groups
    assert all(len(train) and len(test) for train, test in folds)


def test_cross_validation_never_sees_a_mentions_group(monkeypatch):
    monkeypatch.setattr(tone_classifier, "_STRENGTHS", (1000.0,))  # fit whatever there is to fit
    # Each group has its own feature that gives its label away: of use only to who has seen the group.
    n_groups, each = 12, 6
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(n_groups), each)
    labels = rng.integers(-1, 2, n_groups)[group]
    leak = np.eye(n_groups, dtype=np.float32)[group]
    assert set(labels) == {-1, 0, 1}
    names = [f"g{g}" for g in group]
    seen = fit_tone_classifier([leak], labels, names, **FOLDS).predict_proba([leak])
    held_out, _, folds = cross_validate([leak], labels, names, **FOLDS)
    assert (seen.argmax(axis=1) - 1 == labels).mean() > 0.9
    # An unseen group's features are all zeros but one that never occurred: each class can only be guessed.
    for fold in set(folds):
        assert np.ptp(held_out[folds == fold], axis=0).max() < 1e-9
    assert {len(set(folds[group == g])) for g in range(n_groups)} == {1}


def test_cross_validation_equals_fitting_on_the_other_folds():
    blocks, labels, groups = _data()
    held_out, named, folds = cross_validate(blocks, labels, groups, **FOLDS)
    np.testing.assert_allclose(held_out.sum(axis=1), 1.0)
    test = folds == 1
    model = fit_tone_classifier(
        [b[~test] for b in blocks], labels[~test], [g for g, t in zip(groups, test, strict=True) if not t], **FOLDS
    )
    np.testing.assert_allclose(model.predict_proba([b[test] for b in blocks]), held_out[test])
    np.testing.assert_array_equal(model.classes(held_out[test]), named[test])


def test_the_same_seed_gives_the_same_numbers():
    blocks, labels, groups = _data()
    one, other = (cross_validate(blocks, labels, groups, **FOLDS) for _ in range(2))
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_class_that_a_training_part_lacks_gets_almost_no_probability():
    blocks, labels, groups = _data()
    rare = np.where(labels == 1, 0, labels)
    of_one_article = [i for i, g in enumerate(groups) if g == "g0"][:2]
    rare[of_one_article] = 1
    held_out, _, folds = cross_validate(blocks, rare, groups, **FOLDS)
    without = folds == folds[of_one_article[0]]
    assert held_out[without, 2].max() < 0.01
    np.testing.assert_allclose(held_out.sum(axis=1), 1.0)


def test_as_many_articles_as_folds_are_enough():
    blocks, labels, groups = _data(n=30, n_groups=5)
    held_out, _, folds = cross_validate(blocks, labels, groups, n_folds=5, random_state=0)
    assert sorted(set(folds)) == [0, 1, 2, 3, 4]
    assert np.isfinite(held_out).all()
    two, _, _ = cross_validate(blocks, labels, [f"g{i % 2}" for i in range(30)], n_folds=2, random_state=0)
    np.testing.assert_allclose(two.sum(axis=1), 1.0)


def test_two_labels_a_class_are_enough():
    blocks, labels, groups = _data(n=6, n_groups=6)
    held_out, _, _ = cross_validate(blocks, labels, groups, n_folds=5, random_state=0)
    assert np.isfinite(held_out).all()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda y, g: (np.where(y == 1, 0, y), g), "Each of the classes -1, 0 and 1 needs at least 2.*1: 0"),
        (lambda y, g: (y, ["one", "two"] * 45), "3 folds need labels from at least as many distinct articles; got 2"),
        (lambda y, g: (y[:0], g[:0]), "needs at least 2 labelled mentions"),
        (lambda y, g: (np.where(y == 1, 2, y), g), r"Labels must be -1, 0 or 1; got 2\."),
        (lambda y, g: (y, g[:-1]), "got 90 and 89"),
    ],
)
@pytest.mark.parametrize("fit", [fit_tone_classifier, cross_validate])
def test_labels_that_teach_nothing_are_refused(fit, change, match):
    blocks, labels, groups = _data()
    labels, groups = change(labels, groups)
    with pytest.raises(TrainingError, match=match):
        fit([block[: len(labels)] for block in blocks], labels, groups, **FOLDS)
