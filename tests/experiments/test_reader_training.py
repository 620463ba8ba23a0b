"""Training the reader on a toy: the files read right, one seed gives one result, a broken-off run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from toy_encoder import save_toy_encoder

from tenor.experiments.reader.data import (
    article_of,
    as_crowd,
    load_articles_targets,
    load_directed,
    load_directed_targets,
    load_newsmtsc,
)
from tenor.features.errors import TenorError

WORDS = {-1: "cheated", 0: "visited", 1: "rescued"}


def write_rows(path: Path, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        tone = int(rng.integers(-1, 2))
        name = ("Anders", "Bhatt", "Chukwu", "Dilawar")[int(rng.integers(4))]
        text = f"{name} {WORDS[tone]} the people of the town."
        rows.append(
            {
                "sentence": text + " " * i,
                "from": 0,
                "to": len(name),
                "mention": name,
                "polarity": tone,
                "id": f"allsides_{i}_{i}_0_{name}_0_{len(name)}",
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> tuple[Path, Path]:
    """A data folder and a tiny encoder's folder."""
    data, encoder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("encoder")
    (data / "newsmtsc").mkdir()
    for name, n, seed in (("train", 96, 1), ("dev_mt", 24, 2), ("dev_rw", 24, 3)):
        write_rows(data / "newsmtsc" / f"{name}.jsonl", n, seed)
    save_toy_encoder(encoder)
    return data, encoder


def run(toy: tuple[Path, Path], out: Path, **changes) -> dict[str, np.ndarray]:
    from tenor.experiments.reader.train import TrainParams, train

    data, encoder = toy
    given = {"encoder": str(encoder), "epochs": 2, "rank": 4, "hidden": 16, "lr": 5e-3, "head_lr": 5e-3, "threads": 1}
    return train(TrainParams(**{**given, **changes}), data, out)


def test_one_seed_gives_one_result(toy, tmp_path) -> None:
    first, again = run(toy, tmp_path / "a", seed=7), run(toy, tmp_path / "b", seed=7)
    other = run(toy, tmp_path / "c", seed=8)
    for name in ("dev_mt", "dev_rw"):
        np.testing.assert_array_equal(first[name], again[name])
        assert not np.array_equal(first[name], other[name])


def test_a_broken_off_run_ends_as_a_whole_one(toy, tmp_path) -> None:
    whole = run(toy, tmp_path / "whole", seed=3)
    run(toy, tmp_path / "parts", seed=3, stop_after=1)
    resumed = run(toy, tmp_path / "parts", seed=3)
    for name in whole:
        np.testing.assert_array_equal(whole[name], resumed[name])


def test_training_learns(toy, tmp_path) -> None:
    run(toy, tmp_path / "run", epochs=8, ema=0.9, lr=1e-2, head_lr=1e-2)
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < log[0]["loss"]


def test_training_stops_when_dev_stops_rising(toy, tmp_path) -> None:
    run(toy, tmp_path / "run", epochs=6, patience=1, lr=0.0, head_lr=0.0)
    log = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert len(log) == 2  # the first is the best, the second does not rise


@pytest.mark.parametrize(("two_heads", "moved"), [(True, ["codebook"]), (False, ["outer"])])
def test_labels_by_the_codebook_move_their_own_head(two_heads, moved, toy) -> None:
    from tenor.experiments.reader.base import load_encoder
    from tenor.experiments.reader.frame import collate, frame
    from tenor.experiments.reader.train import TrainParams, loss_of
    from tenor.features.reader_net import ReaderNet

    encoder, tokenizer, _ = load_encoder(str(toy[1]))
    net = ReaderNet(encoder, n_probes=3, hidden=16)
    examples = load_newsmtsc(toy[0] / "newsmtsc" / "train.jsonl", by_codebook=True)[:8]
    items = frame(examples if two_heads else as_crowd(examples), tokenizer, max_tokens=32, marked=False)
    loss_of(net, collate(items), None, TrainParams()).backward()
    heads = {name: getattr(net, name).weight.grad for name in ("outer", "codebook")}
    assert [name for name, grad in heads.items() if grad is not None and grad.abs().sum() > 0] == moved


def test_a_second_head_starts_as_the_first_that_a_run_has_taught(toy, tmp_path) -> None:
    import torch

    from tenor.experiments.reader.average import average_runs
    from tenor.experiments.reader.base import load_checkpoint

    run(toy, tmp_path / "one", epochs=1)
    assert not [name for name in torch.load(tmp_path / "one" / "best.pt", weights_only=True) if "codebook" in name]
    average_runs([tmp_path / "one"] * 2, tmp_path / "mean", rank=3)
    assert json.loads((tmp_path / "mean" / "params.json").read_text(encoding="utf-8"))["rank"] == 3
    mean = load_checkpoint(tmp_path / "mean" / "best.pt")
    torch.testing.assert_close(mean["codebook.weight"], mean["outer.weight"])
    init = str(tmp_path / "mean" / "best.pt")
    run(toy, tmp_path / "two", epochs=1, rank=3, two_heads=True, init=init, lr=0.0, head_lr=0.0)
    two = load_checkpoint(tmp_path / "two" / "best.pt")
    torch.testing.assert_close(two["codebook.weight"], mean["outer.weight"])


def test_files_teach_the_head_of_those_who_labelled_them(toy, tmp_path) -> None:
    from tenor.experiments.reader.train import TrainParams, sources

    write_rows(tmp_path / "crowd.jsonl", 5, 4)
    write_rows(tmp_path / "ours.jsonl", 7, 5)
    files = {"crowd_files": (str(tmp_path / "crowd.jsonl"),), "extra_files": (str(tmp_path / "ours.jsonl"),)}
    params = TrainParams(**files, two_heads=True, newsmtsc_repeat=2, extra_repeat=3)
    newsmtsc, ours, crowd = sources(params, toy[0], np.random.default_rng(0))
    assert [len(newsmtsc), len(ours), len(crowd)] == [192, 21, 5]
    assert newsmtsc[:96] == newsmtsc[96:]
    for part, taught in ((newsmtsc, "label"), (crowd, "label"), (ours, "codebook")):
        assert {(t.label is None, t.codebook is None) for e in part for t in e.targets} == {
            (taught != "label", taught != "codebook")
        }


def test_a_broken_off_run_of_other_settings_is_refused(toy, tmp_path) -> None:
    run(toy, tmp_path / "run", stop_after=1)
    with pytest.raises(TenorError, match=r"state\.pt: got other weights.*remove"):
        run(toy, tmp_path / "run", two_heads=True)


def test_averaging_one_checkpoint_with_itself_changes_nothing() -> None:
    import torch

    from tenor.experiments.reader.average import average

    torch.manual_seed(0)
    one = {"encoder.x.up": torch.randn(12, 3), "encoder.x.down": torch.randn(3, 10), "outer.weight": torch.randn(3, 4)}
    mean = average([one, one], rank=3)
    product, given = (c["encoder.x.up"] @ c["encoder.x.down"] for c in (mean, one))
    torch.testing.assert_close(product, given)
    torch.testing.assert_close(mean["outer.weight"], one["outer.weight"])


def test_article_of_an_id() -> None:
    assert article_of("allsides_1000_401_25_Reality Leigh Winner_0_6") == "allsides_1000_401"
    assert article_of("polusa_v1_4614529_-1_4_32-year-old Burlington resident_28_35") == "polusa_v1_4614529"
    assert article_of("something else") == "something else"


def test_newsmtsc_rows_of_one_sentence_are_one_example(tmp_path) -> None:
    path = tmp_path / "rows.jsonl"
    text = "Anders thanked Bhatt."
    rows = [
        {"sentence": text, "from": 0, "to": 6, "mention": "Anders", "polarity": 0, "id": "allsides_1_2_3_Anders_0_6"},
        {"sentence": text, "from": 15, "to": 20, "mention": "Bhatt", "polarity": 1, "id": "allsides_1_2_3_Bhatt_15_20"},
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    (example,) = load_newsmtsc(path)
    assert [(t.start, t.end, t.label) for t in example.targets] == [(0, 6, 1), (15, 20, 2)]
    assert example.article == "allsides_1_2"


@pytest.mark.parametrize("change", [{"polarity": 7}, {"from": 9, "to": 3}, {"to": 999}])
def test_a_bad_row_is_named(change, tmp_path) -> None:
    row = {"sentence": "Anders left.", "from": 0, "to": 6, "mention": "Anders", "polarity": 0, "id": "x"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, **change}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.jsonl, line 2"):
        load_newsmtsc(path)


def test_directed_sentences_mark_the_object_of_a_view(tmp_path) -> None:
    path = tmp_path / "d.txt"
    path.write_text(
        "[Trum]p attacked [Clinton].\tTrum\tClinton\t3\n"
        "[Trump] was praised by [Pence].\tTrump\tPence\t2\n"
        "[A] met [B].\tA\tB\t0\nno brackets\tA\tB\t1\n",
        encoding="utf-8",
    )
    against, praised, none = load_directed(path)
    assert [(against.text[t.start : t.end], t.directed) for t in against.targets] == [("Clinton", 1)]
    assert [(praised.text[t.start : t.end], t.directed) for t in praised.targets] == [("Trump", 2)]
    assert [t.directed for t in none.targets] == [0, 0]
    everyone = load_directed(path, every_target=True)[0]
    assert [(everyone.text[t.start : t.end], t.directed) for t in everyone.targets] == [("Trump", None), ("Clinton", 1)]


def test_who_labelled_what_is_kept_apart(tmp_path) -> None:
    path, more = tmp_path / "rows.jsonl", tmp_path / "more.jsonl"
    row = {"sentence": "Anders thanked Bhatt.", "from": 0, "to": 6, "mention": "Anders", "polarity": 0, "id": "x"}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    more.write_text(json.dumps({"id": "x", "from": 15, "to": 20, "polarity": 1}) + "\n", encoding="utf-8")
    (crowd,) = load_newsmtsc(path, more)
    assert [(t.label, t.codebook) for t in crowd.targets] == [(1, None), (None, 2)]
    (ours,) = load_newsmtsc(path, by_codebook=True)
    assert [(t.label, t.codebook) for t in ours.targets] == [(None, 1)]
    assert [(t.label, t.codebook) for t in as_crowd([crowd])[0].targets] == [(1, None), (2, None)]


def test_labels_without_text_find_their_sentences(tmp_path) -> None:
    articles, targets = tmp_path / "articles.jsonl", tmp_path / "targets.jsonl"
    articles.write_text(json.dumps({"article_id": "a", "text": "Rain. Anders lied."}) + "\n", encoding="utf-8")
    row = {"article_id": "a", "start": 6, "end": 18, "targets": [[6, 12, -1]]}
    targets.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (found,) = load_articles_targets(articles, targets)
    assert (found.text, found.targets[0].start, found.targets[0].end) == ("Anders lied.", 0, 6)
    assert found.targets[0].codebook == 0
    folder = tmp_path / "directed"
    folder.mkdir()
    (folder / "train.txt").write_text("[A] met [B].\tA\tB\t0\n[Ole] hit [Pia].\tOle\tPia\t3\n", encoding="utf-8")
    targets.write_text(json.dumps({"file": "train", "sentence": 1, "targets": [[8, 11, 0]]}) + "\n", encoding="utf-8")
    (found,) = load_directed_targets(folder, targets)
    assert (found.text, found.targets[0].codebook) == ("Ole hit Pia.", 1)
    targets.write_text(json.dumps({"file": "train", "sentence": 7, "targets": [[0, 3, 0]]}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"targets\.jsonl, line 1: .*sentence 7 of .*train\.txt"):
        load_directed_targets(folder, targets)


def test_a_run_goes_on_from_shipped_weights(toy, tmp_path) -> None:
    from tenor.experiments.reader.base import load_checkpoint
    from tenor.experiments.reader.export import write_weights

    run(toy, tmp_path / "first", epochs=1)
    best = load_checkpoint(tmp_path / "first" / "best.pt")
    write_weights(best, tmp_path / "reader.safetensors")
    found = load_checkpoint(tmp_path / "reader.safetensors")
    assert found.keys() == best.keys()
    assert any(name.startswith("encoder.") for name in found)
    still = {"epochs": 1, "lr": 0.0, "head_lr": 0.0}
    whole = run(toy, tmp_path / "whole", init=str(tmp_path / "first" / "best.pt"), **still)
    half = run(toy, tmp_path / "half", init=str(tmp_path / "reader.safetensors"), **still)
    for name, logits in whole.items():
        np.testing.assert_allclose(half[name], logits, atol=0.02)
        assert np.ptp(logits) > 0.1
