"""Which name a speaker phrase comes to: particles, ranks, offices, unnamed sources, the outlet itself, pronouns."""

from __future__ import annotations

from typing import Any

import pytest
from annotation import annotate, articles_of, holders, seed_registry

from tenor.features.annotate import annotate_articles
from tenor.features.gender import gender_of
from tenor.features.records import Articles
from tenor.features.registry import ActorRegistry, parse_registry


def held(text: str) -> list[tuple[str, str, str]]:
    """Holder, its name and kind of every mention."""
    return [(m["holder"], m["holder_name"], m["holder_kind"]) for m in annotate(text).mentions.rows()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rosa O'Malley said India lost.", "Rosa O'Malley"),
        ("Idris Al Farouqi said India lost.", "Idris Al Farouqi"),
        ("“India lost,” said Hamad bin Seif.", "Hamad bin Seif"),
        # of an organisation, with an apposition, with a relative clause
        ("Rosa O'Malley of Reed & Thorn Capital praised India's patience.", "Rosa O'Malley"),
        ("Rosa O'Malley, who runs Reed & Thorn Capital, said India lost.", "Rosa O'Malley"),
        ("Rosa O'Malley, credit chief at Thorn Capital in Leeds, called India reckless.", "Rosa O'Malley"),
        ("The clerk in charge, Rosa O'Malley, said that India lost.", "Rosa O'Malley"),
        ("“India lost,” said Leeds baker Rosa O'Malley.", "Rosa O'Malley"),
        ("“India lost,” advised Rosa O'Malley.", "Rosa O'Malley"),
        # an office with the state it serves
        ("Norwegian Vice President Rosa O'Malley said India lost.", "Rosa O'Malley"),
        ("British Foreign Secretary Rosa O'Malley said India lost.", "Rosa O'Malley"),
        # ranks
        ("“India lost,” said Lt Gen (retd) Omar Teshale.", "Omar Teshale"),
        ("“India lost,” argues Colonel (retd) Omar Teshale of a study circle.", "Omar Teshale"),
        ("Air Commodore Omar Teshale said India lost.", "Omar Teshale"),
        # an organisation keeps all of its name
        ("The Republican National Committee argued that India lost.", "Republican National Committee"),
    ],
)
def test_a_named_speaker_goes_by_the_full_name(text: str, name: str) -> None:
    assert held(text) == [(name, name, "other")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rosa O'Malley spoke. O'Malley said India lost.", "Rosa O'Malley"),
        ("Idris Al Farouqi spoke. Al Farouqi said India lost.", "Idris Al Farouqi"),
        ("Hamad bin Seif spoke. Later bin Seif said India lost.", "Hamad bin Seif"),
        ("Lt Gen (retd) Omar Teshale spoke. General Teshale said India lost.", "Omar Teshale"),
        ("Norwegian Envoy Omar Teshale spoke. Mr Teshale of the Reed Group said India lost.", "Omar Teshale"),
        ("He was shown around the Gulf. Omar Teshale spoke. Teshale said India lost.", "Omar Teshale"),
    ],
)
def test_a_surname_comes_back_to_the_full_name(text: str, name: str) -> None:
    assert held(text) == [(name, name, "other")]


def test_an_office_before_a_registered_name_is_that_person() -> None:
    expected = [("rubio", "author"), ("pakistan", "rubio")]
    assert holders("Secretary of State Marco Rubio said that Pakistan helped.") == expected
    assert holders("Secretary of State Marco Rubio began by saying that Pakistan helped.") == expected
    assert holders("Friends of Marco Rubio said that Pakistan helped.") == [
        ("rubio", "author"),
        ("pakistan", "unknown"),
    ]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("India lost, according to two grain dealers in Leeds.", "two grain dealers in Leeds"),
        ("Two dealers in Leeds, who declined to be named, said India lost.", "Two dealers in Leeds"),
        ("India lost, according to insights from private meetings.", "insights from private meetings"),
        ("According to a Western diplomat in Leeds, India lost.", "Western diplomat in Leeds"),
        ("“India has lost its way,” said one Democratic source.", "one Democratic source"),
        ("Traders say that India lost.", "Traders"),
        ("Its shrillest columnists complain that India lost.", "Its shrillest columnists"),
        ("Campaign staff from both parties said India lost.", "Campaign staff from both parties"),
        ("People familiar with the plan say that India lost.", "People familiar with the plan"),
        ("Trade-policy experts argue that India lost.", "Trade-policy experts"),
        ("Show insiders said that India lost.", "Show insiders"),
        ("Many critics blamed India.", "Many critics"),
        ("Another said that India lost.", "Another"),
    ],
)
def test_an_unnamed_source_is_unknown_and_keeps_its_phrase(text: str, phrase: str) -> None:
    assert held(text) == [("unknown", phrase, "unknown")]


@pytest.mark.parametrize(
    "text",
    [
        "This newspaper praised India.",
        "The Thorn welcomes India's decision.",
        "The Reading Thorn welcomes India's decision.",
        "The decision tells us much about India.",  # a thing
        "Its geography says that India will win.",
        "If the board believes that India lost, it errs.",
        "Let us suppose, and ask India what happens.",
    ],
)
def test_the_author_speaks(text: str) -> None:
    rows = [row | {"outlet": "The Reading Thorn"} for row in articles_of([("a", text)]).rows()]
    found: list[dict[str, Any]] = annotate_articles(Articles.from_rows(rows), seed_registry()).mentions.rows()
    assert [(m["holder"], m["holder_kind"], m["cue_start"]) for m in found] == [("author", "author", None)]


def test_the_object_of_a_verb_of_speech_is_not_its_speaker() -> None:
    text = "Dar did, to be fair, say the awkward thing about India."
    assert holders(text) == [("dar", "author"), ("india", "dar")]


def test_a_verb_behind_went_on_to() -> None:
    text = "Rosa O'Malley went on to say that India lost."
    assert held(text) == [("Rosa O'Malley", "Rosa O'Malley", "other")]


def test_the_addressee_of_telling_is_the_authors() -> None:
    assert holders("Dar has told India how Iran lost.") == [("dar", "author"), ("india", "author"), ("iran", "dar")]


def test_a_script_label_holds_its_paragraph() -> None:
    text = "RUBIO: Pakistan helped. India waited.\n\nIran slept.\n\nHOST: China won."
    assert holders(text) == [
        ("rubio", "author"),
        ("pakistan", "rubio"),
        ("india", "rubio"),
        ("iran", "author"),
        ("china", "author"),
    ]
    assert holders("Rubio: Pakistan helped.")[1] == ("pakistan", "author")  # a headline's colon


def test_a_pronoun_passes_over_a_speaker_of_the_other_sex() -> None:
    text = (
        "Rosa O'Malley, who feared for her shop, said India lost. Mr Omar Teshale said Iran won. "
        "She added that China watched. He added that Qatar paid."
    )
    assert holders(text) == [
        ("india", "Rosa O'Malley"),
        ("iran", "Omar Teshale"),
        ("china", "Rosa O'Malley"),
        ("qatar", "Omar Teshale"),
    ]
    assert holders("Mr Omar Teshale said Iran won. She added that China watched.")[1] == ("china", "unknown")


def test_a_pronoun_means_the_person_just_introduced() -> None:
    text = "A dissent came from Rosa O'Malley, a retired envoy. She said that India lost."
    assert holders(text) == [("india", "Rosa O'Malley")]


def test_a_speaker_is_followed_through_surname_office_and_pronoun() -> None:
    text = (
        "Rosa O'Malley, former chair of the Reed Group, said India lost. O'Malley added that Iran won. "
        "The former chair warned that China watched. She praised Qatar."
    )
    assert [holder for _, holder in holders(text)] == ["Rosa O'Malley"] * 4


def test_a_pronoun_behind_a_long_quotation_means_the_one_who_may_be_meant() -> None:
    quoted = (
        "“Count the ships,” said Rosa O'Malley. “Is there a crew? Is there a flag? Is there a port? There is not.” "
    )
    assert holders(quoted + "She said that India lost.") == [("india", "Rosa O'Malley")]
    other = "“It rains,” said Idris Vale. "
    short = "“Count the ships,” said Rosa O'Malley. “Is there a crew? There is not.” "
    assert holders(other + short + "Snow fell. She said that India lost.") == [("india", "unknown")]
    assert holders("Mr Idris Vale said it rained. " + quoted + "Snow fell. She said that India lost.") == [
        ("india", "Rosa O'Malley")
    ]


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Asim Munir came. Pakistan's army chief said that India lost.", "munir"),
        ("Asim Munir came. “India lost,” the army chief said.", "munir"),
        ("Donald Trump flew home. The American president said that India lost.", "trump"),
        ("Marco Rubio met Ishaq Dar. The secretary of state said that India lost.", "rubio"),
        ("Shehbaz Sharif met Narendra Modi. Pakistan's prime minister said that Qatar won.", "shehbaz-sharif"),
        ("Shehbaz Sharif met Narendra Modi. The Indian prime minister said that Qatar won.", "modi"),
        ("Shehbaz Sharif met Narendra Modi. The prime minister said that Qatar won.", "unknown"),
        ("The army chief of a small country said that Qatar won.", "unknown"),
        ("Pakistani officials said that Qatar won.", "pakistan"),
        ("Islamabad said that Qatar won.", "pakistan"),
        ("In Islamabad, a trader said that Qatar won.", "unknown"),
        ("The State Department spokesperson said that Qatar won.", "state-department"),
    ],
)
def test_titles_capitals_and_demonyms(text: str, holder: str) -> None:
    assert [held for actor, held in holders(text) if actor in {"india", "qatar"}][-1] == holder


def test_two_leaders_are_both_and_so_no_one_holder() -> None:
    for words in ("The two leaders", "Both leaders", "Both", "The two"):
        last = held(f"Shehbaz Sharif telephoned Marco Rubio. {words} said that India had agreed.")[-1]
        assert last == ("unknown", "Shehbaz Sharif and Marco Rubio", "unknown")
    assert held("Both leaders said that India had agreed.") == [("unknown", "two speakers", "unknown")]
    three = "Ishaq Dar, Shehbaz Sharif and Marco Rubio met. Both leaders said that India had agreed."
    assert held(three)[-1] == ("unknown", "two speakers", "unknown")


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("Mrs Hale spoke.", "she"),
        ("Sir Tom Hale spoke.", "he"),
        ("Tom Hale, a father of two, spoke.", "he"),
        ("Ana Hale lost her shop. Hale kept her nerve.", "she"),
        ("Hale told Rosa Finch that her shop was safe.", None),
        ("Hale kept his hat. Hale kept her hat.", None),
        ("Rosa Finch blamed Hale for what she saw.", None),
        ("Nobody by that name.", None),
        ("", None),
    ],
)
def test_gender_is_what_the_article_shows(text: str, gender: str | None) -> None:
    assert gender_of(text, "Tom Hale") == gender
    assert gender_of(text, "") is None


def guild_registry() -> ActorRegistry:
    return parse_registry(
        {
            "actors": [
                {"id": "rook", "name": "Tomas Rook", "kind": "person"},
                {"id": "hale", "name": "Ana Hale", "kind": "person"},
                {"id": "guild", "name": "Dockers' Guild", "kind": "organisation"},
            ]
        }
    )


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("The Dockers’ Guild said Rook had lied.", "guild"),
        ("The Dockers' Guild said Rook had lied.", "guild"),
        ("“Rook lied,” said the Dockers’ Guild.", "guild"),
        ("The Kurdistan Workers' Party said Rook had lied.", "Kurdistan Workers' Party"),
        ("‘Liar’ was the word. But the Dockers’ Guild said Rook had lied.", "guild"),
        # no possessive: the mark closes a quotation
        ("‘Rook lied to voters’ Hale said.", "hale"),
        ("‘Rook lied to the Dockers’ Hale said.", "hale"),
        ("“He told us: ‘Rook lied to the Dockers’ Hale said.”", "hale"),
    ],
)
def test_a_plural_possessive_stays_within_the_speakers_name(text: str, holder: str) -> None:
    held = {m["actor"]: m["holder"] for m in annotate(text, guild_registry()).mentions.rows()}
    assert held["rook"] == holder


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rook lied, said Bob Lee. Bob Lee said Rook stole.", ["Bob Lee", "Bob Lee"]),
        ("“Rook lied,” said Sen. Lee.", ["Lee"]),
        ("“He told us: Rook lied, said Bob Lee.”", ["Bob Lee"]),
        # the stop of an abbreviation stays
        ("Rook lied, said Bob Lee Jr.\n\nBob Lee Jr. said Rook stole.", ["Bob Lee Jr.", "Bob Lee Jr."]),
    ],
)
def test_the_full_stop_of_a_sentence_is_no_part_of_a_short_surname(text: str, names: list[str]) -> None:
    """Else one speaker would come out as two."""
    assert [m["holder"] for m in annotate(text, guild_registry()).mentions.rows()] == names
