"""Files of many articles, one a row: JSON Lines, CSV, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tenor.features.intake.decoding import NotTextError, decode, repair, repair_line
from tenor.features.intake.folders import Listed
from tenor.features.intake.found import Found, Item, Refused, one_line

_NAMES = {
    "article_id": ("article_id", "id"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "publication", "site_name"),
    "published": ("published", "date", "published_at", "pubdate"),
    "url": ("url", "link"),
    "author": ("author", "byline"),
}


def stated(values: Mapping[str, Any], field: str) -> Any:
    """The first non-empty value among the names by which ``field`` goes (names are lower-case)."""
    for name in _NAMES[field]:
        value = values.get(name)
        if value is not None and value != "":
            return value
    return None


def open_rows(listed: Listed) -> list[Item]:
    """One item a row of the file; what cannot be read comes as refused items, each saying where."""
    suffix = listed.file.suffix.lower()
    try:
        if suffix == ".parquet":
            rows = _parquet_rows(listed)
        else:
            data = listed.file.read_bytes()
            if not data.strip():
                return [_always(Refused(listed.relative, "empty file", "no bytes but white space"))]
            rows = _jsonl_rows(listed, data) if suffix == ".jsonl" else _csv_rows(listed, decode(data))
        items = list(rows)
    except NotTextError as error:
        return [_always(Refused(listed.relative, "not text", str(error)))]
    except OSError as error:
        return [_always(Refused(listed.relative, "unreadable file", one_line(error)))]
    return items or [_always(Refused(listed.relative, "empty file", "no rows"))]


def _always(outcome: Found | Refused) -> Item:
    return lambda: outcome


def _jsonl_rows(listed: Listed, data: bytes) -> Iterator[Item]:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    lines = (decode(data).encode() if wide else data.removeprefix(b"\xef\xbb\xbf")).split(b"\n")
    if not wide:
        decode(data[:4096].rpartition(b"\n")[0] or data)  # refuses a binary file whole, not line by line
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        source = f"{listed.relative}#{number}"
        try:
            content = json.loads(decode(line))
        except (NotTextError, ValueError, RecursionError) as error:
            yield _always(Refused(source, "broken line", f"not JSON: {one_line(error)}"))
            continue
        if not isinstance(content, dict):
            yield _always(Refused(source, "broken line", f"expected an object, got {type(content).__name__}"))
            continue
        yield _row(listed, source, content)


def _csv_rows(listed: Listed, text: str) -> Iterator[Item]:
    header_line = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t|", key=header_line.count)
    # The limit is the process's own: set for this file, put back after.
    limit = csv.field_size_limit(max(len(text), 131072))
    try:
        reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
        header: list[str] | None = None
        number = 0
        try:
            for number, fields in enumerate(reader):
                if header is None:
                    header = [name.strip().lower() for name in fields]
                    if "text" not in header:
                        yield _always(_no_text_column(listed, header))
                        return
                elif any(field.strip() for field in fields):
                    yield _csv_row(listed, number, header, fields)
        except csv.Error as error:
            yield _always(
                Refused(
                    f"{listed.relative}#{number + 1}",
                    "broken file",
                    f"row {number + 1} and what follows: {one_line(error)}",
                )
            )
    finally:
        csv.field_size_limit(limit)


def _csv_row(listed: Listed, number: int, header: list[str], fields: list[str]) -> Item:
    source = f"{listed.relative}#{number}"
    if len(fields) != len(header):
        return _always(Refused(source, "broken line", f"{len(fields)} fields, the header has {len(header)}"))
    return _row(listed, source, dict(zip(header, fields, strict=True)))


def _parquet_rows(listed: Listed) -> Iterator[Item]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(listed.file) as file:
            names = file.schema_arrow.names
            wanted = [
                name
                for name in names
                if name.strip().lower() in {"text", *(each for group in _NAMES.values() for each in group)}
            ]
            if "text" not in {name.strip().lower() for name in wanted}:
                yield _always(_no_text_column(listed, names))
                return
            for batch in file.iter_batches(batch_size=1024, columns=wanted):
                for content in batch.to_pylist():
                    number += 1
                    yield _row(listed, f"{listed.relative}#{number}", content)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield _always(Refused(listed.relative, "broken file", f"not readable as Parquet: {one_line(error)}"))


def _no_text_column(listed: Listed, names: list[str]) -> Refused:
    return Refused(listed.relative, "missing column text", f"columns found: {', '.join(names)[:200] or 'none'}")


def _row(listed: Listed, source: str, content: Mapping[Any, Any]) -> Item:
    def read() -> Found | Refused:
        values = {str(name).strip().lower(): value for name, value in content.items()}
        title = repair_line(stated(values, "title"))
        if "text" not in values:
            return Refused(source, "missing column text", f"keys found: {', '.join(values)[:200] or 'none'}", title)
        text = values["text"]
        if text is not None and not isinstance(text, str):
            return Refused(source, "not text", f"text is a {type(text).__name__}", title)
        if not text or not text.strip():
            return Refused(source, "empty text", "the row's text is empty", title)
        key = repair_line(stated(values, "article_id"))
        return Found(
            source=source,
            path=listed.relative,
            raw=repair(text),
            key="-".join(key.split()) if key else None,
            is_row=True,
            title=title,
            outlet=repair_line(stated(values, "outlet")),
            published=stated(values, "published"),
            url=repair_line(stated(values, "url")),
            author=repair_line(stated(values, "author")),
        )

    return read
