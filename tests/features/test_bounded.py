"""Annotation's work grows with the text and no faster, whatever the text: counted in function calls, not seconds."""

from __future__ import annotations

import re
import sys
from types import FrameType
from typing import Any

import pytest
from annotation import annotate, holders

BLOCKS = {
    "opening marks": "“",
    "unclosed quotations": "“Pakistan said that India said. ",
    "unclosed over paragraphs": "“Pakistan waits.\n\n",
    "closed quotations": "“Pakistan,” he said. ",
    "two apostrophes": "''Pakistan waits,'' Dar said. ",
    "commas": "Dar, ",
    "sources": "according to ",
    "judgements": "Pakistan thanked ",
    "hyphens": "US-",
    "words": "word ",
    "capitals": "Ana Hale ",
    "particles": "Ana bin ",
    "charges": "the Indian claim that ",
    "owners": "Hale’s praise of ",
    "views": "In Hale’s view, ",
    "reports": "reportedly ",
    "told": "Dar told them, ",
    "pronouns": "Zorka said that India lost. He nodded. She added that Iran won. ",
    "two leaders": "Both said that India lost. Trump met Munir. ",
    "dashes": "Dar said India lost—an ",
    "semicolons": "Dar said India lost; ",
    "that": "that ",
    "apostrophes": "’s ",
    "digits": "1,",
    "aliases": "Trump ",
    "surnames": "President Trump. Khan. ",
    "offices": "the prime minister ",
    "straight marks": '"',
    "initials": "U.S. ",
    "stops": "a. ",
    "lines": "A\n",
}


def n_calls(text: str) -> int:
    """Calls of functions, Python's and C's, that annotating a text takes."""
    count = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    annotate("")  # what is compiled and cached once
    sys.setprofile(note)
    try:
        annotate(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("block", BLOCKS.values(), ids=list(BLOCKS))
def test_four_times_the_text_is_four_times_the_work(block: str) -> None:
    small = max(1, 4_000 // len(block))
    least = n_calls("")
    one, four = n_calls(block * small) - least, n_calls(block * 4 * small) - least
    assert four <= 5.5 * one + 10_000  # what is quadratic takes millions


def test_many_different_names_are_no_more_work_a_name() -> None:
    def text(n: int) -> str:
        names = ["".join(chr(97 + (i // 26**k) % 26) for k in range(4)) for i in range(n)]
        return "".join(f"Ana Zo{name}x said that India lost. She added that Iran won. " for name in names)

    one, four = n_calls(text(100)), n_calls(text(400))
    assert four <= 5.5 * one


@pytest.mark.parametrize(
    "text",
    [
        "“" * 50_000,
        "Ana Hale " * 20_000,
        "Ana of the " * 20_000,
        "the Indian claim that " * 10_000,
        "Hale’s warm warm " * 10_000,
        "expressed his her its " * 10_000,
        "put the the " * 20_000,
        "a" * 200_000,
        "A" * 200_000,
        "Dar said " + "a " * 50_000,
    ],
    ids=lambda text: text[:20],
)
def test_long_runs_are_read_to_their_end(text: str) -> None:
    assert len(annotate(text).sentences) >= 1  # a search that backtracks would not come back


def test_a_quotation_of_ten_thousand_characters_keeps_its_speaker() -> None:
    said = "Pakistan waits for rain. " * 400
    text = f"Dar said: “{said.strip()}” India slept."
    found = holders(text)
    assert len(said) == 10_000
    assert found[0] == ("dar", "author")
    assert set(found[1:-1]) == {("pakistan", "dar")}
    assert found[-1] == ("india", "author")


def test_an_unclosed_quotation_keeps_the_article_and_ends_with_its_paragraph() -> None:
    text = "Dar said: “Pakistan waits. India too.\n\nIran slept."
    out = annotate(text)
    assert [text[s["start"] : s["end"]] for s in out.sentences.rows()] == [
        "Dar said: “Pakistan waits.",
        "India too.",
        "Iran slept.",
    ]
    assert holders(text) == [("dar", "author"), ("pakistan", "dar"), ("india", "dar"), ("iran", "author")]


def test_a_quotation_that_nobody_near_speaks_is_unknown() -> None:
    assert holders("Rain fell. “Pakistan has waited long enough for it.” Snow fell.") == [("pakistan", "unknown")]


def test_an_article_without_a_quotation_has_no_attribution() -> None:
    out = annotate("Pakistan slept. India woke. " * 50)
    assert len(out.attributions) == 0
    assert {m["holder"] for m in out.mentions.rows()} == {"author"}


@pytest.mark.parametrize(
    "block",
    [
        "Ben Okafor said it was fine. The analyst said that more would come. ",  # nothing makes him the analyst
        "Ben Okafor, an analyst, said it was fine. The analyst said that India lost. ",
    ],
)
def test_the_article_is_searched_once_for_who_the_analyst_is(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One search through the article hides in one call, so calls over its whole length are counted."""
    search = re.search
    through = 0

    def counted(pattern: str | re.Pattern[str], string: str, flags: int = 0) -> re.Match[str] | None:
        nonlocal through
        through += len(string) == len(text)
        return search(pattern, string, flags)

    monkeypatch.setattr(re, "search", counted)
    counts = []
    for n in (10, 40):
        text, through = (block * n).strip(), 0
        annotate(text)
        counts.append(through)
    assert counts[0] == counts[1] > 0
