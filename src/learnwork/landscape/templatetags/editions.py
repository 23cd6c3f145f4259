"""What templates of editions need: rows of trends in words, middles as decimals."""

from __future__ import annotations

from fractions import Fraction

from django import template

from learnwork.landscape import edition_words
from learnwork.layout import presentation

register = template.Library()


@register.filter
def trend(key: str) -> str:
    return str(edition_words.TRENDS[key])


@register.filter
def middle(value: Fraction) -> str:
    """A median or quartile, with at most two decimals."""
    return presentation.number(round(float(value), 2))
