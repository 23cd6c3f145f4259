"""The NICE Framework of work roles in cybersecurity (NIST SP 800-181): statements and the roles that need them.

Given as a folder (or the files): `nice_knowledge.yml`, `nice_skills.yml`, `nice_abilities.yml`, `nice_tasks.yml` with
the statements, `nice_workRoles.yml` with the roles; and, where it is there, the table `nistnice…-full.csv`, which says
which statements a role needs and which group of competencies a statement belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import rows
from learnwork.formats.framework_documents import Frame, Statement, framework_items, said_of
from learnwork.formats.model import Document, Format, Identifier, Item, Options, Reading
from learnwork.formats.nice_lists import read_list
from learnwork.formats.releases import release_of
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = "nice-1"
FRAMEWORK = derived_ctid("nice.framework", "nice")
# Table → (the member with the code, the member with the words, what the statements are, how the list is called)
STATEMENTS = {
    "nice_knowledge": ("kId", "knowledgeDescription", "Knowledge", "Knowledge"),
    "nice_skills": ("sId", "skillDescription", "Skill", "Skills"),
    "nice_abilities": ("aId", "abilityDescription", "Ability", "Abilities"),
    "nice_tasks": ("tId", "taskDescription", "Task", "Tasks"),
}
ROLES = "nice_workRoles"
EMBODIED = {
    "Knowledge": "ceasn:knowledgeEmbodied",
    "Skill": "ceasn:skillEmbodied",
    "Ability": "ceasn:abilityEmbodied",
}
_FULL = re.compile(r"nistnice[\w-]*-full\.csv")
_CODE = re.compile(r"\(([A-Z]{2}-[A-Z]{3}-\d{3})\)")

ctid_of = partial(derived_ctid, "nice")


def open_nice(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading: all files are one release, named by --release or a year in the folder's name."""
    tables = _tables(paths)
    if not tables.keys() & STATEMENTS.keys():
        raise UnreadableFileError(
            "There are no statements of the NICE Framework there.",
            hint="Give the folder with nice_knowledge.yml.",
        )
    source = read_declaration(options.source) if options.source else declaration("nice")
    release = release_of(list(tables.values()), options)
    return [Reading(source, release, partial(_items, tables), snapshot=True)]


def _tables(paths: Sequence[Path]) -> dict[str, Path]:
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    known = {*STATEMENTS, ROLES}
    found = {file.stem: file for file in files if file.suffix in (".yml", ".yaml") and file.stem in known}
    full = next((file for file in files if _FULL.fullmatch(file.name)), None)
    return {**found, "full": full} if full else found


def _items(tables: Mapping[str, Path]) -> Iterator[Item]:
    groups: dict[str, Statement] = {}
    places: dict[str, dict[str, None]] = {}
    needed: dict[str, dict[str, dict[str, None]]] = {}
    if "full" in tables:
        _read_full(tables["full"], groups, places, needed)
    else:
        yield Issue(
            "nice-table",
            "The table nistnice…-full.csv is not there: what each role needs is not known.",
            severity="advice",
        )
    statements = list(groups.values())
    for name, (code, words, kind, heading) in STATEMENTS.items():
        if name not in tables:
            yield Issue("nice-table", f"The table {name!r} is not there.", severity="advice")
            continue
        entries, issues = read_list(tables[name])
        yield from issues
        statements.append(Statement(heading, heading, place=tables[name].name))
        statements += [
            _statement(entry, code, words, kind, heading, places, f"{tables[name].name} entry {at}")
            for at, entry in enumerate(entries, 1)
        ]
    yield from framework_items(_frame(), statements, ctid_of, VERSION)
    if ROLES in tables:
        yield from _roles(tables[ROLES], needed)


def _frame() -> Frame:
    terms: Document = {
        "ceasn:publisherName": {"en": ["National Institute of Standards and Technology"]},
        "ceasn:source": [
            "https://www.nist.gov/itl/applied-cybersecurity/nice/nice-framework-resource-center"
        ],
        "ceasn:inLanguage": ["en"],
    }
    return Frame("framework", FRAMEWORK, "NICE Framework for cybersecurity", terms=terms)


def _read_full(
    path: Path,
    groups: dict[str, Statement],
    places: dict[str, dict[str, None]],
    needed: dict[str, dict[str, dict[str, None]]],
) -> None:
    """Fill: competencies and their groups; statement → competencies; role → property → statements."""
    for number, row in rows(
        path, required=("work role", "competency id", "competency", "ksa id", "ksa", "k s or a")
    ):
        place = f"{path.name} row {number}"
        group, competency, statement = row.get("competency group id", ""), row["competency id"], row["ksa id"]
        if group:
            groups.setdefault(group, Statement(group, row.get("competency group", ""), place=place))
        above = (group,) if group else ()
        terms: Document = {
            "ceasn:codedNotation": competency,
            "ceasn:competencyCategory": {"en": "Competency"},
        }
        groups.setdefault(
            competency, Statement(competency, row["competency"], above, terms=terms, place=place)
        )
        places.setdefault(statement, {})[competency] = None
        if (role := _CODE.search(row["work role"])) and (term := EMBODIED.get(row["k s or a"])):
            needed.setdefault(role[1], {}).setdefault(term, {})[ctid_of(statement)] = None


def _statement(
    entry: Mapping[str, str],
    code: str,
    words: str,
    kind: str,
    heading: str,
    places: Mapping[str, Mapping[str, None]],
    place: str,
) -> Statement:
    key = entry.get(code, "")
    return Statement(
        key,
        entry.get(words, ""),
        tuple(places.get(key, ())) or (heading,),
        terms={"ceasn:codedNotation": key, "ceasn:competencyCategory": {"en": kind}},
        identifiers=(Identifier("nice", key),) if key else (),
        place=place,
    )


def _roles(path: Path, needed: Mapping[str, Mapping[str, Mapping[str, None]]]) -> Iterator[Item]:
    entries, issues = read_list(path)
    yield from issues
    seen: set[str] = set()
    for at, entry in enumerate(entries, 1):
        code, place = entry.get("workRoleID", ""), f"{path.name} entry {at}"
        if not code or code in seen:
            wrong = "identifier-twice" if code else "identifier-missing"
            yield Issue(wrong, f"The role “{entry.get('workRole', '')[:60]}” has no code of its own.", place)
            continue
        seen.add(code)
        document: Document = {
            "@type": "ceterms:WorkRole",
            "ceterms:ctid": derived_ctid("nice.role", code),
            "ceterms:name": {"en": entry.get("workRole", "") or code},
            "ceterms:codedNotation": code,
        }
        if text := entry.get("description", ""):
            document["ceterms:description"] = {"en": text}
        if words := [entry[name] for name in ("domain", "specialityArea") if entry.get(name)]:
            document["ceterms:keyword"] = {"en": words}
        document |= {term: list(ctids) for term, ctids in needed.get(code, {}).items()}
        yield said_of(f"role:{code}", document, VERSION, place, Identifier("nice", code))


def recognise(path: Path) -> bool:
    """A folder with its lists, or one of them by its name."""
    try:
        return bool(_tables([path]))
    except (LearnworkError, OSError):
        return False


FORMAT = Format("nice", "NICE Framework work roles", open_nice, recognise, VERSION)
