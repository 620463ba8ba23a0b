"""Train the reader: low-rank adapters, probes and a head, on NewsMTSC and what else the parameters name.

``python -m tenor.experiments.reader.train OUT --data FOLDER [--params FILE --stage NAME] [--set KEY=VALUE …]``
"""

from __future__ import annotations

import json
import os
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy

from tenor.experiments.reader.adapters import adapt, pool_dropout
from tenor.experiments.reader.base import (
    load_checkpoint,
    load_encoder,
    mean_cosine,
    original_means,
    predict,
    put,
    trainable,
)
from tenor.experiments.reader.contrasts import contrasts
from tenor.experiments.reader.data import (
    Example,
    as_crowd,
    load_articles_targets,
    load_directed,
    load_directed_targets,
    load_newsmtsc,
    sample,
)
from tenor.experiments.reader.frame import Framed, Labelled, batches, collate, frame
from tenor.experiments.reader.track import log_run
from tenor.experiments.training_run import command_line, run_epochs
from tenor.features.errors import TenorError
from tenor.features.reader import N_CLASSES
from tenor.features.reader_net import ReaderNet

DEV = ("dev_mt", "dev_rw")


@dataclass(frozen=True)
class TrainParams:
    """One run's settings; the reasons for those that ship stand in ``params.yaml``.

    ``encoder`` is ``packaged`` or a Hugging Face name or folder; ``n_train`` 0 takes all of NewsMTSC, less than 0 none;
    ``directed`` and ``cosine`` weigh the auxiliary task and the pull of the sentence vector to the original's;
    ``more_targets`` is a file of further targets in NewsMTSC's sentences, ``article_targets`` are files of targets in
    PolNeAR's, ``directed_targets`` of targets in the directed-sentiment sentences; ``two_heads`` teaches the labels by
    the codebook to a head of their own, else they count as the crowd's; ``crowd_files`` are labelled as the crowd
    would, ``extra_files`` by the codebook; ``newsmtsc_repeat`` and ``extra_repeat`` say how often NewsMTSC's sentences
    (with their further targets) and those of ``extra_files`` stand in an epoch; ``mask_target`` is the rate at which a
    target's own tokens are hidden; ``patience`` is the number of epochs without a better dev score after which training
    stops; ``stop_after`` breaks a run off after so many epochs, to be gone on with; ``device`` is torch's name of one,
    empty for a GPU where there is one; ``threads`` count on a CPU.
    """

    encoder: str = "packaged"
    marked: bool = False
    n_probes: int = 3
    hidden: int = 256
    rank: int = 32
    scale: float = 2.0
    dropout: float = 0.1
    lr: float = 8e-4
    head_lr: float = 8e-4
    weight_decay: float = 0.01
    batch_size: int = 16
    epochs: int = 3
    warmup: float = 0.06
    smoothing: float = 0.05
    cosine: float = 1.0
    ema: float = 0.995
    mask_target: float = 0.0
    directed: float = 0.0
    directed_neutral_share: float = 1.0
    more_targets: str = ""
    article_targets: tuple[str, ...] = ()
    directed_targets: tuple[str, ...] = ()
    two_heads: bool = False
    extra_files: tuple[str, ...] = ()
    extra_repeat: int = 1
    crowd_files: tuple[str, ...] = ()
    newsmtsc_repeat: int = 1
    n_contrasts: int = 0
    init: str = ""
    init_from_directed: bool = False
    max_tokens: int = 192
    patience: int = 2
    stop_after: int = 0
    seed: int = 1
    n_train: int = 0
    device: str = ""
    threads: int = 2


def sources(params: TrainParams, data: Path, rng: np.random.Generator) -> list[list[Example]]:
    """What the run is trained on, source by source; empty ones are left out."""
    more = Path(params.more_targets) if params.more_targets else None
    found = [sample(load_newsmtsc(data / "newsmtsc/train.jsonl", more), params.n_train) * params.newsmtsc_repeat]
    if params.directed:
        directed = load_directed(data / "directed_sentiment/train.txt")
        directed += load_directed(data / "directed_sentiment/valid.txt")
        keep = [any(t.directed for t in e.targets) or rng.random() < params.directed_neutral_share for e in directed]
        found.append([e for e, k in zip(directed, keep, strict=True) if k])
    found += [load_articles_targets(data / "polnear/train.jsonl", Path(name)) for name in params.article_targets]
    found += [load_directed_targets(data / "directed_sentiment", Path(name)) for name in params.directed_targets]
    found += [load_newsmtsc(Path(name), by_codebook=True) * params.extra_repeat for name in params.extra_files]
    found += [load_newsmtsc(Path(name)) for name in params.crowd_files]
    found.append(contrasts(params.n_contrasts, np.random.default_rng(params.seed)))
    return [source if params.two_heads else as_crowd(source) for source in found if source]


def loss_of(net: ReaderNet, made: Labelled, means: Tensor | None, params: TrainParams) -> Tensor:
    """The batch's loss: both heads' labels and the auxiliary task by target, the pull to the original by sentence."""
    mean, vector, logits = net(made.batch)
    n = max(1, len(made.labels))
    loss: Tensor = logits.sum() * 0
    for head, labels in ((logits[:, :N_CLASSES], made.labels), (logits[:, N_CLASSES:], made.codebook)):
        known = labels >= 0
        if known.any():
            given = cross_entropy(head[known], labels[known], label_smoothing=params.smoothing, reduction="sum")
            loss = loss + given / n
    aux = made.directed >= 0
    if params.directed and aux.any():
        views = net.directed(net.drop(vector[aux]))
        loss = loss + params.directed * cross_entropy(views, made.directed[aux], reduction="sum") / n
    if means is not None:
        original = means[torch.from_numpy(made.rows)].to(mean.device)
        loss = loss + params.cosine * (1 - cosine_similarity(mean, original)).mean()
    return loss


def masked(item: Framed, mask_id: int, rate: float, rng: np.random.Generator) -> Framed:
    """Hide a target's own tokens with probability ``rate``, so that its name alone never decides."""
    ids = list(item.ids)
    for a, b in item.spans:
        if rng.random() < rate:
            ids[a:b] = [mask_id] * (b - a)
    return replace(item, ids=ids)


class Run:
    """A training run: its network, its optimiser and where it stands; saved after every epoch, resumed if found."""

    def __init__(self, params: TrainParams, data: Path, out: Path) -> None:
        self.params, self.out = params, out
        self.rng = np.random.default_rng(params.seed)
        self.device = torch.device(params.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        encoder, self.tokenizer, _ = load_encoder(params.encoder)
        encoder.to(self.device)
        parts = [self._framed(source) for source in sources(params, data, self.rng)]
        starts = np.cumsum([0] + [max(i.row for i in part) + 1 for part in parts])
        self.items = [replace(i, row=i.row + int(at)) for part, at in zip(parts, starts, strict=False) for i in part]
        self.dev = {name: self._framed(load_newsmtsc(data / f"newsmtsc/{name}.jsonl")) for name in DEV}
        self.means = self.dev_means = None
        if params.cosine and not params.marked:
            self.means = torch.from_numpy(np.concatenate([original_means(encoder, p, out.parent) for p in parts]))
            self.dev_means = torch.from_numpy(original_means(encoder, self.dev[DEV[0]], out.parent))
        pool_dropout(encoder)
        adapt(encoder, rank=params.rank, scale=params.scale, dropout=0.0)
        self.net = ReaderNet(encoder, n_probes=params.n_probes, hidden=params.hidden, dropout=params.dropout)
        if params.init:
            put(self.net, load_checkpoint(Path(params.init)))
        self.net.to(self.device)
        self.net.codebook.requires_grad_(params.two_heads)  # a head that nothing teaches is not saved
        if params.init_from_directed:  # none, against, for -> negative, neutral, positive
            with torch.no_grad():
                self.net.outer.weight.copy_(self.net.directed.weight[[1, 0, 2]])
                self.net.outer.bias.copy_(self.net.directed.bias[[1, 0, 2]])
        named = [(n, p) for n, p in self.net.named_parameters() if p.requires_grad]
        inner = [p for n, p in named if n.startswith("encoder.")]
        heads = [p for n, p in named if not n.startswith("encoder.")]
        self.optimizer = torch.optim.AdamW(
            [{"params": inner, "lr": params.lr}, {"params": heads, "lr": params.head_lr}],
            weight_decay=params.weight_decay,
            betas=(0.9, 0.98),
        )
        n_steps = params.epochs * -(-len(self.items) // params.batch_size)
        n_warm = max(1, int(params.warmup * n_steps))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda s: min((s + 1) / n_warm, max(0.0, (n_steps - s) / max(1, n_steps - n_warm)))
        )
        self.ema = trainable(self.net)
        self.epoch, self.step, self.best, self.stale = 0, 0, -1.0, 0
        self._resume()

    def _framed(self, examples: list[Example]) -> list[Framed]:
        return frame(examples, self.tokenizer, max_tokens=self.params.max_tokens, marked=self.params.marked)

    def _resume(self) -> None:
        if not (self.out / "state.pt").exists():
            return
        saved = torch.load(self.out / "state.pt", weights_only=False, map_location="cpu")  # our own, never shipped
        if saved["ema"].keys() != self.ema.keys():
            raise TenorError(
                f"{self.out / 'state.pt'}: got other weights than these settings train; remove {self.out}."
            )
        put(self.net, saved["weights"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.schedule.load_state_dict(saved["schedule"])
        torch.set_rng_state(saved["torch"])
        if self.device.type == "cuda" and saved.get("cuda") is not None:
            torch.cuda.set_rng_state(saved["cuda"], self.device)
        self.rng.bit_generator.state = saved["numpy"]
        self.ema = {name: value.to(self.device) for name, value in saved["ema"].items()}
        self.best, self.epoch, self.step = saved["best"], saved["epoch"], saved["step"]
        self.stale = saved.get("stale", 0)

    def save(self) -> None:
        """Everything that going on needs."""
        state = {
            "weights": trainable(self.net), "ema": self.ema, "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(), "torch": torch.get_rng_state(), "best": self.best,
            "numpy": self.rng.bit_generator.state, "epoch": self.epoch, "step": self.step, "stale": self.stale,
            "cuda": torch.cuda.get_rng_state(self.device) if self.device.type == "cuda" else None,
        }  # fmt: skip
        torch.save(state, self.out / "state.pt")

    def one_epoch(self) -> dict[str, float]:
        """Train through the data once and measure on dev; figures by name."""
        params, started = self.params, time.time()
        self.net.train()
        learned = [p for p in self.net.parameters() if p.requires_grad]
        total, n = 0.0, 0
        for group in batches(self.items, params.batch_size, self.rng):
            if params.mask_target:
                group = [masked(item, self.tokenizer.mask_token_id, params.mask_target, self.rng) for item in group]
            loss = loss_of(self.net, collate(group).to(self.device), self.means, params)
            loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no type
            nn.utils.clip_grad_norm_(learned, 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step += 1
            total, n = total + float(loss.detach()), n + 1
            decay = min(params.ema, self.step / (self.step + 10))
            with torch.no_grad():
                for name, p in self.net.named_parameters():
                    if p.requires_grad:
                        self.ema[name].lerp_(p, 1 - decay)
            if self.step % 100 == 0:
                with (self.out / "steps.jsonl").open("a") as log:
                    log.write(json.dumps({"step": self.step, "loss": total / n, "s": time.time() - started}) + "\n")
        self.epoch += 1
        live = trainable(self.net)
        figures: dict[str, float] = {"epoch": self.epoch, "loss": total / max(1, n)}
        for kind, values in (("last", live), ("ema", self.ema)):
            put(self.net, values)
            for name, part in self.dev.items():
                found = predict(self.net, part)
                figures[f"{kind}.{name}"] = found.macro_f1
        if self.dev_means is not None:
            figures["cosine"] = mean_cosine(self.net, self.dev[DEV[0]], self.dev_means)
        put(self.net, live)
        figures["seconds"] = time.time() - started
        return figures


def train(params: TrainParams, data: Path, out: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Train to the end, or till dev stops rising, leaving ``best.pt``, ``log.jsonl`` and ``params.json`` in ``out``.

    Returns the best checkpoint's dev logits float32 [n, 6] by file. The same seed, machine and threads give the same.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(params.threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it cuBLAS refuses to be deterministic
    torch.use_deterministic_algorithms(True)
    # Filling fresh memory costs a pass over it, and nothing here reads what it has not written.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # nor this
    torch.manual_seed(params.seed)
    random.seed(params.seed)
    run = Run(params, data, out)
    run_epochs(run, lambda figures: sum(figures[f"ema.{name}"] for name in DEV))
    log_run(out)
    put(run.net, load_checkpoint(out / "best.pt"))
    return {name: predict(run.net, part).logits for name, part in run.dev.items()}


def main() -> None:
    """The command line: parameters from a stage of a params file, then from ``--set``."""
    train(*command_line(TrainParams, __doc__))


if __name__ == "__main__":
    main()
