"""The typed, immutable tables handed from stage to stage.

Each class states the schema, key and value ranges of one table (see ``record_table``). Character offsets always index
``articles.text``: the cleaned text, half-open ``[start, end)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from tenor.features.record_table import (
    FLAG,
    INT,
    REAL,
    SPAN,
    TEXT,
    InvalidRecordsError,
    RecordTable,
    optional,
    required,
)

N_LOGITS = 6  # of a target: two heads of the reader, three classes each


class Articles(RecordTable):
    """One row an article. ``text`` is the cleaned text, ``raw`` what was read before cleaning.

    ``published`` is null where no source states it, and ``published_source`` says which one did
    (metadata, front matter, file name, htmldate). ``near_duplicate_group`` is the least article id of the group.
    """

    schema = pa.schema(
        [
            required("article_id", TEXT),
            required("outlet", TEXT),
            optional("published", pa.date32()),
            optional("published_source", TEXT),
            optional("title", TEXT),
            optional("url", TEXT),
            required("text", TEXT),
            required("raw", TEXT),
            required("language", TEXT),
            required("near_duplicate_group", TEXT),
            required("source", TEXT),
        ]
    )
    key = ("article_id",)


class Removals(RecordTable):
    """What cleaning took out of an article: the words and the reason. Spans index ``articles.raw``."""

    schema = pa.schema([required("article_id", TEXT), *SPAN, required("reason", TEXT), required("text", TEXT)])


class SetAside(RecordTable):
    """Inputs that were not measured, each with its reason: nothing is dropped silently."""

    schema = pa.schema(
        [
            required("source", TEXT),
            required("reason", TEXT),
            optional("detail", TEXT),
            optional("title", TEXT),
        ]
    )


class Sentences(RecordTable):
    """One row a sentence; ``text`` equals ``articles.text[start:end]``. ``paragraph`` counts from 0."""

    schema = pa.schema(
        [
            required("sentence_id", TEXT),
            required("article_id", TEXT),
            required("paragraph", INT),
            *SPAN,
            required("text", TEXT),
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
            required("mention_id", TEXT),
            required("article_id", TEXT),
            required("sentence_id", TEXT),
            *SPAN,
            required("mention", TEXT),
            required("actor", TEXT),
            required("rule", TEXT),
            required("relational", FLAG),
            required("ambiguous", FLAG),
            required("candidates", TEXT),
            required("holder", TEXT),
            required("holder_name", TEXT),
            required("holder_kind", TEXT),
            optional("cue_start", INT),
            optional("cue_end", INT),
        ]
    )
    key = ("mention_id",)


class Attributions(RecordTable):
    """One row an attributed content: who (source span and resolved speaker) says (cue) what (content span)."""

    schema = pa.schema(
        [
            required("article_id", TEXT),
            required("content_start", INT),
            required("content_end", INT),
            optional("source_start", INT),
            optional("source_end", INT),
            optional("cue_start", INT),
            optional("cue_end", INT),
            required("holder", TEXT),
            required("holder_name", TEXT),
            required("holder_kind", TEXT),
            required("rule", TEXT),
        ]
    )


class ThemeTerms(RecordTable):
    """One row a theme: its label, top terms (joined by ", "), how many sentences it holds, and how stable it is.

    ``representative`` holds sentence ids, one a line, at most one an article. ``stability`` is in [0, 1], null where it
    was not measured; ``shaky`` marks themes that a slightly different corpus would not have shown.
    """

    schema = pa.schema(
        [
            required("theme", TEXT),
            required("name", TEXT),
            required("terms", TEXT),
            required("n_sentences", INT),
            required("n_articles", INT),
            required("representative", TEXT),
            optional("stability", REAL),
            optional("shaky", FLAG),
        ]
    )
    key = ("theme",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"stability": (0.0, 1.0)}


class ThemeAssignments(RecordTable):
    """One row a sentence: its theme (``none`` under the stated threshold) and the cosine to that theme's vector."""

    schema = pa.schema([required("sentence_id", TEXT), required("theme", TEXT), required("similarity", REAL)])
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
            required("theme", TEXT),
            required("outlet", TEXT),
            required("period", TEXT),
            required("n_sentences", INT),
            required("n_articles", INT),
            required("n_in_theme", INT),
            required("share", REAL),
            optional("low", REAL),
            optional("high", REAL),
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
            required("mention_id", TEXT),
            required("article_id", TEXT),
            required("sentence_id", TEXT),
            *SPAN,
            required("mention", TEXT),
            required("actor", TEXT),
            required("holder", TEXT),
            required("holder_name", TEXT),
            required("holder_kind", TEXT),
            optional("cue_start", INT),
            optional("cue_end", INT),
            required("theme", TEXT),
            required("p_neg", REAL),
            required("p_neu", REAL),
            required("p_pos", REAL),
            required("tone", REAL),
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
            required("mention_id", TEXT),
            required("piece", TEXT),
            *SPAN,
            optional("valence", REAL),
            required("contribution", REAL),
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

    ``polarity``, ``predicted``, ``vader`` and ``majority`` are classes -1, 0, 1: the label, the class that the scorer
    names, the lexicon's class of the sentence, and the most frequent class of the fold's training part.
    """

    schema = pa.schema(
        [
            required("label_id", TEXT),
            required("article_id", TEXT),
            required("near_duplicate_group", TEXT),
            required("fold", INT),
            required("sentence", TEXT),
            *SPAN,
            required("mention", TEXT),
            optional("actor", TEXT),
            optional("outlet", TEXT),
            optional("inclusion_probability", pa.float64()),
            required("polarity", pa.int8()),
            required("p_neg", pa.float64()),
            required("p_neu", pa.float64()),
            required("p_pos", pa.float64()),
            required("predicted", pa.int8()),
            required("vader", pa.int8()),
            required("majority", pa.int8()),
        ]
    )
    key = ("label_id",)
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "inclusion_probability": (0.0, 1.0),
        "polarity": (-1, 1),
        "predicted": (-1, 1),
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
            required("actor", TEXT),
            required("outlet", TEXT),
            required("theme", TEXT),
            required("holder", TEXT),
            required("period", TEXT),
            required("n_mentions", INT),
            required("n_articles", INT),
            required("tone", REAL),
            optional("low", REAL),
            optional("high", REAL),
            required("share_neg", REAL),
            required("share_pos", REAL),
            required("thin", FLAG),
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
            required("label_id", TEXT),
            required("article_id", TEXT),
            required("sentence", TEXT),
            *SPAN,
            required("mention", TEXT),
            required("polarity", pa.int8()),
            optional("actor", TEXT),
            optional("holder", TEXT),
            optional("outlet", TEXT),
            optional("inclusion_probability", pa.float64()),
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
    ``mention_logits`` is the reader's ``target_logits`` float32 [n_mentions, 6], or None without one.
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
            if name == "mention_logits" and matrix.shape[1] != N_LOGITS:
                raise InvalidRecordsError(
                    f"Encodings.{name}: got {matrix.shape[1]} columns, expected {N_LOGITS}; run the encode stage again."
                )
            if matrix.dtype != np.float32:
                raise InvalidRecordsError(f"Encodings.{name}: got {matrix.dtype}, expected float32.")
            if not np.isfinite(matrix).all():
                raise InvalidRecordsError(f"Encodings.{name} holds values that are not finite.")
            if len(set(ids)) != len(ids):
                raise InvalidRecordsError(f"Encodings.{name} repeats an id.")
            matrix.setflags(write=False)
