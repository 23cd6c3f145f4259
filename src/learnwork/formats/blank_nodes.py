"""Blank nodes of a JSON-LD document: put where they are referred to, never mixed with others' (RDF 1.1 §3.4).

`_:b1` of one document is not `_:b1` of another. A node taken out of its graph carries what it refers to
inside; a label that cannot be resolved gets a scope, so that two documents never seem to speak of one thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Real documents refer to a handful of organizations and conditions, one level deep. References that fan out
# (each node naming the next twice) double with every level, so the number put in place is bounded.
MAX_EMBEDDED = 500
MAX_LEVELS = 4

_LABEL = re.compile(r"_:[A-Za-z0-9][\w.-]*")


def embedded(node: dict[str, Any], blanks: Mapping[str, dict[str, Any]], scope: str) -> dict[str, Any]:
    """A copy of a node in which references to blank nodes are the nodes themselves.

    References in a circle, over `MAX_LEVELS` or over `MAX_EMBEDDED`, and labels that the document does not
    define, become `_:{scope}.{label}`.
    """
    found: dict[str, Any] = _Embedding(blanks, scope).value(node, ())
    return found


class _Embedding:
    """One copy in the making; counts what it has put in place."""

    def __init__(self, blanks: Mapping[str, dict[str, Any]], scope: str) -> None:
        self._blanks = blanks
        self._scope = scope
        self._left = MAX_EMBEDDED

    def value(self, value: Any, inside: tuple[str, ...]) -> Any:
        if isinstance(value, str):
            return self._text(value, inside) if value.startswith("_:") else value
        if isinstance(value, list):
            return [self.value(inner, inside) for inner in value]
        if not isinstance(value, dict):
            return value
        label = value.get("@id")
        if len(value) == 1 and isinstance(label, str) and label in self._blanks:
            return self._text(label, inside)
        return {key: self._member(key, inner, inside) for key, inner in value.items()}

    def _member(self, key: str, value: Any, inside: tuple[str, ...]) -> Any:
        if key == "@id" and isinstance(value, str):
            return self._scoped(value)
        return self.value(value, inside)

    def _text(self, label: str, inside: tuple[str, ...]) -> Any:
        node = self._blanks.get(label)
        if node is None or label in inside or len(inside) >= MAX_LEVELS or not self._left:
            return self._scoped(label)
        self._left -= 1
        return {key: self.value(inner, (*inside, label)) for key, inner in node.items() if key != "@id"}

    def _scoped(self, label: str) -> str:
        return f"_:{self._scope}.{label[2:]}" if _LABEL.fullmatch(label) else label
