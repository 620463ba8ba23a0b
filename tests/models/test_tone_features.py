"""The blocks that the classifier sees."""

import numpy as np
import pytest

from tenor.features.errors import TenorError
from tenor.features.reader import Reading
from tenor.features.vader import vader_features
from tenor.models.tone_features import FeatureSet, feature_blocks, log_softmax

TEXTS = ["Norland won praise.", "Vestria was condemned."]
SPANS = [(0, 7), (0, 7)]


def _reading(logits=True):
    rng = np.random.default_rng(0)
    return Reading(
        sentence_vectors=rng.normal(size=(2, 4)).astype(np.float32),
        owners=np.arange(2),
        target_vectors=rng.normal(size=(2, 5)).astype(np.float32),
        target_logits=rng.normal(size=(2, 6)).astype(np.float32) if logits else None,
    )


@pytest.mark.parametrize(
    ("feature_set", "widths"),
    [
        (FeatureSet.VADER, [8]),
        (FeatureSet.ENCODER, [5, 4]),
        (FeatureSet.ENCODER_VADER, [5, 4, 8]),
        (FeatureSet.READER, [3, 3, 5]),
        (FeatureSet.READER_VADER, [3, 3, 5, 8]),
    ],
)
def test_each_feature_set_has_its_blocks(feature_set, widths):
    blocks = feature_blocks(feature_set, TEXTS, SPANS, _reading())
    assert [block.shape for block in blocks] == [(2, width) for width in widths]
    assert all(block.dtype == np.float32 for block in blocks)
    assert feature_set.uses_encoder == (len(widths) > 1)
    assert feature_set.uses_vader == (8 in widths)
    assert feature_set.uses_reader == (3 in widths)


def test_blocks_hold_what_was_read():
    reading = _reading()
    target, sentence, vader = feature_blocks(FeatureSet.ENCODER_VADER, TEXTS, SPANS, reading)
    np.testing.assert_array_equal(target, reading.target_vectors)
    np.testing.assert_array_equal(sentence, reading.sentence_vectors)
    np.testing.assert_array_equal(vader, vader_features(TEXTS, SPANS))


def test_rows_of_the_texts_may_be_shared():
    reading = _reading()
    _, sentence = feature_blocks(FeatureSet.ENCODER, TEXTS, SPANS, reading, np.array([1, 1]))
    np.testing.assert_array_equal(sentence, reading.sentence_vectors[[1, 1]])


def test_no_mentions_give_blocks_without_rows():
    none = np.zeros(0, np.int64)
    empty = Reading(*[np.zeros((0, 4), np.float32), none, np.zeros((0, 5), np.float32), np.zeros((0, 6), np.float32)])
    blocks = feature_blocks(FeatureSet.READER_VADER, [], [], empty)
    assert [block.shape for block in blocks] == [(0, 3), (0, 3), (0, 5), (0, 8)]


def test_each_head_of_the_reader_gives_its_own_probabilities():
    reading = _reading()
    crowd, codebook, vector = feature_blocks(FeatureSet.READER, TEXTS, SPANS, reading)
    np.testing.assert_allclose(np.exp(crowd), reading.probabilities, rtol=1e-5)
    np.testing.assert_allclose(np.exp(codebook), reading.codebook_probabilities, rtol=1e-5)
    np.testing.assert_array_equal(vector, reading.target_vectors)


def test_log_softmax_are_the_logarithms_of_probabilities_and_survive_large_logits():
    from scipy.special import log_softmax as scipys

    logits = np.array([[0.3, -1.0, 2.0], [900.0, -900.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(log_softmax(logits), scipys(logits, axis=1), rtol=1e-6)
    np.testing.assert_allclose(log_softmax(logits + 7.0), log_softmax(logits), atol=1e-4)


@pytest.mark.parametrize(
    ("feature_set", "reading", "match"),
    [
        (FeatureSet.ENCODER, None, "`encoder` need texts read by an encoder"),
        (FeatureSet.READER_VADER, _reading(logits=False), "`reader.vader` need the trained reader.*encoder.vader"),
    ],
)
def test_a_reading_that_is_not_there_is_said(feature_set, reading, match):
    with pytest.raises(TenorError, match=match):
        feature_blocks(feature_set, TEXTS, SPANS, reading)


def test_advice_names_parameters_that_exist():
    from tenor.models.readers import load_encoder_reader
    from tenor.pipeline.params import EncodeParams

    with pytest.raises(TenorError) as reading:
        feature_blocks(FeatureSet.READER, TEXTS, SPANS, _reading(logits=False))
    with pytest.raises(TenorError) as loading:
        load_encoder_reader("some/folder", trained=True)
    for message in (str(reading.value), str(loading.value)):
        assert "encode.reader" not in message
        assert "train.features encoder+vader" in message
    assert "reader" not in EncodeParams.model_fields
