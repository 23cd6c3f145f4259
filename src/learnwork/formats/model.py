"""What a reader yields: one release of one source, as a stream of items.

Write a reader as a generator of items over one release; open files lazily; keep memory flat. A row that
cannot be read is an `Issue`, not an exception; an exception (`LearnworkError`) means that the release as a
whole cannot be trusted and nothing of it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from learnwork.vocabulary.errors import Issue

Document = dict[str, Any]
Status = Literal["reported", "suppressed", "not known", "none", "not applicable"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a source promises of every release. A load that breaks it is held back.

    resources: minimal and maximal number of documents by CTDL class ("" for all together).
    observations: minimal and maximal number of observations.
    filled: property → least share (0 to 1) of the documents of class that carry it, as {class: {property: share}}.
    withdrawn: greatest share of the former release's documents that may be missing from a snapshot.
    refused: greatest share of rows that may be refused.
    """

    resources: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    observations: tuple[int | None, int | None] = (None, None)
    filled: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    withdrawn: float = 0.2
    refused: float = 0.05


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """A place that facts come from, as the formats' YAML files or an operator's own declare it.

    trust: rank 0 (hearsay) to 100 (the owner of the thing itself); breaks ties between claims.
    """

    key: str
    name: str
    publisher: str
    url: str
    licence: str
    licence_url: str = ""
    short_name: str = ""
    trust: int = 50
    note: str = ""
    expects: Expectation = Expectation()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a release; `digest` is SHA-256 in hexadecimal."""

    name: str
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class Release:
    """One dated release of a source. Two releases of a source are ordered by `date`.

    part: which slice of the source the release replaces ("" for all); completions of 2023 and of 2024 are two
    parts, so that loading one leaves the other's observations in place.
    """

    label: str
    date: date
    files: tuple[SourceFile, ...] = ()
    part: str = ""


class Identifier(NamedTuple):
    """A name that identifies exactly one thing: ("ipeds", "183655"), ("uri", "https://…"), ("fein+name", "…|…")."""

    scheme: str
    value: str


class Said(NamedTuple):
    """What the source says about one thing: becomes an envelope.

    key: the source's own key of the thing, unique in the source.
    ctid: published, or `derived_ctid(scheme, key)`.
    type: CTDL class, such as "ceterms:AssociateDegree".
    document: a function that builds the CTDL JSON-LD document; called only when the envelope is new.
    digest: 16 bytes (BLAKE2b) of all that the document is made from, and of the reader's version.
    text: the document exactly as received, where the source is itself JSON; else None.
    derived: whether the CTID was derived by us.
    owned: whether the source claims to own the CTID (a publisher); another source may not claim it again.
    graph: key of the `Said` whose text is the whole `@graph` document that this one is a node of; "" if none.
    """

    key: str
    ctid: str
    type: str
    document: Callable[[], Document]
    digest: bytes
    text: str | None = None
    derived: bool = True
    owned: bool = False
    identifiers: tuple[Identifier, ...] = ()
    place: str = ""
    graph: str = ""


class Group(NamedTuple):
    """The programs of one provider in one field, of one or several award levels: what shared figures hang on.

    provider: CTID. field: CIP code of 2, 4 or 6 digits ("48", "48.05", "48.0508"). levels: award level codes
    (IPEDS AWLEVEL) in ascending order, () for all levels.
    """

    provider: str
    field: str
    levels: tuple[str, ...] = ()


class Observed(NamedTuple):
    """One measured figure about a resource (its CTID) or a group.

    measure: key in vocabulary/measures.yaml, which fixes unit and meaning. period: when it was so ("2024",
    "2025-05"). value: None unless status is "reported". base: of how many. precision: relative standard error
    in per cent. area: key of an `Area`, "" where none applies. item: CTID of what else it is about (a
    competency of an occupation), "" for none. row: number of the source's row.
    """

    subject: str | Group
    measure: str
    period: str
    value: float | None
    status: Status = "reported"
    area: str = ""
    cohort: str = ""
    base: int | None = None
    precision: float | None = None
    item: str = ""
    row: int = 0


class Area(NamedTuple):
    """A place that figures are given for. key: "us", "state:NJ", "county:34007", "msa:10180", "oews:3400001"."""

    key: str
    name: str
    kind: str
    state: str = ""


Item = Said | Observed | Area | Issue


@dataclass(frozen=True, slots=True)
class Reading:
    """One release, opened: who says it, when, and the stream of what is said.

    items: call it to read from the start; it may be called again. snapshot: the release is complete, so that
    a key of the former release that is missing here is withdrawn. total: rows to come, for the progress bar.
    """

    source: SourceDeclaration
    release: Release
    items: Callable[[], Iterator[Item]]
    snapshot: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say beside the files. `state` keeps one state of a national file ("NJ")."""

    source: Path | None = None
    release: str = ""
    state: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the registry of formats.

    open: files → readings, oldest release first. recognise: whether a file looks like this format (cheap).
    """

    name: str
    label: str
    open: Callable[[Sequence[Path], Options], list[Reading]]
    recognise: Callable[[Path], bool]
    version: str = "1"
