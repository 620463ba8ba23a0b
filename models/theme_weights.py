"""How much each word says of each theme: counts and class-based tf-idf (Grootendorst 2022, BERTopic)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tenor.models.theme_clusters import Labels

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Reals = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class WordCounts:
    """How often each word occurs in each text: ``counts`` is a sparse [n, V] matrix, ``words`` names its columns."""

    counts: csr_matrix
    words: tuple[str, ...]

    def by_group(self, labels: Labels, n_groups: int) -> csr_matrix:
        """Counts summed over the texts of each group [n_groups, V]; texts labelled -1 count nowhere."""
        from scipy.sparse import csr_matrix

        rows = np.flatnonzero(labels >= 0)
        member = csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (labels[rows], rows)), shape=(n_groups, self.counts.shape[0])
        )
        return csr_matrix(member @ self.counts)


def count_words(texts: Sequence[Sequence[str]]) -> WordCounts:
    """Count the tokens of texts; words are in alphabetical order. No texts give an empty matrix."""
    from scipy.sparse import csr_matrix

    words = sorted({token for text in texts for token in text})
    column = {word: index for index, word in enumerate(words)}
    columns = [column[token] for text in texts for token in text]
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    values = np.ones(len(columns), dtype=np.float32)
    # Repeated coordinates are summed.
    counts = csr_matrix((values, (rows, np.array(columns, dtype=np.int64))), shape=(len(texts), len(words)))
    return WordCounts(counts, tuple(words))


def class_tf_idf(grouped: csr_matrix) -> Reals:
    """Class-based tf-idf with the frequent-word reduction, float64 [k, V], of counts by class [k, V].

    sqrt(tf_{t,c} / n_c) * log(1 + A / f_t), with A the mean number of words a class (BERTopic's
    ``ClassTfidfTransformer(reduce_frequent_words=True)``). A class without words, and a word that never occurs, have 0.
    """
    counts = np.asarray(grouped.todense(), dtype=np.float64)
    if not counts.size:
        return counts
    sizes = counts.sum(axis=1, keepdims=True)
    frequency = counts.sum(axis=0)
    even = int(sizes.mean())
    idf = np.log(1 + even / np.maximum(frequency, 1e-12)) * (frequency > 0)
    weights: Reals = np.sqrt(counts / np.maximum(sizes, 1)) * idf
    return weights
