"""Whose view it is: quotation, indirect speech, "according to", verbs of judgement, unclosed quotations."""

from __future__ import annotations

import pytest
from annotation import annotate, holders

from tenor.features.attribution import Attribution, find_attributions, hold_mentions
from tenor.features.mentions import Mention
from tenor.features.quotes import find_quotes
from tenor.features.sentences import Span, split_paragraphs
from tenor.features.speakers import Speaker

FAYYAZ = "Shabana Fayyaz"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # direct, before and after, inverted
        ("Shabana Fayyaz, former chair of a department, said, “Pakistan matters.”", [("pakistan", FAYYAZ)]),
        ("“Pakistan matters,” Shabana Fayyaz said.", [("pakistan", FAYYAZ)]),
        ("“Pakistan matters,” said Shabana Fayyaz, who teaches in Lahore.", [("pakistan", FAYYAZ)]),
        ("“Pakistan matters,” said the trader, Kareem Baptiste.", [("pakistan", "Kareem Baptiste")]),
        ('"Pakistan matters," Shabana Fayyaz said. "India does too."', [("pakistan", FAYYAZ), ("india", FAYYAZ)]),
        # indirect, in the middle, "that", addressee, title before the verb
        ("Rubio warned that Pakistan must act.", [("rubio", "author"), ("pakistan", "rubio")]),
        ("Pakistan, Shabana Fayyaz argued, needs India.", [("pakistan", FAYYAZ), ("india", FAYYAZ)]),
        (
            "Tehmina Ranjha, a Lahore-based expert, told The Media Line that India blinked.",
            [("india", "Tehmina Ranjha")],
        ),
        (
            "In reply to a question on India, Shabana Fayyaz said, “Pakistan matters.”",
            [("india", "author"), ("pakistan", FAYYAZ)],
        ),
        ("Ahmed Rana pointed out that China's influence grows.", [("china", "Ahmed Rana")]),
        ("US officials said that Pakistan had helped.", [("united-states", "author"), ("pakistan", "united-states")]),
        ("An aide to Trump said that Pakistan had helped.", [("trump", "author"), ("pakistan", "unknown")]),
        # according to
        ("According to Shabana Fayyaz, India has lost.", [("india", FAYYAZ)]),
        ("According to Shabana Fayyaz, the army of India has lost.", [("india", FAYYAZ)]),
        ("India has lost, according to Shabana Fayyaz.", [("india", FAYYAZ)]),
        # later mentions of an unlisted speaker, and pronouns
        ("Shabana Fayyaz said India lost. She added that Pakistan won.", [("india", FAYYAZ), ("pakistan", FAYYAZ)]),
        ("Shabana Fayyaz said little. China, Fayyaz warned, was watching.", [("china", FAYYAZ)]),
        (
            "An aide in the ministry said he hoped the US would agree. Trump smiled.",
            [("united-states", "unknown"), ("trump", "author")],
        ),
        # nouns that look like verbs, descriptions between commas
        (
            "Vinay Ketkar of the Aravalli Circle described Trump's remark as childish, and said that India would wait.",
            [("trump", "Vinay Ketkar"), ("india", "Vinay Ketkar")],
        ),
        (
            "An aide in the ministry, who spoke unnamed, said he hoped India would agree.",
            [("india", "unknown")],
        ),
        ("The India question leaves Pakistan cold.", [("india", "author"), ("pakistan", "author")]),
        (
            "Shabana Fayyaz, an analyst, said India lost. The analyst warned that China watched.",
            [("india", FAYYAZ), ("china", FAYYAZ)],
        ),
        # two speakers in one sentence
        (
            "Dar said that India lied, while Rubio said that Pakistan helped.",
            [("dar", "author"), ("india", "dar"), ("rubio", "author"), ("pakistan", "rubio")],
        ),
        # nested: the innermost speaker holds
        ("Shabana Fayyaz said that Trump warned that Iran was near.", [("trump", FAYYAZ), ("iran", "trump")]),
        # verbs of judgement
        (
            "Dar thanked Trump and Rubio, according to the statement.",
            [("dar", "unknown"), ("trump", "dar"), ("rubio", "dar")],
        ),
        ("Islamabad nominated Trump for the prize.", [("pakistan", "author"), ("trump", "pakistan")]),
        ("Dar used the occasion to thank President Trump.", [("dar", "author"), ("trump", "dar")]),
        ("India blamed Pakistan for the attack.", [("india", "author"), ("pakistan", "india")]),
        ("Pakistan was praised by General Michael Kurilla.", [("pakistan", "kurilla"), ("kurilla", "author")]),
        ("Trump was accused of corruption by Dar.", [("trump", "dar"), ("dar", "author")]),
        ("Trump has been accused of greed by Shabana Fayyaz.", [("trump", FAYYAZ)]),
        (
            "Dar appreciated Trump's role, while Rubio acknowledged Pakistan's part.",
            [("dar", "author"), ("trump", "dar"), ("rubio", "author"), ("pakistan", "rubio")],
        ),
        (
            "While praising the American president's mediation, Shabana Fayyaz warned that China grows.",
            [("trump", FAYYAZ), ("china", FAYYAZ)],
        ),
        ("If Washington praises Islamabad, nobody listens.", [("united-states", "author"), ("pakistan", "author")]),
        # not speech
        ("The talks added weight to Pakistan.", [("pakistan", "author")]),
        ("The claims of Pakistan were heard.", [("pakistan", "author")]),
        ("Pakistan is said to be ready.", [("pakistan", "author")]),
        ("I thank Trump for it.", [("trump", "author")]),
        # marks of two apostrophes, a thought between commas, telling
        ("''Pakistan matters,'' Shabana Fayyaz said. ''India does too.''", [("pakistan", FAYYAZ), ("india", FAYYAZ)]),
        ("''Pakistan matters,'' said Shabana Fayyaz, 52, who teaches.", [("pakistan", FAYYAZ)]),
        ("Pakistan, Shabana Fayyaz told them, needs India.", [("pakistan", FAYYAZ), ("india", FAYYAZ)]),
        ("“Pakistan matters!” Shabana Fayyaz said to The Dawn.", [("pakistan", FAYYAZ)]),
        ("Shabana Fayyaz told reporters India had lost.", [("india", FAYYAZ)]),
        # who asks, who is asked
        ("Dar pressed India to leave.", [("dar", "author"), ("india", "dar")]),
        ("The press in India slept.", [("india", "author")]),
        # a telephone call is no judgement
        ("Dar called Marco Rubio on Monday.", [("dar", "author"), ("rubio", "author")]),
        ("Dar called Marco Rubio reckless.", [("dar", "author"), ("rubio", "dar")]),
        # what follows a semicolon, or stands in an aside at the end, is the author's
        ("Dar said that India lost; Iran slept.", [("dar", "author"), ("india", "dar"), ("iran", "author")]),
        (
            "Dar repeated his offer of talks—an idea India has refused.",
            [("dar", "author"), ("india", "author")],
        ),
        # some, and a study
        ("Some say that India lost.", [("india", "unknown")]),
        ("A survey found that India lost.", [("india", "unknown")]),
        ("Followers of Marco Rubio hope that India wins.", [("rubio", "author"), ("india", "unknown")]),
        # words that only look like speakers
        ("Formerly thought to be weak, India won.", [("india", "author")]),
        ("The study was found in India.", [("india", "author")]),
        # nobody near
        ("It rained. “Pakistan has lost its way again.” The crowd left.", [("pakistan", "unknown")]),
    ],
)
def test_holders(text: str, expected: list[tuple[str, str]]) -> None:
    assert holders(text) == expected


def test_a_quotation_over_paragraphs_keeps_its_speaker() -> None:
    text = (
        "“Pakistan must act,” said Shabana Fayyaz. “India waits.\n\n“China waits too.\n\n"
        "“So does Iran.” Rain fell on Israel."
    )
    assert holders(text) == [
        ("pakistan", FAYYAZ),
        ("india", FAYYAZ),
        ("china", FAYYAZ),
        ("iran", FAYYAZ),
        ("israel", "author"),
    ]


def test_an_announced_quotation_in_the_next_paragraph() -> None:
    assert holders("Shabana Fayyaz continued:\n\n“Pakistan must act.”") == [("pakistan", FAYYAZ)]


def test_kinds_and_cues() -> None:
    text = "Rubio said India won. Shabana Fayyaz said Iran lost. “China sleeps at night.” Qatar smiled."
    rows = annotate(text).mentions.rows()
    by_actor = {m["actor"]: m for m in rows}
    assert by_actor["india"]["holder_kind"] == "actor"
    assert by_actor["india"]["holder_name"] == "Marco Rubio"
    assert text[by_actor["india"]["cue_start"] : by_actor["india"]["cue_end"]] == "said"
    assert (by_actor["iran"]["holder_kind"], by_actor["iran"]["holder_name"]) == ("other", FAYYAZ)
    assert (by_actor["qatar"]["holder"], by_actor["qatar"]["holder_kind"], by_actor["qatar"]["cue_start"]) == (
        "author",
        "author",
        None,
    )


def test_spans_lie_in_the_text_and_contents_spare_their_source() -> None:
    text = (
        "“Peace,” Shabana Fayyaz said, “needs Pakistan.” Dar told reporters on Monday that Trump helped. "
        "India blamed Iran."
    )
    rows = annotate(text).attributions.rows()
    assert len(rows) >= 4
    for row in rows:
        assert 0 <= row["content_start"] < row["content_end"] <= len(text)
        assert not (row["content_start"] <= row["source_start"] < row["content_end"])
        assert text[row["cue_start"] : row["cue_end"]] in {"said", "told", "blamed"}


def test_a_source_within_its_own_content_is_the_authors_to_name() -> None:
    rubio, india = Mention(0, 5, "rubio", "surname", 0), Mention(10, 15, "india", "alias", 0)
    speaker = Speaker("rubio", "Marco Rubio", "actor", True)
    whole = Attribution(0, 20, Span(0, 5), Span(6, 9), speaker, "indirect")
    assert hold_mentions([rubio, india], [whole]) == [(None, None), (speaker, Span(6, 9))]


def test_an_article_without_a_quotation_is_its_authors() -> None:
    out = annotate("Pakistan slept. India woke.")
    assert len(out.attributions) == 0
    assert {m["holder"] for m in out.mentions.rows()} == {"author"}
    assert find_attributions("", [], [], None) == []  # type: ignore[arg-type]  # no sentence, no look at the index
    assert hold_mentions([], []) == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “a” and “b”.", ["“a”", "“b”"]),
        ("''Two marks,'' he said.", ["''Two marks,''"]),
        ("“Outer “inner” goes on” end.", ["“Outer “inner” goes on”"]),
        ("“Never closed. It ends.\n\nNext.", ["“Never closed. It ends."]),
        ('He is 6\'2" tall and says "yes".', ['"yes"']),
        ("‘It’s pragmatic,’ said Dar. Traders’ fears grew.", ["‘It’s pragmatic,’"]),
        ("The traders' fears and Pakistan's hopes.", []),
        ("", []),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quotes(text, split_paragraphs(text))] == quoted
