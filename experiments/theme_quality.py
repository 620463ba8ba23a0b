"""How good fitted themes are on their own corpus: coherence, diversity, and what they leave unassigned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tenor.experiments.coherence import topic_diversity
from tenor.features.records import Sentences, ThemeAssignments, ThemeTerms
from tenor.models.theme_names import document_npmi

_TOP = 10
_NONE = "none"
_TOKEN = r"(?u)\w[\w'’.-]*\w|\w"


def theme_quality(themes: ThemeTerms, assignments: ThemeAssignments, sentences: Sentences) -> dict[str, float]:
    """``n_themes``, ``coherence``, ``diversity`` and ``share_unassigned``; without themes or sentences, zeros.

    Coherence is the mean NPMI of each theme's top ten terms, in [-1, 1], counted over the corpus's own paragraphs (Lau
    et al. 2014); diversity the share of distinct words among all top tens, in [0, 1] (Dieng et al. 2020).
    """
    tops = [terms.split(", ")[:_TOP] for terms in themes.column("terms") if terms]
    assigned = assignments.column("theme")
    paragraphs: dict[tuple[str, int], list[str]] = {}
    for row in zip(
        sentences.column("article_id"), sentences.column("paragraph"), sentences.column("text"), strict=True
    ):
        paragraphs.setdefault(row[:2], []).append(row[2])
    return {
        "n_themes": len(themes),
        "coherence": coherence(tops, [" ".join(texts) for texts in paragraphs.values()]),
        "diversity": topic_diversity([[word for term in terms for word in term.lower().split()] for terms in tops]),
        "share_unassigned": assigned.count(_NONE) / len(assigned) if assigned else 0.0,
    }


def coherence(tops: Sequence[Sequence[str]], documents: Sequence[str]) -> float:
    """Mean pairwise document NPMI of each list of terms, averaged over the lists; 0.0 where nothing can be counted."""
    from sklearn.feature_extraction.text import CountVectorizer

    # Terms are read as documents are: "U.S." is the token "u.s" in both, "AT&T" two tokens.
    read = CountVectorizer(token_pattern=_TOKEN).build_analyzer()
    keys = [[" ".join(read(term)) for term in terms] for terms in tops]
    vocabulary = sorted({key for row in keys for key in row})
    if not vocabulary or not documents:
        return 0.0
    column = {key: at for at, key in enumerate(vocabulary)}
    presence = CountVectorizer(
        vocabulary=column,
        ngram_range=(1, max(1, *(len(key.split()) for key in vocabulary))),
        token_pattern=_TOKEN,
        binary=True,
    ).transform(documents)
    means = []
    for row in keys:
        chosen = [column[key] for key in row]
        if len(chosen) > 1:
            pairs = document_npmi(presence, chosen)[np.triu_indices(len(chosen), k=1)]
            means.append(float(pairs.mean()))
    return float(np.mean(means)) if means else 0.0
