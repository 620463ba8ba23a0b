"""The draw of mentions to label: its stated chances are its real ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenor.experiments import labelling
from tenor.experiments.labelling import MIN_PER_STRATUM, SamplingError, draw_sample, sampling_frame
from tenor.features.labels import read_labels
from tenor.features.records import Articles, Mentions, Sentences

Tables = tuple[Mentions, Sentences, Articles]


def corpus(cells: dict[tuple[str, str], int], *, relational: int = 0, ambiguous: int = 0) -> Tables:
    """One article an (outlet, actor) cell, with that many one-mention sentences and then the ineligible ones."""
    articles, sentences, mentions = [], [], []
    for (outlet, actor), count in cells.items():
        article_id, text = f"{outlet}/{actor}", ""
        for i in range(count + relational + ambiguous):
            words = f"On day {i} they met {actor}. "
            start, at = len(text), len(text) + words.index(actor)
            sentence_id = f"{article_id}#{i}"
            text += words
            sentences.append(
                {
                    "sentence_id": sentence_id,
                    "article_id": article_id,
                    "paragraph": 0,
                    "start": start,
                    "end": start + len(words) - 1,
                    "text": words[:-1],
                }
            )
            mentions.append(
                {
                    "mention_id": f"{article_id}:{at}:{at + len(actor)}:{actor.lower()}",
                    "article_id": article_id,
                    "sentence_id": sentence_id,
                    "start": at,
                    "end": at + len(actor),
                    "mention": actor,
                    "actor": actor.lower(),
                    "rule": "alias",
                    "relational": count <= i < count + relational,
                    "ambiguous": i >= count + relational,
                    "candidates": "",
                    "holder": "author",
                    "holder_name": "author",
                    "holder_kind": "author",
                }
            )
        articles.append(
            {
                "article_id": article_id,
                "outlet": outlet,
                "text": text,
                "raw": text,
                "language": "en",
                "near_duplicate_group": article_id,
                "source": article_id,
            }
        )
    return Mentions.from_rows(mentions), Sentences.from_rows(sentences), Articles.from_rows(articles)


UNEVEN = corpus(
    {("Gazette", "Ostrava"): 40, ("Gazette", "Pell"): 12, ("Gazette", "Quine"): 3, ("Herald", "Ostrava"): 25}
    | {("Herald", "Pell"): 2, ("Herald", "Quine"): 1},
    relational=1,
    ambiguous=1,
)
N_ELIGIBLE = 83


def draw(tables: Tables, n: int, seed: int = 0) -> list[dict]:
    return draw_sample(*tables, n=n, rng=np.random.default_rng(seed))


cells = st.dictionaries(
    st.tuples(st.sampled_from(["Gazette", "Herald", "Courier"]), st.sampled_from(["Ostrava", "Pell", "Quine", "Rook"])),
    st.integers(1, 30),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(cells=cells, data=st.data())
def test_chances_sum_to_the_sample_size_and_every_eligible_mention_has_one(cells, data):
    mentions, sentences, articles = corpus(cells, relational=1)
    eligible = {row["mention_id"] for row in mentions.rows() if not row["relational"]}
    n = data.draw(st.integers(0, len(eligible)))
    frame = sampling_frame(mentions, articles, n=n)
    chances = {mention_id: frame.inclusion_probability(mention_id) for mention_id in eligible}
    assert set(frame.stratum_of) == eligible
    assert sum(chances.values()) == pytest.approx(n)
    assert all(chance <= 1 for chance in chances.values())
    assert n == 0 or all(chance > 0 for chance in chances.values())
    rows = draw((mentions, sentences, articles), n, seed=data.draw(st.integers(0, 99)))
    assert len({row["id"] for row in rows} & eligible) == len(rows) == n


@settings(max_examples=60, deadline=None)
@given(sizes=st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 400), min_size=1), data=st.data())
def test_allocation_is_the_one_rate_found_by_bisection(sizes, data):
    n = data.draw(st.integers(0, sum(sizes.values())))
    least = {key: min(size, MIN_PER_STRATUM, n / len(sizes)) for key, size in sizes.items()}
    low, high = 0.0, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        total = sum(max(least[key], rate * size) for key, size in sizes.items())
        low, high = (rate, high) if total < n else (low, rate)
    expected = {key: max(least[key], high * size) for key, size in sizes.items()}
    allocated = labelling._allocate(sizes, n)
    assert sum(allocated.values()) == n  # exactly: these are fractions
    assert {key: float(share) for key, share in allocated.items()} == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("n", [4, 30])  # fewer draws than there are strata, and more
def test_frequencies_over_many_draws_match_the_stated_chances(n):
    rng = np.random.default_rng(7)
    n_draws = 600
    counts: Counter[str] = Counter()
    for _ in range(n_draws):
        counts.update(row["id"] for row in draw_sample(*UNEVEN, n=n, rng=rng))
    frame = sampling_frame(UNEVEN[0], UNEVEN[2], n=n)
    assert len(frame.sizes) == 6
    for mention_id in frame.stratum_of:
        chance = frame.inclusion_probability(mention_id)
        error = np.sqrt(chance * (1 - chance) / n_draws)
        assert counts[mention_id] / n_draws == pytest.approx(chance, abs=4.5 * error + 1e-9), mention_id


def test_rows_state_the_chance_of_the_frame_and_weigh_back_to_the_corpus():
    frame = sampling_frame(UNEVEN[0], UNEVEN[2], n=30)
    rng = np.random.default_rng(3)
    totals = []
    for _ in range(400):
        rows = draw_sample(*UNEVEN, n=30, rng=rng)
        assert all(row["inclusion_probability"] == frame.inclusion_probability(row["id"]) for row in rows)
        assert all(row["stratum"] == frame.stratum_of[row["id"]] for row in rows)
        totals.append(sum(1 / row["inclusion_probability"] for row in rows if row["actor"] == "pell"))
    # Horvitz-Thompson: the weighted count of an actor estimates its true count (14) without bias.
    assert np.mean(totals) == pytest.approx(14, abs=4 * np.std(totals) / np.sqrt(len(totals)))


def test_small_strata_get_their_minimum():
    rows = draw(UNEVEN, 60)
    drawn = Counter(row["stratum"] for row in rows)
    frame = sampling_frame(UNEVEN[0], UNEVEN[2], n=60)
    assert all(drawn[stratum] >= min(size, MIN_PER_STRATUM) for stratum, size in frame.sizes.items())
    bands = {mention_id.split(":")[-1]: stratum.split(" / ")[1] for mention_id, stratum in frame.stratum_of.items()}
    assert bands == {"ostrava": "frequent", "pell": "middle", "quine": "rare"}
    assert drawn["Herald / rare"] == 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(0, N_ELIGIBLE))
def test_order_of_rows_does_not_matter(seed, n):
    shuffle = np.random.default_rng(seed)
    shuffled = tuple(type(table)(table.table.take(shuffle.permutation(len(table)))) for table in UNEVEN)
    assert draw(shuffled, n, seed) == draw(UNEVEN, n, seed)


def test_another_seed_draws_others():
    assert {row["id"] for row in draw(UNEVEN, 30, 1)} != {row["id"] for row in draw(UNEVEN, 30, 2)}


def test_relational_and_ambiguous_mentions_are_never_drawn():
    flagged = {row["mention_id"] for row in UNEVEN[0].rows() if row["relational"] or row["ambiguous"]}
    rows = draw(UNEVEN, N_ELIGIBLE)
    assert len(flagged) == 12
    assert len(rows) == N_ELIGIBLE
    assert not flagged & {row["id"] for row in rows}
    assert {row["inclusion_probability"] for row in rows} == {1.0}


def test_rows_are_unlabelled_and_once_labelled_are_read_back(tmp_path: Path):
    rows = draw(UNEVEN, 20)
    assert all(row["polarity"] is None and row["holder"] is None for row in rows)
    assert all(row["sentence"][row["from"] : row["to"]] == row["mention"] for row in rows)
    assert [row["article_id"] for row in rows] == sorted(row["article_id"] for row in rows)
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row | {"polarity": 0, "holder": "author"}) + "\n" for row in rows))
    labels = read_labels(path)
    for name in ("article_id", "sentence", "mention", "actor", "outlet", "inclusion_probability"):
        assert labels.column(name) == [row[name] for row in rows]
    assert labels.column("label_id") == [row["id"] for row in rows]


def test_nothing_to_draw_from():
    empty = (Mentions.from_rows([]), Sentences.from_rows([]), Articles.from_rows([]))
    assert draw(empty, 0) == []
    with pytest.raises(SamplingError, match=r"Cannot draw 1 mentions: 0 of 0"):
        draw(empty, 1)


@pytest.mark.parametrize("n", [-1, N_ELIGIBLE + 1])
def test_more_than_there_are_is_refused(n):
    with pytest.raises(SamplingError, match=f"Cannot draw {n} mentions: {N_ELIGIBLE} of 95 "):
        draw(UNEVEN, n)


def test_tables_that_do_not_belong_together_are_refused():
    mentions, sentences, articles = UNEVEN
    with pytest.raises(SamplingError, match="40 mention\\(s\\) belong to no article"):
        draw((mentions, sentences, Articles(articles.table.slice(1))), 5)
    with pytest.raises(SamplingError, match="does not stand in its sentence"):
        draw((mentions, Sentences(sentences.table.slice(60)), articles), N_ELIGIBLE)
    rows = sentences.rows()
    rows[0]["text"] = rows[0]["text"].replace("Ostrava", "Antwerp")
    with pytest.raises(SamplingError, match="does not stand in its sentence"):
        draw((mentions, Sentences.from_rows(rows), articles), N_ELIGIBLE)
