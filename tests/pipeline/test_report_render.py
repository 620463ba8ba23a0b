"""The page and its figures without a browser: hostile text stays data, empty results say so, thin cells are marked."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from estimated import estimated

from tenor.features.records import Articles, Estimates, SetAside, ToneScores
from tenor.pipeline.report.facts import Dimension, Facts, code_facts
from tenor.pipeline.report.figures import write_figures
from tenor.pipeline.report.findings import find
from tenor.pipeline.report.pictures import picture_payload, voice_means
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


def _one_article():
    return synthetic_result(1, seed=1)


def _no_dates():
    data = synthetic_result(60, seed=1)
    rows = [{**row, "published": None, "published_source": None} for row in data.articles.rows()]
    return estimated(replace(data, articles=Articles.from_rows(rows)))


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


def test_a_group_of_few_labels_is_marked():
    """An F1 of three labels is chance: the reader must see which rows those are."""
    data = synthetic_result(60, seed=1)
    group = {"n": 120, "macro_f1": 0.75, "accuracy": 0.78, "thin": False}
    actors = [group | {"actor": "Many"}, group | {"actor": "Three", "n": 3, "thin": True}]
    metrics = {**data.metrics, "actors": actors, "outlets": []}
    page = build_report(replace(data, metrics=metrics), title="Groups")
    words = " ".join(_Page(page).words.split())
    assert re.search(r"Three \(few labels\)", words)
    assert words.count("(few labels)") == 1
    without = {**metrics, "actors": [{"actor": "Old"}]}  # of an earlier evaluation
    assert "(few labels)" not in _Page(build_report(replace(data, metrics=without), title="Groups")).words


def test_what_cannot_be_compared_is_not_claimed():
    cases = {"outlets": _one_outlet(), "months": _no_dates()}
    claims = {
        name: {claim.question: claim for claim in find(data, code_facts(data)).claims} for name, data in cases.items()
    }
    assert not claims["outlets"]["Where outlets part ways"].firm
    assert claims["outlets"]["Where outlets part ways"].answer == "too little to compare"
    assert claims["months"]["What changed"].answer == "no span to compare"


_STOOD = r"(\d+) of (\d+) comparisons? made stands? clear of chance"
_BETWEEN_TWO = r"[\d.]+ to [+\u2212]?[\d.]+; [\d,]+ and [\d,]+ articles\)"
_NUMBER = r"[+\u2212]?\d+(?:[.,]\d+)*"


@pytest.mark.parametrize("seed", range(3))
def test_every_claim_of_the_first_sentence_carries_its_figures(seed):
    data = synthetic_result(2000, seed=seed)
    found = find(data, code_facts(data))
    claims = {claim.question: claim for claim in found.claims}
    figures = [text for text, kind in found.sentence if kind == "figures"]
    n_ends = 2 if claims["Coolest tone"].firm else 0
    # Who; coolest and warmest, or how far apart the two are; outlets; change.
    assert len(figures) == 1 + (n_ends or 1) + 2
    assert re.fullmatch(r" \([\d,]+ mentions in [\d,]+ articles\)", figures[0])
    for text, question in zip(figures[1 : 1 + n_ends], ("Coolest tone", "Warmest tone"), strict=False):
        numbers = re.findall(_NUMBER, text)
        assert len(numbers) == 4  # tone, both ends, articles
        assert re.findall(_NUMBER, claims[question].detail)[:4] == numbers
    for question in ("Coolest tone", "Warmest tone", "Where outlets part ways", "What changed"):
        assert re.search(_STOOD, claims[question].detail)
    for text in figures[1 + n_ends :]:
        assert re.search(_BETWEEN_TWO, text)


def _facts(tones, *, n_outlets=1, copies=1):
    """Facts of one mention an article, ``tones`` by actor; each article in ``copies`` outlets, which are one source."""
    actor = np.repeat(np.arange(len(tones)), [len(tone) for tone in tones])
    n_sources = len(actor)
    rows = np.repeat(np.arange(n_sources), copies)

    def named(count, word):
        names = tuple(f"{word} {at:02d}" for at in range(count))
        return Dimension(names, names)

    def code(values):
        return np.asarray(values, dtype=np.int32)

    zero = np.zeros(len(rows), dtype=np.int32)
    return Facts(
        actors=named(len(tones), "actor"),
        outlets=named(n_outlets, "outlet"),
        themes=named(1, "theme"),
        holders=named(1, "holder"),
        holder_kinds=("author",),
        periods=Dimension(("2025-01",), ("Jan 2025",)),
        order=code(np.arange(len(rows))),
        actor=code(actor[rows]),
        outlet=code(np.arange(len(rows)) % n_outlets),
        theme=zero,
        holder=zero,
        voice=zero,
        period=zero,
        article=code(np.arange(len(rows))),
        cluster=code(rows),
        tone=np.concatenate(tones)[rows],
    )


def _warmth(facts):
    """The claims about the coolest and the warmest, and the sentence in plain words."""
    found = find(replace(synthetic_result(0), params={"estimate": {"min_articles": 3}}), facts)
    ends = {claim.question: claim for claim in found.claims if claim.question in {"Coolest tone", "Warmest tone"}}
    return ends, "".join(text for text, _ in found.sentence)


def test_twelve_actors_of_equal_tone_have_no_firm_coolest():
    """The extremes of twelve always lie apart: only a correction for all pairs keeps chance out of the headline."""
    rng = np.random.default_rng(0)
    n_firm = 0
    for _ in range(40):
        ends, sentence = _warmth(_facts([rng.normal(0.1, 0.3, 25) for _ in range(12)]))
        n_firm += ends["Coolest tone"].firm
        assert ends["Coolest tone"].firm == ends["Warmest tone"].firm == (" toward " in sentence)
        assert ends["Coolest tone"].firm or "no actor stands clear of the others in tone (widest of 66" in sentence
    assert n_firm <= 4


def test_actors_of_clearly_different_tone_have_a_firm_coolest_and_warmest():
    rng = np.random.default_rng(1)
    for _ in range(5):
        ends, sentence = _warmth(_facts([rng.normal(mean, 0.2, 25) for mean in (0, 0, -0.5, 0, 0.5, 0)]))
        assert ends["Coolest tone"].firm
        assert ends["Warmest tone"].firm
        assert "is coolest toward actor 02 (" in sentence
        assert " and warmest toward actor 04 (" in sentence
        assert re.search(_STOOD, ends["Warmest tone"].detail)[2] == "15"


def test_without_a_firm_end_the_sentence_says_so_with_its_figures():
    tones = [np.array([0.1, -0.1, 0.2, -0.2, 0.05 * at]) for at in range(3)]
    ends, sentence = _warmth(_facts(tones))
    assert "coolest" not in sentence
    assert re.search(r"; no actor stands clear of the others in tone \(widest of 3 compared: ", sentence)
    assert re.search(_BETWEEN_TWO, sentence)
    assert ends["Coolest tone"].detail.endswith("0 of 3 comparisons made stand clear of chance.")
    assert ends["Coolest tone"].answer == "not firm: actor 00"


def test_where_only_others_than_the_ends_stand_apart_the_sentence_names_those():
    """The ends may rest on few articles; then neither the ends are claimed, nor that nobody stands clear."""
    rng = np.random.default_rng(2)
    few = [np.array([-0.9, 0.5, -0.95]), np.array([0.95, -0.5, 0.9])]
    ends, sentence = _warmth(_facts([*few, rng.normal(-0.3, 0.1, 40), rng.normal(0.3, 0.1, 40)]))
    assert ends["Coolest tone"].answer == "not firm: actor 00"
    assert "coolest" not in sentence
    assert re.search(r", is cooler toward actor 02 \([^)]+\) than toward actor 03 \(", sentence)


def test_copies_of_one_text_are_one_article_however_many_outlets_print_it():
    """One wire story in five outlets is one witness: thin, and nothing to compare."""
    data = replace(synthetic_result(0), params={"estimate": {"min_articles": 3}})
    facts = _facts([np.array([0.5])], n_outlets=5, copies=5)
    found = find(data, facts)
    assert [claim.answer for claim in found.claims if claim.question == "How warmly"] == ["too little to say"]
    assert [voice["thin"] for voice in voice_means(data, facts)] == [1]
    alone = find(replace(data, params={"estimate": {"min_articles": 1}}), facts)
    (detail,) = [claim.detail for claim in alone.claims if claim.question == "How warmly"]
    assert detail == "+0.50 (no interval: one independent article; 5 articles)."


def test_outlets_that_print_the_same_few_texts_are_not_compared():
    """Ten articles an outlet, of two texts each: too little, whatever the count of articles says."""
    data = replace(synthetic_result(0), params={"estimate": {"min_articles": 3}})
    facts = _facts([np.array([0.5, -0.5])], n_outlets=2, copies=20)
    (claim,) = [claim for claim in find(data, facts).claims if claim.question == "Where outlets part ways"]
    assert claim.answer == "too little to compare"


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
