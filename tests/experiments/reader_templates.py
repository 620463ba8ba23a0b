"""Template sentences for the behavioural tests: written apart from the sentences that the reader was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

# Names that training may know, and names that no training text has.
KNOWN = ("Obama", "Clinton", "Pakistan", "Khan", "Modi", "Beijing")
UNSEEN = ("Tarvalen", "Okonjo-Reyes", "Velmora", "Zubairi", "Harrowgate", "Qasimpur")
PAIRS = (
    ("Obama", "Romney"), ("Sharif", "Khan"), ("India", "Pakistan"), ("Tarvalen", "Zubairi"), ("Lopez", "Tran"),
    ("Islamabad", "Kabul"), ("Merkel", "Farooqi"), ("Velmora", "Harrowgate"), ("the minister", "the envoy"),
    ("Senator Ruiz", "Judge Holm"),
)  # fmt: skip

# One slot, with the tone that any reader would give it: -1, 0, 1.
SINGLE = (
    ("{a} was widely admired for a generous and brave decision.", 1),
    ("Residents thanked {a} for bringing clean water to the valley.", 1),
    ("The report praised {a} as a model of integrity.", 1),
    ("{a} did a superb job under terrible pressure.", 1),
    ("Experts welcomed the wise course that {a} had taken.", 1),
    ("The judges applauded {a} for an outstanding contribution.", 1),
    ("{a} was denounced as corrupt and incompetent.", -1),
    ("Residents cursed {a} for the filthy water in the valley.", -1),
    ("The report condemned {a} for a shameful cover-up.", -1),
    ("{a} made a disastrous and dishonest choice.", -1),
    ("Experts ridiculed the foolish course that {a} had taken.", -1),
    ("The judges rebuked {a} for cheating.", -1),
    ("{a} is expected to attend the meeting in Geneva next month.", 0),
    ("The delegation from {a} arrived at the hotel at noon.", 0),
    ("A spokesman said that {a} had received the letter.", 0),
    ("The committee will hear from {a} on Wednesday.", 0),
    ("The documents mention {a} in the second paragraph.", 0),
    ("{a} published the annual figures on Monday.", 0),
)

# Two slots with opposite tones: the first's, then the second's.
OPPOSED = (
    ("{a} was hailed as a hero, while {b} was denounced as a liar.", 1, -1),
    ("Voters trust {a} but despise {b}.", 1, -1),
    ("The inquiry cleared {a} with praise and found {b} guilty of fraud.", 1, -1),
    ("{a} disgraced the office that {b} had served with honour.", -1, 1),
    ("Where {a} failed miserably, {b} succeeded brilliantly.", -1, 1),
    ("Critics savaged {a}, yet they adored {b}.", -1, 1),
    ("The crowd cheered {a} and jeered {b}.", 1, -1),
    ("{a} cheated the workers whom {b} bravely defended.", -1, 1),
    ("The editorial calls {a} a coward and {b} a statesman of rare courage.", -1, 1),
    ("Thanks to the brilliant work of {a}, the damage done by the reckless {b} was repaired.", 1, -1),
)  # fmt: skip

CLAUSES = (
    ", according to a statement issued on Tuesday",
    ", two officials in the capital said",
    ", the agency reported on its website",
    ", it emerged on Thursday afternoon",
    ", people at the meeting said",
    ", the newspaper wrote in its Sunday edition",
)

# A judgement and its denial: tone of the first, which the second must take back.
NEGATED = (
    ("{a} is honest.", "{a} is not honest.", 1),
    ("{a} kept the promise.", "{a} never kept the promise.", 1),
    ("Everyone trusts {a}.", "Nobody trusts {a}.", 1),
    ("{a} is a competent leader.", "{a} is not a competent leader.", 1),
    ("{a} did a good job.", "{a} did not do a good job.", 1),
    ("{a} deserves the award.", "{a} does not deserve the award.", 1),
    ("{a} helped the victims.", "{a} did nothing to help the victims.", 1),
    ("The court believed {a}.", "The court did not believe {a}.", 1),
    ("{a} lied to parliament.", "{a} did not lie to parliament.", -1),
    ("{a} stole the money.", "{a} did not steal the money.", -1),
    ("{a} is corrupt.", "{a} is not corrupt.", -1),
    ("{a} broke the law.", "{a} did not break the law.", -1),
    ("{a} is a coward.", "{a} is no coward.", -1),
    ("{a} has failed.", "{a} has not failed.", -1),
    ("{a} was responsible for the disaster.", "{a} was not responsible for the disaster.", -1),
    ("{a} betrayed the voters.", "{a} never betrayed the voters.", -1),
    ("{a} is guilty of fraud.", "{a} is not guilty of fraud.", -1),
)


@dataclass(frozen=True)
class Case:
    """One sentence and its targets' character spans."""

    text: str
    spans: tuple[tuple[int, int], ...]


def fill(template: str, **names: str) -> Case:
    """The sentence with its slots filled, spans in the order a, b; its first letter is raised."""
    text, spans = template, {}
    for slot in sorted(names, key=lambda s: template.index("{" + s + "}")):
        start = text.index("{" + slot + "}")
        text = text.replace("{" + slot + "}", names[slot], 1)
        spans[slot] = (start, start + len(names[slot]))
    return Case(text[0].upper() + text[1:], tuple(spans[slot] for slot in sorted(spans)))


def singles(names: tuple[str, ...] = KNOWN + UNSEEN) -> Iterator[tuple[Case, int]]:
    """Every one-slot sentence with every name, and its tone."""
    for (template, tone), name in product(SINGLE, names):
        yield fill(template, a=name), tone


def with_clause(template: str, clause: str) -> str:
    """``template`` with a neutral clause before its full stop."""
    return template.removesuffix(".") + clause + "."
