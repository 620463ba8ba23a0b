"""The feature blocks that the tone classifier is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tenor.features.errors import TenorError
from tenor.features.reader import N_CLASSES, Reading
from tenor.features.vader import vader_features

Matrix = NDArray[np.float32]


class FeatureSet(StrEnum):
    """What the tone scorer sees of a mention."""

    VADER = "vader"
    ENCODER = "encoder"
    ENCODER_VADER = "encoder+vader"
    READER = "reader"
    READER_VADER = "reader+vader"

    @property
    def uses_vader(self) -> bool:
        """Whether the lexicon scores are a block."""
        return "vader" in self.value

    @property
    def uses_encoder(self) -> bool:
        """Whether texts must be read by an encoder at all."""
        return self is not FeatureSet.VADER

    @property
    def uses_reader(self) -> bool:
        """Whether the encoder must carry the trained reader head."""
        return "reader" in self.value


def feature_blocks(
    feature_set: FeatureSet,
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    reading: Reading | None,
    text_rows: NDArray[np.int64] | None = None,
) -> list[Matrix]:
    """The blocks of ``feature_set`` for n mentions, each float32 [n, width].

    ``vader``: [n, 8]; ``encoder``: target vector and sentence vector; ``reader``: class log-probabilities [n, 3] of
    each of its two heads and target vector. ``text_rows`` names each mention's row in ``reading.sentence_vectors``
    (default: one text a mention).

    Raises:
        TenorError: the feature set needs a reading, or a reader head, that is not there.
    """
    blocks: list[Matrix] = []
    if feature_set.uses_encoder:
        if reading is None:
            raise TenorError(f"Features `{feature_set}` need texts read by an encoder; got none.")
        rows = np.arange(len(spans)) if text_rows is None else text_rows
        if feature_set.uses_reader:
            if reading.target_logits is None:
                raise TenorError(
                    f"Features `{feature_set}` need the trained reader, but the encoder in use has no reader weights. "
                    "Use the packaged encoder (encode.encoder: minilm), or choose train.features encoder+vader."
                )
            blocks.append(log_softmax(reading.target_logits[:, :N_CLASSES]))
            blocks.append(log_softmax(reading.target_logits[:, N_CLASSES:]))
            blocks.append(reading.target_vectors)
        else:
            blocks.append(reading.target_vectors)
            blocks.append(reading.sentence_vectors[rows])
    if feature_set.uses_vader:
        blocks.append(vader_features(texts, spans))
    return blocks


def log_softmax(logits: Matrix) -> Matrix:
    """Log-probabilities of logits [n, k], row by row."""
    shifted = logits - logits.max(axis=1, keepdims=True, initial=-np.inf)
    result: Matrix = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))).astype(np.float32)
    return result
