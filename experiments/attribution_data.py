"""Articles with the attributions that people marked in them: PolNeAR's layout as JSONL, an article a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenor.experiments.bench_files import read_objects
from tenor.features.errors import TenorError
from tenor.features.sentences import Span

KINDS = ("source", "cue", "content")


@dataclass(frozen=True)
class Relation:
    """One attribution: the spans of its source, cue and content in the article's text; a kind may have none or several.

    Spans are half-open, in characters, and in the order of the text.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]

    def spans(self, kind: str) -> tuple[Span, ...]:
        """The spans of one of ``KINDS``."""
        return {"source": self.source, "cue": self.cue, "content": self.content}[kind]


@dataclass(frozen=True)
class AttributedArticle:
    """An article and the attributions that people marked in it."""

    article_id: str
    outlet: str
    text: str
    relations: tuple[Relation, ...]


def read_attributed(path: Path) -> list[AttributedArticle]:
    """The articles of a file in their order; blank lines are skipped.

    A row needs ``article_id``, ``text`` and ``attributions``, a list of objects with any of ``source``, ``cue`` and
    ``content``, each a list of ``[start, end]`` in characters of ``text``. Other keys but ``outlet`` are ignored.

    Raises:
        TenorError: the file cannot be read or holds no article, or a row breaks the layout; the message names file and
            line and repeats nothing of the text.
    """
    rows = read_objects(path, of="article", keys="article_id, text, attributions")
    return [_article(row, where) for where, row in rows]


def _article(row: Mapping[str, Any], where: str) -> AttributedArticle:
    for key in ("article_id", "text"):
        if not isinstance(row.get(key), str):
            raise TenorError(f"{where}, key `{key}`: expected text, got {type(row.get(key)).__name__}.")
    attributions = row.get("attributions")
    if not isinstance(attributions, list) or not all(isinstance(item, dict) for item in attributions):
        raise TenorError(f"{where}, key `attributions`: expected a list of objects with source, cue and content.")
    relations = tuple(_relation(item, len(row["text"]), where) for item in attributions)
    return AttributedArticle(row["article_id"], str(row.get("outlet") or ""), row["text"], relations)


def _relation(item: Mapping[str, Any], length: int, where: str) -> Relation:
    return Relation(*(_spans(item.get(kind), kind, length, where) for kind in KINDS))


def _spans(value: Any, kind: str, length: int, where: str) -> tuple[Span, ...]:
    place = f"{where}, key `{kind}`"
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TenorError(f"{place}: got {type(value).__name__}, expected a list of [start, end].")
    spans = []
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(at) is int for at in pair)):
            raise TenorError(f"{place}: expected pairs [start, end] of whole numbers.")
        start, end = pair
        if not 0 <= start < end <= length:
            raise TenorError(f"{place}: the span {start} to {end} does not fit a text of {length} characters.")
        spans.append(Span(start, end))
    return tuple(sorted(set(spans)))
