"""Which words mean which actor: longest match, case, capitals, demonyms, compounds, surnames, titles, ambiguity."""

from __future__ import annotations

import pytest
from annotation import annotate, found, mentions

from tenor.features.gazetteer import split_words
from tenor.features.registry import ActorRegistry, parse_registry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pakistan's army chief, Asim Munir, ate lunch.", [("Pakistan", "pakistan"), ("Asim Munir", "munir")]),
        ("The US told us to wait. They told US forces too.", [("US", "united-states"), ("US", "united-states")]),
        ("Let us go.", []),
        ("Tehreek-e-Taliban Pakistan struck.", [("Tehreek-e-Taliban Pakistan", "ttp")]),
        (
            "The Pakistan Crypto Council and Pakistan signed.",
            [("Pakistan Crypto Council", "pakistan-crypto-council"), ("Pakistan", "pakistan")],
        ),
        ("TRUMP MEETS MUNIR. Asim Munir smiled.", [("TRUMP", "trump"), ("MUNIR", "munir"), ("Asim Munir", "munir")]),
        ("Mohammad Ishaq Dar and Donald J. Trump met.", [("Mohammad Ishaq Dar", "dar"), ("Donald J. Trump", "trump")]),
        (
            "The Trump administration and Trump differ.",
            [("Trump administration", "trump-administration"), ("Trump", "trump")],
        ),
        (
            "The Quad, the SCO, CENTCOM, the IMF, PTI and CPEC.",
            [
                ("Quad", "quad"),
                ("SCO", "sco"),
                ("CENTCOM", "centcom"),
                ("IMF", "imf"),
                ("PTI", "pti"),
                ("CPEC", "cpec"),
            ],
        ),
    ],
)
def test_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "relational", "plain"),
    [
        ("Pak-US ties are warm.", {"pakistan", "united-states"}, set()),
        ("The US-Pakistan relationship is old.", {"pakistan", "united-states"}, set()),
        ("Pakistan–India tensions rose.", {"pakistan", "india"}, set()),
        ("A Pak-U.S. deal was struck.", {"pakistan", "united-states"}, set()),
        ("The Islamabad-Washington channel opened.", {"pakistan", "united-states"}, set()),
        ("Pakistan-based militants struck.", {"pakistan"}, set()),
        ("A pro-Pakistan crowd cheered.", {"pakistan"}, set()),
        ("The Israel-Hamas war goes on.", {"israel"}, set()),
        ("The US State Department agreed.", {"united-states"}, {"state-department"}),
        ("US Secretary of State Marco Rubio spoke.", {"united-states"}, {"rubio"}),
        ("A US-led effort failed.", set(), {"united-states"}),
        ("Relief came—Pakistan included.", set(), {"pakistan"}),
    ],
)
def test_compounds_name_a_relation(text: str, relational: set[str], plain: set[str]) -> None:
    rows = mentions(text)
    assert {m["actor"] for m in rows if m["relational"]} == relational
    assert {m["actor"] for m in rows if not m["relational"]} == plain


@pytest.mark.parametrize(
    "text",
    [
        "Islamabad denied it.",
        "A note reached New Delhi's ministers.",
        "Relations between Washington and Tehran froze.",
        "He has little trust in Washington.",
        "Beijing arms its friends.",
        "The offer to Islamabad stands.",
    ],
)
def test_capitals_stand_for_governments(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "They met in Islamabad.",
        "[Islamabad] The talks began.",
        "ISLAMABAD: The talks began.",
        "Islamabad (TDI): The talks began.",
        "WASHINGTON — The talks began.",
        "An Islamabad-based analyst spoke.",
        "He flew to Washington on Monday.",
        "The Washington Post wrote it.",
        "The Islamabad High Court ruled.",
        "Talks in Lahore and Islamabad failed.",
        "Crowds filled the streets of Tehran.",
        "He lives in Washington, D.C.",
        "He spoke in both Washington and New Delhi.",
    ],
)
def test_capitals_that_are_places(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Pakistani forces advanced.", ["pakistan"]),
        ("Indian strikes killed civilians.", ["india"]),
        ("American military aid stopped.", ["united-states"]),
        ("Indian and Pakistani officials met.", ["india", "pakistan"]),
        ("American businesses invest.", []),
        ("The Indian Ocean is wide.", []),
        ("The Pakistani diaspora voted.", []),
        ("An American tourist smiled.", []),
        ("Americans and Indians travel.", []),
        ("He speaks Chinese.", []),
    ],
)
def test_demonyms_stand_for_the_state_only_before_nouns_of_state(text: str, actors: list[str]) -> None:
    assert [actor for _, actor in found(text)] == actors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The American president smiled.", [("American president", "trump")]),
        ("Pakistan's prime minister spoke.", [("Pakistan", "pakistan"), ("prime minister", "shehbaz-sharif")]),
        ("The Indian prime minister spoke.", [("Indian prime minister", "modi")]),
        ("The Iranian president spoke.", []),
        ("Asim Munir came. The army chief smiled.", [("Asim Munir", "munir"), ("army chief", "munir")]),
        ("The army chief smiled.", []),
        ("Ishaq Dar, the foreign minister, left.", [("Ishaq Dar", "dar")]),
        ("Narendra Modi spoke. The prime minister smiled.", [("Narendra Modi", "modi"), ("prime minister", "modi")]),
        ("Donald Trump left. The president of France stayed.", [("Donald Trump", "trump")]),
        ("Donald Trump left. President Xi stayed.", [("Donald Trump", "trump")]),
        ("Donald Trump left. The former president of his club stayed.", [("Donald Trump", "trump")]),
        ("Word from the Prime Minister's Office came.", [("Prime Minister's Office", "pakistan")]),
    ],
)
def test_titles(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asim Munir came. Munir ate.", [("Asim Munir", "munir"), ("Munir", "munir")]),
        (
            "Rubio, Munir meet. Asim Munir saw Marco Rubio.",
            [("Rubio", "rubio"), ("Munir", "munir"), ("Asim Munir", "munir"), ("Marco Rubio", "rubio")],
        ),
        ("Melania Trump waved. Ivanka Trump too.", []),
        ("When Trump spoke, President Trump smiled.", [("Trump", "trump"), ("Trump", "trump")]),
        ("Trump Tower and the Trump Organization stand. Donald Trump Jr. left.", []),
        ("He went to Dar es Salaam.", [("Dar", "dar")][:0]),
        ("Khan spoke.", []),
        ("Imran Khan is jailed. Khan is ill.", [("Imran Khan", "imran-khan"), ("Khan", "imran-khan")]),
        ("Azeem Khalid spoke of Imran Khan.", [("Imran Khan", "imran-khan")]),
    ],
)
def test_surnames(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_ambiguous_surnames_are_flagged_with_their_candidates() -> None:
    rows = mentions("Nawaz Sharif met Shehbaz Sharif. Sharif smiled. Prime Minister Sharif left.")
    assert [(m["actor"], m["ambiguous"]) for m in rows[:2]] == [("nawaz-sharif", False), ("shehbaz-sharif", False)]
    assert rows[2]["ambiguous"]
    assert set(rows[2]["candidates"].split()) == {"nawaz-sharif", "shehbaz-sharif"}
    assert (rows[3]["actor"], rows[3]["ambiguous"]) == ("shehbaz-sharif", False)


def test_a_namesake_outside_the_registry_makes_a_surname_ambiguous() -> None:
    rows = mentions("Imran Khan is jailed. Adnan Khan visited. Khan wept.")
    assert [(m["mention"], m["ambiguous"]) for m in rows] == [("Imran Khan", False), ("Khan", True)]
    rows = mentions("Adnan Khan visited Imran Khan in jail. Khan wept.")
    assert [(m["mention"], m["ambiguous"]) for m in rows] == [("Imran Khan", False), ("Khan", False)]


def test_context_rules_of_an_alias() -> None:
    registry = parse_registry(
        {
            "actors": [
                {"id": "g", "name": "Georgia", "aliases": [{"text": "the Peach", "after": "State"}]},
                {
                    "id": "w",
                    "name": "Who",
                    "aliases": [{"text": "who", "case_sensitive": False, "before": ["the"], "not_after": ["knows"]}],
                },
            ]
        }
    )
    assert found("the Peach State and the Peach pie", registry) == [("the Peach", "g")]
    assert found("Ask the WHO, not those who knows. The who knows.", registry) == [("WHO", "w")]


def test_offsets_are_exact_and_within_the_sentence() -> None:
    text = "Pakistan’s Dar met “Rubio”.\n\nMarco Rubio — the US’s envoy — praised Islamabad; Trump’s team didn’t."
    out = annotate(text)
    spans = {s["sentence_id"]: (s["start"], s["end"]) for s in out.sentences.rows()}
    rows = out.mentions.rows()
    assert len(rows) >= 6
    for m in rows:
        assert text[m["start"] : m["end"]] == m["mention"]
        start, end = spans[m["sentence_id"]]
        assert start <= m["start"] < m["end"] <= end
        assert m["mention_id"] == f"a:{m['start']}:{m['end']}:{m['actor']}"


def test_a_registry_of_bare_names_works() -> None:
    registry = parse_registry(
        {"actors": [{"id": "c", "name": "Hillary Clinton"}, {"id": "t", "name": "Donald Trump", "kind": "person"}]}
    )
    text = "Hillary Clinton met Donald Trump. Clinton left before Mr. Trump."
    assert [actor for _, actor in found(text, registry)] == ["c", "t", "c", "t"]


def test_the_two_leaders_are_a_mention_of_each() -> None:
    registry = parse_registry(
        {
            "actors": [
                {"id": i, "name": n, "kind": "person"}
                for i, n in (("h", "Ana Hale"), ("o", "Ben Okafor"), ("z", "Cy Zed"))
            ]
        }
    )

    def pairs(text: str) -> list[str]:
        return [m["actor"] for m in mentions(text, registry) if m["rule"] == "pair"]

    assert pairs("Ana Hale met Ben Okafor. The two leaders praised the deal.") == ["h", "o"]
    assert pairs("Ana Hale met Ben Okafor. Both leaders praised the deal.") == ["h", "o"]
    assert pairs("Ana Hale spoke. The two leaders praised the deal.") == []  # one of them is nobody we know
    assert pairs("Ana Hale met Ben Okafor and Cy Zed. The two leaders praised the deal.") == []  # which two?
    assert pairs("Ana Hale met Ben Okafor. It rained. It rained. The two leaders praised the deal.") == []


_VARIANTS = parse_registry(
    {
        "actors": [
            {"id": "m", "name": "McDonald's", "kind": "organisation"},
            {"id": "c", "name": "Ana Hale", "kind": "person", "titles": ["chief executive"], "parent": "m"},
            {
                "id": "g",
                "name": "Guinea-Bissau",
                "kind": "state",
                "aliases": [{"text": "U-Landish", "role": "demonym"}],
            },
            {"id": "p", "name": "Ben Okafor", "kind": "person", "titles": ["president"], "parent": "g"},
            {"id": "u", "name": "New  Varna", "kind": "state"},
            {"id": "q", "name": "Cy Zed", "kind": "person", "titles": ["president"], "parent": "u"},
        ]
    }
)


@pytest.mark.parametrize(
    ("form", "title", "state", "bearer"),
    [
        ("McDonald's", "chief executive", "m", "c"),
        ("McDonald’s", "chief executive", "m", "c"),
        ("Guinea-Bissau", "president", "g", "p"),
        ("Guinea‑Bissau", "president", "g", "p"),
        ("Guinea–Bissau", "president", "g", "p"),
        ("New Varna", "president", "u", "q"),
        ("New \t Varna", "president", "u", "q"),
        ("New\xa0Varna", "president", "u", "q"),
    ],
)
def test_an_owner_before_a_title_is_known_however_it_is_printed(form: str, title: str, state: str, bearer: str) -> None:
    """Curly apostrophes, other hyphens and other blanks than the registry's: the same actors, at the text's spans."""
    assert found(f"The {form} {title} spoke.", _VARIANTS) == [(f"{form} {title}", bearer)]
    assert found(f"The former {form} {title} spoke.", _VARIANTS) == [(form, f"~{state}")]
    text = f"Rain fell. A {form} {title} Dee Umber spoke."  # somebody else's office
    (only,) = mentions(text, _VARIANTS)
    assert (text[only["start"] : only["end"]], only["actor"]) == (form, state)


def test_a_demonym_before_somebody_elses_title_is_no_mention_however_it_is_printed() -> None:
    for form in ("U-Landish", "U‑Landish"):
        assert found(f"The {form} president spoke.", _VARIANTS) == [(f"{form} president", "p")]
        assert found(f"The former {form} president spoke.", _VARIANTS) == []


def test_names_that_begin_with_a_symbol() -> None:
    """They are found with their symbol, at a word's start, and never overlap what stands before."""
    registry = parse_registry(
        {
            "actors": [
                {"id": "j", "name": "Joe Doe", "kind": "person", "aliases": ["@JoeDoe", "JD"]},
                {"id": "m", "name": "#MeToo", "kind": "organisation"},
                {"id": "t", "name": "Tesla", "kind": "organisation", "aliases": ["$TSLA", "TSLA"]},
                {"id": "s", "name": "Sign @", "kind": "organisation", "aliases": ["(«Ev» Group)"]},
            ]
        }
    )
    text = "#MeToo rose. Follow @JoeDoe on $TSLA and TSLA.\n\n“#METOO,” @JoeDoe wrote; (@JoeDoe) #MeToo."
    assert found(text, registry) == [
        ("#MeToo", "m"),
        ("@JoeDoe", "j"),
        ("$TSLA", "t"),
        ("TSLA", "t"),
        ("#METOO", "m"),
        ("@JoeDoe", "j"),
        ("@JoeDoe", "j"),
        ("#MeToo", "m"),
    ]
    assert all(text[m["start"] : m["end"]] == m["mention"] for m in mentions(text, registry))
    assert found("Ask ana@JoeDoe, MeToo or JoeDoe, or US$TSLA1.", registry) == []
    assert found("JoeDoe", registry) == found("@", registry) == found("", registry) == []
    assert found("The («Ev» Group) grew. @JoeDoe@JoeDoe", registry) == [("(«Ev» Group)", "s"), ("@JoeDoe", "j")]


def small_registry() -> ActorRegistry:
    return parse_registry(
        {
            "actors": [
                {"id": "rook", "name": "Tomas Rook", "kind": "person"},
                {"id": "fed", "name": "Federal Bank", "aliases": ["the Fed"], "kind": "organisation"},
            ]
        }
    )


@pytest.mark.parametrize(
    "opener",
    sorted(
        split_words(
            """Did Has Is Would Won't Unlike Like Neither Either Yesterday Today Against Behind Between Whether Unless
            Thank Blame Ask Dear Poor Never Besides Given Under Rival Veteran Lawmaker Activist"""
        )
    ),
)
def test_a_word_that_opens_a_sentence_is_nobodys_first_name(opener: str) -> None:
    """It would hide the mention behind it, and make a namesake of which every later surname could be one."""
    text = f"Tomas Rook spoke at noon. {opener} Rook of the harbour. The owners called Rook a liar."
    assert [actor for _, actor in found(text, small_registry())] == ["rook", "rook", "rook"]


@pytest.mark.parametrize("first", ["Will", "Mark", "Grace", "Hope", "May", "Can", "Janet"])
def test_a_first_name_that_opens_a_sentence_is_somebody_elses(first: str) -> None:
    text = f"Tomas Rook spoke at noon. {first} Rook came late. The owners called Rook a liar."
    assert [actor for _, actor in found(text, small_registry())] == ["rook", "?rook"]


@pytest.mark.parametrize("asked", ["Will", "Can", "May"])
def test_an_auxiliary_that_opens_a_question_is_no_first_name(asked: str) -> None:
    text = f"Tomas Rook spoke at noon. {asked} Rook hold the harbour? The owners called Rook a liar."
    assert [actor for _, actor in found(text, small_registry())] == ["rook", "rook", "rook"]


def test_an_opener_that_the_article_also_writes_small_makes_no_namesake() -> None:
    """It may be a common word, so that a later surname stays beyond doubt."""
    text = "Tomas Rook spoke at noon. Bakers Rook knew had fled. The bakers said that Rook lied."
    assert [actor for _, actor in found(text, small_registry())] == ["rook", "rook"]
    within = "Tomas Rook met Baker Rook. The baker said that Rook lied."
    assert [actor for _, actor in found(within, small_registry())] == ["rook", "?rook"]


def test_an_alias_with_a_small_article_is_found_where_it_opens_a_sentence() -> None:
    text = "The Fed praised Tomas Rook. He thanked the Fed. The fed cat slept."
    assert [name for name, _ in found(text, small_registry())] == ["The Fed", "Tomas Rook", "the Fed"]
