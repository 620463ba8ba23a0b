"""Rules for rubbish glued into a paragraph: headlines wedged between two sentences, "Read More:", "Tags:"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from tenor.features.intake.drafts import Draft, words_of
from tenor.features.intake.headline_words import (
    BEFORE_NAMES,
    DANGLING,
    FINITE,
    OPENERS,
    PRONOUNS,
    PROSE,
    SMALL,
    SPEECH,
)

_MIN_WORDS = 4
_MAX_WORDS = 16
_MAX_CHARACTERS = 100_000  # of a paragraph that is searched: no article's is longer
_QUESTIONS = frozenset({"How", "Why", "What", "Who", "When", "Where", "Which", "After", "Two", "First"})

_SENTENCE_START = re.compile(r"(?:^|[.!?…][\"'”’»)\]]*\s+)(?=[\"'“‘(\[]?[A-Z0-9])")
_TOKEN = re.compile(r"\S+")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Cpl|Adm|Sen|Rep|Gov|Rev|Hon|Amb|St|Jr|Sr|Inc|Co|Corp"
    r"|Ltd|No|vs|v|(?:[A-Z]\.)*[A-Z]|[Ee]\.g|i\.e|a\.m|p\.m|etc|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Fla|Calif"
    r"|Wash|Mass|Pa|Va|Md|Conn|Mich|Minn|Wis|Ill|Ind|Ariz|Colo|Nev|Ore|Tenn|Tex|Okla|Ark|Ala|Ga|Miss|Mo|Neb|Kan|Mont"
    r"|Del"
    r"|Me|Vt|W\.Va)\.$"
)
_MARKER = re.compile(
    r"(?:Read\s+(?:More|Also)|READ\s+(?:MORE|ALSO)|Also\s+Read|ALSO\s+READ|See\s+Also|SEE\s+ALSO"
    r"|Read\s+Next)\s*[:|»–—-]\s*"
)
_TAGS = re.compile(r"(?:(?<=[.!?…\"'”’)]\s)|(?<=\w\s)|^)(?:Tags|TAGS|Keywords|Filed under)\s*:\s*[^.!?]{1,200}[.]?\s*$")


@dataclass(frozen=True, slots=True)
class _Token:
    """One word as it stands, and bare of punctuation."""

    text: str
    start: int
    end: int
    bare: str
    lower: str
    capital: bool

    @classmethod
    def of(cls, match: re.Match[str]) -> _Token:
        bare = match.group().strip("\"'“”‘’()[],;:.!?…—–-")
        first = bare[:1]
        lower = bare.lower().replace("’", "'")
        return cls(match.group(), match.start(), match.end(), bare, lower, first.isupper() or first.isdigit())


class Glued(NamedTuple):
    """A span of a paragraph that is no part of its prose, and why."""

    start: int
    end: int
    reason: str


def cut_glued(draft: Draft) -> None:
    """Cut teasers, markers and tag lists out of paragraphs of running text."""
    vocabulary = _counts(draft)
    for paragraph in draft.kept:
        if not paragraph.is_real():
            continue
        draft.cut(paragraph, find_glued(paragraph.joined, vocabulary))


def _counts(draft: Draft) -> dict[str, int]:
    counts: dict[str, int] = {}
    for paragraph in draft.kept:
        for word in words_of(paragraph.text):
            counts[word] = counts.get(word, 0) + 1
    return counts


def find_glued(text: str, vocabulary: dict[str, int] | None = None) -> list[Glued]:
    """Spans of ``text``, in order and disjoint, that are glued in. ``vocabulary`` counts the article's words.

    A headline is only seen where a sentence has ended before it, it lacks a stop itself, it speaks headline English
    (no articles, auxiliaries or pronouns; or title case) and a clear sentence opener follows. All else stays.
    """
    vocabulary = vocabulary or {}
    if len(text) > _MAX_CHARACTERS:
        return []
    found: list[Glued] = []
    end_of_prose = len(text)
    tail_start = max(0, len(text.rstrip()) - 300)
    tags = _TAGS.search(text, tail_start, len(text.rstrip()))
    if tags and len(tags.group().split()) <= 25:
        found.append(Glued(tags.start(), tags.end(), "tags line"))
        end_of_prose = tags.start()
    starts = [
        match.end()
        for match in _SENTENCE_START.finditer(text, 0, end_of_prose)
        if not _ABBREVIATION.search(text[max(0, match.end() - 12) : match.end()].rstrip())
    ]
    for i, start in enumerate(starts):
        stop = starts[i + 1] if i + 1 < len(starts) else end_of_prose
        span = _headline(text, start, stop, vocabulary, last=stop == end_of_prose, first=i == 0)
        if span is not None:
            found.append(span)
    return sorted(found)


def _headline(text: str, start: int, stop: int, vocabulary: dict[str, int], *, last: bool, first: bool) -> Glued | None:
    """The headline that opens the stretch ``text[start:stop]`` of one sentence, or None."""
    marker = _MARKER.match(text, start, stop)
    tokens = [_Token.of(match) for match in _TOKEN.finditer(text, start, min(stop, start + 600))]
    if marker:
        return _marked(tokens, start, n_marker=len(marker.group().split()))
    for n in range(_MIN_WORDS, min(_MAX_WORDS, len(tokens) - 2) + 1):
        head, tail = tokens[:n], tokens[n:]
        if _END.search(head[-1].text) or head[-1].text[-1] in ",;:—–-":
            if _END.search(head[-1].text):
                return None
            continue
        style = _headline_style(head) if _may_open(tail) and _opens(head, tail, vocabulary) else None
        if style is None:
            continue
        # In title case the cut is only clear where prose follows; an article in the headline needs a foreign matter.
        if (style == "title" and not _is_prose(tail)) or (style == "article" and not _is_foreign(head, vocabulary)):
            continue
        return Glued(start, head[-1].end, "teaser headline")
    return _closing_headline(start, tokens, vocabulary) if last and not first else None


def _closing_headline(start: int, tokens: list[_Token], vocabulary: dict[str, int]) -> Glued | None:
    """A headline that closes its paragraph: a sentence before it, no stop after it."""
    if not _MIN_WORDS < len(tokens) <= _MAX_WORDS or _END.search(tokens[-1].text):
        return None
    if tokens[-1].lower in DANGLING or _headline_style(tokens) is None or not _is_foreign(tokens, vocabulary):
        return None
    return Glued(start, tokens[-1].end, "teaser headline")


def _marked(tokens: list[_Token], start: int, *, n_marker: int) -> Glued | None:
    """What follows "Read More:" is a headline up to the next sentence opener, or to the end of its sentence."""
    for n in range(n_marker + 3, len(tokens) - 2):
        if _is_opener(tokens[n], tokens[n + 1]) and tokens[n - 1].lower not in DANGLING and not tokens[n - 1].capital:
            return Glued(start, tokens[n - 1].end, "read-more line")
    if len(tokens) <= n_marker + _MAX_WORDS + 4:
        return Glued(start, tokens[-1].end, "read-more line")
    return None


def _is_opener(token: _Token, following: _Token) -> bool:
    if token.text.rstrip(",") not in OPENERS:
        return False
    if token.text.endswith(","):
        return True
    return not following.capital or token.text in BEFORE_NAMES


def _may_open(tail: list[_Token]) -> bool:
    """Whether a sentence could begin at ``tail[0]`` at all: the cheap test before the careful ones."""
    return len(tail) >= 3 and tail[0].capital


def _opens(head: list[_Token], tail: list[_Token], vocabulary: dict[str, int]) -> bool:
    """Whether a sentence begins at ``tail[0]``."""
    if head[-1].lower in DANGLING:
        return False
    token = tail[0]
    if _is_opener(token, tail[1]):
        return True
    if _opens_speech(tail):
        return head[-1].lower not in SPEECH and _is_foreign(head, vocabulary)
    # A name that the article speaks of, with a finite verb: only where the words before it stand nowhere else.
    return (
        token.capital
        and token.bare.isalpha()
        and vocabulary.get(token.bare.casefold(), 0) > 1
        and (tail[1].text in FINITE or tail[1].text in SPEECH)
        and not head[-1].capital
        and len(head) >= 5
        and _is_foreign(head, vocabulary)
    )


def _is_prose(tokens: list[_Token]) -> bool:
    """Whether what follows is set as prose: a headline that goes on is capitalised throughout."""
    content = [token for token in tokens[1:12] if token.bare[:1].isalpha() and len(token.bare) >= 4]
    return sum(not token.capital for token in content) >= max(1, 0.5 * len(content))


def _opens_speech(tail: list[_Token]) -> bool:
    """Whether a quoted sentence begins here and is attributed right after it ("…," said X)."""
    opening = tail[0].text[0]
    if opening not in '"“' or not tail[0].bare[:1].isupper():
        return False
    for i, token in enumerate(tail):
        if re.search(r"[,.!?][\"”]$", token.text):
            after = [each.bare for each in tail[i + 1 : i + 5]]
            return i >= 3 and (not after or any(word in SPEECH for word in after))
    return False


def _is_foreign(head: list[_Token], vocabulary: dict[str, int]) -> bool:
    """Whether the headline speaks of other things: hardly any content word of it stands elsewhere in the article."""
    content = [word for token in head for word in words_of(token.bare) if len(word) >= 4]
    if not content:
        return False
    return sum(vocabulary.get(word, 0) > 1 for word in content) <= len(content) // 5


def _headline_style(tokens: list[_Token]) -> str | None:
    """``title`` or ``sentence`` case where the words speak headline English, else None."""
    bare = [token.bare for token in tokens]
    lowered = [token.lower for token in tokens]
    if any(char in token.text for token in tokens for char in '"“”();[]{}') or all(word.isupper() for word in bare):
        return None
    if not tokens[0].capital or (tokens[0].text.endswith(",") and tokens[0].bare in OPENERS):
        return None
    content = [word for word in bare if word.lower() not in SMALL and word[:1].isalpha()]
    capitals = sum(word[:1].isupper() for word in content)
    if len(tokens) >= 5 and len(content) >= 4 and capitals >= 0.9 * len(content):
        # Names alone are all capitals too: a small word or a colon must stand between.
        joined = any(word in SMALL or word in PROSE for word in lowered)
        return "title" if joined or any(token.text.endswith(":") for token in tokens) else None
    prose = [word for word in lowered if word in PROSE or word.endswith("n't") or word.partition("'")[0] in PRONOUNS]
    # "… to a rush", "… for a third month": one indefinite article after a preposition is still headline English.
    if prose and not (len(prose) == 1 and prose[0] in {"a", "an"} and lowered[lowered.index(prose[0]) - 1] in DANGLING):
        return None
    if any(token.text.endswith(",") for token in tokens) or not any(word[:1].islower() for word in bare):
        return None
    if tokens[0].bare in OPENERS - _QUESTIONS:
        return None
    return "sentence" if not prose else "article"
