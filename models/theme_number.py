"""How many themes: between eight and sixteen, as far as they hold when articles are left out.

The span is a choice, made for the reader: fewer say little of a year's coverage, more nobody keeps in mind. Corpora too
small for eight (four articles a theme) start from two. Within the span, every number is clustered on all articles and
on several parts of them. Its score is the sum over its themes of stability (`cluster_stability`) less ``SHAKY``: what
holds adds, what is shaky takes away, and a theme that fewer than three articles share counts as wholly unstable. The
smallest number within a tenth of the best wins, so that no split is made that other articles would not have shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenor.models.theme_clusters import Labels, Matrix, SphericalKMeans, WardStarts
from tenor.models.theme_model import SHAKY
from tenor.models.theme_stability import Resamples, cluster_stability

_FEWEST_THEMES, _MOST_THEMES = 8, 16
_MIN_ARTICLES = 4  # a theme
_MIN_SENTENCES = 8  # a theme
_MIN_SHARED = 3  # articles that share a theme
_N_RESAMPLES = 8
_CLOSE = 0.9
_MAX_ROWS = 3000


@dataclass(frozen=True)
class NumberScore:
    """How one number of themes does: mean stability of its themes in [0, 1], and its score."""

    n_themes: int
    stability: float
    score: float


def score_numbers(
    vectors: Matrix, articles: Sequence[str], *, at_least: int = 2, random_state: int = 0
) -> tuple[NumberScore, ...]:
    """The score of every number of themes in question; none where the corpus is large enough for one theme only.

    ``vectors`` float32 [n, d] are unit rows, ``articles`` the article of each.
    """
    rows = _sample(articles, random_state)
    kept = [articles[row] for row in rows]
    most = min(_MOST_THEMES, len(set(articles)) // _MIN_ARTICLES, len(articles) // _MIN_SENTENCES)
    if most < at_least:
        return ()
    everything = vectors[rows]
    resamples = Resamples(kept, n_resamples=_N_RESAMPLES, random_state=random_state)
    whole = WardStarts(everything)
    parts = [WardStarts(everything[flags]) for flags in resamples.flags]
    scores = []
    for number in range(max(at_least, _FEWEST_THEMES) if most >= _FEWEST_THEMES else at_least, most + 1):
        labels = SphericalKMeans(number, start=whole.centers(number)).fit(everything).labels_
        again = [
            SphericalKMeans(number, start=part.centers(number)).fit(everything[flags]).predict(everything)
            for part, flags in zip(parts, resamples.flags, strict=True)
        ]
        stability = cluster_stability(labels, resamples.flags, again)
        shared = [len({kept[row] for row in np.flatnonzero(labels == label)}) for label in range(len(stability))]
        worth = np.where(np.array(shared) >= _MIN_SHARED, stability, 0.0)
        scores.append(NumberScore(number, float(stability.mean()), float((worth - SHAKY).sum())))
    return tuple(scores)


def best_number(scores: Sequence[NumberScore], *, at_least: int = 1) -> int:
    """The smallest number whose score comes close to the best; ``at_least`` where no number scores above zero."""
    best = max((score.score for score in scores), default=0.0)
    if best <= 0:
        return max(1, at_least)
    return next(score.n_themes for score in scores if score.score >= _CLOSE * best)


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
