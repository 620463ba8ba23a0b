"""The record tables: what they refuse, that they cannot be changed, and that nothing is lost on the way through."""

import datetime as dt
import inspect

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features import records
from tenor.features.records import (
    Articles,
    CrossValidation,
    Encodings,
    Estimates,
    InvalidRecordsError,
    Labels,
    Mentions,
    RecordTable,
    Sentences,
    ThemeAssignments,
    ThemeTerms,
    ToneScores,
)

TABLES = [
    found
    for _, found in inspect.getmembers(records, inspect.isclass)
    if issubclass(found, RecordTable) and found is not RecordTable
]

SENTENCE = {"sentence_id": "s1", "article_id": "a1", "paragraph": 0, "start": 0, "end": 3, "text": "One"}
TONE = {
    **{"mention_id": "m", "article_id": "a", "sentence_id": "s", "start": 0, "end": 1, "mention": "M", "actor": "m"},
    **{"holder": "author", "holder_name": "", "holder_kind": "author", "theme": "t"},
    **{"p_neg": 0.2, "p_neu": 0.3, "p_pos": 0.5, "tone": 0.3},
}
FOLD = {
    **{"label_id": "l", "article_id": "a", "near_duplicate_group": "a", "fold": 0, "sentence": "M", "start": 0},
    **{"end": 1, "mention": "M", "polarity": 1, "p_neg": 0.2, "p_neu": 0.3, "p_pos": 0.5, "vader": 0, "majority": -1},
    "predicted": 0,
}
CELL = {
    **{"actor": "x", "outlet": "all", "theme": "all", "holder": "all", "period": "all", "n_mentions": 2},
    **{"n_articles": 1, "tone": 0.5, "share_neg": 0.1, "share_pos": 0.6, "thin": True},
}
LABEL = {
    **{"label_id": "l", "article_id": "a", "sentence": "Norland won.", "start": 0, "end": 7, "mention": "Norland"},
    "polarity": 1,
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_table_may_be_empty_and_keeps_its_types(kind):
    empty = kind.from_rows([])
    assert len(empty) == 0
    assert empty.rows() == []
    assert kind.from_frame(empty.frame()).table.schema.equals(kind.schema)


@pytest.mark.parametrize("kind", TABLES)
def test_a_missing_column_is_named(kind):
    table = kind.from_rows([]).table
    with pytest.raises(InvalidRecordsError, match=f"{kind.__name__} lacks column.s. {table.column_names[0]}:"):
        kind(table.drop_columns([table.column_names[0]]))


@pytest.mark.parametrize("kind", [kind for kind in TABLES if any(not field.nullable for field in kind.schema)])
def test_null_in_a_required_column_is_refused(kind):
    name = next(field.name for field in kind.schema if not field.nullable)
    with pytest.raises(InvalidRecordsError, match=rf"{name} holds 1 null"):
        kind.from_rows([{}])


def test_every_key_and_range_names_columns_of_its_schema():
    for kind in TABLES:
        assert {*kind.key, *kind.ranges} <= set(kind.schema.names), kind


@pytest.mark.parametrize(
    ("kind", "row", "key"),
    [(Sentences, SENTENCE, "sentence_id"), (ToneScores, TONE, "mention_id"), (Labels, LABEL, "label_id")],
)
def test_a_repeated_key_is_refused(kind, row, key):
    assert len(kind.from_rows([row, {**row, key: "other"}])) == 2
    with pytest.raises(InvalidRecordsError, match=f"repeats its key .{key}.: 2 rows, 1 distinct"):
        kind.from_rows([row, row])


def test_estimates_are_keyed_by_all_dimensions():
    assert len(Estimates.from_rows([CELL, {**CELL, "outlet": "dawn"}, {**CELL, "period": "2025-01"}])) == 3
    with pytest.raises(InvalidRecordsError, match="repeats its key"):
        Estimates.from_rows([CELL, CELL])


@pytest.mark.parametrize(
    ("kind", "row", "change"),
    [
        (Sentences, SENTENCE, {"start": 3, "end": 2}),
        (Sentences, SENTENCE, {"start": -1}),
        (ToneScores, TONE, {"p_neg": 0.3}),
        (ToneScores, TONE, {"p_neg": float("nan"), "p_neu": float("nan"), "p_pos": float("nan")}),
        (ToneScores, TONE, {"tone": 0.9}),
        (ToneScores, TONE, {"tone": float("nan")}),
        (ToneScores, TONE, {"p_neg": -0.2, "p_neu": 0.7}),
        (CrossValidation, FOLD, {"polarity": 2}),
        (CrossValidation, FOLD, {"vader": -2}),
        (CrossValidation, FOLD, {"predicted": 2}),
        (CrossValidation, FOLD, {"p_pos": 0.9}),
        (Estimates, CELL, {"tone": 1.5}),
        (Estimates, CELL, {"low": -1.5}),
        (Estimates, CELL, {"tone": float("nan")}),
        (Estimates, CELL, {"share_neg": 1.5}),
        (Labels, LABEL, {"mention": "Sudmark"}),
        (Labels, LABEL, {"start": 0, "end": 0, "mention": ""}),
        (Labels, LABEL, {"polarity": 3}),
        (Labels, LABEL, {"inclusion_probability": 0.0}),
        (Labels, LABEL, {"start": -7, "end": 7}),
    ],
)
def test_a_broken_contract_is_refused(kind, row, change):
    assert len(kind.from_rows([row])) == 1
    with pytest.raises(InvalidRecordsError, match=kind.__name__):
        kind.from_rows([row, {**row, kind.key[0]: "second", **change}])


@pytest.mark.parametrize(
    "columns",
    [
        {"sentence_id": ["a"], "theme": ["t"], "similarity": ["high"]},
        {"sentence_id": ["a"], "theme": ["t"], "similarity": [0.1, 0.2]},
        {"sentence_id": ["a"], "theme": [["t"]], "similarity": [0.1]},
        {"sentence_id": ["a", 1], "theme": ["t", "t"], "similarity": [0.1, 0.1]},
        {"sentence_id": ["\ud800"], "theme": ["t"], "similarity": [0.1]},
        {"sentence_id": ["a", "b"], "theme": ["t", "t"], "similarity": [0.1, float("nan")]},
        {"sentence_id": ["a"], "theme": ["t"], "similarity": [1.5]},
    ],
)
def test_columns_that_cannot_be_held_are_refused_as_records(columns):
    with pytest.raises(InvalidRecordsError, match="ThemeAssignments"):
        ThemeAssignments.from_columns(columns)


@pytest.mark.parametrize("change", [{"paragraph": "one"}, {"paragraph": 2**40}, {"start": 0.5}, {"text": 7}])
def test_rows_that_cannot_be_held_are_refused_as_records(change):
    with pytest.raises(InvalidRecordsError, match="Sentences"):
        Sentences.from_rows([{**SENTENCE, **change}])


def test_a_column_given_twice_is_refused():
    table = pa.table([["a"], ["b"], ["t"], [0.1]], names=["sentence_id", "sentence_id", "theme", "similarity"])
    with pytest.raises(InvalidRecordsError, match="sentence_id more than once"):
        ThemeAssignments(table)


def test_unknown_columns_are_left_out_and_order_is_the_schemas():
    table = ThemeAssignments.from_columns({"extra": [1], "theme": ["t"], "similarity": [0.5], "sentence_id": ["a"]})
    assert table.table.column_names == ["sentence_id", "theme", "similarity"]


def test_who_holds_the_source_cannot_change_the_table():
    similarity = np.array([0.5, 0.25], dtype=np.float32)
    table = ThemeAssignments.from_columns({"sentence_id": ["a", "b"], "theme": ["t", "t"], "similarity": similarity})
    frame = pd.DataFrame({"sentence_id": ["a", "b"], "theme": ["t", "t"], "similarity": similarity})
    framed = ThemeAssignments.from_frame(frame)
    similarity[:] = 9.0
    frame.loc[:, "similarity"] = 9.0
    assert table.column("similarity") == framed.column("similarity") == [0.5, 0.25]


def test_a_frame_is_free_to_change():
    table = Sentences.from_rows([SENTENCE])
    frame = table.frame()
    frame.loc[0, "text"] = "Two"
    frame.loc[0, "start"] = 2
    assert table.rows() == [SENTENCE]
    with pytest.raises(AttributeError):
        table.table = frame


def test_an_index_is_ignored():
    frame = Sentences.from_rows([SENTENCE, {**SENTENCE, "sentence_id": "s2"}]).frame()
    frame.index = [7, 7]
    assert Sentences.from_frame(frame).column("sentence_id") == ["s1", "s2"]


def test_dates_survive_and_unknown_ones_stay_unknown():
    article = {
        **{"article_id": "a", "outlet": "dawn", "text": "x", "raw": "x", "language": "en"},
        **{"near_duplicate_group": "a", "source": "a.txt"},
    }
    dated = Articles.from_rows([{**article, "published": dt.date(2025, 2, 28)}, {**article, "article_id": "b"}])
    again = Articles.from_frame(dated.frame())
    assert again.column("published") == [dt.date(2025, 2, 28), None]
    assert again.column("title") == [None, None]


def test_optional_values_may_be_null_in_ranged_columns():
    themes = [
        {"theme": f"t{i}", "name": "", "terms": "", "n_sentences": 1, "n_articles": 1, "representative": ""}
        for i in range(2)
    ]
    assert ThemeTerms.from_rows(themes).column("stability") == [None, None]
    assert ThemeTerms.from_rows([{**themes[0], "stability": 1.0}, themes[1]]).column("stability") == [1.0, None]
    with pytest.raises(InvalidRecordsError, match="stability"):
        ThemeTerms.from_rows([{**themes[0], "stability": 1.1}, themes[1]])


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**6), st.integers(0, 10**4)),
        max_size=8,
    )
)
def test_rows_survive_the_way_through_a_frame(rows):
    given_rows = [
        {
            **{"sentence_id": f"s{i}", "article_id": text, "paragraph": 0, "text": text},
            **{"start": start, "end": start + length},
        }
        for i, (text, start, length) in enumerate(rows)
    ]
    table = Sentences.from_rows(given_rows)
    assert [dict(row) for row in table.rows()] == given_rows
    assert Sentences.from_frame(table.frame()).table.equals(table.table)


def test_mentions_of_two_chunks_are_one_table():
    row = {
        **{"mention_id": "m", "article_id": "a", "sentence_id": "s", "start": 0, "end": 1, "mention": "M"},
        **{"actor": "m", "rule": "alias", "relational": False, "ambiguous": False, "candidates": ""},
        **{"holder": "author", "holder_name": "", "holder_kind": "author"},
    }
    one, two = Mentions.from_rows([row]).table, Mentions.from_rows([{**row, "mention_id": "n"}]).table
    joined = Mentions(pa.concat_tables([one, two]))
    assert joined.table["mention_id"].num_chunks == 1
    assert joined.column("mention_id") == ["m", "n"]


def _encodings(**change):
    parts = {
        "sentence_ids": ("a", "b"),
        "sentence_vectors": np.zeros((2, 4), dtype=np.float32),
        "mention_ids": ("m",),
        "mention_vectors": np.ones((1, 4), dtype=np.float32),
        "mention_logits": np.ones((1, 6), dtype=np.float32),
    }
    return Encodings(**{**parts, **change})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"sentence_ids": ("a",)}, r"sentence_vectors: got shape \(2, 4\) for 1 ids"),
        ({"sentence_ids": ("a", "a")}, "repeats an id"),
        ({"sentence_vectors": np.zeros((2, 4))}, "got float64, expected float32"),
        ({"sentence_vectors": np.zeros(2, dtype=np.float32)}, r"got shape \(2,\)"),
        ({"mention_vectors": np.full((1, 4), np.nan, dtype=np.float32)}, "not finite"),
        ({"mention_logits": np.zeros((2, 6), dtype=np.float32)}, "mention_logits: got shape"),
        ({"mention_logits": np.zeros((1, 3), dtype=np.float32)}, "mention_logits: got 3 columns.*encode stage again"),
    ],
)
def test_encodings_check_shape_type_and_values(change, match):
    _encodings()
    with pytest.raises(InvalidRecordsError, match=match):
        _encodings(**change)


def test_encodings_cannot_be_written_to():
    encodings = _encodings()
    with pytest.raises(ValueError, match="read-only"):
        encodings.sentence_vectors[0, 0] = 1.0
