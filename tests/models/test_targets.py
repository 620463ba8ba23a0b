"""From rows to spans: what counts as a target, and errors that name rows and never show the text."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features.registry import parse_registry
from tenor.models.targets import TargetError, locate_targets

SECRET = "zanzibarquux"


def _frame(**columns):
    return pd.DataFrame(columns)


def test_offsets_are_taken_as_they_are():
    frame = _frame(text=["Norland met Vestria.", "Ünïcode Kovač"], start=[12, 8], end=[19, 13])
    texts, spans = locate_targets(frame, None)
    assert [text[a:b] for text, (a, b) in zip(texts, spans, strict=True)] == ["Vestria", "Kovač"]


def test_whole_floats_are_offsets_too():
    assert locate_targets(_frame(text=["Norland"], start=[0.0], end=[7.0]), None)[1] == [(0, 7)]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Norland met Norland.", "Norland", (0, 7)),
        ("US aid; the U.S. budget", "U.S.", (12, 16)),
        ("Russian music, says Rus.", "Rus", (20, 23)),
        ("PreNorland is not Norland", "Norland", (18, 25)),
        ("the us and the US", "US", (15, 17)),
        ("the us budget", "US", (4, 6)),
        ("Kovač spoke.", "kovač", (0, 5)),
        ("A (strange) case", "(strange)", (2, 11)),
        ("Norland’s move", "Norland", (0, 7)),
        ("“Norland” is it", " Norland ", (1, 8)),
    ],
)
def test_words_are_found_whole_and_as_written_first(text, target, expected):
    assert locate_targets(_frame(text=[text], target=[target]), None)[1] == [expected]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.from_regex(r"[A-Za-zÀ-ž]{1,12}( [A-Za-z]{1,8})?", fullmatch=True),
)
def test_a_found_target_is_the_target(before, target):
    text = f"{before} {target} and more"
    _, [(start, end)] = locate_targets(_frame(text=[text], target=[target]), None)
    assert text[start:end].casefold() == target.casefold()
    assert not text[end : end + 1].isalnum()


def test_an_empty_frame_gives_nothing():
    assert locate_targets(_frame(text=[], target=[]), None) == ([], [])


@pytest.mark.parametrize(
    "frame",
    [
        _frame(text=[f"{SECRET} x"], start=[-1], end=[3]),
        _frame(text=[f"{SECRET} x"], start=[3], end=[3]),
        _frame(text=[f"{SECRET} x"], start=[0], end=[99]),
        _frame(text=[f"{SECRET} x"], start=[0.5], end=[3]),
        _frame(text=[f"{SECRET} x"], start=[np.nan], end=[3]),
        _frame(text=[f"{SECRET} x"], start=[0], end=[np.inf]),
        _frame(text=[f"{SECRET} x"], start=[None], end=[None]),
        _frame(text=[f"{SECRET} x"], start=["0"], end=["3"]),
        _frame(text=[f"{SECRET} x"], target=["Norland"]),
        _frame(text=[f"{SECRET} x"], target=[SECRET[:4]]),
        _frame(text=[f"{SECRET} x"], target=["  "]),
        _frame(text=[f"{SECRET} x"], target=[None]),
        _frame(text=[f"{SECRET} x"], target=[7]),
        _frame(text=pd.Series([f"{SECRET} \ud800"], dtype=object), target=[SECRET]),
        _frame(text=pd.Series([7], dtype=object), target=["7"]),
        _frame(text=pd.Series([None], dtype=object), target=["x"]),
        _frame(text=pd.Series([None], dtype=object), start=[0], end=[1]),
    ],
)
def test_a_row_without_a_usable_target_is_named_and_its_text_is_not_shown(frame):
    frame.index = ["row-17"]
    good = pd.DataFrame({column: ["Norland"] for column in frame})
    if "start" in frame:
        good[["start", "end"]] = [0, 7]
    frame = pd.concat([good.astype(object), frame.astype(object)])
    with pytest.raises(TargetError, match=r"not so in row\(s\) row-17\.") as caught:
        locate_targets(frame, None)
    assert SECRET not in str(caught.value)
    assert SECRET[:4] not in str(caught.value)


def test_many_bad_rows_are_counted_and_ten_are_named():
    frame = _frame(text=[SECRET] * 25, target=["Norland"] * 25)
    with pytest.raises(TargetError, match=r"row\(s\) 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 15 more\.$"):
        locate_targets(frame, None)


@pytest.mark.parametrize(
    ("frame", "match"),
    [
        (_frame(body=[SECRET]), "Column `text` is missing; got columns body"),
        (_frame(), "Column `text` is missing; got columns none"),
        (_frame(text=[SECRET]), "A target is missing: pass column `target`, or `start` and `end`, or `actor`"),
        (_frame(text=[SECRET], start=[0]), "A target is missing"),
        (_frame(text=[SECRET], actor=["norland"]), r"needs a registry: load the scorer with registry=load_registry"),
    ],
)
def test_a_missing_column_says_what_is_needed(frame, match):
    with pytest.raises(TargetError, match=match) as caught:
        locate_targets(frame, None)
    assert SECRET not in str(caught.value)


REGISTRY = parse_registry(
    {
        "actors": [
            {"id": "norland", "name": "Norland", "kind": "state", "aliases": ["the Northern Union"]},
            {"id": "kovac", "name": "Mirela Kovač", "kind": "person"},
        ]
    }
)


def test_an_unknown_actor_is_named_and_a_text_in_its_place_is_not_shown():
    frame = _frame(text=["x", "y"], actor=["norland", f"{'long ' * 20}{SECRET}"])
    with pytest.raises(TargetError, match=r"1 id.s. that the registry lacks: long .*It has: norland, kovac") as caught:
        locate_targets(frame, REGISTRY)
    assert SECRET not in str(caught.value)


def test_an_actor_is_found_under_any_of_its_names():
    texts = ["In spring the Northern Union paid.", "“Mirela Kovač” it says.", "Norland paid."]
    _, spans = locate_targets(_frame(text=texts, actor=["norland", "kovac", "norland"]), REGISTRY)
    words = [text[a:b] for text, (a, b) in zip(texts, spans, strict=True)]
    assert "Northern Union" in words[0]
    assert words[1:] == ["Mirela Kovač", "Norland"]


def test_an_actor_that_is_not_mentioned_is_a_bad_row():
    frame = _frame(text=["Norland paid.", f"Nobody {SECRET} paid."], actor=["norland", "norland"])
    with pytest.raises(TargetError, match=r"`actor` must be mentioned.*row\(s\) 1\.") as caught:
        locate_targets(frame, REGISTRY)
    assert SECRET not in str(caught.value)
