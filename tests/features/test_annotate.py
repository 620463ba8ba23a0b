"""The annotate stage over several articles: order, duplicates, empty input, the real articles."""

from __future__ import annotations

from pathlib import Path

from annotation import annotate, articles_of, seed_registry

from tenor.features.annotate import annotate_articles

TEXTS = [
    ("b", "Islamabad nominated Trump. Rubio said that Pakistan helped.\n\nIndia scoffed."),
    ("a", "Shabana Fayyaz praised Dar. “Munir waits,” she said."),
    ("c", "Nothing of note happened."),
]


def test_a_batch_equals_its_singles_in_any_order() -> None:
    whole = annotate_articles(articles_of(TEXTS), seed_registry())
    turned = annotate_articles(articles_of(TEXTS[::-1]), seed_registry())
    singles = [annotate_articles(articles_of([one]), seed_registry()) for one in sorted(TEXTS)]
    for name in ("sentences", "mentions", "attributions"):
        rows = getattr(whole, name).rows()
        assert rows == getattr(turned, name).rows()
        assert rows == [row for single in singles for row in getattr(single, name).rows()]
    keys = [(m["article_id"], m["start"]) for m in whole.mentions.rows()]
    assert keys == sorted(keys)


def test_no_articles_give_empty_tables() -> None:
    out = annotate_articles(articles_of([]), seed_registry())
    assert (len(out.sentences), len(out.mentions), len(out.attributions)) == (0, 0, 0)
    assert len(annotate("").sentences) == 0


def test_progress_counts_up_to_all() -> None:
    told: list[tuple[int, int]] = []
    annotate_articles(articles_of(TEXTS), seed_registry(), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_opposite_actors_in_one_sentence_keep_their_own_spans() -> None:
    text = "Trump praised Pakistan and blamed India."
    rows = annotate(text).mentions.rows()
    assert [(m["actor"], m["holder"]) for m in rows] == [("trump", "author"), ("pakistan", "trump"), ("india", "trump")]


def test_real_articles_show_the_directed_tones_that_they_report(shared: Path) -> None:
    texts = [(path.stem, path.read_text(encoding="utf-8")) for path in sorted((shared / "seeds").glob("*.txt"))]
    by_id = dict(texts)
    out = annotate_articles(articles_of(texts), seed_registry())
    rows = out.mentions.rows()
    edges = {(m["holder"], m["actor"]) for m in rows if not m["relational"] and not m["ambiguous"]}
    assert {("dar", "trump"), ("rubio", "pakistan"), ("pakistan", "trump"), ("india", "pakistan")} <= edges
    assert {"Shabana Fayyaz", "Azeem Khalid", "Tehmina Aslam Ranjha", "Ashfaq Ahmed"} <= {m["holder"] for m in rows}
    sentences = {s["sentence_id"]: s for s in out.sentences.rows()}
    for m in rows:
        sentence = sentences[m["sentence_id"]]
        assert by_id[m["article_id"]][m["start"] : m["end"]] == m["mention"]
        assert sentence["start"] <= m["start"] < m["end"] <= sentence["end"]
