"""The shipped tagger of who says what."""

from __future__ import annotations

from pathlib import Path

from tenor.features.encoder import MINILM, load_base_encoder
from tenor.features.tagger import Tagger, load_tagger

WEIGHTS = Path(__file__).parent / "weights"


def load_shipped_tagger() -> Tagger:
    """The shipped tagger on the packaged encoder.

    Raises:
        TenorError: the encoder or the weights are missing, altered or do not fit each other.
    """
    base = load_base_encoder(MINILM)
    return load_tagger(WEIGHTS, base.model, base.tokenizer, base_sha256=base.sha256)
