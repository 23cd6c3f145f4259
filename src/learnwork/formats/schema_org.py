"""A document → schema.org JSON-LD, so that search engines understand a page. Only what the document says.

Mapped are the classes for which schema.org has one; any other becomes a Thing with name and description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from learnwork.formats.model import Document
from learnwork.vocabulary import terms
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.documents import caption, in_language, texts

# Long texts help no search engine, and the page carries them anyway.
MAX_TEXT = 5_000
MAX_VALUES = 50

# The first class that fits decides; those below `ceterms:Credential` are asked by the class tree.
_TYPES = {
    "ceterms:LearningProgram": "EducationalOccupationalProgram",
    "ceterms:LearningOpportunityProfile": "EducationalOccupationalProgram",
    "ceterms:LearningOpportunity": "EducationalOccupationalProgram",
    "ceterms:Course": "Course",
    "ceterms:QACredentialOrganization": "Organization",
    "ceterms:CredentialOrganization": "EducationalOrganization",
    "ceterms:Organization": "Organization",
    "ceterms:Agent": "Organization",
    "ceterms:Occupation": "Occupation",
    "ceasn:Competency": "DefinedTerm",
    "ceasn:CompetencyFramework": "DefinedTermSet",
    "skos:Concept": "DefinedTerm",
    "lw:FieldOfStudy": "DefinedTerm",
    "lw:GlossaryTerm": "DefinedTerm",
    "lw:Topic": "DefinedTerm",
    "lw:BuildingBlock": "DefinedTerm",
    "lw:Initiative": "Project",
    "lw:Alliance": "Organization",
    "lw:Funder": "Organization",
}
_CREDENTIAL = "EducationalOccupationalCredential"
_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """What a document is shown as: names of what it refers to (CTID → name), and where pages are."""

    document: Document
    base_url: str
    names: Mapping[str, str] = field(default_factory=dict)

    def all(self, *properties: str) -> Iterator[Any]:
        for name in properties:
            value = self.document.get(name)
            values = value if isinstance(value, list) else [] if value in (None, "") else [value]
            yield from values[:MAX_VALUES]

    def things(self, kind: str, *properties: str) -> list[Document]:
        """References as nodes: those that are here by page and name, others by URI or name."""
        found = (self._thing(kind, value) for value in self.all(*properties))
        return [thing for thing in found if thing]

    def _thing(self, kind: str, value: Any) -> Document:
        uri = value.get("@id") if isinstance(value, dict) else value
        name = in_language(value.get("ceterms:name")) if isinstance(value, dict) else ""
        made: Document = {"@type": kind}
        if isinstance(uri, str) and (ctid := ctid_in(uri)) is not None:
            made["@id"] = f"{self.base_url}/resources/{ctid}"
            name = name or self.names.get(ctid, "")
        elif isinstance(uri, str) and _is_web(uri):
            made["@id"] = uri
        if name:
            made["name"] = name
        return made if len(made) > 1 else {}

    def codes(self, *properties: str) -> list[Document]:
        """Alignment objects as defined terms."""
        return [
            _filled(
                {
                    "@type": "DefinedTerm",
                    "termCode": value.get("ceterms:codedNotation"),
                    "name": in_language(value.get("ceterms:targetNodeName")),
                    "inDefinedTermSet": in_language(value.get("ceterms:frameworkName")),
                }
            )
            for value in self.all(*properties)
            if isinstance(value, dict) and not value.keys().isdisjoint(_CODED)
        ]

    def words(self, *properties: str) -> list[str]:
        """Names of concepts: of alignment objects, of concept terms."""
        found = []
        for value in self.all(*properties):
            if isinstance(value, dict):
                found.append(in_language(value.get("ceterms:targetNodeName")))
            elif isinstance(value, str):
                found.append(terms.label(value))
        return [word for word in found if word]


_CODED = ("ceterms:codedNotation", "ceterms:targetNodeName")


def schema_org(document: Document, base_url: str, names: Mapping[str, str] | None = None) -> Document:
    """The schema.org description of a resource.

    base_url: where the site is ("https://example.org"). names: what the CTIDs that it refers to are called.
    """
    base = base_url.rstrip("/")
    page = _Page(document, base, names or {})
    kind = _type(document)
    ctid = str(document.get("ceterms:ctid") or "")
    made: Document = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": f"{base}/resources/{ctid}" if ctid else "",
        "name": caption(document)[:MAX_TEXT],
        "alternateName": [text[:MAX_TEXT] for text in texts(document.get("ceterms:alternateName"))][
            :MAX_VALUES
        ],
        "description": in_language(document.get("ceterms:description") or document.get("ceasn:description"))[
            :MAX_TEXT
        ],
        "identifier": {"@type": "PropertyValue", "propertyID": "CTID", "value": ctid} if ctid else "",
        "url": f"{base}/resources/{ctid}" if ctid else "",
        "sameAs": [uri for uri in page.all("ceterms:subjectWebpage", "ceterms:sameAs") if _is_web(uri)],
        "keywords": texts(document.get("ceterms:keyword"))[:MAX_VALUES],
        **_PARTS.get(kind, _nothing)(page),
    }
    return _filled(made)


def embedded(document: Document, base_url: str, names: Mapping[str, str] | None = None) -> str:
    """The same as text for `<script type="application/ld+json">`: nothing in it can end the element."""
    return escaped(orjson.dumps(schema_org(document, base_url, names)).decode())


def escaped(json: str) -> str:
    """JSON that means the same and can stand in a script element."""
    return json.translate(_ESCAPES)


def _type(document: Document) -> str:
    kinds = document.get("@type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if not isinstance(kind, str):
            continue
        if kind == "ceterms:CredentialOrganization" and document.get("lw:degreeGranting") is True:
            return "CollegeOrUniversity"
        if kind in _TYPES:
            return _TYPES[kind]
        if terms.is_a(kind, "ceterms:Credential"):
            return _CREDENTIAL
    return "Thing"


def _nothing(_page: _Page) -> Document:
    return {}


def _credential(page: _Page) -> Document:
    kinds = page.document.get("@type")
    return {
        "credentialCategory": terms.label(str(kinds[0] if isinstance(kinds, list) and kinds else kinds)),
        "recognizedBy": page.things("Organization", "ceterms:recognizedBy", "ceterms:accreditedBy"),
        "provider": page.things("Organization", "ceterms:offeredBy", "ceterms:ownedBy"),
        "educationalLevel": page.words("ceterms:audienceLevelType"),
        "about": page.codes("ceterms:subject", "ceterms:instructionalProgramType"),
    }


def _program(page: _Page) -> Document:
    return {
        "provider": page.things("Organization", "ceterms:offeredBy", "ceterms:ownedBy"),
        "occupationalCategory": page.codes("ceterms:occupationType"),
        "timeToComplete": _durations(page),
        "educationalProgramMode": page.words("ceterms:deliveryType", "ceterms:learningDeliveryType"),
        "offers": _offers(page),
        "programPrerequisites": [
            text
            for value in page.all("ceterms:requires")
            if isinstance(value, dict)
            if (text := in_language(value.get("ceterms:description")))
        ],
    }


def _course(page: _Page) -> Document:
    return {
        "provider": page.things("Organization", "ceterms:offeredBy", "ceterms:ownedBy"),
        "courseCode": page.document.get("ceterms:codedNotation"),
        "timeRequired": _durations(page),
        "offers": _offers(page),
        "about": page.codes("ceterms:subject", "ceterms:instructionalProgramType"),
    }


def _organization(page: _Page) -> Document:
    return {
        "address": [
            _filled(
                {
                    "@type": "PostalAddress",
                    "streetAddress": in_language(value.get("ceterms:streetAddress")),
                    "addressLocality": in_language(value.get("ceterms:addressLocality")),
                    "addressRegion": in_language(value.get("ceterms:addressRegion")),
                    "postalCode": value.get("ceterms:postalCode"),
                    "addressCountry": in_language(value.get("ceterms:addressCountry")),
                }
            )
            for value in page.all("ceterms:address")
            if isinstance(value, dict) and "ceterms:targetContactPoint" not in value
        ],
        "foundingDate": page.document.get("ceterms:foundingDate"),
    }


def _occupation(page: _Page) -> Document:
    return {
        "occupationalCategory": page.codes("ceterms:occupationType")
        or page.document.get("ceterms:codedNotation"),
    }


def _defined_term(page: _Page) -> Document:
    return {
        "termCode": page.document.get("ceterms:codedNotation") or page.document.get("ceasn:codedNotation"),
        "inDefinedTermSet": page.things("DefinedTermSet", "ceasn:isPartOf", "skos:inScheme"),
    }


def _project(page: _Page) -> Document:
    return {
        "foundingDate": page.document.get("ceterms:startDate"),
        "dissolutionDate": page.document.get("ceterms:endDate"),
        "parentOrganization": page.things("Organization", "lw:ledBy"),
        "member": page.things("Organization", "lw:partner"),
        "funder": page.things("Organization", "lw:fundedBy"),
    }


def _offers(page: _Page) -> list[Document]:
    """Costs with a price; a cost in words only is no offer."""
    return [
        _filled(
            {
                "@type": "Offer",
                "price": value["ceterms:price"],
                "priceCurrency": value.get("ceterms:currency") or "USD",
                "category": next(iter(texts(value.get("ceterms:name"))), ""),
            }
        )
        for value in page.all("ceterms:estimatedCost")
        if isinstance(value, dict)
        and isinstance(value.get("ceterms:price"), int | float)
        and not isinstance(value.get("ceterms:price"), bool)
    ]


def _durations(page: _Page) -> list[str]:
    return [
        str(value["ceterms:exactDuration"])
        for value in page.all("ceterms:estimatedDuration")
        if isinstance(value, dict) and isinstance(value.get("ceterms:exactDuration"), str)
    ]


def _is_web(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 2_000


def _filled(made: Document) -> Document:
    """Without empty values, and a list of one as its value."""
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in made.items()
        if value not in (None, "", [], {})
    }


_PARTS: Mapping[str, Callable[[_Page], Document]] = {
    _CREDENTIAL: _credential,
    "EducationalOccupationalProgram": _program,
    "Course": _course,
    "Organization": _organization,
    "EducationalOrganization": _organization,
    "CollegeOrUniversity": _organization,
    "Occupation": _occupation,
    "DefinedTerm": _defined_term,
    "Project": _project,
}
