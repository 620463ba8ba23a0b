"""Themes: the right sentences together whatever the order of rows, saved and read back, sensible on next to nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_corpus import SUBJECTS, corpus, encodings_of
from sklearn.metrics import adjusted_rand_score

from tenor.features.records import Sentences
from tenor.models.theme_corpus import read_corpus
from tenor.models.themes import (
    NONE,
    FittedThemes,
    MissingVectorsError,
    ThemeModelError,
    ThemeOverrides,
    ThemeUnit,
    assign_themes,
    fit_themes,
    load_theme_model,
    save_theme_frame,
    save_theme_model,
)


@pytest.fixture(scope="module")
def fitted() -> FittedThemes:
    sentences, encodings, _ = corpus()
    return fit_themes(sentences, encodings, n_themes=4)


def test_themes_are_the_subjects_they_were_made_of(fitted: FittedThemes) -> None:
    _, _, subjects = corpus()
    assert adjusted_rand_score(subjects, fitted.assignments.column("theme")) == 1.0
    assert NONE not in fitted.assignments.column("theme")
    words = {"harvest": "orchard", "sailing": "harbour", "music": "orchestra", "volcano": "crater"}
    for subject, theme in zip(subjects, fitted.assignments.column("theme"), strict=True):
        row = next(row for row in fitted.terms.rows() if row["theme"] == theme)
        assert words[subject] in row["terms"]
        assert row["n_sentences"] == 24
        assert row["n_articles"] == 6


def test_names_and_representatives_come_from_the_theme(fitted: FittedThemes) -> None:
    sentences, _, _ = corpus()
    theme_of = dict(zip(fitted.assignments.column("sentence_id"), fitted.assignments.column("theme"), strict=True))
    article_of = dict(zip(sentences.column("sentence_id"), sentences.column("article_id"), strict=True))
    for row in fitted.terms.rows():
        chosen = row["representative"].split("\n")
        assert len(chosen) == 5
        assert {theme_of[sentence] for sentence in chosen} == {row["theme"]}
        assert len({article_of[sentence] for sentence in chosen}) == 5
        assert set(row["name"].split(", ")) <= set(row["terms"].split(", "))
        assert 1 <= len(row["name"].split(", ")) <= 3


def test_order_of_rows_changes_nothing(fitted: FittedThemes) -> None:
    sentences, encodings, _ = corpus()
    rng = np.random.default_rng(3)
    rows, places = rng.permutation(len(sentences)), rng.permutation(len(sentences))
    shuffled = Sentences(sentences.table.take(rows))
    moved = encodings_of([encodings.sentence_ids[place] for place in places], encodings.sentence_vectors[places].copy())
    again = fit_themes(shuffled, moved, n_themes=4)
    assert again.terms.table.equals(fitted.terms.table)
    assert again.assignments.column("sentence_id") == shuffled.column("sentence_id")
    assert sorted(map(str, again.assignments.rows())) == sorted(map(str, fitted.assignments.rows()))


def test_assigning_what_was_fitted_gives_the_same_table(fitted: FittedThemes) -> None:
    sentences, encodings, _ = corpus()
    assert assign_themes(fitted.model, sentences, encodings).table.equals(fitted.assignments.table)


def test_new_sentences_join_the_theme_of_their_subject(fitted: FittedThemes) -> None:
    sentences, encodings, subjects = corpus()
    theme_of = dict(zip(subjects, fitted.assignments.column("theme"), strict=True))
    # Same directions, other sentences: the directions depend on the seed alone and are drawn first.
    fresh, vectors, fresh_subjects = corpus(n_articles=8, n_sentences=3, noise=0.3)
    assigned = assign_themes(fitted.model, fresh, vectors)
    assert assigned.column("theme") == [theme_of[subject] for subject in fresh_subjects]
    assert len(encodings.sentence_ids) == len(sentences)


def test_threshold_leaves_unlike_sentences_without_theme() -> None:
    sentences, encodings, _ = corpus()
    vectors = encodings.sentence_vectors.copy()
    vectors[0] = -vectors[0]
    outlier = encodings_of(list(encodings.sentence_ids), vectors)
    result = fit_themes(sentences, outlier, n_themes=4, min_similarity=0.5, unit=ThemeUnit.SENTENCE)
    themes, similarity = result.assignments.column("theme"), np.array(result.assignments.column("similarity"))
    assert themes[0] == NONE
    assert [theme == NONE for theme in themes] == (similarity < 0.5).tolist()
    assert sum(row["n_sentences"] for row in result.terms.rows()) == len(themes) - themes.count(NONE)


@pytest.mark.parametrize("unit", list(ThemeUnit))
def test_every_unit_gives_every_sentence_a_theme(unit: ThemeUnit) -> None:
    sentences, encodings, subjects = corpus(n_articles=8)
    result = fit_themes(sentences, encodings, n_themes=4, unit=unit)
    assert adjusted_rand_score(subjects, result.assignments.column("theme")) == 1.0


def test_model_round_trip(fitted: FittedThemes, tmp_path: Path) -> None:
    sentences, encodings, _ = corpus()
    save_theme_model(fitted.model, tmp_path / "model")
    loaded = load_theme_model(tmp_path / "model")
    assert loaded.table().table.equals(fitted.terms.table)
    assert loaded.parts == fitted.model.parts
    assert assign_themes(loaded, sentences, encodings).table.equals(fitted.assignments.table)
    assert {path.suffix for path in (tmp_path / "model").iterdir()} == {".json", ".safetensors"}


def test_bertopic_reads_its_own_view_back(fitted: FittedThemes, tmp_path: Path) -> None:
    from bertopic import BERTopic

    assert fitted.frame is not None
    save_theme_frame(fitted.frame, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".safetensors"}
    loaded = BERTopic.load(str(tmp_path))
    saved = {number: [word for word, _ in terms] for number, terms in fitted.frame.get_topics().items()}
    assert {number: [word for word, _ in terms] for number, terms in loaded.get_topics().items()} == saved


def test_broken_models_are_refused(fitted: FittedThemes, tmp_path: Path) -> None:
    with pytest.raises(ThemeModelError, match="missing"):
        load_theme_model(tmp_path / "nowhere")
    save_theme_model(fitted.model, tmp_path)
    (tmp_path / "themes.json").write_text('{"format": 1}')
    with pytest.raises(ThemeModelError, match="cannot be read"):
        load_theme_model(tmp_path)


def test_other_encoders_vectors_are_refused(fitted: FittedThemes) -> None:
    sentences, encodings, _ = corpus(d=8)
    with pytest.raises(ThemeModelError, match="16 numbers, got 8"):
        assign_themes(fitted.model, sentences, encodings)


def test_sentence_without_vector_is_refused() -> None:
    sentences, encodings, _ = corpus(n_articles=2)
    fewer = encodings_of(list(encodings.sentence_ids[1:]), encodings.sentence_vectors[1:].copy())
    with pytest.raises(MissingVectorsError, match="1 of 8 sentences"):
        fit_themes(sentences, fewer, n_themes=2)


def test_no_sentences_give_empty_tables() -> None:
    result = fit_themes(Sentences.from_rows([]), encodings_of([], np.zeros((0, 16))))
    assert len(result.terms) == len(result.assignments) == 0
    assert result.frame is None
    sentences, encodings, _ = corpus(n_articles=1)
    assert set(assign_themes(result.model, sentences, encodings).column("theme")) <= {NONE}


@pytest.mark.parametrize("n_themes", ["auto", 1, 5])
@pytest.mark.parametrize(("n_articles", "n_sentences"), [(1, 1), (1, 2), (1, 6), (2, 1)])
def test_next_to_nothing_gives_sensible_tables(n_themes: int, n_articles: int, n_sentences: int) -> None:
    sentences, encodings, _ = corpus(n_articles=n_articles, n_sentences=n_sentences)
    result = fit_themes(sentences, encodings, n_themes=n_themes)
    assert len(result.assignments) == len(sentences)
    assert 1 <= len(result.terms) <= len(sentences)
    assert sum(row["n_sentences"] for row in result.terms.rows()) == len(sentences)


def test_identical_sentences_are_one_theme() -> None:
    sentences, encodings, _ = corpus(n_articles=6, n_sentences=2)
    same = sentences.table.set_column(
        sentences.table.schema.get_field_index("text"), "text", [["The harbour froze over."] * len(sentences)]
    )
    vectors = np.repeat(encodings.sentence_vectors[:1], len(sentences), axis=0)
    result = fit_themes(Sentences(same), encodings_of(list(encodings.sentence_ids), vectors), n_themes=4)
    assert len(result.terms) == 1
    row = result.terms.rows()[0]
    assert row["n_sentences"] == 12
    assert len(row["representative"].split("\n")) == 1
    assert np.allclose(result.assignments.column("similarity"), 1.0, atol=1e-5)


def test_sentences_without_words_still_get_themes() -> None:
    sentences, encodings, _ = corpus(n_articles=4, n_sentences=1)
    blank = Sentences(
        sentences.table.set_column(
            sentences.table.schema.get_field_index("text"), "text", [["1, 2, 3!"] * len(sentences)]
        )
    )
    result = fit_themes(blank, encodings, n_themes=2)
    assert result.frame is None
    assert result.terms.column("name") == ["unnamed", "unnamed"]
    assert NONE not in result.assignments.column("theme")


def test_names_and_merges_of_the_user_hold() -> None:
    sentences, encodings, subjects = corpus()
    plain = fit_themes(sentences, encodings, n_themes=4)
    first, second, third, fourth = plain.terms.column("theme")
    overrides = ThemeOverrides(rename={first: "My own name"}, merge={first: [second], "t99": [fourth]})
    result = fit_themes(sentences, encodings, n_themes=4, overrides=overrides, previous=plain.model)
    assert result.terms.column("theme") == [first, third, fourth]
    assert result.terms.rows()[0]["name"] == "My own name"
    assert result.terms.rows()[0]["n_sentences"] == 48
    expected = [first if theme == second else theme for theme in plain.assignments.column("theme")]
    assert result.assignments.column("theme") == expected
    assert len(set(subjects)) == len(SUBJECTS)
    # The file may go again: the parts are still known by their own ids.
    back = fit_themes(sentences, encodings, n_themes=4, previous=result.model)
    assert back.assignments.column("theme") == plain.assignments.column("theme")


def test_seed_words_make_a_theme_of_their_name() -> None:
    sentences, encodings, subjects = corpus()
    seeds = {"Music making": ["violin rehearsal"], "Nobody says this": ["zeppelin"]}
    with pytest.warns(UserWarning, match=r"^No sentence .*'Nobody says this'") as told:
        result = fit_themes(sentences, encodings, n_themes=4, seed_words=seeds)
    (message,) = (str(one.message) for one in told if "seeded" in str(one.message))
    assert "Music making" not in message
    (named,) = (row["theme"] for row in result.terms.rows() if row["name"] == "Music making")
    assert "Nobody says this" not in result.terms.column("name")
    themes = result.assignments.column("theme")
    assert {subject for subject, theme in zip(subjects, themes, strict=True) if theme == named} == {"music"}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("rare-earth", "China’s rare-earth minerals"),
        ("Rare Earth", "rare‑earth minerals"),
        ("U.S.", "minerals and the U.S. market"),
        ("Xi's", "of Xi’s making"),
        ("Xi’s", "of XI'S making"),
        ("trade-off.", "a trade-off, then"),
        ("AT&T", "as AT&T said"),
    ],
)
def test_seed_words_with_marks_are_found_as_they_are_written(words: str, text: str) -> None:
    sentences, encodings, _ = corpus()
    texts = [text if row == 5 else kept for row, kept in enumerate(sentences.column("text"))]
    table = sentences.table.set_column(sentences.table.column_names.index("text"), "text", [texts])
    read = read_corpus(
        Sentences(table.cast(sentences.table.schema)), encodings, unit=ThemeUnit.SENTENCE, actor_names=(), raw_text=True
    )
    held, names = read.seeded({"Seed": [words]})
    assert names == ["Seed"]
    assert np.flatnonzero(held == 0).tolist() == [5]


def test_seeds_without_a_sentence_of_their_own_are_told_of() -> None:
    """No word of one, only marks, or nothing but sentences that hold another seed's words too."""
    sentences, encodings, _ = corpus()
    read = read_corpus(sentences, encodings, unit=ThemeUnit.SENTENCE, actor_names=(), raw_text=True)
    seeds = {"Tune": ["orchestra"], "Marks": ["—", ""], "Bare": [], "Also": ["violin"], "Ash": ["crater"]}
    with pytest.warns(UserWarning, match="'Tune', 'Marks', 'Bare', 'Also'") as told:
        held, names = read.seeded(seeds)
    assert (len(told), names, set(held.tolist())) == (1, ["Ash"], {-1, 0})


def test_random_state_touches_nothing_but_stability() -> None:
    sentences, encodings, _ = corpus(noise=1.0)
    one, two = (fit_themes(sentences, encodings, random_state=seed) for seed in (0, 1))
    assert one.numbers == two.numbers
    assert one.assignments.table.equals(two.assignments.table)
    assert one.terms.table.drop(["stability", "shaky"]).equals(two.terms.table.drop(["stability", "shaky"]))
