"""BERTopic as the frame: it counts, weighs and keeps what the clustering found.

Imported only where themes are fitted: BERTopic takes seconds to import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from bertopic import BERTopic
from bertopic.dimensionality import BaseDimensionalityReduction
from bertopic.representation import BaseRepresentation
from bertopic.vectorizers import ClassTfidfTransformer
from sklearn.feature_extraction.text import CountVectorizer

from tenor.models.theme_clusters import Labels, Matrix, nearest, unit_rows
from tenor.models.theme_names import Term, choose_terms

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix


class CoherentTerms(BaseRepresentation):  # type: ignore[misc]  # BERTopic has no types
    """Terms by relevance, exclusiveness and coherence (`choose_terms`), as a BERTopic representation."""

    def __init__(self, presence: csr_matrix, limited: Sequence[str] = ()) -> None:
        self.presence = presence
        self.limited = limited

    def extract_topics(
        self, topic_model: BERTopic, documents: pd.DataFrame, c_tf_idf: csr_matrix, topics: Mapping[int, list[Term]]
    ) -> dict[int, list[Term]]:
        """The terms of every theme number."""
        del documents
        vectorizer = topic_model.vectorizer_model
        chosen = choose_terms(
            c_tf_idf.toarray(),
            self.presence,
            vectorizer.get_feature_names_out().tolist(),
            n_terms=topic_model.top_n_words,
            limited=self.limited,
        )
        return dict(zip(sorted(topics), chosen, strict=True))


class FittedClusters:
    """Clusters that are known already, in the form that BERTopic asks of a clusterer."""

    def __init__(self, labels: Labels, centers: Matrix) -> None:
        self.labels_ = labels
        self.centers_ = centers

    @classmethod
    def around(cls, vectors: Matrix, labels: Labels, n_clusters: int) -> FittedClusters:
        """Clusters of unit rows [n, d] by their labels, each center the mean of its rows."""
        centers = np.zeros((n_clusters, vectors.shape[1]), dtype=np.float32)
        np.add.at(centers, labels, vectors)
        return cls(labels, unit_rows(centers))

    def fit(self, X: Matrix, y: object = None) -> FittedClusters:  # noqa: ARG002
        """Nothing is left to learn."""
        return self

    def predict(self, X: Matrix) -> Labels:
        """The nearest cluster of every unit row, int64 [n]."""
        return nearest(X, self.centers_)


def frame_themes(
    texts: Sequence[str],
    vectors: Matrix,
    clusters: FittedClusters,
    *,
    words: Sequence[str],
    presence: csr_matrix,
    limited: Sequence[str] = (),
    n_terms: int = 10,
) -> BERTopic:
    """A BERTopic model of tokenised texts, of which at least one has a word, around clusters found before.

    ``texts`` [n] and ``vectors`` [n, d] belong together; ``words`` are those that the texts hold, in alphabetical
    order, and name the columns of ``presence``, which counts them in the documents where terms must meet to cohere.
    """
    model = BERTopic(
        language="multilingual",  # "english" would strip the marks inside words and phrases
        top_n_words=n_terms,
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusters,
        vectorizer_model=CountVectorizer(token_pattern=r"[^ ]+", lowercase=False, vocabulary=list(words)),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        representation_model=CoherentTerms(presence, limited),
        verbose=False,
    )
    model.fit_transform(list(texts), embeddings=vectors)
    return model


def cluster_terms(model: BERTopic, labels: Sequence[int]) -> dict[int, list[Term]]:
    """Terms by cluster number: BERTopic renumbers its themes by size."""
    renumbered = dict(zip((int(label) for label in labels), model.topics_, strict=True))
    found: dict[int, Any] = model.get_topics()
    return {
        cluster: [(word, float(weight)) for word, weight in found.get(number, []) if word]
        for cluster, number in renumbered.items()
    }
