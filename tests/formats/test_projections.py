"""Employment projections: jobs, openings and education, from the workbook of any edition or a CSV of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnwork.formats import projections
from learnwork.formats.model import Area, Item, Observed, Options, Said
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError
from learnwork.vocabulary.measures import by_key

WELDERS = derived_ctid("soc2018", "51-4121")
HEAD = [
    "2024 National Employment Matrix title",
    "2024 National Employment Matrix code",
    "Occupation type",
    "Employment, 2024",
    "Employment, 2034",
    "Employment distribution, percent, 2024",
    "Employment change, numeric, 2024–34",
    "Employment change, percent, 2024–34",
    "Percent self employed, 2024",
    "Occupational openings, 2024–34 annual average",
    "Median annual wage, dollars, 2024[1]",
    "Typical education needed for entry",
    "Work experience in a related occupation",
    "Typical on-the-job training needed to attain competency in the occupation",
]
TRAINING = "Moderate-term on-the-job training"
WELDER = ["  Welders", "51-4121", "Line item", 457.3, 467.6, 0.3, 10.2, 2.2, 5.4, 45.6, 51000]
WELDER += ["High school diploma or equivalent", "None", TRAINING]
TOTAL = [
    "Total, all occupations",
    "00-0000",
    "Summary",
    169956.1,
    175167.9,
    100,
    5211.8,
    3.1,
    "—",
    18863.3,
    49500,
]
TOTAL += ["—", "—", "—"]
GROUP = [
    "Production occupations",
    "51-0000",
    "Summary",
    9000,
    8900,
    5,
    -100,
    -1.1,
    2.0,
    900,
    45000,
    "—",
    "—",
    "—",
]


def workbook(path: Path, *rows: list[object], head: list[str] = HEAD, sheet: str = "Table 1.2") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Index"
    table = book.create_sheet(sheet)
    table.append(["Table 1.2 Occupational projections, 2024–34"])
    for row in (head, *rows, ["Footnotes:"], ["[1] Data are from another program."]):
        table.append(row)
    book.save(path)
    return path


def read(path: Path) -> list[Item]:
    return [item for reading in projections.FORMAT.open([path], Options()) for item in reading.items()]


def figures(items: list[Item], subject: str = WELDERS) -> dict[str, Observed]:
    return {item.measure: item for item in items if isinstance(item, Observed) and item.subject == subject}


def said(items: list[Item]) -> dict[str, Said]:
    return {item.key: item for item in items if isinstance(item, Said)}


def test_it_works(tmp_path: Path) -> None:
    items = read(workbook(tmp_path / "occupation.xlsx", TOTAL, WELDER))
    assert items[0] == Area("us", "United States", "nation")
    found = figures(items)
    assert found["projections.employment_base"] == Observed(
        WELDERS, "projections.employment_base", "2024", 457_300.0, area="us", row=4
    )
    assert (found["projections.employment"].value, found["projections.employment"].period) == (
        467_600.0,
        "2034",
    )
    assert (found["projections.change"].value, found["projections.change"].period) == (10_200.0, "2024-2034")
    assert found["projections.change_percent"].value == 2.2
    assert found["projections.openings"].value == 45_600.0
    assert found["projections.self_employed"].value == 5.4
    assert not [item for item in items if isinstance(item, Issue)]


def test_what_is_forecast_is_marked_so_by_its_measure(tmp_path: Path) -> None:
    found = figures(read(workbook(tmp_path / "occupation.xlsx", WELDER)))
    forecast = {key for key in found if by_key[key].kind == "projection"}
    assert forecast == {
        "projections.employment",
        "projections.change",
        "projections.change_percent",
        "projections.openings",
    }


def test_education_and_training_are_said_of_the_occupation(tmp_path: Path) -> None:
    document = said(read(workbook(tmp_path / "occupation.xlsx", WELDER)))["51-4121"].document()
    assert document == {
        "@type": "ceterms:Occupation",
        "ceterms:ctid": WELDERS,
        "ceterms:name": {"en": "Welders, Cutters, Solderers, and Brazers"},
        "ceterms:codedNotation": "51-4121",
        "lw:typicalEducation": "High school diploma or equivalent",
        "lw:workExperience": "None",
        "lw:onTheJobTraining": TRAINING,
    }


def test_totals_are_said_only_where_the_classification_lacks_them(tmp_path: Path) -> None:
    found = said(read(workbook(tmp_path / "occupation.xlsx", TOTAL, GROUP, WELDER)))
    assert set(found) == {"00-0000", "51-4121"}
    assert "lw:note" in found["00-0000"].document()


def test_a_dash_is_not_known_and_an_empty_cell_is_nothing(tmp_path: Path) -> None:
    row = [*WELDER[:8], "—", None, *WELDER[10:]]
    found = figures(read(workbook(tmp_path / "occupation.xlsx", row)))
    assert (found["projections.self_employed"].value, found["projections.self_employed"].status) == (
        None,
        "not known",
    )
    assert "projections.openings" not in found


def test_the_wage_is_left_to_the_wage_statistics(tmp_path: Path) -> None:
    assert not any("wage" in key for key in figures(read(workbook(tmp_path / "occupation.xlsx", WELDER))))


def test_years_come_from_the_names_of_the_columns(tmp_path: Path) -> None:
    head = [name.replace("2024", "2026").replace("2034", "2036").replace("–34", "–36") for name in HEAD]
    path = workbook(tmp_path / "occupation.xlsx", WELDER, head=head)
    [reading] = projections.FORMAT.open([path], Options())
    assert (reading.release.label, reading.release.date) == ("2026-2036", date(2026, 1, 1))
    found = figures(list(reading.items()))
    assert found["projections.employment"].period == "2036"
    assert found["projections.openings"].period == "2026-2036"


def test_a_csv_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "occupation.csv"
    path.write_text(
        "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEAD, WELDER)), encoding="utf-8"
    )
    book = read(workbook(tmp_path / "occupation.xlsx", WELDER))
    table = {key: item._replace(row=0) for key, item in figures(read(path)).items()}
    assert table == {key: item._replace(row=0) for key, item in figures(book).items()}


def test_two_digests_differ_where_the_words_do(tmp_path: Path) -> None:
    other = [*WELDER[:11], "Bachelor's degree", *WELDER[12:]]
    first = said(read(workbook(tmp_path / "a.xlsx", WELDER)))["51-4121"]
    again = said(read(workbook(tmp_path / "b.xlsx", TOTAL, WELDER)))["51-4121"]
    changed = said(read(workbook(tmp_path / "c.xlsx", other)))["51-4121"]
    assert first.digest == again.digest != changed.digest


def test_odd_rows_are_issues_that_name_them(tmp_path: Path) -> None:
    bad_number = ["Lawyers", "23-1011", "Line item", "many", *WELDER[4:]]
    items = read(workbook(tmp_path / "o.xlsx", ["Sailors", "5x", *WELDER[2:]], WELDER, WELDER, bad_number))
    found = {item.code: item.place for item in items if isinstance(item, Issue)}
    assert found == {
        "projections-code": "o.xlsx row 3",
        "duplicate-key": "o.xlsx row 5",
        "projections-value": "o.xlsx row 6",
    }
    assert len(figures(items, derived_ctid("soc2018", "23-1011"))) == 5


@pytest.mark.parametrize("missing", ["matrix code", "matrix title", "employment, 2034"])
def test_a_table_without_what_is_needed_says_what(tmp_path: Path, missing: str) -> None:
    head = [name if missing not in name.lower() else "Something else" for name in HEAD]
    if missing == "employment, 2034":
        head = [name if not name.startswith("Employment, 2034") else "Something else" for name in head]
    path = workbook(tmp_path / "occupation.xlsx", WELDER, head=head)
    with pytest.raises(UnreadableFileError) as caught:
        read(path)
    assert "Table 1.2" in caught.value.hint
    assert not projections.FORMAT.recognise(path)


def test_a_workbook_without_the_sheet_or_the_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"Table 1\.2"):
        read(workbook(tmp_path / "a.xlsx", WELDER, sheet="Table 1.1"))
    path = tmp_path / "b.csv"
    path.write_text(",".join(f'"{name}"' for name in HEAD), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="has no rows"):
        read(path)


def test_it_recognises_its_own(tmp_path: Path) -> None:
    assert projections.FORMAT.recognise(workbook(tmp_path / "a.xlsx", WELDER))
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    assert not projections.FORMAT.recognise(tmp_path / "b.csv")
    assert not projections.FORMAT.recognise(tmp_path)


_cells = st.one_of(
    st.sampled_from(["51-4121", "00-0000", "12.5", "—", "1e400", "nan", "", "None"]), st.text(max_size=9)
)
_names = st.lists(
    st.one_of(st.sampled_from(HEAD), st.text(max_size=15)), min_size=1, max_size=14, unique=True
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(head=st.one_of(st.just(HEAD), _names), rows=st.lists(st.lists(_cells, max_size=15), max_size=4))
def test_any_table_is_read_or_refused(tmp_path: Path, head: list[str], rows: list[list[str]]) -> None:
    path = tmp_path / "any.csv"
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (head, *rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        items = read(path)
    except LearnworkError:
        return
    for item in items:
        if isinstance(item, Observed):
            assert (item.value is None) == (item.status != "reported")
            assert len(item.period) <= 10
        elif isinstance(item, Said):
            assert item.document()["ceterms:ctid"] == item.ctid


@pytest.mark.big
def test_the_real_workbook(shared_data: Path) -> None:
    items = read(shared_data / "us/bls/occupation_projections_2024-2034.xlsx")
    assert not [item for item in items if isinstance(item, Issue)]
    assert len(said(items)) == 833
    assert len({item.subject for item in items if isinstance(item, Observed)}) == 1_113
    assert figures(items)["projections.openings"].value == 45_600.0
    assert said(items)["51-4121"].document()["lw:typicalEducation"] == "High school diploma or equivalent"
