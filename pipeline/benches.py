"""The benchmarks as text for people and JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tenor.features.errors import TenorError

_SYSTEMS = {
    "reader": "reader",
    "reader_unseen_articles": "reader, unseen articles",
    "target_blind": "reader, target hidden",
    "vader": "VADER",
    "majority": "majority class",
}


def tone_bench_text(data: Sequence[Path], *, as_json: bool) -> str:
    """The shipped reader on each file of ``data``.

    Raises:
        TenorError: a file is missing or is not in NewsMTSC's format.
    """
    from tenor.experiments.tone_bench import bench_tone, load_train_articles
    from tenor.features.encoder import MINILM
    from tenor.models.readers import WEIGHTS, load_encoder_reader

    _exist(data)
    reader = load_encoder_reader(MINILM, trained=True)
    bench = bench_tone(data, reader, train_articles=load_train_articles(WEIGHTS))
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


def themes_bench_text(data: Path, *, as_json: bool) -> str:
    """Tenor's themes beside stock BERTopic, NMF and LDA on one corpus, all on the packaged encoder's vectors.

    Raises:
        TenorError: the file is missing or is not a table of text, split and label.
    """
    from tenor.experiments.themes_bench import bench_themes, document_vectors, read_documents
    from tenor.features.encoder import MINILM
    from tenor.models.readers import load_encoder_reader
    from tenor.pipeline.console import err

    _exist([data])
    documents = read_documents(data)
    vectors = document_vectors(documents, load_encoder_reader(MINILM, trained=False))
    said = (lambda line: err.print(line, markup=False)) if err.is_terminal else None
    bench = bench_themes(documents, vectors, progress=said)
    return json.dumps(bench.as_dict()) if as_json else bench.as_text()


def _exist(paths: Sequence[Path]) -> None:
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise TenorError(f"No such file: {', '.join(missing)}. Public corpora and where to get them: docs/reader.md.")
