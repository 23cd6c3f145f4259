"""The filters that resource types bring with them: a choice facet for each property whose YAML says `faceted: true`.

In a URL such a filter is `is=TERM=VALUE`, in a question its key is `is:TERM`. All of them share one column, which
holds `TERM=VALUE`, and `TERM` alone for each that has any: counting looks at those resources only, so that the many
programs, which have nothing in this column, cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from learnwork.search.facets import CHOICES, Choice
from learnwork.vocabulary.types import Property, all_types

PREFIX = "is:"
COLUMN = "more"
MOST = 20  # values of one property of a resource
LONGEST = 80  # characters of a value
# Kinds whose values are choices. Numbers, money and durations would be ranges; a place has filters of its own.
KINDS = frozenset({"text", "language map", "code", "concept", "boolean", "reference", "date"})
# What a built-in filter covers already, and the first parameter of that filter.
COVERED = {
    "ceterms:instructionalProgramType": "field",
    "ceterms:occupationType": "occupation",
    "lw:awardLevel": "level",
    "ceterms:offeredBy": "provider",
    "ceterms:ownedBy": "provider",
    "ceterms:deliveryType": "delivery",
    "ceterms:learningDeliveryType": "delivery",
    "ceterms:availableAt": "state",
    "ceterms:address": "state",
    "ceterms:estimatedCost": "cost_max",
    "ceterms:estimatedDuration": "weeks_max",
    "ceterms:accreditedBy": "quality",
    "ceterms:approvedBy": "quality",
    "ceterms:recognizedBy": "quality",
    "ceterms:regulatedBy": "quality",
    "ceterms:credentialStatusType": "status",
    "ceterms:lifeCycleStatusType": "status",
    "lw:status": "status",
    "lw:sector": "kind",
    "ceterms:agentSectorType": "kind",
    "lw:reportedProgram": "origin",
}


@cache
def _by_type() -> Mapping[str, Mapping[str, Property]]:
    return {
        type_.key: {
            each.term: each
            for each in type_.properties
            if each.faceted and each.kind in KINDS and each.term not in COVERED
        }
        for type_ in all_types()
    }


def properties(type_key: str) -> Mapping[str, Property]:
    """The properties of a type that are filters of its own, by term; none for a type that nobody knows."""
    return _by_type().get(type_key, {})


def declared(term: str, types: Sequence[str] = ()) -> Property | None:
    """The property as the first of these types declares it, else as any type does."""
    given = (_by_type()[type_] for type_ in types if type_ in _by_type())
    return next((known[term] for known in (*given, *_by_type().values()) if term in known), None)


def is_own(key: str) -> bool:
    return key.startswith(PREFIX)


def term_of(key: str) -> str:
    return key.removeprefix(PREFIX)


def choice(key: str, types: Sequence[str] = ()) -> Choice:
    """The choice facet of a key, built in or a type's own, which is called as the types asked for call it."""
    if not is_own(key):
        return CHOICES[key]
    property_ = declared(term_of(key), types)
    return Choice(key, property_.label if property_ else term_of(key), (COLUMN,))


def held(key: str, value: str) -> str:
    """How the column holds a value of a type's own facet."""
    return f"{term_of(key)}={value}"


def trimmed(text: str) -> str:
    """A value as the column and a question hold it."""
    return " ".join(text.split())[:LONGEST].strip()


def refusal(term: str) -> str:
    """Why `is` does not take a term, and what to write instead; "" for one that it takes."""
    # The command reads this module without Django.
    from django.utils.translation import gettext as _

    if declared(term):
        return ""
    if not term or ":" not in term:
        return _(
            "A filter of a type's own is written is=TERM=VALUE, such as is=lw:kind=Fund; it was left out."
        )
    if term in COVERED:
        said = _(
            "“%(term)s” has a filter of its own: write %(key)s=… instead of is=%(term)s=…; it was left out."
        )
        return said % {"term": term, "key": COVERED[term]}
    return _(
        "No resource type lets its results be narrowed by “%(term)s”; it was left out. "
        "The terms are those with a filter in the answer to type=… alone."
    ) % {"term": term[:40]}
