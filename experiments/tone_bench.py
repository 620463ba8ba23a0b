"""How well the reader tells the tone toward a target: NewsMTSC's flat JSONL, with the controls beside it.

Pure but for reading the files given: no printing, no tracking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tenor.experiments import metrics
from tenor.experiments.reader.data import Example, load_newsmtsc
from tenor.features.errors import TenorError
from tenor.features.reader import Floats, Reader

Ints = npt.NDArray[np.int64]

TRAIN_ARTICLES = "train_articles.txt"
N_CLASSES = 3
N_BINS = 15  # of the calibration error


@dataclass(frozen=True)
class ToneScores:
    """How one system does on one set of targets: all in [0, 1]; ``ece`` is None for systems without probabilities.

    ``low`` and ``high`` bound macro-F1's 95 % percentile bootstrap interval, sentences resampled whole.
    """

    n_targets: int
    macro_f1: float
    low: float
    high: float
    accuracy: float
    average_recall: float
    ece: float | None


@dataclass(frozen=True)
class FileBench:
    """One file: the reader, the same without sentences whose article stands in training, and the controls."""

    file: str
    n_sentences: int
    reader: ToneScores
    reader_unseen_articles: ToneScores | None
    target_blind: ToneScores
    vader: ToneScores
    majority: ToneScores


@dataclass(frozen=True)
class ToneBench:
    """What ``bench_tone`` found, a ``FileBench`` a file in the order given."""

    files: tuple[FileBench, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def article_digest(article: str) -> str:
    """The first 12 hex digits of the SHA-256 of an article's id: enough to tell 5,000 apart, nothing of the text."""
    return hashlib.sha256(article.encode("utf-8")).hexdigest()[:12]


def load_train_articles(weights_dir: Path) -> frozenset[str]:
    """Digests of the articles that the shipped reader was trained on; raises ``TenorError`` where the file is gone."""
    path = weights_dir / TRAIN_ARTICLES
    try:
        return frozenset(path.read_text(encoding="ascii").split())
    except OSError as error:
        raise TenorError(f"{path}: expected digests of the training articles, got {error!r}; restore it.") from error


def bench_tone(
    files: Sequence[Path],
    reader: Reader,
    *,
    train_articles: frozenset[str],
    by_codebook: bool = False,
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> ToneBench:
    """Measure ``reader`` on NewsMTSC JSONL ``files``; raises ``TenorError`` naming a file that cannot be read.

    ``by_codebook`` says that the labels follow the project's codebook, so that the head for it is asked.
    """
    return ToneBench(
        tuple(
            _bench_file(path, reader, train_articles, by_codebook, n_bootstrap, np.random.default_rng(seed))
            for path in files
        )
    )


def _bench_file(
    path: Path,
    reader: Reader,
    train_articles: frozenset[str],
    by_codebook: bool,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> FileBench:
    try:
        examples = load_newsmtsc(path)
    except (OSError, ValueError) as error:
        raise TenorError(f"{path}: expected NewsMTSC's flat JSONL, got {error}") from error
    if not examples:
        raise TenorError(f"{path}: expected NewsMTSC's flat JSONL, got no rows; give a file with labelled targets.")
    texts = [example.text for example in examples]
    spans = [[(target.start, target.end) for target in example.targets] for example in examples]
    gold = np.array([t.label for e in examples for t in e.targets], dtype=np.int64)  # [T]
    reading = reader.read(texts, spans)
    owners = reading.owners
    seen = np.array([article_digest(example.article) in train_articles for example in examples])[owners]

    def scores(predicted: Ints, probabilities: Floats | None, keep: npt.NDArray[np.bool_] | None = None) -> ToneScores:
        kept = np.ones(len(gold), dtype=bool) if keep is None else keep
        chosen = None if probabilities is None else probabilities[kept]
        return score_tone(gold[kept], predicted[kept], chosen, owners[kept], n_bootstrap=n_bootstrap, rng=rng)

    hidden = reader.read(texts, spans, blind=True)
    found, blind = (r.codebook_probabilities if by_codebook else r.probabilities for r in (reading, hidden))
    majority = np.full(len(gold), np.bincount(gold, minlength=N_CLASSES).argmax(), dtype=np.int64)
    return FileBench(
        file=path.name,
        n_sentences=len(texts),
        reader=scores(found.argmax(1), found),
        reader_unseen_articles=scores(found.argmax(1), found, ~seen) if (~seen).any() else None,
        target_blind=scores(blind.argmax(1), blind),
        vader=scores(_vader(examples), None),
        majority=scores(majority, None),
    )


def score_tone(
    gold: Ints,
    predicted: Ints,
    probabilities: Floats | None,
    clusters: Ints,
    *,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> ToneScores:
    """Scores of ``predicted`` [T] against ``gold`` [T], classes 0 to 2; ``clusters`` [T] are resampled whole."""
    true, said = gold - 1, predicted - 1  # the measures speak of -1, 0, 1
    low, high = metrics.cluster_bootstrap(
        lambda rows: metrics.macro_f1(true[rows], said[rows]),
        [str(cluster) for cluster in clusters],
        confidence=0.95,
        n_resamples=n_bootstrap,
        rng=rng,
    )
    ece = None
    if probabilities is not None:
        ece = metrics.calibration_error(true, probabilities.astype(np.float64), n_bins=N_BINS)
    return ToneScores(
        n_targets=len(true),
        macro_f1=metrics.macro_f1(true, said),
        low=low,
        high=high,
        accuracy=metrics.accuracy(true, said),
        average_recall=metrics.average_recall(true, said),
        ece=ece,
    )


def _vader(examples: Sequence[Example]) -> Ints:
    """VADER's class of each target's whole sentence, at its authors' thresholds of 0.05."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    compound = [analyzer.polarity_scores(e.text)["compound"] for e in examples for _ in e.targets]
    return np.array([2 if c >= 0.05 else 0 if c <= -0.05 else 1 for c in compound], dtype=np.int64)
