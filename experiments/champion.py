"""The registered models: which version is champion, how a new one takes its place, and runs beside the champion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenor.experiments.comparison import Comparison, compare_predictions, comparison_table, read_cross_validation
from tenor.experiments.tracking_store import TrackingError, exclusive, open_store
from tenor.features.records import CrossValidation

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHAMPION = "champion"
METRIC = "macro_f1"
PREDICTIONS = "tables/cross_validation.parquet"
IDENTITY_TAG = "tenor.identity"
_DECISION_TAG = "tenor.decision"


@dataclass(frozen=True)
class Contender:
    """A tracked run as a claim to the championship; ``predictions`` is None where the run logged none."""

    run_id: str
    name: str
    macro_f1: float
    predictions: CrossValidation | None


@dataclass(frozen=True)
class Decision:
    """Whether a new version becomes champion, and why in one line."""

    moves: bool
    reason: str


@dataclass(frozen=True)
class RunComparison:
    """One run beside the champion; ``comparison`` is None for the champion itself or without a shared mention."""

    run_id: str
    name: str
    macro_f1: float
    champion: bool
    comparison: Comparison | None


_HOW_TO_READ = """\
difference: macro-F1 of the run less the champion's, on the mentions that both predicted out of fold
interval: where 95% of the differences lie when whole articles are drawn anew; with zero in it, chance may be all"""


@dataclass(frozen=True)
class RunComparisons:
    """Runs beside the champion, best macro-F1 first."""

    champion: str
    rows: tuple[RunComparison, ...]

    def text(self) -> str:
        """What it comes to in a sentence, the rows as a table of plain text, and how to read it."""
        compared = [row for row in self.rows if row.comparison is not None]
        better = [row.name for row in compared if row.comparison is not None and row.comparison.verdict == "better"]
        if better:
            said = f"{', '.join(better)}: better than the champion {self.champion} by more than chance."
        elif compared:
            said = f"No run is better than the champion {self.champion} by more than chance."
        else:
            said = f"The champion is {self.champion}; nothing is there to compare it with."
        table = comparison_table(
            [(f"{row.run_id[:8]} {row.name}", row.macro_f1, row.comparison, row.champion) for row in self.rows]
        )
        return f"{said}\n\n{table}" + (f"\n\n{_HOW_TO_READ}" if compared else "")

    def as_dict(self) -> dict[str, Any]:
        """The same, JSON-ready, verdicts included; what is no number is None."""
        rows = []
        for row in self.rows:
            content = asdict(row)
            if row.comparison is not None:
                content["comparison"] = _finite(content["comparison"]) | {"verdict": row.comparison.verdict}
            rows.append(_finite(content))
        return {"champion": self.champion, "rows": rows}


@dataclass(frozen=True)
class Promotion:
    """A moved champion alias: the version that has it now and the one that had it before."""

    model: str
    run_id: str
    version: str
    previous: str | None


def decide_champion(candidate: Contender, champion: Contender | None) -> Decision:
    """The one rule by which the champion alias moves by itself.

    - There is no champion: the candidate becomes it.
    - The candidate takes over only where it is better on the mentions that both predicted out of fold and the interval
      of the difference (paired bootstrap over articles) excludes zero.
    - Without a shared mention, or where one of the runs logged no predictions (or the champion has no run, or it is
      gone), nothing can be said: the champion stays.

    Whoever disagrees moves the alias by hand (:func:`promote_run`).
    """
    if champion is None:
        return Decision(True, "the first model")
    if candidate.predictions is None or champion.predictions is None:
        without = candidate.name if candidate.predictions is None else f"the champion {champion.name}"
        return Decision(False, f"nothing to compare: {without} logged no predictions")
    compared = compare_predictions(candidate.predictions, champion.predictions)
    if compared is None:
        return Decision(False, f"no labelled mention in common with the champion {champion.name}")
    return Decision(
        compared.verdict == "better",
        f"macro-F1 {compared.difference:+.3f} [{compared.low:+.3f}, {compared.high:+.3f}] against the champion "
        f"{champion.name} on {compared.n_mentions} mentions in common",
    )


def register_scorer(client: MlflowClient, *, run_id: str, model_id: str, model: str) -> tuple[str, bool, str]:
    """Register a run's scorer and decide once whether it is champion: version, whether it is, and why.

    Calling again changes nothing: a version keeps its decision, so that a promotion by hand is never undone.
    """
    registered = _registered(client, model)
    if registered is None:
        registered = client.create_registered_model(model)
    found = [v for v in client.search_model_versions(f"name='{model}'") if v.run_id == run_id]
    version = (
        found[0]
        if found
        else client.create_model_version(model, source=f"models:/{model_id}", run_id=run_id, model_id=model_id)
    )
    number = str(version.version)
    decided = client.get_model_version(model, number).tags.get(_DECISION_TAG)
    if decided is not None:
        reason = f"decided when it was logged: {decided}"
    else:
        decision = decide_champion(_contender(client, run_id), _current_champion(client, registered))
        if decision.moves:
            client.set_registered_model_alias(model, CHAMPION, number)
        reason = decision.reason
        client.set_model_version_tag(model, number, _DECISION_TAG, reason)
    return number, _champion_version(client, model) == number, reason


def compare_runs(
    runs: Sequence[str] = (), *, experiment: str, model: str, tracking_uri: str, n_resamples: int = 2000
) -> RunComparisons:
    """Compare tracked runs (ids, their beginnings, or names; all finished ones where none is given) with the champion.

    Raises:
        TrackingError: no champion is registered, or a run is unknown, ambiguous, or logged no predictions.
    """
    with open_store(tracking_uri) as client:
        registered = _registered(client, model)
        champion = None if registered is None else _current_champion(client, registered)
        if champion is None or champion.predictions is None:
            raise TrackingError(
                f"The model {model} has no champion with {PREDICTIONS} to compare with. "
                "Track a result first (`dvc repro`), or choose one: tenor promote RUN."
            )
        finished = _finished_runs(client, experiment)
        chosen = [_find(finished, given) for given in runs] or finished
        contenders = [_contender(client, run.info.run_id) for run in chosen]
        without = [contender.name for contender in contenders if contender.predictions is None]
        if without and runs:
            raise TrackingError(f"Run(s) {', '.join(without)} logged no {PREDICTIONS}, so there is nothing to compare.")
        rows = [
            RunComparison(
                run_id=contender.run_id,
                name=contender.name,
                macro_f1=contender.macro_f1,
                champion=contender.run_id == champion.run_id,
                comparison=None
                if contender.run_id == champion.run_id
                else compare_predictions(contender.predictions, champion.predictions, n_resamples=n_resamples),
            )
            for contender in contenders
            if contender.predictions is not None
        ]
    return RunComparisons(champion.name, tuple(sorted(rows, key=lambda row: (-row.macro_f1, row.name))))


def promote_run(run: str, *, experiment: str, model: str, tracking_uri: str) -> Promotion:
    """Make a run's registered scorer the champion, whatever the figures say.

    Raises:
        TrackingError: the run is unknown or ambiguous, or has no registered scorer.
    """
    with exclusive(tracking_uri), open_store(tracking_uri) as client:
        run_id = _find(_finished_runs(client, experiment), run).info.run_id
        registered = _registered(client, model)
        versions = [] if registered is None else client.search_model_versions(f"name='{model}'")
        found = [version for version in versions if version.run_id == run_id]
        if not found:
            raise TrackingError(f"Run {run} has no registered version of {model}. Track it again: tenor track.")
        previous = _champion_version(client, model)
        number = str(found[0].version)
        client.set_registered_model_alias(model, CHAMPION, number)
        client.set_model_version_tag(model, number, _DECISION_TAG, "promoted by hand")
    return Promotion(model=model, run_id=run_id, version=number, previous=previous)


def _finite(content: dict[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in content.items()
    }


def _registered(client: MlflowClient, model: str) -> Any | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_registered_model(model)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _champion_version(client: MlflowClient, model: str) -> str | None:
    found = client.get_registered_model(model).aliases.get(CHAMPION)
    return None if found is None else str(found)


def _current_champion(client: MlflowClient, registered: Any) -> Contender | None:
    """The champion's claim; None where there is no champion.

    A version that was registered without a run, or whose run is gone, claims its place without predictions.
    """
    from mlflow.exceptions import MlflowException

    version = registered.aliases.get(CHAMPION)
    if version is None:
        return None
    without = Contender(run_id="", name=f"version {version}", macro_f1=float("nan"), predictions=None)
    try:
        run_id = client.get_model_version(registered.name, str(version)).run_id
        return _contender(client, str(run_id)) if run_id else without
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return without
        raise


def _contender(client: MlflowClient, run_id: str) -> Contender:
    run = client.get_run(run_id)
    logged = any(item.path == PREDICTIONS for item in client.list_artifacts(run_id, PREDICTIONS.partition("/")[0]))
    return Contender(
        run_id=run_id,
        name=str(run.info.run_name or run_id),
        macro_f1=float(run.data.metrics.get(METRIC, float("nan"))),
        predictions=_download(client, run_id) if logged else None,
    )


def _download(client: MlflowClient, run_id: str) -> CrossValidation:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="tenor-") as folder:
        return read_cross_validation(Path(client.download_artifacts(run_id, PREDICTIONS, folder)))


def _finished_runs(client: MlflowClient, experiment: str) -> list[Any]:
    found = client.get_experiment_by_name(experiment)
    if found is None:
        raise TrackingError(f"The store has no experiment {experiment}. Track a result first: dvc repro.")
    runs: list[Any] = []
    token = None
    while True:
        page = client.search_runs([found.experiment_id], "attributes.status = 'FINISHED'", page_token=token)
        runs += page
        token = page.token
        if not token:
            return runs


def _find(runs: Sequence[Any], given: str) -> Any:
    found = [run for run in runs if run.info.run_name == given] or [
        run
        for run in runs
        if given and (run.info.run_id.startswith(given) or run.data.tags.get(IDENTITY_TAG, "").startswith(given))
    ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(f"{run.info.run_name} ({run.info.run_id[:8]})" for run in (found or runs))[:10])
    problem = "stands for several runs" if found else "is no finished run"
    raise TrackingError(f"{given!r} {problem}; expected one of: {names or 'none yet'}.")
