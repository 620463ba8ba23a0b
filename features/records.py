"""The typed, immutable tables handed from stage to stage.

Each class wraps one Arrow table (immutable by construction) whose schema, key and value ranges are checked when it
is made. Character offsets always index ``articles.text``: the cleaned text, half-open ``[start, end)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenor.features.errors import TenorError

if TYPE_CHECKING:
    import pandas as pd

_TEXT = pa.string()
_INT = pa.int32()
_REAL = pa.float32()
_FLAG = pa.bool_()


def _required(name: str, dtype: pa.DataType) -> pa.Field:
    return pa.field(name, dtype, nullable=False)


def _optional(name: str, dtype: pa.DataType) -> pa.Field:
    return pa.field(name, dtype, nullable=True)


_SPAN = (_required("start", _INT), _required("end", _INT))


class InvalidRecordsError(TenorError):
    """Rows that break their table's contract."""


def _array(values: list[Any], dtype: pa.DataType) -> pa.Array:
    """An array of ``dtype``; Arrow alone would cut the fraction off a number that goes into a column of integers."""
    if pa.types.is_integer(dtype) and any(isinstance(value, float) and not value.is_integer() for value in values):
        raise ValueError(f"a number with a fraction does not fit {dtype}")
    return pa.array(values, type=dtype)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Values that Arrow cannot hold, as the table's error."""
    try:
        yield
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise InvalidRecordsError(f"{name} cannot hold these values: {error}") from error


@dataclass(frozen=True, eq=False)
class RecordTable:
    """One checked, immutable table of records.

    Subclasses state ``schema``, the unique ``key`` and closed ``ranges`` of numeric columns. An empty table is valid.
    """

    table: pa.Table

    schema: ClassVar[pa.Schema]
    key: ClassVar[tuple[str, ...]] = ()
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}

    def __post_init__(self) -> None:
        name = type(self).__name__
        missing = [field.name for field in self.schema if field.name not in self.table.column_names]
        if missing:
            raise InvalidRecordsError(
                f"{name} lacks column(s) {', '.join(missing)}: got {', '.join(self.table.column_names) or 'none'}."
            )
        repeated = [field.name for field in self.schema if self.table.column_names.count(field.name) > 1]
        if repeated:
            raise InvalidRecordsError(f"{name} has column(s) {', '.join(repeated)} more than once.")
        for field in self.schema:
            if not field.nullable and self.table[field.name].null_count:
                raise InvalidRecordsError(f"{name}.{field.name} holds {self.table[field.name].null_count} null(s).")
        try:
            table = self.table.select(self.schema.names).cast(self.schema).combine_chunks()
        except (pa.ArrowException, ValueError) as error:
            raise InvalidRecordsError(f"{name} has a column of the wrong type: {error}") from error
        object.__setattr__(self, "table", table)
        if self.key and len(table):
            unique = table.select(self.key).group_by(list(self.key)).aggregate([])
            if len(unique) != len(table):
                raise InvalidRecordsError(
                    f"{name} repeats its key ({', '.join(self.key)}): {len(table)} rows, {len(unique)} distinct."
                )
        for column, (low, high) in self.ranges.items():
            if not len(table):
                continue
            if pa.types.is_floating(table[column].type) and pc.any(pc.is_nan(table[column])).as_py():
                raise InvalidRecordsError(f"{name}.{column} holds NaN: leave unknown values null.")
            extremes = pc.min_max(table[column]).as_py()
            if extremes["min"] is not None and not (low <= extremes["min"] and extremes["max"] <= high):
                raise InvalidRecordsError(f"{name}.{column} must lie in [{low}, {high}], got {extremes}.")
        self._check()

    def _check(self) -> None:
        """Table-specific contract, beyond types, keys and ranges."""
        if {"start", "end"} <= set(self.schema.names) and len(self.table):
            backwards = pc.less(self.table["end"], self.table["start"])
            bad = pc.sum(pc.cast(pc.or_(backwards, pc.less(self.table["start"], 0)), _INT)).as_py()
            if bad:
                raise InvalidRecordsError(
                    f"{type(self).__name__} holds {bad} span(s) that end before they start or start below 0."
                )

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Build from mappings; a key absent from a row is null."""
        rows = list(rows)
        with _refusing(cls.__name__):
            columns = {field.name: _array([row.get(field.name) for row in rows], field.type) for field in cls.schema}
        return cls(pa.table(columns))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> Self:
        """Build from equally long sequences or arrays, one a column."""
        with _refusing(cls.__name__):
            # Arrow would share a numpy array's memory, and whoever holds the array could change the checked table.
            copies = {
                name: pa.array(values.copy() if isinstance(values, np.ndarray) else values)
                for name, values in columns.items()
            }
            table = pa.table(copies)
        return cls(table)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Build from a data frame; its index is ignored."""
        with _refusing(cls.__name__):
            table = pa.Table.from_pandas(frame.copy(deep=True), preserve_index=False)
        return cls(table)

    def frame(self) -> pd.DataFrame:
        """A fresh pandas frame, free to change."""
        frame: pd.DataFrame = self.table.to_pandas(date_as_object=False)
        return frame

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        return list(self.table.to_pylist())

    def column(self, name: str) -> list[Any]:
        """One column as Python values."""
        return list(self.table[name].to_pylist())

    def __len__(self) -> int:
        return int(self.table.num_rows)


class Articles(RecordTable):
    """One row an article. ``text`` is the cleaned text, ``raw`` what was read before cleaning.

    ``published`` is null where no source states it, and ``published_source`` says which one did
    (metadata, front matter, file name, htmldate). ``near_duplicate_group`` is the least article id of the group.
    """

    schema = pa.schema(
        [
            _required("article_id", _TEXT),
            _required("outlet", _TEXT),
            _optional("published", pa.date32()),
            _optional("published_source", _TEXT),
            _optional("title", _TEXT),
            _optional("url", _TEXT),
            _required("text", _TEXT),
            _required("raw", _TEXT),
            _required("language", _TEXT),
            _required("near_duplicate_group", _TEXT),
            _required("source", _TEXT),
        ]
    )
    key = ("article_id",)


class Removals(RecordTable):
    """What cleaning took out of an article: the words and the reason. Spans index ``articles.raw``."""

    schema = pa.schema([_required("article_id", _TEXT), *_SPAN, _required("reason", _TEXT), _required("text", _TEXT)])


class SetAside(RecordTable):
    """Inputs that were not measured, each with its reason: nothing is dropped silently."""

    schema = pa.schema(
        [
            _required("source", _TEXT),
            _required("reason", _TEXT),
            _optional("detail", _TEXT),
            _optional("title", _TEXT),
        ]
    )


class Sentences(RecordTable):
    """One row a sentence; ``text`` equals ``articles.text[start:end]``. ``paragraph`` counts from 0."""

    schema = pa.schema(
        [
            _required("sentence_id", _TEXT),
            _required("article_id", _TEXT),
            _required("paragraph", _INT),
            *_SPAN,
            _required("text", _TEXT),
        ]
    )
    key = ("sentence_id",)


class Mentions(RecordTable):
    """One row a mention of an actor, with the holder of the view that its sentence expresses.

    ``rule`` is how the actor was found (alias, surname, title, pair). A ``relational`` mention ("Pak-US ties") names a
    relation and is no tone target by itself; an ``ambiguous`` one could be another actor (``candidates``, ids joined
    by a space) and is not scored either. ``holder`` is ``author``, an actor id, a name as written, or ``unknown``;
    ``holder_kind`` is author, actor, other or unknown; the cue span is the attributing word, null for the author.
    """

    schema = pa.schema(
        [
            _required("mention_id", _TEXT),
            _required("article_id", _TEXT),
            _required("sentence_id", _TEXT),
            *_SPAN,
            _required("mention", _TEXT),
            _required("actor", _TEXT),
            _required("rule", _TEXT),
            _required("relational", _FLAG),
            _required("ambiguous", _FLAG),
            _required("candidates", _TEXT),
            _required("holder", _TEXT),
            _required("holder_name", _TEXT),
            _required("holder_kind", _TEXT),
            _optional("cue_start", _INT),
            _optional("cue_end", _INT),
        ]
    )
    key = ("mention_id",)


class Attributions(RecordTable):
    """One row an attributed content: who (source span and resolved speaker) says (cue) what (content span)."""

    schema = pa.schema(
        [
            _required("article_id", _TEXT),
            _required("content_start", _INT),
            _required("content_end", _INT),
            _optional("source_start", _INT),
            _optional("source_end", _INT),
            _optional("cue_start", _INT),
            _optional("cue_end", _INT),
            _required("holder", _TEXT),
            _required("holder_name", _TEXT),
            _required("holder_kind", _TEXT),
            _required("rule", _TEXT),
        ]
    )


class ThemeTerms(RecordTable):
    """One row a theme: its label, top terms (joined by ", "), how many sentences it holds, and how stable it is.

    ``representative`` holds sentence ids, one a line, at most one an article. ``stability`` is in [0, 1], null where it
    was not measured; ``shaky`` marks themes that a slightly different corpus would not have shown.
    """

    schema = pa.schema(
        [
            _required("theme", _TEXT),
            _required("name", _TEXT),
            _required("terms", _TEXT),
            _required("n_sentences", _INT),
            _required("n_articles", _INT),
            _required("representative", _TEXT),
            _optional("stability", _REAL),
            _optional("shaky", _FLAG),
        ]
    )
    key = ("theme",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"stability": (0.0, 1.0)}


class ThemeAssignments(RecordTable):
    """One row a sentence: its theme (``none`` under the stated threshold) and the cosine to that theme's vector."""

    schema = pa.schema([_required("sentence_id", _TEXT), _required("theme", _TEXT), _required("similarity", _REAL)])
    key = ("sentence_id",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"similarity": (-1.001, 1.001)}


class ThemePrevalence(RecordTable):
    """The share of sentences that a theme holds in one outlet and period, with its interval and counts.

    A dimension that the cell does not split by holds ``all``; ``period`` is a month (``YYYY-MM``) or ``undated``.
    ``n_sentences`` and ``n_articles`` count the cell, ``n_in_theme`` the theme's sentences in it. ``low`` and ``high``
    are null where fewer than two independent articles stand behind the cell.
    """

    schema = pa.schema(
        [
            _required("theme", _TEXT),
            _required("outlet", _TEXT),
            _required("period", _TEXT),
            _required("n_sentences", _INT),
            _required("n_articles", _INT),
            _required("n_in_theme", _INT),
            _required("share", _REAL),
            _optional("low", _REAL),
            _optional("high", _REAL),
        ]
    )
    key = ("theme", "outlet", "period")
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"share": (0.0, 1.0), "low": (0.0, 1.0), "high": (0.0, 1.0)}


class ToneScores(RecordTable):
    """One row a scored mention. ``tone`` = ``p_pos - p_neg``, in [-1, 1]; the three probabilities sum to one.

    ``cue_start`` and ``cue_end`` span the words that give the view to its holder ("warned"), null for the author.
    """

    schema = pa.schema(
        [
            _required("mention_id", _TEXT),
            _required("article_id", _TEXT),
            _required("sentence_id", _TEXT),
            *_SPAN,
            _required("mention", _TEXT),
            _required("actor", _TEXT),
            _required("holder", _TEXT),
            _required("holder_name", _TEXT),
            _required("holder_kind", _TEXT),
            _optional("cue_start", _INT),
            _optional("cue_end", _INT),
            _required("theme", _TEXT),
            _required("p_neg", _REAL),
            _required("p_neu", _REAL),
            _required("p_pos", _REAL),
            _required("tone", _REAL),
        ]
    )
    key = ("mention_id",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "p_neg": (0.0, 1.0),
        "p_neu": (0.0, 1.0),
        "p_pos": (0.0, 1.0),
        "tone": (-1.0, 1.0),
    }

    def _check(self) -> None:
        super()._check()
        p_pos, p_neg = _checked_probabilities(self.table, "ToneScores")
        if not np.allclose(self.table["tone"].to_numpy(), p_pos - p_neg, atol=1e-3):
            raise InvalidRecordsError("ToneScores holds a tone that is not p_pos - p_neg.")


class ToneEffects(RecordTable):
    """One row a word or clause of an explained mention's sentence: the mention's tone less the tone without it.

    ``piece`` is ``word`` or ``clause``; ``valence`` is what VADER makes of a word where it stands, null for a clause.
    """

    schema = pa.schema(
        [
            _required("mention_id", _TEXT),
            _required("piece", _TEXT),
            *_SPAN,
            _optional("valence", _REAL),
            _required("contribution", _REAL),
        ]
    )
    key = ("mention_id", "piece", "start")
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"contribution": (-2.0, 2.0)}


def _checked_probabilities(table: pa.Table, name: str) -> tuple[Any, Any]:
    """``p_pos`` and ``p_neg`` of a table whose three probabilities sum to one in every row."""
    p_neg, p_neu, p_pos = (table[column].to_numpy() for column in ("p_neg", "p_neu", "p_pos"))
    if not np.allclose(p_neg + p_neu + p_pos, 1.0, atol=1e-3):
        raise InvalidRecordsError(f"{name} holds probabilities that do not sum to one.")
    return p_pos, p_neg


class CrossValidation(RecordTable):
    """One row a labelled mention, predicted by a scorer that saw no mention of its near-duplicate group.

    ``polarity``, ``vader`` and ``majority`` are classes -1, 0, 1: the label, the lexicon's class of the sentence, and
    the most frequent class of the fold's training part.
    """

    schema = pa.schema(
        [
            _required("label_id", _TEXT),
            _required("article_id", _TEXT),
            _required("near_duplicate_group", _TEXT),
            _required("fold", _INT),
            _required("sentence", _TEXT),
            *_SPAN,
            _required("mention", _TEXT),
            _optional("actor", _TEXT),
            _optional("outlet", _TEXT),
            _optional("inclusion_probability", pa.float64()),
            _required("polarity", pa.int8()),
            _required("p_neg", pa.float64()),
            _required("p_neu", pa.float64()),
            _required("p_pos", pa.float64()),
            _required("vader", pa.int8()),
            _required("majority", pa.int8()),
        ]
    )
    key = ("label_id",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "inclusion_probability": (0.0, 1.0),
        "polarity": (-1, 1),
        "vader": (-1, 1),
        "majority": (-1, 1),
        "p_neg": (0.0, 1.0),
        "p_neu": (0.0, 1.0),
        "p_pos": (0.0, 1.0),
    }

    def _check(self) -> None:
        super()._check()
        _checked_probabilities(self.table, "CrossValidation")


class Estimates(RecordTable):
    """Mean tone of one cell with its interval and counts.

    A dimension that the cell does not split by holds ``all``. ``low`` and ``high`` are null where fewer than two
    independent articles stand behind the cell; ``thin`` marks cells under the stated minimum. ``share_neg`` and
    ``share_pos`` are mean probabilities.
    """

    schema = pa.schema(
        [
            _required("actor", _TEXT),
            _required("outlet", _TEXT),
            _required("theme", _TEXT),
            _required("holder", _TEXT),
            _required("period", _TEXT),
            _required("n_mentions", _INT),
            _required("n_articles", _INT),
            _required("tone", _REAL),
            _optional("low", _REAL),
            _optional("high", _REAL),
            _required("share_neg", _REAL),
            _required("share_pos", _REAL),
            _required("thin", _FLAG),
        ]
    )
    key = ("actor", "outlet", "theme", "holder", "period")
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "tone": (-1.0, 1.0),
        "low": (-1.0, 1.0),
        "high": (-1.0, 1.0),
        "share_neg": (0.0, 1.0),
        "share_pos": (0.0, 1.0),
    }


class Labels(RecordTable):
    """One row a mention whose tone was read: ``polarity`` -1, 0 or 1 toward the target ``sentence[start:end]``.

    Unlike elsewhere the span indexes ``sentence``, so that a label stands without its article. ``article_id`` groups
    what must not be split between training and testing. ``holder`` is as in :class:`Mentions`;
    ``inclusion_probability`` is the chance with which a random draw took the mention, null where none is stated.
    """

    schema = pa.schema(
        [
            _required("label_id", _TEXT),
            _required("article_id", _TEXT),
            _required("sentence", _TEXT),
            *_SPAN,
            _required("mention", _TEXT),
            _required("polarity", pa.int8()),
            _optional("actor", _TEXT),
            _optional("holder", _TEXT),
            _optional("outlet", _TEXT),
            _optional("inclusion_probability", pa.float64()),
        ]
    )
    key = ("label_id",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "start": (0, np.inf),
        "polarity": (-1, 1),
        "inclusion_probability": (float(np.finfo(np.float64).smallest_subnormal), 1.0),
    }

    def _check(self) -> None:
        super()._check()
        columns = (self.column(name) for name in ("sentence", "start", "end", "mention"))
        bad = sum(
            not words or sentence[start:end] != words for sentence, start, end, words in zip(*columns, strict=True)
        )
        if bad:
            raise InvalidRecordsError(f"Labels holds {bad} span(s) that do not select their mention in the sentence.")


@dataclass(frozen=True, eq=False)
class Encodings:
    """Vectors of sentences and mentions.

    ``sentence_vectors`` is float32 [n_sentences, d] with unit rows; ``mention_vectors`` is float32 [n_mentions, e];
    ``mention_logits`` is float32 [n_mentions, 3] (negative, neutral, positive) from the reader, or None without one.
    """

    sentence_ids: tuple[str, ...]
    sentence_vectors: np.ndarray[Any, np.dtype[np.float32]]
    mention_ids: tuple[str, ...]
    mention_vectors: np.ndarray[Any, np.dtype[np.float32]]
    mention_logits: np.ndarray[Any, np.dtype[np.float32]] | None = None

    def __post_init__(self) -> None:
        matrices = [
            ("sentence_vectors", self.sentence_ids, self.sentence_vectors),
            ("mention_vectors", self.mention_ids, self.mention_vectors),
        ]
        if self.mention_logits is not None:
            matrices.append(("mention_logits", self.mention_ids, self.mention_logits))
        for name, ids, matrix in matrices:
            if matrix.ndim != 2 or len(matrix) != len(ids):
                raise InvalidRecordsError(f"Encodings.{name}: got shape {matrix.shape} for {len(ids)} ids.")
            if matrix.dtype != np.float32:
                raise InvalidRecordsError(f"Encodings.{name}: got {matrix.dtype}, expected float32.")
            if not np.isfinite(matrix).all():
                raise InvalidRecordsError(f"Encodings.{name} holds values that are not finite.")
            if len(set(ids)) != len(ids):
                raise InvalidRecordsError(f"Encodings.{name} repeats an id.")
            matrix.setflags(write=False)
