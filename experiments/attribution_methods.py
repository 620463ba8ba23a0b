"""The methods that find who says what, by the name under which the benchmark runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tenor.experiments.attribution_bench import AttributionMethod
from tenor.experiments.attribution_data import Relation
from tenor.features.errors import TenorError
from tenor.features.sentences import sentence_spans

if TYPE_CHECKING:
    from tenor.features.tagger import Tagger

BOTH = "both"


def tagger_method(tagger: Tagger) -> AttributionMethod:
    """The trained tagger, an article at a time, its spans as they are."""

    def annotate(text: str) -> list[Relation]:
        (found,) = tagger.tag([text], [sentence_spans(text)])
        return [
            Relation((one.source,) if one.source else (), (one.cue,) if one.cue else (), tuple(one.content))
            for one in found
        ]

    return annotate


def _rules() -> AttributionMethod:
    from tenor.experiments.attribution_rules import rules_method

    return rules_method()


def _tagger() -> AttributionMethod:
    from tenor.models.taggers import load_shipped_tagger

    return tagger_method(load_shipped_tagger())


# What loads a method; nothing is loaded before it is asked for.
METHODS: dict[str, Callable[[], AttributionMethod]] = {"rules": _rules, "tagger": _tagger}


def load_methods(name: str) -> dict[str, AttributionMethod]:
    """The method of that name, or all of them for ``both``; raises ``TenorError`` naming those that there are."""
    if name == BOTH:
        return {each: load() for each, load in METHODS.items()}
    if name not in METHODS:
        raise TenorError(f"No attribution method '{name}'; choose among {', '.join([*METHODS, BOTH])}.")
    return {name: METHODS[name]()}
