"""Choose the temperature on dev, write the shipped weights, and say how they do when loaded as users load them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from tenor.experiments.reader.average import average
from tenor.experiments.reader.base import load_encoder
from tenor.experiments.reader.data import load_newsmtsc
from tenor.experiments.reader.export import export
from tenor.experiments.tone_bench import bench_tone, load_train_articles
from tenor.features.reader import Floats, load_reader

DEV = ("dev_mt", "dev_rw")


def fit_temperature(logits: Floats, labels: np.ndarray) -> float:
    """The temperature in [0.5, 5] with the least negative log-likelihood on ``logits`` [n, 3] (Guo et al., 2017)."""
    grid = np.exp(np.linspace(np.log(0.5), np.log(5.0), 200))
    losses = []
    for temperature in grid:
        scaled = logits.astype(np.float64) / temperature
        top = scaled.max(1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(scaled - top).sum(1))
        losses.append(float((log_sum - scaled[np.arange(len(labels)), labels]).mean()))
    return float(grid[int(np.argmin(losses))])


def ship(
    runs: list[Path], data: Path, weights_dir: Path, *, n_bootstrap: int, rank: int | None = None
) -> dict[str, object]:
    """Average the runs' best checkpoints into ``weights_dir`` and measure them on dev; all runs share one start.

    ``rank`` is that of the mean's low-rank terms (the runs' own where None).
    """
    said = [json.loads((run / "params.json").read_text(encoding="utf-8")) for run in runs]
    params = said[0]
    checkpoints = [torch.load(run / "best.pt", weights_only=True) for run in runs]
    merged = checkpoints[0]
    if len(runs) > 1:
        merged = average(checkpoints, rank=rank or params["rank"])
    encoder, tokenizer, base_sha256 = load_encoder(params["encoder"])
    train = load_newsmtsc(data / "newsmtsc/train.jsonl")

    def write(temperature: float) -> None:
        export(
            merged,
            weights_dir,
            n_probes=params["n_probes"],
            hidden=params["hidden"],
            scale=params["scale"],
            temperature=temperature,
            max_tokens=256,
            base_sha256=base_sha256,
            articles=(example.article for example in train),
        )

    write(1.0)
    reader = load_reader(weights_dir, encoder, tokenizer, base_sha256=base_sha256)
    logits, labels = [], []
    for name in DEV:
        dev = load_newsmtsc(data / f"newsmtsc/{name}.jsonl")
        reading = reader.read([e.text for e in dev], [[(t.start, t.end) for t in e.targets] for e in dev])
        assert reading.target_logits is not None
        logits.append(reading.target_logits)
        labels.append(np.array([t.label for e in dev for t in e.targets]))
    write(fit_temperature(np.concatenate(logits), np.concatenate(labels)))
    reader = load_reader(weights_dir, encoder, tokenizer, base_sha256=base_sha256)
    files = [data / f"newsmtsc/{name}.jsonl" for name in DEV]
    bench = bench_tone(files, reader, train_articles=load_train_articles(weights_dir), n_bootstrap=n_bootstrap)
    return {"temperature": reader.config.temperature, **bench.as_dict()}


def main() -> None:
    """``python -m tenor.experiments.reader.ship RUN [RUN …] --data FOLDER --to FOLDER --metrics FILE``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--metrics", type=Path, required=True)
    parser.add_argument("--bootstrap", type=int, default=1000)
    parser.add_argument("--rank", type=int)
    given = parser.parse_args()
    found = ship(given.runs, given.data, given.to, n_bootstrap=given.bootstrap, rank=given.rank)
    given.metrics.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
