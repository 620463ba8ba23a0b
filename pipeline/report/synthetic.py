"""An invented result of any size, for the report's tests and its size and speed figures. No sentence is anybody's."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from tenor.features.records import (
    Articles,
    Mentions,
    Removals,
    Sentences,
    SetAside,
    ThemeAssignments,
    ThemeTerms,
    ToneScores,
)
from tenor.models.theme_prevalence import theme_prevalence
from tenor.pipeline.report.data import ReportData

_ACTORS = (
    "Port Authority", "Mayor Ilse Brandt", "Harbour Union", "Coastguard", "Northern Rail", "Council of Elders",
    "Minister Adeyo", "Fishers' League", "Tidewater Energy", "Republic of Vell", "Kingdom of Orsay", "River Bank",
    "Judge Tamm", "School Board", "Opposition Bloc", "Customs House", "Island Press", "Salt Company",
)  # fmt: skip
_OUTLETS = (
    "Vell Courier",
    "The Quay",
    "Orsay Wire",
    "Ledger & Tide",
    "Island Review",
    "Morning Lamp",
    "Dockside",
    "North Star",
)
_THEMES = (
    ("harbour works", "dredging, quay, crane, berth, contract"),
    ("ferry fares", "fare, ferry, ticket, season, crossing"),
    ("storm relief", "storm, shelter, flood, relief, dyke"),
    ("fish quotas", "quota, catch, herring, licence, boats"),
    ("wind farm", "turbine, cable, grid, licence, offshore"),
    ("school merger", "pupils, merger, teachers, bus, board"),
    ("bank inquiry", "loan, inquiry, audit, deposit, board"),
    ("island vote", "ballot, turnout, recount, party, seat"),
    ("rail strike", "strike, driver, timetable, wage, depot"),
    ("border tolls", "toll, lorry, customs, queue, treaty"),
)  # fmt: skip
_FRAMES = {
    -1: (
        "{a} was blamed again for the delays that left the crews waiting through a second night on the outer mole.",
        "Few in the hall had a kind word for {a}, whose last promise, they said, had sunk with the spring tide.",
        "The audit found that {a} had kept two sets of figures and shown the public only the handsomer one.",
    ),
    0: (
        "{a} will publish the timetable on Thursday, after the committee has read the second draft of the plan.",
        "A spokesperson for {a} confirmed the date and declined to name the firms that had taken part in the talks.",
        "The paper trail between {a} and the contractor runs to forty pages, most of them about gravel.",
    ),
    1: (
        "{a} won thanks from both shores for keeping the crossing open when everyone else had sent their people home.",
        "The steady hand of {a} was what the talks had lacked, and the room was the better for it by evening.",
        "By most accounts {a} handled the flood with care, and the villages have not forgotten who came first.",
    ),
}
_TAILS = (
    "",
    " The matter returns in May.",
    " Nobody at the quay was surprised.",
    " The figures are for the last quarter.",
)
_NAMES = ("Ana Kreel", "Jonas Widd", "Petra Sol", "Old Merrin", "Dr Falk", "Lise Aumont")

HOSTILE = (
    '</script><script>window.pwned=1</script> {a} <img src=x onerror="window.pwned=2"> & <!-- ]]>',
    '=HYPERLINK("http://attacker.invalid","{a}")\u2028\u2029 \u202e{a}',
    "\U0001f6a2\U0001f30a {a} sailed on; {{ 7*7 }} ${{7*7}} %{{x}} <b>bold</b> &lt;i&gt;",
)


def synthetic_result(
    n_mentions: int, *, seed: int = 0, n_actors: int = 12, n_outlets: int = 6, n_months: int = 8, hostile: bool = False
) -> ReportData:
    """A result with about ``n_mentions`` scored mentions: outlets lean, one actor's tone moves, some cells are thin.

    With ``hostile``, some article texts, titles, addresses, outlet and speaker names try to run as markup or formula.
    Equal arguments give equal results; 0 mentions give empty tables.
    """
    rng = np.random.default_rng(seed)
    actors = {
        f"actor-{at:02d}": _ACTORS[at % len(_ACTORS)] + ("" if at < len(_ACTORS) else f" {at}")
        for at in range(n_actors)
    }
    outlets = [_OUTLETS[at % len(_OUTLETS)] + ("" if at < len(_OUTLETS) else f" {at}") for at in range(n_outlets)]
    if hostile:
        outlets[-1] = '<img src=x onerror="window.pwned=3">'
        actors["actor-01"] = '<a href="javascript:window.pwned=4">Mayor</a>'
    rows = _Rows()
    leaning = rng.normal(0, 0.5, (n_actors, n_outlets))
    weights = 1.0 / np.arange(1, n_actors + 1)
    while len(rows.scores) < n_mentions:
        _add_article(rows, rng, actors, outlets, leaning, weights / weights.sum(), n_months, hostile)
    articles, scores = Articles.from_rows(rows.articles), ToneScores.from_rows(rows.scores)
    sentences, themes = Sentences.from_rows(rows.sentences), ThemeAssignments.from_rows(rows.themes)
    return ReportData(
        articles=articles,
        removals=Removals.from_rows(rows.removals),
        set_aside=SetAside.from_rows(_set_aside(n_mentions, hostile)),
        sentences=sentences,
        mentions=Mentions.from_rows(rows.mentions),
        tone_scores=scores,
        theme_terms=ThemeTerms.from_rows(_theme_rows(rows)),
        theme_assignments=themes,
        theme_prevalence=theme_prevalence(themes, sentences, articles, confidence=0.95),
        estimates=_estimates(scores, articles),
        actor_names=actors,
        metrics=_METRICS if n_mentions else None,
        calibration=_CALIBRATION if n_mentions else (),
        params={"estimate": {"min_articles": 3, "confidence": 0.95}, "report": {"title": "An invented result"}},
        events={"2025-03-14": "the great storm"} if n_mentions else {},
    )


class _Rows:
    """Rows as they are invented."""

    def __init__(self) -> None:
        self.articles: list[dict[str, Any]] = []
        self.sentences: list[dict[str, Any]] = []
        self.mentions: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []
        self.themes: list[dict[str, Any]] = []
        self.removals: list[dict[str, Any]] = []


def _add_article(
    rows: _Rows,
    rng: np.random.Generator,
    actors: dict[str, str],
    outlets: list[str],
    leaning: np.ndarray[Any, Any],
    weights: np.ndarray[Any, Any],
    n_months: int,
    hostile: bool,
) -> None:
    """One article of four to sixteen sentences, each about one actor."""
    number = len(rows.articles)
    article_id = f"a{number:05d}"
    outlet = int(rng.integers(len(outlets)))
    month = int(rng.integers(n_months))
    published = datetime.date(2025 + month // 12, month % 12 + 1, int(rng.integers(1, 28)))
    theme = int(rng.integers(len(_THEMES)))
    texts, at = [], 0
    ids = list(actors)
    for place in range(int(rng.integers(4, 17))):
        actor = int(rng.choice(len(ids), p=weights))
        drift = 1.2 * (month / max(1, n_months - 1) - 0.5) if actor == 2 else 0.0
        score = leaning[actor, outlet] + drift + rng.normal(0, 0.8)
        polarity = -1 if score < -0.5 else 1 if score > 0.5 else 0
        frames = _FRAMES[polarity]
        frame = frames[int(rng.integers(len(frames)))] + _TAILS[int(rng.integers(len(_TAILS)))]
        if hostile and place % 3 == 0:
            frame = HOSTILE[number % len(HOSTILE)]
        name = actors[ids[actor]]
        text = frame.format(a=name)
        start = at + text.index(name)
        sentence_id = f"{article_id}-{place:03d}"
        rows.sentences.append(
            {
                "sentence_id": sentence_id,
                "article_id": article_id,
                "paragraph": place // 3,
                "start": at,
                "end": at + len(text),
                "text": text,
            }
        )
        its_theme = theme if rng.random() < 0.7 else int(rng.integers(len(_THEMES)))
        rows.themes.append(
            {"sentence_id": sentence_id, "theme": f"t{its_theme:02d}", "similarity": float(rng.uniform(0.2, 0.9))}
        )
        holder = _holder(rng, actors, hostile)
        span = {
            "article_id": article_id,
            "sentence_id": sentence_id,
            "start": start,
            "end": start + len(name),
            "mention": name,
            "actor": ids[actor],
            **holder,
        }
        mention_id = f"{sentence_id}-m"
        relational = bool(rng.random() < 0.05)
        rows.mentions.append(
            {
                "mention_id": mention_id,
                **span,
                "rule": "alias",
                "relational": relational,
                "ambiguous": False,
                "candidates": "",
            }
        )
        if not relational:
            rows.scores.append({"mention_id": mention_id, **span, "theme": f"t{its_theme:02d}", **_odds(rng, polarity)})
        texts.append(text)
        at += len(text) + 1
    copied = number > 0 and rng.random() < 0.06
    group = rows.articles[int(rng.integers(number))]["near_duplicate_group"] if copied else article_id
    title = f"{_THEMES[theme][0].capitalize()}: what the {published:%B} sitting left open"
    url: str | None = f"https://example.org/{article_id}"
    if hostile and number % 4 == 1:
        title, url = "<svg onload=window.pwned=5>", "javascript:window.pwned=6"
    rows.articles.append(
        {
            "article_id": article_id, "outlet": outlets[outlet], "published": None if number % 19 == 7 else published,
            "published_source": "metadata", "title": title, "url": url, "text": " ".join(texts), "raw": " ".join(texts),
            "language": "en", "near_duplicate_group": group, "source": f"{article_id}.txt",
        }
    )  # fmt: skip
    if number % 3 == 0:
        words = "Read more: five things to know about the harbour" if number % 2 else "Sign up for the evening letter"
        reason = "teaser" if number % 2 else "subscription_banner"
        rows.removals.append({"article_id": article_id, "start": 0, "end": len(words), "reason": reason, "text": words})


def _odds(rng: np.random.Generator, polarity: int) -> dict[str, float]:
    strength = np.full(3, 0.8)
    strength[polarity + 1] += 4.0
    low, middle, high = rng.dirichlet(strength)
    return {"p_neg": float(low), "p_neu": float(middle), "p_pos": float(high), "tone": float(high - low)}


def _holder(rng: np.random.Generator, actors: dict[str, str], hostile: bool) -> dict[str, str]:
    draw = rng.random()
    if draw < 0.6:
        return {"holder": "author", "holder_name": "author", "holder_kind": "author"}
    if draw < 0.8:
        holder = list(actors)[int(rng.integers(min(8, len(actors))))]
        return {"holder": holder, "holder_name": actors[holder], "holder_kind": "actor"}
    if draw < 0.93:
        name = _NAMES[int(rng.integers(len(_NAMES)))]
        if hostile and draw > 0.9:
            name = "@SUM(1+1)<script>window.pwned=7</script>"
        return {"holder": name, "holder_name": name, "holder_kind": "other"}
    return {"holder": "unknown", "holder_name": "unknown", "holder_kind": "unknown"}


def _theme_rows(rows: _Rows) -> list[dict[str, Any]]:
    article_of = {row["sentence_id"]: row["article_id"] for row in rows.sentences}
    found = []
    for at, (name, terms) in enumerate(_THEMES):
        own = [row["sentence_id"] for row in rows.themes if row["theme"] == f"t{at:02d}"]
        if own:
            n_articles = len({article_of[sentence] for sentence in own})
            found.append(
                {
                    "theme": f"t{at:02d}",
                    "name": name,
                    "terms": terms,
                    "n_sentences": len(own),
                    "n_articles": n_articles,
                    "representative": "\n".join(own[:5]),
                }
            )
    return found


def _set_aside(n_mentions: int, hostile: bool) -> list[dict[str, Any]]:
    if not n_mentions:
        return []
    rows: list[dict[str, Any]] = [
        {"source": "inbox/0412.txt", "reason": "not English", "detail": "language: fr", "title": "La criée du matin"},
        {"source": "inbox/0413.txt", "reason": "not English", "detail": "language: de", "title": None},
        {"source": "inbox/empty.txt", "reason": "too short", "detail": "0 characters", "title": None},
    ]
    if hostile:
        rows.append(
            {
                "source": "=1+1.txt",
                "reason": "<b>binary</b>",
                "detail": "<script>window.pwned=8</script>",
                "title": None,
            }
        )
    return rows


def _estimates(scores: ToneScores, articles: Articles) -> Any:
    from tenor.models.estimates import estimate_tone

    return estimate_tone(
        scores, articles, min_articles=3, confidence=0.95, n_resamples=100, rng=np.random.default_rng(0)
    )


_METRICS = {
    "n": 640, "n_articles": 52, "macro_f1": 0.742, "macro_f1_low": 0.701, "macro_f1_high": 0.781, "accuracy": 0.768,
    "calibration_error": 0.034, "vader": {"macro_f1": 0.481, "accuracy": 0.522},
    "majority": {"macro_f1": 0.224, "accuracy": 0.506},
    "gain_over_vader": 0.261, "gain_over_vader_low": 0.2, "gain_over_vader_high": 0.32,
    "confusion": [[121, 33, 9], [28, 270, 26], [8, 45, 100]],
    "actors": [{"actor": "actor-00", "n": 120, "macro_f1": 0.75, "accuracy": 0.78, "thin": False}],
    "outlets": [{"outlet": "Vell Courier", "n": 140, "macro_f1": 0.71, "accuracy": 0.74, "thin": False}],
    "themes": {"coherence": 0.14, "diversity": 0.91, "share_unassigned": 0.03},
}  # fmt: skip
_CALIBRATION = tuple(
    {"confidence": c, "accuracy": c + d, "n": n}
    for c, d, n in ((0.45, 0.03, 60), (0.6, -0.02, 130), (0.75, -0.04, 200), (0.92, -0.03, 250))
)
