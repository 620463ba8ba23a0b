"""What is fitted: themes, the tone scorer, and estimates with their uncertainty."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenor.models.tone import Tone, ToneScorer

__all__ = ["Tone", "ToneScorer"]


def __getattr__(name: str) -> Any:
    """Load the scorer on first use, so that importing the package stays cheap."""
    if name in __all__:
        from tenor.models import tone

        return getattr(tone, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
