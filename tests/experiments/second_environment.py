"""A virtual environment that holds a model's requirements and nothing of this project."""

from __future__ import annotations

import os
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement


def second_environment(folder: Path, requirements: list[str]) -> Path:
    """Make one in ``folder`` and return its interpreter.

    Each required distribution, and what it requires in turn, is linked from this environment: what the model does not
    declare is absent, without anything being fetched or copied.
    """
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    site = next((folder / "lib").glob("python*/site-packages"))
    for path in _top_level_paths(requirements):
        (site / path.name).symlink_to(path)
    python = folder / "bin" / "python"
    uvicorn = folder / "bin" / "uvicorn"  # MLflow starts its server by this name
    uvicorn.write_text(f"#!{python}\nfrom uvicorn.main import main\n\nmain()\n", encoding="utf-8")
    uvicorn.chmod(0o755)
    return python


def bare_environ(python: Path, **more: str) -> dict[str, str]:
    """Environment variables for a process of that environment: nothing that points back to this one."""
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TMPDIR", "OMP_NUM_THREADS")}
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return {**kept, **quiet, "PATH": f"{python.parent}:/usr/bin:/bin", **more}


def _top_level_paths(requirements: list[str]) -> set[Path]:
    site = Path(sysconfig.get_path("purelib"))
    waiting = [Requirement(line) for line in requirements]
    seen: set[tuple[str, str]] = set()
    found: set[Path] = set()
    while waiting:
        requirement = waiting.pop()
        for extra in ("", *sorted(requirement.extras)):
            if (requirement.name.lower(), extra) in seen:
                continue
            seen.add((requirement.name.lower(), extra))
            try:
                dist = distribution(requirement.name)
            except PackageNotFoundError:  # for another platform, or an extra that is not installed here
                continue
            names = {file.parts[0] for file in dist.files or [] if file.parts[0] not in ("..", "__pycache__")}
            found |= {site / name for name in names if (site / name).exists()}
            for line in dist.requires or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    waiting.append(needed)
    return found
