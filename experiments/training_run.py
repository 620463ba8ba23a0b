"""What every training shares: its command line, its parameters from plain values, and the epochs to the best one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import torch
from torch import Tensor

from tenor.features.errors import TenorError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Kind = TypeVar("Kind", bound=DataclassInstance)


class Run(Protocol):
    """A training that can be saved after every epoch and gone on with; ``ema`` are the weights that are kept."""

    params: Any  # a dataclass with ``epochs``, ``patience`` and ``stop_after``
    out: Path
    ema: dict[str, Tensor]
    epoch: int
    best: float
    stale: int

    def one_epoch(self) -> dict[str, float]:
        """Train through the data once; the dev figures by name."""

    def save(self) -> None:
        """Keep all that going on needs."""


def read_params(kind: type[Kind], values: Mapping[str, Any]) -> Kind:
    """``kind`` (a dataclass) from plain values, lists as tuples; an unknown key is refused by name.

    One string stands for a tuple of one where a tuple is expected.
    """
    known = {field.name: field.default for field in fields(kind)}
    if unknown := sorted(set(values) - set(known)):
        raise TenorError(f"got unknown parameter(s) {', '.join(unknown)}; expected some of {', '.join(sorted(known))}.")
    lists = {
        key: (value,) if isinstance(value, str) else tuple(value)
        for key, value in values.items()
        if isinstance(known[key], tuple) or isinstance(value, list)
    }
    return kind(**{**values, **lists})


def run_epochs(run: Run, score: Callable[[Mapping[str, float]], float]) -> None:
    """Train to the end, or till ``score`` of the dev figures stops rising for ``patience`` epochs.

    Leaves ``best.pt``, ``log.jsonl`` (the figures, epoch by epoch) and ``params.json`` in the run's folder.
    """
    params, out = run.params, run.out
    (out / "params.json").write_text(json.dumps(asdict(params), indent=1) + "\n", encoding="utf-8")
    while run.epoch < params.epochs and run.stale < params.patience and run.epoch != (params.stop_after or -1):
        figures = run.one_epoch()
        with (out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(figures) + "\n")
        found = score(figures)
        run.stale = 0 if found > run.best else run.stale + 1
        if found > run.best:
            run.best = found
            torch.save(run.ema, out / "best.pt")
        run.save()


def command_line(kind: type[Kind], description: str | None) -> tuple[Kind, Path, Path]:
    """Parameters (from a stage of a params file, then from ``--set``), the data folder and the run's folder."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--params", type=Path)
    parser.add_argument("--stage")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE")
    given = parser.parse_args()
    values: dict[str, Any] = {}
    if given.params:
        import yaml

        values |= yaml.safe_load(given.params.read_text(encoding="utf-8"))[given.stage]
    for pair in given.set:
        key, _, value = pair.partition("=")
        try:
            values[key] = json.loads(value)
        except json.JSONDecodeError:
            values[key] = value
    return read_params(kind, values), given.data, given.out
