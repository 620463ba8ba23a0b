"""Frames beside verbs of speech: "in Hale's view", "the Varnan charge that …", "Hale's praise of …", "reportedly"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tenor.features.gazetteer import split_words
from tenor.features.sentences import Span
from tenor.features.speech import DETERMINERS


@dataclass(frozen=True)
class Frame:
    """``content`` held by ``source`` through ``cue``; with ``source`` equal to ``cue`` nobody is named."""

    content: Span
    source: Span
    cue: Span
    rule: str


# Lengths are bounded throughout, so that a hostile run of capitals is read in linear time.
_NAME = r"[A-Z][\w’'-]{0,40}?(?: (?:[A-Z][\w-]{0,40}|of|bin|al|de|the)){0,6}"
_OWNER = rf"(?P<owner>(?:[Tt]he )?{_NAME}(?=['’]s?\b|['’] )|[Hh]is|[Hh]er|[Tt]heir)(?:['’]s?)?"
_VIEW = re.compile(
    rf"\b(?P<cue>(?:[Ii]n|[Tt]o|[Bb]y) {_OWNER} (?:own |considered )?"
    r"(?:view|opinion|judge?ment|telling|account|words|eyes|mind|estimation|reading|reckoning))\b(?P<comma>,?)"
)
_CHARGES = (
    r"(?:claims?|assertions?|allegations?|accusations?|charges?|contentions?|insistence|complaints?|warnings?|"
    r"suggestions?|arguments?|predictions?|conclusions?|convictions?|beliefs?|fears?|hopes?|views?|verdicts?)"
)
_CHARGE = re.compile(
    rf"\b(?:{_OWNER}|(?:[Tt]he|[Aa]n?|[Aa]ny|[Tt]his) (?P<people>[A-Z][a-z]{{1,20}}(?:n|sh|se|i|ic|ch))) "
    rf"(?:[a-z-]{{2,20}} ){{0,2}}?(?P<cue>{_CHARGES}) that "
)
_UNOWNED = re.compile(
    r"(?:^|(?<=, )|(?<= ))(?P<cue>(?:claims|allegations|accusations|rumours|rumors|whispers) (?:that|of)) (?=[A-Z])"
)
_TALK = re.compile(
    r"\b(?P<owner>[Tt]he (?:clamou?r|talk|consensus|whisper|rumou?r|complaint|fear|hope|view|feeling|verdict|worry|"
    r"word|mood)(?: [a-z]{1,20})?(?: [A-Z][\w-]{0,40}){0,3}) (?P<cue>is|was|has been) that "
)
_PRAISES = (
    r"(?:nomination|endorsement|praise|criticism|condemnation|denunciation|admiration|contempt|disdain|scorn|ridicule|"
    r"mockery|gratitude|thanks|tribute|warmth|hostility|affection|respect|distrust|mistrust|dislike|appreciation)"
)
_PRAISE = re.compile(
    rf"{_OWNER} (?:[\w-]{{1,30}} ){{0,2}}?(?P<cue>{_PRAISES}) (?:of|for|to|toward|towards|against|at) "
    r"(?P<object>[^,;.—\n]{1,200})"
)
_REPORTED = re.compile(r"\b(?P<cue>[Rr]eportedly|[Aa]llegedly|[Pp]urportedly)\b")
_PHRASE_END = re.compile(r"[,;.—]| and ")
_CLAUSE_BREAK = re.compile(r"[,;—]\s+(?:and |but |while )?|\b(?:that|when|while|because) ")
# Verbs whose second word makes them a judgement; group 1 is what stands between.
EXPRESSED = re.compile(
    r"\s+(?:(?:his|her|its|their|deep|warm|sincere|special|personal|great|strong|some|both|public|the|government|s)['’]?\s+){0,3}"
    r"(?:gratitude|thanks|appreciation|admiration|tribute|regret|support|disappointment|contempt|praise|scorn)\s+"
    r"(?:and\s+\w+\s+)?(?:for|to|of|at|with|on)\b"
)
PUT_FORWARD = re.compile(r"(?=\s+[^,;.“”\"]{1,60}?\sforward\b)")
PLAYED_DOWN = re.compile(r"\s+down\b")
SEEN_AS = re.compile(  # only of a name: "prices rise as Hale waits" is no view of prices
    r"(?=\s+(?:[Tt]he\s+)?[A-Z][\w’'.-]{0,40}(?:\s+(?:of|and|the|[A-Z][\w’'.-]{0,40})){0,6}(?:\s+[a-z]{3,20})?\s+as\s)"
)
# First word of such a verb -> what must follow it; the match ends where the object begins.
PHRASAL = {
    **dict.fromkeys(
        split_words("express expresses expressed expressing voiced voices convey conveys conveyed paid pays offered"),
        EXPRESSED,
    ),
    **dict.fromkeys(split_words("put puts putting"), PUT_FORWARD),
    **dict.fromkeys(split_words("play plays played playing"), PLAYED_DOWN),
    **dict.fromkeys(split_words("see sees saw view views viewed regard regards regarded"), SEEN_AS),
}


def frames_of(text: str, start: int, end: int) -> Iterator[Frame]:
    """Frames that stand in ``text[start:end]``, a sentence outside its quotations or the inside of one of them.

    Time is linear in the stretch. An empty stretch has none.
    """
    yield from _views(text, start, end)
    for match in _CHARGE.finditer(text, start, end):
        owner = "owner" if match.group("owner") else "people"
        if text[start : match.start(owner)].strip(' “"'):  # as a subject ("His claim that … fell") its end is unclear
            yield Frame(
                Span(match.end(), _stop(text, match.end(), end)), _at(match, owner), _at(match, "cue"), "according"
            )
    for match in _TALK.finditer(text, start, end):
        yield Frame(
            Span(match.end(), _stop(text, match.end(), end)), _at(match, "owner"), _at(match, "cue"), "according"
        )
    for match in _UNOWNED.finditer(text, start, end):
        stop = _PHRASE_END.search(text, match.end(), end)
        cue = _at(match, "cue")
        before = text[max(start, cue.start - 20) : cue.start].split()
        if before and before[-1].lower() in DETERMINERS:
            continue  # "the claims of Varna": somebody's, and he is not named here
        yield Frame(Span(match.end(), stop.start() if stop else end), cue, cue, "according")
    for match in _PRAISE.finditer(text, start, end):
        yield Frame(_at(match, "object"), _at(match, "owner"), _at(match, "cue"), "judgement")
    for match in _REPORTED.finditer(text, start, end):
        cue = _at(match, "cue")
        yield Frame(Span(_clause_start(text, start, cue.start), cue.start), cue, cue, "according")
        yield Frame(Span(cue.end + 1, _stop(text, cue.end, end)), cue, cue, "according")


def _views(text: str, start: int, end: int) -> Iterator[Frame]:
    for match in _VIEW.finditer(text, start, end):
        source, cue = _at(match, "owner"), _at(match, "cue")
        before = text[start : match.start()].rstrip()
        if before and before[-1:] not in {",", "—", "–", ";", ":"}:
            continue  # "which in their eyes": too deep to say what it covers
        if before[-1:] == ",":
            yield Frame(Span(start, start + len(before) - 1), source, cue, "according")
        after = match.end() + (text[match.end() : match.end() + 1] == " ")
        yield Frame(Span(after, _stop(text, after, end)), source, cue, "according")


def _at(match: re.Match[str], group: str) -> Span:
    return Span(*match.span(group))


def _stop(text: str, start: int, end: int) -> int:
    """The end of what is said: a semicolon, or the stretch's end without its stop."""
    semicolon = text.find(";", start, end)
    stop = semicolon if semicolon >= 0 else end
    while stop > start and text[stop - 1] in ".,;: \n":
        stop -= 1
    return stop


def _clause_start(text: str, start: int, at: int) -> int:
    """Where the clause about ``at`` begins: behind the last comma or conjunction before it."""
    breaks = [
        m.end()
        for m in re.compile(r"[,;—]\s+(?:and |but |while )?|\b(?:that|when|while|because) ").finditer(text, start, at)
    ]
    return breaks[-1] if breaks else start
