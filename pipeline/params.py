"""The parameters of every stage: one section of ``params.yaml``, one class.

Unknown keys are refused, so a misspelt parameter can never be silently ignored.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tenor.features.errors import TenorError
from tenor.models.tone_features import FeatureSet


class ParamsError(TenorError):
    """Parameters that cannot be used."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Share = Annotated[float, Field(gt=0, lt=1)]
_Count = Annotated[int, Field(ge=1)]
_Seed = Annotated[int, Field(ge=0, lt=2**32)]


class IngestParams(_Section):
    """Which articles are read and when two of them are near-duplicates (Jaccard similarity of word shingles)."""

    articles: str
    language: str = "en"
    min_characters: _Count = 200
    near_duplicate_threshold: _Share = 0.6


class AnnotateParams(_Section):
    """Which actors are looked for, and whether ``attribution`` (who says what) is found by the tagger or by rules."""

    actors: str
    attribution: Literal["tagger", "rules"] = "tagger"


class EncodeParams(_Section):
    """How sentences become vectors. ``encoder`` is ``minilm`` (packaged) or a local Hugging Face folder.

    Whether the encoder carries the trained reader follows from ``train.features``: scorer and encodings must agree.
    """

    encoder: str = "minilm"
    batch_size: _Count = 64


class ThemesParams(_Section):
    """How themes are fitted. ``n_themes`` is ``auto`` or a number; below ``min_similarity`` a sentence is ``none``.

    ``seed_words`` gives words by name of a theme that there must be. ``kept`` is a folder with what lives on from run
    to run: ``overrides.yaml`` (names and merges) and an earlier theme model, each where there is one.
    """

    n_themes: Literal["auto"] | _Count = "auto"
    min_similarity: Annotated[float, Field(ge=-1, le=1)] = 0.0
    seed_words: dict[str, list[str]] = {}
    kept: str | None = None


class TrainParams(_Section):
    """How the tone scorer is fitted on labelled mentions."""

    labels: str
    features: FeatureSet = FeatureSet.READER_VADER
    n_folds: Annotated[int, Field(ge=2)] = 5
    random_state: _Seed = 0


class ScoreParams(_Section):
    """Which mentions are scored besides plain ones; without ``holders`` every tone counts as the author's own.

    ``explained`` is for how many mentions, those of the strongest tone, the report tells which words moved it.
    """

    ambiguous: bool = False
    holders: bool = True
    explained: Annotated[int, Field(ge=0)] = 100


class EstimateParams(_Section):
    """How mean tone and its interval are estimated; cells under ``min_articles`` are marked thin."""

    min_articles: _Count = 5
    confidence: _Share = 0.95
    n_resamples: _Count = 1000
    random_state: _Seed = 0


class EvaluateParams(_Section):
    """How the scorer's quality is measured."""

    n_bins: _Count = 10
    confidence: _Share = 0.95
    n_resamples: _Count = 1000
    random_state: _Seed = 0


class ReportParams(_Section):
    """How the report introduces itself, and which events it marks on the time charts (a date each, with its name)."""

    title: str = "Tone and themes of the coverage"
    events: dict[datetime.date, str] = {}


class TrackParams(_Section):
    """Where the result is logged; ``MLFLOW_TRACKING_URI`` overrides the local SQLite file."""

    experiment: str = "tenor"
    model: str = "tenor-tone"


class Params(_Section):
    """All sections, in the order of the stages."""

    ingest: IngestParams
    annotate: AnnotateParams
    encode: EncodeParams = EncodeParams()
    themes: ThemesParams = ThemesParams()
    train: TrainParams
    score: ScoreParams = ScoreParams()
    estimate: EstimateParams = EstimateParams()
    evaluate: EvaluateParams = EvaluateParams()
    report: ReportParams = ReportParams()
    track: TrackParams = TrackParams()


def load_params(path: Path) -> Params:
    """Read and check a parameter file.

    Raises:
        ParamsError: the file is missing, is not YAML, or holds unknown keys or unusable values.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ParamsError(f"No parameter file at {path}. Run from the project's root, or pass --params.") from error
    except OSError as error:
        raise ParamsError(f"{path} cannot be read ({error.strerror}): --params takes a YAML file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'the file'}: {item['msg']}" for item in error.errors()
        )
        raise ParamsError(f"{path} cannot be used: {found}.") from error


def flat_params(params: Params) -> dict[str, str]:
    """Every parameter as text under its dotted name."""
    sections = params.model_dump(mode="json").items()
    return {
        f"{section}.{key}": value if isinstance(value, str) else json.dumps(value)
        for section, values in sections
        for key, value in values.items()
    }
