"""The occupations pillar of ESCO: occupations and ISCO groups, and the skills that occupations take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from learnwork.formats.esco_skills import ctid_of, split
from learnwork.formats.files import rows
from learnwork.formats.framework_documents import said_of
from learnwork.formats.model import Document, Identifier, Said
from learnwork.vocabulary.errors import Issue


def occupations(
    tables: Mapping[str, Path], language: str, kinds: Mapping[str, str], version: str
) -> Iterator[Said | Issue]:
    """Groups, then occupations. kinds: of skills, which say whether one is knowledge."""
    wider: dict[str, list[str]] = {}
    if path := tables.get("broaderRelationsOccPillar"):
        for _, row in rows(path, required=("concepturi", "broaderuri")):
            wider.setdefault(row["concepturi"], []).append(ctid_of(row["broaderuri"]))
    taken = _taken(tables, kinds)
    seen: dict[str, str] = {}
    for name in ("ISCOGroups", "occupations"):
        if name not in tables:
            continue
        for number, row in rows(tables[name], required=("concepturi", "preferredlabel")):
            uri, place = row["concepturi"], f"{tables[name].name} row {number}"
            if uri in seen:
                yield Issue(
                    "identifier-twice", f"{uri} stands in {seen[uri]} already.", place, "Keep one of them."
                )
                continue
            seen[uri] = place
            document = _document(row, language, wider.get(uri, []), taken.get(uri, {}))
            yield said_of(uri, document, version, place, Identifier("uri", uri))


def _taken(tables: Mapping[str, Path], kinds: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Occupation → property → the skills it takes."""
    found: dict[str, dict[str, list[str]]] = {}
    if path := tables.get("occupationSkillRelations"):
        for _, row in rows(path, required=("occupationuri", "relationtype", "skilluri")):
            kind = row.get("skilltype") or kinds.get(row["skilluri"], "")
            term = "ceasn:knowledgeEmbodied" if kind == "knowledge" else "ceasn:skillEmbodied"
            term = term if row["relationtype"] == "essential" else "lw:optionalSkill"
            found.setdefault(row["occupationuri"], {}).setdefault(term, []).append(ctid_of(row["skilluri"]))
    return found


def _document(
    row: Mapping[str, str], language: str, wider: list[str], taken: Mapping[str, list[str]]
) -> Document:
    document: Document = {
        "@type": "ceterms:Occupation",
        "ceterms:ctid": ctid_of(row["concepturi"]),
        "ceterms:name": {language: row["preferredlabel"] or row["concepturi"]},
    }
    more: Document = {
        "ceterms:codedNotation": row.get("code", ""),
        "ceterms:description": {language: text} if (text := row.get("description", "")) else None,
        "ceterms:alternateName": {language: names} if (names := split(row.get("altlabels", ""))) else None,
        "lw:broader": wider[0] if len(wider) == 1 else wider,
        **taken,
        "ceterms:sameAs": [row["concepturi"]],
    }
    return document | {term: value for term, value in more.items() if value}
