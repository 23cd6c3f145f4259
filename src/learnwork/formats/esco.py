"""ESCO, the European classification of skills and occupations, as the CSV files of its download page.

Given as a folder (or the files) of one language. Skills and their groups become one framework; occupations and ISCO
groups become occupations. `skills_xx.csv` has every label; where it is missing, the labels that the collections and
the other tables give are taken, and a skill that none of them names stays without a name: its text, in which label,
other labels and explanation run together, is kept as it is and never cut by guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.esco_occupations import occupations
from learnwork.formats.esco_skills import ctid_of, skills
from learnwork.formats.files import rows, source_file
from learnwork.formats.framework_documents import Frame, framework_items
from learnwork.formats.model import Format, Item, Options, Reading, Release
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = "esco-1"
FRAMEWORK = derived_ctid("esco.framework", "skills")
SKILLS = ("skills", "skills_labels_descriptions", "skillGroups", "broaderRelationsSkillPillar")
OCCUPATIONS = ("occupations", "ISCOGroups", "broaderRelationsOccPillar", "occupationSkillRelations")
OTHERS = ("skillSkillRelations", "ict_occupations_with_skills")
_TABLE = re.compile(r"(\w+?)_([a-z]{2})\.csv(?:\.gz)?", re.ASCII)
_WHOLE = {
    "skills_labels_descriptions.csv": "skills_labels_descriptions",
    "ict_occupations_with_skills.json.gz": "ict_occupations_with_skills",
    "ict_occupations_with_skills.json": "ict_occupations_with_skills",
}
_VERSION = re.compile(r"(?<![\d.])v?(1\.\d(?:\.\d)?)(?![\d.])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def open_esco(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading: all files, by name or as a folder, are one release in one language."""
    tables, language = find_tables(paths)
    if not tables.keys() & {"skills", "skills_labels_descriptions", "skillGroups", "occupations"}:
        raise UnreadableFileError(
            "There are no tables of ESCO there.",
            hint="Give the folder with skills_en.csv and occupations_en.csv.",
        )
    source = read_declaration(options.source) if options.source else declaration("esco")
    release = _release(paths, tables, options.release)
    return [Reading(source, release, partial(_items, tables, language), snapshot=True)]


def find_tables(paths: Sequence[Path]) -> tuple[dict[str, Path], str]:
    """Name of the table → file, and the language of the first one. Tables of another language are left out."""
    found: dict[str, Path] = {}
    language = ""
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if name := _WHOLE.get(file.name):
                found.setdefault(name, file)
            elif match := _TABLE.fullmatch(file.name):
                language = language or match[2]
                if match[2] == language:
                    found.setdefault(match[1], file)
    return found, language or "en"


def _release(paths: Sequence[Path], tables: Mapping[str, Path], said: str) -> Release:
    """By its version as said or in the name of the folder; dated by the youngest change that the tables tell."""
    files = tuple(source_file(path) for _, path in sorted(tables.items()))
    names = (said, *(part for path in paths for part in (path.name, path.parent.name)))
    version = next((match[1] for name in names if (match := _VERSION.search(name))), "")
    day = _day(said) or _youngest(tables)
    return Release(said or (f"{version}, {day}" if version else day.isoformat()), day, files)


def _day(text: str) -> date | None:
    match = _DAY.search(text)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def _youngest(tables: Mapping[str, Path]) -> date:
    days = [
        day
        for name in ("skills", "skillGroups", "occupations")
        if name in tables
        for _, row in rows(tables[name])
        if (day := _day(row.get("modifieddate", "")))
    ]
    youngest = max(path.stat().st_mtime for path in tables.values())
    return max(days, default=datetime.fromtimestamp(youngest, UTC).date())


def _items(tables: Mapping[str, Path], language: str) -> Iterator[Item]:
    for name in (*SKILLS, *OCCUPATIONS, *OTHERS):
        if name not in tables:
            yield Issue(
                "esco-table",
                f"The table {name!r} is not there; what it holds is left out.",
                severity="advice",
            )
    frame = Frame("framework:skills", FRAMEWORK, "ESCO skills and competences", language, _about(language))
    made = skills(tables, language)
    if made.unnamed:
        message = (
            f"{made.unnamed:,} of {len(made.statements):,} skills and groups have no label in any table."
        )
        yield Issue("esco-label", message, hint="Add skills_en.csv of the same release.", severity="warning")
    yield from framework_items(frame, made.statements, ctid_of, VERSION)
    yield from occupations(tables, language, made.kinds, VERSION)


def _about(language: str) -> dict[str, object]:
    return {
        "ceasn:publisherName": {"en": ["European Commission"]},
        "ceasn:source": ["https://esco.ec.europa.eu/en/classification/skill_main"],
        "ceasn:inLanguage": [language],
    }


def recognise(path: Path) -> bool:
    """A folder with tables of ESCO, or one of them by its name and columns."""
    if path.is_dir():
        found, _ = find_tables([path])
        return bool(found.keys() & {"skills", "skillGroups", "occupations", "ISCOGroups"})
    if path.name in _WHOLE:
        return True
    if not _TABLE.fullmatch(path.name):
        return False
    try:
        _number, row = next(rows(path))
    except (LearnworkError, StopIteration):
        return False
    return "concepturi" in row or "originalskilluri" in row or "occupationuri" in row


FORMAT = Format("esco", "ESCO skills and occupations (CSV)", open_esco, recognise, VERSION)
