"""Ways of finding themes, ours and its peers, behind one call: texts and vectors in, labels and words out."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import numpy as np

from tenor.features.records import Encodings, Sentences
from tenor.models.theme_clusters import Labels, Matrix
from tenor.models.themes import NONE, assign_themes, fit_themes

_N_WORDS = 10


class ThemeMethod(StrEnum):
    """What the bench compares."""

    TENOR = "tenor"
    BERTOPIC = "bertopic"
    NMF = "nmf"
    LDA = "lda"


@dataclass(frozen=True, eq=False)
class MethodFit:
    """One fit: ``labels`` int64 [n] (-1: unassigned), ten words a topic, ``transform`` for new documents.

    ``fit_seconds`` are the processor's, so that other work on the machine does not count.
    """

    labels: Labels
    topics: list[list[str]]
    fit_seconds: float
    transform: Callable[[Sequence[str], Matrix], Labels]


def fit_method(method: ThemeMethod, texts: Sequence[str], vectors: Matrix, *, n_topics: int, seed: int) -> MethodFit:
    """Fit one method on preprocessed texts (words separated by blanks) and their unit vectors [n, d]."""
    with warnings.catch_warnings():
        # Peers that stop early or meet empty topics say so; the figures show it.
        warnings.simplefilter("ignore")
        return _FITS[method](texts, vectors, n_topics, seed)


def _tenor(texts: Sequence[str], vectors: Matrix, n_topics: int, seed: int) -> MethodFit:
    start = time.process_time()
    sentences, encodings = as_sentences(texts, vectors)
    # Peers do not measure how stable their topics are while they fit, so neither do we here.
    fitted = fit_themes(sentences, encodings, n_themes=n_topics, random_state=seed, n_resamples=0, raw_text=False)
    seconds = time.process_time() - start
    model = fitted.model
    number = {theme.theme: index for index, theme in enumerate(model.themes)} | {NONE: -1}

    def transform(new_texts: Sequence[str], new_vectors: Matrix) -> Labels:
        assigned = assign_themes(model, *as_sentences(new_texts, new_vectors))
        return np.array([number[theme] for theme in assigned.column("theme")], dtype=np.int64)

    return MethodFit(
        labels=np.array([number[theme] for theme in fitted.assignments.column("theme")], dtype=np.int64),
        topics=[[term for term, _ in theme.terms] for theme in model.themes],
        fit_seconds=seconds,
        transform=transform,
    )


def _bertopic(texts: Sequence[str], vectors: Matrix, n_topics: int, seed: int) -> MethodFit:
    """BERTopic as it comes, but for UMAP's seed; one topic more, since its outliers count as one."""
    from bertopic import BERTopic
    from umap import UMAP

    start = time.process_time()
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)
    model = BERTopic(nr_topics=n_topics + 1, umap_model=umap)
    labels, _ = model.fit_transform(list(texts), embeddings=vectors)
    seconds = time.process_time() - start
    found: dict[int, list[tuple[str, float]]] = model.get_topics()
    return MethodFit(
        labels=np.array(labels, dtype=np.int64),
        topics=[[word for word, _ in words[:_N_WORDS] if word] for number, words in found.items() if number != -1],
        fit_seconds=seconds,
        transform=lambda new, rows: np.array(model.transform(list(new), embeddings=rows)[0], dtype=np.int64),
    )


def _nmf(texts: Sequence[str], vectors: Matrix, n_topics: int, seed: int) -> MethodFit:
    del vectors
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _decomposed(texts, TfidfVectorizer, NMF(n_components=n_topics, random_state=seed))


def _lda(texts: Sequence[str], vectors: Matrix, n_topics: int, seed: int) -> MethodFit:
    del vectors
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer

    return _decomposed(texts, CountVectorizer, LatentDirichletAllocation(n_components=n_topics, random_state=seed))


def _decomposed(texts: Sequence[str], vectorizer: Callable[..., Any], model: Any) -> MethodFit:
    start = time.process_time()
    counter = vectorizer(token_pattern=r"\S+", lowercase=False)
    weights = model.fit_transform(counter.fit_transform(texts))
    seconds = time.process_time() - start
    words = counter.get_feature_names_out()
    return MethodFit(
        labels=weights.argmax(axis=1).astype(np.int64),
        topics=[[str(words[column]) for column in np.argsort(-row)[:_N_WORDS]] for row in model.components_],
        fit_seconds=seconds,
        transform=lambda new, rows: model.transform(counter.transform(new)).argmax(axis=1).astype(np.int64),  # noqa: ARG005
    )


def as_sentences(texts: Sequence[str], vectors: Matrix) -> tuple[Sentences, Encodings]:
    """Every text as an article of one sentence. Its id comes from its words, so that it does not tell its row."""
    seen: Counter[str] = Counter()
    ids = []
    for text in texts:
        digest = sha256(text.encode()).hexdigest()[:16]
        ids.append(f"{digest}-{seen[digest]}")
        seen[digest] += 1
    n = len(texts)
    sentences = Sentences.from_columns(
        {
            "sentence_id": ids,
            "article_id": ids,
            "paragraph": np.zeros(n, dtype=np.int32),
            "start": np.zeros(n, dtype=np.int32),
            "end": np.array([len(text) for text in texts], dtype=np.int32),
            "text": list(texts),
        }
    )
    rows = np.array(vectors, dtype=np.float32)
    return sentences, Encodings(tuple(ids), rows, (), np.zeros((0, 1), dtype=np.float32))


_FITS: dict[ThemeMethod, Callable[[Sequence[str], Matrix, int, int], MethodFit]] = {
    ThemeMethod.TENOR: _tenor,
    ThemeMethod.BERTOPIC: _bertopic,
    ThemeMethod.NMF: _nmf,
    ThemeMethod.LDA: _lda,
}
