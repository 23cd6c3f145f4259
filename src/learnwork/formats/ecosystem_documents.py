"""Items of the ecosystem files → documents: initiatives, alliances, funders, building blocks, topics, terms.

The heads of the files say what is published and what the compilers proposed or inferred; whatever is theirs is
named in `lw:proposed` of the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from learnwork.formats.model import Document
from learnwork.vocabulary.ctid import derived_ctid

INITIATIVE, ALLIANCE, FUNDER = "initiative", "alliance", "funder"
BLOCK, THEME, TOPIC, TERM = "building_block", "theme", "topic", "term"

CLASSES = {
    INITIATIVE: "lw:Initiative",
    ALLIANCE: "lw:Alliance",
    FUNDER: "lw:Funder",
    BLOCK: "lw:BuildingBlock",
    THEME: "lw:CrossCuttingTheme",
    TOPIC: "lw:Topic",
    TERM: "lw:GlossaryTerm",
}
_SLUG = re.compile(r"[^a-z0-9]+")
# Notes flag what is not from the sources: "start year inferred", "lead from general knowledge", "label is ours".
_FLAG = re.compile(r"\b(inferred|general knowledge|our reading|ours)\b")
_FLAGGED = {
    "ceterms:startDate": re.compile(r"\byear\b"),
    "lw:ledBy": re.compile(r"\b(lead|leads|operator|company)\b"),
    "ceterms:name": re.compile(r"\blabel\b"),
}


def ctid(kind: str, key: str) -> str:
    return derived_ctid(f"ecosystem.{kind}", key)


def slug(text: str) -> str:
    """A key for an item that has none of its own: "Credit transfer" is "credit-transfer"."""
    return _SLUG.sub("-", text.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Names:
    """Who is who among the files: exact name → CTID, by kind; and which keys are cross-cutting themes."""

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    themes: frozenset[str] = frozenset()
    guide: Mapping[str, Document] = field(default_factory=dict)
    """What the guide says of an initiative, by its key."""

    def reference(self, name: str, kinds: Iterable[str]) -> str | Document:
        """The CTID of the first kind that has exactly this name; else the name as a node without identity."""
        for kind in kinds:
            if (found := self.of.get(kind, {}).get(name)) is not None:
                return found
        return {"ceterms:name": {"en": name}}

    def block(self, key: str) -> str:
        return ctid(THEME if key in self.themes else BLOCK, key)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file: its kind, key, fields, and (of a topic) the key of its building block."""

    kind: str
    key: str
    fields: Mapping[str, Any]
    within: str = ""


def document(item: Item, names: Names) -> Document:
    """The CTDL document of an item; properties without a value are left out."""
    made = _MAKERS[item.kind](item, names)
    return {
        "@type": CLASSES[item.kind],
        "ceterms:ctid": ctid(item.kind, item.key),
        **{term: value for term, value in made.items() if value not in (None, "", [], {})},
    }


def fields_of(kind: str) -> frozenset[str]:
    """The fields that are read of an item; others are an issue."""
    return _FIELDS[kind]


def _english(value: Any) -> dict[str, Any] | None:
    return {"en": str(value)} if value not in (None, "") else None


def _also(value: Any) -> dict[str, Any] | None:
    return {"en": strings(value)} if strings(value) else None


def strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one) for one in values if isinstance(one, str | int | float) and str(one).strip()]


def _proposed(made: Document, terms: Iterable[str]) -> list[str]:
    return [term for term in terms if made.get(term) not in (None, "", [], {})]


def _initiative(item: Item, names: Names) -> Document:
    fields = item.fields
    organizations = (ALLIANCE, FUNDER, INITIATIVE)
    note = str(fields.get("note") or "")
    made: Document = {
        "ceterms:name": _english(fields.get("name")),
        "ceterms:alternateName": _also(fields.get("aka")),
        "ceterms:description": _english(fields.get("description")),
        "lw:kind": fields.get("kind"),
        "lw:status": fields.get("status"),
        "lw:ledBy": [names.reference(name, organizations) for name in strings(fields.get("lead"))],
        "lw:partner": [names.reference(name, organizations) for name in strings(fields.get("partners"))],
        "lw:fundedBy": [names.reference(name, (FUNDER, ALLIANCE)) for name in strings(fields.get("funders"))],
        "ceterms:startDate": _text(fields.get("start_year")),
        "ceterms:endDate": _text(fields.get("end_year")),
        "lw:geography": strings(fields.get("geography")),
        "lw:buildingBlock": [names.block(key) for key in strings(fields.get("building_blocks"))],
        "lw:events": [_event(event) for event in fields.get("events") or [] if isinstance(event, dict)],
        "ceterms:subjectWebpage": fields.get("url"),
        "lw:citation": strings(fields.get("source_urls")),
        "lw:note": note,
    }
    flagged = [term for term, words in _FLAGGED.items() if _FLAG.search(note) and words.search(note)]
    ours = ["ceterms:description", "lw:kind", "lw:status", "lw:buildingBlock", *flagged]
    made["lw:proposed"] = _proposed(made, ours)
    return made


def _event(event: Mapping[str, Any]) -> Document:
    made = {
        "lw:date": _text(event.get("date")),
        "lw:kind": _text(event.get("type")),
        "lw:text": _text(event.get("text")),
    }
    return {term: value for term, value in made.items() if value}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _alliance(item: Item, _names: Names) -> Document:
    fields = item.fields
    roles = strings(fields.get("roles"))
    made: Document = {
        "ceterms:name": _english(fields.get("name")),
        "ceterms:alternateName": _also(fields.get("aka")),
        "ceterms:description": _english(fields.get("description")),
        "lw:kind": fields.get("kind"),
        "lw:category": fields.get("category"),
        "lw:roles": roles,
        "lw:members": strings(fields.get("members")),
        "ceterms:startDate": _text(fields.get("since")),
        "ceterms:subjectWebpage": fields.get("url"),
        "lw:citation": strings(fields.get("source_urls")),
        "lw:note": fields.get("note"),
    }
    # Categories of co-sponsors are those of the published lists; those of the others are the compilers'.
    published = any("co-sponsor" in role for role in roles)
    ours = ["ceterms:description", "lw:kind", *([] if published else ["lw:category"])]
    made["lw:proposed"] = _proposed(made, ours)
    return made


def _funder(item: Item, names: Names) -> Document:
    fields = item.fields
    kinds = (FUNDER, ALLIANCE)
    return {
        "ceterms:name": _english(fields.get("name")),
        "lw:kind": fields.get("type"),
        "lw:funds": [ctid(INITIATIVE, key) for key in strings(fields.get("initiatives"))],
        "lw:regrantsFrom": [names.reference(name, kinds) for name in strings(fields.get("regrants_from"))],
        "lw:partOf": [names.reference(name, kinds) for name in strings(fields.get("part_of"))],
        "lw:laterName": fields.get("same_as_later"),
    }


def _block(item: Item, _names: Names) -> Document:
    fields = item.fields
    basis = str(fields.get("basis") or "")
    made: Document = {
        "ceterms:name": _english(fields.get("label")),
        "lw:evidence": fields.get("evidence"),
        "lw:basis": basis,
        "lw:citation": [basis] if _is_url(basis) else [],
    }
    made["lw:proposed"] = [] if fields.get("evidence") == "verified" else _proposed(made, ["ceterms:name"])
    return made


def _theme(item: Item, _names: Names) -> Document:
    return {"ceterms:name": _english(item.fields.get("label")), "lw:proposed": ["ceterms:name"]}


def _topic(item: Item, names: Names) -> Document:
    fields = item.fields
    made: Document = {
        "ceterms:name": _english(fields.get("label")),
        "lw:buildingBlock": [names.block(item.within)],
        "lw:evidence": fields.get("evidence"),
        "lw:citation": strings(fields.get("source")),
    }
    ours = (
        ["lw:buildingBlock"] if fields.get("evidence") == "verified" else ["ceterms:name", "lw:buildingBlock"]
    )
    made["lw:proposed"] = _proposed(made, ours)
    return made


def _term(item: Item, names: Names) -> Document:
    fields = item.fields
    seen = strings(fields.get("seen_in"))
    elsewhere = [place for place in seen if not _is_url(place)]
    made: Document = {
        "ceterms:name": _english(fields.get("term")),
        "ceterms:alternateName": _also(fields.get("aka")),
        "ceterms:description": _english(fields.get("definition")),
        "lw:buildingBlock": [names.block(key) for key in strings(fields.get("building_blocks"))],
        "lw:inLibrary": fields.get("in_library"),
        "lw:citation": [place for place in seen if _is_url(place)],
        "lw:note": f"Seen in: {'; '.join(elsewhere)}." if elsewhere else "",
    }
    made["lw:proposed"] = _proposed(made, ["ceterms:description", "lw:buildingBlock"])
    return made


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text


_MAKERS: Mapping[str, Callable[[Item, Names], Document]] = {
    INITIATIVE: _initiative,
    ALLIANCE: _alliance,
    FUNDER: _funder,
    BLOCK: _block,
    THEME: _theme,
    TOPIC: _topic,
    TERM: _term,
}
_FIELDS: Mapping[str, frozenset[str]] = {
    INITIATIVE: frozenset(
        {
            *("id", "name", "aka", "kind", "status", "lead", "partners", "funders", "url", "source_urls"),
            *("start_year", "end_year", "geography", "building_blocks", "description", "events", "note"),
        }
    ),
    ALLIANCE: frozenset(
        {
            *("id", "name", "aka", "kind", "category", "roles", "members", "since"),
            *("url", "source_urls", "description", "note"),
        }
    ),
    FUNDER: frozenset(
        {"id", "name", "type", "initiatives", "count", "regrants_from", "same_as_later", "part_of"}
    ),
    BLOCK: frozenset({"id", "label", "evidence", "basis", "topics"}),
    THEME: frozenset({"id", "label"}),
    TOPIC: frozenset({"label", "evidence", "source"}),
    TERM: frozenset({"term", "aka", "definition", "building_blocks", "seen_in", "in_library"}),
}
