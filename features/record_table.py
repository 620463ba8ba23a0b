"""The base of the tables handed from stage to stage: one Arrow table, checked when it is made and immutable after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenor.features.errors import TenorError

if TYPE_CHECKING:
    import pandas as pd

TEXT = pa.string()
INT = pa.int32()
REAL = pa.float32()
FLAG = pa.bool_()


def required(name: str, dtype: pa.DataType) -> pa.Field:
    return pa.field(name, dtype, nullable=False)


def optional(name: str, dtype: pa.DataType) -> pa.Field:
    return pa.field(name, dtype, nullable=True)


SPAN = (required("start", INT), required("end", INT))


class InvalidRecordsError(TenorError):
    """Rows that break their table's contract."""


def _array(values: list[Any], dtype: pa.DataType) -> pa.Array:
    """An array of ``dtype``; Arrow alone would cut the fraction off a number that goes into a column of integers."""
    if pa.types.is_integer(dtype) and any(isinstance(value, float) and not value.is_integer() for value in values):
        raise ValueError(f"a number with a fraction does not fit {dtype}")
    return pa.array(values, type=dtype)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Values that Arrow cannot hold, as the table's error."""
    try:
        yield
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise InvalidRecordsError(f"{name} cannot hold these values: {error}") from error


@dataclass(frozen=True, eq=False)
class RecordTable:
    """One checked, immutable table of records.

    Subclasses state ``schema``, the unique ``key`` and closed ``ranges`` of numeric columns. An empty table is valid.
    """

    table: pa.Table

    schema: ClassVar[pa.Schema]
    key: ClassVar[tuple[str, ...]] = ()
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}

    def __post_init__(self) -> None:
        name = type(self).__name__
        missing = [field.name for field in self.schema if field.name not in self.table.column_names]
        if missing:
            raise InvalidRecordsError(
                f"{name} lacks column(s) {', '.join(missing)}: got {', '.join(self.table.column_names) or 'none'}."
            )
        repeated = [field.name for field in self.schema if self.table.column_names.count(field.name) > 1]
        if repeated:
            raise InvalidRecordsError(f"{name} has column(s) {', '.join(repeated)} more than once.")
        for field in self.schema:
            if not field.nullable and self.table[field.name].null_count:
                raise InvalidRecordsError(f"{name}.{field.name} holds {self.table[field.name].null_count} null(s).")
        try:
            table = self.table.select(self.schema.names).cast(self.schema).combine_chunks()
        except (pa.ArrowException, ValueError) as error:
            raise InvalidRecordsError(f"{name} has a column of the wrong type: {error}") from error
        object.__setattr__(self, "table", table)
        if self.key and len(table):
            unique = table.select(self.key).group_by(list(self.key)).aggregate([])
            if len(unique) != len(table):
                raise InvalidRecordsError(
                    f"{name} repeats its key ({', '.join(self.key)}): {len(table)} rows, {len(unique)} distinct."
                )
        for column, (low, high) in self.ranges.items():
            if not len(table):
                continue
            if pa.types.is_floating(table[column].type) and pc.any(pc.is_nan(table[column])).as_py():
                raise InvalidRecordsError(f"{name}.{column} holds NaN: leave unknown values null.")
            extremes = pc.min_max(table[column]).as_py()
            if extremes["min"] is not None and not (low <= extremes["min"] and extremes["max"] <= high):
                raise InvalidRecordsError(f"{name}.{column} must lie in [{low}, {high}], got {extremes}.")
        self._check()

    def _check(self) -> None:
        """Table-specific contract, beyond types, keys and ranges."""
        if {"start", "end"} <= set(self.schema.names) and len(self.table):
            backwards = pc.less(self.table["end"], self.table["start"])
            bad = pc.sum(pc.cast(pc.or_(backwards, pc.less(self.table["start"], 0)), INT)).as_py()
            if bad:
                raise InvalidRecordsError(
                    f"{type(self).__name__} holds {bad} span(s) that end before they start or start below 0."
                )

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Build from mappings; a key absent from a row is null."""
        rows = list(rows)
        with _refusing(cls.__name__):
            columns = {field.name: _array([row.get(field.name) for row in rows], field.type) for field in cls.schema}
        return cls(pa.table(columns))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> Self:
        """Build from equally long sequences or arrays, one a column."""
        with _refusing(cls.__name__):
            # Arrow would share a numpy array's memory, and whoever holds the array could change the checked table.
            copies = {
                name: pa.array(values.copy() if isinstance(values, np.ndarray) else values)
                for name, values in columns.items()
            }
            table = pa.table(copies)
        return cls(table)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Build from a data frame; its index is ignored."""
        with _refusing(cls.__name__):
            table = pa.Table.from_pandas(frame.copy(deep=True), preserve_index=False)
        return cls(table)

    def frame(self) -> pd.DataFrame:
        """A fresh pandas frame, free to change."""
        frame: pd.DataFrame = self.table.to_pandas(date_as_object=False)
        return frame

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        return list(self.table.to_pylist())

    def column(self, name: str) -> list[Any]:
        """One column as Python values."""
        return list(self.table[name].to_pylist())

    def __len__(self) -> int:
        return int(self.table.num_rows)
