"""Labelled mentions from a JSONL file: the project's own, a user's own, or NewsMTSC's, checked line by line."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from tenor.features.errors import TenorError
from tenor.features.records import Labels

_REQUIRED = ("sentence", "from", "to", "polarity")
_TEXTS = ("id", "article_id", "mention", "actor", "holder", "outlet")

_NEWSMTSC_DRIFT = 3  # a third of NewsMTSC's ids hold offsets that lie up to so many characters behind `from` and `to`
_SENTENCE_NUMBER = re.compile(r"_[0-9]+(?=_)")


class LabelsError(TenorError):
    """A file of labels that cannot be used."""


def read_labels(path: Path) -> Labels:
    """Read labelled mentions, one JSON object a line; blank lines are skipped.

    Needed keys: ``sentence``, ``from`` and ``to`` (half-open character offsets of the target in ``sentence``) and
    ``polarity`` (-1, 0 or 1). Optional, null being the same as absent: ``id``, ``article_id``, ``mention`` (must equal
    ``sentence[from:to]``), ``actor``, ``holder``, ``outlet``, ``inclusion_probability`` in (0, 1]; others are ignored.
    Without ``article_id`` the article is read from an ``id`` of a known form whose numbers fit the span, else each
    distinct sentence counts as an article of its own. Without ``id`` a row is known by its sentence and span. Rows keep
    the file's order.
    Line format: NewsMTSC's (Hamborg & Donnay, EACL 2021).

    Raises:
        LabelsError: the file is missing, unreadable or without labels; a line breaks the format or repeats another.
            The message names line and key and never repeats the file's text.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        reason = "is a folder" if Path(path).is_dir() else "does not exist or cannot be read"
        raise LabelsError(f"Labels {path}: the file {reason}; point `train.labels` at a JSONL file.") from error
    rows: list[dict[str, Any]] = []
    line_of: dict[str, int] = {}
    # Split at line feeds only: a sentence may hold other line separators, which str.splitlines would cut at.
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        where = f"Labels {path}, line {number}"
        row = _parse(line, where)
        if row["label_id"] in line_of:
            raise LabelsError(
                f"{where}, key `id`: repeats the label of line {line_of[row['label_id']]} (same `id`, or without one "
                "the same sentence, `from` and `to`); keep one of them."
            )
        line_of[row["label_id"]] = number
        rows.append(row)
    if not rows:
        raise LabelsError(f"Labels {path}: the file holds no labels; expected one JSON object a line.")
    return Labels.from_rows(rows)


def _parse(line: bytes, where: str) -> dict[str, Any]:
    """One checked line as a row of :class:`Labels`."""
    given = _load(line, where)
    for key in _REQUIRED:
        if key not in given:
            raise LabelsError(f"{where}, key `{key}`: missing; every label needs {', '.join(_REQUIRED)}.")
    for key in ("sentence", *_TEXTS):
        _check_text(given.get(key), key, where)
    sentence = given["sentence"]
    if sentence is None:
        raise LabelsError(f"{where}, key `sentence`: got null, expected text.")
    start, end = _span(given, where)
    mention = given.get("mention")
    if mention is not None and mention != sentence[start:end]:
        raise LabelsError(
            f"{where}, key `mention`: differs from sentence[{start}:{end}]; `from` and `to` count characters from 0, "
            "`to` being one past the last."
        )
    own = "sentence-" + hashlib.sha256(sentence.encode()).hexdigest()[:16]
    return {
        "label_id": given.get("id") or f"{own}:{start}:{end}",
        "article_id": given.get("article_id") or _article_of(given.get("id"), start, end) or own,
        "sentence": sentence,
        "start": start,
        "end": end,
        "mention": sentence[start:end],
        "polarity": _polarity(given["polarity"], where),
        "actor": given.get("actor"),
        "holder": given.get("holder"),
        "outlet": given.get("outlet"),
        "inclusion_probability": _probability(given.get("inclusion_probability"), where),
    }


def _load(line: bytes, where: str) -> dict[str, Any]:
    try:
        given = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LabelsError(f"{where}: not UTF-8 text; save the file as UTF-8 JSONL.") from error
    except json.JSONDecodeError as error:
        # The decoder keeps the document in the error; `msg` alone holds none of its text.
        raise LabelsError(f"{where}: not JSON ({error.msg}, column {error.colno}).") from None
    except (RecursionError, ValueError) as error:
        raise LabelsError(f"{where}: not usable JSON (nested too deep, or a number too long).") from error
    if not isinstance(given, dict):
        raise LabelsError(f"{where}: got {type(given).__name__}, expected a JSON object.")
    return given


def _check_text(value: Any, key: str, where: str) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        raise LabelsError(f"{where}, key `{key}`: got {type(value).__name__}, expected text.")
    if not value.strip():
        raise LabelsError(f"{where}, key `{key}`: empty; leave the key out or fill it in.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise LabelsError(f"{where}, key `{key}`: holds half of a surrogate pair, which is no text.")


def _span(given: dict[str, Any], where: str) -> tuple[int, int]:
    for key in ("from", "to"):
        if type(given[key]) is not int:
            raise LabelsError(f"{where}, key `{key}`: got {type(given[key]).__name__}, expected a whole number.")
    start, end, length = given["from"], given["to"], len(given["sentence"])
    if not 0 <= start < length:
        raise LabelsError(f"{where}, key `from`: lies outside the sentence, which has {length} characters.")
    if not start < end <= length:
        raise LabelsError(f"{where}, key `to`: must lie after `from` ({start}) and within the {length} characters.")
    return start, end


def _polarity(value: Any, where: str) -> int:
    if value is None:
        raise LabelsError(f"{where}, key `polarity`: null; label the row (-1, 0 or 1) or take it out.")
    if type(value) is not int or value not in (-1, 0, 1):
        raise LabelsError(f"{where}, key `polarity`: got another {type(value).__name__}, expected a whole -1, 0 or 1.")
    return value


def _probability(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 < value <= 1:
        raise LabelsError(f"{where}, key `inclusion_probability`: expected a number above 0 and at most 1.")
    return float(value)


def _article_of(label_id: str | None, start: int, end: int) -> str | None:
    """The article that an id of a known form begins with.

    An id that merely ends in numbers is of neither form: they must fit the row's span.
    """
    match (label_id or "").rsplit(":", 3):  # as in Mentions.mention_id: article:start:end:actor, counted in the article
        case [article, first, last, _] if article and _all_offsets(first, last):
            if int(last) - int(first) == end - start:
                return article
    match (label_id or "").rsplit("_", 2):  # as in NewsMTSC: article_sentence_mention_start_end
        case [head, first, last] if _all_offsets(first, last):
            if not all(0 <= drift <= _NEWSMTSC_DRIFT for drift in (int(first) - start, int(last) - end)):
                return None
            numbers = list(_SENTENCE_NUMBER.finditer(head))
            return head[: numbers[-1].start()] or None if numbers else None
    return None


def _all_offsets(*parts: str) -> bool:
    """Whole numbers without zeros in front, and none that is too long to be an offset (or to be turned into an int)."""
    return all(re.fullmatch(r"0|[1-9][0-9]{0,14}", part) for part in parts)
