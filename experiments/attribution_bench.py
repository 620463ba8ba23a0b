"""Who says what, measured on articles that people marked: any method that turns a text into relations.

Pure: it reads no file, prints nothing and tracks nothing; speed is the only figure that differs from run to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tenor.experiments.attribution_counts import MATCHED, SENTENCES, WIDTH, Counts, count_article
from tenor.experiments.attribution_data import KINDS, AttributedArticle, Relation
from tenor.experiments.bench_files import plain

AttributionMethod = Callable[[str], Sequence[Relation]]
Progress = Callable[[int, int], None]

# As published on PolNeAR's test articles: exact F1 in per cent of source, cue and content.
PUBLISHED = {"rules": (10.7, 22.8, 5.6), "BERT + CofeNet": (83.2, 75.3, 72.9)}

_N_SPANS = 3 * len(KINDS)
_AT = {name: 2 * _N_SPANS + i for i, name in enumerate(MATCHED)}
_SENTENCE = {name: 2 * _N_SPANS + len(MATCHED) + i for i, name in enumerate(SENTENCES)}


@dataclass(frozen=True)
class Figure:
    """A figure in [0, 1] with its 95 % percentile bootstrap interval, articles resampled whole; NaN where undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SpanScores:
    """Precision, recall and F1 of one kind of span, in [0, 1] or NaN."""

    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True)
class MethodBench:
    """One method.

    ``exact`` and ``words`` by kind of span: of distinct spans that agree to the character, and of the words covered.
    ``relations``: ``recall`` and ``precision`` of relations paired by their content, then of those paired the share
    whose source or cue is the same (``exact``) or shares a word (``overlap``). ``sentences``: accuracy of attributed or
    not, its precision and recall, and ``all_attributed`` and ``none_attributed``, the accuracy of saying so of each.
    ``sentences_a_second`` counts processor time, so that what else the machine does matters little.
    """

    method: str
    exact: Mapping[str, SpanScores]
    words: Mapping[str, SpanScores]
    relations: Mapping[str, Figure]
    sentences: Mapping[str, Figure]
    sentences_a_second: float


@dataclass(frozen=True)
class AttributionBench:
    """What ``bench_attribution`` found, a ``MethodBench`` a method in the order given."""

    n_articles: int
    n_sentences: int
    n_relations: int
    methods: tuple[MethodBench, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; undefined figures are null."""
        found: dict[str, Any] = plain(asdict(self))
        return found

    def as_text(self) -> str:
        """Tables for people, a method a block, with what was counted and what is published."""
        head = f"{self.n_articles} articles, {self.n_sentences} sentences, {self.n_relations} attributions"
        return "\n".join([head, *(line for one in self.methods for line in _block(one)), *_NOTES])


def bench_attribution(
    articles: Sequence[AttributedArticle],
    methods: Mapping[str, AttributionMethod],
    *,
    n_bootstrap: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> AttributionBench:
    """Measure methods on the same articles; no article gives figures that are NaN.

    A method is given an article's text alone. ``progress`` is told articles done and in all, over all methods.
    """
    found: list[MethodBench] = []
    n_sentences = 0
    for place, (name, annotate) in enumerate(methods.items()):
        seconds = 0.0
        rows: list[Counts] = []
        for done, article in enumerate(articles, start=1):
            started = time.process_time()
            predicted = annotate(article.text)
            seconds += time.process_time() - started
            rows.append(count_article(article.text, article.relations, predicted))
            if progress is not None:
                progress(place * len(articles) + done, len(methods) * len(articles))
        counts = np.stack(rows) if rows else np.zeros((0, WIDTH), dtype=np.int64)  # [A, WIDTH]
        n_sentences = int(counts[:, _SENTENCE["n"]].sum())
        speed = n_sentences / seconds if seconds else float("nan")
        found.append(_scores(name, counts, speed, n_bootstrap, np.random.default_rng(seed)))
    return AttributionBench(
        n_articles=len(articles),
        n_sentences=n_sentences,
        n_relations=sum(len(article.relations) for article in articles),
        methods=tuple(found),
    )


def _scores(name: str, counts: Counts, speed: float, n_bootstrap: int, rng: np.random.Generator) -> MethodBench:
    n = len(counts)
    # How often each article is drawn: [n_bootstrap, A]; sums of whole articles stand for resampled corpora.
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=n_bootstrap) if n >= 2 else np.zeros((0, n), dtype=np.int64)
    sums = np.concatenate([counts.sum(axis=0, keepdims=True), drawn @ counts]).astype(
        np.float64
    )  # [1 + n_bootstrap, W]

    def share(over: np.ndarray[Any, Any], under: np.ndarray[Any, Any]) -> Figure:
        values = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
        resampled = values[1:][~np.isnan(values[1:])]
        low, high = np.quantile(resampled, [0.025, 0.975]) if len(resampled) else (np.nan, np.nan)
        return Figure(float(values[0]), float(low), float(high))

    def spans(at: int) -> SpanScores:
        hits, said, true = sums[:, at], sums[:, at + 1], sums[:, at + 2]
        return SpanScores(share(hits, said), share(hits, true), share(2 * hits, said + true))

    def of(name: str) -> np.ndarray[Any, Any]:
        column: np.ndarray[Any, Any] = sums[:, _AT[name]]
        return column

    n_all, right, true, said, both = (sums[:, _SENTENCE[key]] for key in SENTENCES)
    return MethodBench(
        method=name,
        exact={kind: spans(3 * i) for i, kind in enumerate(KINDS)},
        words={kind: spans(_N_SPANS + 3 * i) for i, kind in enumerate(KINDS)},
        relations={
            "recall": share(of("matched"), of("gold")),
            "precision": share(of("matched"), of("predicted")),
            **{key: share(of(key), of("matched")) for key in MATCHED[3:]},
        },
        sentences={
            "accuracy": share(right, n_all),
            "precision": share(both, said),
            "recall": share(both, true),
            "all_attributed": share(true, n_all),
            "none_attributed": share(n_all - true, n_all),
        },
        sentences_a_second=speed,
    )


# --- for people ------------------------------------------------------------------------------------------------------

_NOTES = (
    "",
    "exact: distinct spans that agree to the character, each part of a broken content on its own.",
    "words: words of the text that the spans cover. Relations: paired one to one by the words of their contents.",
    "A sentence is attributed where contents cover at least half of its words. Intervals: 95 %, articles resampled.",
    "Published on PolNeAR's test articles, exact F1 of source / cue / content: "
    + "; ".join(f"{name} {' / '.join(map(str, figures))}" for name, figures in PUBLISHED.items())
    + ".",
)


def _shown(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _block(one: MethodBench) -> list[str]:
    lines = ["", f"{one.method}: {one.sentences_a_second:,.0f} sentences a second of processor time"]
    lines.append(f"  {'':10}{'exact F1':>22}{'P':>7}{'R':>7}{'words F1':>24}{'P':>7}{'R':>7}")
    for kind in KINDS:
        exact, words = one.exact[kind], one.words[kind]
        lines.append(
            f"  {kind:10}{_shown(exact.f1):>22}{exact.precision.value:>7.3f}{exact.recall.value:>7.3f}"
            f"{_shown(words.f1):>24}{words.precision.value:>7.3f}{words.recall.value:>7.3f}"
        )
    of = one.relations
    lines.append(f"  relations found {_shown(of['recall'])}, of those predicted true {of['precision'].value:.3f}")
    for kind in ("source", "cue"):
        lines.append(
            f"    their {kind}: same {_shown(of[f'{kind}_exact'])}, overlapping {_shown(of[f'{kind}_overlap'])}"
        )
    said = one.sentences
    base = max(said["all_attributed"].value, said["none_attributed"].value)
    aside = f"precision {said['precision'].value:.3f}, recall {said['recall'].value:.3f}; majority {base:.3f}"
    return [*lines, f"  attributed or not, by sentence: accuracy {_shown(said['accuracy'])} ({aside})"]
