"""The report in real headless Chromium: it opens offline, shows its evidence, and hostile text stays inert."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from estimated import estimated

from tenor.features.records import Articles, ToneEffects, ToneScores
from tenor.pipeline.report.render import build_report
from tenor.pipeline.report.synthetic import synthetic_result
from tenor.pipeline.report.tables import escaped
from tenor.pipeline.report_bench import BROWSERS, FLAGS, MOST_BYTES, bench_report

CHROMIUM = next((path for name in BROWSERS if (path := shutil.which(name))), None)
PATIENCE_MS = 120_000  # a busy machine may take its time; no test is of speed
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path (Debian: apt-get install chromium)"),
    # Playwright closes its pipes in its own time, which Python reports wherever it happens to notice.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def result():
    data = synthetic_result(400, seed=3, hostile=True)
    return dataclasses.replace(data, tone_effects=_effects(data))


def _effects(data):
    """What moved the tone where letters are astral: a word, the clause about it, and a word that hardly did."""
    found = []
    for row in data.tone_scores.rows():
        sentence = sentence_of(data, row)
        if "sailed" not in sentence["text"]:
            continue
        at = sentence["start"] + sentence["text"].index("sailed")
        of = {"mention_id": row["mention_id"], "start": at, "end": at + 6}
        found += [
            of | {"piece": "clause", "end": sentence["end"], "valence": None, "contribution": -0.9},
            of | {"piece": "word", "valence": -1.0, "contribution": -0.25},
            of | {"piece": "word", "start": at + 7, "end": at + 8, "valence": 1.0, "contribution": 0.01},
        ]
    assert found
    return ToneEffects.from_rows(found)


def sentence_of(data, row):
    return next(s for s in data.sentences.rows() if s["sentence_id"] == row["sentence_id"])


@pytest.fixture(scope="module")
def report(tmp_path_factory, result):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build_report(result, title="<script>window.pwned=9</script>"), encoding="utf-8", newline="")
    return path


@pytest.fixture
def opened(browser, report):
    """The page, and what went wrong or left it while it was open."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(report.as_uri())
    page.wait_for_selector("#chart-lead .main-svg")
    yield page, trouble
    page.close()


def show(page, chart: str) -> None:
    """Scroll a picture into view and wait until it is drawn."""
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#{chart} .main-svg")


def test_every_picture_draws_without_an_error_or_a_request(opened):
    page, trouble = opened
    charts = page.eval_on_selector_all(".picture:not([hidden]) .chart[id]", "nodes => nodes.map(node => node.id)")
    assert {"chart-heat", "chart-voices", "chart-network", "chart-timeline"} <= set(charts)
    for chart in charts:
        show(page, chart)
    assert trouble == []


# Where the first mark with a query of its own stands on the screen, by kind of picture.
PLACES = {
    "heat-map cell": (
        "chart-heat",
        """() => {
          const node = document.getElementById('chart-heat');
          const full = node._fullLayout, trace = node._fullData[0], box = node.getBoundingClientRect();
          for (let row = 0; row < trace.z.length; row++)
            for (let column = 0; column < trace.z[row].length; column++)
              if (trace.z[row][column] != null && trace.customdata[row][column])
                return {
                  x: box.left + full.xaxis._offset + full.xaxis.d2p(trace.x[column]),
                  y: box.top + full.yaxis._offset + full.yaxis.d2p(trace.y[row]),
                  query: trace.customdata[row][column],
                };
        }""",
    ),
    "theme timeline": (
        "chart-timeline",
        """() => {
          const node = document.getElementById('chart-timeline');
          const full = node._fullLayout, trace = node._fullData[0], box = node.getBoundingClientRect();
          const row = trace.z.length - 1;
          return {
            x: box.left + full.xaxis._offset + full.xaxis.d2p(1), y: box.top + full.yaxis._offset + full.yaxis.d2p(row),
            query: trace.customdata[row][1],
          };
        }""",
    ),
}
POINT = """selector => {
  const node = document.querySelector(selector);
  const mark = node.querySelector('.scatterlayer .trace:last-child .point');
  const box = mark.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2, query: mark.__data__.data };
}"""
POINTS = {
    "lead dot": ("chart-lead", "#chart-lead", {"actor"}),
    "timeline point": ("panels-time", "#panels-time .chart", {"actor", "period"}),
    "outlet dot": ("panels-outlets", "#panels-outlets .chart", {"actor", "outlet"}),
    "voice mark": ("chart-voices", "#chart-voices", {"actor", "holder"}),
    "theme on the map": ("chart-map", "#chart-map", {"theme"}),
}
RESTORED = "n => document.getElementById('evidence-summary').textContent.replaceAll(',', '').startsWith(n)"
CHANGED = RESTORED.replace("=> ", "=> !")
FILTERS = ("actor", "theme", "outlet", "holder", "period")


def filters(page) -> dict[str, str]:
    """The filters that are set, by name."""
    found = {name: page.locator(f"#filter-{name}").input_value() for name in FILTERS}
    return {name: value for name, value in found.items() if value != ""}


def click(page, place) -> int:
    """Click on a mark of a picture; the number of sentences shown, each with its mention marked."""
    assert page.locator("#evidence").is_hidden()
    page.mouse.move(place["x"], place["y"])
    page.mouse.click(place["x"], place["y"])
    page.wait_for_selector("#evidence-list li mark")
    shown = page.locator("#evidence-list li").count()
    assert page.locator("#evidence-list li mark").count() == shown >= 1
    return shown


def open_all(page) -> int:
    """Open the evidence without a filter; the number of mentions it counts."""
    page.locator("nav [data-evidence]").click()
    page.wait_for_selector("#evidence-list li")
    return counted(page)


def counted(page) -> int:
    found = re.match(r"([\d,]+) mention", page.locator("#evidence-summary").inner_text())
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("kind", PLACES)
def test_a_click_on_a_cell_lists_its_sentences_with_the_mention_marked(opened, kind):
    page, trouble = opened
    chart, script = PLACES[kind]
    show(page, chart)
    place = page.evaluate(script)
    click(page, place)
    assert filters(page) == {name: str(code) for name, code in place["query"].items()}
    assert trouble == []


@pytest.mark.parametrize("kind", POINTS)
def test_a_click_on_a_point_lists_its_sentences(opened, kind):
    page, trouble = opened
    chart, selector, names = POINTS[kind]
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    page.wait_for_selector(f"{selector} .scatterlayer .trace:last-child .point")
    page.locator(f"{selector} .scatterlayer .trace:last-child .point").first.scroll_into_view_if_needed()
    click(page, page.evaluate(POINT, selector))
    assert set(filters(page)) >= names - {"period"}
    assert set(filters(page)) <= names | {"period"}
    assert trouble == []


def test_a_click_on_an_edge_of_the_network_lists_what_its_holder_says_of_its_actor(opened):
    page, trouble = opened
    show(page, "chart-network")
    page.locator("#chart-network").scroll_into_view_if_needed()
    place = page.evaluate(
        """() => {
          const edge = document.querySelector('#chart-network .sankey-link');
          const box = edge.getBoundingClientRect(), matrix = edge.getScreenCTM();
          // Some point inside the bent band: probed along its outline's middle.
          for (let step = 1; step < 200; step++) {
            const at = edge.getPointAtLength(edge.getTotalLength() * step / 200).matrixTransform(matrix);
            for (const down of [2, -2, 4, -4])
              if (document.elementFromPoint(at.x, at.y + down) === edge)
                return { x: at.x, y: at.y + down, query: edge.__data__.link.customdata };
          }
        }"""
    )
    click(page, place)
    assert filters(page) == {name: str(code) for name, code in place["query"].items()}
    assert set(filters(page)) == {"actor", "holder"}
    assert trouble == []


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_narrows_the_evidence_to_its_own(opened, name):
    page, _trouble = opened
    everything = open_all(page)
    values = page.eval_on_selector_all(f"#filter-{name} option", "nodes => nodes.map(node => node.value)")
    chosen = next(value for value in values if value.isdigit())
    chosen_name = page.locator(f"#filter-{name} option[value='{chosen}']").inner_text()
    page.locator(f"#filter-{name}").select_option(chosen)
    page.wait_for_function(CHANGED, arg=str(everything))
    assert 0 < counted(page) < everything
    if name != "period":
        shown = page.locator("#evidence-list li").all_inner_texts()
        assert shown
        assert all(chosen_name in text for text in shown)
    page.locator("#evidence-clear").click()
    page.wait_for_function(RESTORED, arg=str(everything))


def test_search_keeps_the_sentences_that_hold_the_words(opened):
    page, _trouble = opened
    everything = open_all(page)
    page.locator("#filter-search").fill("timetable Thursday")
    page.wait_for_function(CHANGED, arg=str(everything))
    assert 0 < counted(page) < everything
    assert all("timetable on Thursday" in text for text in page.locator("#evidence-list .said").all_inner_texts())
    page.locator("#filter-search").fill("no such words anywhere")
    page.wait_for_function("() => document.getElementById('evidence-list').childElementCount === 0")
    assert "No scored mention" in page.locator("#evidence-summary").inner_text()


def test_the_copied_rows_are_csv_in_which_no_cell_is_a_formula(opened):
    page, _trouble = opened
    page.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard', "
        "{ value: { writeText: async text => { window.copied = text; } } })"
    )
    everything = open_all(page)
    page.locator("#evidence-copy").click()
    page.wait_for_function("() => window.copied !== undefined")
    rows = list(csv.DictReader(io.StringIO(page.evaluate("window.copied"), newline="")))
    assert len(rows) == everything
    numbers = {"p_neg", "p_neu", "p_pos", "tone"}
    cells = [cell for row in rows for name, cell in row.items() if name not in numbers]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")]
    assert all(row["mention"] in row["sentence"] for row in rows)


def test_the_page_escapes_a_cell_just_as_the_tables_do(browser, root):
    """Two languages have each its own white space: every sign, and every start of a cell, is held equal."""
    source = (root / "pipeline/report/templates/app_evidence.js").read_text(encoding="utf-8")
    ours = re.search(r"^const FORMULA_START = .*?^}$", source, re.DOTALL | re.MULTILINE)
    assert ours is not None
    every = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    cells = [
        "",
        "plain",
        "a = b",
        'x;=HYPERLINK("http://a")',
        " =1",
        "\u200b=1",
        '"=1',
        "'+1",
        "a\n-b",
        "a;b\t @c",
        "=1;=2",
    ]
    cells += [form.format(sign) for sign in every for form in ("{}1", "{}=1", "a;{}=1", "a{}=1", "\t{}=")]
    page = browser.new_page()
    copied = page.evaluate(f"cells => {{ {ours[0]}; return cells.map(csvCell); }}", cells)
    assert page.evaluate(f"(() => {{ {ours[0]}; return [null, undefined, -0.5, 3].map(csvCell); }})()") == [
        "",
        "",
        "-0.5",
        "3",
    ]
    page.close()
    wrong = [cell for cell, text in zip(cells, copied, strict=True) if _unquoted(text) != escaped(cell)]
    assert wrong == []


def _unquoted(text):
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def test_the_months_of_the_table_are_those_of_the_picture(opened):
    """The picture leaves out what is undated, and the table says "The same"."""
    page, _trouble = opened
    assert "undated" in page.locator("#filter-period").inner_text()
    show(page, "panels-time")
    page.locator("[data-table=time] summary").click()
    months = page.locator("[data-table=time] td:nth-child(2)").all_inner_texts()
    assert months
    assert "undated" not in months


def test_the_words_that_moved_a_tone_are_marked_with_how_far(opened, result):
    page, _trouble = opened
    everything = open_all(page)
    page.locator("#filter-search").fill("sailed on")
    page.wait_for_function(CHANGED, arg=str(everything))
    page.wait_for_selector("#evidence-list .moved")
    assert (
        page.locator("#evidence-list .moved").all_inner_texts()
        == ["sailed"] * page.locator("#evidence-list li").count()
    )
    assert (
        page.locator("#evidence-list .moved").first.get_attribute("title")
        == "Without this word the tone would be 0.25 higher."
    )
    item = page.locator("#evidence-list li", has=page.locator(".moved")).first
    assert "Moved by: sailed \u22120.25" in item.inner_text()
    assert item.locator("mark").inner_text() == item.locator("mark").inner_text().strip() != ""


def test_the_first_picture_needs_no_script(browser, report):
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(report.as_uri())
    drawing = page.locator("#chart-lead svg.first")
    assert drawing.is_visible()
    assert "Port Authority" in drawing.inner_html()
    assert not re.search("#010[23]0", drawing.inner_html())  # no stand-in for a colour is left
    context.close()


def test_the_live_picture_takes_the_place_of_the_drawing(opened):
    page, _trouble = opened
    assert page.locator("svg.first").count() == 0
    assert page.evaluate("performance.getEntriesByName('first-picture').length") == 1


def test_the_bench_counts_what_it_opens():
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright allows one of its own loops a thread
        bench = elsewhere.submit(bench_report, 300, n_openings=1).result()
    assert bench.n_mentions >= 300
    assert 1_000_000 < bench.n_bytes < MOST_BYTES
    (opening,) = bench.openings
    assert opening.console_errors == opening.requests == ()
    assert 0 < opening.first_picture_s < opening.live_picture_s
    assert opening.evidence_s > 0
    assert dataclasses.replace(bench, n_bytes=MOST_BYTES).within_bars is False


GAP = """node => node.data.map(trace => ({
  x: trace.x, y: trace.y, fill: trace.fill === 'toself', axis: trace.xaxis,
}))"""


def test_no_line_and_no_band_runs_through_a_month_of_which_nothing_is_known(browser, tmp_path):
    """March has no article at all, June none that names the actor: the picture must not bridge either."""
    data = without_months(synthetic_result(600, seed=3), nothing_in=3, not_named_in=6)
    path = tmp_path / "report.html"
    path.write_text(build_report(data, title="Gaps"), encoding="utf-8", newline="")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("#chart-lead .main-svg")
    months = [f"2025-{month:02d}-01" for month in range(1, 9)]
    sparks = [trace for trace in page.eval_on_selector("#chart-lead", GAP) if trace["axis"] == "x3"]
    assert sparks
    assert all(trace["x"] == months and trace["y"][2] is None for trace in sparks)
    assert sparks[-1]["y"][5] is None  # the most-mentioned actor stands on top
    page.locator("#panels-time").scroll_into_view_if_needed()
    page.wait_for_selector("#panels-time .chart .main-svg")
    *bands, _outlets, line = page.eval_on_selector("#panels-time .chart", GAP)
    assert line["x"] == months
    assert [month for month, tone in zip(months, line["y"], strict=True) if tone is None] == [months[2], months[5]]
    assert [sorted(set(band["x"])) for band in bands if band["fill"]] == [months[:2], months[3:5], months[6:]]
    drawn = page.locator("#panels-time .chart .scatterlayer .trace:last-child")
    assert drawn.first.locator(".point").count() == 6
    assert drawn.first.locator(".js-line").count() == 3
    assert trouble == []
    page.close()


def without_months(data, *, nothing_in: int, not_named_in: int):
    """The result without one month's articles, and without another's mentions of the most-mentioned actor."""
    month = {row["article_id"]: row["published"].month for row in data.articles.rows() if row["published"]}
    scores = data.tone_scores.rows()
    most = Counter(row["actor"] for row in scores).most_common(1)[0][0]
    articles = [row for row in data.articles.rows() if month.get(row["article_id"]) != nothing_in]
    kept = [
        row
        for row in scores
        if month.get(row["article_id"]) != nothing_in
        and not (row["actor"] == most and month.get(row["article_id"]) == not_named_in)
    ]
    return estimated(
        dataclasses.replace(data, articles=Articles.from_rows(articles), tone_scores=ToneScores.from_rows(kept))
    )


def test_hostile_text_stays_text(opened):
    page, _trouble = opened
    page.locator("[data-evidence]").first.click()
    page.wait_for_selector("#evidence-list li")
    assert page.evaluate("typeof window.pwned") == "undefined"
    assert page.locator("#evidence-list img, #evidence-list script, #evidence-list b").count() == 0
    links = page.eval_on_selector_all("a[href]", "nodes => nodes.map(node => node.getAttribute('href'))")
    assert not [link for link in links if link.lower().startswith(("javascript:", "data:"))]


def test_it_fits_a_narrow_screen(browser, report):
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(report.as_uri())
    page.wait_for_selector("#chart-lead .main-svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()
