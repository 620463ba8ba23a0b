"""How far themes hang on chance: the same corpus, read again without some of its articles.

A theme that a slightly different corpus would not have shown is called shaky. Judged as in Hennig (2007), "Cluster-wise
assessment of cluster stability": fit again on parts of the corpus and see, by the Jaccard coefficient, how much of
each theme comes back as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tenor.models.theme_clusters import Labels
from tenor.models.theme_matching import rank_biased_overlap

Reals = np.ndarray[Any, np.dtype[np.float64]]

Flags = np.ndarray[Any, np.dtype[np.bool_]]

_SHARE_KEPT = 0.8


@dataclass(frozen=True)
class ThemeAgreement:
    """How alike two fits of one corpus are: adjusted Rand index, and mean overlap of the matched themes' terms."""

    adjusted_rand: float
    overlap: float


class Resamples:
    """Random parts of a corpus, each without a fifth of its articles: ``flags`` tells which sentences are in.

    With fewer than two articles nothing can be left out, and there are none.
    """

    def __init__(self, articles: Sequence[str], *, n_resamples: int, random_state: int = 0) -> None:
        names = sorted(set(articles))
        owner = np.array(articles, dtype=object)
        rng = np.random.default_rng(random_state)
        n_kept = max(1, min(len(names) - 1, round(_SHARE_KEPT * len(names))))
        self.flags: list[Flags] = [
            np.isin(owner, rng.choice(names, size=n_kept, replace=False))
            for _ in range(n_resamples if len(names) > 1 else 0)
        ]


def cluster_stability(labels: Labels, flags: Sequence[Flags], again: Sequence[Labels]) -> Reals:
    """Mean Jaccard coefficient of every cluster with its best counterpart in each resample, float64 [k] in [0, 1].

    ``labels`` [n] are the clusters of all rows, ``again`` those of the rows flagged in each resample. A resample that
    holds none of a cluster says nothing of it; a cluster that no resample holds has 0.
    """
    n_clusters = int(labels.max()) + 1 if len(labels) else 0
    total, seen = np.zeros(n_clusters), np.zeros(n_clusters)
    for kept, found in zip(flags, again, strict=True):
        present = np.bincount(labels[kept], minlength=n_clusters) > 0
        total[present] += jaccard_table(labels[kept], found, n_clusters)[present].max(axis=1)
        seen += present
    stability: Reals = total / np.maximum(seen, 1)
    return stability


def jaccard_table(a: Labels, b: Labels, n_a: int) -> Reals:
    """Jaccard coefficient of every group of one labelling [n] with every group of another, float64 [n_a, n_b]."""
    n_b = int(b.max()) + 1 if len(b) else 1
    both = np.zeros((n_a, n_b))
    np.add.at(both, (a, b), 1)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    table: Reals = both / np.maximum(either, 1)
    return table


def theme_agreement(
    labels_a: Sequence[object],
    labels_b: Sequence[object],
    terms_a: Sequence[Sequence[str]],
    terms_b: Sequence[Sequence[str]],
) -> ThemeAgreement:
    """How alike two fits are: of the same rows by their labels, of the themes by their terms.

    Themes are matched by the Hungarian method on rank-biased overlap; a theme without a match overlaps with nothing.
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import adjusted_rand_score

    overlap = np.array([[rank_biased_overlap(a, b) for b in terms_b] for a in terms_a]).reshape(
        len(terms_a), len(terms_b)
    )
    rows, columns = linear_sum_assignment(-overlap)
    larger = max(len(terms_a), len(terms_b))
    return ThemeAgreement(
        adjusted_rand=float(adjusted_rand_score(labels_a, labels_b)),
        overlap=float(overlap[rows, columns].sum() / larger) if larger else 1.0,
    )
