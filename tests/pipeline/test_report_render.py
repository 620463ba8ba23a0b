"""The page and its figures without a browser: hostile text stays data, empty results say so, thin cells are marked."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from tenor.features.records import Articles, Estimates, SetAside, ToneScores
from tenor.models.estimates import estimate_tone
from tenor.pipeline.report.facts import code_facts
from tenor.pipeline.report.figures import write_figures
from tenor.pipeline.report.findings import find
from tenor.pipeline.report.pictures import picture_payload
from tenor.pipeline.report.print_figures import events_note, month_places
from tenor.pipeline.report.print_style import clipped
from tenor.pipeline.report.render import build_report, embedded_json, write_report
from tenor.pipeline.report.synthetic import synthetic_result

FIGURES = {
    "tone_by_actor",
    "tone_by_actor_and_theme",
    "tone_over_time",
    "tone_by_outlet",
    "tone_by_voice",
    "who_speaks_of_whom",
    "themes_map",
    "themes_over_time",
}
HOSTILE_NAME = "--><script>window.pwned=1</script>$\\frac{1}{0}$ \x01\u202e\U0001f6a2"


class _Page(HTMLParser):
    """The elements of a page outside its scripts and styles, as a browser would make them."""

    def __init__(self, text):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.embedded: dict[str, str] = {}
        self._inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id", tag) if tag in {"script", "style"} else None

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, text):
        if self._inside is None:
            self.words += text
        else:
            self.embedded[self._inside] = self.embedded.get(self._inside, "") + text


def _estimated(data):
    estimates = estimate_tone(
        data.tone_scores,
        data.articles,
        min_articles=data.min_articles,
        confidence=data.confidence,
        n_resamples=20,
        rng=np.random.default_rng(0),
    )
    return replace(data, estimates=estimates)


def _one_article():
    return synthetic_result(1, seed=1)


def _no_dates():
    data = synthetic_result(60, seed=1)
    rows = [{**row, "published": None, "published_source": None} for row in data.articles.rows()]
    return _estimated(replace(data, articles=Articles.from_rows(rows)))


def _one_outlet():
    return synthetic_result(60, seed=1, n_outlets=1)


def _no_mentions():
    data = synthetic_result(60, seed=1)
    return replace(data, tone_scores=ToneScores.from_rows([]), estimates=Estimates.from_rows([]))


def _only_set_aside():
    rows = [{"source": "x.txt", "reason": "empty file", "detail": None, "title": None}]
    return replace(synthetic_result(0), set_aside=SetAside.from_rows(rows))


@pytest.fixture(scope="module")
def hostile():
    data = synthetic_result(120, seed=3, hostile=True)
    return replace(data, actor_names={**data.actor_names, "actor-00": HOSTILE_NAME})


@pytest.fixture(scope="module")
def drawn(hostile, tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    return folder, write_figures(hostile, code_facts(hostile), folder)


def test_hostile_text_makes_no_element_and_no_handler(hostile):
    plain = _Page(build_report(synthetic_result(120, seed=3), title="Plain"))
    page = _Page(build_report(hostile, title="<script>window.pwned=9</script>"))
    scripts = [[tag for tag, _ in it.elements if tag == "script"] for it in (plain, page)]
    assert scripts[0] == scripts[1]
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("href", "src", "xlink:href"):
            assert not (attributes.get(name) or "").lower().lstrip().startswith(("javascript:", "data:text"))
    assert "window.pwned=9" in page.words  # shown as the words they are


def test_what_is_embedded_is_json_that_no_parser_takes_for_markup():
    text = embedded_json({"a": "</script><!--\u2028\u2029&", "b": [1, None]})
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {"a": "</script><!--\u2028\u2029&", "b": [1, None]}


def test_the_page_names_no_address_to_fetch_from(hostile):
    page = _Page(build_report(hostile, title="Report"))
    policy = next(attributes["content"] for tag, attributes in page.elements if attributes.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    fetching = {"script", "img", "iframe", "object", "embed", "audio", "video", "source"}
    assert not [tag for tag, attributes in page.elements if tag in fetching and "src" in attributes]
    assert not [tag for tag, _ in page.elements if tag == "link"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: synthetic_result(0), "Nothing was measured: no article could be read."),
        (_only_set_aside, "Nothing was measured: no article could be read."),
        (_no_mentions, "Nothing was measured: no sentence names a registered actor."),
        (_one_article, "The coverage turns most on"),
        (_no_dates, "The coverage turns most on"),
        (_one_outlet, "The coverage turns most on"),
    ],
)
def test_a_result_with_little_in_it_makes_a_page_that_says_so(make, said):
    page = _Page(build_report(make(), title="Little"))
    assert said in " ".join(page.words.split())


def test_what_cannot_be_compared_is_not_claimed():
    cases = {"outlets": _one_outlet(), "months": _no_dates()}
    claims = {
        name: {claim.question: claim for claim in find(data, code_facts(data)).claims} for name, data in cases.items()
    }
    assert not claims["outlets"]["Where outlets part ways"].firm
    assert claims["outlets"]["Where outlets part ways"].answer == "too little to compare"
    assert claims["months"]["What changed"].answer == "no span to compare"


_NUMBER = r"[+\u2212]?\d+(?:[.,]\d+)*"


@pytest.mark.parametrize("seed", range(3))
def test_every_claim_of_the_first_sentence_carries_its_figures(seed):
    data = synthetic_result(2000, seed=seed)
    found = find(data, code_facts(data))
    details = {claim.question: claim.detail for claim in found.claims}
    figures = [text for text, kind in found.sentence if kind == "figures"]
    assert len(figures) == 5  # who, coolest, warmest, outlets, change
    assert re.fullmatch(r" \([\d,]+ mentions in [\d,]+ articles\)", figures[0])
    for text, question in ((figures[1], "Coolest tone"), (figures[2], "Warmest tone")):
        numbers = re.findall(_NUMBER, text)
        assert len(numbers) == 4  # tone, both ends, articles
        assert re.findall(_NUMBER, details[question]) == numbers
    for text in figures[3:]:
        assert re.search(r"[\d.]+ to [+\u2212]?[\d.]+; [\d,]+ and [\d,]+ articles\)", text)


def test_thin_cells_reach_the_pictures_as_thin():
    data = synthetic_result(120, seed=3)
    facts = code_facts(data)
    cells = picture_payload(data, facts, find(data, facts))["cells"]
    assert 0 < sum(cells["thin"]) < len(cells["thin"])
    rows = {
        (row["actor"], row["outlet"], row["theme"], row["holder"], row["period"]): row for row in data.estimates.rows()
    }
    for at, thin in enumerate(cells["thin"]):
        key = tuple(
            "all" if cells[name][at] == -1 else dimension.ids[cells[name][at]]
            for name, dimension in (
                ("actor", facts.actors),
                ("outlet", facts.outlets),
                ("theme", facts.themes),
                ("holder", facts.holders),
                ("period", facts.periods),
            )
        )
        assert bool(thin) == rows[key]["thin"]


def test_every_figure_stands_as_svg_and_png(drawn):
    folder, paths = drawn
    assert {path.name for path in paths} == {f"{name}.{suffix}" for name in FIGURES for suffix in ("svg", "png")}
    assert sorted(paths) == sorted(folder.iterdir())
    for name in FIGURES:
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_a_figure_holds_no_script_and_no_outside_address(drawn):
    folder, _ = drawn
    for name in FIGURES:
        tree = ElementTree.parse(folder / f"{name}.svg")  # a stray comment end or control character would fail here
        for element in tree.iter():
            assert not str(element.tag).endswith(("script", "foreignObject", "}a"))
            for attribute, value in element.attrib.items():
                assert not attribute.startswith("on")
                if attribute.endswith("href"):
                    assert value.startswith(("#", "data:image/png;base64,"))


def test_equal_data_draws_equal_files(hostile, drawn, tmp_path):
    _, paths = drawn
    write_figures(hostile, code_facts(hostile), tmp_path)
    changed = [path.name for path in paths if path.read_bytes() != (tmp_path / path.name).read_bytes()]
    assert changed == []


def test_an_empty_result_draws_nothing_and_removes_what_it_cannot_draw(tmp_path):
    data = synthetic_result(0)
    (tmp_path / "tone_by_actor.svg").write_text("an earlier result")
    (tmp_path / "notes.svg").write_text("somebody's own")
    assert write_figures(data, code_facts(data), tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["notes.svg"]


def test_without_dates_there_is_no_figure_over_time(tmp_path):
    data = _no_dates()
    names = {path.stem for path in write_figures(data, code_facts(data), tmp_path)}
    assert "tone_by_actor" in names
    assert not names & {"tone_over_time", "themes_over_time"}


def test_without_mentions_only_the_themes_are_drawn(tmp_path):
    data = _no_mentions()
    names = {path.stem for path in write_figures(data, code_facts(data), tmp_path)}
    assert names == {"themes_map", "themes_over_time"}


def test_a_month_without_articles_keeps_its_place():
    data = synthetic_result(120, seed=3)
    rows = [row for row in data.articles.rows() if row["published"] is None or row["published"].month != 3]
    kept = {row["article_id"] for row in rows}
    scores = [row for row in data.tone_scores.rows() if row["article_id"] in kept]
    facts = code_facts(replace(data, articles=Articles.from_rows(rows), tone_scores=ToneScores.from_rows(scores)))
    places = month_places(facts)
    assert "2025-03" not in places
    assert {"2025-02", "2025-05"} <= set(places)
    assert places == {month: int(month[5:]) - 1 for month in places}


def test_the_key_names_the_events_within_the_span():
    places = {"2025-01": 0, "2025-04": 3}
    events = {"2025-03-14": "the great storm", "2024-12-31": "too early", "2025-05-01": "too late"}
    assert events_note("tone", places, events) == "tone; dotted 1: the great storm"
    assert events_note("tone", places, {}) == "tone"


def test_a_name_in_print_is_one_short_line_of_what_can_be_seen():
    assert clipped("  two\n words\x01\u202e ") == "two words"
    assert clipped("x" * 40, 10) == "x" * 9 + "…"


def test_the_report_folder_holds_page_tables_and_figures(tmp_path):
    path = write_report(synthetic_result(0), tmp_path / "out", title="Nothing")
    assert path.name == "report.html"
    names = {item.name for item in (tmp_path / "out").iterdir()}
    assert names == {"report.html", "tables", "figures"}
    assert (
        (tmp_path / "out" / "tables" / "data_dictionary.md").read_text(encoding="utf-8").startswith("# Data dictionary")
    )
