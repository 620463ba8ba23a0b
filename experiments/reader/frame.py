"""Examples to tensors: token ids, token spans, and batches of like length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tenor.experiments.reader.data import Example, Target
from tenor.features.reader import windows
from tenor.features.reader_net import Batch

MARKS = ("[unused1]", "[unused2]")


@dataclass(frozen=True)
class Framed:
    """An example as token ids with one token range a target."""

    ids: list[int]
    spans: list[tuple[int, int]]
    targets: tuple[Target, ...]
    row: int  # the sentence's number, for what is cached per sentence


@dataclass(frozen=True)
class Labelled:
    """A batch with what is known of its targets; -1 where unknown."""

    batch: Batch
    labels: torch.Tensor  # int64 [T], the crowd's
    codebook: torch.Tensor  # int64 [T]
    directed: torch.Tensor  # int64 [T]
    rows: np.ndarray  # int64 [B]

    def to(self, device: torch.device) -> Labelled:
        """The same on ``device``; ``rows`` stay."""
        batch = Batch(*(tensor.to(device) for tensor in vars(self.batch).values()))
        return Labelled(batch, self.labels.to(device), self.codebook.to(device), self.directed.to(device), self.rows)


def frame(examples: Sequence[Example], tokenizer: Any, *, max_tokens: int, marked: bool) -> list[Framed]:
    """Tokenise; the window of ``max_tokens`` moves so that a target beyond it is still seen.

    Unmarked, one record a sentence (more where its targets need different windows); marked, one a target, with the two
    mark tokens around its span.
    """
    body = max_tokens - 2 - (2 if marked else 0)
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    marks = tokenizer.convert_tokens_to_ids(list(MARKS)) if marked else []
    encoded = tokenizer(
        [e.text for e in examples],
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        verbose=False,
    )
    framed = []
    for row, example in enumerate(examples):
        ids, offsets = encoded["input_ids"][row], encoded["offset_mapping"][row]
        for window in windows(offsets, [(t.start, t.end) for t in example.targets], body):
            targets = tuple(example.targets[i] for i in window.targets)
            piece = ids[window.start : window.end]
            if not targets:
                continue
            if not marked:
                framed.append(Framed([cls, *piece, sep], list(window.spans), targets, row))
                continue
            for target, (a, b) in zip(targets, window.spans, strict=True):
                around = [cls, *piece[: a - 1], marks[0], *piece[a - 1 : b - 1], marks[1], *piece[b - 1 :], sep]
                framed.append(Framed(around, [(a + 1, b + 1)], (target,), row))
    return framed


def collate(items: Sequence[Framed]) -> Labelled:
    """Pad ``items`` to one batch (padding id 0)."""
    length = max(len(item.ids) for item in items)
    ids = torch.zeros((len(items), length), dtype=torch.long)
    for i, item in enumerate(items):
        ids[i, : len(item.ids)] = torch.tensor(item.ids)
    pairs = [(i, j) for i, item in enumerate(items) for j in range(len(item.targets))]
    targets = [items[i].targets[j] for i, j in pairs]
    return Labelled(
        Batch(
            ids=ids,
            lengths=torch.tensor([len(item.ids) for item in items]),
            owners=torch.tensor([i for i, _ in pairs], dtype=torch.long),
            slots=torch.tensor([j for _, j in pairs], dtype=torch.long),
            spans=torch.tensor([items[i].spans[j] for i, j in pairs], dtype=torch.long).view(-1, 2),
        ),
        labels=_known(t.label for t in targets),
        codebook=_known(t.codebook for t in targets),
        directed=_known(t.directed for t in targets),
        rows=np.array([item.row for item in items]),
    )


def _known(values: Iterable[int | None]) -> torch.Tensor:
    return torch.tensor([-1 if value is None else value for value in values], dtype=torch.long)


def batches(items: Sequence[Framed], size: int, generator: np.random.Generator | None = None) -> Iterator[list[Framed]]:
    """Batches of ``size`` of like length; with a generator in random order, else longest first."""
    if generator is None:
        order = sorted(range(len(items)), key=lambda i: -len(items[i].ids))
        for k in range(0, len(order), size):
            yield [items[i] for i in order[k : k + size]]
        return
    shuffled = generator.permutation(len(items))
    groups = []
    for k in range(0, len(shuffled), size * 50):
        chunk = sorted(shuffled[k : k + size * 50], key=lambda i: len(items[i].ids) + 2 * len(items[i].targets))
        groups += [chunk[j : j + size] for j in range(0, len(chunk), size)]
    for g in generator.permutation(len(groups)):
        yield [items[i] for i in groups[g]]
