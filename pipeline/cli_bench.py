"""`tenor bench …`: the benchmarks, one command each; what they measure and print stands in ``benches``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]

bench_app = typer.Typer(help="Measure the parts on public data, beside named peers.", no_args_is_help=True)


@bench_app.command("tone")
def bench_tone(
    data: Annotated[list[Path], typer.Option(help="NewsMTSC's flat JSONL (sentence, from, to, polarity); repeatable.")],
    codebook: Annotated[
        bool, typer.Option("--codebook", help="The labels follow docs/codebook.md: ask the reader's head for it.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Measure the shipped reader: macro-F1, calibration, beside VADER, the majority class and a blind control."""
    from tenor.pipeline.benches import tone_bench_text
    from tenor.pipeline.console import out, working

    with working("Reading labelled sentences"):
        text = tone_bench_text(data, by_codebook=codebook, as_json=as_json)
    out.print(text, markup=False)


@bench_app.command("themes")
def bench_themes(
    data: Annotated[Path, typer.Option(help="A table without header: text, split and label, separated by tabs.")],
    stability_k: Annotated[
        list[int] | None, typer.Option(help="Numbers of topics at which stability is measured; repeatable.")
    ] = None,
    resamples: Annotated[int, typer.Option(min=0, help="Refits without a fifth of the documents, beside that.")] = 0,
    candidates: Annotated[bool, typer.Option("--candidates", help="Compare other ways of clustering instead.")] = False,
    to: Annotated[Path | None, typer.Option(help="A file for the JSON.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Measure the themes beside stock BERTopic, NMF and LDA: coherence, diversity, stability, speed (takes minutes)."""
    from tenor.pipeline.benches import theme_candidates_text, themes_bench_text
    from tenor.pipeline.console import out

    if candidates:
        out.print(theme_candidates_text(data, to=to, as_json=as_json), markup=False)
        return
    numbers = stability_k or [30]
    text = themes_bench_text(data, stability_numbers=numbers, n_resamples=resamples, to=to, as_json=as_json)
    out.print(text, markup=False)


@bench_app.command("attribution")
def bench_attribution(
    data: Annotated[Path, typer.Option(help="PolNeAR's articles as JSONL: text, and attributions with their spans.")],
    method: Annotated[str, typer.Option(help="Which method: rules, tagger, or both.")] = "both",
    as_json: JsonFlag = False,
) -> None:
    """Measure who says what: sources, cues and contents, attributed or not by sentence, and speed."""
    from tenor.pipeline.benches import attribution_bench_text
    from tenor.pipeline.console import out

    out.print(attribution_bench_text(data, method=method, as_json=as_json), markup=False)


@bench_app.command("holder")
def bench_holder(
    data: Annotated[Path, typer.Option(help="JSONL: doc, text, actor, mention, holder; or labels, with --articles.")],
    actors: Annotated[Path, typer.Option(help="The registry whose ids the rows name.")] = Path("seeds/actors.yaml"),
    articles: Annotated[
        Path | None, typer.Option(help="The articles that labels such as seeds/labels.jsonl were drawn from.")
    ] = None,
    method: Annotated[str, typer.Option(help="How who says what is found: rules or tagger.")] = "rules",
    as_json: JsonFlag = False,
) -> None:
    """Measure whose view a mention stands in: accuracy by kind of holder, documents resampled."""
    from tenor.pipeline.benches import holder_bench_text
    from tenor.pipeline.console import out, working

    with working("Finding who speaks"):
        text = holder_bench_text(data, actors=actors, articles=articles, method=method, as_json=as_json)
    out.print(text, markup=False)


@bench_app.command("direction")
def bench_direction(
    data: Annotated[Path, typer.Option(help="Directed sentiment: a TSV file, or the folder of its files.")],
    as_json: JsonFlag = False,
) -> None:
    """Measure who is for or against whom in a sentence: holder and tone together, beside VADER and the majority."""
    from tenor.pipeline.benches import direction_bench_text
    from tenor.pipeline.console import out

    out.print(direction_bench_text(data, as_json=as_json), markup=False)


@bench_app.command("report")
def bench_report(
    mentions: Annotated[int, typer.Option(min=0, help="How many mentions the invented result has.")] = 50_000,
    openings: Annotated[int, typer.Option(min=1, help="How many times the page is opened.")] = 3,
    as_json: JsonFlag = False,
) -> None:
    """Measure the report: bytes, seconds to the first picture in headless Chromium, errors, requests, evidence."""
    from tenor.pipeline.benches import report_bench_text
    from tenor.pipeline.console import out

    out.print(report_bench_text(mentions, n_openings=openings, as_json=as_json), markup=False)


@bench_app.command("serve")
def bench_serve(
    model: Annotated[str, typer.Option(help="An MLflow address.")] = "models:/tenor-tone@champion",
    labels: Annotated[Path, typer.Option(help="Labelled mentions (JSONL) to answer for.")] = Path("seeds/labels.jsonl"),
    as_json: JsonFlag = False,
) -> None:
    """Measure the logged scorer as other code calls it: seconds to load, rows a second, beside VADER."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.tracked import serve_bench_text

    with working("Loading and calling the scorer"):
        text = serve_bench_text(model, labels, as_json=as_json)
    out.print(text, markup=False)
