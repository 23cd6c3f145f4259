"""What a value of a facet is called, in words."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from learnwork.formats.declarations import declaration
from learnwork.formats.states import NAMES
from learnwork.search import own
from learnwork.search.facets import Band, number_of
from learnwork.search.query import written
from learnwork.search.snapshot import Snapshot
from learnwork.vocabulary import codes
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.source_words import WORDS
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import all_types

PLAIN = {
    "asserted": "Published by its owner",
    "derived": "Derived from public data",
    "yes": "With awards",
    "no": "Without awards",
    "accredited": "Accredited",
    "approved": "Approved",
    "recognized": "Recognized",
    "regulated": "Regulated",
}


def label(key: str, value: str, snapshot: Snapshot) -> str:
    """The label of a facet's value; the value itself where nothing better is known."""
    if own.is_own(key):
        return _own(own.term_of(key), value)
    if key == "type":
        known = next((kind for kind in all_types() if kind.key == value), None)
        return known.plural if known else value
    if key in ("class", "delivery", "quality", "status"):
        return PLAIN.get(value) or (term_label(value) if ":" in value else value.capitalize())
    if key == "level":
        level = codes.award_levels.get(value)
        return level.label if level else value
    if key == "field":
        return codes.cip.title(value) or value
    if key == "occupation":
        return codes.soc.title(value) or value
    if key == "state":
        return NAMES.get(value, value)
    if key == "provider":
        example = snapshot.example(key, number_of(value))
        return (example and example.provider_name) or value
    if key == "source":
        return _source(value)
    if key == "county":
        return _county(value, snapshot)
    return PLAIN.get(value) or (_(value) if value in WORDS else value[:1].upper() + value[1:])


@lru_cache(1000)
def _source(key: str) -> str:
    """The short name that its declaration gives it; an operator's own source is called by its key."""
    try:
        return declaration(key).short_name or declaration(key).name
    except LearnworkError:
        return key


def _own(term: str, value: str) -> str:
    """In words, by the kind of the property: the name of what is referred to, the label of a concept."""
    kind = getattr(own.declared(term), "kind", "text")
    if kind == "boolean":
        return {"true": _("Yes"), "false": _("No")}.get(value, value)
    if kind == "reference":
        from learnwork.registry.store import (
            select_in,
        )  # so that the engine is read without the database's models

        named = select_in("SELECT name FROM registry_resource WHERE ct_id IN ({})", [value])
        return next((name for (name,) in named if name), value)
    if kind == "concept" and ":" in value:
        return _(term_label(value))
    return _(value) if value in WORDS else value


def _county(value: str, snapshot: Snapshot) -> str:
    example = snapshot.example("county", value)
    if example is None:
        return value
    return ", ".join(part for part in (example.county_name, example.state) if part) or value


def band_label(band: Band, low: float, high: float | None) -> str:
    """ "$1,000 to $2,499", "under 4 weeks", "50,000 or more"."""

    def shown(number: float) -> str:
        text = f"{int(number):,}"
        return f"${text}" if band.unit == "$" else text

    unit = "" if band.unit == "$" else f" {_(band.unit)}"
    if high is None:
        return _("%(low)s or more") % {"low": shown(low)} + unit
    if high < 1:
        return _("Free") if band.key == "cost" else _("None of the %(unit)s") % {"unit": unit.strip()}
    if low < 1:
        return _("Under %(high)s") % {"high": shown(round(high + 0.01))} + unit
    return _("%(low)s to %(high)s") % {"low": shown(low), "high": shown(int(high))} + unit


def band_value(low: float, high: float | None) -> str:
    """How a band stands in `FacetValue.value` and in `Query.toggle`."""
    return f"{written(low)}-{'' if high is None else written(high)}"
