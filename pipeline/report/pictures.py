"""The numbers behind the page's pictures, as compact columns of codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tenor.pipeline.report.contrasts import clustered_mean
from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL, NO_THEME, VOICES, Dimension, Facts, period_of
from tenor.pipeline.report.findings import Findings

_DIMENSIONS = ("actor", "outlet", "theme", "holder", "period")
# No picture splits by more dimensions at once; the full cross stays in the tables beside the page.
_MOST_SPLITS = 3
_MOST_HOLDERS_LISTED = 400


def picture_payload(data: ReportData, facts: Facts, findings: Findings) -> dict[str, Any]:
    """Everything the pictures draw; empty input gives empty columns. Tones are rounded to a thousandth."""
    return {
        "actors": _named(facts.actors),
        "outlets": _named(facts.outlets),
        "themes": _named(facts.themes),
        "holders": {**_named(facts.holders), "kinds": list(facts.holder_kinds), "n_listed": _MOST_HOLDERS_LISTED},
        "periods": _named(facts.periods),
        "leading": list(findings.leading),
        "cells": _cells(data, facts),
        "voices": voice_means(data, facts),
        "reading": _reading(data, facts),
        "timeline": _timeline(data, facts),
        "map": theme_map(data, facts),
        "events": [{"date": day, "label": label} for day, label in sorted(data.events.items())],
        "confidence": data.confidence,
        "min_articles": data.min_articles,
        "calibration": [dict(item) for item in data.calibration],
    }


def _named(dimension: Dimension) -> dict[str, list[str]]:
    return {"ids": list(dimension.ids), "names": list(dimension.names)}


def _rounded(values: Iterable[float | None]) -> list[float | None]:
    return [None if value is None else round(float(value), 3) + 0.0 for value in values]


def _cells(data: ReportData, facts: Facts) -> dict[str, list[Any]]:
    """Estimates that split by at most three dimensions; a code of -1 means not split by."""
    table = data.estimates.table
    dimensions = dict(
        zip(_DIMENSIONS, (facts.actors, facts.outlets, facts.themes, facts.holders, facts.periods), strict=True)
    )
    codes = {name: dimension.codes(table[name].to_pylist()) for name, dimension in dimensions.items()}
    stacked = np.stack([codes[name] for name in _DIMENSIONS]) if len(table) else np.zeros((5, 0), dtype=np.int32)
    kept = np.flatnonzero((stacked >= -1).all(axis=0) & ((stacked >= 0).sum(axis=0) <= _MOST_SPLITS))
    rows = table.take(kept)
    return {
        **{name: codes[name][kept].tolist() for name in _DIMENSIONS},
        "n": rows["n_mentions"].to_pylist(),
        "k": rows["n_articles"].to_pylist(),
        "tone": _rounded(rows["tone"].to_pylist()),
        "low": _rounded(rows["low"].to_pylist()),
        "high": _rounded(rows["high"].to_pylist()),
        "thin": [int(value) for value in rows["thin"].to_pylist()],
    }


def voice_means(data: ReportData, facts: Facts) -> list[dict[str, Any]]:
    """Mean tone toward each actor in the author's voice, in quoted voices, and in unnamed ones."""
    found = []
    for actor in range(len(facts.actors)):
        of_actor = facts.actor == actor
        for code, voice in enumerate(VOICES):
            chosen = of_actor & (facts.voice == code)
            if not chosen.any():
                continue
            mean = clustered_mean(
                facts.tone[chosen], facts.cluster[chosen], facts.article[chosen], confidence=data.confidence
            )
            tone, low, high = _rounded([mean.value, mean.low, mean.high])
            found.append(
                {
                    "actor": actor,
                    "voice": voice.value,
                    "tone": tone,
                    "low": low,
                    "high": high,
                    "n": mean.n_mentions,
                    "k": mean.n_articles,
                    "thin": int(mean.n_clusters < data.min_articles),
                }
            )
    return found


def _reading(data: ReportData, facts: Facts) -> dict[str, Any]:
    """Articles by outlet and month: ``counts`` is [n_outlets][n_periods]."""
    table = data.articles.table
    counts = np.zeros((len(facts.outlets), len(facts.periods)), dtype=int)
    outlet = facts.outlets.codes(table["outlet"].to_pylist())
    period = facts.periods.codes(period_of(day) for day in table["published"].to_pylist())
    np.add.at(counts, (outlet, period), 1)
    return {"counts": counts.tolist()}


def _sentence_themes(data: ReportData, facts: Facts) -> tuple[np.ndarray, list[str]]:
    """Theme code of each assigned sentence, and its article."""
    article_of = dict(zip(data.sentences.column("sentence_id"), data.sentences.column("article_id"), strict=True))
    table = data.theme_assignments.table
    articles = [article_of.get(sentence, "") for sentence in table["sentence_id"].to_pylist()]
    return facts.themes.codes(table["theme"].to_pylist()), articles


def _timeline(data: ReportData, facts: Facts) -> dict[str, Any]:
    """Sentences by theme and month: ``counts`` is [n_themes][n_periods], ``totals`` [n_periods] counts all.

    ``low`` and ``high`` are the ends of the share's interval, laid out as ``counts``; None where there is none.
    """
    theme, articles = _sentence_themes(data, facts)
    month = {
        article: period_of(day)
        for article, day in zip(data.articles.column("article_id"), data.articles.column("published"), strict=True)
    }
    period = facts.periods.codes(month.get(article, "") for article in articles)
    counts = np.zeros((len(facts.themes), len(facts.periods)), dtype=int)
    seen = period >= 0
    totals = np.bincount(period[seen], minlength=len(facts.periods))
    chosen = seen & (theme >= 0)
    np.add.at(counts, (theme[chosen], period[chosen]), 1)
    ends: dict[str, list[list[float | None]]] = {
        end: [[None] * len(facts.periods) for _ in range(len(facts.themes))] for end in ("low", "high")
    }
    of_theme = {name: code for code, name in enumerate(facts.themes.ids)}
    of_period = {name: code for code, name in enumerate(facts.periods.ids)}
    for row in data.theme_prevalence.rows():
        if row["outlet"] == ALL and row["theme"] in of_theme and row["period"] in of_period and row["low"] is not None:
            for end, places in ends.items():
                places[of_theme[row["theme"]]][of_period[row["period"]]] = round(row[end], 4)
    return {"counts": counts.tolist(), "totals": totals.tolist(), **ends}


def theme_map(data: ReportData, facts: Facts) -> list[dict[str, Any]]:
    """A place for every theme: near one another where the same articles carry them.

    Classical scaling (Torgerson 1952) of one minus the cosine between the themes' counts over articles. Two or fewer
    themes stand on a line; none give an empty list. Signs are fixed, so equal input draws an equal map.
    """
    theme, articles = _sentence_themes(data, facts)
    n_real = sum(value not in (NO_THEME, ALL) for value in facts.themes.ids)
    column = {article: place for place, article in enumerate(dict.fromkeys(articles))}
    counts = np.zeros((len(facts.themes), len(column)))
    chosen = theme >= 0
    np.add.at(counts, (theme[chosen], np.array([column[article] for article in articles], dtype=int)[chosen]), 1.0)
    counts = counts[:n_real]
    if not n_real:
        return []
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    unit = np.divide(counts, lengths, out=np.zeros_like(counts), where=lengths > 0)
    distance = 1.0 - np.clip(unit @ unit.T, -1, 1)
    centre = np.eye(n_real) - 1.0 / n_real
    values, vectors = np.linalg.eigh(-0.5 * centre @ distance**2 @ centre)
    axes = vectors[:, ::-1][:, :2] * np.sqrt(np.clip(values[::-1][:2], 0, None))
    if axes.shape[1] < 2:
        axes = np.hstack([axes, np.zeros((n_real, 2 - axes.shape[1]))])
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, [0, 1]] < 0, -1, 1)
    sizes = counts.sum(axis=1).astype(int)
    return [
        {"theme": code, "x": round(float(x), 4) + 0.0, "y": round(float(y), 4) + 0.0, "n": int(sizes[code])}
        for code, (x, y) in enumerate(axes)
    ]
