"""Pictures of how good the scorer is, for the run's record: its confusion and its calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NAMES = ("negative", "neutral", "positive")
_INK, _SOFT, _ACCENT = "#1b1b1a", "#5c5a55", "#0b5c8a"
_DPI = 110
_SMALLEST, _LARGEST = 20.0, 400.0  # area of a dot, in square points


def confusion_figure(table: Sequence[Sequence[int]]) -> Figure:
    """Counts [3, 3] (rows read, columns predicted) with each row's shares as shading; a row of zeros stays white."""
    counts = np.asarray(table, dtype=np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    figure, axes = _figure()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row in range(3):
        for column in range(3):
            share = shares[row, column]
            text = f"{int(counts[row, column])}\n{share:.0%}"
            axes.text(column, row, text, ha="center", va="center", color="white" if share > 0.55 else _INK)
    axes.set_xticks(range(3), _NAMES)
    axes.set_yticks(range(3), _NAMES)
    axes.set_xlabel("predicted, out of fold")
    axes.set_ylabel("read by a person")
    axes.set_title("Confusion of the tone scorer", loc="left", color=_INK)
    return figure


def calibration_figure(bins: Sequence[Mapping[str, float]]) -> Figure:
    """Share that was right by confidence, a dot a bin with its count; no bins leave the diagonal alone."""
    figure, axes = _figure()
    axes.plot([1 / 3, 1], [1 / 3, 1], color=_SOFT, lw=1, ls=(0, (4, 3)))
    if bins:
        sizes = np.array([item["n"] for item in bins], dtype=np.float64)
        area = _SMALLEST + (_LARGEST - _SMALLEST) * sizes / sizes.max()
        confidence, right = [item["confidence"] for item in bins], [item["accuracy"] for item in bins]
        axes.scatter(confidence, right, s=area, color=_ACCENT, alpha=0.75, linewidths=0)
        for item in bins:
            place = (item["confidence"], item["accuracy"])
            axes.annotate(f"{int(item['n'])}", place, ha="center", va="center", fontsize=7, color=_INK)
    axes.set_xlim(0.3, 1.03)
    axes.set_ylim(-0.03, 1.06)
    axes.set_xlabel("confidence in the predicted class, out of fold")
    axes.set_ylabel("share that was right")
    axes.set_title("Calibration: on the line is honest (numbers count mentions)", loc="left", color=_INK, fontsize=9)
    return figure


def write_scorer_figures(metrics: Mapping[str, Any], bins: Sequence[Mapping[str, float]], folder: Path) -> list[Path]:
    """Write ``confusion.png`` and ``calibration.png`` into ``folder``; ``metrics`` are those of the evaluation."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, figure in (
        ("confusion", confusion_figure(metrics["confusion"])),
        ("calibration", calibration_figure(bins)),
    ):
        path = folder / f"{name}.png"
        figure.savefig(path, dpi=_DPI, facecolor="white", metadata={"Software": None})
        written.append(path)
    return written


def _figure() -> tuple[Figure, Any]:
    # A figure of its own, not pyplot's: no global state, and no window system is looked for.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes
