"""What the home page, the pages of sources and the list of changes show. Read here, printed by templates and API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from learnwork.formats.declarations import declaration
from learnwork.layout.presentation import count, safe_url
from learnwork.registry import queries
from learnwork.registry.models import Release, Source
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import ResourceType, all_types

LATEST = 8
CITED = "cited:"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One release with what its load did, in words."""

    release: Release
    said: str

    @property
    def held(self) -> bool:
        return self.release.status == Release.Status.HELD

    @property
    def serving(self) -> bool:
        return not self.held and self.release.superseded_at is None

    @property
    def report(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.release.report
        return found


@dataclass(frozen=True, slots=True)
class Home:
    """cited: pages that a source cites, each with a claim or two; they stand apart from the data sets."""

    counts: tuple[tuple[ResourceType, int], ...]
    latest: tuple[Loaded, ...]
    sources: tuple[Source, ...]
    cited: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that a source's declaration says of every release."""

    what: str
    promised: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source: what it promises, its releases newest first, what its last load changed."""

    source: Source
    url: str
    licence_url: str
    releases: tuple[Loaded, ...]
    promises: tuple[Promise, ...]

    @property
    def cited(self) -> bool:
        """Whether it is a page that is cited for single facts rather than a data set."""
        return self.source.key.startswith(CITED)

    @property
    def last(self) -> Loaded | None:
        return next((loaded for loaded in self.releases if not loaded.held), None)

    @property
    def classes(self) -> tuple[tuple[str, int, int], ...]:
        """Documents by kind in the former release and in the last one."""
        report = self.last.report if self.last else {}
        before, now = report.get("former_classes") or {}, report.get("classes") or {}
        kinds = [*now, *(kind for kind in before if kind not in now)] if before else []
        return tuple((term_label(kind), before.get(kind, 0), now.get(kind, 0)) for kind in kinds)

    @property
    def keys(self) -> tuple[tuple[str, list[str]], ...]:
        """What is new, changed and withdrawn, by the source's own keys; only beside a former release."""
        report = self.last.report if self.last else {}
        keys = report.get("keys") or {} if report.get("former_classes") else {}
        return tuple(
            (what.capitalize(), keys[what]) for what in ("new", "changed", "withdrawn") if keys.get(what)
        )

    @property
    def held(self) -> tuple[Loaded, ...]:
        """Releases held back since the last good one."""
        last = self.last
        return tuple(
            one
            for one in self.releases
            if one.held and (not last or one.release.loaded_at > last.release.loaded_at)
        )


def home() -> Home:
    """Counts by type in the order of the types, latest loads, sources."""
    counts = _counts()
    every = queries.sources()
    sources = [source for source in every if not source.key.startswith(CITED)]
    releases = [release for source in sources for release in _releases(source) if release.status == "loaded"]
    releases.sort(key=lambda release: release.loaded_at, reverse=True)
    types = sorted(all_types(), key=lambda type_: type_.order)
    return Home(
        tuple((type_, counts[type_.key]) for type_ in types if counts.get(type_.key)),
        tuple(Loaded(release, what_happened(release.report)) for release in releases[:LATEST]),
        tuple(sources),
        tuple(source for source in every if source.key.startswith(CITED)),
    )


def _counts() -> dict[str, int]:
    """Counts by type, remembered until something changes: at the size of the nation counting takes too long."""
    key = f"counts:{queries.last_change()}"
    known: dict[str, int] | None = cache.get(key)
    if known is None:
        known = queries.counts()
        cache.set(key, known, timeout=60)
    return known


def sources() -> tuple[SourcePage, ...]:
    """All sources by name, with their releases."""
    return tuple(_page(source) for source in queries.sources())


def source_page(key: str) -> SourcePage:
    """One source. Raises `UnknownSourceError`."""
    return _page(queries.source(key))


def _page(source: Source) -> SourcePage:
    return SourcePage(
        source,
        safe_url(source.url) or "",
        safe_url(source.licence_url) or "",
        tuple(Loaded(release, what_happened(release.report)) for release in _releases(source)),
        _promises(source.key),
    )


def _releases(source: Source) -> list[Release]:
    found: list[Release] = source.releases_shown  # type: ignore[attr-defined]
    return found


def what_happened(report: Mapping[str, Any]) -> str:
    """A load report in a sentence: "1,466 documents: 12 new, 3 changed, 2 withdrawn; 7,325 figures"."""
    documents = report.get("documents") or {}
    parts = []
    if documents.get("read"):
        changes = [
            f"{documents[key]:,} {key}"
            for key in ("new", "changed", "unchanged", "withdrawn", "refused")
            if documents.get(key)
        ]
        parts.append(count(documents["read"], "document") + (f": {', '.join(changes)}" if changes else ""))
    if figures := (report.get("observations") or {}).get("read"):
        parts.append(count(figures, "figure"))
    return "; ".join(parts)


def _promises(key: str) -> tuple[Promise, ...]:
    """What the declaration of a source that we package expects; () for an operator's own source."""
    try:
        expects = declaration(key).expects
    except LearnworkError:
        return ()
    promises = [
        Promise(term_label(kind) if kind else "documents of all kinds", _between(*bounds))
        for kind, bounds in expects.resources.items()
    ]
    if expects.observations != (None, None):
        promises.append(Promise("figures", _between(*expects.observations)))
    for kind, filled in expects.filled.items():
        promises += [
            Promise(f"{term_label(kind)} with {term_label(term).lower()}", f"at least {share:.0%}")
            for term, share in filled.items()
        ]
    promises.append(Promise("withdrawn at once", f"at most {expects.withdrawn:.0%}"))
    promises.append(Promise("rows refused", f"at most {expects.refused:.0%}"))
    return tuple(promises)


def _between(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return f"{least:,} to {most:,}"
    return (
        f"at least {least:,}"
        if least is not None
        else f"at most {most:,}"
        if most is not None
        else "any number"
    )
