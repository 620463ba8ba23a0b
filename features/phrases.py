"""The noun phrases about a verb, found on capitals and function words: who may have said or judged."""

from __future__ import annotations

import re

from tenor.features.gazetteer import split_words
from tenor.features.sentences import STARTERS
from tenor.features.speech import (
    APPOSITION,
    AUX,
    BASES,
    BE,
    BOUNDARIES,
    DETERMINERS,
    PARTICLES,
    PLURALS,
    PREPOSITIONS,
    PRONOUNS,
    SAYING,
    TIME,
    Token,
)

# No names, though they open sentences with a capital.
OPENERS = STARTERS | split_words(
    """should would could let thank can do does did is are was were might less least formerly recently privately
    publicly officially previously originally initially widely reportedly allegedly apparently long newly"""
)
# Words that look like somebody who speaks, and stand after a name ("said Hale later").
ALONE = split_words("another one some many most others both several none few")
_NOT_SPEAKERS = PREPOSITIONS | BOUNDARIES | AUX | OPENERS | split_words("together rather further recent apparent")
_PEOPLE = """
    critic aide voice member ally friend chief head diplomat clerk nephew niece child boy girl guest priest guard
    witness nurse youth resident protester source expert uncle aunt cousin mother father wife husband daughter son
    colleague general admiral colonel king president official executive conservative progressive liberal operative
    representative rival attorney judge justice host fellow veteran mogul tycoon counsel fan pundit citizen envoy
    hopeful guy countryman neurosurgeon dean prince princess queen star native skeptic sceptic backer insider
    crowd
"""
_BODIES = """
    staff side ministry office embassy government army military team company firm bank council committee newspaper
    paper court party campaign group agency union panel board commission foundation federation chamber outlet
    administration organisation organization leadership coalition community network magazine camp faction
    legislature assembly majority audience couple trio institute think-tank parliament cabinet congress senate
"""
_DOCUMENTS = """
    statement report readout communique communiqué letter paper poll survey editorial article filing lawsuit memo
    email tweet message release affidavit transcript dispatch document cable verdict ruling tally
"""

# Endings of people's trades ("trader", "analyst"), and nouns of people, bodies and documents.
_CAN_SPEAK = re.compile(
    r"(?:[ei]r|or|ist|ian|ant|ent|man|woman|eer|ary|ate|yst|ess|ee)s?$|(?:men|women|people|others|parents|families|"
    r"police|media|press|parties|authorities|families|ministries|embassies|agencies|companies|armies|stud(?:y|ies)|"
    r"children|both|two|some|many|most|everyone|everybody|nobody|none|spokes\w+)$|"
    r"(?:" + "|".join(sorted(split_words(_PEOPLE) | split_words(_BODIES) | split_words(_DOCUMENTS))) + r")s?$"
)


_AFTER_PEOPLE = split_words("familiar close briefed aware involved present close here there")


def can_speak(written: str) -> bool:
    """Whether a phrase with a common noun at its head names somebody, or a document, that can say something."""
    head = re.split(r"\s(?:of|in|from|for|at|on|with|to|by|near|who|within)\s", written.lower())[0].split()
    if len(head) > 1 and head[-1] in _AFTER_PEOPLE:
        head = head[:-1]
    return bool(head) and _CAN_SPEAK.search(head[-1]) is not None


def phrase_before(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The subject that ends right before place ``at``: first and last place of its words, or None.

    ``at`` is one past the phrase's last word. A name after a preposition belongs to a longer phrase ("officials in
    Islamabad"); an apposition between commas is stepped over ("Shabana Fayyaz, former chair of …,").
    """
    j = at - 1
    if j < 0:
        return None
    gap = tokens[at].gap if at < len(tokens) else " "
    if not gap.isspace():
        name = name_start(tokens, j) if gap.strip() == "," and tokens[j].capital else j
        if 1 < name < j and tokens[name].gap.strip() == ",":
            noun = _common_start(tokens, name - 1, name - 1)
            if noun and can_speak(" ".join(t.lower for t in tokens[noun[0] : noun[1] + 1])):
                return (name, j)  # "The broker in charge, Ana Hale, said"
        return _before_apposition(tokens, at) if gap.strip() in {",", ")", "),", "—", "–"} else None
    if tokens[j].lower in PRONOUNS or (tokens[j].lower in ALONE and j == 0 and not tokens[j].gap.strip(" ")):
        return (j, j)
    if tokens[j].capital:
        return phrase_ending(tokens, j)
    verb = tokens[at].lower if at < len(tokens) else ""
    bare = verb in BASES and not tokens[j].lower.endswith("s") and tokens[j].lower not in PLURALS
    if bare:
        phrase = _common_start(tokens, j, j)
        return phrase if phrase and several_people(tokens, *phrase) else None
    if (
        tokens[j].lower in BOUNDARIES
        or tokens[j].lower in PREPOSITIONS
        or tokens[j].lower in DETERMINERS - {"both", "many", "some", "others", "most", "few", "all", "two"}
    ):
        return None
    return _common_start(tokens, j, j)


def several_people(tokens: list[Token], first: int, last: int) -> bool:
    """Whether several people stand before the phrase's first preposition ("people familiar with the plan")."""
    for token in tokens[first : last + 1]:
        if token.lower in PREPOSITIONS:
            break
        if token.lower in PLURALS or (token.lower.endswith("s") and can_speak(token.lower)):
            return True
    return False


def phrase_ending(tokens: list[Token], j: int) -> tuple[int, int] | None:
    """The phrase whose last word is the capitalised one at place ``j``: a name, or a longer phrase that ends in one."""
    first = name_start(tokens, j)
    if first > j:
        return None
    ahead = _to_article(tokens, first)
    if ahead > 0 and tokens[ahead].gap.isspace() and tokens[ahead - 1].lower in PREPOSITIONS:
        return _common_start(tokens, ahead - 2, j)
    return (first, j)


def _to_article(tokens: list[Token], first: int) -> int:
    """The place of "the" before a name and up to two adjectives ("the jailed Ana Hale"), else the name's own."""
    at = first
    while at > 1 and first - at < 3 and tokens[at].gap.isspace():
        at -= 1
        if tokens[at].lower == "the":
            return at
        if tokens[at].capital or not tokens[at].lower.isalpha() or tokens[at].lower in _NOT_SPEAKERS | SAYING:
            break
    return first


def name_end(tokens: list[Token], k: int) -> int:
    """The place of the last word of the name that starts at place ``k`` ("Secretary of State Ana bin Hale")."""
    last = k
    while last + 1 < len(tokens) and tokens[last + 1].gap.isspace():
        after = tokens[last + 1]
        if after.capital and after.text not in TIME and not tokens[last].text.endswith(("’s", "'s")):
            last += 1
        elif (
            after.lower in PARTICLES
            and last + 2 < len(tokens)
            and tokens[last + 2].capital
            and tokens[last + 2].gap.isspace()
        ):
            last += 2
        else:
            break
    return last


def name_start(tokens: list[Token], j: int) -> int:
    first = j
    while first > 0 and tokens[first].gap.isspace():
        before = tokens[first - 1]
        if before.capital:
            first -= 1
        elif before.lower in PARTICLES and first > 1 and tokens[first - 2].capital and tokens[first - 1].gap.isspace():
            first -= 2
        else:
            break
    while first <= j and (tokens[first].lower in OPENERS or tokens[first].text in TIME) and first < j:
        first += 1
    return j + 1 if tokens[first].text in TIME or (first == j and tokens[first].lower in OPENERS) else first


def _common_start(tokens: list[Token], head: int, last: int) -> tuple[int, int] | None:
    """A phrase with a common noun at ``head``, back to its determiner or its clause's start."""
    if head < 0:
        return None
    first = head
    while first > 0 and last - first < 12 and tokens[first].gap.isspace():
        before = tokens[first - 1]
        if tokens[first].lower in DETERMINERS and before.lower not in PREPOSITIONS:
            break
        if before.lower == "to" and first > 1 and tokens[first - 2].lower == "according":
            break
        if before.lower in BOUNDARIES or before.lower in BE or before.lower in AUX:
            break
        if before.lower in SAYING and not before.capital:  # "the State Department's envoy"
            break
        first -= 1
    while first < last and tokens[first].lower in (PREPOSITIONS | BOUNDARIES):
        first += 1
    return (first, last)


def _before_apposition(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The name or noun before the commas that enclose an apposition ending right before ``at``."""
    k = at - 1
    for _ in range(60):
        while k > 0 and not re.search(r"[,(—–]", tokens[k].gap):
            k -= 1
            if re.search(r"[“”\";]", tokens[k + 1].gap):
                return None
        if k <= 0:
            return None
        opener = tokens[k]
        named = tokens[k - 1].capital or tokens[k - 1].lower in PRONOUNS
        if (
            opener.lower in APPOSITION
            or opener.lower in STARTERS
            or opener.text[0].isdigit()
            or (named and opener.text[0].islower())
        ):
            if named:
                first = name_start(tokens, k - 1)
                if first <= k - 1:
                    if first > 0 and tokens[first].gap.isspace() and tokens[first - 1].lower in PREPOSITIONS:
                        whole = phrase_ending(tokens, k - 1) if opener.lower == "who" else None
                        if whole and whole[0] == 0:
                            return whole  # "Two brokers in Varna, who …, said"
                        k -= 1
                        continue  # "…, a fellow at the Stimson Center," ends in a name too
                    return (first, k - 1)
            elif opener.lower == "who" and tokens[k - 1].lower not in BOUNDARIES:
                return phrase_before(tokens, k) if tokens[k].gap.isspace() else _common_start(tokens, k - 1, k - 1)
            elif opener.lower in {"however", "meanwhile", "too", "in", "by", "also", "for"} and k - 1 <= 5:
                return _common_start(tokens, k - 1, k - 1)
        k -= 1
    return None


def phrase_after(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The speaker that starts at place ``at`` ("said Shabana Fayyaz", "said the minister"), or None."""
    if at >= len(tokens) or not tokens[at].gap.isspace():
        return None
    k = at
    while k < len(tokens) and k - at < 7 and (k == at or tokens[k].gap.isspace()):
        if tokens[k].capital and tokens[k].text not in TIME and tokens[k].lower not in STARTERS:
            last = name_end(tokens, k)
            if last + 1 < len(tokens) and tokens[last].text.endswith(("’s", "'s")):
                return _noun_after(tokens, at)
            return _described(tokens, at, k, last) or (k, last)
        if tokens[k].lower in PRONOUNS | BOUNDARIES | PREPOSITIONS or tokens[k].lower in SAYING:
            break
        k += 1
    if tokens[at].lower in {"he", "she"}:
        return (at, at)
    noun = _noun_after(tokens, at) if tokens[at].lower in DETERMINERS else None
    if noun and noun[1] + 1 < len(tokens) and tokens[noun[1] + 1].gap.strip() == "," and tokens[noun[1] + 1].capital:
        return phrase_after_name(tokens, noun[1] + 1) or noun  # "said the trader, Kareem Baptiste"
    return noun


def _described(tokens: list[Token], at: int, k: int, last: int) -> tuple[int, int] | None:
    """The phrase that a capitalised adjective or place opens ("one Dessan broker", "Varna baker Ana Hale")."""
    head = last + 1
    if head >= len(tokens) or not tokens[head].gap.isspace() or tokens[head].lower in _NOT_SPEAKERS:
        return None
    if tokens[head].capital or not can_speak(tokens[head].lower):
        return None
    if head + 1 < len(tokens) and tokens[head + 1].capital and tokens[head + 1].gap.isspace():
        return phrase_after(tokens, head + 1)
    return (at if tokens[at].lower in DETERMINERS else k, head)


def phrase_after_name(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """The name of at least two words that starts at place ``at``, or None."""
    last = at
    while last + 1 < len(tokens) and tokens[last + 1].gap.isspace() and tokens[last + 1].capital:
        last += 1
    return (at, last) if last > at else None


def _noun_after(tokens: list[Token], at: int) -> tuple[int, int] | None:
    last = at
    while last + 1 < len(tokens) and tokens[last + 1].gap.isspace() and last - at < 7:
        word = tokens[last + 1].lower
        if word in BOUNDARIES or word in PRONOUNS or (word in PREPOSITIONS and word not in {"of", "for"}):
            break
        last += 1
    return (at, last) if last > at else None
