"""What JSON-LD allows and a signed record may not do: say to a signature what it hides from readers of JSON.

A signature covers statements of RDF, while people and programs read the JSON. Whoever holds a record could write the
same statements in other words (an IRI for a term, another name for it, a keyword that moves a property elsewhere) so
that the signature holds and an end date or a status is no longer seen. In safe mode that is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from learnwork.records import contexts
from learnwork.records.errors import DisguisedTermError, InlineContextError, KeywordRefusedError
from learnwork.records.parsing import pointer

REFUSED = frozenset({"@graph", "@included", "@nest", "@reverse", "@index"})
_SAID = frozenset({"@version", "@protected", "@vocab"})


def check(document: Any) -> None:
    """Raises KeywordRefusedError, DisguisedTermError, InlineContextError."""
    words = _words(contexts.uses(document).pinned)
    for place, context in contexts.occurrences(document):
        for part in context if isinstance(context, list) else [context]:
            if not isinstance(part, str):
                _check_inline(part, place, words)
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, list):
            stack.extend((f"{place}/{number}", item) for number, item in enumerate(value))
        elif isinstance(value, dict):
            for key, item in value.items():
                if key != "@context":
                    at = f"{place}/{pointer(key)}"
                    _check_key(key, at, "@value" in value, words)
                    stack.append((at, item))


class _Words:
    """Names, IRIs and prefixes of some pinned contexts, at every depth."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}
        self.iris: dict[str, set[str]] = {}
        self.prefixes: dict[str, str] = {}

    def take(self, local: Any) -> None:
        if isinstance(local, list):
            for part in local:
                self.take(part)
        elif isinstance(local, str):
            self.take(contexts.pinned(local).local)
        elif isinstance(local, dict):
            for name, definition in local["terms"].items():
                iri = definition if isinstance(definition, str) else definition["iri"]
                self.names.setdefault(name, set()).add(iri)
                self.iris.setdefault(iri, set()).add(name)
                if isinstance(definition, str):
                    self.prefixes[name] = iri
                else:
                    self.take(definition.get("context"))

    def written_out(self, word: str, own: dict[str, Any] | None = None) -> str:
        prefix, colon, suffix = word.partition(":")
        if colon and not suffix.startswith("//"):
            said = (own or {}).get(prefix, self.prefixes.get(prefix))
            if isinstance(said, str) and said != word:
                return said + suffix
        return word


@lru_cache(maxsize=64)
def _words(urls: tuple[str, ...]) -> _Words:
    words = _Words()
    for url in urls:
        words.take(contexts.pinned(url).local)
    return words


def _check_key(key: str, place: str, is_value: bool, words: _Words) -> None:
    if key in REFUSED or (key in ("@language", "@direction") and not is_value):
        raise KeywordRefusedError(
            f"The keyword {key} at {place} can hide what the record says from readers of JSON.",
            hint="Write plain properties.",
            place=place,
        )
    if key in ("@id", "@type"):
        names = set() if is_value else words.iris.get(key, set())
    else:
        names = words.iris.get(words.written_out(key), set()) - {key} if ":" in key else set()
    if names:
        raise DisguisedTermError(
            f"“{key[:80]}” at {place} is another way to write “{min(names)}”, which readers of JSON would miss.",
            hint="Write the term of the context.",
            place=place,
        )


def _check_inline(context: Any, place: str, words: _Words) -> None:
    """A context in the record may add words of its own; it may not touch those of published contexts."""
    more = isinstance(context, dict) and {key for key in context if key.startswith("@")} - _SAID
    if not isinstance(context, dict) or more or not isinstance(context.get("@vocab", ""), str):
        raise InlineContextError(
            f"The context at {place} does more than add words.", hint="Name published contexts.", place=place
        )
    for name, definition in context.items():
        if name.startswith("@"):
            continue
        said = definition if isinstance(definition, str) else None
        if isinstance(definition, dict):
            said = definition.get("@id", definition.get("@reverse", name))
            if "@context" in definition:
                scoped = definition["@context"]
                for part in scoped if isinstance(scoped, list) else [scoped]:
                    if not isinstance(part, str):
                        _check_inline(part, f"{place}/{pointer(name)}", words)
        _check_definition(name, said, context, place, words)


def _check_definition(name: str, said: Any, context: dict[str, Any], place: str, words: _Words) -> None:
    iri = words.written_out(said, context) if isinstance(said, str) else ""
    if not iri or iri.startswith("@"):
        raise InlineContextError(
            f"The context at {place} takes the meaning from “{name[:80]}”, or makes it a keyword.",
            hint="Remove that definition.",
            place=place,
        )
    if iri not in words.names.get(name, {iri}) and name in words.names:
        raise InlineContextError(
            f"The context at {place} gives “{name[:80]}” another meaning than the published contexts do.",
            hint="Choose another name.",
            place=place,
        )
    others = words.iris.get(iri, set()) - {name}
    if others and name not in words.iris.get(iri, set()):
        raise DisguisedTermError(
            f"The context at {place} makes “{name[:80]}” another name for “{min(others)}”.",
            hint=f"Write {min(others)}.",
            place=place,
        )
