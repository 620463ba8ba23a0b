"""What stands around a name: whether a capital is a place, a demonym the state, a surname somebody else's."""

from __future__ import annotations

import re

from tenor.features.gazetteer import (
    BOND_NOUNS,
    HONORIFICS,
    MOVEMENT_WORDS,
    NAMESAKE_NOUNS,
    PEOPLE_NOUNS,
    PLACE_FOLLOWERS,
    PLACE_HEADS,
    PLACE_PREPOSITIONS,
    STATE_NOUNS,
    split_words,
)
from tenor.features.sentences import STARTERS

_REACH = 90  # characters looked at on either side
_WORD = re.compile(r"[\w’'-]+")
_FOLLOWING = re.compile(r"[ \xa0]+([\w’'-]+)(?:[ \xa0]+([\w’'-]+))?(?:[ \xa0]+([\w’'-]+))?(?:[ \xa0]+([\w’'-]+))?")
_PLACES_LISTED = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Aa]cross|[Nn]ear|[Ii]nside|[Oo]utside|[Ff]rom both)[ \xa0]+(?:both[ \xa0]+)?"
    r"[A-Z][\w-]*(?: [A-Z][\w-]*)?"
    r"(?:,[ \xa0]+[A-Z][\w-]*(?: [A-Z][\w-]*)?){0,4},?[ \xa0]+(?:and|or|,)[ \xa0]+$"
)
_DATELINE_AFTER = re.compile(
    r"\]|(?:,[ \xa0]+[A-Z][\w. ]{1,20})?(?:[ \xa0]*[/(][^)\n]{1,30}\)?)?[ \xa0]*(?::|—|–|--|-[ \xa0])"
)
_CAPITALISED = re.compile(r"[ \xa0]+([A-Z][\w’'-]*)")
_BEFORE_CAPITAL = re.compile(r"(?:^|[^\w’'])([A-Z][\w’'.-]*)[ \xa0]+$")
# Opening a sentence these are nobody's first name: function words, auxiliaries, imperatives, roles and epithets.
_NO_FIRST_NAMES = split_words(
    """about above across again against almost along alongside already always amid amidst among amongst any around
    below beneath beside besides between beyond behind down elsewhere else ever except far first second third four
    five six hence inside into less lest like likewise maybe more much near neither either never nevertheless
    nonetheless nothing off often onto opposite otherwise out outside over past per quite rather round save
    sometimes somehow soon such than therefore through throughout thus till today tomorrow tonight too toward
    towards under underneath unless unlike up upon versus via whatever whenever whereas wherever whether which
    whichever whoever whom whose yesterday yes
    am is isn't are aren't was wasn't were weren't be been has hasn't have haven't had hadn't do don't does doesn't
    did didn't would wouldn't could couldn't should shouldn't shall might must mustn't won't can't cannot let let's
    ask beware blame believe call compare consider expect fire follow forget forgive give given granted ignore
    imagine keep leave listen make meet never pity put recall remember replace see stop take tell thank thanks watch
    angry bold brave dear fresh little lucky mere new old poor proud
    activist billionaire broadcaster campaigner challenger colleague columnist commentator conservative correspondent
    critic dictator diplomat dissident economist engineer ex fellow former fugitive hardliner historian incumbent
    journalist lawmaker lawyer legislator liberal mediator millionaire moderate nationalist negotiator newcomer
    novelist opponent outsider politician populist reporter researcher rival scholar scientist separatist socialist
    statesman strategist strongman supporter veteran"""
)
_ASKING = split_words("will can may")  # names too, but where they ask a question
_QUESTION = re.compile(r"\S{1,60}[ \xa0]+\w[^.!?\n]{0,300}\?")
_VERBS_OF_PLACE = split_words("reached visiting visited leaving left leave")
_WEEKDAYS = split_words("""Monday Tuesday Wednesday Thursday Friday Saturday Sunday""")
# Who blames those that a state shelters charges the state.
_CHARGING = re.compile(
    r"\b(?:blam(?:e|es|ed|ing)|accus(?:e|es|ed|ing)|condemn(?:s|ed|ing)?|denounc(?:e|es|ed|ing)|fault(?:s|ed|ing)?|"
    r"implicat(?:e|es|ed|ing))\s+(?:the\s+)?$"
)
_CONDUCT = split_words(
    """led backed brokered mediated sponsored funded financed owned built supplied imposed ordered sanctioned hosted
    drafted proposed supported designated negotiated facilitated trained armed run made"""
)


def standing_before(text: str, start: int, phrases: tuple[str, ...]) -> bool:
    """Whether one of ``phrases`` stands right before ``start`` (any case, blanks and opening marks between)."""
    left = text[max(0, start - _REACH) : start].rstrip(' \xa0\n\t("“‘').casefold()
    return any(
        left.endswith(phrase) and not left[: -len(phrase)][-1:].isalnum()
        for phrase in (" ".join(p.casefold().split()) for p in phrases)
    )


def standing_after(text: str, end: int, phrases: tuple[str, ...]) -> bool:
    """Whether one of ``phrases`` stands right after ``end`` (any case, a possessive or hyphen between)."""
    right = re.sub(r"^(?:['’]s?)?[ \xa0\n\t-]*", "", text[end : end + _REACH]).casefold()
    return any(
        right.startswith(phrase) and not right[len(phrase) : len(phrase) + 1].isalnum()
        for phrase in (" ".join(p.casefold().split()) for p in phrases)
    )


def is_state_demonym(text: str, end: int) -> bool:
    """Whether the demonym that ends at ``end`` stands for its state.

    It does before a noun of state; an adjective or a further demonym ("Indian and Pakistani officials") may stand
    between.
    """
    match = _FOLLOWING.match(text, end)
    if match is None:
        return False
    words = [word.casefold().removesuffix("'s").removesuffix("’s") for word in match.groups() if word]
    if words[0] in {"and", "or"}:  # the noun stands behind the second demonym
        if len(words) < 3 or not match.group(2)[0].isupper():
            return False
        words = words[2:]
    pair = " ".join(words[:2])
    if pair in PEOPLE_NOUNS or words[0] in PEOPLE_NOUNS:
        return False
    if pair in STATE_NOUNS or words[0] in STATE_NOUNS:
        return not (len(words) > 1 and words[0] in {"government", "military"} and words[1] in PEOPLE_NOUNS)
    verbish = words[0].endswith(("ed", "s", "ly")) or words[0] in STARTERS
    return len(words) > 1 and not verbish and words[1] in STATE_NOUNS


def is_place(text: str, start: int, end: int, paragraph_start: bool) -> bool:
    """Whether the capital at ``[start, end)`` is a city here, not its government."""
    left = text[max(0, start - _REACH) : start]
    right = text[end : end + _REACH]
    if paragraph_start and _DATELINE_AFTER.match(right):
        return True
    if right[:1] == "-" and re.match(r"-(?:based|born|bred|area|bound|wide|datelined|educated|trained)\b", right):
        return True
    if re.match(r",[ \xa0]+(?:D\.?C|Pakistan|India|Iran|China|Texas|Va|Md)\b|[ \xa0]+D\.?C\b", right):
        return True
    following = _CAPITALISED.match(right)
    if following and not _is_headline(text, start) and following.group(1) not in _WEEKDAYS:
        return True  # "Islamabad High Court", "Washington Post"
    after = _FOLLOWING.match(right)
    if after and after.group(1).casefold() in PLACE_FOLLOWERS:
        return True
    if left.endswith(tuple("\n [(")) and re.search(r"[\[(]$", left.rstrip(" ")):
        return right.startswith(("]", ")"))
    words = [word.casefold() for word in _WORD.findall(left)]
    if not words or (not left.rstrip(" \xa0\n").endswith(words[-1][-1:]) and left.rstrip()[-1:] not in '“‘"'):
        last = ""
    else:
        last = words[-1]
    if _PLACES_LISTED.search(left):
        return True
    if left.rstrip(" \xa0\n")[-1:] in {",", "."} and words and words[-1] == "capital":
        return True
    if not last or not left[-1:].isspace():
        return False
    if last == "both" and len(words) > 1:
        words = words[:-1]
        last = words[-1]
    if last in _VERBS_OF_PLACE and right[:1] in {"'", "’"}:
        return False  # "a note reached New Delhi's ministers"
    if last in PLACE_PREPOSITIONS:
        return not (last in {"in", "inside"} and len(words) > 1 and words[-2] in BOND_NOUNS)
    if last in {"to", "from", "for", "towards", "toward", "through"}:
        return bool(MOVEMENT_WORDS & set(words[-5:-1]))
    if last == "of":
        return len(words) > 1 and words[-2] in PLACE_HEADS
    return last == "capital"


def _is_headline(text: str, at: int) -> bool:
    """Whether the line at ``at`` is in title case, where capitals tell nothing."""
    low = max(text.rfind("\n", 0, at) + 1, at - 150)
    high = text.find("\n", at, at + 150)
    line = text[low : high if high >= 0 else at + 150]
    if line.rstrip()[-1:] in {".", ",", "”"} or len(line) >= 300:
        return False
    words = [word for word in _WORD.findall(line) if len(word) > 3]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def first_name_before(text: str, start: int, sentence_starts: frozenset[int]) -> tuple[str, bool] | None:
    """The capitalised word before a surname that makes it somebody's full name, if there is one.

    With it whether it opens a sentence or quotation, where any word has a capital.
    """
    match = _BEFORE_CAPITAL.search(text[max(0, start - 40) : start])
    if match is None:
        return None
    word = match.group(1)
    at = start - (len(match.group(0)) - (match.start(1) - match.start()))
    bare = word.rstrip(".")
    if bare in HONORIFICS or bare.endswith(("’s", "'s", "’", "'")) or (len(bare) > 1 and bare.isupper()):
        return None
    if word.endswith(".") and len(bare) > 1:
        return None
    opens = at in sentence_starts or text[at - 1 : at] in {"“", '"', "‘", "(", "—", ":"} or at - 1 in sentence_starts
    if opens and (bare.casefold().replace("’", "'") in _NO_FIRST_NAMES or bare.endswith(("ing", "ly", "ed"))):
        return None
    if opens and bare.casefold() in _ASKING and _QUESTION.match(text, start):
        return None
    if bare.casefold() in STARTERS or bare in _WEEKDAYS:
        return None
    return None if _is_headline(text, start) else (word, opens)


def is_namesake(text: str, end: int) -> bool:
    """Whether the words after a surname make another thing of it ("Trump Tower", "Donald Trump Jr.")."""
    match = re.match(r"(?:,[ \xa0]+(?=[JS]r\b)|[ \xa0]+)([A-Z][\w]*)", text[end : end + 40])
    return match is not None and match.group(1) in NAMESAKE_NOUNS


def compound(text: str, start: int, end: int) -> str | None:
    """How a hyphen or dash binds the name; None without one.

    ``relation`` ("Pak-US"), ``modifier`` ("pro-Pakistan"), ``conduct`` ("US-led"), ``charged`` ("India blamed
    Pakistan-based militants"). In the last two the state acts or is made answerable: its name stays a tone target.
    """
    right = re.match(r"[-‐‑–/](?=\w)(\w[\w.]*)", text[end : end + 40])
    left = re.search(r"([\w.]*\w\.?)[-‐‑–/]$", text[max(0, start - 40) : start])
    if left and (left.group(1)[:1].isupper() or left.group(1).isupper()):
        return "relation"
    if left and left.group(1).isalpha():
        return "modifier"
    if right is None:
        return None
    if right.group(1)[0].isupper():
        return "relation"
    if right.group(1) == "based" and _CHARGING.search(text[max(0, start - 40) : start]):
        return "charged"
    return "conduct" if right.group(1) in _CONDUCT else "modifier"
