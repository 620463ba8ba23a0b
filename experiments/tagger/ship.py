"""From training checkpoints to the shipped tagger: half-precision safetensors and a manifest with checksums."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from tenor.experiments.reader.average import average
from tenor.experiments.reader.base import load_encoder
from tenor.experiments.reader.export import sha256
from tenor.features.tagger import FORMAT, MANIFEST, WEIGHTS, TaggerConfig


def ship(runs: list[Path], weights_dir: Path, *, rank: int | None = None) -> TaggerConfig:
    """Average the runs' best checkpoints into ``weights_dir``; all runs share one start.

    ``rank`` is that of the mean's low-rank terms (the runs' own where None).
    """
    from safetensors.torch import save_file

    params = json.loads((runs[0] / "params.json").read_text(encoding="utf-8"))
    checkpoints = [torch.load(run / "best.pt", weights_only=True) for run in runs]
    merged = average(checkpoints, rank=rank or params["rank"]) if len(runs) > 1 else checkpoints[0]
    _, _, base_sha256 = load_encoder(params["encoder"])
    weights_dir.mkdir(parents=True, exist_ok=True)
    shipped = {name.removeprefix("encoder."): value.half().contiguous() for name, value in merged.items()}
    save_file(shipped, weights_dir / WEIGHTS)
    (weights_dir / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone
    config = TaggerConfig(params["hidden"], params["scale"], base_sha256)
    said = {"format": FORMAT, "files": {WEIGHTS: sha256(weights_dir / WEIGHTS)}, "tagger": asdict(config)}
    (weights_dir / MANIFEST).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
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
