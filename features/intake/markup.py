"""Marks of Markdown that are no words: they are cut, the words between them stay."""

from __future__ import annotations

import re

from tenor.features.intake.drafts import Draft

_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)")
_LINK = re.compile(r"(?<!!)(\[)[^\[\]\n]{1,500}(\]\([^()\s]{1,1000}(?:\s+\"[^\"\n]{0,200}\")?\))")
_PREFIX = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?=\S))+")
_STRONG = re.compile(r"(\*\*|__)(?=\S)[^*_\n]{1,1000}?(?<=\S)(\1)")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*)(?=[^\s*])[^*\n]{1,1000}?(?<=[^\s*])(\*)(?![\w*])|(?<![\w_])(_)(?=[^\s_])[^_\n]{1,1000}?(?<=[^\s_])(_)(?![\w_])"
)
_MAX_CHARACTERS = 100_000  # of a paragraph that is searched: no article's is longer


def cut_markup(draft: Draft) -> None:
    """Cut heading, quote and list marks, emphasis, link targets and pictures, each with its reason."""
    for paragraph in draft.kept:
        if len(paragraph.joined) > _MAX_CHARACTERS:
            continue
        images = [(*match.span(), "image") for match in _IMAGE.finditer(paragraph.joined)]
        if images:
            draft.cut(paragraph, images)
        prefix = _PREFIX.match(paragraph.joined)
        if prefix and prefix.group().strip():
            draft.cut(paragraph, [(*prefix.span(), "markup")])
        for pattern in (_LINK, _STRONG, _EMPHASIS):
            if not paragraph.gone:
                draft.cut(paragraph, _marks(pattern, paragraph.joined))


def _marks(pattern: re.Pattern[str], text: str) -> list[tuple[int, int, str]]:
    """The spans of the pattern's groups: the marks, not the words between them."""
    groups = range(1, pattern.groups + 1)
    return [
        (*match.span(group), "markup") for match in pattern.finditer(text) for group in groups if match.group(group)
    ]
