"""A corpus made for the tests of themes: four subjects with words of their own, and a direction for each."""

from __future__ import annotations

import numpy as np

from tenor.features.records import Encodings, Sentences

SUBJECTS = {
    "harvest": "The {a} harvest of {b} filled every barn while {c} ripened near the orchard.",
    "sailing": "A {a} regatta of {b} crossed the harbour before {c} reached the anchor buoy.",
    "music": "The {a} orchestra tuned its {b} until {c} drowned the violin rehearsal.",
    "volcano": "Ash from the {a} crater buried {b} as {c} of lava cooled below the summit.",
}
_WORDS = ("quiet", "early", "distant", "northern", "painted", "heavy")


def corpus(
    n_articles: int = 24, n_sentences: int = 4, d: int = 16, noise: float = 0.1, seed: int = 0
) -> tuple[Sentences, Encodings, list[str]]:
    """Articles of one subject each, with unit vectors about that subject's direction, and each sentence's subject."""
    rng = np.random.default_rng(seed)
    directions = np.linalg.qr(rng.normal(size=(d, len(SUBJECTS))))[0].T
    rows, vectors, subjects = [], [], []
    for article in range(n_articles):
        number = article % len(SUBJECTS)
        subject, pattern = list(SUBJECTS.items())[number]
        start = 0
        for index in range(n_sentences):
            a, b, c = rng.choice(_WORDS, size=3, replace=False)
            text = pattern.format(a=a, b=f"{b} things", c=f"{c} ones {article} {index}")
            rows.append(
                {
                    "sentence_id": f"a{article:03d}:{start}",
                    "article_id": f"a{article:03d}",
                    "paragraph": index // 2,
                    "start": start,
                    "end": start + len(text),
                    "text": text,
                }
            )
            start += len(text) + 1
            vectors.append(directions[number] + noise * rng.normal(size=d) / np.sqrt(d))
            subjects.append(subject)
    matrix = np.array(vectors, dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return Sentences.from_rows(rows), encodings_of([row["sentence_id"] for row in rows], matrix), subjects


def encodings_of(sentence_ids: list[str], vectors: np.ndarray) -> Encodings:
    """Encodings of sentences alone."""
    return Encodings(tuple(sentence_ids), vectors.astype(np.float32), (), np.zeros((0, 1), dtype=np.float32))
