"""Theme tokens: the words and phrases that a theme may be named by.

A sentence becomes a list of tokens: lower case, without stop words and reporting verbs, plural and singular merged to
the commoner of the two, collocations joined ("rare earth"), and names of actors kept whole and marked, so that naming
can keep them from dominating. Phrases hold a no-break space inside, so that tokens can be joined by plain spaces.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

JOINT = "\u00a0"

_WORD = re.compile(r"(?:[^\W_]\.){2,}|[^\W_]+(?:[-'’][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile(r"['’]s?$")
_MIN_PHRASE_COUNT = 4
_MIN_PHRASE_NPMI = 0.45
_MAX_PHRASE_WORDS = 3
_NEXT_WORD = re.compile(r",? ([A-Za-z]+)")
_VERBS = """
said says told argued argues added adds asked asks wrote writes who warned replied explained noted insisted answered
thinks thought believes sighed laughed
"""
_SPEECH = frozenset(_VERBS.split())
_SPEAKER_SHARE = 0.25
_BEFORE_NOUNS = """
a an the its his her their our my your this that these those no any some each every of in on for with by from at into
over under between about against and or as than both all more most other such
"""
_HEADS = frozenset(_BEFORE_NOUNS.split())
_NOUN_SHARE = 0.2

# Words of reporting, time and quantity: frequent in every news theme, telling of none.
_NEWS_WORDS = """
according account accounts act actually added adding address adds afternoon ago ahead aim aimed already also although
amid announce announced announcement answer appear appeared april argue argued argues ask asked asking asks august
available away back began begin beginning best better big billion both brief bring brought called calling came case
cent century certain certainly claim claimed clear clearly close come comes coming comment comments consider
considered continue continued continues could course current currently date day days december decide decided described
despite did different does doing done dozen due earlier early easy eight end ended ends enough especially even evening
event events ever every exactly expect expected face faced fact far february feel few fifth final finally find five
follow followed following follows fourth friday full further gave general get gets getting give given gives giving go
goes going gone good got great had half happen happened hard having head held help helped here high hold holding hope
hour hours however hundred idea important include included includes including increased indeed instead january job
july june just keep kept key kind knew know known large largely last late later latest lead leading leave led left
less let level like likely line little local long longer look looked looking lot made main major make makes making man
many march matter may mean means meanwhile meet member members men might million minute minutes moment monday month
months more morning move moved much must name named nearly need needed needs never new news next night nine note noted
notes nothing november number october offered office official officials often old one only part particular
particularly parts past people per percent perhaps period person place placed plan point points possible present
previous probably problem problems provide put question questions quite quoted raise raised rather reach read real
really reason received recent recently report reported reportedly reporter reporters reports result return run said
saturday say saying says second seconds see seek seem seemed seems seen sent september served set seven several shall
share short show showed shows side sign similar simple simply since single six small so some something sometimes soon
sort sought source sources speak speaking spoke spokesman spokesperson spokeswoman start started state stated
statement statements stay step still story sunday sure take taken takes taking talk tell ten term terms text thing
things think third thought thousand three thursday time times today together told tomorrow took top total toward
towards trillion try trying tuesday turn turned two use used using via view want wanted wants way ways wednesday week
weeks well went whether while whole whose wide will within without word words work worked working would write writer
writing wrote year years yes yesterday yet
"""
_NOT_PLURAL = ("ss", "us", "is", "as", "os", "'s")


@dataclass(frozen=True)
class ThemeTokens:
    """Tokens of some sentences, in their order, with how each token is written and which ones name an actor."""

    sentences: list[list[str]]
    written: dict[str, str]
    actors: frozenset[str]


@dataclass
class _Vocabulary:
    """How tokens are written in running text, counted while sentences are read."""

    forms: dict[str, Counter[str]] = field(default_factory=dict)
    spoken: Counter[str] = field(default_factory=Counter)
    headed: Counter[str] = field(default_factory=Counter)

    def add(self, token: str, form: str, *, speaks: bool, headed: bool) -> None:
        self.forms.setdefault(token, Counter())[form] += 1
        self.spoken[token] += speaks
        self.headed[token] += headed

    def verbs(self) -> set[str]:
        """Tokens in small letters that hardly ever follow an article, a possessive or a preposition, as nouns do."""
        return {
            token
            for token, forms in self.forms.items()
            if self.headed[token] < _NOUN_SHARE * sum(forms.values())
            and sum(count for form, count in forms.items() if form[:1].isupper()) * 2 < sum(forms.values())
        }

    def speakers(self) -> set[str]:
        """Tokens always written with a capital that stand beside a verb of speech often: names of those quoted."""
        return {
            token
            for token, forms in self.forms.items()
            if self.spoken[token] >= _SPEAKER_SHARE * sum(forms.values())
            and self.spoken[token] > 0
            and all(form[:1].isupper() and not form.isupper() for form in forms)
        }

    def written(self, token: str) -> str:
        if token not in self.forms:
            return token
        return max(self.forms[token].items(), key=lambda item: (item[1], item[0]))[0]


def theme_tokens(texts: Sequence[str], *, actor_names: Sequence[str] = (), raw_text: bool = True) -> ThemeTokens:
    """Tokens of every text, in order; an empty text has none.

    Frequent collocations become one token (normalised pointwise mutual information of neighbours, Bouma 2009). Text
    that is not raw, but comes as preprocessed words, is only split at blanks.
    """
    if not raw_text:
        return ThemeTokens([text.split() for text in texts], {}, frozenset())
    dropped = _stop_words()
    names = _name_pattern(actor_names)
    vocabulary = _Vocabulary()
    actors: set[str] = set()
    # A None marks a gap (a stop word or a mark of punctuation) over which no phrase may reach.
    runs: list[list[str | None]] = []
    for text in texts:
        run: list[str | None] = []
        position = 0
        for found in names.finditer(text) if names else ():
            _read(text[position : found.start()], run, vocabulary, dropped)
            token = JOINT.join(found.group().split())
            actors.add(token)
            run.extend((None, token, None))
            position = found.end()
        _read(text[position:], run, vocabulary, dropped)
        runs.append(run)
    _drop(runs, vocabulary.speakers() - actors)
    _merge_plurals(runs, actors)
    for _ in range(_MAX_PHRASE_WORDS - 1):
        _join_phrases(runs, actors)
    # Verbs may stand inside a phrase, but name nothing alone.
    _drop(runs, vocabulary.verbs() - actors)
    tokens = [[token for token in run if token is not None] for run in runs]
    kept = {token for run in tokens for token in run}
    written = {token: JOINT.join(vocabulary.written(part) for part in token.split(JOINT)) for token in kept - actors}
    written |= {token: token for token in actors}
    return ThemeTokens(tokens, {token: form.replace(JOINT, " ") for token, form in written.items()}, frozenset(actors))


def content_words(texts: Sequence[str]) -> list[int]:
    """How many words of every text say something: of three letters or more, and not among the stop words."""
    dropped = _stop_words()
    return [sum(len(word) > 2 and word not in dropped for word in _LETTERS.findall(text.lower())) for text in texts]


def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(_NEWS_WORDS.split()) | frozenset(ENGLISH_STOP_WORDS)


def _name_pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """One case-sensitive alternation of whole names, the longest first; None without names."""
    distinct = sorted({" ".join(name.split()) for name in names if name.strip()}, key=lambda name: (-len(name), name))
    if not distinct:
        return None
    spaced = (r"\s+".join(re.escape(part) for part in name.split(" ")) for name in distinct)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")


def _read(text: str, run: list[str | None], vocabulary: _Vocabulary, dropped: frozenset[str]) -> None:
    """Append the tokens of a stretch of text to a run."""
    end = 0
    before, owned = "", False
    for found in _WORD.finditer(text):
        if text[end : found.start()].strip():
            run.append(None)
        starts_sentence = not run and found.start() == 0
        end = found.end()
        form = _POSSESSIVE.sub("", found.group())
        token = form.lower().replace("’", "'")
        short = len(token) < 3 and not (len(form) == 2 and form.isupper())
        if short or token in dropped or "'" in token or not any(character.isalpha() for character in token):
            run.append(None)
            before, owned = token, _POSSESSIVE.search(found.group()) is not None
            continue
        after = _NEXT_WORD.match(text, end)
        speaks = before in _SPEECH or (after is not None and after.group(1).lower() in _SPEECH)
        # A capital at the head of a sentence says nothing of how the word is written.
        shown = token if starts_sentence and not form.isupper() and not speaks else form
        vocabulary.add(token, shown, speaks=speaks, headed=before in _HEADS or owned)
        before, owned = token, _POSSESSIVE.search(found.group()) is not None
        run.append(token)
    run.append(None)


def _drop(runs: list[list[str | None]], dropped: set[str]) -> None:
    """Put a gap in place of some tokens."""
    for run in runs:
        run[:] = [None if token in dropped else token for token in run]


def _merge_plurals(runs: list[list[str | None]], actors: set[str]) -> None:
    """Write plural and singular as whichever of the two is commoner."""
    counts = Counter(token for run in runs for token in run if token is not None)
    merged: dict[str, str] = {}
    for plural in counts:
        if plural in actors or not plural.endswith("s") or plural.endswith(_NOT_PLURAL):
            continue
        stems = [plural[:-1]] + ([plural[:-3] + "y"] if plural.endswith("ies") else [])
        stems += [plural[:-2]] if plural.endswith(("ches", "shes", "xes", "sses", "zes")) else []
        known = [stem for stem in stems if stem in counts and stem not in actors]
        singular = max(known, key=lambda stem: counts[stem], default=None)
        if singular is None or len(singular) < 3:
            continue
        common, rare = (plural, singular) if counts[plural] >= counts[singular] else (singular, plural)
        merged[rare] = common
    for run in runs:
        run[:] = [merged.get(token, token) if token is not None else None for token in run]


def _join_phrases(runs: list[list[str | None]], actors: set[str]) -> None:
    """Join neighbouring tokens that stand together far more often than chance, in place."""
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for run in runs:
        words.update(token for token in run if token is not None)
        pairs.update((a, b) for a, b in pairwise(run) if a is not None and b is not None and a != b)
    total = sum(words.values())
    joined = set()
    for (a, b), count in pairs.items():
        n_words = a.count(JOINT) + b.count(JOINT) + 2
        if count < _MIN_PHRASE_COUNT or n_words > _MAX_PHRASE_WORDS or a in actors or b in actors:
            continue
        if math.log(count * total / (words[a] * words[b])) / -math.log(count / total) >= _MIN_PHRASE_NPMI:
            joined.add((a, b))
    for run in runs:
        made: list[str | None] = []
        for token in run:
            if made and made[-1] is not None and token is not None and (made[-1], token) in joined:
                made[-1] = f"{made[-1]}{JOINT}{token}"
            else:
                made.append(token)
        run[:] = made
