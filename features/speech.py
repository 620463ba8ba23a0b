"""Words of speech and judgement, tokens and verbs: the grammar that the attribution rules stand on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tenor.features.gazetteer import split_words


def _forms(text: str) -> frozenset[str]:
    """Base, -s, past and -ing forms; a base may state its past as ``tell/told``."""
    forms: set[str] = set()
    for item in text.split():
        base, _, past = item.partition("/")
        stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
        vowel_y = base.endswith("y") and base[-2] not in "aeiou"
        es = base[:-1] + "ies" if vowel_y else base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s")
        ed = past or (base[:-1] + "ied" if vowel_y else stem + "ed")
        forms |= {base, es, ed, stem + "ing"}
    return frozenset(forms)


# Verbs whose object is what somebody says, thinks or asks.
SAYING = _forms(
    """say/said tell/told warn argue add note observe contend claim state insist explain continue conclude respond
    reply ask question urge doubt maintain stress emphasise emphasize underscore underline highlight announce
    declare describe call predict suggest recall remark quip joke concede assert allege believe think/thought hope
    fear expect estimate write/wrote caution complain counter reiterate affirm reaffirm confirm reveal disclose
    assure inform remind advise propose recommend demand vow pledge promise tweet post speculate wonder lament boast
    comment opine propound acknowledge agree disagree deny reckon label brand dub dismiss reject reason object
    testify elaborate signal_ posit muse grumble sniff shrug_ whisper swear/swore shout exclaim mutter interject
    retort indicate report show find/found mention"""
) - {"signal_", "shrug_"} | split_words(
    "pressed presses pressing admitted admits admit admitting rejected wrote written said saying retorted"
)
# Verbs of judgement: their subject holds a tone toward their object.
JUDGING = _forms(
    """thank praise blame accuse condemn nominate hail criticise criticize welcome laud commend appreciate denounce
    slam/slammed blast rebuke chide scold credit congratulate admire mock ridicule fault decry deplore applaud
    salute honour honor award endorse acknowledge lambast lambaste castigate excoriate berate reprimand vilify
    disparage compliment extol/extolled champion deride scorn reproach admonish downplay malign defame flatter fete
    belittle resent distrust mistrust revile despise insult thwart_ celebrate lionise lionize vindicate chastise
    upbraid snub/snubbed excuse absolve exonerate"""
) - {"thwart_"} | split_words(
    """slamming snubbing extolling respected respects suspected suspects likes liked dislike dislikes disliked hates
    hated loathes loathed"""
)
# Forms that are nouns or adjectives as often as verbs: they need their subject right before them.
NOUNISH = split_words(
    """claims claim notes note states state hopes hope fears fear reports report comments comment calls call demands
    demand promises promise answers counter counters posts post questions question blames blame doubts doubt pledges
    pledge vow vows objects object reasons reason estimates estimate remarks remark demand suggested expected
    estimated alleged proposed promised reported claimed feared hoped stated brand brands label labels shout shouts
    insult insults award awards credit credits praise faults fault honour honours honor honors salute salutes
    champion champions snub snubs blast blasts welcome endorsed welcomed add say muses signals compliment
    compliments excuse excuses tweet tweets jokes joke whisper whispers thanks think wonder wonders posited asking
    writing thinking saying speaking counting counting_ post posting labelled branded dubbed described called
    nominated awarded condemned accused acclaimed thought told advised dismissed rejected agreed confirmed announced
    declared agree views view regards regard play plays put puts offered
    respects suspects suspected likes"""
)
# Of these only "that", a quotation or a place after it makes speech: "she added that", not "it adds weight".
NEEDS_THAT = _forms(
    """continue conclude add counter maintain respond reply agree object reason post comment elaborate swear/swore
    recall observe claim disagree fear hold/held exclaim interject remark counter testify confirm show
    find/found mention state report"""
)
# Of these anything may be the subject; of all others only somebody who can speak.
PLAIN_SPEECH = _forms("say/said tell/told write/wrote announce declare argue warn note state")
BE = split_words("is are was were be been being isn't aren't wasn't weren't get gets got getting am 's ’s")
AUX = split_words(
    """has have had also later then would will could may might must did does do not never again once often too soon
    still simply just even further since already first ever repeatedly cannot can't didn't doesn't don't should
    himself herself itself themselves now twice always rightly need nonetheless nevertheless therefore instead"""
)
_PASTS = ("ed", "ing", "s", "t", "ld", "id", "ught", "ote", "re", "und")
# A bare verb right after a singular noun is none of its own ("for a moment believe").
BASES = frozenset(form for form in SAYING | JUDGING if not form.endswith(_PASTS))
PLURALS = split_words("people police men women both many some most few all military media press public majority")
PRONOUNS = split_words("he she they it we i who you")
_NOT_ADVERBS = split_words(
    """family ally july italy supply reply assembly anomaly monopoly bully rally daily weekly monthly only early"""
)
DETERMINERS = split_words(
    """a an the his her its their our my this that these those some many several two three four most other one any no
    both each all few"""
)
PREPOSITIONS = split_words(
    """in of for from at with to by near on against about between among inside outside within under over into"""
)
BOUNDARIES = split_words(
    """that which but while because if as when where since though although after before whereas and or so than unless
    until what how why whether said says because whose him them"""
)
PARTICLES = split_words("of bin bint ibn al de la di da du van von der el ul ur e")
TIME = split_words(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December"""
)
APPOSITION = split_words(
    """a an the who whose former chair chairman chairwoman head director president chief founder editor author
    professor in by during however meanwhile too speaking aged himself herself himself also at of an one now then
    for on with citing one executive managing senior deputy vice co-founder spokesperson spokesman spokeswoman
    adviser advisor fellow lecturer analyst economist trader lawyer banker scholar historian economist owner widow
    son daughter"""
)
TOKEN = re.compile(r"[^\W_](?:[\w’'-]*\w)?\.?(?:[A-Za-z]\.)*|\$?\d[\d,.]*")


# An open single quotation, which the next mark closes: that is no possessive.
_OPEN_SINGLE = re.compile(r"(?<![\w’'])[‘'](?=\w)(?:[^’'\n]|[’'](?=\w))*$")
_NEAR = 200  # characters back in which such a quotation may have opened
_SHORT_FORMS = split_words("jr sr inc ltd co corp bros")  # their full stop belongs to the name
_CLOSING = " \n”\"’')]"
_RETIRED = re.compile(r"\s*\((?:retd|rtd|ret|retired)\.?\)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A word of a sentence; ``gap`` is what stands between it and the word before."""

    start: int
    end: int
    text: str
    lower: str
    gap: str

    @property
    def capital(self) -> bool:
        """Whether it starts like a name."""
        return self.text[0].isupper()


def gap_of(text: str, start: int, end: int) -> str:
    """What stands between two words.

    An ampersand, the note after a rank ("General (retd) Hale") and the apostrophe of a plural owner before a further
    capital ("the Dockers' Guild") count as blanks.
    """
    gap = text[start:end]
    if gap == " & ":
        return " "
    if gap in {"' ", "’ "} and text[start - 1 : start] in {"s", "S"} and text[end : end + 1].isupper():
        return gap if _OPEN_SINGLE.search(text, max(0, start - _NEAR), start) else " "
    return _RETIRED.sub(" ", gap) if "(" in gap else gap


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The words of ``text[start:end]`` with their offsets in ``text``; without the "(retd)" after a rank."""
    found: list[Token] = []
    last = start
    for match in TOKEN.finditer(text, start, end):
        word, stop = match.group(), match.end()
        if text[match.start() - 1 : match.start()] == "(" and _RETIRED.match(text, match.start() - 1, end):
            continue
        if word.endswith(".") and "." not in word[:-1]:
            abbreviated = len(word) <= 4 and word[0].isupper()
            if abbreviated and len(word) > 2 and word[:-1].lower() not in _SHORT_FORMS:
                abbreviated = bool(text[stop : min(end, stop + 4)].strip(_CLOSING))  # "said Bob Lee." ends a sentence
            if not abbreviated:
                word, stop = word[:-1], stop - 1
        lower = word.lower().replace("’", "'").removesuffix(".")
        found.append(Token(match.start(), stop, word, lower, gap_of(text, last, match.start())))
        last = stop
    return found


def is_adverb(token: Token) -> bool:
    """Whether a word may stand between subject and verb without being either."""
    return token.lower in AUX or (token.lower.endswith("ly") and token.lower not in _NOT_ADVERBS and not token.capital)


def verb_position(tokens: list[Token], at: int) -> int:
    """The place of the last word before the verb at ``at`` that is no auxiliary or adverb (-1: none).

    A progressive ("is warning") counts as active; a passive gives -2.
    """
    j = at - 1
    while j >= 0 and tokens[j + 1].gap.isspace() and is_adverb(tokens[j]):
        j -= 1
    if j >= 0 and tokens[j + 1].gap.isspace() and (tokens[j].lower in BE):
        if not tokens[at].lower.endswith("ing"):
            return -2
        j -= 1
        while j >= 0 and tokens[j + 1].gap.isspace() and is_adverb(tokens[j]):
            j -= 1
    return j
