"""From an article's text to the tagger's units: paragraphs cut where they are long, tokens with their features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tenor.features.quotes import find_quotes
from tenor.features.sentences import SentenceSpan, Span, by_paragraph

MAX_TOKENS = 200  # of a unit, [CLS] and [SEP] included: nearly all paragraphs of news
_CLOSERS = "”\"'’»"


@dataclass(frozen=True)
class Unit:
    """Tokens of a piece of text: ``ids`` with [CLS] and [SEP], ``offsets`` of the tokens between in the text.

    ``features`` int64 [len(ids), 3]: shape of the word (0 none, 1 lower, 2 capitalised, 3 capitals, 4 digits, 5 other),
    place in a quotation (0 out, 1 opening mark, 2 in, 3 closing mark), place in its sentence (0 in, 1 first, 2 last).
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    features: npt.NDArray[np.int64]


def frame_units(text: str, sentences: Sequence[SentenceSpan], tokenizer: Any) -> list[Unit]:
    """Units of an article in order; a paragraph over ``MAX_TOKENS`` is cut between sentences, a sentence within."""
    paragraphs = by_paragraph(sentences)
    if not paragraphs:
        return []
    bounds = [Span(group[0].start, group[-1].end) for group in paragraphs]
    quoted = np.zeros(len(text) + 1, dtype=np.int64)
    for quote in find_quotes(text, bounds):
        quoted[quote.start : quote.end] = 2
        quoted[quote.start] = 1
        if text[quote.end - 1] in _CLOSERS and quote.end - 1 > quote.start:
            quoted[quote.end - 1] = 3
    coded = tokenizer(
        [text[s.start : s.end] for s in sentences],
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        verbose=False,
    )
    body = MAX_TOKENS - 2
    units: list[Unit] = []
    number = 0
    for group in paragraphs:
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        edges: list[int] = []
        for sentence in group:
            new_ids = coded["input_ids"][number]
            new_offsets = [(a + sentence.start, b + sentence.start) for a, b in coded["offset_mapping"][number]]
            new_edges = [0] * len(new_ids)
            if new_edges:
                new_edges[-1], new_edges[0] = 2, 1
            number += 1
            if ids and len(ids) + len(new_ids) > body:
                units.append(_unit(text, ids, offsets, edges, quoted, tokenizer))
                ids, offsets, edges = [], [], []
            ids, offsets, edges = ids + new_ids, offsets + new_offsets, edges + new_edges
            while len(ids) > body:
                units.append(_unit(text, ids[:body], offsets[:body], edges[:body], quoted, tokenizer))
                ids, offsets, edges = ids[body:], offsets[body:], edges[body:]
        if ids:
            units.append(_unit(text, ids, offsets, edges, quoted, tokenizer))
    return units


def _unit(
    text: str,
    ids: Sequence[int],
    offsets: Sequence[tuple[int, int]],
    edges: Sequence[int],
    quoted: npt.NDArray[np.int64],
    tokenizer: Any,
) -> Unit:
    features = np.zeros((len(ids) + 2, 3), dtype=np.int64)
    for i, (start, end) in enumerate(offsets, 1):
        features[i] = _shape(text[start:end]), quoted[start], edges[i - 1]
    whole = (int(tokenizer.cls_token_id), *ids, int(tokenizer.sep_token_id))
    return Unit(whole, tuple(offsets), features)


def _shape(word: str) -> int:
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if word[:1].isupper():
        return 2
    return 4 if word.isdigit() else 5
