"""Shared fixtures: where the optional public data lies, and the environment every test runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tenor.features.reader import Reader
    from tenor.features.records import Labels
    from tenor.models.tone import ToneScorer

ROOT = Path(__file__).resolve().parents[1]

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


# Files that take minutes by themselves begin first, lest one worker runs the longest of them alone at the end.
_LONGEST = ("test_dvc.py", "test_served_tone.py", "test_report_browser.py", "test_cli.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    items.sort(key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST))


# A busy machine is slow, which says nothing about the code.
settings.register_profile("tenor", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tenor")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with public corpora and real articles that may lie beside the project."""
    folder = Path(os.environ.get("TENOR_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("no shared data folder beside the project (set TENOR_SHARED to point at one)")
    return folder


_ACTORS = ("Norland", "Vestria", "Oskar Brandt", "the Harbour Council", "Mirela Kovač", "Sudmark")
_TEMPLATES = {
    -1: (
        "{} broke its promise and betrayed its weakest partners.",
        "Critics condemned {} for a cruel and reckless policy.",
        "The audit calls {} corrupt, careless and dishonest.",
        "Nobody trusts {} after the shameful failure at the border.",
    ),
    0: (
        "{} will send a delegation to the talks on Tuesday.",
        "A spokesperson for {} read out the date of the hearing.",
        "The ferry from {} arrives at nine and leaves at noon.",
        "Officials met {} for an hour and published the agenda.",
    ),
    1: (
        "{} won praise for its generous and honest help.",
        "Villagers thanked {} for the brave and skilful rescue.",
        "The report applauds {} as a reliable and fair friend.",
        "{} delivered an excellent result that delighted everyone.",
    ),
}


@pytest.fixture(scope="session")
def labels() -> Labels:
    """72 labelled mentions in 12 articles: six actors, four plain sentences a class."""
    from tenor.features.records import Labels

    rows = []
    for number, actor in enumerate(_ACTORS):
        for polarity, templates in _TEMPLATES.items():
            for place, template in enumerate(templates):
                sentence = template.format(actor)
                start = sentence.index(actor)
                article = f"article-{2 * number + place % 2:02d}"
                rows.append(
                    {
                        "label_id": f"{article}:{polarity}:{place}",
                        "article_id": article,
                        "sentence": sentence,
                        "start": start,
                        "end": start + len(actor),
                        "mention": actor,
                        "polarity": polarity,
                        "actor": actor.lower().replace(" ", "-"),
                        "holder": "author",
                        "outlet": "dawn" if number % 2 else "dusk",
                        "inclusion_probability": 0.5 if place < 2 else 0.25,
                    }
                )
    return Labels.from_rows(rows)


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The packaged encoder without a trained head, loaded once a worker."""
    from tenor.models.readers import load_encoder_reader

    return load_encoder_reader("minilm", trained=False)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with random weights in the Hugging Face layout: any encoder that is not the packaged one."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-bert")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters), ".", ","]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
    )
    BertModel(config).save_pretrained(folder, safe_serialization=True)
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def scorer(labels: Labels, reader: Reader) -> ToneScorer:
    """A tone scorer on the packaged encoder and VADER, fitted on ``labels``."""
    from tenor.models.tone import ToneScorer, read_mentions
    from tenor.models.tone_classifier import fit_tone_classifier
    from tenor.models.tone_features import FeatureSet, feature_blocks

    texts, spans = labels.column("sentence"), list(zip(labels.column("start"), labels.column("end"), strict=True))
    blocks = feature_blocks(FeatureSet.ENCODER_VADER, texts, spans, read_mentions(reader, texts, spans))
    classifier = fit_tone_classifier(
        blocks, np.array(labels.column("polarity")), labels.column("article_id"), n_folds=3, random_state=0
    )
    # Sentences this plain make it all but certain; flattened, its probabilities show what changes them.
    classifier = replace(classifier, temperature=2.0)
    return ToneScorer(classifier=classifier, feature_set=FeatureSet.ENCODER_VADER, encoder="minilm", reader=reader)


@dataclass(frozen=True)
class Outcome:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def tenor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """The command line's own entry point, run in this process; an error it does not handle escapes."""
    from tenor.pipeline.cli import main

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["tenor", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        else:
            code = 0
        shown = capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    return run
