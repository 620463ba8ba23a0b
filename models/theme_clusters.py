"""Spherical k-means without chance: the clustering behind the themes.

Dhillon & Modha (2001): unit vectors, cosine in place of distance. Starting points are the clusters of Ward (1963),
which need no seed and, of the starts tried, came back most faithfully when articles were left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Labels = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

_MAX_ITERATIONS = 100
_POWER_ITERATIONS = 30
_NO_SCATTER = 1e-6
_WARD_ROWS = 2500


def unit_rows(vectors: Matrix) -> Matrix:
    """Rows scaled to length one, float32; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


class WardStarts:
    """Starting centers for any number of clusters from one tree of Ward, of unit rows [n, d].

    Of many rows, the tree holds an even sample in the order of rows: ``sample`` int64 [s] says which.
    """

    def __init__(self, rows: Matrix) -> None:
        self.sample: Labels = np.linspace(0, len(rows) - 1, min(len(rows), _WARD_ROWS)).astype(np.int64)
        self._distances = _distances(rows[self.sample])
        self._whole = _Tree(rows[self.sample], self._distances)
        self._parts: dict[bytes, _Tree] = {}

    def centers(self, n_clusters: int, *, among: Flags | None = None) -> Matrix:
        """Unit means of the clusters, float32 [k, d], of all rows or of some, bool [n]; fewer where rows are fewer.

        Distances are measured once and every part's tree is grown once.
        """
        if among is None:
            return self._whole.centers(n_clusters)
        inside = among[self.sample]
        key = inside.tobytes()
        if key not in self._parts:
            self._parts[key] = _Tree(self._whole.rows[inside], self._distances[np.ix_(inside, inside)])
        return self._parts[key].centers(n_clusters)


class _Tree:
    """Ward's tree of unit rows [n, d] by their distances float64 [n, n]."""

    def __init__(self, rows: Matrix, distances: Reals) -> None:
        from scipy.cluster.hierarchy import linkage
        from scipy.spatial.distance import squareform

        self.rows = rows
        self._links = linkage(squareform(distances, checks=False), method="ward") if len(rows) > 1 else None

    def centers(self, n_clusters: int) -> Matrix:
        from scipy.cluster.hierarchy import fcluster

        if self._links is None:
            return self.rows.copy()
        labels = fcluster(self._links, n_clusters, criterion="maxclust").astype(np.int64) - 1
        return _means(self.rows, labels, int(labels.max()) + 1)


def _distances(rows: Matrix) -> Reals:
    """Euclidean distance of every two rows, float64 [n, n], by one product: far faster than pair by pair."""
    exact = rows.astype(np.float64)
    products = exact @ exact.T
    lengths = np.diag(products)
    distances: Reals = np.sqrt(np.maximum(lengths[:, None] + lengths[None, :] - 2 * products, 0))
    np.fill_diagonal(distances, 0)
    return distances


class SphericalKMeans:
    """Deterministic spherical k-means with the interface that BERTopic asks of a clusterer.

    ``fit`` takes unit rows [n, d] and may find fewer clusters than asked where rows coincide. ``start`` [s, d] are
    centers to begin from, of which the closest are joined or the widest split until there are ``n_clusters``; ``held``
    int64 [n] ties rows to one of them (-1: free). Learned: ``centers_`` float32 [k, d] unit rows, the largest cluster
    first; ``labels_`` int64 [n]; ``inertia_``, the mean cosine to the own center. ``fit`` on no rows gives no centers.
    """

    def __init__(self, n_clusters: int, *, start: Matrix | None = None, held: Labels | None = None) -> None:
        self.n_clusters = n_clusters
        self.start = start
        self.held = held

    def fit(self, X: Matrix, y: object = None) -> SphericalKMeans:  # noqa: ARG002
        """Find the clusters of unit rows [n, d]."""
        rows = np.ascontiguousarray(X, dtype=np.float32)
        if self.start is not None and len(self.start):
            first = _hold(nearest(rows, self.start), self.held)
            centers = _grown_centers(rows, first, self.n_clusters)
        else:
            centers = WardStarts(rows).centers(self.n_clusters)
        self.centers_, self.labels_ = _lloyd(rows, centers, self.held)
        cosine = np.einsum("nd,nd->n", rows, self.centers_[self.labels_]) if len(rows) else np.zeros(0)
        self.inertia_ = float(cosine.mean()) if len(rows) else 0.0
        return self

    def predict(self, X: Matrix) -> Labels:
        """The nearest cluster of every unit row, int64 [n]."""
        return nearest(np.ascontiguousarray(X, dtype=np.float32), self.centers_)


def nearest(rows: Matrix, centers: Matrix) -> Labels:
    """Index of the center with the greatest cosine, int64 [n]; ties go to the first."""
    if not len(centers):
        return np.full(len(rows), -1, dtype=np.int64)
    labels: Labels = np.argmax(rows @ centers.T, axis=1).astype(np.int64)
    return labels


def _hold(labels: Labels, held: Labels | None) -> Labels:
    """The labels, but for rows that are tied to a cluster."""
    return labels if held is None else np.where(held >= 0, held, labels)


def _lloyd(rows: Matrix, centers: Matrix, held: Labels | None) -> tuple[Matrix, Labels]:
    """Assign and average until nothing moves; empty clusters go, and the largest comes first."""
    labels = _hold(nearest(rows, centers), held)
    for _ in range(_MAX_ITERATIONS):
        centers = _means(rows, labels, len(centers))
        moved = _hold(nearest(rows, centers), held)
        if np.array_equal(moved, labels):
            break
        labels = moved
    sizes = np.bincount(labels, minlength=len(centers)) if len(rows) else np.zeros(0, dtype=np.int64)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    rank = np.zeros(max(len(centers), 1), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.ascontiguousarray(centers[order]), rank[labels]


def _means(rows: Matrix, labels: Labels, n_clusters: int) -> Matrix:
    """Unit mean of every cluster, float32 [k, d]; a zero row where a cluster is empty."""
    from scipy.sparse import csr_matrix

    n = len(rows)
    member = csr_matrix((np.ones(n, dtype=np.float32), (labels, np.arange(n))), shape=(n_clusters, n))
    return unit_rows(np.asarray(member @ rows, dtype=np.float32))


def _grown_centers(rows: Matrix, labels: Labels, n_clusters: int) -> Matrix:
    """Centers [k, d] grown from a first labelling: the closest are joined, the widest split, until there are k.

    A split part keeps its place and its half with more rows; the other half comes last.
    """
    if not len(rows):
        return rows[:0]
    parts = [found for label in range(int(labels.max()) + 1) if len(found := np.flatnonzero(labels == label))]
    while len(parts) > n_clusters:
        centers = unit_rows(np.stack([rows[members].mean(axis=0) for members in parts]))
        cosine = np.triu(centers @ centers.T + 2, k=1)  # above zero, so that the lower triangle never wins
        first, second = np.unravel_index(int(cosine.argmax()), cosine.shape)
        parts[first] = np.concatenate([parts[first], parts.pop(second)])
    axes = [_principal_axis(rows[members]) for members in parts] if len(parts) < n_clusters else []
    while len(parts) < n_clusters:
        widest = int(np.argmax([scatter for scatter, _ in axes]))
        scatter, axis = axes[widest]
        members = parts[widest]
        if scatter <= _NO_SCATTER:
            break
        projection = rows[members] @ axis
        above = projection > projection.mean()
        larger = above if 2 * above.sum() >= len(above) else ~above
        parts[widest] = members[larger]
        parts.append(members[~larger])
        axes[widest] = _principal_axis(rows[parts[widest]])
        axes.append(_principal_axis(rows[parts[-1]]))
    return unit_rows(np.stack([rows[members].mean(axis=0) for members in parts]))


def _principal_axis(rows: Matrix) -> tuple[float, Matrix]:
    """Total variance along the first principal axis, and that axis [d], by power iteration from a fixed start."""
    centered = rows - rows.mean(axis=0)
    # The row farthest from the mean never stands at right angles to the widest direction by accident of symmetry.
    axis = centered[int(np.argmax((centered**2).sum(axis=1)))].astype(np.float64)
    if not axis.any():
        return 0.0, axis.astype(np.float32)
    for _ in range(_POWER_ITERATIONS):
        axis = centered.T @ (centered @ axis)
        axis /= max(float(np.linalg.norm(axis)), 1e-12)
    return float(((centered @ axis) ** 2).sum()), axis.astype(np.float32)
