"""Gather the files of one result and hand them to MLflow."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from tenor.features.errors import TenorError
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import Params, load_params
from tenor.pipeline.store import read_json

_LOCK = Path("dvc.lock")


def track_files(params_path: Path, at: Layout) -> str:
    """Log the result under ``at`` unless it is logged already; says what happened.

    Raises:
        TenorError: nothing has been built yet, or the tracking store cannot be used.
    """
    from tenor.experiments.evaluation import flat_metrics
    from tenor.experiments.tracking import Dataset, Result, result_identity, track_result, tracking_uri

    params = load_params(params_path)
    if not _LOCK.is_file():
        raise TenorError("dvc.lock is missing: there is no result to track. Run `dvc repro` from the project's root.")
    lock = _LOCK.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        shutil.copytree(at.report / "tables", tables)
        shutil.copy(at.cross_validation, tables / at.cross_validation.name)
        tracked = track_result(
            Result(
                identity=result_identity(lock, params_path.read_text(encoding="utf-8")),
                params=params.model_dump(mode="json"),
                metrics=flat_metrics(read_json(at.metrics)),
                tables=tables,
                plots=_plots(at, Path(folder)),
                report=at.report / "report.html",
                scorer=at.scorer,
                actors=Path(params.annotate.actors),
                datasets=[Dataset(*found) for found in _datasets(yaml.safe_load(lock), params)],
                tags={"features": params.train.features.value, "n_themes": str(params.themes.n_themes)},
                name=params.train.features.value,
            ),
            experiment=params.track.experiment,
            model=params.track.model,
            tracking_uri=tracking_uri(Path.cwd()),
        )
    what = "logged as" if tracked.created else "already logged as"
    rank = "champion" if tracked.champion else "not champion"
    return f"{what} run {tracked.run_id}, {params.track.model} version {tracked.version} ({rank}: {tracked.reason})"


def compare_text(runs: list[str], params_path: Path, *, as_json: bool) -> str:
    """The given tracked runs (all, where none is given) beside the champion, as a table or as JSON."""
    from tenor.experiments.champion import compare_runs
    from tenor.experiments.tracking import tracking_uri

    track = load_params(params_path).track
    found = compare_runs(runs, experiment=track.experiment, model=track.model, tracking_uri=tracking_uri(Path.cwd()))
    return json.dumps(asdict(found)) if as_json else found.text()


def promote_text(run: str, params_path: Path) -> str:
    """Make ``run``'s scorer the champion; says which it replaced."""
    from tenor.experiments.champion import promote_run
    from tenor.experiments.tracking import tracking_uri

    track = load_params(params_path).track
    done = promote_run(run, experiment=track.experiment, model=track.model, tracking_uri=tracking_uri(Path.cwd()))
    before = f"version {done.previous}" if done.previous else "none"
    return f"{done.model} version {done.version} (run {done.run_id}) is champion now; before: {before}"


def _plots(at: Layout, folder: Path) -> Path:
    """The report's figures and the two plots of the evaluation, in one folder."""
    plots = folder / "plots"
    shutil.copytree(at.report / "figures", plots)
    shutil.copytree(at.plots, plots, dirs_exist_ok=True)
    return plots


def _datasets(lock: Any, params: Params) -> list[tuple[str, str, str]]:
    """Name, digest and place of the articles and the labels, as DVC knows them."""
    wanted = {params.ingest.articles: "articles", params.annotate.actors: "actors", params.train.labels: "labels"}
    found = {}
    for stage in lock["stages"].values():
        for dep in stage.get("deps", []):
            if dep["path"] in wanted:
                found[wanted[dep["path"]]] = (wanted[dep["path"]], str(dep["md5"]), str(dep["path"]))
    return [found[name] for name in sorted(found)]
