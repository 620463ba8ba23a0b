"""How fast other code gets the scorer and its answers: loading a logged model, one row a call, many rows a call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tenor.experiments.tracking_store import TrackingError, open_store
from tenor.features.errors import without_secrets
from tenor.features.vader import vader_analyzer

BATCH_SIZES = (8, 64)
_N_SINGLES = 100

# Run by a new interpreter: what a service pays at its start. Libraries that loading imports count as loading.
_FRESH = """
import json, sys, time
import mlflow, pandas
wall, cpu = time.perf_counter(), time.process_time()
mlflow.pyfunc.load_model(sys.argv[1])
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))
"""


@dataclass(frozen=True)
class ServeBench:
    """What :func:`bench_serving` found; seconds of wall time unless named otherwise.

    ``fresh``: `load_model` in a new interpreter whose files are in the system's cache, imports of torch and
    transformers included (``fresh_cpu``: processor seconds of it); ``warm``: once more in a process that has loaded it.
    Rates are rows a second through the logged model, ``vader`` those of VADER's own call, text by text.
    """

    model: str
    n_rows: int
    mean_characters: float
    fresh_seconds: float
    fresh_cpu_seconds: float
    warm_seconds: float
    single_rows_per_second: float
    batch_rows_per_second: Mapping[int, float]
    vader_rows_per_second: float

    def as_dict(self) -> dict[str, Any]:
        """The figures, JSON-ready."""
        return asdict(self)

    def as_text(self) -> str:
        """The figures as lines of plain text."""
        lines = [
            f"{self.model}, {self.n_rows} rows of {self.mean_characters:.0f} characters on average",
            f"  load, new interpreter      {self.fresh_seconds:8.2f} s  ({self.fresh_cpu_seconds:.2f} s of processor)",
            f"  load again (warm)          {self.warm_seconds:8.2f} s",
            f"  predict, one row a call    {self.single_rows_per_second:8.0f} rows/s",
        ]
        for size, rate in self.batch_rows_per_second.items():
            lines.append(f"  predict, batches of {size:<7}{rate:8.0f} rows/s")
        return "\n".join([*lines, f"  VADER, text by text        {self.vader_rows_per_second:8.0f} rows/s"])


def bench_serving(
    texts: Sequence[str], spans: Sequence[tuple[int, int]], *, model: str, tracking_uri: str, n_fresh: int = 2
) -> ServeBench:
    """Measure the logged model at the MLflow address ``model`` on n texts and the character spans of their targets.

    It is loaded in ``n_fresh`` new interpreters one after the other, of which the last counts: the others fill the
    system's file cache.

    Raises:
        TrackingError: there are no texts, or the model cannot be loaded.
    """
    if not texts:
        raise TrackingError("There are no rows to measure on; expected at least one text with its target.")
    import mlflow
    import pandas as pd

    frame = pd.DataFrame({"text": list(texts), "start": [s for s, _ in spans], "end": [e for _, e in spans]})
    fresh = [_load_fresh(model, tracking_uri) for _ in range(n_fresh)][-1]
    with open_store(tracking_uri):
        loaded = mlflow.pyfunc.load_model(model)
        started = time.perf_counter()
        loaded = mlflow.pyfunc.load_model(model)
        warm = time.perf_counter() - started
        loaded.predict(frame.iloc[:8])  # what the first call sets up is none of the others' time
        singles = [frame.iloc[[row % len(frame)]] for row in range(_N_SINGLES)]
        started = time.perf_counter()
        for row in singles:
            loaded.predict(row)
        single = len(singles) / (time.perf_counter() - started)
        batches = {}
        for size in BATCH_SIZES:
            started = time.perf_counter()
            loaded.predict(frame, params={"batch_size": size})
            batches[size] = len(frame) / (time.perf_counter() - started)
    analyzer = vader_analyzer()
    started = time.perf_counter()
    for text in texts:
        analyzer.polarity_scores(text)
    vader = len(texts) / (time.perf_counter() - started)
    return ServeBench(
        model=model,
        n_rows=len(frame),
        mean_characters=sum(map(len, texts)) / len(texts),
        fresh_seconds=fresh[0],
        fresh_cpu_seconds=fresh[1],
        warm_seconds=warm,
        single_rows_per_second=single,
        batch_rows_per_second=batches,
        vader_rows_per_second=vader,
    )


def _load_fresh(model: str, tracking_uri: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FRESH, model],
        env=os.environ | {"MLFLOW_TRACKING_URI": tracking_uri, "MLFLOW_DISABLE_TELEMETRY": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = without_secrets(" ".join(done.stderr.strip().splitlines()[-1:]))
        raise TrackingError(f"The model {model} cannot be loaded: {last} Track a result first: dvc repro.")
    wall, cpu = json.loads(done.stdout.splitlines()[-1])
    return float(wall), float(cpu)
