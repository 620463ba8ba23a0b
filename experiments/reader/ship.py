"""Calibrate on dev, write the shipped weights, and say how they do when loaded as users load them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
import torch

from tenor.experiments import metrics
from tenor.experiments.reader.average import average
from tenor.experiments.reader.base import load_checkpoint, load_encoder
from tenor.experiments.reader.data import load_newsmtsc
from tenor.experiments.reader.export import export
from tenor.experiments.tone_bench import bench_tone, load_train_articles
from tenor.features.reader import N_CLASSES, Floats, load_reader

DEV = ("dev_mt", "dev_rw")
N_BINS = 15
MOST_ERROR = 0.05


@dataclass(frozen=True)
class Calibration:
    """What makes logits honest: ``temperature`` divides them after ``offsets`` [3] are added."""

    temperature: float
    offsets: tuple[float, float, float]


def fit_calibration(files: Sequence[tuple[Floats, np.ndarray]]) -> Calibration:
    """The least offsets, and the temperature, that bring the calibration error under ``MOST_ERROR`` on every file.

    ``files`` are logits [n, 3] and labels [n] in 0 to 2. Vector scaling (Guo et al., 2017) on a coarse grid. Where
    nothing reaches the bound, what comes nearest to it.
    """
    steps = np.arange(-4, 5) / 10
    tried: list[tuple[float, float, Calibration]] = []
    for temperature in np.arange(20, 29) / 20:
        for negative, positive in product(steps, steps):
            offsets = (float(negative * temperature), 0.0, float(positive * temperature))
            worst = max(
                metrics.calibration_error(labels - 1, _softmax((logits + offsets) / temperature), n_bins=N_BINS)
                for logits, labels in files
            )
            over = max(0.0, worst - MOST_ERROR)
            tried.append((over, float(abs(negative) + abs(positive)), Calibration(float(temperature), offsets)))
    return min(tried, key=lambda found: found[:2])[2]


def level(logits: Floats, labels: np.ndarray) -> float:
    """What to add to the neutral logit so that neutral is named as often as it is labelled, of tenths from -1 to 1.

    ``logits`` [n, 3] and labels [n] in 0 to 2 of text that training did not see. A head taught on text that reports
    more than it judges names tone too seldom.
    """
    wanted = float(np.mean(labels == 1))

    def gap(offset: float) -> float:
        return abs(float(np.mean((logits + np.array((0.0, offset, 0.0))).argmax(1) == 1)) - wanted)

    return float(min(np.arange(-10, 11) / 10, key=gap))


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    share: np.ndarray = raised / raised.sum(1, keepdims=True)
    return share


def ship(
    runs: list[Path],
    data: Path,
    weights_dir: Path,
    *,
    n_bootstrap: int,
    rank: int | None = None,
    level_on: Path | None = None,
) -> dict[str, object]:
    """Average the runs' best checkpoints into ``weights_dir`` and measure them on dev; all runs share one start.

    ``rank`` is that of the mean's low-rank terms (the runs' own where None); ``level_on`` a file labelled by the
    codebook, in NewsMTSC's layout, on which the second head is levelled.
    """
    said = [json.loads((run / "params.json").read_text(encoding="utf-8")) for run in runs]
    params = said[0]
    checkpoints = [load_checkpoint(run / "best.pt") for run in runs]
    merged = checkpoints[0]
    if len(runs) > 1:
        merged = average(checkpoints, rank=rank or params["rank"])
    encoder, tokenizer, base_sha256 = load_encoder(params["encoder"])
    train = load_newsmtsc(data / "newsmtsc/train.jsonl")

    def write(found: Calibration, neutral: float = 0.0) -> None:
        bias = merged["outer.bias"] + torch.tensor(found.offsets)
        codebook = merged["codebook.bias"] + torch.tensor([0.0, neutral, 0.0])
        export(
            {**merged, "outer.bias": bias, "codebook.bias": codebook},
            weights_dir,
            n_probes=params["n_probes"],
            hidden=params["hidden"],
            scale=params["scale"],
            temperature=found.temperature,
            max_tokens=256,
            base_sha256=base_sha256,
            articles=(example.article for example in train),
        )

    write(Calibration(1.0, (0.0, 0.0, 0.0)))
    reader = load_reader(weights_dir, encoder, tokenizer, base_sha256=base_sha256)

    def read(path: Path) -> tuple[Floats, np.ndarray]:
        """Logits [n, 6] and labels [n] of the targets in a file."""
        examples = load_newsmtsc(path)
        spans = [[(t.start, t.end) for t in e.targets] for e in examples]
        logits = reader.read([e.text for e in examples], spans).target_logits
        assert logits is not None
        return logits, np.array([t.label for e in examples for t in e.targets])

    files = [data / f"newsmtsc/{name}.jsonl" for name in DEV]
    calibration = fit_calibration([(logits[:, :N_CLASSES], labels) for logits, labels in map(read, files)])
    neutral = 0.0
    if level_on is not None:
        logits, labels = read(level_on)
        neutral = level(logits[:, N_CLASSES:], labels)
    write(calibration, neutral)
    reader = load_reader(weights_dir, encoder, tokenizer, base_sha256=base_sha256)
    bench = bench_tone(files, reader, train_articles=load_train_articles(weights_dir), n_bootstrap=n_bootstrap)
    return {**asdict(calibration), "codebook_neutral": neutral, **bench.as_dict()}


def main() -> None:
    """``python -m tenor.experiments.reader.ship RUN [RUN …] --data FOLDER --to FOLDER --metrics FILE``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--metrics", type=Path, required=True)
    parser.add_argument("--bootstrap", type=int, default=1000)
    parser.add_argument("--rank", type=int)
    parser.add_argument("--level-on", type=Path, metavar="FILE")
    given = parser.parse_args()
    found = ship(
        given.runs, given.data, given.to, n_bootstrap=given.bootstrap, rank=given.rank, level_on=given.level_on
    )
    given.metrics.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
