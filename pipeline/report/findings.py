"""The first screen's answers: who is written about, how warmly, where outlets part ways, what changed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np

from tenor.pipeline.report.contrasts import Gap, Mean, clear_of_chance, clustered_gap, clustered_mean
from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import UNDATED, Facts

N_LEADING = 12
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Claim:
    """One answer; ``query`` filters its evidence (codes), ``firm`` is False where chance could explain it."""

    question: str
    answer: str
    detail: str
    query: dict[str, int] = field(default_factory=dict)
    firm: bool = True


@dataclass(frozen=True)
class Findings:
    """The one sentence in parts, each with its kind (``plain``, ``name``, ``figures``), and the claims behind it."""

    sentence: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    leading: tuple[int, ...]  # actor codes of the first picture


@dataclass(frozen=True)
class _Contrast:
    """Two means set against each other, both about ``actor``; where two actors are compared, it is the first."""

    actor: int
    first: Mean
    second: Mean
    gap: Gap
    codes: tuple[int, int]
    firm: bool = False
    among: int = 1  # comparisons made, of which it is one


@dataclass(frozen=True)
class _Distance:
    """How far two actors lie apart in tone; ``of_ends`` where they are the coolest and the warmest, and firmly so."""

    contrast: _Contrast
    of_ends: bool


def signed(value: float) -> str:
    """A tone with its sign, two decimals: +0.12, −0.30, 0.00."""
    text = f"{abs(value):.2f}"
    if text == "0.00":
        return text
    return ("+" if value > 0 else MINUS) + text


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 article, 1,204 articles."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def interval(low: float | None, high: float | None) -> str:
    """An interval in words, or why there is none."""
    return "no interval: one independent article" if low is None or high is None else f"{signed(low)} to {signed(high)}"


def find(data: ReportData, facts: Facts) -> Findings:
    """Answer the four questions from the scored mentions; without any, says so in the sentence."""
    leading = tuple(range(min(N_LEADING, len(facts.actors)))) if len(facts) else ()
    if not leading:
        why = "no sentence names a registered actor" if len(data.articles) else "no article could be read"
        return Findings(((f"Nothing was measured: {why}.", "plain"),), (), ())
    means = {actor: _mean(data, facts, facts.actor == actor) for actor in leading}
    who = _who(facts, means)
    warmth, distance = _warmth(data, facts, means)
    parting, parted = _outlets(data, facts, leading)
    change, changed = _changes(data, facts, leading)
    sentence = _sentence(facts, means, distance, parted, changed)
    return Findings(sentence, (who, *warmth, parting, change), leading)


def _mean(data: ReportData, facts: Facts, chosen: np.ndarray) -> Mean:
    return clustered_mean(facts.tone[chosen], facts.cluster[chosen], facts.article[chosen], confidence=data.confidence)


def _stated(mean: Mean) -> str:
    return f"{signed(mean.value)} ({interval(mean.low, mean.high)}; {counted(mean.n_articles, 'article')})"


def _who(facts: Facts, means: dict[int, Mean]) -> Claim:
    total = len(facts)
    listed = [
        f"{facts.actors.names[actor]} {counted(mean.n_mentions, 'mention')} in {counted(mean.n_articles, 'article')}"
        f" ({mean.n_mentions / total:.0%})"
        for actor, mean in list(means.items())[:3]
    ]
    return Claim("Who is written about", facts.actors.names[0], "; ".join(listed) + ".", {"actor": 0})


def _warmth(data: ReportData, facts: Facts, means: dict[int, Mean]) -> tuple[list[Claim], _Distance | None]:
    """Coolest and warmest among the leading actors with enough independent articles.

    They are the ends of many actors, and some two are always the ends: every pair is compared, and corrected for.
    """
    solid = {actor: mean for actor, mean in means.items() if mean.n_clusters >= data.min_articles}
    if not solid:
        detail = f"No actor is written about in {data.min_articles} independent articles or more."
        return [Claim("How warmly", "too little to say", detail, firm=False)], None
    coolest = min(solid, key=lambda actor: solid[actor].value)
    warmest = max(solid, key=lambda actor: solid[actor].value)
    if coolest == warmest:
        only = facts.actors.names[coolest]
        return [Claim("How warmly", only, f"{_stated(solid[coolest])}.", {"actor": coolest})], None
    found = _judged(data, _pairs(data, facts, {actor: facts.actor == actor for actor in solid}))
    ends = [item for item in found if set(item.codes) == {coolest, warmest}]
    firm = any(item.firm for item in ends)
    claims = [
        Claim(
            question,
            f"{'' if firm else 'not firm: '}{facts.actors.names[actor]}",
            f"Mean tone {_stated(solid[actor])}. {_stood(found)}",
            {"actor": actor},
            firm,
        )
        for question, actor in (("Coolest tone", coolest), ("Warmest tone", warmest))
    ]
    return claims, _Distance(_widest(ends if firm else found), firm) if found else None


def _gap(data: ReportData, facts: Facts, first: np.ndarray, second: np.ndarray) -> Gap | None:
    return clustered_gap(
        facts.tone[first], facts.cluster[first], facts.tone[second], facts.cluster[second], confidence=data.confidence
    )


def _contrasts(data: ReportData, facts: Facts, leading: tuple[int, ...], group: np.ndarray) -> list[_Contrast]:
    """Every comparison of two groups (codes [n], negative for none) by actor, with enough articles on both sides."""
    found = []
    for actor in leading:
        of_actor = facts.actor == actor
        codes = [int(code) for code in np.unique(group[of_actor]) if code >= 0]
        found += _pairs(data, facts, {code: of_actor & (group == code) for code in codes}, actor)
    return _judged(data, found)


def _pairs(data: ReportData, facts: Facts, chosen: dict[int, np.ndarray], actor: int | None = None) -> list[_Contrast]:
    """Every two of the sides (masks [n] by code) that have enough independent articles, compared.

    Without ``actor``, the sides' codes are actors.
    """
    means = {code: _mean(data, facts, rows) for code, rows in chosen.items()}
    solid = [code for code, mean in means.items() if mean.n_clusters >= data.min_articles]
    found = []
    for first, second in itertools.combinations(solid, 2):
        gap = _gap(data, facts, chosen[first], chosen[second])
        if gap is not None:
            found.append(
                _Contrast(first if actor is None else actor, means[first], means[second], gap, (first, second))
            )
    return found


def _judged(data: ReportData, found: list[_Contrast]) -> list[_Contrast]:
    """The comparisons, each told whether it stands clear of chance among them all."""
    firm = clear_of_chance([item.gap.p_value for item in found], level=1 - data.confidence)
    return [replace(item, firm=is_firm, among=len(found)) for item, is_firm in zip(found, firm, strict=True)]


def _widest(found: list[_Contrast]) -> _Contrast:
    """The widest firm gap, or the widest of all where none is firm."""
    firm = [item for item in found if item.firm]
    return max(firm or found, key=lambda item: abs(item.gap.value))


def _stood(found: list[_Contrast]) -> str:
    n_firm = sum(item.firm for item in found)
    return (
        f"{n_firm} of {counted(len(found), 'comparison')} made {'stands' if n_firm == 1 else 'stand'} clear of chance."
    )


def _outlets(data: ReportData, facts: Facts, leading: tuple[int, ...]) -> tuple[Claim, _Contrast | None]:
    question = "Where outlets part ways"
    found = _contrasts(data, facts, leading, facts.outlet)
    if not found:
        detail = f"No two outlets write about one actor in {data.min_articles} independent articles or more each."
        return Claim(question, "too little to compare", detail, firm=False), None
    widest = _widest(found)
    sides = sorted(zip((widest.first, widest.second), widest.codes, strict=True), key=lambda side: side[0].value)
    text = " against ".join(f"{facts.outlets.names[code]} {_stated(mean)}" for mean, code in sides)
    name = facts.actors.names[widest.actor]
    answer = name if widest.firm else f"no firm gap; widest over {name}"
    return Claim(question, answer, f"{text}. {_stood(found)}", {"actor": widest.actor}, widest.firm), widest


def _changes(data: ReportData, facts: Facts, leading: tuple[int, ...]) -> tuple[Claim, _Contrast | None]:
    question = "What changed"
    months = [code for code, period in enumerate(facts.periods.ids) if period != UNDATED]
    cut = len(months) // 2
    if not cut:
        return Claim(question, "no span to compare", "Fewer than two months are dated.", firm=False), None
    half = np.where(np.isin(facts.period, months), (facts.period >= months[cut]).astype(np.int32), -1)
    found = _contrasts(data, facts, leading, half)
    if not found:
        detail = f"No actor has {data.min_articles} independent dated articles in both halves of the span."
        return Claim(question, "too little to compare", detail, firm=False), None
    widest = _widest(found)
    name = facts.actors.names[widest.actor]
    spans = [_span(facts, months[:cut]), _span(facts, months[cut:])]
    text = f"{spans[0]} {_stated(widest.first)}, then {spans[1]} {_stated(widest.second)}"
    answer = f"{name} {'up' if widest.gap.value > 0 else 'down'}" if widest.firm else "nothing firm"
    lead = "" if widest.firm else f"Largest move, {name}: "
    return Claim(question, answer, f"{lead}{text}. {_stood(found)}", {"actor": widest.actor}, widest.firm), widest


def _span(facts: Facts, months: list[int]) -> str:
    names = [facts.periods.names[code] for code in (months[0], months[-1])]
    return names[0] if names[0] == names[1] else f"{names[0]}{DASH}{names[1]}"


def _sentence(
    facts: Facts,
    means: dict[int, Mean],
    distance: _Distance | None,
    parted: _Contrast | None,
    changed: _Contrast | None,
) -> tuple[tuple[str, str], ...]:
    """Who, how warmly, where outlets part ways, what changed: every claim with its interval and count."""

    def named(actor: int, figures: str) -> list[tuple[str, str]]:
        return [(facts.actors.names[actor], "name"), (f" ({figures})", "figures")]

    first = means[0]
    counts = f"{counted(first.n_mentions, 'mention')} in {counted(first.n_articles, 'article')}"
    parts = [("The coverage turns most on ", "plain"), *named(0, counts)]
    if distance and distance.contrast.firm:
        low, high = sorted(distance.contrast.codes, key=lambda actor: means[actor].value)
        cool, warm = "cooler toward ", " than toward "
        if distance.of_ends:
            cool = "coolest toward " if means[low].value < 0 else "least warm toward "
            warm = " and warmest toward " if means[high].value > 0 else " and least cool toward "
        parts += [(f", is {cool}", "plain"), *named(low, _in_brackets(means[low]))]
        parts += [(warm, "plain"), *named(high, _in_brackets(means[high]))]
    elif distance:
        parts += [("; no actor stands clear of the others in tone", "plain")]
        widest = distance.contrast
        parts += [(f" (widest of {widest.among:,} compared: {_parting(widest)})", "figures")]
    if parted and parted.firm:
        parts += [("; outlets part ways most over ", "plain"), *named(parted.actor, _parting(parted))]
    elif parted:
        parts += [("; no gap between outlets is wider than chance would make it", "plain")]
        parts += [(f" (widest of {parted.among:,} compared: {_parting(parted)})", "figures")]
    if changed and changed.firm:
        moved = f"{signed(changed.gap.value)}, {_gap_stated(changed)}"
        parts += [(", and tone toward ", "plain"), (facts.actors.names[changed.actor], "name")]
        parts += [(" rose over the span" if changed.gap.value > 0 else " fell over the span", "plain")]
        parts += [(f" ({moved})", "figures")]
    elif changed:
        parts += [(", and no shift over time stands clear of chance", "plain")]
        largest = f"largest of {changed.among:,} compared: {signed(changed.gap.value)}, {_gap_stated(changed)}"
        parts += [(f" ({largest})", "figures")]
    return (*parts, (".", "plain"))


def _in_brackets(mean: Mean) -> str:
    return f"{signed(mean.value)}, {interval(mean.low, mean.high)}; {counted(mean.n_articles, 'article')}"


def _parting(contrast: _Contrast) -> str:
    """How far two sides lie apart, as a distance."""
    sign = 1 if contrast.gap.value >= 0 else -1
    low, high = sorted((sign * contrast.gap.low, sign * contrast.gap.high))
    return f"{abs(contrast.gap.value):.2f} apart, {interval(low, high)}; {_both(contrast)}"


def _gap_stated(contrast: _Contrast) -> str:
    return f"{interval(contrast.gap.low, contrast.gap.high)}; {_both(contrast)}"


def _both(contrast: _Contrast) -> str:
    return f"{contrast.first.n_articles:,} and {counted(contrast.second.n_articles, 'article')}"
