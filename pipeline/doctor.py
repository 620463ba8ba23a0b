"""Is everything in place? All checks of the set-up side by side, as lines for people and JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tenor.features.errors import TenorError
from tenor.pipeline import checks as of
from tenor.pipeline.checks import Check, State

STYLES: dict[State, str] = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def examine(root: Path, params_path: Path) -> Iterator[Check]:
    """Look at everything, for the project at ``root`` with the parameters at ``params_path``; never raises.

    Yields in a fixed order, each check as soon as it and those before it are done. Outside a project the checks of what
    a project holds (git, DVC, inputs, result) give way to one warning, because `tenor run` needs none of it.
    """
    checks: dict[str, Callable[[], Check]] = {
        "python": of.check_python,
        "packages": partial(of.check_packages, root / "constraints.txt"),
        "encoder": of.check_encoder,
        "reader": of.check_reader,
        "tagger": of.check_tagger,
    }
    if (root / "dvc.yaml").is_file() or params_path.is_file():
        checks |= {
            "commands": of.check_commands,
            "git": partial(of.check_git, root),
            "inputs": partial(of.check_inputs, params_path),
            "dvc": partial(of.check_dvc, root),
            "result": partial(of.check_result, root),
        }
    else:
        checks["project"] = partial(of.check_no_project, params_path)
    checks |= {
        "tracking": partial(of.check_tracking, root),
        "disk": partial(of.check_disk, root),
        "chromium": of.check_chromium,
    }
    # DVC and MLflow take seconds each, mostly to start: side by side, and before the quick ones are told.
    with ThreadPoolExecutor(max_workers=4) as pool:
        slow_first = sorted(checks, key=lambda name: name not in {"dvc", "tracking"})
        running = {name: pool.submit(guarded, name, checks[name]) for name in slow_first}
        for name in checks:
            yield running[name].result()


def examined_json(checks: Sequence[Check]) -> str:
    """``{"ok": …, "checks": [{name, state, found, mend}]}``; ``ok`` where nothing is a problem."""
    return json.dumps({"ok": not any(c.state == "problem" for c in checks), "checks": [asdict(c) for c in checks]})


def summary(checks: Sequence[Check]) -> str:
    """How many problems and warnings, in a sentence."""
    problems, warnings = (sum(check.state == state for check in checks) for state in ("problem", "warning"))
    if not problems and not warnings:
        return "All is in place."
    return f"{problems} problem(s), {warnings} warning(s)." + ("" if problems else " Nothing stands in the way.")


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """The outcome of a check; what it raises is its finding."""
    try:
        return check()
    except TenorError as error:
        return Check(name, "problem", *_parted(str(error)))
    except Exception as error:  # a doctor that falls ill helps nobody
        return Check(name, "problem", f"the check failed with {type(error).__name__}: {error}", of.INSTALL)


def _parted(message: str) -> tuple[str, str]:
    """A message as what was found and what to do, which our errors put last: after a semicolon or a full stop."""
    for mark in ("; ", ". "):
        found, parted, mend = message.rstrip(".").rpartition(mark)
        if parted:
            return found, mend[:1].lower() + mend[1:]
    return message, "what it names"
