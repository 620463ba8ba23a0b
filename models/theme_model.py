"""A fitted set of themes as plain data: their vectors, their names, and where they came from.

On disk a model is two files: ``themes.safetensors`` (vectors) and ``themes.json`` (the rest). Nothing is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tenor.features.errors import TenorError
from tenor.features.records import Encodings, Sentences, ThemeAssignments, ThemeTerms
from tenor.models.theme_clusters import Labels, Matrix, unit_rows
from tenor.models.theme_units import ThemeUnit, reading_order, sentence_vectors, unit_vectors

NONE = "none"
_VECTORS_FILE = "themes.safetensors"
MODEL_FILE = "themes.json"
_FORMAT = 1
# Under this stability a theme is called shaky. A Jaccard coefficient of 0.4 is an F1 of 0.57: little more than half of
# the theme would have been found without the articles that it was judged on.
SHAKY = 0.4


class ThemeModelError(TenorError):
    """A theme model that cannot be used."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ThemePart(_Data):
    """One cluster as it was found: its lasting id, the theme it belongs to (itself, unless merged) and its words."""

    part: str
    theme: str
    terms: tuple[str, ...]


class Theme(_Data):
    """One theme as shown: terms as written and their weight, representative sentence ids, stability in [0, 1]."""

    theme: str
    name: str
    terms: tuple[tuple[str, float], ...]
    n_sentences: Annotated[int, Field(ge=0)]
    n_articles: Annotated[int, Field(ge=0)]
    representative: tuple[str, ...]
    stability: float | None = None

    @classmethod
    def bare(cls, theme: str) -> Theme:
        """A theme that is not yet described."""
        return cls(theme=theme, name="", terms=(), n_sentences=0, n_articles=0, representative=())

    @property
    def shaky(self) -> bool | None:
        """Whether the theme hangs on chance; None where its stability was not measured."""
        return None if self.stability is None else self.stability < SHAKY


class _Header(_Data):
    format: int
    unit: ThemeUnit
    min_similarity: float
    next_number: int
    parts: tuple[ThemePart, ...]
    themes: tuple[Theme, ...]


@dataclass(frozen=True, eq=False)
class ThemeModel:
    """Themes and their vectors: ``vectors`` is float32 [n_parts, d] with unit rows, one a part.

    ``common`` float32 [d] is taken out of a sentence's vector before it is compared; ``next_number`` is the number of
    the next theme to be born: ids are never used twice.
    """

    vectors: Matrix
    common: Matrix
    parts: tuple[ThemePart, ...]
    themes: tuple[Theme, ...]
    unit: ThemeUnit
    min_similarity: float
    next_number: int

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.parts):
            raise ThemeModelError(f"A theme model has {len(self.parts)} parts and vectors of {self.vectors.shape}.")
        if self.common.shape != self.vectors.shape[1:]:
            raise ThemeModelError(
                f"A theme model has vectors of {self.vectors.shape} and a mean of {self.common.shape}."
            )
        unknown = {part.theme for part in self.parts} - {theme.theme for theme in self.themes}
        if unknown:
            raise ThemeModelError(
                f"Theme(s) {', '.join(sorted(unknown))} have vectors but no entry in the theme model."
            )

    @property
    def n_themes(self) -> int:
        """How many themes there are."""
        return len(self.themes)

    def table(self) -> ThemeTerms:
        """One row a theme, the largest first."""
        return ThemeTerms.from_rows(
            {
                "theme": theme.theme,
                "name": theme.name,
                "terms": ", ".join(term for term, _ in theme.terms),
                "n_sentences": theme.n_sentences,
                "n_articles": theme.n_articles,
                "representative": "\n".join(theme.representative),
                "stability": theme.stability,
                "shaky": theme.shaky,
            }
            for theme in self.themes
        )


def apart(model: ThemeModel, vectors: Matrix) -> Matrix:
    """Unit rows [n, d] without what the model's corpus has in common.

    Raises:
        ThemeModelError: the vectors are not of the model's length.
    """
    if len(vectors) and vectors.shape[1] != len(model.common):
        raise ThemeModelError(
            f"The theme model knows vectors of {len(model.common)} numbers, got {vectors.shape[1]}. "
            "Encode with the encoder that the themes were fitted on, or fit them again."
        )
    return unit_rows(vectors - model.common) if len(vectors) else vectors


def nearest_parts(model: ThemeModel, vectors: Matrix, *, to: Labels | None = None) -> tuple[Labels, Matrix]:
    """The part of greatest cosine to every unit row and that cosine: int64 [n] (-1 without parts), float32 [n].

    ``to`` names the part of every row where it is known already.
    """
    if not len(model.parts) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64), np.zeros(len(vectors), dtype=np.float32)
    cosine = vectors @ model.vectors.T  # [n, n_parts]
    best = cosine.argmax(axis=1) if to is None else to
    similarity: Matrix = np.clip(cosine[np.arange(len(best)), best], -1, 1).astype(np.float32)
    return best.astype(np.int64), similarity


def theme_ids(model: ThemeModel, parts: Labels, similarity: Matrix) -> list[str]:
    """The theme id of every row; ``none`` under the model's threshold and where there are no themes."""
    owners = [part.theme for part in model.parts]
    return [
        owners[part] if part >= 0 and value >= model.min_similarity else NONE
        for part, value in zip(parts.tolist(), similarity.tolist(), strict=True)
    ]


def assign_themes(model: ThemeModel, sentences: Sentences, encodings: Encodings) -> ThemeAssignments:
    """The theme of every sentence, by cosine to the theme vectors; one row a sentence, in the order given.

    A sentence is read with its unit (its neighbours, its paragraph), so pass whole articles. No sentences give an
    empty table.

    Raises:
        MissingVectorsError: a sentence has no vector.
        ThemeModelError: the vectors are not of the model's length.
    """
    if not len(sentences):
        return ThemeAssignments.from_rows([])
    vectors = vectors_in_context(sentences, encodings, model.unit)
    parts, similarity = nearest_parts(model, apart(model, vectors))
    return assignments_of(sentences.column("sentence_id"), theme_ids(model, parts, similarity), similarity)


def assignments_of(sentence_ids: Sequence[str], themes: Sequence[str], similarity: Matrix) -> ThemeAssignments:
    """The table of assignments from its columns."""
    columns = {"sentence_id": list(sentence_ids), "theme": list(themes), "similarity": similarity.astype(np.float32)}
    return ThemeAssignments.from_columns(columns)


def vectors_in_context(sentences: Sentences, encodings: Encodings, unit: ThemeUnit) -> Matrix:
    """The unit vector of every sentence, float32 [n, d] in the order given."""
    order = reading_order(sentences)
    ordered = Sentences(sentences.table.take(order))
    vectors = sentence_vectors(ordered, encodings)
    in_context = np.empty_like(vectors)
    in_context[order] = unit_vectors(
        vectors, ordered.column("text"), ordered.column("article_id"), ordered.column("paragraph"), unit
    )
    return in_context


def save_theme_model(model: ThemeModel, folder: Path) -> None:
    """Write a model to a folder, which is made where it is missing."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    header = _Header(
        format=_FORMAT,
        unit=model.unit,
        min_similarity=model.min_similarity,
        next_number=model.next_number,
        parts=model.parts,
        themes=model.themes,
    )
    arrays = {"vectors": np.ascontiguousarray(model.vectors), "common": np.ascontiguousarray(model.common)}
    save_file(arrays, folder / _VECTORS_FILE)
    content = json.dumps(header.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / MODEL_FILE).write_text(content + "\n", encoding="utf-8")


def load_theme_model(folder: Path) -> ThemeModel:
    """Read a model from a folder.

    Raises:
        ThemeModelError: a file is missing, broken, or of another format.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    remedy = "Fit the themes again."
    try:
        header = _Header.model_validate_json((folder / MODEL_FILE).read_text(encoding="utf-8"))
        arrays = load_file(folder / _VECTORS_FILE)
        vectors, common = arrays["vectors"], arrays["common"]
    except FileNotFoundError as error:
        raise ThemeModelError(
            f"No theme model in {folder}: {Path(error.filename).name} is missing. {remedy}"
        ) from error
    except (ValidationError, SafetensorError, KeyError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ThemeModelError(f"The theme model in {folder} cannot be read: {reason}. {remedy}") from error
    if header.format != _FORMAT:
        raise ThemeModelError(f"The theme model in {folder} has format {header.format}, expected {_FORMAT}. {remedy}")
    return ThemeModel(
        vectors=vectors,
        common=common,
        parts=header.parts,
        themes=header.themes,
        unit=header.unit,
        min_similarity=header.min_similarity,
        next_number=header.next_number,
    )
