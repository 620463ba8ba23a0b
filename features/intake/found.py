"""What the readers hand on: one article as found, or one input refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tenor.features.errors import TenorError


class IntakeError(TenorError):
    """No article can be read from the path at all."""


@dataclass(frozen=True)
class Found:
    """One article as read, before cleaning.

    ``source`` names file and row for people, ``key`` is the article id that the source states (None: derived).
    ``published`` is the stated value as it stands; ``stated_by`` says where it stood.
    """

    source: str
    path: str
    raw: str
    key: str | None = None
    is_row: bool = False
    title: str | None = None
    outlet: str | None = None
    published: object = None
    stated_by: str = "metadata"
    page: str | None = None  # HTML source, for htmldate as the last resort
    url: str | None = None
    author: str | None = None
    markdown: bool = False


@dataclass(frozen=True)
class Refused:
    """One input that cannot be used."""

    source: str
    reason: str
    detail: str | None = None
    title: str | None = None


Item: TypeAlias = Callable[[], Found | Refused]


def one_line(error: BaseException) -> str:
    """The message of an error in one short line."""
    return " ".join(str(error).split())[:300] or type(error).__name__
