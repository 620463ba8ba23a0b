"""Who says what: the tagger's relations or rules for speech, and rules for verbs of judgement and running quotations.

Each yields a source, a cue and a content span. Where the grammar is unclear the rules abstain: a quotation with no near
speaker has the holder ``unknown``, anything else stays with the author.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tenor.features.aliases import AliasIndex
from tenor.features.clauses import Clause, clauses_of
from tenor.features.gazetteer import split_words
from tenor.features.mentions import Mention
from tenor.features.phrases import OPENERS, can_speak
from tenor.features.quotes import Quote, find_quotes
from tenor.features.sentences import SentenceSpan, Span, by_paragraph
from tenor.features.speakers import UNKNOWN, Speaker, Speakers
from tenor.features.speech import JUDGING, PLAIN_SPEECH, SAYING, tokens_of
from tenor.features.tagger import Relation

_WORDS = re.compile(r"\w+")
_FULL_NAME = r"((?:[A-Z][\w’'-]{1,30} ){1,3}[A-Z][\w’'-]{1,30})"
_INTRODUCED = re.compile(
    rf"\b{_FULL_NAME}, (?:an?|the|who|whose|former|chief|head|director|editor|author|professor)\b|\bnamed {_FULL_NAME}"
)
_LABEL = re.compile(r"([A-Z][A-Z.’'-]{1,30}(?: [A-Z][A-Z.’'-]{0,30}){0,4}):\s+")
_APPOSITION = re.compile(r",\s|\s(?=who\b|which\b|whose\b)|\s\(")
_FIRST_PERSON = frozenset({"i", "we", "my", "our", "me", "us"})
_VIEW = SAYING | JUDGING | split_words("according per view opinion words eyes")
_OF_OTHERS = frozenset({"indirect", "tagged"})
_LOOK_BACK = 300  # contents before a mention that are looked at: bounds the time on hostile input


@dataclass(frozen=True)
class Attribution:
    """Content ``[start, end)`` that ``speaker`` holds; source and cue are spans of the text or None.

    ``rule`` is tagged, direct, indirect, according, judgement, continued or unattributed.
    """

    start: int
    end: int
    source: Span | None
    cue: Span | None
    speaker: Speaker
    rule: str


def find_attributions(
    text: str,
    sentences: Sequence[SentenceSpan],
    mentions: Sequence[Mention],
    index: AliasIndex,
    outlet: str = "",
    relations: Sequence[Relation] | None = None,
) -> list[Attribution]:
    """Attributed contents in order of their start; they may nest. An article with none gives an empty list.

    Speech comes from ``relations`` (the tagger's, in order of their first span) where given, else from rules. What
    ``outlet`` says of itself ("this newspaper welcomes …") is the author's and no attribution.
    """
    paragraphs = [Span(group[0].start, group[-1].end) for group in by_paragraph(sentences)]
    quotes = find_quotes(text, paragraphs)
    speakers = Speakers(text, mentions, quotes, index, outlet)
    labelled = _labelled(text, paragraphs, mentions, index)
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.sentence, []).append(mention)
    starts = [quote.start for quote in quotes]
    owners: dict[int, Attribution] = {}  # quote number -> the attribution that covers it
    found: list[Attribution] = list(labelled)
    lead: Speaker | None = None
    announced: Attribution | None = None
    here: list[Attribution] = []
    tagged = _by_sentence(relations or (), sentences)
    for number, sentence in enumerate(sentences):
        low = max(0, bisect_right(starts, sentence.start) - 1)
        high = bisect_right(starts, sentence.end - 1)
        near = [n for n in range(low, high) if quotes[n].end > sentence.start]
        inside = [quotes[n] for n in near]
        before, here = here, []
        expected, announced = announced, None
        for clause in clauses_of(text, sentence, inside):
            speaker = _outer(text, clause, here) or speakers.resolve(*clause.source, number, lead)
            made = _spread(text, clause, speaker, near, quotes, sentence)
            if made is None:
                continue
            if made.end == made.start:  # "Ahmed continued:" and a quotation in the sentence after
                announced = made
                continue
            found.append(made)
            here.append(made)
            if clause.rule in {"direct", "indirect", "according"}:
                for n in near:
                    if quotes[n].start < made.end and made.start < quotes[n].end and clause.outside:
                        owners.setdefault(n, made)
        for relation in tagged.get(number, ()):
            for made in _tagged(text, relation, speakers, number, lead, inside, here):
                found.append(made)
                for n in range(max(0, bisect_right(starts, made.start) - 1), bisect_right(starts, made.end - 1)):
                    if quotes[n].start < made.end and made.start < quotes[n].end:
                        owners.setdefault(n, made)
        for n in near:
            if n not in owners and quotes[n].start >= sentence.start:
                if expected is not None and not text[sentence.start : quotes[n].start].strip():
                    quote, rule = quotes[n], "direct"
                    heir: Attribution | None = replace(expected, start=quote.start, end=quote.end, rule=rule)
                else:
                    heir = _continued(text, n, quotes, owners, sentences, number)
                    if heir is not None and heir.speaker == UNKNOWN and number:
                        same = sentences[number - 1].paragraph == sentence.paragraph
                        heir = _voiced(heir, before, lead, speakers) if same else heir
                if heir is not None:
                    owners[n] = heir
                    found.append(heir)
                    speakers.heard(heir.speaker, number)
        lead = _lead(text, sentence, by_sentence.get(number, []), index, speakers) or None
    return sorted(found, key=lambda a: (a.start, a.end))


def _by_sentence(relations: Sequence[Relation], sentences: Sequence[SentenceSpan]) -> dict[int, list[Relation]]:
    """The relations by the number of the sentence in which their speaker is to be looked for."""
    starts = [sentence.start for sentence in sentences]
    found: dict[int, list[Relation]] = {}
    for relation in relations:
        at = relation.source or relation.cue or relation.content[0]
        found.setdefault(max(0, bisect_right(starts, at.start) - 1), []).append(relation)
    return found


def _tagged(
    text: str,
    relation: Relation,
    speakers: Speakers,
    number: int,
    lead: Speaker | None,
    quotes: Sequence[Quote],
    here: Sequence[Attribution],
) -> list[Attribution]:
    """A relation as attributions, one for each part of its content that the rules' ``here`` leave open.

    None where the author speaks of himself, or where nobody is named: whose a quotation without a speaker is, its
    neighbours tell. And none for intents ("plans to"): that somebody wants something is the author's report, and no
    view of the actors in it.
    """
    source, cue = relation.source, relation.cue
    if source is None or cue is None:
        return []
    if any(a.cue is not None and a.cue.start < cue.end and cue.start < a.cue.end for a in here):
        return []
    quoted = any(q.start < p.end and p.start < q.end for q in quotes for p in relation.content)
    if not quoted and not _VIEW & {token.lower for token in tokens_of(text, *cue)}:
        return []
    if text[source.start : source.end].lower() in _FIRST_PERSON and not any(q.covers(*source) for q in quotes):
        return []
    parts = [part for part in relation.content if not any(_covers_most(other, part) for other in here)]
    speaker = _head(text, source, speakers, number, lead) if parts else UNKNOWN
    if speaker.kind == "author":
        return []
    return [Attribution(part.start, part.end, source, cue, speaker, "tagged") for part in parts]


def _covers_most(known: Attribution, part: Span) -> bool:
    if known.rule == "judgement" or known.speaker == UNKNOWN:
        return False
    return 2 * (min(part.end, known.end) - max(part.start, known.start)) > part.end - part.start


def _head(text: str, source: Span, speakers: Speakers, number: int, lead: Speaker | None) -> Speaker:
    """Whom a source means by its first part that names: "Ana Hale, who runs the port", "the trader, Ben Okafor"."""
    first: Speaker | None = None
    start = source.start
    for end in [*(cut.start() + start for cut in _APPOSITION.finditer(text[start : source.end])), source.end]:
        low, high = source.start, end
        while low < high and not text[low].isalnum():
            low += 1
        if low < high:
            speaker = speakers.resolve(low, high, number, lead)
            if speaker.kind != "unknown":
                return speaker
            first = first or speaker
        source = Span(end, source.end)
    return first or UNKNOWN


def _labelled(
    text: str, paragraphs: Sequence[Span], mentions: Sequence[Mention], index: AliasIndex
) -> list[Attribution]:
    """Paragraphs of a script or interview that a registered person's name in capitals opens ("HALE: We waited.")."""
    first: dict[int, Mention] = {}  # start of a paragraph -> the mention that opens it
    for mention in mentions:
        first.setdefault(mention.start, mention)
    found: list[Attribution] = []
    for start, end in paragraphs:
        label = _LABEL.match(text, start, end)
        if label is None:
            continue
        at = next((first[k] for k in range(start, label.end(1)) if k in first), None)
        if at is None or at.end != label.end(1) or at.ambiguous or at.actor not in index.persons:
            continue
        speaker = Speaker(at.actor, index.names[at.actor], "actor", True)
        if label.end() < end:
            found.append(Attribution(label.end(), end, Span(*label.span(1)), None, speaker, "direct"))
    return found


def _outer(text: str, clause: Clause, here: Sequence[Attribution]) -> Speaker | None:
    """In "an aide said he hoped", the pronoun within what somebody says is that somebody."""
    if text[clause.source.start : clause.source.end].lower() not in {"he", "she", "they", "it"}:
        return None
    over = [a for a in here if a.start <= clause.source.start < a.end and a.rule in _OF_OTHERS and a.cue != clause.cue]
    return over[-1].speaker if over else None


def _speaks(text: str, clause: Clause, speaker: Speaker) -> bool:
    """Whether the subject of a verb that things may have too ("this suggests") is somebody who can speak."""
    if speaker.person or speaker.kind == "actor":
        return True
    written = text[clause.source.start : clause.source.end]
    if written.lower() in {"he", "she", "they"}:
        return True
    if speaker == UNKNOWN:
        return clause.rule == "direct"
    cue = text[clause.cue.start : clause.cue.end].split()[0].lower()
    if can_speak(written):
        return True
    last = written.split()[-1]
    if speaker.kind == "unknown":  # "the decision tells us": a thing, and the author's words
        return last[0].isupper() and last.lower() not in OPENERS
    return cue in PLAIN_SPEECH or (clause.rule == "direct" and written[0].isupper())


def _spread(
    text: str, clause: Clause, speaker: Speaker, near: list[int], quotes: list[Quote], sentence: SentenceSpan
) -> Attribution | None:
    """The clause as an attribution, its content widened to quotations that run beyond the sentence."""
    if speaker.kind == "author":
        return None
    if clause.rule == "judgement" and speaker.kind == "unknown":
        written = text[clause.source.start : clause.source.end]
        if speaker == UNKNOWN or not (can_speak(written) or written.split()[-1][0].isupper()):
            return None
    if clause.rule in {"direct", "indirect"} and not _speaks(text, clause, speaker):
        return None
    start, end = clause.content
    if clause.outside and clause.rule == "direct":
        for n in near:
            quote = quotes[n]
            if quote.start < end and start < quote.end:
                if quote.start < sentence.start and start - sentence.start <= 2:
                    start = quote.start
                if quote.end > sentence.end and sentence.end - end <= 2:
                    end = quote.end
    return Attribution(start, end, clause.source, clause.cue, speaker, clause.rule)


def _continued(
    text: str,
    n: int,
    quotes: list[Quote],
    owners: dict[int, Attribution],
    sentences: Sequence[SentenceSpan],
    number: int,
) -> Attribution | None:
    """A quotation without a speaker of its own: its neighbour's, or nobody's that we know."""
    quote, sentence = quotes[n], sentences[number]
    previous = owners.get(n - 1)
    before = quotes[n - 1] if n else None
    opens = not text[sentence.start : quote.start].strip()
    if before is not None and previous is not None:
        same = not text[before.end : quote.start].strip()
        between = text[before.end : quote.start]
        paragraph = "\n" not in between and len(between) < 400
        if (before.carries_on and same) or (opens and paragraph):
            return replace(previous, start=quote.start, end=quote.end, rule="continued")
        whole = opens and (quote.end >= len(text) or text[quote.end] == "\n")
        if whole and "\n" in between and not between.strip(' \n.”"') and previous.source is not None:
            return replace(previous, start=quote.start, end=quote.end, rule="continued")
    n_words = len(_WORDS.findall(text, quote.start, min(quote.end, quote.start + 400)))
    whole_sentence = opens and text[max(quote.start, quote.end - 2) : quote.end - 1] in {".", "!", "?", "…", ",", "—"}
    if n_words >= 3 and (whole_sentence or (opens and quote.end >= sentence.end)):
        return Attribution(quote.start, quote.end, None, None, UNKNOWN, "unattributed")
    return None


def _voiced(heir: Attribution, before: Sequence[Attribution], lead: Speaker | None, speakers: Speakers) -> Attribution:
    """A quotation right behind a sentence that says who speaks or acts: "Hale was careful. “It may hold.”" """
    spoke = [one for one in before if one.rule != "judgement" and one.speaker.kind in {"actor", "other"}]
    if spoke:
        return replace(spoke[-1], start=heir.start, end=heir.end, rule="continued")
    if lead is not None and speakers.has_spoken(lead):
        return replace(heir, speaker=lead, rule="continued")
    return heir


def _lead(
    text: str, sentence: SentenceSpan, mentions: Sequence[Mention], index: AliasIndex, speakers: Speakers
) -> Speaker | None:
    """The person that the sentence speaks of first, as its likely subject; None where that is unclear."""
    persons = [m for m in mentions if m.actor in index.persons and not m.ambiguous and not m.relational]
    if persons:
        first = persons[0]
        ahead = text[sentence.start : first.start]
        if text[first.end : first.end + 2] not in {"’s", "'s"} and (len(ahead) <= 30 or ahead.rstrip().endswith(",")):
            return Speaker(first.actor, index.names[first.actor], "actor", True)
        return None
    match = re.match(
        r"(?:In [^,]{1,40}, )?([A-Z][\w’-]+(?: [A-Z][\w’.-]+){0,3})(?=,| [a-z])", text[sentence.start : sentence.end]
    )
    if match and match.group(1).split()[0].lower() not in OPENERS:
        return speakers.name(match.group(1))
    return _introduced(text[sentence.start : sentence.end], speakers)


def _introduced(sentence: str, speakers: Speakers) -> Speaker | None:
    """The one person whom a sentence introduces: "A reply came from Ana Hale, a retired envoy." """
    found = {match.group(1) or match.group(2) for match in _INTRODUCED.finditer(sentence)}
    return speakers.name(found.pop()) if len(found) == 1 else None


def hold_mentions(
    mentions: Sequence[Mention], attributions: Sequence[Attribution]
) -> list[tuple[Speaker | None, Span | None]]:
    """For each mention the speaker whose innermost content covers it, with the cue; None for the author.

    A source is no part of what it says: the speaker's own name is the author's to give.
    """
    held: list[tuple[Speaker | None, Span | None]] = []
    ordered = sorted(attributions, key=lambda a: a.start)
    starts = [a.start for a in ordered]
    # Furthest end among all contents up to each: how far back a covering content can lie.
    furthest: list[int] = []
    for attribution in ordered:
        furthest.append(max(attribution.end, furthest[-1] if furthest else 0))
    for mention in mentions:
        best: Attribution | None = None
        at = bisect_right(starts, mention.start) - 1
        for _ in range(_LOOK_BACK):
            if at < 0 or furthest[at] < mention.end:
                break
            one = ordered[at]
            in_source = one.source is not None and one.source.start <= mention.start and mention.end <= one.source.end
            if (
                one.end >= mention.end
                and not in_source
                and (best is None or one.end - one.start < best.end - best.start)
            ):
                best = one
            at -= 1
        held.append((best.speaker, best.cue) if best else (None, None))
    return held
