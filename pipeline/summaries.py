"""What a job came to, as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tenor.features.errors import TenorError


def run_json(out: Path, steps: Sequence[str]) -> str:
    """The outcome of `tenor run`: where the report is, what each step said, and the rows of every table in ``out``.

    ``{"report": path, "steps": {name: text}, "tables": {name: {"path": …, "rows": n}}}``; ``steps`` are the lines
    `name: text` that the run yielded. Only the tables' footers are read.

    Raises:
        TenorError: a table in ``out`` is no Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = {}
    for path in sorted(out.glob("*.parquet")):
        try:
            tables[path.stem] = {"path": str(path), "rows": pq.read_metadata(path).num_rows}
        except (pa.ArrowInvalid, OSError) as error:
            raise TenorError(f"{path} cannot be read as Parquet: {error}. Run again into an empty folder.") from error
    said = dict(line.split(": ", 1) for line in steps)
    return json.dumps({"report": said.pop("report"), "steps": said, "tables": tables})
