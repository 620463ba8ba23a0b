"""What moved a score: pieces of the text, what is left without them, and that the decisive one is found."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features.vader import vader_analyzer
from tenor.models import Tone, ToneScorer
from tenor.models.explanation import (
    MOST_PIECES,
    ExplanationError,
    clause_spans,
    explain_tone,
    plan_erasure,
    vader_words,
)
from tenor.models.targets import TargetError
from tenor.models.tone_features import FeatureSet

TONE = Tone(p_neg=0.1, p_neu=0.2, p_pos=0.7, tone=0.6, label="positive")
MIXED = "Norland won praise for its generous help, while Vestria was condemned as cruel."


@pytest.fixture(scope="module")
def trained(labels):
    spans = list(zip(labels.column("start"), labels.column("end"), strict=True))
    return ToneScorer.fit(
        labels.column("sentence"),
        spans,
        labels.column("polarity"),
        labels.column("article_id"),
        feature_set=FeatureSet.READER_VADER,
        n_folds=3,
    )


def span_of(text, words):
    return text.index(words), text.index(words) + len(words)


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Norland won praise for its generous help",
        "Norland is not good and hardly honest",
        "Norland was very kind but the failure was utterly terrible",
        "no good friend of Norland, nor a cruel one",
        "It was kind of great, the BEST deal",
        "Norland smiled \U0001f600\U0001f622 at the disaster\U0001f600",
        "line one is good\n\tline two is bad",
        "Vestria",
        "",
    ],
)
def test_valences_add_up_to_vaders_own_score(text):
    total = sum(valence for _, _, valence in vader_words(text))
    expected = vader_analyzer().polarity_scores(text)["compound"]
    assert round(total / math.sqrt(total * total + 15), 4) == pytest.approx(expected, abs=2e-4)


def test_words_stand_where_they_say_and_in_context():
    text = "“Dar” was not good, but the U.S. praised him :) \U0001f600"
    found = {text[start:end]: valence for start, end, valence in vader_words(text)}
    assert set(found) == {"good", "praised", ":)", "\U0001f600"}
    assert found["good"] < 0 < found["praised"]


# --- clauses --------------------------------------------------------------------------------------------------------


def test_clauses_end_at_marks_conjunctions_and_the_target():
    text = "Islamabad thanked Trump and blamed Delhi (at 7:30, for 1,000 cars); Mr. Khan, however, stayed."
    clauses = [text[start:end] for start, end in clause_spans(text, span_of(text, "Trump"))]
    assert clauses == [
        "Islamabad thanked",
        "and blamed Delhi",
        "at 7:30",
        "for 1,000 cars",
        "Mr. Khan",
        "however",
        "stayed",
    ]


@given(st.text(alphabet="ab ,.;()“”\n:-' and but…😀", max_size=80), st.data())
def test_what_is_left_always_holds_the_target_where_it_says(text, data):
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    plan = plan_erasure(text, (start, end))
    letters = "".join(text.split())
    for shorter, span in zip(plan.texts, plan.spans, strict=True):
        assert shorter[span[0] : span[1]] == text[start:end]
        assert len("".join(shorter.split())) < len(letters)
    for low, high in plan.clauses:
        assert high <= start or low >= end
        assert text[low:high].strip() == text[low:high]
    assert list(plan.clauses) == sorted(plan.clauses)
    assert all(one[1] <= two[0] for one, two in zip(plan.clauses, plan.clauses[1:], strict=False))


def test_the_gap_is_mended():
    plan = plan_erasure(MIXED, span_of(MIXED, "Norland"))
    without = dict(zip((MIXED[s:e] for s, e in plan.clauses), plan.texts[len(plan.words) :], strict=True))
    assert without == {
        "won praise for its generous help": "Norland, while Vestria was condemned as cruel.",
        "while Vestria was condemned as cruel": "Norland won praise for its generous help.",
    }
    other = plan_erasure(MIXED, span_of(MIXED, "Vestria"))
    assert other.texts[len(other.words)] == "while Vestria was condemned as cruel."
    lone = plan_erasure("Vestria lied, but Norland did not.", (18, 25))
    assert [lone.text[start:end] for start, end in lone.clauses] == ["Vestria lied", "did not"]


def test_a_text_of_any_length_costs_a_bounded_number_of_readings():
    text = "Critics blamed the town, yet " * 400 + "Norland won " + "praise, and honest help, " * 400
    target = span_of(text, "Norland")
    plan = plan_erasure(text, target)
    assert len(plan.words) == MOST_PIECES
    assert 1 < len(plan.clauses) <= MOST_PIECES + 1
    # The words kept are the nearest, and the clauses still cover both sides.
    assert all(abs(start - target[0]) < 1000 for start, _, _ in plan.words)
    assert plan.clauses[0][0] == 0
    assert plan.clauses[-1][1] > len(text) - 10


def test_a_bare_target_has_nothing_to_leave_out():
    plan = plan_erasure("Norland?", (0, 7))
    assert plan.texts == ()
    assert explain_tone(plan, TONE, []).clauses == ()
    within = plan_erasure("Peace Party won.", (0, 11))  # a word of the target cannot be left out
    assert [within.text[start:end] for start, end, _ in within.words] == ["Peace", "Party", "won"]
    explained = explain_tone(within, TONE, [0.1] * len(within.texts))
    assert [word.contribution for word in explained.words] == [0.0, 0.0, 0.5]


def test_tones_of_another_erasure_are_refused():
    plan = plan_erasure(MIXED, span_of(MIXED, "Norland"))
    with pytest.raises(ExplanationError, match=r"Got 1 tones, expected 8"):
        explain_tone(plan, TONE, [0.1])


# --- with a scorer --------------------------------------------------------------------------------------------------


def test_contributions_are_what_scoring_by_hand_gives(scorer):
    found = scorer.explain(MIXED, "Vestria")
    assert found.tone.tone == pytest.approx(scorer.score(MIXED, "Vestria").tone, abs=1e-6)
    plan = plan_erasure(MIXED, span_of(MIXED, "Vestria"))
    by_hand = [found.tone.tone - scorer.score(text, "Vestria").tone for text in plan.texts]
    got = [piece.contribution for piece in (*found.words, *found.clauses)]
    assert got == pytest.approx(by_hand, abs=1e-5)
    assert MIXED[found.start : found.end] == "Vestria"
    for piece in found.words:
        assert MIXED[piece.start : piece.end] == piece.word
    for piece in found.clauses:
        assert MIXED[piece.start : piece.end] == piece.clause


@pytest.mark.parametrize(
    ("target", "decisive", "sign"),
    [("Ardovia", "won praise for its generous rescue", 1), ("Belmarch", "shamefully betrayed the refugees", -1)],
)
def test_the_decisive_clause_contributes_most_and_filler_next_to_nothing(trained, target, decisive, sign):
    filler = ("In a report of forty pages", "printed on Monday")
    good, bad = "Ardovia won praise for its generous rescue", "Belmarch shamefully betrayed the refugees"
    text = f"{filler[0]}, {filler[1]}, {good}; {bad}."
    found = trained.explain(text, target)
    by_clause = {clause.clause: clause.contribution for clause in found.clauses}
    largest = max(found.clauses, key=lambda clause: abs(clause.contribution))
    assert largest.clause == decisive
    assert largest.contribution * sign > 0.3
    assert max(abs(by_clause[words]) for words in filler) < 0.15


def test_explaining_twice_or_in_a_batch_says_the_same(scorer):
    texts = [MIXED, "The ferry from Vestria arrives at nine.", MIXED]
    spans = [span_of(MIXED, "Norland"), span_of(texts[1], "Vestria"), span_of(MIXED, "Vestria")]
    together = scorer.explain_targets(texts, spans, batch_size=3)
    assert scorer.explain_targets(texts, spans, batch_size=3) == together
    alone = [scorer.explain(texts[0], "Norland"), scorer.explain(texts[1], "Vestria"), scorer.explain(MIXED, "Vestria")]
    for one, other in zip(together, alone, strict=True):
        assert [clause.clause for clause in one.clauses] == [clause.clause for clause in other.clauses]
        np.testing.assert_allclose(
            [piece.contribution for piece in (*one.words, *one.clauses)],
            [piece.contribution for piece in (*other.words, *other.clauses)],
            atol=1e-4,
        )
    assert scorer.explain_targets([], []) == []


def test_a_target_that_is_not_there_is_named_and_the_text_is_not(scorer):
    with pytest.raises(TargetError, match="target") as error:
        scorer.explain("Nobody ate marmalade.", "Vestria")
    assert "marmalade" not in str(error.value)
