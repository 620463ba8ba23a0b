"""Word lists by which headline English is told from running prose."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# They open an English sentence and, with a capital, hardly ever stand inside one.
OPENERS = _words(
    """
    A According Additionally After Again Against Ahead All Also Although Amid Among An And Another Any As
    Asked At Back Because Before Behind Besides Between Beyond Both But By Clearly Consequently Critics
    Despite During Each Earlier Either Even Eventually Ever Every Few Finally First For From Further
    Furthermore Given Had He Hence Her Here His How However If In Indeed Instead Into Is It Its Just Last
    Later Likewise Many Meanwhile Moreover Most Much Neither Nevertheless No None Nonetheless Nor Not Nothing
    Now Of Officials On Once One Only Or Other Others Our Over Overall Perhaps Rather Regarding Second Several
    She Similarly Since So Some Soon Still Such Than That The Their Then There Thereafter Therefore These They
    This Those Though Through Throughout Thus To Today Together Too Two Under Unless Unlike Until We What
    Whatever When Where Whether Which While Who Whose Why With Within Without Yet You Your
    """
)
# Openers that a name may follow.
BEFORE_NAMES = _words(
    """
    According After Against Although Amid As At Because Before But Despite During For From If In Instead Like
    Meanwhile On Since So To Under Unlike When While With Yet
    """
)
# Running prose can hardly do without these; headline English does.
PROSE = _words(
    """
    a added am an and are be been being could did do does had has have having he her him his i is it its me
    might must my not our said says she should that the their them there these they this those told us was we
    were which who whom whose will would you your
    """
)
# With a contracted verb ("it's"), they make prose too.
PRONOUNS = _words(
    """
    he here i it let she that there they we what who you
    """
)
# A headline does not end in a word that calls for another one.
DANGLING = _words(
    """
    a about added adds after against although among an and any are as asked asks at be because been before
    behind being between both but by called calls can could de did do does during each entitled every for
    former from general had has have her his if in into is its la like may might mr mrs ms must my named near
    new no nor not of on onto or our over per president replied said say says secretary senator shall should
    since some tells than that the their these this those though through titled to told toward towards tweeted
    tweets under unless until upon van via von was were when which while who whom whose will with within
    without would writes wrote your
    """
)
# Verbs that attribute a quotation.
SPEECH = _words(
    """
    added argued asked concluded continued declared explained insisted joked noted observed recalled remarked
    replied said says told tweeted warned writes wrote
    """
)
# Verbs that may follow the name that opens a sentence, beside those of speech.
FINITE = _words(
    """
    are can could did does had has have is may was were will would
    """
)
# Words that title case leaves small.
SMALL = _words(
    """
    a an and are as at be but by for from if in into is it its nor not of on or than that the to via vs was
    with
    """
)
