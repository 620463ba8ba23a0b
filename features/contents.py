"""Where what somebody says begins and ends in its sentence; found on words, commas and quotation marks alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tenor.features.clause_patterns import (
    CONNECTOR,
    OPENING,
    QUOTE,
    SKIP,
    SUBORDINATE,
    TELLING,
    TO_THAT,
    TOLD_QUOTE,
    TOLD_THAT,
    TURN,
)
from tenor.features.phrases import can_speak
from tenor.features.sentences import Span
from tenor.features.speech import PRONOUNS, Token
from tenor.features.subjects import SentenceWords


@dataclass(frozen=True)
class Clause:
    """``content`` said by ``source`` with ``cue``; ``outside`` unless it stands within a quotation.

    An empty content announces a quotation in the sentence that follows ("Ahmed continued:").
    """

    content: Span
    source: Span
    cue: Span
    rule: str
    outside: bool = True


class SentenceContents(SentenceWords):
    """Words that belong together with the clauses found among them so far, whose contents later ones may cut short."""

    def __init__(self, text: str, tokens: list[Token], start: int, end: int, outside: bool) -> None:
        super().__init__(text, tokens)
        self.start, self.end, self.outside = start, end, outside
        self.found: list[Clause] = []

    def _can_say(self, source: Span) -> bool:
        written = self.text[source.start : source.end].lower()
        return written in PRONOUNS or can_speak(written)

    @staticmethod
    def _quote_follows(rest: str) -> bool:
        return re.match(rf"[^“”\".]{{0,80}}?[,:]?\s*{QUOTE}\S", rest) is not None

    def _opens_quote(self, at: int) -> bool:
        return self.text[at : at + 1] in OPENING or self.text[at : at + 2] in {"''", "``"}

    def _skipped(self, token: Token, rest: str) -> int:
        """Length of what stands between the cue and its content: addressee, time, "that"."""
        if token.lower in TELLING:
            match = TOLD_QUOTE.match(rest) or TOLD_THAT.match(rest)
            if match:
                return match.end()
        match = TO_THAT.match(rest)
        if match:
            return match.end()
        skip = SKIP.match(rest)
        return skip.end() if skip else 0

    def _clause_end(self, source: Span, start: int) -> int:
        """The end of what is said: the sentence's, or its first comma where a subordinate clause opens it."""
        end = self._stripped_end()
        if SUBORDINATE.search(self.text[max(self.start, source.start - 30) : source.start]):
            comma = self.text.find(", ", start, end)
            return comma if comma > 0 else end
        return end

    def _turn(self, start: int) -> int:
        """Where reported speech ends before its sentence does: a semicolon, or an aside after an unclosed dash."""
        turn = TURN.search(self.text, start, self.end)
        return turn.start() if turn else self.end

    def _stripped_end(self) -> int:
        end = self.end
        while end > self.start and self.text[end - 1] in ".;, \n":
            end -= 1
        return end

    def _add(self, start: int, end: int, source: Span, cue: Span, rule: str) -> None:
        self.found.append(Clause(Span(start, max(start, end)), source, cue, rule, self.outside))

    def _cut(self, at: int, taken: bool) -> None:
        """End earlier contents where a clause of its own begins ("…, while Rubio said", "… and added")."""
        ahead = self.text[self.start : at]
        match = re.search(r"(?:,?\s+(?:and|but|then|or)|,)\s+$", ahead) if taken else CONNECTOR.search(ahead)
        if match is None or (not taken and match.group().strip() == ","):
            return
        edge = self.start + match.start()
        self.found = [
            replace(c, content=Span(c.content.start, edge))
            if c.content.start < edge < c.content.end and c.cue.end <= edge
            else c
            for c in self.found
        ]
