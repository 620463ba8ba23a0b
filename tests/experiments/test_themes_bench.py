"""The bench of themes: its measures against gensim and by hand, its rows against what was asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tenor.experiments.coherence import c_npmi, purity, topic_diversity
from tenor.experiments.theme_methods import ThemeMethod, as_sentences, fit_method
from tenor.experiments.theme_quality import coherence
from tenor.experiments.themes_bench import BenchDocuments, bench_themes, read_documents
from tenor.features.errors import TenorError
from tenor.models.theme_clusters import unit_rows

_SUBJECTS = {
    "sea": ["reef", "coral", "tide", "anchor", "harbour", "regatta", "buoy", "sail"],
    "cloth": ["loom", "wool", "dye", "thread", "weaver", "spindle", "linen", "felt"],
    "sky": ["comet", "orbit", "lens", "dome", "nebula", "eclipse", "meteor", "star"],
}


def _documents(n: int = 60, seed: int = 0) -> tuple[BenchDocuments, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = [list(_SUBJECTS)[row % 3] for row in range(n)]
    texts = tuple(" ".join(rng.choice(_SUBJECTS[label], size=14)) for label in labels)
    directions = np.linalg.qr(rng.normal(size=(8, 3)))[0].T
    vectors = directions[np.arange(n) % 3] + 0.1 * rng.normal(size=(n, 8))
    splits = tuple("test" if row >= n - 12 else "train" for row in range(n))
    return BenchDocuments(texts, splits, tuple(labels)), unit_rows(vectors.astype(np.float32))


def test_coherence_by_hand() -> None:
    # Windows of two words: ab bc ca | ab. P(a)=3/4, P(b)=3/4, P(ab)=1/2.
    found = c_npmi([["a", "b"]], [["a", "b", "c", "a"], ["a", "b"]], window=2)
    assert found[0] == pytest.approx(np.log(0.5 / (0.75 * 0.75)) / -np.log(0.5))


def test_coherence_is_gensims() -> None:
    pytest.importorskip("gensim", reason="gensim is the oracle of this test: pip install gensim")
    from gensim.corpora import Dictionary
    from gensim.models.coherencemodel import CoherenceModel

    rng = np.random.default_rng(0)
    words = [f"w{index}" for index in range(25)]
    texts = [list(rng.choice(words, size=int(size))) for size in rng.integers(1, 40, size=60)]
    topics = [list(rng.choice(words, size=6, replace=False)) for _ in range(4)]
    model = CoherenceModel(topics=topics, texts=texts, dictionary=Dictionary(texts), coherence="c_npmi", processes=1)
    assert np.allclose(c_npmi(topics, texts), model.get_coherence_per_topic())


def test_coherence_of_words_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="zebra"):
        c_npmi([["a", "zebra"]], [["a", "b"]])
    assert c_npmi([[], ["a"]], [["a", "b"]]) == [0, 0]


@pytest.mark.parametrize("term", ["U.S.", "u.s.", "Dr. Hale", "AT&T", "Yahoo!", "@hale", "rare-earth", "McDonald's"])
def test_coherence_counts_terms_with_marks_as_plain_words(term: str) -> None:
    """A term that ends in a stop, or holds a mark, stands in the documents as often as a plain word in its place."""
    documents = [f"The {{}} {word}. A market." for word in ("tariff", "tariff", "harvest", "reef")]
    documents += [
        "A tariff came to {}.",
        "{}, it said",
        "Rain.",
        "A tariff.",
        "In (the {}) it rained.",
        "",
        "U, S and dr",
    ]

    def found(word: str) -> float:
        return coherence([[word, "tariff"], [f"{word} tariff", "market"]], [text.format(word) for text in documents])

    assert found(term) == found("Zembla") != -1
    assert -1 < coherence([[term, "tariff"]], [text.format(term) for text in documents]) < 1


def test_coherence_of_terms_that_are_marks_only_or_nowhere() -> None:
    assert coherence([["…", "tariff"]], ["A tariff …", "…"]) == coherence([["zebra", "tariff"]], ["A tariff"]) == -1
    assert coherence([], ["A tariff"]) == coherence([["a", "b"]], []) == 0


def test_diversity_and_purity() -> None:
    assert topic_diversity([["a", "b"], ["b", "c"]]) == 0.75
    assert topic_diversity([]) == 0
    assert purity(["x", "x", "y", "y"], [0, 0, 0, 1]) == 0.75
    assert purity([], []) == 0


@pytest.mark.parametrize("method", [ThemeMethod.TENOR, ThemeMethod.NMF, ThemeMethod.LDA])
def test_methods_find_what_was_made(method: ThemeMethod) -> None:
    documents, vectors = _documents()
    fit = fit_method(method, documents.texts, vectors, n_topics=3, seed=0)
    assert purity(documents.labels, fit.labels.tolist()) > 0.9
    assert fit.labels.tolist() == fit.transform(documents.texts, vectors).tolist()
    # Each subject has eight words; NMF and LDA always list ten.
    heads = [set(topic[:5]) for topic in fit.topics]
    assert {label for head in heads for label, words in _SUBJECTS.items() if head <= set(words)} == set(_SUBJECTS)


def test_stock_bertopic_runs() -> None:
    documents, vectors = _documents(n=90)
    fit = fit_method(ThemeMethod.BERTOPIC, documents.texts, vectors, n_topics=3, seed=0)
    assert len(fit.labels) == 90
    assert len(fit.transform(documents.texts[:5], vectors[:5])) == 5


def test_ids_come_from_the_words_and_not_from_the_row() -> None:
    texts = ["reef tide", "loom wool", "reef tide"]
    forward, _ = as_sentences(texts, np.eye(3, dtype=np.float32))
    backward, _ = as_sentences(texts[::-1], np.eye(3, dtype=np.float32))
    assert sorted(forward.column("sentence_id")) == sorted(backward.column("sentence_id"))
    assert len(set(forward.column("sentence_id"))) == 3


def test_bench_has_a_row_for_everything_asked() -> None:
    documents, vectors = _documents()
    methods = (ThemeMethod.TENOR, ThemeMethod.NMF)
    bench = bench_themes(
        documents,
        vectors,
        numbers=(2, 3),
        methods=methods,
        n_seeds=2,
        n_repeats=3,
        n_resamples=2,
        stability_numbers=(3,),
    )
    assert len(bench.scores) == 2 * 2 * 2
    assert {(row.method, row.over) for row in bench.stability} == {
        (method, over) for method in methods for over in ("seeds", "shuffles", "resamples")
    }
    ours = bench.means()["tenor"]
    assert ours["seeds_rand"] == ours["shuffles_rand"] == ours["shuffles_overlap"] == 1
    assert ours["unassigned"] == 0
    assert ours["purity"] > 0.8
    assert all(row.n_new == 12 for row in bench.speed)
    assert json.loads(json.dumps(bench.as_dict()))["means"]["nmf"]["diversity"] > 0
    text = bench.as_text()
    assert "NPMI" in text
    assert "tenor" in text
    assert "nmf" in text


def test_vectors_of_another_file_are_refused() -> None:
    documents, vectors = _documents()
    with pytest.raises(TenorError, match="59 vectors for 60 documents"):
        bench_themes(documents, vectors[:-1])


def test_documents_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "corpus.tsv"
    path.write_text('reef "tide\ttrain\tsea\nloom wool\ttest\tcloth\n')
    documents = read_documents(path)
    assert documents == BenchDocuments(('reef "tide', "loom wool"), ("train", "test"), ("sea", "cloth"))
    assert documents.only(["test"]).texts == ("loom wool",)
    path.write_text("reef tide\ttrain\n")
    with pytest.raises(TenorError, match="line 1"):
        read_documents(path)
    path.write_text("")
    with pytest.raises(TenorError, match="line 1"):
        read_documents(path)
    with pytest.raises(TenorError, match="cannot be read"):
        read_documents(tmp_path / "nowhere.tsv")


def test_octis_bbc_reads(shared: Path) -> None:
    documents = read_documents(shared / "data" / "bbc_news" / "corpus.tsv")
    assert len(documents.texts) == 2225
    assert len(set(documents.labels)) == 5
