"""The most confident mistakes: an independent search finds the same, and order of rows does not matter."""

import numpy as np
import pytest

from tenor.experiments.mistakes import confident_mistakes
from tenor.features.records import CrossValidation

NAMES = ("negative", "neutral", "positive")


def _rows(n=120, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        p = np.round(rng.dirichlet([1.0, 1.0, 1.0]), 2)
        p[2] = 1 - p[0] - p[1]
        rows.append(
            {
                **{"label_id": f"l{i:03}", "article_id": "a", "near_duplicate_group": "a", "fold": 0},
                **{"sentence": f"<b>{i}</b> Norland, or not.", "start": 8, "end": 9, "mention": " "},
                **{"polarity": int(rng.integers(-1, 2)), "actor": None if i % 3 else "norland", "outlet": "dawn"},
                **{"p_neg": p[0], "p_neu": p[1], "p_pos": p[2], "vader": 0, "majority": 0},
                "predicted": int(p.argmax()) - 1 if i % 4 else int(rng.integers(-1, 2)),
            }
        )
    for row in rows:
        row["start"] = row["sentence"].index("Norland")
        row["end"] = row["start"] + 7
        row["mention"] = "Norland"
    return rows


@pytest.fixture(scope="module")
def rows():
    return _rows()


def test_they_are_those_that_a_plain_search_finds(rows):
    wrong = []
    for row in rows:
        p = dict(zip(NAMES, (row["p_neg"], row["p_neu"], row["p_pos"]), strict=True))
        best, read = NAMES[row["predicted"] + 1], NAMES[row["polarity"] + 1]
        if best != read:
            wrong.append((-p[best], row["label_id"], best, read, p[best] - p[read]))
    found = confident_mistakes(CrossValidation.from_rows(rows), limit=20)
    expected = sorted(wrong)[:20]
    assert found["label_id"] == [item[1] for item in expected]
    assert found["confidence"] == pytest.approx([-item[0] for item in expected])
    assert found["predicted"] == [item[2] for item in expected]
    assert found["read_as"] == [item[3] for item in expected]
    assert found["margin"] == pytest.approx([item[4] for item in expected], abs=1e-4)


def test_the_target_is_marked_and_the_text_as_it_stands(rows):
    found = confident_mistakes(CrossValidation.from_rows(rows))
    by_id = {row["label_id"]: row for row in rows}
    assert len(found["sentence"]) == 50
    for name, sentence in zip(found["label_id"], found["sentence"], strict=True):
        assert "⟦Norland⟧" in sentence
        assert sentence.replace("⟦", "").replace("⟧", "") == by_id[name]["sentence"]
    assert {"norland", ""} == set(found["actor"])


def test_order_of_rows_does_not_matter(rows):
    once, again = (confident_mistakes(CrossValidation.from_rows(given)) for given in (rows, rows[::-1]))
    assert once == again


def test_a_faultless_scorer_has_none_and_the_columns_stay():
    right = _rows(5)
    for row in right:
        row |= {"predicted": 1, "polarity": 1}
    found = confident_mistakes(CrossValidation.from_rows(right))
    assert set(map(len, found.values())) == {0}
    assert found.keys() == confident_mistakes(CrossValidation.from_rows([])).keys()
