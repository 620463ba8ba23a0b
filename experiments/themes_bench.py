"""How good, stable and fast the themes are beside their peers: OCTIS's table of text, split and label.

Pure but for reading the file given: no printing, no tracking.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from tenor.experiments.coherence import c_npmi, purity, topic_diversity
from tenor.experiments.theme_methods import MethodFit, ThemeMethod, fit_method
from tenor.features.errors import TenorError
from tenor.features.reader import Reader
from tenor.models.theme_clusters import Matrix, unit_rows
from tenor.models.theme_stability import theme_agreement

NUMBERS = (10, 20, 30, 40, 50)
_TEST = "test"
_SHARE_KEPT = 0.8

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class BenchDocuments:
    """Documents as words separated by blanks, each with its split and its label."""

    texts: tuple[str, ...]
    splits: tuple[str, ...]
    labels: tuple[str, ...]

    def only(self, splits: Sequence[str]) -> BenchDocuments:
        """The documents of some splits."""
        rows = [row for row, split in enumerate(self.splits) if split in splits]
        return self.take(rows)

    def take(self, rows: Sequence[int]) -> BenchDocuments:
        """Some documents, in the order given."""
        return BenchDocuments(
            tuple(self.texts[row] for row in rows),
            tuple(self.splits[row] for row in rows),
            tuple(self.labels[row] for row in rows),
        )


@dataclass(frozen=True)
class ThemesScores:
    """One fit. Coherence is c_npmi of ten words in [-1, 1]; the rest but seconds lie in [0, 1] (``rand`` up to 1).

    Unassigned documents count as one more cluster for purity, mutual information and the adjusted Rand index.
    """

    method: ThemeMethod
    n_topics: int
    seed: int
    found: int
    coherence: float
    diversity: float
    purity: float
    mutual_information: float
    rand: float
    unassigned: float
    fit_seconds: float


@dataclass(frozen=True)
class ThemesStability:
    """Mean agreement of any two of several fits: adjusted Rand of the documents, overlap of matched topics' words.

    Over ``seeds``; over ``shuffles`` of the rows with one seed; over ``resamples``, each without a fifth of the rows.
    """

    method: ThemeMethod
    n_topics: int
    over: str
    rand: float
    overlap: float


@dataclass(frozen=True)
class ThemesSpeed:
    """Processor seconds to fit outside the test split and to assign what is inside it, the imports done before."""

    method: ThemeMethod
    n_topics: int
    n_new: int
    fit_seconds: float
    transform_seconds: float


@dataclass(frozen=True)
class ThemesBench:
    """What ``bench_themes`` found, a row a fit, a comparison and a timing."""

    n_documents: int
    scores: tuple[ThemesScores, ...]
    stability: tuple[ThemesStability, ...]
    speed: tuple[ThemesSpeed, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON, the means by method first."""
        return {
            "n_documents": self.n_documents,
            "means": self.means(),
            **{name: [asdict(row) for row in getattr(self, name)] for name in ("scores", "stability", "speed")},
        }

    def means(self) -> dict[str, dict[str, float]]:
        """Every measure by method: over seeds, then over numbers of topics, as the literature averages."""
        means: dict[str, dict[str, float]] = {}
        for method in dict.fromkeys(row.method for row in self.scores):
            rows = [row for row in self.scores if row.method is method]
            # Every number has the same seeds, so the plain mean is the mean of means.
            found = {name: float(np.mean([getattr(row, name) for row in rows])) for name in _MEASURES}
            for over in ("seeds", "shuffles", "resamples"):
                of = [row for row in self.stability if row.method is method and row.over == over]
                if of:
                    found[f"{over}_rand"] = float(np.mean([row.rand for row in of]))
                    found[f"{over}_overlap"] = float(np.mean([row.overlap for row in of]))
            timed = [row.transform_seconds for row in self.speed if row.method is method]
            if timed:
                found["transform_seconds"] = float(np.mean(timed))
            means[method.value] = found
        stock = means.get(ThemeMethod.BERTOPIC.value)
        if stock:
            for found in means.values():
                found["times_faster"] = stock["fit_seconds"] / max(found["fit_seconds"], 1e-9)
        return means

    def as_text(self) -> str:
        """The means side by side, a line a measure."""
        means = self.means()
        numbers = dict.fromkeys(row.n_topics for row in self.scores)
        stable = dict.fromkeys(row.n_topics for row in self.stability)
        lines = [
            f"{self.n_documents} documents, mean over {', '.join(map(str, numbers))} topics",
            f"stability and assigning of {', '.join(map(str, stable))} topics",
            f"{'':30}" + "".join(f"{method:>10}" for method in means),
        ]
        for name, title in _TITLES.items():
            if any(name in found for found in means.values()):
                cells = (f"{found[name]:>10.3f}" if name in found else f"{'':>10}" for found in means.values())
                lines.append(f"{title:30}" + "".join(cells))
        return "\n".join(lines)


_MEASURES = ("coherence", "diversity", "purity", "mutual_information", "rand", "unassigned", "fit_seconds")
_TITLES = {
    "coherence": "NPMI of ten words",
    "diversity": "diversity",
    "purity": "purity",
    "mutual_information": "NMI with labels",
    "rand": "adjusted Rand with labels",
    "unassigned": "share unassigned",
    "seeds_rand": "adjusted Rand over seeds",
    "seeds_overlap": "word overlap over seeds",
    "shuffles_rand": "adjusted Rand over shuffles",
    "shuffles_overlap": "word overlap over shuffles",
    "resamples_rand": "adjusted Rand over resamples",
    "resamples_overlap": "word overlap over resamples",
    "fit_seconds": "fit, processor seconds",
    "times_faster": "times as fast as BERTopic",
    "transform_seconds": "assign test split, seconds",
}


def read_documents(path: Path) -> BenchDocuments:
    """Read a table without header: text, split and label, separated by tabs.

    Raises:
        TenorError: the file is missing, empty, not UTF-8, or a line has another number of columns.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise TenorError(f"{path} cannot be read: {error}. Expected OCTIS's corpus.tsv.") from error
    wrong = next((number for number, row in enumerate(rows, 1) if len(row) != 3 or not row[0].split()), None)
    if wrong is not None or not rows:
        raise TenorError(f"{path}, line {wrong or 1}: expected text, split and label separated by tabs.")
    texts, splits, labels = zip(*rows, strict=True)
    return BenchDocuments(texts, splits, labels)


def document_vectors(documents: BenchDocuments, reader: Reader) -> Matrix:
    """Unit vectors of whole documents, float32 [n, d], each distinct text read once."""
    distinct = {text: row for row, text in enumerate(dict.fromkeys(documents.texts))}
    reading = reader.read(list(distinct), [[] for _ in distinct])
    return unit_rows(reading.sentence_vectors[[distinct[text] for text in documents.texts]])


def bench_themes(
    documents: BenchDocuments,
    vectors: Matrix,
    *,
    numbers: Sequence[int] = NUMBERS,
    methods: Sequence[ThemeMethod] = tuple(ThemeMethod),
    n_seeds: int = 3,
    n_repeats: int = 5,
    n_resamples: int = 0,
    stability_numbers: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> ThemesBench:
    """Compare methods on documents and their unit vectors float32 [n, d], all in one run.

    Quality is measured on ``n_seeds`` fits a number of topics. Stability is measured over ``n_repeats`` seeds and
    shuffles, and over ``n_resamples`` of the documents, and speed is, for each of ``stability_numbers`` (all numbers
    unless given).

    Raises:
        TenorError: vectors and documents differ in length.
    """
    if len(vectors) != len(documents.texts):
        raise TenorError(f"Got {len(vectors)} vectors for {len(documents.texts)} documents; encode the same file.")
    stable = numbers if stability_numbers is None else stability_numbers
    scores: list[ThemesScores] = []
    stability: list[ThemesStability] = []
    speed: list[ThemesSpeed] = []
    steps = [(method, n_topics) for method in methods for n_topics in numbers]
    for step, (method, n_topics) in enumerate(steps):
        if progress:
            progress(step, len(steps))
        if n_topics == numbers[0]:
            # The first fit of a process compiles and imports; it is not timed.
            fit_method(method, documents.texts, vectors, n_topics=n_topics, seed=0)
        n_fits = max(n_seeds, n_repeats if n_topics in stable else 0)
        fits = [fit_method(method, documents.texts, vectors, n_topics=n_topics, seed=seed) for seed in range(n_fits)]
        scores += [_scored(method, n_topics, seed, fits[seed], documents) for seed in range(n_seeds)]
        if n_topics in stable:
            stability += _stabilities(method, n_topics, fits[:n_repeats], documents, vectors, n_resamples)
            timed = _timed(method, n_topics, documents, vectors)
            speed += [timed] if timed else []
    return ThemesBench(len(documents.texts), tuple(scores), tuple(stability), tuple(speed))


def _scored(method: ThemeMethod, n_topics: int, seed: int, fit: MethodFit, documents: BenchDocuments) -> ThemesScores:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    clusters = fit.labels.tolist()
    # Stock BERTopic strips marks from words, so a word of its topics may stand nowhere in the texts.
    known = {word for text in documents.texts for word in text.split()}
    topics = [[word for word in topic if word in known] for topic in fit.topics]
    return ThemesScores(
        method=method,
        n_topics=n_topics,
        seed=seed,
        found=len(fit.topics),
        coherence=float(np.mean(c_npmi(topics, [text.split() for text in documents.texts]))) if topics else 0.0,
        diversity=topic_diversity(fit.topics),
        purity=purity(documents.labels, clusters),
        mutual_information=float(normalized_mutual_info_score(documents.labels, clusters)),
        rand=float(adjusted_rand_score(documents.labels, clusters)),
        unassigned=float((fit.labels < 0).mean()),
        fit_seconds=fit.fit_seconds,
    )


def _stabilities(
    method: ThemeMethod,
    n_topics: int,
    seeded: Sequence[MethodFit],
    documents: BenchDocuments,
    vectors: Matrix,
    n_resamples: int,
) -> list[ThemesStability]:
    n = len(documents.texts)
    orders = [np.random.default_rng(repeat).permutation(n) for repeat in range(max(len(seeded), n_resamples))]
    rows_of = {
        "shuffles": orders[: len(seeded)],
        "resamples": [np.sort(order[: round(_SHARE_KEPT * n)]) for order in orders[:n_resamples]],
    }
    found = [_agreement(method, n_topics, "seeds", [(np.arange(n), fit) for fit in seeded])]
    for over, chosen in rows_of.items():
        if len(chosen) > 1:
            fits = [(rows, _fit_rows(method, n_topics, documents, vectors, rows)) for rows in chosen]
            found.append(_agreement(method, n_topics, over, fits))
    return found


def _fit_rows(
    method: ThemeMethod, n_topics: int, documents: BenchDocuments, vectors: Matrix, rows: np.ndarray[Any, Any]
) -> MethodFit:
    return fit_method(method, documents.take(rows.tolist()).texts, vectors[rows], n_topics=n_topics, seed=0)


def _agreement(
    method: ThemeMethod, n_topics: int, over: str, fits: Sequence[tuple[np.ndarray[Any, Any], MethodFit]]
) -> ThemesStability:
    """Mean agreement of every two fits on the documents that both saw."""
    found = []
    for (rows_a, a), (rows_b, b) in combinations(fits, 2):
        _, at_a, at_b = np.intersect1d(rows_a, rows_b, return_indices=True)
        found.append(theme_agreement(a.labels[at_a].tolist(), b.labels[at_b].tolist(), a.topics, b.topics))
    return ThemesStability(
        method=method,
        n_topics=n_topics,
        over=over,
        rand=float(np.mean([agreement.adjusted_rand for agreement in found])),
        overlap=float(np.mean([agreement.overlap for agreement in found])),
    )


def _timed(method: ThemeMethod, n_topics: int, documents: BenchDocuments, vectors: Matrix) -> ThemesSpeed | None:
    """Fit without the test split, then assign it; None where there is no test split."""
    new = np.array([split == _TEST for split in documents.splits])
    if not new.any() or new.all():
        return None
    fit = _fit_rows(method, n_topics, documents, vectors, np.flatnonzero(~new))
    texts, rows = documents.take(np.flatnonzero(new).tolist()).texts, np.ascontiguousarray(vectors[new])
    start = time.process_time()
    fit.transform(texts, rows)
    seconds = time.process_time() - start
    return ThemesSpeed(method, n_topics, int(new.sum()), fit.fit_seconds, seconds)
