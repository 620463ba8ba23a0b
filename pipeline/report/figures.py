"""Print figures beside the report, each as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL, Facts
from tenor.pipeline.report.findings import N_LEADING, signed
from tenor.pipeline.report.print_figures import (
    draw_band,
    draw_network,
    draw_theme_map,
    draw_theme_timeline,
    draw_voices,
    events_note,
    month_places,
    style_month_axis,
)
from tenor.pipeline.report.print_style import (
    INK,
    SOFT,
    Cells,
    clipped,
    draw_interval,
    find_cell,
    new_figure,
    panels,
    print_style,
    save_figure,
    shown_names,
    style_tone_axis,
    tone_limit,
    tone_scale,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_figures(data: ReportData, facts: Facts, folder: Path) -> list[Path]:
    """Draw what the data can fill, each as SVG and PNG; nothing where nothing was scored. Returns the paths written.

    A picture of an earlier result that this one cannot fill is removed, so that every picture is of these tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cells: Cells = {
        (row["actor"], row["outlet"], row["theme"], row["holder"], row["period"]): row for row in data.estimates.rows()
    }
    written = []
    drawings: dict[str, Callable[[ReportData, Facts, Cells], Figure | None]] = {
        "tone_by_actor": _by_actor,
        "tone_by_actor_and_theme": _by_theme,
        "tone_over_time": _over_time,
        "tone_by_outlet": _by_outlet,
        "tone_by_voice": draw_voices,
        "who_speaks_of_whom": draw_network,
        "themes_map": draw_theme_map,
        "themes_over_time": draw_theme_timeline,
    }
    for name, drawing in drawings.items():
        with print_style():
            figure = drawing(data, facts, cells)
            if figure is None:
                for suffix in ("svg", "png"):
                    (folder / f"{name}.{suffix}").unlink(missing_ok=True)
            else:
                written += save_figure(figure, folder / name)
    return written


def _leading(facts: Facts, cells: Cells, most: int) -> list[str]:
    return [actor for actor in facts.actors.ids[:most] if find_cell(cells, actor=actor)]


def _names(facts: Facts, actors: list[str]) -> list[str]:
    return shown_names(facts.actors, actors)


def _by_actor(data: ReportData, facts: Facts, cells: Cells) -> Figure | None:
    actors = _leading(facts, cells, N_LEADING)
    if not actors:
        return None
    found = [cells[(actor, ALL, ALL, ALL, ALL)] for actor in actors]
    limit = tone_limit(found)
    figure, grid = new_figure(6.5, 0.9 + 0.32 * len(actors))
    axes = grid[0, 0]
    for place, cell in enumerate(found):
        draw_interval(axes, place, cell, limit)
    counts = [f"{name}  ({cell['n_mentions']:,})" for name, cell in zip(_names(facts, actors), found, strict=True)]
    axes.set_yticks(range(len(actors)), counts)
    axes.invert_yaxis()
    style_tone_axis(axes, limit)
    axes.set_xlabel(f"mean tone (mentions in brackets; {data.confidence:.0%} interval; hollow: thin)")
    return figure


def _by_theme(data: ReportData, facts: Facts, cells: Cells) -> Figure | None:
    actors = _leading(facts, cells, N_LEADING)
    themes = [
        theme for theme in facts.themes.ids if any(find_cell(cells, actor=actor, theme=theme) for actor in actors)
    ]
    if not actors or not themes:
        return None
    found = [[find_cell(cells, actor=actor, theme=theme) for theme in themes] for actor in actors]
    limit = tone_limit([{**cell, "low": None, "high": None} for row in found for cell in row if cell])
    figure, grid = new_figure(2.2 + 0.55 * len(themes), 1.6 + 0.32 * len(actors))
    axes = grid[0, 0]
    values = np.array([[cell["tone"] if cell else np.nan for cell in row] for row in found])
    faint = np.array([[0.35 if cell and cell["thin"] else 1.0 for cell in row] for row in found])
    image = axes.imshow(values, cmap=tone_scale(), vmin=-limit, vmax=limit, alpha=faint, aspect="auto")
    for row, row_cells in enumerate(found):
        for column, cell in enumerate(row_cells):
            if cell:
                dark = abs(cell["tone"]) > 0.6 * limit and not cell["thin"]
                axes.text(
                    column,
                    row,
                    signed(cell["tone"]),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else INK,
                )
    axes.set_yticks(range(len(actors)), _names(facts, actors))
    axes.set_xticks(range(len(themes)), shown_names(facts.themes, themes), rotation=40, ha="right")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(
        image, ax=axes, shrink=0.6, label=f"mean tone (faint: under {data.min_articles} independent articles)"
    )
    return figure


def _over_time(data: ReportData, facts: Facts, cells: Cells) -> Figure | None:
    places = month_places(facts)
    actors = [a for a in _leading(facts, cells, 6) if any(find_cell(cells, actor=a, period=m) for m in places)]
    if not actors or len(places) < 2:
        return None
    series = {
        actor: [
            (place, cell) for month, place in places.items() if (cell := find_cell(cells, actor=actor, period=month))
        ]
        for actor in actors
    }
    limit = tone_limit([cell for points in series.values() for _, cell in points])
    figure, grid = panels(len(actors), 1.9)
    for axes, actor, name in zip(grid, actors, _names(facts, actors), strict=True):
        draw_band(axes, series[actor], "tone")
        axes.axhline(0, color=SOFT, lw=0.8)
        axes.set_ylim(-limit * 1.05, limit * 1.05)
        style_month_axis(axes, places, data.events)
        axes.set_title(name, fontsize=9, loc="left")
    note = f"mean tone by month, {data.confidence:.0%} interval; hollow: under {data.min_articles} independent articles"
    figure.supxlabel(events_note(note, places, data.events), fontsize=8)
    return figure


def _by_outlet(_data: ReportData, facts: Facts, cells: Cells) -> Figure | None:
    actors = _leading(facts, cells, 6)
    outlets = [o for o in facts.outlets.ids if any(find_cell(cells, actor=actor, outlet=o) for actor in actors)][:24]
    if not actors or not outlets:
        return None
    found = {actor: [find_cell(cells, actor=actor, outlet=outlet) for outlet in outlets] for actor in actors}
    limit = tone_limit([cell for row in found.values() for cell in row if cell])
    figure, grid = panels(len(actors), 0.8 + 0.25 * len(outlets))
    for at, (axes, actor, name) in enumerate(zip(grid, actors, _names(facts, actors), strict=True)):
        for place, cell in enumerate(found[actor]):
            if cell:
                draw_interval(axes, place, cell, limit)
        axes.set_yticks(range(len(outlets)), [clipped(outlet, 24) if at % 3 == 0 else "" for outlet in outlets])
        axes.set_ylim(len(outlets) - 0.5, -0.5)
        style_tone_axis(axes, limit)
        axes.set_title(name, fontsize=9, loc="left")
    return figure
