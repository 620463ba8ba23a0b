"""Where results are tracked: the address of the MLflow store, and a quiet, exclusive way into it."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tenor.features.errors import TenorError, without_secrets

if TYPE_CHECKING:
    from mlflow import MlflowClient

DATABASE = "mlflow.db"
ARTIFACTS = "mlartifacts"
_LOCK_SECONDS = 600.0
_NOISY = ("mlflow", "alembic", "git")
# Unless told otherwise MLflow reports usage over the network, draws bars, and copies a uv.lock it finds.
_QUIET_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


class TrackingError(TenorError):
    """A result that cannot be tracked, or a tracked one that cannot be found."""


def project_root(root: Path) -> Path:
    """The project that results belong to: ``DVC_ROOT`` inside a DVC stage, else ``root``.

    DVC sets ``DVC_ROOT`` for every stage command. Under ``dvc exp run --temp`` and ``--queue`` the command runs in a
    throw-away copy, and ``DVC_ROOT`` still names the project that the experiment was started from.
    """
    return Path(os.environ.get("DVC_ROOT") or root).resolve()


def tracking_uri(root: Path) -> str:
    """The MLflow store of the project at ``root``: ``MLFLOW_TRACKING_URI``, else its own SQLite file.

    A relative SQLite address or path in ``MLFLOW_TRACKING_URI`` counts from the project, not from the working
    directory, so that an experiment in a temporary copy reaches the same store.
    """
    root = project_root(root)
    given = os.environ.get("MLFLOW_TRACKING_URI", "").strip()
    if not given:
        return _sqlite(root / DATABASE)
    path = sqlite_path(given)
    if path is not None:
        return _sqlite(root / path)  # an absolute path replaces the root
    if not urlsplit(given).scheme and given != "databricks":
        return (root / given).as_uri()
    return given


def sqlite_path(uri: str) -> Path | None:
    """The database file of a SQLite address (relative as written), or None for any other store."""
    prefix = "sqlite:///"
    return Path(uri.removeprefix(prefix)) if uri.startswith(prefix) and uri != prefix else None


def artifact_location(uri: str) -> str | None:
    """Where a new experiment's files go: beside a SQLite store; None leaves it to a server or file store."""
    path = sqlite_path(uri)
    if path is not None:
        return (path.resolve().parent / ARTIFACTS).as_uri()
    if urlsplit(uri).scheme in {"postgresql", "mysql", "mssql", "postgresql+psycopg2", "mysql+pymysql"}:
        return (project_root(Path.cwd()) / ARTIFACTS).as_uri()
    return None


@contextmanager
def open_store(uri: str) -> Iterator[MlflowClient]:
    """A client of the store at ``uri``, with MLflow's chatter, telemetry and git look-ups off.

    MLflow's global tracking address, the environment and ``sys.path`` are as before afterwards.

    Raises:
        TrackingError: the store cannot be reached or refuses; names it and the cause.
    """
    import sys

    environment = dict(os.environ)
    path, bytecode = list(sys.path), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # MLflow imports a model's code where it lies, and bytecode tells the place
    for name, value in _QUIET_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    levels = {name: logging.getLogger(name).level for name in _NOISY}
    try:
        import mlflow
        from mlflow.exceptions import MlflowException
        from requests import RequestException

        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.ERROR)
        with warnings.catch_warnings(), _global_uri(mlflow, uri):
            warnings.simplefilter("ignore")
            try:
                yield mlflow.MlflowClient(tracking_uri=uri)
            except (MlflowException, RequestException) as error:  # the latter from uploads and downloads
                raise TrackingError(
                    without_secrets(f"The MLflow store {uri} failed: {' '.join(str(error).split())} ")
                    + "Check that it is reachable, or unset MLFLOW_TRACKING_URI to use the project's own file."
                ) from error
    finally:
        sys.dont_write_bytecode = bytecode
        sys.path[:] = path  # loading a logged model puts its code folder in front
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        for name in (*_QUIET_ENVIRONMENT, "MLFLOW_TRACKING_URI"):
            os.environ.pop(name, None)
        os.environ.update(environment)


@contextmanager
def exclusive(uri: str) -> Iterator[None]:
    """Keep other processes of this machine out of a SQLite store meanwhile; a server needs no such lock.

    Raises:
        TrackingError: another process holds the store for longer than ten minutes.
    """
    path = sqlite_path(uri)
    if path is None:
        with nullcontext():
            yield
        return
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.lock", timeout=_LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise TrackingError(
            f"A process has held {path.name}.lock for {_LOCK_SECONDS:.0f} s. Wait for it or end it; then try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _global_uri(mlflow: Any, uri: str) -> Iterator[None]:
    """MLflow logs models to its global address, so that must point at the store meanwhile."""
    named = os.environ.get("MLFLOW_TRACKING_URI")
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        # An address that came from the environment is left to it: set, it would outlive the variable.
        mlflow.set_tracking_uri(None if before == named else before)


def _sqlite(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"
