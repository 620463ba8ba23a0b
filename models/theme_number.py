"""How many themes: as many as hold when some of the text is left out, within a span that a reader keeps in mind.

The span is a choice: eight to sixteen, and three to six (at most one for every four articles, where that is more) in
corpora of under 32 articles. A theme needs sixteen sentences. Every number in the span is clustered on all sentences
and on several parts of them. Its score is the sum over its themes of stability (`cluster_stability`) less ``SHAKY``:
what holds adds, what is shaky takes away, and a theme that fewer than three articles share counts as wholly unstable
(in corpora under 20 articles, paragraphs take the articles' place; near-duplicates count as one). The largest number
within a tenth of the best wins: of numbers that hold about equally well, the one that tells most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenor.models.theme_clusters import Matrix, SphericalKMeans, WardStarts
from tenor.models.theme_model import SHAKY
from tenor.models.theme_stability import Resamples, cluster_stability

_FEWEST_THEMES, _MOST_THEMES = 8, 16
_FEWEST_IN_SMALL, _MOST_IN_SMALL = 3, 6
_MIN_ARTICLES = 4  # a theme
_MIN_SENTENCES = 16  # a theme
_MIN_SHARED = 3  # groups that share a theme
_N_RESAMPLES = 10
_CLOSE = 0.9


@dataclass(frozen=True)
class NumberScore:
    """How one number of themes does: mean stability of its themes in [0, 1], and its score."""

    n_themes: int
    stability: float
    score: float


def score_numbers(
    vectors: Matrix, groups: Sequence[str], starts: WardStarts, *, n_articles: int, at_least: int = 2
) -> tuple[NumberScore, ...]:
    """The score of every number of themes in question; none where the corpus is large enough for one theme only.

    ``vectors`` float32 [n, d] are unit rows, ``groups`` what each is left out with, ``starts`` those of ``vectors``. Of
    many rows, an even sample is looked at.
    """
    rows = vectors[starts.sample]
    kept = np.array(groups, dtype=object)[starts.sample]
    resamples = Resamples(groups, n_resamples=_N_RESAMPLES)
    flags = [flag[starts.sample] for flag in resamples.flags]
    scores = []
    for number in _span(n_articles, len(vectors), at_least):
        labels = SphericalKMeans(number, start=starts.centers(number)).fit(rows).labels_
        again = [
            SphericalKMeans(number, start=starts.centers(number, among=whole)).fit(rows[flag]).predict(rows)
            for whole, flag in zip(resamples.flags, flags, strict=True)
        ]
        stability = cluster_stability(labels, flags, again)
        shared = np.array([len(set(kept[labels == label])) for label in range(len(stability))])
        worth = np.where(shared >= _MIN_SHARED, stability, 0.0)
        scores.append(NumberScore(number, float(stability.mean()), float((worth - SHAKY).sum())))
    return tuple(scores)


def best_number(scores: Sequence[NumberScore], *, at_least: int = 1) -> int:
    """The largest number whose score comes close to the best; ``at_least`` where there are no scores."""
    if not scores:
        return max(1, at_least)
    best = max(score.score for score in scores)
    # Where nothing holds, the number that loses least.
    enough = _CLOSE * best if best > 0 else best
    return max(score.n_themes for score in scores if score.score >= enough)


def _span(n_articles: int, n_sentences: int, at_least: int) -> range:
    """The numbers of themes in question; none where there is text for one theme only."""
    if n_articles >= _FEWEST_THEMES * _MIN_ARTICLES:
        fewest, most = _FEWEST_THEMES, min(_MOST_THEMES, n_articles // _MIN_ARTICLES)
    else:
        fewest, most = _FEWEST_IN_SMALL, max(_MOST_IN_SMALL, n_articles // _MIN_ARTICLES)
    most = min(most, n_sentences // _MIN_SENTENCES)
    return range(max(at_least, min(fewest, most)), most + 1) if most > 1 else range(0)
