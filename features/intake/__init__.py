"""Article intake: reading files of many formats, cleaning, dates, language and near-duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenor.features.intake.cleaning import Cleaned, clean_text
    from tenor.features.intake.found import IntakeError
    from tenor.features.intake.intake import Intake, ingest_articles

__all__ = ["Cleaned", "Intake", "IntakeError", "clean_text", "ingest_articles"]

_HOMES = {
    "Cleaned": "cleaning",
    "clean_text": "cleaning",
    "Intake": "intake",
    "IntakeError": "found",
    "ingest_articles": "intake",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
