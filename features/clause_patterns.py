"""The patterns and word lists by which the clauses of a sentence are cut."""

from __future__ import annotations

import re

from tenor.features.gazetteer import split_words

OF_SPEECH = split_words("of for about")
OF_JUDGEMENT = split_words("of for to")
CLEAR = re.compile(r" (?:it )?(?:clear|plain)\b")
LONGEST = 600  # words of a sentence looked at: beyond it stands no prose
OPENING = '“"„‘'
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
CONNECTOR = re.compile(r"(?:[,;—–]\s*(?:(?:while|but|and|though|although|whereas|yet|as|even as)\s+)?|;\s*)$")
SUBORDINATE = re.compile(
    r"(?:^|\W)(?:[Ww]hen|[Aa]fter|[Aa]s|[Ss]ince|[Bb]efore|[Ww]hile|[Ii]f|[Aa]lthough|[Tt]hough|[Bb]ecause|[Oo]nce|[Uu]ntil)\s+"
    r"(?:the\s+)?(?:[A-Z]\w+\.?\s+)?$"
)
JUDGED_TO = re.compile(
    r",\s+(?:while|but|which|who|though|although|whereas|yet|something|even|saying|adding|in a|in an|a move|an act|"
    r"a step|he|she|it|they|we)\b|;|—|\s–\s"
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
