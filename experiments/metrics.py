"""Measures of a three-class scorer: pure functions of true classes and predictions.

Classes are -1, 0, 1 (negative, neutral, positive). Arrays are one-dimensional and equally long unless a shape says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = (-1, 0, 1)

Classes = NDArray[np.integer[Any]]
Real = NDArray[np.float64]


def confusion(true: Classes, predicted: Classes) -> NDArray[np.int64]:
    """Counts int64 [3, 3]: rows true, columns predicted, both in the order negative, neutral, positive."""
    table = np.zeros((3, 3), dtype=np.int64)
    np.add.at(table, (np.asarray(true) + 1, np.asarray(predicted) + 1), 1)
    return table


def class_f1(table: NDArray[np.int64]) -> Real:
    """F1 float64 [..., 3] of each class from confusion counts [..., 3, 3]; 0 where a class never occurs in either."""
    hits = np.diagonal(table, axis1=-2, axis2=-1).astype(np.float64)
    total = table.sum(axis=-1) + table.sum(axis=-2)
    f1: Real = np.divide(2.0 * hits, total, out=np.zeros_like(hits), where=total > 0)
    return f1


def macro_f1(true: Classes, predicted: Classes) -> float:
    """Unweighted mean F1 of the three classes, in [0, 1]."""
    return float(class_f1(confusion(true, predicted)).mean())


def occurring_f1(true: Classes, predicted: Classes) -> float:
    """Unweighted mean F1 of the classes that occur, truly or predicted, in [0, 1]; NaN for empty input.

    For parts of the data, which may lack a class: counting it as 0 would mark a part down for what it does not hold.
    """
    table = confusion(true, predicted)
    occurs = table.sum(axis=0) + table.sum(axis=1) > 0
    return float(class_f1(table)[occurs].mean()) if occurs.any() else float("nan")


def accuracy(true: Classes, predicted: Classes) -> float:
    """Share of equal classes; NaN for empty input."""
    return float(np.mean(np.asarray(true) == np.asarray(predicted))) if len(true) else float("nan")


def average_recall(true: Classes, predicted: Classes) -> float:
    """Mean recall of the classes that occur (Rosenthal et al. 2017); NaN for empty input."""
    table = confusion(true, predicted)
    support = table.sum(axis=1)
    if not support.any():
        return float("nan")
    return float((np.diag(table)[support > 0] / support[support > 0]).mean())


def calibration_bins(true: Classes, probabilities: Real, *, n_bins: int) -> list[dict[str, float]]:
    """Equal-width bins of the most likely class's probability: its mean, the share that was right, and the count.

    ``probabilities`` is float64 [n, 3]; empty bins are left out.
    """
    if not len(true):
        return []
    confidence = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) - 1) == np.asarray(true)
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    return [
        {
            "confidence": float(confidence[bins == b].mean()),
            "accuracy": float(right[bins == b].mean()),
            "n": int((bins == b).sum()),
        }
        for b in np.unique(bins)
    ]


def calibration_error(true: Classes, probabilities: Real, *, n_bins: int) -> float:
    """Expected calibration error in [0, 1] (Naeini et al. 2015): mean gap of confidence and accuracy over bins."""
    bins = calibration_bins(true, probabilities, n_bins=n_bins)
    total = sum(item["n"] for item in bins)
    gaps = sum(item["n"] * abs(item["confidence"] - item["accuracy"]) for item in bins)
    return gaps / total if total else float("nan")


def cluster_bootstrap(
    statistic: Callable[[NDArray[np.int64]], float],
    groups: Sequence[str],
    *,
    confidence: float,
    n_resamples: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Percentile interval of ``statistic(row indices)`` when whole groups are drawn with replacement.

    NaN bounds for fewer than two groups.
    """
    names, group_of = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return float("nan"), float("nan")
    order = np.argsort(group_of, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group_of))[:-1])
    values = []
    for _ in range(n_resamples):
        drawn = rng.integers(0, len(names), size=len(names))
        values.append(statistic(np.concatenate([members[g] for g in drawn])))
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail])
    return float(low), float(high)
