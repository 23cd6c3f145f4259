"""What templates of the map need: texts with their terms explained, names of places, kinds and roles in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from learnwork.landscape import glossary, wording
from learnwork.landscape.narrowing import place_name

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
def item(mapping: Any, key: str) -> Any:
    """`{{ names|item:key }}`: "" where there is none."""
    return mapping.get(key, "")
