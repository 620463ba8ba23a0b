"""The rules of ``features.attribution`` as a method of the attribution benchmark: text in, relations out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tenor.experiments.attribution_bench import AttributionMethod
from tenor.experiments.attribution_data import Relation
from tenor.features.aliases import AliasIndex
from tenor.features.attribution import Attribution, find_attributions
from tenor.features.mentions import find_mentions
from tenor.features.registry import ActorRegistry, parse_registry
from tenor.features.sentences import Span, sentence_spans
from tenor.features.speech import is_adverb, tokens_of

_THAT = re.compile(r"\b(?:that|whether|how|why|if)\s+$", re.IGNORECASE)
_EDGES = " \n\t,.;:—–"
_BEFORE = 60  # characters before a cue in which its auxiliaries are looked for
_HELPS = frozenset({"is", "are", "was", "were", "been", "being", "be", "’s", "'s"})


def rules_method(registry: ActorRegistry | None = None) -> AttributionMethod:
    """The rules alone; with a registry its actors are known as speakers, without one names are taken as written."""
    # A registry cannot be empty; no word of a text starts with a bracket, so this name is never found.
    nobody = parse_registry({"actors": [{"id": "nobody", "name": "(nobody)"}]})
    index = AliasIndex(registry or nobody)

    def annotate(text: str) -> list[Relation]:
        sentences = sentence_spans(text)
        mentions = find_mentions(text, sentences, index)
        return to_relations(text, find_attributions(text, sentences, mentions, index))

    return annotate


def to_relations(text: str, attributions: Sequence[Attribution]) -> list[Relation]:
    """The rules' attributions cut as PolNeAR cuts them, contents with the same source and cue as one relation.

    There a content holds the "that" before it and its own quotation marks but no stop or comma at its end, and a cue
    its auxiliaries ("has said"). Verbs of judgement stay in, as there; hearsay ("reportedly") has a cue and no source.
    """
    parts: dict[tuple[Span | None, Span | None, int], list[Span]] = {}
    for number, one in enumerate(attributions):
        content = _content(text, one.start, one.end)
        if content.end > content.start:
            alone = number if one.source is None and one.cue is None else -1
            parts.setdefault((one.source, one.cue, alone), []).append(content)
    return [
        Relation(
            () if source in {None, cue} else (source,),
            () if cue is None else (_cue(text, cue),),
            tuple(sorted(set(contents))),
        )
        for (source, cue, _), contents in parts.items()
    ]


def _content(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    that = _THAT.search(text, max(0, start - 10), start)
    return Span(that.start() if that else start, end)


def _cue(text: str, cue: Span) -> Span:
    """The cue with the auxiliaries and adverbs right before it."""
    tokens = tokens_of(text, max(0, cue.start - _BEFORE), cue.end)
    at = next((i for i, token in enumerate(tokens) if token.start >= cue.start), 0)
    start = cue.start
    while at > 0 and tokens[at].gap == " " and (is_adverb(tokens[at - 1]) or tokens[at - 1].lower in _HELPS):
        at -= 1
        start = tokens[at].start
    return Span(start, cue.end)
