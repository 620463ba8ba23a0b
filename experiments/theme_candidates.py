"""Ways of clustering documents, side by side, named the same way, so that only the clusters differ."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from tenor.experiments.coherence import c_npmi, purity, topic_diversity
from tenor.experiments.themes_bench import BenchDocuments, Progress
from tenor.features.errors import TenorError
from tenor.models.theme_clusters import Labels, Matrix, SphericalKMeans, unit_rows
from tenor.models.theme_names import choose_terms
from tenor.models.theme_weights import class_tf_idf, count_words

NUMBERS = (10, 30, 50)
_SHARE_KEPT = 0.8
_N_MICRO = 200
_N_RUNS = 10
_N_COMPONENTS = 15
_N_WORD_AXES = 100


class Candidate(StrEnum):
    """A way of clustering. EVoC and HDBSCAN decide themselves how many clusters there are."""

    WARD = "spherical k-means, Ward start"
    KMEANS = "k-means, best of 10"
    AGGLOMERATIVE = "micro-clusters merged by Ward"
    CONSENSUS = "consensus of 10 k-means"
    NMF = "vectors joined to NMF topics"
    TFIDF = "vectors joined to tf-idf"
    EVOC = "EVoC"
    HDBSCAN = "fast_hdbscan on 15 axes"


_OWN_NUMBER = {Candidate.EVOC: "evoc", Candidate.HDBSCAN: "fast_hdbscan"}


@dataclass(frozen=True)
class CandidateScores:
    """One candidate at one number of clusters asked (0: its own). ``over_seeds`` and ``over_resamples`` are adjusted
    Rand indices of two fits, the second with another seed or without a fifth of the documents."""

    candidate: Candidate
    n_asked: int
    found: int
    coherence: float
    diversity: float
    purity: float
    mutual_information: float
    rand: float
    unassigned: float
    over_seeds: float
    over_resamples: float
    seconds: float


@dataclass(frozen=True)
class CandidatesBench:
    """All rows, and the candidates that could not run with the reason."""

    rows: tuple[CandidateScores, ...]
    skipped: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"rows": [asdict(row) for row in self.rows], "skipped": self.skipped}

    def as_text(self) -> str:
        """One line a candidate, its measures averaged over the numbers asked."""
        head = ("NPMI", "divers.", "purity", "NMI", "Rand", "unass.", "seeds", "resampl.", "seconds", "clusters")
        lines = [f"{'':32}" + "".join(f"{title:>10}" for title in head)]
        names = ["coherence", "diversity", "purity", "mutual_information", "rand", "unassigned"]
        names += ["over_seeds", "over_resamples", "seconds"]
        for candidate in dict.fromkeys(row.candidate for row in self.rows):
            rows = [row for row in self.rows if row.candidate is candidate]
            cells = "".join(f"{np.mean([getattr(row, name) for row in rows]):>10.3f}" for name in names)
            lines.append(f"{candidate.value:32}{cells}{', '.join(str(row.found) for row in rows):>14}")
        return "\n".join([*lines, *(f"{name}: left out, {reason}" for name, reason in self.skipped.items())])


def bench_candidates(
    documents: BenchDocuments,
    vectors: Matrix,
    *,
    numbers: Sequence[int] = NUMBERS,
    candidates: Sequence[Candidate] = tuple(Candidate),
    progress: Progress | None = None,
) -> CandidatesBench:
    """Cluster documents by their unit vectors float32 [n, d] in every way, the first fit of each untimed.

    A candidate whose package is absent is skipped, with the reason.

    Raises:
        TenorError: vectors and documents differ in length.
    """
    if len(vectors) != len(documents.texts):
        raise TenorError(f"Got {len(vectors)} vectors for {len(documents.texts)} documents; encode the same file.")
    rows: list[CandidateScores] = []
    skipped: dict[str, str] = {}
    for step, candidate in enumerate(candidates):
        if progress:
            progress(step, len(candidates))
        package = _OWN_NUMBER.get(candidate)
        if package and not _installed(package):
            skipped[candidate.value] = f"{package} is not installed (pip install 'tenor[bench]')"
            continue
        rows += [_measured(candidate, number, documents, vectors) for number in ((0,) if package else numbers)]
    return CandidatesBench(tuple(rows), skipped)


def cluster_with(candidate: Candidate, vectors: Matrix, texts: Sequence[str], *, n_clusters: int, seed: int) -> Labels:
    """The cluster of every document, int64 [n], -1 for unassigned."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers' own advice on threads and old interfaces
        labels: Labels = np.asarray(_WAYS[candidate](vectors, texts, n_clusters, seed)).astype(np.int64)
    return labels


def _measured(candidate: Candidate, number: int, documents: BenchDocuments, vectors: Matrix) -> CandidateScores:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    other = cluster_with(candidate, vectors, documents.texts, n_clusters=number, seed=1)
    start = time.process_time()
    labels = cluster_with(candidate, vectors, documents.texts, n_clusters=number, seed=0)
    seconds = time.process_time() - start
    n = len(vectors)
    kept = np.sort(np.random.default_rng(0).permutation(n)[: round(_SHARE_KEPT * n)])
    part = documents.take(kept.tolist()).texts
    again = cluster_with(candidate, vectors[kept], part, n_clusters=number, seed=0)
    tokens = [text.split() for text in documents.texts]
    topics = _topics(tokens, labels)
    return CandidateScores(
        candidate=candidate,
        n_asked=number,
        found=len(topics),
        coherence=float(np.mean(c_npmi(topics, tokens))) if topics else 0.0,
        diversity=topic_diversity(topics),
        purity=purity(documents.labels, labels.tolist()),
        mutual_information=float(normalized_mutual_info_score(documents.labels, labels)),
        rand=float(adjusted_rand_score(documents.labels, labels)),
        unassigned=float((labels < 0).mean()),
        over_seeds=float(adjusted_rand_score(labels, other)),
        over_resamples=float(adjusted_rand_score(labels[kept], again)),
        seconds=seconds,
    )


def _topics(tokens: Sequence[Sequence[str]], labels: Labels) -> list[list[str]]:
    counts = count_words(tokens)
    weights = class_tf_idf(counts.by_group(labels, int(labels.max()) + 1)) if labels.max() >= 0 else np.zeros((0, 1))
    return [[term for term, _ in terms] for terms in choose_terms(weights, counts.counts, counts.words, n_terms=10)]


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def _ward(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    del texts, seed
    # Rows in an order of their own, as our fits sort theirs.
    order = np.lexsort(vectors.T[:2])
    labels = np.empty(len(vectors), dtype=np.int64)
    labels[order] = SphericalKMeans(k).fit(unit_rows(vectors[order] - 0.8 * vectors.mean(axis=0))).labels_
    return labels


def _kmeans(vectors: Matrix, texts: Sequence[str], k: int, seed: int, n_init: int = 10) -> Labels:
    del texts
    from sklearn.cluster import KMeans

    labels: Labels = KMeans(k, n_init=n_init, random_state=seed).fit_predict(vectors)
    return labels


def _agglomerative(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    micro = _kmeans(vectors, texts, min(_N_MICRO, len(vectors)), seed, n_init=1)
    centers = np.stack([vectors[micro == label].mean(axis=0) for label in range(micro.max() + 1)])
    labels: Labels = AgglomerativeClustering(k).fit_predict(centers)[micro]
    return labels


def _consensus(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    together = np.zeros((len(vectors), len(vectors)), dtype=np.float32)
    for run in range(_N_RUNS):
        labels = _kmeans(vectors, texts, k, seed * _N_RUNS + run, n_init=1)
        together += labels[:, None] == labels[None, :]
    links = linkage(squareform(1 - together / _N_RUNS, checks=False), method="average")
    found: Labels = fcluster(links, k, criterion="maxclust").astype(np.int64) - 1
    return found


def _joined(vectors: Matrix, extra: Any, share: float = 0.5) -> Matrix:
    return unit_rows(np.hstack([vectors, share * unit_rows(np.asarray(extra, dtype=np.float32))]))


def _word_weights(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(token_pattern=r"\S+", lowercase=False).fit_transform(texts)


def _nmf(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    from sklearn.decomposition import NMF

    topics = NMF(n_components=k, random_state=seed).fit_transform(_word_weights(texts))
    return _ward(_joined(vectors, topics), texts, k, seed)


def _tfidf(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    from sklearn.decomposition import TruncatedSVD

    weights = _word_weights(texts)
    n_axes = min(_N_WORD_AXES, weights.shape[1] - 1)
    return _ward(_joined(vectors, TruncatedSVD(n_axes, random_state=seed).fit_transform(weights)), texts, k, seed)


def _evoc(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    del texts, k
    from evoc import EVoC

    labels: Labels = EVoC(random_state=seed).fit_predict(vectors)
    return labels


def _hdbscan(vectors: Matrix, texts: Sequence[str], k: int, seed: int) -> Labels:
    del texts, k
    from fast_hdbscan import HDBSCAN
    from sklearn.decomposition import PCA

    axes = PCA(min(_N_COMPONENTS, *vectors.shape), random_state=seed).fit_transform(vectors)
    labels: Labels = HDBSCAN(min_cluster_size=10).fit_predict(axes)
    return labels


_WAYS: dict[Candidate, Callable[[Matrix, Sequence[str], int, int], Any]] = {
    Candidate.WARD: _ward,
    Candidate.KMEANS: _kmeans,
    Candidate.AGGLOMERATIVE: _agglomerative,
    Candidate.CONSENSUS: _consensus,
    Candidate.NMF: _nmf,
    Candidate.TFIDF: _tfidf,
    Candidate.EVOC: _evoc,
    Candidate.HDBSCAN: _hdbscan,
}
