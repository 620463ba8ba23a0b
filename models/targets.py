"""From a caller's rows to texts and character spans, with errors that name rows and never show article text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenor.features.encoder import Span
from tenor.features.errors import TenorError

if TYPE_CHECKING:
    import pandas as pd

    from tenor.features.registry import ActorRegistry

_SHOWN = 10
_SHOWN_CHARACTERS = 40  # of an unknown id: enough to recognise one, too little to show an article put there by mistake


class TargetError(TenorError):
    """Rows whose target cannot be found."""


def locate_targets(frame: pd.DataFrame, registry: ActorRegistry | None) -> tuple[list[str], list[Span]]:
    """The text and target span of each row of ``frame`` (see :meth:`tenor.models.ToneScorer.predict`).

    Raises:
        TargetError: a needed column is missing, or some rows have no usable text or target.
    """
    if "text" not in frame.columns:
        raise TargetError(f"Column `text` is missing; got columns {', '.join(map(str, frame.columns)) or 'none'}.")
    texts: list[Any] = frame["text"].tolist()
    if {"start", "end"} <= set(frame.columns):
        found = [_given(text, s, e) for text, s, e in zip(texts, frame["start"], frame["end"], strict=True)]
        wrong = "`start` and `end` must be whole numbers with 0 <= start < end <= length of `text`"
    elif "target" in frame.columns:
        found = [_search(text, target) for text, target in zip(texts, frame["target"], strict=True)]
        wrong = "`target` must be words that stand in `text`"
    elif "actor" in frame.columns:
        if registry is None:
            raise TargetError("Column `actor` needs a registry: load the scorer with registry=load_registry(path).")
        unknown = sorted({str(actor) for actor in frame["actor"]} - set(registry.ids))
        if unknown:
            shown = ", ".join(actor[:_SHOWN_CHARACTERS] for actor in unknown[:_SHOWN])
            raise TargetError(
                f"`actor` holds {len(unknown)} id(s) that the registry lacks: {shown}. "
                f"It has: {', '.join(registry.ids)}."
            )
        found = [_mentioned(text, actor, registry) for text, actor in zip(texts, frame["actor"], strict=True)]
        wrong = "`actor` must be mentioned in `text` under one of its names"
    else:
        raise TargetError(
            "A target is missing: pass column `target`, or `start` and `end`, or `actor`; "
            f"got columns {', '.join(map(str, frame.columns))}."
        )
    rows = [str(label) for label, span in zip(frame.index, found, strict=True) if span is None]
    if rows:
        more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
        raise TargetError(f"{wrong}, and `text` must be a string; not so in row(s) {', '.join(rows[:_SHOWN])}{more}.")
    return texts, [span for span in found if span is not None]


def _given(text: Any, start: Any, end: Any) -> Span | None:
    try:
        span = (int(start), int(end))
    except (TypeError, ValueError, OverflowError):
        return None
    if not _is_text(text) or span != (start, end) or not 0 <= span[0] < span[1] <= len(text):
        return None
    return span


def _is_text(value: Any) -> bool:
    """Whether it is a string that can be written as UTF-8 (half a surrogate pair cannot, and no tokenizer reads it)."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _search(text: Any, target: Any) -> Span | None:
    """The first occurrence as whole words: as written, else whatever the case."""
    if not _is_text(text) or not isinstance(target, str) or not target.strip():
        return None
    words = rf"(?<!\w){re.escape(target.strip())}(?!\w)"
    match = re.search(words, text) or re.search(words, text, flags=re.IGNORECASE)
    return match.span() if match else None


def _mentioned(text: Any, actor: str, registry: ActorRegistry) -> Span | None:
    from tenor.features.annotate import find_actor

    return find_actor(text, actor, registry) if _is_text(text) else None
