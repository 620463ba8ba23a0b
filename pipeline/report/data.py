"""What the report is made from: every table of one result, the actors' names, and what was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tenor.features.records import (
    Articles,
    Attributions,
    Estimates,
    Mentions,
    Removals,
    Sentences,
    SetAside,
    ThemeAssignments,
    ThemePrevalence,
    ThemeTerms,
    ToneEffects,
    ToneScores,
)

_CONFIDENCE = 0.95
_MIN_ARTICLES = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class ReportData:
    """One result, whole.

    ``actor_names`` maps an actor's id to the name a reader knows; an id without one is shown as it is. ``metrics`` is
    the evaluation of the scorer, or None where the scorer was not evaluated on this corpus, and ``calibration`` its
    bins (mean ``confidence``, ``accuracy``, ``n``). ``params`` is what was used, one mapping a stage. ``events`` maps
    an ISO date to a short label drawn on the time charts. Mentions without ``tone_effects`` are shown without.
    """

    articles: Articles
    removals: Removals
    set_aside: SetAside
    sentences: Sentences
    mentions: Mentions
    tone_scores: ToneScores
    theme_terms: ThemeTerms
    theme_assignments: ThemeAssignments
    estimates: Estimates
    attributions: Attributions = field(default_factory=partial(Attributions.from_rows, ()))
    tone_effects: ToneEffects = field(default_factory=partial(ToneEffects.from_rows, ()))
    theme_prevalence: ThemePrevalence = field(default_factory=partial(ThemePrevalence.from_rows, ()))
    actor_names: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, Any] | None = None
    calibration: Sequence[Mapping[str, float]] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        """Coverage of every interval shown, in (0, 1)."""
        return float(self.params.get("estimate", {}).get("confidence", _CONFIDENCE))

    @property
    def min_articles(self) -> int:
        """Articles under which a cell counts as thin."""
        return int(self.params.get("estimate", {}).get("min_articles", _MIN_ARTICLES))
