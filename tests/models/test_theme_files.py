"""What is kept from run to run is read where it is, and missing parts are said or empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_corpus import corpus

from tenor.models.theme_model import ThemeModelError
from tenor.models.theme_overrides import OverridesError, ThemeOverrides
from tenor.models.themes import fit_themes, load_kept_themes, read_theme_frame, save_theme_frame, save_theme_model


def test_nothing_kept(tmp_path: Path) -> None:
    assert load_kept_themes(None) == (None, ThemeOverrides())
    assert load_kept_themes(tmp_path) == (None, ThemeOverrides())
    with pytest.raises(ThemeModelError, match=r"themes\.kept"):
        load_kept_themes(tmp_path / "nowhere")


def test_names_and_ids_live_on(tmp_path: Path) -> None:
    sentences, encodings, _ = corpus()
    first = fit_themes(sentences, encodings, n_themes=4)
    named = first.terms.column("theme")[2]
    save_theme_model(first.model, tmp_path)
    (tmp_path / "overrides.yaml").write_text(f"rename:\n  {named}: Of my own\n")
    previous, overrides = load_kept_themes(tmp_path)
    second = fit_themes(sentences, encodings, n_themes=4, previous=previous, overrides=overrides)
    assert second.fates == "4 kept, 0 born, 0 died, 0 merged"
    assert [event.as_dict()["change"] for event in second.events] == ["kept"] * 4
    assert second.assignments.table.equals(first.assignments.table)
    assert [row["name"] for row in second.terms.rows() if row["theme"] == named] == ["Of my own"]


def test_broken_overrides_are_refused(tmp_path: Path) -> None:
    (tmp_path / "overrides.yaml").write_text("renames: {}\n")
    with pytest.raises(OverridesError, match="renames"):
        load_kept_themes(tmp_path)


def test_bertopics_view_is_read_back(tmp_path: Path) -> None:
    assert read_theme_frame(tmp_path / "nowhere") is None
    fitted = fit_themes(*corpus()[:2], n_themes=4)
    assert fitted.frame is not None
    save_theme_frame(fitted.frame, tmp_path / "frame")
    loaded = read_theme_frame(tmp_path / "frame")
    assert loaded is not None
    assert set(loaded.get_topics()) == set(fitted.frame.get_topics())
