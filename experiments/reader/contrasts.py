"""Sentences made by rule in which two targets stand in unlike light: what corpora have too few of.

NewsMTSC seldom sets praise of one target against blame of another in one sentence, so a reader trained on it leans on
the sentence's words as a whole. These teach it whose praise and whose blame. The behavioural tests use other sentences,
words and names.
"""

from __future__ import annotations

import re

import numpy as np

from tenor.experiments.reader.data import Example, Target

NAMES = (
    "Anderson", "Nadia Hussain", "Kerry", "Bhutto", "Sharma", "Garcia", "Fatima Noor", "Petrov", "Nguyen", "Iqbal",
    "Washington", "Islamabad", "New Delhi", "London", "Moscow", "Pakistan", "India", "France", "Turkey", "Bangladesh",
    "Senator Blake", "Governor Reed", "Mayor Sato", "Judge Malik", "Dr. Rao", "Minister Gill", "the ministry",
    "the senator", "the opposition", "the army", "the bank", "the union", "the White House", "Mr. Osei", "Ms. Weber",
)  # fmt: skip
AGENTS = (
    "the editors", "residents", "the panel", "analysts", "lawmakers", "the auditors", "many voters", "the envoy",
    "observers", "the magazine", "colleagues", "the board",
)  # fmt: skip
FOR = (
    "praised", "applauded", "thanked", "commended", "honoured", "celebrated", "saluted", "backed", "lauded", "admired",
)  # fmt: skip
AGAINST = (
    "blamed", "criticised", "scolded", "attacked", "mocked", "blasted", "reprimanded", "vilified", "slammed", "faulted",
)  # fmt: skip
GOOD = (
    "saved the harvest", "kept every pledge", "rescued the stranded families", "won over the sceptics",
    "rebuilt the school in a month", "told the truth from the start", "showed real compassion", "stood up to the thugs",
    "shared the credit with the whole team", "brought the hostages home",
)  # fmt: skip
BAD = (
    "made a mess of the accounts", "lied to investigators", "let the town down", "pocketed the relief money",
    "ignored every warning", "bullied the junior staff", "walked away from the wreckage", "covered up the leak",
    "spread a vicious rumour", "took bribes for years",
)  # fmt: skip
GOOD_KIND = (
    "a gifted organiser", "an honest broker", "a tireless champion of the poor", "a much-loved teacher",
    "a fair and careful judge of character", "a pioneer of great skill",
)  # fmt: skip
BAD_KIND = (
    "a notorious swindler", "a hopeless bungler", "a cruel and petty tyrant", "a serial fabulist",
    "a disgrace to the profession", "a crook with a long record",
)  # fmt: skip
CALM = (
    "arrived on Monday", "attended the session", "spoke to reporters", "sat in the second row", "signed the register",
    "travelled to Vienna", "declined to comment", "was present at the meeting",
)  # fmt: skip

# [-], [0] and [+] are targets and their tones; words in braces are drawn from the lists above.
PATTERNS = (
    "{agent} {for} [+] but {against} [-].",
    "{agent} {against} [-] and, in the same breath, {for} [+].",
    "[+] was {for} by {agent}, and [-] was {against}.",
    "[-] was {against} by {agent}; [+] was {for}.",
    "While [-] {bad}, [+] {good}.",
    "[+] {good}, but [-] {bad}.",
    "[-] {bad} and [+] {good}.",
    "[+], {goodkind}, took over from [-], {badkind}.",
    "[-], {badkind}, was replaced by [+], {goodkind}.",
    "Unlike [-], who {bad}, [+] {good}.",
    "Unlike [+], who {good}, [-] {bad}.",
    "{agent} called [+] {goodkind} and [-] {badkind}.",
    "{agent} called [-] {badkind} but [+] {goodkind}.",
    "[0] {for} [+].",
    "[0] {against} [-].",
    "[+] was {for} by [0].",
    "[-] was {against} by [0].",
    "[0] said that [-] {bad}.",
    "[0] said that [+] {good}.",
    "[0] {calm} as {agent} {against} [-].",
    "[0] {calm} as {agent} {for} [+].",
    "[-] {bad}, and [0] {calm}.",
    "[+] {good} before [0] {calm}.",
    "[0] and [0] {calm}.",
    "[0] {for} [+] and {against} [-].",
    "[0] {against} [-] and {for} [+].",
    "It was [+] who {good} after [-] {bad}.",
    "It was [-] who {bad} long before [+] {good}.",
    "[+] {good}; few would say that of [-], who {bad}.",
    "[+] {good}, whatever [-], {badkind}, may claim.",
)
_LISTS = {
    "agent": AGENTS, "for": FOR, "against": AGAINST, "good": GOOD, "bad": BAD, "goodkind": GOOD_KIND,
    "badkind": BAD_KIND, "calm": CALM,
}  # fmt: skip
_TONES = {"-": 0, "0": 1, "+": 2}


def contrasts(n: int, rng: np.random.Generator) -> list[Example]:
    """``n`` sentences drawn at random, each with all its targets; every pattern and list in equal parts."""
    return [_one(PATTERNS[i % len(PATTERNS)], rng) for i in range(n)]


def _one(pattern: str, rng: np.random.Generator) -> Example:
    names = [NAMES[i] for i in rng.permutation(len(NAMES))]
    text, targets = "", []
    for piece in re.split(r"(\[[-0+]\]|\{\w+\})", pattern):
        if piece.startswith("["):
            name = names.pop()
            targets.append(Target(len(text), len(text) + len(name), codebook=_TONES[piece[1]]))
            text += name
        elif piece.startswith("{"):
            options = _LISTS[piece[1:-1]]
            text += options[int(rng.integers(len(options)))]
        else:
            text += piece
    return Example(text[0].upper() + text[1:], tuple(targets))
