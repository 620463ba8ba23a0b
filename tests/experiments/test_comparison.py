"""The paired bootstrap against scikit-learn and a plain loop, and what it must not depend on."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from tenor.experiments.champion import Contender, decide_champion
from tenor.experiments.comparison import (
    ComparisonError,
    compare_predictions,
    comparison_table,
    read_cross_validation,
)
from tenor.features.record_table import InvalidRecordsError
from tenor.features.records import CrossValidation


def predictions(accuracy, *, n=300, seed=0, labels_seed=0, prefix="m", per_article=5):
    """Mentions whose label is hit with the given chance; labels depend on ``labels_seed`` alone."""
    labels = np.random.default_rng(labels_seed).integers(-1, 2, size=n)
    rng = np.random.default_rng(seed)
    predicted = np.where(rng.random(n) < accuracy, labels, rng.integers(-1, 2, size=n))
    return CrossValidation.from_rows(
        {
            "label_id": f"{prefix}{i}",
            "article_id": f"a{i // per_article}",
            "near_duplicate_group": f"a{i // per_article}",
            "fold": 0,
            "sentence": "Norland met Sudria.",
            "start": 0,
            "end": 7,
            "mention": "Norland",
            "polarity": int(labels[i]),
            **{
                name: (0.8 if value == predicted[i] else 0.1)
                for name, value in zip(("p_neg", "p_neu", "p_pos"), (-1, 0, 1), strict=True)
            },
            "predicted": int(predicted[i]),
            "vader": 0,
            "majority": 0,
        }
        for i in range(n)
    )


def shuffled(table, seed=1):
    order = np.random.default_rng(seed).permutation(len(table))
    return CrossValidation(table.table.take(order))


def classes(table):
    frame = table.frame()
    return frame["polarity"].to_numpy(), frame["predicted"].to_numpy()


def test_point_figures_are_those_of_scikit_learn():
    from sklearn.metrics import f1_score

    good, bad = predictions(0.8), predictions(0.3, seed=1)
    found = compare_predictions(good, bad)
    for given, figure in ((good, found.candidate_f1), (bad, found.reference_f1)):
        true, predicted = classes(given)
        assert figure == pytest.approx(f1_score(true, predicted, average="macro"))
    assert found.difference == pytest.approx(found.candidate_f1 - found.reference_f1)
    assert (found.n_mentions, found.n_articles, found.n_relabelled) == (300, 60, 0)


def test_interval_agrees_with_resampling_rows_in_a_plain_loop():
    def plain_macro_f1(true, predicted):
        scores = []
        for value in (-1, 0, 1):
            hits = ((true == value) & (predicted == value)).sum()
            scores.append(2 * hits / ((true == value).sum() + (predicted == value).sum()))
        return sum(scores) / 3

    good, bad = predictions(0.7), predictions(0.5, seed=1)
    found = compare_predictions(good, bad, n_resamples=4000)
    (true, ours), (_, theirs) = classes(good), classes(bad)
    rng = np.random.default_rng(7)
    differences = []
    for _ in range(1500):
        rows = np.concatenate([np.arange(5) + 5 * article for article in rng.integers(0, 60, size=60)])
        differences.append(plain_macro_f1(true[rows], ours[rows]) - plain_macro_f1(true[rows], theirs[rows]))
    low, high = np.quantile(differences, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.02)
    assert found.high == pytest.approx(high, abs=0.02)


def test_articles_and_not_mentions_are_the_units():
    """Twenty copies of each mention in its own article add no evidence, so the interval must not shrink."""
    good, bad = predictions(0.7, n=100, per_article=1), predictions(0.55, n=100, per_article=1, seed=1)

    def copied(table):
        rows = [dict(row, label_id=f"{row['label_id']}/{i}") for row in table.rows() for i in range(20)]
        return CrossValidation.from_rows(rows)

    one, many = compare_predictions(good, bad), compare_predictions(copied(good), copied(bad))
    assert many.n_mentions == 20 * one.n_mentions
    assert (many.difference, many.low, many.high) == pytest.approx((one.difference, one.low, one.high))


def test_a_scorer_against_itself_is_noise_and_swapping_turns_the_sign():
    good, bad = predictions(0.9), predictions(0.2, seed=1)
    same = compare_predictions(good, shuffled(good))
    assert (same.difference, same.low, same.high, same.verdict) == (0.0, 0.0, 0.0, "noise")
    there, back = compare_predictions(good, bad), compare_predictions(bad, good)
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert back.difference == pytest.approx(-there.difference)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_order_of_rows_does_not_matter():
    good, bad = predictions(0.7), predictions(0.5, seed=1)
    assert compare_predictions(good, bad) == compare_predictions(shuffled(good), shuffled(bad, seed=2))


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Two scorers of equal skill: an 80% interval must hold zero in about 48 of 60 draws."""
    hits = 0
    for seed in range(60):
        first = predictions(0.6, n=200, labels_seed=seed, seed=1000 + seed)
        second = predictions(0.6, n=200, labels_seed=seed, seed=5000 + seed)
        found = compare_predictions(first, second, n_resamples=200, confidence=0.8)
        hits += found.low <= 0 <= found.high
    assert 39 <= hits <= 56  # what chance gives in 996 of 1000 cases


def test_only_shared_mentions_with_equal_labels_count():
    good, bad = predictions(0.7), predictions(0.5, seed=1)
    rows = bad.rows()
    for row in rows[:10]:
        row["polarity"] = (row["polarity"] + 2) % 3 - 1  # another label than before
    found = compare_predictions(good, CrossValidation.from_rows(rows[:100]))
    assert (found.n_mentions, found.n_relabelled) == (90, 10)


def test_nothing_in_common_gives_nothing_and_one_article_gives_no_verdict():
    assert compare_predictions(predictions(0.9), predictions(0.2, prefix="other")) is None
    empty = CrossValidation.from_rows([])
    assert compare_predictions(empty, empty) is None
    single = compare_predictions(predictions(0.9, n=50, per_article=50), predictions(0.1, n=50, per_article=50, seed=1))
    assert single.difference > 0
    assert np.isnan([single.low, single.high]).all()
    assert single.verdict == "noise"


def test_rows_of_the_same_number_but_another_sentence_or_target_are_not_compared():
    """Two label files that both number their rows 1, 2, 3 have no mention in common."""
    good, bad = predictions(0.9), predictions(0.2, seed=1)
    for change in ({"sentence": "Norland left Sudria."}, {"start": 12, "end": 18, "mention": "Sudria"}):
        other = CrossValidation.from_rows(row | change for row in bad.rows())
        assert compare_predictions(good, other) is None
        decision = decide_champion(Contender("r", "run", 0.9, good), Contender("s", "champion", 0.2, other))
        assert not decision.moves


def test_champion_rule():
    def contender(table, score):
        return Contender(run_id="r", name="run", macro_f1=score, predictions=table)

    good, bad = predictions(0.8), predictions(0.3, seed=1)
    assert decide_champion(contender(bad, 0.1), None).moves
    assert decide_champion(contender(good, 0.8), contender(bad, 0.3)).moves
    assert not decide_champion(contender(bad, 0.3), contender(good, 0.8)).moves
    # A better figure that could be noise is not enough …
    near = predictions(0.6, seed=2), predictions(0.58, seed=3)
    first, second = sorted(near, key=lambda table: compare_predictions(table, near[0]).difference)
    decision = decide_champion(contender(second, 0.6), contender(first, 0.59))
    assert not decision.moves
    assert "[" in decision.reason
    # … nor is one measured on other mentions …
    assert not decide_champion(contender(good, 0.8), contender(predictions(0.2, prefix="other"), 0.2)).moves
    # … nor a figure without the predictions behind it.
    for first, second in ((None, good), (good, None)):
        decision = decide_champion(contender(first, 0.9), contender(second, 0.1))
        assert not decision.moves
        assert "logged no predictions" in decision.reason


def test_table_of_text_names_every_run_and_its_verdict():
    better = compare_predictions(predictions(0.9), predictions(0.2, seed=1))
    lines = comparison_table(
        [("reader", 0.9, better, False), ("vader", 0.5, None, True), ("other", 0.4, None, False)]
    ).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("reader")
    assert lines[1].endswith("better")
    assert f"{better.difference:+.3f}" in lines[1]
    assert lines[2].endswith("champion")
    assert "not comparable" in lines[3]


def test_reading_a_table(tmp_path):
    table = predictions(0.5)
    pq.write_table(table.table, tmp_path / "cross_validation.parquet")
    assert read_cross_validation(tmp_path / "cross_validation.parquet").rows() == table.rows()
    # Tables written before scorers chose how to name a class: the most likely one was named.
    pq.write_table(table.table.drop_columns(["predicted"]), tmp_path / "early.parquet")
    assert read_cross_validation(tmp_path / "early.parquet").rows() == table.rows()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(ComparisonError, match=r"broken\.parquet"):
        read_cross_validation(tmp_path / "broken.parquet")
    with pytest.raises(ComparisonError, match=r"absent\.parquet"):
        read_cross_validation(tmp_path / "absent.parquet")
    pq.write_table(table.table.drop(["p_neu"]), tmp_path / "narrow.parquet")
    with pytest.raises(InvalidRecordsError, match="p_neu"):
        read_cross_validation(tmp_path / "narrow.parquet")
