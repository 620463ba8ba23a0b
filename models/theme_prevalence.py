"""How much of the coverage each theme takes, by outlet and month, with intervals that know articles as wholes.

Sentences of one article, and of its near-duplicates, are no independent witnesses. The interval is Wilson's, on the
effective number of sentences that the article-clustered variance of the share leaves (Korn & Graubard 1998).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import sqrt
from typing import Any

import numpy as np

from tenor.features.errors import TenorError
from tenor.features.records import Articles, Sentences, ThemeAssignments, ThemePrevalence

ALL = "all"
UNDATED = "undated"

Reals = np.ndarray[Any, np.dtype[np.float64]]


def theme_prevalence(
    assignments: ThemeAssignments, sentences: Sentences, articles: Articles, *, confidence: float = 0.95
) -> ThemePrevalence:
    """The share of every theme in all coverage, in each outlet, each month, and each outlet's months.

    ``none`` is a theme like the others, so that the shares of a cell sum to one. A theme absent from a cell has a row
    of share 0. No sentences give an empty table.

    Raises:
        TenorError: a sentence is assigned but not among ``sentences``, or its article not among ``articles``.
    """
    theme_of = dict(zip(assignments.column("sentence_id"), assignments.column("theme"), strict=True))
    article_of = dict(zip(sentences.column("sentence_id"), sentences.column("article_id"), strict=True))
    known = {row["article_id"]: row for row in articles.rows()}
    lost = [sentence for sentence in theme_of if article_of.get(sentence) not in known]
    if lost:
        raise TenorError(f"{len(lost)} assigned sentence(s) belong to no known article (the first: {lost[0]}).")
    themes = sorted(set(theme_of.values()))
    number = {theme: index for index, theme in enumerate(themes)}
    counts: dict[str, Reals] = {}
    for sentence, theme in theme_of.items():
        counts.setdefault(article_of[sentence], np.zeros(len(themes)))[number[theme]] += 1
    cells: dict[tuple[str, str], list[str]] = {}
    for article in sorted(counts):
        for cell in _cells(known[article]):
            cells.setdefault(cell, []).append(article)
    rows = []
    for (outlet, period), members in sorted(cells.items()):
        table = np.stack([counts[article] for article in members])  # [n_articles, n_themes]
        groups = [known[article]["near_duplicate_group"] for article in members]
        clusters = _summed(table, groups)
        total = int(table.sum())
        for theme, index in number.items():
            low, high = share_interval(clusters[:, index], clusters.sum(axis=1), confidence=confidence)
            rows.append(
                {
                    "theme": theme,
                    "outlet": outlet,
                    "period": period,
                    "n_sentences": total,
                    "n_articles": len(members),
                    "n_in_theme": int(table[:, index].sum()),
                    "share": table[:, index].sum() / total,
                    "low": low,
                    "high": high,
                }
            )
    return ThemePrevalence.from_rows(rows)


def share_interval(hits: Reals, sizes: Reals, *, confidence: float) -> tuple[float | None, float | None]:
    """Interval of sum(hits) / sum(sizes), one entry a cluster; (None, None) with fewer than two clusters.

    The variance is that of a ratio of cluster totals. Where all or none are hits it vanishes, and each cluster counts
    as one observation.
    """
    from scipy.stats import t

    n_clusters, total = len(sizes), float(sizes.sum())
    if n_clusters < 2 or total <= 0:
        return None, None
    share = float(hits.sum()) / total
    residuals = hits - share * sizes
    variance = n_clusters / (n_clusters - 1) * float((residuals**2).sum()) / total**2
    binomial = share * (1 - share)
    effective = min(binomial / variance, total) if variance > 0 and binomial > 0 else float(n_clusters)
    # Few clusters know little of their own variance, hence Student's t instead of the normal quantile.
    z = float(t.ppf((1 + confidence) / 2, n_clusters - 1))
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    half = z / (1 + z**2 / effective) * sqrt(binomial / effective + z**2 / (4 * effective**2))
    # Rounding must not push the bounds past the share itself.
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def _cells(article: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The four cells that an article belongs to: outlet and period, each its own or all."""
    published = article["published"]
    period = UNDATED if published is None else f"{published:%Y-%m}"
    return product((ALL, article["outlet"]), (ALL, period))


def _summed(table: Reals, groups: Iterable[str]) -> Reals:
    """Rows of a table summed by group, groups in alphabetical order."""
    names, index = np.unique(np.array(list(groups), dtype=object), return_inverse=True)
    summed = np.zeros((len(names), table.shape[1]))
    np.add.at(summed, index, table)
    return summed
