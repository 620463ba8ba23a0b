"""Who an article is: its id, its outlet, its title."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias
from urllib.parse import urlsplit

from tenor.features.intake.drafts import is_terminal
from tenor.features.intake.found import Found

_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 48
_MAX_KEY = 120
_MAX_TITLE = 160
_N_HASH = 10
_ALL = "all"  # in the tables: not split by outlet

Marks: TypeAlias = tuple[str, str, str]


def article_id_of(found: Found) -> str:
    """The id that the source states (its beginning and a hash, where it is long); else a readable slug and a hash.

    The hash is of the relative path for a file of its own (editing the article keeps its id), and of the path and the
    row's words for a row (inserting rows keeps the others' ids). No other article has a say in it: two may get one id.
    """
    if found.key:
        return found.key if len(found.key) <= _MAX_KEY else _hashed(found.key, found.key)
    stem = found.path.rsplit(".", 1)[0]
    identity = (found.path, found.title or "", found.url or "", found.raw) if found.is_row else (found.path,)
    slug = slug_of(f"{stem} {found.title or ''}" if found.is_row else stem)[:_MAX_SLUG].strip("-")
    return _hashed(slug or "article", *identity)


def marks_of(found: Found, published: date | None) -> Marks:
    """What tells articles of one id apart: the words, the outlet, the day."""
    return found.raw, _outlet_key(outlet_of(found)[0]), str(published)


def free_id(found: Found, marks: Marks, known: Mapping[str, Marks]) -> str:
    """The article's id, with a hash of its marks where another article among ``known`` has that id already.

    Under a stated id other words make another article. Under a derived one so do another outlet and another day: wire
    copy. An id that is in ``known`` none the less is that of the same article, read before.
    """
    n_marks = 1 if found.key else len(marks)
    article_id = article_id_of(found)
    while article_id in known and known[article_id][:n_marks] != marks[:n_marks]:
        article_id = _hashed(article_id, article_id, *marks[:n_marks])
    return article_id


def _hashed(name: str, *identity: str) -> str:
    digest = hashlib.sha256("\x1f".join(identity).encode()).hexdigest()[:_N_HASH]
    return f"{name[: _MAX_KEY - _N_HASH - 1]}-{digest}"


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")


def outlet_of(found: Found) -> tuple[str, bool]:
    """The outlet's name and whether the article states it; else its folder's name, its domain, or ``unknown``."""
    if found.outlet:
        return found.outlet, True
    folder = "".join(found.path.split("/")[-2:-1]).strip()
    if folder:
        return folder, False
    try:
        host = urlsplit(found.url).hostname if found.url else None
    except ValueError:
        host = None
    return (host.removeprefix("www."), False) if host else ("unknown", False)


def unified_outlets(named: Sequence[tuple[str, bool]], folders: Sequence[str]) -> list[str]:
    """One spelling an outlet, of all articles' names and whether they are stated.

    An article that states none takes the outlet that all others of its folder state, if they agree. Names with the
    same slug ("meridian-wire", "Meridian Wire") are one outlet: the stated spelling that most articles use stands. An
    outlet that is itself called ``all``, the word for all outlets, becomes ``all (by name)``.
    """
    spellings: dict[str, Counter[str]] = {}
    of_folder: dict[str, Counter[str]] = {}
    for (name, is_stated), folder in zip(named, folders, strict=True):
        if is_stated:
            spellings.setdefault(_outlet_key(name), Counter())[name] += 1
            of_folder.setdefault(folder, Counter())[_outlet_key(name)] += 1
    best = {key: min(counts, key=lambda name: (-counts[name], name)) for key, counts in spellings.items()}
    outlets: list[str] = []
    for (name, is_stated), folder in zip(named, folders, strict=True):
        stated_here = of_folder.get(folder, Counter()) if folder else Counter()
        key = next(iter(stated_here)) if not is_stated and len(stated_here) == 1 else _outlet_key(name)
        outlet = best.get(key, name)
        outlets.append(f"{_ALL} (by name)" if outlet == _ALL else outlet)
    return outlets


def _outlet_key(name: str) -> str:
    return slug_of(name) or name


def headline_in(text: str) -> str | None:
    """The first paragraph where it looks like a headline: short, no full stop, more text below. Else None."""
    first, separator, _ = text.partition("\n\n")
    words = first.split()
    if (
        not separator
        or not 3 <= len(words) <= 24
        or len(first) > _MAX_TITLE
        or first.endswith((",", ":", ";", "-", "–", "—"))
    ):
        return None
    # A full stop marks a sentence, unless the line is set in title case.
    if is_terminal(first) and not first.rstrip("\"'”’").endswith(("?", "!")):
        content = [word for word in words if len(word) > 3]
        if len(content) < 3 or sum(word.strip("\"'“‘")[:1].isupper() for word in content) < 0.9 * len(content):
            return None
        first = first.rstrip(".")
    return first


def safe_url(url: str | None) -> str | None:
    """The address where it is a web address, else None."""
    if url is None or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
