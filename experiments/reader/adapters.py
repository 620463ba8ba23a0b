"""Low-rank adapters for training: W x + scale * B(A x), only A and B learned."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

ADAPTED = ("query", "key", "value", "dense")


class Adapter(nn.Module):
    """A frozen linear layer with a learned low-rank term (Hu et al., LoRA, 2021)."""

    def __init__(self, base: nn.Linear, *, rank: int, scale: float, dropout: float) -> None:
        super().__init__()
        self.base = base
        self.scale = scale
        self.drop = nn.Dropout(dropout)
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        low = nn.functional.linear(self.drop(x), self.down)
        out: Tensor = self.base(x) + nn.functional.linear(low, self.up) * self.scale
        return out


def adapt(encoder: nn.Module, *, rank: int, scale: float, dropout: float) -> list[str]:
    """Freeze ``encoder`` and put adapters on its query, key, value and dense layers; the names adapted."""
    for parameter in encoder.parameters():
        parameter.requires_grad_(False)
    names = []
    for name, module in list(encoder.named_modules()):
        last = name.rsplit(".", 1)[-1]
        if isinstance(module, nn.Linear) and last in ADAPTED and name.startswith("encoder."):
            parent = encoder.get_submodule(name.rsplit(".", 1)[0])
            setattr(parent, last, Adapter(module, rank=rank, scale=scale, dropout=dropout))
            names.append(name)
    return names


class PooledDropout(nn.Module):
    """Dropout whose masks are slices of one random pool at random places.

    Drawing fresh random numbers cost a quarter of a training step on two CPU cores; a slice costs a multiplication.
    """

    def __init__(self, rate: float, *, size: int = 1 << 22) -> None:
        super().__init__()
        self.pool: Tensor
        keep = (torch.rand(size) >= rate).float() / (1.0 - rate)
        self.register_buffer("pool", keep, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        n = x.numel()
        while self.pool.numel() < 2 * n:
            self.pool = torch.cat([self.pool, self.pool.flip(0)])
        at = int(torch.randint(0, self.pool.numel() - n, ()))
        return x * self.pool[at : at + n].view_as(x)


def pool_dropout(encoder: nn.Module) -> None:
    """Put one shared ``PooledDropout`` in place of every hidden dropout; attention weights are not dropped."""
    shared: dict[float, PooledDropout] = {}
    for name, module in list(encoder.named_modules()):
        if not isinstance(module, nn.Dropout) or module.p == 0:
            continue
        if ".self." in f"{name}.":
            module.p = 0.0
            continue
        parent = encoder.get_submodule(name.rsplit(".", 1)[0])
        setattr(parent, name.rsplit(".", 1)[1], shared.setdefault(module.p, PooledDropout(module.p)))
