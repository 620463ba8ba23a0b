"""The lead picture as a small drawing in the page itself: seen before any script has run, and where none may run."""

from __future__ import annotations

import io
import re
from typing import Any

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import ALL, Facts
from tenor.pipeline.report.findings import N_LEADING

# Stand-ins that the style sheet's colours replace, so that the drawing follows light and dark.
_COLOURS = {"#010203": "--ink", "#010204": "--soft", "#010205": "--raised"}
_INK, _SOFT, _GROUND = _COLOURS
_SCALE = tuple(f"#01030{step}" for step in range(7))
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,  # names are data: a dollar sign in one is no formula
    "svg.hashsalt": "tenor",  # equal data, equal markup
    "svg.fonttype": "none",  # outlines of letters would be ten times the size, and no screen reader would read them
    **dict.fromkeys(("text.color", "xtick.color", "ytick.color"), _INK),
}
_MIN_LIMIT = 0.3
_MOST_LETTERS = 30
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
# The drawing's own style rule would hold for the whole page.
_METADATA = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="[^"]*"')


def first_picture(data: ReportData, facts: Facts) -> str:
    """The most-mentioned actors with mean tone and interval, as SVG markup; empty where nothing was scored.

    Names are text of the drawing, escaped; equal input gives equal markup.
    """
    import warnings

    import matplotlib as mpl
    from matplotlib.figure import Figure

    whole = _whole_cells(data)
    places = [place for place, actor in enumerate(facts.actors.ids[:N_LEADING]) if actor in whole]
    if not places:
        return ""
    found = [whole[facts.actors.ids[place]] for place in places]
    ends = [abs(cell[key]) for cell in found for key in ("tone", "low", "high") if cell[key] is not None]
    limit = min(1.0, max([_MIN_LIMIT, *ends]))
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # The browser has the letters that the drawing's font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        # A figure of its own, not pyplot's: no global state, and no window system is looked for.
        figure = Figure(figsize=(9, 0.6 + 0.31 * len(found)), layout="constrained")
        axes = figure.subplots()
        axes.axvline(0, color=_SOFT, lw=0.8)
        for row, cell in enumerate(found):
            _dot(axes, row, cell, limit)
        names = [_clipped(facts.actors.names[place]) for place in places]
        labels = [f"{name}  ({cell['n_mentions']:,})" for name, cell in zip(names, found, strict=True)]
        axes.set_yticks(range(len(found)), labels)
        axes.set_ylim(len(found) - 0.4, -0.6)
        axes.set_xlim(-limit * 1.05, limit * 1.05)
        axes.tick_params(axis="y", length=0)
        axes.spines[:].set_visible(False)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return inlined_svg(file.getvalue())


def inlined_svg(source: str) -> str:
    """An SVG file as markup for the middle of a page: no prologue, metadata or fixed size, and the page's colours."""
    markup = _METADATA.sub("", _PROLOGUE.sub("", source))
    end = markup.index(">")
    markup = _SIZE.sub("", markup[:end]) + ' class="first" aria-hidden="true"' + markup[end:]
    variables = {**_COLOURS, **{colour: f"--scale-{step}" for step, colour in enumerate(_SCALE)}}
    for colour, variable in variables.items():
        markup = markup.replace(f": {colour}", f": var({variable})")  # a property's value: never inside a name
    return markup.strip()


def _whole_cells(data: ReportData) -> dict[str, dict[str, Any]]:
    """The estimate of each actor over everything else, by actor."""
    import pyarrow.compute as pc

    table = data.estimates.table
    for name in ("outlet", "theme", "holder", "period"):
        table = table.filter(pc.equal(table[name], ALL))
    return {row["actor"]: row for row in table.to_pylist()}


def _dot(axes: Any, row: int, cell: dict[str, Any], limit: float) -> None:
    """One dot with its interval, hollow where thin."""
    colour = _SCALE[round((max(-1.0, min(1.0, cell["tone"] / limit)) + 1) / 2 * (len(_SCALE) - 1))]
    if cell["low"] is not None and cell["high"] is not None:
        axes.plot([cell["low"], cell["high"]], [row, row], color=_SOFT, lw=1.2)
    face = _GROUND if cell["thin"] else colour
    axes.plot(cell["tone"], row, "o", ms=6.5, mfc=face, mec=_SOFT if cell["thin"] else _INK, mew=0.8)


def _clipped(name: str) -> str:
    # A control character is no XML, and a line break no single label.
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    return shown if len(shown) <= _MOST_LETTERS else shown[: _MOST_LETTERS - 1].rstrip() + "…"
