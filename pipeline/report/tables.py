"""The tables beside the report: tidy CSV that a spreadsheet may open safely, and Parquet as measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from tenor.features.record_table import RecordTable
from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.dictionary import dictionary_markdown, dictionary_table

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), full-width signs included. Where decimals
# are written with a comma, a spreadsheet splits the same file at semicolons, whatever is quoted; tabs or line ends may
# part cells as well. A formula may begin there, too, and marks that are not seen may stand in front of it.
_FORMULA_START = re.compile(r"""(^|[;\t\r\n])(?=(?:[^\S\t\r\n]|["'\x00\u200b\ufeff])*[=+\-@＝＋－＠])|^(?=[\t\r\n])""")


def report_tables(data: ReportData) -> dict[str, RecordTable]:
    """The tables that stand beside the report, by file name."""
    return {
        "articles": data.articles,
        "removals": data.removals,
        "set_aside": data.set_aside,
        "sentences": data.sentences,
        "mentions": data.mentions,
        "attributions": data.attributions,
        "tone": data.tone_scores,
        "tone_effects": data.tone_effects,
        "themes": data.theme_terms,
        "theme_assignments": data.theme_assignments,
        "theme_prevalence": data.theme_prevalence,
        "estimates": data.estimates,
    }


def write_tables(data: ReportData, folder: Path) -> list[Path]:
    """Write every table as CSV (text cells escaped) and Parquet (raw), and what the columns mean; returns the paths."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    tables = report_tables(data)
    words, rows = folder / "data_dictionary.md", folder / "data_dictionary.csv"
    words.write_text(dictionary_markdown(tables), encoding="utf-8", newline="")
    rows.write_bytes(csv_bytes(dictionary_table(tables)))
    written = [words, rows]
    for name, records in tables.items():
        parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
        pq.write_table(records.table, parquet, compression="zstd")
        csv.write_bytes(csv_bytes(records.table))
        written += [parquet, csv]
    return written


def csv_bytes(table: pa.Table) -> bytes:
    """The table as UTF-8 CSV with a header row and CR LF ends; null is an empty cell.

    Text where a spreadsheet would begin a formula gets an apostrophe there, header names included; numbers stay
    numbers.
    """
    import csv
    import io

    columns = [_cells(column) for column in table.columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([escaped(name) for name in table.column_names])
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def escaped(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe goes before a formula's first sign and the space before it."""
    return _FORMULA_START.sub(r"\1'", text)


def _cells(column: pa.ChunkedArray) -> list[Any]:
    values = column.to_pylist()
    if pa.types.is_string(column.type):
        return ["" if value is None else escaped(value) for value in values]
    if pa.types.is_floating(column.type):
        # float32 read as a Python float shows digits that were never measured
        return ["" if value is None else f"{value:.6g}" for value in values]
    return ["" if value is None else value for value in values]
