"""Soft labels for text without any: the mean probabilities of several trained readers.

Text comes from PolNeAR's training articles (mentions found by capitals and pronouns) and from the directed-sentiment
sentences (their two marked targets). What the teachers say is kept with more of the toned targets than the neutral.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from tenor.experiments.reader.adapters import adapt
from tenor.experiments.reader.base import load_encoder, predict, put
from tenor.experiments.reader.data import Example, Target, load_directed, load_newsmtsc
from tenor.experiments.reader.frame import frame
from tenor.features.reader_net import ReaderNet

NAME = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr|Sen|Gov|Rep|President|Senator|Governor|Judge|Secretary)\.? )?"
    r"[A-Z][\w’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+|of the|of|de|bin|al) ?)*(?<=[\w.])"
)
PRONOUN = re.compile(r"\b(?:he|she|him|her|his|they|them|He|She|They)\b")
_NOT_NAMES = (
    "The A An In On At But And Or If It He She They We You I This That These Those There Here What When Where Who Why "
    "How As For From With By To Of So Not No Yes His Her Their Our My Its Then Now After Before While During Since "
    "Although Though Because Also However Still Yet Even Just Only Some Many Most Few All Both Each Every Monday "
    "Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December Everyone State"
)
NOT_NAMES = frozenset(_NOT_NAMES.split())


def polnear_sentences(path: Path) -> Iterator[str]:
    """Sentences of PolNeAR's articles, split at sentence ends and line breaks; 40 to 300 characters."""
    for line in path.read_text(encoding="utf-8").splitlines():
        for paragraph in json.loads(line)["text"].split("\n"):
            for sentence in re.split(r"(?<=[a-z\d”\"’)][.!?]) (?=[A-Z“\"])|(?<=[.!?][”\"]) (?=[A-Z“\"])", paragraph):
                if 40 <= len(sentence) <= 300:
                    yield sentence.strip()


def with_targets(sentence: str, rng: np.random.Generator, *, most: int = 2) -> Example | None:
    """``sentence`` with up to ``most`` likely targets drawn at random; None where it has none."""
    names = []
    for found in NAME.finditer(sentence):
        text = found.group(0).rstrip()
        if text.split()[0] in NOT_NAMES:
            continue
        end = found.start() + len(re.sub(r"(?: of the| of|[’']s?)$", "", text))
        names.append((found.start(), end))
    pronouns = [found.span() for found in PRONOUN.finditer(sentence)]
    spans = names + [span for span in pronouns if rng.random() < 0.25]
    if not spans:
        return None
    chosen = sorted(rng.permutation(len(spans))[:most])
    return Example(sentence, tuple(Target(*spans[i]) for i in chosen))


def teach(runs: Sequence[Path], data: Path, out: Path, *, n_polnear: int, n_directed: int, seed: int) -> dict[str, int]:
    """Write soft-labelled sentences to ``out``; returns counts. The dev files' sentences are left out."""
    rng = np.random.default_rng(seed)
    held_out = {e.text for n in ("dev_mt", "dev_rw") for e in load_newsmtsc(data / f"newsmtsc/{n}.jsonl")}
    sentences = sorted(set(polnear_sentences(data / "polnear/train.jsonl")) - held_out)
    found = (with_targets(sentences[i], rng) for i in rng.permutation(len(sentences)))
    examples = [example for example, _ in zip((e for e in found if e is not None), range(n_polnear), strict=False)]
    directed = load_directed(data / "directed_sentiment/train.txt", every_target=True)
    toned = [e for e in directed if any(t.directed for t in e.targets)]
    calm = [e for e in directed if not any(t.directed for t in e.targets)]
    picked = toned[: n_directed * 3 // 4] + calm[: n_directed // 4]
    examples += [e for e in picked if e.text not in held_out]
    examples = [replace(e, targets=tuple(replace(t, key=str(j)) for j, t in enumerate(e.targets))) for e in examples]
    encoder_name = ""
    total = None
    items = []
    for run in runs:
        said = json.loads((run / "params.json").read_text(encoding="utf-8"))
        encoder, tokenizer, _ = load_encoder(said["encoder"])
        if said["encoder"] != encoder_name:
            items = frame(examples, tokenizer, max_tokens=said["max_tokens"], marked=False)
            items = [replace(i, targets=tuple(replace(t, key=f"{i.row}/{t.key}") for t in i.targets)) for i in items]
            encoder_name = said["encoder"]
        adapt(encoder, rank=said["rank"], scale=said["scale"], dropout=0.0)
        net = ReaderNet(encoder, n_probes=said["n_probes"], hidden=said["hidden"])
        put(net, torch.load(run / "best.pt", weights_only=True))
        found_here = predict(net, items)
        probabilities = torch.softmax(torch.from_numpy(found_here.logits), 1).numpy()
        total = probabilities if total is None else total + probabilities
    assert total is not None
    soft = dict(zip(found_here.keys, total / len(runs), strict=True))
    kept = 0
    with out.open("w", encoding="utf-8") as lines:
        for row, example in enumerate(examples):
            rows = [(t, soft[f"{row}/{t.key}"]) for t in example.targets if f"{row}/{t.key}" in soft]
            neutral = min((float(p[1]) for _, p in rows), default=1.0)
            if neutral > 0.6 and rng.random() > 0.4:
                continue
            kept += 1
            targets = [{"start": t.start, "end": t.end, "soft": [round(float(x), 4) for x in p]} for t, p in rows]
            lines.write(json.dumps({"text": example.text, "targets": targets}, ensure_ascii=False) + "\n")
    return {"sentences": len(examples), "kept": kept}


def main() -> None:
    """``python -m tenor.experiments.reader.teach RUN [RUN …] --data FOLDER --to FILE``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--polnear", type=int, default=8000)
    parser.add_argument("--directed", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    counts = teach(
        given.runs, given.data, given.to, n_polnear=given.polnear, n_directed=given.directed, seed=given.seed
    )
    given.to.with_suffix(".counts.json").write_text(json.dumps(counts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
