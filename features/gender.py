"""Whether an article speaks of somebody as him or her, from forms of address and the pronouns after the name."""

from __future__ import annotations

import re

_HE = "he"
_SHE = "she"
_TITLES = {
    _HE: r"(?:Mr|Sir|Lord|King|Prince|Sheikh|Emir|Maulana|Brother|Father)",
    _SHE: r"(?:Mrs|Ms|Miss|Lady|Dame|Queen|Princess|Sheikha|Begum|Madam|Sister|Mother)",
}
_ROLES = {
    _HE: re.compile(r",?\s(?:an?|the)\s(?:[\w-]+\s){0,3}(?:man|father|widower|businessman|spokesman|grandfather)\b"),
    _SHE: re.compile(
        r",?\s(?:an?|the)\s(?:[\w-]+\s){0,3}(?:woman|mother|widow|businesswoman|spokeswoman|grandmother)\b"
    ),
}
_PRONOUN = re.compile(r"\b(?:(he|his|him|himself)|(she|her|hers|herself))\b")
_OTHER = re.compile(r"[^\w’'.-]([A-Z][\w’'-]+)|[“”\"\n]")  # a name or quotation between: the pronoun may be another's
_SENTENCE_START = re.compile(r"[.!?][”\"’]?\s+|\n")
_FORENAMES = re.compile(r"(?:[A-Z][\w’'.-]*[ \xa0])+$")
_REACH = 90  # characters after a name in which the first pronoun is taken as its bearer's
_MOST = 50  # places looked at: bounds the time on hostile input


def gender_of(text: str, name: str) -> str | None:
    """``he`` or ``she`` where the article shows which ``name`` is, None where it does not or contradicts itself.

    A form of address decides; else the first pronoun after the name within its sentence, at least twice as often one
    as the other.
    """
    last = re.escape(name.split()[-1]) if name.split() else ""
    if not last:
        return None
    votes = {_HE: 0, _SHE: 0}
    for number, match in enumerate(re.finditer(rf"{last}(?<![\w’'-]{last})(?![\w-])", text)):
        if number >= _MOST:
            break
        before = text[max(0, match.start() - 50) : match.start()]
        for gender, titles in _TITLES.items():
            if re.search(rf"\b{titles}\.?[ \xa0](?:[A-Z][\w’'.-]*[ \xa0]){{0,2}}$", before):
                return gender
        after = text[match.end() : match.end() + _REACH]
        stop = re.search(r"[.!?;](?:\s|$)", after)
        after = after[: stop.start()] if stop else after
        for gender, role in _ROLES.items():
            if role.match(after):
                votes[gender] += 1
        opening = _SENTENCE_START.split(text[max(0, match.start() - _REACH) : match.start()])[-1]
        if _OTHER.search(" " + _FORENAMES.sub("", opening)[1:]):
            continue  # somebody else acts here: "Noor blamed Hale for what she saw"
        pronoun = _PRONOUN.search(after)
        if pronoun and not _OTHER.search(after[: pronoun.start()]):
            votes[_HE if pronoun.group(1) else _SHE] += 1
    for gender, other in ((_HE, _SHE), (_SHE, _HE)):
        if votes[gender] and votes[gender] >= 2 * votes[other]:
            return gender
    return None
