"""Who is for or against whom: the split by sentence, the decision by hand, the holder that is read, the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score

from tenor.experiments.direction_bench import (
    CLASSES,
    DirectedRow,
    bench_direction,
    decide,
    macro_f1,
    read_directed,
    read_holder,
    split_rows,
)
from tenor.features.errors import TenorError
from tenor.features.reader import Reading

NEGATIVE, NEUTRAL, POSITIVE = (0.9, 0.1, 0.0), (0.1, 0.8, 0.1), (0.0, 0.3, 0.7)


def row(text: str, label: int = 0) -> DirectedRow:
    """A sentence whose actors p and q stand in brackets."""
    first, rest = text.split("[", 1)
    p, rest = rest.split("]", 1)
    between, rest = rest.split("[", 1)
    q, after = rest.split("]", 1)
    start = len(first) + len(p) + len(between)
    plain = first + p + between + q + after
    return DirectedRow(plain, (len(first), len(first) + len(p)), (start, start + len(q)), label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Varna] blamed [Orlan] for the fire.", (True, False)),
        ("[Varna] was praised by [Orlan].", (False, True)),
        ("[Hale] said that [Rook] had lied.", (True, False)),
        ("“[Rook] lied,” [Hale] said.", (False, True)),
        ("[Varna] met [Orlan] at noon.", (False, False)),
        ("Dessa blamed [Varna] and [Orlan].", (False, False)),
        ("[Varna] blamed [Varna].", (False, False)),
    ],
)
def test_the_holder_is_read_among_the_two(text: str, expected: tuple[bool, bool]) -> None:
    assert read_holder(row(text)) == expected


def test_the_decision_by_hand() -> None:
    # Tone toward p, tone toward q; who may hold a view: p, q.
    cases = [
        (NEUTRAL, NEGATIVE, (True, True), 0.5, "p against q"),
        (NEUTRAL, POSITIVE, (True, True), 0.5, "p for q"),
        (NEGATIVE, NEUTRAL, (True, True), 0.5, "q against p"),
        (POSITIVE, NEUTRAL, (True, True), 0.5, "q for p"),
        (NEGATIVE, NEUTRAL, (True, False), 0.5, "nobody"),
        (NEGATIVE, POSITIVE, (True, False), 0.5, "p for q"),
        (NEGATIVE, POSITIVE, (True, True), 0.5, "q against p"),
        (NEUTRAL, POSITIVE, (True, True), 0.75, "nobody"),
        (NEUTRAL, POSITIVE, (True, True), 0.7, "p for q"),
        (NEUTRAL, NEUTRAL, (False, False), 0.0, "nobody"),
    ]
    for p, q, possible, threshold, expected in cases:
        said = decide(np.array([[p, q]]), np.array([possible]), threshold)
        assert CLASSES[said[0]] == expected


def test_macro_f1_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    true, said = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
    value, by_class = macro_f1(true, said)
    assert value == pytest.approx(f1_score(true, said, average="macro"))
    assert by_class == pytest.approx(f1_score(true, said, average=None))


def test_no_sentence_stands_on_both_sides() -> None:
    rows = [
        made
        for n in range(300)
        for made in (
            row(f"[Varna] met [Orlan] on day {n}."),
            row(f"Varna met [Orlan] on [day] {n}."),
            row(f"[VARNA]  met [orlan] on day {n} !"),
        )
    ]
    tuning, measuring = split_rows(rows)
    assert sorted(map(hash, tuning + measuring)) == sorted(map(hash, rows))
    number = [{made.text.casefold().strip(" !.").split()[-1] for made in side} for side in (tuning, measuring)]
    assert not number[0] & number[1]
    assert 0.1 < len(measuring) / len(rows) < 0.3
    turned = split_rows(rows[::-1])
    assert set(turned[1]) == set(measuring)
    assert split_rows([]) == ([], [])


class Oracle:
    """A reader that finds a sentence's last actor bad and any other neutral."""

    def read(self, texts, spans, *, blind=False):
        tones = [NEGATIVE if start == max(s for s, _ in found) else NEUTRAL for found in spans for start, _ in found]
        logits = np.log(np.array(tones, dtype=np.float32) + 1e-6)
        owners = np.repeat(np.arange(len(texts)), [len(found) for found in spans])
        return Reading(np.zeros((len(texts), 2), np.float32), owners, np.zeros((len(tones), 2), np.float32), logits)


def corpus() -> list[DirectedRow]:
    return [
        row(f"[Varna] blamed [Orlan] for fire {n}.", 3) if n % 2 else row(f"[Varna] met [Orlan] on day {n}.")
        for n in range(60)
    ]


def test_a_right_holder_with_a_right_tone_is_perfect() -> None:
    bench = bench_direction(corpus(), Oracle(), n_bootstrap=50)
    by_name = {one.system: one for one in bench.systems}
    read = by_name["holder read, reader's tone"]
    assert read.accuracy == 1.0
    assert read.macro_f1 == pytest.approx(2 / 5)  # two of five classes are ever met
    assert by_name["other actor assumed, reader's tone"].accuracy < 1.0
    assert by_name["majority class"].threshold is None
    assert bench.n_read < bench.n == bench.n_sentences
    assert bench.as_dict()["unseen"] == {"holder rules": True, "VADER": True, "reader": False}
    assert json.dumps(bench.as_dict(), allow_nan=False)
    assert "trained on the sentences of this corpus" in bench.as_text()


def test_too_few_rows() -> None:
    with pytest.raises(TenorError, match="too few"):
        bench_direction(corpus()[:1], Oracle())


# --- the files -------------------------------------------------------------------------------------------------------

GOOD = "[Varna] blamed [Orlan] again.\tVarna\tOrlan\t3\n"


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text(GOOD + "[Varna] alone.\tVarna\tOrlan\t0\n" + GOOD, encoding="utf-8")
    (tmp_path / "valid.tsv").write_text(GOOD + "[Orla]n thanked [Varna].\tOrla\tVarna\t1\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("no data", encoding="utf-8")
    rows = read_directed(tmp_path)
    assert [(r.text[slice(*r.p)], r.text[slice(*r.q)], CLASSES[r.label]) for r in rows] == [
        ("Varna", "Orlan", "p against q"),
        ("Orlan", "Varna", "p for q"),
    ]
    assert read_directed(tmp_path / "train.txt") == rows[:1]


@pytest.mark.parametrize(
    "line", ["[Varna] blamed [Orlan].\tVarna\tOrlan\tmany\n", "[Varna] blamed [Orlan].\ta\tb\t9\n"]
)
def test_a_file_in_another_layout(tmp_path: Path, line: str) -> None:
    (tmp_path / "train.txt").write_text(GOOD + line, encoding="utf-8")
    with pytest.raises(TenorError, match="class 0 to 4"):
        read_directed(tmp_path / "train.txt")


def test_nothing_to_read(tmp_path: Path, tenor) -> None:
    with pytest.raises(TenorError, match="no row"):
        read_directed(tmp_path)
    refused = tenor("bench", "direction", "--data", tmp_path / "none.txt")
    assert refused.code == 1
    assert refused.err.startswith("tenor: No such file")


def test_the_public_corpus_splits_by_sentence(shared: Path) -> None:
    rows = read_directed(shared / "data" / "directed_sentiment")
    assert len(rows) > 12_000
    assert {r.label for r in rows} == set(range(5))
    tuning, measuring = split_rows(rows)
    assert not {r.text for r in tuning} & {r.text for r in measuring}
    toned = [r for r in measuring if r.label]
    right = sum(read_holder(r)[0 if r.label in {1, 3} else 1] for r in toned[:150])
    wrong = sum(read_holder(r)[1 if r.label in {1, 3} else 0] for r in toned[:150])
    assert right >= 3 * max(
        wrong, 1
    )  # where a holder is read in a sentence that takes a side, it is mostly the right one
