"""Means and gaps of tone whose uncertainty counts articles, not mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tenor.pipeline.report.facts import IntArray, RealArray


@dataclass(frozen=True)
class Mean:
    """Mean tone with its interval; ``low`` and ``high`` are None under two clusters.

    A cluster is an independent article: copies of one text are several of ``n_articles`` and one of ``n_clusters``.
    """

    value: float
    low: float | None
    high: float | None
    n_mentions: int
    n_articles: int
    n_clusters: int


@dataclass(frozen=True)
class Gap:
    """Difference of two mean tones (second minus first), its interval and two-sided p value."""

    value: float
    low: float
    high: float
    p_value: float


def clustered_mean(tone: RealArray, cluster: IntArray, article: IntArray, *, confidence: float) -> Mean:
    """Mean of ``tone`` [n] with a cluster-robust interval (linearised ratio, Student t).

    ``cluster`` and ``article`` are codes [n]. Raises ValueError on empty input: an absent cell has no mean.
    Source: Cochran, Sampling Techniques, section 6 (the ratio estimator's variance).
    """
    if not len(tone):
        raise ValueError("clustered_mean: got no mentions, expected at least one.")
    value = float(tone.mean())
    influence = _influence(tone, cluster, int(cluster.max()) + 1)
    present = np.unique(cluster)
    low = high = None
    if len(present) > 1:
        half = _quantile(confidence, len(present) - 1) * _standard_error(influence[present])
        low, high = max(-1.0, value - half), min(1.0, value + half)
    return Mean(value, low, high, len(tone), len(np.unique(article)), len(present))


def clustered_gap(
    first: RealArray, first_cluster: IntArray, second: RealArray, second_cluster: IntArray, *, confidence: float
) -> Gap | None:
    """Mean of ``second`` [m] minus mean of ``first`` [n]; None where a side has fewer than two clusters.

    A cluster that stands on both sides (wire copy run by two outlets) enters once, so its covariance counts.
    Degrees of freedom are those of the side with fewer clusters, which errs on the wide side.
    """
    sides = [np.unique(first_cluster), np.unique(second_cluster)]
    if min(len(side) for side in sides) < 2:
        return None
    from scipy import stats

    size = int(max(first_cluster.max(), second_cluster.max())) + 1
    influence = _influence(second, second_cluster, size) - _influence(first, first_cluster, size)
    present = np.union1d(*sides)
    error = _standard_error(influence[present])
    value = float(second.mean() - first.mean())
    degrees = min(len(side) for side in sides) - 1
    half = _quantile(confidence, degrees) * error
    p_value = float(2 * stats.t.sf(abs(value) / error, degrees)) if error > 0 else float(value == 0)
    return Gap(value, value - half, value + half, p_value)


def clear_of_chance(p_values: Sequence[float], *, level: float) -> list[bool]:
    """Which of many comparisons stand out at false discovery rate ``level`` (Benjamini and Hochberg 1995)."""
    if not p_values:
        return []
    from scipy import stats

    adjusted = stats.false_discovery_control(np.clip(np.asarray(p_values, dtype=np.float64), 0, 1))
    return [bool(value <= level) for value in adjusted]


def _influence(tone: RealArray, cluster: IntArray, size: int) -> RealArray:
    """Each cluster's pull on the mean, [size]: its summed deviation over the number of mentions."""
    sums = np.bincount(cluster, weights=tone - tone.mean(), minlength=size)
    return np.asarray(sums / len(tone), dtype=np.float64)


def _standard_error(influence: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    n_clusters = len(influence)
    return float(np.sqrt(n_clusters / (n_clusters - 1) * np.sum(influence**2)))


def _quantile(confidence: float, degrees: int) -> float:
    from scipy import stats

    return float(stats.t.ppf(0.5 + confidence / 2, degrees))
