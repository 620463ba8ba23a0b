"""What the tables mean, in words: one entry a table and column. Types, keys and ranges stand in the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenor.features.record_table import RecordTable
from tenor.features.records import (
    Articles,
    Attributions,
    CrossValidation,
    Estimates,
    Labels,
    Mentions,
    Removals,
    Sentences,
    SetAside,
    ThemeAssignments,
    ThemePrevalence,
    ThemeTerms,
    ToneEffects,
    ToneScores,
)


@dataclass(frozen=True)
class Words:
    """One column: its meaning, its unit, and its values where the records' ranges do not say them."""

    meaning: str
    unit: str = ""
    values: str = ""


@dataclass(frozen=True)
class Entry:
    """One table: what checks it, what one row is, its columns, and where it lies."""

    records: type[RecordTable]
    row: str
    columns: Mapping[str, Words]
    place: str = "In `tables/` beside the report."


_OFFSET, _PROBABILITY, _TONE = "character offset", "probability", "tone"
_WHOLE, _SPLIT = "0 or more", "a value, or `all` where the cell does not split by it"
_ARTICLE = Words("The article, as in `articles`.", "id")
_SENTENCE = Words("The sentence, as in `sentences`.", "id")
_ACTOR = Words("The actor meant, as in the actors file.", "id")
_CUE_START = Words("Where the attributing word begins in `articles.text`; empty where there is none.", _OFFSET, _WHOLE)
_CUE_END = Words("One past the attributing word's last character.", _OFFSET, _WHOLE)
_HOLDER = Words("Whose view it is.", "id or name", "`author`, an actor's id, a name, or `unknown`")
_HOLDER_NAME = Words("The holder as a reader would name it.", "words")
_HOLDER_KIND = Words("What kind of holder it is.", "class", "`author`, `actor`, `other`, `unknown`")
_MENTION = Words("The mention's words as written.", "words")
_STARTS = Words("Where the mention begins in `articles.text`.", _OFFSET, _WHOLE)
_ENDS = Words("One past the mention's last character.", _OFFSET, _WHOLE)
_MENTIONED = {
    "article_id": _ARTICLE,
    "sentence_id": _SENTENCE,
    "start": _STARTS,
    "end": _ENDS,
    "mention": _MENTION,
    "actor": _ACTOR,
}
_N_ARTICLES = Words("Articles behind the cell.", "articles", _WHOLE)
_LOW = "Lower end of the interval; empty where fewer than two independent articles stand behind the cell."
_HIGH = "Upper end of the interval; empty where `low` is."
_P_NEG = Words("How probable a negative tone toward the actor is.", _PROBABILITY)
_P_NEU = Words("How probable a neutral tone is.", _PROBABILITY)
_P_POS = Words("How probable a positive tone is.", _PROBABILITY)
_MONTH = "`YYYY-MM`, `undated`, or `all`"
_CLASS = "-1, 0, 1"
_DRAWN = Words(
    "Chance with which a random draw took the mention; empty where none is stated.", _PROBABILITY, "above 0 to 1"
)

ENTRIES: Mapping[str, Entry] = {
    "articles": Entry(
        Articles,
        "One row an article that was measured.",
        {
            "article_id": Words("Name of the article, stable over runs on the same input.", "id"),
            "outlet": Words("Who published it.", "name"),
            "published": Words("Day of publication; empty where no source states it.", "day", "ISO date"),
            "published_source": Words(
                "What stated the day.", "class", "`metadata`, `front matter`, `file name`, `htmldate`"
            ),
            "title": Words("Headline.", "words"),
            "url": Words("Address, http or https only.", "address"),
            "text": Words("The cleaned text; every offset elsewhere counts its characters (code points).", "words"),
            "raw": Words("The text as read, before cleaning; the offsets of `removals` count its characters.", "words"),
            "language": Words("Language that the text was found to be in.", "ISO 639-1 code"),
            "near_duplicate_group": Words(
                "Least article id among the articles that print nearly the same words: the unit of independence.", "id"
            ),
            "source": Words("File, or file and row, that it was read from.", "relative path"),
        },
    ),
    "removals": Entry(
        Removals,
        "One row a piece of crawl rubbish that cleaning took out of an article.",
        {
            "article_id": _ARTICLE,
            "start": Words("Where it began in `articles.raw`.", _OFFSET, _WHOLE),
            "end": Words("One past its last character.", _OFFSET, _WHOLE),
            "reason": Words("What it was taken for.", "class", "words such as `image credit`, `read-more line`"),
            "text": Words("What was taken out.", "words"),
        },
    ),
    "set_aside": Entry(
        SetAside,
        "One row an input that was not measured.",
        {
            "source": Words("File, or file and row.", "relative path"),
            "reason": Words("Why it was not measured.", "class", "words such as `too short`, `repeated article`"),
            "detail": Words("What was found, in figures or words.", "words"),
            "title": Words("Headline, where one was read.", "words"),
        },
    ),
    "sentences": Entry(
        Sentences,
        "One row a sentence.",
        {
            "sentence_id": Words("Article id and the sentence's number in it.", "id"),
            "article_id": _ARTICLE,
            "paragraph": Words("Paragraph of the article, counted from 0.", "place", _WHOLE),
            "start": Words("Where the sentence begins in `articles.text`.", _OFFSET, _WHOLE),
            "end": Words("One past its last character.", _OFFSET, _WHOLE),
            "text": Words("The sentence: `articles.text[start:end]`.", "words"),
        },
    ),
    "mentions": Entry(
        Mentions,
        "One row a mention of an actor, scored or not.",
        {
            "mention_id": Words("Article id, span and actor.", "id"),
            **_MENTIONED,
            "rule": Words("How the actor was found.", "class", "`alias`, `surname`, `title`, `pair`"),
            "relational": Words("Names a relation between actors and is no target by itself.", "flag"),
            "ambiguous": Words("Could mean another actor too.", "flag"),
            "candidates": Words("Every actor that an ambiguous mention could mean.", "ids", "ids joined by a space"),
            "holder": _HOLDER,
            "holder_name": _HOLDER_NAME,
            "holder_kind": _HOLDER_KIND,
            "cue_start": _CUE_START,
            "cue_end": _CUE_END,
        },
    ),
    "attributions": Entry(
        Attributions,
        "One row an attributed content: who says what.",
        {
            "article_id": _ARTICLE,
            "content_start": Words("Where what is said begins in `articles.text`.", _OFFSET, _WHOLE),
            "content_end": Words("One past its last character.", _OFFSET, _WHOLE),
            "source_start": Words("Where the speaker's words begin; empty where unnamed.", _OFFSET, _WHOLE),
            "source_end": Words("One past their last character.", _OFFSET, _WHOLE),
            "cue_start": _CUE_START,
            "cue_end": _CUE_END,
            "holder": _HOLDER,
            "holder_name": _HOLDER_NAME,
            "holder_kind": _HOLDER_KIND,
            "rule": Words(
                "What found it.",
                "class",
                "`tagged`, `direct`, `indirect`, `according`, `judgement`, `continued`, `unattributed`",
            ),
        },
    ),
    "themes": Entry(
        ThemeTerms,
        "One row a theme, found in these articles.",
        {
            "theme": Words("Name that other tables use.", "id"),
            "name": Words("Label for a reader.", "words"),
            "terms": Words("Terms that tell it from the other themes, strongest first.", "words", "joined by `, `"),
            "n_sentences": Words("Sentences assigned to it.", "sentences", _WHOLE),
            "n_articles": Words("Articles that hold one of them.", "articles", _WHOLE),
            "representative": Words("Sentences that show it best, at most one an article.", "ids", "ids, one a line"),
            "stability": Words(
                "How much of it stays together when themes are found without some articles; empty if not measured.",
                "share",
            ),
            "shaky": Words("A slightly different corpus would not have shown it.", "flag"),
        },
    ),
    "theme_assignments": Entry(
        ThemeAssignments,
        "One row a sentence, with its theme.",
        {
            "sentence_id": _SENTENCE,
            "theme": Words("The theme, or `none` under the stated threshold.", "id"),
            "similarity": Words("Cosine between the sentence's and the theme's vector.", "cosine", "-1 to 1"),
        },
    ),
    "theme_prevalence": Entry(
        ThemePrevalence,
        "One row a theme in one outlet and month: how much of the coverage it takes.",
        {
            "theme": Words("The theme, or `none`.", "id"),
            "outlet": Words("The outlet.", "name", _SPLIT),
            "period": Words("The month of publication.", "month", _MONTH),
            "n_sentences": Words("Sentences in the cell, of every theme.", "sentences", _WHOLE),
            "n_articles": _N_ARTICLES,
            "n_in_theme": Words("Sentences of this theme among them.", "sentences", _WHOLE),
            "share": Words("`n_in_theme / n_sentences`.", "share"),
            "low": Words(_LOW, "share"),
            "high": Words(_HIGH, "share"),
        },
    ),
    "tone": Entry(
        ToneScores,
        "One row a scored mention.",
        {
            "mention_id": Words("The mention, as in `mentions`.", "id"),
            **_MENTIONED,
            "holder": _HOLDER,
            "holder_name": _HOLDER_NAME,
            "holder_kind": _HOLDER_KIND,
            "cue_start": _CUE_START,
            "cue_end": _CUE_END,
            "theme": Words("Theme of its sentence, or `none`.", "id"),
            "p_neg": _P_NEG,
            "p_neu": _P_NEU,
            "p_pos": _P_POS,
            "tone": Words("`p_pos - p_neg`.", _TONE),
        },
    ),
    "tone_effects": Entry(
        ToneEffects,
        "One row a word or clause left out of an explained mention's sentence (`score.explained`).",
        {
            "mention_id": Words("The mention, as in `tone`.", "id"),
            "piece": Words("What was left out.", "class", "`word` (one that VADER knows), `clause`"),
            "start": Words("Where it begins in `articles.text`.", _OFFSET, _WHOLE),
            "end": Words("One past its last character.", _OFFSET, _WHOLE),
            "valence": Words("What VADER makes of the word there; empty for a clause.", "about -4 to 4"),
            "contribution": Words("The mention's tone less the tone without it.", "tone, -2 to 2"),
        },
    ),
    "estimates": Entry(
        Estimates,
        "One row a cell: the mean tone of its mentions.",
        {
            "actor": _ACTOR,
            "outlet": Words("The outlet.", "name", _SPLIT),
            "theme": Words("The theme.", "id", _SPLIT),
            "holder": Words("The holder of the views.", "id or name", _SPLIT),
            "period": Words("The month of publication.", "month", _MONTH),
            "n_mentions": Words("Scored mentions in the cell.", "mentions", _WHOLE),
            "n_articles": _N_ARTICLES,
            "tone": Words("Mean of `tone.tone` over the mentions.", _TONE),
            "low": Words(_LOW, _TONE),
            "high": Words(_HIGH, _TONE),
            "share_neg": Words("Mean of `p_neg`.", "share"),
            "share_pos": Words("Mean of `p_pos`.", "share"),
            "thin": Words("Too few independent articles stand behind it (`estimate.min_articles`).", "flag"),
        },
    ),
    "cross_validation": Entry(
        CrossValidation,
        "One row a labelled mention, predicted by a scorer that had seen nothing of its near-duplicate group.",
        {
            "label_id": Words("The label, as in `labels`.", "id"),
            "article_id": Words("The label's article.", "id"),
            "near_duplicate_group": Words("What was kept on one side of the split.", "id"),
            "fold": Words("Fold in which it was predicted.", "place", _WHOLE),
            "sentence": Words("The labelled sentence.", "words"),
            "start": Words("Where the mention begins in `sentence`.", _OFFSET, _WHOLE),
            "end": _ENDS,
            "mention": _MENTION,
            "actor": _ACTOR,
            "outlet": Words("Who published it.", "name"),
            "inclusion_probability": _DRAWN,
            "polarity": Words("The label: negative, neutral or positive.", "class", _CLASS),
            "p_neg": _P_NEG,
            "p_neu": _P_NEU,
            "p_pos": _P_POS,
            "predicted": Words("Class that the scorer names; not always the most likely one.", "class", _CLASS),
            "vader": Words("Class that VADER gives the whole sentence.", "class", _CLASS),
            "majority": Words("Most frequent class of the training part.", "class", _CLASS),
        },
        place="In `data/cross_validation.parquet`.",
    ),
    "labels": Entry(
        Labels,
        "One row a mention whose tone was read and labelled: what the scorer learns from.",
        {
            "label_id": Words("Name of the label; `id` in the file.", "id"),
            "article_id": Words("The article; its labels are never split between training and testing.", "id"),
            "sentence": Words("The sentence as read.", "words"),
            "start": Words("Where the mention begins in `sentence`; `from` in the file.", _OFFSET, _WHOLE),
            "end": Words("One past the mention's last character; `to` in the file.", _OFFSET, _WHOLE),
            "mention": Words("The target's words: `sentence[start:end]`.", "words"),
            "polarity": Words("Tone toward the target: negative, neutral or positive.", "class", _CLASS),
            "actor": Words("The actor meant, where stated.", "id"),
            "holder": Words("Whose view it is, where stated.", "id or name"),
            "outlet": Words("Who published it, where stated.", "name"),
            "inclusion_probability": _DRAWN,
        },
        place="The file that `train.labels` names, as JSON Lines.",
    ),
}
