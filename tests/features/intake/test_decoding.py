"""Bytes to text: encodings, mojibake, invisible characters, binary files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features.intake.decoding import NotTextError, decode, repair, repair_line

TEXT = "Mr Dupré said: “It’s done – at last.” The café paid €5 for it, and nobody asked for a receipt."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_usual_encodings_are_found(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_valid_utf8_comes_back(text: str) -> None:
    if not text.startswith(("\ufeff", "PK", "%PDF", "MZ", "BZh", "RIFF", "PAR1", "GIF8", "Rar!")):
        assert decode(text.encode()) == text


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.7\n...", bytes(range(256)) * 8, b"PAR1" + b"\x15\x00" * 50],
)
def test_binary_files_are_refused(data: bytes) -> None:
    with pytest.raises(NotTextError):
        decode(data)


def test_the_declared_encoding_is_used() -> None:
    assert (
        decode("Łódź i Kraków leżą daleko".encode("iso-8859-2"), declared="iso-8859-2") == "Łódź i Kraków leżą daleko"
    )


def test_mojibake_is_repaired_and_curly_quotes_stay() -> None:
    assert repair(TEXT.encode().decode("cp1252", errors="replace")).count("’") >= 1
    assert repair("Itâ€™s done") == "It’s done"
    assert repair(TEXT) == TEXT


def test_control_and_invisible_characters_go_and_lines_are_unix() -> None:
    assert repair("a\x00b\r\nc\rd\u200be\ufefff\u2028g") == "ab\nc\nde" + "f\ng"
    assert repair("cafe\u0301") == "café"


@given(st.text(max_size=200))
def test_repaired_text_is_writable_and_normal(text: str) -> None:
    repaired = repair(text)
    repaired.encode("utf-8")
    assert unicodedata.is_normalized("NFC", repaired)
    assert "\x00" not in repaired
    assert "\r" not in repaired


def test_a_line_of_metadata() -> None:
    assert repair_line("  Two\nwords ") == "Two words"
    assert repair_line(7) == "7"
    assert [repair_line(value) for value in (None, "", "  ", [], {}, float("nan"))] == [None] * 6
