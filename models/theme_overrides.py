"""A user's own names for themes, and which themes are one: a small YAML file that survives re-runs.

It refers to lasting theme ids::

    rename:
      t03: Critical minerals
    merge:
      t02: [t07, t11]   # t07 and t11 become part of t02
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from tenor.features.errors import TenorError

OVERRIDES_FILE = "overrides.yaml"


class OverridesError(TenorError):
    """A file of overrides that cannot be used."""


class ThemeOverrides(BaseModel):
    """New names by theme id, and absorbed theme ids by the id that takes them in. Ids without a theme are ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rename: dict[str, str] = {}
    merge: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _check(self) -> Self:
        absorbed = [part for parts in self.merge.values() for part in parts]
        if len(absorbed) != len(set(absorbed)):
            raise ValueError("a theme is merged into two others")
        if set(absorbed) & set(self.merge):
            raise ValueError("a theme that takes others in cannot itself be merged away")
        if any(not name.strip() for name in self.rename.values()):
            raise ValueError("a new name is empty")
        return self

    def owner(self, part: str, known: frozenset[str]) -> str:
        """The theme that a part belongs to, among the parts that exist."""
        for keeper, absorbed in self.merge.items():
            if part in absorbed and keeper in known:
                return keeper
        return part


def load_theme_overrides(path: Path) -> ThemeOverrides:
    """Read overrides; an empty file has none.

    Raises:
        OverridesError: the file is missing, no YAML, or says something else than ``rename`` and ``merge``.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return ThemeOverrides.model_validate(content if content is not None else {})
    except FileNotFoundError as error:
        raise OverridesError(f"No theme overrides at {path}. Write the file, or leave the parameter out.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OverridesError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'the file'}: {item['msg']}" for item in error.errors())
        raise OverridesError(f"{path} cannot be used: {found}.") from error
