"""What the page of an initiative shows of surveys: its own answers that may be named, each with its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from django.utils.translation import gettext as _

from learnwork.registry.models import Resource
from learnwork.registry.views import ResourceView
from learnwork.surveys import library
from learnwork.surveys.answers import GIVEN, MISSING, RESPONDED, STATES, Study
from learnwork.surveys.models import Survey
from learnwork.surveys.reports import open_part
from learnwork.surveys.tables import shown

Line = tuple[str, str]
_AT_ONCE = 8
_INITIATIVE = "lw:Initiative"


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of one initiative in one survey: (question, answer)."""

    survey: Survey
    closed_at: datetime | None
    lines: tuple[Line, ...]

    @property
    def first(self) -> tuple[Line, ...]:
        return self.lines[:_AT_ONCE]

    @property
    def others(self) -> tuple[Line, ...]:
        return self.lines[_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page of a resource, with the template that prints it."""

    template: ClassVar[str] = "surveys/said.html"
    key: str
    heading: str
    said: tuple[Said, ...]


def sections(view: ResourceView) -> list[Section]:
    """What an initiative said in published reports, the newest first; [] where it said nothing by name."""
    if view.type != _INITIATIVE:
        return []
    merged = Resource.objects.filter(merged_into__ctid=view.ctid).values_list("ctid", flat=True)
    ctids = [view.ctid, *merged]
    surveys = list(
        library.reports()
        .filter(
            invitations__ctid__in=ctids, invitations__pilot=False, invitations__state__in=sorted(RESPONDED)
        )
        .distinct()
    )
    state = library.state() if surveys else ""
    said = []
    for one in surveys:
        named = _by_initiative(one.pk, state)
        lines = next((named[ctid] for ctid in ctids if ctid in named), ())
        if lines:
            said.append(Said(one, one.closed_at, lines))
    return [Section("surveys", _("What did it say about itself?"), tuple(said))] if said else []


@lru_cache(maxsize=32)
def _by_initiative(survey: int, state: str) -> Mapping[str, tuple[Line, ...]]:
    """Answers by CTID. state: of all that is published; another one is another answer."""
    named = open_part(Survey.objects.get(pk=survey)).named
    return {one.about: tuple(_lines(named, row)) for row, one in enumerate(named.respondents)}


def _lines(study: Study, row: int) -> list[Line]:
    made = []
    for column, item in enumerate(study.items):
        code = int(study.states[row, column])
        if code == GIVEN:
            value = study.values[row, column]
            made.append((item.label, "; ".join(value) if isinstance(value, tuple) else shown(value)))
        elif code != MISSING:
            made.append((item.label, STATES[code]))
    return made
