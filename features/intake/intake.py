"""The intake of a corpus: files in, clean articles out, with everything removed or set aside accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tenor.features.intake.cleaning import clean_text
from tenor.features.intake.dates import date_in_path, parse_date
from tenor.features.intake.duplicates import near_duplicate_groups
from tenor.features.intake.folders import list_files
from tenor.features.intake.found import Found, IntakeError, Item, Refused
from tenor.features.intake.identity import Marks, free_id, headline_in, marks_of, outlet_of, safe_url, unified_outlets
from tenor.features.intake.language import language_of
from tenor.features.intake.pages import date_of_page
from tenor.features.intake.readers import open_file
from tenor.features.records import Articles, Removals, SetAside

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Intake:
    """What was read: the articles, what cleaning took out of them, and the inputs not used."""

    articles: Articles
    removals: Removals
    set_aside: SetAside


def ingest_articles(
    path: Path,
    *,
    language: str,
    min_characters: int,
    near_duplicate_threshold: float,
    progress: Progress | None = None,
    today: date | None = None,
) -> Intake:
    """Read every article under ``path``, a folder or a file of .txt, .md, .html, .jsonl, .csv or .parquet.

    Articles come in order of id. ``language`` is an ISO 639-1 code; others are set aside, as is what holds fewer than
    ``min_characters`` after cleaning. ``progress`` is told (done, total) inputs. Dates after ``today`` are nonsense.

    Raises:
        IntakeError: nothing lies at ``path``, or not one article in it can be used.
    """
    today = today or datetime.now(UTC).date()
    listed, refused = list_files(path)
    items: list[Item] = [item for each in listed for item in open_file(each)]
    rows: dict[str, dict[str, Any]] = {}
    named: dict[str, tuple[str, bool]] = {}
    known: dict[str, Marks] = {}
    removals: list[dict[str, Any]] = []
    for done, item in enumerate(items, start=1):
        outcome = item()
        refusal = (
            _admit(outcome, language, min_characters, today, rows, named, known, removals)
            if isinstance(outcome, Found)
            else outcome
        )
        if refusal is not None:
            refused.append(refusal)
        if progress is not None:
            progress(done, len(items))
    if not rows:
        raise IntakeError(_nothing_read(path, refused))
    ids = sorted(rows)
    groups = near_duplicate_groups({key: rows[key]["text"] for key in ids}, threshold=near_duplicate_threshold)
    outlets = unified_outlets([named[key] for key in ids], [rows[key]["source"].rpartition("/")[0] for key in ids])
    for key, outlet in zip(ids, outlets, strict=True):
        rows[key].update(outlet=outlet, near_duplicate_group=groups[key])
    removals.sort(key=lambda row: (row["article_id"], row["start"]))
    return Intake(
        articles=Articles.from_rows([rows[key] for key in ids]),
        removals=Removals.from_rows(removals),
        set_aside=SetAside.from_rows(
            {"source": each.source, "reason": each.reason, "detail": each.detail, "title": each.title}
            for each in sorted(refused, key=lambda each: (each.source, each.reason))
        ),
    )


def _admit(
    found: Found,
    language: str,
    min_characters: int,
    today: date,
    rows: dict[str, dict[str, Any]],
    named: dict[str, tuple[str, bool]],
    known: dict[str, Marks],
    removals: list[dict[str, Any]],
) -> Refused | None:
    """Clean one article and enter it, or say why not."""
    cleaned = clean_text(found.raw, title=found.title, author=found.author, markdown=found.markdown)
    title = found.title or headline_in(cleaned.text)
    if len(cleaned.text) < min_characters:
        detail = f"{len(cleaned.text)} characters after cleaning, at least {min_characters} wanted"
        return Refused(found.source, "too short", detail, title)
    spoken = language_of(cleaned.text)
    if spoken != language:
        return Refused(found.source, f"language {spoken}", f"expected {language}", title)
    published, published_source = _published(found, today)
    marks = marks_of(found, published)
    article_id = free_id(found, marks, known)
    if article_id in known:
        first = rows[article_id]["source"]
        detail = f"id {article_id} already read from {first}: the same words"
        return Refused(found.source, "repeated article", detail, title)
    known[article_id] = marks
    named[article_id] = outlet_of(found)
    rows[article_id] = {
        "article_id": article_id,
        "published": published,
        "published_source": published_source,
        "title": title,
        "url": safe_url(found.url),
        "text": cleaned.text,
        "raw": found.raw,
        "language": spoken,
        "source": found.source,
    }
    removals.extend(
        {
            "article_id": article_id,
            "start": cut.start,
            "end": cut.end,
            "reason": cut.reason,
            "text": found.raw[cut.start : cut.end],
        }
        for cut in cleaned.removals
    )
    return None


def _published(found: Found, today: date) -> tuple[date | None, str | None]:
    """The first date that is stated and sane: the source's own, the file name's, the page's (htmldate), else none."""
    day = parse_date(found.published, today=today)
    if day is not None:
        return day, found.stated_by
    # Rows share their file's name, so it says nothing of any one of them.
    day = None if found.is_row else date_in_path(found.path, today=today)
    if day is not None:
        return day, "file name"
    if found.page is not None:
        day = parse_date(date_of_page(found.page, found.url, today=today), today=today)
        if day is not None:
            return day, "htmldate"
    return None, None


def _nothing_read(path: Path, refused: list[Refused]) -> str:
    if not refused:
        return f"No articles in {path}: the folder holds no files. Expected .txt, .md, .html, .jsonl, .csv or .parquet."
    counts = Counter(each.reason for each in refused)
    reasons = ", ".join(
        f"{count} {reason}" for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    first = refused[0]
    return (
        f"No usable article in {path}: {len(refused)} set aside ({reasons}); "
        f"first: {first.source}{f', {first.detail}' if first.detail else ''}. "
        "Expected .txt, .md, .html, .jsonl, .csv or .parquet with text in it."
    )
