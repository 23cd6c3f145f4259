"""Training lists of states: a made state by its mapping alone, then New Jersey and California as they are."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from learnwork.formats import etpl, etpl_cells
from learnwork.formats.model import Area, Document, Group, Item, Observed, Options, Reading, Said
from learnwork.vocabulary.checks import check
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import BadMappingError, Issue, UnknownFormatError
from learnwork.vocabulary.measures import by_key

SAMPLES = Path(__file__).parent / "samples" / "etpl"
MAPPING = SAMPLES / "winnemac.yaml"


def opened(*paths: Path, source: Path | None = None) -> Reading:
    (reading,) = etpl.FORMAT.open(paths, Options(source=source))
    return reading


def said(items: list[Item]) -> dict[str, Document]:
    return {item.key: item.document() for item in items if isinstance(item, Said)}


def figures(items: list[Item]) -> list[Observed]:
    return [item for item in items if isinstance(item, Observed)]


def issues(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(item.code, item.place, item.severity) for item in items if isinstance(item, Issue)]


def prices(document: Document) -> dict[str, float]:
    return {
        cost.get("ceterms:directCostType", {}).get("ceterms:targetNode", "other"): cost["ceterms:price"]
        for cost in document["ceterms:estimatedCost"]
    }


@pytest.fixture(scope="module")
def winnemac() -> list[Item]:
    return list(opened(*sorted(SAMPLES.glob("winnemac_*")), source=MAPPING).items())


def test_a_third_state_loads_without_a_line_of_code(winnemac: list[Item]) -> None:
    found = said(winnemac)
    assert list(found) == [
        *(
            "license:L9",
            "provider:S1",
            "provider:S2",
            "program:C-1",
            "program:C-2",
            "program:C-3",
            "program:C-7",
        )
    ]
    course = found["program:C-1"]
    assert course["@type"] == "ceterms:LearningProgram"
    assert course["ceterms:name"] == {"en": "Welding, first steps"}
    assert course["ceterms:description"] == {"en": "Arc and gas welding – “from nothing”"}
    assert course["ceterms:offeredBy"] == [found["provider:S1"]["ceterms:ctid"]]
    assert prices(course) == {"costType:AggregateCost": 4500.5, "costType:LearningResource": 250}
    assert [span["ceterms:exactDuration"] for span in course["ceterms:estimatedDuration"]] == ["P12W"]
    assert course["ceterms:dateEffective"] == "2025-09-01"
    assert course["lw:eveningCourses"] is True
    assert course["ceterms:deliveryType"][0]["ceterms:targetNode"] == "deliveryType:InPerson"
    (field,) = course["ceterms:instructionalProgramType"]
    assert (field["ceterms:codedNotation"], field["ceterms:targetNode"]) == (
        "48.0508",
        derived_ctid("cip2020", "48.0508"),
    )
    assert [code["ceterms:codedNotation"] for code in course["ceterms:occupationType"]] == [
        "51-4121",
        "51-4122",
    ]
    assert course["ceterms:isPreparationFor"][0]["ceterms:targetCredential"] == [
        found["license:L9"]["ceterms:ctid"]
    ]
    assert found["provider:S1"]["ceterms:address"][0]["ceterms:postalCode"] == "01234"
    assert (
        found["program:C-3"]["ceterms:lifeCycleStatusType"][0]["ceterms:targetNode"] == "lifeCycle:Suspended"
    )
    assert found["program:C-7"]["ceterms:instructionalProgramType"][0]["ceterms:codedNotation"] == "01.0504"


def test_units_of_a_third_state_stay_what_they_are(winnemac: list[Item]) -> None:
    course = said(winnemac)["program:C-1"]["ceterms:ctid"]
    found = {f.measure: f for f in figures(winnemac) if f.subject == course}
    rate, week, year = (
        found[f"etpl.{key}"] for key in ("completion_rate", "weekly_pay", "annual_earnings_1y")
    )
    assert (rate.value, rate.base, rate.period, by_key[rate.measure].unit) == (85.0, 20, "2023", "per cent")
    assert (week.value, week.base, by_key[week.measure].unit) == (1012.5, 12, "USD a week")
    assert (year.value, year.status, by_key[year.measure].unit) == (None, "suppressed", "USD a year")


def test_every_bad_cell_of_a_third_state_is_reported_with_its_row(winnemac: list[Item]) -> None:
    assert issues(winnemac) == [
        ("name-missing", "winnemac_licences.csv row 3", "error"),
        ("value-bad", "winnemac_courses.csv row 3", "warning"),
        ("value-bad", "winnemac_courses.csv row 4", "warning"),
        ("value-bad", "winnemac_courses.csv row 4", "warning"),
        ("code-unknown", "winnemac_courses.csv row 4", "warning"),
        ("cost-negative", "winnemac_courses.csv row 4", "warning"),
        ("key-duplicate", "winnemac_courses.csv row 5", "error"),
        ("key-missing", "winnemac_courses.csv row 6", "error"),
        ("name-missing", "winnemac_courses.csv row 7", "error"),
        ("provider-unknown", "winnemac_courses.csv row 8", "warning"),
        ("value-bad", "winnemac_courses.csv row 8", "warning"),
        ("value-bad", "winnemac_courses.csv row 8", "warning"),
        ("key-duplicate", "winnemac_results.csv row 5", "error"),
        ("key-missing", "winnemac_results.csv row 6", "error"),
        ("value-bad", "winnemac_results.csv row 7", "warning"),
        ("value-bad", "winnemac_results.csv row 7", "warning"),
    ]


def test_a_rate_of_nobody_is_not_known(winnemac: list[Item]) -> None:
    third = derived_ctid("etpl.us-winnemac-courses.program", "C-3")
    found = {f.measure: (f.value, f.status) for f in figures(winnemac) if f.subject == third}
    assert found["etpl.completion_rate"] == (None, "not known")


def test_a_total_of_nothing_beside_parts_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text(
        """
source: {key: us-made, name: A made list, publisher: Nobody, licence: none, url: "https://made.example/", trust: 40}
state: NJ
tables:
  programs:
    role: program
    file: "*.csv"
    fields: {key: number, name: name, provider: school}
    costs: {"costType:AggregateCost": total, "costType:Tuition": tuition}
"""
    )
    path = tmp_path / "made.csv"
    path.write_text(
        "number,name,school,total,tuition\n1,Welding,S,0,1000\n2,Reading,S,0,0\n3,Sewing,S,9,9e99\n"
    )
    items = list(opened(path, source=tmp_path / "list.yaml").items())
    found = said(items)
    assert prices(found["program:1"]) == {"costType:Tuition": 1000}
    assert prices(found["program:2"]) == {"costType:AggregateCost": 0, "costType:Tuition": 0}
    assert prices(found["program:3"]) == {"costType:AggregateCost": 9}
    assert ("cost-contradicts", "made.csv row 2", "warning") in issues(items)
    assert ("value-bad", "made.csv row 4", "warning") in issues(items)


@pytest.mark.parametrize("text", ["9" * 25, "1e16", "-1e16", "1e99", "9" * 400, "1e", "(", "٣", "1,00"])
def test_what_is_no_amount_of_anything(text: str) -> None:
    assert etpl_cells.amount(text) is None


def test_reading_twice_gives_the_same_digests() -> None:
    reading = opened(*SAMPLES.glob("winnemac_*"), source=MAPPING)
    first, second = ({i.key: i.digest for i in reading.items() if isinstance(i, Said)} for _ in range(2))
    assert first == second
    assert len(set(first.values())) == len(first)


def test_a_changed_cell_changes_the_digest_of_its_row_alone(tmp_path: Path) -> None:
    for path in SAMPLES.glob("winnemac_*"):
        shutil.copy(path, tmp_path)
    before = {
        i.key: i.digest for i in opened(*tmp_path.iterdir(), source=MAPPING).items() if isinstance(i, Said)
    }
    courses = tmp_path / "winnemac_courses.csv"
    courses.write_bytes(courses.read_bytes().replace(b";990;", b";991;"))
    after = {
        i.key: i.digest for i in opened(*tmp_path.iterdir(), source=MAPPING).items() if isinstance(i, Said)
    }
    assert {key for key in after if after[key] != before[key]} == {"program:C-2"}


def test_files_that_do_not_fit_are_named(tmp_path: Path) -> None:
    every = sorted(SAMPLES.glob("winnemac_*"))
    with pytest.raises(BadMappingError, match="No file fits the table schools"):
        opened(*[path for path in every if "schools" not in path.name], source=MAPPING)
    with pytest.raises(BadMappingError, match="2 files fit the table schools"):
        opened(*every, tmp_path / "more_schools.csv", source=MAPPING)
    with pytest.raises(BadMappingError, match="has no table for notes"):
        opened(*every, tmp_path / "notes.txt", source=MAPPING)
    with pytest.raises(UnknownFormatError, match="notes"):
        opened(tmp_path / "notes.txt")


def test_the_release_is_what_the_person_says() -> None:
    paths = sorted(SAMPLES.glob("winnemac_*"))
    (reading,) = etpl.FORMAT.open(paths, Options(source=MAPPING, release="2024-03-02"))
    assert (reading.release.label, str(reading.release.date)) == ("2024-03-02", "2024-03-02")
    assert [file.name for file in reading.release.files] == [
        *("winnemac_licences.csv", "winnemac_schools.tsv", "winnemac_courses.csv", "winnemac_results.csv")
    ]


@pytest.fixture(scope="session")
def new_jersey(shared_data: Path) -> list[Item]:
    return list(opened(*sorted((shared_data / "us" / "nj_etpl").glob("*.csv"))).items())


@pytest.mark.big
def test_the_welding_programs_of_camden_county(new_jersey: list[Item]) -> None:
    found = said(new_jersey)
    welding = {
        document["ceterms:name"]["en"]: document
        for document in found.values()
        if document["@type"] == "ceterms:LearningProgram"
        and document["ceterms:offeredBy"] == [found["provider:68"]["ceterms:ctid"]]
        and document["ceterms:instructionalProgramType"][0]["ceterms:codedNotation"] == "48.0508"
    }
    assert set(welding) == {"Welding", "Introduction to Welding Technology"}
    first = welding["Introduction to Welding Technology"]
    assert prices(first)["costType:AggregateCost"] == 4000
    assert prices(first) | {"other": 0} == {
        "costType:Tuition": 2900,
        "costType:MixedFees": 1100,
        "costType:LearningResource": 0,
        "costType:Equipment": 0,
        "costType:AggregateCost": 4000,
        "other": 0,
    }
    assert first["ceterms:estimatedDuration"] == [
        {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "PT225H"},
        {
            "@type": "ceterms:DurationProfile",
            "ceterms:minimumDuration": "P3M",
            "ceterms:maximumDuration": "P5M",
        },
    ]
    assert first["lw:eveningCourses"] is True
    assert first["lw:childcare"] is True
    assert first["lw:busRoutes"] == ["452, 403, 400"]
    assert first["lw:status"] == "approved"
    standing = Counter(d.get("lw:status") for key, d in found.items() if key.startswith("provider:"))
    assert standing["suspended"] == 1407
    place = first["ceterms:availableAt"][0]
    assert (place["ceterms:postalCode"], place["lw:county"], place["lw:countyCode"]) == (
        "08012",
        "Camden",
        "34007",
    )
    # The outcomes hang once on the group of both programs.
    group = Group(found["provider:68"]["ceterms:ctid"], "48.0508")
    shared = {f.measure: f for f in figures(new_jersey) if f.subject == group}
    wage = shared["etpl.quarterly_wage_q2"]
    assert (wage.value, wage.base, wage.status, wage.cohort) == (6821.0, 31, "reported", "not stated")
    assert by_key[wage.measure].unit == "USD a quarter"
    assert by_key[wage.measure].shared
    rate = shared["etpl.employed_q2"]
    assert (rate.value, rate.base) == (77.5, 40)
    assert not [f for f in figures(new_jersey) if f.subject in {d["ceterms:ctid"] for d in welding.values()}]


@pytest.mark.big
def test_new_jersey_in_numbers(new_jersey: list[Item]) -> None:
    counts = Counter(item.type for item in new_jersey if isinstance(item, Said))
    assert counts["ceterms:LearningProgram"] == 1466
    assert counts["ceterms:CredentialOrganization"] == 1953 + 23  # those that only programs name
    assert (counts["ceterms:License"], counts["ceterms:Certification"]) == (228, 2041)
    found = figures(new_jersey)
    assert len(found) == 1565 * 8
    states = Counter((f.measure, f.status) for f in found)
    assert states["etpl.employed_q2", "suppressed"] == 476
    assert states["etpl.employed_q2", "not known"] == 29
    assert states["etpl.quarterly_wage_q2", "suppressed"] == 656
    assert all((f.value is None) == (f.status != "reported") for f in found)
    assert not any(f.value is not None and f.value < 0 for f in found)
    assert len({i.key for i in new_jersey if isinstance(i, Said)}) == sum(counts.values())


@pytest.mark.big
def test_new_jersey_keeps_its_promise_and_reads_no_contact(new_jersey: list[Item], shared_data: Path) -> None:
    source = opened(*sorted((shared_data / "us" / "nj_etpl").glob("*.csv"))).source
    documents = [d for d in said(new_jersey).values() if d["@type"] == "ceterms:LearningProgram"]
    for term, share in source.expects.filled["ceterms:LearningProgram"].items():
        assert sum(term in document for document in documents) >= share * len(documents)
    refused = sum(severity == "error" for _, _, severity in issues(new_jersey))
    assert refused <= source.expects.refused * len(said(new_jersey))


@pytest.mark.big
def test_providers_carry_employer_number_and_name(new_jersey: list[Item]) -> None:
    camden = next(item for item in new_jersey if isinstance(item, Said) and item.key == "provider:68")
    assert camden.identifiers == (("fein+name", "221821290|camden county college continuing education"),)


@pytest.fixture(scope="session")
def california(shared_data: Path) -> list[Item]:
    folder = shared_data / "us" / "ca_etp"
    return list(opened(folder / "programs.json", folder / "occupations.json").items())


@pytest.mark.big
def test_california_is_a_sample_and_null_is_suppressed(california: list[Item]) -> None:
    programs = {key: d for key, d in said(california).items() if key.startswith("program:")}
    assert len(programs) == 60
    assert all(document["lw:sample"] is True for document in programs.values())
    first = programs["program:f6900f55-31e5-11f1-ba03-00155dd2f085"]
    assert prices(first) == {
        "costType:Tuition": 5660,
        "costType:Equipment": 0,
        "costType:AggregateCost": 5660,
    }
    found = {f.measure: f for f in figures(california) if f.subject == first["ceterms:ctid"]}
    assert (found["etpl.completion_rate"].value, found["etpl.completion_rate"].base) == (100.0, 9)
    assert found["etpl.median_quarterly_earnings_q2"].status == "suppressed"
    states = Counter((f.measure, f.status) for f in figures(california))
    assert states["etpl.completion_rate", "not known"] == 14  # did not report at all
    assert states["etpl.completion_rate", "suppressed"] == 0


@pytest.mark.big
def test_california_wages_of_regions_belong_to_occupations(california: list[Item]) -> None:
    areas = {item.key: item for item in california if isinstance(item, Area)}
    assert len(areas) == 32
    assert max(map(len, areas)) <= 40
    managers = derived_ctid("soc2018", "11-3021")
    wages = {
        f.area: f
        for f in figures(california)
        if f.subject == managers and f.measure == "ca.median_annual_wage"
    }
    assert wages["state:CA"].value == 221952.0
    assert len(wages) == 32 or len(wages) > 20
    assert wages["state:CA"].period == "not stated"


@pytest.mark.big
def test_documents_of_both_lists_pass_the_checks(new_jersey: list[Item], california: list[Item]) -> None:
    def bad(document: dict[str, Any]) -> list[Issue]:
        return [issue for issue in check(document) if issue.severity == "error"]

    every = [*said(new_jersey).values(), *said(california).values()]
    assert [bad(document) for document in every if bad(document)] == []
