"""O*NET: occupations from several tables, the content model as a framework, ratings as figures."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnwork.formats import onet, onet_technology
from learnwork.formats.model import Item, Observed, Options, Said
from learnwork.formats.onet_documents import FRAMEWORK, element_ctid
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError
from learnwork.vocabulary.measures import by_key

WELDERS = derived_ctid("onet", "51-4121.00")
RATING = (
    "O*NET-SOC Code\tTitle\tElement ID\tElement Name\tScale ID\tScale Name\tData Value\tN\tStandard Error\t"
    "Lower CI Bound\tUpper CI Bound\tRecommend Suppress\tNot Relevant\tDate\tDomain Source"
)
TABLES = {
    "Occupation Data": [
        "O*NET-SOC Code\tTitle\tDescription",
        "51-4121.00\tWelders, Cutters, Solderers, and Brazers\tJoin metal parts.",
        "51-4121.06\tMade-up Welders\t",
    ],
    "Alternate Titles": [
        "O*NET-SOC Code\tTitle\tAlternate Title\tShort Title\tSource(s)",
        "51-4121.00\tWelders\tMIG Welder (Metal Inert Gas Welder)\tMIG Welder\t02",
        "51-4121.00\tWelders\tArc Welder\tn/a\t08",
        "51-4121.00\tWelders\tArc Welder\tn/a\t10",
    ],
    "Task Statements": [
        "O*NET-SOC Code\tTitle\tTask ID\tTask\tTask Type\tIncumbents Responding\tDate\tDomain Source",
        "51-4121.00\tWelders\t1\tWeld parts.\tCore\t90\t08/2023\tIncumbent",
        "51-4121.00\tWelders\t2\tMelt lead bars.\tSupplemental\t90\t08/2023\tIncumbent",
        "51-4121.00\tWelders\t3\tMind robots.\tn/a\tn/a\t08/2023\tAnalyst",
    ],
    "Technology Skills": [
        "O*NET-SOC Code\tTitle\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand",
        "51-4121.00\tWelders\tWeld software\t43\tAnalysis\tN\tN",
        "51-4121.00\tWelders\tSpreadsheet\t44\tSpreadsheets\tY\tN",
    ],
    "Job Zones": [
        "O*NET-SOC Code\tTitle\tJob Zone\tDate\tDomain Source",
        "51-4121.00\tWelders\t3\t08/2023\tAnalyst",
    ],
    "Content Model Reference": [
        "Element ID\tElement Name\tDescription",
        "1.B\tInterests\tNot a competency",
        "2.A\tBasic Skills\tCapacities that help to learn",
        "2.A.1\tContent\tBackground",
        "2.A.1.a\tReading Comprehension\tUnderstanding written sentences",
    ],
    "Skills": [
        RATING,
        "51-4121.00\tW\t2.A.1.a\tReading Comprehension\tIM\tImportance\t2.50\t8\t0.25\t\t\tN\tn/a\t08/2023\tAnalyst",
        "51-4121.00\tW\t2.A.1.a\tReading Comprehension\tLV\tLevel\t3.00\t8\t0.5\t\t\tY\tN\t08/2023\tAnalyst",
        "51-4121.06\tW\t2.A.1.a\tReading Comprehension\tLV\tLevel\t0.10\t8\t0.1\t\t\tY\tY\t08/2023\tAnalyst",
        "51-4121.06\tW\t2.B.9.z\tNew Skill\tIM\tImportance\t1.00\t\t\t\t\t\t\t\tAnalyst",
    ],
}


def folder(path: Path, *, without: str = "", **changed: list[str]) -> Path:
    made = path / "db_29_3_text"
    made.mkdir(exist_ok=True)
    for name, lines in {**TABLES, **{key.replace("_", " "): rows for key, rows in changed.items()}}.items():
        if name != without:
            (made / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def read(path: Path, **options: str) -> list[Item]:
    [reading] = onet.FORMAT.open([path], Options(**options))  # type: ignore[arg-type]
    return list(reading.items())


def said(items: list[Item]) -> dict[str, Said]:
    return {item.key: item for item in items if isinstance(item, Said)}


def figures(items: list[Item]) -> list[Observed]:
    return [item for item in items if isinstance(item, Observed)]


def issues(items: list[Item]) -> list[Issue]:
    return [item for item in items if isinstance(item, Issue)]


def test_it_works(tmp_path: Path) -> None:
    assert said(read(folder(tmp_path)))["51-4121.00"].document() == {
        "@type": "ceterms:Occupation",
        "ceterms:ctid": WELDERS,
        "ceterms:name": {"en": "Welders, Cutters, Solderers, and Brazers"},
        "ceterms:codedNotation": "51-4121.00",
        "lw:broader": derived_ctid("soc2018", "51-4121"),
        "ceterms:description": {"en": "Join metal parts."},
        "ceterms:alternateName": {"en": ["MIG Welder (Metal Inert Gas Welder)", "MIG Welder", "Arc Welder"]},
        "lw:jobZone": 3,
        "lw:tasks": ["Weld parts.", "Mind robots."],
        "lw:supplementalTasks": ["Melt lead bars."],
        "lw:technologySkills": ["Weld software", "Spreadsheet"],
        "lw:hotTechnologies": ["Spreadsheet"],
    }


def test_an_occupation_of_which_little_is_known_says_little(tmp_path: Path) -> None:
    assert set(said(read(folder(tmp_path)))["51-4121.06"].document()) == {
        "@type",
        "ceterms:ctid",
        "ceterms:name",
        "ceterms:codedNotation",
        "lw:broader",
    }


def test_the_content_model_is_a_framework_of_competencies(tmp_path: Path) -> None:
    found = said(read(folder(tmp_path)))
    framework = found["framework"].document()
    assert framework["@type"] == "ceasn:CompetencyFramework"
    assert framework["ceasn:hasTopChild"] == [element_ctid("2.A")]
    assert "1.B" not in found
    assert found["2.A.1.a"].document() == {
        "@type": "ceasn:Competency",
        "ceterms:ctid": derived_ctid("onet.element", "2.A.1.a"),
        "ceasn:competencyText": {"en": "Reading Comprehension"},
        "ceasn:codedNotation": "2.A.1.a",
        "ceasn:isPartOf": [FRAMEWORK],
        "ceasn:competencyCategory": {"en": "Basic skill"},
        "ceasn:comment": {"en": ["Understanding written sentences"]},
        "ceasn:isChildOf": [element_ctid("2.A.1")],
    }
    assert found["2.A"].document()["ceasn:isTopChildOf"] == [FRAMEWORK]


def test_an_element_that_only_a_rating_names_is_said_before_its_figure(tmp_path: Path) -> None:
    items = read(folder(tmp_path))
    at = [index for index, item in enumerate(items) if getattr(item, "key", "") == "2.B.9.z"]
    first = next(
        index for index, item in enumerate(items) if getattr(item, "item", "") == element_ctid("2.B.9.z")
    )
    assert len(at) == 1
    assert at[0] < first


def test_ratings_carry_their_competency_base_precision_and_month(tmp_path: Path) -> None:
    importance, level, irrelevant, fresh = figures(read(folder(tmp_path)))
    assert importance == Observed(
        WELDERS,
        "onet.importance",
        "2023-08",
        2.5,
        base=8,
        precision=10.0,
        item=element_ctid("2.A.1.a"),
        row=2,
    )
    assert (level.measure, level.value, level.status, level.precision) == (
        "onet.level",
        None,
        "suppressed",
        None,
    )
    assert (irrelevant.value, irrelevant.status) == (None, "not applicable")
    assert (fresh.value, fresh.base, fresh.precision, fresh.period) == (1.0, None, None, "2025-05")
    assert {item.measure for item in (importance, level)} <= set(by_key)


def test_the_release_is_dated_by_its_number(tmp_path: Path) -> None:
    made = folder(tmp_path)
    [reading] = onet.FORMAT.open([made], Options())
    assert (reading.release.label, reading.release.date) == ("29.3", date(2025, 5, 1))
    [reading] = onet.FORMAT.open([made], Options(release="28.0"))
    assert (reading.release.label, reading.release.date) == ("28.0", date(2023, 8, 1))
    (made / "Read Me.txt").write_text("O*NET 30.1 Database\nNovember 2025 Release\n")
    [reading] = onet.FORMAT.open([made], Options())
    assert reading.release.date == date(2025, 11, 1)


def test_a_release_that_nothing_names_is_asked_for(tmp_path: Path) -> None:
    made = folder(tmp_path).rename(tmp_path / "tables")
    with pytest.raises(UnreadableFileError, match="which release"):
        onet.FORMAT.open([made], Options())


def test_a_missing_table_is_named_and_passed_over(tmp_path: Path) -> None:
    items = read(folder(tmp_path, without="Task Statements"))
    assert "lw:tasks" not in said(items)["51-4121.00"].document()
    assert {item.severity for item in issues(items)} == {"advice"}
    assert any("'Task Statements'" in item.message for item in issues(items))


def test_without_occupations_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no table of occupations"):
        read(folder(tmp_path, without="Occupation Data"))


def test_workbooks_and_packed_csv_give_the_same(tmp_path: Path) -> None:
    text = folder(tmp_path)
    books, tables = tmp_path / "onet_29_3", tmp_path / "csv_29_3"
    books.mkdir()
    tables.mkdir()
    for name, lines in TABLES.items():
        rows = [line.replace("n/a", "").split("\t") for line in lines]
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([_number(cell) for cell in row])
        book.save(books / f"{name.replace(' ', '_')}.xlsx")
        written = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
        (tables / f"{name}.csv.gz").write_bytes(gzip.compress(written.encode()))
    expected = [
        item.document() if isinstance(item, Said) else item
        for item in read(text)
        if not isinstance(item, Issue)
    ]
    for other in (books, tables):
        found = read(other)
        assert [
            item.document() if isinstance(item, Said) else item
            for item in found
            if not isinstance(item, Issue)
        ] == (expected)


def _number(cell: str) -> object:
    return float(cell) if cell.replace(".", "", 1).isdecimal() else cell


def test_files_can_be_named_one_by_one(tmp_path: Path) -> None:
    made = folder(tmp_path)
    [reading] = onet.FORMAT.open([made / "Occupation Data.txt", made / "Job Zones.txt"], Options())
    assert said(list(reading.items()))["51-4121.00"].document()["lw:jobZone"] == 3


def test_odd_rows_are_issues_that_say_what(tmp_path: Path) -> None:
    skills = [
        *TABLES["Skills"],
        "99-9999.00\tX\t2.A.1.a\tReading\tIM\tImportance\t2\t8\t\t\t\tN\t\t08/2023\tAnalyst",
        "51-4121.00\tX\t2.A.1.a\tReading\tIM\tImportance\t9\t8\t\t\t\tN\t\t08/2023\tAnalyst",
        "51-4121.00\tX\t2.A.1.a\tReading\tIM\tImportance\tnan\t8\t\t\t\tN\t\t08/2023\tAnalyst",
        "51-4121.00\tX\t<script>\tReading\tIM\tImportance\t2\t8\t\t\t\tN\t\t08/2023\tAnalyst",
        "51-4121.00\tX\t2.A.1.a\tReading\tQQ\tOther\t2\t8\t\t\t\tN\t\t08/2023\tAnalyst",
    ]
    items = read(folder(tmp_path, Skills=skills))
    found = [item.code for item in issues(items) if item.severity == "error"]
    assert sorted(found) == ["onet-element", "onet-occupation", "onet-value", "onet-value"]
    assert len(figures(items)) == 4


def test_a_table_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"Occupation Data\.txt row 2"):
        read(folder(tmp_path, Occupation_Data=["O*NET-SOC Code\tTitle", "welder\tWelders"]))
    with pytest.raises(UnreadableFileError, match="job zone"):
        read(folder(tmp_path, Job_Zones=["O*NET-SOC Code\tZone", "51-4121.00\t3"]))


def test_a_digest_changes_with_what_is_said(tmp_path: Path) -> None:
    first = said(read(folder(tmp_path)))
    again = said(read(folder(tmp_path)))
    zones = ["O*NET-SOC Code\tJob Zone", "51-4121.00\t4"]
    changed = said(read(folder(tmp_path, Job_Zones=zones)))
    assert {key: item.digest for key, item in first.items()} == {
        key: item.digest for key, item in again.items()
    }
    assert first["51-4121.00"].digest != changed["51-4121.00"].digest
    assert first["51-4121.06"].digest == changed["51-4121.06"].digest


def test_it_recognises_its_own(tmp_path: Path) -> None:
    made = folder(tmp_path)
    assert onet.FORMAT.recognise(made)
    assert onet.FORMAT.recognise(made / "Skills.txt")
    assert not onet.FORMAT.recognise(tmp_path)
    (tmp_path / "Skills.csv").write_text("a,b\n1,2\n")
    assert not onet.FORMAT.recognise(tmp_path / "Skills.csv")


_cell = st.one_of(
    st.sampled_from(["51-4121.00", "2.A.1.a", "IM", "LV", "3.5", "Y", "", "1e999"]), st.text(max_size=9)
)
_rows = st.lists(st.lists(_cell, max_size=16).map("\t".join), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(TABLES)), rows=_rows)
def test_any_rows_are_read_or_refused(tmp_path: Path, name: str, rows: list[str]) -> None:
    table = [TABLES[name][0], *(row.encode("utf-8", "replace").decode() for row in rows)]
    try:
        items = read(folder(tmp_path, **{name.replace(" ", "_"): table}))
    except LearnworkError:
        return
    for item in items:
        if isinstance(item, Said):
            assert item.document()["ceterms:ctid"] == item.ctid
        elif isinstance(item, Observed):
            assert (item.value is None) == (item.status != "reported")


@pytest.mark.big
def test_the_real_release(shared_data: Path) -> None:
    items = read(shared_data / "competency/onet_29_3")
    found = said(items)
    assert sum(item.type == "ceterms:Occupation" for item in found.values()) == 1_016
    assert len(figures(items)) == 119_544
    assert sum(item.status == "suppressed" for item in figures(items)) == 1_188
    assert [item.message[:22] for item in issues(items)] == [
        "The table 'Abilities' ",
        "The table 'Work Activi",
    ]
    welder = found["51-4121.00"].document()
    assert welder["lw:jobZone"] == 2
    assert "Arc Welder" in welder["ceterms:alternateName"]["en"]


ACTIVITIES = {
    "IWA_Reference": [
        "Element ID\tElement Name\tIWA ID\tIWA Title",
        "4.A.1.a.1\tGetting Information\t4.A.1.a.1.I01\tStudy drawings.",
    ],
    "DWA_Reference": [
        "Element ID\tElement Name\tIWA ID\tIWA Title\tDWA ID\tDWA Title",
        "4.A.1.a.1\tGetting Information\t4.A.1.a.1.I01\tStudy drawings.\t4.A.1.a.1.I01.D01\tRead weld symbols.",
    ],
    "Tasks_to_DWAs": [
        "O*NET-SOC Code\tTitle\tTask ID\tTask\tDWA ID\tDWA Title\tDate\tDomain Source",
        "51-4121.00\tW\t1\tWeld parts.\t4.A.1.a.1.I01.D01\tRead weld symbols.\t07/2014\tAnalyst",
        "51-4121.00\tW\t2\tMelt.\t4.A.1.a.1.I01.D01\tRead weld symbols.\t07/2014\tAnalyst",
    ],
}


def test_work_activities_go_down_to_the_detailed_ones_that_occupations_take(tmp_path: Path) -> None:
    found = said(read(folder(tmp_path, **ACTIVITIES)))
    detailed = found["4.A.1.a.1.I01.D01"].document()
    assert detailed["ceasn:competencyText"] == {"en": "Read weld symbols."}
    assert detailed["ceasn:competencyCategory"] == {"en": "Detailed work activity"}
    assert detailed["ceasn:isChildOf"] == [element_ctid("4.A.1.a.1.I01")]
    assert found["4.A.1.a.1.I01"].document()["ceasn:competencyCategory"] == {
        "en": "Intermediate work activity"
    }
    assert found["51-4121.00"].document()["ceasn:skillEmbodied"] == [element_ctid("4.A.1.a.1.I01.D01")]


def technology(path: Path) -> dict[str, Said]:
    [reading] = onet_technology.FORMAT.open([path], Options())
    assert reading.release.label == "29.3"
    return said(list(reading.items()))


def test_technology_skills_are_competencies_under_their_commodities(tmp_path: Path) -> None:
    found = technology(folder(tmp_path))
    sheet = found["example Spreadsheet"].document()
    assert sheet["ceasn:competencyText"] == {"en": "Spreadsheet"}
    assert sheet["lw:hotTechnology"] is True
    assert sheet["ceasn:isChildOf"] == [onet_technology.ctid_of("44")]
    assert found["44"].document()["ceasn:competencyText"] == {"en": "Spreadsheets"}
    welder = found["occupation 51-4121.00"]
    assert welder.ctid == WELDERS
    assert len(welder.document()["ceasn:skillEmbodied"]) == 2


def test_the_table_of_technology_skills_is_known_by_itself(tmp_path: Path) -> None:
    made = folder(tmp_path)
    assert onet_technology.recognise(made / "Technology Skills.txt")
    assert not onet_technology.recognise(made)
    with pytest.raises(UnreadableFileError, match="no table of technology skills"):
        onet_technology.FORMAT.open([made / "Skills.txt"], Options())


@pytest.mark.big
def test_the_activities_and_technology_at_hand(shared_data: Path) -> None:
    release = shared_data / "competency/onet_29_3"
    tables = [release / f"{name}.xlsx" for name in ("Occupation_Data", "DWA_Reference", "IWA_Reference")]
    [reading] = onet.FORMAT.open(tables, Options(release="29.3"))
    kinds = Counter(
        item.document().get("ceasn:competencyCategory", {}).get("en")
        for item in reading.items()
        if isinstance(item, Said)
    )
    assert (kinds["Detailed work activity"], kinds["Intermediate work activity"]) == (2_087, 332)
    assert len([key for key in technology(release) if key.startswith("example ")]) > 8_000
