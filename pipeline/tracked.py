"""Gather the files of one result and hand them to MLflow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from tenor.features.errors import TenorError
from tenor.features.records import CrossValidation
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import Params, flat_params, load_params
from tenor.pipeline.store import read_json, read_table

CHANGED_TAG = "tenor.changed"
_LOCK = Path("dvc.lock")


def track_files(params_path: Path, at: Layout) -> str:
    """Log the result under ``at`` unless it is logged already; says what happened.

    Raises:
        TenorError: nothing has been built yet, or the tracking store cannot be used.
    """
    from tenor.experiments.evaluation import flat_metrics
    from tenor.experiments.mistakes import confident_mistakes
    from tenor.experiments.tracking import Dataset, Result, is_tracked, result_identity, track_result, tracking_uri

    params = load_params(params_path)
    if not _LOCK.is_file():
        raise TenorError("dvc.lock is missing: there is no result to track. Run `dvc repro` from the project's root.")
    lock = _LOCK.read_text(encoding="utf-8")
    identity = result_identity(lock, params_path.read_text(encoding="utf-8"))
    uri = tracking_uri(Path.cwd())
    drawn = not is_tracked(identity, experiment=params.track.experiment, tracking_uri=uri)
    changed = _changed(params, params_path)
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        shutil.copytree(at.report / "tables", tables)
        shutil.copy(at.cross_validation, tables / at.cross_validation.name)
        tracked = track_result(
            Result(
                identity=identity,
                params=params.model_dump(mode="json"),
                metrics=flat_metrics(read_json(at.metrics)),
                tables=tables,
                plots=_plots(at, Path(folder), drawn=drawn),
                report=at.report / "report.html",
                scorer=at.scorer,
                actors=Path(params.annotate.actors),
                datasets=[Dataset(*found) for found in _datasets(yaml.safe_load(lock), params)],
                tags={CHANGED_TAG: ", ".join(changed) or "nothing"},
                mistakes=confident_mistakes(read_table(CrossValidation, at.cross_validation)),
                name=", ".join(changed) or params.train.features.value,
            ),
            experiment=params.track.experiment,
            model=params.track.model,
            tracking_uri=uri,
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
    return json.dumps(found.as_dict()) if as_json else found.text()


def promote_text(run: str, params_path: Path, *, as_json: bool = False) -> str:
    """Make ``run``'s scorer the champion; says which it replaced, in a line or as JSON."""
    from tenor.experiments.champion import promote_run
    from tenor.experiments.tracking import tracking_uri

    track = load_params(params_path).track
    done = promote_run(run, experiment=track.experiment, model=track.model, tracking_uri=tracking_uri(Path.cwd()))
    if as_json:
        return json.dumps(asdict(done))
    before = f"version {done.previous}" if done.previous else "none"
    return f"{done.model} version {done.version} (run {done.run_id}) is champion now; before: {before}"


def serve_bench_text(model: str, labels: Path, *, as_json: bool) -> str:
    """How fast the logged ``model`` loads and answers, on the labelled sentences.

    Raises:
        TenorError: the labels cannot be read or the model cannot be loaded.
    """
    from tenor.experiments.serve_bench import bench_serving
    from tenor.experiments.tracking import tracking_uri
    from tenor.features.labels import read_labels

    rows = read_labels(labels)
    spans = list(zip(rows.column("start"), rows.column("end"), strict=True))
    bench = bench_serving(rows.column("sentence"), spans, model=model, tracking_uri=tracking_uri(Path.cwd()))
    return json.dumps(bench.as_dict()) if as_json else bench.as_text()


def _plots(at: Layout, folder: Path, *, drawn: bool) -> Path:
    """The report's figures and the plots of the evaluation (as data, and ``drawn``), in one folder."""
    from tenor.experiments.scorer_figures import write_scorer_figures

    plots = folder / "plots"
    shutil.copytree(at.report / "figures", plots)
    shutil.copytree(at.plots, plots, dirs_exist_ok=True)
    if drawn:
        write_scorer_figures(read_json(at.metrics), read_json(at.plots / "calibration.json"), plots)
    return plots


def _changed(params: Params, params_path: Path) -> list[str]:
    """What the parameters differ in from those of the commit (an experiment's baseline, else HEAD): ``key=value``.

    Empty where nothing differs or no commit holds parameters to compare with.
    """
    from tenor.experiments.tracking import project_root

    git, root = shutil.which("git"), project_root(Path.cwd())
    revision = os.environ.get("DVC_EXP_BASELINE_REV") or "HEAD"
    if git is None or params_path.is_absolute():
        return []
    command = [git, "-C", str(root), "show", f"{revision}:./{params_path.as_posix()}"]
    found = subprocess.run(command, capture_output=True, check=False)
    if found.returncode != 0:
        return []
    try:
        before = flat_params(Params.model_validate(yaml.safe_load(found.stdout)))
    except (ValueError, yaml.YAMLError):
        return []  # written for another version of the parameters
    return [f"{key}={value}" for key, value in flat_params(params).items() if before.get(key) != value]


def _datasets(lock: Any, params: Params) -> list[tuple[str, str, str]]:
    """Name, digest and place of the articles and the labels, as DVC knows them."""
    wanted = {params.ingest.articles: "articles", params.annotate.actors: "actors", params.train.labels: "labels"}
    found = {}
    for stage in lock["stages"].values():
        for dep in stage.get("deps", []):
            if dep["path"] in wanted:
                found[wanted[dep["path"]]] = (wanted[dep["path"]], str(dep["md5"]), str(dep["path"]))
    return [found[name] for name in sorted(found)]
