"""VADER's scores as features, beside the analyzer itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tenor.features.vader import (
    N_VADER_FEATURES,
    WINDOW_CHARACTERS,
    vader_analyzer,
    vader_classes,
    vader_features,
)

KEYS = ("neg", "neu", "pos", "compound")


def test_the_text_columns_are_the_analyzers_own():
    text = "Norland won praise for its generous help, but Vestria was condemned as cruel."
    row = vader_features([text], [(0, 7)])[0]
    expected = SentimentIntensityAnalyzer().polarity_scores(text)
    np.testing.assert_allclose(row[:4], [expected[key] for key in KEYS], rtol=1e-6)


def test_the_window_columns_score_the_words_around_the_target_and_no_others():
    near = "Norland is wonderful"
    far = "and then the committee of the ministry sat down for a long time over papers until the evening came horrible"
    text = f"{near} {far}"
    row = vader_features([text], [(0, 7)])[0]
    high = 7 + WINDOW_CHARACTERS
    while text[high].isalnum():
        high += 1
    expected = SentimentIntensityAnalyzer().polarity_scores(text[:high])
    np.testing.assert_allclose(row[4:], [expected[key] for key in KEYS], rtol=1e-6)
    assert row[4] == 0.0 < row[0]


def test_a_window_never_cuts_a_word():
    # The window of the target would begin inside "unfriendly" and read "friendly".
    text = "unfriendly" + " x" * ((WINDOW_CHARACTERS - 8) // 2) + " Norland"
    start = text.index("Norland")
    assert text[start - WINDOW_CHARACTERS - 1].isalnum()
    row = vader_features([text], [(start, start + 7)])[0]
    np.testing.assert_array_equal(row[:4], row[4:])
    assert row[3] < 0


def test_two_targets_in_one_sentence_differ_in_the_window_only():
    text = "Norland is superb and kind, " + "says the quarterly paper of the statistics bureau in Bergholm, " * 2
    text += "while Vestria is terrible and cruel."
    first, second = vader_features([text, text], [(0, 7), (text.index("Vestria"), text.index("Vestria") + 7)])
    np.testing.assert_array_equal(first[:4], second[:4])
    assert first[7] > 0 > second[7]


def test_rows_follow_the_input_and_do_not_depend_on_each_other():
    texts = ["Norland won.", "Vestria lost badly.", "Norland won.", "A plain day."]
    spans = [(0, 7), (0, 7), (8, 11), (2, 7)]
    together = vader_features(texts, spans)
    alone = np.concatenate([vader_features([text], [span]) for text, span in zip(texts, spans, strict=True)])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(vader_features(texts[::-1], spans[::-1]), together[::-1])


def test_empty_input_gives_no_rows():
    assert vader_features([], []).shape == (0, N_VADER_FEATURES)
    assert vader_features([], []).dtype == np.float32


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError):
        vader_features(["a text"], [])


@pytest.mark.parametrize(
    ("compound", "expected"), [(0.05, 1), (0.049, 0), (0.0, 0), (-0.049, 0), (-0.05, -1), (1.0, 1), (-1.0, -1)]
)
def test_classes_follow_the_authors_thresholds(compound, expected):
    assert vader_classes(np.array([compound])).tolist() == [expected]


def test_the_analyzer_is_read_once():
    assert vader_analyzer() is vader_analyzer()


@given(st.text(max_size=200), st.data())
def test_any_text_gives_finite_scores_in_range(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    row = vader_features([text], [(start, end)])[0]
    assert np.isfinite(row).all()
    assert ((row >= -1) & (row <= 1)).all()
