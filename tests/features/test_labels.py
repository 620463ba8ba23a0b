"""Reading labelled mentions: what is accepted, what is refused and how it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenor.features.labels import LabelsError, read_labels
from tenor.features.record_table import InvalidRecordsError
from tenor.features.records import Labels

# The marker words stand for the file's own text, which no message may repeat.
SENTENCE = "Marker Words thanked Ostrava."
ROW = {"sentence": SENTENCE, "from": 21, "to": 28, "polarity": 1}
FULL = ROW | {
    "id": "gazette/a:121:128:ostrava",
    "mention": "Ostrava",
    "article_id": "gazette/a",
    "actor": "ostrava",
    "holder": "Marker Words",
    "outlet": "Gazette",
    "stratum": "Gazette / rare",
    "inclusion_probability": 0.25,
}


@pytest.fixture
def write(tmp_path: Path):
    def _write(*lines: dict | str | bytes) -> Path:
        path = tmp_path / "labels.jsonl"
        as_text = [line if isinstance(line, bytes | str) else json.dumps(line) for line in lines]
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in as_text))
        return path

    return _write


def test_a_full_row(write):
    labels = read_labels(write(FULL))
    assert labels.rows() == [
        {
            "label_id": "gazette/a:121:128:ostrava",
            "article_id": "gazette/a",
            "sentence": SENTENCE,
            "start": 21,
            "end": 28,
            "mention": "Ostrava",
            "polarity": 1,
            "actor": "ostrava",
            "holder": "Marker Words",
            "outlet": "Gazette",
            "inclusion_probability": 0.25,
        }
    ]


def test_the_four_needed_keys_are_enough(write):
    other = {"sentence": "Nobody thanked Ostrava.", "from": 15, "to": 22, "polarity": -1}
    again = ROW | {"from": 0, "to": 12, "polarity": 0}
    labels = read_labels(write(ROW, other, again, ROW | {"id": None, "article_id": None, "to": 27, "mention": None}))
    assert labels.column("mention") == ["Ostrava", "Ostrava", "Marker Words", "Ostrav"]
    assert labels.column("polarity") == [1, -1, 0, 1]
    first, second, *rest = labels.column("article_id")
    assert first != second
    assert rest == [first, first]  # one sentence, one group
    assert labels.column("holder") == [None] * 4
    assert "Marker" not in "".join(labels.column("article_id") + labels.column("label_id"))


@pytest.mark.parametrize(
    ("label_id", "article_id"),
    [
        ("gazette/a:b:121:128:ostrava", "gazette/a:b"),
        ("allsides_1000_401_25_Reality Winner_0_6", "allsides_1000_401"),
        ("polusa_v1_4420410_-1_9_Vanessa Tyson_123_126", "polusa_v1_4420410_-1"),
        ("polusa_v1_4420410_-1_9_The G_20 summit_123_126", "polusa_v1_4420410_-1"),
        ("allsides_1000_401_25_2016_0_4", "allsides_1000_401"),
    ],
)
def test_the_article_is_read_from_the_id(write, label_id, article_id):
    start, end = (21, 28) if ":" in label_id else map(int, label_id.rsplit("_", 2)[1:])
    row = {"sentence": "Marker words " * 20, "from": start, "to": end, "polarity": 0, "id": label_id}
    assert read_labels(write(row)).column("article_id") == [article_id]


@pytest.mark.parametrize(
    "label_id",
    [
        "dawn_2025_04_22_001",
        "dawn_2025_04_1_22",  # numbers, but not of this target
        "dawn_2025_04_021_028",  # offsets are written without zeros in front
        "dawn:21:29:ostrava",  # a span of another length
        "dawn:28:21:ostrava",
        "dawn_2025_04_21_" + "9" * 5000,
        "dawn:1:" + "9" * 5000 + ":ostrava",
    ],
)
def test_an_id_that_merely_ends_in_numbers_says_nothing_of_the_article(write, label_id):
    """Else all rows of an outlet would fall into one article."""
    bare = read_labels(write(ROW)).column("article_id")
    assert read_labels(write(ROW | {"id": label_id})).column("article_id") == bare


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 1), (2, 2), (0, 2), (2, 3)])
def test_newsmtsc_counted_some_offsets_before_it_stripped_the_sentence(write, before, after):
    """A third of its ids lie a little behind `from` and `to`; they name their article all the same."""
    label_id = f"allsides_1000_401_25_Ostrava_{21 + before}_{28 + after}"
    assert read_labels(write(ROW | {"id": label_id})).column("article_id") == ["allsides_1000_401"]


@pytest.mark.parametrize("label_id", ["17", "row_17", "a:b:c:d", ":1:2:x", "_1_x_2_3", "x_1_2", "²_³_1_2"])
def test_an_id_of_no_known_form_leaves_the_sentence_its_own_article(write, label_id):
    bare = read_labels(write(ROW)).column("article_id")
    assert read_labels(write(ROW | {"id": label_id})).column("article_id") == bare


def test_order_blank_lines_byte_order_mark_and_line_separators_within_text(write):
    odd = {"sentence": "Ostrava\u2028met us.\x85", "from": 0, "to": 7, "polarity": 0}
    lines = ["\ufeff" + json.dumps(FULL), "", "  \r", json.dumps(odd, ensure_ascii=False) + "\r", json.dumps(ROW), ""]
    labels = read_labels(write(*lines))
    assert labels.column("sentence") == [SENTENCE, odd["sentence"], SENTENCE]


def test_offsets_count_characters_not_bytes(write):
    row = {"sentence": "Déjà vu 🕊 in Ostrava", "from": 13, "to": 20, "polarity": 0}
    assert read_labels(write(row)).column("mention") == ["Ostrava"]


BAD_ROWS = {
    "no sentence": ({"sentence": None}, "sentence"),
    "sentence a number": ({"sentence": 3}, "sentence"),
    "sentence empty": ({"sentence": " "}, "sentence"),
    "half a surrogate pair": ({"sentence": SENTENCE + "\ud800"}, "sentence"),
    "from text": ({"from": "21"}, "from"),
    "from true": ({"from": True}, "from"),
    "from negative": ({"from": -8}, "from"),
    "from beyond": ({"from": 29, "to": 30}, "from"),
    "from fraction": ({"from": 21.0}, "from"),
    "to null": ({"to": None}, "to"),
    "to before from": ({"to": 20}, "to"),
    "span empty": ({"to": 21}, "to"),
    "to beyond": ({"to": 30}, "to"),
    "to huge": ({"to": 10**400}, "to"),
    "not labelled": ({"polarity": None}, "polarity"),
    "polarity 2": ({"polarity": 2}, "polarity"),
    "polarity true": ({"polarity": True}, "polarity"),
    "polarity text": ({"polarity": "Marker"}, "polarity"),
    "polarity half": ({"polarity": 0.5}, "polarity"),
    "polarity a list": ({"polarity": []}, "polarity"),
    "other mention": ({"mention": "Marker"}, "mention"),
    "shifted span": ({"from": 20, "mention": "Ostrava"}, "mention"),
    "id a number": ({"id": 4}, "id"),
    "actor empty": ({"actor": ""}, "actor"),
    "holder a list": ({"holder": ["Marker"]}, "holder"),
    "chance 0": ({"inclusion_probability": 0}, "inclusion_probability"),
    "chance above 1": ({"inclusion_probability": 1.01}, "inclusion_probability"),
    "chance not a number": ({"inclusion_probability": float("nan")}, "inclusion_probability"),
    "chance huge": ({"inclusion_probability": 10**400}, "inclusion_probability"),
    "chance true": ({"inclusion_probability": True}, "inclusion_probability"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named_by_line_and_key_without_its_text(write, case):
    change, key = BAD_ROWS[case]
    _refused(write(FULL, "", ROW | change), f"line 3, key `{key}`: ")


@pytest.mark.parametrize("key", ROW)
def test_a_missing_key_is_named(write, key):
    _refused(write({name: value for name, value in ROW.items() if name != key}), f"line 1, key `{key}`: missing")


@pytest.mark.parametrize(
    "line",
    [
        '{"sentence": "Marker',
        "[" * 100_000,
        '{"from": 1' + "0" * 5000 + "}",
        '["Marker"]',
        '"Marker"',
        b'{"sentence": "Marker \xff"}',
        b"PAR1\x00\x01\x02",
    ],
)
def test_a_line_that_is_no_json_object_is_named(write, line):
    _refused(write(FULL, line), "line 2: ")


@pytest.mark.parametrize("row", [FULL, ROW])
def test_a_repeated_label_is_refused(write, row):
    path = write(row, {"sentence": "Ostrava.", "from": 0, "to": 7, "polarity": 0}, row | {"polarity": -1})
    _refused(path, "line 3, key `id`: repeats the label of line 1")


def test_one_sentence_in_two_articles_is_no_repetition(write):
    assert len(read_labels(write(FULL, FULL | {"id": "copy", "article_id": "gazette/b"}))) == 2


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_labels_is_refused(write, content):
    _refused(write(content), "holds no labels")


def test_a_path_that_is_no_file_is_refused(tmp_path: Path):
    _refused(tmp_path / "absent.jsonl", "does not exist")
    _refused(tmp_path, "is a folder")


def _refused(path: Path, message: str) -> None:
    with pytest.raises(LabelsError) as caught:
        read_labels(path)
    said = str(caught.value)
    assert message in said
    assert "\n" not in said
    assert "Marker" not in said
    assert "Ostrava" not in said


@pytest.mark.parametrize(
    "change", [{"mention": "Marker"}, {"start": -1}, {"polarity": 2}, {"end": 21, "mention": ""}, {"label_id": None}]
)
def test_the_table_itself_refuses_what_contradicts_it(write, change):
    row = read_labels(write(FULL)).rows()[0]
    with pytest.raises(InvalidRecordsError):
        Labels.from_rows([row | change])


def test_an_empty_table_is_valid():
    assert len(Labels.from_rows([])) == 0


@pytest.mark.parametrize("split", ["train", "dev_mt", "dev_rw"])
def test_newsmtsc_is_read_whole(shared: Path, split):
    path = shared / "data" / "newsmtsc" / f"{split}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    labels = read_labels(path)
    assert labels.column("polarity") == [row["polarity"] for row in rows]
    assert labels.column("mention") == [row["mention"] for row in rows]
    assert labels.column("label_id") == [row["id"] for row in rows]
    assert all(
        row["id"].startswith(article + "_") for row, article in zip(rows, labels.column("article_id"), strict=True)
    )
    assert not any(article.startswith("sentence-") for article in labels.column("article_id"))
