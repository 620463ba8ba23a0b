"""One result, gathered from its files for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
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
from tenor.features.registry import load_registry
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import Params
from tenor.pipeline.report.data import ReportData
from tenor.pipeline.store import read_table


def read_report_data(
    at: Layout,
    actors: Path,
    *,
    params: Params,
    metrics: Mapping[str, Any] | None,
    calibration: Sequence[Mapping[str, float]] = (),
) -> ReportData:
    """Everything the report shows, from the tables of ``at`` and the registry's names."""
    return ReportData(
        articles=read_table(Articles, at.articles),
        removals=read_table(Removals, at.removals),
        set_aside=read_table(SetAside, at.set_aside),
        sentences=read_table(Sentences, at.sentences),
        mentions=read_table(Mentions, at.mentions),
        attributions=read_table(Attributions, at.attributions),
        tone_scores=read_table(ToneScores, at.tone),
        tone_effects=read_table(ToneEffects, at.tone_effects),
        theme_terms=read_table(ThemeTerms, at.themes),
        theme_assignments=read_table(ThemeAssignments, at.theme_assignments),
        theme_prevalence=read_table(ThemePrevalence, at.theme_prevalence),
        estimates=read_table(Estimates, at.estimates),
        actor_names=load_registry(actors).names,
        metrics=metrics,
        calibration=calibration,
        params=shown_params(params),
        events={day.isoformat(): label for day, label in params.report.events.items()},
    )


def shown_params(params: Params) -> dict[str, Any]:
    """What the report says was used: all sections but the one that says where the result is logged."""
    return params.model_dump(mode="json", exclude={"track"})
