"""Repeated fits: a made corpus comes back the same, noise does not, next to nothing gives nothing."""

from __future__ import annotations

import numpy as np

from tenor.experiments.theme_repeats import theme_repeats
from tenor.features.records import Encodings, Sentences

_TEXTS = ("The reef feeds the tide.", "The loom spins the wool.", "The comet left an orbit.")


def _corpus(n: int, noise: float) -> tuple[Sentences, Encodings]:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(8, 3)))[0].T
    rows = [
        {"sentence_id": f"s{row:03d}", "article_id": f"a{row // 2:03d}", "paragraph": row % 2, "start": 30 * (row % 2)}
        | {"end": 30 * (row % 2) + 24, "text": _TEXTS[row // 2 % 3]}
        for row in range(n)
    ]
    vectors = directions[np.arange(n) // 2 % 3] + noise * rng.normal(size=(n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(row["sentence_id"] for row in rows)
    return Sentences.from_rows(rows), Encodings(ids, vectors.astype(np.float32), (), np.zeros((0, 1), np.float32))


def test_made_themes_come_back() -> None:
    found = theme_repeats(*_corpus(60, 0.05), n_themes=3, n_repeats=2)
    assert set(found) == {
        f"{over}_{measure}" for over in ("seeds", "shuffles", "resamples") for measure in ("rand", "overlap")
    }
    assert all(value == 1 for key, value in found.items() if key.endswith("rand"))


def test_noise_holds_over_seeds_and_shuffles_but_not_over_articles() -> None:
    found = theme_repeats(*_corpus(60, 20.0), n_themes=8, n_repeats=2)
    assert found["seeds_rand"] == found["shuffles_rand"] == found["shuffles_overlap"] == 1
    assert found["resamples_rand"] < 0.9


def test_next_to_nothing() -> None:
    assert theme_repeats(*_corpus(0, 0.1), n_themes=0) == {}
    one = theme_repeats(*_corpus(1, 0.1), n_themes=1, n_repeats=1)
    assert one["seeds_rand"] == one["shuffles_overlap"] == 1
    assert "resamples_rand" not in one
