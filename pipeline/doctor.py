"""Is everything in place? Small checks of the set-up, each with what was found and how to mend it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from tenor.features.errors import TenorError
from tenor.pipeline.console import one_line

State = Literal["ok", "warning", "problem"]

PACKAGE = "tenor"
INSTALL = "run `make test` in the checkout, or `pip install -e . -c constraints.txt`"
ACTIVATE = "source .venv/bin/activate"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FREE_GB = 2.0  # a result takes a fifth of it, a fresh environment most of it
_DVC_SECONDS = 120
_SERVER_SECONDS = "5"
_SHOWN = 5


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``found`` says what is there, ``mend`` what to do about it (empty where all is well)."""

    name: str
    state: State
    found: str
    mend: str = ""

    def as_text(self) -> str:
        """One line, and a second one where there is something to mend."""
        line = f"{self.state:8} {self.name:10} {one_line(self.found)}"
        return f"{line}\n{'':20}{one_line(self.mend)}" if self.mend else line


def examine(root: Path, params_path: Path) -> Iterator[Check]:
    """Look at everything, for the project at ``root`` with the parameters at ``params_path``; never raises.

    Yields in a fixed order, each as soon as it and those before it are done. Outside a project the checks of what a
    project holds (git, DVC, inputs, result) give way to one warning, because `tenor run` needs none of it.
    """
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("python", check_python),
        ("packages", partial(check_packages, root / "constraints.txt")),
        ("encoder", check_encoder),
        ("reader", check_reader),
        ("tagger", check_tagger),
    ]
    if (root / "dvc.yaml").is_file() or params_path.is_file():
        checks += [
            ("commands", check_commands),
            ("git", partial(check_git, root)),
            ("inputs", partial(check_inputs, params_path)),
            ("dvc", partial(check_dvc, root)),
            ("result", partial(check_result, root)),
        ]
    else:
        checks.append(("project", check_no_project))
    checks += [
        ("tracking", partial(check_tracking, root)),
        ("disk", partial(check_disk, root)),
        ("chromium", check_chromium),
    ]
    # DVC and MLflow take seconds each, mostly to start: side by side.
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield from [pool.submit(_guarded, name, check) for name, check in checks] and _in_order(pool, checks)


def _in_order(pool: ThreadPoolExecutor, checks: Sequence[tuple[str, Callable[[], Check]]]) -> Iterator[Check]:
    for done in [pool.submit(_guarded, name, check) for name, check in checks]:
        yield done.result()
