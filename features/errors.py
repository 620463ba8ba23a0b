"""The one exception family that a user may see without a traceback."""


class TenorError(Exception):
    """A job that cannot be done: says what was got, what was expected, and what to do next."""
