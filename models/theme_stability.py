"""How far themes hang on chance: the same corpus, read again without some of its articles.

A theme that a slightly different corpus would not have shown is called shaky. Judged as in Hennig (2007), "Cluster-wise
assessment of cluster stability": fit again on parts of the corpus and see, by the Jaccard coefficient, how much of
each theme comes back as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tenor.models.theme_clusters import Labels
from tenor.models.theme_matching import rank_biased_overlap

Reals = np.ndarray[Any, np.dtype[np.float64]]

Flags = np.ndarray[Any, np.dtype[np.bool_]]

_SHARE_KEPT = 0.8


@dataclass(frozen=True, eq=False)
class ThemeStability:
    """``clusters`` float64 [k] in [0, 1]: each cluster's mean Jaccard; ``adjusted_rand``: mean agreement as a whole."""

    clusters: Reals
    adjusted_rand: float


@dataclass(frozen=True)
class ThemeAgreement:
    """How alike two fits of one corpus are: adjusted Rand index, and mean overlap of the matched themes' terms."""

    adjusted_rand: float
    overlap: float


def theme_stability(
    articles: Sequence[str],
    labels: Labels,
    refit: Callable[[Flags], Labels],
    *,
    n_resamples: int,
    random_state: int = 0,
) -> ThemeStability | None:
    """Stability of the clusters ``labels`` [n] of sentences, each resample keeping four of five of the articles.

    ``refit`` clusters the flagged rows anew and gives the labels of those. Where a resample holds none of a cluster it
    says nothing of it; None without resamples or with fewer than two articles.
    """
    from sklearn.metrics import adjusted_rand_score

    names = sorted(set(articles))
    if n_resamples < 1 or len(names) < 2:
        return None
    rng = np.random.default_rng(random_state)
    owner = np.array(articles, dtype=object)
    n_clusters = int(labels.max()) + 1
    found = np.full((n_resamples, n_clusters), np.nan)
    agreement = []
    for resample in range(n_resamples):
        n_kept = max(1, min(len(names) - 1, round(_SHARE_KEPT * len(names))))
        kept = np.isin(owner, rng.choice(names, size=n_kept, replace=False))
        again = refit(kept)
        overlap = jaccard_table(labels[kept], again, n_clusters)
        present = np.bincount(labels[kept], minlength=n_clusters) > 0
        found[resample, present] = overlap[present].max(axis=1)
        agreement.append(adjusted_rand_score(labels[kept], again))
    # A cluster that no resample holds stands in one article alone: nothing supports it.
    means = np.nan_to_num(np.nansum(found, axis=0) / np.maximum((~np.isnan(found)).sum(axis=0), 1), nan=0.0)
    return ThemeStability(means, float(np.mean(agreement)))


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
