"""Jobs run by hand on anybody's articles: no DVC, no tracking, the same stages and files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tenor.features.errors import TenorError
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import Params, load_params

if TYPE_CHECKING:
    from tenor.models.tone import ToneScorer

_FOLDERS = ("tables", "figures")  # of the report, beside its page


def run_folder(
    articles: Path, actors: Path, out: Path, *, scorer: str, params_path: Path | None, title: str | None
) -> Iterator[str]:
    """Score ``articles`` with a trained scorer and write tables and report into ``out``; yields a line a step.

    Themes are fitted on these articles. The scorer's own quality was measured where it was trained, not here.

    Raises:
        TenorError: an input cannot be used, or the results would replace one.
    """
    from tenor.models.tone import ToneScorer
    from tenor.pipeline import stages
    from tenor.pipeline.report.render import write_report
    from tenor.pipeline.results import read_report_data

    if out.exists() and not out.is_dir():
        raise TenorError(f"{out} is a file; --out takes a folder.")
    for place in (out, *(out / name for name in _FOLDERS)):
        if articles.is_dir() and place.resolve().is_relative_to(articles.resolve()):
            raise TenorError(
                f"{place} lies in {articles}: the next run would read the report as an article. Choose another --out."
            )
    _refuse_to_replace([articles, actors, Path(scorer), *([params_path] if params_path else [])], out)
    loaded = ToneScorer.load(scorer)
    params = _run_params(articles, actors, params_path, loaded)
    # In a folder of its own: --out may hold a scorer and encodings of another job, which must not be touched.
    with TemporaryDirectory(prefix="tenor-") as work:
        at = Layout(Path(work))
        for stage in (stages.ingest, stages.annotate, stages.encode, stages.themes):
            yield f"{stage.__name__}: {stage(params, at)}"
        loaded.save(at.scorer)
        for stage in (stages.score, stages.estimate):
            yield f"{stage.__name__}: {stage(params, at)}"
        data = read_report_data(at, actors, params=params, metrics=None)
        write_report(data, out, title=title or params.report.title)
        for table in sorted(at.data.glob("*.parquet")):
            shutil.copyfile(table, out / table.name)
    yield f"report: {out / 'report.html'}"


def written_over(out: Path) -> Iterator[Path]:
    """What stands in ``out`` already and a run may replace: files of our tables' names, and all of our folders."""
    layout = Layout(out)
    tables = (getattr(layout, name) for name, kind in vars(Layout).items() if isinstance(kind, property))
    found = [out / "report.html", *(path for path in tables if path.suffix == ".parquet")]
    found += [path for name in _FOLDERS if (out / name).is_dir() for path in (out / name).iterdir()]
    return (path for path in found if path.is_file())


def _refuse_to_replace(inputs: Sequence[Path], out: Path) -> None:
    """Raise a TenorError where a file of ``inputs`` (of a folder: each in it) is one that stands in the run's way."""
    # Compared as files, not by name: a link in --out leads to the user's file as well.
    replaced = {(status.st_dev, status.st_ino) for path in written_over(out) for status in [path.stat()]}
    for given in inputs:
        # What an articles folder may not be was said before; a scorer is a folder, or an address that is no path.
        for path in given.glob("*") if given.is_dir() else (given,):
            if path.is_file() and (path.stat().st_dev, path.stat().st_ino) in replaced:
                raise TenorError(
                    f"{path} lies where the results are written, which may replace it: take another --out."
                )


def score_one(text: str, actor: str, *, scorer: str, actors: Path | None, as_json: bool) -> str:
    """The tone of one text toward one actor, as a line or as JSON."""
    from tenor.features.registry import load_registry
    from tenor.models.tone import ToneScorer

    registry = None if actors is None else load_registry(actors)
    tone = ToneScorer.load(scorer, registry=registry).score(text, actor)
    if as_json:
        return json.dumps(asdict(tone))
    return (
        f"{tone.label} toward {actor}: tone {tone.tone:+.2f} "
        f"(negative {tone.p_neg:.2f}, neutral {tone.p_neu:.2f}, positive {tone.p_pos:.2f})"
    )


def suggest_names(articles: Path, actors: Path, *, limit: int, as_json: bool) -> Iterator[str]:
    """Frequent names that the registry lacks, one a line, or one JSON list."""
    from tenor.features.registry import load_registry
    from tenor.features.suggest import suggest_actors
    from tenor.pipeline.params import IngestParams
    from tenor.pipeline.stages import read_articles

    intake = read_articles(IngestParams(articles=str(articles)))
    found = suggest_actors(intake.articles, load_registry(actors), limit=limit)
    if as_json:
        yield json.dumps([asdict(item) for item in found], ensure_ascii=False)
        return
    for item in found:
        yield f"{item.name}: {item.n_mentions} mentions in {item.n_articles} articles"


def _run_params(articles: Path, actors: Path, params_path: Path | None, scorer: ToneScorer) -> Params:
    inputs = {"ingest": {"articles": str(articles)}, "annotate": {"actors": str(actors)}}
    params = (
        load_params(params_path) if params_path else Params.model_validate({**inputs, "train": {"labels": "unused"}})
    )
    return params.model_copy(
        update={
            "ingest": params.ingest.model_copy(update={"articles": str(articles)}),
            "annotate": params.annotate.model_copy(update={"actors": str(actors)}),
            # Mentions must be read by what the scorer was fitted on.
            "encode": params.encode.model_copy(update={"encoder": scorer.encoder}),
            "train": params.train.model_copy(update={"features": scorer.feature_set}),
        }
    )
