"""Pictures of fitted themes for the run's record: BERTopic's own views, and a map of the sentences."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from tenor.features.records import Encodings, Sentences, ThemeAssignments, ThemeTerms
from tenor.models.themes import NONE

if TYPE_CHECKING:
    from bertopic import BERTopic
    from matplotlib.figure import Figure

# The colours of matplotlib's tab20: twenty that can be told apart.
_N_COLOURS = 20


def bertopic_figures(frame: BERTopic | None) -> dict[str, Any]:
    """BERTopic's bar charts, similarity heat map and hierarchy as Plotly figures by name.

    The hierarchy needs three themes, the heat map two. Without a frame there are none.
    """
    if frame is None:
        return {}
    n_themes = sum(number >= 0 for number in frame.get_topics())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # BERTopic's use of pandas and SciPy is behind the times in places
        figures = {"terms": frame.visualize_barchart(top_n_topics=n_themes, n_words=10)}
        if n_themes > 1:
            figures["similarity"] = frame.visualize_heatmap()
        if n_themes > 2:
            figures["hierarchy"] = frame.visualize_hierarchy()
    return figures


def bertopic_page(figures: dict[str, Any]) -> str:
    """The figures as one HTML page that opens offline, the same bytes for the same figures."""
    from plotly.io import to_html

    parts = [
        to_html(figure, full_html=False, include_plotlyjs=index == 0, div_id=name)
        for index, (name, figure) in enumerate(figures.items())
    ]
    body = "\n".join(parts) or "<p>No words, no figures.</p>"
    return f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Themes</title>\n{body}\n</html>\n'


def theme_map(sentences: Sentences, encodings: Encodings, assignments: ThemeAssignments, terms: ThemeTerms) -> Figure:
    """Every sentence as a dot, placed by the two axes that part the themes most, coloured and labelled by theme.

    The axes are the principal ones of the theme means, so that the picture is the same in every run. Themes are placed
    by their vectors, so neighbours are alike, but two axes cannot show all distances. No sentences give an empty map.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    place = {sentence: row for row, sentence in enumerate(encodings.sentence_ids)}
    rows = [place[sentence] for sentence in sentences.column("sentence_id")]
    theme_of = dict(zip(assignments.column("sentence_id"), assignments.column("theme"), strict=True))
    themes = np.array([theme_of.get(sentence, NONE) for sentence in sentences.column("sentence_id")], dtype=object)
    if not rows:
        return figure
    vectors = encodings.sentence_vectors[rows].astype(np.float64)
    names = dict(zip(terms.column("theme"), terms.column("name"), strict=True))
    shown = [theme for theme in names if (themes == theme).any()]
    means = np.stack([vectors[themes == theme].mean(axis=0) for theme in shown] or [vectors.mean(axis=0)])
    middle = means.mean(axis=0)
    _, _, directions = np.linalg.svd(means - middle, full_matrices=False)
    flat = (vectors - middle) @ directions[:2].T  # [n, up to 2]
    flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    axes.scatter(flat[themes == NONE, 0], flat[themes == NONE, 1], s=4, color="0.8", linewidths=0)
    for index, theme in enumerate(shown):
        dots = flat[themes == theme]
        axes.scatter(dots[:, 0], dots[:, 1], s=6, alpha=0.5, color=_colour(index), linewidths=0)
    for theme in shown:
        x, y = flat[themes == theme].mean(axis=0)
        label = names[theme].replace("$", r"\$")  # no mathematics in names
        axes.annotate(label, (x, y), ha="center", fontsize=8, bbox={"boxstyle": "round", "fc": "white", "alpha": 0.8})
    return figure


def _colour(index: int) -> Any:
    from matplotlib import colormaps

    return colormaps["tab20"](index % _N_COLOURS)
