"""Mean tone with intervals: beside pandas, a bootstrap written out in full, and a simulation of what they promise."""

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from tenor.features.errors import TenorError
from tenor.features.intake.identity import unified_outlets
from tenor.features.records import Articles, Estimates, ToneScores
from tenor.models.estimates import cluster_intervals, estimate_tone, expanded_tail

SETTINGS = {"min_articles": 3, "confidence": 0.95, "n_resamples": 400}


def _articles(rows):
    return Articles.from_rows(
        {
            **{"article_id": name, "outlet": outlet, "published": day, "near_duplicate_group": group},
            **{"text": "t", "raw": "t", "language": "en", "source": name},
        }
        for name, outlet, day, group in rows
    )


def _scores(rows):
    return ToneScores.from_rows(
        {
            **{"mention_id": f"m{i}", "article_id": article, "sentence_id": f"s{i}", "start": 0, "end": 1},
            **{"mention": "x", "actor": actor, "holder": holder, "holder_name": "", "holder_kind": "author"},
            **{"theme": theme, "p_neg": (1 - tone) / 2, "p_neu": 0.0, "p_pos": (1 + tone) / 2, "tone": tone},
        }
        for i, (article, actor, holder, theme, tone) in enumerate(rows)
    )


def _world(n_articles=24, seed=0):
    rng = np.random.default_rng(seed)
    articles, scores = [], []
    for i in range(n_articles):
        day = None if i % 7 == 0 else dt.date(2025, 1 + i % 3, 5)
        group = f"a{i - 1:02d}" if i % 5 == 1 else f"a{i:02d}"  # some are copies of the one before
        articles.append((f"a{i:02d}", ("dawn", "dusk")[i % 2], day, group))
        for _ in range(int(rng.integers(1, 5))):
            actor, holder = rng.choice(["norland", "vestria"]), rng.choice(["author", "kovac"])
            scores.append((f"a{i:02d}", actor, holder, rng.choice(["t1", "t2"]), float(rng.uniform(-1, 1))))
    return _scores(scores), _articles(articles)


def _estimate(scores, articles, seed=0, **change):
    return estimate_tone(scores, articles, rng=np.random.default_rng(seed), **{**SETTINGS, **change})


def _by_key(estimates):
    return {tuple(row[name] for name in Estimates.key): row for row in estimates.rows()}


def test_every_cell_is_the_mean_of_its_mentions_and_no_cell_is_missing():
    scores, articles = _world()
    found = _by_key(_estimate(scores, articles))
    about = {row["article_id"]: row for row in articles.rows()}
    cells = {}
    for row in scores.rows():
        article = about[row["article_id"]]
        period = article["published"].strftime("%Y-%m") if article["published"] else "undated"
        values = (article["outlet"], row["theme"], row["holder"], period)
        for mask in range(16):
            key = (row["actor"], *(value if mask >> i & 1 else "all" for i, value in enumerate(values)))
            cells.setdefault(key, []).append((row, article))
    assert set(found) == set(cells)
    for key, members in cells.items():
        row = found[key]
        groups = {article["near_duplicate_group"] for _, article in members}
        assert row["n_mentions"] == len(members)
        assert row["n_articles"] == len({article["article_id"] for _, article in members})
        assert row["tone"] == pytest.approx(np.mean([score["tone"] for score, _ in members]), abs=1e-5)
        assert row["share_neg"] == pytest.approx(np.mean([score["p_neg"] for score, _ in members]), abs=1e-5)
        assert row["share_pos"] == pytest.approx(np.mean([score["p_pos"] for score, _ in members]), abs=1e-5)
        assert row["thin"] == (len(groups) < 3)
        assert (row["low"] is None) == (row["high"] is None) == (len(groups) < 2)
        if row["low"] is not None:
            assert -1 <= row["low"] <= row["high"] <= 1


def test_the_order_of_rows_does_not_matter():
    scores, articles = _world()
    order = np.random.default_rng(5).permutation(len(scores))
    shuffled = ToneScores(scores.table.take(order)), Articles(articles.table.take(np.arange(len(articles))[::-1]))
    one, other = _by_key(_estimate(scores, articles)), _by_key(_estimate(*shuffled))
    assert one.keys() == other.keys()
    for key, row in one.items():
        for name in ("tone", "low", "high", "share_neg"):
            assert row[name] == pytest.approx(other[key][name], abs=1e-5), key


def test_intervals_are_those_of_a_bootstrap_written_out():
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 6, 14)
    values = [rng.uniform(-1, 1, size) for size in sizes]
    sums, counts = np.array([v.sum() for v in values]), sizes.astype(float)
    low, high = cluster_intervals(
        sums, counts, np.zeros(14, dtype=np.int64), confidence=0.9, n_resamples=20_000, rng=np.random.default_rng(1)
    )
    draws = np.random.default_rng(2).integers(0, 14, size=(20_000, 14))
    means = [np.concatenate([values[i] for i in draw]).mean() for draw in draws]
    tail = expanded_tail(14, 0.9)
    np.testing.assert_allclose([low[0], high[0]], np.quantile(means, [tail, 1 - tail]), atol=0.015)


def test_cells_computed_together_equal_cells_computed_alone():
    rng = np.random.default_rng(0)
    sums, counts = rng.uniform(-1, 1, 15), np.ones(15)
    cell = np.repeat([0, 1, 2], [5, 5, 5])
    settings = {"confidence": 0.95, "n_resamples": 300}
    together = cluster_intervals(sums, counts, cell, rng=np.random.default_rng(3), **settings)
    for number in range(3):
        alone = cluster_intervals(
            sums[cell == number], counts[:5], np.zeros(5, dtype=np.int64), rng=np.random.default_rng(3), **settings
        )
        np.testing.assert_allclose([together[0][number], together[1][number]], [alone[0][0], alone[1][0]])


def test_the_expanded_percentile_is_as_wide_as_the_t_interval():
    # Hesterberg 2015 lists them: one-sided tails of nominal 2.5 % become these for n = 5, 10, 20, 50.
    for n, expected in ((5, 0.0010), (10, 0.0086), (20, 0.0159), (50, 0.0212)):
        assert expanded_tail(n, 0.95) == pytest.approx(expected, abs=2e-4)
    width = stats.norm.ppf(1 - expanded_tail(12, 0.9)) * np.sqrt(11 / 12)
    assert width == pytest.approx(stats.t.ppf(0.95, 11))
    assert expanded_tail(10**6, 0.95) == pytest.approx(0.025, abs=1e-5)


def _coverage(n_articles, n_worlds=600):
    """Share of worlds whose interval holds the true mean: mentions of an article share most of their tone."""
    rng = np.random.default_rng(n_articles)
    n_mentions = rng.integers(1, 7, size=(n_worlds, n_articles))
    article = rng.uniform(-0.6, 0.6, size=(n_worlds, n_articles)) + 0.1
    own = rng.normal(scale=0.15, size=(n_worlds, n_articles)) / np.sqrt(n_mentions)
    sums = ((article + own) * n_mentions).ravel()
    cell = np.repeat(np.arange(n_worlds), n_articles)
    low, high = cluster_intervals(
        sums, n_mentions.ravel().astype(float), cell, confidence=0.95, n_resamples=1500, rng=rng
    )
    return float(((low <= 0.1) & (high >= 0.1)).mean()), float((high - low).mean())


@pytest.mark.parametrize(("n_articles", "least"), [(5, 0.87), (10, 0.91), (30, 0.925)])
def test_about_nineteen_of_twenty_intervals_hold_the_true_mean(n_articles, least):
    # A bootstrap of five articles cannot look beyond the most extreme of them, whence its lower bound.
    coverage, _ = _coverage(n_articles)
    assert least <= coverage <= 0.985


def test_more_articles_give_narrower_intervals():
    assert _coverage(10)[1] > 1.5 * _coverage(30)[1]


def test_copies_of_one_article_are_one_piece_of_evidence():
    tones = [-0.9, -0.4, 0.1, 0.5]
    rows = [(f"a{i}", "norland", "author", "t", tone) for i, tone in enumerate(tones)]
    alone = _estimate(_scores(rows), _articles((f"a{i}", "dawn", None, f"a{i}") for i in range(4)))
    copies = [(f"c{i}{k}", "norland", "author", "t", tone) for i, tone in enumerate(tones) for k in range(5)]
    copied = _estimate(
        _scores(copies), _articles((f"c{i}{k}", "dawn", None, f"c{i}0") for i in range(4) for k in range(5))
    )
    key = ("norland", "all", "all", "all", "all")
    one, other = _by_key(alone)[key], _by_key(copied)[key]
    assert other["n_articles"] == 20
    assert other["n_mentions"] == 20
    assert [other["low"], other["high"]] == pytest.approx([one["low"], one["high"]], abs=1e-6)
    assert other["thin"] == one["thin"] is False


def test_one_article_has_a_mean_and_no_interval():
    rows = [("a", "norland", "author", "t", tone) for tone in (-1.0, 1.0, 0.3)]
    found = _estimate(_scores(rows), _articles([("a", "dawn", dt.date(2025, 2, 1), "a")])).rows()
    assert len(found) == 16
    assert [row["tone"] for row in found] == pytest.approx([0.1] * 16)
    assert {(row["low"], row["high"], row["thin"]) for row in found} == {(None, None, True)}
    assert {row["period"] for row in found} == {"all", "2025-02"}


def test_a_mirrored_tone_mirrors_the_estimates():
    scores, articles = _world()
    frame = scores.frame()
    frame[["p_neg", "p_pos"]] = frame[["p_pos", "p_neg"]].to_numpy()
    frame["tone"] = -frame["tone"]
    one, other = _by_key(_estimate(scores, articles)), _by_key(_estimate(ToneScores.from_frame(frame), articles))
    for key, row in one.items():
        assert other[key]["tone"] == pytest.approx(-row["tone"], abs=1e-5)
        if row["low"] is not None:
            assert other[key]["high"] == pytest.approx(-row["low"], abs=1e-4)


def test_no_scores_give_no_cells():
    assert len(_estimate(_scores([]), _articles([]))) == 0


def test_unknown_dates_are_a_period_of_their_own():
    rows = [("a", "norland", "author", "t", 0.5), ("b", "norland", "author", "t", -0.5)]
    found = _estimate(_scores(rows), _articles([("a", "dawn", None, "a"), ("b", "dawn", None, "b")]))
    assert {row["period"] for row in found.rows()} == {"all", "undated"}


def test_an_outlet_called_all_is_told_from_the_total():
    """Intake gives it a name that is not the total's."""
    outlets = unified_outlets([("all", True), ("dusk", True)], ["", ""])
    rows = [("a", "norland", "author", "t", 0.5), ("b", "norland", "author", "t", -0.5)]
    articles = _articles([("a", outlets[0], None, "a"), ("b", outlets[1], None, "b")])
    found = _by_key(_estimate(_scores(rows), articles))
    n_mentions = {key[1]: row["n_mentions"] for key, row in found.items() if key[2:] == ("all", "all", "all")}
    assert n_mentions == {"all (by name)": 1, "dusk": 1, "all": 2}


@pytest.mark.parametrize("place", ["outlet", "theme", "holder"])
def test_a_value_called_all_is_refused_and_never_taken_for_the_total(place):
    named = {"outlet": "dawn", "theme": "t", "holder": "author", place: "all"}
    scores = _scores([("a", "norland", named["holder"], named["theme"], 0.5)])
    with pytest.raises(TenorError, match="repeats its key"):
        _estimate(scores, _articles([("a", named["outlet"], None, "a")]))


def test_a_score_without_its_article_is_refused():
    rows = [("a", "norland", "author", "t", 0.5), ("lost", "norland", "author", "t", 0.5)]
    with pytest.raises(TenorError, match=r"1 scored mention.s. stand in articles that are not there"):
        _estimate(_scores(rows), _articles([("a", "dawn", None, "a")]))
