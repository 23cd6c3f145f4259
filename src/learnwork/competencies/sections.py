"""What pages of resources show of competencies: the profile of a credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from learnwork.competencies import profiling
from learnwork.competencies.pattern_chart import Chart, chart
from learnwork.competencies.words import names
from learnwork.registry.views import ResourceView


@dataclass(frozen=True, slots=True)
class ProfileSection:
    """The pattern of a credential that somebody rated, with its base."""

    template: ClassVar[str] = "competencies/profile_section.html"
    style: ClassVar[str] = "competencies/competencies.css"
    key: str
    heading: str
    ctid: str
    chart: Chart
    competencies: int
    raters: int


def sections(view: ResourceView) -> list[ProfileSection]:
    """The profile of a resource; [] where nobody rated it."""
    pattern = profiling.of_many([view.ctid]).get(view.ctid)
    if pattern is None:
        return []
    return [
        ProfileSection(
            "profile",
            _("At what level?"),
            view.ctid,
            chart(pattern, names()),
            pattern.competencies,
            pattern.raters,
        )
    ]
