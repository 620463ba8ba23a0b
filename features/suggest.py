"""Frequent names that the registry lacks: candidates for its next actors."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from tenor.features.aliases import AliasIndex
from tenor.features.gazetteer import HONORIFICS, ORGANISATION_WORDS
from tenor.features.mentions import find_mentions
from tenor.features.records import Articles
from tenor.features.registry import ActorRegistry
from tenor.features.sentences import STARTERS, SentenceSpan, sentence_spans
from tenor.features.speech import TIME

_NAME = re.compile(
    r"(?<![\w’'-])[A-Z][\w-]*(?:[ \xa0](?:(?:of|for|bin|al|de|van|von|ul)[ \xa0](?:the[ \xa0])?)?[A-Z][\w-]*){0,5}"
)
_JOINED = re.compile(r" (?:of|for) ")


@dataclass(frozen=True)
class Suggestion:
    """A name that no actor of the registry has, with how often and where it stands."""

    name: str
    n_mentions: int
    n_articles: int
    example: str


@dataclass
class _Found:
    n_mentions: int = 0
    articles: set[str] | None = None
    example: str = ""


def suggest_actors(articles: Articles, registry: ActorRegistry, *, limit: int) -> list[Suggestion]:
    """The ``limit`` most mentioned capitalised names that the registry lacks, most articles first.

    A bare surname counts for the one full name of its article that ends in it. Words that are capitalised only because
    they open a sentence are no names. No articles give an empty list.
    """
    index = AliasIndex(registry)
    found: dict[str, _Found] = defaultdict(_Found)
    in_lower: Counter[str] = Counter()
    for article_id, text in sorted(zip(articles.column("article_id"), articles.column("text"), strict=True)):
        in_lower.update(re.findall(r"(?<!\w)[a-z][\w-]*", text))
        sentences = sentence_spans(text)
        for name, example in _names(text, sentences, index):
            one = found[name]
            one.n_mentions += 1
            one.articles = (one.articles or set()) | {article_id}
            one.example = one.example or example
    suggestions = [
        Suggestion(name, one.n_mentions, len(one.articles or ()), one.example)
        for name, one in found.items()
        # A word that mostly stands in lower case is no name ("Council" by itself, "Exporters").
        if " " in name or in_lower[name.lower()] < one.n_mentions
    ]
    return sorted(suggestions, key=lambda s: (-s.n_articles, -s.n_mentions, s.name))[:limit]


def _names(text: str, sentences: list[SentenceSpan], index: AliasIndex) -> list[tuple[str, str]]:
    """Names of one article outside the registry, surnames replaced by their full names, each with its sentence."""
    taken = [(m.start, m.end) for m in find_mentions(text, sentences, index)]
    known = {form for actor in index.registry.actors for form in _forms(index, actor.id)}
    raw: list[tuple[str, str, bool]] = []
    at = 0
    for sentence in sentences:
        line = text[sentence.start : sentence.end]
        for match in _NAME.finditer(line):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            while at < len(taken) and taken[at][1] <= start:
                at += 1
            if at < len(taken) and taken[at][0] < end:
                continue
            opens = line[: match.start()].strip() in {"", "“", '"', "‘"}
            name = _trimmed(match.group(), opens)
            if name and name.casefold() not in known and not set(name.casefold().split()) <= known:
                raw.append((name, line, opens and name == match.group()))
    full = defaultdict(set)
    for name, _, _ in raw:
        words = name.split()
        if 2 <= len(words) <= 4 and not ORGANISATION_WORDS & set(words) and not _JOINED.search(name):
            full[words[-1]].add(name)
    named: list[tuple[str, str]] = []
    for name, line, opens in raw:
        if " " in name:
            named.append((name, line))
        elif len(full.get(name, ())) == 1:
            named.append((next(iter(full[name])), line))
        elif not opens:  # one word that opens a sentence tells nothing by its capital
            named.append((name, line))
    return named


def _forms(index: AliasIndex, actor_id: str) -> set[str]:
    actor = index.registry.get(actor_id)
    if actor is None:
        return set()
    forms = {alias.text.casefold() for alias in index.registry.aliases(actor)}
    return (
        forms | {title.casefold() for title in actor.titles} | ({actor.surname.casefold()} if actor.surname else set())
    )


def _trimmed(name: str, opens: bool) -> str:
    """The name without forms of address and what opens its sentence; empty where nothing is left."""
    words = name.split()
    while words and (
        words[0].rstrip(".") in HONORIFICS
        or words[0].lower() in STARTERS | {"of", "for", "and"}
        or (opens and words[0].endswith(("ing", "ly", "ed")))
    ):
        words, opens = words[1:], False
    while words and words[-1] in {"of", "for", "and", "the"}:
        words = words[:-1]
    if not words or (len(words) == 1 and (words[0] in TIME or len(words[0]) < 3)):
        return ""
    return "" if all(word in TIME for word in words) else " ".join(words)
