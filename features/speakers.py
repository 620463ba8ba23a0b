"""Who a speaker phrase means: a registered actor, a name kept the same across the article, or unknown."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from tenor.features.aliases import AliasIndex
from tenor.features.gazetteer import HONORIFICS, ORGANISATION_WORDS, split_words
from tenor.features.mentions import Mention
from tenor.features.sentences import STARTERS
from tenor.features.speech import PREPOSITIONS

_NAME = re.compile(
    r"(?<![\w’'-])(?:[A-Z][a-z]{0,3}\.|[A-Z][\w’-]{0,40})"
    r"(?:[ \xa0](?:bin|al|de|la|van|von|der|ul|ur|[A-Z]\.|[A-Z][\w’-]{0,40})(?=[\s,;:.)’'”\"]|$)){1,4}"
)
_WORD = re.compile(r"[\w’'-]+")
_OF = frozenset({"of", "for", "by", "from", "in", "at"})
_PARTICLES = split_words("""bin al de la van von der ul ur el""")
# Between a state's name and these, its officials speak for it.
_OFFICIALS = split_words(
    """official officials officer officers authorities government military army forces diplomat diplomats sources
    source ministry delegation side administration negotiators negotiator commanders generals leaders leadership
    envoys envoy representatives spokesman spokeswoman spokesperson ministers establishment readout statement
    embassy office officialdom department intelligence police ambassador regime"""
)
# Of a person these speak in the person's name.
_OWN_WORDS = split_words(
    """office spokesman spokeswoman spokesperson statement remarks speech readout post tweet letter testimony campaign
    team"""
)
_ANALYSTS = split_words(
    """analyst expert professor economist scholar trader lawyer historian researcher academic author diplomat banker
    exporter broker strategist official minister lecturer adviser magistrate farmer teacher driver resident activist
    manager shopkeeper widow student engineer consultant fellow columnist"""
)


@dataclass(frozen=True)
class Speaker:
    """A resolved speaker.

    ``holder`` is an actor id, a name as written, or ``unknown``; ``kind`` is actor, other or unknown (author besides).
    """

    holder: str
    name: str
    kind: str
    person: bool = False


UNKNOWN = Speaker("unknown", "unknown", "unknown")
_CAN_SPEAK = re.compile(
    r"(?:[ei]r|or|ist|ian|ant|ent|man|woman|eer|ary|ate|yst|ess|ee)s?$|(?:men|women|people|critics?|aides?|voices?|members?|allies|"
    r"statements?|reports?|readouts?|communiqu[eé]s?|letters?|stud(?:y|ies)|papers?|polls?|surveys?|friends?|others|"
    r"chiefs?|heads?|spokes\w+|parents?|families|residents?|crowds?|protesters|sources?|experts?|police|sides?|ministry|office|"
    r"embassy|government|army|military|team|company|firm|bank|council|committee|newspaper|paper|editorial|court|party|"
    r"campaign|group|agency|union|panel|board|commission|foundation|federation|chamber|press|media|outlet|article|uncle|aunt|"
    r"cousin|mother|father|wife|husband|daughter|son|colleague|general|admiral|colonel|king|president)s?$"
)


def can_speak(written: str) -> bool:
    """Whether a phrase with a common noun at its head names somebody, or a document, that can say something."""
    head = re.split(r"\s(?:of|in|from|for|at|on|with|to|by|near|who|within)\s", written.lower())[0].split()
    return bool(head) and _CAN_SPEAK.search(head[-1]) is not None


class Speakers:
    """The speakers of one article, met in its order; remembers who spoke last for "she continued"."""

    def __init__(self, text: str, mentions: Sequence[Mention], index: AliasIndex) -> None:
        self.text, self.mentions, self.index = text, mentions, index
        self._starts = [mention.start for mention in mentions]
        self._full = _full_names(text)
        self._last: tuple[int, Speaker] | None = None  # the person who spoke last, and in which sentence
        self._gender: dict[str, str] = {}

    def resolve(self, start: int, end: int, sentence: int, lead: Speaker | None) -> Speaker:
        """Whom the phrase ``[start, end)`` in sentence number ``sentence`` means.

        ``lead`` is the person that the sentence before speaks of first, if any.
        """
        written = self.text[start:end]
        low = written.lower()
        if low in {"he", "she"}:
            speaker = self._pronoun(low, sentence, lead)
        elif low in {"they", "it", "who", "you", "both", "others", "some", "many"}:
            return UNKNOWN
        else:
            speaker = self._actor(start, end) or self._anaphor(written, sentence) or self._named(written)
        self.heard(speaker, sentence)
        return speaker

    def name(self, written: str) -> Speaker | None:
        """The person whom a name outside any attribution means, kept the same across the article."""
        speaker = self._named(written)
        known = " " in speaker.name or written in self._full
        return speaker if speaker.person and known else None

    def heard(self, speaker: Speaker, sentence: int) -> None:
        """Note that ``speaker`` goes on speaking in a sentence."""
        if speaker.person:
            self._last = (sentence, speaker)

    def _pronoun(self, pronoun: str, sentence: int, lead: Speaker | None) -> Speaker:
        spoke = self._last[1] if self._last and sentence - self._last[0] <= 2 and self._last[1].person else None
        for candidate in (spoke, lead) if self._last and sentence - self._last[0] <= 1 else (lead, spoke):
            if candidate is not None and self._gender.setdefault(candidate.holder, pronoun) == pronoun:
                return candidate
        return UNKNOWN

    def _actor(self, start: int, end: int) -> Speaker | None:
        """The registered actor at the phrase's head, or for whom its head speaks ("US officials")."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        inside = [m for m in self.mentions[low:high] if m.end <= end]
        for mention in inside:
            actor = self.index.names[mention.actor]
            if mention.ambiguous:
                continue
            person = mention.actor in self.index.persons
            rest = self.text[mention.end : end]
            ahead = [w.lower() for w in _WORD.findall(self.text[start : mention.start])]
            prepositions = [w for w in ahead if w in PREPOSITIONS]
            if prepositions and (person or prepositions[-1] not in _OF or not set(ahead) & _OFFICIALS):
                continue  # "an aide to Trump" is not Trump; "officials in Islamabad" are Pakistan's
            words = [w.lower() for w in _WORD.findall(re.sub(r"^['’]s?", "", rest))]
            if not words or rest.lstrip().startswith(","):
                return Speaker(mention.actor, actor, "actor", person)
            if words[0] == "and" and len(inside) > 1:
                return Speaker(mention.actor, actor, "actor", False)
            own = _OWN_WORDS if person else _OFFICIALS
            if words[-1] in own or words[0] in own:
                return Speaker(mention.actor, actor, "actor", person)
        return None

    def _anaphor(self, written: str, sentence: int) -> Speaker | None:
        """The last speaker, where "the analyst" can only be the analyst who spoke."""
        words = written.lower().split()
        if self._last is None or not 2 <= len(words) <= 3 or words[0] != "the" or words[-1] not in _ANALYSTS:
            return None
        at, speaker = self._last
        name, role = re.escape(speaker.name), words[-1]
        introduced = rf"{name},[^.\n]{{0,80}}\b{role}\b|\b{role}[ \xa0]{name}"
        if sentence - at <= 2 and speaker.kind == "other" and re.search(introduced, self.text):
            return speaker
        return None

    def _named(self, written: str) -> Speaker:
        name = " ".join(re.sub(r"['’]s?$", "", written).split())
        name = re.sub(r"^(?:the|a|an)\s+", "", name, flags=re.IGNORECASE)
        if not name:
            return UNKNOWN
        words = name.split()
        of = re.match(r"((?:[A-Z][\w’.-]*[ \xa0]){1,3}[A-Z][\w’-]*)[ \xa0](?:of|from|at|with)[ \xa0]", name)
        if of and not ORGANISATION_WORDS & set(of.group(1).split()):
            words = of.group(1).split()  # "Leila Vasanth of the Straits Security Forum"
        capital = all(word[0].isupper() or word in _PARTICLES for word in words)
        if capital:
            while len(words) > 1 and words[0].rstrip(".") in HONORIFICS:
                words = words[1:]
            if words and words[0].endswith("ly") and words[0].lower() != words[0] and len(words) == 1:
                return UNKNOWN
            if len(words) == 1 and len(self._full.get(words[0], ())) == 1:
                words = next(iter(self._full[words[0]])).split()
        name = " ".join(words)
        person = capital and not ORGANISATION_WORDS & set(words) and not name.isupper()
        return Speaker(name[:120], name[:120], "other", person)


def _full_names(text: str) -> dict[str, set[str]]:
    """Last name to the full names that the article gives with it."""
    found: dict[str, set[str]] = {}
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and (words[0].rstrip(".") in HONORIFICS or words[0].lower() in STARTERS):
            words = words[1:]
        if len(words) > 1 and not ORGANISATION_WORDS & set(words):
            last = re.sub(r"['’]s?$", "", words[-1]).rstrip(".")
            found.setdefault(last, set()).add(" ".join([*words[:-1], last]))
    return found
