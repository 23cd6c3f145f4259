"""Reading the registry. Pages, API, commands and the index ask here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from learnwork.formats.json_spans import node_text
from learnwork.registry.composing import read_body
from learnwork.registry.composition import Preference, Spoken, Statement, claims, compose, valid_at
from learnwork.registry.errors import UnknownResourceError, UnknownSourceError
from learnwork.registry.models import Change, Decision, Envelope, Link, Release, Resource, Source
from learnwork.registry.store import ALIAS, resource_ids, select_in
from learnwork.registry.views import (
    BulkRow,
    Claim,
    Figure,
    LinkView,
    ResourceView,
    SourceRef,
    Tombstone,
    Version,
)
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.types import by_class

PROVIDERS = ("ceterms:offeredBy", "ceterms:ownedBy")


def find(ctid: str) -> Resource:
    """The row of a CTID, or of another CTID that means it. Raises `UnknownResourceError`."""
    row = Resource.objects.filter(ctid=ctid).first() if is_ctid(ctid) else None
    if row is None:
        row = Resource.objects.filter(identifiers__scheme=ALIAS, identifiers__value=ctid).first()
    if row is None:
        raise UnknownResourceError(
            _("Nothing here has the identifier %(ctid)s.") % {"ctid": repr(ctid[:60])},
            hint=_("Search for its name, or look at the changes list whether it was withdrawn."),
        )
    return row


def resource(ctid: str) -> ResourceView:
    """A resource with every claim about it. Raises `UnknownResourceError`. Five queries, whatever its size."""
    row = find(ctid)
    ids = (row.pk, *Resource.objects.filter(merged_into=row.pk).values_list("pk", flat=True))
    envelopes = list(_envelopes(ids, ever=row.status == Resource.Status.WITHDRAWN))
    if row.status == Resource.Status.WITHDRAWN:
        envelopes = _last_of_each(envelopes)
    statements = [_statement(e) for e in envelopes]
    preferences = _preferences(ids)
    return ResourceView(
        id=row.pk,
        ctid=row.ctid,
        type=row.type,
        name=row.name,
        status=row.status,
        derived=row.derived,
        document=compose(statements, preferences, row.ctid),
        claims=_with_sources(claims(statements, preferences), envelopes),
        ids=ids,
        tombstone=_tombstone(row, envelopes),
    )


def _envelopes(ids: Sequence[int], *, ever: bool = False) -> Iterator[Envelope]:
    rows = Envelope.objects.filter(resource_id__in=ids).select_related(
        "source", "release__source", "resource", "graph"
    )
    rows = rows.defer("release__report", "release__files", "resource__document")
    if not ever:
        rows = rows.filter(superseded_at=None, withdrawn_at=None)
    yield from rows.order_by("id")


def _last_of_each(envelopes: Sequence[Envelope]) -> list[Envelope]:
    return list({(e.source_id, e.key): e for e in envelopes}.values())


def _statement(envelope: Envelope) -> Statement:
    return Statement(
        envelope.source.key,
        envelope.source.trust,
        envelope.release.date,
        envelope.key,
        read_body(envelope.body, envelope.resource.ctid, _graph_of(envelope)),
        envelope.pk,
        envelope.resource.merged_into_id is not None,
    )


def _graph_of(envelope: Envelope) -> str | None:
    """The graph document that a node's blank nodes are to be found in, where it has any."""
    return envelope.graph.body if envelope.graph is not None and '"_:' in envelope.body else None


def _preferences(ids: Sequence[int], known_at: datetime | None = None) -> list[Preference]:
    rows = Decision.objects.filter(kind=Decision.Kind.PREFER, resource_id__in=ids)
    if known_at is None:
        rows = rows.filter(undone_at=None)
    else:
        rows = rows.filter(Q(undone_at=None) | Q(undone_at__gt=known_at), made_at__lte=known_at)
    return [Preference(term, key) for term, key in rows.order_by("id").values_list("property", "source__key")]


def source_ref(release: Release, place: str = "") -> SourceRef:
    source = release.source
    return SourceRef(
        source.key,
        source.name,
        source.short_name,
        source.licence,
        source.url,
        release.label,
        release.date,
        place,
    )


def _with_sources(spoken: dict[str, list[Spoken]], envelopes: Sequence[Envelope]) -> dict[str, list[Claim]]:
    refs = {e.pk: source_ref(e.release, e.place) for e in envelopes}
    return {
        term: [
            Claim(one.value, tuple(refs[s.envelope] for s in one.statements), one.preferred, one.reason)
            for one in values
        ]
        for term, values in spoken.items()
    }


def _tombstone(row: Resource, envelopes: Sequence[Envelope]) -> Tombstone | None:
    if row.status == Resource.Status.MERGED and row.merged_into:
        ruling = _last_ruling(Decision.Kind.SAME, other=row.pk)
        return Tombstone("merged", *_why(ruling), row.merged_into.ctid)
    if row.status == Resource.Status.RETIRED:
        ruling = _last_ruling(Decision.Kind.RETIRE, resource=row.pk)
        return Tombstone("retired", *_why(ruling))
    if row.status == Resource.Status.WITHDRAWN:
        gone = sorted((e for e in envelopes if e.withdrawn_at), key=lambda e: str(e.withdrawn_at))
        last = gone[-1] if gone else None
        name = last.source.name if last else _("its source")
        return Tombstone(
            "withdrawn",
            _("%(name)s does not list it any more.") % {"name": name},
            last.withdrawn_at if last else None,
        )
    return None


def _why(ruling: Decision | None) -> tuple[str, datetime | None]:
    return (ruling.reason, ruling.made_at) if ruling else ("", None)


def _last_ruling(kind: Decision.Kind, **who: int) -> Decision | None:
    return Decision.objects.filter(kind=kind, undone_at=None, **who).order_by("-id").first()


def links(view: ResourceView) -> list[LinkView]:
    """What the resource refers to, in the order of its document."""
    rows = Link.objects.filter(subject_id=view.id).select_related("object__merged_into").order_by("id")
    return [_link(row, row.object) for row in rows]


def linked(
    view: ResourceView, predicate: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[LinkView], int]:
    """What refers to the resource and to those merged into it, by name, with the total."""
    rows = Link.objects.filter(object_id__in=view.ids, subject__status=Resource.Status.CURRENT)
    if predicate is not None:
        rows = rows.filter(predicate=predicate)
    total = rows.count()
    page = rows.select_related("subject").order_by("subject__name", "subject_id")[offset : offset + limit]
    return [_link(row, row.subject) for row in page], total


def linked_counts(view: ResourceView) -> dict[str, int]:
    """How many resources refer to this one, by predicate."""
    rows = Link.objects.filter(object_id__in=view.ids, subject__status=Resource.Status.CURRENT)
    return dict(rows.values_list("predicate").annotate(n=Count("id")).order_by("predicate"))


def _link(row: Link, other: Resource | None) -> LinkView:
    if other is not None and other.merged_into is not None:
        other = other.merged_into
    if other is None:
        return LinkView(row.predicate, "", "", "", row.reference, row.valid_from, row.valid_to)
    return LinkView(row.predicate, other.ctid, other.name, other.type, "", row.valid_from, row.valid_to)


def captions(ctids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """CTID → (name, class) of those that are here: what to call the references of a document."""
    rows = select_in(
        "SELECT ct_id, name, type FROM registry_resource WHERE ct_id IN ({})", dict.fromkeys(ctids)
    )
    return {ctid: (name, kind) for ctid, name, kind in rows}


def providers_of(ctids: Sequence[str]) -> dict[str, str]:
    """CTID → the name of who offers it, of those that name one that is here."""
    rows = Link.objects.filter(subject__ctid__in=list(ctids), predicate__in=PROVIDERS, object__isnull=False)
    return dict(rows.order_by("-id").values_list("subject__ctid", "object__name"))


def published(ctid: str) -> str | None:
    """What the owner published about it, byte for byte; None where nobody owns it."""
    row = find(ctid)
    envelope = _owners(row)
    if envelope is None:
        return None
    return node_text(envelope.body, row.ctid) or envelope.body


def graph(ctid: str) -> str | None:
    """The whole document that the owner published it in, byte for byte; None where nobody owns it."""
    envelope = _owners(find(ctid))
    if envelope is None:
        return None
    return envelope.graph.body if envelope.graph is not None else envelope.body


def _owners(row: Resource) -> Envelope | None:
    if row.owner_id is None:
        return None
    return (
        Envelope.objects.filter(resource_id=row.pk, source_id=row.owner_id, superseded_at=None)
        .select_related("graph")
        .order_by("withdrawn_at", "-id")
        .first()
    )


def history(ctid: str) -> list[Version]:
    """Every envelope of a resource, newest first: what each source said, and from when to when we knew it so."""
    row = find(ctid)
    ids = (row.pk, *Resource.objects.filter(merged_into=row.pk).values_list("pk", flat=True))
    return [
        Version(
            source_ref(e.release, e.place),
            e.received_at,
            e.superseded_at,
            e.withdrawn_at,
            bytes(e.digest).hex(),
            e.body,
        )
        for e in reversed(list(_envelopes(ids, ever=True)))
    ]


def as_of(ctid: str, known_at: datetime | None = None, valid_on: date | None = None) -> Document:
    """The document as we knew it at a time, and as it was so in the world on a day. Empty if not known then."""
    row = find(ctid)
    merged = Decision.objects.filter(kind=Decision.Kind.SAME, resource_id=row.pk)
    if known_at is None:
        merged = merged.filter(undone_at=None)
    else:
        merged = merged.filter(Q(undone_at=None) | Q(undone_at__gt=known_at), made_at__lte=known_at)
    ids = (row.pk, *merged.values_list("other_id", flat=True))
    envelopes = _envelopes(ids, ever=known_at is not None)
    statements = [_statement(e) for e in envelopes if known_at is None or _known(e, known_at)]
    document = compose(statements, _preferences(ids, known_at), row.ctid)
    return valid_at(document, valid_on.isoformat()) if valid_on else document


def _known(envelope: Envelope, at: datetime) -> bool:
    gone = [t for t in (envelope.superseded_at, envelope.withdrawn_at) if t is not None]
    return envelope.received_at <= at and all(at < t for t in gone)


def counts() -> dict[str, int]:
    """How many current resources of each type (key of the type) are here."""
    found: dict[str, int] = {}
    rows = Resource.objects.filter(status=Resource.Status.CURRENT).values_list("type").annotate(n=Count("id"))
    for kind, number in rows.order_by("type"):
        key = by_class(kind).key
        found[key] = found.get(key, 0) + number
    return found


def changes(since: int = 0, limit: int = 100) -> list[Change]:
    """Changes after a sequence number, oldest first."""
    return list(
        Change.objects.filter(seq__gt=since)
        .select_related("resource", "release__source")
        .order_by("seq")[:limit]
    )


def changed(after: int, limit: int) -> tuple[int, list[int]]:
    """What a follower has to read again: the last of at most `limit` changes, and the resources they are about."""
    rows = list(Change.objects.filter(seq__gt=after).select_related("release").order_by("seq")[:limit])
    ids: dict[int, None] = {}
    for row in rows:
        if row.resource_id is not None:
            ids[row.resource_id] = None
        elif row.release is not None:
            ids.update(dict.fromkeys(subjects_of_figures(row.release)))
    return (rows[-1].seq if rows else after), list(ids)


def behind(after: int) -> int:
    """How many resources a follower has to read again: changes of documents, and subjects of figures."""
    rows = Change.objects.filter(seq__gt=after)
    releases = rows.filter(resource=None).select_related("release")
    figures = sum(len(subjects_of_figures(row.release)) for row in releases if row.release is not None)
    return rows.exclude(resource=None).count() + figures


def subjects_of_figures(release: Release) -> list[int]:
    """The resources that a release's figures are about; of groups, every program of their providers."""
    if release.first_figure is None:
        return []
    span = [release.first_figure, release.last_figure]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT resource_id FROM registry_observation"
            " WHERE id BETWEEN %s AND %s AND resource_id IS NOT NULL",
            span,
        )
        own = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT DISTINCT g.provider FROM registry_observation o JOIN registry_group g ON g.id = o.group_id"
            " WHERE o.id BETWEEN %s AND %s",
            span,
        )
        providers = resource_ids(row[0] for row in cursor.fetchall())
    shared = select_in(
        "SELECT DISTINCT subject_id FROM registry_link WHERE predicate IN (%s, %s) AND object_id IN ({})",
        set(providers.values()),
        *PROVIDERS,
    )
    return list(dict.fromkeys([*own, *(row[0] for row in shared)]))


def last_change() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM registry_change")
        return int(cursor.fetchone()[0])


def bulk(ids: Sequence[int], measures: Sequence[int] = ()) -> list[BulkRow]:
    """Resources for the index, with the figures of `measures` (numbers; all if empty) for no area or the nation.

    Ten or so queries for two thousand resources. Merged and retired resources come with their status and an empty
    document.
    """
    from learnwork.registry.bulk import read

    return read(ids, measures)


def figures(view: ResourceView, areas: Sequence[str] | None = None) -> list[Figure]:
    """Figures of a resource and of the groups that cover it; see `registry.figures.figures`."""
    from learnwork.registry.figures import figures as read

    return read(view, areas)


def sources() -> list[Source]:
    """Every source, by name, with its releases (newest first) in `.releases_shown`."""
    shown = Prefetch("releases", Release.objects.order_by("-date", "-id"), to_attr="releases_shown")
    return list(Source.objects.order_by("name").prefetch_related(shown))


def source(key: str) -> Source:
    """One source. Raises `UnknownSourceError`."""
    shown = Prefetch("releases", Release.objects.order_by("-date", "-id"), to_attr="releases_shown")
    found = Source.objects.filter(key=key).prefetch_related(shown).first()
    if found is None:
        raise UnknownSourceError(
            _("No source has the key %(key)s.") % {"key": repr(key[:60])}, hint=_("See the list of sources.")
        )
    return found


def composed_graph(ctid: str) -> dict[str, Any]:
    """The resource and what it directly refers to, composed, as one document; references stay bare CTIDs."""
    from learnwork.registry.figures import documents_of

    view = resource(ctid)
    others = Link.objects.filter(subject_id=view.id, object__isnull=False).order_by("id")
    ids = [pk for pk in dict.fromkeys(others.values_list("object_id", flat=True)) if pk is not None]
    around = documents_of(ids)
    return {"@graph": [view.document, *(around[pk] for pk in ids if pk in around)]}
