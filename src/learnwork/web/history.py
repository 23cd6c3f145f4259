"""The history of a resource: what was known when, what each source said, and any two of these compared.

A version is named `t:` and a time for the composed document as it was known then, `s:` and a number for one statement
of one source. Raises `UnknownVersionError` for a version that never was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.intake.differences import Line, lines
from learnwork.layout.presentation import day
from learnwork.registry import listing, moments, queries
from learnwork.registry.composing import read_body
from learnwork.registry.difference import difference
from learnwork.registry.errors import UnknownVersionError
from learnwork.registry.listing import Named, VersionRow
from learnwork.registry.moments import Moment
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.types import by_class
from learnwork.web.pages import page

STATEMENTS = 200


@dataclass(frozen=True, slots=True)
class Then:
    """A moment with the name of the version that it made."""

    version: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of a source with the name of its version."""

    version: str
    row: VersionRow


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions in words, and what differs from the one to the other."""

    before: str
    after: str
    lines: tuple[Line, ...]
    whole: int

    @property
    def more(self) -> int:
        return self.whole - len(self.lines)


@dataclass(frozen=True, slots=True)
class History:
    """See web/history.html. chosen: the versions of the two radio columns."""

    view: ResourceView
    kind: str
    then: tuple[Then, ...]
    stated: tuple[Stated, ...]
    chosen: tuple[str, str]
    compared: Compared | None


def named_time(at: datetime) -> str:
    return f"t:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def history_page(ctid: str, before: str = "", after: str = "") -> History:
    """Raises `UnknownResourceError`, `UnknownVersionError`."""
    view = queries.resource(ctid)
    of = Named(view.id, view.ctid, view.ids)
    then = tuple(Then(named_time(moment.at), moment) for moment in moments.moments(view.ids))
    stated = tuple(Stated(f"s:{number}", row) for number, row in listing.versions(of, limit=STATEMENTS))
    compared = None
    if before or after:
        former, latter = _read(of, before), _read(of, after)
        differing = difference(former[1], latter[1])
        compared = Compared(former[0], latter[0], lines(differing, view), len(differing))
    newest = [one.version for one in then[:2]] or ["", ""]
    chosen = (before or newest[-1], after or newest[0])
    return History(view, by_class(view.type).label, then, stated, chosen, compared)


def _read(of: Named, version: str) -> tuple[str, Document]:
    """What a version is called, and its document."""
    kind, _sep, name = version.partition(":")
    if kind == "s" and name.isascii() and name.isdigit() and len(name) < 19:
        row, envelope = listing.version(of, int(name))
        graph = envelope.graph.body if envelope.graph is not None and '"_:' in envelope.body else None
        called = f"{row.source.name}, {row.source.release}, {day(row.source.date)}"
        return called, read_body(envelope.body, envelope.resource.ctid, graph)
    try:
        at = datetime.strptime(name, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC) if kind == "t" else None
    except ValueError:
        at = None
    if at is None:
        raise UnknownVersionError(
            _("%(ctid)s never had a version “%(version)s”.") % {"ctid": of.ctid, "version": version[:60]},
            hint=_("Choose two at /resources/%(ctid)s/history.") % {"ctid": of.ctid},
        )
    called = _("Composed, %(day)s, %(time)s UTC") % {"day": day(at.date()), "time": f"{at:%H:%M:%S}"}
    return called, moments.composed(of.ctid, at)


@page
def history(request: HttpRequest, ctid: str) -> HttpResponse:
    shown = history_page(ctid, request.GET.get("from", ""), request.GET.get("to", ""))
    return render(request, "web/history.html", {"page": shown})
