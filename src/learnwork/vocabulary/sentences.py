"""Sentences that are made where nobody knows the reader's language: plain English that can still be translated.

sentence("%(n)s items are left out.", n=3)      "3 items are left out."

A page gives it to `presentation.translated`; for everybody else it is a text like any other.
"""

from __future__ import annotations

from typing import Any


class Sentence(str):
    """A text that remembers its template, with variables as %(name)s, and what was put in."""

    __slots__ = ("data", "template")

    template: str
    data: dict[str, Any]


def sentence(template: str, **data: Any) -> Sentence:
    """The sentence in English. What is put in may be a sentence itself."""
    made = Sentence(template % data)
    made.template, made.data = template, data
    return made
