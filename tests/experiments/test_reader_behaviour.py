"""What the shipped reader does with sentences made to measure: rates over template sets, against stated minimums."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from reader_templates import (
    CLAUSES,
    KNOWN,
    NEGATED,
    OPPOSED,
    PAIRS,
    SINGLE,
    UNSEEN,
    Case,
    fill,
    singles,
    with_clause,
)

from tenor.features.reader import MANIFEST

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
pytestmark = pytest.mark.skipif(not (WEIGHTS / MANIFEST).exists(), reason="no reader weights in models/weights")

# The least share of cases that must pass, set by set and by either head; docs/reader.md gives the rates.
MINIMUM = {
    "swap": 0.90,
    "clause": 0.90,
    "renaming": 0.90,
    "negation": 0.75,
    "opposed": 0.80,
    "single": 0.85,
}


@pytest.fixture(scope="module")
def shipped():
    from tenor.experiments.reader.base import load_encoder
    from tenor.features.reader import load_reader

    encoder, tokenizer, digest = load_encoder("packaged")
    weights = load_reader(WEIGHTS, encoder, tokenizer, base_sha256=digest)

    @cache  # both heads answer in one reading
    def read(cases: tuple[Case, ...]):
        return weights.read([c.text for c in cases], [c.spans for c in cases])

    return read


@pytest.fixture(params=["probabilities", "codebook_probabilities"], ids=["crowd", "codebook"])
def reader(shipped, request):
    """What one head of the shipped reader says of cases: class probabilities [targets, 3] of each."""

    def read(cases: list[Case]) -> list[np.ndarray]:
        reading = shipped(tuple(cases))
        found = getattr(reading, request.param)
        return [found[reading.owners == i] for i in range(len(cases))]

    return read


def tones(reader, cases: list[Case]) -> list[np.ndarray]:
    """Classes -1, 0, 1 of each case's targets."""
    return [p.argmax(1) - 1 for p in reader(cases)]


def hold(name: str, passed: list[bool]) -> None:
    """Fail where too few cases of set ``name`` passed; every set has at least 100."""
    assert len(passed) >= 100
    rate = sum(passed) / len(passed)
    print(f"{name}: {rate:.3f} of {len(passed)} cases, at least {MINIMUM[name]:.2f} wanted")  # noqa: T201
    assert rate >= MINIMUM[name], f"{name}: {rate:.3f} of {len(passed)} cases, expected at least {MINIMUM[name]}"


def test_plain_tones_are_right(reader) -> None:
    cases = list(singles())
    found = tones(reader, [case for case, _ in cases])
    hold("single", [int(t[0]) == tone for t, (_, tone) in zip(found, cases, strict=True)])


def test_swapping_two_actors_swaps_their_tones(reader) -> None:
    cases = [(fill(t, a=a, b=b), fill(t, a=b, b=a)) for (t, _, _), (a, b) in product(OPPOSED, PAIRS)]
    before, after = tones(reader, [x for x, _ in cases]), tones(reader, [y for _, y in cases])
    # The slot keeps its tone whoever fills it, so the two actors have exchanged theirs.
    hold("swap", [bool((x == y).all()) for x, y in zip(before, after, strict=True)])


def test_opposite_tones_in_one_sentence_are_both_right(reader) -> None:
    cases = [(fill(t, a=a, b=b), (x, y)) for (t, x, y), (a, b) in product(OPPOSED, PAIRS)]
    found = tones(reader, [case for case, _ in cases])
    hold("opposed", [tuple(f) == wanted for f, (_, wanted) in zip(found, cases, strict=True)])


def test_a_neutral_clause_changes_little(reader) -> None:
    names = KNOWN[:3] + UNSEEN[:3]
    made = [(fill(t, a=n), fill(with_clause(t, c), a=n)) for (t, _), c, n in product(SINGLE, CLAUSES, names)]
    before, after = reader([x for x, _ in made]), reader([y for _, y in made])
    hold("clause", [x.argmax() == y.argmax() for x, y in zip(before, after, strict=True)])


def test_renaming_the_target_changes_little(reader) -> None:
    made = [(fill(t, a=known), fill(t, a=unseen)) for (t, _), known, unseen in product(SINGLE, KNOWN, UNSEEN)]
    before, after = tones(reader, [x for x, _ in made]), tones(reader, [y for _, y in made])
    hold("renaming", [bool((x == y).all()) for x, y in zip(before, after, strict=True)])


def test_negation_takes_a_judgement_back(reader) -> None:
    made = [(fill(said, a=n), fill(denied, a=n), tone) for (said, denied, tone), n in product(NEGATED, KNOWN + UNSEEN)]
    said, denied = reader([x for x, _, _ in made]), reader([y for _, y, _ in made])
    passed = []
    for x, y, (_, _, tone) in zip(said, denied, made, strict=True):
        before, after = float(x[0, 2] - x[0, 0]), float(y[0, 2] - y[0, 0])  # tone in [-1, 1]
        passed.append(tone * before > tone * after + 0.25)
    hold("negation", passed)
