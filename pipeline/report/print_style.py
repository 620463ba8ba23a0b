"""What every figure for print shares: colours, type, one tone scale, and saving as SVG and PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenor.pipeline.report.facts import ALL, Dimension

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, SOFT, ACCENT = "#1b1b1a", "#5c5a55", "#0b5c8a"
_SCALE = ("#7f3b08", "#b35806", "#e8a15a", "#f1efe9", "#86b5d9", "#2f76b5", "#08376b")
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "text.parse_math": False,  # names are data: a dollar sign in one is no formula
    "svg.hashsalt": "tenor",  # equal data, equal file
}
_DPI = 200
_MIN_LIMIT = 0.3

Cell = dict[str, Any]
Cells = dict[tuple[str, ...], Cell]


def print_style() -> Any:
    """A context in which figures are drawn and saved in the print style; settings outside stay as they were."""
    import matplotlib as mpl

    return mpl.rc_context(_STYLE)


def save_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write ``stem`` with ``.svg`` and ``.png`` added; equal figures give equal files. Returns the paths."""
    import warnings

    written = []
    for suffix, options in (("svg", {"metadata": {"Date": None}}), ("png", {"dpi": _DPI})):
        path = stem.with_name(f"{stem.name}.{suffix}")
        with warnings.catch_warnings():
            # A letter that the font lacks is drawn as a box; the page beside shows it as it is.
            warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
            figure.savefig(path, bbox_inches="tight", facecolor="white", **options)
        written.append(path)
    return written


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, Any]:
    """A figure of ``width`` x ``height`` inches and its axes, an array [rows][columns]."""
    # A figure of its own, not pyplot's: no global state, and no window system is looked for.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def panels(n_panels: int, height: float) -> tuple[Figure, list[Any]]:
    """A figure of equal panels, three a row, each ``height`` inches high; returns it and the axes."""
    columns = min(3, n_panels)
    rows = -(-n_panels // columns)
    figure, grid = new_figure(2.9 * columns + 0.8, height * rows, rows, columns)
    for axes in grid.flat[n_panels:]:
        axes.set_visible(False)
    return figure, list(grid.flat[:n_panels])


def tone_scale() -> Any:
    """The diverging colour map: brown below zero, blue above, told apart by colour-blind readers."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("tone", _SCALE)


def tone_limit(cells: list[Cell]) -> float:
    """Half-width of a tone axis about zero: the widest cell or interval that is not thin, in [0.3, 1]."""
    ends = [
        abs(cell[key]) for cell in cells if not cell["thin"] for key in ("tone", "low", "high") if cell[key] is not None
    ]
    return float(min(1.0, max([_MIN_LIMIT, *ends])))


def find_cell(
    cells: Cells, *, actor: str, outlet: str = ALL, theme: str = ALL, holder: str = ALL, period: str = ALL
) -> Cell | None:
    """The estimate of one cell, or None where it holds no mention."""
    return cells.get((actor, outlet, theme, holder, period))


def shown_names(dimension: Dimension, ids: list[str], most: int = 30) -> list[str]:
    """Names of ``ids`` as a reader knows them, cut to ``most`` characters."""
    names = dict(zip(dimension.ids, dimension.names, strict=True))
    return [clipped(names[value], most) for value in ids]


def clipped(name: str, most: int = 30) -> str:
    """A name that fits: cut, with an ellipsis where cut, on one line, and without what nobody sees.

    Control characters may stand in no SVG, and marks of direction would turn the letters around them.
    """
    name = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return name if len(name) <= most else name[: most - 1] + "…"


def draw_interval(axes: Any, place: float, cell: Cell, limit: float, marker: str = "o") -> None:
    """One dot with its interval, hollow where thin."""
    colour = tone_scale()((cell["tone"] / limit + 1) / 2)
    if cell["low"] is not None and cell["high"] is not None:
        axes.plot([cell["low"], cell["high"]], [place, place], color=SOFT, lw=1.2, alpha=0.4 if cell["thin"] else 1)
    face = "white" if cell["thin"] else colour
    axes.plot(cell["tone"], place, marker, ms=6, mfc=face, mec=SOFT if cell["thin"] else INK, mew=0.8)


def style_tone_axis(axes: Any, limit: float) -> None:
    """A tone axis across, centred at zero."""
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.set_xlim(-limit * 1.05, limit * 1.05)
    axes.tick_params(axis="y", length=0)
