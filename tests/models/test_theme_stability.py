"""Stability: identical fits agree fully, and steadiness tells made themes from noise; the number of themes follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_corpus import corpus, encodings_of
from sklearn.metrics import jaccard_score

from tenor.features.records import Articles, Encodings, Sentences
from tenor.models.theme_clusters import WardStarts, unit_rows
from tenor.models.theme_corpus import read_corpus
from tenor.models.theme_number import NumberScore, best_number, score_numbers
from tenor.models.theme_stability import Resamples, cluster_stability, jaccard_table, theme_agreement
from tenor.models.theme_units import ThemeUnit
from tenor.models.themes import FittedThemes, fit_themes
from tenor.pipeline import stages
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import load_params
from tenor.pipeline.store import write_encodings, write_table


def test_jaccard_against_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 3, 50), rng.integers(0, 4, 50)
    table = jaccard_table(a, b, 3, 4)
    for i in range(3):
        for j in range(4):
            assert np.isclose(table[i, j], jaccard_score(a == i, b == j))


def test_the_same_clusters_again_are_fully_stable_whatever_their_numbers() -> None:
    labels = np.array([0, 0, 1, 1, 2, 2])
    flags = [np.array([True, False, True, False, True, False])] * 2
    assert cluster_stability(labels, flags, [2 - labels for _ in flags]).tolist() == [1, 1, 1]


def test_a_cluster_that_falls_apart_is_less_stable() -> None:
    labels = np.array([0] * 6 + [1] * 4)
    again = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    kept = np.array([True, True, False, False, False, False, True, False, False, False])
    # Among the four rows of the first that were left out, two are where those kept went.
    assert cluster_stability(labels, [kept], [again]).tolist() == [0.5, 1.0]


def test_a_cluster_never_left_out_has_nothing_to_show() -> None:
    labels = np.array([0, 0, 1, 1])
    kept = np.array([True, False, True, True])
    assert cluster_stability(labels, [kept | (labels == 1)], [labels]).tolist() == [1, 0]


def test_resamples_leave_out_whole_articles() -> None:
    articles = [f"a{row // 3}" for row in range(30)]
    for flags in Resamples(articles, n_resamples=4).flags:
        kept = {article for article, flag in zip(articles, flags, strict=True) if flag}
        left = {article for article, flag in zip(articles, flags, strict=True) if not flag}
        assert len(kept) == 8  # of ten
        assert not kept & left
    assert Resamples(["a", "a"], n_resamples=4).flags == []


def test_agreement() -> None:
    same = theme_agreement([0, 0, 1], ["b", "b", "a"], [["x"], ["y"]], [["y"], ["x"]])
    assert same.adjusted_rand == 1
    assert same.overlap == 1
    half = theme_agreement([0, 0, 1, 1], [0, 0, 1, 1], [["x"], ["y"]], [["x"]])
    assert half.overlap == 0.5


def test_made_themes_are_steady_and_noise_is_shaky() -> None:
    sentences, encodings, _ = corpus(n_articles=40)
    steady = fit_themes(sentences, encodings, n_themes=4)
    assert all(value > 0.95 for value in steady.terms.column("stability"))
    assert steady.terms.column("shaky") == [False] * 4
    noise, vectors, _ = corpus(n_articles=40, noise=50.0)
    shaky = fit_themes(noise, vectors, n_themes=10, unit="sentence")
    assert sum(shaky.terms.column("shaky")) >= 8


def test_a_kept_model_makes_no_theme_steadier() -> None:
    """Keeping ids is no new evidence: resamples start from their own articles, not from centers of those left out."""
    noise, vectors, _ = corpus(n_articles=40, noise=50.0)
    first = fit_themes(noise, vectors, n_themes=10, unit="sentence")
    again = fit_themes(noise, vectors, n_themes=10, previous=first.model)
    assert again.terms.column("stability") == pytest.approx(first.terms.column("stability"), abs=0.02)
    assert again.terms.column("shaky") == first.terms.column("shaky")


def _with_copies(sentences: Sentences, encodings: Encodings) -> tuple[Sentences, Encodings, dict[str, str]]:
    """A corpus with a wire copy of every article, and the group of near-duplicates of each."""
    rows = sentences.table.to_pylist()
    copies = [
        row | {"sentence_id": f"copy-{row['sentence_id']}", "article_id": f"copy-{row['article_id']}"} for row in rows
    ]
    ids = [*encodings.sentence_ids, *(f"copy-{sentence}" for sentence in encodings.sentence_ids)]
    groups = {f"{copy}{row['article_id']}": row["article_id"] for row in rows for copy in ("", "copy-")}
    vectors = np.vstack([encodings.sentence_vectors] * 2)
    return Sentences.from_rows([*rows, *copies]), encodings_of(ids, vectors), groups


def test_wire_copies_make_no_theme_steadier() -> None:
    """Left out with its copies, an article is not judged by its twin: sent twice, noise is as shaky as sent once."""
    noise, vectors, _ = corpus(n_articles=40, noise=50.0)
    once = fit_themes(noise, vectors, n_themes=10, unit="sentence")
    copied, twice, groups = _with_copies(noise, vectors)
    alone = fit_themes(copied, twice, n_themes=10, unit="sentence")
    known = fit_themes(copied, twice, n_themes=10, unit="sentence", near_duplicates=groups)
    assert known.terms.column("stability") == pytest.approx(once.terms.column("stability"), abs=1e-6)
    assert sum(known.terms.column("shaky")) > sum(alone.terms.column("shaky"))
    assert known.assignments.table.equals(alone.assignments.table)


def test_wire_copies_make_no_number_of_themes_hold() -> None:
    """A number is scored by what holds without an article and its copies: else twins make themes of noise."""
    noise, vectors, groups = _with_copies(*corpus(n_articles=24, noise=50.0)[:2])
    alone = fit_themes(noise, vectors, unit="sentence")
    known = fit_themes(noise, vectors, unit="sentence", near_duplicates=groups)
    assert [score.n_themes for score in known.numbers] == [score.n_themes for score in alone.numbers]
    assert all(k.score < a.score for a, k in zip(alone.numbers, known.numbers, strict=True))
    assert len(known.terms) < len(alone.terms)


@pytest.mark.parametrize(("n_articles", "paragraphs"), [(24, 1), (6, 2)])
def test_copies_are_left_out_with_their_article_or_its_paragraph(n_articles: int, paragraphs: int) -> None:
    """The words of a copy remain a text of their own, so that names do not hang on what is left out."""
    sentences, encodings, groups = _with_copies(*corpus(n_articles=n_articles)[:2])
    alone, known = (
        read_corpus(
            sentences, encodings, unit=ThemeUnit.SENTENCE, actor_names=(), raw_text=True, near_duplicates=duplicates
        )
        for duplicates in (None, groups)
    )
    assert len(set(alone.groups)) == 2 * n_articles * paragraphs
    assert len(set(known.groups)) == n_articles * paragraphs
    assert (
        known.context_counts.shape
        == alone.context_counts.shape
        == (2 * n_articles * paragraphs, len(known.counts.words))
    )
    half = len(known.groups) // 2  # in reading order the copies come last
    assert known.groups[:half] == known.groups[half:] == alone.groups[:half]


def test_the_themes_stage_knows_near_duplicates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The groups stand in the table of articles; the stage is what hands them over."""
    sentences, encodings, groups = _with_copies(*corpus()[:2])
    at = Layout(tmp_path)
    rest = dict.fromkeys(("outlet", "text", "raw", "language", "source"), "x")
    rows = [{"article_id": article, "near_duplicate_group": group, **rest} for article, group in sorted(groups.items())]
    write_table(sentences, at.sentences)
    write_table(Articles.from_rows(rows), at.articles)
    write_encodings(encodings, at.encodings)
    told: list[dict[str, str]] = []

    def fitted(*args: Any, near_duplicates: dict[str, str], **options: Any) -> FittedThemes:
        told.append(near_duplicates)
        return fit_themes(*args, near_duplicates=near_duplicates, **options)

    monkeypatch.setattr("tenor.models.themes.fit_themes", fitted)
    stages.themes(load_params(Path(__file__).parents[2] / "params.yaml"), at)
    assert told == [groups]


def test_the_number_of_made_themes_is_found() -> None:
    sentences, encodings, _ = corpus(n_articles=30, noise=1.5)
    result = fit_themes(sentences, encodings)
    assert len(result.terms) == 4
    assert best_number(result.numbers) == 4


def test_the_largest_number_close_to_the_best_wins() -> None:
    scores = [NumberScore(3, 0.8, 2.0), NumberScore(4, 0.9, 4.0), NumberScore(5, 0.9, 3.7), NumberScore(6, 0.6, 1.0)]
    assert best_number(scores) == 5
    assert best_number([]) == 1
    assert best_number([], at_least=3) == 3
    # Where nothing holds, the number that loses least.
    assert best_number([NumberScore(3, 0.3, -0.3), NumberScore(4, 0.2, -0.8)]) == 3


def _scores(rows: np.ndarray, groups: list[str], n_articles: int) -> tuple[NumberScore, ...]:
    return score_numbers(rows, groups, WardStarts(rows), n_articles=n_articles)


def test_next_to_nothing_is_one_theme() -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32))
    assert _scores(rows, list("aabbcc"), 3) == ()


@pytest.mark.parametrize(
    ("n_articles", "n_rows", "numbers"),
    [
        (5, 160, range(3, 7)),
        (5, 70, range(3, 5)),
        (1, 40, range(2, 3)),
        (30, 900, range(3, 8)),
        (40, 900, range(8, 11)),
    ],
)
def test_numbers_in_question_follow_the_size_of_the_corpus(n_articles: int, n_rows: int, numbers: range) -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(n_rows, 4)).astype(np.float32))
    groups = [f"g{row // 4}" for row in range(n_rows)]
    assert [score.n_themes for score in _scores(rows, groups, n_articles)] == list(numbers)


def test_a_large_corpus_is_judged_by_a_sample_and_gets_eight_themes_or_more() -> None:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(12, 9)))[0].T
    subject = np.repeat(np.arange(400) % 9, 10)
    rows = unit_rows((directions[subject] + 0.1 * rng.normal(size=(4000, 12))).astype(np.float32))
    scores = _scores(rows, [f"a{row // 10:03d}" for row in range(4000)], 400)
    assert [score.n_themes for score in scores] == list(range(8, 17))
    assert scores[1].stability > 0.99
    assert best_number(scores[:2]) == 9


def test_a_part_of_one_tree_is_the_tree_of_the_part() -> None:
    rng = np.random.default_rng(0)
    rows = unit_rows(rng.normal(size=(80, 6)).astype(np.float32))
    kept = rng.random(80) < 0.8
    whole, part = WardStarts(rows), WardStarts(rows[kept])
    for number in (3, 7):
        assert np.allclose(whole.centers(number, among=kept), part.centers(number), atol=1e-6)
