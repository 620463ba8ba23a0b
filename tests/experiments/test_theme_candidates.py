"""Other ways of clustering: each finds what was made, and one whose package is absent is left out with a reason."""

from __future__ import annotations

import numpy as np
import pytest

from tenor.experiments import theme_candidates
from tenor.experiments.coherence import purity
from tenor.experiments.theme_candidates import Candidate, bench_candidates, cluster_with
from tenor.experiments.themes_bench import BenchDocuments
from tenor.features.errors import TenorError
from tenor.models.theme_clusters import unit_rows

_WORDS = {"sea": "reef coral tide anchor", "cloth": "loom wool dye thread", "sky": "comet orbit lens dome"}
_ASKED = [candidate for candidate in Candidate if candidate not in (Candidate.EVOC, Candidate.HDBSCAN)]


def _documents(n: int = 60) -> tuple[BenchDocuments, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = tuple(list(_WORDS)[row % 3] for row in range(n))
    texts = tuple(" ".join(rng.choice(_WORDS[label].split(), size=9)) for label in labels)
    vectors = np.eye(8)[np.arange(n) % 3] + 0.1 * rng.normal(size=(n, 8))
    return BenchDocuments(texts, ("train",) * n, labels), unit_rows(vectors.astype(np.float32))


@pytest.mark.parametrize("candidate", _ASKED)
def test_made_clusters_are_found(candidate: Candidate) -> None:
    documents, vectors = _documents()
    labels = cluster_with(candidate, vectors, documents.texts, n_clusters=3, seed=0)
    assert purity(documents.labels, labels.tolist()) == 1
    assert set(labels.tolist()) == {0, 1, 2}


def test_a_row_for_each_number_and_a_reason_for_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    documents, vectors = _documents()
    monkeypatch.setattr(theme_candidates, "_installed", lambda package: False)
    bench = bench_candidates(documents, vectors, numbers=(2, 3), candidates=[Candidate.WARD, Candidate.EVOC])
    assert [(row.n_asked, row.found) for row in bench.rows] == [(2, 2), (3, 3)]
    assert bench.rows[1].purity == bench.rows[1].over_seeds == bench.rows[1].over_resamples == 1
    assert "evoc is not installed" in bench.skipped[Candidate.EVOC.value]
    assert "left out" in bench.as_text()


def test_vectors_of_another_file_are_refused() -> None:
    documents, vectors = _documents()
    with pytest.raises(TenorError, match="59 vectors for 60"):
        bench_candidates(documents, vectors[:-1])
