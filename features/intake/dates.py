"""Dates that a source states; what is not stated, impossible or still to come stays unknown."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST = date(1700, 1, 1)
_MONTHS = {
    name: i + 1
    for i, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_WORD_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ISO = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:T\d{4,6}Z?)?\s*$")
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_WORD_MONTH}[\s,-]+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    rf"\b{_WORD_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_NUMERIC = re.compile(r"^\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})(?:\.0*)?\s*$")
_PATH_DATE = re.compile(r"(?<![0-9A-Za-z])(\d{4})(?:([-_./])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?![0-9A-Za-z])")


def parse_date(value: object, *, today: date) -> date | None:
    """The day that ``value`` states: a date, a datetime, epoch seconds, or a string in a usual form.

    A day is kept as written, whatever its time zone. Ambiguous (05/06/2025), partial, impossible and future dates
    (beyond tomorrow, for time zones) give None.
    """
    if isinstance(value, datetime):
        return _sane(value.year, value.month, value.day, today)
    if isinstance(value, date):
        return _sane(value.year, value.month, value.day, today)
    if value is None or isinstance(value, (bool, bytes, list, dict)):
        return None
    text = str(value)[:200]
    for pattern in (_ISO, _COMPACT):
        match = pattern.match(text)
        if match:
            return _sane(int(match[1]), int(match[2]), int(match[3]), today)
    epoch = _EPOCH.match(text)
    if epoch:
        seconds = int(epoch[1]) / (1000 if len(epoch[1]) == 13 else 1)
        moment = datetime.fromtimestamp(seconds, UTC)
        return _sane(moment.year, moment.month, moment.day, today)
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        match = pattern.search(text)
        if match:
            return _sane(int(match["year"]), _MONTHS[match["month"][:3].casefold()], int(match["day"]), today)
    match = _NUMERIC.match(text)
    if match:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if first == second or second > 12:
            return _sane(year, first, second, today)
        return _sane(year, second, first, today) if first > 12 else None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _sane(moment.year, moment.month, moment.day, today)


def date_in_path(path: str, *, today: date) -> date | None:
    """The one day that a file's path or an address states (2025-05-12, 2025/05/12, 20250512), or None.

    Of several, the last that is a real day counts: the file's own name says more than its folder's.
    """
    found: date | None = None
    for match in _PATH_DATE.finditer(path):
        month, day = (match[3], match[4]) if match[2] else (match[5], match[6])
        found = _sane(int(match[1]), int(month), int(day), today, earliest=date(1900, 1, 1)) or found
    return found


def _sane(year: int, month: int, day: int, today: date, *, earliest: date = _EARLIEST) -> date | None:
    try:
        stated = date(year, month, day)
    except ValueError:
        return None
    return stated if earliest <= stated <= today + timedelta(days=1) else None
