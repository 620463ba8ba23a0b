"""The annotate stage: articles to sentences, mentions of actors, and attributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tenor.features.aliases import AliasIndex
from tenor.features.attribution import Attribution, find_attributions, hold_mentions
from tenor.features.mentions import Mention, find_mentions
from tenor.features.records import Articles, Attributions, Mentions, Sentences
from tenor.features.registry import ActorRegistry
from tenor.features.sentences import SentenceSpan, Span, sentence_spans
from tenor.features.speakers import AUTHOR, Speaker
from tenor.features.tagger import Relation, Tagger


@dataclass(frozen=True)
class Annotations:
    """What annotation adds to articles; offsets index ``articles.text``."""

    sentences: Sentences
    mentions: Mentions
    attributions: Attributions


def annotate_articles(
    articles: Articles,
    registry: ActorRegistry,
    *,
    tagger: Tagger | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Annotations:
    """Sentences, mentions and attributions of all articles, in order of article id and start.

    Who says what is found by ``tagger``, by rules alone where it is None. The order of ``articles`` does not matter. No
    articles give three empty tables. ``progress`` is told the work done and in all.
    """
    index = AliasIndex(registry)
    sentence_rows: list[dict[str, Any]] = []
    mention_rows: list[dict[str, Any]] = []
    attribution_rows: list[dict[str, Any]] = []
    rows = sorted(zip(articles.column("article_id"), articles.column("text"), articles.column("outlet"), strict=True))
    spans = [sentence_spans(text) for _, text, _ in rows]
    tagged: Sequence[Sequence[Relation] | None] = [None] * len(rows)
    if tagger is not None:
        tagged = tagger.tag([text for _, text, _ in rows], spans, progress=progress)
    for done, ((article_id, text, outlet), sentences, relations) in enumerate(zip(rows, spans, tagged, strict=True), 1):
        mentions = find_mentions(text, sentences, index)
        attributions = find_attributions(text, sentences, mentions, index, outlet, relations)
        held = hold_mentions(mentions, attributions)
        sentence_rows.extend(_sentence_row(article_id, text, i, s) for i, s in enumerate(sentences))
        mention_rows.extend(_mention_row(article_id, text, m, *h) for m, h in zip(mentions, held, strict=True))
        attribution_rows.extend(_attribution_row(article_id, a) for a in attributions)
        if progress is not None and tagger is None:  # the tagger's work is nearly all there is
            progress(done, len(articles))
    return Annotations(
        Sentences.from_rows(sentence_rows), Mentions.from_rows(mention_rows), Attributions.from_rows(attribution_rows)
    )


def find_actor(text: str, actor: str, registry: ActorRegistry) -> tuple[int, int] | None:
    """Span of the first mention of an actor that can be a tone target; None where ``text`` holds none."""
    found = find_mentions(text, sentence_spans(text), AliasIndex(registry))
    spans = [(m.start, m.end) for m in found if m.actor == actor and not m.relational and not m.ambiguous]
    return spans[0] if spans else None


def _sentence_id(article_id: str, number: int) -> str:
    return f"{article_id}#{number:04d}"


def _sentence_row(article_id: str, text: str, number: int, span: SentenceSpan) -> dict[str, Any]:
    return {
        "sentence_id": _sentence_id(article_id, number),
        "article_id": article_id,
        "paragraph": span.paragraph,
        "start": span.start,
        "end": span.end,
        "text": text[span.start : span.end],
    }


def _mention_row(
    article_id: str, text: str, mention: Mention, speaker: Speaker | None, cue: Span | None
) -> dict[str, Any]:
    holder = speaker or AUTHOR
    return {
        "mention_id": f"{article_id}:{mention.start}:{mention.end}:{mention.actor}",
        "article_id": article_id,
        "sentence_id": _sentence_id(article_id, mention.sentence),
        "start": mention.start,
        "end": mention.end,
        "mention": text[mention.start : mention.end],
        "actor": mention.actor,
        "rule": mention.rule,
        "relational": mention.relational,
        "ambiguous": mention.ambiguous,
        "candidates": " ".join(mention.candidates),
        "holder": holder.holder,
        "holder_name": holder.name,
        "holder_kind": holder.kind,
        "cue_start": cue.start if cue else None,
        "cue_end": cue.end if cue else None,
    }


def _attribution_row(article_id: str, attribution: Attribution) -> dict[str, Any]:
    source, cue, speaker = attribution.source, attribution.cue, attribution.speaker
    return {
        "article_id": article_id,
        "content_start": attribution.start,
        "content_end": attribution.end,
        "source_start": source.start if source else None,
        "source_end": source.end if source else None,
        "cue_start": cue.start if cue else None,
        "cue_end": cue.end if cue else None,
        "holder": speaker.holder,
        "holder_name": speaker.name,
        "holder_kind": speaker.kind,
        "rule": attribution.rule,
    }
