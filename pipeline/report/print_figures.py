"""Figures for print of whose voice it is and what the coverage is about: voices, network, theme map, theme timeline."""

from __future__ import annotations

import calendar
import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL, NO_THEME, UNDATED, VOICES, Facts, Voice, period_name
from tenor.pipeline.report.findings import N_LEADING
from tenor.pipeline.report.pictures import theme_map, voice_means
from tenor.pipeline.report.print_style import (
    ACCENT,
    INK,
    SOFT,
    Cell,
    Cells,
    clipped,
    draw_interval,
    new_figure,
    panels,
    shown_names,
    style_tone_axis,
    tone_limit,
    tone_scale,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_TIES = 24
_EDGE = "#b5b2aa"
_MOST_THEMES = 12
_VOICE_MARKS = {
    Voice.AUTHOR: ("o", "the outlets' own words"),
    Voice.QUOTED: ("D", "quoted voices"),
    Voice.UNKNOWN: ("X", "speakers not named"),
}


def draw_voices(data: ReportData, facts: Facts, _cells: Cells) -> Figure | None:
    """Tone toward the leading actors in the outlets' own words beside quoted voices; None where nothing was scored."""
    from matplotlib.lines import Line2D

    found = [cell for cell in voice_means(data, facts) if cell["actor"] < N_LEADING]
    if not found:
        return None
    n_actors = max(cell["actor"] for cell in found) + 1
    limit = tone_limit(found)
    figure, grid = new_figure(6.5, 1.2 + 0.5 * n_actors)
    axes = grid[0, 0]
    for cell in found:
        order = VOICES.index(Voice(cell["voice"]))
        draw_interval(axes, cell["actor"] + 0.22 * (order - 1), cell, limit, _VOICE_MARKS[Voice(cell["voice"])][0])
    axes.set_yticks(range(n_actors), shown_names(facts.actors, list(facts.actors.ids[:n_actors])))
    axes.set_ylim(n_actors - 0.5, -0.5)
    style_tone_axis(axes, limit)
    axes.set_xlabel(
        f"mean tone ({data.confidence:.0%} interval; hollow: under {data.min_articles} independent articles)"
    )
    marks = [
        Line2D([], [], ls="", marker=mark, mfc=SOFT, mec=INK, ms=6, label=name) for mark, name in _VOICE_MARKS.values()
    ]
    figure.legend(handles=marks, loc="outside upper center", ncols=3, frameon=False)
    return figure


def draw_network(data: ReportData, facts: Facts, cells: Cells) -> Figure | None:
    """The heaviest ties from holders (left) to the actors they speak of (right); None where nobody named speaks."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.patheffects import withStroke

    ties = _ties(facts, cells)
    if not ties:
        return None
    holders, actors = (_by_weight(ties, side) for side in ("holder", "actor"))
    limit = tone_limit([{**tie, "low": None, "high": None} for tie in ties])
    rows = max(len(holders), len(actors))
    figure, grid = new_figure(7.0, 0.9 + 0.3 * rows)
    axes = grid[0, 0]
    place_of = {("holder", value): place for value, place in zip(holders, _spread(len(holders), rows), strict=True)} | {
        ("actor", value): place for value, place in zip(actors, _spread(len(actors), rows), strict=True)
    }
    most = max(tie["n_mentions"] for tie in ties)
    scale = tone_scale()
    for tie in sorted(ties, key=lambda tie: -tie["n_mentions"]):  # thin lines over broad ones
        width = 0.8 + 4.2 * tie["n_mentions"] / most
        arrow = FancyArrowPatch(
            (0.0, place_of["holder", tie["holder"]]),
            (1.0, place_of["actor", tie["actor"]]),
            arrowstyle="-|>",
            mutation_scale=8,
            connectionstyle="arc3,rad=0",
            lw=width,
            path_effects=[withStroke(linewidth=width + 0.7, foreground=_EDGE)],  # a tone near zero is nearly white
            color=scale((tie["tone"] / limit + 1) / 2),
            alpha=0.35 if tie["thin"] else 0.9,
            shrinkA=0,
            shrinkB=0,
        )
        axes.add_patch(arrow)
    for side, values, dimension, x, align in (
        ("holder", holders, facts.holders, -0.02, "right"),
        ("actor", actors, facts.actors, 1.02, "left"),
    ):
        for value, name in zip(values, shown_names(dimension, values), strict=True):
            axes.text(x, place_of[side, value], name, ha=align, va="center")
    axes.set_xlim(-0.62, 1.62)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_axis_off()
    axes.set_title(
        f"speaks of → (width: mentions, broadest {most:,}; faint: under {data.min_articles} independent articles)",
        fontsize=9,
        color=SOFT,
    )
    tones = ScalarMappable(Normalize(-limit, limit), scale)
    figure.colorbar(tones, ax=axes, orientation="horizontal", shrink=0.4, aspect=30, label="mean tone")
    return figure


def _ties(facts: Facts, cells: Cells) -> list[Cell]:
    """Estimates split by actor and named holder alone, most mentions first; ties in count stand by name."""
    named = {
        value for value, kind in zip(facts.holders.ids, facts.holder_kinds, strict=True) if kind in {"actor", "other"}
    }
    found = [
        cell
        for cell in cells.values()
        if cell["holder"] in named
        and cell["outlet"] == cell["theme"] == cell["period"] == ALL
        and cell["actor"] in facts.actors.ids
    ]
    return sorted(found, key=lambda cell: (-cell["n_mentions"], cell["holder"], cell["actor"]))[:_MOST_TIES]


def _by_weight(ties: list[Cell], side: str) -> list[str]:
    weight: dict[str, int] = {}
    for tie in ties:
        weight[tie[side]] = weight.get(tie[side], 0) + tie["n_mentions"]
    return sorted(weight, key=lambda value: (-weight[value], value))


def _spread(count: int, rows: int) -> list[float]:
    """Places of ``count`` names, evenly over ``rows`` rows."""
    return [(place + 0.5) * rows / count - 0.5 for place in range(count)]


def draw_theme_map(data: ReportData, facts: Facts, _cells: Cells) -> Figure | None:
    """Themes as numbered dots, near where the same articles carry them, with their key; None without themes."""
    dots = theme_map(data, facts)
    if not dots or not any(dot["n"] for dot in dots):
        return None
    shaky = {row["theme"] for row in data.theme_terms.rows() if row["shaky"]}
    most = max(dot["n"] for dot in dots)
    figure, grid = new_figure(8.0, max(3.6, 0.8 + 0.2 * len(dots)), 1, 2)
    axes, key = grid[0]
    for number, dot in enumerate(dots, 1):
        is_shaky = facts.themes.ids[dot["theme"]] in shaky
        axes.scatter(
            dot["x"],
            dot["y"],
            s=60 + 900 * dot["n"] / most,
            facecolor="white" if is_shaky else ACCENT,
            edgecolor=ACCENT,
            alpha=0.75,
            zorder=2,
        )
        colour = INK if is_shaky else "white"
        axes.text(dot["x"], dot["y"], str(number), ha="center", va="center", fontsize=7, color=colour, zorder=3)
    axes.margins(0.18)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title("near: in the same articles", fontsize=9, loc="left", color=SOFT)
    names = shown_names(facts.themes, [facts.themes.ids[dot["theme"]] for dot in dots], most=44)
    lines = [f"{number}  {name} ({dot['n']:,})" for number, (name, dot) in enumerate(zip(names, dots, strict=True), 1)]
    key.text(0, 1, "\n".join(lines), va="top", ha="left", fontsize=8, linespacing=1.5, transform=key.transAxes)
    key.set_title("sentences in brackets; hollow: shaky", fontsize=9, loc="left", color=SOFT)
    key.set_axis_off()
    return figure


def draw_theme_timeline(data: ReportData, facts: Facts, _cells: Cells) -> Figure | None:
    """Share of the sentences that each theme takes, by month with its interval; None under two dated months."""
    from matplotlib.ticker import PercentFormatter

    places = month_places(facts)
    themes = [theme for theme in facts.themes.ids if theme != NO_THEME][:_MOST_THEMES]
    if len(places) < 2 or not themes or not len(data.theme_assignments):
        return None
    shares: dict[str, list[tuple[int, Cell]]] = {theme: [] for theme in themes}
    for row in data.theme_prevalence.rows():
        if row["outlet"] == ALL and row["theme"] in shares and row["period"] in places:
            shares[row["theme"]].append((places[row["period"]], row))
    shown = [theme for theme in themes if any(row["n_in_theme"] for _, row in shares[theme])]
    if not shown:
        return None
    top = max(row["share"] if row["high"] is None else row["high"] for theme in shown for _, row in shares[theme])
    figure, grid = panels(len(shown), 1.7)
    for axes, theme, name in zip(grid, shown, shown_names(facts.themes, shown), strict=True):
        draw_band(axes, sorted(shares[theme], key=lambda point: point[0]), "share")
        style_month_axis(axes, places, data.events)
        axes.set_ylim(0, min(1.0, 1.08 * top))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_title(name, fontsize=9, loc="left")
    note = f"share of the month's sentences, {data.confidence:.0%} interval"
    figure.supxlabel(events_note(note, places, data.events), fontsize=8)
    return figure


def month_places(facts: Facts) -> dict[str, int]:
    """Every dated month's place on a time axis, in months since the first: months without articles keep theirs."""
    months = sorted(period for period in facts.periods.ids if period != UNDATED)
    return {month: _month_number(month) - _month_number(months[0]) for month in months}


def _month_number(period: str) -> int:
    year, month = period.split("-")
    return int(year) * 12 + int(month) - 1


def draw_band(axes: Any, points: list[tuple[int, Cell]], value: str) -> None:
    """A line of ``value`` by place with the band of its intervals; a thin cell's dot is hollow.

    A month without an estimate breaks the line: nothing is known there.
    """
    by_place = dict(points)
    places = list(range(points[0][0], points[-1][0] + 1))
    middle, low, high = (
        np.array([_real(by_place.get(place), key) for place in places]) for key in (value, "low", "high")
    )
    axes.fill_between(places, low, high, color=ACCENT, alpha=0.18, lw=0)
    axes.plot(places, middle, color=ACCENT, lw=1.4)
    for place, cell in points:
        thin = cell.get("thin", cell["low"] is None)
        axes.plot(place, cell[value], "o", ms=4, mfc="white" if thin else ACCENT, mec=ACCENT)


def _real(cell: Cell | None, key: str) -> float:
    return float("nan") if cell is None or cell[key] is None else float(cell[key])


def style_month_axis(axes: Any, places: dict[str, int], events: Any) -> None:
    """A time axis of whole months, with a dotted line at each event's day that lies within it, numbered in order."""
    last = max(places.values())
    first = min(places)
    step = -(-(last + 1) // 4)
    ticks = range(0, last + 1, step)
    names = [period_name(_period(_month_number(first) + tick)) for tick in ticks]
    axes.set_xticks(ticks, names, fontsize=7)
    axes.set_xlim(-0.5, last + 0.5)
    for number, (place, _) in enumerate(_event_places(places, events), 1):
        axes.axvline(place, color=SOFT, lw=0.8, ls=":")
        axes.annotate(
            str(number),
            (place, 1.0),
            xytext=(2, -1),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            fontsize=7,
            va="top",
            color=SOFT,
        )


def _period(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _event_places(places: dict[str, int], events: Any) -> list[tuple[float, str]]:
    """Where the events lie among the months, and what they are; those outside are left out."""
    first, last = _month_number(min(places)), max(places.values())
    found = []
    for day, label in sorted(events.items()):
        date = datetime.date.fromisoformat(day)
        within = (date.day - 1) / calendar.monthrange(date.year, date.month)[1]
        place = date.year * 12 + date.month - 1 - first - 0.5 + within
        if -0.5 <= place < last + 0.5:
            found.append((place, label))
    return found


def events_note(words: str, places: dict[str, int], events: Any) -> str:
    """What a time figure shows, with the key to its numbered events."""
    key = [f"{number}: {clipped(label, 40)}" for number, (_, label) in enumerate(_event_places(places, events), 1)]
    return words if not key else f"{words}; dotted {', '.join(key)}"
