"""From a training checkpoint to the shipped weights: half-precision safetensors, a manifest, the articles seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
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
    shipped = {name: value for name, value in checkpoint.items() if not name.startswith(TRAINING_ONLY)}
    write_weights(shipped, weights_dir / WEIGHTS)
    digests = sorted({article_digest(article) for article in articles})
    (weights_dir / TRAIN_ARTICLES).write_text("\n".join(digests) + "\n", encoding="ascii")
    config = ReaderConfig(n_probes, hidden, scale, temperature, max_tokens, base_sha256)
    said = {
        "reader": {key: value for key, value in asdict(config).items() if key != "weights_sha256"},
        "classes": ["negative", "neutral", "positive"],
    }
    write_manifest(weights_dir / MANIFEST, FORMAT, (WEIGHTS, TRAIN_ARTICLES), said)
    return config


def write_weights(checkpoint: Mapping[str, torch.Tensor], path: Path) -> None:
    """The checkpoint in half precision, the encoder's parameters under the names they have in the encoder."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name.removeprefix("encoder."): value.half().contiguous() for name, value in checkpoint.items()}, path)
    path.chmod(0o644)  # safetensors writes for its owner alone


def write_manifest(path: Path, version: int, files: Sequence[str], said: Mapping[str, object]) -> None:
    """``said``, the format's version and the SHA-256 of ``files``, which lie beside the manifest."""
    digests = {name: hashlib.sha256((path.parent / name).read_bytes()).hexdigest() for name in files}
    manifest = {"format": version, "files": digests, **said}
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
