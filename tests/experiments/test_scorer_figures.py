"""The two pictures of a run: they show the numbers they are given, and empty results draw, too."""

import pytest

from tenor.experiments.scorer_figures import calibration_figure, confusion_figure, write_scorer_figures

BINS = [{"confidence": 0.45, "accuracy": 0.5, "n": 10}, {"confidence": 0.95, "accuracy": 0.9, "n": 90}]
METRICS = {"confusion": [[8, 2, 0], [1, 17, 2], [0, 0, 0]]}


def test_the_confusion_shows_counts_and_shares_of_each_row():
    (axes,) = confusion_figure(METRICS["confusion"]).axes
    shown = [text.get_text() for text in axes.texts]
    assert shown[:3] == ["8\n80%", "2\n20%", "0\n0%"]
    assert shown[6:] == ["0\n0%"] * 3  # nobody was read so
    assert axes.images[0].get_array().tolist()[1] == pytest.approx([0.05, 0.85, 0.1])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["negative", "neutral", "positive"]


def test_the_calibration_puts_a_dot_where_the_bin_is():
    (axes,) = calibration_figure(BINS).axes
    assert axes.collections[0].get_offsets().tolist() == [[0.45, 0.5], [0.95, 0.9]]
    assert [text.get_text() for text in axes.texts] == ["10", "90"]
    (empty,) = calibration_figure([]).axes
    assert not empty.collections


def test_files_are_written_the_same_twice(tmp_path):
    first = write_scorer_figures(METRICS, BINS, tmp_path / "one")
    second = write_scorer_figures(METRICS, BINS, tmp_path / "two")
    assert [path.name for path in first] == ["confusion.png", "calibration.png"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes().startswith(b"\x89PNG")
        assert one.read_bytes() == two.read_bytes()
