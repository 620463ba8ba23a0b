"""What the report says of its own reach, against counts made by hand."""

import dataclasses
import datetime
from pathlib import Path

import pytest

from tenor.features.records import Estimates, ThemeTerms, ToneScores
from tenor.pipeline.params import load_params
from tenor.pipeline.report.prose import take_inventory
from tenor.pipeline.report.render import build_report
from tenor.pipeline.report.synthetic import synthetic_result


@pytest.fixture(scope="module")
def data():
    return synthetic_result(300, seed=5)


def test_coverage_counts_actors_found_and_the_mentions_that_labels_speak_for(data):
    actors = data.tone_scores.column("actor")
    mostly = max(set(actors), key=actors.count)
    told = dataclasses.replace(
        data,
        actor_names={**data.actor_names, "nobody": "Nobody"},
        metrics={"actors": [{"actor": mostly}, {"actor": "nobody"}]},
    )
    found, labelled = take_inventory(told).reach[:2]
    assert found.startswith(f"{len(set(data.mentions.column('actor')))} of the {len(data.actor_names) + 1} actors")
    assert f"for 1 of the {len(set(actors))} actors" in labelled
    assert f"{actors.count(mostly) / len(actors):.0%} of the scored mentions" in labelled


def test_stability_and_shaky_themes_are_told_only_where_measured(data):
    assert not any("stability" in sentence for sentence in take_inventory(data).reach)
    rows = [
        {**row, "stability": 0.5 + 0.1 * (at % 2), "shaky": at == 0} for at, row in enumerate(data.theme_terms.rows())
    ]
    told = dataclasses.replace(data, theme_terms=ThemeTerms.from_rows(rows))
    (sentence,) = [it for it in take_inventory(told).reach if "stability" in it]
    mean = sum(row["stability"] for row in rows) / len(rows)
    assert f"{mean:.2f} on average" in sentence
    assert f"1 of {len(rows)} themes is marked shaky" in sentence


def test_thin_cells_are_those_of_actor_by_theme(data):
    cells = [
        row["thin"]
        for row in data.estimates.rows()
        if row["theme"] != "all" and row["outlet"] == row["holder"] == row["period"] == "all"
    ]
    assert 0 < sum(cells) < len(cells)
    assert any(it.startswith(f"{sum(cells)} of {len(cells)} cells") for it in take_inventory(data).reach)


def test_nothing_scored_says_nothing_of_reach(data):
    empty = dataclasses.replace(
        data,
        tone_scores=ToneScores.from_rows([]),
        estimates=Estimates.from_rows([]),
        theme_terms=ThemeTerms.from_rows([]),
    )
    assert take_inventory(empty).reach == ()


def test_the_reach_stands_in_the_page_even_without_labels(data):
    page = build_report(dataclasses.replace(data, metrics=None), title="t")
    assert take_inventory(data).reach[-1] in page


def test_events_come_from_the_parameter_file(tmp_path: Path):
    file = tmp_path / "params.yaml"
    file.write_text(
        "ingest: {articles: a}\nannotate: {actors: b}\ntrain: {labels: c}\nreport: {events: {2025-05-10: ceasefire}}\n"
    )
    assert load_params(file).report.events == {datetime.date(2025, 5, 10): "ceasefire"}
