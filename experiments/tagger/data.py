"""Articles with marked attributions to tagged units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenor.experiments.attribution_data import AttributedArticle
from tenor.features.sentences import sentence_spans
from tenor.features.tagger_frame import Unit, frame_units
from tenor.features.tagger_net import KINDS


@dataclass(frozen=True)
class Tagged:
    """A unit with its tags, int per token ([CLS] and [SEP] are outside), and which spans each cue takes.

    ``links`` are (kind 0 source or 1 content, first token, last token, cue's first token, cue's last token).
    """

    unit: Unit
    tags: tuple[int, ...]
    links: tuple[tuple[int, int, int, int, int], ...]


def tag_article(article: AttributedArticle, tokenizer: Any) -> list[Tagged]:
    """Its units with their tags. Where spans overlap the shorter stands; one that leaves its unit is cut there."""
    units = frame_units(article.text, sentence_spans(article.text), tokenizer)
    spans = [
        (kind, start, end, number)
        for number, relation in enumerate(article.relations)
        for kind, name in enumerate(KINDS)
        for start, end in relation.spans(name)
    ]
    spans.sort(key=lambda s: s[1] - s[2])  # the longest first, so that shorter ones write over it
    return [_tag(unit, spans) for unit in units]


def _tag(unit: Unit, spans: Sequence[tuple[int, int, int, int]]) -> Tagged:
    if not unit.offsets:
        return Tagged(unit, (0,) * len(unit.ids), ())
    low, high = unit.offsets[0][0], unit.offsets[-1][1]
    owner = [-1] * len(unit.ids)
    kept: list[tuple[int, int, int]] = []
    for kind, start, end, number in spans:
        if start >= high or end <= low:
            continue
        at = [i for i, (a, b) in enumerate(unit.offsets, 1) if a < end and b > start]
        if not at:
            continue
        for i in at:
            owner[i] = len(kept)
        kept.append((kind, number, len(at)))
    tags = [0] * len(owner)
    pieces: list[tuple[int, int, int, int]] = []  # kind, number, first, last
    i = 0
    while i < len(owner):
        if owner[i] < 0:
            i += 1
            continue
        j = i
        while j + 1 < len(owner) and owner[j + 1] == owner[i]:
            j += 1
        kind, number, _ = kept[owner[i]]
        base = 1 + 4 * kind
        if i == j:
            tags[i] = base + 3
        else:
            tags[i], tags[j] = base, base + 2
            for k in range(i + 1, j):
                tags[k] = base + 1
        pieces.append((kind, number, i, j))
        i = j + 1
    cues = {number: (i, j) for kind, number, i, j in pieces if kind == KINDS.index("cue")}
    links = tuple(
        (0 if kind == 0 else 1, i, j, *cues[number]) for kind, number, i, j in pieces if kind != 1 and number in cues
    )
    return Tagged(unit, tuple(tags), links)
