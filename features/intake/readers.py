"""Opening one file: which format it has, and the articles in it."""

from __future__ import annotations

from typing import Any

import yaml

from tenor.features.intake.decoding import NotTextError, declared_encoding, decode, repair, repair_line
from tenor.features.intake.folders import Listed
from tenor.features.intake.found import Found, Item, Refused, one_line
from tenor.features.intake.pages import read_page
from tenor.features.intake.rows import open_rows, stated

_TEXT = frozenset({".txt", ".md", ".markdown"})
_PAGES = frozenset({".html", ".htm"})
_ROWS = frozenset({".jsonl", ".csv", ".parquet"})
FORMATS = _TEXT | _PAGES | _ROWS  # what is read, by suffix in lower case
_MAX_BYTES = 20_000_000  # of one article's file: more is a dump, not an article


def open_file(listed: Listed) -> list[Item]:
    """One item an article of the file. Items read lazily, so a progress bar can count them first."""
    suffix = listed.file.suffix.lower()
    if suffix in _ROWS:
        return open_rows(listed)
    return [lambda: _read_document(listed, suffix)]


def _read_document(listed: Listed, suffix: str) -> Found | Refused:
    if suffix not in _TEXT | _PAGES:
        return Refused(listed.relative, "not an article format", f"suffix {suffix or 'none'}")
    try:
        size = listed.file.stat().st_size
        if size > _MAX_BYTES:
            return Refused(listed.relative, "too large", f"{size} bytes, at most {_MAX_BYTES} of one article are read")
        data = listed.file.read_bytes()
    except OSError as error:
        return Refused(listed.relative, "unreadable file", one_line(error))
    if not data.strip(b"\x00 \t\r\n"):
        return Refused(listed.relative, "empty file", f"{len(data)} bytes, none of them text")
    try:
        text = decode(data, declared=declared_encoding(data) if suffix in _PAGES else None)
    except NotTextError as error:
        return Refused(listed.relative, "not text", str(error))
    if suffix in _PAGES:
        return _from_page(listed, text)
    return _from_text(listed, repair(text), markdown=suffix != ".txt")


def _from_page(listed: Listed, source: str) -> Found | Refused:
    try:
        page = read_page(source)
    except ValueError as error:
        return Refused(listed.relative, "broken file", one_line(error))
    if page is None:
        return Refused(listed.relative, "no article text", "no main text found in the page")
    return Found(
        source=listed.relative,
        path=listed.relative,
        raw=repair(page.text),
        title=repair_line(page.title),
        outlet=repair_line(page.outlet),
        published=page.published,
        page=source,
        url=repair_line(page.url),
        author=repair_line(page.author),
    )


def _from_text(listed: Listed, text: str, *, markdown: bool) -> Found | Refused:
    try:
        values, body = _front_matter(text)
    except (yaml.YAMLError, RecursionError) as error:
        return Refused(listed.relative, "broken file", f"front matter: {one_line(error)}")
    if not body.strip():
        return Refused(listed.relative, "empty file", "front matter without a text")
    key = repair_line(stated(values, "article_id"))
    return Found(
        source=listed.relative,
        path=listed.relative,
        raw=body,
        key="-".join(key.split()) if key else None,
        title=repair_line(stated(values, "title")),
        outlet=repair_line(stated(values, "outlet")),
        published=stated(values, "published"),
        stated_by="front matter",
        url=repair_line(stated(values, "url")),
        author=repair_line(stated(values, "author")),
        markdown=markdown,
    )


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The mapping between the two ``---`` lines at the top, all values as strings, and the text after it."""
    if not text.startswith("---"):
        return {}, text
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        head, body = handler.split(text)
    except ValueError:  # a rule of dashes, never closed: no front matter
        return {}, text
    # Strings only: a day that does not exist must become an unknown date, not an error.
    values = yaml.load(head, Loader=yaml.BaseLoader)
    if not isinstance(values, dict):
        return {}, text
    return {str(name).strip().lower(): value for name, value in values.items()}, body.strip("\n")
