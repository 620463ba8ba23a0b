"""Scoring all mentions from stored vectors: the same numbers as scoring each text by itself."""

import dataclasses

import numpy as np
import pytest

from tenor.features.encoder import encode_sentences
from tenor.features.errors import TenorError
from tenor.features.records import Mentions, Sentences, ThemeAssignments, ToneScores
from tenor.models.scoring import explain_scores, score_mentions

SENTENCES = [
    ("Norland won praise for its help.", ["Norland"]),
    ("Critics condemned Vestria, and Norland thanked Mirela Kovač.", ["Vestria", "Norland", "Mirela Kovač"]),
    ("Nobody is named here.", []),
    ("Norland won praise for its help.", ["Norland"]),
]


@dataclasses.dataclass(frozen=True)
class World:
    mentions: Mentions
    sentences: Sentences
    encodings: object
    themes: ThemeAssignments


@pytest.fixture(scope="module")
def world(reader):
    sentences, mentions, at = [], [], 5  # the first sentence does not begin the article
    for i, (text, actors) in enumerate(SENTENCES):
        sentences.append(
            {
                **{"sentence_id": f"s{i}", "article_id": "a", "paragraph": 0},
                **{"start": at, "end": at + len(text), "text": text},
            }
        )
        for actor in actors:
            start = at + text.index(actor)
            mentions.append(
                {
                    **{"mention_id": f"m{len(mentions)}", "article_id": "a", "sentence_id": f"s{i}", "start": start},
                    **{"end": start + len(actor), "mention": actor, "actor": actor.lower(), "rule": "alias"},
                    **{"relational": False, "ambiguous": False, "candidates": "", "holder": "author"},
                    **{"holder_name": "", "holder_kind": "author"},
                }
            )
        at += len(text) + 1
    mentions[1]["relational"] = True
    mentions[3] |= {"ambiguous": True, "candidates": "kovac brandt", "holder": "kovac", "holder_name": "Kovač"}
    mentions[3]["holder_kind"] = "actor"
    table = Mentions.from_rows(mentions[::-1])
    rows = Sentences.from_rows(sentences)
    themes = [{"sentence_id": f"s{i}", "theme": f"t{i % 2}", "similarity": 0.5} for i in range(len(SENTENCES))]
    return World(table, rows, encode_sentences(rows, table, reader), ThemeAssignments.from_rows(themes))


def _score(world, scorer, **change):
    parts = {**{field.name: getattr(world, field.name) for field in dataclasses.fields(world)}, **change}
    options = {name: parts.pop(name) for name in ("ambiguous", "holders") if name in parts}
    return score_mentions(*parts.values(), scorer, **options)


def test_each_row_is_what_the_scorer_says_of_the_sentence_alone(world, scorer):
    found = _score(world, scorer, ambiguous=True)
    texts = {row["sentence_id"]: row for row in world.sentences.rows()}
    assert len(found) == 4
    for row in found.rows():
        sentence = texts[row["sentence_id"]]
        span = (row["start"] - sentence["start"], row["end"] - sentence["start"])
        expected = scorer.predict_proba([sentence["text"]], [span])[0]
        assert [row["p_neg"], row["p_neu"], row["p_pos"]] == pytest.approx(expected.tolist(), abs=1e-4)
        assert row["tone"] == pytest.approx(expected[2] - expected[0], abs=1e-4)


def test_relations_are_never_scored_and_ambiguous_mentions_on_demand(world, scorer):
    assert _score(world, scorer).column("mention_id") == ["m4", "m2", "m0"]
    assert _score(world, scorer, ambiguous=True).column("mention_id") == ["m4", "m3", "m2", "m0"]


def test_what_is_known_of_a_mention_is_carried_over(world, scorer):
    row = _score(world, scorer, ambiguous=True).rows()[1]
    assert (row["mention"], row["actor"], row["holder"], row["holder_name"], row["holder_kind"]) == (
        *("Mirela Kovač", "mirela kovač"),
        *("kovac", "Kovač", "actor"),
    )
    assert [r["theme"] for r in _score(world, scorer).rows()] == ["t1", "t1", "t0"]


def test_without_holders_every_tone_is_the_authors_and_nothing_else_changes(world, scorer):
    kept, dropped = (_score(world, scorer, ambiguous=True, holders=holders).frame() for holders in (True, False))
    held = ["holder", "holder_name", "holder_kind"]
    assert kept["holder"].tolist() == ["author", "kovac", "author", "author"]
    assert (dropped[held] == "author").all(axis=None)
    assert kept.drop(columns=held).equals(dropped.drop(columns=held))


def test_the_same_sentence_gets_the_same_tone(world, scorer):
    tone = dict(zip(*[_score(world, scorer).column(name) for name in ("mention_id", "tone")], strict=True))
    assert tone["m4"] == pytest.approx(tone["m0"], abs=1e-6)


def test_a_mentions_score_does_not_depend_on_the_other_mentions(world, scorer, reader):
    some = Mentions(world.mentions.table.slice(0, 3))
    found = _score(world, scorer, mentions=some, encodings=encode_sentences(world.sentences, some, reader))
    full = dict(zip(*[_score(world, scorer).column(name) for name in ("mention_id", "tone")], strict=True))
    for name, tone in zip(found.column("mention_id"), found.column("tone"), strict=True):
        assert tone == pytest.approx(full[name], abs=1e-5)


def test_no_mentions_give_no_scores(world, scorer, reader):
    none = Mentions.from_rows([])
    encodings = encode_sentences(world.sentences, none, reader)
    assert len(_score(world, scorer, mentions=none, encodings=encodings)) == 0
    relational = Mentions(world.mentions.table.slice(3, 1))
    assert relational.column("relational") == [True]
    encodings = encode_sentences(world.sentences, relational, reader)
    assert len(_score(world, scorer, mentions=relational, encodings=encodings)) == 0


def test_the_strongest_tones_are_explained_as_the_scorer_explains_them(world, scorer):
    scores = _score(world, scorer, ambiguous=True)
    strength = {row["mention_id"]: abs(row["tone"]) for row in scores.rows()}
    effects = explain_scores(scores, world.sentences, scorer, most=2).rows()
    told = {row["mention_id"] for row in effects}
    assert len(told) == 2
    assert min(strength[name] for name in told) >= max(strength[name] for name in strength.keys() - told)
    texts = {row["sentence_id"]: row for row in world.sentences.rows()}
    for mention in scores.rows():
        if mention["mention_id"] not in told:
            continue
        sentence = texts[mention["sentence_id"]]
        at = sentence["start"]
        (expected,) = scorer.explain_targets([sentence["text"]], [(mention["start"] - at, mention["end"] - at)])
        mine = [row for row in effects if row["mention_id"] == mention["mention_id"]]
        assert [(row["start"] - at, row["end"] - at) for row in mine if row["piece"] == "word"] == [
            (word.start, word.end) for word in expected.words
        ]
        assert [row["contribution"] for row in mine] == pytest.approx(
            [effect.contribution for effect in (*expected.words, *expected.clauses)], abs=1e-4
        )


def test_nothing_is_explained_where_nothing_is_asked_or_scored(world, scorer):
    assert len(explain_scores(_score(world, scorer), world.sentences, scorer, most=0)) == 0
    none = _score(world, scorer).table.slice(0, 0)
    assert len(explain_scores(ToneScores(none), world.sentences, scorer, most=5)) == 0


def _other_sentence(mentions):
    return Mentions.from_rows([{**row, "sentence_id": "s9"} for row in mentions.rows()])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda w: {"mentions": Mentions(w.mentions.table.slice(0, 2))}, "not those of the mentions: run the encode"),
        (lambda w: {"sentences": Sentences(w.sentences.table.take([1, 0, 2, 3]))}, "not those of the sentences"),
        (lambda w: {"mentions": _other_sentence(w.mentions)}, r"3 mention.s. have no sentence: run the annotate"),
        (lambda w: {"themes": ThemeAssignments.from_rows([])}, r"3 mention.s. have no theme: run the themes"),
    ],
)
def test_tables_that_do_not_belong_together_are_refused(world, scorer, change, match):
    with pytest.raises(TenorError, match=match):
        _score(world, scorer, **change(world))


def test_vectors_of_another_encoder_are_refused(world, scorer):
    narrow = dataclasses.replace(
        world.encodings, mention_vectors=np.zeros((5, 16), np.float32), sentence_vectors=np.zeros((4, 16), np.float32)
    )
    with pytest.raises(TenorError, match="widths"):
        _score(world, scorer, encodings=narrow)
