"""The patterns and word lists by which the clauses of a sentence are cut."""

from __future__ import annotations

import re

from tenor.features.gazetteer import split_words

OF_SPEECH = split_words("of for about")
OF_JUDGEMENT = split_words("of for to")
CLEAR = re.compile(r" (?:it )?(?:clear|plain)\b")
LONGEST = 600  # words of a sentence looked at: beyond it stands no prose
OPENING = frozenset('“"„‘')
QUOTE = r"(?:[“\"„]|''|``)"  # what opens a quotation, two apostrophes or backquotes included
ENDS_QUOTED = re.compile(r"(?:[”\"’]|'')$")
QUOTE_NEXT = re.compile(rf"\s*[,:]?\s*{QUOTE}")
THAT_OR_QUOTE = re.compile(rf"\bthat\b|{QUOTE}")
SKIP = re.compile(r"[\s,:]*(?:that\b)?[\s,:]*")
TO_THAT = re.compile(
    r"\s+(?:on|in|at|during|after|to|late|last|earlier|this|yesterday|today|by|via|through|before|[A-Z][a-z]+day)\b"
    r"[^“\",:]{0,90}?\bthat\b\s*"
)
TOLD_THAT = re.compile(r"\s+[^“\",:;]{1,90}?\b(?:that|how|why|what|whether)\b\s*")
TOLD_QUOTE = re.compile(r"\s+[^“\";.]{1,90}?[,:]?\s*(?=[“\"])")
CLOSED = re.compile(r"\s*(?:[.!?…;]|$|[”\"’)]+\s*$)")
ADVERBIAL = re.compile(
    r"\s+(?:on|in|at|during|after|to|late|last|earlier|this|yesterday|today|of|about|by|via|from|before|when|as|with|over|"
    r"outside|while|[A-Z][a-z]+day)\b"
)
# "Hale told a friend," behind what he told.
ADDRESSED = re.compile(
    r"(\s+(?:them|him|her|me|us|it|you|reporters|journalists|lawmakers|supporters|"
    r"(?:an?|the|his|her|their|its)(?:\s+[\w’'-]{1,30}){1,3}|"
    r"(?:the )?[A-Z][\w.’'-]{0,40}(?:\s+[A-Z][\w.’'-]{0,40}){0,4}))"
    r"(?:,|[.!?]?\s*$)"
)
TELEPHONED = re.compile(
    r"(?:\s+[A-Z][\w.’'-]{0,40}){1,6}(?:[.,;]|$|\s+(?:on|at|in|by|to|last|late|early|yesterday|again|and|before|after|from)\b)"
)
REPUTED = re.compile(r" to (?:be|have|hold|own|possess|contain)\b")
CONNECTOR = re.compile(r"(?:[,;—–]\s*(?:(?:while|but|and|though|although|whereas|yet|as|even as)\s+)?|;\s*)$")
SUBORDINATE = re.compile(
    r"(?:^|\W)(?:[Ww]hen|[Aa]fter|[Aa]s|[Ss]ince|[Bb]efore|[Ww]hile|[Ii]f|[Aa]lthough|[Tt]hough|[Bb]ecause|[Oo]nce|[Uu]ntil)\s+"
    r"(?:the\s+)?(?:[A-Z]\w+\.?\s+)?$"
)
JUDGED_TO = re.compile(
    r",\s+(?:while|but|which|who|though|although|whereas|yet|something|even|saying|adding|without|despite|amid|in an?|"
    r"a move|an act|a step|he|she|it|they|we)\b|,\s+an?\s[^,]{0,200}$|;|—|\s–\s"
)
SUPPOSED = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ww]hether)\s+(?:the\s+)?$")
TELLING = split_words(
    """tell tells told telling inform informs informed remind reminds reminded assure assures assured informing
    reminding assuring ask asks asked warn warns warned"""
)
INVERTING = split_words(
    """say says said add adds added ask asks asked write writes wrote warn warns warned argue argues argued note notes
    noted explain explains explained continue continues continued reply replies replied observe observes observed
    insist insists insisted recall recalls recalled quip quips quipped joke joked conclude concludes concluded
    declare declared remark remarked
    advise advises advised suggest suggested lament lamented
    grumble grumbled muse mused concede countered retorted testified
    responded predicted predicts complained complains conceded tweeted agreed
    agrees"""
)
TURN = re.compile(r";(?!\s+(?:that|and that)\b)|\s?—\s?(?:an?|something|which|one)\b[^—]{0,300}$")
HAS_WORD = re.compile(r"\w")
# Verbs that give something a name, and what follows once they have.
NAMING = split_words(
    "call calls called describe describes described dub dubs dubbed label labels labelled brand brands branded"
)
AND_THEN = re.compile(r"\s+and\s+(?:on|in|at|then|later|also|has|had|was|were|said|told|sent|\w{2,20}ed)\b")
