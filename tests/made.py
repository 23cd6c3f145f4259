"""Made readings: a source that says whatever a test wants said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

import orjson

from learnwork.formats.model import (
    Area,
    Expectation,
    Identifier,
    Item,
    Observed,
    Reading,
    Release,
    Said,
    SourceDeclaration,
    SourceFile,
)
from learnwork.vocabulary.ctid import derived_ctid

ORGANIZATION = "ceterms:CredentialOrganization"
CERTIFICATE = "ceterms:Certificate"


def ctid(name: str) -> str:
    """The CTID of a made thing, the same for every source that speaks of it."""
    return derived_ctid("made", name)


def said(
    key: str,
    kind: str = CERTIFICATE,
    *,
    of: str = "",
    identifiers: Sequence[tuple[str, str]] = (),
    owned: bool = False,
    **terms: Any,
) -> Said:
    """A document with terms given as `ceterms_name="…"`; `of` names the thing where several sources speak of it."""
    document = {"@type": kind, "ceterms:ctid": ctid(of or key)}
    document |= {term.replace("_", ":", 1): value for term, value in terms.items()}
    text = orjson.dumps(document).decode()
    return Said(
        key=key,
        ctid=document["ceterms:ctid"],
        type=kind,
        document=lambda: dict(document),
        digest=blake2b(text.encode(), digest_size=16).digest(),
        text=text if owned else None,
        derived=not owned,
        owned=owned,
        identifiers=tuple(Identifier(*pair) for pair in identifiers),
        place=f"made.csv row {key}",
    )


def source(key: str = "made", trust: int = 50, expects: Expectation | None = None) -> SourceDeclaration:
    return SourceDeclaration(
        key=key,
        name=f"Made source {key}",
        short_name=key,
        publisher="The tests",
        url="https://example.org/",
        licence="CC0-1.0",
        trust=trust,
        expects=expects or Expectation(),
    )


def reading(
    *items: Item,
    by: SourceDeclaration | str = "made",
    label: str = "2024",
    day: date = date(2024, 7, 1),
    snapshot: bool = False,
    part: str = "",
    digest: str = "",
    then: Callable[[], Iterator[Item]] | None = None,
) -> Reading:
    """One release. `digest` names its file, so that a second load recognises it; `then` yields more items."""
    declared = source(by) if isinstance(by, str) else by
    files = (SourceFile("made.csv", 1, digest),) if digest else ()

    def stream() -> Iterator[Item]:
        yield from items
        if then:
            yield from then()

    return Reading(declared, Release(label, day, files, part), stream, snapshot)


def figure(about: str, value: float | None, period: str = "2024", **more: Any) -> Observed:
    return Observed(ctid(about), more.pop("measure", "ipeds.awards"), period, value, **more)


__all__ = ["Area", "ctid", "figure", "reading", "said", "source"]
