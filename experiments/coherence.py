"""Coherence and diversity of topics as the literature measures them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

_EPSILON = 1e-12


def c_npmi(topics: Sequence[Sequence[str]], texts: Sequence[Sequence[str]], *, window: int = 10) -> list[float]:
    """Mean NPMI of the word pairs of every topic, in [-1, 1], counted in windows sliding over tokenised texts.

    Equal to gensim's ``CoherenceModel(coherence="c_npmi")`` with its window of ten words (Röder, Both & Hinneburg
    2015), which OCTIS uses, but counted as one sparse product. A text shorter than the window is one window. Topics of
    fewer than two words have 0. Words that the texts do not hold raise ``ValueError``.
    """
    from scipy.sparse import csr_matrix

    column = {word: index for index, word in enumerate(sorted({word for topic in topics for word in topic}))}
    if not column:
        return [0.0 for _ in topics]
    rows: list[int] = []
    columns: list[int] = []
    n_windows = 0
    for text in texts:
        places: dict[int, list[int]] = {}
        for place, word in enumerate(text):
            if word in column:
                places.setdefault(column[word], []).append(place)
        n_here = max(1, len(text) - window + 1)
        for index, stands in places.items():
            for first, end in _present(stands, window, n_here):
                rows.extend(range(n_windows + first, n_windows + end))
                columns.extend([index] * (end - first))
        n_windows += n_here
    present = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n_windows, len(column)))
    joint = np.asarray((present.T @ present).todense()) / max(n_windows, 1)
    alone = np.diag(joint)
    absent = [word for word, index in column.items() if alone[index] == 0]
    if absent:
        raise ValueError(f"the texts lack {len(absent)} word(s) of the topics, first {absent[0]!r}")
    # gensim adds epsilon to a pair's probability, so pairs that never meet are bad but finite.
    npmi = np.log((joint + _EPSILON) / np.outer(alone, alone)) / -np.log(joint + _EPSILON)
    found: list[float] = []
    for topic in topics:
        at = [column[word] for word in topic]
        pairs = npmi[np.ix_(at, at)][~np.eye(len(at), dtype=bool)]
        found.append(float(pairs.mean()) if len(pairs) else 0.0)
    return found


def _present(places: Sequence[int], window: int, n_windows: int) -> Iterator[tuple[int, int]]:
    """The runs of windows [first, end) in which gensim counts a word that stands at some places of a text.

    gensim forgets a word as soon as one of its places leaves the window, though another may still be inside, until it
    enters again. Published figures are counted so.
    """
    entries = sorted({max(0, place - window + 1) for place in places})
    leaves = sorted(place + 1 for place in places)
    end = 0
    for entry in entries:
        if entry < end:
            continue  # present already
        end = min(next((leave for leave in leaves if leave > entry), n_windows), n_windows)
        if entry < end:
            yield entry, end


def topic_diversity(topics: Sequence[Sequence[str]]) -> float:
    """Share of distinct words among the words of all topics (Dieng, Ruiz & Blei 2020), in [0, 1]; 0 without words."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else 0.0


def purity(labels: Sequence[object], clusters: Sequence[object]) -> float:
    """Share of rows that carry their cluster's commonest label, in [0, 1]; 0 without rows."""
    counts: dict[object, dict[object, int]] = {}
    for label, cluster in zip(labels, clusters, strict=True):
        within = counts.setdefault(cluster, {})
        within[label] = within.get(label, 0) + 1
    return sum(max(within.values()) for within in counts.values()) / len(labels) if len(labels) else 0.0
