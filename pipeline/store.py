"""The only place that reads and writes tables: Parquet for records, ``.npy`` for matrices, JSON for metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tenor.features.errors import TenorError
from tenor.features.record_table import InvalidRecordsError, RecordTable
from tenor.features.records import Encodings

Table = TypeVar("Table", bound=RecordTable)

_IDS = "ids.json"
_MATRICES = ("sentence_vectors", "mention_vectors", "mention_logits")


class StoreError(TenorError):
    """A file of a previous stage that is missing or unusable."""


def write_table(table: RecordTable, path: Path) -> None:
    """Write a table; the same rows always give the same bytes, so that DVC sees no change where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.table.replace_schema_metadata(None), path, compression="zstd")


def read_table(kind: type[Table], path: Path) -> Table:
    """Read and check a table of ``kind``.

    Raises:
        StoreError: the file is missing or is no Parquet file.
        InvalidRecordsError: its rows break the table's contract.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing. Run the stage that writes it: dvc repro") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read as Parquet: {error}. Run dvc repro to write it anew.") from error
    try:
        return kind(table)
    except InvalidRecordsError as error:
        raise InvalidRecordsError(f"{path}: {error}") from error


def write_encodings(encodings: Encodings, folder: Path) -> None:
    """Write one ``.npy`` a matrix and the ids beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _MATRICES:
        matrix = getattr(encodings, name)
        if matrix is None:
            (folder / f"{name}.npy").unlink(missing_ok=True)
        else:
            np.save(folder / f"{name}.npy", matrix, allow_pickle=False)
    write_json({"sentences": encodings.sentence_ids, "mentions": encodings.mention_ids}, folder / _IDS)


def read_encodings(folder: Path) -> Encodings:
    """Read what :func:`write_encodings` wrote.

    Raises:
        StoreError: a file is missing or is no plain array.
    """
    ids = read_json(folder / _IDS)
    matrices: dict[str, Any] = {}
    for name in _MATRICES:
        path = folder / f"{name}.npy"
        if name == "mention_logits" and not path.exists():
            continue
        try:
            with path.open("rb") as handle:
                matrices[name] = np.lib.format.read_array(handle, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise StoreError(f"{path} is missing or unusable: {error}. Run dvc repro encode.") from error
    try:
        return Encodings(sentence_ids=tuple(ids["sentences"]), mention_ids=tuple(ids["mentions"]), **matrices)
    except (KeyError, TypeError) as error:
        raise StoreError(f"{folder / _IDS} names no sentences and mentions. Run dvc repro encode.") from error
    except InvalidRecordsError as error:
        raise InvalidRecordsError(f"{folder}: {error}") from error


def write_json(content: Mapping[str, Any] | Sequence[Any], path: Path) -> None:
    """Write readable JSON with sorted keys; a number that is not finite becomes null, which is what JSON has for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(_finite(content), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(written + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        StoreError: the file is missing or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing. Run the stage that writes it: dvc repro") from error
    except (ValueError, OSError) as error:
        raise StoreError(f"{path} is not valid JSON: {error}. Run dvc repro to write it anew.") from error
