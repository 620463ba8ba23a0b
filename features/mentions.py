"""Mentions of registered actors in an article: which phrase means whom, decided over the whole article."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tenor.features.aliases import AliasIndex, Hit
from tenor.features.context import compound
from tenor.features.gazetteer import COMMON_WORDS, HONORIFICS
from tenor.features.sentences import SentenceSpan

# Around a bare title: what allows it ("the prime minister"), what makes it another's ("prime minister of Iran").
_DETERMINER = re.compile(r"(?:^|[^\w])(?:[Tt]he|THE)[ \xa0\n]+$")
_POSSESSIVE = re.compile(r"([\w.]+(?:[ \xa0][\w.]+){0,2})(?:['’]s|s['’])[ \xa0\n]+$")
_TITLED_NAME = re.compile(r"[ \xa0\n]+(?:\([\w ]+\)[ \xa0]+)?([A-Z][\w’-]+)")
_OF = re.compile(r"[ \xa0\n]+of[ \xa0\n]+(?:the[ \xa0\n]+)?([A-Z][\w.]*(?:[ \xa0][A-Z][\w.]*)?)")
_OFFICE = re.compile(r"(?:['’]s?)?[ \xa0]+(?:Office|House|Secretariat|Directorate|Inspection)\b|-\w|s\b")

# Between a name and the title that explains it, in either order; and a title whose bearer the registry lacks.
_APPOSED = re.compile(r",[ \xa0](?:the |[\w’']+s[ \xa0])?(?:[\w-]+ ){0,2}")
_APPOSING = re.compile(r",?[ \xa0]+(?:and[ \xa0]+)?(?:[A-Z][\w.]+[ \xa0]+){0,4}")
_PAIR = re.compile(r"\b[Tt]he two (?:leaders|men|women|ministers|presidents|diplomats)\b|\b[Bb]oth leaders\b")
_SMALL = re.compile(r"(?<![\w’'-])[^\W\d_A-Z][\w’'-]*")
_OTHER_BEARER = re.compile(r",[ \xa0]+[A-Z][\w’-]+ [A-Z][\w’-]+,")


@dataclass(frozen=True)
class Mention:
    """One mention ``[start, end)`` of ``actor`` in sentence number ``sentence`` of its article.

    ``rule`` is alias, surname, title or pair; ``candidates`` are all actors that an ambiguous one could mean.
    """

    start: int
    end: int
    actor: str
    rule: str
    sentence: int
    relational: bool = False
    candidates: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether it could be somebody else; then ``actor`` is the candidate named last before."""
        return bool(self.candidates)


def find_mentions(text: str, sentences: list[SentenceSpan], index: AliasIndex) -> list[Mention]:
    """Mentions in order of their start; each lies in one sentence. Empty text gives none.

    None overlap, but that "the two leaders" is a mention of each of the two.
    """
    sentence_starts = frozenset(s.start for s in sentences)
    paragraph_starts = frozenset(
        s.start for i, s in enumerate(sentences) if i == 0 or sentences[i - 1].paragraph != s.paragraph
    )
    hits = list(index.find(text, sentence_starts, paragraph_starts))
    article = _Article(text, index, hits)
    starts = [s.start for s in sentences]
    found: list[Mention] = []
    for number, hit in enumerate(hits):
        for mention in article.resolve(number, hit):
            at = bisect_right(starts, mention.start) - 1
            if at >= 0 and mention.end <= sentences[at].end:
                found.append(replace(mention, sentence=at))
    found = _relations(text, _without_appositions(text, found), index)
    return sorted([*found, *_pairs(text, sentences, found, index)], key=lambda m: m.start)


class _Article:
    """What an article as a whole says about who is meant."""

    def __init__(self, text: str, index: AliasIndex, hits: list[Hit]) -> None:
        self.text, self.index, self.hits = text, index, hits
        self.named: dict[str, list[int]] = {}  # actor -> starts of mentions that name it beyond doubt
        # surname -> starts of full names with it that somebody outside the registry bears
        self.rivals: dict[str, list[int]] = {}
        # A capital at a sentence's start that also stands small hides a common word, and so no namesake.
        small = frozenset(_SMALL.findall(text)) if any(hit.opens for hit in hits) else frozenset()
        for hit in hits:
            entry = hit.entry
            if hit.first_name is not None:
                common = hit.opens and hit.first_name.lower() in small
                if not common and not self._own_first_name(hit):
                    self.rivals.setdefault(entry.phrase, []).append(hit.start)
            elif entry.rule == "alias":
                self.named.setdefault(entry.actors[0], []).append(hit.start)
            elif entry.rule == "surname":
                titled = self._titled(hit)
                if titled:
                    self.named.setdefault(titled, []).append(hit.start)

    def _own_first_name(self, hit: Hit) -> str | None:
        """The candidate whose own first name stands before the surname (a form that no alias lists)."""
        if hit.first_name is None or not hit.first_name:
            return None
        owners = self.index.bearers.get(hit.entry.phrase, hit.entry.actors)
        own = [a for a in owners if hit.first_name in self.index.names[a].split()[:-1]]
        return own[0] if len(own) == 1 else None

    def _titled(self, hit: Hit) -> str | None:
        """The one candidate whose title stands right before the surname ("Prime Minister Sharif")."""
        before = " ".join(self.text[max(0, hit.start - 60) : hit.start].casefold().split())
        owners = self.index.bearers.get(hit.entry.phrase, hit.entry.actors)
        fitting = [a for a in owners if any(before.endswith(title) for title in self.index.titles[a])]
        return fitting[0] if len(fitting) == 1 else None

    def resolve(self, number: int, hit: Hit) -> list[Mention]:
        """The mention that a hit amounts to, or none."""
        if hit.entry.rule == "title":
            return self._title(number, hit)
        if hit.first_name is not None:
            own = self._own_first_name(hit)
            return [Mention(hit.start, hit.end, own, hit.entry.rule, 0)] if own else []
        if hit.entry.person and " " not in hit.entry.phrase:
            return self._surname(hit)
        return [Mention(hit.start, hit.end, hit.entry.actors[0], "alias", 0)]

    def _surname(self, hit: Hit) -> list[Mention]:
        phrase, rule = hit.entry.phrase, hit.entry.rule
        titled = self._titled(hit)
        if titled:
            return [Mention(hit.start, hit.end, titled, rule, 0)]
        bearers = self.index.bearers.get(phrase, ())
        if rule == "alias":
            owner = hit.entry.actors[0]
            others = [a for a in bearers if a != owner and a in self.named]
            candidates = (owner, *others) if others else ()
            return [self._between(hit, rule, candidates or (owner,), bool(others))]
        named = tuple(a for a in bearers if a in self.named)
        if named:
            return [self._between(hit, rule, named, len(named) > 1 or self._rivalled(phrase, named[0], hit.start))]
        if phrase in self.rivals or (phrase in COMMON_WORDS and not self._honoured(hit)) or len(phrase) < 3:
            return []
        return [self._between(hit, rule, bearers, len(bearers) > 1)]

    def _rivalled(self, surname: str, actor: str, at: int) -> bool:
        """Whether the last full name with this surname before ``at`` is somebody else's."""
        rivals = self.rivals.get(surname, [])
        place = bisect_right(rivals, at - 1)
        return place > 0 and rivals[place - 1] > self._last_named(actor, at)

    def _honoured(self, hit: Hit) -> bool:
        before = self.text[max(0, hit.start - 20) : hit.start].split()
        return bool(before) and before[-1].rstrip(".") in HONORIFICS

    def _last_named(self, actor: str, at: int) -> int:
        """Start of the last mention before ``at`` that names the actor beyond doubt; -1 without one."""
        starts = self.named.get(actor, [])
        place = bisect_right(starts, at - 1)
        return starts[place - 1] if place else -1

    def _between(self, hit: Hit, rule: str, candidates: tuple[str, ...], ambiguous: bool) -> Mention:
        """The candidate named last before the hit, flagged where another could be meant."""
        # Stable on ties, so the registry's order decides where none was named before.
        actor = max(candidates, key=lambda a: self._last_named(a, hit.start))
        return Mention(hit.start, hit.end, actor, rule, 0, candidates=candidates if ambiguous else ())

    def _title(self, number: int, hit: Hit) -> list[Mention]:
        text, entry, index = self.text, hit.entry, self.index
        fallback = self._modifier(hit) if entry.form else []
        if _OFFICE.match(text, hit.end) or text[hit.start - 1 : hit.start] in {"-", "‑", "–"}:
            return fallback
        following = _TITLED_NAME.match(text, hit.end)
        if following and not (
            number + 1 < len(self.hits)
            and self.hits[number + 1].entry.person is False
            and self.hits[number + 1].start == following.start(1)
        ):
            return fallback  # the name that follows is the mention, or it is somebody else's office
        candidates = entry.actors
        of = _OF.match(text, hit.end)
        if of:
            state = index.forms.get(of.group(1).casefold()) or index.forms.get(of.group(1).split()[0].casefold())
            candidates = tuple(a for a in candidates if state is not None and state in index.ancestors[a])
            bound = True
        elif entry.form:
            before = text[max(0, hit.start - 20) : hit.start].casefold().rstrip()
            if before.endswith(
                (" former", "deputy", "vice", "acting", "late", " ex", "ex-", "another", " an", " a", "next", "no")
            ):
                return fallback
            bound = True
        else:
            left = text[max(0, hit.start - 60) : hit.start]
            possessive = _POSSESSIVE.search(left)
            if possessive:
                words = possessive.group(1).split()
                forms = (index.forms.get(" ".join(words[i:]).casefold()) for i in range(len(words)))
                state = next((form for form in forms if form), None)
                candidates = tuple(a for a in candidates if state is not None and state in index.ancestors[a])
                bound = True
            elif _DETERMINER.search(left):
                bound = False
            else:
                return []
        if not candidates:
            return fallback
        start = hit.start
        named = tuple(a for a in candidates if a in self.named)
        if bound and len(candidates) == 1:
            return [Mention(start, hit.end, candidates[0], "title", 0)]
        if not named:
            return fallback
        recent = self._recent(named, start)
        if len(named) == 1 or recent:
            return [Mention(start, hit.end, recent or named[0], "title", 0)]
        return [replace(self._between(hit, "title", named, True), rule="title")]

    def _recent(self, candidates: tuple[str, ...], at: int) -> str | None:
        """The only candidate named in the 400 characters before, if just one is."""
        near = [a for a in candidates if self._last_named(a, at) >= max(0, at - 400)]
        return near[0] if len(near) == 1 else None

    def _modifier(self, hit: Hit) -> list[Mention]:
        """The state before an office that names no actor here ("US Secretary …"): named, but no tone target."""
        form = self.text[hit.start : hit.form_end]
        if hit.entry.form in self.index.demonyms or not form[:1].isupper() or (len(form) < 4 and not form.isupper()):
            return []
        return [Mention(hit.start, hit.form_end, self.index.forms[hit.entry.form], "alias", 0, relational=True)]


def _pairs(text: str, sentences: list[SentenceSpan], mentions: list[Mention], index: AliasIndex) -> Iterator[Mention]:
    """Both persons whom "the two leaders" means: where exactly two are named in the sentence and the one before."""
    starts = [sentence.start for sentence in sentences]
    firsts = [mention.start for mention in mentions]
    for phrase in _PAIR.finditer(text):
        at = bisect_right(starts, phrase.start()) - 1
        if at < 0 or phrase.end() > sentences[at].end:
            continue
        near = mentions[bisect_left(firsts, sentences[max(0, at - 1)].start) : bisect_left(firsts, phrase.start())]
        persons = dict.fromkeys(m.actor for m in near if m.actor in index.persons and not m.ambiguous)
        if len(persons) == 2:
            yield from (Mention(phrase.start(), phrase.end(), actor, "pair", at) for actor in persons)


def _without_appositions(text: str, mentions: list[Mention]) -> list[Mention]:
    """Titles that stand in apposition to a name ("Dar, the foreign minister,") name nobody a second time."""
    kept: list[Mention] = []
    for i, mention in enumerate(mentions):
        before = mentions[i - 1] if i else None
        after = mentions[i + 1] if i + 1 < len(mentions) else None
        if mention.rule == "title" and (_follows(text, before, mention) or _introduces(text, mention, after)):
            continue
        kept.append(mention)
    return kept


def _follows(text: str, before: Mention | None, title: Mention) -> bool:
    """Whether the title only says who the person just named is."""
    if before is None or before.rule == "title" or before.actor != title.actor:
        return False
    return _APPOSED.fullmatch(text[before.end : title.start]) is not None


def _introduces(text: str, title: Mention, after: Mention | None) -> bool:
    """Whether the name of the title's bearer follows it, be it a registered one or not."""
    if after is not None and _APPOSING.fullmatch(text[title.end : after.start]):
        return after.actor == title.actor
    return _OTHER_BEARER.match(text[title.end : title.end + 60]) is not None


def _relations(text: str, mentions: list[Mention], index: AliasIndex) -> list[Mention]:
    """Mark names that name a relation ("Pak-US ties") or only qualify another name ("US State Department")."""
    marked = []
    for i, mention in enumerate(mentions):
        relational = mention.relational or compound(text, mention.start, mention.end) in {"relation", "modifier"}
        if i + 1 < len(mentions):
            after = mentions[i + 1]
            owned = mention.actor in index.ancestors[after.actor] and mention.actor not in index.persons
            relational = relational or (owned and text[mention.end : after.start].isspace())
        marked.append(replace(mention, relational=True) if relational else mention)
    return marked
