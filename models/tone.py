"""The tone scorer: negative, neutral or positive toward one target in a text, with calibrated probabilities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tenor.features.encoder import Progress, Span, read_targets
from tenor.features.errors import TenorError, without_secrets
from tenor.features.reader import Reader, Reading
from tenor.models.readers import load_reader_for
from tenor.models.targets import locate_targets
from tenor.models.tone_classifier import CLASSES, ToneClassifier, fit_tone_classifier
from tenor.models.tone_features import FeatureSet, feature_blocks

if TYPE_CHECKING:
    import pandas as pd

    from tenor.features.registry import ActorRegistry
    from tenor.models.explanation import Explanation

FORMAT = 2
PACKED_ENCODER = "encoder"  # beside the scorer's folder in a logged model whose scorer has an encoder of its own
LABELS = ("negative", "neutral", "positive")
_ARRAYS = "scorer.safetensors"
_CARD = "scorer.json"


class ScorerError(TenorError):
    """A scorer that cannot be loaded or used."""


@dataclass(frozen=True)
class Tone:
    """Tone toward one target: probabilities that sum to one, ``tone`` = ``p_pos - p_neg`` in [-1, 1], and the label.

    The label is not always the most likely class: where most mentions are neutral, a tone is named before it is more
    likely than neutral (``ToneClassifier.classes``). A label that is not neutral has the sign of ``tone``.
    """

    p_neg: float
    p_neu: float
    p_pos: float
    tone: float
    label: str


class ToneScorer:
    """Scores the tone that a text takes toward a target in it.

    ``encoder`` is ``minilm`` or a local Hugging Face folder; ``feature_set`` says what the classifier sees. Build one
    with :meth:`fit` or :meth:`load`; the constructor only stores.
    """

    def __init__(
        self,
        *,
        classifier: ToneClassifier,
        feature_set: FeatureSet,
        encoder: str,
        reader: Reader | None,
        registry: ActorRegistry | None = None,
    ) -> None:
        self.classifier = classifier
        self.feature_set = feature_set
        self.encoder = encoder
        self.reader = reader
        self.registry = registry

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        spans: Sequence[Span],
        labels: Sequence[int],
        groups: Sequence[str],
        *,
        feature_set: FeatureSet,
        encoder: str = "minilm",
        n_folds: int = 5,
        random_state: int = 0,
    ) -> Self:
        """Fit on n labelled targets: one text, character span, class (-1, 0, 1) and article group each.

        Raises:
            TrainingError: a class is too rare, or there are too few groups.
        """
        reader = load_reader_for(feature_set, encoder)
        blocks = feature_blocks(feature_set, texts, spans, read_mentions(reader, texts, spans))
        classifier = fit_tone_classifier(
            blocks, np.asarray(labels, dtype=np.int64), groups, n_folds=n_folds, random_state=random_state
        )
        return cls(classifier=classifier, feature_set=feature_set, encoder=encoder, reader=reader)

    def predict_proba(
        self, texts: Sequence[str], spans: Sequence[Span], *, batch_size: int = 64, progress: Progress | None = None
    ) -> NDArray[np.float64]:
        """Probabilities float64 [n, 3] (negative, neutral, positive) of n targets, in the order given."""
        if not len(texts):
            return np.zeros((0, 3))
        reading = read_mentions(self.reader, texts, spans, batch_size=batch_size, progress=progress)
        return self.classifier.predict_proba(feature_blocks(self.feature_set, texts, spans, reading))

    def predict(self, frame: pd.DataFrame, *, batch_size: int = 64) -> pd.DataFrame:
        """Tone of each row of ``frame``, in order and under its index.

        ``frame`` has ``text`` and one of: ``start`` and ``end`` (character offsets), ``target`` (words that stand in
        the text; their first occurrence counts), ``actor`` (an id of the registry that the scorer was loaded with).
        The result has float64 ``p_neg``, ``p_neu``, ``p_pos``, ``tone`` and the string ``label``.

        Raises:
            TargetError: a column is missing, or a target is not in its text; rows are named, texts never shown.
        """
        import pandas as pd

        texts, spans = locate_targets(frame, self.registry)
        probabilities = self.predict_proba(texts, spans, batch_size=batch_size)
        columns: dict[str, Any] = dict(zip(("p_neg", "p_neu", "p_pos"), probabilities.T, strict=True))
        columns["tone"] = tones(probabilities)
        columns["label"] = self._names(probabilities)
        return pd.DataFrame(columns, index=frame.index)

    def score(self, text: str, target: str) -> Tone:
        """Tone of ``text`` toward ``target``, words that stand in it (or an actor id of the scorer's registry)."""
        texts, spans = self._locate(text, target)
        return self._tones(self.predict_proba(texts, spans))[0]

    def explain(self, text: str, target: str) -> Explanation:
        """What moved :meth:`score`: the words that VADER knows, and every clause, each left out once.

        Raises:
            TargetError: ``target`` does not stand in ``text``.
        """
        return self.explain_targets(*self._locate(text, target))[0]

    def explain_targets(
        self, texts: Sequence[str], spans: Sequence[Span], *, batch_size: int = 64, progress: Progress | None = None
    ) -> list[Explanation]:
        """Explanations of n targets in the order given; all texts and their shortened forms are read in one pass."""
        from tenor.models.explanation import explain_tone, plan_erasure

        plans = [plan_erasure(text, span) for text, span in zip(texts, spans, strict=True)]
        every_text = [*texts, *(text for plan in plans for text in plan.texts)]
        every_span = [*spans, *(span for plan in plans for span in plan.spans)]
        probabilities = self.predict_proba(every_text, every_span, batch_size=batch_size, progress=progress)
        whole, shortened = probabilities[: len(plans)], iter(tones(probabilities[len(plans) :]))
        return [
            explain_tone(plan, tone, [float(next(shortened)) for _ in plan.texts])
            for plan, tone in zip(plans, self._tones(whole), strict=True)
        ]

    def _names(self, probabilities: NDArray[np.float64]) -> list[str]:
        return [LABELS[c - CLASSES[0]] for c in self.classifier.classes(probabilities)]

    def _tones(self, probabilities: NDArray[np.float64]) -> list[Tone]:
        rows = zip(*probabilities.T.tolist(), tones(probabilities).tolist(), self._names(probabilities), strict=True)
        return [Tone(*row) for row in rows]

    def _locate(self, text: str, target: str) -> tuple[list[str], list[Span]]:
        import pandas as pd

        column = "actor" if self.registry is not None and target in self.registry.ids else "target"
        return locate_targets(pd.DataFrame({"text": [text], column: [target]}), self.registry)

    def save(self, folder: Path) -> None:
        """Write arrays (safetensors) and a JSON card into ``folder``; nothing is pickled."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        model = self.classifier
        arrays = {"mean": model.mean, "scale": model.scale, "coef": model.coef, "intercept": model.intercept}
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / _ARRAYS)
        card = {
            "format": FORMAT,
            "feature_set": self.feature_set.value,
            "encoder": self.encoder,
            "encoder_sha256": _encoder_sha256(self.reader),
            "reader": getattr(self.reader, "fingerprint", None),
            "classes": list(CLASSES),
            "temperature": model.temperature,
            "decision_weights": model.decision_weights.tolist(),
            "strength": model.strength,
            "widths": list(model.widths),
        }
        (folder / _CARD).write_text(json.dumps(card, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path, *, registry: ActorRegistry | None = None, encoder: str | None = None) -> Self:
        """Load a saved scorer from a folder, or from an MLflow address (``models:/name@alias``, ``runs:/…``).

        ``encoder`` says where the encoder's folder is now, if not where the scorer was fitted; a logged model brings
        its own.

        Raises:
            ScorerError: nothing is there, or it was written by another format or with another encoder or other reader
                weights.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        if str(path).startswith(("models:/", "runs:/")):
            folder = _fetch(str(path))
            packed = folder.with_name(PACKED_ENCODER)
            encoder = encoder or (str(packed) if packed.is_dir() else None)
        else:
            folder = Path(path)
        try:
            card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
            arrays = load_file(folder / _ARRAYS)
        except FileNotFoundError as error:
            raise ScorerError(
                f"No scorer in {folder}: expected {_CARD} and {_ARRAYS}. "
                "Run `dvc repro train`, or pass models:/tenor-tone@champion."
            ) from error
        except (ValueError, OSError, SafetensorError) as error:
            raise ScorerError(f"The scorer in {folder} cannot be read: {error}. Train it again.") from error
        form = card.get("format") if isinstance(card, dict) else None
        if form != FORMAT:
            raise ScorerError(
                f"The scorer in {folder} has format {form}, expected {FORMAT}. Train it again with this version."
            )
        try:
            classifier = _classifier(card, arrays)
            feature_set, encoder = FeatureSet(card["feature_set"]), encoder or str(card["encoder"])
        except (KeyError, TypeError, ValueError) as error:
            raise ScorerError(f"The scorer in {folder} is incomplete or altered ({error}). Train it again.") from error
        reader = load_reader_for(feature_set, encoder)
        if card.get("encoder_sha256") != _encoder_sha256(reader):
            raise ScorerError(
                f"The scorer in {folder} was fitted on another encoder ({card.get('encoder_sha256')}) than the one now "
                f"at {encoder} ({_encoder_sha256(reader)}). Train it again, or restore that encoder."
            )
        if card.get("reader") != getattr(reader, "fingerprint", None):
            raise ScorerError(
                f"The scorer in {folder} was fitted on other reader weights ({card.get('reader')}) than those "
                f"installed ({getattr(reader, 'fingerprint', None)}). Train it again (`dvc repro`), "
                "or install the matching version."
            )
        return cls(classifier=classifier, feature_set=feature_set, encoder=encoder, reader=reader, registry=registry)


def _encoder_sha256(reader: Reader | None) -> str | None:
    return None if reader is None else reader.config.base_sha256


def _classifier(card: dict[str, Any], arrays: dict[str, NDArray[np.float64]]) -> ToneClassifier:
    """The classifier of a saved scorer; ValueError where its arrays do not fit each other."""
    widths = tuple(int(width) for width in card["widths"])
    shapes = {"mean": (sum(widths),), "scale": (sum(widths),), "coef": (3, sum(widths)), "intercept": (3,)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name}: expected finite numbers of shape {shape}, got shape {arrays[name].shape}")
    temperature = float(card["temperature"])
    if not temperature > 0:
        raise ValueError(f"temperature: expected a positive number, got {temperature}")
    weights = np.array(card["decision_weights"], dtype=np.float64)
    if weights.shape != (3,) or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError(f"decision_weights: expected three positive numbers, got {card['decision_weights']}")
    return ToneClassifier(
        **{name: arrays[name] for name in shapes},
        temperature=temperature,
        decision_weights=weights,
        strength=float(card["strength"]),
        widths=widths,
    )


def read_mentions(
    reader: Reader | None,
    texts: Sequence[str],
    spans: Sequence[Span],
    *,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> Reading | None:
    """The reading of n (text, span) pairs, rows in their order; None where no encoder is in use."""
    if reader is None:
        return None
    return read_targets(reader, texts, range(len(texts)), spans, batch_size=batch_size, progress=progress)


def tones(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """``p_pos - p_neg`` of probabilities [n, 3]."""
    result: NDArray[np.float64] = probabilities[:, 2] - probabilities[:, 0]
    return result


def _fetch(uri: str) -> Path:
    """The scorer's folder inside a logged model."""
    import mlflow

    try:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
    except Exception as error:  # MLflow raises many kinds; each means the same to the caller
        raise ScorerError(
            without_secrets(f"MLflow has no model at {uri} (tracking store: {mlflow.get_tracking_uri()}): {error}. ")
            + "Set MLFLOW_TRACKING_URI, or pass a folder."
        ) from error
    found = sorted(folder.rglob(_CARD))
    if len(found) != 1:
        raise ScorerError(f"The model at {uri} holds {len(found)} scorers; expected one {_CARD}.")
    return found[0].parent
