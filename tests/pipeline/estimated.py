"""A result whose tables were changed, with the estimates that belong to them."""

from dataclasses import replace

import numpy as np

from tenor.models.estimates import estimate_tone
from tenor.pipeline.report.data import ReportData


def estimated(data: ReportData) -> ReportData:
    """``data`` with its estimates made anew from its scores and articles."""
    estimates = estimate_tone(
        data.tone_scores,
        data.articles,
        min_articles=data.min_articles,
        confidence=data.confidence,
        n_resamples=20,
        rng=np.random.default_rng(0),
    )
    return replace(data, estimates=estimates)
