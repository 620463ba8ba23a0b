"""From training checkpoints to the shipped tagger: half-precision safetensors and a manifest with checksums."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from tenor.experiments.reader.average import average
from tenor.experiments.reader.base import load_encoder
from tenor.experiments.reader.export import write_manifest, write_weights
from tenor.features.tagger import FORMAT, MANIFEST, WEIGHTS, TaggerConfig


def ship(runs: list[Path], weights_dir: Path, *, rank: int | None = None) -> TaggerConfig:
    """Average the runs' best checkpoints into ``weights_dir``; all runs share one start.

    ``rank`` is that of the mean's low-rank terms (the runs' own where None).
    """
    params = json.loads((runs[0] / "params.json").read_text(encoding="utf-8"))
    checkpoints = [torch.load(run / "best.pt", weights_only=True) for run in runs]
    merged = average(checkpoints, rank=rank or params["rank"]) if len(runs) > 1 else checkpoints[0]
    _, _, base_sha256 = load_encoder(params["encoder"])
    write_weights(merged, weights_dir / WEIGHTS)
    config = TaggerConfig(params["hidden"], params["scale"], base_sha256)
    write_manifest(weights_dir / MANIFEST, FORMAT, (WEIGHTS,), {"tagger": asdict(config)})
    return config


def main() -> None:
    """``python -m tenor.experiments.tagger.ship RUN [RUN …] --to FOLDER``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--rank", type=int)
    given = parser.parse_args()
    ship(given.runs, given.to, rank=given.rank)


if __name__ == "__main__":
    main()
