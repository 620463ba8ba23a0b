"""The scored mentions as coded columns: every view, finding and filter of the report reads these."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from tenor.features.errors import TenorError
from tenor.pipeline.report.data import ReportData

ALL = "all"
UNDATED = "undated"
NO_THEME = "none"

IntArray = np.ndarray[Any, np.dtype[np.int32]]
RealArray = np.ndarray[Any, np.dtype[np.float64]]


class ReportDataError(TenorError):
    """Tables that do not belong together."""


class Voice(StrEnum):
    """In whose voice a mention stands, in the order of the report."""

    AUTHOR = "author"
    QUOTED = "quoted"
    UNKNOWN = "unknown"


VOICES = tuple(Voice)
_VOICE_OF_KIND = {"author": Voice.AUTHOR, "actor": Voice.QUOTED, "other": Voice.QUOTED}


@dataclass(frozen=True)
class Dimension:
    """The values of one dimension in the order shown, with the name a reader sees; a code is a place in ``ids``."""

    ids: tuple[str, ...]
    names: tuple[str, ...]

    def codes(self, values: Iterable[str]) -> IntArray:
        """Codes of values, int32; -1 for ``all`` and -2 for a value that the dimension lacks."""
        place = {value: code for code, value in enumerate(self.ids)}
        if ALL not in place:
            place[ALL] = -1
        return np.array([place.get(value, -2) for value in values], dtype=np.int32)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Facts:
    """One entry a scored mention in every array (int32 codes, float64 tone), in the order of the article's text."""

    actors: Dimension
    outlets: Dimension
    themes: Dimension
    holders: Dimension
    holder_kinds: tuple[str, ...]
    periods: Dimension
    order: IntArray  # row of ToneScores
    actor: IntArray
    outlet: IntArray
    theme: IntArray
    holder: IntArray
    voice: IntArray
    period: IntArray
    article: IntArray  # row of Articles
    cluster: IntArray  # near-duplicate group: the unit of independence
    tone: RealArray

    def __len__(self) -> int:
        return len(self.tone)


def period_of(published: datetime.date | None) -> str:
    """The month as ``YYYY-MM``, or ``undated``."""
    return UNDATED if published is None else f"{published:%Y-%m}"


def period_name(period: str) -> str:
    """A month as a reader writes it: ``Mar 2025``."""
    if period == UNDATED:
        return UNDATED
    try:
        return datetime.date.fromisoformat(f"{period}-01").strftime("%b %Y")
    except ValueError:
        return period


def code_facts(data: ReportData) -> Facts:
    """Code the scored mentions; an empty table gives empty dimensions and arrays.

    Actors, outlets and holders stand most-mentioned first (ties by id), themes as in ThemeTerms, months in order with
    ``undated`` last.

    Raises:
        ReportDataError: a score belongs to an article that Articles lacks.
    """
    articles, scores = data.articles.table, data.tone_scores.table
    article_row = {article: row for row, article in enumerate(articles["article_id"].to_pylist())}
    outlet_of = articles["outlet"].to_pylist()
    period_list = [period_of(day) for day in articles["published"].to_pylist()]
    groups = articles["near_duplicate_group"].to_pylist()
    group_code = {group: code for code, group in enumerate(dict.fromkeys(groups))}

    try:
        article = np.array([article_row[value] for value in scores["article_id"].to_pylist()], dtype=np.int32)
    except KeyError as error:
        raise ReportDataError(
            f"ToneScores names article {error}, which Articles lacks: pass tables of one and the same run."
        ) from error
    start = scores["start"].to_numpy()
    order = np.lexsort((start, article)).astype(np.int32)
    article = article[order]

    def ordered(column: str) -> list[str]:
        return list(scores[column].take(order).to_pylist())

    holder, kind, holder_name = ordered("holder"), ordered("holder_kind"), ordered("holder_name")
    actors = _ranked(ordered("actor"), data.actor_names)
    outlets = _ranked([outlet_of[row] for row in article], {}, also=outlet_of)
    kinds, names = _holders(holder, kind, holder_name, data.actor_names)
    holders = _ranked(holder, names)
    themes = _themes(data, ordered("theme"))
    month_ids = tuple(sorted(set(period_list) - {UNDATED})) + ((UNDATED,) if UNDATED in period_list else ())
    periods = Dimension(month_ids, tuple(period_name(value) for value in month_ids))
    return Facts(
        actors=actors,
        outlets=outlets,
        themes=themes,
        holders=holders,
        holder_kinds=tuple(kinds[value] for value in holders.ids),
        periods=periods,
        order=order,
        actor=actors.codes(ordered("actor")),
        outlet=outlets.codes(outlet_of[row] for row in article),
        theme=themes.codes(ordered("theme")),
        holder=holders.codes(holder),
        voice=np.array([VOICES.index(_VOICE_OF_KIND.get(value, Voice.UNKNOWN)) for value in kind], dtype=np.int32),
        period=periods.codes(period_list[row] for row in article),
        article=article,
        cluster=np.array([group_code[groups[row]] for row in article], dtype=np.int32),
        tone=scores["tone"].to_numpy().astype(np.float64)[order],
    )


def _ranked(values: Sequence[str], names: Mapping[str, str], also: Iterable[str] = ()) -> Dimension:
    counts = Counter(values)
    counts.update(dict.fromkeys(set(also) - set(counts), 0))
    ids = tuple(sorted(counts, key=lambda value: (-counts[value], value)))
    return Dimension(ids, tuple(names.get(value, value) for value in ids))


def _holders(
    holder: Sequence[str], kind: Sequence[str], holder_name: Sequence[str], actor_names: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Kind and shown name of each holder."""
    kinds: dict[str, str] = {}
    names: dict[str, str] = {}
    for value, its_kind, its_name in zip(holder, kind, holder_name, strict=True):
        if value not in kinds:
            kinds[value] = its_kind
            names[value] = actor_names.get(value, its_name or value)
    names.update(
        {
            value: {"author": "the outlet's own voice", "unknown": "a speaker not named"}[its_kind]
            for value, its_kind in kinds.items()
            if its_kind in {"author", "unknown"}
        }
    )
    return kinds, names


def _themes(data: ReportData, used: Sequence[str]) -> Dimension:
    terms = data.theme_terms.table
    names = dict(zip(terms["theme"].to_pylist(), terms["name"].to_pylist(), strict=True))
    ids = tuple(names) + tuple(sorted(set(used) - set(names) - {NO_THEME})) + ((NO_THEME,) if NO_THEME in used else ())
    names[NO_THEME] = "no theme"
    return Dimension(ids, tuple(names.get(value, value) for value in ids))
