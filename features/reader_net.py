"""The reader's network: one encoder pass a sentence, with probe tokens that read the tone toward each target.

A probe is a token added after the sentence: its input is the mean word embedding of the target's span plus a learned
type, its position is the span's first. Probes see the sentence and their own target's probes; the sentence never sees
a probe. So one pass gives every target its own tokens, and the sentence's states are the same whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

MASKED = -1e4  # additive attention mask; finite, so that an all-masked padding row stays a number


@dataclass(frozen=True)
class Batch:
    """Tensors of one batch: B sentences padded to L tokens, T targets.

    ``ids`` int64 [B, L], ``lengths`` int64 [B], ``owners`` int64 [T] (row of each target, ascending), ``slots`` int64
    [T] (its place among its row's targets), ``spans`` int64 [T, 2] (token range, end excluded).
    """

    ids: Tensor
    lengths: Tensor
    owners: Tensor
    slots: Tensor
    spans: Tensor


class ReaderNet(nn.Module):
    """An encoder with probes and a small head.

    ``forward`` gives sentence vectors float32 [B, d] (mean over the sentence's tokens, not normalised), target vectors
    [T, h] and logits [T, 6]: negative, neutral, positive as the crowd that labelled NewsMTSC would say, then the same
    by the project's codebook. The two draw the line to neutral at different places; each has a head of its own, so
    that neither set of labels blurs the other. With ``n_probes`` 0 a target is its span, [CLS] and mean.
    """

    def __init__(self, encoder: Any, *, n_probes: int, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)
        self.n_heads = int(encoder.config.num_attention_heads)
        # RoBERTa, MPNet and their kin count positions from their padding index + 1; BERT, which has none, from 0.
        padding = getattr(encoder.embeddings.position_embeddings, "padding_idx", None)
        self.first_position = 0 if padding is None else int(padding) + 1
        self.n_probes = n_probes
        self.probe_types = nn.Parameter(torch.randn(max(n_probes, 1), width) * 0.02)
        self.span_bias = nn.Parameter(torch.full((self.n_heads,), 0.5))
        self.norm = nn.LayerNorm(width * (3 + n_probes))
        self.drop = nn.Dropout(dropout)
        self.inner = nn.Linear(width * (3 + n_probes), hidden)
        self.outer = nn.Linear(hidden, 3)
        self.codebook = nn.Linear(hidden, 3)
        self.directed = nn.Linear(hidden, 3)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        mean, target, states, probes = self._read(batch)
        views = torch.cat([probes, target, states[batch.owners, 0], mean[batch.owners]], dim=1)
        vector = torch.tanh(self.inner(self.drop(self.norm(views))))
        seen = self.drop(vector)
        return mean, vector, torch.cat([self.outer(seen), self.codebook(seen)], dim=1)

    def bare(self, batch: Batch) -> tuple[Tensor, Tensor, None]:
        """What the encoder alone gives: sentence vectors [B, d] and span means [T, d]."""
        mean, target, _, _ = self._read(batch)
        return mean, target, None

    def _read(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Sentence means [B, d], span means [T, d], token states [B, L, d], probe states [T, n_probes * d]."""
        places = torch.arange(batch.ids.shape[1], device=batch.ids.device)
        inside = (places[None] < batch.lengths[:, None]).float()  # [B, L]
        span = ((places[None] >= batch.spans[:, :1]) & (places[None] < batch.spans[:, 1:])).float()  # [T, L]
        span = span / span.sum(1, keepdim=True)
        states, probes = self._encode(batch, inside, span)
        mean = (states * inside[:, :, None]).sum(1) / inside.sum(1, keepdim=True)
        target = torch.bmm(span[:, None], states[batch.owners])[:, 0]
        return mean, target, states, probes

    def _encode(self, batch: Batch, inside: Tensor, span: Tensor) -> tuple[Tensor, Tensor]:
        """Token states [B, L, d] and each target's probe states [T, n_probes * d]."""
        ids, owners, slots, k = batch.ids, batch.owners, batch.slots, self.n_probes
        (n_rows, length), n_targets = ids.shape, owners.numel()
        words = self.encoder.embeddings.word_embeddings(ids)  # [B, L, d]
        position = torch.arange(length, device=ids.device)[None].expand(n_rows, -1)
        n_slots = int(slots.max()) + 1 if n_targets and k else 0
        if n_slots:
            extra = n_slots * k
            rows = (owners[:, None] * extra + slots[:, None] * k + torch.arange(k, device=ids.device)).reshape(-1)
            start = torch.bmm(span[:, None], words[owners])  # [T, 1, d]
            start = (start + self.probe_types[None]).reshape(-1, words.shape[-1])
            flat = words.new_zeros((n_rows * extra, words.shape[-1])).index_copy(0, rows, start)
            words = torch.cat([words, flat.view(n_rows, extra, -1)], dim=1)
            at = position.new_zeros(n_rows * extra).index_copy(0, rows, batch.spans[:, :1].expand(-1, k).reshape(-1))
            position = torch.cat([position, at.view(n_rows, extra)], dim=1)
        states = self.encoder(
            inputs_embeds=words,
            position_ids=position + self.first_position,
            attention_mask=self._mask(batch, inside, span, n_slots),
        ).last_hidden_state
        if not n_slots:
            return states, states.new_zeros((n_targets, k * states.shape[-1]))
        probes = states[:, length:].reshape(n_rows * n_slots, -1)[owners * n_slots + slots]
        return states[:, :length], probes

    def _mask(self, batch: Batch, inside: Tensor, span: Tensor, n_slots: int) -> Tensor:
        """Additive mask [B, heads, L + P, L + P]: who may look at whom, and how much a probe leans to its span."""
        n_rows, length = inside.shape
        k, extra = self.n_probes, n_slots * self.n_probes
        see = (1.0 - inside)[:, None, None] * MASKED  # [B, 1, 1, L]
        if not extra:
            return see.expand(-1, 1, length, -1)
        total = length + extra
        mask = inside.new_full((n_rows, 1, total, total), MASKED)
        mask[:, :, :, :length] = see
        block = torch.eye(n_slots, device=inside.device).repeat_interleave(k, 0).repeat_interleave(k, 1)
        mask[:, :, length:, length:] = (1.0 - block) * MASKED
        lean = inside.new_zeros((n_rows * n_slots, length))
        lean = lean.index_copy(0, batch.owners * n_slots + batch.slots, (span > 0).float())
        lean = lean.view(n_rows, n_slots, length).repeat_interleave(k, 1)  # [B, P, L]
        lean = nn.functional.pad(lean, (0, extra, length, 0))  # [B, L + P, L + P]
        return mask + lean[:, None] * self.span_bias[None, :, None, None]
