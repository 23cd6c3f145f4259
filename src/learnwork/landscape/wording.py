"""The closed words of the map (roles, ties, kinds, states, stages) as a page says them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.layout import values

# Keys stand in documents and addresses and are never translated; these are what a reader meets.
WORDS = {
    # Roles
    "lead": gettext_noop("leads"),
    "co-lead": gettext_noop("leads with others"),
    "partner": gettext_noop("takes part"),
    "funder": gettext_noop("pays"),
    "pilot site": gettext_noop("pilot site"),
    "state": gettext_noop("state"),
    "vendor": gettext_noop("vendor"),
    # Ties
    "works with": gettext_noop("works with"),
    "builds on": gettext_noop("builds on"),
    "spun off from": gettext_noop("spun off from"),
    "replaces": gettext_noop("replaces"),
    "uses data of": gettext_noop("uses data of"),
    # Kinds of entries and parties
    "initiative": gettext_noop("initiative"),
    "alliance": gettext_noop("alliance"),
    "product": gettext_noop("product"),
    "programme": gettext_noop("programme"),
    "policy": gettext_noop("policy"),
    "organization": gettext_noop("organization"),
    "topic": gettext_noop("topic"),
    "term": gettext_noop("term"),
    # States of an entry
    "active": gettext_noop("active"),
    "ended": gettext_noop("ended"),
    "planned": gettext_noop("planned"),
    # Amounts
    "committed": gettext_noop("committed"),
    "paid": gettext_noop("paid"),
    "approved": gettext_noop("approved"),
    "not stated": gettext_noop("not stated"),
    # What happened to a thing
    "created": gettext_noop("new"),
    "updated": gettext_noop("changed"),
    "withdrawn": gettext_noop("withdrawn"),
    "merged": gettext_noop("merged"),
    "retired": gettext_noop("retired"),
    "restored": gettext_noop("restored"),
}
# Kinds of entries, of several.
SEVERAL = {
    "initiative": gettext_noop("initiatives"),
    "alliance": gettext_noop("alliances"),
    "product": gettext_noop("products"),
    "programme": gettext_noop("programmes"),
    "policy": gettext_noop("policies"),
}
# The same ties, said from the other end.
BACK = {
    "works with": gettext_noop("works with"),
    "builds on": gettext_noop("is built on by"),
    "spun off from": gettext_noop("spun off"),
    "replaces": gettext_noop("is replaced by"),
    "uses data of": gettext_noop("gives data to"),
}


def worded(key: str) -> str:
    """The word of a key; a key that is none of the map's own as sources write it."""
    return _(WORDS[key]) if key in WORDS else values.worded(key)


def of_kind(key: str) -> str:
    """The word of a kind of thing: "funder" is a role as well, and that one pays."""
    return _("funder") if key == "funder" else worded(key)


def several(kind: str, number: int) -> str:
    """A kind of entry after its number: "initiatives", and of one "initiative"."""
    return _(SEVERAL[kind]) if number != 1 and kind in SEVERAL else of_kind(kind)


def backward(kind: str) -> str:
    """What the other end of a tie says of it."""
    return _(BACK.get(kind, kind))
