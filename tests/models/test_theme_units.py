"""The unit of a theme vector: a mean by hand, and sentences that say little follow those that say much."""

from __future__ import annotations

import numpy as np
import pytest

from tenor.models.theme_clusters import unit_rows
from tenor.models.theme_text import content_words
from tenor.models.theme_units import ThemeUnit, unit_vectors

_HARVEST, _EMPTY = "Farmers brought barley, apples, walnuts and honey into seven barns.", "He said it is so."


def test_words_of_content() -> None:
    assert content_words([_HARVEST, _EMPTY, "", "1, 2, 3!"]) == [6, 0, 0, 0]


def test_a_paragraph_is_the_mean_by_words_of_content() -> None:
    vectors = np.eye(3, dtype=np.float32)
    found = unit_vectors(vectors, [_HARVEST, _EMPTY, _HARVEST], ["a", "a", "a"], [0, 0, 1], ThemeUnit.PARAGRAPH)
    assert np.allclose(found[0], np.array([6.5, 0.5, 0]) / np.hypot(6.5, 0.5))
    assert np.allclose(found[0], found[1])
    assert np.allclose(found[2], [0, 0, 1])


@pytest.mark.parametrize("unit", [ThemeUnit.CONTEXT, ThemeUnit.WINDOW, ThemeUnit.PARAGRAPH, ThemeUnit.ARTICLE])
def test_a_sentence_without_content_follows_its_neighbour(unit: ThemeUnit) -> None:
    vectors = np.eye(3, dtype=np.float32)[[0, 1, 2]]
    full, empty, other = unit_vectors(vectors, [_HARVEST, _EMPTY, _HARVEST], ["a", "a", "b"], [0, 0, 0], unit)
    assert empty @ vectors[0] > 0.9
    assert full @ vectors[1] < 0.2
    assert np.allclose(other, vectors[2])


def test_the_article_moves_a_lone_remark_more_than_a_full_paragraph() -> None:
    vectors = unit_rows(np.eye(3, dtype=np.float32)[[0, 1, 2]])
    texts, articles, paragraphs = [_HARVEST, "Nobody minds.", _HARVEST], ["a", "a", "a"], [0, 5, 9]
    article = unit_vectors(vectors, texts, articles, paragraphs, ThemeUnit.ARTICLE)[0]
    mixed = unit_vectors(vectors, texts, articles, paragraphs, ThemeUnit.CONTEXT)
    assert mixed[1] @ article > mixed[0] @ article


def test_a_sentence_alone_is_its_own_vector() -> None:
    vectors = unit_rows(np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32))
    assert unit_vectors(vectors, [""] * 4, list("aabb"), [0] * 4, ThemeUnit.SENTENCE) is vectors
    alone = unit_vectors(vectors, [_HARVEST] * 4, list("abcd"), [0] * 4, ThemeUnit.CONTEXT)
    assert np.allclose(alone, vectors, atol=1e-6)
