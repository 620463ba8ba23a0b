"""Which reader a feature set needs: none, the frozen encoder, or the encoder with the shipped reader weights."""

from __future__ import annotations

from pathlib import Path

from tenor.features.encoder import MINILM, load_base_encoder
from tenor.features.errors import TenorError
from tenor.features.reader import Reader, load_reader
from tenor.models.tone_features import FeatureSet

WEIGHTS = Path(__file__).parent / "weights"


def load_encoder_reader(encoder: str, *, trained: bool) -> Reader:
    """The encoder, with the shipped reader weights where ``trained``.

    Raises:
        TenorError: the encoder or the weights are missing, altered or do not fit each other.
    """
    if trained and encoder != MINILM:
        raise TenorError(
            f"The shipped reader weights fit `{MINILM}`, not {encoder}: choose train.features encoder+vader, "
            "or train a reader for that encoder (experiments/reader)."
        )
    base = load_base_encoder(encoder)
    return load_reader(WEIGHTS if trained else None, base.model, base.tokenizer, base_sha256=base.sha256)


def load_reader_for(feature_set: FeatureSet, encoder: str) -> Reader | None:
    """The reader that ``feature_set`` needs, or None where the lexicon is enough."""
    if not feature_set.uses_encoder:
        return None
    return load_encoder_reader(encoder, trained=feature_set.uses_reader)
