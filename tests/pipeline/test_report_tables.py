"""The tables beside the report: no cell runs, Parquet is raw, and the data dictionary says what is written."""

import csv
import io
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenor.features import records
from tenor.features.record_table import RecordTable
from tenor.features.records import Articles, ToneScores
from tenor.pipeline.report.dictionary import dictionary_lines, dictionary_markdown
from tenor.pipeline.report.dictionary_entries import ENTRIES
from tenor.pipeline.report.synthetic import synthetic_result
from tenor.pipeline.report.tables import csv_bytes, escaped, report_tables, write_tables

FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
# Not tables of a result: the input that teaches the scorer, and what only some jobs write.
ELSEWHERE = {"attributions", "theme_prevalence", "cross_validation", "labels"}


@pytest.fixture(scope="module")
def hostile():
    data = synthetic_result(200, seed=3, hostile=True)
    rows = data.articles.rows()
    rows[0] |= {
        "title": "=1+1",
        "outlet": "+cmd|' /C calc'!A0",
        "url": None,
        "source": "-2.txt",
        "text": rows[0]["text"] + ";=SUM(A1)\n@end\t＝1",
    }
    return replace(data, articles=Articles.from_rows(rows))


@pytest.fixture(scope="module")
def written(hostile, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return {path.name: path for path in write_tables(hostile, folder)}


def _cells(path, delimiter=","):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=delimiter))


def _documented(text):
    """What the Markdown says: table -> rows of cells."""
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("## "):
            rows = found.setdefault(line[3:], [])
        elif line.startswith("| `"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def test_no_text_cell_begins_like_a_formula(written):
    for name in [name for name in written if name.endswith(".csv")]:
        for cell in (cell for row in _cells(written[name]) for cell in row):
            assert NUMBER.fullmatch(cell) or not cell.startswith(FORMULA_SIGNS), (name, cell[:80])


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_no_formula_appears_where_a_spreadsheet_splits_the_file_elsewhere(written, delimiter):
    unseen = ' \t\r\n"\u200b\ufeff'
    for name in [name for name in written if name.endswith(".csv")]:
        for cell in (cell for row in _cells(written[name], delimiter) for cell in row):
            assert not cell.lstrip(unseen).startswith(FORMULA_SIGNS), (name, cell[:80])


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        (" =1", "' =1"),
        ('"=1"', '\'"=1"'),
        ("\ufeff@SUM(A1)", "'\ufeff@SUM(A1)"),
        ("\tcell", "'\tcell"),
        ("＝1", "'＝1"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("a\n-b", "a\n'-b"),
    ],
)
def test_a_formula_gets_an_apostrophe_where_it_begins(text, safe):
    assert escaped(text) == safe


@pytest.mark.parametrize("text", ["", "plain", "a = b", "ties - and more; then +3", "it's 5-4", "  two", "a;b\nc"])
def test_other_text_stays_as_it_is(text):
    assert escaped(text) == text


def test_parquet_is_raw_and_csv_holds_the_same_rows(hostile, written):
    for name, table in report_tables(hostile).items():
        assert pq.read_table(written[f"{name}.parquet"]).equals(table.table)
        header, *rows = _cells(written[f"{name}.csv"])
        assert header == table.table.column_names
        assert len(rows) == len(table)
        for field in table.schema:
            if pa.types.is_string(field.type):
                at = header.index(field.name)
                assert [row[at] for row in rows] == [escaped(value or "") for value in table.column(field.name)]


def test_numbers_unknown_values_and_names_in_csv():
    table = pa.table({"=a": pa.array([0.1, None, -0.25], pa.float32()), "n": pa.array([-1, 2, None], pa.int32())})
    assert csv_bytes(table) == b"'=a,n\r\n0.1,-1\r\n,2\r\n-0.25,\r\n"


def test_an_empty_result_writes_headers_and_the_dictionary(tmp_path):
    data = synthetic_result(0)
    names = {path.name for path in write_tables(data, tmp_path)}
    assert {"data_dictionary.md", "data_dictionary.csv"} <= names
    for name, table in report_tables(data).items():
        assert _cells(tmp_path / f"{name}.csv") == [table.schema.names]
        assert pq.read_table(tmp_path / f"{name}.parquet").schema.equals(table.schema)


def test_every_kind_of_record_has_its_entry_and_every_column_its_words():
    kinds = {kind for kind in vars(records).values() if isinstance(kind, type) and issubclass(kind, RecordTable)}
    assert {entry.records for entry in ENTRIES.values()} == kinds - {RecordTable}
    for name, entry in ENTRIES.items():
        assert list(entry.columns) == entry.records.schema.names, name
        for column, words in entry.columns.items():
            assert words.meaning.endswith("."), (name, column)
            field = entry.records.schema.field(column)
            assert words.unit or pa.types.is_boolean(field.type), (name, column)


def test_the_document_is_the_dictionary(root):
    """Mend with: python -c "from tenor.pipeline.report.dictionary import *; print(dictionary_markdown(), end='')"."""
    assert (root / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_the_document_agrees_with_the_records(root):
    documented = _documented((root / "docs" / "data-dictionary.md").read_text(encoding="utf-8"))
    assert list(documented) == list(ENTRIES)
    for name, rows in documented.items():
        schema, ranges = ENTRIES[name].records.schema, ENTRIES[name].records.ranges
        assert [row[0].strip("`| ") for row in rows] == schema.names
        for (_, kind, _, values, _), field in zip(rows, schema, strict=True):
            assert kind.endswith("may be empty") == field.nullable, (name, field.name)
            if pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
                assert f"({field.type})" in kind
            if field.name in ranges:
                numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", values.replace("above 0", "0"))]
                low, high = ranges[field.name]
                # float32 rounding may carry a cosine a hair past one; an offset has no upper end
                assert numbers[0] == pytest.approx(low, abs=2e-3), (name, field.name)
                assert numbers[-1] == pytest.approx(high, abs=2e-3) or high == float("inf"), (name, field.name)


def test_the_dictionary_beside_the_tables_is_of_the_tables_written(hostile, written):
    tables = report_tables(hostile)
    assert set(ENTRIES) - ELSEWHERE <= set(tables) <= set(ENTRIES)
    documented = _documented(written["data_dictionary.md"].read_text(encoding="utf-8"))
    assert list(documented) == list(tables)
    header, *rows = _cells(written["data_dictionary.csv"])
    stated: dict[str, list[str]] = {}
    for row in rows:
        line = dict(zip(header, row, strict=True))
        stated.setdefault(line["table"], []).append(line["column"])
    for name in tables:
        assert _cells(written[f"{name}.csv"])[0] == stated[name]
        assert pq.read_schema(written[f"{name}.parquet"]).names == stated[name]


def test_listed_classes_hold_every_value_that_occurs(hostile):
    listed = {
        (line.table, line.column): set(re.findall(r"`([^`]+)`", line.values))
        for line in dictionary_lines()
        if line.unit == "class" and line.values.startswith("`")
    }
    assert ("tone", "holder_kind") in listed
    for name, table in report_tables(hostile).items():
        for column in table.schema.names:
            if (name, column) in listed:
                assert set(table.column(column)) - {None} <= listed[name, column], (name, column)


def test_a_table_without_an_entry_is_refused():
    with pytest.raises(KeyError, match="unheard_of"):
        dictionary_markdown(["unheard_of"])
    assert dictionary_lines(["tone"])[0].column == ToneScores.schema.names[0]
