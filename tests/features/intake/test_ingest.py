"""Intake of folders and files: what is read, what is set aside and why, ids, outlets, dates."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenor.features.intake import Intake, IntakeError, ingest_articles

TODAY = date(2026, 1, 15)
TEXT = (
    "The harbour board met on Tuesday and agreed to widen the channel, as the pilots had asked since the spring.\n\n"
    "Nobody at the meeting spoke against the plan, though its cost has doubled. Work begins after the monsoon, and the "
    "ships that are waiting outside will have to wait for longer."
)
FRENCH = (
    "Le conseil du port s'est réuni mardi et a décidé d'élargir le chenal, comme les pilotes le demandaient depuis "
    "le printemps. Personne ne s'est opposé au projet, bien que son coût ait doublé depuis l'année dernière."
)


def _text(i: int) -> str:
    """An article unlike the others: its own draw of words about ships."""
    draw = random.Random(i)
    return (
        TEXT + "\n\n" + " ".join(f"The {draw.choice('abcdefgh')}{draw.randrange(99)} pier is old." for _ in range(40))
    )


def _ingest(path: Path, **settings: Any) -> Intake:
    settings = {"language": "en", "min_characters": 100, "near_duplicate_threshold": 0.6, "today": TODAY} | settings
    return ingest_articles(path, **settings)


def _set_aside(intake: Intake) -> dict[str, str]:
    return dict(zip(intake.set_aside.column("source"), intake.set_aside.column("reason"), strict=True))


def _by_source(intake: Intake) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in intake.articles.rows()}


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_every_format_gives_the_same_article(tmp_path: Path) -> None:
    row = {
        "title": "Board widens channel",
        "outlet": "Port News",
        "published": "2025-05-12",
        "url": "https://p.example/1",
        "text": TEXT,
    }
    head = "\n".join(f"{key}: {value}" for key, value in row.items() if key != "text")
    _write(tmp_path, "a.md", f"---\n{head}\n---\n\n{TEXT}\n")
    _write(tmp_path, "b.markdown", f"---\n{head}\n---\n{TEXT}")
    _write(tmp_path, "c.jsonl", json.dumps(row) + "\n")
    with (tmp_path / "d.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        writer.writeheader()
        writer.writerow(row)
    pq.write_table(pa.Table.from_pylist([row | {"published": date(2025, 5, 12)}]), tmp_path / "e.parquet")
    paragraphs = "".join(f"<p>{part}</p>" for part in TEXT.split("\n\n"))
    _write(
        tmp_path,
        "f.html",
        f"<html><head><title>Board widens channel</title><meta property='og:title' content='Board widens channel'>"
        f"<meta property='og:site_name' content='Port News'><meta property='og:url' content='https://p.example/1'>"
        f"<meta property='article:published_time' content='2025-05-12T10:00:00+05:00'></head><body><nav>Home</nav>"
        f"<article>{paragraphs}</article><footer>Imprint</footer></body></html>",
    )
    intake = _ingest(tmp_path)
    articles = _by_source(intake)
    assert sorted(articles) == ["a.md", "b.markdown", "c.jsonl#1", "d.csv#1", "e.parquet#1", "f.html"]
    for source, article in articles.items():
        assert article["text"] == TEXT, source
        assert (article["title"], article["outlet"], article["url"]) == (
            "Board widens channel",
            "Port News",
            "https://p.example/1",
        )
        assert article["published"] == date(2025, 5, 12)
        assert article["published_source"] == ("front matter" if source in {"a.md", "b.markdown"} else "metadata")
        assert article["language"] == "en"
    assert set(intake.articles.column("near_duplicate_group")) == {min(intake.articles.column("article_id"))}
    assert len(intake.set_aside) == 0


@pytest.mark.parametrize("name", ["id", "Article_ID"])
def test_front_matter_states_the_id_as_a_row_does(tmp_path: Path, name: str) -> None:
    _write(tmp_path, "a.md", f"---\n{name}: wire  2025 7\n---\n{_text(1)}")
    _write(tmp_path, "b.jsonl", json.dumps({name: "wire  2025 8", "text": _text(2)}) + "\n")
    _write(tmp_path, "c.md", f"---\n{name}: [no, id]\n---\n{_text(3)}")
    ids = {source: row["article_id"] for source, row in _by_source(_ingest(tmp_path)).items()}
    assert ids["a.md"] == "wire-2025-7"
    assert ids["b.jsonl#1"] == "wire-2025-8"
    assert ids["c.md"].startswith("c-"), "what is no word or number is no id"


def test_what_cannot_be_used_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    _write(tmp_path, "good.txt", TEXT)
    _write(tmp_path, "empty.txt", b"")
    _write(tmp_path, "blank.md", b"\n \n")
    _write(tmp_path, "binary.txt", bytes(range(256)) * 4)
    _write(tmp_path, "picture.png", b"\x89PNG....")
    _write(tmp_path, "broken.parquet", b"PAR1 and no more")
    _write(tmp_path, "broken.md", "---\ntitle: [unclosed\n---\n" + TEXT)
    _write(tmp_path, "short.txt", "Too short by far, this one.")
    _write(tmp_path, "french.txt", FRENCH)
    _write(tmp_path, "nothing.html", "<html><body></body></html>")
    _write(
        tmp_path,
        "lines.jsonl",
        '{"text": 5}\n{broken\n[1]\n{"title": "x"}\n{"text": ""}\n' + json.dumps({"text": _text(1)}) + "\n",
    )
    _write(tmp_path, "deep.jsonl", "[" * 100_000)
    _write(tmp_path, "columns.csv", "title,body\nx,y\n")
    _write(tmp_path, "ragged.csv", f'title,text\nx,"{_text(2)}"\nonly one field\n')
    _write(tmp_path, "unclosed.csv", 'title,text\nx,"never closed\n')
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "columns.parquet")
    _write(tmp_path, ".hidden/secret.txt", TEXT)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    intake = _ingest(tmp_path)
    assert sorted(_by_source(intake)) == ["good.txt", "lines.jsonl#6", "ragged.csv#1"]
    assert _set_aside(intake) == {
        "empty.txt": "empty file",
        "blank.md": "empty file",
        "binary.txt": "not text",
        "picture.png": "not an article format",
        "broken.parquet": "broken file",
        "broken.md": "broken file",
        "short.txt": "too short",
        "french.txt": "language fr",
        "nothing.html": "no article text",
        "lines.jsonl#1": "not text",
        "lines.jsonl#2": "broken line",
        "lines.jsonl#3": "broken line",
        "lines.jsonl#4": "missing column text",
        "lines.jsonl#5": "empty text",
        "deep.jsonl#1": "broken line",
        "columns.csv": "missing column text",
        "ragged.csv#2": "broken line",
        "unclosed.csv#1": "broken file",
        "columns.parquet": "missing column text",
        "loop": "repeated folder",
        "dangling.txt": "broken link",
        "pipe.txt": "not a file",
    }
    assert all("\n" not in detail for detail in intake.set_aside.column("detail"))


def test_other_languages_can_be_asked_for(tmp_path: Path) -> None:
    _write(tmp_path, "french.txt", FRENCH)
    assert _ingest(tmp_path, language="fr").articles.column("language") == ["fr"]


@pytest.mark.parametrize("case", ["missing", "empty folder", "nothing usable", "one bad file"])
def test_a_job_that_cannot_be_done_is_one_error_of_one_line(tmp_path: Path, case: str) -> None:
    path = tmp_path / "articles"
    if case != "missing":
        path.mkdir()
    if case in {"nothing usable", "one bad file"}:
        _write(path, "a.txt", b"")
        _write(path, "b.png", b"x")
    if case == "one bad file":
        path = path / "a.txt"
    with pytest.raises(IntakeError) as caught:
        _ingest(path)
    message = str(caught.value)
    assert "\n" not in message
    if case == "nothing usable":
        assert "2 set aside" in message
        assert "1 empty file" in message


def test_ids_do_not_depend_on_other_articles_and_are_readable(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    rows = [{"text": _text(i), "title": f"Title {i}"} for i in range(4)]
    for folder, chosen in ((few, rows[1:3]), (many, rows)):
        _write(folder, "wire/2025-05-12-slug.txt", TEXT)
        _write(folder, "rows.jsonl", "".join(json.dumps(row) + "\n" for row in chosen))
    _write(many, "another.txt", _text(9))
    first, second = (_ingest(folder).articles.column("article_id") for folder in (few, many))
    assert set(first) < set(second)
    assert any(each.startswith("wire-2025-05-12-slug-") for each in first)
    assert second == sorted(second)


def _rows(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    return _write(folder, name, "".join(json.dumps(row) + "\n" for row in rows))


def test_the_same_words_under_one_stated_id_are_set_aside_and_the_first_stays(tmp_path: Path) -> None:
    rows = [
        {"article_id": "a 1", "text": _text(1)},
        {"article_id": "a 1", "text": _text(1)},
        {"article_id": "a2", "text": _text(1)},
    ]
    intake = _ingest(_rows(tmp_path, "rows.jsonl", *rows))
    assert intake.articles.column("article_id") == ["a-1", "a2"]
    assert _set_aside(intake) == {"rows.jsonl#2": "repeated article"}


def test_files_that_each_number_their_rows_are_all_kept(tmp_path: Path) -> None:
    """Other words under a taken id are another article; told again, they repeat it."""
    for number, outlet in enumerate(("bbc", "cnn")):
        with (tmp_path / f"{outlet}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["id", "text"], *([i, _text(3 * number + i)] for i in range(3))])
    alone = _by_source(_ingest(tmp_path / "bbc.csv"))
    _rows(tmp_path, "later.jsonl", {"id": 0, "text": _text(3)}, {"id": 0, "text": _text(9)})
    intake = _ingest(tmp_path)
    articles = _by_source(intake)
    assert sorted(articles) == [*(f"{outlet}.csv#{i}" for outlet in ("bbc", "cnn") for i in (1, 2, 3)), "later.jsonl#2"]
    assert _set_aside(intake) == {"later.jsonl#1": "repeated article"}
    assert [articles[f"bbc.csv#{i}"]["article_id"] for i in (1, 2, 3)] == ["0", "1", "2"]
    assert {source: row["article_id"] for source, row in articles.items() if source in alone} == {
        source: row["article_id"] for source, row in alone.items()
    }
    assert all(articles[f"cnn.csv#{i + 1}"]["article_id"].startswith(f"{i}-") for i in range(3))
    assert intake.articles.rows() == _ingest(tmp_path).articles.rows()


def test_long_stated_ids_that_begin_alike_stay_apart(tmp_path: Path) -> None:
    """An address as id is longer than an id may be, and only its end tells it from the next."""
    start = "https://news.example/" + "a" * 120
    rows = [{"id": start + end, "text": _text(1)} for end in ("/1", "/2")]
    short = {"id": start[:120], "text": _text(2)}
    intake = _ingest(_rows(tmp_path, "rows.jsonl", *rows, short))
    ids = {source: row["article_id"] for source, row in _by_source(intake).items()}
    assert len(set(ids.values())) == 3
    assert all(each.startswith(start[:100]) and len(each) <= 120 for each in ids.values())
    assert ids["rows.jsonl#3"] == start[:120]


def test_one_story_in_several_outlets_or_on_several_days_is_kept(tmp_path: Path) -> None:
    """Wire copy is each outlet's article and one piece of evidence; one outlet's row told twice is one article."""
    story = {"title": "Board widens channel", "text": _text(1)}
    told = [
        {"outlet": "bbc", "date": "2025-05-12"},
        {"outlet": "cnn", "date": "2025-05-12"},
        {"outlet": "cnn", "date": "2025-05-13"},
        {"outlet": "fox"},
        {"outlet": "BBC", "date": "12 May 2025"},
        {"outlet": "cnn", "date": "2025-05-12"},
    ]
    intake = _ingest(_rows(tmp_path, "wire.jsonl", *(story | each for each in told)))
    articles = _by_source(intake)
    assert sorted(articles) == [f"wire.jsonl#{i}" for i in (1, 2, 3, 4)]
    assert _set_aside(intake) == {"wire.jsonl#5": "repeated article", "wire.jsonl#6": "repeated article"}
    assert len(set(intake.articles.column("near_duplicate_group"))) == 1
    alone = _ingest(_rows(tmp_path / "alone", "wire.jsonl", story)).articles.column("article_id")
    assert [articles["wire.jsonl#1"]["article_id"]] == alone  # no id changes where nothing clashes


@pytest.mark.parametrize("name", ["all", " all "])
def test_an_outlet_called_all_is_told_from_the_sum_of_all_outlets(tmp_path: Path, name: str) -> None:
    _write(tmp_path, f"{name}/a.txt", _text(1))
    _rows(tmp_path, "rows.jsonl", {"outlet": f"{name}\n", "text": _text(2)}, {"outlet": "ALLY", "text": _text(3)})
    _rows(tmp_path, "web.jsonl", {"url": "https://all/x", "text": _text(4)})
    outlets = {source: row["outlet"] for source, row in _by_source(_ingest(tmp_path)).items()}
    assert outlets == {
        f"{name}/a.txt": "all (by name)",
        "rows.jsonl#1": "all (by name)",
        "rows.jsonl#2": "ALLY",
        "web.jsonl#1": "all (by name)",
    }


def test_an_outlet_of_blanks_is_unknown(tmp_path: Path) -> None:
    _write(tmp_path, " /a.txt", _text(1))
    _write(tmp_path, "\u3000/b.md", f"---\nurl: https://www.mud.example/x\n---\n{_text(2)}")
    _rows(tmp_path, "rows.jsonl", {"outlet": " \t", "text": _text(3)})
    outlets = {source: row["outlet"] for source, row in _by_source(_ingest(tmp_path)).items()}
    assert outlets == {" /a.txt": "unknown", "\u3000/b.md": "mud.example", "rows.jsonl#1": "unknown"}


def test_one_bad_input_does_not_end_the_reading(tmp_path: Path) -> None:
    _write(tmp_path, "brackets.md", f"---\na: {'[' * 3000}\n---\n{_text(1)}")
    dates = ["Mon, 01 Jan 99999999999999999999 00:00:00", "3 \u017fep 2024"]
    _rows(tmp_path, "dates.jsonl", *({"date": day, "text": _text(2 + i)} for i, day in enumerate(dates)))
    intake = _ingest(tmp_path)
    assert _set_aside(intake) == {"brackets.md": "broken file"}
    assert {source: row["published"] for source, row in _by_source(intake).items()} == {
        "dates.jsonl#1": None,
        "dates.jsonl#2": date(2024, 9, 3),
    }


def test_outlets_come_from_statement_folder_or_domain(tmp_path: Path) -> None:
    _write(tmp_path, "port-news/a.md", f"---\noutlet: The Port News\n---\n{_text(1)}")
    _write(tmp_path, "port-news/b.txt", _text(2))
    _write(tmp_path, "tide-times/c.txt", _text(3))
    _write(
        tmp_path,
        "rows.jsonl",
        json.dumps({"text": _text(4), "url": "https://www.mud.example/x"})
        + "\n"
        + json.dumps({"text": _text(5), "url": "javascript:x"}),
    )
    articles = _by_source(_ingest(tmp_path))
    assert {source: article["outlet"] for source, article in articles.items()} == {
        "port-news/a.md": "The Port News",
        "port-news/b.txt": "The Port News",
        "tide-times/c.txt": "tide-times",
        "rows.jsonl#1": "mud.example",
        "rows.jsonl#2": "unknown",
    }
    assert articles["rows.jsonl#2"]["url"] is None


def test_dates_are_stated_or_unknown(tmp_path: Path) -> None:
    _write(tmp_path, "2025-03-04_a.md", f"---\ndate: 2025-05-12\n---\n{_text(1)}")
    _write(tmp_path, "2025-03-04_b.md", f"---\ndate: 2025-02-30\n---\n{_text(2)}")
    _write(tmp_path, "c.txt", _text(3) + "\n\nThe board was founded on 3 March 1999, they said.")
    _write(tmp_path, "d.md", f"---\npublished: 2041-01-01\n---\n{_text(4)}")
    page = "".join(f"<p>{part}</p>" for part in _text(5).split("\n\n"))
    _write(
        tmp_path,
        "e.html",
        f"<html><body><article><h1>Pier</h1><time datetime='2025-06-07'>7/6</time>{page}</article></body></html>",
    )
    articles = _by_source(_ingest(tmp_path))
    assert {source: (row["published"], row["published_source"]) for source, row in articles.items()} == {
        "2025-03-04_a.md": (date(2025, 5, 12), "front matter"),
        "2025-03-04_b.md": (date(2025, 3, 4), "file name"),
        "c.txt": (None, None),
        "d.md": (None, None),
        "e.html": (date(2025, 6, 7), "htmldate"),
    }


def test_titles_come_from_the_first_line_only_where_it_is_a_headline(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", f"Board widens the channel\n\n{_text(1)}")
    _write(tmp_path, "b.txt", _text(2))
    articles = _by_source(_ingest(tmp_path))
    assert articles["a.txt"]["title"] == "Board widens the channel"
    assert articles["a.txt"]["text"].startswith("Board widens the channel\n\nThe harbour")
    assert articles["b.txt"]["title"] is None


def test_removals_index_raw_and_progress_is_told(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", (f"Screenshot 2025-01-01 101010\r\n\r\n{TEXT}\r\n\r\nTags: x, y").encode("cp1252"))
    _write(tmp_path, "b.txt", "Itâ€™s said that the pier is old. " + _text(1))
    told: list[tuple[int, int]] = []
    intake = _ingest(tmp_path, progress=lambda done, total: told.append((done, total)))
    raws = {row["article_id"]: row["raw"] for row in intake.articles.rows()}
    assert [row["reason"] for row in intake.removals.rows()] == ["screenshot name", "tags line"]
    assert all(raws[row["article_id"]][row["start"] : row["end"]] == row["text"] for row in intake.removals.rows())
    assert _by_source(intake)["b.txt"]["text"].startswith("It’s said")
    assert told == [(1, 2), (2, 2)]


def test_file_names_that_are_not_unicode_are_read(tmp_path: Path) -> None:
    try:
        with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt"), "wb") as file:  # noqa: PTH118, PTH123
            file.write(TEXT.encode())
    except OSError:
        pytest.skip("this file system only takes Unicode names")
    assert _ingest(tmp_path).articles.column("source") == ["caf\\xe9.txt"]


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, tenor.features.intake; "
        "print(sorted({'trafilatura', 'datasketch', 'pandas', 'ftfy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
