"""The reader at work: sentences and target spans in, sentence vectors, target vectors and tone logits out.

Importing this module is cheap: torch comes with the first ``load_reader``. Nothing here reaches a network.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tenor.features.errors import TenorError
from tenor.features.weights import REMEDY, WeightsError, check_base, merge, read_manifest

if TYPE_CHECKING:
    from tenor.features.reader_net import Batch, ReaderNet

Floats = npt.NDArray[np.float32]
Span = tuple[int, int]

MANIFEST = "reader.json"
WEIGHTS = "reader.safetensors"
FORMAT = 2
N_CLASSES = 3  # negative, neutral, positive
MAX_TOKENS = 256  # as all-MiniLM-L6-v2 was published to be used


class SpanError(TenorError):
    """A target's span does not fit its sentence."""


@dataclass(frozen=True)
class ReaderConfig:
    """What ``reader.json`` says about the weights; see ``load_reader``."""

    n_probes: int
    hidden: int
    scale: float
    temperature: float
    max_tokens: int
    base_sha256: str
    weights_sha256: str = ""


@dataclass(frozen=True)
class Reading:
    """What one pass found: S sentences and T targets, targets in the order given, sentence by sentence.

    ``sentence_vectors`` float32 [S, d], L2-normalised means over tokens; ``owners`` int64 [T], each target's sentence;
    ``target_vectors`` float32 [T, h]; ``target_logits`` float32 [T, 6], None without reader weights: negative, neutral,
    positive as the crowd that labelled NewsMTSC would say, then the same by the project's codebook. Empty input gives
    arrays with no rows. ``temperature`` is that of the crowd's.
    """

    sentence_vectors: Floats
    owners: npt.NDArray[np.int64]
    target_vectors: Floats
    target_logits: Floats | None
    temperature: float = 1.0

    @property
    def probabilities(self) -> Floats:
        """The crowd's class probabilities float32 [T, 3], calibrated; ``WeightsError`` where no logits were made."""
        return _softmax(self._logits()[:, :N_CLASSES] / self.temperature)

    @property
    def codebook_probabilities(self) -> Floats:
        """Class probabilities by the codebook float32 [T, 3], as the head gives them; errors as ``probabilities``."""
        return _softmax(self._logits()[:, N_CLASSES:])

    def _logits(self) -> npt.NDArray[np.float64]:
        if self.target_logits is None:
            raise WeightsError(f"got a reading by the bare encoder, which has no tone; {REMEDY}.")
        return self.target_logits.astype(np.float64)


def _softmax(logits: npt.NDArray[np.float64]) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    share: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return share


@dataclass(frozen=True)
class Window:
    """A piece of a sentence that fits the encoder: ``tokens`` start:end of the sentence's, and the targets read in it.

    ``spans`` are token ranges within the framed piece ([CLS] is 0); ``targets`` are indices among the sentence's.
    """

    start: int
    end: int
    targets: tuple[int, ...]
    spans: tuple[Span, ...]


def token_span(offsets: Sequence[Span], span: Span) -> Span:
    """The tokens that overlap the characters ``span``; the nearest token where none does (a span of blanks)."""
    inside = [i for i, (start, end) in enumerate(offsets) if start < span[1] and end > span[0]]
    if inside:
        return inside[0], inside[-1] + 1
    nearest = min(range(len(offsets)), key=lambda i: abs(offsets[i][0] - span[0]), default=0)
    return nearest, nearest + 1


def windows(offsets: Sequence[Span], spans: Sequence[Span], body: int) -> list[Window]:
    """Windows of at most ``body`` tokens that show every span; the first always starts the sentence.

    A target within the first ``body`` tokens is read there; a later one in a window centred on it. A span longer than
    a window is cut at its end.
    """
    n_tokens = len(offsets)
    found: dict[int, list[tuple[int, Span]]] = {0: []}
    for index, span in enumerate(spans):
        first, last = token_span(offsets, span)
        last = min(last, first + body)
        shift = 0 if last <= body else max(0, min((first + last - body) // 2, n_tokens - body))
        found.setdefault(shift, []).append((index, (first - shift + 1, last - shift + 1)))
    return [
        Window(shift, min(shift + body, n_tokens), tuple(i for i, _ in held), tuple(s for _, s in held))
        for shift, held in found.items()
    ]


def load_reader(weights_dir: Path | None, base_model: Any, tokenizer: Any, *, base_sha256: str = "") -> Reader:
    """A ``Reader`` on ``base_model`` with the weights of ``weights_dir`` merged in; the bare encoder where it is None.

    ``base_model`` is a loaded BERT-like transformers encoder and stays as it is: the weights go into a copy.
    Raises ``WeightsError`` where a file is missing, its SHA-256 is not the manifest's, or ``base_sha256`` (the
    checksum of the encoder's weights, where given) is not the one that the weights were trained on.
    """
    from tenor.features.reader_net import ReaderNet

    if weights_dir is None:
        net = ReaderNet(base_model, n_probes=0, hidden=1)
        n_positions = int(base_model.config.max_position_embeddings) - net.first_position
        config = ReaderConfig(0, 0, 1.0, 1.0, min(MAX_TOKENS, n_positions), base_sha256)
        return Reader(net.eval(), tokenizer, config, has_head=False)
    config = check_weights(weights_dir)
    check_base(weights_dir / WEIGHTS, config.base_sha256, base_sha256)
    from safetensors.torch import load_file

    net = ReaderNet(copy.deepcopy(base_model), n_probes=config.n_probes, hidden=config.hidden)
    merge(net, load_file(weights_dir / WEIGHTS), config.scale, WEIGHTS)
    return Reader(net.eval(), tokenizer, config, has_head=True)


def check_weights(weights_dir: Path) -> ReaderConfig:
    """The manifest's configuration, once every file it lists is there with its checksum; else an error says which."""
    manifest = weights_dir / MANIFEST
    said, digest = read_manifest(manifest, WEIGHTS, FORMAT)
    try:
        return ReaderConfig(**said["reader"], weights_sha256=digest)
    except (KeyError, TypeError) as error:
        raise WeightsError(f"{manifest}: expected the reader's configuration, got {error!r}; {REMEDY}.") from error


class Reader:
    """Reads sentences and their targets in one encoder pass; made by ``load_reader``."""

    def __init__(self, net: ReaderNet, tokenizer: Any, config: ReaderConfig, *, has_head: bool) -> None:
        self.net = net
        self.tokenizer = tokenizer
        self.config = config
        self.has_head = has_head

    @property
    def fingerprint(self) -> str | None:
        """SHA-256 of the weights file, None for the bare encoder: what a scorer fitted on this reader is tied to."""
        return self.config.weights_sha256 or None

    def read(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        *,
        batch_size: int = 32,
        blind: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Reading:
        """Read ``texts`` (one sentence each) with the character ``spans`` of their targets.

        ``blind`` hides which words are the target (the whole sentence stands for it): the control that shows what the
        target is worth. Raises ``SpanError`` where a span is empty or leaves its sentence, or the counts differ.
        """
        import torch

        _check_spans(texts, spans)
        pieces = list(self._pieces(texts, spans, blind))
        counts = [len(found) for found in spans]
        firsts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        width = int(self.net.encoder.config.hidden_size)
        sentences = np.zeros((len(texts), width), dtype=np.float32)
        vectors = np.zeros((int(firsts[-1]), self.config.hidden if self.has_head else width), dtype=np.float32)
        logits = np.zeros((int(firsts[-1]), 2 * N_CLASSES), dtype=np.float32)
        order = sorted(range(len(pieces)), key=lambda i: -len(pieces[i][1]))
        device = next(self.net.parameters()).device
        with torch.inference_mode():
            for k in range(0, len(order), batch_size):
                group = [pieces[i] for i in order[k : k + batch_size]]
                batch = _batch(group, device, int(self.tokenizer.pad_token_id or 0))
                mean, vector, logit = self.net(batch) if self.has_head else self.net.bare(batch)
                mean = torch.nn.functional.normalize(mean, dim=1).cpu().numpy()
                for j, (row, _, window) in enumerate(group):
                    if window.start == 0:
                        sentences[row] = mean[j]
                places = [int(firsts[row]) + t for row, _, window in group for t in window.targets]
                vectors[places] = vector.cpu().numpy()
                if logit is not None:
                    logits[places] = logit.cpu().numpy()
                if progress is not None:
                    progress(min(k + batch_size, len(order)), len(order))
        return Reading(
            sentences,
            np.repeat(np.arange(len(texts), dtype=np.int64), counts),
            vectors,
            logits if self.has_head else None,
            self.config.temperature,
        )

    def _pieces(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], blind: bool
    ) -> Iterator[tuple[int, list[int], Window]]:
        """Framed pieces: the sentence's number, token ids with [CLS] and [SEP], and the window."""
        if not texts:
            return
        coded = self.tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        for row, (ids, offsets) in enumerate(zip(coded["input_ids"], coded["offset_mapping"], strict=True)):
            for window in windows(offsets, spans[row], self.config.max_tokens - 2):
                framed = [self.tokenizer.cls_token_id, *ids[window.start : window.end], self.tokenizer.sep_token_id]
                if blind:
                    whole = ((1, max(2, len(framed) - 1)),) * len(window.targets)
                    window = Window(window.start, window.end, window.targets, whole)
                yield row, framed, window


def _check_spans(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
    if len(texts) != len(spans):
        raise SpanError(f"got {len(texts)} sentences and spans for {len(spans)}; give every sentence its spans.")
    for text, found in zip(texts, spans, strict=True):
        for start, end in found:
            if not 0 <= start < end <= len(text):
                raise SpanError(f"got span {start}:{end}, expected it within the sentence's {len(text)} characters.")


def _batch(group: Sequence[tuple[int, list[int], Window]], device: Any, pad: int) -> Batch:
    import torch

    from tenor.features.reader_net import Batch

    ids = torch.full((len(group), max(len(framed) for _, framed, _ in group)), pad, dtype=torch.long)
    for i, (_, framed, _) in enumerate(group):
        ids[i, : len(framed)] = torch.tensor(framed)
    held = [(i, j) for i, (_, _, window) in enumerate(group) for j in range(len(window.targets))]
    return Batch(
        ids=ids.to(device),
        lengths=torch.tensor([len(framed) for _, framed, _ in group], device=device),
        owners=torch.tensor([i for i, _ in held], dtype=torch.long, device=device),
        slots=torch.tensor([j for _, j in held], dtype=torch.long, device=device),
        spans=torch.tensor([group[i][2].spans[j] for i, j in held], dtype=torch.long, device=device).view(-1, 2),
    )
