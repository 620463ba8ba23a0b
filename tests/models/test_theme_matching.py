"""Identity over runs: what stays keeps its id, what comes is born, what goes dies or is merged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_corpus import corpus, encodings_of

from tenor.features.records import Encodings, Sentences
from tenor.models.theme_clusters import unit_rows
from tenor.models.theme_matching import ThemeChange, match_themes, name_parts, rank_biased_overlap
from tenor.models.themes import ThemeModelError, fit_themes

_WORDS = [["oil", "crude"], ["choir", "organ"], ["glacier", "ice"]]


def _events(events: list) -> dict[str, tuple[str, str | None]]:
    return {event.theme: (event.change.value, event.into) for event in events}


def test_overlap_of_rankings() -> None:
    assert rank_biased_overlap("abc", "abc") == pytest.approx(1)
    assert rank_biased_overlap("abc", "xyz") == 0
    assert rank_biased_overlap([], []) == 1
    assert rank_biased_overlap([], ["a"]) == 0
    # By hand, p = 0.9, depth 2: overlap 0 then 1, weights 1 and 0.9.
    assert rank_biased_overlap("ab", "ba") == pytest.approx(0.9 / 1.9)


@given(st.permutations(list("abcdefgh")), st.permutations(list("abcdefgh")))
def test_overlap_is_symmetric_and_bounded(a: list[str], b: list[str]) -> None:
    assert rank_biased_overlap(a, b) == pytest.approx(rank_biased_overlap(b, a))
    assert 0 <= rank_biased_overlap(a, b) <= 1 + 1e-12


def test_best_matching_is_of_the_whole_not_of_the_first() -> None:
    # Greedy would give (0, 0) and lose the only partner of row 1.
    similarity = np.array([[0.9, 0.8], [0.85, 0.1]], dtype=np.float32)
    assert sorted(match_themes(similarity)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("similarity", "kept"),
    [([[0.9, 0.59], [0.85, 0.3]], [(0, 0)]), ([[0.95, 0.5], [0.5, -0.1]], [(0, 0)]), ([[0.5, 0.4], [0.3, 0.2]], [])],
)
def test_pairs_that_will_be_dropped_displace_no_pair_that_counts(
    similarity: list[list[float]], kept: list[tuple[int, int]]
) -> None:
    """A pair under the threshold is no match, so it must not decide which pairs above it are found."""
    assert match_themes(np.array(similarity, dtype=np.float32)) == kept


def test_without_a_threshold_every_pair_counts() -> None:
    """Seeds must each take some start, the likest on the whole, however unlike it is."""
    similarity = np.array([[0.9, 0.59], [0.85, 0.3]], dtype=np.float32)
    assert match_themes(similarity, min_similarity=-1) == [(0, 1), (1, 0)]
    assert match_themes(np.array([[-0.2, -0.9]], dtype=np.float32), min_similarity=-1) == [(0, 0)]


def test_a_theme_found_again_keeps_its_id_whatever_it_might_share_with_another() -> None:
    """What is too unlike to be matched does not take an id from an identical theme: one is born, the double merged."""
    old = unit_rows(np.array([[1, 0, 0], [0.98, 0, -0.2]], dtype=np.float32))
    new = unit_rows(np.array([[1, 0, 0], [0.6, 0, 0.8]], dtype=np.float32))
    names, events, _ = name_parts(
        new,
        [["oil", "crude"], ["glacier", "ice"]],
        previous_ids=["t01", "t02"],
        previous_vectors=old,
        previous_terms=[["oil", "crude"], ["oil", "crude"]],
        next_number=3,
    )
    assert names == ["t01", "t03"]
    assert _events(events) == {"t01": ("kept", None), "t03": ("born", None), "t02": ("merged", "t01")}


def test_first_run_bears_everything() -> None:
    names, events, number = name_parts(np.eye(3, dtype=np.float32), _WORDS)
    assert names == ["t01", "t02", "t03"]
    assert {event.change for event in events} == {ThemeChange.BORN}
    assert number == 4


def test_kept_born_died_and_merged() -> None:
    old = np.eye(4, dtype=np.float32)[:3]
    # The first two have become one, the third is gone, a fourth is new.
    new = unit_rows(np.array([[1, 0.6, 0, 0], [0, 0, 0, 1]], dtype=np.float32))
    names, events, number = name_parts(
        new,
        [["oil", "crude"], ["ferry"]],
        previous_ids=["t01", "t02", "t05"],
        previous_vectors=np.vstack([old[0], unit_rows(old[0:1] + old[1:2])[0], old[2]]),
        previous_terms=[["oil", "crude"], ["oil", "crude"], ["glacier"]],
        next_number=9,
    )
    assert sorted(names) == ["t02", "t09"] or sorted(names) == ["t01", "t09"]
    kept, gone = ("t02", "t01") if "t02" in names else ("t01", "t02")
    assert _events(events) == {
        kept: ("kept", None),
        "t09": ("born", None),
        gone: ("merged", kept),
        "t05": ("died", None),
    }
    assert number == 10


def _part(sentences: Sentences, encodings: Encodings, keep: list[bool]) -> tuple[Sentences, Encodings]:
    rows = np.flatnonzero(keep)
    ids = [encodings.sentence_ids[row] for row in rows]
    return Sentences(sentences.table.take(rows)), encodings_of(ids, encodings.sentence_vectors[rows].copy())


def test_themes_keep_their_ids_when_articles_are_added() -> None:
    sentences, encodings, subjects = corpus(n_articles=40, noise=0.4)
    early = [article < "a024" for article in sentences.column("article_id")]
    first = fit_themes(*_part(sentences, encodings, early), n_themes=4)
    second = fit_themes(sentences, encodings, n_themes=4, previous=first.model)
    assert {event.change for event in second.events} == {ThemeChange.KEPT}
    before = dict(zip(first.assignments.column("sentence_id"), first.assignments.column("theme"), strict=True))
    after = dict(zip(second.assignments.column("sentence_id"), second.assignments.column("theme"), strict=True))
    assert all(after[sentence] == theme for sentence, theme in before.items())
    assert len(set(subjects)) == 4


def test_a_new_subject_is_born_and_the_others_stay() -> None:
    sentences, encodings, subjects = corpus(n_articles=24)
    known = [subject != "volcano" for subject in subjects]
    first = fit_themes(*_part(sentences, encodings, known), n_themes=3)
    second = fit_themes(sentences, encodings, n_themes=4, previous=first.model)
    changes = [event.change for event in second.events]
    assert changes.count(ThemeChange.KEPT) == 3
    assert changes.count(ThemeChange.BORN) == 1
    (born,) = (event.theme for event in second.events if event.change is ThemeChange.BORN)
    assert born == "t04"
    themes = second.assignments.column("theme")
    assert {theme for theme, subject in zip(themes, subjects, strict=True) if subject == "volcano"} == {born}


def test_a_lost_subject_dies_and_its_id_is_not_used_again() -> None:
    sentences, encodings, subjects = corpus(n_articles=24)
    first = fit_themes(sentences, encodings, n_themes=4)
    fewer = _part(sentences, encodings, [subject != "music" for subject in subjects])
    second = fit_themes(*fewer, n_themes=3, previous=first.model)
    dead = {event.theme for event in second.events if event.change in {ThemeChange.DIED, ThemeChange.MERGED}}
    assert len(dead) == 1
    third = fit_themes(sentences, encodings, n_themes=4, previous=second.model)
    assert not dead & set(third.terms.column("theme"))


def test_previous_model_of_another_encoder_is_refused() -> None:
    sentences, encodings, _ = corpus()
    first = fit_themes(sentences, encodings, n_themes=4)
    other, vectors, _ = corpus(d=8)
    with pytest.raises(ThemeModelError, match="16 numbers, got 8"):
        fit_themes(other, vectors, n_themes=4, previous=first.model)
