"""The skills pillar of ESCO: labels from whichever table gives them, groups, hierarchy, relations of skills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from learnwork.formats import json_spans
from learnwork.formats.files import read_text, rows
from learnwork.formats.framework_documents import Statement
from learnwork.formats.model import Document, Identifier
from learnwork.vocabulary.ctid import derived_ctid

MAX_JSON = 64_000_000
# Tables that name some of the skills, with labels, other labels and explanations apart from each other.
COLLECTIONS = {
    "digCompSkillsCollection": "DigComp",
    "digitalSkillsCollection": "digital",
    "greenSkillsCollection": "green",
    "languageSkillsCollection": "language",
    "researchSkillsCollection": "research",
    "transversalSkillsCollection": "transversal",
}


def ctid_of(uri: str) -> str:
    """The CTID of anything of ESCO: derived from its URI, as that of every URI is."""
    return derived_ctid("uri", uri)


@dataclass(slots=True)
class Skill:
    """One skill, or group of skills, while the tables about it are read."""

    uri: str
    place: str
    label: str = ""
    kind: str = ""
    code: str = ""
    others: dict[str, None] = field(default_factory=dict)
    explained: str = ""
    joined: str = ""
    reuse: str = ""
    collections: dict[str, None] = field(default_factory=dict)
    relations: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skills:
    """kinds: URI → "knowledge", "skill/competence", "skill group" or "". unnamed: how many have no label."""

    statements: list[Statement]
    kinds: Mapping[str, str]
    unnamed: int


def skills(tables: Mapping[str, Path], language: str) -> Skills:
    """Every skill and group that a table describes or places."""
    found: dict[str, Skill] = {}
    for name, kind in (("skillGroups", "skill group"), ("skills", "")):
        if name in tables:
            for number, row in rows(tables[name], required=("concepturi", "preferredlabel")):
                _describe(_get(found, row["concepturi"], tables[name], number), row, kind)
    if "skills_labels_descriptions" in tables:
        path = tables["skills_labels_descriptions"]
        for number, row in rows(path, required=("id", "description")):
            _get(found, row["id"], path, number).joined = row["description"]
    _collections(tables, found)
    _labels(tables, found)
    above = _above(tables, found)
    _relations(tables, found)
    statements = [_statement(one, above, language) for one in found.values()]
    return Skills(
        statements,
        {uri: one.kind for uri, one in found.items()},
        sum(not one.label for one in found.values()),
    )


def _get(found: dict[str, Skill], uri: str, path: Path, number: int) -> Skill:
    if uri not in found:
        found[uri] = Skill(uri, f"{path.name} row {number}")
    return found[uri]


def _describe(one: Skill, row: Mapping[str, str], kind: str) -> None:
    one.label = one.label or row.get("preferredlabel", "")
    one.kind = one.kind or kind or row.get("skilltype", "")
    one.code = one.code or row.get("code", "")
    one.reuse = one.reuse or row.get("reuselevel", "")
    one.explained = one.explained or row.get("description", "") or row.get("definition", "")
    one.others |= dict.fromkeys(split(row.get("altlabels", "")))


def split(labels: str) -> list[str]:
    """Labels of one cell, which ESCO parts by lines in its main tables and by bars in its collections."""
    return [part.strip() for line in labels.splitlines() for part in line.split(" | ") if part.strip()]


def _collections(tables: Mapping[str, Path], found: dict[str, Skill]) -> None:
    for name, called in COLLECTIONS.items():
        if name not in tables:
            continue
        for number, row in rows(tables[name], required=("concepturi", "preferredlabel")):
            one = _get(found, row["concepturi"], tables[name], number)
            _describe(one, row, "")
            one.collections[called] = None
            uris, labels = split(row.get("broaderconcepturi", "")), split(row.get("broaderconceptpt", ""))
            if len(uris) == len(labels):
                for uri, label in zip(uris, labels, strict=True):
                    wider = _get(found, uri, tables[name], number)
                    wider.label = wider.label or label


def _labels(tables: Mapping[str, Path], found: dict[str, Skill]) -> None:
    """Labels of the skills that the occupations of the ICT sector take, where that table is there."""
    if (path := tables.get("ict_occupations_with_skills")) is None:
        return
    body = read_text(path, limit=MAX_JSON)
    json_spans.check(body)
    listed = orjson.loads(body)
    terms = {"label": "preferredlabel", "altLabel": "altlabels", "description": "description"}
    for number, row in enumerate(listed if isinstance(listed, list) else (), 1):
        if isinstance(row, dict) and isinstance(uri := row.get("uri"), str) and "/skill/" in uri:
            said = {term: text for name, term in terms.items() if isinstance(text := row.get(name), str)}
            said["skilltype"] = "knowledge" if row.get("skillType") == "knowledge" else "skill/competence"
            _describe(_get(found, uri, path, number), said, "")


def _above(tables: Mapping[str, Path], found: dict[str, Skill]) -> dict[str, list[str]] | None:
    """URI → what it stands under, in the order of the table; None where the table is not there."""
    if (path := tables.get("broaderRelationsSkillPillar")) is None:
        return None
    above: dict[str, list[str]] = {}
    for number, row in rows(path, required=("concepturi", "broaderuri")):
        one = _get(found, row["concepturi"], path, number)
        if row.get("concepttype") == "SkillGroup":
            one.kind = one.kind or "skill group"
        above.setdefault(one.uri, []).append(row["broaderuri"])
    return above


def _relations(tables: Mapping[str, Path], found: dict[str, Skill]) -> None:
    if (path := tables.get("skillSkillRelations")) is None:
        return
    for number, row in rows(path, required=("originalskilluri", "relationtype", "relatedskilluri")):
        one = _get(found, row["originalskilluri"], path, number)
        one.kind = one.kind or row.get("originalskilltype", "")
        related = _get(found, row["relatedskilluri"], path, number)
        related.kind = related.kind or row.get("relatedskilltype", "")
        term = "lw:essentialTo" if row["relationtype"] == "essential" else "lw:optionalTo"
        one.relations.setdefault(term, []).append(ctid_of(related.uri))


def _statement(one: Skill, above: Mapping[str, list[str]] | None, language: str) -> Statement:
    parents: tuple[str, ...] | None = None
    if above is not None:
        wider = tuple(dict.fromkeys(above.get(one.uri, ())))
        parents = wider if wider or one.kind == "skill group" else None
    return Statement(
        key=one.uri,
        text=one.label,
        parents=parents,
        language=language,
        terms=dict(_terms(one, language)),
        identifiers=(Identifier("uri", one.uri),),
        place=one.place,
        unnamed=not one.label,
    )


def _terms(one: Skill, language: str) -> Iterator[tuple[str, object]]:
    texts: Document = {
        "ceasn:codedNotation": one.code,
        "ceasn:competencyCategory": {"en": one.kind} if one.kind else None,
        "ceasn:comment": {language: [one.explained]} if one.explained else None,
        "lw:alternateText": {language: list(one.others)} if one.others else None,
        "lw:unseparatedText": {language: one.joined} if one.joined and not one.label else None,
        "lw:reuseLevel": one.reuse,
        "lw:collection": list(one.collections),
        **one.relations,
        "ceasn:identifier": [one.uri],
    }
    yield from ((term, value) for term, value in texts.items() if value)
