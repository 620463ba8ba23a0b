"""One MLflow run for each distinct result, whatever way the result came about."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tenor.experiments.champion import IDENTITY_TAG, METRIC, register_scorer
from tenor.experiments.served_model import log_scorer
from tenor.experiments.tracking_store import (
    TrackingError,
    artifact_location,
    exclusive,
    open_store,
    project_root,
    sqlite_path,
    tracking_uri,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

__all__ = [
    "Dataset",
    "Result",
    "Tracked",
    "is_tracked",
    "project_root",
    "result_identity",
    "track_result",
    "tracking_uri",
]

MISTAKES = "mistakes.json"
_OWN_STAGE = "track"
_DVC_TAGS = {"DVC_EXP_NAME": "dvc.exp.name", "DVC_EXP_BASELINE_REV": "dvc.exp.baseline"}
_MAX_PARAM = 6000  # characters MLflow keeps
_MAX_DIGEST = 36
_BATCH = 100
_ABANDONED_MS = 6 * 3_600_000  # no result takes that long to log


@dataclass(frozen=True)
class Dataset:
    """Data that a result rests on: what it is called, the digest of its content, and where the project keeps it."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True)
class Result:
    """Everything that one run logs.

    ``identity`` is from :func:`result_identity`; ``params`` may be nested; ``metrics`` are flat and hold ``macro_f1``
    (others that are not finite are left out). ``tables``, ``plots`` and ``scorer`` are folders, ``report`` and
    ``actors`` (the registry, for calls by actor id) files. ``mistakes`` are the columns of a table that MLflow shows as
    one. ``name`` is shown in the MLflow UI, unless the result comes from a DVC experiment, which has a name of its own.
    """

    identity: str
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    tables: Path
    plots: Path
    report: Path
    scorer: Path
    actors: Path | None = None
    datasets: Sequence[Dataset] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True)
class Tracked:
    """Where a result stands: its run, whether it was logged just now, and its registered version."""

    run_id: str
    created: bool
    version: str
    champion: bool
    reason: str


def result_identity(dvc_lock_text: str, params_text: str) -> str:
    """SHA-256 of what a result was made from and with: stages, files by digest, and parameters.

    The stage that tracks is left out, because it is recorded only after it ran. Layout, order and comments of the two
    files don't count.

    Raises:
        TrackingError: a text is not YAML, or the lock names no stage.
    """
    try:
        lock, params = yaml.safe_load(dvc_lock_text), yaml.safe_load(params_text)
    except yaml.YAMLError as error:
        raise TrackingError(
            f"dvc.lock or the parameter file is not valid YAML: {' '.join(str(error).split())}"
        ) from error
    stages = lock.get("stages") if isinstance(lock, dict) else None
    if not isinstance(stages, dict) or not set(stages) - {_OWN_STAGE}:
        raise TrackingError("dvc.lock names no stage, so there is no result to track. Run `dvc repro` first.")
    content = {
        "stages": {name: _order_free(stage) for name, stage in stages.items() if name != _OWN_STAGE},
        "params": params,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def track_result(result: Result, *, experiment: str, model: str, tracking_uri: str) -> Tracked:
    """Log ``result`` unless a finished run has its identity already; register its scorer; decide on the champion.

    A run that ended half-way does not count: it is marked failed and removed from the lists (MLflow keeps it in its
    bin), and the result is logged again. Doing all this twice is the same as once. In a store without a lock (a server)
    a run that still counts as running may be another tracker's, and is left alone for six hours.

    Raises:
        TrackingError: the store cannot be used, or the result lacks a part.
    """
    _check(result)
    with exclusive(tracking_uri), open_store(tracking_uri) as client:
        experiment_id = _experiment(client, experiment, tracking_uri)
        run_id = _finished_run(client, experiment_id, result.identity, alone=sqlite_path(tracking_uri) is not None)
        created = run_id is None
        if run_id is None:
            run_id = _log(client, experiment_id, result)
        model_id = _logged_models(client, run_id)[0]
        version, champion, reason = register_scorer(client, run_id=run_id, model_id=model_id, model=model)
    return Tracked(run_id=run_id, created=created, version=version, champion=champion, reason=reason)


def is_tracked(identity: str, *, experiment: str, tracking_uri: str) -> bool:
    """Whether a finished run has this identity, so that nothing needs to be drawn for :func:`track_result`."""
    with open_store(tracking_uri) as client:
        found = client.get_experiment_by_name(experiment)
        if found is None or found.lifecycle_stage == "deleted":
            return False
        wanted = f"tags.`{IDENTITY_TAG}` = '{identity}' AND attributes.status = 'FINISHED'"
        return bool(client.search_runs([found.experiment_id], wanted, max_results=1))


def _order_free(stage: Any) -> Any:
    if not isinstance(stage, dict):
        return stage
    return {
        key: sorted(value, key=lambda item: str(item.get("path"))) if key in ("deps", "outs") else value
        for key, value in stage.items()
    }


def _check(result: Result) -> None:
    parts = (("tables", result.tables), ("plots", result.plots), ("report", result.report), ("scorer", result.scorer))
    missing = [f"{name} ({path.name})" for name, path in parts if not path.exists()]
    if missing:
        raise TrackingError(f"The result lacks {', '.join(missing)}. Run the stages before it: dvc repro.")
    if not math.isfinite(result.metrics.get(METRIC, float("nan"))):
        raise TrackingError(
            f"The result's metrics lack {METRIC}, which decides on the champion. Run: dvc repro evaluate."
        )


def _experiment(client: MlflowClient, name: str, uri: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        return str(client.create_experiment(name, artifact_location=artifact_location(uri)))
    if found.lifecycle_stage == "deleted":
        raise TrackingError(
            f"The experiment {name} was deleted in MLflow. Restore it (mlflow experiments restore "
            f"--experiment-id {found.experiment_id}), or set track.experiment to another name."
        )
    return str(found.experiment_id)


def _finished_run(client: MlflowClient, experiment_id: str, identity: str, *, alone: bool) -> str | None:
    """The finished run of this identity; whatever ended half-way is cleared away.

    Where no lock keeps others out (not ``alone``), a run that counts as running has ended only if it is hours old.
    """
    runs = client.search_runs(
        [experiment_id], f"tags.`{IDENTITY_TAG}` = '{identity}'", order_by=["attributes.start_time"]
    )
    finished = [run.info.run_id for run in runs if run.info.status == "FINISHED"]
    now = int(time.time() * 1000)
    for run in runs:
        ended = alone or run.info.status in ("FAILED", "KILLED") or now - run.info.start_time > _ABANDONED_MS
        if run.info.status != "FINISHED" and ended:
            if run.info.status != "FAILED":
                client.set_terminated(run.info.run_id, status="FAILED")
            client.delete_run(run.info.run_id)
            for model_id in _logged_models(client, run.info.run_id):
                client.delete_logged_model(model_id)
    return finished[0] if finished else None


def _log(client: MlflowClient, experiment_id: str, result: Result) -> str:
    tags = {**result.tags, IDENTITY_TAG: result.identity, "mlflow.source.name": "tenor track", **_context_tags()}
    name = os.environ.get("DVC_EXP_NAME") or result.name or result.identity[:8]
    run = client.create_run(experiment_id, tags=tags, run_name=name)
    run_id = str(run.info.run_id)
    try:
        _log_values(client, run_id, result)
        client.log_artifacts(run_id, str(result.tables), "tables")
        client.log_artifacts(run_id, str(result.plots), "plots")
        client.log_artifact(run_id, str(result.report))
        if any(result.mistakes.values()):
            client.log_table(run_id, dict(result.mistakes), MISTAKES)
        log_scorer(client, result.scorer, actors=result.actors, experiment_id=experiment_id, run_id=run_id)
        client.set_terminated(run_id)
    except BaseException:
        client.set_terminated(run_id, status="FAILED")
        raise
    return run_id


def _log_values(client: MlflowClient, run_id: str, result: Result) -> None:
    from mlflow.entities import Dataset as LoggedDataset
    from mlflow.entities import DatasetInput, Metric, Param

    params = [Param(_key(name), _value(value)) for name, value in _flat(result.params)]
    now = int(time.time() * 1000)
    metrics = [
        Metric(_key(name), float(value), now, 0) for name, value in result.metrics.items() if math.isfinite(value)
    ]
    for start in range(0, len(params), _BATCH):
        client.log_batch(run_id, params=params[start : start + _BATCH])
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run_id, metrics=metrics[start : start + _BATCH])
    inputs = [
        DatasetInput(
            LoggedDataset(
                name=dataset.name,
                digest=dataset.digest[:_MAX_DIGEST],
                source_type="local",
                source=json.dumps({"uri": dataset.source}),
            ),
            [],
        )
        for dataset in result.datasets
    ]
    if inputs:
        client.log_inputs(run_id, datasets=inputs)


def _logged_models(client: MlflowClient, run_id: str) -> list[str]:
    outputs = client.get_run(run_id).outputs
    return [] if outputs is None else [str(output.model_id) for output in outputs.model_outputs]


def _flat(params: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in params.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _key(name: str) -> str:
    """A name that MLflow takes: letters, digits and ``_-. :/``."""
    return re.sub(r"[^\w\-. :/]", "_", name, flags=re.ASCII)[:250]


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:_MAX_PARAM]


def _context_tags() -> dict[str, str]:
    """The commit in use, and the DVC experiment where there is one."""
    tags = {tag: os.environ[name] for name, tag in _DVC_TAGS.items() if os.environ.get(name)}
    git = shutil.which("git")
    if git is not None:
        found = subprocess.run([git, "rev-parse", "--verify", "HEAD"], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            tags["mlflow.source.git.commit"] = found.stdout.strip()
    return tags
