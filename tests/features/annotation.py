"""Helpers of the annotation tests: one article annotated by the shipped registry, its mentions in short."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tenor.features.annotate import Annotations, annotate_articles
from tenor.features.records import Articles
from tenor.features.registry import ActorRegistry, load_registry

SEED_ACTORS = Path(__file__).resolve().parents[2] / "seeds" / "actors.yaml"


@cache
def seed_registry() -> ActorRegistry:
    return load_registry(SEED_ACTORS)


def articles_of(texts: Sequence[tuple[str, str]]) -> Articles:
    return Articles.from_rows(
        {
            "article_id": name,
            "outlet": "Outlet",
            "text": text,
            "raw": text,
            "language": "en",
            "near_duplicate_group": name,
            "source": name,
        }
        for name, text in texts
    )


def annotate(text: str, registry: ActorRegistry | None = None) -> Annotations:
    return annotate_articles(articles_of([("a", text)]), registry or seed_registry())


def mentions(text: str, registry: ActorRegistry | None = None) -> list[dict[str, Any]]:
    return annotate(text, registry).mentions.rows()


def found(text: str, registry: ActorRegistry | None = None) -> list[tuple[str, str]]:
    """Mention and actor of every mention, ``~`` before the actor of a relational and ``?`` of an ambiguous one."""
    return [
        (m["mention"], ("~" if m["relational"] else "") + ("?" if m["ambiguous"] else "") + m["actor"])
        for m in mentions(text, registry)
    ]


def holders(text: str, registry: ActorRegistry | None = None) -> list[tuple[str, str]]:
    """Actor and holder of every mention."""
    return [(m["actor"], m["holder"]) for m in mentions(text, registry)]
