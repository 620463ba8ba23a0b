"""What a theme vector stands for: a sentence alone, with its neighbours, its paragraph, its article, or some of all.

A short sentence says little of its theme ("Everybody is."), a whole article blurs several. What was measured is told
in ``docs/themes.md``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import StrEnum
from itertools import pairwise

import numpy as np

from tenor.features.errors import TenorError
from tenor.features.records import Encodings, Sentences
from tenor.models.theme_clusters import Matrix, unit_rows
from tenor.models.theme_text import content_words


class ThemeUnit(StrEnum):
    """How much text around a sentence decides its theme."""

    SENTENCE = "sentence"
    WINDOW = "window"
    PARAGRAPH = "paragraph"
    ARTICLE = "article"
    CONTEXT = "context"


# A sentence's weight: its words of content, so many at most, and a little more than none.
_MOST_WORDS = 10
_LEAST_WEIGHT = 0.5
# What the article weighs beside a sentence's window and paragraph, in words of content: it tells what a lone "Everybody
# is." is about and hardly moves a paragraph that says so itself.
_ARTICLE_WEIGHT = 6.0


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


def unit_vectors(
    vectors: Matrix, texts: Sequence[str], articles: Sequence[str], paragraphs: Sequence[int], unit: ThemeUnit
) -> Matrix:
    """Vectors of sentences in reading order [n, d], each made the unit mean over its unit; float32 [n, d].

    A window is the sentence itself and its neighbours in the same article, the sentence weighing as much as both. A
    context is half the window and half the paragraph, drawn toward the article by a fixed weight: much where they say
    little, little where they say much. In every mean a sentence counts by its words of content, ten at most.
    """
    if unit is ThemeUnit.SENTENCE or not len(vectors):
        return vectors
    weights = [_LEAST_WEIGHT + min(n_words, _MOST_WORDS) for n_words in content_words(texts)]
    weighed = vectors * np.array(weights, dtype=np.float32)[:, None]
    if unit is ThemeUnit.WINDOW:
        return unit_rows(_over_window(weighed, articles))
    article = _over_groups(weighed, articles)
    if unit is ThemeUnit.ARTICLE:
        return unit_rows(article)
    paragraph = _over_groups(weighed, list(zip(articles, paragraphs, strict=True)))
    if unit is ThemeUnit.PARAGRAPH:
        return unit_rows(paragraph)
    near = 0.5 * (_over_window(weighed, articles) + paragraph)
    return unit_rows(near + _ARTICLE_WEIGHT * unit_rows(article))


def _over_window(weighed: Matrix, articles: Sequence[str]) -> Matrix:
    """Every row twice and its neighbours of the same article once, summed."""
    summed = 2 * weighed
    same = np.array([a == b for a, b in pairwise(articles)], dtype=bool)
    summed[1:][same] += weighed[:-1][same]
    summed[:-1][same] += weighed[1:][same]
    return summed


def _over_groups(weighed: Matrix, keys: Sequence[Hashable]) -> Matrix:
    """The sum over the group that every row belongs to."""
    number = {key: index for index, key in enumerate(dict.fromkeys(keys))}
    group = np.array([number[key] for key in keys])
    sums = np.zeros((len(number), weighed.shape[1]), dtype=np.float32)
    np.add.at(sums, group, weighed)
    of_group: Matrix = sums[group]
    return of_group
