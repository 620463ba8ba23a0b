"""How far themes hang on chance: would other articles have shown them?

The themes are fitted again without some of the articles (in small corpora: of the paragraphs), and the sentences of
those are given to the theme that is nearest. How much of a theme stays together there, by the Jaccard coefficient, is
its stability. As in Hennig (2007), "Cluster-wise assessment of cluster stability", but judged on sentences that the
second fit never saw, as prediction strength is (Tibshirani & Walther 2005): else the chance features of articles that
both fits know would pass for themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenor.models.theme_clusters import Flags, Labels, Reals
from tenor.models.theme_matching import rank_biased_overlap

_SHARE_KEPT = 0.85


@dataclass(frozen=True)
class ThemeAgreement:
    """How alike two fits of one corpus are: adjusted Rand index, and mean overlap of the matched themes' terms."""

    adjusted_rand: float
    overlap: float


class Resamples:
    """Random parts of a corpus, each without one in seven of its groups: ``flags`` tells which sentences are in.

    Groups are articles or, where these are few, paragraphs, with their near-duplicates: what stands together is left
    out together. With fewer than two groups nothing can be left out, and there are no parts.
    """

    def __init__(self, groups: Sequence[str], *, n_resamples: int, random_state: int = 0) -> None:
        names = sorted(set(groups))
        owner = np.array(groups, dtype=object)
        rng = np.random.default_rng(random_state)
        n_kept = max(1, min(len(names) - 1, round(_SHARE_KEPT * len(names))))
        self.flags: list[Flags] = [
            np.isin(owner, rng.choice(names, size=n_kept, replace=False))
            for _ in range(n_resamples if len(names) > 1 else 0)
        ]


def cluster_stability(labels: Labels, flags: Sequence[Flags], again: Sequence[Labels]) -> Reals:
    """Mean Jaccard coefficient of every cluster with its counterpart in each resample, float64 [k] in [0, 1].

    ``labels`` and each of ``again`` int64 [n] are the clusters of all rows, by the whole fit and by each resample's.
    The counterpart is found among the rows that the resample kept and judged among those it left out, so that chance
    cannot choose it. A resample counts by how many of the cluster's rows it left out; a cluster of which none ever was
    has 0.
    """
    n_clusters = int(labels.max()) + 1 if len(labels) else 0
    total, seen = np.zeros(n_clusters), np.zeros(n_clusters)
    for kept, found in zip(flags, again, strict=True):
        n_found = int(found.max()) + 1
        counterpart = jaccard_table(labels[kept], found[kept], n_clusters, n_found).argmax(axis=1)
        judged = jaccard_table(labels[~kept], found[~kept], n_clusters, n_found)
        sizes = np.bincount(labels[~kept], minlength=n_clusters)
        total += sizes * judged[np.arange(n_clusters), counterpart]
        seen += sizes
    stability: Reals = total / np.maximum(seen, 1)
    return stability


def jaccard_table(a: Labels, b: Labels, n_a: int, n_b: int) -> Reals:
    """Jaccard coefficient of every group of one labelling [n] with every group of another, float64 [n_a, n_b]."""
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
