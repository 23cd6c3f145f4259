"""An edition as it is frozen: one canonical JSON file with everything that its page, its print and its files need.

    Frozen(…).text()  →  bytes, whose SHA-256 is the digest by which the edition is cited
    Frozen.read(bytes) → Frozen

Nothing that is shown of an edition comes from anywhere else. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from learnwork.landscape import canonical
from learnwork.landscape.gapmap import Declaration
from learnwork.landscape.inclusion import LeftOut, Rule
from learnwork.landscape.model import Landscape
from learnwork.landscape.preflight import Finding
from learnwork.vocabulary.errors import LearnworkError

FORMAT = "learnwork-edition/1"


class BadEditionError(LearnworkError):
    """A file is no edition."""

    code = "edition-bad"


@dataclass(frozen=True, slots=True)
class Frozen:
    """number: "2.1". as_of: the day of which it tells; known_at: until when what was said is in it. corrects: number
    of the edition that it corrects, with what. left_out: entries that the rule or the time left out, and those that
    the edition before had. sources: who says what is in it, each with its licence. covers: aspects (`facts.Aspect`) of
    which it tells, where it is known to tell of no others; () for all."""

    number: str
    title: str
    as_of: str
    known_at: str
    frozen_at: str
    landscape: Landscape
    rule: Rule = field(default_factory=Rule)
    note: str = ""
    corrects: str = ""
    correction: str = ""
    left_out: tuple[LeftOut, ...] = ()
    findings: tuple[Finding, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    covers: tuple[str, ...] = ()

    def text(self) -> bytes:
        """Canonical JSON (RFC 8785). Raises `canonical.BadLandscapeError` of what JSON cannot carry."""
        made: dict[str, Any] = {
            "format": FORMAT,
            "landscape": canonical.document(self.landscape),
            "rule": self.rule.document(),
        }
        for name in _TEXTS:
            made[name] = getattr(self, name)
        for name, adapter in _LISTS.items():
            made[name] = adapter.dump_python(getattr(self, name), mode="json")
        return canonical.canonical(made)

    @classmethod
    def read(cls, body: bytes) -> Frozen:
        """Raises `BadEditionError`, `canonical.BadLandscapeError`."""
        try:
            made = orjson.loads(body)
        except orjson.JSONDecodeError:
            made = None
        if not isinstance(made, Mapping) or made.get("format") != FORMAT:
            raise BadEditionError("This is no edition.", hint="Give the JSON file of one.")
        try:
            lists: dict[str, Any] = {
                name: adapter.validate_json(orjson.dumps(made.get(name, [])))
                for name, adapter in _LISTS.items()
            }
            texts: dict[str, Any] = {name: str(made[name]) for name in _TEXTS}
            rule = Rule.of(made["rule"])
            held = made["landscape"]
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            words = error.errors()[0]["msg"] if isinstance(error, ValidationError) else f"{error}"
            raise BadEditionError(
                f"A part of it cannot be read: {words}.", hint="Take the file anew."
            ) from None
        return cls(landscape=canonical.from_document(held), rule=rule, **texts, **lists)

    @property
    def reasons(self) -> dict[str, str]:
        """CTID → why it is not in this edition."""
        return {one.ctid: one.reason for one in self.left_out}


_TEXTS = ("number", "title", "as_of", "known_at", "frozen_at", "note", "corrects", "correction")
_LISTS: dict[str, TypeAdapter[Any]] = {
    "left_out": TypeAdapter(tuple[LeftOut, ...]),
    "findings": TypeAdapter(tuple[Finding, ...]),
    "declarations": TypeAdapter(tuple[Declaration, ...]),
    "sources": TypeAdapter(tuple[tuple[str, str], ...]),
    "covers": TypeAdapter(tuple[str, ...]),
}


def digest_of(body: bytes) -> str:
    """SHA-256 in hexadecimal, of an edition's bytes."""
    return hashlib.sha256(body).hexdigest()


def covered(*copies: Frozen) -> tuple[str, ...]:
    """Aspects of which all of them tell; () where they tell of everything."""
    told = [set(one.covers) for one in copies if one.covers]
    return tuple(sorted(set.intersection(*told))) if told else ()
