"""The registry compiled to one look-up by first word, so that finding names takes time linear in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tenor.features.context import (
    first_name_before,
    is_namesake,
    is_place,
    is_state_demonym,
    standing_after,
    standing_before,
)
from tenor.features.gazetteer import HONORIFICS
from tenor.features.registry import Actor, ActorKind, ActorRegistry, Alias, AliasRole

_TOKEN = re.compile(r"\w+")
_GAP = r"(?:[ \t\xa0]+\n?[ \t\xa0]*|\n[ \t\xa0]*(?=\S))"
_LINK = {"'": "['’]", "’": "['’]", "-": "[-‐‑–]"}


@dataclass(frozen=True)
class Entry:
    """One searchable phrase. ``rule`` is alias, surname or title."""

    phrase: str
    pattern: re.Pattern[str]
    rule: str
    actors: tuple[str, ...]
    alias: Alias | None = None
    person: bool = False
    form: str = ""  # the state's form before a title ("american" in "American president"), a key of the index's forms
    lead: int = 0  # marks before the first word ("@JoeDoe")


@dataclass(frozen=True)
class Hit:
    """A phrase found in a text, before the article decides whom it means.

    ``first_name`` makes it somebody else's, and ``opens`` where that word opens a sentence; ``form_end`` is where the
    state's form before a title ends, as printed.
    """

    start: int
    end: int
    entry: Entry
    first_name: str | None = None
    form_end: int = 0
    opens: bool = False


def _words(phrase: str) -> list[str]:
    """Patterns of a phrase's words, with the apostrophes and hyphens that print may put for its own."""
    return ["".join(_LINK.get(c, re.escape(c)) for c in word) for word in phrase.split()]


def _compile(phrase: str, any_case: bool, capitals: bool, middle: bool = False, form: str = "") -> re.Pattern[str]:
    """The pattern of a phrase; a state's ``form`` before it becomes the group ``form``.

    A small first letter may be printed large, as where it opens a sentence ("the Fed", "The Fed").
    """
    words = _words(phrase)
    if words and words[0][0].islower():
        words[0] = f"[{words[0][0]}{words[0][0].upper()}]{words[0][1:]}"
    # "Donald J. Trump", "Hillary Rodham Clinton"
    between = f"{_GAP}(?:[A-Z](?:\\.|[a-z]+){_GAP})?" if middle else _GAP
    written = between.join(words)
    if capitals:
        written = f"(?:{written}|{_GAP.join(word.upper() for word in words if word)})"
    if form:
        written = f"(?P<form>{_GAP.join(_words(form))}){_GAP}{written}"
    return re.compile(rf"(?<!\w){written}(?!\w)", re.IGNORECASE if any_case else 0)


class AliasIndex:
    """All phrases of a registry: aliases, surnames of persons, titles with and without their state."""

    def __init__(self, registry: ActorRegistry) -> None:
        self.registry = registry
        self._by_word: dict[str, list[Entry]] = defaultdict(list)
        self.forms: dict[str, str] = {}  # a state's or organisation's form, casefolded -> actor id
        self.ancestors = {actor.id: frozenset(registry.ancestors(actor.id)) for actor in registry.actors}
        self.titles = {actor.id: tuple(t.casefold() for t in actor.titles) for actor in registry.actors}
        self.persons = {actor.id for actor in registry.actors if actor.is_person}
        self.names = {actor.id: actor.name for actor in registry.actors}
        self.demonyms: set[str] = set()  # forms that are adjectives, casefolded
        claimed: set[str] = set()
        for actor in registry.actors:
            for alias in registry.aliases(actor):
                self._add_alias(actor, alias)
                claimed.add(alias.text)
                if actor.kind is not ActorKind.PERSON:
                    self.forms[alias.text.casefold()] = actor.id
                    if alias.role is AliasRole.DEMONYM:
                        self.demonyms.add(alias.text.casefold())
        self._add_surnames(registry, claimed)
        self._add_titles(registry)
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: (-len(entry.phrase), entry.rule, entry.phrase))

    def _put(self, entry: Entry) -> None:
        first = _TOKEN.search(" ".join(entry.phrase.split()))
        if first:
            self._by_word[first.group().casefold()].append(replace(entry, lead=first.start()))

    def _add_alias(self, actor: Actor, alias: Alias) -> None:
        has_capital = any(c.isupper() for c in alias.text)
        sensitive = has_capital if alias.case_sensitive is None else alias.case_sensitive
        letters = sum(c.isalpha() for c in alias.text)
        capitals = sensitive and alias.case_sensitive is None and letters >= 4 and not alias.text.isupper()
        person = actor.is_person
        middle = person and len(alias.text.split()) == 2 and alias.text.split()[0] not in HONORIFICS
        pattern = _compile(alias.text, not sensitive, capitals, middle)
        self._put(Entry(alias.text, pattern, "alias", (actor.id,), alias, person))

    def _add_surnames(self, registry: ActorRegistry, claimed: set[str]) -> None:
        bearers: dict[str, list[str]] = defaultdict(list)
        for actor in registry.actors:
            if actor.surname is not None:
                bearers[actor.surname].append(actor.id)
        self.bearers = {surname: tuple(ids) for surname, ids in bearers.items()}
        for surname, ids in self.bearers.items():
            if surname not in claimed:
                pattern = _compile(surname, False, len(surname) >= 4)
                self._put(Entry(surname, pattern, "surname", ids, None, True))

    def _add_titles(self, registry: ActorRegistry) -> None:
        claims: dict[str, list[str]] = defaultdict(list)
        for actor in registry.actors:
            for title in actor.titles:
                claims[" ".join(title.casefold().split())].append(actor.id)
        for title, ids in claims.items():
            self._put(Entry(title, _compile(title, True, False), "title", tuple(dict.fromkeys(ids))))
            for form, state in self.forms.items():
                own = tuple(dict.fromkeys(i for i in ids if state in self.ancestors[i]))
                if own:
                    pattern = _compile(title, True, False, form=form)
                    self._put(Entry(f"{form} {title}", pattern, "title", own, form=form))

    def find(self, text: str, sentence_starts: frozenset[int], paragraph_starts: frozenset[int]) -> Iterator[Hit]:
        """Longest phrases from left to right, none overlapping, each allowed by its own context rules."""
        reached = 0
        for token in _TOKEN.finditer(text):
            at = token.start()
            if at < reached:
                continue
            refused = reached
            for entry in self._by_word.get(token.group().casefold(), ()):
                start = at - entry.lead
                match = entry.pattern.match(text, start) if start >= reached else None
                if match is None:
                    continue
                form_end = match.end("form") if entry.form else 0
                hit = self._admit(
                    text, Hit(start, match.end(), entry, form_end=form_end), sentence_starts, paragraph_starts
                )
                if hit is None:  # "in New Delhi" must not come back as "Delhi"
                    refused = max(refused, match.end())
                    continue
                yield hit
                reached = hit.end
                break
            else:
                reached = refused

    def _admit(
        self, text: str, hit: Hit, sentence_starts: frozenset[int], paragraph_starts: frozenset[int]
    ) -> Hit | None:
        start, end, entry = hit.start, hit.end, hit.entry
        if entry.rule == "title":
            return hit
        if entry.person:
            if is_namesake(text, end):
                return None
            if " " not in entry.phrase and not entry.lead:  # a handle is no surname
                first = first_name_before(text, start, sentence_starts)
                if first is not None and first[0].casefold() not in self.forms:
                    return Hit(start, end, entry, first[0], opens=first[1])
        alias = entry.alias
        if alias is None:
            return hit
        return self._by_role(text, hit, alias, start - 1 in paragraph_starts or start in paragraph_starts)

    @staticmethod
    def _by_role(text: str, hit: Hit, alias: Alias, opens: bool) -> Hit | None:
        start, end = hit.start, hit.end
        if alias.not_before and standing_before(text, start, alias.not_before):
            return None
        if alias.not_after and standing_after(text, end, alias.not_after):
            return None
        if alias.before and not standing_before(text, start, alias.before):
            return None
        if alias.after:
            return hit if standing_after(text, end, alias.after) else None
        if alias.role is AliasRole.DEMONYM and not is_state_demonym(text, end):
            return None
        if alias.role is AliasRole.CAPITAL and is_place(text, start, end, opens):
            return None
        return hit
