"""Jobs on anybody's articles: the trained scorer on a folder and on one text."""

import json
import re
import shutil

import pandas as pd
import pytest
import yaml

from tenor.features.records import Articles, Estimates, Mentions, SetAside, ThemeAssignments, ToneScores
from tenor.pipeline.run import written_over
from tenor.pipeline.store import read_table

REGISTRY = {
    "actors": [
        {"id": "norland", "name": "Norland", "kind": "state", "aliases": ["the Northern Union"]},
        {"id": "kovac", "name": "Mirela Kovač", "kind": "person"},
    ]
}
PRAISE = (
    "Norland won praise for its generous and honest help. Villagers along the river thanked Norland for the brave "
    "rescue in March. The harbour opened again after four days. Engineers repaired the bridge by hand."
)
BLAME = (
    "Critics condemned Mirela Kovač for a cruel and reckless policy. The audit calls Kovač careless and dishonest. "
    "Farmers fear that the price of wheat will rise. “Norland betrayed its weakest partners,” said Mirela Kovač."
)
PLAIN = (
    "The parliament votes on the budget on Tuesday. Mirela Kovač will send a delegation to the talks. "
    "The ferry arrives at nine and leaves at noon. Norland publishes the agenda a week before the hearing."
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, scorer):
    """Six short articles of two outlets, a registry, a trained scorer and a file that is no article."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, (outlet, text) in enumerate(
        [("dawn", PRAISE), ("dawn", PLAIN), ("dawn", BLAME), ("dusk", f"{BLAME} It rained."), ("dusk", PLAIN)]
    ):
        path = folder / "articles" / outlet / f"2025-03-0{number + 1}-story.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + f" Reporters counted {number + 11} boats and {number + 40} carts.\n", encoding="utf-8")
    (folder / "articles" / "dusk" / "broken.parquet").write_bytes(b"PAR1")
    (folder / "actors.yaml").write_text(yaml.safe_dump(REGISTRY, allow_unicode=True), encoding="utf-8")
    scorer.save(folder / "scorer")
    return folder


def _run(tenor, corpus, out, *more):
    return tenor(
        *("run", "--articles", corpus / "articles", "--actors", corpus / "actors.yaml"),
        *("--scorer", corpus / "scorer", "--out", out, *more),
    )


def test_a_folder_becomes_tables_and_a_report(tenor, corpus, tmp_path):
    out = tmp_path / "out"
    # What another job left there must stay: a scorer above all.
    for name in ("scorer", "encodings"):
        (out / name).mkdir(parents=True)
        (out / name / "kept").write_text("mine")
    outcome = _run(tenor, corpus, out, "--title", "Boats & <carts>")
    assert outcome.code == 0, outcome.err
    assert outcome.err == ""
    steps = [line.partition(":")[0] for line in outcome.out.splitlines()]
    assert steps == ["ingest", "annotate", "encode", "themes", "score", "estimate", "report"]
    for name in ("scorer", "encodings"):
        assert [path.name for path in (out / name).iterdir()] == ["kept"]

    articles = read_table(Articles, out / "articles.parquet")
    assert len(articles) == 5
    assert set(articles.column("outlet")) == {"dawn", "dusk"}
    assert [row["reason"] for row in read_table(SetAside, out / "set_aside.parquet").rows()] == ["broken file"]
    text_of = {row["article_id"]: row["text"] for row in articles.rows()}
    mentions, scores = read_table(Mentions, out / "mentions.parquet"), read_table(ToneScores, out / "tone.parquet")
    assert {*mentions.column("actor")} == {"norland", "kovac"}
    for row in scores.rows():
        assert text_of[row["article_id"]][row["start"] : row["end"]] == row["mention"]
    themes = read_table(ThemeAssignments, out / "theme_assignments.parquet")
    assert set(scores.column("theme")) <= set(themes.column("theme"))

    frame = scores.frame().merge(articles.frame()[["article_id", "outlet"]], on="article_id")
    for row in read_table(Estimates, out / "estimates.parquet").rows():
        if (row["theme"], row["holder"], row["period"]) == ("all", "all", "all") and row["outlet"] != "all":
            of_cell = frame[(frame["actor"] == row["actor"]) & (frame["outlet"] == row["outlet"])]
            assert row["tone"] == pytest.approx(of_cell["tone"].mean(), abs=1e-4)
    praised = frame[frame["mention"] == "Norland"].groupby("article_id")["tone"].mean().max()
    assert praised > frame[frame["actor"] == "kovac"]["tone"].mean()

    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Boats &amp; &lt;carts&gt;" in page
    assert "<carts>" not in page


def test_running_twice_gives_the_same_tables_under_the_title_of_the_parameters(tenor, corpus, tmp_path):
    params = {"ingest": {"articles": "-"}, "annotate": {"actors": "-"}, "train": {"labels": "-"}}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params | {"report": {"title": "Ferries in the fog"}}))
    assert _run(tenor, corpus, tmp_path / "one").code == 0
    assert _run(tenor, corpus, tmp_path / "two", "--params", tmp_path / "params.yaml").code == 0
    titles = [
        re.search("<title>(.*)</title>", (tmp_path / name / "report.html").read_text(encoding="utf-8"))[1]
        for name in ("one", "two")
    ]
    assert titles == ["Tone and themes of the coverage", "Ferries in the fog"]
    tables = sorted(path.name for path in (tmp_path / "one").glob("*.parquet"))
    assert "tone.parquet" in tables
    for name in tables:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_one_article_without_any_actor_still_gives_a_report(tenor, corpus, tmp_path):
    folder = tmp_path / "quiet"
    folder.mkdir()
    (folder / "a.txt").write_text("The ferry leaves at noon. Nobody saw the captain again that day. " * 5)
    out = tmp_path / "out"
    outcome = tenor(
        *("run", "--articles", folder, "--actors", corpus / "actors.yaml"),
        *("--scorer", corpus / "scorer", "--out", out),
    )
    assert outcome.code == 0, outcome.err
    assert len(read_table(ToneScores, out / "tone.parquet")) == 0
    assert len(read_table(Estimates, out / "estimates.parquet")) == 0
    assert (out / "report.html").is_file()


def test_a_parameter_file_sets_all_but_the_inputs_and_the_encoder(tenor, corpus, tmp_path):
    params = {
        "ingest": {"articles": "ignored", "min_characters": 100_000},
        "annotate": {"actors": "ignored"},
        "train": {"labels": "ignored", "features": "vader"},
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    outcome = _run(tenor, corpus, tmp_path / "out", "--params", tmp_path / "params.yaml")
    assert outcome.code == 1  # every article is shorter than that
    assert "too short" in outcome.err


def _refused(outcome, *needles):
    assert outcome.code == 1
    assert outcome.err.startswith("tenor: ")
    assert outcome.err.count("\n") == 1
    for needle in needles:
        assert needle in outcome.err


def test_places_that_cannot_be_written_to(tenor, corpus, tmp_path):
    (tmp_path / "file").write_text("x")
    _refused(_run(tenor, corpus, tmp_path / "file"), "is a file; --out takes a folder")
    _refused(_run(tenor, corpus, corpus / "articles" / "out"), "the next run would read the report")
    assert not (corpus / "articles" / "out").exists()
    (tmp_path / "out" / "tables").mkdir(parents=True)
    (tmp_path / "out" / "tables" / "a.txt").write_text(PRAISE)
    outcome = tenor(
        *("run", "--articles", tmp_path / "out" / "tables", "--actors", corpus / "actors.yaml"),
        *("--scorer", corpus / "scorer", "--out", tmp_path / "out"),
    )
    _refused(outcome, "the next run would read the report")


@pytest.mark.parametrize("place", ["articles.parquet", "tables/articles.csv", "tables/wire.csv", "linked"])
def test_an_articles_file_is_not_replaced_by_our_tables(tenor, corpus, tmp_path, place):
    """The user's only copy of the corpus may lie just where --out points, or behind a link there."""
    out = tmp_path / "out"
    path = tmp_path / "mine.parquet" if place == "linked" else out / place
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = pd.DataFrame({"text": [PRAISE, PLAIN], "title": ["One", "Two"], "mine": [1, 2]})
    if path.suffix == ".csv":
        rows.to_csv(path, index=False)
    else:
        rows.to_parquet(path)
    if place == "linked":
        out.mkdir()
        (out / "articles.parquet").symlink_to(path)
    before = path.read_bytes()
    outcome = tenor(
        *("run", "--articles", path, "--actors", corpus / "actors.yaml"),
        *("--scorer", corpus / "scorer", "--out", out),
    )
    _refused(outcome, path.name, "lies where the results are written", "another --out")
    assert path.read_bytes() == before
    assert outcome.out == ""


@pytest.mark.parametrize("option", ["--actors", "--params", "--scorer"])
def test_no_other_input_is_replaced_either(tenor, corpus, tmp_path, option):
    given = {"--articles": corpus / "articles", "--actors": corpus / "actors.yaml", "--scorer": corpus / "scorer"}
    tables = tmp_path / "tables"
    if option == "--scorer":
        given[option] = shutil.copytree(corpus / "scorer", tables)
    else:
        tables.mkdir()
        given[option] = tables / "data_dictionary.csv"
        given[option].write_text(yaml.safe_dump(REGISTRY))
    before = {path: path.read_bytes() for path in tables.iterdir()}
    outcome = tenor("run", *(part for pair in given.items() for part in pair), "--out", tmp_path)
    _refused(outcome, "lies where the results are written")
    assert {path: path.read_bytes() for path in tables.iterdir()} == before


def test_inputs_beside_the_results_are_fine_and_what_is_written_is_guarded(tenor, corpus, tmp_path):
    """A file of another name is left alone, and the guard knows every file that a run writes."""
    pd.DataFrame({"text": [PRAISE, PLAIN]}).to_parquet(tmp_path / "wire.parquet")
    (tmp_path / "actors.yaml").write_text(yaml.safe_dump(REGISTRY, allow_unicode=True), encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    command = ("run", "--articles", tmp_path / "wire.parquet", "--actors", tmp_path / "actors.yaml")
    command += ("--scorer", corpus / "scorer", "--out", tmp_path)
    outcome = tenor(*command)
    assert outcome.code == 0, outcome.err
    assert {path: path.read_bytes() for path in before} == before
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - set(before)
    assert written == set(written_over(tmp_path))
    assert tenor(*command).code == 0, "a second run replaces the results of the first"


def test_a_scorer_that_is_not_there_is_said_before_anything_is_read(tenor, corpus, tmp_path):
    outcome = tenor(
        *("run", "--articles", corpus / "articles", "--actors", corpus / "actors.yaml"),
        *("--scorer", tmp_path / "nowhere", "--out", tmp_path / "out"),
    )
    _refused(outcome, "No scorer in", "nowhere")
    assert outcome.out == ""
    assert not (tmp_path / "out").exists()


def test_one_text(tenor, corpus, scorer):
    text = "Norland won praise for its generous and honest help."
    outcome = tenor("score-text", text, "--actor", "Norland", "--scorer", corpus / "scorer", "--json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    expected = scorer.predict(pd.DataFrame({"text": [text], "target": ["Norland"]})).iloc[0]
    assert found["tone"] == pytest.approx(expected["tone"], abs=1e-5)
    assert found["label"] == expected["label"] == "positive"
    line = tenor("score-text", text, "--actor", "Norland", "--scorer", corpus / "scorer").out
    assert line.startswith(f"positive toward Norland: tone {expected['tone']:+.2f}")


def test_one_text_toward_an_actor_of_the_registry(tenor, corpus):
    text = "Villagers thanked the Northern Union for the brave and skilful rescue."
    more = ("--actors", corpus / "actors.yaml", "--scorer", corpus / "scorer", "--json")
    by_id, by_words = (
        tenor("score-text", text, "--actor", actor, *more) for actor in ("norland", "the Northern Union")
    )
    assert by_id.code == by_words.code == 0, by_id.err + by_words.err
    assert json.loads(by_id.out)["tone"] == pytest.approx(json.loads(by_words.out)["tone"], abs=0.2)


def test_a_text_that_does_not_name_the_actor_is_not_repeated(tenor, corpus):
    outcome = tenor("score-text", "Zanzibarquux sleeps.", "--actor", "Norland", "--scorer", corpus / "scorer")
    _refused(outcome, "`target` must be words that stand in `text`")
    assert "Zanzibarquux" not in outcome.err


def test_names_that_the_registry_lacks_are_suggested(tenor, corpus):
    more = ("--articles", corpus / "articles", "--actors", corpus / "actors.yaml")
    outcome = tenor("actors", "suggest", *more, "--json", "--limit", 5)
    assert outcome.code == 0, outcome.err
    assert len(outcome.out.splitlines()) == 1
    found = json.loads(outcome.out)
    assert isinstance(found, list)
    assert len(found) <= 5
    assert not {item["name"] for item in found} & {"Norland", "Mirela Kovač"}
