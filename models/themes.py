"""Themes of the coverage: fitted on sentence vectors, framed by BERTopic, named by their words.

The result depends on nothing but the sentences: not on the order of rows, not on a seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tenor.features.records import Encodings, Sentences, ThemeAssignments, ThemeTerms
from tenor.models.theme_clusters import Labels, Matrix, SphericalKMeans, WardStarts, unit_rows
from tenor.models.theme_corpus import ThemeCorpus, read_corpus
from tenor.models.theme_description import described
from tenor.models.theme_files import load_kept_themes, read_theme_frame, save_theme_frame
from tenor.models.theme_matching import ThemeChange, ThemeEvent, match_themes, name_parts
from tenor.models.theme_model import (
    NONE,
    Theme,
    ThemeModel,
    ThemeModelError,
    ThemePart,
    apart,
    assign_themes,
    assignments_of,
    load_theme_model,
    nearest_parts,
    save_theme_model,
    theme_ids,
)
from tenor.models.theme_names import Term, choose_terms
from tenor.models.theme_number import NumberScore, best_number, score_numbers
from tenor.models.theme_overrides import ThemeOverrides, load_theme_overrides
from tenor.models.theme_stability import Resamples, cluster_stability
from tenor.models.theme_units import MissingVectorsError, ThemeUnit, common_vector
from tenor.models.theme_weights import class_tf_idf

if TYPE_CHECKING:
    from bertopic import BERTopic

__all__ = [
    "NONE",
    "FittedThemes",
    "MissingVectorsError",
    "Theme",
    "ThemeChange",
    "ThemeEvent",
    "ThemeModel",
    "ThemeModelError",
    "ThemeOverrides",
    "ThemeUnit",
    "assign_themes",
    "fit_themes",
    "load_kept_themes",
    "load_theme_model",
    "load_theme_overrides",
    "read_theme_frame",
    "save_theme_frame",
    "save_theme_model",
]

_N_PART_TERMS = 10
# BERTopic's c-TF-IDF cannot weigh a vocabulary of one word.
_MIN_VOCABULARY = 2
# Clusters that start from the previous model's are kept unless a fresh start fits this much better.
_FRESH_START_GAIN = 1.05


@dataclass(frozen=True, eq=False)
class FittedThemes:
    """What fitting gives: the model, its two tables, each theme's fate since the previous model, and BERTopic's view.

    ``numbers`` says how each number of themes did where the number was chosen; ``frame`` is None where the sentences
    hold fewer than two words to count.
    """

    model: ThemeModel
    terms: ThemeTerms
    assignments: ThemeAssignments
    events: tuple[ThemeEvent, ...]
    numbers: tuple[NumberScore, ...]
    frame: BERTopic | None

    @property
    def fates(self) -> str:
        """How many themes were kept, born, died and merged since the previous model, in words."""
        counts = Counter(event.change.value for event in self.events)
        return ", ".join(f"{counts[change.value]} {change.value}" for change in ThemeChange)


def fit_themes(
    sentences: Sentences,
    encodings: Encodings,
    *,
    n_themes: int | Literal["auto"] = "auto",
    min_similarity: float = 0.0,
    random_state: int = 0,
    unit: ThemeUnit | str = ThemeUnit.CONTEXT,
    seed_words: Mapping[str, Sequence[str]] | None = None,
    actor_names: Sequence[str] = (),
    n_terms: int = 10,
    n_resamples: int = 10,
    raw_text: bool = True,
    previous: ThemeModel | None = None,
    overrides: ThemeOverrides | None = None,
    near_duplicates: Mapping[str, str] | None = None,
) -> FittedThemes:
    """Find the themes of some sentences and say which sentence belongs to which.

    ``seed_words`` gives words by name of theme: there will be a theme of that name around the sentences that hold them.
    ``random_state`` touches only what is left out when stability is measured, ``n_resamples`` times.
    ``raw_text`` is false for corpora that come as preprocessed words. With ``previous``, themes keep their ids, and
    its unit and common vector are used. ``near_duplicates`` gives the group of an article's near-duplicates by its id:
    they are left out together. No sentences give empty tables; fewer distinct ones than themes, fewer themes.

    Raises:
        MissingVectorsError: a sentence has no vector.
        ThemeModelError: ``previous`` was fitted on vectors of another length.
    """
    corpus = read_corpus(
        sentences,
        encodings,
        unit=previous.unit if previous else ThemeUnit(unit),
        actor_names=actor_names,
        raw_text=raw_text,
        near_duplicates=near_duplicates,
    )
    seeds = dict(seed_words or {})
    held, seed_names = corpus.seeded(seeds)
    empty = ThemeModel(
        vectors=(previous.vectors if previous else corpus.vectors)[:0],
        common=previous.common if previous else common_vector(corpus.vectors),
        parts=(),
        themes=(),
        unit=corpus.unit,
        min_similarity=min_similarity,
        next_number=previous.next_number if previous else 1,
    )
    vectors = apart(empty, corpus.vectors)
    starts = WardStarts(vectors)
    numbers: tuple[NumberScore, ...] = ()
    number = len(seed_names)
    if n_themes == "auto":
        n_articles = len(set(corpus.articles))
        numbers = score_numbers(vectors, corpus.groups, starts, n_articles=n_articles, at_least=number)
        number = best_number(numbers, at_least=number)
    else:
        number = max(number, n_themes)
    clusters = _clusters(vectors, starts.centers(number), number, held, previous)
    model, events = _identified(empty, corpus, clusters, previous, overrides or ThemeOverrides())
    parts, similarity = nearest_parts(model, vectors)
    assigned = theme_ids(model, parts, similarity)
    frame, terms = _framed(model, corpus, vectors, parts, n_terms)
    n_found = len(clusters.centers_)
    resamples = Resamples(corpus.groups, n_resamples=n_resamples, random_state=random_state)
    # Never from the previous model's centers: those were fitted on the articles left out, too.
    again = [
        _clusters(vectors[kept], starts.centers(n_found, among=kept), n_found, held[kept], None).predict(vectors)
        for kept in resamples.flags
    ]
    stability = cluster_stability(clusters.labels_, resamples.flags, again) if again else None
    names = _given_names(model, clusters, held, seed_names) | (overrides.rename if overrides else {})
    model = described(
        model,
        corpus,
        parts,
        assigned,
        similarity,
        terms,
        names,
        stability=None if stability is None else stability.tolist(),
    )
    back = np.argsort(corpus.order, kind="stable")
    assignments = assignments_of(sentences.column("sentence_id"), [assigned[row] for row in back], similarity[back])
    return FittedThemes(model, model.table(), assignments, tuple(events), numbers, frame)


def _clusters(
    vectors: Matrix, start: Matrix, n_themes: int, held: Labels, previous: ThemeModel | None
) -> SphericalKMeans:
    """The clusters: around seeds, else from the previous model's if that does as well, else from a fresh start [k, d].

    ``held`` int64 [n] ties rows to a seed (-1: free).
    """
    seeds = np.unique(held[held >= 0])
    if len(seeds):
        centers = unit_rows(np.stack([vectors[held == seed].mean(axis=0) for seed in seeds]))
        # Every seed takes the place of the unseeded start that is most like it.
        taken = [unseeded for _, unseeded in match_themes(centers @ start.T, min_similarity=-1)]
        centers = np.vstack([centers, np.delete(start, taken, axis=0)])
        tied = np.where(held >= 0, np.searchsorted(seeds, held), -1).astype(np.int64)
        return SphericalKMeans(n_themes, start=centers, held=tied).fit(vectors)
    fresh = SphericalKMeans(n_themes, start=start).fit(vectors)
    if previous is None or not len(previous.parts):
        return fresh
    continued = SphericalKMeans(n_themes, start=previous.vectors).fit(vectors)
    return fresh if fresh.inertia_ > _FRESH_START_GAIN * continued.inertia_ else continued


def _identified(
    empty: ThemeModel,
    corpus: ThemeCorpus,
    clusters: SphericalKMeans,
    previous: ThemeModel | None,
    overrides: ThemeOverrides,
) -> tuple[ThemeModel, list[ThemeEvent]]:
    """The model with lasting ids but no names yet, and what became of the previous model's themes."""
    n_clusters = len(clusters.centers_)
    weights = class_tf_idf(corpus.counts.by_group(clusters.labels_, n_clusters))
    leading = [np.argsort(-row, kind="stable")[:_N_PART_TERMS] for row in weights]
    words = [
        tuple(corpus.counts.words[column] for column in found if row[column] > 0)
        for row, found in zip(weights, leading, strict=True)
    ]
    names, events, next_number = name_parts(
        clusters.centers_,
        words,
        previous_ids=[part.part for part in previous.parts] if previous else (),
        previous_vectors=previous.vectors if previous else None,
        previous_terms=[part.terms for part in previous.parts] if previous else (),
        next_number=empty.next_number,
    )
    owners = [overrides.owner(name, frozenset(names)) for name in names]
    model = replace(
        empty,
        vectors=clusters.centers_,
        parts=tuple(
            ThemePart(part=name, theme=owner, terms=terms)
            for name, owner, terms in zip(names, owners, words, strict=True)
        ),
        themes=tuple(Theme.bare(owner) for owner in dict.fromkeys(owners)),
        next_number=next_number,
    )
    return model, events


def _given_names(
    model: ThemeModel, clusters: SphericalKMeans, held: Labels, seed_names: Sequence[str]
) -> dict[str, str]:
    """The names of themes that grew around seed words, by theme id."""
    return {
        model.parts[int(clusters.labels_[np.flatnonzero(held == seed)[0]])].theme: name
        for seed, name in enumerate(seed_names)
    }


def _framed(
    model: ThemeModel, corpus: ThemeCorpus, vectors: Matrix, parts: Labels, n_terms: int
) -> tuple[BERTopic | None, dict[str, list[Term]]]:
    """BERTopic's view of the themes, and the terms it holds by theme id."""
    number = {theme.theme: index for index, theme in enumerate(model.themes)}
    labels = np.array([number[model.parts[part].theme] for part in parts.tolist()], dtype=np.int64)
    if len(corpus.counts.words) < _MIN_VOCABULARY:
        weights = class_tf_idf(corpus.counts.by_group(labels, len(number)))
        chosen = choose_terms(weights, corpus.context_counts, corpus.counts.words, n_terms=n_terms)
        return None, dict(zip(number, chosen, strict=True))
    from tenor.models.theme_frame import FittedClusters, cluster_terms, frame_themes

    frame = frame_themes(
        [" ".join(tokens) for tokens in corpus.tokens],
        vectors,
        FittedClusters.around(vectors, labels, len(number)),
        words=corpus.counts.words,
        presence=corpus.context_counts,
        limited=corpus.limited,
        n_terms=n_terms,
    )
    found = cluster_terms(frame, labels.tolist())
    return frame, {theme: found.get(index, []) for theme, index in number.items()}
