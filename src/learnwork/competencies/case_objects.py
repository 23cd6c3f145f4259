"""What the CASE read API gives out: documents, packages, items, associations, definitions, rubrics.

A framework is written as a package once and kept at hand until something is published, so that a client which walks
through its items asks the registry only for what it depends on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from learnwork.competencies import case_out, reading, writing
from learnwork.registry import listing, queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Link, Resource
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import LearnworkError

Node = dict[str, Any]
# Parts of CFDefinitions, and what one of each is asked for as.
DEFINITIONS = {
    "CFConcepts": "CFConcepts",
    "CFSubjects": "CFSubjects",
    "CFItemTypes": "CFItemTypes",
    "CFLicenses": "CFLicenses",
    "CFAssociationGroupings": "CFAssociationGroupings",
}
_SETS = frozenset(
    {"CFConcepts", "CFSubjects", "CFItemTypes"}
)  # these answer with the thing and what is under it
_KEPT = 2  # packages at hand; one of 10,000 items takes some 40 MB


class UnknownObjectError(LearnworkError):
    """CASE: nothing has that identifier. minor: the code of the specification."""

    code = "case-object-unknown"

    def __init__(self, message: str, minor: str) -> None:
        super().__init__(message, hint="GET /ims/case/v1p1/CFDocuments lists what is here.")
        self.minor = minor


@dataclass(frozen=True, slots=True)
class Held:
    """A package with its parts by identifier."""

    package: Node
    items: Mapping[str, Node]
    associations: Mapping[str, Node]
    touching: Mapping[str, list[Node]]


def documents() -> list[Node]:
    """CFDocument of every framework that is here, by title, each with the address of its package."""
    return list(_documents(listing.state()))


@lru_cache(maxsize=1)
def _documents(state: str) -> tuple[Node, ...]:
    """state: of all that is published; another one is another answer."""
    return tuple(_document(own) for own in _frameworks())


def _frameworks() -> Iterator[Document]:
    ids = [one.id for one in reading.listed()]
    found = documents_of(ids)
    return (found[pk] for pk in ids if pk in found)


def _document(own: Document) -> Node:
    node = case_out.document(own, settings.BASE_URL, writing.changed(str(own.get("ceterms:ctid"))))
    identifier = node["identifier"]
    address = f"{settings.BASE_URL}{case_out.PATH}/CFPackages/{identifier}"
    link = {"title": node.get("title", identifier), "identifier": identifier, "uri": address}
    return {**node, "CFPackageURI": node.get("CFPackageURI", link)}


def document(identifier: str) -> Node:
    own, _ = _own(identifier, reading.FRAMEWORK)
    return _document(own)


def package(identifier: str) -> Node:
    return _held_of(identifier).package


def item(identifier: str) -> Node:
    """CFItem with the document that it is part of."""
    frame, key = _frame_of(identifier)
    held = _held(frame, listing.state())
    if key not in held.items:
        raise _unknown(identifier)
    about = held.package["CFDocument"]
    link = {name: about[name] for name in ("title", "identifier", "uri") if name in about}
    return {"CFDocumentURI": link, **held.items[key]}


def associations_of(identifier: str) -> Node:
    """The item, and every association that begins or ends at it."""
    one = item(identifier)
    frame, key = _frame_of(identifier)
    return {"CFItem": one, "CFAssociations": _held(frame, listing.state()).touching.get(key, [])}


def association(identifier: str) -> Node:
    """One association: first where packages that came name it, then in those that are written anew."""
    key = _uuid(identifier)
    others = []
    for own in _frameworks():
        came = own.get("lw:case")
        named = came.get("associations", ()) if isinstance(came, dict) else None
        if named is None:
            others.append(str(own["ceterms:ctid"]))
        elif key in named:
            return _held(str(own["ceterms:ctid"]), listing.state()).associations[key]
    for ctid in others:
        if found := _held(ctid, listing.state()).associations.get(key):
            return found
    raise _unknown(identifier)


def definition(kind: str, identifier: str) -> Node:
    """One of CFDefinitions; of concepts, subjects and types also those under it by their hierarchyCode."""
    key = _uuid(identifier)
    for own in _frameworks():
        listed = [one for one in _rest(own, "CFDefinitions", kind) if isinstance(one, dict)]
        found = next((one for one in listed if str(one.get("identifier", "")).lower() == key), None)
        if found is None:
            continue
        if kind not in _SETS:
            return found
        code = str(found.get("hierarchyCode") or "")
        under = [one for one in listed if code and str(one.get("hierarchyCode", "")).startswith(f"{code}.")]
        return {kind: [found, *under]}
    raise _unknown(identifier)


def rubric(identifier: str) -> Node:
    key = _uuid(identifier)
    for own in _frameworks():
        for one in _rest(own, "CFRubrics"):
            if isinstance(one, dict) and str(one.get("identifier", "")).lower() == key:
                return one
    raise _unknown(identifier)


def _rest(own: Document, *names: str) -> list[Any]:
    value: Any = own.get("lw:case")
    for name in ("rest", *names):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def _held_of(identifier: str) -> Held:
    _, ctid = _own(identifier, reading.FRAMEWORK)
    return _held(ctid, listing.state())


@lru_cache(maxsize=_KEPT)
def _held(ctid: str, state: str) -> Held:
    own, items = reading.documents(ctid)
    made = writing.package(ctid, own, items)
    touching: dict[str, list[Node]] = {}
    for one in made["CFAssociations"]:
        ends = dict.fromkeys(_end(one.get(name)) for name in ("originNodeURI", "destinationNodeURI"))
        for key in ends:
            touching.setdefault(key, []).append(one)
    return Held(
        made,
        {str(one["identifier"]).lower(): one for one in made["CFItems"]},
        {str(one.get("identifier", "")).lower(): one for one in made["CFAssociations"]},
        touching,
    )


def _end(node: Any) -> str:
    return str(node.get("identifier", "")).lower() if isinstance(node, dict) else ""


def _own(identifier: str, kind: str) -> tuple[Document, str]:
    """The document and CTID of a current resource of a class."""
    row = _row(identifier)
    if row.type != kind or row.status != Resource.Status.CURRENT:
        raise _unknown(identifier)
    return documents_of([row.pk]).get(row.pk, {}), row.ctid


def _row(identifier: str) -> Resource:
    try:
        row = queries.find(f"ce-{_uuid(identifier)}")
    except UnknownResourceError:
        raise _unknown(identifier) from None
    return row.merged_into or row


def _frame_of(identifier: str) -> tuple[str, str]:
    """The framework that a competency is part of, and the competency's own identifier there."""
    row = _row(identifier)
    links = Link.objects.filter(subject_id=row.pk, predicate=reading.PART_OF, object__type=reading.FRAMEWORK)
    ctid = links.order_by("id").values_list("object__ctid", flat=True).first()
    if row.status != Resource.Status.CURRENT or ctid is None:
        raise _unknown(identifier)
    return ctid, case_out.identifier_of(documents_of([row.pk]).get(row.pk, {})).lower()


def _uuid(identifier: str) -> str:
    if not case_out.is_uuid(identifier):
        raise UnknownObjectError(f"{identifier[:60]!r} is no UUID.", "invaliduuid")
    return identifier.lower()


def _unknown(identifier: str) -> UnknownObjectError:
    return UnknownObjectError(f"Nothing of that kind has the identifier {identifier[:60]}.", "unknownobject")
