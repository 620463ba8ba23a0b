"""From bytes to clean Unicode: encodings found, mojibake repaired, control characters taken out."""

from __future__ import annotations

import re
import unicodedata

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"PAR1",
    b"MZ",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"RIFF",
)
_CONTROL_BYTES = bytes(code for code in range(32) if code not in (9, 10, 12, 13, 27))
# What cp1252 adds to ASCII in Western news text: typographic marks, currency, accented Latin letters.
_CP1252_PLAUSIBLE = frozenset("‘’“”‚„–—…•€™£©®°§·«»¿¡½¼¾ " + "".join(chr(code) for code in range(0xC0, 0x100)))
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n?|\u2028|\u2029|\x85|\x0b|\x0c")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotTextError(ValueError):
    """Bytes that no text encoding explains."""


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Text of the bytes, by byte-order mark, UTF-8, the declared encoding, cp1252 where plausible, else the best guess.

    Raises:
        NotTextError: the bytes are a known binary format, hold control bytes, or fit no encoding.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise NotTextError(f"begins as {encoding}, then breaks at byte {error.start}") from error
    if data.startswith(_MAGIC):
        raise NotTextError("begins as a binary format does")
    wide = _wide(data)
    if wide is not None:
        return wide
    n_control = sum(map(data.count, (bytes([code]) for code in _CONTROL_BYTES)))
    if n_control > max(2, len(data) // 200):
        raise NotTextError(f"{n_control} control bytes in {len(data)}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError, ValueError):
            pass
    return _guess(data)


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an HTML or XML head states, or None."""
    match = _DECLARED.search(data[:4096])
    return match.group(1).decode("ascii") if match else None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every other byte is zero."""
    sample = data[:4096]
    if len(sample) < 8 or sample.count(0) < len(sample) // 4:
        return None
    encoding = "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if sum(char.isprintable() or char.isspace() for char in text) >= 0.98 * len(text) else None


def _guess(data: bytes) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    high = [char for char in text if ord(char) > 127]
    if high and len(high) <= 0.1 * len(text) and sum(char in _CP1252_PLAUSIBLE for char in high) >= 0.9 * len(high):
        return text
    # UTF-8 with a few broken bytes is still UTF-8: the damage stays visible as U+FFFD.
    lenient = data.decode("utf-8", errors="replace")
    n_broken, n_high = lenient.count("\ufffd"), sum(ord(char) > 127 for char in lenient)
    if n_broken <= 0.2 * n_high:
        return lenient
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise NotTextError("fits no known encoding")
    return str(best)


def repair(text: str) -> str:
    """Mojibake undone, line ends made ``\\n``, control and invisible characters taken out, Unicode NFC.

    Curly quotes stay as they are. Idempotent on its own output but for further layers of mojibake.
    """
    if text.isascii() and "&" not in text and "\r" not in text and not _INVISIBLE.search(text):
        return _NEWLINE.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", _joined_surrogates(text))
    if not text.isascii() or "&" in text:
        import ftfy

        text = ftfy.fix_text(text, uncurl_quotes=False, fix_character_width=False, normalization="NFC")
    text = _INVISIBLE.sub("", _NEWLINE.sub("\n", text))
    return unicodedata.normalize("NFC", text)


def repair_line(value: object) -> str | None:
    """A repaired single line of metadata, or None where there is nothing to say."""
    if value is None or isinstance(value, (list, dict, bytes, bool)) or value != value:
        return None
    line = " ".join(repair(str(value)).split())
    return line[:1000] or None


def _joined_surrogates(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
