"""Sentences of a cleaned article, with exact offsets.

``sentencex`` proposes the boundaries; what it gets wrong in news prose (titles before names, "U.S." before a name,
quotations followed by their speaker) is mended here. Quotation marks are hidden from it, since it keeps a quotation
of many sentences whole and takes quadratic time on unclosed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from tenor.features.gazetteer import split_words


class Span(NamedTuple):
    """Half-open ``[start, end)`` in characters of the article's text."""

    start: int
    end: int


class SentenceSpan(NamedTuple):
    """A sentence ``[start, end)`` and the number of its paragraph, from 0."""

    start: int
    end: int
    paragraph: int


# Longer stretches reach the splitter in pieces, cut at a blank, so that its time stays bounded on any input.
_LONGEST_PIECE = 8_000

_QUOTES = '“”"«»„‟❝❞'
_HIDE_QUOTES = str.maketrans(_QUOTES, " " * len(_QUOTES))
_CLOSERS = re.compile(r"[”\"»’')\]]+")
_TERMINAL = ".!?…:;”\"’')]"
_TITLES = split_words(
    """gen lt col maj capt cmdr adm brig sgt cpl pvt sen rep gov dr mr mrs ms messrs prof st rev hon pres amb supt insp
    det fr sr mt ft vs v no nos art cf viz dept ave blvd mme mlle rtd ret approx est fig vol pp sec min"""
)
_MONTHS = split_words("""jan feb mar apr jun jul aug sep sept oct nov dec""")
_LATIN = re.compile(r"(?:\be\.g|\bi\.e|\bvs|\bviz|\bcf|\bal)\.$", re.I)
# "U.S.", "U.K.", "D.C.", "a.m.": a stop that ends the abbreviation and may end the sentence too.
_ACRONYM = re.compile(r"(?:\b[A-Za-z]\.){2,}$|\b[A-Z]\.[A-Z]$")
_INITIAL = re.compile(r"(?:^|[\s(“\"])[A-Z]\.$")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
_FIRST_WORD = re.compile(r"[\"“‘'(\[]*([^\W_][\w’'-]*)")
STARTERS = split_words(
    """the a an this that these those he she it they we i you his her its their our my there here in on at by for from
    with without within to of as if when while where what who why how and but or nor so yet after before since until
    during despite although though however moreover meanwhile still then now no not some many most all both each
    every few several another other one two three last next earlier later according because once even only also
    instead indeed perhaps officials analysts critics speaking asked"""
)
_SPEAKER_AFTER = re.compile(
    r"(?:(?:he|she|they|it|I|we|[A-Z][\w’'.-]*(?:\s+(?:of|the|bin|al-\w+|[A-Z][\w’'.-]*)){0,4})\s+"
    r"(?:\w+ly\s+|has\s+|had\s+|then\s+|also\s+)?"
    r"(?:said|says|told|asked|asks|added|adds|wrote|writes|replied|replies|responded|tweeted|posted|declared|warned|"
    r"warns|argued|argues|noted|notes|quipped|joked|shouted|insisted|insists|wondered|explained|observed|continued|"
    r"concluded|exclaimed|remarked)\b)"
)
# Ends that the splitter passes over: an ellipsis or a bracketed sentence before a capital.
_MISSED = re.compile(r"(?:…|[.!?]\)+)[”\"’]*\s+(?=[\"“‘(]?[A-Z])")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_NUMBERED = re.compile(r"\d{1,3}[.)]")
_BULLET = re.compile(r"\s*(?:[-*•–—]|\d{1,3}[.)])\s+\S")


def split_paragraphs(text: str) -> list[Span]:
    """Stretches between blank lines, and between line ends that are not a mere wrap of a long line; blanks trimmed."""
    spans: list[Span] = []
    start = 0
    wrapped = _is_wrapped(text)
    for block in [*(m.span() for m in _BLANK.finditer(text)), (len(text), len(text))]:
        spans.extend(_lines(text, start, block[0], wrapped))
        start = block[1]
    return spans


def _is_wrapped(text: str) -> bool:
    """Whether most lines are broken at one width, as in plain-text mail, so that a line's end tells nothing."""
    lines = text.split("\n")
    lengths = [len(line) for line, after in pairwise(lines) if line and after]
    return len(lengths) >= 5 and sum(50 <= length <= 100 for length in lengths) >= 0.7 * len(lengths)


def _lines(text: str, start: int, end: int, wrapped: bool) -> list[Span]:
    spans: list[Span] = []
    first = start
    while start <= end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if stop == end or not _wraps(text[start:stop], text[stop + 1 : min(end, stop + 80)], wrapped):
            trimmed = _trim(text, first, stop)
            if trimmed.end > trimmed.start:
                spans.append(trimmed)
            first = stop + 1
        start = stop + 1
    return spans


def _wraps(line: str, following: str, wrapped: bool) -> bool:
    """Whether a sentence seems to run on over the line's end."""
    line = line.rstrip()
    if wrapped and len(line) >= 50 and not _BULLET.match(following):
        return True
    if len(line) < 40 or line[-1] in _TERMINAL or _BULLET.match(following):
        return False
    return following.lstrip()[:1].islower() or line[-1] == ","


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def sentence_spans(text: str) -> list[SentenceSpan]:
    """Sentences in order, each with its paragraph; blanks between them belong to none.

    No sentence crosses a blank line, and every other character lies in exactly one. Empty text gives an empty list.
    """
    found: list[SentenceSpan] = []
    for number, (start, end) in enumerate(split_paragraphs(text)):
        found.extend(SentenceSpan(a, b, number) for a, b in _split_paragraph(text, start, end))
    return found


def by_paragraph(sentences: Iterable[SentenceSpan]) -> list[list[SentenceSpan]]:
    """The sentences of each paragraph, in order."""
    return [list(group) for _, group in groupby(sentences, key=attrgetter("paragraph"))]


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences in order as ``[start, end)``; see ``sentence_spans``."""
    return [(span.start, span.end) for span in sentence_spans(text)]


def _split_paragraph(text: str, start: int, end: int) -> list[Span]:
    cuts = [start]
    for low, high in _pieces(text, start, end):
        cuts.extend(cut for cut in _proposed(text, low, high) if cut > cuts[-1])
    cuts.append(end)
    merged: list[Span] = []
    for i in range(len(cuts) - 1):
        a, b = cuts[i], cuts[i + 1]
        # A closing mark that opens the fragment ends the one before: 'Yes." He left'.
        closing = _CLOSERS.match(text, a, b) if merged else None
        if closing and text[a - 1] in ".!?…,’”" and (closing.end() == b or text[closing.end()].isspace()):
            merged[-1] = Span(merged[-1].start, closing.end())
            a = closing.end()
        span = _trim(text, a, b)
        if span.end == span.start:
            continue
        if merged and _belong(text, merged[-1], span):
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def _pieces(text: str, start: int, end: int) -> list[Span]:
    pieces = []
    while end - start > _LONGEST_PIECE:
        cut = text.rfind(" ", start + 1, start + _LONGEST_PIECE)
        cut = start + _LONGEST_PIECE if cut < 0 else cut + 1
        pieces.append(Span(start, cut))
        start = cut
    pieces.append(Span(start, end))
    return pieces


def _proposed(text: str, start: int, end: int) -> list[int]:
    """Starts of sentencex's sentences, moved from the blanks before a sentence to its opening quotation mark."""
    import sentencex  # type: ignore[import-not-found, unused-ignore]  # imported late: a compiled extension

    piece = text[start:end]
    cuts = []
    at = 0
    for segment in sentencex.segment("en", piece.translate(_HIDE_QUOTES)):
        cuts.append(start + at)
        at += len(segment)
    if at != len(piece):  # the splitter dropped or added characters: its offsets can't be trusted here
        return [start]
    cuts = sorted({*cuts, *(start + m.end() for m in _MISSED.finditer(piece))})
    return [_to_opening(text, start, cut) for cut in cuts]


def _to_opening(text: str, low: int, cut: int) -> int:
    """``cut`` moved left over what opens the sentence that follows, never over what closes the one before."""
    at = cut
    while at > low and (text[at - 1].isspace() or text[at - 1] in _QUOTES):
        at -= 1
    gap = text[at:cut]
    mark = re.search(r"\s[“\"«„]+\s*$", gap)
    if mark:
        return at + mark.start() + 1
    opening = re.search(r"[“«„]\s*$", gap)
    return at + opening.start() if opening else cut


def _belong(text: str, left: Span, right: Span) -> bool:
    """Whether the boundary between two fragments is none."""
    before = text[max(left.start, left.end - 40) : left.end]
    after = text[right.start : min(right.end, right.start + 120)]
    if _NUMBERED.fullmatch(before):
        return True
    word = _FIRST_WORD.match(after)
    if word is None:
        return not _BULLET.match(after) and not any(c.isalnum() for c in text[right.start : right.end])
    first = word.group(1)
    if first[0].islower() and not _BULLET.match(after):
        # a lower-case start runs on, but for names such as "eBay" or "al-Sisi"
        return not (len(first) > 1 and first[1].isupper())
    if right.start == left.end and before[-1:] not in _QUOTES:
        return True  # "Pak-U.S. trade": no blank, no boundary
    stripped = before.rstrip("”\"’')]")
    if len(stripped) < len(before) and stripped.endswith(("?", "!", ",", "—")) and _SPEAKER_AFTER.match(after):
        return True
    if len(stripped) < len(before) or not before.endswith("."):
        return False
    last = _LAST_WORD.search(before)
    starter = first.lower() in STARTERS
    if last and last.group(1).lower() in _TITLES and (last.group(1)[0].isupper() or not starter):
        number = last.group(1).lower() in {"no", "nos", "art", "fig", "vol", "sec", "min"}
        return (
            first[0].isdigit() if number else not (starter and last.group(1).lower() not in {"mr", "mrs", "ms", "dr"})
        )
    if last and last.group(1).lower() in _MONTHS and first[0].isdigit():
        return True
    if _LATIN.search(before):
        return True
    if re.search(r"\b[ap]\.m\.$", before, re.I):
        return not starter and first.lower()[:3] in {
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
            *_MONTHS,
            "est",
            "gmt",
        }
    if _ACRONYM.search(before) or _INITIAL.search(before):
        return not starter
    return False
