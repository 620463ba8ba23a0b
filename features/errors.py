"""The one exception family that a user may see without a traceback, and what its messages must not show."""

import re

# `user:password@` of an address: up to the last @ before a slash; or, as SQLAlchemy reads it, with slashes in the
# password.
_USER = re.compile(r"//(?:[^/\s]*|[^/:@\s]*:(?!\d+/)[^@\s]*)@")
_QUERY_SECRET = re.compile(
    r"(?i)([?&][\w.-]*(?:password|passwd|pwd|token|secret|signature|credential|sig|key)=)[^&\s]*"
)


class TenorError(Exception):
    """A job that cannot be done: says what was got, what was expected, and what to do next."""


def without_secrets(message: str) -> str:
    """The message with user and password left out of every address in it, and secrets in a query starred out."""
    return _QUERY_SECRET.sub(r"\1***", _USER.sub("//", message))
