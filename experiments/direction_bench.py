"""Who is for or against whom: the holder that is read and the tone toward the target, against directed sentiment.

Park, Pan and Joo (Findings of ACL 2021). Pure but for reading the files given: no printing, no tracking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tenor.experiments import metrics
from tenor.experiments.bench_files import plain
from tenor.experiments.reader.data import Example, load_directed
from tenor.features.aliases import AliasIndex
from tenor.features.attribution import find_attributions, hold_mentions
from tenor.features.errors import TenorError
from tenor.features.mentions import Mention
from tenor.features.reader import Floats, Reader
from tenor.features.registry import RegistryError, parse_registry
from tenor.features.sentences import sentence_spans

CLASSES = ("nobody", "p for q", "q for p", "p against q", "q against p")
THRESHOLDS = tuple(
    round(0.30 + 0.05 * i, 2) for i in range(14)
)  # least probability of a side, tried on the tuning rows

Ints = npt.NDArray[np.int64]
# What each row's two targets are marked with in ``load_directed``: 0 no view, 1 against, 2 for, None a holder.
_CLASS_OF = {(0, 0): 0, (None, 2): 1, (2, None): 2, (None, 1): 3, (1, None): 4}


@dataclass(frozen=True)
class DirectedRow:
    """A sentence with two actors p and q, half-open character spans, and the number of its class in ``CLASSES``."""

    text: str
    p: tuple[int, int]
    q: tuple[int, int]
    label: int


@dataclass(frozen=True)
class DirectionScores:
    """One way of telling. Macro-F1 over the five classes with a 95 % bootstrap interval, sentences resampled whole.

    ``threshold`` is the probability from which it takes a side, found on the tuning rows; None where it has none.
    """

    system: str
    threshold: float | None
    macro_f1: float
    low: float
    high: float
    accuracy: float
    f1_by_class: Mapping[str, float]


@dataclass(frozen=True)
class DirectionBench:
    """What ``bench_direction`` found on the ``n`` rows kept for measuring; ``n_read`` of them have a holder read."""

    n_tuning: int
    n: int
    n_sentences: int
    n_read: int
    systems: tuple[DirectionScores, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; undefined figures are null."""
        return {
            "classes": list(CLASSES),
            "unseen": {"holder rules": True, "VADER": True, "reader": False},
            **{key: plain(value) for key, value in asdict(self).items()},
        }

    def as_text(self) -> str:
        """A table for people, and what the figures are not."""
        lines = [
            f"{self.n} rows of {self.n_sentences} sentences, none of them among the {self.n_tuning} tuning rows; "
            f"one of the two actors was read as a holder in {self.n_read}",
            f"  {'':34}{'macro-F1':>10}{'95% interval':>18}{'accuracy':>10}{'from':>7}"
            + "".join(f"{name:>13}" for name in CLASSES),
        ]
        for one in self.systems:
            interval = f"[{one.low:.3f}, {one.high:.3f}]"
            start = "" if one.threshold is None else f"{one.threshold:.2f}"
            lines.append(
                f"  {one.system:34}{one.macro_f1:>10.3f}{interval:>18}{one.accuracy:>10.3f}{start:>7}"
                + "".join(f"{one.f1_by_class[name]:>13.3f}" for name in CLASSES)
            )
        return "\n".join([*lines, *_NOTES])


_NOTES = (
    "",
    "Columns on the right: F1 by class. `from`: probability from which a side is taken, chosen on the tuning rows.",
    "The shipped reader was trained on the sentences of this corpus that take a side (models/weights/README.md): its",
    "rows measure fit, not how it does on unseen text. The holder rules and VADER have not seen the corpus.",
)


def read_directed(data: Path) -> list[DirectedRow]:
    """Rows of a TSV file, or of all ``.txt`` and ``.tsv`` files of a folder in order of name; repeats count once.

    Lines without two bracketed actors are left out, as the corpus has some.

    Raises:
        TenorError: nothing can be read, or a file is not in the corpus's layout.
    """
    paths = sorted(p for p in data.iterdir() if p.suffix in {".txt", ".tsv"}) if data.is_dir() else [data]
    rows: dict[DirectedRow, None] = {}
    for path in paths:
        try:
            examples = load_directed(path, every_target=True)
        except (OSError, ValueError, IndexError) as error:
            raise TenorError(
                f"{path}: expected sentence with [p] and [q], p, q and class 0 to 4, separated by tabs."
            ) from error
        rows |= dict.fromkeys(_row(example) for example in examples)
    if not rows:
        raise TenorError(
            f"{data}: no row of sentence with [p] and [q], p, q and class; give the corpus's file or folder."
        )
    return list(rows)


def _row(example: Example) -> DirectedRow:
    first, second = example.targets
    label = _CLASS_OF[first.directed, second.directed]
    return DirectedRow(example.text, (first.start, first.end), (second.start, second.end), label)


def split_rows(rows: Sequence[DirectedRow], *, share: float = 0.2) -> tuple[list[DirectedRow], list[DirectedRow]]:
    """Rows for tuning and rows for measuring, about ``share`` of them: no sentence stands on both sides.

    A sentence goes by a digest of its letters, so that order, spacing and case do not matter.
    """
    tuning: list[DirectedRow] = []
    measuring: list[DirectedRow] = []
    for row in rows:
        (measuring if int(_key(row.text)[:8], 16) < share * 16**8 else tuning).append(row)
    return tuning, measuring


def _key(text: str) -> str:
    return hashlib.sha256("".join(c for c in text.casefold() if c.isalnum()).encode()).hexdigest()


def read_holder(row: DirectedRow) -> tuple[bool, bool]:
    """Whether p is read as the holder of what is said of q, and q of what is said of p."""
    names = [row.text[start:end] for start, end in (row.p, row.q)]
    try:
        registry = parse_registry(
            {"actors": [{"id": i, "name": " ".join(n.split())} for i, n in zip("pq", names, strict=True)]}
        )
    except RegistryError:  # the same name twice, or no name: nobody to tell apart
        return False, False
    sentences = sentence_spans(row.text)
    spans = sorted([(*row.p, "p"), (*row.q, "q")])
    mentions = [
        Mention(start, end, actor, "alias", number)
        for start, end, actor in spans
        for number, sentence in enumerate(sentences)
        if sentence.start <= start < sentence.end
    ]
    found = find_attributions(row.text, sentences, mentions, AliasIndex(registry))
    held = {
        mention.actor: speaker.holder
        for mention, (speaker, _) in zip(mentions, hold_mentions(mentions, found), strict=True)
        if speaker is not None
    }
    return held.get("q") == "p", held.get("p") == "q"


def decide(toward: Floats, possible: npt.NDArray[np.bool_], threshold: float) -> Ints:
    """Classes int64 [n] from the tone toward p and q [n, 2, 3] (negative, neutral, positive) and who may hold a view.

    ``possible`` bool [n, 2]: whether p may hold one of q, and q of p. The stronger side of a possible holder is taken,
    where its probability reaches ``threshold``; else nobody is for or against anybody.
    """
    for_and_against = toward[:, ::-1][:, :, [2, 0]]  # [n, holder p or q, for or against]: p's view is the tone toward q
    strength = np.where(possible[:, :, None], for_and_against, -1.0).reshape(-1, 4)
    best = strength.argmax(axis=1)  # 0 p for q, 1 p against q, 2 q for p, 3 q against p
    classes: Ints = np.array([1, 3, 2, 4], dtype=np.int64)[best]
    return np.where(strength.max(axis=1) >= threshold, classes, 0)


def macro_f1(true: Ints, said: Ints) -> tuple[float, list[float]]:
    """Unweighted mean F1 of the five classes, in [0, 1], and each class's; 0 where a class is never met."""
    table = np.zeros((len(CLASSES), len(CLASSES)))
    np.add.at(table, (true, said), 1)
    hits, total = np.diagonal(table), table.sum(0) + table.sum(1)
    f1 = np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0)
    return float(f1.mean()), f1.tolist()


def bench_direction(
    rows: Sequence[DirectedRow],
    reader: Reader,
    *,
    n_tuning: int = 2000,
    n_bootstrap: int = 1000,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> DirectionBench:
    """Measure on a fifth of the sentences, with the threshold found on up to ``n_tuning`` rows of the others.

    Raises:
        TenorError: too few rows to have some on either side.
    """
    rng = np.random.default_rng(seed)
    tuning, measuring = split_rows(rows)
    if not tuning or not measuring:
        raise TenorError(f"{len(rows)} rows are too few to split by sentence; give the whole corpus.")
    tuning = [tuning[i] for i in sorted(rng.permutation(len(tuning))[:n_tuning])]
    say = progress or (lambda _: None)
    say("reading holders")
    held = [np.array([read_holder(row) for row in part], dtype=bool) for part in (tuning, measuring)]  # [n, 2] each
    say("reading tone")
    tones = {
        "reader": [_reader_tone(part, reader) for part in (tuning, measuring)],
        "VADER": [_vader_tone(part) for part in (tuning, measuring)],
    }
    truths = [np.array([row.label for row in part], dtype=np.int64) for part in (tuning, measuring)]
    anybody = [np.ones_like(part) for part in held]
    systems = []
    for name, possible, tone in (
        ("holder read, reader's tone", held, "reader"),
        ("other actor assumed, reader's tone", anybody, "reader"),
        ("holder read, VADER's tone", held, "VADER"),
        ("other actor assumed, VADER's tone", anybody, "VADER"),
    ):
        scores = [macro_f1(truths[0], decide(tones[tone][0], possible[0], t))[0] for t in THRESHOLDS]
        threshold = THRESHOLDS[int(np.argmax(scores))]
        said = decide(tones[tone][1], possible[1], threshold)
        systems.append(_score(name, threshold, truths[1], said, measuring, n_bootstrap, rng))
    majority = np.full(len(measuring), np.bincount(truths[0]).argmax(), dtype=np.int64)
    systems.append(_score("majority class", None, truths[1], majority, measuring, n_bootstrap, rng))
    return DirectionBench(
        n_tuning=len(tuning),
        n=len(measuring),
        n_sentences=len({_key(row.text) for row in measuring}),
        n_read=int(held[1].any(axis=1).sum()),
        systems=tuple(systems),
    )


def _score(
    name: str,
    threshold: float | None,
    true: Ints,
    said: Ints,
    rows: Sequence[DirectedRow],
    n_bootstrap: int,
    rng: np.random.Generator,
) -> DirectionScores:
    value, by_class = macro_f1(true, said)
    low, high = metrics.cluster_bootstrap(
        lambda drawn: macro_f1(true[drawn], said[drawn])[0],
        [_key(row.text) for row in rows],
        confidence=0.95,
        n_resamples=n_bootstrap,
        rng=rng,
    )
    return DirectionScores(
        name, threshold, value, low, high, metrics.accuracy(true, said), dict(zip(CLASSES, by_class, strict=True))
    )


def _reader_tone(rows: Sequence[DirectedRow], reader: Reader) -> Floats:
    """Probabilities of the tone toward p and q, float32 [n, 2, 3]."""
    found: Floats = reader.read([row.text for row in rows], [[row.p, row.q] for row in rows]).probabilities
    return found.reshape(len(rows), 2, 3)


def _vader_tone(rows: Sequence[DirectedRow]) -> Floats:
    """The whole sentence's compound score as if it were a probability toward both actors, float32 [n, 2, 3]."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    compound = np.array([analyzer.polarity_scores(row.text)["compound"] for row in rows], dtype=np.float32)
    toward = np.stack([np.maximum(-compound, 0), 1 - np.abs(compound), np.maximum(compound, 0)], axis=1)
    return np.repeat(toward[:, None, :], 2, axis=1)
