"""What is set after training and before shipping: the crowd's head calibrated, the codebook's head levelled."""

from __future__ import annotations

import numpy as np
import pytest

from tenor.experiments.metrics import calibration_error
from tenor.experiments.reader.ship import MOST_ERROR, N_BINS, fit_calibration, level

COUNT = 4000


def drawn(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits [n, 3] and classes [n] drawn from the very probabilities that they state."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=2.0, size=(COUNT, 3))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return logits, (rng.random((COUNT, 1)) > p.cumsum(1)).sum(1).clip(max=2)


def error(logits: np.ndarray, labels: np.ndarray) -> float:
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return calibration_error(labels - 1, p, n_bins=N_BINS)


def test_a_head_that_is_too_sure_is_brought_under_the_bound():
    logits, labels = drawn()
    sure = logits * 1.4
    assert error(sure, labels) > MOST_ERROR
    found = fit_calibration([(sure, labels)])
    assert error((sure + np.array(found.offsets)) / found.temperature, labels) <= MOST_ERROR


def test_a_head_that_is_calibrated_keeps_its_offsets():
    assert fit_calibration([drawn()]).offsets == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("shift", [-0.7, 0.0, 0.4])
def test_a_levelled_head_names_neutral_as_often_as_it_is_labelled(shift):
    logits, _ = drawn()
    labels = logits.argmax(1)  # named as often as labelled
    moved = logits + np.array((0.0, shift, 0.0))
    assert level(moved, labels) == pytest.approx(-shift)
    levelled = moved + np.array((0.0, level(moved, labels), 0.0))
    assert np.mean(levelled.argmax(1) == 1) == pytest.approx(np.mean(labels == 1))
