"""A curator's rulings, each with author, reason and time, each undone at will.

A ruling never changes an envelope. It changes which resource envelopes speak for, which value is preferred, or
whether a resource is shown; the rest is composed again. Undoing brings back what was before.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from learnwork.registry.composing import recompose
from learnwork.registry.errors import DecisionError, UnknownSourceError
from learnwork.registry.models import Change, Decision, Envelope, Identifier, Link, Resource, Source
from learnwork.registry.queries import find
from learnwork.registry.store import ALIAS, Numbers, append_changes, begin
from learnwork.vocabulary.ctid import derived_ctid

if TYPE_CHECKING:
    from learnwork.accounts.models import User

_ALL = Decision.Kind
merging = Signal()
"""Sent before two resources become one, with `kept` and `gone` (`Resource`); a receiver that raises refuses it."""


def same(keep: str, other: str, *, author: User | None, reason: str, again: bool = False) -> Decision:
    """Rule that two resources are one: `other` becomes part of `keep`. Raises `DecisionError`, and what rooms refuse.

    again: the ruling was made before, in the registry that a file comes from; rooms are not asked once more.
    """
    with transaction.atomic():
        numbers = begin()
        kept, merged = _root(find(keep)), _root(find(other))
        if kept.pk == merged.pk:
            raise DecisionError("These two are one already.", hint="Nothing is left to do.")
        for one in (kept, merged):
            if one.status == Resource.Status.RETIRED:
                raise DecisionError(f"{one.ctid} is retired.", hint="Undo that ruling first.")
        if not again:
            merging.send(Decision, kept=kept, gone=merged)
        decision = _record(_ALL.SAME, kept, author, reason, other=merged)
        _settle_merges(numbers, {kept.pk, merged.pk})
    return decision


def not_same(ctid: str, source: str, key: str, *, author: User | None, reason: str) -> Decision:
    """Rule that what a source says under a key is about something else: it moves to a resource of its own."""
    with transaction.atomic():
        numbers = begin()
        row = find(ctid)
        said = Envelope.objects.filter(
            resource=row, source__key=source, key=key, superseded_at=None, withdrawn_at=None
        ).select_related("source")
        envelope = said.first()
        if envelope is None:
            raise DecisionError(
                f"{source!r} says nothing about {ctid} under the key {key!r}.",
                hint="The history of the resource lists sources and keys.",
            )
        others = Envelope.objects.filter(resource=row, superseded_at=None, withdrawn_at=None)
        if not others.exclude(pk=envelope.pk).exists():
            raise DecisionError("That is all that is said about it; there is nothing to separate it from.")
        apart = _apart(numbers, row, envelope)
        decision = _record(_ALL.NOT_SAME, row, author, reason, other=apart, source=envelope.source, key=key)
        _move(numbers, envelope.source, key, row, apart)
        _publish(numbers, {row.pk: Change.Kind.UPDATED, apart.pk: Change.Kind.CREATED})
    return decision


def prefer(ctid: str, term: str, source: str, *, author: User | None, reason: str) -> Decision:
    """Rule that of a property, what one source says is preferred. A later ruling replaces an earlier one."""
    with transaction.atomic():
        numbers = begin()
        row = _root(find(ctid))
        known = Source.objects.filter(key=source).first()
        if known is None:
            raise UnknownSourceError(
                f"No source has the key {source!r}.", hint="See `learnwork source list`."
            )
        ids = [row.pk, *Resource.objects.filter(merged_into=row).values_list("pk", flat=True)]
        saying = Envelope.objects.filter(
            resource_id__in=ids,
            source=known,
            superseded_at=None,
            withdrawn_at=None,
            body__contains=f'"{term}"',
        )
        if not saying.exists():
            raise DecisionError(f"{source!r} says nothing about {term} of {ctid}.")
        earlier = Decision.objects.filter(kind=_ALL.PREFER, resource=row, property=term, undone_at=None)
        earlier.update(undone_at=datetime.now(UTC), undone_by=author)
        decision = _record(_ALL.PREFER, row, author, reason, property=term, source=known)
        _publish(numbers, {row.pk: Change.Kind.UPDATED})
    return decision


def retire(ctid: str, *, author: User | None, reason: str) -> Decision:
    """Rule that a resource is not to be shown; its page becomes a tombstone with the reason."""
    with transaction.atomic():
        numbers = begin()
        row = find(ctid)
        if row.status != Resource.Status.CURRENT:
            raise DecisionError(f"{ctid} is {row.status} already.")
        decision = _record(_ALL.RETIRE, row, author, reason)
        Resource.objects.filter(pk=row.pk).update(status=Resource.Status.RETIRED)
        _publish(numbers, {row.pk: Change.Kind.RETIRED})
    return decision


def undo(decision_id: int, *, author: User | None) -> Decision:
    """Take a ruling back; what was before is composed again. Raises `DecisionError`."""
    with transaction.atomic():
        numbers = begin()
        decision = (
            Decision.objects.select_related("resource", "other", "source").filter(pk=decision_id).first()
        )
        if decision is None:
            raise DecisionError(f"There is no decision {decision_id}.", hint="See the list of decisions.")
        if decision.undone_at is not None:
            raise DecisionError(f"Decision {decision_id} was undone already.")
        decision.undone_at, decision.undone_by = datetime.now(UTC), author
        decision.save(update_fields=["undone_at", "undone_by"])
        _undo(numbers, decision)
    return decision


def listing() -> QuerySet[Decision]:
    """All decisions, newest first, undone ones included."""
    return Decision.objects.select_related("resource", "other", "source", "author", "undone_by").order_by(
        "-id"
    )


def _undo(numbers: Numbers, decision: Decision) -> None:
    row = decision.resource
    if decision.kind == _ALL.SAME and decision.other is not None:
        _settle_merges(numbers, {row.pk, decision.other.pk})
    elif decision.kind == _ALL.NOT_SAME and decision.source is not None and decision.other is not None:
        _move(numbers, decision.source, decision.key, decision.other, row)
        Resource.objects.filter(pk=decision.other.pk).update(status=_status_without_ruling(decision.other))
        _publish(numbers, {row.pk: Change.Kind.UPDATED, decision.other.pk: Change.Kind.WITHDRAWN})
    elif decision.kind == _ALL.PREFER:
        _publish(numbers, {_root(row).pk: Change.Kind.UPDATED})
    elif decision.kind == _ALL.RETIRE:
        Resource.objects.filter(pk=row.pk).update(status=_status_without_ruling(row))
        _publish(numbers, {row.pk: Change.Kind.RESTORED})


def _record(
    kind: Decision.Kind,
    row: Resource,
    author: User | None,
    reason: str,
    *,
    other: Resource | None = None,
    property: str = "",
    source: Source | None = None,
    key: str = "",
) -> Decision:
    if not reason.strip():
        raise DecisionError("A ruling needs a reason.", hint="Say in a sentence why.")
    return Decision.objects.create(
        kind=kind,
        resource=row,
        other=other,
        property=property,
        source=source,
        key=key,
        reason=reason.strip(),
        author=author,
        made_at=datetime.now(UTC),
    )


def _root(row: Resource) -> Resource:
    return row.merged_into or row


def _apart(numbers: Numbers, row: Resource, envelope: Envelope) -> Resource:
    """The resource that a separated envelope speaks for: always the same one for the same source and key."""
    ctid = derived_ctid(f"apart.{envelope.source.key}", envelope.key)
    apart = Resource.objects.filter(ctid=ctid).first()
    if apart is None:
        return Resource.objects.create(
            id=numbers.next(Resource), ctid=ctid, type=row.type, name=row.name, derived=True
        )
    Resource.objects.filter(pk=apart.pk).update(status=Resource.Status.CURRENT)
    return apart


def _move(numbers: Numbers, source: Source, key: str, away: Resource, to: Resource) -> None:
    """Let a source's envelopes of a key, and the CTID that it derived for it, speak for another resource."""
    moved = Envelope.objects.filter(resource=away, source=source, key=key)
    names = {str(orjson.loads(body).get("ceterms:ctid", "")) for body in moved.values_list("body", flat=True)}
    moved.update(resource=to)
    Identifier.objects.filter(scheme=ALIAS, value__in=names, resource=away).update(resource=to)
    referring = Link.objects.filter(object=away).values_list("subject_id", flat=True).distinct()
    recompose(numbers, sorted(set(referring)))


def _status_without_ruling(row: Resource) -> str:
    spoken_of = Envelope.objects.filter(resource=row, superseded_at=None, withdrawn_at=None).exists()
    return Resource.Status.CURRENT if spoken_of else Resource.Status.WITHDRAWN


def merged_roots() -> dict[int, int]:
    """Resource → the one that it is part of, by the rulings in force; the side that a ruling keeps wins."""
    parent: dict[int, int] = {}

    def root(pk: int) -> int:
        while pk in parent:
            pk = parent[pk]
        return pk

    pairs = Decision.objects.filter(kind=_ALL.SAME, undone_at=None).order_by("id")
    for kept, merged in pairs.values_list("resource_id", "other_id"):
        if merged is not None and root(kept) != root(merged):
            parent[root(merged)] = root(kept)
    return {pk: root(pk) for pk in parent}


def _settle_merges(numbers: Numbers, touched: set[int]) -> None:
    """Make `merged_into` say what the rulings in force say, and compose whatever that changes."""
    roots = merged_roots()
    before = dict(Resource.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    kinds: dict[int, Change.Kind] = {}
    for pk in sorted({*roots, *before}):
        if before.get(pk) == roots.get(pk):
            continue
        row = Resource.objects.get(pk=pk)
        into = roots.get(pk)
        status = Resource.Status.MERGED if into else _status_without_ruling(row)
        Resource.objects.filter(pk=pk).update(merged_into=into, status=status)
        kinds[pk] = Change.Kind.MERGED if into else Change.Kind.RESTORED
        touched |= {root for root in (into, before.get(pk)) if root}
    for pk in touched - kinds.keys():
        kinds[pk] = Change.Kind.UPDATED
    _publish(numbers, kinds)


def _publish(numbers: Numbers, kinds: dict[int, Change.Kind]) -> None:
    recompose(numbers, sorted(kinds))
    append_changes(numbers, [(pk, int(kind)) for pk, kind in sorted(kinds.items())], datetime.now(UTC))
