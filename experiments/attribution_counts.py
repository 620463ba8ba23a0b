"""What one article adds to the measures of attribution: counts that sum over articles, so that articles resample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenor.experiments.attribution_data import KINDS, Relation
from tenor.features.sentences import Span, split_sentences

Counts = NDArray[np.int64]

# Hits, predicted and gold, of exact spans and of words by kind; then relations; then sentences.
MATCHED = ("gold", "predicted", "matched", "source_exact", "source_overlap", "cue_exact", "cue_overlap")
SENTENCES = ("n", "right", "attributed", "found", "both")
WIDTH = 2 * 3 * len(KINDS) + len(MATCHED) + len(SENTENCES)

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Words:
    """The words of a text, int64 [W] starts and ends in characters."""

    starts: Counts
    ends: Counts

    def within(self, spans: Iterable[Span]) -> set[int]:
        """The numbers of the words that share a character with one of ``spans``."""
        found: set[int] = set()
        for start, end in spans:
            low = int(np.searchsorted(self.ends, start, side="right"))
            high = int(np.searchsorted(self.starts, end, side="left"))
            found.update(range(low, high))
        return found


def words_of(text: str) -> Words:
    """Runs of letters, digits and underscores; empty text has none."""
    spans = [match.span() for match in _WORD.finditer(text)]
    return Words(np.array([a for a, _ in spans], dtype=np.int64), np.array([b for _, b in spans], dtype=np.int64))


def count_article(text: str, gold: Sequence[Relation], predicted: Sequence[Relation]) -> Counts:
    """Counts int64 [WIDTH] of one article: exact spans, words, matched relations, sentences; a text of none gives 0s.

    Every distinct span of a kind counts once, whichever relations it stands in; so does every word.
    """
    words = words_of(text)
    row: list[int] = []
    for kind in KINDS:
        row += _hits(_spans(gold, kind), _spans(predicted, kind))
    for kind in KINDS:
        row += _hits(words.within(_spans(gold, kind)), words.within(_spans(predicted, kind)))
    row += _matched(words, gold, predicted)
    row += _sentences(text, words, gold, predicted)
    return np.array(row, dtype=np.int64)


def _spans(relations: Sequence[Relation], kind: str) -> set[Span]:
    return {span for relation in relations for span in relation.spans(kind)}


def _hits(gold: Set[Any], predicted: Set[Any]) -> list[int]:
    return [len(gold & predicted), len(predicted), len(gold)]


def _matched(words: Words, gold: Sequence[Relation], predicted: Sequence[Relation]) -> list[int]:
    """Relations paired one to one so that the shared share of their contents' words (Jaccard) is greatest in sum."""
    theirs = [(relation, words.within(relation.content)) for relation in gold if relation.content]
    ours = [(relation, words.within(relation.content)) for relation in predicted if relation.content]
    found = [len(theirs), len(ours), 0, 0, 0, 0, 0]
    if not theirs or not ours:
        return found
    from scipy.optimize import linear_sum_assignment

    shared = np.zeros((len(theirs), len(ours)))
    for i, (_, a) in enumerate(theirs):
        for j, (_, b) in enumerate(ours):
            both = len(a & b)
            if both:
                shared[i, j] = both / len(a | b)
    for i, j in zip(*linear_sum_assignment(shared, maximize=True), strict=True):
        if shared[i, j] == 0:
            continue
        found[2] += 1
        for place, kind in ((3, "source"), (5, "cue")):
            true, said = theirs[i][0].spans(kind), ours[j][0].spans(kind)
            found[place] += set(true) == set(said)
            found[place + 1] += bool(words.within(true) & words.within(said)) or not (true or said)
    return found


def _sentences(text: str, words: Words, gold: Sequence[Relation], predicted: Sequence[Relation]) -> list[int]:
    """Sentences, those judged alike, those attributed in truth, as predicted, and in both."""
    found = [0, 0, 0, 0, 0]
    true, said = words.within(_spans(gold, "content")), words.within(_spans(predicted, "content"))
    for sentence in split_sentences(text):
        inside = words.within([Span(*sentence)])
        if not inside:
            continue
        is_true, is_said = (2 * len(inside & covered) >= len(inside) for covered in (true, said))
        found[0] += 1
        found[1] += is_true == is_said
        found[2] += is_true
        found[3] += is_said
        found[4] += is_true and is_said
    return found
