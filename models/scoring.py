"""Score every mention from what the encoder already read: no second pass over the texts."""

from __future__ import annotations

import numpy as np

from tenor.features.encoder import Progress
from tenor.features.errors import TenorError
from tenor.features.reader import Reading
from tenor.features.records import Encodings, Mentions, Sentences, ThemeAssignments, ToneEffects, ToneScores
from tenor.models.explanation import ClauseEffect, WordEffect
from tenor.models.tone import ToneScorer, tones
from tenor.models.tone_features import feature_blocks

_COPIED = ("mention_id", "article_id", "sentence_id", "start", "end", "mention", "actor")
_HOLDER = ("holder", "holder_name", "holder_kind")
_CUE = ("cue_start", "cue_end")
_AUTHOR = "author"  # in all three


def score_mentions(
    mentions: Mentions,
    sentences: Sentences,
    encodings: Encodings,
    assignments: ThemeAssignments,
    scorer: ToneScorer,
    *,
    ambiguous: bool = False,
    holders: bool = True,
) -> ToneScores:
    """One row a mention that can be a tone target, in the order of ``mentions``.

    Relational mentions are left out: a relation is nobody. So are ambiguous ones, unless ``ambiguous``. Without
    ``holders`` every tone counts as the author's, as in tools that do not ask who speaks.

    Raises:
        TenorError: the encodings are not those of these mentions and sentences, or a sentence has no theme.
    """
    if encodings.mention_ids != tuple(mentions.column("mention_id")):
        raise TenorError("The encodings are not those of the mentions: run the encode stage again.")
    if encodings.sentence_ids != tuple(sentences.column("sentence_id")):
        raise TenorError("The encodings are not those of the sentences: run the encode stage again.")
    frame = mentions.frame()
    kept = ~frame["relational"].to_numpy(dtype=bool)
    if not ambiguous:
        kept &= ~frame["ambiguous"].to_numpy(dtype=bool)
    rows = np.flatnonzero(kept)
    if not len(rows):
        return ToneScores.from_rows([])
    frame = frame.iloc[rows].reset_index(drop=True)
    where = {sentence_id: row for row, sentence_id in enumerate(encodings.sentence_ids)}
    theme_of = dict(zip(assignments.column("sentence_id"), assignments.column("theme"), strict=True))
    for known, of, stage in ((where, "sentence", "annotate"), (theme_of, "theme", "themes")):
        lost = sum(sentence_id not in known for sentence_id in frame["sentence_id"])
        if lost:
            raise TenorError(f"{lost} mention(s) have no {of}: run the {stage} stage again.")
    text_rows = np.array([where[sentence_id] for sentence_id in frame["sentence_id"]], dtype=np.int64)
    all_texts, all_starts = sentences.column("text"), sentences.column("start")
    texts = [all_texts[row] for row in text_rows]
    spans = [
        (int(start) - all_starts[row], int(end) - all_starts[row])
        for row, start, end in zip(text_rows, frame["start"], frame["end"], strict=True)
    ]
    reading = Reading(
        sentence_vectors=encodings.sentence_vectors,
        owners=text_rows,
        target_vectors=encodings.mention_vectors[rows],
        target_logits=None if encodings.mention_logits is None else encodings.mention_logits[rows],
    )
    blocks = feature_blocks(scorer.feature_set, texts, spans, reading, text_rows)
    probabilities = scorer.classifier.predict_proba(blocks)
    if not holders:
        frame = frame.assign(**dict.fromkeys(_HOLDER, _AUTHOR), **dict.fromkeys(_CUE, None))
    scored = frame[[*_COPIED, *_HOLDER, *_CUE]].assign(
        theme=[theme_of[sentence_id] for sentence_id in frame["sentence_id"]],
        p_neg=probabilities[:, 0],
        p_neu=probabilities[:, 1],
        p_pos=probabilities[:, 2],
        tone=tones(probabilities),
    )
    return ToneScores.from_frame(scored)


def explain_scores(
    scores: ToneScores, sentences: Sentences, scorer: ToneScorer, *, most: int, progress: Progress | None = None
) -> ToneEffects:
    """What moved the tones of the ``most`` mentions whose tone is strongest, in the order of ``scores``."""
    strength = -np.abs(scores.table["tone"].to_numpy())
    rows = np.sort(np.argsort(strength, kind="stable")[:most])
    row_of = {sentence_id: row for row, sentence_id in enumerate(sentences.column("sentence_id"))}
    texts, starts = sentences.column("text"), sentences.column("start")
    chosen = scores.table.take(rows).to_pylist()
    held = [row_of[mention["sentence_id"]] for mention in chosen]
    spans = [
        (mention["start"] - starts[row], mention["end"] - starts[row])
        for mention, row in zip(chosen, held, strict=True)
    ]
    found = scorer.explain_targets([texts[row] for row in held], spans, progress=progress)
    effects = []
    for mention, row, explanation in zip(chosen, held, found, strict=True):
        every: list[WordEffect | ClauseEffect] = [*explanation.words, *explanation.clauses]
        for effect in every:
            effects.append(
                {
                    "mention_id": mention["mention_id"],
                    "piece": "word" if isinstance(effect, WordEffect) else "clause",
                    "start": starts[row] + effect.start,
                    "end": starts[row] + effect.end,
                    "valence": effect.valence if isinstance(effect, WordEffect) else None,
                    "contribution": effect.contribution,
                }
            )
    return ToneEffects.from_rows(effects)
