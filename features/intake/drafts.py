"""An article under cleaning: paragraphs over an unchanged raw text, and the cuts made so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_BREAK = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK = re.compile(r"\n[^\S\n]*\n")
_TERMINAL = re.compile(r"[.!?…][\"'”’»)\]*_]*$")
_TRUNCATED = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\"'”’)\]]*$")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]{0,4}\s+[\"'“‘(\[]?[A-Z0-9]")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_MAX_WRAP = 100  # characters: no hard-wrapped line is longer


@dataclass(frozen=True)
class Cut:
    """A span of the raw text that cleaning takes out, and why."""

    start: int
    end: int
    reason: str


def is_terminal(text: str) -> bool:
    """Whether the text ends as a sentence does (an ellipsis counts)."""
    return bool(_TERMINAL.search(text[-40:]))


def is_truncated(text: str) -> bool:
    """Whether the text breaks off with an ellipsis, as teasers do."""
    return bool(_TRUNCATED.search(text[-40:]))


def words_of(text: str) -> list[str]:
    """The words, casefolded, with typographic apostrophes made plain."""
    return [word.replace("’", "'") for word in _WORD.findall(text.casefold())]


@dataclass
class Paragraph:
    """One paragraph: the spans of raw that are still its own, in order."""

    pieces: list[tuple[int, int]]
    raw: str = field(repr=False)
    gone: bool = False
    _cached: str | None = field(default=None, repr=False)

    @property
    def joined(self) -> str:
        """The surviving characters, spacing as in raw."""
        return "".join(self.raw[start:end] for start, end in self.pieces)

    @property
    def text(self) -> str:
        """The surviving words with single spaces."""
        if self._cached is None:
            self._cached = " ".join(self.joined.split())
        return self._cached

    @property
    def n_words(self) -> int:
        """How many words survive."""
        return len(self.text.split())

    def is_real(self) -> bool:
        """Whether this reads as running text: whole sentences, and enough of them."""
        text = self.text
        if is_truncated(text) or not is_terminal(text):
            return self.n_words >= 40
        return self.n_words >= 12 or bool(_SENTENCE_END.search(text))


class Draft:
    """The paragraphs of one raw text and the cuts made so far. Rules change it; ``raw`` never changes."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.paragraphs = [Paragraph([span], raw) for span in _paragraph_spans(raw)]
        self.cuts: list[Cut] = []

    @property
    def kept(self) -> list[Paragraph]:
        """The paragraphs that still hold words."""
        return [paragraph for paragraph in self.paragraphs if not paragraph.gone]

    def remove(self, paragraph: Paragraph, reason: str) -> None:
        """Take a whole paragraph out."""
        for start, end in paragraph.pieces:
            self._record(start, end, reason)
        paragraph.pieces, paragraph.gone, paragraph._cached = [], True, None

    def cut(self, paragraph: Paragraph, spans: Sequence[tuple[int, int, str]]) -> None:
        """Take out each ``joined[start:end]``, given with its reason: disjoint spans, in order. One pass."""
        left: list[tuple[int, int]] = []
        offset, first = 0, 0
        for piece_start, piece_end in paragraph.pieces:
            length = piece_end - piece_start
            while first < len(spans) and spans[first][1] <= offset:
                first += 1
            done, i = 0, first
            while i < len(spans) and spans[i][0] < offset + length:
                low, high = max(spans[i][0] - offset, 0), min(spans[i][1] - offset, length)
                self._record(piece_start + low, piece_start + high, spans[i][2])
                if done < low:
                    left.append((piece_start + done, piece_start + low))
                done, i = high, i + 1
            if done < length:
                left.append((piece_start + done, piece_end))
            offset += length
        paragraph.pieces, paragraph._cached = left, None
        if not paragraph.text:
            paragraph.gone = True

    def text(self) -> str:
        """The cleaned text: surviving paragraphs separated by a blank line."""
        return "\n\n".join(paragraph.text for paragraph in self.kept)

    def _record(self, start: int, end: int, reason: str) -> None:
        piece = self.raw[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if start < end:
            self.cuts.append(Cut(start, end, reason))


def _paragraph_spans(raw: str) -> list[tuple[int, int]]:
    """Spans of the paragraphs: lines, or blank-line blocks where the text is hard-wrapped."""
    lines = _spans_between(raw, _BREAK)
    return _wrapped_blocks(raw, lines) if _is_hard_wrapped(raw, lines) else lines


def _spans_between(raw: str, separator: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*separator.finditer(raw), None]:
        end = match.start() if match else len(raw)
        piece = raw[start:end]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())))
        start = match.end() if match else end
    return spans


def _continues(raw: str, lines: list[tuple[int, int]], i: int) -> bool:
    """Whether line i + 1 goes on with the sentence of line i, as only hard-wrapped text does."""
    if "\n\n" in raw[lines[i][1] : lines[i + 1][0]].replace("\r", ""):
        return False
    return not is_terminal(raw[slice(*lines[i])]) and raw[lines[i + 1][0]].islower()


def _is_hard_wrapped(raw: str, lines: list[tuple[int, int]]) -> bool:
    if len(lines) < 4 or max(end - start for start, end in lines) > _MAX_WRAP:
        return False
    continued = sum(_continues(raw, lines, i) for i in range(len(lines) - 1))
    return continued >= 0.4 * (len(lines) - 1)


def _wrapped_blocks(raw: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the lines of each blank-line block; a short last line of a block keeps its block's end."""
    blocks: list[tuple[int, int]] = []
    for start, end in lines:
        if blocks and not _BLANK.search(raw[blocks[-1][1] : start].replace("\r", "")):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    return blocks
