"""What the page says in words and plain tables: what was read, what was set aside, how good the measurement is."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenor.features.records import Articles
from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL
from tenor.pipeline.report.findings import DASH, counted

_MOST_EXAMPLES = 3
_MOST_LISTED = 200
_WELL_CALIBRATED = 0.05
_SAME = 0.01


@dataclass(frozen=True)
class Grouped:
    """How often one reason holds, how much it took, and a few cases of it."""

    reason: str
    count: int
    amount: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """What was read and what was set aside."""

    dateline: str
    figures: tuple[tuple[str, str], ...]
    set_aside: tuple[Grouped, ...]
    removals: tuple[Grouped, ...]
    set_aside_rows: tuple[Mapping[str, Any], ...]
    reach: tuple[str, ...]  # how far the numbers carry, in sentences


@dataclass(frozen=True)
class Quality:
    """How good the measurement is: sentences, and the tables behind them."""

    verdict: tuple[str, ...]
    scores: tuple[tuple[str, str, str], ...]  # what, macro-F1, accuracy
    confusion: tuple[tuple[int, ...], ...]
    # heading, rows of name, n, macro-F1, accuracy, and whether the labels are few
    groups: tuple[tuple[str, tuple[tuple[str, str, str, str, bool], ...]], ...]


def take_inventory(data: ReportData) -> Inventory:
    """Count what was read, what was not measured and what cleaning took out, most frequent reason first."""
    articles = data.articles
    days = [day for day in articles.column("published") if day is not None]
    n_outlets = len(set(articles.column("outlet")))
    copies = len(articles) - len(set(articles.column("near_duplicate_group")))
    undated = len(articles) - len(days)
    n_skipped = sum(
        relational or ambiguous
        for relational, ambiguous in zip(
            data.mentions.column("relational"), data.mentions.column("ambiguous"), strict=True
        )
    )
    figures = [
        (f"{len(articles):,}", "articles read"),
        (f"{n_outlets:,}", "outlets"),
        (f"{len(data.sentences):,}", "sentences"),
        (f"{len(data.mentions):,}", "mentions of an actor"),
        (f"{len(data.tone_scores):,}", "mentions scored for tone"),
        (f"{n_skipped:,}", "mentions of a relation, or ambiguous: left unscored"),
        (f"{copies:,}", "near-copies of another article, counted as one source"),
        (f"{undated:,}", "articles undated"),
        (f"{len(data.set_aside):,}", "inputs set aside"),
    ]
    return Inventory(
        dateline=" · ".join([_span(days), counted(len(articles), "article"), _outlets_told(articles, n_outlets)]),
        figures=tuple(figures),
        set_aside=_grouped(data.set_aside.rows(), "title", fallback="source"),
        removals=_grouped(data.removals.rows(), "text"),
        set_aside_rows=tuple(data.set_aside.rows()[:_MOST_LISTED]),
        reach=(*_coverage(data), *_stability(data), *_thinness(data)),
    )


def _coverage(data: ReportData) -> list[str]:
    """Which actors were found, and how much of what was scored the labels speak for."""
    scored = Counter(data.tone_scores.column("actor"))
    if not scored:
        return []
    said = []
    if data.actor_names:
        n_found = len(set(data.actor_names) & set(data.mentions.column("actor")))
        looked_for = counted(len(data.actor_names), "actor")
        said.append(f"{n_found:,} of the {looked_for} looked for are named in the articles.")
    labelled = {str(row["actor"]) for row in (data.metrics or {}).get("actors") or ()} & set(scored)
    if labelled:
        share = sum(scored[actor] for actor in labelled) / scored.total()
        rest = "" if len(labelled) == len(scored) else "; how well the others are read was not measured"
        said.append(
            f"The labels speak for {len(labelled):,} of the {counted(len(scored), 'actor')} scored, "
            f"who hold {share:.0%} of the scored mentions{rest}."
        )
    return said


def _stability(data: ReportData) -> list[str]:
    """How far the themes would have been found in slightly different articles; nothing where not measured."""
    measured = [value for value in data.theme_terms.column("stability") if value is not None]
    if not measured:
        return []
    n_shaky = sum(bool(value) for value in data.theme_terms.column("shaky"))
    return [
        "Fitted on other samples of these articles, the themes come back with a stability of "
        f"{sum(measured) / len(measured):.2f} on average (1: unchanged); {n_shaky} of "
        f"{counted(len(measured), 'theme')} {'is' if n_shaky == 1 else 'are'} marked shaky."
    ]


def _thinness(data: ReportData) -> list[str]:
    """How many cells of the heat map rest on few articles."""
    cells = [
        row["thin"]
        for row in data.estimates.table.select(["outlet", "theme", "holder", "period", "thin"]).to_pylist()
        if row["theme"] != ALL and (row["outlet"], row["holder"], row["period"]) == (ALL, ALL, ALL)
    ]
    if not cells:
        return []
    return [
        f"{sum(cells):,} of {counted(len(cells), 'cell')} of actor by theme rest on fewer than {data.min_articles} "
        "independent articles: they are shown faded, and are questions rather than findings."
    ]


def _span(days: list[datetime.date]) -> str:
    if not days:
        return "No article is dated"
    first, last = min(days), max(days)
    shown = [f"{day.day} {day:%B %Y}" for day in (first, last)]
    return shown[0] if first == last else f"{shown[0]} {DASH} {shown[1]}"


def _grouped(rows: list[dict[str, Any]], shown: str, *, fallback: str | None = None) -> tuple[Grouped, ...]:
    counts = Counter(str(row["reason"]) for row in rows)
    found = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        cases = [row for row in rows if row["reason"] == reason]
        texts = [str(row[shown] or (row[fallback] if fallback else "")) for row in cases]
        examples = tuple(dict.fromkeys(_clipped(text) for text in texts if text.strip()))[:_MOST_EXAMPLES]
        found.append(Grouped(reason.replace("_", " "), count, sum(len(text) for text in texts), examples))
    return tuple(found)


def _clipped(text: str, most: int = 110) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def judge(metrics: Mapping[str, Any] | None) -> Quality | None:
    """Put the evaluation in plain words; None where nothing was evaluated. Every key may be absent."""
    if not metrics:
        return None
    return Quality(
        verdict=tuple(_verdict(metrics)),
        scores=tuple(
            (label, _figure(scores.get("macro_f1")), _figure(scores.get("accuracy")))
            for label, scores in (
                ("This scorer", metrics),
                ("This scorer, weighted to all mentions", metrics.get("weighted") or {}),
                ("VADER, same folds", metrics.get("vader") or {}),
                ("Always the commonest class", metrics.get("majority") or {}),
            )
            if _finite(scores.get("macro_f1")) is not None
        ),
        confusion=tuple(tuple(int(count) for count in row) for row in metrics.get("confusion") or ()),
        groups=tuple(
            (heading, rows)
            for heading, key, name in (("By actor", "actors", "actor"), ("By outlet", "outlets", "outlet"))
            if (rows := _group_rows(metrics.get(key) or (), name))
        ),
    )


def _group_rows(entries: Any, name: str) -> tuple[tuple[str, str, str, str, bool], ...]:
    return tuple(
        (
            str(row.get(name, "")),
            str(row.get("n", "")),
            _figure(row.get("macro_f1")),
            _figure(row.get("accuracy")),
            bool(row.get("thin")),
        )
        for row in entries
    )


def _finite(value: Any) -> float | None:
    """The number, or None where it is absent or was undefined."""
    return None if value is None or not math.isfinite(value) else float(value)


def _figure(value: Any) -> str:
    number = _finite(value)
    return DASH if number is None else f"{number:.2f}"


def _verdict(metrics: Mapping[str, Any]) -> list[str]:
    said = []
    macro_f1, accuracy, error, n = (
        _finite(metrics.get(key)) for key in ("macro_f1", "accuracy", "calibration_error", "n")
    )
    if accuracy is not None:
        where = f"{n:,.0f} labelled mentions" if n else "labelled mentions"
        said.append(f"The scorer agrees with the human label {accuracy:.0%} of the time, on {where} it had not seen.")
    if macro_f1 is not None:
        said.append(
            f"Counting the three classes alike, its macro-F1 is {macro_f1:.2f}"
            f"{_bounds(metrics, 'macro_f1')}; 1 is perfect, and 0.33 is near what guessing gives."
        )
        said += _beside_vader(metrics, macro_f1)
    if error is not None:
        reading = "close enough to read as they stand" if error < _WELL_CALIBRATED else "read them as a ranking"
        said.append(f"Its stated probabilities are off by {error:.0%} on average: {reading}.")
    return said + _about_themes(metrics.get("themes") or {})


def _bounds(metrics: Mapping[str, Any], name: str) -> str:
    low, high = _finite(metrics.get(f"{name}_low")), _finite(metrics.get(f"{name}_high"))
    return "" if low is None or high is None else f" (interval {low:.2f} to {high:.2f})"


def _beside_vader(metrics: Mapping[str, Any], macro_f1: float) -> list[str]:
    rival = _finite((metrics.get("vader") or {}).get("macro_f1"))
    if rival is None:
        return []
    gain = macro_f1 - rival
    low, high = _finite(metrics.get("gain_over_vader_low")), _finite(metrics.get("gain_over_vader_high"))
    if low is not None and high is not None and low <= 0 <= high:
        verdict = f"and the difference of {gain:+.2f} (interval {low:+.2f} to {high:+.2f}) could be chance"
    elif abs(gain) < _SAME:
        verdict = "so the scorer is no better"
    else:
        verdict = f"so the scorer is {abs(gain):.2f} {'better' if gain > 0 else 'worse'}"
        verdict += "" if low is None or high is None else f" (interval {low:+.2f} to {high:+.2f})"
    return [
        f"VADER, a word list that cannot tell one actor from another, reaches {rival:.2f} on the same folds, {verdict}."
    ]


def _about_themes(themes: Mapping[str, Any]) -> list[str]:
    coherence, diversity, unassigned = (
        _finite(themes.get(key)) for key in ("coherence", "diversity", "share_unassigned")
    )
    said = []
    if unassigned is not None:
        said.append(f"{unassigned:.0%} of the sentences fit no theme.")
    if coherence is not None:
        beside = "" if diversity is None else f" at a term diversity of {diversity:.2f}"
        said.append(
            f"Theme coherence (NPMI) is {coherence:.2f}{beside}; from about 0.1 a reader usually sees what it is about."
        )
    return said


def _outlets_told(articles: Articles, n_outlets: int) -> str:
    """How many outlets, or that none is named."""
    return "no outlet named" if set(articles.column("outlet")) == {"unknown"} else counted(n_outlets, "outlet")
