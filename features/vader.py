"""VADER's lexicon scores as features, and as the baseline that every scorer is measured beside.

Source: Hutto & Gilbert (2014), VADER: a parsimonious rule-based model for sentiment analysis of social media text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

WINDOW_CHARACTERS = 60
N_VADER_FEATURES = 8
_NEUTRAL_BAND = 0.05  # Hutto & Gilbert: a compound score within it counts as neutral
_KEYS = ("neg", "neu", "pos", "compound")


@cache
def vader_analyzer() -> Any:
    """The shared analyzer: reading its lexicon takes a while, scoring changes nothing in it."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def vader_features(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """Lexicon scores of each text and of a window about its target: float32 [n, 8].

    Columns: negative, neutral, positive share and compound of the text, then the same of the window of
    ``WINDOW_CHARACTERS`` on both sides of the span, widened to whole words. Empty input gives [0, 8].
    """
    analyzer = vader_analyzer()
    known: dict[str, list[float]] = {}

    def scores(text: str) -> list[float]:
        if text not in known:
            found = analyzer.polarity_scores(text)
            known[text] = [found[key] for key in _KEYS]
        return known[text]

    rows = [scores(text) + scores(_window(text, *span)) for text, span in zip(texts, spans, strict=True)]
    return np.array(rows, dtype=np.float32).reshape(-1, N_VADER_FEATURES)


def vader_classes(compound: NDArray[np.float32]) -> NDArray[np.int64]:
    """Class of each compound score: -1, 0 or 1, by the authors' thresholds of 0.05."""
    classes: NDArray[np.int64] = np.where(
        compound >= _NEUTRAL_BAND, 1, np.where(compound <= -_NEUTRAL_BAND, -1, 0)
    ).astype(np.int64)
    return classes


def _window(text: str, start: int, end: int) -> str:
    low = max(0, start - WINDOW_CHARACTERS)
    high = min(len(text), end + WINDOW_CHARACTERS)
    while low > 0 and text[low - 1].isalnum():
        low -= 1
    while high < len(text) and text[high].isalnum():
        high += 1
    return text[low:high]
