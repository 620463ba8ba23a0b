"""What the scorer named wrongly with the highest probability: labels to read again, sentences to learn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from tenor.features.records import CrossValidation

_NAMES = ("negative", "neutral", "positive")
N_MISTAKES = 50


def confident_mistakes(predictions: CrossValidation, *, limit: int = N_MISTAKES) -> dict[str, list[Any]]:
    """Columns of the mentions whose out-of-fold class is wrong, the most confident first, at most ``limit`` rows.

    ``confidence`` is the probability of the predicted class, in [0, 1], and ``margin`` what it has over that of the
    class that was read; it may be negative where the scorer does not name the most likely class. ``sentence`` is the
    article's text as it stands, with the target between ``⟦`` and ``⟧``: escape it wherever it is shown. No mistakes
    give columns without rows.
    """
    frame = predictions.frame()
    probabilities = frame[["p_neg", "p_neu", "p_pos"]].to_numpy(dtype=np.float64)
    true = frame["polarity"].to_numpy(dtype=np.int64) + 1
    predicted = frame["predicted"].to_numpy(dtype=np.int64) + 1
    confidence = probabilities[np.arange(len(frame)), predicted]
    wrong = np.flatnonzero(predicted != true)
    names = np.array(frame["label_id"].tolist(), dtype=str)
    order = wrong[np.lexsort((names[wrong], -confidence[wrong]))][:limit]  # ties by name: whatever the rows' order
    rows = frame.iloc[order]
    return {
        "confidence": [round(float(confidence[i]), 4) for i in order],
        "margin": [round(float(confidence[i] - probabilities[i, true[i]]), 4) for i in order],
        "predicted": [_NAMES[predicted[i]] for i in order],
        "read_as": [_NAMES[true[i]] for i in order],
        "actor": [str(value) if isinstance(value, str) else "" for value in rows["actor"]],
        "outlet": [str(value) if isinstance(value, str) else "" for value in rows["outlet"]],
        "sentence": [
            f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
            for text, start, end in zip(rows["sentence"], rows["start"], rows["end"], strict=True)
        ],
        "label_id": rows["label_id"].tolist(),
    }
