"""The sentences behind every number, packed: each sentence once, mentions as coded columns, gzip in base64."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.facts import Facts, IntArray, ReportDataError

# Probabilities are kept to a thousandth: finer digits cost space and say nothing.
_SCALE = 1000
_LEAST_MOVE = 20  # thousandths of tone: less is noise, and many of it hides what counts


def evidence_payload(data: ReportData, facts: Facts) -> dict[str, Any]:
    """Columns of the evidence list: articles, sentences that hold a scored mention, and mentions.

    A mention's ``start`` and ``length`` index its sentence in UTF-16 units, as a browser counts; ``sentence`` and
    ``article`` are places in the sibling columns. ``moved`` has an entry a word or clause that moved a tone:
    ``mention`` is a place among the mentions, ``by`` thousandths of tone. Empty input gives empty columns.

    Raises:
        ReportDataError: a score belongs to a sentence that Sentences lacks.
    """
    scores = data.tone_scores.table.take(facts.order) if len(facts) else data.tone_scores.table
    table = data.sentences.table
    row_of = {sentence: row for row, sentence in enumerate(table["sentence_id"].to_pylist())}
    try:
        rows = [row_of[value] for value in scores["sentence_id"].to_pylist()]
    except KeyError as error:
        raise ReportDataError(
            f"ToneScores names sentence {error}, which Sentences lacks: pass tables of one and the same run."
        ) from error
    kept = list(dict.fromkeys(rows))
    place = {row: code for code, row in enumerate(kept)}
    texts = table["text"].take(kept).to_pylist() if kept else []
    begins = table["start"].to_numpy()
    sentence_article = np.zeros(len(kept), dtype=np.int32)
    sentence = np.array([place[row] for row in rows], dtype=np.int32)
    sentence_article[sentence] = facts.article

    used = list(dict.fromkeys(facts.article.tolist()))
    article_place = {row: code for code, row in enumerate(used)}
    start = scores["start"].to_numpy() - begins[rows] if len(rows) else np.array([], dtype=np.int32)
    end = start + scores["end"].to_numpy() - scores["start"].to_numpy()
    start, end = _utf16(texts, sentence, start), _utf16(texts, sentence, end)
    return {
        "articles": _articles(data, facts, used),
        "sentences": {"article": [article_place[row] for row in sentence_article.tolist()], "text": texts},
        "mentions": {
            "sentence": _steps(sentence),
            "start": start.tolist(),
            "length": (end - start).tolist(),
            "actor": facts.actor.tolist(),
            "holder": facts.holder.tolist(),
            "theme": facts.theme.tolist(),
            "neg": _thousandths(scores["p_neg"]),
            "pos": _thousandths(scores["p_pos"]),
        },
        "moved": _moved(data, scores["mention_id"].to_pylist(), texts, sentence, begins[rows]),
    }


def _moved(
    data: ReportData, mentions: list[str], texts: list[str], sentence: IntArray, begins: IntArray
) -> dict[str, list[int]]:
    """What moved each mention's tone, ``begins`` being where its sentence begins; what hardly moved it is left out.

    A clause is told only where none of its words is.
    """
    place_of = {mention: place for place, mention in enumerate(mentions)}
    rows: list[tuple[int, int, int, int]] = []
    words: dict[int, list[int]] = {}
    effects = [row for row in data.tone_effects.rows() if row["mention_id"] in place_of]
    for row in sorted(effects, key=lambda row: row["piece"] == "clause"):
        place, by = place_of[row["mention_id"]], round(row["contribution"] * _SCALE)
        start, end = row["start"] - int(begins[place]), row["end"] - int(begins[place])
        told = words.setdefault(place, [])
        if abs(by) >= _LEAST_MOVE and not any(start <= at < end for at in told):
            rows.append((place, start, end, by))
            told.append(start)
    of, starts, ends, by_ = np.array(sorted(rows), dtype=np.int32).reshape(-1, 4).T
    starts, ends = _utf16(texts, sentence[of], starts), _utf16(texts, sentence[of], ends)
    return {"mention": of.tolist(), "start": starts.tolist(), "end": ends.tolist(), "by": by_.tolist()}


def packed(payload: dict[str, Any]) -> str:
    """The payload as gzip of UTF-8 JSON in base64; equal payloads give equal text."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 6, mtime=0)).decode("ascii")


def _articles(data: ReportData, facts: Facts, used: list[int]) -> dict[str, list[Any]]:
    table = data.articles.table.take(used) if used else data.articles.table.slice(0, 0)
    days = table["published"].to_pylist()
    outlet = facts.outlets.codes(table["outlet"].to_pylist())
    period = {row: int(code) for row, code in zip(facts.article.tolist(), facts.period.tolist(), strict=True)}
    return {
        "id": table["article_id"].to_pylist(),
        "outlet": outlet.tolist(),
        "period": [period[row] for row in used],
        "date": [None if day is None else day.isoformat() for day in days],
        "title": table["title"].to_pylist(),
        "url": table["url"].to_pylist(),
    }


def _thousandths(column: Any) -> list[int]:
    return list(np.rint(column.to_numpy() * _SCALE).astype(int).tolist())


def _steps(codes: IntArray) -> list[int]:
    """First differences: mentions stand in text order, so these are small and pack well."""
    return [int(step) for step in np.diff(codes, prepend=0)]


def _utf16(texts: list[str], sentence: IntArray, offsets: Any) -> Any:
    """Offsets in code points turned into UTF-16 units: each astral character before one adds a unit."""
    astral = {
        code: [place for place, letter in enumerate(text) if ord(letter) > 0xFFFF]
        for code, text in enumerate(texts)
        if any(ord(letter) > 0xFFFF for letter in text)
    }
    if not astral:
        return offsets
    added = [
        sum(place < offset for place in astral.get(code, ()))
        for code, offset in zip(sentence.tolist(), offsets.tolist(), strict=True)
    ]
    return offsets + np.array(added, dtype=offsets.dtype)
