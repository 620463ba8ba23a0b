"""From public files to framed examples: token ids and token spans, ready for the reader's network.

Every loader returns ``Example`` records, one a sentence, each with its targets. Nothing is downloaded here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

LABELS = (-1, 0, 1)  # polarity as written in the files; the network's classes are 0, 1, 2 in this order


@dataclass(frozen=True)
class Target:
    """One target of a sentence: where it stands, and what is known of its tone.

    ``label`` is a class (0 negative, 1 neutral, 2 positive) given by NewsMTSC's crowd or as it would, ``codebook`` one
    given by the project's codebook, ``directed`` one of the auxiliary task (0 none, 1 somebody is against it, 2
    somebody is for it); None where that was not said.
    """

    start: int
    end: int
    label: int | None = None
    codebook: int | None = None
    directed: int | None = None
    key: str = ""


@dataclass(frozen=True)
class Example:
    """A sentence and its targets (character offsets into ``text``); ``article`` is the article's id, or empty."""

    text: str
    targets: tuple[Target, ...]
    article: str = ""


def article_of(row_id: str) -> str:
    """The article a NewsMTSC row comes from: ``allsides_<n>_<n>`` or ``polusa_v1_<n>``; else the id as it stands."""
    found = re.match(r"allsides_\d+_\d+(?=_)|polusa_v1_\d+(?=_)", row_id)
    return found.group(0) if found else row_id


def load_newsmtsc(path: Path, more: Path | None = None, *, by_codebook: bool = False) -> list[Example]:
    """Sentences of a NewsMTSC JSONL file with all their targets, in file order; ``by_codebook`` says who labelled them.

    ``more`` labels further targets of these sentences by the codebook: rows of ``id`` (of any row of the sentence),
    ``from``, ``to`` and ``polarity``. Raises ``ValueError`` naming file and line where a row lacks a field or its span
    does not fit.
    """
    found: dict[str, list[Target]] = {}
    articles: dict[str, str] = {}
    texts: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            try:
                text, start, end = row["sentence"], int(row["from"]), int(row["to"])
                label = LABELS.index(int(row["polarity"]))
            except (KeyError, ValueError) as error:
                raise ValueError(
                    f"{path}, line {number}: got {sorted(row)}, expected sentence, from, to and polarity in -1, 0, 1; "
                    "use the flat NewsMTSC layout"
                ) from error
            if not 0 <= start < end <= len(text):
                raise ValueError(f"{path}, line {number}: span {start}:{end} lies outside {len(text)} characters")
            crowd, ours = (None, label) if by_codebook else (label, None)
            found.setdefault(text, []).append(Target(start, end, crowd, ours, key=str(row.get("id", number))))
            articles.setdefault(text, article_of(str(row.get("id", ""))))
            texts[str(row.get("id", ""))] = text
    if more is not None:
        for number, line in enumerate(more.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            text, start, end = texts.get(str(row["id"]), ""), int(row["from"]), int(row["to"])
            if not 0 <= start < end <= len(text):
                raise ValueError(f"{more}, line {number}: no sentence of {path} has id {row['id']} and {start}:{end}")
            target = Target(start, end, codebook=LABELS.index(int(row["polarity"])), key=f"{row['id']}+{start}")
            found[text].append(target)
    return [Example(text, tuple(targets), articles[text]) for text, targets in found.items()]


def load_articles_targets(articles: Path, targets: Path) -> list[Example]:
    """Sentences of PolNeAR-format articles whose targets are labelled in a file that holds no text.

    ``targets`` is JSONL: ``article_id``, ``start`` and ``end`` of the sentence in the article's text, ``targets`` as
    [start, end, polarity] there. Raises ``ValueError`` naming file and line where a row does not fit.
    """
    texts = {}
    for line in articles.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        texts[article["article_id"]] = article["text"]
    examples = []
    for number, line in enumerate(targets.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        text, start, end = texts.get(row["article_id"], ""), row["start"], row["end"]
        if any(not start <= a < b <= end <= len(text) for a, b, _ in row["targets"]):
            raise ValueError(f"{targets}, line {number}: spans that {row['article_id']} in {articles} does not hold")
        found = _codebook_targets(row["targets"], row["article_id"], start)
        examples.append(Example(text[start:end], found, row["article_id"]))
    return examples


def load_directed(path: Path, *, every_target: bool = False) -> list[Example]:
    """Sentences of the directed-sentiment TSV: the object of a view is marked against or for, class 0 gives none twice.

    The brackets sometimes cut a word's last letters off; a span is widened to the end of its word. Lines without two
    brackets are left out; ``every_target`` keeps the holders of a view too, without a class.
    """
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) != 4:
            continue
        text, spans = "", []
        for piece in re.split(r"(\[[^\[\]]*\])", parts[0]):
            if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
                spans.append((len(text), len(text) + len(piece) - 2))
                text += piece[1:-1]
            else:
                text += piece
        if len(spans) != 2:
            continue
        spans = [(start, _word_end(text, end)) for start, end in spans]
        kind = int(parts[3])
        marks: tuple[int | None, int | None] = ((0, 0), (None, 2), (2, None), (None, 1), (1, None))[kind]
        pairs = zip(spans, marks, strict=True)
        targets = [Target(s, e, directed=mark) for (s, e), mark in pairs if every_target or mark is not None]
        examples.append(Example(text, tuple(targets)))
    return examples


def load_directed_targets(folder: Path, targets: Path) -> list[Example]:
    """Sentences of the directed-sentiment corpus whose targets are labelled in a file that holds no text.

    ``targets`` is JSONL: ``file`` (``train`` or ``valid`` in ``folder``), ``sentence`` (its number among those that
    ``load_directed`` gives, from 0), ``targets`` as [start, end, polarity] in it. Raises ``ValueError`` naming file and
    line where a row does not fit.
    """
    texts: dict[str, list[str]] = {}
    examples = []
    for number, line in enumerate(targets.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        name = row["file"]
        if name not in texts:
            texts[name] = [e.text for e in load_directed(folder / f"{name}.txt", every_target=True)]
        at = row["sentence"]
        text = texts[name][at] if at < len(texts[name]) else ""
        if any(not 0 <= a < b <= len(text) for a, b, _ in row["targets"]):
            raise ValueError(f"{targets}, line {number}: spans that sentence {at} of {folder / name}.txt does not hold")
        examples.append(Example(text, _codebook_targets(row["targets"], f"{name}:{at}", 0), f"directed:{name}:{at}"))
    return examples


def _codebook_targets(rows: Sequence[tuple[int, int, int]], key: str, start: int) -> tuple[Target, ...]:
    """Targets from [start, end, polarity] in a text of which the sentence begins at ``start``."""
    return tuple(Target(a - start, b - start, codebook=LABELS.index(p), key=f"{key}:{a}") for a, b, p in rows)


def as_crowd(examples: Iterable[Example]) -> list[Example]:
    """``examples`` with the codebook's labels taken for the crowd's: one head for both."""
    return [
        replace(
            e, targets=tuple(replace(t, label=t.codebook, codebook=None) if t.label is None else t for t in e.targets)
        )
        for e in examples
    ]


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalpha():
        end += 1
    return end


def n_targets(examples: Iterable[Example]) -> int:
    """How many targets stand in ``examples``."""
    return sum(len(example.targets) for example in examples)


def sample(examples: Sequence[Example], n: int) -> list[Example]:
    """The first ``n`` examples; all where ``n`` is 0 or more than there are, none where it is negative."""
    return list(examples[: max(n, 0)]) if n else list(examples)
