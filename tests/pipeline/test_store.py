"""The store: what is written is what is read, in the same bytes each time, and broken files are named."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenor.features.errors import TenorError
from tenor.features.record_table import InvalidRecordsError
from tenor.features.records import Encodings, Sentences, ThemeAssignments
from tenor.pipeline.store import (
    StoreError,
    read_encodings,
    read_json,
    read_table,
    write_encodings,
    write_json,
    write_table,
)

ROWS = [{"sentence_id": f"s{i}", "theme": "thème — “a”", "similarity": i / 4} for i in range(4)]


def test_a_table_survives(tmp_path):
    table = ThemeAssignments.from_rows(ROWS)
    path = tmp_path / "deep" / "table.parquet"
    write_table(table, path)
    assert read_table(ThemeAssignments, path).table.equals(table.table)
    write_table(ThemeAssignments.from_rows([]), path)
    assert len(read_table(ThemeAssignments, path)) == 0


def test_the_same_rows_give_the_same_bytes_however_they_were_built(tmp_path):
    frame = pd.DataFrame(ROWS, index=[3, 1, 0, 2])
    one, two = (pa.Table.from_pylist(ROWS[part], ThemeAssignments.schema) for part in (slice(0, 2), slice(2, 4)))
    built = [
        ThemeAssignments.from_rows(ROWS),
        ThemeAssignments.from_frame(frame),
        ThemeAssignments(pa.concat_tables([one, two]).replace_schema_metadata({"made": "today"})),
    ]
    written = []
    for number, table in enumerate(built):
        write_table(table, tmp_path / f"{number}.parquet")
        written.append((tmp_path / f"{number}.parquet").read_bytes())
    assert written[0] == written[1] == written[2]


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path):
    path = tmp_path / "theme=politics" / "table.parquet"
    write_table(ThemeAssignments.from_rows(ROWS), path)
    assert read_table(ThemeAssignments, path).rows() == ROWS


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\x00\xff" * 50, b"a,b\n1,2\n"])
def test_a_file_that_is_no_parquet_is_named_with_the_remedy(tmp_path, content):
    path = tmp_path / "table.parquet"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"table\.parquet cannot be read as Parquet: .*dvc repro"):
        read_table(ThemeAssignments, path)


def test_a_truncated_table_and_a_missing_one(tmp_path):
    path = tmp_path / "table.parquet"
    write_table(ThemeAssignments.from_rows(ROWS), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="cannot be read as Parquet"):
        read_table(ThemeAssignments, path)
    with pytest.raises(StoreError, match=r"nowhere\.parquet is missing. Run the stage"):
        read_table(ThemeAssignments, tmp_path / "nowhere.parquet")


def test_a_table_of_another_kind_is_named_with_its_file(tmp_path):
    path = tmp_path / "table.parquet"
    write_table(ThemeAssignments.from_rows(ROWS), path)
    with pytest.raises(InvalidRecordsError, match=r"table\.parquet: Sentences lacks column.s. article_id"):
        read_table(Sentences, path)
    pq.write_table(pa.table({"sentence_id": ["a"], "theme": ["t"], "similarity": [7.0]}), path)
    with pytest.raises(InvalidRecordsError, match=r"table\.parquet: ThemeAssignments\.similarity must lie"):
        read_table(ThemeAssignments, path)


def _encodings(logits=True):
    rng = np.random.default_rng(0)
    return Encodings(
        sentence_ids=("s1", "ſ2"),
        sentence_vectors=rng.normal(size=(2, 4)).astype(np.float32),
        mention_ids=("m1",),
        mention_vectors=rng.normal(size=(1, 5)).astype(np.float32),
        mention_logits=rng.normal(size=(1, 6)).astype(np.float32) if logits else None,
    )


@pytest.mark.parametrize("logits", [True, False])
def test_encodings_survive(tmp_path, logits):
    given = _encodings(logits)
    write_encodings(given, tmp_path / "encodings")
    found = read_encodings(tmp_path / "encodings")
    assert (found.sentence_ids, found.mention_ids) == (given.sentence_ids, given.mention_ids)
    np.testing.assert_array_equal(found.sentence_vectors, given.sentence_vectors)
    np.testing.assert_array_equal(found.mention_vectors, given.mention_vectors)
    assert (found.mention_logits is None) == (not logits)


def test_logits_of_an_earlier_reader_do_not_linger(tmp_path):
    write_encodings(_encodings(), tmp_path)
    write_encodings(_encodings(logits=False), tmp_path)
    assert read_encodings(tmp_path).mention_logits is None


def _replace_ids(content):
    return lambda folder: (folder / "ids.json").write_text(json.dumps(content))


def _zipped(folder):
    np.savez(folder / "a.npz", x=np.zeros(2))
    (folder / "sentence_vectors.npy").write_bytes((folder / "a.npz").read_bytes())


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (lambda f: (f / "ids.json").unlink(), r"ids\.json is missing"),
        (lambda f: (f / "ids.json").write_text("{"), r"ids\.json is not valid JSON"),
        (_replace_ids([]), r"ids\.json names no sentences and mentions"),
        (_replace_ids({"sentences": ["s1", "s2"]}), r"ids\.json names no sentences and mentions"),
        (_replace_ids({"sentences": ["s1"], "mentions": ["m1"]}), r"Encodings\.sentence_vectors: got shape"),
        (lambda f: (f / "sentence_vectors.npy").unlink(), r"sentence_vectors\.npy is missing or unusable"),
        (lambda f: (f / "sentence_vectors.npy").write_bytes(b""), "missing or unusable"),
        (lambda f: (f / "mention_vectors.npy").write_bytes(b"\x00" * 40), "missing or unusable"),
        (lambda f: np.save(f / "mention_logits.npy", np.array([{}], dtype=object)), "missing or unusable"),
        (_zipped, "missing or unusable"),
    ],
)
def test_broken_encodings_are_named(tmp_path, damage, match):
    write_encodings(_encodings(), tmp_path)
    read_encodings(tmp_path)
    damage(tmp_path)
    with pytest.raises(TenorError, match=match):
        read_encodings(tmp_path)


def test_json_survives_and_numbers_that_are_none_become_null(tmp_path):
    path = tmp_path / "deep" / "metrics.json"
    write_json({"b": [1, float("nan")], "a": {"ü": float("inf")}, "c": (True, 0.5)}, path)
    assert read_json(path) == {"b": [1, None], "a": {"ü": None}, "c": [True, 0.5]}
    text = path.read_text(encoding="utf-8")
    assert text.index('"a"') < text.index('"b"') < text.index('"c"')
    assert "ü" in text
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_json_that_is_none_is_named(tmp_path):
    path = tmp_path / "metrics.json"
    with pytest.raises(StoreError, match=r"metrics\.json is missing"):
        read_json(path)
    for content in (b"", b"{", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"metrics\.json is not valid JSON: .*dvc repro"):
            read_json(path)
    with pytest.raises(StoreError, match="is not valid JSON"):
        read_json(tmp_path)
