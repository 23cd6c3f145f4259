"""The shapes of what is said about the registry itself: changes, sources, types, bulk files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from learnwork.registry import models
from learnwork.vocabulary.types import ResourceType
from learnwork.web.api.answers import Page
from learnwork.web.api.shape import Shape
from learnwork.web.overview import SourcePage


class Change(Shape):
    """kind "figures" stands for all figures that a release brought; it has no CTID."""

    seq: int
    ctid: str
    kind: str
    at: datetime
    source: str
    release: str

    @classmethod
    def of(cls, change: models.Change) -> Change:
        release = change.release
        return cls(
            seq=change.seq,
            ctid=change.resource.ctid if change.resource else "",
            kind=change.get_kind_display(),
            at=change.at,
            source=release.source.key if release else "",
            release=release.label if release else "",
        )


class Changes(Shape):
    """last: ask again with it as `since`. more: whether there are further ones already."""

    changes: list[Change]
    last: int
    more: bool


class Release(Shape):
    """status: serving, replaced or held. report: what the load did."""

    label: str
    part: str
    date: date
    loaded_at: datetime
    status: str
    report: dict[str, Any]


class Source(Shape):
    key: str
    name: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    trust: int
    releases: list[Release]

    @classmethod
    def of(cls, page: SourcePage) -> Source:
        source = page.source
        return cls(
            **{
                name: getattr(source, name)
                for name in ("key", "name", "publisher", "url", "licence", "licence_url", "trust")
            },
            releases=[
                Release(
                    label=one.release.label,
                    part=one.release.part,
                    date=one.release.date,
                    loaded_at=one.release.loaded_at,
                    status="held" if one.held else "serving" if one.serving else "replaced",
                    report=dict(one.report),
                )
                for one in page.releases
            ],
        )


class Sources(Page):
    sources: list[Source]


class TypeProperty(Shape):
    """kind: how its values are made (text, money, reference, …). many: may have several values."""

    term: str
    label: str
    kind: str
    many: bool
    searched: bool
    faceted: bool


class Type(Shape):
    """A kind of resource. classes: its classes in CTDL, the main one first."""

    key: str
    label: str
    plural: str
    classes: list[str]
    properties: list[TypeProperty]

    @classmethod
    def of(cls, one: ResourceType) -> Type:
        return cls(
            key=one.key,
            label=one.label,
            plural=one.plural,
            classes=list(one.classes),
            properties=[
                TypeProperty(**{name: getattr(item, name) for name in TypeProperty.model_fields})
                for item in one.properties
            ],
        )


class Types(Shape):
    types: list[Type]


class BulkFile(Shape):
    """One file. of: what a row or line is. url: never changes its content; digest: SHA-256 in hexadecimal."""

    name: str
    of: str
    media_type: str
    encoding: str
    rows: int
    bytes: int
    sha256: str
    url: str


class BulkSource(Shape):
    """A source of what the files hold, with the licence under which it may be used. releases: those that serve."""

    key: str
    name: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    releases: list[str]


class Bulk(Shape):
    """The newest set of files. sequence: the last change that they hold; /api/changes?since= goes on from there."""

    sequence: int
    made_at: datetime
    base_url: str
    files: list[BulkFile]
    sources: list[BulkSource]
