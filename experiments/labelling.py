"""The draw of mentions to be labelled: a stratified random sample with a known chance for every mention.

The codebook by which the drawn mentions are then read is ``docs/codebook.md``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tenor.features.errors import TenorError
from tenor.features.records import Articles, Mentions, Sentences

MIN_PER_STRATUM = 10

# Actors in order of how often they are mentioned; a band ends once it and those before hold this share of mentions.
_BANDS = (("frequent", 0.5), ("middle", 0.85), ("rare", 1.0))


class SamplingError(TenorError):
    """A sample that cannot be drawn."""


@dataclass(frozen=True)
class SamplingFrame:
    """Whom a draw can reach: each eligible mention's stratum, and each stratum's size and expected number of draws.

    ``stratum_of`` maps a mention id to its stratum; ``sizes`` and ``expected`` map a stratum to a count and to an exact
    fraction in [0, size], zero only in a sample of none. ``expected`` sums to the sample size.
    """

    stratum_of: Mapping[str, str]
    sizes: Mapping[str, int]
    expected: Mapping[str, Fraction]

    def inclusion_probability(self, mention_id: str) -> float:
        """The chance in [0, 1] that a draw takes the mention: its stratum's expected draws over its size."""
        stratum = self.stratum_of[mention_id]
        return float(self.expected[stratum] / self.sizes[stratum])


def sampling_frame(mentions: Mentions, articles: Articles, *, n: int) -> SamplingFrame:
    """Strata of the eligible mentions (neither relational nor ambiguous) and how many of ``n`` draws each expects.

    A stratum is an outlet and the band of the actor's frequency in the whole corpus. Each expects
    ``MIN_PER_STRATUM`` draws (all its mentions if fewer; an equal share of ``n`` if that is less), or more in
    proportion to its size. No mentions give an empty frame.

    Raises:
        SamplingError: ``n`` is negative or exceeds the eligible mentions, or a mention's article is unknown.
    """
    outlet_of = dict(zip(articles.column("article_id"), articles.column("outlet"), strict=True))
    eligible = [row for row in mentions.rows() if not (row["relational"] or row["ambiguous"])]
    if not 0 <= n <= len(eligible):
        raise SamplingError(
            f"Cannot draw {n} mentions: {len(eligible)} of {len(mentions)} are neither relational nor ambiguous. "
            "Ask for at most that many, or annotate more articles."
        )
    unknown = sum(row["article_id"] not in outlet_of for row in eligible)
    if unknown:
        raise SamplingError(f"{unknown} mention(s) belong to no article given: pass the articles they were found in.")
    band_of = _bands(Counter(row["actor"] for row in eligible))
    stratum_of = {row["mention_id"]: f"{outlet_of[row['article_id']]} / {band_of[row['actor']]}" for row in eligible}
    sizes = dict(sorted(Counter(stratum_of.values()).items()))
    return SamplingFrame(stratum_of=stratum_of, sizes=sizes, expected=_allocate(sizes, n))


def draw_sample(
    mentions: Mentions, sentences: Sentences, articles: Articles, *, n: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Draw ``n`` distinct mentions at random within strata (see :func:`sampling_frame`), ready to be labelled.

    The same tables and generator state give the same sample, whatever the order of the tables' rows. Rows come in the
    order of reading (article, position) and hold only JSON types: NewsMTSC's ``id``, ``sentence``, ``from``, ``to``
    (offsets in the sentence), ``mention``, ``polarity`` (null), then ``article_id``, ``actor``, ``holder`` (null: the
    annotation's own guess is kept from the coder), ``outlet``, ``stratum`` and ``inclusion_probability``, which summed
    over all eligible mentions is ``n``. ``n`` = 0 gives an empty list.

    Strata receive their real-valued expectation by systematic rounding (one shared uniform offset; Madow 1949), so that
    each chance is exact however small ``n`` is, and ``n`` is met; within a stratum it is a simple random draw.

    Raises:
        SamplingError: as :func:`sampling_frame`, or a drawn mention does not stand in its sentence.
    """
    frame = sampling_frame(mentions, articles, n=n)
    members: dict[str, list[str]] = defaultdict(list)
    for mention_id in sorted(frame.stratum_of):
        members[frame.stratum_of[mention_id]].append(mention_id)
    drawn: set[str] = set()
    for stratum, count in _round_systematically(frame.expected, rng).items():
        chosen = rng.choice(frame.sizes[stratum], size=count, replace=False)
        drawn.update(members[stratum][i] for i in chosen)

    outlet_of = dict(zip(articles.column("article_id"), articles.column("outlet"), strict=True))
    sentence_of = {row["sentence_id"]: row for row in sentences.rows()}
    rows = [row for row in mentions.rows() if row["mention_id"] in drawn]
    rows.sort(key=lambda row: (row["article_id"], row["start"], row["mention_id"]))
    return [_to_label(row, sentence_of, outlet_of[row["article_id"]], frame) for row in rows]


def _to_label(
    mention: Mapping[str, Any], sentence_of: Mapping[str, Mapping[str, Any]], outlet: str, frame: SamplingFrame
) -> dict[str, Any]:
    sentence = sentence_of.get(mention["sentence_id"])
    start = mention["start"] - sentence["start"] if sentence else -1
    end = start + mention["end"] - mention["start"]
    if sentence is None or start < 0 or sentence["text"][start:end] != mention["mention"]:
        raise SamplingError(
            f"Mention {mention['mention_id']} does not stand in its sentence: pass the sentences annotated with it."
        )
    return {
        "id": mention["mention_id"],
        "sentence": sentence["text"],
        "from": start,
        "to": end,
        "mention": mention["mention"],
        "polarity": None,
        "article_id": mention["article_id"],
        "actor": mention["actor"],
        "holder": None,
        "outlet": outlet,
        "stratum": frame.stratum_of[mention["mention_id"]],
        "inclusion_probability": frame.inclusion_probability(mention["mention_id"]),
    }


def _bands(n_mentions: Mapping[str, int]) -> dict[str, str]:
    """Band of each actor; an actor belongs to the band in which the mentions of those before it end."""
    total = sum(n_mentions.values())
    before = 0
    bands = {}
    for actor in sorted(n_mentions, key=lambda actor: (-n_mentions[actor], actor)):
        bands[actor] = next(band for band, share in _BANDS if before < share * total)
        before += n_mentions[actor]
    return bands


def _allocate(sizes: Mapping[str, int], n: int) -> dict[str, Fraction]:
    """Expected draws: the greater of the minimum and ``rate * size``, under the one rate by which they sum to ``n``.

    Exact fractions: rounding error in the sums would now and then cost or add a draw.
    """
    at_most = min(Fraction(MIN_PER_STRATUM), Fraction(n, max(len(sizes), 1)))
    least = {stratum: min(Fraction(size), at_most) for stratum, size in sizes.items()}
    held: set[str] = set()
    rate = Fraction(0)
    while len(held) < len(sizes):
        # Holding strata at their minimum lowers the rate for the others, which may bring more of them under it.
        free = sum(size for stratum, size in sizes.items() if stratum not in held)
        rate = (n - sum(least[stratum] for stratum in held)) / Fraction(free)
        under = {stratum for stratum, size in sizes.items() if stratum not in held and rate * size < least[stratum]}
        if not under:
            break
        held |= under
    return {stratum: least[stratum] if stratum in held else rate * size for stratum, size in sizes.items()}


def _round_systematically(expected: Mapping[str, Fraction], rng: np.random.Generator) -> dict[str, int]:
    """Whole numbers with the same sum, each the floor or ceiling of its expectation and equal to it on average."""
    bound = Fraction(rng.uniform())
    counts = {}
    for stratum, share in expected.items():
        counts[stratum] = math.floor(bound + share) - math.floor(bound)
        bound += share
    return counts
