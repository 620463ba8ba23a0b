"""Print figures beside the report, each as SVG and PNG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL, UNDATED, Facts
from tenor.pipeline.report.findings import N_LEADING, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INK, _SOFT, _ACCENT = "#1b1b1a", "#5c5a55", "#0b5c8a"
_SCALE = ("#7f3b08", "#b35806", "#e8a15a", "#f1efe9", "#86b5d9", "#2f76b5", "#08376b")
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _SOFT,
    "text.parse_math": False,  # names are data: a dollar sign in one is no formula
    "svg.hashsalt": "tenor",  # equal data, equal file
}
_Cell = dict[str, Any]
_Cells = dict[tuple[str, ...], _Cell]
_DPI = 200
_MIN_LIMIT = 0.3


def write_figures(data: ReportData, facts: Facts, folder: Path) -> list[Path]:
    """Draw what the data can fill; nothing where nothing was scored. Returns the paths written."""
    import matplotlib as mpl

    folder.mkdir(parents=True, exist_ok=True)
    cells: _Cells = {
        (row["actor"], row["outlet"], row["theme"], row["holder"], row["period"]): row for row in data.estimates.rows()
    }
    written = []
    drawings: dict[str, Callable[[ReportData, Facts, _Cells], Figure | None]] = {
        "tone_by_actor": _by_actor,
        "tone_by_actor_and_theme": _by_theme,
        "tone_over_time": _over_time,
        "tone_by_outlet": _by_outlet,
    }
    for name, drawing in drawings.items():
        with mpl.rc_context(_STYLE):
            figure = drawing(data, facts, cells)
            if figure is None:
                continue
            for suffix, options in (("svg", {"metadata": {"Date": None}}), ("png", {"dpi": _DPI})):
                path = folder / f"{name}.{suffix}"
                figure.savefig(path, bbox_inches="tight", facecolor="white", **options)
                written.append(path)
    return written


def _cell(cells: _Cells, *, actor: str, outlet: str = ALL, theme: str = ALL, period: str = ALL) -> _Cell | None:
    return cells.get((actor, outlet, theme, ALL, period))


def _figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, Any]:
    # A figure of its own, not pyplot's: no global state, and no window system is looked for.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def _scale() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("tone", _SCALE)


def _limit(cells: list[_Cell]) -> float:
    """Half-width of a tone axis about zero."""
    ends = [
        abs(cell[key]) for cell in cells if not cell["thin"] for key in ("tone", "low", "high") if cell[key] is not None
    ]
    return float(min(1.0, max([_MIN_LIMIT, *ends])))


def _leading(facts: Facts, cells: _Cells, most: int) -> list[str]:
    return [actor for actor in facts.actors.ids[:most] if _cell(cells, actor=actor)]


def _names(facts: Facts, actors: list[str]) -> list[str]:
    return [_clip(facts.actors.names[facts.actors.ids.index(actor)]) for actor in actors]


def _clip(name: str, most: int = 30) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _interval(axes: Any, place: float, cell: _Cell, limit: float) -> None:
    """One dot with its interval, hollow where thin."""
    colour = _scale()((cell["tone"] / limit + 1) / 2)
    if cell["low"] is not None and cell["high"] is not None:
        axes.plot([cell["low"], cell["high"]], [place, place], color=_SOFT, lw=1.2, alpha=0.4 if cell["thin"] else 1)
    face = "white" if cell["thin"] else colour
    axes.plot(cell["tone"], place, "o", ms=6, mfc=face, mec=_SOFT if cell["thin"] else _INK, mew=0.8)


def _tone_axis(axes: Any, limit: float) -> None:
    axes.axvline(0, color=_SOFT, lw=0.8)
    axes.set_xlim(-limit * 1.05, limit * 1.05)
    axes.tick_params(axis="y", length=0)


def _by_actor(data: ReportData, facts: Facts, cells: _Cells) -> Figure | None:
    actors = _leading(facts, cells, N_LEADING)
    if not actors:
        return None
    found = [cells[(actor, ALL, ALL, ALL, ALL)] for actor in actors]
    limit = _limit(found)
    figure, grid = _figure(6.5, 0.9 + 0.32 * len(actors))
    axes = grid[0, 0]
    for place, cell in enumerate(found):
        _interval(axes, place, cell, limit)
    counts = [f"{name}  ({cell['n_mentions']:,})" for name, cell in zip(_names(facts, actors), found, strict=True)]
    axes.set_yticks(range(len(actors)), counts)
    axes.invert_yaxis()
    _tone_axis(axes, limit)
    axes.set_xlabel(f"mean tone (mentions in brackets; {data.confidence:.0%} interval; hollow: thin)")
    return figure


def _by_theme(data: ReportData, facts: Facts, cells: _Cells) -> Figure | None:
    actors = _leading(facts, cells, N_LEADING)
    themes = [theme for theme in facts.themes.ids if any(_cell(cells, actor=actor, theme=theme) for actor in actors)]
    if not actors or not themes:
        return None
    found = [[_cell(cells, actor=actor, theme=theme) for theme in themes] for actor in actors]
    limit = _limit([{**cell, "low": None, "high": None} for row in found for cell in row if cell])
    figure, grid = _figure(2.2 + 0.55 * len(themes), 1.6 + 0.32 * len(actors))
    axes = grid[0, 0]
    values = np.array([[cell["tone"] if cell else np.nan for cell in row] for row in found])
    faint = np.array([[0.35 if cell and cell["thin"] else 1.0 for cell in row] for row in found])
    image = axes.imshow(values, cmap=_scale(), vmin=-limit, vmax=limit, alpha=faint, aspect="auto")
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
                    color="white" if dark else _INK,
                )
    axes.set_yticks(range(len(actors)), _names(facts, actors))
    shown = [_clip(facts.themes.names[facts.themes.ids.index(theme)]) for theme in themes]
    axes.set_xticks(range(len(themes)), shown, rotation=40, ha="right")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.6, label=f"mean tone (faint: under {data.min_articles} articles)")
    return figure


def _panels(n_panels: int, height: float) -> tuple[Figure, list[Any]]:
    columns = min(3, n_panels)
    rows = -(-n_panels // columns)
    figure, grid = _figure(2.9 * columns + 0.8, height * rows, rows, columns)
    for axes in grid.flat[n_panels:]:
        axes.set_visible(False)
    return figure, list(grid.flat[:n_panels])


def _over_time(_data: ReportData, facts: Facts, cells: _Cells) -> Figure | None:
    months = [period for period in facts.periods.ids if period != UNDATED]
    actors = [a for a in _leading(facts, cells, 6) if any(_cell(cells, actor=a, period=m) for m in months)]
    if not actors or len(months) < 2:
        return None
    series = {
        actor: [
            (place, cell) for place, month in enumerate(months) if (cell := _cell(cells, actor=actor, period=month))
        ]
        for actor in actors
    }
    limit = _limit([cell for points in series.values() for _, cell in points])
    figure, panels = _panels(len(actors), 1.9)
    for axes, actor, name in zip(panels, actors, _names(facts, actors), strict=True):
        places = [place for place, _ in series[actor]]
        low, high = (
            np.array([np.nan if cell[key] is None else cell[key] for _, cell in series[actor]])
            for key in ("low", "high")
        )
        axes.fill_between(places, low, high, color=_ACCENT, alpha=0.18, lw=0)
        axes.plot(places, [cell["tone"] for _, cell in series[actor]], color=_ACCENT, lw=1.4)
        for place, cell in series[actor]:
            axes.plot(place, cell["tone"], "o", ms=4, mfc="white" if cell["thin"] else _ACCENT, mec=_ACCENT)
        axes.axhline(0, color=_SOFT, lw=0.8)
        axes.set_ylim(-limit * 1.05, limit * 1.05)
        step = -(-len(months) // 4)
        axes.set_xticks(
            range(0, len(months), step), [facts.periods.names[place] for place in range(0, len(months), step)]
        )
        axes.set_xlim(-0.5, len(months) - 0.5)
        axes.set_title(name, fontsize=9, loc="left")
    return figure


def _by_outlet(_data: ReportData, facts: Facts, cells: _Cells) -> Figure | None:
    actors = _leading(facts, cells, 6)
    outlets = [o for o in facts.outlets.ids if any(_cell(cells, actor=actor, outlet=o) for actor in actors)][:24]
    if not actors or not outlets:
        return None
    found = {actor: [_cell(cells, actor=actor, outlet=outlet) for outlet in outlets] for actor in actors}
    limit = _limit([cell for row in found.values() for cell in row if cell])
    figure, panels = _panels(len(actors), 0.8 + 0.25 * len(outlets))
    for at, (axes, actor, name) in enumerate(zip(panels, actors, _names(facts, actors), strict=True)):
        for place, cell in enumerate(found[actor]):
            if cell:
                _interval(axes, place, cell, limit)
        axes.set_yticks(range(len(outlets)), [_clip(outlet, 24) if at % 3 == 0 else "" for outlet in outlets])
        axes.set_ylim(len(outlets) - 0.5, -0.5)
        _tone_axis(axes, limit)
        axes.set_title(name, fontsize=9, loc="left")
    return figure
