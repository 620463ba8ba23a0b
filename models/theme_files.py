"""What fitted themes leave on disk beside the model: BERTopic's view, and what the user keeps from run to run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tenor.models.theme_model import MODEL_FILE, ThemeModel, ThemeModelError, load_theme_model
from tenor.models.theme_overrides import OVERRIDES_FILE, ThemeOverrides, load_theme_overrides

if TYPE_CHECKING:
    from bertopic import BERTopic


def load_kept_themes(folder: Path | None) -> tuple[ThemeModel | None, ThemeOverrides]:
    """The earlier model, None where the folder holds none, and the overrides, empty where it holds none.

    Raises:
        ThemeModelError: there is no such folder, or its model is broken.
        OverridesError: its overrides cannot be used.
    """
    if folder is None:
        return None, ThemeOverrides()
    if not folder.is_dir():
        raise ThemeModelError(f"No folder {folder} (themes.kept). Make it, or name an empty folder.")
    model = load_theme_model(folder) if (folder / MODEL_FILE).exists() else None
    overrides = folder / OVERRIDES_FILE
    return model, load_theme_overrides(overrides) if overrides.exists() else ThemeOverrides()


def save_theme_frame(frame: BERTopic, folder: Path) -> None:
    """Write BERTopic's own view as safetensors and JSON, readable by ``BERTopic.load``."""
    with _no_word_of_encoders():
        frame.save(str(folder), serialization="safetensors", save_ctfidf=True, save_embedding_model=False)


def read_theme_frame(folder: Path) -> BERTopic | None:
    """BERTopic's own view as it was written; None where there was none to write."""
    if not folder.is_dir():
        return None
    from bertopic import BERTopic

    with _no_word_of_encoders():
        return BERTopic.load(str(folder))


@contextmanager
def _no_word_of_encoders() -> Iterator[None]:
    """BERTopic warns that no encoder is saved: ours is named by the parameters, not by the themes."""
    logger = logging.getLogger("BERTopic")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
