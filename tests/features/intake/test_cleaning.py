"""Cleaning: what goes, what stays, and that nothing vanishes unaccounted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenor.features.intake.cleaning import Cleaned, clean_text

BODY = (
    "The harbour board met on Tuesday and agreed to widen the channel. Pilots had asked for it since the spring.\n\n"
    "{middle}\n\n"
    "Nobody at the meeting spoke against the plan, though the cost has doubled. Work is to begin after the monsoon."
)


def _without(raw: str, cleaned: Cleaned) -> str:
    """The raw text with the removed spans taken out by hand: the oracle for the cleaned text."""
    kept, at = [], 0
    for cut in cleaned.removals:
        assert at <= cut.start < cut.end <= len(raw), "removals must be disjoint, in order and not empty"
        kept.append(raw[at : cut.start])
        at = cut.end
    return "".join([*kept, raw[at:]])


def _same_words(raw: str, cleaned: Cleaned) -> bool:
    return _without(raw, cleaned).split() == cleaned.text.split()


def _reasons(raw: str, **known: str) -> list[tuple[str, str]]:
    return [(cut.reason, raw[cut.start : cut.end]) for cut in clean_text(raw, **known).removals]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Read More: Dredgers Leave for the South", "read-more line"),
        ("Also Read: What a tide table cannot tell you", "read-more line"),
        ("Tags: harbour, pilots, dredging", "tags line"),
        ("Share this:", "share line"),
        ("Share this: Facebook X WhatsApp Email", "share line"),
        ("Image 2: The old pier, via Port Library", "image credit"),
        ("Photo: AFP", "image credit"),
        ("Reuters / Pool photo via Harbour Library | file 3.7", "image credit"),
        ("Getty Images/" + "a" * 40 + " photo " + "b" * 39 + "_!", "image credit"),
        ("Screenshot 2025-03-04 101112", "screenshot name"),
        ("pier_at-dawn.jpeg", "screenshot name"),
        ("HELP US FIGHT FAKE NEWS! SUBSCRIBE TODAY", "banner"),
        ("Sign up for our newsletter and never miss a tide", "banner"),
        ("ADVERTISEMENT", "advertisement"),
        ("* * *", "separator"),
        ("© 2025 Harbour News. All rights reserved.", "copyright line"),
    ],
)
def test_a_rubbish_line_goes_with_its_reason_and_nothing_else(line: str, reason: str) -> None:
    raw = BODY.format(middle=line)
    assert _reasons(raw) == [(reason, line)]
    assert clean_text(raw).text == BODY.format(middle="").replace("\n\n\n\n", "\n\n")


@pytest.mark.parametrize(
    "line",
    [
        "What the Board Decided",
        "LAHORE: The minister left early, and the rest of the meeting was held behind closed doors.",
        "Read more widely, the report says, and the costs look different.",
        "The image of the port suffered: two ships had waited for nine days.",
        "Share prices fell by a tenth on the news.",
        "Reuters photographers waited outside the harbour for nine days and saw no ship come in.",
        "“We had asked for it,” said a pilot. “Nobody listened.”",
        "The Washington Post and The Hill first reported the talks, which officials in The Hague confirmed.",
        "On Friday he told The New York Times that The Apprentice had made him famous, and She Loves You was his song.",
        "Her memoir What Happened sold well in Karachi, In Cold Blood less so.",
        "Mr. Khan met Gen. Lee on Jan. 4 in Washington D.C. After lunch they signed.",
        "WAR AND PEACE ARE NOT WHAT THEY WERE",
        "Crowds filled cinemas for The ship that never came, a film that the port had paid for.",
    ],
)
def test_the_articles_own_words_stay(line: str) -> None:
    raw = BODY.format(middle=line)
    assert clean_text(raw) == Cleaned(raw, ())


@pytest.mark.parametrize(
    ("before", "teaser", "after"),
    [
        ("Ships wait.", "University administration evicts illegal tenants", "To his credit, the minister apologised."),
        ("Ships wait.", "Cotton ginners seek relief on power bills", "She warned that more would come."),
        ("He was blunt.", "Opinion: Why Our Buses Run Backwards on Fridays", "If the price is right, ships come."),
        (
            "Costs rose.",
            "Gold traders reopen to rush of sellers",
            "“We have waited long enough for this,” said a pilot.",
        ),
        (
            "Costs rose.",
            "Mango strike enters fifth day as fruit rots",
            "According to pilots, the channel is too narrow.",
        ),
    ],
)
def test_a_headline_wedged_between_two_sentences_goes(before: str, teaser: str, after: str) -> None:
    raw = BODY.format(middle=f"{before} {teaser} {after}")
    assert _reasons(raw) == [("teaser headline", teaser)]
    assert f"{before} {after}" in clean_text(raw).text


def test_a_tag_list_and_a_headline_glued_to_the_end_go() -> None:
    raw = BODY.format(middle="The vote was close. Wheat growers await word on support price Tags: port, ships.")
    assert [reason for reason, _ in _reasons(raw)] == ["teaser headline", "tags line"]
    assert "The vote was close.\n\n" in clean_text(raw).text


def test_a_pull_quote_goes_wherever_it_stands_and_its_home_stays() -> None:
    quote = "Pilots had asked for it since the spring of the year before last."
    raw = f"{quote}\n\nThe board agreed at last. {quote} Nobody objected.\n\n{quote}\n\nWork begins in June."
    cleaned = clean_text(raw)
    assert cleaned.text.count(quote) == 1
    assert {cut.reason for cut in cleaned.removals} == {"pull quote", "repeated paragraph"}
    assert "at last. Pilots had asked" in cleaned.text


def test_a_pull_quote_is_known_across_its_attribution() -> None:
    quote = "“Flattery is cheap, and this port could always afford it. What it cannot afford is the audit.”"
    home = "“Flattery is cheap, and this port could always afford it,” said one. “What it cannot afford is the audit.”"
    raw = f"The board met at noon in the old hall by the pier.\n\n{home}\n\n{quote}\n\nThey parted as friends."
    assert _reasons(raw) == [("pull quote", quote)]


def test_of_two_paragraphs_of_the_same_sentences_none_swallows_the_other() -> None:
    first, second = "The pilots had asked for it since last spring.", "The board had found no money until this week."
    raw = f"The board met in the hall by the pier on Tuesday, late at night.\n\n{first} {second}\n\n{second} {first}"
    assert clean_text(raw) == Cleaned(raw, ())


def test_a_lead_repeated_at_the_end_goes() -> None:
    lead = "The harbour board met on Tuesday and agreed to widen the channel."
    raw = BODY.format(middle="Costs have doubled since.") + f"\n\n{lead}"
    assert _reasons(raw) == [("lead repeated at the end", lead)]


def test_a_related_block_goes_with_what_follows() -> None:
    block = [
        "Related articles",
        "Dredgers at dawn  Ports",
        "In March the dredgers left for…",
        "Who pays? A ledger of mud",
    ]
    raw = BODY.format(middle="Costs have doubled.") + "\n\n" + "\n\n".join(block)
    assert _reasons(raw) == [("related block", line) for line in block]


def test_text_after_a_related_block_inside_the_article_stays() -> None:
    raw = BODY.format(middle="Related articles\n\nDredgers at dawn\n\nIn March the dredgers left for…")
    cleaned = clean_text(raw)
    assert cleaned.text == BODY.format(middle="").replace("\n\n\n\n", "\n\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("The opinions voiced here are the writer's own and do not reflect those of the paper.", "disclaimer"),
        (
            "Columnists write in a personal capacity. The paper takes no responsibility for their opinions.",
            "disclaimer",
        ),
        ("Anwar Shafi is a staff reporter at the Harbour News.", "author line"),
        ("Anwar Shafi contributed to this report.", "reporting line"),
        ("Politics", "section line"),
    ],
)
def test_closing_notices_go(line: str, reason: str) -> None:
    raw = BODY.format(middle="Costs have doubled.") + f"\n\n{line}"
    assert _reasons(raw) == [(reason, line)]


def test_a_closing_line_on_a_person_of_the_story_stays() -> None:
    raw = (
        BODY.format(middle="Anwar Shafi, who chairs the board, smiled.") + "\n\nAnwar Shafi is a director of two ports."
    )
    assert clean_text(raw).removals == ()


def test_the_stated_author_is_known_by_name() -> None:
    line = "Rosa Lim has been rude in print since 1988. She keeps two parrots."
    raw = BODY.format(middle="Costs have doubled.") + f"\n\n{line}"
    assert _reasons(raw) == []
    assert _reasons(raw, author="Rosa Lim") == [("author line", line)]


def test_a_closing_list_stays() -> None:
    raw = BODY.format(middle="Costs have doubled.") + "\n\nThe board wants three things:\n\nDeeper water\n\nNew cranes"
    assert clean_text(raw).removals == ()


def test_the_headline_stands_once() -> None:
    headline = "Board agrees to widen the channel"
    raw = f"{headline}\n\n{headline}\n\n" + BODY.format(middle="Costs have doubled.")
    assert _reasons(raw) == [("repeated headline", headline)]
    assert clean_text(raw).text.startswith(f"{headline}\n\nThe harbour")


def test_hard_wrapped_lines_are_joined_and_plain_lines_are_paragraphs() -> None:
    wrapped = (
        "The harbour board met on\nTuesday and agreed to\nwiden the channel\nfor ships.\n\nNobody spoke\nagainst it."
    )
    assert clean_text(wrapped).text == (
        "The harbour board met on Tuesday and agreed to widen the channel for ships.\n\nNobody spoke against it."
    )
    assert clean_text("The board met.\nNobody spoke.").text == "The board met.\n\nNobody spoke."


def test_markdown_marks_go_and_words_stay() -> None:
    raw = (
        "## A **bold** plan\n\n> See [the map](https://x.example/a_b) for *details*, snake_case, 2 * 3.\n\n![p](p.png)"
    )
    cleaned = clean_text(raw, markdown=True)
    assert cleaned.text == "A bold plan\n\nSee the map for details, snake_case, 2 * 3."
    assert _same_words(raw, cleaned)
    assert clean_text(raw).text.startswith("## A **bold**")


def test_empty_text_gives_empty_text() -> None:
    assert clean_text("") == Cleaned("", ())
    assert clean_text(" \n\t\n ") == Cleaned("", ())


_FRAGMENTS = st.sampled_from(
    [
        "The board met on Tuesday and agreed to widen the channel.",
        "Nobody spoke.",
        "Read More: Mud",
        "Tags: a, b",
        "***",
        "Related articles",
        "In March the…",
        "BUY NOW AND SUBSCRIBE TODAY",
        "Wheat growers await price",
        "To be sure, it rained.",
        "\n",
        "\n\n",
        " ",
        "**",
        "[a](b)",
        "“Yes,” said X.",
        "Views expressed are the author's own.",
        "\u2028",
        "…",
        "x" * 50,
    ]
)


@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.text(max_size=300), st.lists(_FRAGMENTS, max_size=25).map(" ".join)), markdown=st.booleans())
def test_raw_without_the_removals_is_the_text(raw: str, markdown: bool) -> None:
    cleaned = clean_text(raw, markdown=markdown)
    assert _same_words(raw, cleaned)
    assert not re.search(r"\n{3,}|[^\S\n]{2,}", cleaned.text)


def test_hostile_text_takes_bounded_time() -> None:
    # Each of these made a backtracking or pairwise rule explode; none does in linear time.
    for raw in (
        "!" * 300_000,
        "Tags: a" + " " * 300_000 + "b",
        "*a* " * 20_000,
        ". Read More: x" * 5_000,
        "[" * 300_000,
        "Reuters " + "/" * 300 + "!a",
        "Getty " + "wire images / " * 27 + "!a",
        "AFP via" + " " * 380 + "!a",
    ):
        assert _same_words(raw, clean_text(raw, markdown=True))


# What stands in the real articles beside the project, by markers only: (file, marker that goes, marker that stays).
_REAL = {
    "000": (["BZU", "Gaza rally", "Tags:", "\nPolitics"], ["Moreover, counter-", "To his credit", "four years."]),
    "001": (
        ["Screenshot", "Also Read", "Image 1", "Share this", "Related articles", "SAV Q&A", "Views expressed", "***"],
        ["Is This Really a Reset?", "run by his sons", "more strategic value in the future."],
    ),
    "002": ([], ["According to Geo News", "subcontinent evolves."]),
    "003": (["MISINFORMATION", "Personalize", "TheMediaLine"], ["[Islamabad]", "She continued", "partnership.”"]),
    "004": (["Read More", "Associate Editor"], ["Islamabad (TDI):", "promoting regional stability."]),
}  # fmt: skip


@pytest.mark.parametrize("number", sorted(_REAL))
def test_real_crawled_articles(shared: Path, number: str) -> None:
    raw = next((shared / "seeds").glob(f"{number}_*.txt")).read_text(encoding="utf-8")
    cleaned = clean_text(raw)
    gone, stays = _REAL[number]
    assert _same_words(raw, cleaned)
    assert all(marker in raw and marker not in cleaned.text for marker in gone)
    assert all(marker in cleaned.text for marker in stays)
    paragraphs = cleaned.text.split("\n\n")
    assert len(set(paragraphs)) == len(paragraphs)
    assert clean_text(cleaned.text).text == cleaned.text, "a clean text stays as it is"


def test_clean_public_articles_keep_their_text(shared: Path) -> None:
    """PolNeAR's texts hold little rubbish: hardly a word may go, and hardly a teaser may be seen in them."""
    rows = [json.loads(line) for line in (shared / "data/polnear/dev.jsonl").read_text(encoding="utf-8").splitlines()]
    n_characters = n_removed = n_teasers = 0
    for row in rows:
        cleaned = clean_text(row["text"])
        assert _same_words(row["text"], cleaned)
        n_characters += len(row["text"])
        n_removed += sum(cut.end - cut.start for cut in cleaned.removals)
        n_teasers += sum(cut.reason == "teaser headline" for cut in cleaned.removals)
    assert n_teasers == 0
    assert n_removed < 0.005 * n_characters
