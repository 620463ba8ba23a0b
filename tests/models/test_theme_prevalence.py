"""Prevalence: shares that sum to one, intervals that cover, copies of one text that count once."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from tenor.features.errors import TenorError
from tenor.features.records import Articles, Sentences, ThemeAssignments, ThemePrevalence
from tenor.models.theme_prevalence import share_interval, theme_prevalence


def _corpus(articles: dict[str, tuple[str, date | None, str, str]]) -> tuple[ThemeAssignments, Sentences, Articles]:
    """Articles by id: outlet, date, near-duplicate group, and one letter a sentence for its theme."""
    rows, sentences, assigned = [], [], []
    for name, (outlet, published, group, themes) in articles.items():
        rows.append(
            {
                "article_id": name,
                "outlet": outlet,
                "published": published,
                "text": "Long ago.",
                "raw": "Long ago.",
                "language": "en",
                "near_duplicate_group": group,
                "source": name,
            }
        )
        for index, theme in enumerate(themes):
            place = {"paragraph": 0, "start": index, "end": index + 1, "text": "x"}
            sentences.append({"sentence_id": f"{name}:{index}", "article_id": name, **place})
            assigned.append({"sentence_id": f"{name}:{index}", "theme": theme, "similarity": 0.5})
    return ThemeAssignments.from_rows(assigned), Sentences.from_rows(sentences), Articles.from_rows(rows)


_MADE = {
    "a1": ("Gull", date(2025, 1, 3), "a1", "xxxy"),
    "a2": ("Gull", date(2025, 1, 9), "a2", "yy"),
    "a3": ("Gull", date(2025, 2, 1), "a3", "xx"),
    "b1": ("Heron", None, "b1", "zz"),
}


def _cell(table: ThemePrevalence, theme: str, outlet: str, period: str) -> dict[str, Any]:
    return next(row for row in table.rows() if (row["theme"], row["outlet"], row["period"]) == (theme, outlet, period))


def test_shares_are_counts_over_counts() -> None:
    table = theme_prevalence(*_corpus(_MADE))
    assert _cell(table, "x", "all", "all")["share"] == pytest.approx(5 / 10)
    assert _cell(table, "x", "Gull", "2025-01")["share"] == pytest.approx(3 / 6)
    assert _cell(table, "y", "Gull", "2025-02")["share"] == 0
    assert _cell(table, "z", "Heron", "undated")["share"] == 1
    totals: dict[tuple[str, str], float] = {}
    for row in table.rows():
        totals[row["outlet"], row["period"]] = totals.get((row["outlet"], row["period"]), 0) + row["share"]
        if row["low"] is not None:
            assert row["low"] <= row["share"] <= row["high"]
    assert set(totals) == {("all", "all"), ("all", "2025-01"), ("all", "2025-02"), ("all", "undated")} | {
        ("Gull", "all"),
        ("Gull", "2025-01"),
        ("Gull", "2025-02"),
        ("Heron", "all"),
        ("Heron", "undated"),
    }
    assert all(total == pytest.approx(1) for total in totals.values())


def test_one_article_has_no_interval() -> None:
    assert _cell(theme_prevalence(*_corpus(_MADE)), "z", "Heron", "all")["low"] is None


def test_copies_of_one_text_are_one_witness() -> None:
    alone = theme_prevalence(*_corpus({**_MADE, "a4": ("Gull", date(2025, 1, 9), "a2", "yy")}))
    apart = theme_prevalence(*_corpus({**_MADE, "a4": ("Gull", date(2025, 1, 9), "a4", "yy")}))
    one, two = (_cell(table, "y", "Gull", "2025-01") for table in (alone, apart))
    assert one["share"] == two["share"]
    assert one["high"] - one["low"] > two["high"] - two["low"]


def test_intervals_cover_the_truth() -> None:
    """Articles vary about a true share of 0.3; nineteen of twenty intervals should hold it."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        sizes = rng.integers(5, 25, size=20).astype(float)
        hits = rng.binomial(sizes.astype(int), rng.beta(3, 7, size=20)).astype(float)
        low, high = share_interval(hits, sizes, confidence=0.95)
        held += low <= 0.3 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_independent_sentences_give_wilsons_interval() -> None:
    """Clusters of one sentence: close to the textbook interval, 8 of 40 -> [0.105, 0.348]."""
    hits = np.array([1.0] * 8 + [0.0] * 32)
    low, high = share_interval(hits, np.ones(40), confidence=0.95)
    assert low == pytest.approx(0.105, abs=0.01)
    assert high == pytest.approx(0.348, abs=0.015)


def test_a_theme_never_seen_may_still_exist() -> None:
    low, high = share_interval(np.zeros(10), np.full(10, 8.0), confidence=0.95)
    assert low == pytest.approx(0, abs=1e-9)
    assert 0.2 < high < 0.5


def test_empty_and_lost() -> None:
    assignments, sentences, articles = _corpus(_MADE)
    assert len(theme_prevalence(ThemeAssignments.from_rows([]), sentences, articles)) == 0
    with pytest.raises(TenorError, match="no known article"):
        theme_prevalence(assignments, sentences, Articles.from_rows([]))
