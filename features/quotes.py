"""Quotations of an article: where they open and close, also unclosed, nested and running over paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tenor.features.sentences import Span

_MARK = re.compile(r"[“”„\"]|''|``")
_SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘'](?=[\w“\"])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…])[’'](?!\w)")
_LONGEST_SINGLE = 1_000  # an apostrophe further off than this closes no single quotation


@dataclass(frozen=True)
class Quote:
    """A quotation ``[start, end)`` with its marks; ``carries_on`` where the next paragraph goes on with it."""

    start: int
    end: int
    carries_on: bool = False

    def covers(self, start: int, end: int) -> bool:
        """Whether ``[start, end)`` lies wholly within."""
        return self.start <= start and end <= self.end


def find_quotes(text: str, paragraphs: Sequence[Span]) -> list[Quote]:
    """Outermost quotations in order, none crossing a paragraph; time linear in the text.

    An unclosed quotation runs to its paragraph's end. A paragraph with no double marks may be quoted in single ones.
    """
    quotes: list[Quote] = []
    for number, (start, end) in enumerate(paragraphs):
        after = paragraphs[number + 1].start if number + 1 < len(paragraphs) else len(text)
        goes_on = text[after : after + 1] in {"“", '"', "„"}
        found = _double(text, start, end, goes_on)
        quotes.extend(found if found else _single(text, start, end))
    return quotes


def _double(text: str, start: int, end: int, goes_on: bool) -> list[Quote]:
    quotes: list[Quote] = []
    depth, opened = 0, start
    for mark in _MARK.finditer(text, start, end):
        sign, at = mark.group(), mark.start()
        if sign in {'"', "''"}:
            before = text[at - 1] if at > start else " "
            after = text[mark.end()] if mark.end() < end else " "
            opens = depth == 0 and not after.isspace() and not (before.isalnum() and not after.isalnum())
            if depth == 0 and not opens:
                continue  # inches, or a closing mark that nothing opened
        else:
            opens = sign != "”"
        if opens:
            if depth == 0:
                opened = at
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                quotes.append(Quote(opened, mark.end()))
    if depth:
        quotes.append(Quote(opened, end, carries_on=goes_on))
    return quotes


def _single(text: str, start: int, end: int) -> list[Quote]:
    quotes: list[Quote] = []
    reached = start
    for mark in _SINGLE_OPEN.finditer(text, start, end):
        if mark.start() < reached:
            continue
        close = _SINGLE_CLOSE.search(text, mark.end(), min(end, mark.end() + _LONGEST_SINGLE))
        while close and text[close.start() - 1] == "s" and text[close.end() : close.end() + 1] == " ":
            later = _SINGLE_CLOSE.search(text, close.end(), min(end, mark.end() + _LONGEST_SINGLE))
            if later is None:
                break  # "traders’ “ was the close after all
            close = later
        if close is None or (mark.group() == "'" and text[close.start() - 1] not in ".,!?…"):
            continue
        reached = close.end()
        quotes.append(Quote(mark.start(), close.end()))
    return quotes
