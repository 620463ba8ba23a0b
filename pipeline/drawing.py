"""Draw mentions for labelling from the annotated corpus."""

from __future__ import annotations

import json
from pathlib import Path

from tenor.features.errors import TenorError


def draw_labels(n: int, seed: int, to: Path, params_path: Path, data: Path) -> str:
    """Write ``n`` randomly drawn mentions to ``to``, tone and holder left open; says what was drawn.

    Raises:
        TenorError: ``to`` exists (labels already read must not be lost), or the corpus is not annotated yet.
    """
    import numpy as np

    from tenor.experiments.labelling import draw_sample
    from tenor.features.records import Articles, Mentions, Sentences
    from tenor.features.registry import load_registry
    from tenor.pipeline.layout import Layout
    from tenor.pipeline.params import load_params
    from tenor.pipeline.store import read_table

    if to.exists():
        raise TenorError(f"{to} exists and may hold labels: move it away, or name another file with --to.")
    at = Layout(data)
    registry = load_registry(Path(load_params(params_path).annotate.actors))
    rows = draw_sample(
        read_table(Mentions, at.mentions),
        read_table(Sentences, at.sentences),
        read_table(Articles, at.articles),
        n=n,
        rng=np.random.default_rng(seed),
    )
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return f"{len(rows)} mentions drawn into {to} ({len(registry.names)} actors in the registry)"
