"""Pictures of themes: all of BERTopic's that make sense, and a map that is the same every time."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenor.experiments.theme_figures import bertopic_figures, bertopic_page, theme_map
from tenor.features.records import Encodings, Sentences, ThemeAssignments, ThemeTerms
from tenor.models.themes import fit_themes, read_theme_frame, save_theme_frame

_TEXTS = (
    "The reef feeds the tide of the harbour.",
    "The loom spins the wool of the weaver.",
    "The comet left an orbit.",
)


def _corpus(n: int = 30, n_subjects: int = 3) -> tuple[Sentences, Encodings]:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(8, 3)))[0].T
    subject = np.arange(n) % n_subjects
    rows = [
        {
            "sentence_id": f"s{row}",
            "article_id": f"a{row}",
            "paragraph": 0,
            "start": 0,
            "end": 9,
            "text": _TEXTS[number],
        }
        for row, number in enumerate(subject)
    ]
    vectors = directions[subject] + 0.1 * rng.normal(size=(n, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(row["sentence_id"] for row in rows)
    return Sentences.from_rows(rows), Encodings(ids, vectors.astype(np.float32), (), np.zeros((0, 1), np.float32))


def _png(figure: Any) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@pytest.mark.parametrize(("n_subjects", "expected"), [(1, {"terms"}), (3, {"terms", "similarity", "hierarchy"})])
def test_bertopics_own_pictures(n_subjects: int, expected: set[str]) -> None:
    fitted = fit_themes(*_corpus(n_subjects=n_subjects), n_themes=n_subjects)
    assert set(bertopic_figures(fitted.frame)) == expected
    assert bertopic_figures(None) == {}


def test_one_page_holds_all_pictures_and_needs_no_network(tmp_path: Path) -> None:
    fitted = fit_themes(*_corpus(), n_themes=3)
    assert fitted.frame is not None
    save_theme_frame(fitted.frame, tmp_path / "frame")
    pages = [bertopic_page(bertopic_figures(frame)) for frame in (read_theme_frame(tmp_path / "frame"),) * 2]
    assert pages[0] == pages[1]
    assert all(f'id="{name}"' in pages[0] for name in ("terms", "similarity", "hierarchy"))
    assert 'src="http' not in pages[0]
    assert "No words" in bertopic_page({})


def test_map_is_drawn_and_the_same_every_time() -> None:
    sentences, encodings = _corpus()
    fitted = fit_themes(sentences, encodings, n_themes=3)
    one, two = (theme_map(sentences, encodings, fitted.assignments, fitted.terms) for _ in range(2))
    assert _png(one) == _png(two)
    labels = {note.get_text() for note in one.axes[0].texts}
    assert labels == set(fitted.terms.column("name"))


def test_map_of_next_to_nothing() -> None:
    sentences, encodings = _corpus(n=1)
    fitted = fit_themes(sentences, encodings)
    assert _png(theme_map(sentences, encodings, fitted.assignments, fitted.terms))
    empty = theme_map(Sentences.from_rows([]), encodings, ThemeAssignments.from_rows([]), ThemeTerms.from_rows([]))
    assert _png(empty)
