"""Do the same themes come back: with another seed, with the rows shuffled, without a fifth of the articles?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tenor.features.records import Encodings, Sentences
from tenor.models.theme_stability import theme_agreement
from tenor.models.themes import FittedThemes, fit_themes

_SHARE_KEPT = 0.8
_MIN_ARTICLES = 5

Order = np.ndarray[Any, np.dtype[np.int64]]


def theme_repeats(
    sentences: Sentences,
    encodings: Encodings,
    *,
    n_themes: int,
    actor_names: Sequence[str] = (),
    seed_words: Mapping[str, Sequence[str]] | None = None,
    n_repeats: int = 3,
) -> dict[str, float]:
    """Mean agreement of the themes with those of repeated fits, by what was varied.

    Keys are ``seeds_rand``, ``seeds_overlap`` and the same for ``shuffles`` and, with five articles or more,
    ``resamples`` (without a fifth of the articles, judged on the sentences that remain): the adjusted Rand index of the
    sentences, and the rank-biased overlap of matched themes' terms in [0, 1]. No sentences give none.
    """
    if not len(sentences) or n_themes < 1:
        return {}

    def refit(rows: Order, seed: int) -> FittedThemes:
        part = Sentences(sentences.table.take(rows))
        names, words = actor_names, seed_words
        return fit_themes(
            part, encodings, n_themes=n_themes, random_state=seed, seed_words=words, actor_names=names, n_resamples=0
        )

    everyone: Order = np.arange(len(sentences), dtype=np.int64)
    varied = {
        "seeds": [(everyone, seed + 1) for seed in range(n_repeats)],
        "shuffles": [(np.random.default_rng(seed).permutation(everyone), 0) for seed in range(n_repeats)],
        "resamples": [(rows, 0) for rows in _resampled(sentences.column("article_id"), n_repeats)],
    }
    first = refit(everyone, 0)
    measured: dict[str, float] = {}
    for over, runs in varied.items():
        found = [_agreement(first, refit(rows, seed)) for rows, seed in runs]
        if found:
            measured[f"{over}_rand"] = float(np.mean([rand for rand, _ in found]))
            measured[f"{over}_overlap"] = float(np.mean([overlap for _, overlap in found]))
    return measured


def _resampled(articles: Sequence[str], n_repeats: int) -> list[Order]:
    """Rows of four fifths of the articles, drawn at random several times; none where articles are few."""
    names = sorted(set(articles))
    if len(names) < _MIN_ARTICLES:
        return []
    owner = np.array(articles, dtype=object)
    drawn = [
        np.random.default_rng(seed).choice(names, size=round(_SHARE_KEPT * len(names)), replace=False)
        for seed in range(n_repeats)
    ]
    return [np.flatnonzero(np.isin(owner, kept)).astype(np.int64) for kept in drawn]


def _agreement(a: FittedThemes, b: FittedThemes) -> tuple[float, float]:
    """Agreement on the sentences that both fits saw, whatever their order."""
    other = dict(zip(b.assignments.column("sentence_id"), b.assignments.column("theme"), strict=True))
    pairs = [
        (theme, other[sentence])
        for sentence, theme in zip(a.assignments.column("sentence_id"), a.assignments.column("theme"), strict=True)
        if sentence in other
    ]
    found = theme_agreement([one for one, _ in pairs], [two for _, two in pairs], _terms(a), _terms(b))
    return found.adjusted_rand, found.overlap


def _terms(fitted: FittedThemes) -> list[list[str]]:
    return [[term for term, _ in theme.terms] for theme in fitted.model.themes]
