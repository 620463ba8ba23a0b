"""A small grid of experiments through DVC: each point one experiment and one MLflow run, however often it is run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from tenor.features.errors import TenorError
from tenor.pipeline.params import Params, flat_params, load_params

Values = Mapping[str, Sequence[str]]

_RUN = re.compile(r"(logged as|already logged as) run (\w+)")
_SHOWN_LINES = 15


class GridError(TenorError):
    """A grid that cannot be read or run."""


@dataclass(frozen=True)
class Point:
    """One experiment: its name for DVC, and what it ``changes`` in the parameters (dotted name to text)."""

    name: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """The MLflow run of a point, whether it was logged just now, and how long DVC took."""

    name: str
    changes: Mapping[str, str]
    run_id: str
    created: bool
    seconds: float


def read_grid(path: Path, params: Params) -> dict[str, list[str]]:
    """The values to try by dotted parameter name, as text.

    Raises:
        GridError: the file is missing, is not YAML, or names a parameter or value that does not exist.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GridError(f"The grid {path} cannot be read: {' '.join(str(error).split())}.") from error
    known = flat_params(params)
    form = "expected lines such as `train.features: [vader, reader]`"
    if not isinstance(content, dict) or not content:
        raise GridError(f"The grid {path} names no parameter; {form}.")
    unknown = sorted(str(name) for name in content if name not in known)
    if unknown:
        raise GridError(f"The grid {path} names {', '.join(unknown)}, which params.yaml does not know; {form}.")
    wrong = [name for name, values in content.items() if not isinstance(values, list) or not values]
    if wrong:
        raise GridError(f"The grid {path} gives no list of values for {', '.join(wrong)}; {form}.")
    grid = {name: [_text(value) for value in values] for name, values in content.items()}
    for name, values in grid.items():
        section, key = name.split(".")
        for value in values:
            changed = params.model_dump()
            changed[section][key] = yaml.safe_load(value)
            try:
                Params.model_validate(changed)
            except ValueError as error:
                raise GridError(
                    f"The grid {path}: {name} cannot be {value}. See the comments in params.yaml."
                ) from error
    return grid


def grid_points(grid: Values, current: Mapping[str, str], *, cross: bool = False) -> list[Point]:
    """The experiments: the parameters as they are, then each other value by itself, or with ``cross`` all combinations.

    ``current`` holds the parameters as they are. Names say what changes and are what git takes as a reference.
    """
    if cross:
        chosen = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    else:
        chosen = [{name: value} for name, values in grid.items() for value in values]
    points: dict[str, Point] = {}
    for values in [{}, *chosen]:
        changes = {name: value for name, value in values.items() if current.get(name) != value}
        label = "_".join(f"{name.partition('.')[2]}-{value}" for name, value in changes.items()) or "as-is"
        points.setdefault(label, Point(re.sub(r"[^\w+]+", "-", label, flags=re.ASCII), changes))
    return list(points.values())


def run_grid(
    points: Sequence[Point], root: Path, *, said: Callable[[int, int], None] | None = None
) -> Iterator[Outcome]:
    """Run each point as `dvc exp run --temp` in the DVC project at ``root``; the workspace stays as it is.

    What DVC has in its cache is not computed again, and a result that MLflow knows is not logged again.

    Raises:
        GridError: DVC is absent or fails, with the end of what it said.
    """
    known = set(_dvc(root, "exp", "list", "--name-only").split())
    for number, point in enumerate(points):
        started = time.perf_counter()
        if point.name in known:  # DVC would refuse the name, and its --force would compute everything anew
            _dvc(root, "exp", "remove", point.name)
        sets = [part for name, value in point.changes.items() for part in ("-S", f"{name}={value}")]
        output = _dvc(root, "exp", "run", "--temp", "--name", point.name, *sets)
        found = _RUN.findall(output)
        if not found:
            raise GridError(f"The experiment {point.name} logged no run. DVC said: {_end(output)}")
        how, run_id = found[-1]
        if said is not None:
            said(number + 1, len(points))
        yield Outcome(point.name, point.changes, run_id, how == "logged as", time.perf_counter() - started)


def grid_text(path: Path, params_path: Path, *, cross: bool, as_json: bool) -> Iterator[str]:
    """Run the grid in the working directory: a line a point as it ends, then all of them beside the champion.

    Raises:
        TenorError: the grid or the parameters cannot be used, or an experiment failed.
    """
    from tenor.pipeline.console import progress
    from tenor.pipeline.tracked import compare_text

    params = load_params(params_path)
    points = grid_points(read_grid(path, params), flat_params(params), cross=cross)
    outcomes = []
    with progress("Running experiments") as said:
        for outcome in run_grid(points, Path.cwd(), said=said):
            outcomes.append(outcome)
            if not as_json:
                what = "logged" if outcome.created else "already logged"
                yield f"{outcome.name}: {what} as run {outcome.run_id} ({outcome.seconds:.0f} s)"
    runs = list(dict.fromkeys(outcome.run_id for outcome in outcomes))
    compared = compare_text(runs, params_path, as_json=as_json)
    if as_json:
        yield json.dumps({"points": [asdict(outcome) for outcome in outcomes], "comparison": json.loads(compared)})
    else:
        yield f"\n{compared}"


def _dvc(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=root,
        env=os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise GridError(f"`dvc {' '.join(arguments)}` failed: {_end(done.stdout)}")
    return done.stdout


def _end(output: str) -> str:
    return " / ".join(line.strip() for line in output.splitlines()[-_SHOWN_LINES:] if line.strip())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
