"""Documents of CTDL-ASN → a CASE 1.1 CFPackage.

What was loaded from CASE goes out as it came (`formats/case_documents.py` says where it is kept): identifiers, order
and associations. Whatever else is here is written anew: the UUID of its CTID is its identifier, its place in the
hierarchy an association `isChildOf` whose own identifier follows from the two ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from learnwork.formats.case_documents import ALIGNMENTS, CHILD
from learnwork.vocabulary.ctid import NAMESPACE, ctid_in
from learnwork.vocabulary.documents import Document, caption, in_language, texts

PATH = "/ims/case/v1p1"
_ALIGNED = {term: kind for kind, term in ALIGNMENTS.items()}
_KINDS = {
    "publicationStatus:Draft": "Draft",
    "publicationStatus:Published": "Implemented",
    "publicationStatus:Deprecated": "Deprecated",
}
NEVER = (
    "1970-01-01T00:00:00+00:00"  # the specification wants a time of change; of what has none it is the epoch
)


def identifier_of(document: Document) -> str:
    """The CASE identifier of a framework or competency: the one it came with, else the UUID of its CTID."""
    came = document.get("lw:case")
    node = came.get("item", came.get("document")) if isinstance(came, dict) else None
    found = node.get("identifier") if isinstance(node, dict) else None
    return (
        found
        if isinstance(found, str) and found
        else str(document.get("ceterms:ctid", "")).removeprefix("ce-")
    )


def package(
    framework: Document, items: Sequence[Document], base: str = "", changed: str = NEVER
) -> dict[str, Any]:
    """The whole package. items: the framework's competencies, in any order. base: of addresses made here."""
    writer = _Writer(framework, items, base, changed)
    came = framework.get("lw:case")
    rest = came.get("rest", {}) if isinstance(came, dict) else {}
    return {
        "CFDocument": writer.document(),
        "CFItems": [writer.item(one) for one in writer.ordered()],
        "CFAssociations": list(writer.associations()),
        **rest,
    }


def document(framework: Document, base: str = "", changed: str = NEVER) -> dict[str, Any]:
    """CFDocument alone."""
    return _Writer(framework, (), base, changed).document()


class _Writer:
    """Writes one framework; knows the identifiers of its items."""

    def __init__(self, framework: Document, items: Sequence[Document], base: str, changed: str) -> None:
        self.framework = framework
        self.base = base
        self.changed = changed
        self.items = {identifier_of(one).lower(): one for one in items}
        self.by_ctid = {str(one.get("ceterms:ctid")): one for one in (framework, *items)}
        came = framework.get("lw:case")
        self.came: Mapping[str, Any] = came if isinstance(came, dict) else {}
        self.order = {key: at for at, key in enumerate(self.came.get("items", ()))}

    def ordered(self) -> list[Document]:
        """In the order of the package they came in; others after those, as given."""
        last = len(self.order)
        return [one for _, one in sorted(self.items.items(), key=lambda pair: self.order.get(pair[0], last))]

    def document(self) -> dict[str, Any]:
        if isinstance(kept := self.came.get("document"), dict):
            return dict(kept)
        one = self.framework
        made = self.node(one, "CFDocuments")
        made |= {
            "creator": in_language(one.get("ceasn:publisherName")) or "not stated",
            "title": caption(one),
            "lastChangeDateTime": _when(one, self.changed),
            "CFPackageURI": self.link(one, "CFPackages"),
        }
        source = texts(one.get("ceasn:source"))
        more = {
            "officialSourceURL": source[0] if source else "",
            "description": in_language(one.get("ceasn:description")),
            "language": next(iter(texts(one.get("ceasn:inLanguage"))), ""),
            "adoptionStatus": _status(one.get("ceasn:publicationStatusType")),
        }
        return made | {key: value for key, value in more.items() if value}

    def item(self, one: Document) -> dict[str, Any]:
        if isinstance(kept := _kept(one).get("item"), dict):
            whole = dict(kept)
            for term, name in (("ceasn:competencyText", "fullStatement"), ("ceasn:comment", "notes")):
                if name not in kept and (text := in_language(one.get(term))):
                    whole[name] = text
            return whole
        statement = one.get("ceasn:competencyText")
        language = next((tag for tag in statement), "") if isinstance(statement, dict) else ""
        more = {
            "humanCodingScheme": one.get("ceasn:codedNotation", ""),
            "listEnumeration": one.get("ceasn:listID", ""),
            "abbreviatedStatement": in_language(one.get("ceasn:competencyLabel")),
            "CFItemType": in_language(one.get("ceasn:competencyCategory")),
            "notes": "\n\n".join(texts(one.get("ceasn:comment"))),
            "conceptKeywords": texts(one.get("ceasn:conceptKeyword")),
            "language": "" if language == "und" else language,
        }
        return (
            self.node(one, "CFItems")
            | {
                "fullStatement": caption(one),
                "lastChangeDateTime": _when(one, self.changed),
                "CFDocumentURI": self.link(self.framework, "CFDocuments"),
            }
            | {key: value for key, value in more.items() if value}
        )

    def associations(self) -> Iterator[dict[str, Any]]:
        """Those that came, in their order; then those that follow from documents which did not come from CASE."""
        came = [
            *self.came.get("others", ()),
            *(begun for one in self.ordered() for begun in _kept(one).get("associations", ())),
        ]
        order = {key: at for at, key in reversed(list(enumerate(self.came.get("associations", ()))))}
        yield from sorted(
            came, key=lambda one: order.get(str(one.get("identifier", "")).strip().lower(), len(order))
        )
        for one in self.ordered():
            if "associations" not in _kept(one):
                yield from self.made(one)

    def made(self, one: Document) -> Iterator[dict[str, Any]]:
        own = str(self.framework.get("ceterms:ctid"))
        above = texts(one.get("ceasn:isChildOf")) or ([own] if "ceasn:isTopChildOf" in one else [])
        for parent in above:
            target = self.by_ctid.get(ctid_in(parent) or parent)
            number = _number(target, one) if target is not None else None
            yield self.association(CHILD, one, parent, number)
        for term, kind in _ALIGNED.items():
            for target_ctid in texts(one.get(term)):
                yield self.association(kind, one, target_ctid)

    def association(self, kind: str, one: Document, target: str, number: int | None = None) -> dict[str, Any]:
        identifier = str(uuid5(NAMESPACE, f"case\n{kind}\n{identifier_of(one)}\n{target}"))
        made: dict[str, Any] = {
            "identifier": identifier,
            "uri": f"{self.base}{PATH}/CFAssociations/{identifier}",
            "originNodeURI": self.link(one, "CFItems"),
            "associationType": kind,
            "destinationNodeURI": self.destination(target),
            "lastChangeDateTime": _when(one, self.changed),
        }
        return made if number is None else {**made, "sequenceNumber": number}

    def destination(self, target: str) -> dict[str, Any]:
        ctid = ctid_in(target)
        known = self.by_ctid.get(ctid or target)
        if known is not None:
            return self.link(known, "CFDocuments" if known is self.framework else "CFItems")
        if ctid is None:
            return {"title": target, "identifier": str(uuid5(NAMESPACE, target)), "uri": target}
        bare = ctid.removeprefix("ce-")
        return {"title": bare, "identifier": bare, "uri": f"{self.base}{PATH}/CFItems/{bare}"}

    def node(self, one: Document, kind: str) -> dict[str, Any]:
        identifier = identifier_of(one)
        return {"identifier": identifier, "uri": f"{self.base}{PATH}/{kind}/{identifier}"}

    def link(self, one: Document, kind: str) -> dict[str, Any]:
        return {"title": caption(one)[:200], **self.node(one, kind)}


def _kept(one: Document) -> Mapping[str, Any]:
    came = one.get("lw:case")
    return came if isinstance(came, dict) else {}


def _when(one: Document, otherwise: str) -> str:
    """When it changed, as the specification's date with time."""
    said = one.get("ceasn:dateModified")
    if not isinstance(said, str) or len(said) < 10:
        return otherwise
    return said if "T" in said else f"{said[:10]}T00:00:00+00:00"


def _number(parent: Document, child: Document) -> int | None:
    """Where a child stands among those that its parent lists, from 1."""
    listed = texts(parent.get("ceasn:hasChild") or parent.get("ceasn:hasTopChild"))
    own = str(child.get("ceterms:ctid"))
    return next((at for at, one in enumerate(listed, 1) if (ctid_in(one) or one) == own), None)


def _status(value: Any) -> str:
    node = value.get("ceterms:targetNode") if isinstance(value, dict) else value
    return _KINDS.get(node, "") if isinstance(node, str) else ""


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID as CASE writes identifiers."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
