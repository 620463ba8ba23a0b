"""The command line: thin adapters over the stages, plus what a person runs by hand.

Nothing heavy is imported before a command needs it, so that help answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tenor.features.errors import TenorError
from tenor.pipeline.cli_bench import JsonFlag, bench_app

app = typer.Typer(
    name="tenor",
    help=(
        "Measure which themes news coverage turns on and what tone it takes toward each actor: in which outlet, in "
        "whose voice, when, on what evidence, how sure.\n\n"
        "Rebuild the project's result with `dvc repro`; apply its scorer to your own folder with `tenor run`."
    ),
    epilog=(
        "Something amiss? `tenor doctor` looks at the set-up. Tab completion: `tenor --install-completion`, then a new "
        "shell."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
stages = "Stages (run by `dvc repro`, in this order)"
by_hand = "On your own articles"
tracked = "Comparing tracked runs"
learning = "Actors, labels and benchmarks"
helping = "Help"

actors_app = typer.Typer(help="The registry of actors.", no_args_is_help=True)
labels_app = typer.Typer(help="Labelled mentions.", no_args_is_help=True)
app.add_typer(actors_app, name="actors", rich_help_panel=learning)
app.add_typer(labels_app, name="labels", rich_help_panel=learning)
app.add_typer(bench_app, name="bench", rich_help_panel=learning)

ParamsPath = Annotated[Path, typer.Option("--params", help="The parameter file.")]
DataPath = Annotated[Path, typer.Option("--data", help="The folder that holds the stages' files.")]
_PARAMS, _DATA = Path("params.yaml"), Path("data")
_FAULT, _INTERRUPTED = 3, 130


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tenor {version('tenor')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; works anywhere.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What holds for every command: `main` reads ``debug``, wherever it stands, and `_show_version` ``version``."""
    del debug, version


def _run_stage(name: str, params: Path, data: Path) -> None:
    from tenor.pipeline.console import out
    from tenor.pipeline.layout import Layout
    from tenor.pipeline.params import load_params
    from tenor.pipeline.stages import STAGES

    out.print(f"{name}: {STAGES[name](load_params(params), Layout(data))}", markup=False)


@app.command(rich_help_panel=stages)
def ingest(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Read a folder of articles, repair and clean them, group near-duplicates, set the unusable aside."""
    _run_stage("ingest", params, data)


@app.command(rich_help_panel=stages)
def annotate(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Find sentences, mentions of the registry's actors, and who holds the view that each sentence expresses."""
    _run_stage("annotate", params, data)


@app.command(rich_help_panel=stages)
def encode(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Turn sentences and mentions into vectors with the packaged encoder."""
    _run_stage("encode", params, data)


@app.command(rich_help_panel=stages)
def themes(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Fit the themes with BERTopic and assign every sentence to one."""
    _run_stage("themes", params, data)


@app.command(rich_help_panel=stages)
def train(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Fit the tone scorer on labelled mentions, cross-validated by article."""
    _run_stage("train", params, data)


@app.command(rich_help_panel=stages)
def score(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Score the tone toward every mentioned actor."""
    _run_stage("score", params, data)


@app.command(rich_help_panel=stages)
def estimate(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Estimate mean tone by actor, outlet, theme, holder and month, with intervals."""
    _run_stage("estimate", params, data)


@app.command(rich_help_panel=stages)
def evaluate(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Measure the scorer beside VADER and the majority class, and the themes."""
    _run_stage("evaluate", params, data)


@app.command(rich_help_panel=stages)
def report(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Write the offline HTML report and its tables."""
    _run_stage("report", params, data)


@app.command(rich_help_panel=stages)
def track(params: ParamsPath = _PARAMS, data: DataPath = _DATA) -> None:
    """Log the result as one MLflow run; a result that is already logged adds none."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.layout import Layout
    from tenor.pipeline.tracked import track_files

    with working("Logging the result"):
        text = track_files(params, Layout(data))
    out.print(f"track: {text}", markup=False)


@app.command(rich_help_panel=tracked)
def compare(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Run ids, their beginnings, or names (default: all).")
    ] = None,
    params: ParamsPath = _PARAMS,
    as_json: JsonFlag = False,
) -> None:
    """Compare runs with the champion: which is better, and whether chance could explain it."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.tracked import compare_text

    with working("Comparing runs"):
        text = compare_text(runs or [], params, as_json=as_json)
    out.print(text, markup=False)


@app.command(rich_help_panel=tracked)
def promote(
    run: Annotated[str, typer.Argument(help="A run id, its beginning, or its name.")],
    params: ParamsPath = _PARAMS,
    as_json: JsonFlag = False,
) -> None:
    """Make a run's scorer the champion by hand, whatever the figures say."""
    from tenor.pipeline.console import out
    from tenor.pipeline.tracked import promote_text

    out.print(promote_text(run, params, as_json=as_json), markup=False)


@app.command(rich_help_panel=tracked)
def grid(
    file: Annotated[Path, typer.Option(help="Values to try, by parameter.")] = Path("experiments/grid.yaml"),
    cross: Annotated[bool, typer.Option("--cross", help="All combinations, not one change at a time.")] = False,
    params: ParamsPath = _PARAMS,
    as_json: JsonFlag = False,
) -> None:
    """Run a small grid of experiments through DVC, one MLflow run each, and compare them."""
    from tenor.pipeline.console import out
    from tenor.pipeline.grid import grid_text

    for line in grid_text(file, params, cross=cross, as_json=as_json):
        out.print(line, markup=False)


@app.command("run", rich_help_panel=by_hand)
def run(
    articles: Annotated[
        Path, typer.Option(help="A folder of .txt, .md, .html, .jsonl, .csv or .parquet, or one file.")
    ],
    actors: Annotated[Path, typer.Option(help="The registry of actors (YAML); see `tenor actors --help`.")],
    out: Annotated[Path, typer.Option(help="Where report.html and the tables go.")],
    scorer: Annotated[
        str, typer.Option(help="A trained scorer: a folder, or an MLflow address such as models:/tenor-tone@champion.")
    ] = "data/scorer",
    params: Annotated[
        Path | None, typer.Option(help="A parameter file for everything but the two inputs (default: built-in values).")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The report's title, instead of report.title.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Read a folder of your own articles with the trained scorer: tables and a report, no DVC needed."""
    from tenor.pipeline.console import out as console
    from tenor.pipeline.run import run_folder

    steps = []
    for line in run_folder(articles, actors, out, scorer=scorer, params_path=params, title=title):
        steps.append(line)
        if not as_json:
            console.print(line, markup=False)
    if as_json:
        from tenor.pipeline.summaries import run_json

        console.print(run_json(out, steps), markup=False)


@app.command("score-text", rich_help_panel=by_hand)
def score_text(
    text: Annotated[str, typer.Argument(help="One or more sentences.")],
    actor: Annotated[str, typer.Option(help="Words that stand in the text, or an id of the registry.")],
    actors: Annotated[Path | None, typer.Option(help="The registry, where --actor is an id of it.")] = None,
    scorer: Annotated[str, typer.Option(help="A trained scorer: a folder or an MLflow address.")] = "data/scorer",
    as_json: JsonFlag = False,
) -> None:
    """Score the tone of a text toward one actor."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.run import score_one

    with working("Scoring"):
        scored = score_one(text, actor, scorer=scorer, actors=actors, as_json=as_json)
    out.print(scored, markup=False)


@app.command("doctor", rich_help_panel=helping)
def doctor(params: ParamsPath = _PARAMS, as_json: JsonFlag = False) -> None:
    """Look at the set-up (versions, weights, git, DVC, inputs, tracking) and say how to mend what is wrong."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.doctor import STYLES, examine, examined_json, summary

    checks = []
    with working("Looking"):
        for check in examine(Path.cwd(), params):
            checks.append(check)
            if not as_json:
                out.print(check.as_text(), style=STYLES[check.state], markup=False)
    out.print(examined_json(checks) if as_json else f"\n{summary(checks)}", markup=False)
    if any(check.state == "problem" for check in checks):
        raise typer.Exit(1)


@actors_app.command("suggest")
def suggest(
    articles: Annotated[Path, typer.Option(help="A folder or file of articles.")],
    actors: Annotated[Path, typer.Option(help="The registry that the names should be missing from.")],
    limit: Annotated[int, typer.Option(min=1, help="How many names to list.")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """List frequent names in the articles that the registry lacks."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.run import suggest_names

    with working("Reading articles"):
        lines = list(suggest_names(articles, actors, limit=limit, as_json=as_json))
    for line in lines:
        out.print(line, markup=False)


@labels_app.command("draw")
def draw(
    n: Annotated[int, typer.Option("-n", min=1, help="How many mentions to draw.")] = 600,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    to: Annotated[Path, typer.Option(help="The JSONL file to write.")] = Path("labels-to-read.jsonl"),
    params: ParamsPath = _PARAMS,
    data: DataPath = _DATA,
) -> None:
    """Draw mentions to label at random, with stratum and inclusion probability kept (see docs/codebook.md)."""
    from tenor.pipeline.console import out, working
    from tenor.pipeline.drawing import draw_labels

    with working("Drawing mentions"):
        text = draw_labels(n, seed, to, params, data)
    out.print(text, markup=False)


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 cannot be done, 2 wrong usage, 3 a fault in Tenor, 130 Ctrl-C.

    Each failure is one line on stderr; with ``--debug``, wherever it stands, the traceback is shown instead.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # MLflow reads it when it is imported
    debug = _take_debug(sys.argv)
    try:
        app(prog_name="tenor")
    except SystemExit as ended:
        if ended.code == _INTERRUPTED and not debug:
            _say("interrupted. What was finished before is kept.")
        raise
    except KeyboardInterrupt:  # outside of a command
        if debug:
            raise
        _say("interrupted.")
        sys.exit(_INTERRUPTED)
    except (TenorError, OSError) as error:
        if debug:
            raise
        if isinstance(error, BrokenPipeError):  # whoever read the output has had enough
            sys.exit(1)
        _say(str(error))
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        _say(f"unexpected {type(error).__name__}: {error} (run again with --debug to see where; this is a fault).")
        sys.exit(_FAULT)


def _take_debug(arguments: list[str]) -> bool:
    """Whether ``--debug`` is among the arguments, before a ``--`` that ends the options; it is taken out."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [argument for argument in arguments[:end] if argument != "--debug"]
    arguments[:end] = kept
    return len(kept) < end


def _say(message: str) -> None:
    from tenor.pipeline.console import one_line

    typer.secho(f"tenor: {one_line(message)}", err=True, fg=typer.colors.RED)


if __name__ == "__main__":
    main()
