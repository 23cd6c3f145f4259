"""What templates of coordination need besides: short names for fragments."""

from __future__ import annotations

from django import template

from learnwork.landscape import drawing

register = template.Library()


@register.filter
def anchor(key: str) -> str:
    return drawing.anchor(key)
