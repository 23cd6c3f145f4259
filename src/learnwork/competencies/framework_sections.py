"""What pages of competencies and frameworks show of the tree: the way to a competency, and the door to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from learnwork.competencies.reading import FRAMEWORK, PART_OF
from learnwork.registry.models import Link, Resource
from learnwork.registry.views import LinkView, ResourceView

COMPETENCY = "ceasn:Competency"
CHILD_OF = "ceasn:isChildOf"
# Real frameworks nest less than ten deep; a circle has no top at all.
_MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class TreeSection:
    """frameworks: those it is part of, or itself. way: what it stands under, the widest first. at: what to open."""

    template: ClassVar[str] = "competencies/tree_section.html"
    style: ClassVar[str] = "competencies/frameworks.css"
    key: str
    heading: str
    frameworks: tuple[LinkView, ...]
    way: tuple[LinkView, ...]
    at: str
    size: int


def sections(view: ResourceView) -> list[TreeSection]:
    """One section for a competency that is part of a framework, and for a framework that has some; else none."""
    if view.type == FRAMEWORK:
        size = _members(view)
        own = LinkView(PART_OF, view.ctid, view.name, view.type)
        return [TreeSection("tree", _("What does it hold?"), (own,), (), "", size)] if size else []
    if view.type != COMPETENCY:
        return []
    found = _objects(view.id, PART_OF, FRAMEWORK)
    frameworks = tuple(LinkView(PART_OF, one.ctid, one.name, one.type) for one in found)
    if not frameworks:
        return []
    return [TreeSection("tree", _("Where does it stand?"), frameworks, tuple(_way(view.id)), view.ctid, 0)]


def _members(view: ResourceView) -> int:
    rows = Link.objects.filter(predicate=PART_OF, object_id__in=view.ids, subject__status="current")
    return rows.values("subject").distinct().count()


def _objects(subject: int, predicate: str, kind: str) -> list[Resource]:
    rows = Link.objects.filter(
        subject_id=subject,
        predicate=predicate,
        object__type=kind,
        object__status__in=(Resource.Status.CURRENT, Resource.Status.MERGED),
    )
    met = (row.object for row in rows.select_related("object__merged_into").order_by("id"))
    return [one.merged_into or one for one in met if one is not None]


def _way(pk: int) -> list[LinkView]:
    """Up by the first of what each stands under. One query a level; a circle ends where it began."""
    way: list[LinkView] = []
    seen = {pk}
    while len(way) < _MOST_LEVELS:
        above = next((one for one in _objects(pk, CHILD_OF, COMPETENCY) if one.pk not in seen), None)
        if above is None:
            break
        pk = above.pk
        seen.add(pk)
        way.insert(0, LinkView(CHILD_OF, above.ctid, above.name, above.type))
    return way
