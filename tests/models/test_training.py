"""Training on labelled mentions: the table of out-of-fold predictions and the scorer beside it."""

import numpy as np
import pandas as pd
import pytest

from tenor.features.records import Labels
from tenor.features.vader import vader_classes, vader_features
from tenor.models.tone import ToneScorer
from tenor.models.tone_classifier import TrainingError
from tenor.models.tone_features import FeatureSet
from tenor.models.training import _majority, train_tone

SETTINGS = {"feature_set": FeatureSet.VADER, "n_folds": 3, "random_state": 0}


@pytest.fixture(scope="module")
def trained(labels):
    return train_tone(labels, {"article-01": "article-00"}, **SETTINGS)


def test_every_label_is_predicted_once_and_kept_as_it_was(trained, labels):
    found, given = trained.cross_validation.frame(), labels.frame()
    same = ["label_id", "article_id", "sentence", "start", "end", "mention", "polarity", "actor", "outlet"]
    pd.testing.assert_frame_equal(found[same], given[same])
    np.testing.assert_array_equal(found["inclusion_probability"], given["inclusion_probability"])
    assert sorted(found["fold"].unique()) == [0, 1, 2]


def test_near_duplicates_share_a_fold(trained):
    frame = trained.cross_validation.frame()
    assert set(frame.loc[frame["article_id"] == "article-01", "near_duplicate_group"]) == {"article-00"}
    assert frame.groupby("near_duplicate_group")["fold"].nunique().max() == 1
    assert frame["near_duplicate_group"].nunique() == frame["article_id"].nunique() - 1


def test_the_majority_is_that_of_the_other_folds(trained):
    frame = trained.cross_validation.frame()
    for fold, rows in frame.groupby("fold"):
        counts = frame.loc[frame["fold"] != fold, "polarity"].value_counts()
        majority = set(rows["majority"])
        assert len(majority) == 1
        assert counts[majority.pop()] == counts.max()


def test_the_majority_is_not_that_of_the_own_fold():
    found = _majority(np.array([1, 1, 0, -1, -1, 1]), np.array([0, 0, 0, 1, 1, 1]))
    assert found.tolist() == [-1, -1, -1, 1, 1, 1]


def test_the_majority_follows_the_labels(labels):
    frame = labels.frame()
    frame = frame[(frame["polarity"] == 1) | (frame["label_id"].str.endswith(":0"))]
    found = train_tone(Labels.from_frame(frame), {}, **SETTINGS).cross_validation
    assert set(found.column("majority")) == {1}


def test_vader_is_the_lexicons_class_of_the_sentence(trained, labels):
    texts = labels.column("sentence")
    compound = vader_features(texts, [(0, 1)] * len(texts))[:, 3]
    assert trained.cross_validation.column("vader") == vader_classes(compound).tolist()


def test_the_scorer_is_fitted_on_every_label(trained, labels):
    texts, spans = labels.column("sentence"), list(zip(labels.column("start"), labels.column("end"), strict=True))
    groups = ["article-00" if a == "article-01" else a for a in labels.column("article_id")]
    peer = ToneScorer.fit(texts, spans, labels.column("polarity"), groups, feature_set=FeatureSet.VADER, n_folds=3)
    np.testing.assert_allclose(trained.scorer.predict_proba(texts, spans), peer.predict_proba(texts, spans), atol=1e-9)
    held_out = trained.cross_validation.frame()[["p_neg", "p_neu", "p_pos"]].to_numpy()
    assert not np.allclose(held_out, peer.predict_proba(texts, spans))


def test_it_learns_what_the_lexicon_alone_does_not(trained):
    frame = trained.cross_validation.frame()
    assert (frame["predicted"] == frame["polarity"]).mean() > 0.8


def test_the_same_labels_give_the_same_table(trained, labels):
    again = train_tone(labels, {"article-01": "article-00"}, **SETTINGS)
    assert again.cross_validation.table.equals(trained.cross_validation.table)


def test_labels_without_optional_columns_are_enough(labels):
    frame = labels.frame().assign(actor=None, outlet=None, holder=None, inclusion_probability=None)
    bare = Labels.from_frame(frame)
    found = train_tone(bare, {}, **SETTINGS).cross_validation
    assert set(found.column("actor")) == set(found.column("inclusion_probability")) == {None}


def test_an_encoder_reports_progress(labels, tiny_encoder):
    seen = []
    train_tone(
        labels,
        {},
        feature_set=FeatureSet.ENCODER_VADER,
        encoder=str(tiny_encoder),
        n_folds=3,
        random_state=0,
        batch_size=16,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (72, 72)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_too_few_articles_are_refused(labels):
    one = dict.fromkeys(labels.column("article_id"), "one")
    with pytest.raises(TrainingError, match="3 folds need labels from at least as many distinct articles; got 1"):
        train_tone(labels, one, **SETTINGS)
