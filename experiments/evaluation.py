"""How good the measurement is: the cross-validated scorer beside VADER and the majority class, on the same folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tenor.experiments.metrics import (
    accuracy,
    average_recall,
    calibration_bins,
    calibration_error,
    class_f1,
    cluster_bootstrap,
    confusion,
    macro_f1,
    occurring_f1,
)
from tenor.features.records import CrossValidation, Labels, ToneScores

if TYPE_CHECKING:
    import pandas as pd

_MIN_PER_SLICE = 10  # below it, a slice's F1 says more about chance than about the scorer


@dataclass(frozen=True)
class Evaluation:
    """``metrics`` for people and MLflow (JSON-ready) and the rows behind the two plots."""

    metrics: dict[str, Any]
    confusion_rows: list[dict[str, str]]
    calibration_rows: list[dict[str, float]]


def evaluate_scorer(
    predictions: CrossValidation, *, n_bins: int, confidence: float, n_resamples: int, rng: np.random.Generator
) -> Evaluation:
    """Measure out-of-fold predictions.

    Intervals draw whole near-duplicate groups of articles. ``weighted`` figures undo the sampling design (Horvitz &
    Thompson 1952: each label counts one over its inclusion probability), so they speak for all mentions.
    """
    frame = predictions.frame()
    true = frame["polarity"].to_numpy(dtype=np.int64)
    probabilities = frame[["p_neg", "p_neu", "p_pos"]].to_numpy(dtype=np.float64)
    predicted = frame["predicted"].to_numpy(dtype=np.int64)
    groups = frame["near_duplicate_group"].tolist()

    def interval(classes: NDArray[np.int64]) -> tuple[float, float]:
        return cluster_bootstrap(
            lambda rows: macro_f1(true[rows], classes[rows]),
            groups,
            confidence=confidence,
            n_resamples=n_resamples,
            rng=rng,
        )

    vader = frame["vader"].to_numpy(dtype=np.int64)
    low, high = interval(predicted)
    gain_low, gain_high = cluster_bootstrap(
        lambda rows: macro_f1(true[rows], predicted[rows]) - macro_f1(true[rows], vader[rows]),
        groups,
        confidence=confidence,
        n_resamples=n_resamples,
        rng=rng,
    )
    metrics: dict[str, Any] = {
        "n": len(frame),
        "n_articles": int(frame["article_id"].nunique()),
        **_quality(true, predicted),
        "macro_f1_low": low,
        "macro_f1_high": high,
        "f1_by_class": dict(
            zip(("negative", "neutral", "positive"), class_f1(confusion(true, predicted)).tolist(), strict=True)
        ),
        "calibration_error": calibration_error(true, probabilities, n_bins=n_bins),
        "confusion": confusion(true, predicted).tolist(),
        "gain_over_vader": macro_f1(true, predicted) - macro_f1(true, vader),
        "gain_over_vader_low": gain_low,
        "gain_over_vader_high": gain_high,
        "vader": _quality(true, vader),
        "majority": _quality(true, frame["majority"].to_numpy(dtype=np.int64)),
        "weighted": _weighted(true, predicted, frame["inclusion_probability"].to_numpy(dtype=np.float64)),
        "actors": _slices(frame, "actor", true, predicted),
        "outlets": _slices(frame, "outlet", true, predicted),
    }
    names = ("negative", "neutral", "positive")
    rows = [{"actual": names[t + 1], "predicted": names[p + 1]} for t, p in zip(true, predicted, strict=True)]
    return Evaluation(metrics, rows, calibration_bins(true, probabilities, n_bins=n_bins))


def evaluate_holders(
    labels: Labels, scores: ToneScores, *, confidence: float, n_resamples: int, rng: np.random.Generator
) -> dict[str, float] | None:
    """How often the holder of a scored mention is the one that was read, among labels that state one.

    A label is the mention of the same id; None where none is. ``author_only`` is the accuracy of holding the author to
    account for everything. Intervals draw whole articles.
    """
    read = dict(zip(labels.column("label_id"), labels.column("holder"), strict=True))
    columns = (scores.column(name) for name in ("mention_id", "article_id", "holder"))
    rows = [(article, holder, read[name]) for name, article, holder in zip(*columns, strict=True) if read.get(name)]
    if not rows:
        return None
    right = np.array([holder == expected for _, holder, expected in rows], dtype=np.float64)
    low, high = cluster_bootstrap(
        lambda drawn: float(right[drawn].mean()),
        [article for article, _, _ in rows],
        confidence=confidence,
        n_resamples=n_resamples,
        rng=rng,
    )
    return {
        "n": len(rows),
        "accuracy": float(right.mean()),
        "accuracy_low": low,
        "accuracy_high": high,
        "author_only": float(np.mean([expected == "author" for _, _, expected in rows])),
    }


def flat_metrics(metrics: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """The finite numbers of nested metrics under dotted names; lists (slices, confusion) are left to the tables."""
    flat: dict[str, float] = {}
    for name, value in metrics.items():
        if isinstance(value, dict):
            flat |= flat_metrics(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
            flat[f"{prefix}{name}"] = float(value)
    return flat


def _quality(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> dict[str, float]:
    return {
        "macro_f1": macro_f1(true, predicted),
        "accuracy": accuracy(true, predicted),
        "average_recall": average_recall(true, predicted),
    }


def _weighted(
    true: NDArray[np.int64], predicted: NDArray[np.int64], inclusion: NDArray[np.float64]
) -> dict[str, float] | None:
    """Design-weighted accuracy and macro-F1, or None where the labels do not state how they were drawn."""
    if not len(true) or not np.isfinite(inclusion).all() or (inclusion <= 0).any():
        return None
    weights = 1.0 / inclusion
    table = np.zeros((3, 3))
    np.add.at(table, (true + 1, predicted + 1), weights)
    return {
        "accuracy": float(np.trace(table) / table.sum()),
        "macro_f1": float(class_f1(table).mean()),  # type: ignore[arg-type]  # counts may be fractional here
    }


def _slices(
    frame: pd.DataFrame, column: str, true: NDArray[np.int64], predicted: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Quality within each value of ``column``, most labelled first; thin slices are marked, never hidden.

    A slice's macro-F1 is the mean over the classes that occur in it.
    """
    values = np.array(frame[column].fillna("unknown").tolist(), dtype=object)
    found = []
    for value in sorted(set(values)):
        rows = np.flatnonzero(values == value)
        found.append(
            {
                column: str(value),
                "n": len(rows),
                "macro_f1": occurring_f1(true[rows], predicted[rows]),
                "accuracy": accuracy(true[rows], predicted[rows]),
                "thin": len(rows) < _MIN_PER_SLICE,
            }
        )
    return sorted(found, key=lambda item: (-item["n"], item[column]))
