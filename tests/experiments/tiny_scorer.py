"""A real scorer, fitted on a few invented sentences, and the files of a result around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tenor.experiments.tracking import Dataset, Result, track_result, tracking_uri
from tenor.features.records import CrossValidation
from tenor.models import ToneScorer
from tenor.models.tone_features import FeatureSet

_WORDS = {-1: ("blamed", "condemned"), 0: ("met", "counted"), 1: ("praised", "thanked")}

ACTORS = """
actors:
  - id: norland
    name: Norland
    aliases: [the Norlanders]
  - id: sudria
    name: Sudria
"""


def fit_tiny_scorer(feature_set: FeatureSet) -> ToneScorer:
    """Fitted on 60 mentions in 20 articles."""
    texts, labels = [], []
    for i in range(60):
        label = (-1, 0, 1)[i % 3]
        texts.append(f"The council of town {i} {_WORDS[label][i % 2]} Norland on Monday.")
        labels.append(label)
    spans = [(text.index("Norland"), text.index("Norland") + 7) for text in texts]
    groups = [f"a{i // 3}" for i in range(60)]
    return ToneScorer.fit(texts, spans, labels, groups, feature_set=feature_set, n_folds=3)


def tiny_predictions(accuracy: float, *, seed: int) -> CrossValidation:
    """Out-of-fold predictions of 200 mentions in 40 articles, right with the given chance (or by luck)."""
    labels = np.random.default_rng(0).integers(-1, 2, size=200)
    rng = np.random.default_rng(seed)
    predicted = np.where(rng.random(200) < accuracy, labels, rng.integers(-1, 2, size=200))
    names = ("p_neg", "p_neu", "p_pos")
    return CrossValidation.from_rows(
        {
            "label_id": f"a{i // 5}:{i}",
            "article_id": f"a{i // 5}",
            "near_duplicate_group": f"a{i // 5}",
            "fold": i % 3,
            "sentence": "Norland met Sudria.",
            "start": 0,
            "end": 7,
            "mention": "Norland",
            "polarity": int(labels[i]),
            **{name: 0.8 if value == predicted[i] else 0.1 for name, value in zip(names, (-1, 0, 1), strict=True)},
            "predicted": int(predicted[i]),
            "vader": 0,
            "majority": 0,
        }
        for i in range(200)
    )


def tiny_result(folder: Path, identity: str, *, macro_f1: float, predictions: CrossValidation | None) -> Result:
    """The files of a result in ``folder`` (a saved scorer must be at ``folder / "scorer"``)."""
    tables = folder / f"tables-{identity[:8]}"
    tables.mkdir(exist_ok=True)
    (tables / "estimates.csv").write_text("actor,tone\nnorland,0.1\n", encoding="utf-8")
    if predictions is not None:
        pq.write_table(predictions.table, tables / "cross_validation.parquet")
    (folder / "plots").mkdir(exist_ok=True)
    (folder / "plots" / "confusion.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (folder / "report.html").write_text("<!doctype html><title>r</title>", encoding="utf-8")
    (folder / "actors.yaml").write_text(ACTORS, encoding="utf-8")
    return Result(
        identity=identity,
        params={"train": {"features": "vader", "n_folds": 3}, "themes": {"n_themes": "auto"}, "empty": [1, "é"]},
        metrics={"macro_f1": macro_f1, "vader.macro_f1": 0.41, "f1 (Côte d'Ivoire)": 0.5, "undefined": float("nan")},
        tables=tables,
        plots=folder / "plots",
        report=folder / "report.html",
        scorer=folder / "scorer",
        actors=folder / "actors.yaml",
        datasets=[Dataset("articles", "0123456789abcdef" * 4, "seeds/articles")],
        tags={"features": "vader"},
        name=f"run-{identity[:3]}",
    )


def track_tiny_scorer(folder: Path, feature_set: FeatureSet) -> str:
    """A tiny scorer saved in ``folder`` and tracked in a store of its own there; the store's address."""
    fit_tiny_scorer(feature_set).save(folder / "scorer")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DVC_ROOT", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
            patch.delenv(name, raising=False)
        uri = tracking_uri(folder)
    result = tiny_result(folder, "e" * 64, macro_f1=0.6, predictions=None)
    track_result(result, experiment="tenor", model="tenor-tone", tracking_uri=uri)
    return uri
