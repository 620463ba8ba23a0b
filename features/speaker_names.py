"""Names of persons: without rank or office, and in the fullest form that an article gives."""

from __future__ import annotations

import re

from tenor.features.gazetteer import HONORIFICS, ORGANISATION_WORDS, split_words
from tenor.features.sentences import STARTERS

_NAME = re.compile(
    r"(?<![\w’'-])(?:[A-Z][a-z]{0,3}\.|[A-Z][\w’'-]{0,40})"
    r"(?:[ \xa0](?:bin|bint|ibn|al|el|de|la|di|da|du|van|von|der|ul|ur|[A-Z]\.|[A-Z][\w’'-]{0,40})"
    r"(?=[\s,;:.)’'”\"]|$)){1,4}"
)
PARTICLES = split_words("""bin bint ibn al de la di da du van von der el ul ur""")
_RANKS = split_words("""Commodore Inspector Marshal Major Lieutenant Subedar Havildar""")
_BEFORE_RANK = split_words("""Air Wing Squadron Vice Rear Sub""")


def without_titles(words: list[str]) -> list[str]:
    """A name without rank, office or form of address; an organisation keeps its first word."""
    if ORGANISATION_WORDS & set(words[1:]):
        return words
    offices = [i for i, word in enumerate(words[:-2]) if word.rstrip(".") in HONORIFICS]
    if offices and offices[-1] <= 4 and offices[0] > 0:  # "British Prime Minister Ana Hale"
        words = words[offices[-1] + 1 :]
    while len(words) > 1 and (
        words[0].rstrip(".") in HONORIFICS or words[0] in _RANKS or (words[0] in _BEFORE_RANK and words[1] in _RANKS)
    ):
        words = words[1:]
    return words


def full_names(text: str) -> dict[str, set[str]]:
    """Last name to the full names that the article gives with it."""
    found: dict[str, set[str]] = {}
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower() in STARTERS:
            words = words[1:]
        ends = [i for i, word in enumerate(words) if word[-1] == "." and len(word) > 2 and word[:-1] not in HONORIFICS]
        words = without_titles(words[ends[-1] + 1 :] if ends else words)  # "… in the Gulf. Ana Hale"
        if len(words) > 1 and not ORGANISATION_WORDS & set(words):
            last = re.sub(r"['’]s?$", "", words[-1]).rstrip(".")
            found.setdefault(last, set()).add(" ".join([*words[:-1], last]))
    return found
