"""What pages of resources offer of matching: links, so that no page waits for the table of what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from learnwork.competencies.expecting import COMPETENCY, OCCUPATION
from learnwork.competencies.profiling import NAMED_BY
from learnwork.registry.views import ResourceView

_STARTS = frozenset({"ceterms:instructionalProgramType", "ceterms:occupationType", "lw:leadsTo", *NAMED_BY})


@dataclass(frozen=True, slots=True)
class MatchSection:
    """kind: "occupation", "competency" or "program"."""

    template: ClassVar[str] = "competencies/match_section.html"
    key: str
    heading: str
    ctid: str
    kind: str


def sections(view: ResourceView) -> list[MatchSection]:
    """For occupations and competencies what matches them, for what starts somewhere what is expected of it."""
    if view.type == OCCUPATION:
        return [MatchSection("matches", _("Which programs fit this work?"), view.ctid, "occupation")]
    if view.type == COMPETENCY:
        return [MatchSection("matches", _("Which programs and occupations fit?"), view.ctid, "competency")]
    if _STARTS & view.document.keys():
        return [MatchSection("expected", _("What can one do afterwards?"), view.ctid, "program")]
    return []
