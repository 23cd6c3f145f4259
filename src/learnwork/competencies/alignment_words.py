"""What relations, states and reasons of alignments are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_RELATIONS = {
    "exact": (_("the same as"), _("Either can stand for the other.")),
    "close": (_("close to"), _("They mostly mean the same; in some uses they cannot stand for each other.")),
    "broad": (_("part of the broader"), _("The other one is broader.")),
    "narrow": (_("broader than"), _("The other one is narrower.")),
    "related": (_("related to"), _("They have to do with each other; neither stands for the other.")),
}
_STATES = {
    "accepted": _("accepted"),
    "proposed": _("proposed"),
    "rejected": _("rejected"),
    "withdrawn": _("withdrawn"),
}
_RANKS = {0: _("found by a method"), 1: _("published"), 2: _("said by a person")}
_REASONS = {
    "joined": _("all signs together"),
    "words-label": _("words of its label"),
    "words-labels": _("words of any label"),
    "words-described": _("words of label and description"),
    "words-everything": _("words of all that is said"),
    "meaning-label": _("meaning of its label"),
    "meaning-labels": _("meaning of any label"),
    "meaning-described": _("meaning of label and description"),
    "meaning-centre": _("meaning of all labels taken together"),
    "meaning-statement": _("meaning of what is said, by the sentence model"),
    "joined-behind": _("how far it is behind the best"),
    "same-label": _("the same label"),
    "label-among-labels": _("its label among the labels of the other"),
    "any-label-shared": _("a label that both have"),
    "labels-shared": _("how many labels both have"),
    "words-in-common": _("how many words both have"),
    "neighbours-share": _("its share of the pairs accepted for what is like it"),
    "neighbours-weight": _("how near that is for which it was accepted"),
    "code-share": _("pairs that were accepted for what stands beside it"),
    "habit": _("how often this one was accepted"),
}


def relation(key: str) -> str:
    return str(_RELATIONS[key][0]) if key in _RELATIONS else key


def relations() -> list[tuple[str, str, str]]:
    """(key, what it is called, what it means) of each."""
    return [(key, str(name), str(meaning)) for key, (name, meaning) in _RELATIONS.items()]


def state(key: str) -> str:
    return str(_STATES.get(key, key))


def rank(number: int) -> str:
    return str(_RANKS.get(number, ""))


def reason(key: str) -> str:
    """A sign that the engine saw; one that has no words here is said by its key."""
    known = _REASONS.get(key) or next((_REASONS[name] for name in _REASONS if key.startswith(name)), None)
    return str(known or key)
