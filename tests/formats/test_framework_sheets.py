"""Frameworks in sheets: RSD collections, sheets of CASE, plain ones, and our own export."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from learnwork.formats import framework_sheet, osmt
from learnwork.formats.framework_rows import by_level, by_parent
from learnwork.formats.framework_sheet_writer import write_framework_csv
from learnwork.formats.model import Document, Format, Options, Said
from learnwork.formats.registry import recognise
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.documents import in_language
from learnwork.vocabulary.errors import Issue, UnreadableFileError

SHEET = """identifier,parent,code,statement,keywords,order
A,,1,Weld,joints; steel,2
B,A,1.1,=HYPERLINK("x"),,
C,1,1.2,Hold an arc,,1
D,nowhere,2,Work safely,,
"""
RSD = (
    "Collection,Skill Name,Skill Category,Contextualized Skill Statement,Keywords,BLS Major Group,"
    "BLS Detailed Occupation,O*NET Job Role,Professional Standards,Certifications,Alignment Title,Alignment,Wild\n"
    "Shop,Arc,Welding,Strike an arc.,arc; steel,51-0000,51-4121; 51-41,51-4121.06,AWS D1.1,CW,Arc,https://x.example/1,z\n"
    ",Arc,Welding,Strike an arc.,,,,,,,,,\n"
)


def read(format_: Format, path: Path, **extra: str) -> tuple[dict[str, Document], list[Issue]]:
    [reading] = format_.open([path], Options(extra=extra))
    items = list(reading.items())
    said = {item.key: item.document() for item in items if isinstance(item, Said)}
    return said, [item for item in items if isinstance(item, Issue)]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_plain_sheet_with_parents_by_identifier_or_code(tmp_path: Path) -> None:
    path = written(tmp_path, "welding.csv", SHEET)
    found = recognise(path)
    assert found is not None
    assert found.name == "framework-sheet"
    said, issues = read(framework_sheet.FORMAT, path)
    of = {key: document["ceterms:ctid"] for key, document in said.items()}
    assert said["C"]["ceasn:isChildOf"] == [of["A"]]
    assert said["A"]["ceasn:hasChild"] == [of["C"], of["B"]]
    assert said["B"]["ceasn:competencyText"] == {"und": '=HYPERLINK("x")'}
    assert said["A"]["ceasn:conceptKeyword"] == {"und": ["joints", "steel"]}
    assert said["D"]["ceasn:isChildOf"] == [derived_ctid("framework-sheet.welding", "nowhere")]
    assert [one.code for one in issues] == ["parent-missing"]


def test_levels_place_rows_and_bad_ones_are_named() -> None:
    placed = by_level(["1", "1.2", "1.1", "2.1", "x", "1", ""], list("abcdefg"))
    assert placed.parents == [(), ("a",), ("a",), None, None, None, None]
    assert [row for row, _ in placed.problems] == [3, 4, 5]


def test_a_code_that_two_rows_have_places_nothing() -> None:
    assert by_parent(["", "", "C", "a; b"], list("abcd"), ["C", "C", "", ""]).parents == [
        (),
        (),
        ("C",),
        ("a", "b"),
    ]


def test_our_export_loads_back(tmp_path: Path) -> None:
    said, _ = read(framework_sheet.FORMAT, written(tmp_path, "welding.csv", SHEET))
    framework, *items = said.values()
    target = io.StringIO(newline="")
    assert write_framework_csv(framework, items, target) == 4
    assert "'=HYPERLINK" in target.getvalue()
    again, issues = read(framework_sheet.FORMAT, written(tmp_path, "export.csv", target.getvalue()))
    by_ctid = {one["ceterms:ctid"]: one for one in again.values()}
    assert [one.code for one in issues] == ["parent-missing"]
    assert by_ctid.keys() == {one["ceterms:ctid"] for one in said.values()}
    for one in items:
        back = by_ctid[one["ceterms:ctid"]]
        for term in ("ceasn:isChildOf", "ceasn:codedNotation", "ceasn:isPartOf"):
            assert back.get(term) == one.get(term)
        assert in_language(back["ceasn:competencyText"]) == in_language(one["ceasn:competencyText"])


def test_a_workbook_of_opensalt_is_read_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "CF Doc"
    book.active.append(["identifier", "title", "creator", "language"])
    book.active.append(["3f2b8c1e-0000-4000-8000-000000000001", "Arc", "Winnemac", "en"])
    items = book.create_sheet("CF Item")
    items.append(["identifier", "fullStatement", "humanCodingScheme", "smartLevel"])
    items.append(["3f2b8c1e-0000-4000-8000-000000000002", "Weld", "W", "1"])
    items.append(["3f2b8c1e-0000-4000-8000-000000000003", "Cut", "C", "1.1"])
    links = book.create_sheet("CF Association")
    links.append(["identifier", "originNodeIdentifier", "associationType", "destinationNodeIdentifier"])
    links.append(
        [
            "a",
            "3f2b8c1e-0000-4000-8000-000000000003",
            "Exact Match Of",
            "3f2b8c1e-0000-4000-8000-000000000009",
        ]
    )
    links.append(["b", "3f2b8c1e-0000-4000-8000-000000000003", "Precedes", "x"])
    book.save(tmp_path / "arc.xlsx")
    said, issues = read(framework_sheet.FORMAT, tmp_path / "arc.xlsx")
    framework, weld, cut = said.values()
    assert framework["ceterms:ctid"] == "ce-3f2b8c1e-0000-4000-8000-000000000001"
    assert framework["ceasn:hasTopChild"] == [weld["ceterms:ctid"]]
    assert cut["ceasn:exactAlignment"] == ["ce-3f2b8c1e-0000-4000-8000-000000000009"]
    assert cut["ceasn:competencyText"] == {"en": "Cut"}
    assert [one.code for one in issues] == ["association-unread"]


def test_a_sheet_without_statements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no column for what one can do"):
        read(framework_sheet.FORMAT, written(tmp_path, "x.csv", "identifier,parent\n1,2\n"))


def test_a_collection_of_rsds(tmp_path: Path) -> None:
    path = written(tmp_path, "shop.csv", RSD)
    found = recognise(path)
    assert found is not None
    assert found.name == "osmt"
    said, issues = read(osmt.FORMAT, path)
    [skill] = [one for one in said.values() if one["@type"] == "ceasn:Competency"]
    assert skill["ceasn:competencyLabel"] == {"en": "Arc"}
    assert skill["ceasn:conceptKeyword"] == {"en": ["arc", "steel"]}
    assert [one["ceterms:codedNotation"] for one in skill["ceterms:occupationType"]] == [
        "51-4121",
        "51-4121.06",
    ]
    assert (skill["lw:standard"], skill["lw:certification"]) == (["AWS D1.1"], ["CW"])
    assert skill["ceasn:alignTo"] == ["https://x.example/1"]
    assert {one.code for one in issues} == {"code-bad", "columns-unread", "identifier-twice"}


def test_an_exported_rsd_keeps_its_url(tmp_path: Path) -> None:
    text = "Canonical URL,RSD Name,Skill Statement\nhttps://osmt.example/api/skills/1,Arc,Strike an arc.\n"
    said, _ = read(osmt.FORMAT, written(tmp_path, "x.csv", text), name="Shop skills")
    assert said["https://osmt.example/api/skills/1"]["ceterms:ctid"] == derived_ctid(
        "uri", "https://osmt.example/api/skills/1"
    )
    assert said["framework"]["ceasn:name"] == {"en": "Shop skills"}


@pytest.mark.big
def test_the_sheets_at_hand_load_whole(shared_data: Path) -> None:
    folder = shared_data / "competency"
    for name, rows in (
        ("ccsso_ela_item.csv", 1189),
        ("sample_case.csv", 10),
        ("spreadsheet_import_sample.xlsx", 4),
    ):
        path = folder / "case_opensalt" / name
        said, _ = read(framework_sheet.FORMAT, path)
        assert len(said) == rows + 1
        assert json.dumps(list(said.values()))
    said, issues = read(osmt.FORMAT, folder / "osmt/Skills-Import.csv")
    assert (len(said), issues) == (3, [])
