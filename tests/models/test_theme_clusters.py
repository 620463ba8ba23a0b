"""Clustering: against scikit-learn's objective, without chance, tied rows kept, degenerate input survived."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from tenor.models.theme_clusters import SphericalKMeans, WardStarts, nearest, unit_rows


def _blobs(n: int = 300, k: int = 5, d: int = 12, noise: float = 0.5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centers = unit_rows(rng.normal(size=(k, d)).astype(np.float32))
    labels = rng.integers(0, k, size=n)
    rows = centers[labels] + noise * rng.normal(size=(n, d)) / np.sqrt(d)
    return unit_rows(rows.astype(np.float32)), labels


def test_finds_the_clusters_that_were_made() -> None:
    rows, labels = _blobs()
    assert adjusted_rand_score(labels, SphericalKMeans(5).fit(rows).labels_) > 0.98


def test_is_a_fixed_point_and_as_good_as_many_random_starts() -> None:
    rows, _ = _blobs(noise=1.2, k=8)
    found = SphericalKMeans(8).fit(rows)
    assert np.array_equal(found.predict(rows), found.labels_)
    for label, center in enumerate(found.centers_):
        assert np.allclose(center, unit_rows(rows[found.labels_ == label].mean(axis=0, keepdims=True))[0], atol=1e-5)
    # On unit rows Euclidean k-means is a close relative: compare by the mean cosine to the own unit center.
    best = KMeans(8, n_init=20, random_state=0).fit(rows)
    centers = unit_rows(best.cluster_centers_.astype(np.float32))
    assert found.inertia_ >= 0.98 * float((rows * centers[best.labels_]).sum(axis=1).mean())


def test_order_of_rows_gives_the_same_groups() -> None:
    rows, _ = _blobs(noise=1.0)
    order = np.random.default_rng(1).permutation(len(rows))
    shuffled = SphericalKMeans(6).fit(rows[order])
    assert adjusted_rand_score(SphericalKMeans(6).fit(rows).labels_[order], shuffled.labels_) == 1.0


def test_largest_comes_first() -> None:
    rows, _ = _blobs(noise=1.0)
    sizes = np.bincount(SphericalKMeans(6).fit(rows).labels_)
    assert (np.diff(sizes) <= 0).all()


def test_tied_rows_stay_together() -> None:
    rows, labels = _blobs()
    held = np.full(len(rows), -1)
    # Two rows of different blobs, tied to one seed against their nature.
    odd = [int(np.flatnonzero(labels == 0)[0]), int(np.flatnonzero(labels == 1)[0])]
    held[odd] = 0
    found = SphericalKMeans(5, start=rows[odd].mean(axis=0, keepdims=True), held=held).fit(rows)
    assert found.labels_[odd[0]] == found.labels_[odd[1]]
    assert len(found.centers_) == 5


@pytest.mark.parametrize(("n_start", "n_wanted"), [(3, 6), (6, 3), (4, 4)])
def test_starts_grow_and_shrink_to_the_number_wanted(n_start: int, n_wanted: int) -> None:
    rows, _ = _blobs(k=6)
    found = SphericalKMeans(n_wanted, start=rows[:n_start]).fit(rows)
    assert len(found.centers_) == n_wanted


def test_one_tree_gives_the_starts_of_every_number() -> None:
    rows, _ = _blobs(noise=1.0)
    tree = WardStarts(rows)
    for number in (2, 5, 9):
        direct, cut = SphericalKMeans(number).fit(rows), SphericalKMeans(number, start=tree.centers(number)).fit(rows)
        assert adjusted_rand_score(direct.labels_, cut.labels_) == 1.0


@pytest.mark.parametrize("n", [0, 1, 2])
def test_next_to_nothing(n: int) -> None:
    rows = unit_rows(np.eye(4, dtype=np.float32)[:n])
    found = SphericalKMeans(3).fit(rows)
    assert len(found.labels_) == n
    assert len(found.centers_) == n


def test_identical_rows_are_one_cluster() -> None:
    rows = np.repeat(unit_rows(np.ones((1, 4), dtype=np.float32)), 7, axis=0)
    found = SphericalKMeans(3).fit(rows)
    assert found.labels_.tolist() == [0] * 7
    assert len(found.centers_) == 1


def test_zero_rows_survive() -> None:
    rows = np.zeros((4, 3), dtype=np.float32)
    assert np.isfinite(SphericalKMeans(2).fit(rows).centers_).all()
    assert nearest(rows, np.zeros((0, 3), dtype=np.float32)).tolist() == [-1] * 4
