"""The sentences that themes are fitted on, in reading order, with their vectors and words side by side."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenor.features.records import Encodings, Sentences
from tenor.models.theme_clusters import Labels, Matrix
from tenor.models.theme_text import theme_tokens
from tenor.models.theme_units import ThemeUnit, reading_order, sentence_vectors, unit_vectors
from tenor.models.theme_weights import WordCounts, count_words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


# Fewer articles than this cannot tell which words go together, nor what a theme is without one of them: paragraphs
# take their place.
_MIN_ARTICLES = 20


@dataclass(frozen=True, eq=False)
class ThemeCorpus:
    """Columns of one length n, one entry a sentence in reading order; ``order`` gives their rows in the table read.

    ``groups`` names what a sentence is left out with when stability is measured: its article and the near-duplicates
    of that, in small corpora its paragraph and the one of that number in those. ``vectors`` are those of each sentence
    in its unit, ``own_vectors`` of the sentence alone. ``tokens`` are the words that may name a theme, ``written`` how
    each is written, ``limited`` those that name an actor. The rows of ``context_counts`` are one an article, in small
    corpora one a paragraph: the texts in which terms must meet to cohere; its columns are those of ``counts``.
    """

    order: Labels
    sentence_ids: list[str]
    articles: list[str]
    groups: list[str]
    texts: list[str]
    unit: ThemeUnit
    vectors: Matrix
    own_vectors: Matrix
    tokens: list[list[str]]
    counts: WordCounts
    context_counts: csr_matrix
    written: dict[str, str]
    limited: list[str]

    def seeded(self, seed_words: Mapping[str, Sequence[str]]) -> tuple[Labels, list[str]]:
        """Which seed each sentence is tied to, int64 [n] (-1: none), and the names of the seeds that have sentences.

        A sentence with the words of several seeds is tied to none. A seed to which no sentence is tied is left out,
        and a UserWarning names it.
        """
        found = [{name for name, words in seed_words.items() if _holds(text, words)} for text in self.texts]
        used = {name for names in found if len(names) == 1 for name in names}
        names = [name for name in seed_words if name in used]
        absent = [repr(name) for name in seed_words if name not in used]
        if absent:
            warnings.warn(
                f"No sentence can start the seeded theme(s) {', '.join(absent)}, so they are left out: expected one "
                "with their words and those of no other seed. Give them words that the articles use, or drop them.",
                stacklevel=3,  # who asked fit_themes
            )
        number = {name: index for index, name in enumerate(names)}
        held = [number[next(iter(found_names))] if len(found_names) == 1 else -1 for found_names in found]
        return np.array(held, dtype=np.int64), names


def read_corpus(
    sentences: Sentences,
    encodings: Encodings,
    *,
    unit: ThemeUnit,
    actor_names: Sequence[str],
    raw_text: bool,
    near_duplicates: Mapping[str, str] | None = None,
) -> ThemeCorpus:
    """Sort the sentences and put their vectors and words beside them.

    ``near_duplicates`` gives an article's group of near-duplicates by its id; one that is not in it stands alone.

    Raises:
        MissingVectorsError: a sentence has no vector.
    """
    order = np.array(reading_order(sentences), dtype=np.int64)
    ordered = Sentences(sentences.table.take(order))
    articles, paragraphs = ordered.column("article_id"), ordered.column("paragraph")
    texts = ordered.column("text")
    read = theme_tokens(texts, actor_names=actor_names, raw_text=raw_text)
    tokens = _not_rare(read.sentences, articles)
    few = len(set(articles)) < _MIN_ARTICLES
    copied = near_duplicates or {}
    # What is left out must not be judged by themes that were fitted on its copy.
    witnesses = [copied.get(article, article) for article in articles]
    contexts: dict[str, list[str]] = {}
    for context, row in zip(_parts(articles, paragraphs) if few else articles, tokens, strict=True):
        contexts.setdefault(context, []).extend(row)
    counts = count_words(tokens)
    own_vectors = sentence_vectors(ordered, encodings)
    return ThemeCorpus(
        order=order,
        sentence_ids=ordered.column("sentence_id"),
        articles=articles,
        groups=_parts(witnesses, paragraphs) if few else witnesses,
        texts=texts,
        unit=unit,
        vectors=unit_vectors(own_vectors, texts, articles, paragraphs, unit),
        own_vectors=own_vectors,
        tokens=tokens,
        counts=counts,
        context_counts=count_words(list(contexts.values())).counts,
        written=read.written,
        limited=sorted(read.actors & set(counts.words)),
    )


def _parts(articles: Sequence[str], paragraphs: Sequence[int]) -> list[str]:
    """The name of every sentence's paragraph."""
    return [f"{article} {paragraph}" for article, paragraph in zip(articles, paragraphs, strict=True)]


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether a text holds one of some words or phrases, as whole words in any case."""
    padded = f" {_plain(text)} "
    return any(f" {plain} " in padded for plain in map(_plain, words) if plain)


def _plain(text: str) -> str:
    """The letters and digits of a text in small letters, with a blank for whatever stands between."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _not_rare(tokens: list[list[str]], articles: Sequence[str]) -> list[list[str]]:
    """The tokens that occur in enough articles: what one author says once names no theme of the coverage."""
    n_articles = len(set(articles))
    least = min(3, 1 + n_articles // 10) + n_articles // 2000
    words: dict[str, set[str]] = {}
    for article, row in zip(articles, tokens, strict=True):
        words.setdefault(article, set()).update(row)
    seen: Counter[str] = Counter()
    for found in words.values():
        seen.update(found)
    return [[token for token in row if seen[token] >= least] for row in tokens]
