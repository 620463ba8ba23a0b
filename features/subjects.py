"""The subjects of a sentence's verbs, found on words and commas alone."""

from __future__ import annotations

from tenor.features.gazetteer import split_words
from tenor.features.phrases import ALONE, OPENERS, name_end, phrase_before, phrase_ending, several_people
from tenor.features.sentences import STARTERS, Span
from tenor.features.speech import (
    BASES,
    JUDGING,
    NOUNISH,
    PRONOUNS,
    TIME,
    Token,
    verb_position,
)

_AUXILIARIES = split_words("did does do will would can could may might must should has have had")
_GERUND_AFTER = split_words("by after in before while when and without")


class SentenceWords:
    """Words that belong together: those of a sentence outside all quotations, or those of one quotation.

    ``last_source`` is the subject of the latest attributing verb, which a later verb may share ("… and added").
    """

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens = text, tokens
        self.last_source: Span | None = None

    def span(self, places: tuple[int, int]) -> Span:
        """The characters of the words from the first place to the last, a closing possessive left out."""
        first, last = places
        end = self.tokens[last].end
        if self.text[self.tokens[last].start : end].endswith(("’s", "'s")):
            end -= 2
        return Span(self.tokens[first].start, end)

    def subject(self, i: int) -> tuple[Span | None, bool]:
        """The subject of the verb at place ``i``, and whether it was taken over from an earlier verb."""
        token, tokens = self.tokens[i], self.tokens
        j = verb_position(tokens, i)
        if j == -2:
            return None, False
        if token.lower.endswith("ing") and j == i - 1:  # a participle, not "is warning"
            before = tokens[j].lower if j >= 0 else ""
            if j >= 0 and token.gap.isspace() and before not in _GERUND_AFTER:
                return None, False
            if j < 0 or before in {"while", "when"}:
                return self.main_subject()
            return (self.last_source or self.main_subject()[0]), True
        if j < 0:
            return None, False
        if (
            tokens[j].lower == "to"
            and j > 2
            and tokens[j - 1].lower == "on"
            and tokens[j - 2].lower in {"went", "goes"}
        ):
            phrase = phrase_before(tokens, j - 2)  # "she went on to say"
            return (self.span(phrase) if phrase else None), False
        if tokens[j].lower == "to" and tokens[j + 1].gap.isspace():
            return self.main_subject() if token.lower in JUDGING else (None, False)
        if tokens[j].lower in {"who", "which"}:
            antecedent = phrase_before(tokens, j) if j > 0 and tokens[j].gap.strip() in {"", ","} else None
            if antecedent is None and j > 0 and tokens[j - 1].capital:
                antecedent = phrase_ending(tokens, j - 1)
            return (self.span(antecedent) if antecedent else None), False
        if tokens[j].lower == "having":
            return (self.last_source or self.main_subject()[0]), True
        if tokens[j].lower in {"and", "but", "then", "or"} and tokens[j + 1].gap.isspace():
            return (self.last_source or self.main_subject()[0]), True
        if j == i - 1 and self._modifies(j, token):
            phrase = phrase_before(tokens, j + 1)
            several = phrase and phrase[1] > phrase[0] and several_people(tokens, *phrase)
            return (self.span(phrase) if phrase and several else None), False  # "followers of Hale hope that …"
        if token.lower in NOUNISH and not (
            tokens[j].capital or tokens[j].lower in PRONOUNS or tokens[j + 1].gap.strip() == ","
        ):
            plural = tokens[j].lower.endswith("s") and not token.lower.endswith(("s", "d"))
            if token.lower in {"say", "think"}:  # "people in the trade say"
                plural = plural or phrase_before(tokens, j + 1) is not None
            if not plural and not (token.lower.endswith("ed") or token.lower in {"told", "thought"}):
                return None, False
        phrase = self._before_aside(i) if j == i - 1 and token.gap.strip() == "," else None
        phrase = phrase or phrase_before(tokens, j + 1)
        return (self.span(phrase) if phrase else None), False

    def _before_aside(self, i: int) -> tuple[int, int] | None:
        """The subject of a verb parted from its auxiliary by an aside ("Hale did, to be fair, say …")."""
        tokens = self.tokens
        k = i - 1
        while k > 0 and i - k < 10 and not tokens[k].gap.strip():
            k -= 1
        if k < 2 or tokens[k].gap.strip() != "," or tokens[k - 1].lower not in _AUXILIARIES:
            return None
        return phrase_before(tokens, verb_position(tokens, k - 1) + 1)

    def _modifies(self, j: int, word: Token) -> bool:
        """Whether the name at place ``j`` only qualifies the word after it ("Trump's remark", "the Khan question")."""
        if self.tokens[j].text.endswith(("’s", "'s")):
            return True
        if self.tokens[j].lower in ALONE:
            return False
        joined = any(t.lower in {"and", "or"} for t in self.tokens[max(0, j - 4) : j])
        return self.tokens[j].capital and word.lower in BASES and not joined and self.tokens[j].lower[-1] != "s"

    def is_noun(self, i: int, prepositions: frozenset[str]) -> bool:
        """Whether the word at place ``i``, noun as often as verb, is a noun ("claims of", "praise for").

        The participle of a passive is none ("was accused of").
        """
        tokens = self.tokens
        if tokens[i].lower.endswith("ed") and verb_position(tokens, i) == -2:
            return False
        followed = i + 1 < len(tokens) and tokens[i + 1].lower in prepositions
        return tokens[i].lower in NOUNISH and followed and i > 0 and not tokens[i - 1].capital

    def main_subject(self) -> tuple[Span | None, bool]:
        """The name that the sentence opens with, or that follows its first comma."""
        tokens = self.tokens
        for k, token in enumerate(tokens[:40]):
            if k and not (token.gap.strip() == "," or (k == 1 and tokens[0].lower in STARTERS)):
                continue
            if token.lower in {"he", "she"}:
                return self.span((k, k)), True
            if (
                token.capital
                and token.text not in TIME
                and token.lower not in OPENERS
                and not token.lower.endswith(("ing", "ed"))
            ):
                last = name_end(tokens, k)
                if not tokens[last].text.endswith(("’s", "'s")):
                    return self.span((k, last)), True
        return None, True
