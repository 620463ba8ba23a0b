"""Cleaning: what a crawl added to an article is taken out, each piece with its reason; all other words stay."""

from __future__ import annotations

from dataclasses import dataclass

from tenor.features.intake.drafts import Cut, Draft
from tenor.features.intake.line_rules import remove_related_blocks, remove_rubbish_lines
from tenor.features.intake.markup import cut_markup
from tenor.features.intake.repeats import remove_repeated_headlines, remove_repeats
from tenor.features.intake.tail_rules import peel_tail
from tenor.features.intake.teasers import cut_glued


@dataclass(frozen=True)
class Cleaned:
    """A cleaned text and what was removed from its raw text: disjoint spans of raw, in order.

    Raw without the removals and the text are equal but for white space.
    """

    text: str
    removals: tuple[Cut, ...]


def clean_text(raw: str, *, title: str | None = None, author: str | None = None, markdown: bool = False) -> Cleaned:
    """Remove crawl rubbish from one article.

    Paragraphs of the result are separated by a blank line and hold single spaces. ``title`` and ``author`` are what
    the source states of the article, ``markdown`` whether its marks are cut. Empty text gives empty text.
    """
    draft = Draft(raw)
    if markdown:
        cut_markup(draft)
    remove_rubbish_lines(draft)
    remove_related_blocks(draft)
    cut_glued(draft)
    remove_repeated_headlines(draft, title)
    remove_repeats(draft)
    peel_tail(draft, author=author)
    return Cleaned(draft.text(), tuple(sorted(draft.cuts, key=lambda cut: cut.start)))
