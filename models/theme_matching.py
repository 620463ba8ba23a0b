"""Themes keep their identity from run to run: each new cluster is matched to the one it continues.

Pairs are matched by the Hungarian method on a mix of the cosine of their vectors and the rank-biased overlap of their
words. What is left over is a birth or a death; a death whose sentences went to one new theme is a merge.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tenor.models.theme_clusters import Matrix

_RBO_P = 0.9
_WORDS_SHARE = 0.3
_MIN_MATCH = 0.6
_MIN_ABSORBED = 0.75


class ThemeChange(StrEnum):
    """What became of a theme between two runs."""

    KEPT = "kept"
    BORN = "born"
    DIED = "died"
    MERGED = "merged"


@dataclass(frozen=True)
class ThemeEvent:
    """One theme's fate: ``into`` is the theme it was merged into, ``similarity`` that of the match, in [-1, 1]."""

    theme: str
    change: ThemeChange
    into: str | None = None
    similarity: float | None = None

    def as_dict(self) -> dict[str, str | float | None]:
        """Plain values, ready for JSON."""
        return {"theme": self.theme, "change": self.change.value, "into": self.into, "similarity": self.similarity}


def rank_biased_overlap(a: Sequence[Hashable], b: Sequence[Hashable], *, p: float = _RBO_P) -> float:
    """Agreement of two rankings without repeats, in [0, 1], top ranks weighing more.

    Truncated at the longer list and scaled so that equal lists have 1 (Webber, Moffat & Zobel 2010, without
    extrapolation). Two empty lists agree fully, an empty and a filled one not at all.
    """
    depth = max(len(a), len(b))
    if not depth:
        return 1.0
    total, weight = 0.0, 0.0
    for d in range(1, depth + 1):
        total += p ** (d - 1) * len(set(a[:d]) & set(b[:d])) / d
        weight += p ** (d - 1)
    return total / weight


def theme_similarity(
    vectors_a: Matrix, terms_a: Sequence[Sequence[str]], vectors_b: Matrix, terms_b: Sequence[Sequence[str]]
) -> Matrix:
    """Similarity of every theme of one run to every theme of another, float32 [n_a, n_b] in [-1, 1]."""
    cosine = vectors_a @ vectors_b.T
    words = np.array([[rank_biased_overlap(a, b) for b in terms_b] for a in terms_a], dtype=np.float32)
    mixed: Matrix = ((1 - _WORDS_SHARE) * cosine + _WORDS_SHARE * words.reshape(cosine.shape)).astype(np.float32)
    return mixed


def match_themes(similarity: Matrix, *, min_similarity: float = _MIN_MATCH) -> list[tuple[int, int]]:
    """Pairs (row, column) of the one-to-one matching [n_a, n_b] that is best among pairs not under the threshold."""
    from scipy.optimize import linear_sum_assignment

    # Pairs that are dropped below are worth nothing: else they would displace some that are not.
    worth = np.where(similarity >= min_similarity, similarity, min(min_similarity, 0.0))
    rows, columns = linear_sum_assignment(-worth)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if similarity[row, column] >= min_similarity]


def name_parts(
    vectors: Matrix,
    terms: Sequence[Sequence[str]],
    *,
    previous_ids: Sequence[str] = (),
    previous_vectors: Matrix | None = None,
    previous_terms: Sequence[Sequence[str]] = (),
    next_number: int = 1,
) -> tuple[list[str], list[ThemeEvent], int]:
    """The lasting id of every cluster, what became of every theme, and the number of the next theme to be born."""
    old_vectors = previous_vectors if previous_vectors is not None else vectors[:0]
    if not len(vectors) or not len(old_vectors):
        similarity = np.zeros((len(old_vectors), len(vectors)), dtype=np.float32)
    else:
        similarity = theme_similarity(old_vectors, previous_terms, vectors, terms)
    names = [""] * len(vectors)
    events: list[ThemeEvent] = []
    for old, new in match_themes(similarity):
        names[new] = previous_ids[old]
        events.append(ThemeEvent(previous_ids[old], ThemeChange.KEPT, similarity=float(similarity[old, new])))
    kept = set(names)
    for index, name in enumerate(names):
        if not name:
            names[index] = f"t{next_number:02d}"
            next_number += 1
            events.append(ThemeEvent(names[index], ThemeChange.BORN))
    for name, close in zip(previous_ids, similarity, strict=True):
        if name in kept:
            continue
        into = int(close.argmax()) if len(close) else -1
        if into >= 0 and close[into] >= _MIN_ABSORBED:
            events.append(ThemeEvent(name, ThemeChange.MERGED, names[into], float(close[into])))
        else:
            events.append(ThemeEvent(name, ThemeChange.DIED))
    return names, events, next_number
