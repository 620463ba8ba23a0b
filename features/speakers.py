"""Who a speaker phrase means: a registered actor, a name kept the same across the article, or unknown."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tenor.features.aliases import AliasIndex
from tenor.features.gazetteer import CAPITALS, HONORIFICS, ORGANISATION_WORDS, split_words
from tenor.features.gender import gender_of
from tenor.features.mentions import Mention
from tenor.features.phrases import OPENERS, can_speak
from tenor.features.quotes import Quote
from tenor.features.speaker_names import PARTICLES, full_names, without_titles
from tenor.features.speech import PREPOSITIONS

_LOWER = re.compile(r"(?<![\w’'-])[^\W\d_A-Z][\w-]*")
_WORD = re.compile(r"[\w’'-]+")
_OF = frozenset({"of", "for", "by", "from", "in", "at"})
_RANK_NOTE = re.compile(r"\s*\((?:retd|rtd|ret|retired)\.?\)\s*", re.IGNORECASE)
_AFTER_NAME = split_words("""of from at with in and for""")
# The writer or outlet speaking of itself.
_SELF = re.compile(
    r"(?:this|our|these) (?:news)?(?:paper|magazine|column|columns|page|pages|writer|author|reporter|correspondent)$",
    re.IGNORECASE,
)
# An office that ends in "of State" or the like, before its bearer's name.
_OFFICE_OF = re.compile(
    r"(?:[Tt]he )?((?:[A-Z][\w-]*\.? )+)(?:of|for) (?:the )?(?:[A-Z][\w-]* )+(?:and [A-Z][\w-]* )?$"
)
_ABROAD = split_words("""western european foreign arab gulf asian african regional un""")
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
_ANYBODY = split_words("""nobody somebody everybody anybody someone everyone anyone none""")
_TWO = re.compile(r"(?:both|(?:the )?two)(?: (?:leaders|men|women|ministers|officials|presidents|diplomats))?")
_NEAR = 500  # characters back in which "the two leaders" were named
_PRONOUN = {"he": "he", "his": "he", "she": "she", "her": "she"}
_SEVERAL = split_words("""both others some many most several few none""")
_REMEMBERED = 6  # sentences back, and speakers, among whom a pronoun's bearer is looked for
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


AUTHOR = Speaker("author", "author", "author")
UNKNOWN = Speaker("unknown", "unknown", "unknown")


class Speakers:
    """The speakers of one article, met in its order; remembers who spoke last for "she continued"."""

    def __init__(
        self, text: str, mentions: Sequence[Mention], quotes: Sequence[Quote], index: AliasIndex, outlet: str = ""
    ) -> None:
        self.text, self.mentions, self.index, self.outlet = text, mentions, index, outlet
        self._starts = [mention.start for mention in mentions]
        self._full = full_names(text)
        self._lower = frozenset(_LOWER.findall(text))  # a capital that also stands small hides a common noun
        self._last: tuple[int, Speaker] | None = None  # the person who spoke last, and in which sentence
        self._heard: list[tuple[int, Speaker]] = []  # all persons who spoke, in order
        self._gender: dict[str, str] = {}
        self._shown: dict[str, str | None] = {}
        self._introduced: dict[tuple[str, str], bool] = {}  # (name, role)
        self._quotes = quotes
        self._opened = [quote.start for quote in self._quotes]

    def resolve(self, start: int, end: int, sentence: int, lead: Speaker | None) -> Speaker:
        """Whom the phrase ``[start, end)`` in sentence number ``sentence`` means.

        ``lead`` is the person that the sentence before speaks of first, if any.
        """
        written = self.text[start:end]
        low = written.lower()
        if low in _PRONOUN:
            speaker = self._pronoun(_PRONOUN[low], sentence, lead)
        elif low in {"they", "it", "who", "you", "their"}:
            return UNKNOWN
        elif _TWO.fullmatch(low):
            return self._two(start)
        elif low in _SEVERAL:
            return Speaker("unknown", written, "unknown")
        else:
            speaker = (
                self._actor(start, end) or self._people(low) or self._anaphor(written, sentence) or self._named(written)
            )
        if not self._quoted(start):
            self.heard(speaker, sentence)
        return speaker

    def has_spoken(self, speaker: Speaker) -> bool:
        """Whether a person has been heard to speak so far."""
        return any(one == speaker for _, one in self._heard)

    def _quoted(self, at: int) -> bool:
        """Whether a place lies within a quotation: who speaks there is spoken of, and no later "she" in the text."""
        number = bisect_right(self._opened, at) - 1
        return number >= 0 and self._quotes[number].start < at < self._quotes[number].end

    def name(self, written: str) -> Speaker | None:
        """The person whom a name outside any attribution means, kept the same across the article."""
        speaker = self._named(written)
        known = " " in speaker.name
        return speaker if speaker.person and known else None

    def heard(self, speaker: Speaker, sentence: int) -> None:
        """Note that ``speaker`` goes on speaking in a sentence."""
        if speaker.person:
            self._last = (sentence, speaker)
            self._heard.append(self._last)

    def _pronoun(self, pronoun: str, sentence: int, lead: Speaker | None) -> Speaker:
        """The nearest person whom the article does not show to be of the other sex; unknown where there is none."""
        spoke = self._last[1] if self._last and sentence - self._last[0] <= 2 else None
        near = (spoke, lead) if self._last and sentence - self._last[0] <= 1 else (lead, spoke)
        for candidate in near:
            if candidate is not None and self._sex(candidate, pronoun) == pronoun:
                return candidate
        for at, candidate in reversed(self._heard[-_REMEMBERED:]):
            if sentence - at <= _REMEMBERED and self._shown_sex(candidate.name) == pronoun:
                return candidate
        possible = {
            candidate.holder: candidate
            for at, candidate in self._heard[-_REMEMBERED:]
            if sentence - at <= _REMEMBERED and self._shown_sex(candidate.name) in {None, pronoun}
        }
        if len(possible) == 1:  # only one who spoke of late can be meant
            (speaker,) = possible.values()
            if self._sex(speaker, pronoun) == pronoun:
                return speaker
        return UNKNOWN

    def _sex(self, speaker: Speaker, assumed: str) -> str:
        """The pronoun that the article uses of somebody; ``assumed`` from here on where it shows none."""
        if speaker.holder not in self._gender:
            self._gender[speaker.holder] = self._shown_sex(speaker.name) or assumed
        return self._gender[speaker.holder]

    def _shown_sex(self, name: str) -> str | None:
        if name not in self._shown:
            self._shown[name] = gender_of(self.text, name)
        return self._shown[name]

    def _actor(self, start: int, end: int) -> Speaker | None:
        """The registered actor at the phrase's head, or for whom its head speaks ("US officials")."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        inside = [m for m in self.mentions[low:high] if m.end <= end]
        inside.sort(key=lambda m: not (m.rule == "title" and m.end == end))  # "Pakistan's army chief" is the chief
        for mention in inside:
            actor = self.index.names[mention.actor]
            if mention.ambiguous:
                continue
            person = mention.actor in self.index.persons
            rest = self.text[mention.end : end]
            ahead = [w.lower() for w in _WORD.findall(self.text[start : mention.start])]
            prepositions = [w for w in ahead if w in PREPOSITIONS]
            office = _OFFICE_OF.match(self.text[start : mention.start])
            if office and person and office.group(1).split()[-1] in HONORIFICS:
                prepositions = []  # "Secretary of State Ana Hale"
            if prepositions and _ABROAD & set(ahead):
                continue  # "a Western diplomat in Islamabad" is not Pakistan's
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

    def _two(self, at: int) -> Speaker:
        """ "The two leaders": ``unknown``, since a view has one holder, by the names of the two persons just named."""
        high = bisect_left(self._starts, at)
        named: list[str] = []
        for mention in reversed(self.mentions[max(0, high - 20) : high]):
            person = mention.actor in self.index.persons and not mention.ambiguous
            if person and at - mention.start <= _NEAR and self.index.names[mention.actor] not in named:
                named.append(self.index.names[mention.actor])
        return Speaker("unknown", " and ".join(reversed(named)) if len(named) == 2 else "two speakers", "unknown")

    def _people(self, low: str) -> Speaker | None:
        """The state of a demonym that stands alone before what it holds ("the Indian charge that …")."""
        actor = self.index.forms.get(low) if low in self.index.demonyms else None
        return Speaker(actor, self.index.names[actor], "actor") if actor else None

    def _anaphor(self, written: str, sentence: int) -> Speaker | None:
        """The last speaker, where "the analyst" can only be the analyst who spoke."""
        words = written.lower().split()
        if self._last is None or not 2 <= len(words) <= 3 or words[0] != "the":
            return None
        if words[-1] not in _ANALYSTS and not can_speak(words[-1]):
            return None
        at, speaker = self._last
        if sentence - at <= 2 and speaker.kind == "other" and self._is_introduced(speaker.name, words[-1]):
            return speaker
        return None

    def _is_introduced(self, name: str, role: str) -> bool:
        """Whether the article says of a name that it is, say, an analyst's; the article is searched once for each."""
        key = name, role
        if key not in self._introduced:
            name = re.escape(name)
            introduced = rf"{name},[^.\n]{{0,80}}\b{role}\b|\b{role}[ \xa0]{name}"
            self._introduced[key] = re.search(introduced, self.text) is not None
        return self._introduced[key]

    def _named(self, written: str) -> Speaker:
        """A name in its fullest form, an unnamed source with its phrase, or the author speaking of himself."""
        phrase = " ".join(_RANK_NOTE.sub(" ", re.sub(r"['’]s?$", "", written)).split())
        phrase = re.sub(r"^(?:the|a|an)\s+", "", phrase, flags=re.IGNORECASE)
        if not phrase:
            return UNKNOWN
        if _SELF.match(phrase) or self._outlet(phrase):
            return AUTHOR
        words = self._name_words(phrase.split())
        if not words:
            return Speaker("unknown", phrase[:120], "unknown")
        name = " ".join(words)[:120]
        person = not ORGANISATION_WORDS & set(words) and not name.isupper()
        return Speaker(name, name, "other", person)

    def _outlet(self, phrase: str) -> bool:
        """Whether a phrase is the outlet's name or the last word of it."""
        own = re.sub(r"^the\s+", "", self.outlet.casefold())
        return bool(own) and phrase.casefold() in {own, own.split()[-1]}

    def _name_words(self, words: list[str]) -> list[str]:
        """The name that a phrase opens with, in its fullest form; none where a common noun is its head."""
        n = 0
        while n < len(words) and (words[n][0].isupper() or words[n] in PARTICLES or words[n] == "&"):
            n += 1
        name = without_titles(words[:n])
        if not name:
            return []
        if n < len(words):
            if words[n] not in _AFTER_NAME:
                return []  # "Western diplomat", "Varna brokers"
            if len(name) > 1 and not ORGANISATION_WORDS & set(name):
                return self._fullest(name)  # "Leila Vasanth of the Straits Security Forum"
            if ORGANISATION_WORDS & set(name):
                return words  # "Ministry of Trade"
            full = self._fullest(name)
            titled = words[0].rstrip(".") in HONORIFICS  # "Mr Hale of the Reed Group"
            return full if len(full) > 1 or titled else []
        full = self._fullest(name)
        return full if len(full) > 1 and not self._only_places(name) else ([] if self._common(name) else full)

    def _fullest(self, name: list[str]) -> list[str]:
        """The one full name of the article that a name ends, else the name itself."""
        ends = [w.casefold() for w in name]
        full = [f.split() for f in self._full.get(name[-1], ())]
        longer = [f for f in full if len(f) > len(name) and [w.casefold() for w in f[-len(name) :]] == ends]
        return longer[0] if len(longer) == 1 else name

    def _only_places(self, name: list[str]) -> bool:
        """Whether a phrase holds only a state, its people or a place."""
        whole = " ".join(name).casefold()
        forms = (whole, whole.removesuffix("s"))
        return any(f in self.index.forms for f in forms) or " ".join(name) in CAPITALS

    def _common(self, name: list[str]) -> bool:
        """Whether capitals only hide a common noun or an adjective ("Traders", "Varnans", "Democratic")."""
        if self._only_places(name):
            return True
        if len(name) > 1:
            return False
        word = name[0].rstrip(".")
        low = word.lower()
        if (
            word in HONORIFICS
            or low in OPENERS
            or low in _ANYBODY
            or (low.endswith("s") and can_speak(low))
            or low.endswith("ly")
        ):
            return True
        return low in self._lower
