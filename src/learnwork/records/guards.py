"""What JSON-LD allows and a signed record may not do: say to a signature what it hides from readers of JSON.

A signature covers statements of RDF, while people and programs read the JSON. Whoever holds a record could write the
same statements in other words (an IRI for a term, another name for it, a context that makes one, a keyword that moves
a property elsewhere) so that the signature holds and an end date or a status is no longer seen. In safe mode that is
refused: here by the words (`check`), in `check_root` by what was stated in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from typing import Any

from learnwork.records import contexts, own_words
from learnwork.records.errors import (
    DisguisedTermError,
    InlineContextError,
    KeywordRefusedError,
    ProtectedTermError,
)
from learnwork.records.nquads import TYPE, Quad
from learnwork.records.own_words import OwnWords
from learnwork.records.parsing import pointer
from learnwork.records.sentences import piece

REFUSED = frozenset({"@graph", "@included", "@nest", "@reverse", "@index"})
# What is read of a credential, a presentation or a proof by its name, and decides whether it is accepted.
_READ = (
    *("issuer", "holder", "credentialSubject", "verifiableCredential", "relatedResource", "credentialSchema"),
    *("validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "termsOfUse"),
    *("created", "expires", "proofPurpose", "verificationMethod", "domain", "challenge", "previousProof"),
)
_READ_NAMES = frozenset(_READ)
_TYPES = frozenset(
    (
        *("VerifiableCredential", "VerifiablePresentation", "ClrCredential", "EndorsementCredential"),
        *("OpenBadgeCredential", "AchievementCredential"),
        *("BitstringStatusListCredential", "StatusList2021Credential"),
    )
)
_READ_BY = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/suites/ed25519-2020/v1",
)


def check(document: Any) -> None:
    """Raises KeywordRefusedError, DisguisedTermError, InlineContextError, ProtectedTermError."""
    words = _words(contexts.uses(document).pinned)
    own = own_words.of(document, words.names)
    for name, place in own.places.items():
        _check_own(name, place, own, words)
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, list):
            stack.extend((f"{place}/{number}", item) for number, item in enumerate(value))
        elif isinstance(value, dict):
            for key, item in value.items():
                if key != "@context":
                    at = f"{place}/{pointer(key)}"
                    _check_key(key, at, "@value" in value, words, own)
                    if key in ("id", "@id", "type", "@type") and "@value" not in value:
                        _check_names(key, item, at, words, own)
                    stack.append((at, item))


def check_root(document: dict[str, Any], root: str, quads: list[Quad]) -> None:
    """Whether what was stated of the record itself is also written in it by name. Raises DisguisedTermError."""
    read = _words(_READ_BY)
    own = [quad for quad in dict.fromkeys(quads) if quad[0] == root and not quad[3]]
    for name in _READ:
        if _stated(own, read.names.get(name, ())) > _written(document, name):
            raise _disguised(piece("Something in the record"), f"/{name}", name)
    check_members(document)
    known = _words(contexts.uses(document).pinned).iris
    types = document.get("type", document.get("@type", []))
    written = set(types if isinstance(types, list) else [types])
    for subject, predicate, thing, graph in quads:
        if subject == root and predicate == TYPE and not graph:
            names = known.get(thing[1:-1], set()) & _TYPES
            if names and not names & written:
                raise _disguised(piece("A type of the record"), "/type", min(names))


def check_members(document: dict[str, Any]) -> None:
    """Whether members of a comprehensive record or presentation stand only where they are looked for.

    Raises DisguisedTermError where some are written elsewhere, under another mention of their owner.
    """
    owners: set[int] = set()
    records = [document]
    for record in records:
        for owner in (record, *_objects(record.get("credentialSubject"))):
            owners.add(id(owner))
            records.extend(_objects(owner.get("verifiableCredential")))
    waiting: list[Any] = [document]
    for value in waiting:
        if isinstance(value, dict):
            if "verifiableCredential" in value and id(value) not in owners:
                raise _disguised(
                    piece("A member of the record"), "/credentialSubject", "verifiableCredential"
                )
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _stated(quads: Iterable[Quad], iris: Collection[str]) -> int:
    return sum(quad[1][1:-1] in iris for quad in quads)


def _written(value: dict[str, Any], name: str) -> int:
    """How many values stand under a name: each makes one statement at most."""
    found = value.get(name)
    return sum(each is not None for each in (found if isinstance(found, list) else [found]))


def says_more(element: dict[str, Any], type_key: str) -> bool:
    """Whether an object that mentions the record says something of it that is read by its name."""
    types = element.get(type_key, ())
    written = types if isinstance(types, list) else [types]
    return not _READ_NAMES.isdisjoint(element) or any(
        isinstance(each, str) and each in _TYPES for each in written
    )


@cache
def meanings() -> frozenset[str]:
    """Every IRI that a published context has a word for."""
    return frozenset(_words(tuple(contexts.table())).iris)


def _disguised(what: str, place: str, name: str) -> DisguisedTermError:
    return DisguisedTermError(
        f"{what} at {place} is another way to write “{name}”, which readers of JSON would miss.",
        hint=f"Write {name}, the term of the context.",
        place=place,
    )


class _Words:
    """Names, IRIs and prefixes of some pinned contexts, at every depth."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}
        self.iris: dict[str, set[str]] = {}
        self.guarded: dict[str, set[str]] = {}

    def take(self, local: Any) -> None:
        if isinstance(local, list):
            for part in local:
                self.take(part)
        elif isinstance(local, str):
            self.take(contexts.pinned(local).local)
        elif isinstance(local, dict):
            for name, definition in local["terms"].items():
                plain = isinstance(definition, str)
                iri = definition if plain else definition["iri"]
                self.names.setdefault(name, set()).add(iri)
                self.iris.setdefault(iri, set()).add(name)
                protected = local.get("protected", False)
                if protected if plain else definition.get("protected", protected):
                    self.guarded.setdefault(iri, set()).add(name)
                if not plain:
                    self.take(definition.get("context"))


@lru_cache(maxsize=64)
def _words(urls: tuple[str, ...]) -> _Words:
    words = _Words()
    for url in urls:
        words.take(contexts.pinned(url).local)
    return words


@cache
def aliases() -> dict[tuple[str, str], str]:
    """Names and IRIs of words that no context protects, and the protected word for the same: another way to write it.

    Classes, which begin with a capital, are no properties: a word beside one hides nothing.
    """
    words = _words(tuple(contexts.table()))
    return {
        (name, iri): min(guarded)
        for iri, guarded in words.guarded.items()
        for name in words.iris[iri] - guarded
        if not iri.startswith("@") and min(guarded)[0].islower()
    }


def _check_key(key: str, place: str, is_value: bool, words: _Words, own: OwnWords) -> None:
    if key in REFUSED or (key in ("@language", "@direction") and not is_value):
        raise KeywordRefusedError(
            f"The keyword {key} at {place} can hide what the record says from readers of JSON.",
            hint="Write plain properties.",
            place=place,
        )
    if key in words.names:
        for iri in words.names[key]:
            if (key, iri) in aliases():
                raise _disguised(f"“{key[:80]}”", place, aliases()[key, iri])
        return
    if key in ("@id", "@type"):
        names = set() if is_value else words.iris.get(key, set())
    elif key.startswith("@"):
        names = set()
    else:
        names = {name for iri in own.meanings(key) for name in words.iris.get(iri, ())} - {key}
    if names:
        raise _disguised(f"“{key[:80]}”", place, min(names))


def _check_names(key: str, value: Any, place: str, words: _Words, own: OwnWords) -> None:
    """Types written out, which readers of JSON would not know; identifiers begun with a word of the record's own."""
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str) or ":" not in text:
            continue
        if key in ("type", "@type"):
            names = {name for iri in own.meanings(text) for name in words.iris.get(iri, ())} - {text}
            if names:
                raise _disguised(f"“{text[:80]}”", place, min(names))
        elif text.partition(":")[0] in own.places:
            raise DisguisedTermError(
                f"The identifier “{text[:80]}” at {place} is shortened by a word of the record's own.",
                hint="Write it whole.",
                place=place,
            )


def _check_own(name: str, place: str, own: OwnWords, words: _Words) -> None:
    """A context in the record may add words of its own; it may not touch those of published contexts."""
    said = own.said(name)
    if any(not iri or iri.startswith("@") for iri in said):
        raise InlineContextError(
            f"The context at {place} takes the meaning from “{name[:80]}”, or makes it a keyword.",
            hint="Remove that definition.",
            place=place,
        )
    if name in words.names:
        if not said <= words.names[name]:
            guarded = any(name in words.guarded.get(iri, ()) for iri in words.names[name])
            wrong = ProtectedTermError if guarded else InlineContextError
            raise wrong(
                f"The context at {place} gives “{name[:80]}” another meaning than the published contexts do.",
                hint="Choose another name.",
                place=place,
                term=name,
            )
        return
    others = {other for iri in said for other in words.iris.get(iri, ())} - {name}
    if others:
        raise DisguisedTermError(
            f"The context at {place} makes “{name[:80]}” another name for “{min(others)}”.",
            hint=f"Write {min(others)}.",
            place=place,
        )
