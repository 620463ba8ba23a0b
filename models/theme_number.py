"""How many themes: the number whose themes are clearest, most distinct and least a matter of chance.

Every candidate number is clustered and named, and scored by coherence (mean NPMI of the terms), diversity (share
of distinct terms; their product is the topic quality of Dieng et al. 2020) and stability (mean adjusted Rand index with
the clusters of four fifths of the articles). The greatest product wins, the smaller number on a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tenor.models.theme_clusters import Labels, Matrix, SphericalKMeans
from tenor.models.theme_names import choose_terms, distinct_share, mean_coherence
from tenor.models.theme_stability import Flags, theme_stability
from tenor.models.theme_weights import WordCounts, class_tf_idf

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_CANDIDATES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24)
_MIN_ARTICLES = 4  # a theme
_MIN_SENTENCES = 8  # a theme
_N_RESAMPLES = 3
_MAX_ROWS = 4000


@dataclass(frozen=True)
class NumberScore:
    """How one number of themes does: coherence in [-1, 1], diversity in [0, 1], stability up to 1, their product."""

    n_themes: int
    coherence: float
    diversity: float
    stability: float

    @property
    def score(self) -> float:
        """The product, with what is below zero counted as zero."""
        return max(self.coherence, 0.0) * self.diversity * max(self.stability, 0.0)


def score_numbers(
    vectors: Matrix,
    articles: Sequence[str],
    counts: WordCounts,
    presence: csr_matrix,
    *,
    limited: Sequence[str] = (),
    at_least: int = 1,
    random_state: int = 0,
) -> tuple[NumberScore, ...]:
    """The score of every number of themes that the corpus is large enough for; none where it is for one theme only.

    ``vectors`` [n, d] and the rows of ``counts`` belong to the same sentences; ``presence`` counts words in the texts
    where terms must meet to cohere.
    """
    rows = _sample(articles, random_state)
    kept = [articles[row] for row in rows]
    most = min(len(set(articles)) // _MIN_ARTICLES, len(articles) // _MIN_SENTENCES)
    scores = []
    for number in _CANDIDATES:
        if not at_least <= number <= most:
            continue
        labels = SphericalKMeans(number).fit(vectors[rows]).labels_
        spread = np.full(len(vectors), -1, dtype=np.int64)
        spread[rows] = labels
        weights = class_tf_idf(counts.by_group(spread, int(labels.max()) + 1))
        terms = choose_terms(weights, presence, counts.words, n_terms=10, limited=limited)

        stability = theme_stability(
            kept,
            labels,
            partial(_refit, vectors[rows], number),
            n_resamples=_N_RESAMPLES,
            random_state=random_state,
        )
        scores.append(
            NumberScore(
                n_themes=number,
                coherence=mean_coherence(terms, presence, counts.words),
                diversity=distinct_share(terms),
                stability=stability.adjusted_rand if stability else 0.0,
            )
        )
    return tuple(scores)


def _refit(vectors: Matrix, number: int, kept: Flags) -> Labels:
    return SphericalKMeans(number).fit(vectors[kept]).labels_


def best_number(scores: Sequence[NumberScore], *, at_least: int = 1) -> int:
    """The number of the greatest score, the smaller on a tie; ``at_least`` where there are no scores."""
    if not scores:
        return max(1, at_least)
    return max(scores, key=lambda score: (score.score, -score.n_themes)).n_themes


def _sample(articles: Sequence[str], random_state: int) -> Labels:
    """Rows of whole articles drawn at random up to a number that can be clustered many times over; all where few."""
    if len(articles) <= _MAX_ROWS:
        return np.arange(len(articles))
    owner = np.array(articles, dtype=object)
    names, sizes = np.unique(owner, return_counts=True)
    order = np.random.default_rng(random_state).permutation(len(names))
    n_names = max(1, int(np.searchsorted(np.cumsum(sizes[order]), _MAX_ROWS, side="right")))
    rows: Labels = np.flatnonzero(np.isin(owner, names[order[:n_names]])).astype(np.int64)
    return rows
