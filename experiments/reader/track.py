"""One MLflow run a training run: its parameters and, epoch by epoch, its figures."""

from __future__ import annotations

import json
import os
from pathlib import Path

EXPERIMENT = "tenor-reader"


def log_run(run: Path) -> None:
    """Log the run in folder ``run`` where ``MLFLOW_TRACKING_URI`` is set; else do nothing.

    Logging the same folder again adds nothing: a run of its name is looked for first.
    """
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        return
    import mlflow

    params = json.loads((run / "params.json").read_text(encoding="utf-8"))
    epochs = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    experiment = mlflow.set_experiment(EXPERIMENT)
    client = mlflow.MlflowClient()
    if client.search_runs([experiment.experiment_id], f"attributes.run_name = '{run.name}'"):
        return
    with mlflow.start_run(run_name=run.name):
        mlflow.log_params({key: str(value)[:250] for key, value in params.items()})
        for figures in epochs:
            step = int(figures["epoch"])
            mlflow.log_metrics({k: v for k, v in figures.items() if k != "epoch"}, step=step)
