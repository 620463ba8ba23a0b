"""One checkpoint from several: ``python -m tenor.experiments.reader.average OUT RUN RUN [RUN …] [--rank N]``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from tenor.experiments.reader.base import load_checkpoint


def average(checkpoints: Iterable[Mapping[str, torch.Tensor]], *, rank: int) -> dict[str, torch.Tensor]:
    """One checkpoint from several of one start: heads averaged, low-rank terms averaged as products, cut to ``rank``.

    The mean of products has up to n times the rank; its truncated singular value decomposition is the nearest matrix of
    ``rank`` (Eckart & Young, 1936). Averaging fine-tuned weights: Wortsman et al., Model soups, 2022.
    """
    given = list(checkpoints)
    out: dict[str, torch.Tensor] = {}
    for name in given[0]:
        if name.endswith(".down"):
            continue
        if name.endswith(".up"):
            down = name.removesuffix("up") + "down"
            product = torch.stack([c[name].float() @ c[down].float() for c in given]).mean(0)
            left, size, right = torch.linalg.svd(product, full_matrices=False)
            root = size[:rank].sqrt()
            out[name], out[down] = left[:, :rank] * root, root[:, None] * right[:rank]
        else:
            out[name] = torch.stack([c[name].float() for c in given]).mean(0)
    return out


def average_runs(runs: list[Path], out: Path, *, rank: int | None = None) -> None:
    """Write the mean of the runs' best checkpoints to ``out/best.pt``, the first run's parameters beside it.

    ``rank`` is that of the mean's low-rank terms (the first run's where None).
    """
    out.mkdir(parents=True, exist_ok=True)
    params = json.loads((runs[0] / "params.json").read_text(encoding="utf-8"))
    params["rank"] = rank or params["rank"]
    mean = average([load_checkpoint(run / "best.pt") for run in runs], rank=params["rank"])
    torch.save(mean, out / "best.pt")
    (out / "params.json").write_text(json.dumps(params, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--rank", type=int)
    given = parser.parse_args()
    average_runs(given.runs, given.out, rank=given.rank)


if __name__ == "__main__":
    main()
