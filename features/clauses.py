"""The attributing clauses of one sentence: who, by which word, what; found on words and commas alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tenor.features.clause_patterns import (
    ADVERBIAL,
    CLEAR,
    CLOSED,
    CONNECTOR,
    INVERTING,
    JUDGED_TO,
    LONGEST,
    OF_JUDGEMENT,
    OF_SPEECH,
    OPENING,
    SKIP,
    SUBORDINATE,
    SUPPOSED,
    TELLING,
    TO_THAT,
    TOLD_QUOTE,
    TOLD_THAT,
)
from tenor.features.phrases import can_speak, phrase_after
from tenor.features.quotes import Quote
from tenor.features.sentences import SentenceSpan, Span
from tenor.features.speech import (
    APPOSITION,
    JUDGING,
    NEEDS_THAT,
    PRONOUNS,
    SAYING,
    Token,
    gap_of,
    tokens_of,
    verb_position,
)
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


def clauses_of(text: str, sentence: SentenceSpan, quotes: Sequence[Quote]) -> list[Clause]:
    """Clauses of a sentence, outside its quotations and within each, in order of their cues."""
    tokens = tokens_of(text, sentence.start, min(sentence.end, sentence.start + 12 * LONGEST))
    end = sentence.end if len(tokens) <= LONGEST else tokens[LONGEST - 1].end
    tokens = tokens[:LONGEST]
    if not quotes:
        return _Stream(text, tokens, sentence.start, end, True).clauses()
    outside = [t for t in tokens if not any(q.start <= t.start < q.end for q in quotes)]
    last = sentence.start
    regapped = []
    for token in outside:
        regapped.append(replace(token, gap=gap_of(text, last, token.start)))
        last = token.end
    found = _Stream(text, regapped, sentence.start, end, True).clauses()
    for quote in quotes[:50]:
        low, high = max(sentence.start, quote.start + 1), min(end, quote.end)
        inside = [t for t in tokens if low <= t.start < high]
        if len(inside) > 3:
            inside[0] = replace(inside[0], gap="")
            found.extend(_Stream(text, inside, low, high, False).clauses())
    return found


class _Stream(SentenceWords):
    """Words that belong together: those outside all quotations, or those of one."""

    def __init__(self, text: str, tokens: list[Token], start: int, end: int, outside: bool) -> None:
        super().__init__(text, tokens)
        self.start, self.end, self.outside = start, end, outside
        self.found: list[Clause] = []

    def clauses(self) -> list[Clause]:
        for i, token in enumerate(self.tokens):
            if token.lower == "according" and i + 2 < len(self.tokens) and self.tokens[i + 1].lower == "to":
                self._according(i)
            elif token.capital and i > 0:
                continue
            elif token.lower == "pointed" and i + 1 < len(self.tokens) and self.tokens[i + 1].lower == "out":
                self._saying(i, self.tokens[i + 1].end)
            elif token.lower in {"made", "makes"} and (plain := CLEAR.match(self.text, token.end)):
                self._saying(i, plain.end())
            elif token.lower in SAYING:
                self._saying(i, token.end)
            elif token.lower in JUDGING:
                self._judging(i)
        return [c for c in self.found if c.content.end > c.content.start or self.text[c.cue.end : c.cue.end + 1] == ":"]

    # --- rules ------------------------------------------------------------------------------------------------------

    def _saying(self, i: int, cue_end: int) -> None:
        token, tokens, text = self.tokens[i], self.tokens, self.text
        if self.is_noun(i, OF_SPEECH):
            return
        source, taken = self.subject(i)
        inverted = False
        opener = token.gap.rstrip()[-1:]
        opens = i == 0 or opener in set('”",’?!') or "”" in token.gap
        if source is None and token.lower in INVERTING and opens:
            phrase = phrase_after(tokens, i + 1)
            if phrase:
                source, inverted = self.span(phrase), True
                if not any(t.capital for t in tokens[phrase[0] : phrase[1] + 1]) and not self._can_say(source):
                    return
        if source is None or (token.lower in {"thought", "believed", "said"} and text.startswith(" to ", cue_end)):
            return
        written = text[source.start : source.end].lower()
        if written in {"i", "we", "you", "that", "this", "it"} and (written != "it" or not self.outside):
            return
        if SUPPOSED.search(text[max(self.start, source.start - 12) : source.start]):
            return  # "If the board thinks …" reports nobody's thought
        cue = Span(token.start, cue_end)
        first = cue.start if taken else min(source.start, cue.start)
        rest_start = max(cue.end, source.end)
        self._cut(first, taken)
        self.last_source = source
        before = text[self.start : first].rstrip()
        rest = text[rest_start : self.end]
        ends_quoted = before[-1:] in {"”", '"', "’"}
        posed = (
            not taken
            and len(before.split()) >= (1 if rest[:1] == "," else 2)
            and (ends_quoted or before[-1:] in {",", "?", "!", "—", "–"})
        )
        if before[-1:] == "," and re.match(r"\s*[,:]?\s*[“\"]", rest) and not inverted:
            posed = False  # 'In reply, she said, "…"'
        if token.lower in {
            "hope",
            "hopes",
            "hoped",
            "expect",
            "expects",
            "expected",
            "fears",
            "agreed",
        } and rest.startswith(" to "):
            return
        if posed and (
            inverted
            or CLOSED.match(rest)
            or rest[:1] == ","
            or (ends_quoted and rest[:1] != ":" and not self._quote_follows(rest))
            or (ADVERBIAL.match(rest) and not re.search(r"\bthat\b|[“\"]", rest[:100]))
        ):
            self._postposed(source, cue, before, rest, rest_start, inverted)
            return
        start = rest_start + self._skipped(token, rest)
        if token.lower in NEEDS_THAT and not re.match(
            r"\s*(?:[,:]|that\b)|.{0,90}?(?:\bthat\b|[“\"])", rest, re.DOTALL
        ):
            return
        quoted = text[start : start + 1] in set(OPENING)
        end = self.end if quoted else self._clause_end(source, start)
        if inverted and not quoted:
            return
        if len(text[start:end].split()) < 2 and not quoted:
            end = start
        self._add(start, end, source, cue, "direct" if quoted or re.search(r"[“\"]", text[start:end]) else "indirect")

    def _can_say(self, source: Span) -> bool:
        written = self.text[source.start : source.end].lower()
        return written in PRONOUNS or can_speak(written)

    @staticmethod
    def _quote_follows(rest: str) -> bool:
        return re.match(r"[^“”\".]{0,80}[,:]?\s*[“\"]\S", rest) is not None

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

    def _postposed(self, source: Span, cue: Span, before: str, rest: str, rest_start: int, inverted: bool) -> None:
        """ "…," she said; also "Peace, she said, will take time": what is said on both sides."""
        text = self.text
        start = self.start
        for clause in self.found:  # what an earlier clause already said stays its own
            if clause.cue.end < cue.start and clause.content.start > start:
                start = clause.content.start if clause.content.end >= self.start + len(before) - 2 else start
        end = self.start + len(before)
        if before[-1:] in {",", "—", "–"}:
            end -= 1
        rule = "direct" if before[-1:] in {"”", '"', "’"} else "indirect"
        self._add(start, end, source, cue, rule)
        match = re.match(r"\s*,\s*|[^“\"]{0,200}(?=[“\"])", rest)
        if not match:
            return
        after = rest_start + match.end()
        quoted = text[after : after + 1] in set(OPENING)
        if inverted and not quoted:
            quote = re.search(r"[“\"](?=\w)", rest)
            if quote is None:
                return
            after, quoted = rest_start + quote.start(), True
        first_word = re.match(r"\w+", text[after : self.end])
        aside = first_word is not None and first_word.group() in (
            APPOSITION | {"adding", "saying", "noting", "arguing", "and", "but", "as"}
        )
        if (not aside or quoted) and len(text[after : self.end].split()) >= 2:
            self._add(after, self.end if quoted else self._stripped_end(), source, cue, "direct" if quoted else rule)

    def _according(self, i: int) -> None:
        tokens, text = self.tokens, self.text
        last = i + 2
        while (
            last + 1 < len(tokens)
            and last - i < 25
            and tokens[last + 1].gap.isspace()
            and tokens[last + 1].lower not in {"who", "which"}
        ):
            last += 1
        source = self.span((i + 2, last))
        cue = Span(tokens[i].start, tokens[i + 1].end)
        ahead = text[self.start : tokens[i].start].strip(' ,“"—')
        if len(ahead.split()) <= 1:
            k = last + 1
            if k < len(tokens) and tokens[i + 2].capital and tokens[k].lower in APPOSITION:
                k += 1
                while k < len(tokens) and "," not in tokens[k].gap:
                    k += 1
                if k == len(tokens):  # no apposition after all: "According to Ham, the army …"
                    k = last + 1
            if k < len(tokens):
                lead = re.search(r"[“\"„]\s*$", tokens[k].gap)
                self._add(
                    tokens[k].start - (len(lead.group()) if lead else 0), self._stripped_end(), source, cue, "according"
                )
        else:
            end = self.start + len(text[self.start : tokens[i].start].rstrip(" ,—"))
            # Who reports it says nothing about what is said: earlier contents end here too.
            self.found = [replace(c, content=Span(c.content.start, min(c.content.end, end))) for c in self.found]
            self._add(self.start, end, source, cue, "according")
        self.last_source = self.last_source or source

    def _judging(self, i: int) -> None:
        token, tokens, text = self.tokens[i], self.tokens, self.text
        if self.is_noun(i, OF_JUDGEMENT):
            return
        cue = Span(token.start, token.end)
        if verb_position(tokens, i) == -2:
            by = next((k for k in range(i + 1, min(i + 9, len(tokens))) if tokens[k].lower == "by"), None)
            phrase = phrase_after(tokens, by + 1) if by is not None else None
            if phrase:
                begin = max(
                    (c.content.start for c in self.found if c.content.start < token.start <= c.content.end),
                    default=self.start,
                )
                self._add(begin, token.start, self.span(phrase), cue, "judgement")
            return
        source, taken = self.subject(i)
        if source is None or text[source.start : source.end].lower() in PRONOUNS - {"he", "she"}:
            return
        self._cut(token.start if taken else source.start, taken)
        stop = JUDGED_TO.search(text, token.end, self.end)
        end = min(stop.start() if stop else self.end, self._stripped_end())
        if source.start > token.end:  # "While praising the mediation, Fayyaz warned"
            end = min(end, self.start + len(text[self.start : source.start].rstrip(" ,")))
        end = min(end, self._clause_end(source, token.end))
        if SUPPOSED.search(text[max(self.start, source.start - 12) : source.start]):
            return  # a supposition holds no tone
        self.last_source = source
        if end > token.end:
            self._add(token.end + 1, end, source, cue, "judgement")

    # --- contents ---------------------------------------------------------------------------------------------------

    def _clause_end(self, source: Span, start: int) -> int:
        """The end of what is said: the sentence's, or its first comma where a subordinate clause opens it."""
        end = self._stripped_end()
        if SUBORDINATE.search(self.text[max(self.start, source.start - 30) : source.start]):
            comma = self.text.find(", ", start, end)
            return comma if comma > 0 else end
        return end

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
