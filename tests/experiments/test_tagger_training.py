"""Training the tagger on a toy: gold spans survive framing, one seed gives one result, a broken-off run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from toy_encoder import save_toy_encoder

NAMES = ("Anders", "Mrs Bhatt", "the guild", "Chukwu")
CUES = ("said", "warned", "has argued")
CONTENTS = ("the bridge fell", "nobody came to the well", "prices rise")


def write_articles(path: Path, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        text, attributions = "", []
        for _ in range(3):
            source, cue, content = (str(rng.choice(words)) for words in (NAMES, CUES, CONTENTS))
            start = len(text)
            text += f"{source} {cue} {content}. It rained.\n\n"
            at = start + len(source) + 1
            then = at + len(cue) + 1
            attributions.append(
                {
                    "source": [[start, start + len(source)]],
                    "cue": [[at, at + len(cue)]],
                    "content": [[then, then + len(content)]],
                }
            )
        rows.append({"article_id": f"a{i}", "text": text, "attributions": attributions})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> tuple[Path, Path]:
    """A data folder and a tiny encoder's folder."""
    data, encoder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("encoder")
    (data / "polnear").mkdir()
    write_articles(data / "polnear/train.jsonl", 24, 1)
    write_articles(data / "polnear/dev.jsonl", 6, 2)
    save_toy_encoder(encoder)
    return data, encoder


def run(toy: tuple[Path, Path], out: Path, **changes) -> dict[str, float]:
    from tenor.experiments.tagger.train import TrainParams, train

    data, encoder = toy
    given = {"encoder": str(encoder), "epochs": 2, "rank": 4, "hidden": 12, "lr": 5e-3, "head_lr": 2e-2, "ema": 0.5}
    train(TrainParams(**{**given, "batch_tokens": 120, **changes}), data, out)
    figures = json.loads((out / "log.jsonl").read_text().splitlines()[-1])
    return {name: value for name, value in figures.items() if name != "seconds"}


def test_one_seed_gives_one_result_and_a_broken_off_run_ends_as_a_whole_one(toy, tmp_path) -> None:
    whole = run(toy, tmp_path / "whole", seed=3)
    run(toy, tmp_path / "parts", seed=3, stop_after=1)
    assert run(toy, tmp_path / "parts", seed=3) == whole
    assert run(toy, tmp_path / "other", seed=4) != whole


def test_the_toy_is_learned(toy, tmp_path) -> None:
    found = run(toy, tmp_path / "long", epochs=12, patience=12)
    assert min(found["source"], found["cue"], found["content"]) > 0.9


def test_gold_spans_survive_the_tags(toy) -> None:
    from transformers import AutoTokenizer

    from tenor.experiments.attribution_data import read_attributed
    from tenor.experiments.tagger.data import tag_article
    from tenor.features.tagger import spans_of

    data, encoder = toy
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    for article in read_attributed(data / "polnear/dev.jsonl"):
        gold = [(k, *span) for r in article.relations for k, s in enumerate((r.source, r.cue, r.content)) for span in s]
        found = [
            (kind, tagged.unit.offsets[i - 1][0], tagged.unit.offsets[j - 1][1])
            for tagged in tag_article(article, tokenizer)
            for kind, i, j in spans_of(tagged.tags)
        ]
        assert sorted(found) == sorted(gold)
