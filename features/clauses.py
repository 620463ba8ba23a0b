"""The attributing clauses of one sentence: who, by which word, what; found on words and commas alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tenor.features.gazetteer import split_words
from tenor.features.quotes import Quote
from tenor.features.sentences import SentenceSpan, Span
from tenor.features.speech import (
    APPOSITION,
    JUDGING,
    NEEDS_THAT,
    PRONOUNS,
    SAYING,
    Token,
    phrase_after,
    tokens_of,
    verb_position,
)
from tenor.features.subjects import SentenceWords

_OF_SPEECH = split_words("of for about")
_OF_JUDGEMENT = split_words("of for to")
_CLEAR = re.compile(r" (?:it )?(?:clear|plain)\b")
_LONGEST = 600  # words of a sentence looked at: beyond it stands no prose
_OPENING = '“"„‘'
_SKIP = re.compile(r"[\s,:]*(?:that\b)?[\s,:]*")
_TO_THAT = re.compile(
    r"\s+(?:on|in|at|during|after|to|late|last|earlier|this|yesterday|today|by|via|through|before|[A-Z][a-z]+day)\b"
    r"[^“\",:]{0,90}?\bthat\b\s*"
)
_TOLD_THAT = re.compile(r"\s+[^“\",:;]{1,90}?\bthat\b\s*")
_TOLD_QUOTE = re.compile(r"\s+[^“\";.]{1,90}?[,:]?\s*(?=[“\"])")
_CLOSED = re.compile(r"\s*(?:[.!?…;]|$|[”\"’)]+\s*$)")
_ADVERBIAL = re.compile(
    r"\s+(?:on|in|at|during|after|to|late|last|earlier|this|yesterday|today|of|about|by|via|from|before|when|as|with|over|"
    r"outside|while|[A-Z][a-z]+day)\b"
)
_CONNECTOR = re.compile(r"(?:[,;—–]\s*(?:(?:while|but|and|though|although|whereas|yet|as|even as)\s+)?|;\s*)$")
_SUBORDINATE = re.compile(
    r"(?:^|\W)(?:[Ww]hen|[Aa]fter|[Aa]s|[Ss]ince|[Bb]efore|[Ww]hile|[Ii]f|[Aa]lthough|[Tt]hough|[Bb]ecause|[Oo]nce|[Uu]ntil)\s+"
    r"(?:the\s+)?(?:[A-Z]\w+\.?\s+)?$"
)
_JUDGED_TO = re.compile(
    r",\s+(?:while|but|which|who|though|although|whereas|yet|something|even|saying|adding|in a|in an|a move|an act|"
    r"a step|he|she|it|they|we)\b|;|—|\s–\s"
)
_TELLING = split_words(
    """tell tells told telling inform informs informed remind reminds reminded assure assures assured informing
    reminding assuring ask asks asked warn warns warned"""
)
_INVERTING = split_words(
    """say says said add adds added ask asks asked write writes wrote warn warns warned argue argues argued note notes
    noted explain explains explained continue continues continued reply replies replied observe observes observed
    insist insists insisted recall recalls recalled quip quips quipped joke joked conclude concludes concluded
    declare declared remark remarked responded predicted predicts complained complains conceded tweeted agreed
    agrees"""
)


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
    tokens = tokens_of(text, sentence.start, min(sentence.end, sentence.start + 12 * _LONGEST))
    end = sentence.end if len(tokens) <= _LONGEST else tokens[_LONGEST - 1].end
    tokens = tokens[:_LONGEST]
    if not quotes:
        return _Stream(text, tokens, sentence.start, end, True).clauses()
    outside = [t for t in tokens if not any(q.start <= t.start < q.end for q in quotes)]
    last = sentence.start
    regapped = []
    for token in outside:
        regapped.append(replace(token, gap=text[last : token.start]))
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
            elif token.lower in {"made", "makes"} and (plain := _CLEAR.match(self.text, token.end)):
                self._saying(i, plain.end())
            elif token.lower in SAYING:
                self._saying(i, token.end)
            elif token.lower in JUDGING:
                self._judging(i)
        return [c for c in self.found if c.content.end > c.content.start or self.text[c.cue.end : c.cue.end + 1] == ":"]

    # --- rules ------------------------------------------------------------------------------------------------------

    def _saying(self, i: int, cue_end: int) -> None:
        token, tokens, text = self.tokens[i], self.tokens, self.text
        if self.is_noun(i, _OF_SPEECH):
            return
        source, taken = self.subject(i)
        inverted = False
        opener = token.gap.rstrip()[-1:]
        opens = i == 0 or opener in set('”",’?!') or "”" in token.gap
        if source is None and token.lower in _INVERTING and opens:
            phrase = phrase_after(tokens, i + 1)
            if phrase:
                source, inverted = self.span(phrase), True
        if source is None or (token.lower in {"thought", "believed", "said"} and text.startswith(" to ", cue_end)):
            return
        written = text[source.start : source.end].lower()
        if written in {"i", "we", "you", "that", "this", "it"} and (written != "it" or not self.outside):
            return
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
            or _CLOSED.match(rest)
            or rest[:1] == ","
            or (ends_quoted and rest[:1] != ":" and not self._quote_follows(rest))
            or (_ADVERBIAL.match(rest) and not re.search(r"\bthat\b|[“\"]", rest[:100]))
        ):
            self._postposed(source, cue, before, rest, rest_start, inverted)
            return
        start = rest_start + self._skipped(token, rest)
        if token.lower in NEEDS_THAT and not re.match(
            r"\s*(?:[,:]|that\b)|.{0,90}?(?:\bthat\b|[“\"])", rest, re.DOTALL
        ):
            return
        quoted = text[start : start + 1] in set(_OPENING)
        end = self.end if quoted else self._clause_end(source, start)
        if inverted and not quoted:
            return
        if len(text[start:end].split()) < 2 and not quoted:
            end = start
        self._add(start, end, source, cue, "direct" if quoted or re.search(r"[“\"]", text[start:end]) else "indirect")

    @staticmethod
    def _quote_follows(rest: str) -> bool:
        return re.match(r"[^“”\".]{0,80}[,:]?\s*[“\"]\S", rest) is not None

    def _skipped(self, token: Token, rest: str) -> int:
        """Length of what stands between the cue and its content: addressee, time, "that"."""
        if token.lower in _TELLING:
            match = _TOLD_QUOTE.match(rest) or _TOLD_THAT.match(rest)
            if match:
                return match.end()
        match = _TO_THAT.match(rest)
        if match:
            return match.end()
        skip = _SKIP.match(rest)
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
        quoted = text[after : after + 1] in set(_OPENING)
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
        if self.is_noun(i, _OF_JUDGEMENT):
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
        stop = _JUDGED_TO.search(text, token.end, self.end)
        end = min(stop.start() if stop else self.end, self._stripped_end())
        if source.start > token.end:  # "While praising the mediation, Fayyaz warned"
            end = min(end, self.start + len(text[self.start : source.start].rstrip(" ,")))
        end = min(end, self._clause_end(source, token.end))
        if re.search(
            r"\b(?:[Ii]f|[Uu]nless|[Ww]hether)\s+(?:the\s+)?$", text[max(self.start, source.start - 12) : source.start]
        ):
            return  # a supposition holds no tone
        self.last_source = source
        if end > token.end:
            self._add(token.end + 1, end, source, cue, "judgement")

    # --- contents ---------------------------------------------------------------------------------------------------

    def _clause_end(self, source: Span, start: int) -> int:
        """The end of what is said: the sentence's, or its first comma where a subordinate clause opens it."""
        end = self._stripped_end()
        if _SUBORDINATE.search(self.text[max(self.start, source.start - 30) : source.start]):
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
        match = re.search(r"(?:,?\s+(?:and|but|then|or)|,)\s+$", ahead) if taken else _CONNECTOR.search(ahead)
        if match is None or (not taken and match.group().strip() == ","):
            return
        edge = self.start + match.start()
        self.found = [
            replace(c, content=Span(c.content.start, edge))
            if c.content.start < edge < c.content.end and c.cue.end <= edge
            else c
            for c in self.found
        ]
