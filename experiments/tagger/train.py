"""Train the tagger: low-rank adapters, a recurrent layer and a conditional random field, on PolNeAR-format articles.

``python -m tenor.experiments.tagger.train OUT --data FOLDER [--params FILE --stage NAME] [--set KEY=VALUE …]``
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from tenor.experiments.attribution_data import AttributedArticle, read_attributed
from tenor.experiments.reader.adapters import adapt, pool_dropout
from tenor.experiments.reader.base import load_encoder, put, trainable
from tenor.experiments.tagger.data import Tagged, tag_article
from tenor.experiments.training_run import command_line, run_epochs
from tenor.features.tagger import batch_units, spans_of
from tenor.features.tagger_net import KINDS, TagBatch, TaggerNet


@dataclass(frozen=True)
class TrainParams:
    """One run's settings; the reasons for those that ship stand in ``params.yaml``.

    ``encoder`` is ``packaged`` or a Hugging Face name or folder; ``lr`` is that of the adapters, ``head_lr`` of all
    else; ``batch_tokens`` bounds a batch, padding included; ``link`` weighs the loss of the links; ``ema`` is the
    decay of the averaged weights, which are the ones kept; ``patience`` counts epochs without a better dev score;
    ``stop_after`` breaks a run off after so many epochs, to be gone on with; ``n_train`` 0 takes all articles.
    """

    encoder: str = "packaged"
    hidden: int = 160
    rank: int = 32
    scale: float = 2.0
    dropout: float = 0.1
    head_dropout: float = 0.2
    lr: float = 8e-4
    head_lr: float = 1.5e-3
    weight_decay: float = 0.01
    batch_tokens: int = 1600
    epochs: int = 5
    warmup: float = 0.06
    link: float = 0.3
    ema: float = 0.998
    init: str = ""
    patience: int = 2
    stop_after: int = 0
    seed: int = 1
    n_train: int = 0
    threads: int = 1


def collate(group: Sequence[Tagged]) -> tuple[TagBatch, Tensor]:
    """A padded batch and its tags int64 [B, L]."""
    batch: TagBatch = batch_units([item.unit for item in group])
    tags = torch.zeros_like(batch.ids)
    for i, item in enumerate(group):
        tags[i, : len(item.tags)] = torch.tensor(item.tags)
    return batch, tags


def batches(items: Sequence[Tagged], n_tokens: int, rng: random.Random | None = None) -> list[list[Tagged]]:
    """Groups of similar length of at most ``n_tokens`` with padding, in random order where ``rng`` is given."""
    noise = [rng.random() * 12 if rng else 0.0 for _ in items]
    order = sorted(range(len(items)), key=lambda i: len(items[i].tags) + noise[i])
    made: list[list[Tagged]] = [[]]
    for i in order:
        longest = max(len(items[i].tags), max((len(t.tags) for t in made[-1]), default=0))
        if made[-1] and longest * (len(made[-1]) + 1) > n_tokens:
            made.append([])
        made[-1].append(items[i])
    if rng:
        rng.shuffle(made)
    return [group for group in made if group]


def link_loss(net: TaggerNet, views: Tensor, group: Sequence[Tagged]) -> Tensor:
    """Cross-entropy of each source's and content's cue among the cues of its unit, the mean over them."""
    losses = []
    for row, item in enumerate(group):
        cues = sorted({(a, b) for _, _, _, a, b in item.links})
        if len(cues) < 2:
            continue
        spans = torch.tensor([(i, j) for _, i, j, _, _ in item.links])
        kinds = torch.tensor([kind for kind, *_ in item.links])
        right = torch.tensor([cues.index((a, b)) for *_, a, b in item.links])
        losses.append(
            cross_entropy(net.link_scores(views[row], torch.tensor(cues), spans, kinds), right, reduction="none")
        )
    return torch.cat(losses).mean() if losses else views.sum() * 0


def evaluate(
    net: TaggerNet, articles: Sequence[AttributedArticle], tagged: Sequence[Sequence[Tagged]]
) -> dict[str, float]:
    """Exact span F1 in [0, 1] of source, cue and content over ``articles``, and the share of gold links found right."""
    net.eval()
    items = [(n, item) for n, units in enumerate(tagged) for item in units]
    number = {id(item): n for n, item in items}
    found: list[list[set[tuple[int, int]]]] = [[set(), set(), set()] for _ in articles]
    linked = right = 0
    with torch.inference_mode():
        for group in batches([item for _, item in items], 3200):
            batch, _ = collate(group)
            views, scores = net(batch)
            for row, (item, tags) in enumerate(zip(group, net.best_tags(scores, batch.lengths), strict=True)):
                offsets = item.unit.offsets
                for kind, i, j in spans_of(tags):
                    if i >= 1 and j <= len(offsets):
                        found[number[id(item)]][kind].add((offsets[i - 1][0], offsets[j - 1][1]))
                cues = sorted({(a, b) for *_, a, b in item.links})
                if len(cues) > 1:
                    spans = torch.tensor([(i, j) for _, i, j, _, _ in item.links])
                    kinds = torch.tensor([kind for kind, *_ in item.links])
                    best = net.link_scores(views[row], torch.tensor(cues), spans, kinds).argmax(1).tolist()
                    linked += len(best)
                    right += sum(cues[b] == (x, y) for b, (*_, x, y) in zip(best, item.links, strict=True))
    figures = {"links": right / max(1, linked)}
    for kind, name in enumerate(KINDS):
        hits = n_gold = n_found = 0
        for article, spans_found in zip(articles, found, strict=True):
            gold = {span for relation in article.relations for span in relation.spans(name)}
            hits += len(gold & spans_found[kind])
            n_gold, n_found = n_gold + len(gold), n_found + len(spans_found[kind])
        figures[name] = 2 * hits / max(1, n_gold + n_found)
    return figures


class Run:
    """A training under way: what an epoch changes, kept in ``out/last.pt`` so that a broken run goes on."""

    def __init__(self, params: TrainParams, data: Path, out: Path) -> None:
        self.params, self.out = params, out
        encoder, tokenizer, _ = load_encoder(params.encoder)
        adapt(encoder, rank=params.rank, scale=params.scale, dropout=params.dropout)
        pool_dropout(encoder)
        self.net = TaggerNet(encoder, hidden=params.hidden, dropout=params.head_dropout)
        if params.init:
            put(self.net, torch.load(params.init, weights_only=True))
        train = read_attributed(data / "polnear/train.jsonl")
        self.train = [t for a in train[: params.n_train or None] for t in tag_article(a, tokenizer) if len(t.tags) > 2]
        self.dev = read_attributed(data / "polnear/dev.jsonl")
        self.dev_tagged = [tag_article(article, tokenizer) for article in self.dev]
        n_steps = len(batches(self.train, params.batch_tokens)) * params.epochs
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, value in self.net.named_parameters():
            if value.requires_grad:
                groups.setdefault((name.endswith((".up", ".down")), value.dim() > 1), []).append(value)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": values,
                    "lr": params.lr if low else params.head_lr,
                    "weight_decay": params.weight_decay if matrix else 0.0,
                }
                for (low, matrix), values in groups.items()
            ]
        )
        warm = max(1, int(n_steps * params.warmup))

        def rate(step: int) -> float:
            return min(step / warm, max(0.02, (n_steps - step) / max(1, n_steps - warm)))

        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, rate)
        self.ema = trainable(self.net)
        self.epoch = self.step = self.stale = 0
        self.best = -1.0
        if (out / "last.pt").exists():
            self._resume()

    def _resume(self) -> None:
        kept = torch.load(self.out / "last.pt", weights_only=True)
        put(self.net, kept["net"])
        self.ema = kept["ema"]
        self.optimizer.load_state_dict(kept["optimizer"])
        self.schedule.load_state_dict(kept["schedule"])
        torch.set_rng_state(kept["random"])
        self.epoch, self.step, self.stale, self.best = kept["epoch"], kept["step"], kept["stale"], kept["best"]

    def save(self) -> None:
        """Everything that going on needs, written beside and then put in place."""
        state = {
            "net": trainable(self.net),
            "ema": self.ema,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "random": torch.get_rng_state(),
            **{"epoch": self.epoch, "step": self.step, "stale": self.stale, "best": self.best},
        }
        torch.save(state, self.out / "last.new")
        (self.out / "last.new").replace(self.out / "last.pt")

    def one_epoch(self) -> dict[str, float]:
        """One pass over the training units; the dev figures of the averaged weights."""
        started = time.time()
        self.net.train()
        total = 0.0
        groups = batches(self.train, self.params.batch_tokens, random.Random(self.params.seed * 1000 + self.epoch))
        learned = [p for p in self.net.parameters() if p.requires_grad]
        for n, group in enumerate(groups, 1):
            batch, tags = collate(group)
            views, scores = self.net(batch)
            loss = self.net.tag_loss(scores, tags, batch.lengths) / (batch.lengths.sum() / 10)
            loss = loss + self.params.link * link_loss(self.net, views, group)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no type
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.step += 1
            total += float(loss.detach())
            decay = min(self.params.ema, (1 + self.step) / (10 + self.step))
            with torch.no_grad():
                for name, value in self.net.named_parameters():
                    if value.requires_grad:
                        self.ema[name].lerp_(value, 1 - decay)
            if n % 50 == 0:
                with (self.out / "steps.jsonl").open("a", encoding="utf-8") as log:
                    said = {"step": self.step, "of": len(groups), "loss": total / n, "s": time.time() - started}
                    log.write(json.dumps(said) + "\n")
        self.epoch += 1
        live = trainable(self.net)
        put(self.net, self.ema)
        figures = {"epoch": self.epoch, "loss": total / max(1, len(groups))}
        figures |= evaluate(self.net, self.dev, self.dev_tagged)
        put(self.net, live)
        return figures | {"seconds": time.time() - started}


def train(params: TrainParams, data: Path, out: Path) -> None:
    """Train to the end, or till dev stops rising, leaving ``best.pt``, ``log.jsonl`` and ``params.json`` in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(params.threads)
    torch.manual_seed(params.seed)
    np.random.seed(params.seed)
    run_epochs(Run(params, data, out), lambda figures: sum(figures[name] for name in KINDS))


def main() -> None:
    """The command line: parameters from a stage of a params file, then from ``--set``."""
    train(*command_line(TrainParams, __doc__))


if __name__ == "__main__":
    main()
