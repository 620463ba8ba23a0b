"""Rules that know a line of crawl rubbish by its own words, and the block that follows a "Related articles" heading."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tenor.features.intake.drafts import Draft, Paragraph, is_terminal, is_truncated, words_of

_MAX_LINE = 400  # characters: longer lines are prose whatever they begin with

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = (
    r"(?:\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}})"
)
_TIME = (
    r"(?:[,|\s·•-]*(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?(?:\s*\(?(?:[A-Z]{2,4}|[A-Z]{3}[+-]\d+)\)?)?)?"
)
_AGENCY = (
    r"(?:getty|reuters|afp|associated press|\bap\b|shutterstock|flickr|wikimedia|openverse|unsplash|epa|xinhua"
    r"|anadolu|bloomberg|istock|pti photo)"
)
_VIA = r"(?:/|\||via|images?|photo|file|pool|wire)"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class _Rule(NamedTuple):
    reason: str
    pattern: re.Pattern[str]
    unless: Callable[[str], bool] | None = None


def _is_sentence(text: str) -> bool:
    return is_terminal(text) and not is_truncated(text) and not text.endswith("?")


_RULES = (
    _Rule("separator", re.compile(r"^[\W_]+$")),
    _Rule("markup", re.compile(r"^(?:</?[a-zA-Z][^<>]{0,200}>\s*)+\.?$")),
    _Rule(
        "read-more line",
        _compile(
            r"^[\W_]*(?:read\s+(?:more|also|next|further)|also\s+(?:read|see|watch)|see\s+also|must[\s-]read"
            r"|more\s+on\s+this"
            r"|in\s+case\s+you\s+missed(?:\s+it)?|icymi|related\s+(?:story|news|read|article|coverage"
            r"|video))\s*[:|»›>–—-]+\s*\S.*$"
        ),
    ),
    _Rule(
        "read-more line",
        _compile(
            r"^[\W_]*(?:read|watch|listen|recommended|related|don['’]?t\s+miss|more|video)\s*[:|»›]\s*\S.{0,160}$"
        ),
        _is_sentence,
    ),
    _Rule(
        "read-more line",
        _compile(
            r"^[\W_]*(?:(?:click\s+here\s+to\s+)?(?:read\s+(?:more|also|the\s+full\s+(?:story|article)(?:\s+here)?)"
            r"|continue\s+reading)"
            r"|see\s+more|view\s+more|load\s+more|show\s+more)(?:\s+here)?[\W_]*$"
        ),
    ),
    _Rule(
        "tags line",
        _compile(
            r"^[\W_]*(?:(?:article\s+|post\s+)?tags?|tagged(?:\s+(?:with|in|as))?|filed\s+under|keywords"
            r"|posted\s+in)\s*[:|]\s*.*$"
        ),
    ),
    _Rule("tags line", re.compile(r"^(?:#\w[\w-]*[\s,]*){2,}$")),
    _Rule("tags line", _compile(r"^(?:topics|categor(?:y|ies)|sections?)\s*:\s*.*$"), _is_sentence),
    _Rule(
        "share line",
        _compile(
            r"^[\W_]*(?:share(?:\s+(?:this|on|via|it|with))?(?:\s+(?:article|story|post|news|page|link|facebook"
            r"|twitter|x|whatsapp|linkedin|email"
            r"|your\s+friends))*|like\s+this|spread\s+the\s+word)\s*:?(?:[\s,|/·•]*(?:facebook|twitter|x|whatsapp"
            r"|linkedin|e?-?mail|print|telegram"
            r"|pinterest|reddit|tumblr|copy(?:\s+link)?|instagram|threads|bluesky|and|more))*[\W_]*$"
        ),
    ),
    _Rule(
        "share line",
        _compile(
            r"^[\W_]*(?:(?:facebook|twitter|whatsapp|linkedin|pinterest|telegram|reddit|tweet|print|e-?mail"
            r"|copy\s+link|loading)[\s,|/·•.…]*){1,8}[\W_]*$"
        ),
    ),
    _Rule("share line", _compile(r"^click\s+to\s+(?:share|print|email).*$")),
    _Rule(
        "share line",
        _compile(
            r"^(?:leave\s+a\s+(?:comment|reply)|(?:\d+\s+)?(?:comments?|shares)(?:\s*\(\d+\))?|add\s+a\s+comment"
            r"|join\s+the\s+conversation)[\W_]*$"
        ),
    ),
    _Rule(
        "image credit",
        _compile(r"^[\W_]*(?:image|photo|photograph|picture|pic|figure|fig\.?|graphic)\s*#?\d+\s*[:.–—|-]\s*\S.*$"),
    ),
    _Rule(
        "image credit",
        _compile(
            r"^[\W_]*(?:image|photo(?:graph)?|picture|file\s+photo|photo\s+credits?|image\s+credits?"
            r"|picture\s+credits?|credits?|photo\s+by|image\s+by"
            r"|photo\s+courtesy|image\s+courtesy|image\s+source|photo\s+source"
            r"|representational\s+image)(?:\s+of)?\s*[:–—|]\s*\S.{0,200}$"
        ),
    ),
    _Rule(
        "image credit",
        _compile(
            r"^[\W_]*(?:\(?\s*(?:photo|image|picture|photograph|illustration)s?\s+(?:by|via|from|courtesy|credit)\b"
            r"|©\s*\S+).{0,120}$"
        ),
        _is_sentence,
    ),
    _Rule(
        "image credit",
        _compile(
            # Up to 40 characters after each such word. Words between hold none, and nothing read is given back (a
            # look-ahead and what it saw): there is one way to read a line, so a long one that is no credit is left in
            # linear time. Possessive quantifiers say the same, but Python 3.11.2 misreads them.
            rf"^[\W_]*(?:(?:source|via|courtesy)\s*:\s*)?{_AGENCY}"
            rf"(?=(?P<tail>(?:\s*{_VIA}(?:(?!{_VIA})[\w\s./-]){{0,40}})*))(?P=tail)[\W_]*$"
        ),
    ),
    _Rule(
        "screenshot name",
        _compile(
            r"^[\W_]*(?:screen\s?shot|whatsapp\s+image|img|dsc|image|photo"
            r"|untitled)[\s_-]*(?:from\s+)?\d[\d\s_.:apmt()-]*(?:\.\w{3,4})?$"
        ),
    ),
    _Rule("screenshot name", _compile(r"^\S{1,120}\.(?:jpe?g|png|gif|webp|svg|heic|tiff?)$")),
    _Rule(
        "advertisement",
        _compile(
            r"^[\W_]*(?:advertisements?|story\s+continues\s+(?:below|after)(?:\s+\w+){0,3}"
            r"|article\s+continues\s+(?:below|after)(?:\s+\w+){0,3}|sponsored(?:\s+content)?"
            r"|promoted(?:\s+content)?)[\W_]*$"
        ),
    ),
    _Rule(
        "copyright line",
        _compile(
            r"^(?:[\W_]*(?:©|\(c\)|copyright\b)\s*(?:©\s*)?(?:\d{4}|[A-Z]).{0,200}"
            r"|.{0,120}\ball\s+rights\s+reserved\b.{0,160})$"
        ),
    ),
    _Rule(
        "banner",
        _compile(
            r"^(?:personali[sz]e\s+your\s+news|upgrade\s+your\s+experience\b.*|click\s+on\s+the\s+icon\s+to\s+add\b.*"
            r"|browse\s+categories\s+and\s+topics"
            r"|(?:please\s+)?(?:subscribe|sign\s+up|register|log\s?in)\s+(?:now|today|here|to\s+(?:our|the|receive|get"
            r"|continue|read)|for\s+(?:our|the|free|more))\b.{0,160}"
            r"|(?:get|receive)\s+(?:our|the|all\s+the)\s+.{0,60}\b(?:newsletter|inbox|alerts)\b.{0,80}"
            r"|already\s+a\s+(?:subscriber|member)\b.{0,60}"
            r"|follow\s+us\s+(?:on|at)\b.{0,120}|join\s+(?:us|our|the)\s+.{0,60}\b(?:whatsapp|telegram|channel"
            r"|newsletter|community)\b.{0,80}|download\s+(?:our|the)\s+.{0,30}\bapp\b.{0,60}"
            r"|(?:this|our)\s+(?:web)?site\s+uses\s+cookies\b.{0,200}|we\s+use\s+cookies\b.{0,200}"
            r"|enable\s+notifications\b.{0,60}|support\s+(?:our|independent)\s+journalism\b.{0,160})$"
        ),
    ),
)

_CALL = _compile(
    r"\b(?:subscri\w+|sign\s+up|newsletter|membership|member|donat\w+|support|join|help\s+us|premium|free\s+trial"
    r"|unlimited|app|misinformation|disinformation"
    r"|fake\s+news|click|download|notifications?|log\s?in|register)\b"
)
_HEAD_RULES = (
    _Rule(
        "byline",
        re.compile(r"^(?:[Bb]y|BY|[Ww]ritten by|[Rr]eported by|[Pp]osted by|Author:)\s*:?\s*[A-Z][^.!?]{2,80}$"),
    ),
    _Rule(
        "date line",
        _compile(
            rf"^(?:(?:first\s+)?published|(?:last\s+)?updated|posted|date|on)?\s*(?:on|at)?\s*[:|]?\s*(?:(?:mon|tues?"
            rf"|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?{_DATE}{_TIME}$"
        ),
    ),
    _Rule("section line", _compile(r"^(?:home|news)?(?:\s*[>›»/|]\s*[\w &-]{2,30}){1,5}$")),
    _Rule(
        "section line",
        _compile(
            r"^(?:home|news|world|politics|opinions?|editorials?|analysis|business|economy|national?|international"
            r"|top\s+stor(?:y|ies)|breaking(?:\s+news)?|latest|headlines|exclusive|comment(?:ary)?|featured?"
            r"|south\s+asia|columns?|op-?ed)$"
        ),
    ),
    _Rule("reading time", _compile(r"^\d{1,3}\s*[\s-]min(?:ute)?s?(?:\s+read)?$")),
)
_BLOCK_HEADING = _compile(
    r"^[\W_]*(?:related(?:\s+(?:articles?|stor(?:y|ies)|posts?|news|content|coverage|reading|topics|links))"
    r"|(?:you\s+(?:may|might)\s+(?:also\s+)?(?:like|enjoy|be\s+interested\s+in))"
    r"|recommended(?:\s+(?:for\s+you|stories|articles|reading))?|most\s+(?:read|popular|viewed|shared)"
    r"|trending(?:\s+(?:now|stories|topics))?|(?:more|other|latest|top|popular|recent)\s+(?:stories|articles|posts)"
    r"|more\s+(?:from|on|in)\s+(?:the\s+|our\s+|this\s+)?[\w'’ &-]{2,40}|what\s+to\s+read\s+next|read\s+next|up\s+next"
    r"|also\s+in\s+(?:the\s+)?news|from\s+the\s+archives?|editor['’]?s['’]?\s+picks?)\s*:?[\W_]*$"
)


def is_all_caps(text: str) -> bool:
    """Whether the letters are capitals throughout and there are at least two words."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 8 and " " in text and sum(char.isupper() for char in letters) >= 0.9 * len(letters)


def line_reason(text: str, *, head: bool = False) -> str | None:
    """Why this line is rubbish by its own words, or None. ``head`` adds what only stands above the first paragraph."""
    if len(text) > _MAX_LINE:
        return None
    for rule in (*_RULES, *_HEAD_RULES) if head else _RULES:
        if rule.pattern.match(text) and not (rule.unless and rule.unless(text)):
            return rule.reason
    if is_all_caps(text) and len(text.split()) >= 4 and _CALL.search(text):
        return "banner"
    return None


def remove_rubbish_lines(draft: Draft) -> None:
    """Take out every line that its own words give away."""
    head = True
    for paragraph in draft.kept:
        reason = line_reason(paragraph.text, head=head)
        if reason:
            draft.remove(paragraph, reason)
        elif paragraph.is_real():
            head = False


def remove_related_blocks(draft: Draft) -> None:
    """Take out a "Related articles" heading and the teasers after it, up to the next running text."""
    kept = draft.kept
    last_real = max((i for i, paragraph in enumerate(kept) if _is_prose(paragraph)), default=-1)
    i = 0
    while i < len(kept):
        if not _BLOCK_HEADING.match(kept[i].text[:120]):
            i += 1
            continue
        in_tail = i > last_real
        end = i + 1
        while end < len(kept) and (in_tail or _is_teaser(kept[end], kept[end - 1] if end - 1 > i else None)):
            end += 1
        # A heading of the article's own ("More on tariffs") is followed by text, not by teasers.
        if end > i + 1 or in_tail or _is_plain_heading(kept[i].text):
            for paragraph in kept[i:end]:
                draft.remove(paragraph, "related block")
        i = end


def _is_prose(paragraph: Paragraph) -> bool:
    """Running text too long for a teaser: enough words or several sentences, not broken off."""
    text = paragraph.text
    if is_truncated(text):
        return paragraph.n_words >= 60
    return paragraph.is_real() and (paragraph.n_words >= 28 or (text.count(". ") >= 1 and paragraph.n_words >= 18))


def _is_teaser(paragraph: Paragraph, previous: Paragraph | None) -> bool:
    text = paragraph.text
    if is_truncated(text) and paragraph.n_words < 60:
        return True
    if previous is not None and words_of(text) == words_of(previous.text):
        return True
    return not is_terminal(text) and paragraph.n_words <= 20


def _is_plain_heading(text: str) -> bool:
    return bool(_compile(r"^[\W_]*(?:related|recommended|most|trending|you\s+m)").match(text))
