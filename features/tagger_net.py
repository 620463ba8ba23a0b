"""The tagger's network: tokens of a paragraph in; source, cue and content tags and their links out.

The encoder reads lower-cased words; what case, quotation marks and sentence ends say comes beside them as features.
A bidirectional recurrent layer and a linear-chain conditional random field (Lafferty et al., 2001) turn token states
into spans; a bilinear score says which cue a source or a content belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

KINDS = ("source", "cue", "content")
# O, then begin, inside, end, single of each kind.
N_TAGS = 1 + 4 * len(KINDS)
FEATURES = (6, 4, 3)  # values of each token feature: shape of the word, place in a quotation, place in its sentence
_FORBIDDEN = -1e4


@dataclass(frozen=True)
class TagBatch:
    """Tensors of B paragraphs padded to L tokens.

    ``ids`` int64 [B, L], ``lengths`` int64 [B], ``features`` int64 [B, L, F] (see ``FEATURES``).
    """

    ids: Tensor
    lengths: Tensor
    features: Tensor


def allowed_steps() -> Tensor:
    """Which tag may follow which: bool [N_TAGS + 1, N_TAGS + 1]; the last row is the start, the last column the end."""
    ok = torch.zeros(N_TAGS + 1, N_TAGS + 1, dtype=torch.bool)
    for before in range(N_TAGS + 1):
        for after in range(N_TAGS + 1):
            opened = before not in (0, N_TAGS) and (before - 1) % 4 in (0, 1)  # begin or inside: the span goes on
            continues = after not in (0, N_TAGS) and (after - 1) % 4 in (1, 2)  # inside or end
            same = opened and after not in (0, N_TAGS) and (before - 1) // 4 == (after - 1) // 4
            ok[before, after] = (continues and same) if opened else not continues
    return ok


class TaggerNet(nn.Module):
    """An encoder with token features, a recurrent layer, tag scores, their transitions and link scores."""

    def __init__(self, encoder: Any, *, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)
        padding = getattr(encoder.embeddings.position_embeddings, "padding_idx", None)
        self.first_position = 0 if padding is None else int(padding) + 1
        # Zero at first: the encoder starts as it was trained.
        zeros = [nn.Embedding(n, width, _weight=torch.zeros(n, width)) for n in FEATURES]
        self.feature_inputs = nn.ModuleList(zeros)
        self.feature_views = nn.ModuleList(nn.Embedding(n, 8) for n in FEATURES)
        self.drop = nn.Dropout(dropout)
        self.recurrent = nn.LSTM(width + 8 * len(FEATURES), hidden, batch_first=True, bidirectional=True)
        self.inner = nn.Linear(2 * hidden + width, 2 * hidden)
        self.outer = nn.Linear(2 * hidden, N_TAGS)
        self.steps = nn.Parameter(torch.zeros(N_TAGS + 1, N_TAGS + 1))
        self.ok: Tensor
        self.register_buffer("ok", allowed_steps(), persistent=False)
        self.link_cue = nn.Linear(4 * hidden, 2 * hidden)
        self.link_span = nn.Linear(4 * hidden, 2 * hidden)
        self.link_place = nn.Embedding(2 * 2 * 8, 1)
        self.link_bias = nn.Parameter(torch.zeros(2))

    def forward(self, batch: TagBatch) -> tuple[Tensor, Tensor]:
        """Token views [B, L, h] and tag scores [B, L, N_TAGS]."""
        length = batch.ids.shape[1]
        words = self.encoder.embeddings.word_embeddings(batch.ids)
        for k, table in enumerate(self.feature_inputs):
            words = words + table(batch.features[:, :, k])
        places = torch.arange(length, device=batch.ids.device)[None].expand(len(batch.ids), -1)
        inside = places < batch.lengths[:, None]
        states = self.encoder(
            inputs_embeds=words, position_ids=places + self.first_position, attention_mask=inside.long()
        ).last_hidden_state
        seen = [states, *(table(batch.features[:, :, k]) for k, table in enumerate(self.feature_views))]
        packed = nn.utils.rnn.pack_padded_sequence(
            self.drop(torch.cat(seen, dim=2)), batch.lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        run, _ = nn.utils.rnn.pad_packed_sequence(self.recurrent(packed)[0], batch_first=True, total_length=length)
        views = torch.nn.functional.gelu(self.inner(self.drop(torch.cat([run, states], dim=2))))
        return views, self.outer(self.drop(views))

    def step_scores(self) -> Tensor:
        """Scores of one tag after another [N_TAGS + 1, N_TAGS + 1], forbidden ones far below all others."""
        return torch.where(self.ok, self.steps, torch.full_like(self.steps, _FORBIDDEN))

    def tag_loss(self, scores: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Negative log-likelihood of ``tags`` [B, L] under the field, summed over the batch."""
        steps = self.step_scores()
        inner, first, last = steps[:-1, :-1], steps[-1, :-1], steps[:-1, -1]
        n_rows, length, _ = scores.shape
        rows = torch.arange(n_rows)
        alpha = first + scores[:, 0]
        gold = first[tags[:, 0]] + scores[rows, 0, tags[:, 0]]
        for t in range(1, length):
            on = t < lengths
            step = torch.logsumexp(alpha[:, :, None] + inner[None], dim=1) + scores[:, t]
            alpha = torch.where(on[:, None], step, alpha)
            gold = gold + torch.where(on, inner[tags[:, t - 1], tags[:, t]] + scores[rows, t, tags[:, t]], 0.0)
        end = tags[rows, lengths - 1]
        return (torch.logsumexp(alpha + last, dim=1) - gold - last[end]).sum()

    def best_tags(self, scores: Tensor, lengths: Tensor) -> list[list[int]]:
        """The most likely tags of each row (Viterbi, 1967)."""
        steps = self.step_scores()
        inner, first, last = steps[:-1, :-1], steps[-1, :-1], steps[:-1, -1]
        n_rows, length, _ = scores.shape
        best = first + scores[:, 0]
        back: list[Tensor] = []
        for t in range(1, length):
            value, came = (best[:, :, None] + inner[None]).max(dim=1)
            on = (t < lengths)[:, None]
            best = torch.where(on, value + scores[:, t], best)
            back.append(torch.where(on, came, torch.arange(N_TAGS)[None]))
        at = (best + last).argmax(dim=1)
        path = [at]
        for came in reversed(back):
            at = came.gather(1, at[:, None])[:, 0]
            path.append(at)
        whole = torch.stack(path[::-1], dim=1)  # [B, L]; past a row's end its last tag repeats
        return [whole[i, : int(lengths[i])].tolist() for i in range(n_rows)]

    def link_scores(self, views: Tensor, cues: Tensor, spans: Tensor, kinds: Tensor) -> Tensor:
        """How well each of S spans belongs to each of C cues of one paragraph: [S, C].

        ``views`` [L, h]; ``cues`` and ``spans`` int64 [C, 2] and [S, 2] (first and last token); ``kinds`` [S]: 0 for a
        source, 1 for a content.
        """
        cue = self.link_cue(torch.cat([views[cues[:, 0]], views[cues[:, 1]]], dim=1))
        span = self.link_span(torch.cat([views[spans[:, 0]], views[spans[:, 1]]], dim=1))
        score = span @ cue.T / cue.shape[1] ** 0.5
        ahead = spans[:, None, 0] > cues[None, :, 0]
        gap = torch.where(ahead, spans[:, None, 0] - cues[None, :, 1], cues[None, :, 0] - spans[:, None, 1])
        bucket = torch.bucketize(gap.clamp(min=0), torch.tensor([1, 2, 3, 5, 10, 25, 60], device=gap.device))
        place = (kinds[:, None] * 2 + ahead.long()) * 8 + bucket
        found: Tensor = score + self.link_place(place)[:, :, 0] + self.link_bias[kinds][:, None]
        return found
