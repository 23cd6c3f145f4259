"""What templates of the map need: texts with their terms explained, names of places, kinds and roles in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import template

from learnwork.landscape import glossary, wording
from learnwork.landscape.model import Grant
from learnwork.landscape.narrowing import place_name
from learnwork.layout import presentation

register = template.Library()


@register.simple_tag
def pieces(text: str, terms: Sequence[glossary.Term]) -> tuple[glossary.Piece, ...]:
    """`{% pieces text terms as some %}`: the text with the first occurrence of each term marked."""
    return glossary.explained(text, terms)


@register.filter
def place(code: str) -> str:
    return place_name(code)


@register.filter
def worded(key: str) -> str:
    """A role, a tie, a kind, a status in words of the language in force."""
    return wording.worded(key)


@register.filter
def of_kind(key: str) -> str:
    """A kind of thing in words of the language in force."""
    return wording.of_kind(key)


@register.filter
def several(kind: str, number: int) -> str:
    """`{{ kind|several:n }}`: a kind of entry after its number."""
    return wording.several(kind, number)


@register.filter
def item(mapping: Any, key: str) -> Any:
    """`{{ names|item:key }}`: "" where there is none."""
    return mapping.get(key, "")


@register.filter
def backward(kind: str) -> str:
    """A tie as its other end says it."""
    return wording.backward(kind)


@register.filter
def linkable(url: str) -> str:
    """The address of a page cited, "" where a page must not link to it."""
    return presentation.safe_url(url) or ""


@register.filter
def host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def amount(grant: Grant) -> str:
    """What a grant states: "$550,000"; of a currency that is not known, the number alone."""
    return _money(grant.amount, grant.currency)


@register.filter
def pooled(grant: Grant) -> str:
    """What several gave together, of which the grant is a part."""
    return _money(grant.pooled, grant.currency)


def _money(value: Decimal | None, currency: str) -> str:
    if value is None:
        return presentation.missing("not known")
    return presentation.money(float(value), currency) if currency else presentation.number(float(value))
