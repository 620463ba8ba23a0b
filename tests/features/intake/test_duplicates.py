"""Near-duplicates: against all pairs compared outright, in any order."""

from __future__ import annotations

import random

import pytest

from tenor.features.intake.drafts import words_of
from tenor.features.intake.duplicates import near_duplicate_groups

VOCABULARY = [f"word{i}" for i in range(400)]


def _corpus(seed: int) -> dict[str, str]:
    """Thirty articles: ten originals, each with a copy in which some words are changed and one unlike it."""
    draw = random.Random(seed)
    texts: dict[str, str] = {}
    for i in range(10):
        words = draw.choices(VOCABULARY, k=150)
        texts[f"a{i}"] = " ".join(words)
        for _ in range(draw.choice([2, 8, 30])):
            words[draw.randrange(150)] = draw.choice(VOCABULARY)
        texts[f"b{i}"] = " ".join(words)
        texts[f"c{i}"] = " ".join(draw.choices(VOCABULARY, k=150))
    return texts


def _by_all_pairs(texts: dict[str, str], threshold: float) -> dict[str, str]:
    grams = {
        key: {tuple(words_of(text)[i : i + 3]) for i in range(len(words_of(text)) - 2)} for key, text in texts.items()
    }
    group = {key: key for key in texts}
    for _ in texts:
        for left in texts:
            for right in texts:
                if len(grams[left] & grams[right]) >= threshold * len(grams[left] | grams[right]):
                    group[left] = group[right] = min(group[left], group[right])
    return group


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("threshold", [0.4, 0.6, 0.8])
def test_groups_are_those_of_all_pairs_in_any_order(seed: int, threshold: float) -> None:
    texts = _corpus(seed)
    expected = _by_all_pairs(texts, threshold)
    assert len(set(expected.values())) < len(texts), "the corpus must hold near-duplicates"
    assert near_duplicate_groups(texts, threshold=threshold) == expected
    shuffled = list(texts.items())
    random.Random(seed).shuffle(shuffled)
    assert near_duplicate_groups(dict(shuffled), threshold=threshold) == expected


def test_edges() -> None:
    assert near_duplicate_groups({}, threshold=0.6) == {}
    assert near_duplicate_groups({"b": "One two", "a": "one TWO!", "c": "", "d": ""}, threshold=0.6) == {
        "a": "a",
        "b": "a",
        "c": "c",
        "d": "d",
    }
