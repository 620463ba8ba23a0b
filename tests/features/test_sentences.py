"""Sentence boundaries: exact offsets, the splitter's faults mended, bounded time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features.sentences import sentence_spans, split_paragraphs, split_sentences


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Gen. Munir met U.S. Secretary of State Marco Rubio.", "They ate."],
        ["Lt. Gen. Asim Malik of Khan & Co. said so.", "Mr. Dar agreed."],
        ["The U.S.-India deal is No. 1 at 5 p.m. on Friday.", "It holds."],
        ["A Pak-U.S. trade deal was signed.", "Nobody read it."],
        ["He went to the U.S.", "The deal died."],
        ["He left at 5 a.m.", "Then he wept."],
        ["“We won!” Trump said.", "“No,” he said.", "“Is that all?” Dar asked."],
        ["She said, “Pakistan matters.”", "She argued that it always did."],
        ["“One.", "Two.", "Three,” she said.", "“Four.”", "Ahmed left."],
        ['"Yes."', "He went home."],
        ["It ended…", "He slept.", "(It was late.)", "The end."],
        ["On Sept. 11 it began.", "It cost $1.5 billion."],
        ["John F. Kennedy Jr. said no.", "So did J. D. Vance."],
    ],
)
def test_joined_sentences_come_apart_where_they_were_joined(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_lists_and_lines() -> None:
    assert sentences("Three points:\n• Trade\n• Oil\n1. Peace") == ["Three points:", "• Trade", "• Oil", "1. Peace"]
    assert sentences("A headline without a stop\n\nThe first sentence.") == [
        "A headline without a stop",
        "The first sentence.",
    ]


def test_wrapped_lines_run_on() -> None:
    wrapped = "The minister said on Tuesday that the talks in the capital\nwere going well. He then left."
    assert len(split_sentences(wrapped)) == 2


def test_paragraphs_are_numbered_and_never_crossed() -> None:
    text = "One. Two.\n\n“Three goes on\n\n“and on.” Four."
    spans = sentence_spans(text)
    assert [s.paragraph for s in spans] == [0, 0, 1, 2, 2]
    assert [text[p.start : p.end] for p in split_paragraphs(text)] == ["One. Two.", "“Three goes on", "“and on.” Four."]


@given(st.text(alphabet='aB .!?…“”"’\n-,1U.S', max_size=200))
def test_every_character_lies_in_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    covered = [False] * len(text)
    for span in spans:
        assert span.start < span.end
        assert "\n\n" not in text[span.start : span.end]
        for i in range(span.start, span.end):
            assert not covered[i]
            covered[i] = True
    assert all(done or char.isspace() for done, char in zip(covered, text, strict=True))
    assert [s.start for s in spans] == sorted(s.start for s in spans)


def test_empty() -> None:
    assert split_sentences("") == []
    assert split_sentences(" \n\n ") == []
