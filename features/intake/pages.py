"""HTML pages: the main text by trafilatura, what the head states by its meta tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_BLOCKS = frozenset(
    {"p", "head", "quote", "list", "item", "table", "row", "code", "div", "body", "main", "fw", "ab", "figure"}
)
_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article.published",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "parsely-pub-date",
    "sailthru.date",
    "publication_date",
    "publish-date",
    "publish_date",
    "pubdate",
    "date",
)


@dataclass(frozen=True)
class Page:
    """What one page says: its main text as paragraphs apart by blank lines, and its stated metadata."""

    text: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    author: str | None


def read_page(source: str) -> Page | None:
    """Main text and metadata of an HTML page, or None where it holds no main text.

    Raises:
        ValueError: the page cannot be parsed.
    """
    import trafilatura

    try:
        tree = trafilatura.load_html(source)
        if tree is None:
            return None
        meta = _meta(tree)
        document: Any = trafilatura.bare_extraction(
            source,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:
        # Third-party parsing of hostile markup fails in many ways; one page must not end the run.
        raise ValueError(f"not parsable as HTML ({type(error).__name__})") from error
    if document is None or document.body is None:
        return None
    text = "\n\n".join(_blocks(document.body))
    if not text:
        return None
    linked = _json_ld(tree)
    return Page(
        text=text,
        title=meta.get("og:title") or document.title,
        outlet=meta.get("og:site_name") or linked.get("publisher"),
        published=next((meta[name] for name in _DATE_NAMES if meta.get(name)), None) or linked.get("datePublished"),
        url=meta.get("og:url") or document.url,
        author=document.author or meta.get("author"),
    )


def date_of_page(source: str, url: str | None, *, today: date) -> str | None:
    """The day that htmldate finds stated in the page (no guessing from loose text), as YYYY-MM-DD, or None."""
    from htmldate import find_date

    try:
        found: str | None = find_date(
            source,
            extensive_search=False,
            original_date=True,
            url=url,
            outputformat="%Y-%m-%d",
            min_date="1995-01-01",
            max_date=(today + timedelta(days=1)).isoformat(),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found


def _blocks(element: Any) -> Iterator[str]:
    """The text of each innermost block, in order of the page."""
    own: list[str] = [element.text or ""]
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if name in _BLOCKS:
            yield from _lines("".join(own))
            own = []
            yield from _blocks(child)
        elif name == "lb":
            own.append("\n")
        elif name == "cell":
            own.append(" ".join("".join(child.itertext()).split()) + " ")
        elif name not in {"graphic", "hi-none"}:
            own.append("".join(child.itertext()))
        own.append(child.tail or "")
    yield from _lines("".join(own))


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        line = " ".join(line.split())
        if line:
            yield line


def _meta(tree: Any) -> dict[str, str]:
    """Contents of meta tags by lower-cased name; the first of each counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _json_ld(tree: Any) -> dict[str, str]:
    """``datePublished`` and the publisher's name, where the page's linked data state them."""
    found: dict[str, str] = {}
    for element in tree.iter("script"):
        if (element.get("type") or "").strip().lower() != "application/ld+json" or not element.text:
            continue
        try:
            content = json.loads(element.text)
        except (ValueError, RecursionError):
            continue
        nodes = [content]
        for _ in range(200):
            if not nodes:
                break
            node = nodes.pop(0)
            if isinstance(node, list):
                nodes.extend(node[:50])
            elif isinstance(node, dict):
                if isinstance(node.get("datePublished"), str):
                    found.setdefault("datePublished", node["datePublished"])
                publisher = node.get("publisher")
                if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
                    found.setdefault("publisher", publisher["name"])
                nodes.extend(value for key, value in node.items() if key == "@graph")
    return found
