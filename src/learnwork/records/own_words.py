"""The words that a record's own contexts define, and everything that they may come to mean.

A definition may stand on others: a prefix on a prefix, a word on the vocabulary, a context on the one before it. So
each word gets all meanings that some order of its definitions could give it, rather more than JSON-LD would.
Source: JSON-LD 1.1 Processing Algorithms and API, sections 4.2 (term definitions) and 5.2 (IRI expansion).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from learnwork.records import contexts
from learnwork.records.errors import InlineContextError
from learnwork.records.parsing import pointer

_SAID = frozenset({"@version", "@protected", "@vocab"})
_STEPS = 200  # of following definitions; honest ones take two or three


class OwnWords:
    """Definitions of all contexts in one record. names: those of the published contexts that it names, with IRIs.

    `places` says where a word is defined first.
    """

    def __init__(self, names: Mapping[str, set[str]]) -> None:
        self.names = names
        self.definitions: dict[str, set[str]] = {}
        self.vocabularies: set[str] = set()
        self.places: dict[str, str] = {}

    def take(self, context: Any, place: str) -> None:
        """Raises InlineContextError for a context that does more than add words."""
        if not isinstance(context, dict) or {key for key in context if key[:1] == "@"} - _SAID:
            raise _more(place)
        vocabulary = context.get("@vocab", "urn:")
        if not isinstance(vocabulary, str) or ":" not in vocabulary:
            raise _more(place)
        if "@vocab" in context:
            self.vocabularies.add(vocabulary)
        for name, definition in context.items():
            if name[:1] != "@":
                self._define(name, definition, place)

    def _define(self, name: str, definition: Any, place: str) -> None:
        said = definition
        if isinstance(definition, dict):
            said = definition.get("@id", definition.get("@reverse", name))
            scoped = definition.get("@context", [])
            for part in scoped if isinstance(scoped, list) else [scoped]:
                if not isinstance(part, str):
                    self.take(part, f"{place}/{pointer(name)}")
        self.definitions.setdefault(name, set()).add(said if isinstance(said, str) else "")
        self.places.setdefault(name, place)

    def said(self, name: str) -> set[str]:
        """What the record's own definitions of a word may mean, written out."""
        return self._followed(self.definitions[name], {name})

    def meanings(self, word: str) -> set[str]:
        """What a word of the record may mean, written out; itself where nothing defines it."""
        return self._followed({word}, set())

    def _followed(self, words: set[str], defined: set[str]) -> set[str]:
        """All ends of following some words. defined: a word whose own definitions are not followed."""
        ends: set[str] = set()
        seen: set[str] = set()
        waiting = sorted(words)
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            if len(seen) > _STEPS:
                raise InlineContextError(
                    "The contexts in the record define words by each other without end.", place=""
                )
            further = self._one_step(here, here in defined)
            waiting += further
            if not further:
                ends.add(here)
        return ends

    def _one_step(self, word: str, defined: bool) -> list[str]:
        further = set() if defined else self.definitions.get(word, set()) - {word}
        prefix, colon, suffix = word.partition(":")
        if colon:
            if prefix and not suffix.startswith("//"):
                begun = {*self.definitions.get(prefix, ()), *self.names.get(prefix, ())} - {""}
                further = further | {begin + suffix for begin in begun if not begin.startswith("@")}
        elif word and word[0] != "@":
            further = further | self.names.get(word, set())
            further |= {vocabulary + word for vocabulary in self.vocabularies}
        return sorted(further - {word})


def _more(place: str) -> InlineContextError:
    return InlineContextError(
        f"The context at {place} does more than add words.", hint="Name published contexts.", place=place
    )


def of(document: Any, names: Mapping[str, set[str]]) -> OwnWords:
    """The words of all contexts in a record. Raises InlineContextError."""
    own = OwnWords(names)
    for place, context in contexts.occurrences(document):
        for number, part in enumerate(context if isinstance(context, list) else [context]):
            if not isinstance(part, str):
                own.take(part, f"{place}/{number}" if isinstance(context, list) else place)
    return own
