"""What is said of every theme: its name, counts, stability, and the sentences that stand for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tenor.models.theme_clusters import Labels, Matrix
from tenor.models.theme_corpus import ThemeCorpus
from tenor.models.theme_model import Theme, ThemeModel, apart, nearest_parts
from tenor.models.theme_names import Term, label_of, representative_rows

_N_REPRESENTATIVE = 5


def described(
    model: ThemeModel,
    corpus: ThemeCorpus,
    parts: Labels,
    assigned: Sequence[str],
    similarity: Matrix,
    terms: Mapping[str, Sequence[Term]],
    names: Mapping[str, str],
    *,
    stability: Sequence[float] | None,
) -> ThemeModel:
    """The model with names, counts, stability and representative sentences, the largest theme first."""
    owner = np.array(assigned, dtype=object)
    # What the context says of a sentence places it; to stand for its theme, it must say so itself.
    _, own = nearest_parts(model, apart(model, corpus.own_vectors), to=parts)
    fitness = similarity.astype(np.float64) + own
    themes = []
    for theme in model.themes:
        rows = np.flatnonzero(owner == theme.theme)
        found = terms.get(theme.theme, ())
        chosen = representative_rows(
            fitness[rows],
            [corpus.articles[row] for row in rows],
            [corpus.texts[row] for row in rows],
            [corpus.written.get(term, term) for term, _ in found],
            n_rows=_N_REPRESENTATIVE,
        )
        of_parts = [stability[row] for row, part in enumerate(model.parts) if stability and part.theme == theme.theme]
        themes.append(
            Theme(
                theme=theme.theme,
                name=names.get(theme.theme) or label_of(found, corpus.written, corpus.limited),
                terms=tuple((corpus.written.get(term, term), weight) for term, weight in found),
                n_sentences=len(rows),
                n_articles=len({corpus.articles[row] for row in rows}),
                representative=tuple(corpus.sentence_ids[rows[row]] for row in chosen),
                # A merged theme is as stable as the least stable of its parts.
                stability=min(of_parts) if of_parts else None,
            )
        )
    themes.sort(key=lambda theme: (-theme.n_sentences, theme.theme))
    return replace(model, themes=tuple(themes))
