"""What the home page, the pages of sources and the list of changes show. Read here, printed by templates and API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils.translation import gettext as _

from learnwork.formats.declarations import declaration
from learnwork.formats.states import NAMES
from learnwork.layout.presentation import count, number, safe_url
from learnwork.layout.values import called
from learnwork.registry import decisions, queries
from learnwork.registry.models import Decision, Release, Source
from learnwork.search import engine
from learnwork.search.query import Query
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import ResourceType, all_types
from learnwork.web import maps

LATEST = 6
RULINGS = 3
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
class Door:
    """One of the six ways in. links: (words, where), each of which leads to something that is here today."""

    who: str
    question: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Home:
    """cited: pages that a source cites, each with a claim or two; they stand apart from the data sets. map: None
    where nothing that is here says a place.
    """

    counts: tuple[tuple[ResourceType, int], ...]
    total: int
    map: maps.Map | None
    doors: tuple[Door, ...]
    rulings: tuple[Decision, ...]
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
            (label, keys[what])
            for what, label in (("new", _("New")), ("changed", _("Changed")), ("withdrawn", _("Withdrawn")))
            if keys.get(what)
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
        sum(counts.values()),
        _map(),
        _doors(counts),
        tuple(decisions.listing()[:RULINGS]),
        tuple(Loaded(release, what_happened(release.report)) for release in releases[:LATEST]),
        tuple(sources),
        tuple(source for source in every if source.key.startswith(CITED)),
    )


def _map() -> maps.Map | None:
    """Where things are: the states, or the counties of the only state."""
    states = engine.spread(Query(), "state")
    here = {key: n for key, n in states.items() if key in NAMES}
    if not here:
        return None
    placed = sum(here.values())
    most = max(here, key=lambda key: here[key])
    if here[most] < 0.8 * placed:
        return maps.nation(here, placed, lambda key: f"/search?view=map&state={key}")
    inside = engine.spread(Query.from_params({"state": most}), "county")
    return maps.state(
        most, inside, here[most], lambda key: f"/search?{urlencode({'state': most, 'county': key})}"
    )


def _doors(counts: Mapping[str, int]) -> tuple[Door, ...]:
    """The six doors. A link to a list that is empty here is left out, and so is a door without a link."""

    def listed(words: str, address: str, *types: str) -> tuple[str, str] | None:
        return (words, address) if any(counts.get(key) for key in types) else None

    learn = "/search?type=learning_opportunity&type=credential"
    every = (
        (
            _("I learn, or look for work"),
            _("What is offered near me, what does it cost and take, and what do completers earn?"),
            listed(_("Training and credentials"), learn, "learning_opportunity", "credential"),
            listed(_("The cheapest first"), f"{learn}&sort=cost", "learning_opportunity", "credential"),
            listed(_("Occupations and what they pay"), "/search?type=occupation", "occupation"),
            listed(_("What fits what I can do"), "/match", "occupation"),
            (_("Keep my badges and certificates"), "/records"),
        ),
        (
            _("I hire"),
            _("What does a credential certify, who trains for the job, and how many finish?"),
            listed(_("Occupations and who trains for them"), "/search?type=occupation", "occupation"),
            listed(_("What a credential vouches for"), "/search?type=credential&sort=awards", "credential"),
            listed(_("Skills and knowledge"), "/search?type=competency", "competency"),
            listed(_("What fits a job description"), "/match", "occupation"),
            (_("Is this badge or transcript real?"), "/verify"),
        ),
        (
            _("I offer training"),
            _("How do we appear here, who says so, and what is missing?"),
            listed(_("Find your organization"), "/search?type=organization&sort=name", "organization"),
            (_("Which lists we read"), "/sources"),
        ),
        (
            _("I keep a list or a library"),
            _("Where do sources disagree, and how was it decided?"),
            (_("Every decision, with its reason"), "/decisions"),
            listed(_("Frameworks of competencies"), "/frameworks", "competency_framework"),
            (_("Sources, and what each promises"), "/sources"),
            (_("What the marks mean"), "/about/marks"),
        ),
        (
            _("I fund, or make policy"),
            _("Who works on what, who pays for it, and where does nobody?"),
            listed(_("Initiatives"), "/search?type=initiative", "initiative"),
            listed(_("How fast, together or not, and where nobody works"), "/landscape", "initiative"),
            (_("What initiatives said about themselves"), "/surveys"),
            listed(_("Funders"), "/search?type=funder", "funder"),
            listed(_("Where training is, on the map"), f"{learn}&view=map", "learning_opportunity"),
        ),
        (
            _("I do research, or build software"),
            _("Where is the data, under which licence, and how far can I trust it?"),
            (_("Everything as files"), "/bulk"),
            (_("The API, open and without a key"), "/api/openapi.json"),
            (_("Licences of the data"), "/licences"),
        ),
    )
    doors = (Door(who, asks, tuple(one for one in links if one)) for who, asks, *links in every)
    return tuple(door for door in doors if door.links)


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
    return tuple(page_of(source) for source in queries.sources())


def source_page(key: str) -> SourcePage:
    """One source. Raises `UnknownSourceError`."""
    return page_of(queries.source(key))


def page_of(source: Source) -> SourcePage:
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
        changes = [say % {"n": number(documents[key])} for key, say in _changes() if documents.get(key)]
        parts.append(count(documents["read"], "document") + (f": {', '.join(changes)}" if changes else ""))
    if figures := (report.get("observations") or {}).get("read"):
        parts.append(count(figures, "figure"))
    return "; ".join(parts)


def _changes() -> tuple[tuple[str, str], ...]:
    """What a load did to documents: key in its report → how a sentence says it."""
    return (
        ("new", _("%(n)s new")),
        ("changed", _("%(n)s changed")),
        ("unchanged", _("%(n)s unchanged")),
        ("withdrawn", _("%(n)s withdrawn")),
        ("refused", _("%(n)s refused")),
    )


def _promises(key: str) -> tuple[Promise, ...]:
    """What the declaration of a source that we package expects; () for an operator's own source."""
    try:
        expects = declaration(key).expects
    except LearnworkError:
        return ()
    promises = [
        Promise(called(kind) if kind else _("documents of all kinds"), _between(*bounds))
        for kind, bounds in expects.resources.items()
    ]
    if expects.observations != (None, None):
        promises.append(Promise(_("figures"), _between(*expects.observations)))
    for kind, filled in expects.filled.items():
        promises += [
            Promise(
                _("%(kind)s with %(property)s") % {"kind": called(kind), "property": called(term).lower()},
                _("at least %(figure)s") % {"figure": f"{share:.0%}"},
            )
            for term, share in filled.items()
        ]
    promises.append(
        Promise(_("withdrawn at once"), _("at most %(figure)s") % {"figure": f"{expects.withdrawn:.0%}"})
    )
    promises.append(
        Promise(_("rows refused"), _("at most %(figure)s") % {"figure": f"{expects.refused:.0%}"})
    )
    return tuple(promises)


def _between(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return _("%(low)s to %(high)s") % {"low": number(least), "high": number(most)}
    return (
        _("at least %(figure)s") % {"figure": number(least)}
        if least is not None
        else _("at most %(figure)s") % {"figure": number(most)}
        if most is not None
        else _("any number")
    )
