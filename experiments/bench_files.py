"""What the benchmarks share at their edges: rows of JSONL in, plain values for JSON out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenor.features.errors import TenorError


def read_objects(path: Path, *, of: str, keys: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a JSONL file with where it stands ("FILE, line N"); blank lines are skipped.

    ``of`` says what the rows are ("article"), ``keys`` what they must have.

    Raises:
        TenorError: the file cannot be read or holds nothing, or a line is no object; the message names file and line
            and repeats nothing of the text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TenorError(f"{path}: cannot be read; give a JSONL file of {of}s with {keys}.") from error
    empty = True
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            empty, where = False, f"{path}, line {number}"
            yield where, _object(line, where, keys)
    if empty:
        raise TenorError(f"{path}: holds no {of}; expected one JSON object a line.")


def _object(line: bytes, where: str, keys: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise TenorError(f"{where}: is not JSON in UTF-8; expected one object a line.") from error
    if not isinstance(row, dict):
        raise TenorError(f"{where}: got {type(row).__name__}, expected an object with {keys}.")
    return row


def plain(value: Any) -> Any:
    """``value`` with tuples as lists and NaN as None, which JSON can hold."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
