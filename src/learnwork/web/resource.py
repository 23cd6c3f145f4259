"""The page of a resource: its head, what its kind is asked, what refers to it, who says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from learnwork.competencies.alignment_sections import sections as alignments
from learnwork.competencies.framework_sections import sections as trees
from learnwork.competencies.match_sections import sections as matching
from learnwork.competencies.sections import sections as profiles
from learnwork.landscape import sections as landscape
from learnwork.registry import moments, outlook
from learnwork.registry.views import LinkView, ResourceView
from learnwork.surveys.sections import sections as surveys
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import ResourceType
from learnwork.web import competencies, occupations, organizations, programs, studies
from learnwork.web import figures as measured_in
from learnwork.web.claims import Field, Reference, standing
from learnwork.web.gathered import Gathered, Place, gather
from learnwork.web.parts import Chart, Glance, Measured, Part, RoomSection, facts, part
from learnwork.web.prospects import prospects
from learnwork.web.related import Incoming, incoming, open_references

Made = tuple[list[Glance], list[Part]]
# Kind of thing → what its page is made of, and the references of which that page speaks.
_MADE: dict[str, tuple[Callable[[Gathered], Made], frozenset[str]]] = {
    "organization": (organizations.page, organizations.TOLD),
    "occupation": (occupations.page, occupations.TOLD),
    "field_of_study": (studies.page, studies.TOLD),
    "competency": (competencies.page, competencies.TOLD),
}
# Rooms that have something to say on the page of a resource, in the order in which they say it.
_ROOMS: tuple[Callable[[ResourceView], Sequence[RoomSection]], ...] = (
    trees,
    alignments,
    profiles,
    matching,
    surveys,
)


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """See web/resource.html, which prints it from top to bottom. versions: how many statements there ever were."""

    view: ResourceView
    type: ResourceType
    kind: str
    provider: tuple[LinkView, ...]
    place: Place
    sample: bool
    proposed: bool
    standing: str
    reported_only: bool
    not_since: str
    name_field: Field | None
    lede: Field | None
    glances: tuple[Glance, ...]
    parts: tuple[Part, ...]
    among: str
    outgoing: tuple[tuple[str, LinkView], ...]
    incoming: Incoming | None
    versions: int
    notes: tuple[Reference, ...]

    @property
    def name(self) -> str:
        return self.view.name or self.view.ctid

    @property
    def styles(self) -> tuple[str, ...]:
        """Style sheets of rooms that have something to say here."""
        sheets = (getattr(block, "style", "") for part in self.parts for block in part.blocks)
        return tuple(dict.fromkeys(sheet for sheet in sheets if sheet))

    @property
    def report(self) -> str:
        """Where an error of the page as a whole is reported."""
        return f"/resources/{self.view.ctid}/suggest"

    @property
    def follow(self) -> str:
        """Where one asks for news of what belongs to it; "" where nothing can."""
        return self.among.replace("/search?", "/alerts/new?", 1)


def resource_page(
    view: ResourceView, *, area: str = "", predicate: str = "", offset: int = 0, valid: str = ""
) -> ResourcePage:
    """The page of a resource. area: key of an area whose figures are shown beside the nation's.

    predicate, offset: which incoming links, and from where on. valid: the time whose dated parts are shown, "" for all.
    """
    about = gather(view, area)
    on_the_map = landscape.sections(view, valid)
    referring = landscape.referring(view) if on_the_map else frozenset()
    if on_the_map:
        about.answers.take(*landscape.told(view))
    name, lede = about.answers.name(), about.answers.lede()
    make, told = (
        (programs.page, programs.TOLD) if about.learning else _MADE.get(about.type.key, (_other, frozenset()))
    )
    glances, parts = make(about)
    rest = part(
        "rest",
        _("What else is said about it?") if parts else _("What is known about it?"),
        facts(about.answers.rest()),
    )
    closing = organizations.closing(about) if about.type.key == "organization" else []
    told_by_rooms: list[RoomSection] = [*on_the_map, *(one for said in _ROOMS for one in said(view))]
    rooms = [Part(one.key, one.heading, (one,)) for one in told_by_rooms]
    document = view.document
    return ResourcePage(
        view=view,
        type=about.type,
        kind=_kind(view, about.type),
        provider=about.provider,
        place=about.place,
        sample=bool(document.get("lw:sample")),
        proposed=bool(document.get("lw:proposed")),
        standing=standing(document),
        reported_only=bool(document.get("lw:reportedProgram")),
        not_since=_not_since(parts),
        name_field=name,
        lede=lede,
        glances=tuple(glances),
        parts=(*parts, *rest, *rooms, *closing),
        among=_among(about),
        outgoing=open_references(about.links, about.type),
        incoming=incoming(about, predicate, offset, told | referring),
        versions=moments.count(view.ids),
        notes=about.notes.all(),
    )


def _other(about: Gathered) -> Made:
    """Of every other kind: what is measured, and where it leads."""
    tables = tuple(measured_in.tables(about.figures, about.notes))
    region = about.place.region
    areas = ["us", f"state:{region}"] if region else ["us"]
    leads = prospects(outlook.prospects(about.links, areas), areas, about.notes)
    known = part("known", _("What is known about it?"), facts(about.answers.rest()))
    return [], [
        *known,
        *part("leads", _("Where does it lead?"), leads),
        *part("measured", _("What is measured?"), Measured(tables) if tables else None),
    ]


def _not_since(parts: list[Part]) -> str:
    """The year after which its source fell silent about it."""
    charts = (block for one in parts for block in one.blocks if isinstance(block, Chart))
    return next((chart.trend.not_since for chart in charts), "")


def _kind(view: ResourceView, type_: ResourceType) -> str:
    """What a reader calls it: the class where it says more than the type ("Associate degree", "License")."""
    said = term_label(view.type)
    return type_.label if said.lower() in type_.label.lower() or type_.key == "organization" else said


def _among(about: Gathered) -> str:
    """The search for what belongs to it: programs of a provider, in a field, for an occupation. "" for others."""
    if about.type.key == "organization":
        return f"/search?{urlencode({'provider': about.view.ctid})}" if about.counts else ""
    if about.type.key in ("field_of_study", "occupation") and about.code:
        return f"/search?{urlencode({about.type.key.partition('_')[0]: about.code})}"
    return ""
