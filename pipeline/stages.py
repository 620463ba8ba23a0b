"""One function a stage: read inputs, one pure call, write outputs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tenor.pipeline.console import progress, working
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import IngestParams, Params
from tenor.pipeline.store import read_encodings, read_json, read_table, write_encodings, write_json, write_table

if TYPE_CHECKING:
    from tenor.features.intake import Intake


def ingest(params: Params, at: Layout) -> str:
    """Read, clean and group the articles."""
    with progress("Reading articles") as shown:
        intake = read_articles(params.ingest, shown)
    write_table(intake.articles, at.articles)
    write_table(intake.removals, at.removals)
    write_table(intake.set_aside, at.set_aside)
    group_of = dict(
        zip(intake.articles.column("article_id"), intake.articles.column("near_duplicate_group"), strict=True)
    )
    shared = {group for article, group in group_of.items() if article != group}
    write_json({article: group for article, group in group_of.items() if group in shared}, at.near_duplicates)
    return (
        f"{len(intake.articles)} articles read ({len(shared)} groups of near-duplicates), "
        f"{len(intake.removals)} pieces of crawl rubbish removed, {len(intake.set_aside)} inputs set aside"
    )


def read_articles(section: IngestParams, progress: Callable[[int, int], None] | None = None) -> Intake:
    """The articles that ``section`` names, cleaned and grouped."""
    from tenor.features.intake import ingest_articles

    return ingest_articles(
        Path(section.articles),
        language=section.language,
        min_characters=section.min_characters,
        near_duplicate_threshold=section.near_duplicate_threshold,
        progress=progress,
    )


def annotate(params: Params, at: Layout) -> str:
    """Find sentences, actors' mentions and the holders of views."""
    from tenor.features.annotate import annotate_articles
    from tenor.features.records import Articles
    from tenor.features.registry import load_registry

    registry = load_registry(Path(params.annotate.actors))
    tagger = None
    if params.annotate.attribution == "tagger":
        from tenor.models.taggers import load_shipped_tagger

        tagger = load_shipped_tagger()
    with progress("Finding actors and who speaks") as shown:
        found = annotate_articles(read_table(Articles, at.articles), registry, tagger=tagger, progress=shown)
    write_table(found.sentences, at.sentences)
    write_table(found.mentions, at.mentions)
    write_table(found.attributions, at.attributions)
    return (
        f"{len(found.sentences)} sentences, {len(found.mentions)} mentions of "
        f"{len(set(found.mentions.column('actor')))} actors, {len(found.attributions)} attributed contents"
    )


def encode(params: Params, at: Layout) -> str:
    """Turn sentences and mentions into vectors."""
    from tenor.features.encoder import encode_sentences
    from tenor.features.records import Mentions, Sentences
    from tenor.models.readers import load_encoder_reader

    reader = load_encoder_reader(params.encode.encoder, trained=params.train.features.uses_reader)
    with progress("Reading sentences") as shown:
        encodings = encode_sentences(
            read_table(Sentences, at.sentences),
            read_table(Mentions, at.mentions),
            reader,
            batch_size=params.encode.batch_size,
            progress=shown,
        )
    write_encodings(encodings, at.encodings)
    return f"{len(encodings.sentence_ids)} sentence vectors, {len(encodings.mention_ids)} target vectors"


@working("Finding themes")
def themes(params: Params, at: Layout) -> str:
    """Fit the themes, assign every sentence to one, and count how much of the coverage each takes."""
    from tenor.features.records import Articles, Sentences
    from tenor.features.registry import load_registry
    from tenor.models.theme_prevalence import theme_prevalence
    from tenor.models.themes import fit_themes, load_kept_themes, save_theme_frame, save_theme_model

    section = params.themes
    sentences = read_table(Sentences, at.sentences)
    articles = read_table(Articles, at.articles)
    previous, overrides = load_kept_themes(None if section.kept is None else Path(section.kept))
    fitted = fit_themes(
        sentences,
        read_encodings(at.encodings),
        n_themes=section.n_themes,
        min_similarity=section.min_similarity,
        seed_words=section.seed_words,
        actor_names=load_registry(Path(params.annotate.actors)).all_names,
        previous=previous,
        overrides=overrides,
        near_duplicates=dict(zip(articles.column("article_id"), articles.column("near_duplicate_group"), strict=True)),
    )
    prevalence = theme_prevalence(fitted.assignments, sentences, articles, confidence=params.estimate.confidence)
    save_theme_model(fitted.model, at.theme_model)
    if fitted.frame is not None:
        save_theme_frame(fitted.frame, at.theme_model / "bertopic")
    write_table(fitted.terms, at.themes)
    write_table(fitted.assignments, at.theme_assignments)
    write_table(prevalence, at.theme_prevalence)
    write_json([event.as_dict() for event in fitted.events], at.theme_events)
    fates = "" if previous is None else f" ({fitted.fates})"
    return f"{len(fitted.terms)} themes over {len(fitted.assignments)} sentences{fates}"


def train(params: Params, at: Layout) -> str:
    """Fit the tone scorer on the labels."""
    from tenor.features.labels import read_labels
    from tenor.models.training import train_tone

    with progress("Reading labelled sentences") as shown:
        trained = train_tone(
            read_labels(Path(params.train.labels)),
            read_json(at.near_duplicates),
            feature_set=params.train.features,
            encoder=params.encode.encoder,
            n_folds=params.train.n_folds,
            random_state=params.train.random_state,
            batch_size=params.encode.batch_size,
            progress=shown,
        )
    trained.scorer.save(at.scorer)
    write_table(trained.cross_validation, at.cross_validation)
    return f"scorer fitted on {len(trained.cross_validation)} labelled mentions ({params.train.features})"


def score(params: Params, at: Layout) -> str:
    """Score the tone of every mention."""
    from tenor.features.records import Mentions, Sentences, ThemeAssignments
    from tenor.models.scoring import explain_scores, score_mentions
    from tenor.models.tone import ToneScorer

    mentions, sentences = read_table(Mentions, at.mentions), read_table(Sentences, at.sentences)
    with working("Scoring the tone"):
        scorer = ToneScorer.load(at.scorer)
        scores = score_mentions(
            mentions,
            sentences,
            read_encodings(at.encodings),
            read_table(ThemeAssignments, at.theme_assignments),
            scorer,
            ambiguous=params.score.ambiguous,
            holders=params.score.holders,
        )
    with progress("Explaining the strongest tones") as shown:
        effects = explain_scores(scores, sentences, scorer, most=params.score.explained, progress=shown)
    write_table(scores, at.tone)
    write_table(effects, at.tone_effects)
    return f"{len(scores)} of {len(mentions)} mentions scored (relational and ambiguous ones are no targets)"


@working("Estimating, with intervals")
def estimate(params: Params, at: Layout) -> str:
    """Estimate mean tone with intervals."""
    import numpy as np

    from tenor.features.records import Articles, ToneScores
    from tenor.models.estimates import estimate_tone

    section = params.estimate
    estimates = estimate_tone(
        read_table(ToneScores, at.tone),
        read_table(Articles, at.articles),
        min_articles=section.min_articles,
        confidence=section.confidence,
        n_resamples=section.n_resamples,
        rng=np.random.default_rng(section.random_state),
    )
    write_table(estimates, at.estimates)
    thin = sum(estimates.column("thin"))
    return f"{len(estimates)} cells estimated, {thin} of them thin (under {section.min_articles} independent articles)"


@working("Measuring the scorer and the themes")
def evaluate(params: Params, at: Layout) -> str:
    """Measure the scorer out of fold, beside VADER and the majority class, and the themes."""
    import numpy as np

    from tenor.experiments.evaluation import evaluate_holders, evaluate_scorer
    from tenor.experiments.theme_figures import bertopic_figures, bertopic_page, theme_map
    from tenor.experiments.theme_quality import theme_quality
    from tenor.experiments.theme_repeats import theme_repeats
    from tenor.features.labels import read_labels
    from tenor.features.records import CrossValidation, Sentences, ThemeAssignments, ThemeTerms, ToneScores
    from tenor.features.registry import load_registry
    from tenor.models.themes import read_theme_frame

    section = params.evaluate
    evaluation = evaluate_scorer(
        read_table(CrossValidation, at.cross_validation),
        n_bins=section.n_bins,
        confidence=section.confidence,
        n_resamples=section.n_resamples,
        rng=np.random.default_rng(section.random_state),
    )
    terms, assignments = read_table(ThemeTerms, at.themes), read_table(ThemeAssignments, at.theme_assignments)
    sentences, encodings = read_table(Sentences, at.sentences), read_encodings(at.encodings)
    quality = theme_quality(terms, assignments, sentences)
    quality |= theme_repeats(
        sentences,
        encodings,
        n_themes=len(terms),
        actor_names=load_registry(Path(params.annotate.actors)).all_names,
        seed_words=params.themes.seed_words,
    )
    holders = evaluate_holders(
        read_labels(Path(params.train.labels)),
        read_table(ToneScores, at.tone),
        confidence=section.confidence,
        n_resamples=section.n_resamples,
        rng=np.random.default_rng(section.random_state),
    )
    write_json({**evaluation.metrics, "holders": holders, "themes": quality}, at.metrics)
    write_json(evaluation.confusion_rows, at.plots / "confusion.json")
    write_json(evaluation.calibration_rows, at.plots / "calibration.json")
    page = bertopic_page(bertopic_figures(read_theme_frame(at.theme_model / "bertopic")))
    (at.plots / "bertopic.html").write_text(page, encoding="utf-8")
    theme_map(sentences, encodings, assignments, terms).savefig(at.plots / "theme_map.png", metadata={"Software": None})
    found = evaluation.metrics
    return (
        f"macro-F1 {found['macro_f1']:.3f} [{found['macro_f1_low']:.3f}, {found['macro_f1_high']:.3f}] "
        f"on {found['n']} labels; "
        f"VADER {found['vader']['macro_f1']:.3f}, majority {found['majority']['macro_f1']:.3f}"
    )


@working("Writing the report")
def report(params: Params, at: Layout) -> str:
    """Write the report and its tables."""
    from tenor.pipeline.report.render import write_report
    from tenor.pipeline.results import read_report_data

    data = read_report_data(
        at,
        Path(params.annotate.actors),
        params=params,
        metrics=read_json(at.metrics),
        calibration=read_json(at.plots / "calibration.json"),
    )
    write_report(data, at.report, title=params.report.title)
    return f"report written to {at.report / 'report.html'}"


Stage = Callable[[Params, Layout], str]

STAGES: dict[str, Stage] = {
    stage.__name__: stage for stage in (ingest, annotate, encode, themes, train, score, estimate, evaluate, report)
}
