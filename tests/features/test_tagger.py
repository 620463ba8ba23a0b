"""The tagger's parts: framing, the conditional random field against brute force, relations, damaged weights."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tenor.features.sentences import sentence_spans
from tenor.features.tagger import MANIFEST, WEIGHTS, Tagger, load_tagger, spans_of
from tenor.features.weights import WeightsError

SHIPPED = Path(__file__).parents[2] / "models" / "weights"
TEXT = "“The vote was fair,” said Ana Hale, who watched it.\n\nOkafor warned that the count was late. It rained.\n\n"


@pytest.fixture(scope="module")
def base():
    from tenor.features.encoder import load_base_encoder

    return load_base_encoder()


@pytest.fixture(scope="module")
def net(base):
    import torch

    from tenor.features.tagger_net import TaggerNet

    torch.manual_seed(3)
    made = TaggerNet(base.model, hidden=8).eval()
    with torch.no_grad():
        made.steps.normal_()
    return made


def test_units_cover_every_word_once_and_stay_short(base) -> None:
    from tenor.features.tagger_frame import MAX_TOKENS, frame_units

    text = TEXT + "word " * 900 + "end.\n\n" + "“" + "never closed " * 400
    units = frame_units(text, sentence_spans(text), base.tokenizer)
    assert max(len(unit.ids) for unit in units) <= MAX_TOKENS
    seen = [place for unit in units for place in unit.offsets]
    assert seen == sorted(set(seen))
    covered = {i for start, end in seen for i in range(start, end)}
    assert {i for i, sign in enumerate(text) if not sign.isspace()} <= covered
    assert all(len(unit.ids) == len(unit.offsets) + 2 == len(unit.features) for unit in units)


def test_features_tell_quoted_from_unquoted(base) -> None:
    from tenor.features.tagger_frame import frame_units

    unit = frame_units(TEXT, sentence_spans(TEXT), base.tokenizer)[0]
    quoted = {TEXT[a:b].lower(): int(unit.features[i, 1]) for i, (a, b) in enumerate(unit.offsets, 1)}
    assert quoted["vote"] == 2
    assert quoted["“"] == 1
    assert quoted["”"] == 3
    assert quoted["said"] == 0


def test_no_text_no_units(base, net) -> None:
    tagger = Tagger(net, base.tokenizer)
    assert tagger.tag([], []) == []
    assert tagger.tag([""], [[]]) == [[]]


def test_the_best_tags_and_their_likelihood_are_those_of_all_paths_enumerated(net) -> None:
    import torch

    from tenor.features.tagger_net import N_TAGS

    scores = torch.randn(2, 4, N_TAGS)
    lengths = torch.tensor([4, 3])
    steps = net.step_scores().detach()

    def score(row: int, path: tuple[int, ...]) -> float:
        total = steps[N_TAGS, path[0]] + steps[path[-1], N_TAGS]
        total = total + sum(scores[row, t, tag] for t, tag in enumerate(path))
        return float(total + sum(steps[a, b] for a, b in itertools.pairwise(path)))

    tags = torch.zeros(2, 4, dtype=torch.long)
    expected_loss = 0.0
    for row, length in enumerate(lengths.tolist()):
        reachable = [
            path
            for path in itertools.product(range(N_TAGS), repeat=length)
            if net.ok[N_TAGS, path[0]]
            and net.ok[path[-1], N_TAGS]
            and all(net.ok[a, b] for a, b in itertools.pairwise(path))
        ]
        values = torch.tensor([score(row, path) for path in reachable])
        best = reachable[int(values.argmax())]
        assert tuple(net.best_tags(scores, lengths)[row]) == best
        gold = reachable[len(reachable) // 3]
        tags[row, :length] = torch.tensor(gold)
        expected_loss += float(torch.logsumexp(values, 0)) - score(row, gold)
    found = float(net.tag_loss(scores, tags, lengths).detach())
    assert found == pytest.approx(expected_loss, rel=1e-3, abs=1e-2)


def test_tags_become_spans() -> None:
    # begin inside end of a source, a single cue, outside, begin end of a content
    assert spans_of([0, 1, 2, 3, 8, 0, 9, 11]) == [(0, 1, 3), (1, 4, 4), (2, 6, 7)]
    assert spans_of([]) == []


def test_a_batch_of_articles_equals_its_singles(base, net) -> None:
    tagger = Tagger(net, base.tokenizer)
    texts = [TEXT, "A short one.", TEXT + TEXT]
    spans = [sentence_spans(text) for text in texts]
    together = tagger.tag(texts, spans)
    assert together == [tagger.tag([text], [span])[0] for text, span in zip(texts, spans, strict=True)]
    for text, relations in zip(texts, together, strict=True):
        for relation in relations:
            parts = [*relation.content, *(s for s in (relation.source, relation.cue) if s)]
            assert all(0 <= part.start < part.end <= len(text) for part in parts)


@pytest.mark.parametrize("damage", ["missing", "altered", "format"])
def test_damaged_weights_are_refused_with_a_remedy(damage, base, tmp_path) -> None:
    (tmp_path / WEIGHTS).write_bytes((SHIPPED / WEIGHTS).read_bytes())
    (tmp_path / MANIFEST).write_text((SHIPPED / MANIFEST).read_text())
    if damage == "missing":
        (tmp_path / WEIGHTS).unlink()
    elif damage == "altered":
        (tmp_path / WEIGHTS).write_bytes(b"x" + (tmp_path / WEIGHTS).read_bytes()[1:])
    else:
        said = json.loads((tmp_path / MANIFEST).read_text())
        (tmp_path / MANIFEST).write_text(json.dumps({**said, "format": 99}))
    with pytest.raises(WeightsError) as caught:
        load_tagger(tmp_path, base.model, base.tokenizer)
    assert (MANIFEST if damage == "format" else WEIGHTS) in str(caught.value)
    assert "restore models/weights" in str(caught.value)


def test_weights_for_another_encoder_are_refused(base) -> None:
    with pytest.raises(WeightsError, match="found cd"):
        load_tagger(SHIPPED, base.model, base.tokenizer, base_sha256="cd")


@pytest.fixture(scope="module")
def shipped(base) -> Tagger:
    return load_tagger(SHIPPED, base.model, base.tokenizer, base_sha256=base.sha256)


CASES = (
    ("“The vote was fair,” said Ana Hale, who watched it.", "Ana Hale", "said", "The vote was fair"),
    ("Okafor warned that the count was late.", "Okafor", "warned", "the count was late"),
    ("According to the ministry, the talks collapsed.", "the ministry", "According to", "the talks collapsed"),
    ("The union says it will strike on Monday.", "The union", "says", "it will strike on Monday"),
    ("“We lost,” she said. “We will try again.”", "she", "said", "We will try again"),
)


@pytest.mark.parametrize(("text", "source", "cue", "content"), CASES)
def test_plain_attributions_are_found(shipped, text, source, cue, content) -> None:
    (found,) = shipped.tag([text], [sentence_spans(text)])
    assert found
    said = [(text[r.source.start : r.source.end], text[r.cue.start : r.cue.end]) for r in found if r.source and r.cue]
    assert any(source in s and cue in c for s, c in said)
    assert any(content in text[part.start : part.end] for r in found for part in r.content)


def test_a_plain_report_has_no_speaker(shipped) -> None:
    text = "The bridge opened in March. Trains cross it every hour."
    assert shipped.tag([text], [sentence_spans(text)]) == [[]]
