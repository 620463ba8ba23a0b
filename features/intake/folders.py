"""Which files an articles path holds."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from tenor.features.intake.found import IntakeError, Refused, one_line


@dataclass(frozen=True)
class Listed:
    """A file to read: where it lies, and its path relative to the folder, with forward slashes, as valid Unicode."""

    file: Path
    relative: str


def list_files(path: Path) -> tuple[list[Listed], list[Refused]]:
    """Every file under ``path`` in order of relative path, and what cannot be read.

    Hidden files and folders are skipped. Links are followed, but a folder is entered once: loops end there.

    Raises:
        IntakeError: there is nothing at ``path``.
    """
    if not path.exists():
        raise IntakeError(f"No articles at {path}: expected a folder or a file. Check the path.")
    if path.is_file():
        return [Listed(path, _unicode(path.name))], []
    if not path.is_dir():
        raise IntakeError(f"{path} is neither a folder nor a file: expected articles. Check the path.")
    listed: list[Listed] = []
    refused: list[Refused] = []
    entered: set[tuple[int, int]] = set()
    linked: list[tuple[Path, str]] = []
    pending = [(path, "")]
    # Real folders first, linked ones after: what a link repeats is then the same in any order.
    while pending or linked:
        folder, prefix = pending.pop() if pending else linked.pop(0)
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in entered:
                refused.append(
                    Refused(prefix.rstrip("/"), "repeated folder", "a link to a folder that is already read")
                )
                continue
            entered.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            refused.append(Refused(prefix.rstrip("/") or _unicode(folder.name), "unreadable folder", one_line(error)))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            relative = prefix + _unicode(entry.name)
            child = folder / entry.name
            kind = _kind(child)
            if kind == "folder":
                (linked if entry.is_symlink() else pending).append((child, relative + "/"))
            elif kind == "file":
                listed.append(Listed(child, relative))
            else:
                refused.append(Refused(relative, kind, "expected a regular file"))
        linked.sort(key=lambda pair: pair[1])
    return sorted(listed, key=lambda each: each.relative), refused


def _kind(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "broken link"
    if stat.S_ISDIR(mode):
        return "folder"
    # A pipe or device would make reading wait for ever.
    return "file" if stat.S_ISREG(mode) else "not a file"


def _unicode(name: str) -> str:
    """A file name that is valid Unicode whatever bytes the disk holds."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
