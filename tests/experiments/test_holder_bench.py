"""The holder benchmark: accuracy by kind worked out by hand, rows and labels put in place, the command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tenor.experiments.holder_bench import HolderRow, bench_holder, place_labels, read_holder_rows
from tenor.features.annotate import annotate_articles
from tenor.features.errors import TenorError
from tenor.features.intake import ingest_articles
from tenor.features.labels import read_labels
from tenor.features.records import Articles, Labels, Mentions
from tenor.features.registry import load_registry, parse_registry

REGISTRY = parse_registry(
    {
        "actors": [
            {"id": "varna", "name": "Varna", "kind": "state"},
            {"id": "orlan", "name": "Orlan", "kind": "state"},
        ]
    }
)
TEXT = "Varna praised Orlan. Ana Hale said that Varna lost. Rain fell on Orlan."


def annotate(articles: Articles) -> Mentions:
    return annotate_articles(articles, REGISTRY).mentions


def row(mention: str, place: int, holder: str, **changes: object) -> HolderRow:
    """The ``place``-th "Varna" or "Orlan" of the text, from 0."""
    start = -1
    for _ in range(place + 1):
        start = TEXT.index(mention, start + 1)
    made = {"doc": "a", "text": TEXT, "actor": mention.lower(), "start": start, "end": start + len(mention)}
    return HolderRow(**{**made, "holder": holder, **changes})


def test_accuracy_by_kind_worked_out_by_hand() -> None:
    rows = [
        row("Varna", 0, "author"),
        row("Orlan", 0, "varna"),
        row("Varna", 1, "ana hale"),  # letter case aside
        row("Orlan", 1, "unknown"),  # annotated as the author's
        row("Varna", 0, "orlan", doc="b"),  # annotated as the author's
        HolderRow("c", "Nobody came.", "varna", 0, 6, "author"),  # no mention there
    ]
    bench = bench_holder(rows, annotate, REGISTRY.ids)
    assert (bench.n_documents, bench.n_not_found) == (3, 1)
    shares = {kind: (share.n, share.accuracy) for kind, share in bench.kinds.items()}
    assert shares == {"all": (6, 0.5), "author": (2, 0.5), "actor": (2, 0.5), "other": (1, 1.0), "unknown": (1, 0.0)}
    assert (bench.found_only.n, bench.found_only.accuracy) == (5, pytest.approx(3 / 5))
    assert bench.author_always.accuracy == pytest.approx(2 / 6)
    assert bench.mistakes == {"actor > author": 1, "author > not found": 1, "unknown > author": 1}
    assert "6 mentions in 3 documents, 1 not found" in bench.as_text()


def test_the_order_of_rows_and_repeats_of_a_text_change_nothing() -> None:
    rows = [row("Varna", 0, "author"), row("Orlan", 0, "varna"), row("Varna", 1, "author", doc="b")]
    one, turned = bench_holder(rows, annotate, REGISTRY.ids), bench_holder(rows[::-1], annotate, REGISTRY.ids)
    found = [{k: (s.n, s.accuracy) for k, s in bench.kinds.items() if s.n} for bench in (one, turned)]
    assert found[0] == found[1]


def test_intervals_resample_documents_whole() -> None:
    # Ten documents, each wholly right or wholly wrong: as wide as ten throws of a coin, however many rows each holds.
    rows = [row("Varna", 0, "author" if doc % 2 else "orlan", doc=str(doc)) for doc in range(10) for _ in range(30)]
    share = bench_holder(rows, annotate, REGISTRY.ids, n_bootstrap=2000).kinds["all"]
    assert share.accuracy == 0.5
    assert share.low == pytest.approx(0.2, abs=0.05)
    assert share.high == pytest.approx(0.8, abs=0.05)


def test_no_rows() -> None:
    bench = bench_holder([], annotate, REGISTRY.ids)
    assert bench.kinds["all"].n == 0
    assert math.isnan(bench.kinds["all"].accuracy)
    assert json.loads(json.dumps(bench.as_dict(), allow_nan=False))["kinds"]["all"]["accuracy"] is None
    assert "none" in bench.as_text()


# --- the file --------------------------------------------------------------------------------------------------------


def line(**changes: object) -> str:
    made = {"doc": "a", "text": TEXT, "actor": "orlan", "mention": "Hale", "holder": "author"}
    return json.dumps({key: value for key, value in {**made, **changes}.items() if value != "drop"})


def test_a_row_finds_its_mention(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line() + "\n\n" + line(mention="Orlan", start=14, end=19, outlet="Dawn") + "\n", encoding="utf-8")
    first, second = read_holder_rows(path)
    assert TEXT[first.start : first.end] == "Hale"
    assert (second.start, second.end, second.outlet) == (14, 19, "Dawn")


@pytest.mark.parametrize(
    ("given", "needle"),
    [
        ("{", "is not JSON"),
        ("3", "got int"),
        (line(holder="drop"), "`holder`"),
        (line(doc=None), "`doc`"),
        (line(text=""), "`text`"),
        (line(mention="Orlan"), "more than once"),
        (line(mention="Rook"), "nowhere"),
        (line(mention="Orlan", start=0, end=5), "do not select"),
        (line(mention="Orlan", start=14), "do not select"),
        (line(mention="Orlan", start=True, end=5), "do not select"),
        (line(mention="Orlan", start=-57, end=-52), "do not select"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, given: str, needle: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line() + "\n" + given + "\n", encoding="utf-8")
    with pytest.raises(TenorError) as fault:
        read_holder_rows(path)
    assert str(fault.value).startswith(f"{path}, line 2")
    assert needle in str(fault.value)
    assert "praised" not in str(fault.value)


def test_an_empty_or_missing_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    with pytest.raises(TenorError, match="holds no row"):
        read_holder_rows(tmp_path / "empty.jsonl")
    with pytest.raises(TenorError, match="cannot be read"):
        read_holder_rows(tmp_path / "none.jsonl")


# --- labels set back into their articles -----------------------------------------------------------------------------


def articles(text: str = TEXT) -> Articles:
    return Articles.from_rows(
        [
            {
                "article_id": "a",
                "outlet": "Dawn",
                "text": text,
                "raw": text,
                "language": "en",
                "near_duplicate_group": "g",
                "source": "a.txt",
            }
        ]
    )


def label(label_id: str, **changes: object) -> Labels:
    made = {"label_id": label_id, "article_id": "a", "sentence": "Rain fell on Orlan.", "start": 13, "end": 18}
    more = {"mention": "Orlan", "polarity": 0, "actor": "orlan", "holder": "author", "outlet": None}
    return Labels.from_rows([{**made, **more, "inclusion_probability": None, **changes}])


@pytest.mark.parametrize("label_id", ["a:65:70:orlan", "a:3:8:orlan", "x", "a:b:c:d"])
def test_a_label_finds_its_place_by_offsets_or_by_its_sentence(label_id: str) -> None:
    (placed,) = place_labels(label(label_id), articles())
    assert placed == HolderRow("g", TEXT, "orlan", 65, 70, "author", "Dawn")


def test_a_repeated_sentence_is_told_apart_by_its_offsets_alone() -> None:
    twice = "Rain fell on Orlan. Then snow. Rain fell on Orlan."
    (placed,) = place_labels(label("a:44:49:orlan"), articles(twice))
    assert placed.start == 44
    with pytest.raises(TenorError, match="exactly once"):
        place_labels(label("x"), articles(twice))


def test_labels_that_do_not_fit() -> None:
    with pytest.raises(TenorError, match="not among those given"):
        place_labels(label("x", article_id="b"), articles())
    with pytest.raises(TenorError, match="No label states"):
        place_labels(label("x", holder=None), articles())


def test_the_projects_own_labels_meet_the_bar(root: Path) -> None:
    intake = ingest_articles(
        root / "seeds" / "articles", language="en", min_characters=200, near_duplicate_threshold=0.6
    )
    registry = load_registry(root / "seeds" / "actors.yaml")
    rows = place_labels(read_labels(root / "seeds" / "labels.jsonl"), intake.articles)
    assert len(rows) >= 600
    bench = bench_holder(rows, lambda given: annotate_articles(given, registry).mentions, registry.ids, n_bootstrap=200)
    assert bench.kinds["all"].accuracy >= 0.9
    assert bench.kinds["all"].accuracy > bench.author_always.accuracy + 0.15


def test_the_command_prints_a_table_and_json(tenor, tmp_path: Path, root: Path) -> None:
    path = tmp_path / "rows.jsonl"
    text = "Islamabad nominated Trump for the prize."
    path.write_text(line(text=text, actor="trump", mention="Trump", holder="pakistan") + "\n", encoding="utf-8")
    actors = root / "seeds" / "actors.yaml"
    shown = tenor("bench", "holder", "--data", path, "--actors", actors)
    assert shown.code == 0, shown.err
    assert "1 mentions in 1 documents, 0 not found" in shown.out
    found = json.loads(tenor("bench", "holder", "--data", path, "--actors", actors, "--json").out)
    assert found["kinds"]["actor"] == {"n": 1, "accuracy": 1.0, "low": None, "high": None}
    unknown = tenor("bench", "holder", "--data", path, "--actors", actors, "--method", "guess")
    assert (unknown.code, unknown.out) == (1, "")
    assert "rules or tagger" in unknown.err
    refused = tenor("bench", "holder", "--data", root / "seeds" / "labels.jsonl", "--actors", actors)
    assert refused.code == 1
    assert "--articles" in refused.err
