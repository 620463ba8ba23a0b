"""The data dictionary: every table and column, its type, unit, range and meaning, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

import pyarrow as pa

from tenor.pipeline.report.dictionary_entries import ENTRIES, Entry

_KINDS = (
    (pa.types.is_string, "text"),
    (pa.types.is_boolean, "true or false"),
    (pa.types.is_date, "date"),
    (pa.types.is_integer, "integer ({})"),
    (pa.types.is_floating, "number ({})"),
)
_INTRODUCTION = """\
Tables beside the report are written twice: as Parquet, raw, and as CSV for spreadsheets (UTF-8, one header row, lines
ended by CR LF). In CSV an empty cell means that the value is unknown, numbers carry six digits, and text that a
spreadsheet would run as a formula has an apostrophe in front of the formula's first sign. Offsets count characters
(Unicode code points) and are half-open: `[start, end)`.
"""


@dataclass(frozen=True)
class Line:
    """One column as the dictionary states it; ``empty`` is yes where a cell may be empty, ``key`` where it is a key."""

    table: str
    column: str
    type: str
    empty: str
    key: str
    unit: str
    values: str
    meaning: str


def dictionary_lines(tables: Iterable[str] = tuple(ENTRIES)) -> list[Line]:
    """One line a column of ``tables``, in the tables' order. Raises KeyError for a table without an entry."""
    return [line for table in tables for line in _lines(table, ENTRIES[table])]


def dictionary_markdown(tables: Iterable[str] = tuple(ENTRIES)) -> str:
    """The dictionary of ``tables`` as Markdown. Raises KeyError for a table without an entry."""
    parts = ["# Data dictionary\n", _INTRODUCTION]
    for table in tables:
        entry = ENTRIES[table]
        key = ", ".join(f"`{column}`" for column in entry.records.key)
        parts.append(f"## {table}\n")
        parts.append(f"{entry.row} {f'Key: {key}.' if key else 'No key: equal rows may stand twice.'} {entry.place}\n")
        parts.append("| Column | Type | Unit | Values | Meaning |\n| --- | --- | --- | --- | --- |")
        for line in _lines(table, entry):
            shown = f"{line.type}, may be empty" if line.empty == "yes" else line.type
            parts.append(f"| `{line.column}` | {shown} | {line.unit} | {line.values} | {line.meaning} |")
        parts.append("")
    return "\n".join(parts)


def dictionary_table(tables: Iterable[str]) -> pa.Table:
    """The dictionary of ``tables`` as a table of text, one row a column. Raises KeyError as above."""
    rows = [astuple(line) for line in dictionary_lines(tables)]
    names = [field.name for field in fields(Line)]
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})


def _lines(table: str, entry: Entry) -> Iterator[Line]:
    for field in entry.records.schema:
        words = entry.columns[field.name]
        kind = next(name for is_kind, name in _KINDS if is_kind(field.type))
        yield Line(
            table=table,
            column=field.name,
            type=kind.format(field.type),
            empty="yes" if field.nullable else "no",
            key="yes" if field.name in entry.records.key else "no",
            unit=words.unit,
            values=words.values or _range(entry, field),
            meaning=words.meaning,
        )


def _range(entry: Entry, field: pa.Field) -> str:
    if field.name in entry.records.ranges:
        low, high = entry.records.ranges[field.name]
        return f"{low:g} to {high:g}"
    return "`True`, `False`" if pa.types.is_boolean(field.type) else ""
