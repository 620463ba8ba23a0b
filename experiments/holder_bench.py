"""Whose view a mention stands in, measured on mentions whose holder people read.

Pure but for reading the file given: no printing, no tracking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tenor.experiments import metrics
from tenor.experiments.bench_files import plain, read_objects
from tenor.features.errors import TenorError
from tenor.features.records import Articles, Labels, Mentions

KINDS = ("author", "actor", "other", "unknown")  # the last but one is a named speaker whom the registry lacks
ALL = "all"
_TEXTS = ("doc", "text", "actor", "mention", "holder")

Annotator = Callable[[Articles], Mentions]


@dataclass(frozen=True)
class HolderRow:
    """A mention ``text[start:end]`` of ``actor`` and who holds the view in which it stands.

    ``holder`` is ``author``, ``unknown``, an actor's id, or a speaker's name; rows with one ``doc`` resample together.
    """

    doc: str
    text: str
    actor: str
    start: int
    end: int
    holder: str
    outlet: str = ""


@dataclass(frozen=True)
class Share:
    """Right answers among ``n``, in [0, 1] or NaN, with a 95 % percentile bootstrap interval, documents resampled."""

    n: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class HolderBench:
    """Accuracy over all rows (``all``) and by the kind of the holder that was read; a mention not found is wrong.

    ``found_only`` leaves out mentions that the annotation did not find; ``author_always`` is the answer "the author".
    ``mistakes`` counts pairs of kinds "read > said" among the wrong, ``not found`` being one.
    """

    n_documents: int
    n_not_found: int
    kinds: Mapping[str, Share]
    found_only: Share
    author_always: Share
    mistakes: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; undefined figures are null."""
        found: dict[str, Any] = plain(asdict(self))
        return found

    def as_text(self) -> str:
        """A table for people."""
        rows = [*self.kinds.items(), ("found only", self.found_only), ("author always", self.author_always)]
        lines = [f"{self.kinds[ALL].n} mentions in {self.n_documents} documents, {self.n_not_found} not found"]
        lines.append(f"  {'holder':15}{'n':>6}{'accuracy':>10}{'95% interval':>18}")
        for name, share in rows:
            lines.append(f"  {name:15}{share.n:>6}{share.accuracy:>10.3f}{f'[{share.low:.3f}, {share.high:.3f}]':>18}")
        wrong = ", ".join(f"{pair} {count}" for pair, count in self.mistakes.items())
        return "\n".join([*lines, f"Mistakes (read > said): {wrong or 'none'}."])


def read_holder_rows(path: Path) -> list[HolderRow]:
    """Rows of a JSONL file in its order; blank lines are skipped.

    A row needs ``doc`` (an article's id, or that of a group of articles that belong together), ``text`` (the article,
    or a sentence where no more is known), ``actor`` (an id of the registry), ``mention`` (its words in ``text``) and
    ``holder``. Where the words stand in ``text`` more than once, ``start`` and ``end`` (characters, half-open) say
    which are meant. ``outlet`` is optional.

    Raises:
        TenorError: the file cannot be read or holds no row, or a row breaks this; names file and line, never the text.
    """
    return [_row(row, where) for where, row in read_objects(path, of="row", keys=", ".join(_TEXTS))]


def _row(given: Mapping[str, Any], where: str) -> HolderRow:
    for key in _TEXTS:
        if not isinstance(given.get(key), str) or not given[key]:
            raise TenorError(
                f"{where}, key `{key}`: expected text, got {type(given.get(key)).__name__}. "
                "Labels as in seeds/labels.jsonl need the articles they were drawn from: pass --articles."
            )
    text, mention = given["text"], given["mention"]
    start, end = given.get("start"), given.get("end")
    if start is None and end is None:
        start = text.find(mention)
        end = start + len(mention)
        if start < 0 or text.find(mention, start + 1) >= 0:
            times = "nowhere" if start < 0 else "more than once"
            raise TenorError(
                f"{where}, key `mention`: stands {times} in `text`; give `start` and `end` of the one meant."
            )
    if type(start) is not int or type(end) is not int or not 0 <= start < end or text[start:end] != mention:
        raise TenorError(f"{where}, keys `start` and `end`: do not select `mention` in `text` (characters from 0).")
    return HolderRow(
        given["doc"], text, given["actor"], start, end, given["holder"].strip(), str(given.get("outlet") or "")
    )


def place_labels(labels: Labels, articles: Articles) -> list[HolderRow]:
    """Labelled mentions set back into their articles; those without actor or holder are left out.

    ``doc`` is the article's group of near-duplicates. A label is found by the offsets that its id ends in, else by
    its sentence, which must then stand once in the article.

    Raises:
        TenorError: no label has a holder, or a label's article or place in it is not found.
    """
    known = {row["article_id"]: row for row in articles.rows()}
    rows: list[HolderRow] = []
    for label in labels.rows():
        if not label["holder"] or not label["actor"]:
            continue
        article = known.get(label["article_id"])
        if article is None:
            raise TenorError(
                f"Label {label['label_id']}: its article is not among those given; pass the articles it was drawn from."
            )
        start = _place(label, article["text"])
        end = start + label["end"] - label["start"]
        rows.append(
            HolderRow(
                article["near_duplicate_group"],
                article["text"],
                label["actor"],
                start,
                end,
                label["holder"],
                article["outlet"],
            )
        )
    if not rows:
        raise TenorError("No label states actor and holder; fill in `holder` as docs/codebook.md says.")
    return rows


def _place(label: Mapping[str, Any], text: str) -> int:
    parts = label["label_id"].rsplit(":", 3)
    if len(parts) == 4 and parts[1].isdecimal():
        start = int(parts[1])
        first = start - label["start"]
        if first >= 0 and text[first : first + len(label["sentence"])] == label["sentence"]:
            return start
    first = text.find(label["sentence"])
    if first < 0 or text.find(label["sentence"], first + 1) >= 0:
        raise TenorError(
            f"Label {label['label_id']}: its sentence does not stand exactly once in its article; draw the labels anew."
        )
    at: int = first + label["start"]
    return at


def bench_holder(
    rows: Sequence[HolderRow],
    annotate: Annotator,
    actors: Sequence[str],
    *,
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> HolderBench:
    """Compare ``annotate``'s holders with those read; ``actors`` are the registry's ids. No rows give NaN.

    A holder agrees where its id or its name is the one read, letter case aside.
    """
    said = _said(rows, annotate)
    right = np.array([_agrees(row.holder, answer) for row, answer in zip(rows, said, strict=True)], dtype=bool)
    kinds = np.array([_kind(row.holder, frozenset(actors)) for row in rows], dtype=object)
    missing = np.array([answer is None for answer in said], dtype=bool)
    docs = np.array([row.doc for row in rows], dtype=object)
    rng = np.random.default_rng(seed)

    def share(among: np.ndarray[Any, Any], hits: np.ndarray[Any, Any]) -> Share:
        chosen = hits[among]
        low, high = metrics.cluster_bootstrap(
            lambda drawn: float(chosen[drawn].mean()),
            list(docs[among]),
            confidence=0.95,
            n_resamples=n_bootstrap,
            rng=rng,
        )
        return Share(len(chosen), float(chosen.mean()) if len(chosen) else float("nan"), low, high)

    every = np.ones(len(rows), dtype=bool)
    mistakes: dict[str, int] = {}
    for kind, answer, hit in zip(kinds, said, right, strict=True):
        if not hit:
            pair = f"{kind} > {answer[2] if answer else 'not found'}"
            mistakes[pair] = mistakes.get(pair, 0) + 1
    return HolderBench(
        n_documents=len(set(docs)),
        n_not_found=int(missing.sum()),
        kinds={ALL: share(every, right), **{kind: share(kinds == kind, right) for kind in KINDS}},
        found_only=share(~missing, right),
        author_always=share(every, kinds == "author"),
        mistakes=dict(sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))),
    )


def _said(rows: Sequence[HolderRow], annotate: Annotator) -> list[tuple[str, str, str] | None]:
    """Holder, its name and its kind as annotated; None where no mention of the actor overlaps the row's."""
    number = {key: f"{n:06d}" for n, key in enumerate(dict.fromkeys((r.doc, r.text, r.outlet) for r in rows))}
    articles = Articles.from_rows(
        {
            "article_id": name,
            "outlet": outlet or "unknown",
            "text": text,
            "raw": text,
            "language": "en",
            "near_duplicate_group": name,
            "source": name,
        }
        for (_, text, outlet), name in number.items()
    )
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for mention in annotate(articles).rows():
        found.setdefault((mention["article_id"], mention["actor"]), []).append(mention)
    answers: list[tuple[str, str, str] | None] = []
    for row in rows:
        near = [
            m
            for m in found.get((number[row.doc, row.text, row.outlet], row.actor), [])
            if m["start"] < row.end and row.start < m["end"]
        ]
        best = min(near, key=lambda m: abs(m["start"] - row.start) + abs(m["end"] - row.end), default=None)
        answers.append(None if best is None else (best["holder"], best["holder_name"], best["holder_kind"]))
    return answers


def _agrees(read: str, said: tuple[str, str, str] | None) -> bool:
    return said is not None and read.casefold() in {said[0].casefold(), said[1].casefold()}


def _kind(holder: str, actors: frozenset[str]) -> str:
    if holder in {"author", "unknown"}:
        return holder
    return "actor" if holder in actors else "other"
