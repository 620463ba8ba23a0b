"""The tone benchmark: its scores by an independent route, its controls, its errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tenor.experiments.tone_bench import article_digest, bench_tone, load_train_articles, score_tone
from tenor.features.errors import TenorError
from tenor.features.reader import Reading

ROWS = (
    ("Anders is a wonderful man, Bhatt a horrible liar.", "Anders", 1, "allsides_1_1"),
    ("Anders is a wonderful man, Bhatt a horrible liar.", "Bhatt", -1, "allsides_1_1"),
    ("Chukwu left at noon.", "Chukwu", 0, "allsides_2_2"),
    ("Dilawar was praised.", "Dilawar", 1, "polusa_v1_3_-1"),
)


class Oracle:
    """A reader that knows the labels, by the codebook takes praise for blame, and when blind says neutral."""

    def read(self, texts, spans, *, blind=False):
        gold = {(text, text.index(name)): tone for text, name, tone, _ in ROWS}
        tones = [gold[text, start] for text, found in zip(texts, spans, strict=True) for start, _ in found]
        logits = np.full((len(tones), 6), 0.0, dtype=np.float32)
        if not blind:
            logits[np.arange(len(tones)), np.array(tones) + 1] = 50.0
            logits[np.arange(len(tones)), 4 - np.array(tones)] = 50.0
        else:
            logits[:, [1, 4]] = 50.0
        owners = np.repeat(np.arange(len(texts)), [len(found) for found in spans])
        return Reading(np.zeros((len(texts), 2), np.float32), owners, np.zeros((len(tones), 2), np.float32), logits)


@pytest.fixture
def rows(tmp_path) -> Path:
    path = tmp_path / "rows.jsonl"
    made = []
    for i, (text, name, tone, article) in enumerate(ROWS):
        start, end = text.index(name), text.index(name) + len(name)
        made.append({"sentence": text, "from": start, "to": end, "mention": name, "polarity": tone,
                     "id": f"{article}_{i}_{name}_{start}_{end}"})  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in made), encoding="utf-8")
    return path


def test_the_bench_tells_reader_controls_and_unseen_articles_apart(rows) -> None:
    seen = frozenset({article_digest("allsides_1_1")})
    (found,) = bench_tone([rows], Oracle(), train_articles=seen, n_bootstrap=50).files
    assert (found.n_sentences, found.reader.n_targets) == (3, 4)
    assert found.reader.macro_f1 == 1.0
    assert found.reader.ece == pytest.approx(0.0, abs=1e-6)
    assert found.reader_unseen_articles.n_targets == 2
    assert found.target_blind.accuracy == 0.25
    assert found.majority.accuracy == 0.5
    assert found.vader.ece is None
    assert found.vader.accuracy == 0.75  # one class a sentence cannot suit both targets of the first


def test_labels_by_the_codebook_ask_the_head_for_it(rows) -> None:
    (found,) = bench_tone([rows], Oracle(), train_articles=frozenset(), by_codebook=True, n_bootstrap=50).files
    assert found.reader.accuracy == 0.25  # only the neutral one survives taking praise for blame


def test_scores_agree_with_scikit_learn() -> None:
    from sklearn.metrics import accuracy_score, f1_score, recall_score

    rng = np.random.default_rng(0)
    gold, said = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    found = score_tone(gold, said, None, np.arange(200), n_bootstrap=200, rng=rng)
    assert found.macro_f1 == pytest.approx(f1_score(gold, said, average="macro"))
    assert found.average_recall == pytest.approx(recall_score(gold, said, average="macro"))
    assert found.accuracy == pytest.approx(accuracy_score(gold, said))
    assert found.low < found.macro_f1 < found.high


def test_the_same_seed_gives_the_same_interval(rows) -> None:
    def run():
        return bench_tone([rows], Oracle(), train_articles=frozenset(), n_bootstrap=50).as_dict()

    assert run() == run()
    json.dumps(run())


def test_files_that_cannot_be_read_are_named(tmp_path) -> None:
    for name, text in (("absent", None), ("empty", ""), ("other", '{"text": "x"}\n')):
        path = tmp_path / f"{name}.jsonl"
        if text is not None:
            path.write_text(text)
        with pytest.raises(TenorError, match=rf"{name}\.jsonl"):
            bench_tone([path], Oracle(), train_articles=frozenset())
    with pytest.raises(TenorError, match="train_articles"):
        load_train_articles(tmp_path)


def test_the_shipped_digests_are_the_training_articles(shared, root) -> None:
    from tenor.experiments.reader.data import load_newsmtsc

    train = shared / "data" / "newsmtsc" / "train.jsonl"
    weights = root / "models" / "weights"
    if not train.exists() or not (weights / "train_articles.txt").exists():
        pytest.skip("no NewsMTSC training file or no shipped weights")
    assert load_train_articles(weights) == {article_digest(e.article) for e in load_newsmtsc(train)}
