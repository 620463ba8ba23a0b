"""Fit the tone scorer on labelled mentions and predict each of them out of fold, beside the baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenor.features.encoder import MINILM, Progress
from tenor.features.records import CrossValidation, Labels
from tenor.features.vader import vader_classes, vader_features
from tenor.models.readers import load_reader_for
from tenor.models.tone import ToneScorer, read_mentions
from tenor.models.tone_classifier import CLASSES, cross_validate, fit_tone_classifier
from tenor.models.tone_features import FeatureSet, feature_blocks

_SENTENCE_COMPOUND = 3  # column of VADER's features


@dataclass(frozen=True, eq=False)
class TrainedTone:
    """The scorer fitted on all labels, and the predictions of its cross-validated siblings."""

    scorer: ToneScorer
    cross_validation: CrossValidation


def train_tone(
    labels: Labels,
    near_duplicates: Mapping[str, str],
    *,
    feature_set: FeatureSet,
    encoder: str = MINILM,
    n_folds: int,
    random_state: int,
    batch_size: int = 64,
    progress: Progress | None = None,
) -> TrainedTone:
    """Fit on every label and cross-validate by article.

    ``near_duplicates`` maps article ids to their near-duplicate group (an article it lacks is a group of its own): a
    group never stands on both sides of a fold.

    Raises:
        TrainingError: a class is too rare, or there are fewer groups than folds.
    """
    frame = labels.frame()
    texts: list[str] = frame["sentence"].tolist()
    spans = list(zip(frame["start"].tolist(), frame["end"].tolist(), strict=True))
    true = frame["polarity"].to_numpy(dtype=np.int64)
    groups = [near_duplicates.get(article, article) for article in frame["article_id"]]
    reader = load_reader_for(feature_set, encoder)
    reading = read_mentions(reader, texts, spans, batch_size=batch_size, progress=progress)
    blocks = feature_blocks(feature_set, texts, spans, reading)
    probabilities, predicted, folds = cross_validate(blocks, true, groups, n_folds=n_folds, random_state=random_state)
    classifier = fit_tone_classifier(blocks, true, groups, n_folds=n_folds, random_state=random_state)
    frame = frame.drop(columns=["holder"]).assign(
        near_duplicate_group=groups,
        fold=folds,
        p_neg=probabilities[:, 0],
        p_neu=probabilities[:, 1],
        p_pos=probabilities[:, 2],
        predicted=predicted,
        vader=vader_classes(vader_features(texts, spans)[:, _SENTENCE_COMPOUND]),
        majority=_majority(true, folds),
    )
    return TrainedTone(
        scorer=ToneScorer(classifier=classifier, feature_set=feature_set, encoder=encoder, reader=reader),
        cross_validation=CrossValidation.from_frame(frame),
    )


def _majority(true: NDArray[np.int64], folds: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most frequent class outside each mention's fold."""
    winners = np.zeros(len(true), dtype=np.int64)
    for fold in np.unique(folds):
        counts = [int((true[folds != fold] == value).sum()) for value in CLASSES]
        winners[folds == fold] = CLASSES[int(np.argmax(counts))]
    return winners
