"""The attributing clauses of one sentence: who, by which word, what; found on words and commas alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tenor.features.clause_patterns import (
    ADDRESSED,
    ADVERBIAL,
    AND_THEN,
    CLEAR,
    CLOSED,
    ENDS_QUOTED,
    HAS_WORD,
    INVERTING,
    JUDGED_TO,
    LONGEST,
    NAMING,
    OF_JUDGEMENT,
    OF_SPEECH,
    QUOTE,
    QUOTE_NEXT,
    REPUTED,
    SUPPOSED,
    TELEPHONED,
    TELLING,
    THAT_OR_QUOTE,
)
from tenor.features.contents import Clause, SentenceContents
from tenor.features.framing import PHRASAL, frames_of
from tenor.features.phrases import phrase_after
from tenor.features.quotes import Quote
from tenor.features.sentences import SentenceSpan, Span
from tenor.features.speech import (
    APPOSITION,
    JUDGING,
    NEEDS_THAT,
    PRONOUNS,
    SAYING,
    gap_of,
    tokens_of,
    verb_position,
)

__all__ = ["Clause", "clauses_of"]


def clauses_of(text: str, sentence: SentenceSpan, quotes: Sequence[Quote]) -> list[Clause]:
    """Clauses of a sentence, outside its quotations and within each, in order of their cues."""
    tokens = tokens_of(text, sentence.start, min(sentence.end, sentence.start + 12 * LONGEST))
    end = sentence.end if len(tokens) <= LONGEST else tokens[LONGEST - 1].end
    tokens = tokens[:LONGEST]
    if not quotes:
        return [*_Stream(text, tokens, sentence.start, end, True).clauses(), *_framed(text, sentence.start, end, True)]
    outside = [t for t in tokens if not any(q.start <= t.start < q.end for q in quotes)]
    last = sentence.start
    regapped = []
    for token in outside:
        regapped.append(replace(token, gap=gap_of(text, last, token.start)))
        last = token.end
    found = _Stream(text, regapped, sentence.start, end, True).clauses()
    at = sentence.start
    for quote in quotes[:50]:
        found.extend(_framed(text, at, min(end, quote.start), True))
        low, high = max(sentence.start, quote.start + 1), min(end, quote.end)
        found.extend(_framed(text, low, high, False))
        at = max(at, quote.end)
        inside = [t for t in tokens if low <= t.start < high]
        if len(inside) > 3:
            inside[0] = replace(inside[0], gap="")
            found.extend(_Stream(text, inside, low, high, False).clauses())
    found.extend(_framed(text, at, end, True))
    return found


def _framed(text: str, start: int, end: int, outside: bool) -> list[Clause]:
    frames = frames_of(text, start, end) if end > start else ()
    return [
        Clause(frame.content, frame.source, frame.cue, frame.rule, outside)
        for frame in frames
        if frame.content.end > frame.content.start
    ]


class _Stream(SentenceContents):
    """Words that belong together: those outside all quotations, or those of one."""

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
                self._judging(i, token.end)
            elif token.lower in PHRASAL and (more := PHRASAL[token.lower].match(self.text, token.end)):
                self._judging(i, more.end())
        return [
            c
            for c in self.found
            if (
                HAS_WORD.search(self.text, *c.content)
                if c.content.end > c.content.start
                else self.text[c.cue.end : c.cue.end + 1] == ":"
            )
        ]

    # --- rules ------------------------------------------------------------------------------------------------------

    def _saying(self, i: int, cue_end: int) -> None:
        token, tokens, text = self.tokens[i], self.tokens, self.text
        if self.is_noun(i, OF_SPEECH):
            return
        source, taken = self.subject(i)
        inverted = False
        opener = token.gap.rstrip()[-1:]
        opens = i == 0 or opener in set('”",’?!') or "”" in token.gap or "''" in token.gap
        if source is None and token.lower in INVERTING and opens:
            phrase = phrase_after(tokens, i + 1)
            if phrase:
                source, inverted = self.span(phrase), True
                if not any(t.capital for t in tokens[phrase[0] : phrase[1] + 1]) and not self._can_say(source):
                    return
        if source is None or (token.lower in {"thought", "believed", "said"} and REPUTED.match(text, cue_end)):
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
        ends_quoted = ENDS_QUOTED.search(before) is not None
        addressed = ADDRESSED.match(rest) if token.lower in TELLING and not taken else None
        if addressed and before:  # "The answer, Hale told a friend, was no"
            rest_start += addressed.end(1)
            rest = text[rest_start : self.end]
        posed = (
            not taken
            and len(before.split()) >= (1 if rest[:1] == "," else 2)
            and (ends_quoted or before[-1:] in {",", "?", "!", "—", "–"})
        )
        if before[-1:] == "," and QUOTE_NEXT.match(rest) and not inverted:
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
            or addressed
            or rest[:1] == ","
            or (ends_quoted and rest[:1] != ":" and not self._quote_follows(rest))
            or (ADVERBIAL.match(rest) and not THAT_OR_QUOTE.search(rest[:100]))
        ):
            self._postposed(source, cue, before, rest, rest_start, inverted)
            return
        if token.lower.startswith("call") and TELEPHONED.match(rest):
            return
        start = rest_start + self._skipped(token, rest)
        if token.lower in NEEDS_THAT and not re.match(
            rf"\s*(?:[,:]|that\b)|.{{0,90}}?(?:\bthat\b|{QUOTE})", rest, re.DOTALL
        ):
            return
        quoted = self._opens_quote(start)
        end = self.end if quoted else min(self._clause_end(source, start), self._turn(start))
        if token.lower in NAMING and not quoted and (rest_of := AND_THEN.search(text, start, end)):
            end = rest_of.start()
        if inverted and not quoted:
            return
        if len(text[start:end].split()) < 2 and not quoted:
            end = start
        self._add(start, end, source, cue, "direct" if quoted or re.search(QUOTE, text[start:end]) else "indirect")

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
        rule = "direct" if ENDS_QUOTED.search(before) else "indirect"
        self._add(start, end, source, cue, rule)
        match = re.match(rf"\s*,\s*|[^“\"]{{0,200}}?(?={QUOTE})", rest)
        if not match:
            return
        after = rest_start + match.end()
        quoted = self._opens_quote(after)
        if inverted and not quoted:
            quote = re.search(rf"{QUOTE}(?=\w)", rest)
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
                lead = re.search(rf"{QUOTE}\s*$", tokens[k].gap)
                self._add(
                    tokens[k].start - (len(lead.group()) if lead else 0), self._stripped_end(), source, cue, "according"
                )
        else:
            end = self.start + len(text[self.start : tokens[i].start].rstrip(" ,—"))
            # Who reports it says nothing about what is said: earlier contents end here too.
            self.found = [replace(c, content=Span(c.content.start, min(c.content.end, end))) for c in self.found]
            self._add(self.start, end, source, cue, "according")
        self.last_source = self.last_source or source

    def _judging(self, i: int, cue_end: int) -> None:
        token, tokens, text = self.tokens[i], self.tokens, self.text
        if self.is_noun(i, OF_JUDGEMENT):
            return
        cue = Span(token.start, cue_end)
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
        stop = JUDGED_TO.search(text, cue_end, self.end)
        end = min(stop.start() if stop else self.end, self._stripped_end())
        if source.start > cue_end:  # "While praising the mediation, Fayyaz warned"
            end = min(end, self.start + len(text[self.start : source.start].rstrip(" ,")))
        end = min(end, self._clause_end(source, cue_end))
        if SUPPOSED.search(text[max(self.start, source.start - 12) : source.start]):
            return  # a supposition holds no tone
        self.last_source = source
        if end > cue_end:
            self._add(cue_end + 1, end, source, cue, "judgement")
