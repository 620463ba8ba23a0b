"""Where each stage's files lie, under one data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The files of one result under ``data``, named as in ``dvc.yaml``."""

    data: Path

    @property
    def articles(self) -> Path:
        return self.data / "articles.parquet"

    @property
    def removals(self) -> Path:
        return self.data / "removals.parquet"

    @property
    def set_aside(self) -> Path:
        return self.data / "set_aside.parquet"

    @property
    def near_duplicates(self) -> Path:
        """Article id to group, for the articles that share one: all that training needs to know of the corpus."""
        return self.data / "near_duplicates.json"

    @property
    def sentences(self) -> Path:
        return self.data / "sentences.parquet"

    @property
    def mentions(self) -> Path:
        return self.data / "mentions.parquet"

    @property
    def attributions(self) -> Path:
        return self.data / "attributions.parquet"

    @property
    def encodings(self) -> Path:
        return self.data / "encodings"

    @property
    def theme_model(self) -> Path:
        return self.data / "theme_model"

    @property
    def themes(self) -> Path:
        return self.data / "themes.parquet"

    @property
    def theme_assignments(self) -> Path:
        return self.data / "theme_assignments.parquet"

    @property
    def theme_events(self) -> Path:
        """What became of the themes of the model that was kept: kept, born, died, merged."""
        return self.data / "theme_events.json"

    @property
    def theme_prevalence(self) -> Path:
        return self.data / "theme_prevalence.parquet"

    @property
    def scorer(self) -> Path:
        return self.data / "scorer"

    @property
    def cross_validation(self) -> Path:
        return self.data / "cross_validation.parquet"

    @property
    def tone(self) -> Path:
        return self.data / "tone.parquet"

    @property
    def tone_effects(self) -> Path:
        """What moved the strongest tones, word by word and clause by clause."""
        return self.data / "tone_effects.parquet"

    @property
    def estimates(self) -> Path:
        return self.data / "estimates.parquet"

    @property
    def metrics(self) -> Path:
        return self.data / "metrics.json"

    @property
    def plots(self) -> Path:
        return self.data / "plots"

    @property
    def report(self) -> Path:
        return self.data / "report"
