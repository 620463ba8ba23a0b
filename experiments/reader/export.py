"""From a training checkpoint to the shipped weights: half-precision safetensors, a manifest, the articles seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from tenor.experiments.tone_bench import TRAIN_ARTICLES, article_digest
from tenor.features.reader import FORMAT, MANIFEST, WEIGHTS, ReaderConfig

TRAINING_ONLY = ("directed.",)  # the auxiliary task's head does not ship


def export(
    checkpoint: Mapping[str, torch.Tensor],
    weights_dir: Path,
    *,
    n_probes: int,
    hidden: int,
    scale: float,
    temperature: float,
    max_tokens: int,
    base_sha256: str,
    articles: Iterable[str],
) -> ReaderConfig:
    """Write the weights, the digests of the training ``articles`` and the manifest that holds their checksums."""
    from safetensors.torch import save_file

    weights_dir.mkdir(parents=True, exist_ok=True)
    shipped = {
        name.removeprefix("encoder."): value.half().contiguous()
        for name, value in checkpoint.items()
        if not name.startswith(TRAINING_ONLY)
    }
    save_file(shipped, weights_dir / WEIGHTS)
    digests = sorted({article_digest(article) for article in articles})
    (weights_dir / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone
    (weights_dir / TRAIN_ARTICLES).write_text("\n".join(digests) + "\n", encoding="ascii")
    config = ReaderConfig(n_probes, hidden, scale, temperature, max_tokens, base_sha256)
    said = {
        "format": FORMAT,
        "files": {name: sha256(weights_dir / name) for name in (WEIGHTS, TRAIN_ARTICLES)},
        "reader": {key: value for key, value in asdict(config).items() if key != "weights_sha256"},
        "classes": ["negative", "neutral", "positive"],
    }
    (weights_dir / MANIFEST).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    return config


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
