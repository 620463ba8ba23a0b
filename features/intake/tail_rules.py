"""Rules for the end of an article: disclaimers, author lines and the short lines that a crawler leaves there."""

from __future__ import annotations

import re

from tenor.features.intake.drafts import Draft, Paragraph, is_terminal, is_truncated, words_of
from tenor.features.intake.line_rules import is_all_caps

_MAX_NOTICE_WORDS = 70
_MAX_DEBRIS_WORDS = 14
_MAX_NOTICE = 700  # characters
_MAX_PEELED = 60  # paragraphs: bounds hostile input

_VIEW = re.compile(
    r"\b(?:views?|opinions?|arguments?|positions|analys[ei]s|commentar(?:y|ies)|columns?|columnists?|contributors?"
    r"|writers?|authors?|article|op-?eds?)\b",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"\b(?:do(?:es)?\s+not\s+(?:necessarily\s+)?(?:reflect|represent|state|express|endorse|speak)|(?:(?:her|his|their"
    r"|the\s+(?:author|writer)(?:['’]s|s['’]))\s+own|alone)(?=[\s.;,]|$)"
    r"|not\s+(?:necessarily\s+)?(?:those|that)\s+of|not\s+be\s+(?:attributed|ascribed|taken)"
    r"|no\s+institutional\s+(?:position|view)|(?:in|a)\s+(?:a\s+|her\s+|his\s+|their\s+)?personal\s+capacity"
    r"|speak\w*\s+(?:here\s+)?for\s+(?:herself|himself|themselves)|no\s+responsibility|not\s+responsible"
    r"|belong\s+to\s+(?:those|their|the|its)|bind\s+neither|do(?:es)?\s+not\s+bind|are\s+personal)",
    re.IGNORECASE,
)
_SUBJECT_FIRST = re.compile(
    r"^[\W_]*(?:disclaimer\b|note\s*:|(?:the\s+|all\s+|any\s+)?(?:(?:views?|opinions?|arguments?|positions|analysis"
    r"|columnists?|contributors?|commentators?|writers?|authors?|facts)\b)"
    r"|(?:the\s+)?(?:writer|author|columnist)s?\b|(?:this|the)\s+(?:article|op-?ed|column|commentary|piece|blog"
    r"|essay)\b)",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"^[\W_]*(?:(?:this|the)\s+(?:article|story|piece|post|report|essay|column)\s+(?:was\s+)?(?:(?:was|has\s+been"
    r"|is)\s+)?(?:first|originally)\s+(?:published|appeared|posted)\b.{0,200}"
    r"|(?:first|originally)\s+published\s+(?:in|on|by|at)\b.{0,200}|(?:this|the)\s+(?:article|story|report)\s+(?:is"
    r"|was|has\s+been)\s+(?:auto-?generated|generated|produced\s+by|syndicated|republished|reproduced)\b.{0,200}"
    r"|republished\s+(?:from|under|with)\b.{0,200})$",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"^[\W_]*(?:\(?(?:additional\s+)?reporting\s+by\b.{2,200}|\(?(?:writing|editing|edited|compiled"
    r"|translated)\s+by\b.{2,200}|with\s+(?:inputs|reporting|files)\s+from\b.{2,120}"
    r"|.{2,200}\bcontributed\s+(?:reporting\s+)?to\s+this\s+(?:report|article|story|post|piece)[\W_]*"
    r"|.{2,120}\bcontributed(?:\s+reporting(?:\s+from\s+.{2,40})?)?[.]?"
    r"|contributing(?:\s+writers?)?\s*:\s*.{2,160}|\(?h/t\b.{1,60}|[\w.;, ]{2,80}\breported\s+from\s+[\w .,;]{2,60}"
    r"|(?:read|watch|listen\s+to)\s+(?:the\s+(?:rest|full|whole|entire)\b|it\s+all\b).{0,100}\b(?:here|below|above"
    r"|at\s+.{2,40})[\W_]*)$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"^[\W_]*(?:(?:follow|contact|email|e-mail|reach|tweet)\s+(?:the\s+(?:author|writer|reporter)|him|her|them|me"
    r"|[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,3})\s+(?:on|at|via)\b.{0,160}"
    r"|(?:he|she|they|the\s+(?:writer|author))\s+(?:can\s+be\s+(?:reached|contacted|found|followed)|tweets"
    r"|posts)\s+(?:at|on|via|as)?\b.{0,160}|(?:(?:follow|twitter|x|e-?mail|instagram)\s*:?\s*)?(?:@\w{2,30}"
    r"|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,60})\.?|https?://\S{1,300})$",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.'’-]*(?:\s+(?:[A-Z][\w.'’-]*|al|bin|de|van|von|ul|ur)){1,4}"
_BIO = re.compile(
    rf"^[\W_]*(?P<name>(?:(?:Dr|Prof|Mr|Ms|Mrs|Sir|Gen|Amb)\.?\s+)?{_NAME}|The\s+(?:writer|author|columnist"
    rf"|reviewer))\s*,?\s+"
    r"(?P<verb>is|was|are|has|writes|covers|reports|directs|edits|teaches|leads|heads|works|serves|runs|studies"
    r"|researches|lives|holds|keeps)\b",
)
_SIGNATURE = re.compile(r"^[-–—]{1,2}\s?[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,3}(?:,\s[A-Z]\w+)?\.?$")
_CRAFT = re.compile(
    r"\b(?:editor|correspondent|fellow|author|writer|columnist|analyst|reporter|professor|lecturer|journalist"
    r"|contributor|researcher|director|scholar|historian|economist|lawyer|barrister|freelance"
    r"|ambassador|diplomat|consultant|associate|teaches|novelist|essayist|commentator|staff|bureau|blogs?|newsletter"
    r"|working\s+on\s+a|writing\s+a|monthly|fortnightly|weekly|desk|(?:writes|covers|reports)\s+(?:a|an|on|for|about"
    r"|\w+\s+(?:for|from|and|in)))\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-–—•*▪◦‣·]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s*\S")
_BANNER = re.compile(
    r"\b(?:subscri\w+|newsletter|sign\s+up|your\s+(?:news|experience|inbox)|misinformation|cookies|notifications"
    r"|premium|log\s?in|download\s+(?:our|the)\s+app)\b",
    re.IGNORECASE,
)


def peel_tail(draft: Draft, *, author: str | None) -> None:
    """Take closing notices off the end, last paragraph first, and stop at the first that is the article's own."""
    if not any(paragraph.is_real() for paragraph in draft.kept):
        return  # a list or a poem: nothing tells its end from rubbish
    run: list[Paragraph] = []
    for paragraph in reversed(draft.kept[1:][-_MAX_PEELED:]):
        reason = _notice_reason(paragraph, draft, author)
        if reason is None and _is_debris(paragraph):
            run.append(paragraph)
            continue
        _settle(draft, run, before=paragraph)
        run = []
        if reason is None:
            break
        draft.remove(paragraph, reason)
    _settle(draft, run, before=draft.kept[0] if draft.kept else None)
    _remove_disclaimers(draft)


def _notice_reason(paragraph: Paragraph, draft: Draft, author: str | None) -> str | None:
    text = paragraph.text
    if paragraph.n_words > _MAX_NOTICE_WORDS or len(text) > _MAX_NOTICE:
        return None
    if _is_disclaimer(text):
        return "disclaimer"
    if _ORIGIN.match(text):
        return "origin line"
    if _REPORTING.match(text) or _CONTACT.match(text):
        return "reporting line"
    if _SIGNATURE.match(text):
        return "author line"
    if is_all_caps(text) and paragraph.n_words >= 3:
        return "banner"
    if _is_author_line(paragraph, draft, author):
        return "author line"
    return None


def _is_disclaimer(text: str) -> bool:
    return bool(_SUBJECT_FIRST.match(text) and _VIEW.search(text) and _DISTANCE.search(text))


def _remove_disclaimers(draft: Draft) -> None:
    """Disclaimers also stand before a last teaser or picture: look in the closing third."""
    kept = draft.kept
    for paragraph in kept[max(1, 2 * len(kept) // 3) :]:
        text = paragraph.text
        if (
            paragraph.n_words <= _MAX_NOTICE_WORDS
            and _is_disclaimer(text)
            and re.match(r"[\W_]*(?:the\s+)?(?:views?|opinions?)\b.*\b(?:own|alone|author|writer)", text, re.I)
        ):
            draft.remove(paragraph, "disclaimer")


def _is_author_line(paragraph: Paragraph, draft: Draft, author: str | None) -> bool:
    """Whether the paragraph presents the writer: a known author, or a person the article names nowhere else."""
    text = paragraph.text
    match = _BIO.match(text)
    if match is None or len(draft.kept) < 3:
        return False
    name = match["name"]
    if author and words_of(author) and words_of(author)[-1] in words_of(name):
        return True
    if name.lower().startswith("the "):
        return bool(_CRAFT.search(text))
    surname = words_of(name)[-1]
    elsewhere = any(surname in words_of(other.text) for other in draft.kept if other is not paragraph)
    return not elsewhere and not _is_past(match["verb"]) and bool(_CRAFT.search(text[match.end("name") :]))


def _is_past(verb: str) -> bool:
    return verb == "was"


def _is_debris(paragraph: Paragraph) -> bool:
    """A short line that is no sentence, or breaks off."""
    text = paragraph.text
    if paragraph.n_words > _MAX_DEBRIS_WORDS or len(text) > _MAX_NOTICE or _BULLET.match(text):
        return False
    return not is_terminal(text) or is_truncated(text) or is_all_caps(text)


def _settle(draft: Draft, run: list[Paragraph], *, before: Paragraph | None) -> None:
    """Remove a run of short closing lines, unless the paragraph before it introduces a list."""
    # The run stands last line first: whatever follows a line that ends in a colon is its list.
    introduced = [paragraph.text.endswith(":") for paragraph in [*run[1:], *([before] if before else [])]]
    if not run or any(introduced):
        return
    banner = any(_BANNER.search(paragraph.text) or is_all_caps(paragraph.text) for paragraph in run)
    for paragraph in run:
        draft.remove(paragraph, "banner" if banner else "section line")
