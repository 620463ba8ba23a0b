"""Rules that know rubbish because it says again, word for word, what the article says elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict

from tenor.features.intake.drafts import Draft, Paragraph, is_terminal, words_of

_MIN_WORDS = 8  # a shorter repetition may be a figure of speech
_SHINGLE = 6
_MAX_HOSTS = 20  # paragraphs looked at for each candidate, and candidates with such: both bound hostile input
_MAX_CANDIDATES = 2000
# Bounded runs: an unbounded one would make a megabyte of exclamation marks quadratic.
_SENTENCE = re.compile(r"[.!?…]{1,4}[\"'”’)\]]{0,4}\s+")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)\W{0,8}$")


def remove_repeated_headlines(draft: Draft, title: str | None) -> None:
    """Take out every later copy of the headline; its first standing in the text is kept."""
    kept = draft.kept
    if not kept:
        return
    headlines = {tuple(words_of(title))} if title else set()
    first = kept[0]
    if not is_terminal(first.text) or first.n_words < 12:
        headlines.add(tuple(words_of(first.text)))
    headlines = {words for words in headlines if len(words) >= 3}
    seen: set[tuple[str, ...]] = set()
    for paragraph in kept:
        if len(paragraph.text) > 400:
            continue
        words = tuple(words_of(paragraph.text))
        if words in headlines and words in seen:
            draft.remove(paragraph, "repeated headline")
        seen.add(words)


def remove_repeats(draft: Draft) -> None:
    """Take out pull quotes, a lead repeated at the end and paragraphs that stand twice.

    A paragraph whose every sentence stands word for word inside one longer paragraph is the copy, wherever it stands.
    """
    _remove_equal(draft)
    kept = draft.kept
    words = [words_of(_ELLIPSIS.sub("", paragraph.text)) for paragraph in kept]
    flat = [" " + " ".join(each) + " " for each in words]
    postings: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, each in enumerate(words):
        for j in range(len(each) - _SHINGLE + 1):
            hosts = postings[tuple(each[j : j + _SHINGLE])]
            if len(hosts) < _MAX_HOSTS and (not hosts or hosts[-1] != i):
                hosts.append(i)
    lead = next((i for i, paragraph in enumerate(kept) if paragraph.is_real()), -1)
    hosts_of: dict[int, int] = {}
    n_candidates = 0
    for i, paragraph in enumerate(kept):
        if len(words[i]) < _MIN_WORDS or n_candidates > _MAX_CANDIDATES:
            continue
        n_candidates += len(postings[tuple(words[i][:_SHINGLE])]) > 1
        host = _host(i, paragraph, words, flat, postings)
        if host is not None:
            hosts_of[i] = host
    closing = True
    for i in range(len(kept) - 1, -1, -1):
        if i in hosts_of:
            draft.remove(kept[i], "lead repeated at the end" if closing and hosts_of[i] == lead else "pull quote")
        elif kept[i].is_real():
            closing = False
    _cut_repeated_lead(draft)


def _remove_equal(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for paragraph in draft.kept:
        words = tuple(words_of(paragraph.text))
        if len(words) >= _MIN_WORDS and words in seen:
            draft.remove(paragraph, "repeated paragraph")
        seen.add(words)


def _host(
    i: int,
    paragraph: Paragraph,
    words: list[list[str]],
    flat: list[str],
    postings: dict[tuple[str, ...], list[int]],
) -> int | None:
    """The longer paragraph that holds every sentence of paragraph i, or None."""
    sentences = [words_of(part) for part in _SENTENCE.split(_ELLIPSIS.sub("", paragraph.text))]
    sentences = [sentence for sentence in sentences if sentence]
    longest = max(sentences, key=len, default=[])
    if len(longest) < _SHINGLE:
        return None
    for host in postings.get(tuple(longest[:_SHINGLE]), ()):
        if host == i or len(words[host]) <= len(words[i]):
            continue
        if all(f" {' '.join(sentence)} " in flat[host] for sentence in sentences):
            return host
    return None


def _cut_repeated_lead(draft: Draft) -> None:
    """Cut the lead's first sentence off the end of the last paragraph, where a crawler glued it on."""
    kept = draft.kept
    lead = next((paragraph for paragraph in kept if paragraph.is_real()), None)
    if lead is None or not kept or kept[-1] is lead:
        return
    first = _SENTENCE.split(lead.text, maxsplit=1)[0].rstrip(".!?…\"'”’ ")
    if len(words_of(first)) < _MIN_WORDS:
        return
    last = kept[-1].joined
    at = last.rfind(first)
    if at > 0 and len(words_of(last[at:])) == len(words_of(first)):
        draft.cut(kept[-1], [(at, len(last), "lead repeated at the end")])
