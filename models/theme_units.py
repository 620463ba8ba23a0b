"""What a theme vector stands for: a sentence alone, with its neighbours, its paragraph, its article, or some of all.

A short sentence says little of its theme ("Everybody is."), a whole article blurs several. What was measured is told
in ``docs/themes.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

import numpy as np

from tenor.features.errors import TenorError
from tenor.features.records import Encodings, Sentences
from tenor.models.theme_clusters import Matrix, unit_rows


class ThemeUnit(StrEnum):
    """How much text around a sentence decides its theme."""

    SENTENCE = "sentence"
    WINDOW = "window"
    PARAGRAPH = "paragraph"
    ARTICLE = "article"
    CONTEXT = "context"


# Shares of a context. The window tells parts of long paragraphs apart, the article says what a short sentence is about.
# More of the article makes themes steadier and articles of several themes blurred: this is the middle.
_SHARES = ((ThemeUnit.WINDOW, 0.5), (ThemeUnit.PARAGRAPH, 0.5), (ThemeUnit.ARTICLE, 0.75))


class MissingVectorsError(TenorError):
    """Sentences without a vector."""


def reading_order(sentences: Sentences) -> list[int]:
    """Row numbers sorted by article, start and sentence id: the order does not depend on that of the rows."""
    keys = zip(sentences.column("article_id"), sentences.column("start"), sentences.column("sentence_id"), strict=True)
    return [row for row, _ in sorted(enumerate(keys), key=lambda item: item[1])]


def sentence_vectors(sentences: Sentences, encodings: Encodings) -> Matrix:
    """The vector of every sentence, float32 [n, d] in the order of ``sentences``.

    Raises:
        MissingVectorsError: a sentence has no vector.
    """
    place = {sentence_id: row for row, sentence_id in enumerate(encodings.sentence_ids)}
    wanted = sentences.column("sentence_id")
    missing = [sentence_id for sentence_id in wanted if sentence_id not in place]
    if missing:
        raise MissingVectorsError(
            f"{len(missing)} of {len(wanted)} sentences have no vector (the first: {missing[0]}). "
            "Encode these sentences before finding their themes."
        )
    return unit_rows(encodings.sentence_vectors[[place[sentence_id] for sentence_id in wanted]])


# How much of the corpus's mean vector is taken out of every vector: what all of it is about tells no theme from
# another. Not the whole mean, so that identical sentences keep a direction.
_MEAN_SHARE = 0.8


def common_vector(vectors: Matrix) -> Matrix:
    """What unit rows [n, d] have in common, float32 [d]: most of their mean; zeros without rows."""
    if not len(vectors):
        return np.zeros(vectors.shape[1], dtype=np.float32)
    common: Matrix = (_MEAN_SHARE * vectors.mean(axis=0, dtype=np.float64)).astype(np.float32)
    return common


def unit_vectors(vectors: Matrix, articles: Sequence[str], paragraphs: Sequence[int], unit: ThemeUnit) -> Matrix:
    """Vectors of sentences in reading order [n, d], each made the unit mean over its unit; float32 [n, d].

    A window is the sentence itself and its neighbours in the same article, the sentence weighing as much as both. A
    context is a mix of window, paragraph and article.
    """
    if unit is ThemeUnit.SENTENCE or not len(vectors):
        return vectors
    if unit is ThemeUnit.WINDOW:
        mixed = 2 * vectors
        same = np.array([a == b for a, b in pairwise(articles)], dtype=bool)
        mixed[1:][same] += vectors[:-1][same]
        mixed[:-1][same] += vectors[1:][same]
        return unit_rows(mixed)
    if unit is ThemeUnit.CONTEXT:
        mixed = np.zeros_like(vectors)
        for part, share in _SHARES:
            mixed += share * unit_vectors(vectors, articles, paragraphs, part)
        return unit_rows(mixed)
    keys = list(zip(articles, paragraphs, strict=True)) if unit is ThemeUnit.PARAGRAPH else list(articles)
    number = {key: index for index, key in enumerate(dict.fromkeys(keys))}
    group = np.array([number[key] for key in keys])
    sums = np.zeros((len(number), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, group, vectors)
    in_context: Matrix = unit_rows(sums)[group]
    return in_context
