"""Naming: words, weights, terms and labels, each against a second route or by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tenor.models.theme_names import (
    choose_terms,
    distinct_share,
    document_npmi,
    label_of,
    mean_coherence,
    representative_rows,
)
from tenor.models.theme_overrides import OverridesError, ThemeOverrides, load_theme_overrides
from tenor.models.theme_text import JOINT, theme_tokens
from tenor.models.theme_weights import class_tf_idf, count_words


def test_words_lose_case_stop_words_and_possessives() -> None:
    found = theme_tokens(["The harbour's ferries, and a ferry of the harbour."])
    # Neither of "ferries" and "ferry" is commoner, so the plural stands.
    assert found.sentences == [["harbour", "ferries", "ferries", "harbour"]]


def test_commoner_of_plural_and_singular_wins() -> None:
    found = theme_tokens(["a lantern in the lanterns", "for the lantern by a lantern"])
    assert set(found.sentences[0]) == {"lantern"}


def test_collocations_become_phrases_and_do_not_cross_marks() -> None:
    text = "the salt marsh of the county by the road to the mill"
    found = theme_tokens([text] * 5 + ["by the salt. Marsh of the county"])
    assert found.sentences[0][0] == f"salt{JOINT}marsh"
    assert found.written[found.sentences[0][0]] == "salt marsh"
    assert f"salt{JOINT}marsh" not in found.sentences[5]


def test_names_of_actors_stay_whole_and_case_counts() -> None:
    text = "the Harbour Trust and the harbour, or the trust"
    found = theme_tokens([text], actor_names=["Harbour Trust", "Harbour"])
    assert found.actors == {f"Harbour{JOINT}Trust"}
    assert found.sentences[0][0] == f"Harbour{JOINT}Trust"
    assert found.sentences[0][1:] == ["harbour", "trust"]


def test_a_name_is_no_part_of_a_word() -> None:
    assert theme_tokens(["the unionist"], actor_names=["union"]).actors == frozenset()


def test_those_who_only_speak_name_nothing_but_actors_do() -> None:
    texts = ["The ferry was late, said Quillfeather.", "Quillfeather said that the Ombrosa said so."]
    assert not any("quillfeather" in row for row in theme_tokens(texts).sentences)
    assert "Ombrosa" in theme_tokens(texts, actor_names=["Ombrosa"]).sentences[1]


def test_verbs_name_nothing() -> None:
    tokens = theme_tokens(["The anchor sank.", "An anchor sank near the anchor."]).sentences
    assert tokens == [["anchor"], ["anchor", "anchor"]]


def test_preprocessed_words_are_kept_as_they_stand() -> None:
    assert theme_tokens(["The year 2025 said"], raw_text=False).sentences == [["The", "year", "2025", "said"]]


def test_hostile_text_takes_bounded_time() -> None:
    found = theme_tokens(["a" * 200_000, "x-" * 100_000, "." * 100_000, "'" * 100_000, "U." * 50_000])
    assert len(found.sentences) == 5


def test_class_tf_idf_is_that_of_bertopic() -> None:
    from bertopic.vectorizers import ClassTfidfTransformer

    counts = csr_matrix(np.random.default_rng(0).poisson(0.7, size=(4, 30)) + np.eye(4, 30))
    expected = ClassTfidfTransformer(reduce_frequent_words=True).fit(counts).transform(counts.copy()).toarray()
    used = np.asarray(counts.sum(axis=0))[0] > 0
    assert np.allclose(class_tf_idf(counts)[:, used], expected[:, used])


def test_counts_by_group() -> None:
    counts = count_words([["a", "b", "a"], [], ["b"], ["c"]])
    assert counts.words == ("a", "b", "c")
    assert counts.counts.toarray().tolist() == [[2, 1, 0], [0, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert counts.by_group(np.array([0, 0, 1, -1]), 2).toarray().tolist() == [[2, 1, 0], [0, 1, 0]]
    assert count_words([]).counts.shape == (0, 0)


def test_document_npmi_by_hand() -> None:
    presence = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [0, 0, 0]]))
    found = document_npmi(presence, [0, 1, 2])
    # P(0)=3/4, P(1)=1/2, P(0,1)=1/2: log(1/2 / (3/8)) / -log(1/2); 1 and 2 never meet.
    assert found[0, 1] == pytest.approx(np.log(4 / 3) / np.log(2))
    assert found[1, 2] == -1
    assert (np.diag(found) == 0).all()
    assert document_npmi(presence[:0], [0, 1]).tolist() == [[0, 0], [0, 0]]


def _corpus() -> tuple[np.ndarray, csr_matrix, list[str]]:
    words = ["reef", "coral", "tide", "loom", "wool", "dye"]
    documents = [[1, 1, 1, 0, 0, 0]] * 5 + [[0, 0, 0, 1, 1, 1]] * 5 + [[1, 0, 0, 0, 0, 1]]
    counts = csr_matrix(np.array(documents))
    labels = csr_matrix(np.array([[1] * 5 + [0] * 5 + [1], [0] * 5 + [1] * 5 + [0]]))
    return class_tf_idf(labels @ counts), counts, words


def test_terms_are_the_themes_own_and_coherent() -> None:
    weights, presence, words = _corpus()
    terms = choose_terms(weights, presence, words, n_terms=3)
    assert [{term for term, _ in theme} for theme in terms] == [{"reef", "coral", "tide"}, {"loom", "wool", "dye"}]
    assert all(list(theme) == sorted(theme, key=lambda term: -term[1]) for theme in terms)
    assert mean_coherence(terms, presence, words) > 0.5
    assert distinct_share(terms) == 1


def test_actors_name_only_themes_that_they_are_at_home_in() -> None:
    """``reef`` stands in both themes alike, so as an actor it names neither; ``loom`` is at home in the second."""
    weights = np.array([[1.0, 0.4, 0.1], [1.0, 0.0, 0.9]])
    presence = csr_matrix(np.ones((3, 3), dtype=int))
    chosen = choose_terms(weights, presence, ["reef", "tide", "loom"], n_terms=3, limited=["reef", "loom"])
    assert [{term for term, _ in theme} for theme in chosen] == [{"tide"}, {"loom"}]


def test_at_most_three_actors_a_theme() -> None:
    weights = np.zeros((2, 8))
    weights[0] = np.linspace(2, 1, 8)
    words = [f"actor{index}" for index in range(5)] + ["reef", "tide", "coral"]
    chosen = choose_terms(weights, csr_matrix(np.ones((4, 8), dtype=int)), words, n_terms=6, limited=words[:5])
    assert sum(term.startswith("actor") for term, _ in chosen[0]) == 3
    assert chosen[1] == []


def test_label_prefers_phrases_and_says_no_word_twice() -> None:
    terms = [("reef", 3.0), (f"coral{JOINT}reef", 2.0), ("tide", 1.0), ("loom", 0.5)]
    assert label_of(terms, {f"coral{JOINT}reef": "coral reef"}) == "coral reef, tide, loom"
    assert label_of([("Norland", 3.0), ("Norlandic", 2.0), ("tide", 1.0)], {}) == "Norland, tide"
    assert label_of([], {}) == "unnamed"


def test_label_takes_at_most_two_actors() -> None:
    terms = [("Anna", 3.0), ("Bert", 2.9), ("Carla", 2.8), ("tide", 0.1)]
    assert label_of(terms, {}, ["Anna", "Bert", "Carla"]) == "Anna, Bert, tide"


def test_representatives_are_likely_distinct_and_say_something() -> None:
    texts = [
        "Yes.",
        "The coral on the outer reef has turned white since spring.",
        "The coral on the outer reef has turned white since spring.",
        "Nobody on the quay could say when the tide would turn again.",
        "Somebody else wrote about a wholly different matter in that article.",
    ]
    fitness = np.array([0.9, 0.8, 0.7, 0.6, 0.75])
    picks = representative_rows(fitness, ["a", "b", "c", "d", "b"], texts, ["coral", "tide"], n_rows=5)
    assert picks == [1, 3, 0]


def test_overrides_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text("rename:\n  t03: Salt marshes\nmerge:\n  t01: [t02, t05]\n")
    overrides = load_theme_overrides(path)
    assert overrides.rename == {"t03": "Salt marshes"}
    known = frozenset(["t01", "t02", "t03"])
    assert [overrides.owner(part, known) for part in ("t01", "t02", "t03")] == ["t01", "t01", "t03"]
    assert overrides.owner("t02", frozenset(["t02"])) == "t02"
    path.write_text("")
    assert load_theme_overrides(path) == ThemeOverrides()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("renamed: {}", "renamed"),
        ("merge: {t01: [t02], t03: [t02]}", "merged into two"),
        ("merge: {t01: [t02], t02: [t03]}", "cannot itself be merged"),
        ("rename: {t01: ' '}", "empty"),
        ("rename: [", "not valid YAML"),
    ],
)
def test_bad_overrides_are_refused_in_one_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text(text)
    with pytest.raises(OverridesError, match=reason) as caught:
        load_theme_overrides(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(OverridesError, match="No theme overrides"):
        load_theme_overrides(tmp_path / "nowhere.yaml")
