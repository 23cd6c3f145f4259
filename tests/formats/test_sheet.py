"""Sheets of people: guessing, refusing rows with every reason, mappings that are saved and edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import registry, sheet
from learnwork.formats.model import Document, Item, Options, Reading, Said
from learnwork.formats.sheet_guess import CALLED_BY, guess
from learnwork.formats.sheet_mapping import ROLES, read_sheet_mapping, save
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import BadMappingError, Issue, LearnworkError, UnknownFormatError
from learnwork.vocabulary.types import KINDS, all_types

COURSES = Path(__file__).parent / "samples" / "sheet" / "courses.csv"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "formats" / "sheet.md"


def opened(path: Path, **extra: str) -> Reading:
    (reading,) = sheet.FORMAT.open([path], Options(extra=extra))
    return reading


def made(folder: Path, text: str, name: str = "made.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def said(items: list[Item]) -> dict[str, Document]:
    return {item.key: item.document() for item in items if isinstance(item, Said)}


def issues(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.code, item.place) for item in items if isinstance(item, Issue) and item.severity == "error"]


@pytest.fixture(scope="module")
def courses() -> list[Item]:
    return list(opened(COURSES).items())


def test_columns_are_guessed_with_reason_and_confidence() -> None:
    found = {column.name: column for column in guess(COURSES).columns}
    assert guess(COURSES).type.key == "learning_opportunity"
    assert {name: (column.role, column.term, column.detail) for name, column in found.items()} == {
        "course no": ("key", "", ""),
        "course title": ("property", "ceterms:name", ""),
        "provider": ("provider", "", ""),
        "cip code": ("property", "ceterms:instructionalProgramType", "cip"),
        "total cost": ("property", "ceterms:estimatedCost", "costType:AggregateCost"),
        "hours": ("property", "ceterms:estimatedDuration", "hours"),
        "start date": ("ignore", "", ""),
        "website": ("property", "ceterms:subjectWebpage", ""),
        "city": ("place.city", "", ""),
        "state": ("place.region", "", ""),
        "zip": ("place.postal_code", "", ""),
        "evening courses": ("property", "lw:eveningCourses", ""),
        "remarks": ("ignore", "", ""),
        "contact email": ("ignore", "", ""),
    }
    assert all(column.reason and 0 <= column.confidence <= 1 for column in found.values())
    assert "personal data" in found["contact email"].reason


def test_a_row_becomes_a_document(courses: list[Item]) -> None:
    document = said(courses)["W1"]
    provider = derived_ctid("sheet.sheet-courses.provider", "zenith technical school")
    assert document["ceterms:ctid"] == derived_ctid("sheet.sheet-courses", "W1")
    assert document["@type"] == "ceterms:LearningProgram"
    assert document["ceterms:name"] == {"en": "Welding basics"}
    assert document["ceterms:offeredBy"] == [provider]
    assert document["ceterms:estimatedCost"][0]["ceterms:price"] == 1200
    assert document["ceterms:estimatedDuration"][0]["ceterms:exactDuration"] == "PT120H"
    assert document["ceterms:subjectWebpage"] == "https://www.example.org/w1"
    assert document["ceterms:instructionalProgramType"][0]["ceterms:codedNotation"] == "48.0508"
    assert document["ceterms:availableAt"][0]["ceterms:postalCode"] == "01234"
    assert document["lw:eveningCourses"] is True
    assert said(courses)["provider:zenith technical school"]["ceterms:ctid"] == provider
    assert "nobody@example.org" not in str(said(courses))


def test_refused_rows_say_every_reason(courses: list[Item]) -> None:
    assert issues(courses) == [
        ("name-missing", "courses.csv row 4"),
        ("cost-negative", "courses.csv row 6"),
        ("uri-bad", "courses.csv row 7"),
        ("key-duplicate", "courses.csv row 8"),
        ("code-bad", "courses.csv row 9"),
        ("money-bad", "courses.csv row 9"),
        ("duration-bad", "courses.csv row 9"),
        ("boolean-bad", "courses.csv row 9"),
    ]
    assert [key for key in said(courses) if not key.startswith("provider:")] == ["W1", "W2", "W4", "W9"]


def test_formulas_and_scripts_stay_text(courses: list[Item], tmp_path: Path) -> None:
    assert said(courses)["W2"]["ceterms:name"] == {"en": '=HYPERLINK("http://example.org","Free")'}
    flagged = [item for item in courses if isinstance(item, Issue) and item.code == "formula"]
    assert [(item.place, item.severity) for item in flagged] == [("courses.csv row 3", "warning")]
    script = list(
        opened(made(tmp_path, "name,url\n<script>alert(1)</script>,\n"), type="organization").items()
    )
    assert next(iter(said(script).values()))["ceterms:name"] == {"en": "<script>alert(1)</script>"}


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("total cost", "9" * 25),
        ("total cost", f"{'9' * 25} USD"),
        ("more", '{"lw:deep": ' + "[" * 200 + "]" * 200 + "}"),
        ("more", '{"lw:wide": ' + "9" * 25 + "}"),
        ("more", '{"lw:twice": 1, "lw:twice": 2}'),
    ],
)
def test_what_no_store_can_keep_refuses_its_row_alone(tmp_path: Path, header: str, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    path = made(tmp_path, f"course title,{header}\nWelding,{quoted}\nSewing,\n")
    items = list(opened(path, type="learning_opportunity").items())
    assert [document["ceterms:name"] for document in said(items).values()] == [{"en": "Sewing"}]
    assert [place for _, place in issues(items)] == ["made.csv row 2"]


def test_what_is_not_read_is_said(courses: list[Item]) -> None:
    first = courses[0]
    assert isinstance(first, Issue)
    assert (first.code, first.severity) == ("columns-unread", "advice")
    assert "start date, remarks, contact email" in first.message


def test_a_mapping_is_saved_edited_and_used(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    save(guess(COURSES), path)
    assert read_sheet_mapping(path).columns == guess(COURSES).columns
    text = path.read_text("utf-8")
    assert "reason: looks like personal data" in text
    edited = text.replace("  remarks:\n    role: ignore\n", "  remarks:\n    term: lw:note\n")
    path.write_text(edited, "utf-8")
    found = said(list(opened(COURSES, mapping=str(path)).items()))
    assert found["W1"]["lw:note"] == "ask us"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns: {a: {role: key}}", "`type` is None"),
        ("type: nonsense\ncolumns: {a: {role: key}}", "`type` is 'nonsense'"),
        ("type: organization", "`columns` names no columns"),
        ("type: organization\ncolumns: {a: {role: dance}}", "`columns.a.role` is “dance”"),
        ("type: organization\ncolumns: {a: {term: ceterms:adress}}", "no property of Organization"),
        ("type: organization\ncolumns: {a: [1]}", r"`columns.a` is \[1\]"),
        ("type: organization\nkey: b\ncolumns: {a: {role: key}}", "`key` is “b”, which is no column"),
        ("type: organization\ncolour: red\ncolumns: {a: {role: key}}", "`colour` is not known"),
    ],
)
def test_mistakes_in_a_mapping_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadMappingError, match=message) as caught:
        read_sheet_mapping(made(tmp_path, text, "mapping.yaml"))
    assert caught.value.hint


def test_columns_of_the_mapping_must_be_in_the_sheet(tmp_path: Path) -> None:
    mapping = made(tmp_path, "type: organization\ncolumns: {title: ceterms:name}\n", "mapping.yaml")
    with pytest.raises(LearnworkError, match="lacks the column title"):
        list(opened(COURSES, mapping=str(mapping)).items())


def test_the_type_is_guessed_or_given(tmp_path: Path) -> None:
    assert guess(made(tmp_path, "type,name\nceterms:Certificate,x\n")).type.key == "credential"
    assert guess(made(tmp_path, "type,name\nOrganization,x\n")).type.key == "organization"
    assert guess(made(tmp_path, "name,remarks\nx,y\n")).type.key == "other"
    assert guess(made(tmp_path, "name\nx\n"), "organization").type.key == "organization"
    with pytest.raises(UnknownFormatError, match="no resource type 'x'"):
        guess(made(tmp_path, "name\nx\n"), "x")
    with pytest.raises(UnknownFormatError, match="no rows below its header"):
        guess(made(tmp_path, "name\n"))


def test_rows_without_ctid_keep_theirs_between_loads(tmp_path: Path) -> None:
    path = made(tmp_path, "title,provider,cost\nWelding,Zenith,5\nWelding,Catawba,6\nWELDING,zenith,7\n")
    items = list(opened(path, type="learning_opportunity").items())
    keys = [item.key for item in items if isinstance(item, Said) and not item.key.startswith("provider:")]
    assert keys == ["welding|zenith", "welding|catawba"]
    assert issues(items) == [("key-duplicate", "made.csv row 4")]
    assert all(item.derived for item in items if isinstance(item, Said))


def test_ctids_are_kept_and_bad_ones_refused(tmp_path: Path) -> None:
    ctid = derived_ctid("x", "1")
    items = list(
        opened(made(tmp_path, f"ctid,name\n{ctid},a\nce-1,b\n{ctid},c\n"), type="organization").items()
    )
    (found,) = [item for item in items if isinstance(item, Said)]
    assert (found.ctid, found.derived, found.key) == (ctid, False, ctid)
    assert issues(items) == [("ctid-bad", "made.csv row 3"), ("key-duplicate", "made.csv row 4")]


def test_a_sheet_is_a_source_that_says_it_is_not_declared(tmp_path: Path) -> None:
    source = opened(made(tmp_path, "name\nx\n", "Schulen & Kurse 2025.csv"), type="organization").source
    assert (source.key, source.publisher, source.trust) == ("sheet-schulen-kurse-2025", "not stated", 30)


def test_the_registry_knows_sheets(tmp_path: Path) -> None:
    found = registry.recognise(made(tmp_path, "name,remarks\nx,y\n", "anything.csv"))
    assert found is not None
    assert found.name == "sheet"
    assert not sheet.recognise(tmp_path)
    assert not sheet.recognise(tmp_path / "absent.csv")


def test_the_reference_names_every_role_kind_and_column_name() -> None:
    page = REFERENCE.read_text("utf-8")
    assert [role for role in ROLES if f"`{role}`" not in page] == []
    assert [kind for kind in KINDS if f"| {kind} |" not in page] == []


CELL = st.text(max_size=12) | st.sampled_from(
    ["=1", "-5", "2024-01-01", "0000-00-00", "48.0508", "{", '["', "$5", "ce-"]
)
HEADER = st.sampled_from(
    [*CALLED_BY, "ctid", "more", "type", *(p.term for t in all_types() for p in t.properties)]
)


@given(st.lists(HEADER | CELL, min_size=1, max_size=6), st.lists(st.lists(CELL, max_size=7), max_size=4))
def test_any_sheet_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], records: list[list[str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("any") / "any.csv"
    with path.open("w", newline="", encoding="utf-8", errors="replace") as stream:
        csv.writer(stream).writerows([header, *records])
    items: list[Item] = []
    refused = ""
    try:
        items = list(opened(path).items())
    except LearnworkError as error:
        refused = error.hint
    for item in items:
        if isinstance(item, Said):
            assert item.document()["ceterms:ctid"] == item.ctid
        else:
            assert isinstance(item, Issue)
            assert item.place.startswith("any.csv")
    assert items or refused or not any(any(map(str.strip, record)) for record in records)
