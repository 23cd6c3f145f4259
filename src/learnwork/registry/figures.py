"""Reading observations: a resource's own, and those of the groups that cover it, shown as shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import orjson

from learnwork.registry.composition import as_list
from learnwork.registry.models import Group, Link, Observation, Release, Resource
from learnwork.registry.queries import PROVIDERS, source_ref
from learnwork.registry.store import resource_ids, select_in
from learnwork.registry.views import Figure, LinkView, ResourceView
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.measures import by_number

# Whole load reports, which nobody reads beside a figure: their JSON costs more than the figure does.
REPORTS = ("release__report", "release__files", "release__source__note")
_STATUS = dict(Observation.Status.choices)


@dataclass(frozen=True, slots=True)
class Membership:
    """What decides which groups cover a program: its providers, its fields (CIP codes), its award level."""

    providers: frozenset[str]
    fields: tuple[str, ...]
    level: str

    def covers(self, group: Group) -> bool:
        """Whether the group is this program's: same provider, its field inside the group's, its level among them."""
        return (
            group.provider in self.providers
            and any(within(field, group.field) for field in self.fields)
            and (not group.levels or self.level in group.levels.split(","))
        )


def within(code: str, wider: str) -> bool:
    """Whether a CIP code is a wider one or inside it: 48.0508 is within 48.05 and within 48."""
    return code == wider or code.startswith(wider if len(wider) > 2 else f"{wider}.")


def membership(document: Document) -> Membership:
    """Read what groups need from a program's document."""
    providers = {
        reference
        for term in PROVIDERS
        for reference in as_list(document.get(term) or [])
        if isinstance(reference, str)
    }
    fields = tuple(
        str(code.get("ceterms:codedNotation"))
        for code in as_list(document.get("ceterms:instructionalProgramType") or [])
        if isinstance(code, dict) and code.get("ceterms:codedNotation")
    )
    level = document.get("lw:awardLevel")
    return Membership(frozenset(providers), fields, level if isinstance(level, str) else "")


def figures(view: ResourceView, areas: Sequence[str] | None = None) -> list[Figure]:
    """Figures of a resource: its own and its groups'. areas: keys of areas to keep beside those without any.

    Only figures of serving releases; by measure, area, then period, newest first.
    """
    known, keys = "o.area_id IS NULL", tuple(areas or ())
    if keys:
        marks = ", ".join(["%s"] * len(keys))
        known = f"({known} OR o.area_id IN (SELECT id FROM registry_area WHERE key IN ({marks})))"  # noqa: S608
    where = "" if areas is None else f"{known} AND "
    found = [one for _, _, one in measured(f"{where}o.resource_id IN ({{}})", view.ids, *keys)]
    if shared := groups_of(view):
        for _, group, one in measured("o.group_id IN ({})", shared):
            found.append(replace(one, shared_by=shared[group or 0]))
    found.sort(key=lambda f: f.source.key)
    found.sort(key=lambda f: (f.period, f.cohort), reverse=True)
    found.sort(key=lambda f: (f.measure.number, f.area_key))
    return found


_MEASURED = (
    "SELECT o.resource_id, o.group_id, o.release_id, o.measure, o.period, o.cohort, o.value, o.status, o.base,"
    ' o.precision, o."row", a.key, a.name, i.ct_id, i.name FROM registry_observation o'
    " LEFT JOIN registry_area a ON a.id = o.area_id LEFT JOIN registry_resource i ON i.id = o.item_id WHERE "
)


def measured(
    condition: str, values: Iterable[int], *before: str | int
) -> list[tuple[int | None, int | None, Figure]]:
    """(resource, group, figure) of serving releases. condition: of SQL, ends in "… IN ({})", as `select_in` has it.

    Two queries. Django's objects for every figure, release, source and area took five times as long.
    """
    rows = list(select_in(_MEASURED + condition, values, *before))
    serving = Release.objects.filter(
        pk__in={row[2] for row in rows}, status=Release.Status.LOADED, superseded_at=None
    )
    releases = serving.select_related("source").defer("report", "files", "source__note") if rows else ()
    sources = {release.pk: source_ref(release) for release in releases}
    return [
        (
            row[0],
            row[1],
            Figure(
                measure=by_number[row[3]],
                period=row[4],
                cohort=row[5] or "",
                value=row[6],
                status=_STATUS[row[7]],
                base=row[8],
                precision=row[9],
                area_key=row[11] or "",
                area_name=row[12] or "",
                source=sources[row[2]],
                row=row[10],
                shared_by=None,
                item_ctid=row[13] or "",
                item_name=row[14] or "",
            ),
        )
        for row in rows
        if row[2] in sources
    ]


def figure_of(row: Observation, shared_by: int | None) -> Figure:
    return Figure(
        measure=by_number[row.measure],
        period=row.period,
        cohort=row.cohort or "",
        value=row.value,
        status=_STATUS[row.status],
        base=row.base,
        precision=row.precision,
        area_key=row.area.key if row.area else "",
        area_name=row.area.name if row.area else "",
        source=source_ref(row.release),
        row=row.row,
        shared_by=shared_by,
        item_ctid=row.item.ctid if row.item else "",
        item_name=row.item.name if row.item else "",
    )


def groups_of(view: ResourceView) -> dict[int, int]:
    """Group → number of current programs that it covers, for the groups that cover this program."""
    member = membership(view.document)
    if not member.providers or not member.fields:
        return {}
    groups = _covering(member)
    if not groups:
        return {}
    members = [m for _, m in _members(member.providers, groups)]
    return {g.pk: sum(m.covers(g) for m in members) for g in groups}


def sharing(view: ResourceView) -> list[LinkView]:
    """The programs, this one included, that share a figure with it through some group; by name."""
    member = membership(view.document)
    groups = _covering(member)
    ids = [pk for pk, other in _members(member.providers, groups) if any(other.covers(g) for g in groups)]
    rows = Resource.objects.filter(pk__in=ids).order_by("name", "ctid")
    return [LinkView("", row.ctid, row.name, row.type) for row in rows]


def _covering(member: Membership) -> list[Group]:
    """The groups that cover a program. Fields are codes of 2, 4 or 6 digits, each the beginning of the next."""
    fields = {code[:length] for code in member.fields for length in (2, 5, 7)}
    found = Group.objects.filter(provider__in=member.providers, field__in=fields)
    return [group for group in found if member.covers(group)]


def _members(providers: Iterable[str], groups: Sequence[Group]) -> list[tuple[int, Membership]]:
    """The current programs of the providers that some of the groups may cover, with what decides it."""
    ids = (
        Link.objects.filter(
            object_id__in=list(resource_ids(providers).values()),
            predicate__in=PROVIDERS,
            subject__status=Resource.Status.CURRENT,
        )
        .values_list("subject_id", flat=True)
        .distinct()
    )
    documents = documents_of(list(ids), holding=[f'"{group.field}' for group in groups])
    return [(pk, membership(document)) for pk, document in documents.items()]


def documents_of(ids: Sequence[int], holding: Sequence[str] = ()) -> dict[int, Document]:
    """Composed documents as stored: the resource's own text, else its one envelope's.

    holding: leave out those whose text has none of these; it spares the reading of what cannot matter.
    """
    from learnwork.registry.composing import read_body

    rows = select_in(
        "SELECT r.id, r.ct_id, r.document, e.body, CASE WHEN e.body LIKE '%%\"_:%%' THEN g.body END"
        " FROM registry_resource r"
        " LEFT JOIN registry_envelope e ON e.resource_id = r.id AND r.document IS NULL"
        " AND e.superseded_at IS NULL AND e.withdrawn_at IS NULL"
        " LEFT JOIN registry_envelope g ON g.id = e.graph_id WHERE r.id IN ({})",
        ids,
    )
    found: dict[int, Document] = {}
    for pk, ctid, document, body, graph in rows:
        if holding and not any(part in (graph or document or body or "") for part in holding):
            continue
        if document is not None:
            found[pk] = orjson.loads(document)
        elif body is not None:
            found[pk] = read_body(body, ctid, graph)
    return found
