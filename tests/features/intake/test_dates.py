"""Dates: stated ones are read, all else is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.features.intake.dates import date_in_path, parse_date

TODAY = date(2026, 1, 15)
MAY = date(2025, 5, 12)


@pytest.mark.parametrize(
    "value",
    [
        "2025-05-12", "2025-05-12T23:59:00+05:00", "2025/5/12", "20250512", "12 May 2025", "May 12, 2025",
        "12th of May, 2025", "Mon, 12 May 2025 10:00:00 GMT", "Monday, May 12, 2025 at 9:30 am",

        MAY, datetime(2025, 5, 12, 23, 0, tzinfo=UTC), 1747051200, "1747051200000", 20250512,
    ],
)  # fmt: skip
def test_stated_days_are_read(value: object) -> None:
    assert parse_date(value, today=TODAY) == MAY


def test_a_long_s_is_an_s() -> None:
    assert (
        parse_date("3 \u017fep 2024", today=TODAY)
        == parse_date("\u017feptember 3, 2024", today=TODAY)
        == date(2024, 9, 3)
    )


def test_numeric_days_are_read_only_where_unambiguous() -> None:
    assert parse_date("13.05.2025", today=TODAY) == parse_date("05/13/2025", today=TODAY) == date(2025, 5, 13)
    assert parse_date("05/05/2025", today=TODAY) == date(2025, 5, 5)


@pytest.mark.parametrize(
    "value",
    [None, "", "yesterday", "May 2025", "2025", "05/06/2025", "2025-02-30", "2025-13-01", "31 June 2025", "1234-01-01",
     "2031-01-01", "0000-00-00", True, [], "n/a", 12, "Mon, 01 Jan 99999999999999999999 00:00:00"],
)  # fmt: skip
def test_what_is_not_a_stated_possible_day_is_unknown(value: object) -> None:
    assert parse_date(value, today=TODAY) is None


def test_tomorrow_is_allowed_for_time_zones_and_no_more() -> None:
    assert parse_date(TODAY + timedelta(days=1), today=TODAY) is not None
    assert parse_date(TODAY + timedelta(days=2), today=TODAY) is None


@given(st.dates(date(1900, 1, 1), TODAY))
def test_usual_forms_agree(day: date) -> None:
    forms = (day.isoformat(), f"{day:%Y%m%d}", f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%Y-%m-%dT%H:%M:%SZ}")
    assert {parse_date(form, today=TODAY) for form in forms} == {day}
    assert date_in_path(f"a/{day.isoformat()}_slug.txt", today=TODAY) == day


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("wire/2025-05-12-slug.md", MAY), ("2025/05/12/slug.html", MAY), ("slug_20250512.txt", MAY),
        ("2024-01-01/2025-05-12.txt", MAY),
        ("001_20250512abc.txt", None), ("slug-2025-05.txt", None), ("2025-99-99.txt", None),
        ("report-12345678.txt", None),
    ],
)  # fmt: skip
def test_dates_in_paths(path: str, expected: date | None) -> None:
    assert date_in_path(path, today=TODAY) == expected
