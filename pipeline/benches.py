"""The benchmarks as text for people and JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tenor.features.errors import TenorError

if TYPE_CHECKING:
    from tenor.experiments.themes_bench import BenchDocuments
    from tenor.models.theme_clusters import Matrix

_SYSTEMS = {
    "reader": "reader",
    "reader_unseen_articles": "reader, unseen articles",
    "target_blind": "reader, target hidden",
    "vader": "VADER",
    "majority": "majority class",
}


def tone_bench_text(data: Sequence[Path], *, by_codebook: bool, as_json: bool) -> str:
    """The shipped reader on each file of ``data``: its head for the codebook, or else the one for NewsMTSC's crowd.

    Raises:
        TenorError: a file is missing or is not in NewsMTSC's format.
    """
    from tenor.experiments.tone_bench import bench_tone, load_train_articles
    from tenor.features.encoder import MINILM
    from tenor.models.readers import WEIGHTS, load_encoder_reader

    _exist(data)
    reader = load_encoder_reader(MINILM, trained=True)
    bench = bench_tone(data, reader, train_articles=load_train_articles(WEIGHTS), by_codebook=by_codebook)
    if as_json:
        return json.dumps(bench.as_dict())
    lines = []
    for file in bench.files:
        lines.append(f"{file.file}: {file.n_sentences} sentences, {file.reader.n_targets} targets")
        lines.append(f"  {'':24}{'n':>6}{'macro-F1':>10}{'95% interval':>18}{'accuracy':>10}{'recall':>8}{'ECE':>7}")
        for name, title in _SYSTEMS.items():
            found = getattr(file, name)
            if found is None:
                continue
            ece = "" if found.ece is None else f"{found.ece:.3f}"
            interval = f"[{found.low:.3f}, {found.high:.3f}]"
            lines.append(
                f"  {title:24}{found.n_targets:>6}{found.macro_f1:>10.3f}{interval:>18}"
                f"{found.accuracy:>10.3f}{found.average_recall:>8.3f}{ece:>7}"
            )
    return "\n".join(lines)


def themes_bench_text(
    data: Path, *, stability_numbers: Sequence[int], n_resamples: int, to: Path | None, as_json: bool
) -> str:
    """Tenor's themes beside stock BERTopic, NMF and LDA on one corpus, all on the packaged encoder's vectors.

    ``to`` is where the result is written as JSON, too.

    Raises:
        TenorError: the file is missing or is not a table of text, split and label.
    """
    from tenor.experiments.themes_bench import bench_themes
    from tenor.pipeline.console import progress

    documents, vectors = _documents(data)
    with progress("Comparing themes") as shown:
        bench = bench_themes(
            documents, vectors, n_resamples=n_resamples, stability_numbers=stability_numbers, progress=shown
        )
    if to is not None:
        to.write_text(json.dumps(bench.as_dict(), indent=1) + "\n", encoding="utf-8")
    return _told(bench, as_json)


def theme_candidates_text(data: Path, *, to: Path | None, as_json: bool) -> str:
    """Other ways of clustering beside ours, on one corpus and one set of vectors.

    Raises:
        TenorError: the file is missing or is not a table of text, split and label.
    """
    from tenor.experiments.theme_candidates import bench_candidates
    from tenor.pipeline.console import progress

    documents, vectors = _documents(data)
    with progress("Comparing clusterings") as shown:
        bench = bench_candidates(documents, vectors, progress=shown)
    if to is not None:
        to.write_text(json.dumps(bench.as_dict(), indent=1) + "\n", encoding="utf-8")
    return _told(bench, as_json)


def attribution_bench_text(data: Path, *, method: str, as_json: bool) -> str:
    """Who says what, on articles that people marked; see ``experiments.attribution_bench``.

    Raises:
        TenorError: the file is missing or breaks PolNeAR's layout, or there is no such method.
    """
    from tenor.experiments.attribution_bench import bench_attribution
    from tenor.experiments.attribution_data import read_attributed
    from tenor.experiments.attribution_methods import load_methods
    from tenor.pipeline.console import progress

    _exist([data])
    articles = read_attributed(data)
    methods = load_methods(method)
    with progress("Reading articles") as shown:
        bench = bench_attribution(articles, methods, progress=shown)
    return _told(bench, as_json)


def holder_bench_text(data: Path, *, actors: Path, articles: Path | None, method: str, as_json: bool) -> str:
    """Whose view mentions stand in; with ``articles`` the data are labels drawn from them, as in seeds/labels.jsonl.

    ``method`` is how who says what is found: ``rules`` or ``tagger``.

    Raises:
        TenorError: a file is missing or breaks its layout, labels do not fit the articles, or there is no such method.
    """
    from tenor.experiments.holder_bench import bench_holder, place_labels, read_holder_rows
    from tenor.features.annotate import annotate_articles
    from tenor.features.labels import read_labels
    from tenor.features.registry import load_registry
    from tenor.pipeline.params import IngestParams
    from tenor.pipeline.stages import read_articles

    _exist([data])
    if method not in {"rules", "tagger"}:
        raise TenorError(f"No attribution method '{method}'; choose rules or tagger.")
    tagger = None
    if method == "tagger":
        from tenor.models.taggers import load_shipped_tagger

        tagger = load_shipped_tagger()
    registry = load_registry(actors)
    if articles is None:
        rows = read_holder_rows(data)
    else:
        rows = place_labels(read_labels(data), read_articles(IngestParams(articles=str(articles))).articles)
    bench = bench_holder(rows, lambda given: annotate_articles(given, registry, tagger=tagger).mentions, registry.ids)
    return _told(bench, as_json)


def direction_bench_text(data: Path, *, as_json: bool) -> str:
    """Who is for or against whom, on directed sentiment split anew so that no sentence stands on both sides.

    Raises:
        TenorError: nothing can be read there, or it is not in the corpus's layout.
    """
    from tenor.experiments.direction_bench import bench_direction, read_directed
    from tenor.features.encoder import MINILM
    from tenor.models.readers import load_encoder_reader
    from tenor.pipeline.console import err

    if not data.is_dir():
        _exist([data])
    rows = read_directed(data)
    said = (lambda line: err.print(line, markup=False)) if err.is_terminal else None
    bench = bench_direction(rows, load_encoder_reader(MINILM, trained=True), progress=said)
    return _told(bench, as_json)


def report_bench_text(n_mentions: int, *, n_openings: int, as_json: bool) -> str:
    """The report of an invented result: bytes, seconds to its first picture in Chromium, errors, requests.

    Raises:
        TenorError: there is no Chromium or no playwright.
    """
    from tenor.pipeline.console import err
    from tenor.pipeline.report_bench import bench_report

    said = (lambda line: err.print(line, markup=False)) if err.is_terminal else None
    bench = bench_report(n_mentions, n_openings=n_openings, progress=said)
    return _told(bench, as_json)


def _documents(data: Path) -> tuple[BenchDocuments, Matrix]:
    """A table of texts with their unit vectors by the packaged encoder."""
    from tenor.experiments.themes_bench import document_vectors, read_documents
    from tenor.features.encoder import MINILM
    from tenor.models.readers import load_encoder_reader

    _exist([data])
    documents = read_documents(data)
    return documents, document_vectors(documents, load_encoder_reader(MINILM, trained=False))


class _Bench(Protocol):
    def as_dict(self) -> dict[str, Any]: ...

    def as_text(self) -> str: ...


def _told(bench: _Bench, as_json: bool) -> str:
    return json.dumps(bench.as_dict()) if as_json else bench.as_text()


def _exist(paths: Sequence[Path]) -> None:
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise TenorError(f"No such file: {', '.join(missing)}. Public corpora and where to get them: docs/reader.md.")
