"""The attribution benchmark: figures worked out by hand, its layout's faults, resampling, the command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tenor.experiments.attribution_bench import AttributionBench, MethodBench, bench_attribution
from tenor.experiments.attribution_counts import words_of
from tenor.experiments.attribution_data import AttributedArticle, Relation, read_attributed
from tenor.experiments.attribution_methods import METHODS, load_methods
from tenor.experiments.attribution_rules import rules_method
from tenor.features.errors import TenorError
from tenor.features.sentences import Span

TEXT = "Ana Hale said that Varna won. Rain fell on the port. “We lost,” Omar Rook replied, “and we left.”"


def span(words: str) -> Span:
    at = TEXT.index(words)
    return Span(at, at + len(words))


def relation(source: str | None, cue: str | None, *content: str) -> Relation:
    one = [(span(words),) if words else () for words in (source, cue)]
    return Relation(one[0], one[1], tuple(span(words) for words in content))


HALE = relation("Ana Hale", "said", "that Varna won")
ROOK = relation("Omar Rook", "replied", "“We lost,”", "“and we left.”")
ARTICLE = AttributedArticle("a", "Dawn", TEXT, (HALE, ROOK))


def bench(*predicted: Relation) -> MethodBench:
    return bench_attribution([ARTICLE], {"made": lambda text: predicted}).methods[0]


def test_the_marked_relations_themselves_are_perfect() -> None:
    one = bench(HALE, ROOK)
    figures = [scores.f1.value for table in (one.exact, one.words) for scores in table.values()]
    assert figures == [1.0] * 6
    assert {figure.value for figure in one.relations.values()} == {1.0}
    assert one.sentences["accuracy"].value == 1.0
    assert one.sentences["all_attributed"].value == pytest.approx(2 / 3)  # the port's rain is nobody's
    assert one.sentences_a_second > 0


def test_figures_worked_out_by_hand() -> None:
    # The first content begins a word too late, its cue is another's; the second relation lacks one of its two parts.
    one = bench(
        relation("Ana Hale", "fell", "Varna won"),
        relation("Rook", "replied", "“We lost,”"),
    )
    assert one.exact["source"].f1.value == pytest.approx(0.5)
    assert one.exact["cue"].f1.value == pytest.approx(0.5)
    content = one.exact["content"]  # 1 of 2 predicted, of 3 marked
    assert (content.precision.value, content.recall.value) == (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert content.f1.value == pytest.approx(2 / 5)
    words = one.words["content"]  # Varna won We lost, of that Varna won We lost and we left
    assert (words.precision.value, words.recall.value) == (pytest.approx(1.0), pytest.approx(4 / 8))
    assert one.relations["recall"].value == 1.0
    assert one.relations["source_exact"].value == pytest.approx(1 / 2)
    assert one.relations["source_overlap"].value == 1.0
    assert one.relations["cue_exact"].value == one.relations["cue_overlap"].value == pytest.approx(1 / 2)
    # 2 of 6 words of the first sentence, 2 of 7 of the last: neither counts as attributed.
    assert one.sentences["accuracy"].value == pytest.approx(1 / 3)
    assert one.sentences["recall"].value == 0.0
    assert math.isnan(one.sentences["precision"].value)


def test_a_span_in_two_relations_counts_once_and_pairs_are_one_to_one() -> None:
    one = bench(HALE, HALE, ROOK)
    assert one.exact["source"].f1.value == 1.0
    assert one.relations["precision"].value == pytest.approx(2 / 3)
    # Two predicted relations want the first content; the better of them takes it.
    half = relation("Omar Rook", "replied", "Varna won")
    one = bench(half, HALE)
    assert one.relations["recall"].value == pytest.approx(1 / 2)
    assert one.relations["source_exact"].value == 1.0


def test_the_paired_share_is_the_greatest_in_sum() -> None:
    # Taken greedily, the longest prediction would go to the wide content and leave the narrow one without any.
    wide, narrow = (
        relation("Ana Hale", "said", "Ana Hale said that Varna won"),
        relation("Rain", "fell", "that Varna won"),
    )
    gold = AttributedArticle("a", "", TEXT, (wide, narrow))
    predicted = (
        relation("Rain", "fell", "Hale said that Varna won"),
        relation("Ana Hale", "said", "Ana Hale said"),
    )
    one = bench_attribution([gold], {"made": lambda text: predicted}).methods[0]
    assert one.relations["recall"].value == 1.0
    assert one.relations["cue_exact"].value == 1.0


def test_nothing_found_and_nothing_there() -> None:
    one = bench()
    assert one.exact["source"].f1.value == 0.0
    assert math.isnan(one.exact["source"].precision.value)
    assert one.sentences["accuracy"].value == pytest.approx(1 / 3)
    empty = bench_attribution([], {"made": lambda text: ()})
    assert empty.n_articles == 0
    assert math.isnan(empty.methods[0].sentences["accuracy"].value)
    assert json.loads(json.dumps(empty.as_dict(), allow_nan=False))["methods"][0]["exact"]["cue"]["f1"]["value"] is None
    assert "0 articles" in empty.as_text()


def test_intervals_resample_whole_articles() -> None:
    # Half of the articles are found wholly, half not at all: recall is 1/2, and binomial from resample to resample.
    articles = [AttributedArticle(str(i), "", TEXT if i % 2 else TEXT + " ", (HALE, ROOK)) for i in range(40)]
    made = {"made": lambda text: (HALE, ROOK) if text.endswith(" ") else ()}
    one = bench_attribution(articles, made, n_bootstrap=4000).methods[0]
    recall = one.exact["source"].recall
    assert recall.value == pytest.approx(0.5)
    spread = 1.96 * math.sqrt(0.25 / 40)
    assert recall.low == pytest.approx(0.5 - spread, abs=0.03)
    assert recall.high == pytest.approx(0.5 + spread, abs=0.03)
    again = bench_attribution(articles, made, n_bootstrap=4000).methods[0]
    assert again.exact == one.exact
    turned = bench_attribution(articles[::-1], made, n_bootstrap=4000).methods[0]
    assert turned.exact["source"].f1.value == one.exact["source"].f1.value


def test_words_within_spans() -> None:
    words = words_of("one two  three")
    assert words.within([Span(0, 3)]) == {0}
    assert words.within([Span(2, 5)]) == {0, 1}
    assert words.within([Span(3, 4), Span(7, 9)]) == set()
    assert words_of("").within([Span(0, 5)]) == set()


def test_the_rules_cut_their_spans_as_the_corpus_does() -> None:
    found = rules_method()(TEXT)
    assert [[TEXT[a:b] for a, b in one.content] for one in found] == [
        ["that Varna won"],
        ["“We lost,”", "“and we left.”"],
    ]
    text = "Ana Hale has also said that Varna won."
    (one,) = rules_method()(text)
    assert [text[a:b] for a, b in (*one.source, *one.cue)] == ["Ana Hale", "has also said"]
    assert list(rules_method()("")) == []


# --- the file --------------------------------------------------------------------------------------------------------


def row(**changes: object) -> str:
    return json.dumps({"article_id": "a", "outlet": "Dawn", "text": "Hale spoke.", "attributions": [], **changes})


def test_a_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    spans = {"content": [[5, 10], [0, 4], [0, 4]], "cue": [], "note": 1}
    path.write_text("\n" + row(attributions=[spans, {}]) + "\n\n", encoding="utf-8-sig")
    (article,) = read_attributed(path)
    assert article == AttributedArticle(
        "a", "Dawn", "Hale spoke.", (Relation((), (), (Span(0, 4), Span(5, 10))), Relation((), (), ()))
    )


@pytest.mark.parametrize(
    ("line", "needle"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "got list"),
        (row(text=None), "`text`"),
        (row(article_id=3), "`article_id`"),
        (row(attributions={}), "`attributions`"),
        (row(attributions=[3]), "`attributions`"),
        (row(attributions=[{"cue": 3}]), "`cue`"),
        (row(attributions=[{"source": [[0]]}]), "`source`"),
        (row(attributions=[{"source": [[0, True]]}]), "`source`"),
        (row(attributions=[{"content": [[5, 12]]}]), "11 characters"),
        (row(attributions=[{"content": [[5, 5]]}]), "5 to 5"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, line: str, needle: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(row() + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(TenorError) as fault:
        read_attributed(path)
    assert str(fault.value).startswith(f"{path}, line 2")
    assert needle in str(fault.value)
    assert "spoke" not in str(fault.value)


def test_an_empty_or_missing_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"\n")
    with pytest.raises(TenorError, match="holds no article"):
        read_attributed(tmp_path / "empty.jsonl")
    with pytest.raises(TenorError, match="cannot be read"):
        read_attributed(tmp_path / "none.jsonl")


def test_methods_by_name() -> None:
    assert list(load_methods("rules")) == ["rules"]
    assert list(load_methods("both")) == list(METHODS)
    with pytest.raises(TenorError, match=r"rules, .*both"):
        load_methods("guess")


def test_the_command_prints_a_table_and_json(tenor, tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    spans = {"source": [[0, 8]], "cue": [[9, 13]], "content": [[14, 28]]}
    path.write_text(row(text=TEXT, attributions=[spans]) + "\n", encoding="utf-8")
    shown = tenor("bench", "attribution", "--data", path, "--method", "rules")
    assert shown.code == 0, shown.err
    assert "BERT + CofeNet 83.2 / 75.3 / 72.9" in shown.out
    found = json.loads(tenor("bench", "attribution", "--data", path, "--method", "rules", "--json").out)
    assert found["methods"][0]["exact"]["source"]["recall"]["value"] == 1.0
    assert found["n_relations"] == 1
    refused = tenor("bench", "attribution", "--data", path, "--method", "guess")
    assert refused.code == 1
    assert refused.err.count("\n") == 1


def test_the_rules_on_the_public_articles(shared: Path) -> None:
    articles = read_attributed(shared / "data" / "polnear" / "dev.jsonl")[::4]
    found: AttributionBench = bench_attribution(articles, {"rules": rules_method()}, n_bootstrap=200)
    one = found.methods[0]
    least = {"source": 0.45, "cue": 0.47, "content": 0.43}
    assert {kind for kind, bound in least.items() if one.exact[kind].f1.value < bound} == set()
    assert one.sentences["accuracy"].value >= 0.75
    figures = [f for scores in (*one.exact.values(), *one.words.values()) for f in (scores.f1, scores.recall)]
    assert all(0 <= f.low <= f.value <= f.high <= 1 for f in figures)
    assert np.isfinite(one.sentences_a_second)
