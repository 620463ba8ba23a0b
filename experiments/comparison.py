"""Which of two tone scorers is better, and whether that is noise: a paired bootstrap over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tenor.experiments.metrics import class_f1
from tenor.features.errors import TenorError
from tenor.features.records import CrossValidation

_CHUNK = 256  # resamples held in memory at once

Counts = NDArray[np.int64]


class ComparisonError(TenorError):
    """Two results that cannot be compared."""


@dataclass(frozen=True)
class Comparison:
    """Macro-F1 of a candidate and a reference on the same mentions, and the interval of the difference.

    ``difference`` = candidate - reference, in [-1, 1]; ``low`` and ``high`` bound it at ``confidence`` (NaN where fewer
    than two independent articles are shared). ``n_relabelled`` counts shared mentions left out because the two results
    were measured against different labels.
    """

    candidate_f1: float
    reference_f1: float
    difference: float
    low: float
    high: float
    confidence: float
    n_mentions: int
    n_articles: int
    n_relabelled: int

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` where the interval excludes zero, else ``noise``."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "noise"


def compare_predictions(
    candidate: CrossValidation,
    reference: CrossValidation,
    *,
    n_resamples: int = 2000,
    confidence: float = 0.95,
    random_state: int = 0,
) -> Comparison | None:
    """Compare on the mentions that both predicted, drawing articles with replacement; None where none is shared.

    A mention is the same where id, sentence and span are: two files of labels may both number their rows 1, 2, 3.
    Near-duplicates count as one article. The drawn articles are scored for both (paired), so that what makes an article
    hard cancels out. The order of rows does not matter. Source: Efron & Tibshirani (1993), chapter 13, percentile
    interval, with clusters as the units that are drawn.
    """
    row_of = {key: row for row, key in enumerate(_keys(reference))}
    shared = sorted((key, row) for row, key in enumerate(_keys(candidate)) if key in row_of)
    ours = np.array([row for _, row in shared], dtype=np.int64)
    theirs = np.array([row_of[key] for key, _ in shared], dtype=np.int64)
    (true, predicted), (other_true, other_predicted) = _classes(candidate), _classes(reference)
    agree = true[ours] == other_true[theirs]
    n_relabelled = int((~agree).sum())
    ours, theirs = ours[agree], theirs[agree]
    if not len(ours):
        return None
    groups = candidate.column("near_duplicate_group")
    _, group = np.unique(np.array([groups[row] for row in ours], dtype=str), return_inverse=True)
    counts = np.zeros((2, int(group.max()) + 1, 3, 3), dtype=np.int64)  # [run, group, true, predicted]
    for run, classes in enumerate((predicted[ours], other_predicted[theirs])):
        np.add.at(counts[run], (group, true[ours] + 1, classes + 1), 1)
    candidate_f1, reference_f1 = _macro_f1(counts.sum(axis=1))
    low, high = _interval(counts, n_resamples, confidence, np.random.default_rng(random_state))
    return Comparison(
        candidate_f1=float(candidate_f1),
        reference_f1=float(reference_f1),
        difference=float(candidate_f1 - reference_f1),
        low=low,
        high=high,
        confidence=confidence,
        n_mentions=len(ours),
        n_articles=counts.shape[1],
        n_relabelled=n_relabelled,
    )


def read_cross_validation(path: Path) -> CrossValidation:
    """Read a Parquet table of out-of-fold predictions.

    Raises:
        ComparisonError: the file is missing or unreadable.
        InvalidRecordsError: a column is missing or holds what it must not.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise ComparisonError(f"{path.name} cannot be read as Parquet: {error}") from error
    if "predicted" not in table.column_names and {"p_neg", "p_neu", "p_pos"} <= set(table.column_names):
        # Runs tracked before scorers chose how to name a class named the most likely one.
        likely = np.stack([table[name].to_numpy() for name in ("p_neg", "p_neu", "p_pos")]).argmax(axis=0) - 1
        table = table.append_column("predicted", pa.array(likely, pa.int8()))
    return CrossValidation(table)


def comparison_table(rows: Sequence[tuple[str, float, Comparison | None, bool]]) -> str:
    """A line a run, from name, macro-F1, comparison with the champion or None, and whether it is the champion."""
    lines = [
        f"{'run':<36} {'macro-F1':>8} {'difference':>11}  {'interval':<18} {'mentions':>8} {'articles':>8}  verdict"
    ]
    for name, score, compared, champion in rows:
        start = f"{name[:36]:<36} {score:>8.3f} "
        if compared is None:
            verdict = "champion" if champion else "not comparable: no labelled mention in common"
            lines.append(f"{start}{'':>11}  {'':<18} {'':>8} {'':>8}  {verdict}")
            continue
        interval = f"[{compared.low:+.3f}, {compared.high:+.3f}]"
        equal = compared.low == compared.high == 0
        verdict = "equal" if equal else {"noise": "may be noise"}.get(compared.verdict, compared.verdict)
        counts = f"{compared.n_mentions:>8} {compared.n_articles:>8}"
        lines.append(f"{start}{compared.difference:>+11.3f}  {interval:<18} {counts}  {verdict}")
    return "\n".join(lines)


def _keys(predictions: CrossValidation) -> list[tuple[str, str, int, int]]:
    """What each row is known by."""
    columns = (predictions.column(name) for name in ("label_id", "sentence", "start", "end"))
    return list(zip(*columns, strict=True))


def _classes(predictions: CrossValidation) -> tuple[Counts, Counts]:
    """True and predicted classes, -1, 0, 1."""
    true, predicted = (predictions.table[name].to_numpy().astype(np.int64) for name in ("polarity", "predicted"))
    return true, predicted


def _macro_f1(counts: Counts) -> NDArray[np.float64]:
    """Mean F1 of the three classes of confusion counts [..., 3, 3]."""
    scores: NDArray[np.float64] = class_f1(counts).mean(axis=-1)
    return scores


def _interval(counts: Counts, n_resamples: int, confidence: float, rng: np.random.Generator) -> tuple[float, float]:
    """Bounds of the difference when whole groups are drawn; ``counts`` is [2, n_groups, 3, 3]."""
    n_groups = counts.shape[1]
    if n_groups < 2:
        return float("nan"), float("nan")
    flat = counts.reshape(2, n_groups, 9)
    differences: list[NDArray[np.float64]] = []
    for start in range(0, n_resamples, _CHUNK):
        size = min(_CHUNK, n_resamples - start)
        times = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=size)  # [size, n_groups]
        scores = _macro_f1((times @ flat).reshape(2, size, 3, 3))
        differences.append(scores[0] - scores[1])
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(differences), [tail, 1 - tail])
    return float(low), float(high)
