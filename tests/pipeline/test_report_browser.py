"""The report in real headless Chromium: it opens offline, shows its evidence, and hostile text stays inert."""

from __future__ import annotations

import shutil

import pytest

from tenor.pipeline.report.render import build_report
from tenor.pipeline.report.synthetic import synthetic_result

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path (Debian: apt-get install chromium)"),
    # Playwright closes its pipes in its own time, which Python reports wherever it happens to notice.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    data = synthetic_result(400, seed=3, hostile=True)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build_report(data, title="<script>window.pwned=9</script>"), encoding="utf-8", newline="")
    return path


@pytest.fixture
def opened(browser, report):
    """The page, and what went wrong or left it while it was open."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
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


def test_a_click_on_a_heat_map_cell_lists_its_sentences_with_the_mention_marked(opened):
    page, trouble = opened
    show(page, "chart-heat")
    cell = page.evaluate(
        """() => {
          const node = document.getElementById('chart-heat');
          const full = node._fullLayout, trace = node._fullData[0], box = node.getBoundingClientRect();
          for (let row = 0; row < trace.z.length; row++)
            for (let column = 0; column < trace.z[row].length; column++)
              if (trace.z[row][column] != null && trace.customdata[row][column])
                return {
                  x: box.left + full.xaxis._offset + full.xaxis.d2p(trace.x[column]),
                  y: box.top + full.yaxis._offset + full.yaxis.d2p(trace.y[row]),
                };
        }"""
    )
    assert page.locator("#evidence").is_hidden()
    page.mouse.move(cell["x"], cell["y"])
    page.mouse.click(cell["x"], cell["y"])
    page.wait_for_selector("#evidence-list li mark")
    shown = page.locator("#evidence-list li").count()
    assert shown >= 1
    assert page.locator("#evidence-list li mark").count() == shown
    assert trouble == []


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
    page.goto(report.as_uri())
    page.wait_for_selector("#chart-lead .main-svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()
