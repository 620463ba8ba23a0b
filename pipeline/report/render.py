"""One HTML file that opens offline: words by Jinja2, pictures by Plotly, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.evidence import evidence_payload, packed
from tenor.pipeline.report.facts import code_facts
from tenor.pipeline.report.findings import find
from tenor.pipeline.report.first_picture import first_picture
from tenor.pipeline.report.pictures import picture_payload
from tenor.pipeline.report.prose import judge, take_inventory

_STYLES = ("style_base.css", "style_sections.css", "style_evidence.css")
_SCRIPTS = (
    "app_policy.js",
    "app_data.js",
    "app_charts.js",
    "app_lead.js",
    "app_reading.js",
    "app_tone.js",
    "app_holders.js",
    "app_evidence.js",
    "app_main.js",
)


def build_report(data: ReportData, *, title: str) -> str:
    """The report as one HTML page.

    Holds every picture's numbers and the sentence behind every mention. Article text reaches the page only as data
    that scripts set as text, never as markup. Empty tables give a page that says so.

    Raises:
        ReportDataError: the tables do not belong together.
    """
    import jinja2
    from plotly.offline import get_plotlyjs

    facts = code_facts(data)
    findings = find(data, facts)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tenor.pipeline.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = "\n".join(_source(environment, name) for name in _STYLES)
    script = "(() => {\n'use strict';\n" + "\n".join(_source(environment, name) for name in _SCRIPTS) + "\n})();"
    first = _source(environment, "app_first.js")
    plotly = get_plotlyjs()
    page: str = environment.get_template("page.html.j2").render(
        title=title,
        policy=content_policy(scripts=(first, plotly, script)),
        style=_inlined(style),
        first_script=_inlined(first),
        first_picture=_inlined(first_picture(data, facts)),
        plotly=_inlined(plotly),
        script=_inlined(script),
        pictures=_inlined(embedded_json(picture_payload(data, facts, findings))),
        evidence=_inlined(packed(evidence_payload(data, facts))),
        findings=findings,
        facts=facts,
        inventory=take_inventory(data),
        quality=judge(data.metrics),
        theme_terms=_shown_themes(data),
        used=_flattened(data.params),
        confidence=data.confidence,
        min_articles=data.min_articles,
        n_explained=len(set(data.tone_effects.column("mention_id"))),
    )
    return page


def write_report(data: ReportData, folder: Path, *, title: str) -> Path:
    """Write ``report.html``, ``tables/`` and ``figures/`` into ``folder`` and return the page's path.

    Files of the same name are replaced, and an earlier figure that this result cannot fill is removed; nothing else in
    the folder is touched.

    Raises:
        ReportDataError: the tables do not belong together.
    """
    from tenor.pipeline.report.figures import write_figures
    from tenor.pipeline.report.tables import write_tables

    page = build_report(data, title=title)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    # newline="" keeps our own line ends: the policy's digests are of these very characters
    path.write_text(page, encoding="utf-8", newline="")
    write_tables(data, folder / "tables")
    write_figures(data, code_facts(data), folder / "figures")
    return path


def _shown_themes(data: ReportData) -> list[dict[str, Any]]:
    """The themes with their representative sentences in words; ids that name no sentence are left out."""
    rows = data.theme_terms.rows()
    wanted = {sentence for row in rows for sentence in row["representative"].splitlines()}
    ids, texts = data.sentences.column("sentence_id"), data.sentences.column("text")
    text_of = {sentence: text for sentence, text in zip(ids, texts, strict=True) if sentence in wanted}
    for row in rows:
        row["representative"] = [text_of[s] for s in row["representative"].splitlines() if s in text_of]
    return rows


def embedded_json(payload: Any) -> str:
    """JSON that no HTML parser can read as markup: ``<``, ``>``, ``&`` and the two line separators are escaped."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def content_policy(*, scripts: tuple[str, ...]) -> str:
    """A Content-Security-Policy that runs these inline scripts, by digest, and fetches nothing at all."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(_digest(source) for source in scripts),
            # Plotly sets style attributes and adds style elements of its own. With nothing that may be fetched, styles
            # change looks only; and article text reaches the page as text, never as markup.
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(source: str) -> str:
    # A browser hashes the text it parsed, in which CR LF has become LF.
    parsed = source.replace("\r\n", "\n").replace("\r", "\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(parsed.encode('utf-8')).digest()).decode('ascii')}'"


def _source(environment: Any, name: str) -> str:
    source: str = environment.loader.get_source(environment, name)[0]
    return source


def _inlined(source: str) -> Any:
    """Our own source, or data already escaped, put in the page as it is."""
    from markupsafe import Markup

    return Markup(source)


def _flattened(params: Any, prefix: str = "") -> list[tuple[str, str]]:
    """What was used, as dotted names and values."""
    found: list[tuple[str, str]] = []
    for name, value in params.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, dict):
            found += _flattened(value, f"{dotted}.")
        else:
            found.append((dotted, str(value)))
    return found
