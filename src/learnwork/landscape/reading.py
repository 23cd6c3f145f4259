"""The map as of two times, from the registry: `landscape(valid_on, known_at)`.

valid_on asks when it was so in the world, known_at when a source had said it to us. Neither stands in for the other:
what a curator learns today about 2022 is valid in 2022 and not known before today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from learnwork.landscape.compiling import CLASSES, landscape_of, referred
from learnwork.landscape.model import Landscape
from learnwork.registry.composing import read_body
from learnwork.registry.composition import Preference, Statement, compose
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Decision, Envelope, Resource
from learnwork.registry.store import resource_ids
from learnwork.vocabulary.documents import Document


def landscape(valid_on: date | str = "", known_at: datetime | None = None, scheme: str = "") -> Landscape:
    """The map. The number of queries does not depend on its size (but for slices of 900 resources).

    valid_on: a day, month or year as ISO 8601; "" for everything, whenever it was so. known_at: None for now.
    scheme: key of a goal scheme, "" for the one most used.
    """
    day = valid_on.isoformat() if isinstance(valid_on, date) else valid_on
    if known_at is None:
        documents, same = _documents_now()
    else:
        documents, same = _documents_then(known_at)
    return landscape_of(documents, same, day, known_at.isoformat() if known_at else "", scheme)


def _documents_now() -> tuple[dict[str, Document], dict[str, str]]:
    rows = Resource.objects.filter(type__in=CLASSES, status=Resource.Status.CURRENT)
    ctids = dict(rows.order_by("ctid").values_list("id", "ctid"))
    found = documents_of(list(ctids))
    documents = {ctid: found[pk] for pk, ctid in ctids.items() if pk in found}
    merged = Resource.objects.filter(merged_into__isnull=False, merged_into__status=Resource.Status.CURRENT)
    same = dict(merged.values_list("ctid", "merged_into__ctid"))
    others = _meant(documents, same)
    for pk, document in documents_of(list(others)).items():
        documents.setdefault(others[pk], document)
    return documents, same


def _meant(documents: Mapping[str, Document], same: dict[str, str]) -> dict[int, str]:
    """Organizations of the registry that take part in the map: id → CTID. Other CTIDs of theirs are added to `same`."""
    wanted = {ctid for ctid in referred(documents.values()) if same.get(ctid, ctid) not in documents}
    ids = resource_ids(same.get(ctid, ctid) for ctid in wanted)
    rows = Resource.objects.filter(id__in=set(ids.values()), status=Resource.Status.CURRENT)
    ctids = dict(rows.values_list("id", "ctid"))
    same |= {name: ctids[pk] for name, pk in ids.items() if pk in ctids and ctids[pk] != name}
    return ctids


def _documents_then(at: datetime) -> tuple[dict[str, Document], dict[str, str]]:
    """What had been said by a time and not been taken back, composed by the rulings that were in force then."""
    then = _Then.read(at)
    ids = set(Resource.objects.filter(type__in=CLASSES).values_list("id", flat=True))
    documents, same = then.documents(ids | then.merged_with(ids))
    others = set(_meant(documents, same))
    more, others_same = then.documents(others | then.merged_with(others))
    return {**more, **documents}, {**others_same, **same}


@dataclass(frozen=True, slots=True)
class _Then:
    """A time, and the rulings that were in force: id → the one that it was part of, the retired, the preferences."""

    at: datetime
    roots: Mapping[int, int]
    retired: frozenset[int]
    preferences: Mapping[int, list[Preference]]

    @staticmethod
    def read(at: datetime) -> _Then:
        in_force = Q(undone_at=None) | Q(undone_at__gt=at)
        rulings = Decision.objects.filter(in_force, made_at__lte=at).order_by("id")
        pairs, retired = [], set()
        preferences: dict[int, list[Preference]] = {}
        fields = "kind", "resource_id", "other_id", "property", "source__key"
        for kind, resource, other, term, source in rulings.values_list(*fields):
            if kind == Decision.Kind.SAME and other is not None:
                pairs.append((resource, other))
            elif kind == Decision.Kind.RETIRE:
                retired.add(resource)
            elif kind == Decision.Kind.PREFER:
                preferences.setdefault(resource, []).append(Preference(term, source))
        return _Then(at, roots_of(pairs), frozenset(retired), preferences)

    def merged_with(self, ids: set[int]) -> set[int]:
        """Both sides of the mergers that some of these are in."""
        roots = {self.roots.get(pk, pk) for pk in ids}
        return roots | {away for away, root in self.roots.items() if root in roots}

    def documents(self, ids: set[int]) -> tuple[dict[str, Document], dict[str, str]]:
        """CTID → document of those that were said then; CTID → CTID of what it was part of."""
        rows = Envelope.objects.filter(received_at__lte=self.at, resource_id__in=ids)
        rows = rows.filter(Q(superseded_at=None) | Q(superseded_at__gt=self.at))
        rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=self.at))
        said: dict[int, list[Statement]] = {}
        ctids = dict(Resource.objects.filter(id__in=ids).values_list("id", "ctid"))
        for row in rows.select_related("source", "graph").annotate(day=F("release__date")):
            graph = row.graph.body if row.graph is not None and '"_:' in row.body else None
            document = read_body(row.body, ctids[row.resource_id], graph)
            root = self.roots.get(row.resource_id, row.resource_id)
            joined = root != row.resource_id
            said.setdefault(root, []).append(
                Statement(row.source.key, row.source.trust, row.day, row.key, document, row.pk, joined)
            )
        same = {ctids[pk]: ctids[root] for pk, root in self.roots.items() if pk in ctids and root in said}
        ordered = sorted((ctids[pk], pk) for pk in said if pk not in self.retired and pk in ctids)
        made = {ctid: compose(said[pk], self.preferences.get(pk, ()), ctid) for ctid, pk in ordered}
        return made, same


def roots_of(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Resource → the one that it is part of, by (kept, merged) rulings in the order in which they were made."""
    parent: dict[int, int] = {}

    def root(pk: int) -> int:
        while pk in parent:
            pk = parent[pk]
        return pk

    for kept, merged in pairs:
        if root(kept) != root(merged):
            parent[root(merged)] = root(kept)
    return {pk: root(pk) for pk in parent}
