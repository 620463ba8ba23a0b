"""The tagger at work: articles in, who says what out. Importing this is cheap; nothing here reaches a network."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenor.features.sentences import SentenceSpan, Span
from tenor.features.weights import REMEDY, WeightsError, check_base, merge, read_manifest

if TYPE_CHECKING:
    from torch import Tensor

    from tenor.features.tagger_frame import Unit
    from tenor.features.tagger_net import TaggerNet

MANIFEST = "tagger.json"
WEIGHTS = "tagger.safetensors"
FORMAT = 1
SHARED_SOURCE = 0.15  # a cue with no source of its own takes a neighbour's that leans to it at least so much


@dataclass(frozen=True)
class TaggerConfig:
    """What ``tagger.json`` says about the weights; see ``load_tagger``."""

    hidden: int
    scale: float
    base_sha256: str


@dataclass(frozen=True)
class Relation:
    """Somebody says something: character spans of the article; a content may come in parts, all else may be missing."""

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]


def load_tagger(weights_dir: Path, base_model: Any, tokenizer: Any, *, base_sha256: str = "") -> Tagger:
    """A ``Tagger`` on a copy of ``base_model`` (a BERT-like transformers encoder) with the weights merged in.

    Raises ``WeightsError`` where a file is missing or altered, or the weights were trained on another encoder than the
    one with SHA-256 ``base_sha256``.
    """
    manifest = weights_dir / MANIFEST
    said, _ = read_manifest(manifest, WEIGHTS, FORMAT)
    try:
        config = TaggerConfig(**said["tagger"])
    except (KeyError, TypeError) as error:
        raise WeightsError(f"{manifest}: expected the tagger's configuration, got {error!r}; {REMEDY}.") from error
    check_base(weights_dir / WEIGHTS, config.base_sha256, base_sha256)
    from safetensors.torch import load_file

    from tenor.features.tagger_net import TaggerNet

    net = TaggerNet(copy.deepcopy(base_model), hidden=config.hidden)
    merge(net, load_file(weights_dir / WEIGHTS), config.scale, WEIGHTS)
    return Tagger(net.eval(), tokenizer)


class Tagger:
    """Finds sources, cues and contents, and which belong together; made by ``load_tagger``."""

    def __init__(self, net: TaggerNet, tokenizer: Any) -> None:
        self.net = net
        self.tokenizer = tokenizer

    def tag(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[SentenceSpan]],
        *,
        batch_tokens: int = 4000,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[list[Relation]]:
        """The relations of each of ``texts``, given its sentences, in order of their first span.

        ``batch_tokens`` bounds a batch, padding included; results do not depend on it beyond rounding. A text with no
        sentences has none. ``progress`` is told units done and in all.
        """
        import torch

        from tenor.features.tagger_frame import frame_units

        units = [
            (number, unit)
            for number, (text, spans) in enumerate(zip(texts, sentences, strict=True))
            for unit in frame_units(text, spans, self.tokenizer)
        ]
        found: list[list[Relation]] = [[] for _ in texts]
        order = sorted(range(len(units)), key=lambda i: -len(units[i][1].ids))
        at = 0
        with torch.inference_mode():
            while at < len(order):
                n_rows = max(1, batch_tokens // len(units[order[at]][1].ids))
                group = [units[i] for i in order[at : at + n_rows]]
                batch = batch_units([unit for _, unit in group])
                views, scores = self.net(batch)
                for row, tags in enumerate(self.net.best_tags(scores, batch.lengths)):
                    number, unit = group[row]
                    found[number].extend(self._relate(unit, views[row], tags))
                at += len(group)
                if progress is not None:
                    progress(at, len(order))
        return [sorted(relations, key=_first) for relations in found]

    def _relate(self, unit: Unit, views: Tensor, tags: Sequence[int]) -> list[Relation]:
        """Every content and source of a unit goes to the cue it fits best; without a cue a content stands alone."""
        import torch

        spans = [(kind, i, j) for kind, i, j in spans_of(tags) if i >= 1 and j <= len(unit.offsets)]
        cues = [(i, j) for kind, i, j in spans if kind == 1]
        sources = [(i, j) for kind, i, j in spans if kind == 0]
        contents = [(i, j) for kind, i, j in spans if kind == 2]

        def written(span: tuple[int, int]) -> Span:
            return Span(unit.offsets[span[0] - 1][0], unit.offsets[span[1] - 1][1])

        if not cues:
            return [Relation(None, None, (written(content),)) for content in contents]
        taken: list[int | None] = [None] * len(cues)
        parts: list[list[Span]] = [[] for _ in cues]
        others = sources + contents
        if others:
            kinds = torch.tensor([0] * len(sources) + [1] * len(contents))
            scores = self.net.link_scores(views, torch.tensor(cues), torch.tensor(others), kinds)
            fits = scores.softmax(dim=1)  # [S, C]
            best = fits.argmax(dim=1).tolist()
            for k, content in enumerate(contents, len(sources)):
                parts[best[k]].append(written(content))
            for k in range(len(sources)):
                before = taken[best[k]]
                if before is None or scores[k, best[k]] > scores[before, best[k]]:
                    taken[best[k]] = k
            for c in range(len(cues)):
                if taken[c] is None and sources:
                    k = int(fits[: len(sources), c].argmax())
                    taken[c] = k if float(fits[k, c]) >= SHARED_SOURCE else None
        return [
            Relation(None if k is None else written(sources[k]), written(cue), tuple(content))
            for cue, k, content in zip(cues, taken, parts, strict=True)
        ]


def spans_of(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """(kind, first token, last token) of each span in well-formed ``tags``; kinds as ``tagger_net.KINDS``."""
    found: list[tuple[int, int, int]] = []
    first = 0
    for i, tag in enumerate(tags):
        if tag == 0:
            continue
        kind, part = divmod(tag - 1, 4)
        if part in (0, 3):
            first = i
        if part in (2, 3):
            found.append((kind, first, i))
    return found


def batch_units(units: Sequence[Unit]) -> Any:
    """Units as one padded ``TagBatch``."""
    import torch

    from tenor.features.tagger_net import FEATURES, TagBatch

    length = max(len(unit.ids) for unit in units)
    ids = torch.zeros((len(units), length), dtype=torch.long)
    features = torch.zeros((len(units), length, len(FEATURES)), dtype=torch.long)
    for i, unit in enumerate(units):
        ids[i, : len(unit.ids)] = torch.tensor(unit.ids)
        features[i, : len(unit.ids)] = torch.from_numpy(unit.features)
    return TagBatch(ids, torch.tensor([len(unit.ids) for unit in units]), features)


def _first(relation: Relation) -> int:
    return min(span.start for span in (relation.source, relation.cue, *relation.content) if span is not None)
