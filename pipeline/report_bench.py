"""How large the report is and how fast it opens and answers, in real headless Chromium, on an invented result.

``first_picture_s``: from the start of the navigation until a task after the first frame that holds the lead picture, a
drawing in the page that needs no script. ``live_picture_s``: until that picture answers clicks (drawn by Plotly).
``evidence_s``: from a click that asks for all sentences until the first of them is shown; the first such click also
unpacks the sentences. Wall-clock seconds, the median of the openings, each in a page of its own.
"""

from __future__ import annotations

import dataclasses
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenor.features.errors import TenorError

MOST_BYTES = 15_000_000
MOST_FIRST_PICTURE_S = 2.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_MARKS = "name => performance.getEntriesByName(name).length > 0"
_WIDE = {"width": 1280, "height": 900}
_PATIENCE_MS = 120_000


class BrowserError(TenorError):
    """No browser to open the report in."""


@dataclass(frozen=True)
class Opening:
    """One opening of the page: seconds, and what went wrong or left the page."""

    first_picture_s: float
    live_picture_s: float
    evidence_s: float
    search_s: float
    renderer_cpu_s: float
    console_errors: tuple[str, ...]
    requests: tuple[str, ...]


@dataclass(frozen=True)
class ReportBench:
    """The page's size and build time, and its openings (at least one)."""

    n_mentions: int
    n_bytes: int
    build_s: float
    openings: tuple[Opening, ...]

    def median(self, name: str) -> float:
        """The median over the openings of one of their figures."""
        return float(statistics.median(getattr(opening, name) for opening in self.openings))

    @property
    def within_bars(self) -> bool:
        """Small enough, fast enough, without an error and without a request."""
        return (
            self.n_bytes < MOST_BYTES
            and self.median("first_picture_s") < MOST_FIRST_PICTURE_S
            and not any(opening.console_errors or opening.requests for opening in self.openings)
        )

    def as_dict(self) -> dict[str, Any]:
        """The figures for JSON, medians first."""
        names = ("first_picture_s", "live_picture_s", "evidence_s", "search_s", "renderer_cpu_s")
        return {
            "n_mentions": self.n_mentions,
            "n_bytes": self.n_bytes,
            "build_s": round(self.build_s, 2),
            **{name: round(self.median(name), 3) for name in names},
            "console_errors": sum(len(opening.console_errors) for opening in self.openings),
            "requests": sum(len(opening.requests) for opening in self.openings),
            "within_bars": self.within_bars,
            "openings": [dataclasses.asdict(opening) for opening in self.openings],
        }

    def as_text(self) -> str:
        """The figures for people."""
        found = self.as_dict()
        return "\n".join(
            [
                f"{self.n_mentions:,} mentions: {self.n_bytes / 1e6:.2f} MB (bar 15), built in {self.build_s:.1f} s",
                f"first picture {found['first_picture_s']:.2f} s (bar 2), live {found['live_picture_s']:.2f} s, "
                f"evidence {found['evidence_s']:.2f} s, search {found['search_s']:.2f} s after the click or key; "
                f"median of {len(self.openings)} openings",
                f"renderer's processor time up to the live picture {found['renderer_cpu_s']:.2f} s",
                f"console errors {found['console_errors']} (bar 0), requests {found['requests']} (bar 0)",
                "within the bars" if self.within_bars else "NOT within the bars",
            ]
        )


def bench_report(n_mentions: int, *, n_openings: int = 3, progress: Callable[[str], None] | None = None) -> ReportBench:
    """Build the report of an invented result of about ``n_mentions`` and open it ``n_openings`` times.

    Raises:
        BrowserError: there is no Chromium, or no playwright to drive it.
    """
    from tenor.pipeline.report.render import build_report
    from tenor.pipeline.report.synthetic import synthetic_result

    browser = find_browser()
    say = progress or (lambda _line: None)
    say(f"Inventing {n_mentions:,} mentions")
    data = synthetic_result(n_mentions, n_actors=18, n_outlets=8, n_months=12)
    say("Building the report")
    began = time.perf_counter()
    page = build_report(data, title="An invented result")
    build_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page, encoding="utf-8", newline="")
        say(f"Opening it {n_openings} times")
        openings = open_report(path, browser, n_openings)
        return ReportBench(len(data.tone_scores.table), path.stat().st_size, build_s, openings)


def find_browser() -> str:
    """Chromium's path.

    Raises:
        BrowserError: there is none on the path.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserError(f"Found none of {', '.join(BROWSERS)} on the path; on Debian: apt-get install chromium.")
    return found


def open_report(path: Path, browser: str, n_openings: int) -> tuple[Opening, ...]:
    """Open the page as a file, each time in a fresh page, ask for its evidence and search it.

    Raises:
        BrowserError: playwright is not installed.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BrowserError("The bench drives Chromium with playwright: pip install playwright.") from error
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        try:
            return tuple(_opening(chromium, path) for _ in range(max(1, n_openings)))
        finally:
            chromium.close()


def _opening(chromium: Any, path: Path) -> Opening:
    page = chromium.new_page(viewport=_WIDE)
    page.set_default_timeout(_PATIENCE_MS)
    errors: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url) if request.url != path.as_uri() else None)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(path.as_uri())
    first, live = (_mark(page, name) for name in ("first-picture", "live-picture"))
    metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    evidence_s = _answer(page, "document.querySelector('[data-evidence=\"{}\"]').click()")
    search_s = _answer(
        page,
        "const field = document.getElementById('filter-search'); field.value = 'timetable';"
        " field.dispatchEvent(new Event('input'))",
    )
    page.close()
    return Opening(first, live, evidence_s, search_s, metrics["ProcessTime"], tuple(errors), tuple(requests))


def _mark(page: Any, name: str) -> float:
    page.wait_for_function(_MARKS, arg=name)
    milliseconds: float = page.evaluate("name => performance.getEntriesByName(name)[0].startTime", name)
    return milliseconds / 1000


def _answer(page: Any, action: str) -> float:
    """Seconds in the page from an action until the list of sentences has changed and a frame has begun."""
    milliseconds: float = page.evaluate(
        "() => new Promise(done => {"
        " const list = document.getElementById('evidence-list');"
        " const began = performance.now();"
        " new MutationObserver((_, watcher) => { if (!list.childElementCount) return; watcher.disconnect();"
        "   requestAnimationFrame(() => done(performance.now() - began)); }).observe(list, { childList: true });"
        f" {action};"
        "})"
    )
    return milliseconds / 1000
