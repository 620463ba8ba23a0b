"""Views that stand beside verbs of speech: opinions, charges, praise by noun, hearsay, verbs of two words."""

from __future__ import annotations

import pytest
from annotation import annotate, holders

from tenor.features.framing import frames_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # in somebody's view
        ("In Marco Rubio's view, India has lost.", [("rubio", "author"), ("india", "rubio")]),
        ("India, in Marco Rubio’s opinion, has lost.", [("india", "rubio"), ("rubio", "author")]),
        ("Rosa Vale spoke. In her judgement India has lost.", [("india", "Rosa Vale")]),
        ("In my view India has lost.", [("india", "author")]),
        ("In view of the rain India waited.", [("india", "author")]),
        # a charge
        ("Islamabad rejects the Indian charge that Iran struck.", [("pakistan", "author"), ("iran", "india")]),
        ("They heard Marco Rubio’s claim that India lost.", [("rubio", "author"), ("india", "rubio")]),
        ("Marco Rubio’s claim that India lost was heard.", [("rubio", "author"), ("india", "author")]),  # no clear end
        ("A ship left amid claims of Indian interference in the port.", [("india", "unknown")]),
        ("The claims of India were heard.", [("india", "author")]),
        ("The talk in Doha was that India had lost.", [("india", "unknown")]),
        ("The result was that India had lost.", [("india", "author")]),
        # praise by noun
        ("Marco Rubio’s praise of India annoyed Iran.", [("rubio", "author"), ("india", "rubio"), ("iran", "rubio")]),
        (
            "Pakistan’s Nobel nomination for Trump, a surprise, amused Iran.",
            [
                ("pakistan", "author"),
                ("trump", "pakistan"),
                ("iran", "author"),
            ],
        ),
        # hearsay
        ("Trump reportedly met Munir.", [("trump", "unknown"), ("munir", "unknown")]),
        (
            "India waited, and Trump allegedly met Munir.",
            [("india", "author"), ("trump", "unknown"), ("munir", "unknown")],
        ),
        ("Trump reportedly thanked Munir.", [("trump", "unknown"), ("munir", "trump")]),
        # verbs of two words
        ("Dar expressed gratitude for Trump’s help.", [("dar", "author"), ("trump", "dar")]),
        ("Dar expressed himself in India.", [("dar", "author"), ("india", "author")]),
        ("Islamabad put Trump forward for the prize.", [("pakistan", "author"), ("trump", "pakistan")]),
        ("Islamabad put Trump on the list.", [("pakistan", "author"), ("trump", "author")]),
        ("New Delhi plays down Trump’s part.", [("india", "author"), ("trump", "india")]),
        ("Because Tehran sees Pakistan as a tool, Iraq waits.", [("iran", "author"), ("pakistan", "iran")]),
        ("Tehran saw prices rise as Pakistan waited.", [("iran", "author"), ("pakistan", "author")]),
        ("Tehran sees Pakistan every day.", [("iran", "author"), ("pakistan", "author")]),
        # whom a charge makes answerable, and whom it does not
        ("India blamed Pakistan-based gunmen.", [("india", "author"), ("pakistan", "india")]),
    ],
)
def test_holders(text: str, expected: list[tuple[str, str]]) -> None:
    assert holders(text) == expected


def test_a_state_is_a_target_where_those_it_shelters_are_blamed() -> None:
    def relational(text: str) -> bool:
        (found,) = [m["relational"] for m in annotate(text).mentions.rows() if m["actor"] == "pakistan"]
        return bool(found)

    assert not relational("India blamed Pakistan-based gunmen.")
    assert not relational("India accused the Pakistan-based groups of it.")
    assert relational("Pakistan-based gunmen struck India.")
    assert relational("India met Pakistan-based traders.")


def test_frames_within_a_quotation_stay_within_it() -> None:
    text = "“In Marco Rubio’s view, India has lost,” said Rosa Vale. China slept."
    assert holders(text) == [("rubio", "Rosa Vale"), ("india", "rubio"), ("china", "author")]


def test_a_frame_lies_in_its_stretch() -> None:
    text = "In Ana Hale’s view, Varna lost. In Ana Hale’s view, Orlan won."
    (first,) = frames_of(text, 0, 31)
    assert text[slice(*first.content)] == "Varna lost"
    assert text[slice(*first.source)] == "Ana Hale"
    assert text[slice(*first.cue)] == "In Ana Hale’s view"
    assert list(frames_of(text, 5, 5)) == []
