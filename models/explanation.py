"""Why a text got its tone: the words that VADER knows, and what each word and clause contributes when left out.

Leaving a piece out and scoring again needs nothing of the scorer but its tones, so it serves every feature set. Source:
Li, Monroe & Jurafsky (2016), Understanding neural networks through representation erasure.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tenor.features.errors import TenorError
from tenor.features.vader import vader_analyzer

if TYPE_CHECKING:
    from tenor.models.tone import Tone

Span = tuple[int, int]

MOST_PIECES = 32  # words, and clauses: a text of any length costs a bounded number of readings
_EDGES = ' \t\n\r\f\v,;:.!?…–—-"“”()[]'
_CLOSING = ",;:.!?…"
_CONJUNCTIONS = (
    "and|but|yet|while|whereas|although|though|because|since|unless|after|before|when|wh(?:ich|o|om|ose)|that"
)
_BREAK = re.compile(
    r"(?<!\d)[,:]|[,:](?!\d)"  # not in 1,000 or 7:30
    r"|[;“”\"()\[\]–—\n!?…]"
    r"|(?<=\w{4})\.(?=\W|$)"  # after a shorter word it is as often an abbreviation
    rf"|\b(?=(?:{_CONJUNCTIONS})\b)",
    re.IGNORECASE,
)
_BARE = re.compile(_CONJUNCTIONS, re.IGNORECASE)
_WORD = re.compile(r"\w")


class ExplanationError(TenorError):
    """Tones that do not belong to the readings they are meant to explain."""


@dataclass(frozen=True)
class WordEffect:
    """A word of VADER's lexicon, ``text[start:end]``.

    ``valence`` is what VADER makes of it where it stands (negation, intensifiers and "but" counted), about -4 to 4.
    ``contribution`` is the tone of the whole text less the tone without the word, in [-2, 2]: below zero, the word
    lowered the tone. It is 0 for a word of the target itself, which cannot be left out.
    """

    start: int
    end: int
    word: str
    valence: float
    contribution: float


@dataclass(frozen=True)
class ClauseEffect:
    """A stretch of words ``text[start:end]`` that the target is no part of; ``contribution`` as of a word."""

    start: int
    end: int
    clause: str
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """The tone toward the target ``text[start:end]`` and what moved it; words and clauses in the order of the text."""

    start: int
    end: int
    tone: Tone
    words: tuple[WordEffect, ...]
    clauses: tuple[ClauseEffect, ...]


@dataclass(frozen=True)
class Erasure:
    """What must be read to explain one target: ``texts`` with their target ``spans``, one a piece left out.

    The pieces are the words (start, end, valence) that do not touch the target, then the clauses.
    """

    text: str
    target: Span
    words: tuple[tuple[int, int, float], ...]
    clauses: tuple[Span, ...]
    texts: tuple[str, ...]
    spans: tuple[Span, ...]


def plan_erasure(text: str, target: Span) -> Erasure:
    """The shortened texts for the target ``text[start:end]``: at most ``2 * MOST_PIECES``, none for a bare target.

    Of more words that VADER knows, those nearest the target are taken; more clauses are joined to longer ones.
    """
    nearest = sorted(vader_words(text), key=lambda word: _distance((word[0], word[1]), target))[:MOST_PIECES]
    words = tuple(sorted(nearest))
    clauses = tuple(clause_spans(text, target))
    pieces = [*((start, end) for start, end, _ in words if _distance((start, end), target) > 0), *clauses]
    shortened = [_without(text, target, piece) for piece in pieces]
    return Erasure(
        text=text,
        target=target,
        words=words,
        clauses=clauses,
        texts=tuple(found for found, _ in shortened),
        spans=tuple(span for _, span in shortened),
    )


def explain_tone(erasure: Erasure, tone: Tone, tones: Sequence[float]) -> Explanation:
    """The explanation, from the tone of the whole text and those of ``erasure.texts`` in their order.

    Raises:
        ExplanationError: there is not one tone a text.
    """
    if len(tones) != len(erasure.texts):
        raise ExplanationError(
            f"Got {len(tones)} tones, expected {len(erasure.texts)}: score the texts of this very erasure."
        )
    text, target = erasure.text, erasure.target
    moved = (float(tone.tone - without) for without in tones)
    words = tuple(
        WordEffect(
            start=start,
            end=end,
            word=text[start:end],
            valence=valence,
            contribution=next(moved) if _distance((start, end), target) > 0 else 0.0,
        )
        for start, end, valence in erasure.words
    )
    clauses = tuple(ClauseEffect(start, end, text[start:end], next(moved)) for start, end in erasure.clauses)
    return Explanation(start=target[0], end=target[1], tone=tone, words=words, clauses=clauses)


def vader_words(text: str) -> list[tuple[int, int, float]]:
    """Start, end and valence in place of every word that VADER counts, in order; words of valence 0 are left out.

    Normalised, the valences sum to VADER's compound score, but for what it adds for marks of emphasis.
    """
    found = []
    analyzer = _word_analyzer()
    pieces = [(match, _words_of(match.group(), analyzer.emojis)) for match in re.finditer(r"\S+", text)]
    valences = iter(analyzer.polarity_scores(text))
    for match, n_words in pieces:
        valence = float(sum(next(valences) for _ in range(n_words)))
        if valence:
            start, end = _trimmed(text, match.start(), match.end())
            # An emoticon is nothing but marks.
            found.append((start, end, valence) if end > start else (match.start(), match.end(), valence))
    return found


def clause_spans(text: str, target: Span) -> list[Span]:
    """Stretches between marks and conjunctions, in order; none touches the target or is a bare conjunction."""
    sides = ((0, target[0]), (target[1], len(text)))
    found = [span for low, high in sides for span in _stretches(text, low, high)]
    if len(found) <= MOST_PIECES:
        return found
    size = -(-len(found) // MOST_PIECES)
    joined: list[Span] = []
    for i in range(0, len(found), size):
        group = found[i : i + size]
        left = [span for span in group if span[1] <= target[0]]
        right = [span for span in group if span[0] >= target[1]]
        joined += [(part[0][0], part[-1][1]) for part in (left, right) if part]
    return joined


def _stretches(text: str, low: int, high: int) -> Iterator[Span]:
    """Runs of words between the breaks of ``text[low:high]``."""
    at = low
    for match in [*_BREAK.finditer(text, low, high), None]:
        start, end = _trimmed(text, at, high if match is None else match.start())
        if _WORD.search(text, start, end) and not _BARE.fullmatch(text, start, end):
            yield start, end
        at = high if match is None else match.end()


def _without(text: str, target: Span, piece: Span) -> tuple[str, Span]:
    """The text without the piece, its gap mended, and where the target stands now; the target is left as it is."""
    fixed = target[1] if target[1] <= piece[0] else 0  # what no mending may touch: up to here …
    open_to = target[0] if target[0] >= piece[1] else len(text)  # … and from here
    before, after = text[fixed : piece[0]], text[piece[1] : open_to]
    blank = " " if before[-1:].isspace() or after[:1].isspace() else ""
    before, after = before.rstrip(), after.lstrip()
    if not fixed and not before:
        after, blank = after.lstrip(_EDGES), ""
    elif after[:1] in tuple(_CLOSING):
        before, blank = before.rstrip(" ,;:–—-"), ""  # one mark is enough
    start = text[:fixed] + before + blank + after
    if target[0] >= piece[1]:
        return f"{start}{text[target[0] :]}", (len(start), len(start) + target[1] - target[0])
    return start, target


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _distance(piece: Span, target: Span) -> int:
    """Characters between the two, from 1 where they stand side by side; 0 where they overlap."""
    if piece[1] <= target[0]:
        return target[0] - piece[1] + 1
    return piece[0] - target[1] + 1 if piece[0] >= target[1] else 0


def _words_of(token: str, emojis: dict[str, str]) -> int:
    """How many words VADER reads in a token: it writes emoji out."""
    if not any(character in emojis for character in token):
        return 1
    spelled, after_blank = "", True
    for character in token:
        written = emojis.get(character)
        if written is None:
            spelled, after_blank = spelled + character, False
        else:
            spelled, after_blank = f"{spelled}{'' if after_blank else ' '}{written}", False
    return len(spelled.split())


@cache
def _word_analyzer() -> Any:
    """VADER's analyzer, made to return each word's valence where it would add them up."""
    analyzer = copy.copy(vader_analyzer())
    analyzer.score_valence = lambda sentiments, _text: list(sentiments)
    return analyzer
