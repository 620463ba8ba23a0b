"""What the command line shows: progress on a terminal, quiet elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

# Emoji codes are left as they are: `:100:` in an article's title is no wish for a picture.
out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for long work on a terminal; the callable takes (done, total). Nothing is drawn into a pipe or a log."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not _drawn()) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def working(label: str) -> Iterator[None]:
    """A moving sign with the time passed, for long work that cannot be counted; also a decorator of a function."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not _drawn()) as sign:
        sign.add_task(label, total=None)
        yield


def one_line(text: str) -> str:
    """The text without line breaks, and without the control characters that a hostile file name may bring."""
    line = " ".join(text.split())
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _drawn() -> bool:
    """Whether somebody looks: rich would draw into a log, too, where FORCE_COLOR is set."""
    return sys.stderr.isatty() and not err.is_dumb_terminal
