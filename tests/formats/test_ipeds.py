"""IPEDS: institutions and completions as resources and figures; what is not known stays out; bad files are refused."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import ipeds, ipeds_directory
from learnwork.formats.ipeds_directory import web_address
from learnwork.formats.model import Area, Identifier, Item, Observed, Options, Reading, Said
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, TooLargeError, UnreadableFileError
from learnwork.vocabulary.measures import by_key

SAMPLES = Path(__file__).parent / "samples" / "ipeds"
HD = SAMPLES / "hd2024.csv"
COMPLETIONS = SAMPLES / "c2024_a.csv"


def opened(*paths: Path, state: str = "", release: str = "") -> list[Reading]:
    return ipeds.FORMAT.open(paths, Options(state=state, release=release))


def items(*paths: Path, state: str = "", release: str = "") -> list[Item]:
    return [item for reading in opened(*paths, state=state, release=release) for item in reading.items()]


def said(found: Iterable[Item]) -> dict[str, Said]:
    return {item.key: item for item in found if isinstance(item, Said)}


def issues(found: Iterable[Item]) -> list[Issue]:
    return [item for item in found if isinstance(item, Issue)]


def observed(found: Iterable[Item]) -> list[Observed]:
    return [item for item in found if isinstance(item, Observed)]


def in_file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- institutions ---


def test_it_works() -> None:
    found = said(items(HD))
    assert list(found) == ["900001", "900002", "900003", "900004", "900005", "900006"]
    college = found["900001"]
    assert college.ctid == derived_ctid("ipeds.unitid", "900001")
    assert college.type == "ceterms:CredentialOrganization"
    assert college.document() == {
        "@type": "ceterms:CredentialOrganization",
        "ceterms:ctid": college.ctid,
        "ceterms:name": {"en": "Example County College"},
        "ceterms:alternateName": {"en": ["ECC", "Example Community College"]},
        "ceterms:subjectWebpage": "https://www.example-county.example/",
        "ceterms:address": [
            {
                "@type": "ceterms:Place",
                "ceterms:streetAddress": {"en": "1 College Drive"},
                "ceterms:addressLocality": {"en": "Sampleton"},
                "ceterms:addressRegion": {"en": "NJ"},
                "ceterms:postalCode": "08012-0001",
                "ceterms:addressCountry": {"en": "US"},
                "ceterms:latitude": 39.78,
                "ceterms:longitude": -75.04,
                "lw:county": "Camden County",
                "lw:countyCode": "34007",
            }
        ],
        "ceterms:ipedsID": "900001",
        "ceterms:opeID": "00900100",
        "ceterms:fein": "210000001",
        "ceterms:agentSectorType": [
            {
                "@type": "ceterms:CredentialAlignmentObject",
                "ceterms:framework": "https://purl.org/ctdl/terms/AgentSector",
                "ceterms:targetNode": "agentSector:Public",
                "ceterms:targetNodeName": {"en": "Public"},
            }
        ],
        "ceterms:agentType": [
            {
                "@type": "ceterms:CredentialAlignmentObject",
                "ceterms:framework": "https://purl.org/ctdl/terms/OrganizationType",
                "ceterms:targetNode": "orgType:TwoYear",
                "ceterms:targetNodeName": {"en": "Two-Year College"},
            }
        ],
        "lw:sector": "Public, two years",
    }


def test_a_directory_is_a_snapshot_of_its_year() -> None:
    (reading,) = opened(HD)
    assert (reading.source.key, reading.release.date, reading.release.part) == (
        "ipeds-directory",
        date(2024, 7, 1),
        "",
    )
    assert reading.snapshot
    assert reading.release.files[0].name == "hd2024.csv"
    assert next(iter(reading.items())) == Area("state:NJ", "New Jersey", "state", "NJ")
    assert list(said(reading.items())) == list(said(reading.items()))  # it may be read again


def test_what_is_not_known_is_left_out() -> None:
    found = said(items(HD))
    unknown = found["900006"].document()
    assert unknown["ceterms:address"] == [
        {
            "@type": "ceterms:Place",
            "ceterms:addressLocality": {"en": "Nowhere"},
            "ceterms:addressRegion": {"en": "NJ"},
            "ceterms:addressCountry": {"en": "US"},
            "lw:county": "Camden County",
            "lw:countyCode": "34007",
        }
    ]
    for term in (
        "ceterms:alternateName",
        "ceterms:opeID",
        "ceterms:fein",
        "ceterms:agentSectorType",
        "lw:sector",
    ):
        assert term not in unknown
    assert unknown["ceterms:subjectWebpage"] == "https://model.example:8080/a%20page"
    office = found["900005"].document()
    assert office["lw:sector"] == "Administrative office"
    assert "ceterms:agentType" not in office
    assert "ceterms:latitude" not in office["ceterms:address"][0]  # 0, 0 lies in the sea


def test_identifiers_that_campuses_share_tell_none_of_them() -> None:
    found = said(items(HD))
    assert found["900001"].identifiers == (
        Identifier("ipeds", "900001"),
        Identifier("opeid", "00900100"),
        Identifier("fein+name", "210000001|example county college"),
    )
    assert found["900003"].identifiers == (
        Identifier("ipeds", "900003"),
        Identifier("fein+name", "630000003|model university"),
    )
    assert found["900005"].identifiers == (Identifier("ipeds", "900005"),)


def test_standing_and_dates() -> None:
    found = items(HD)
    documents = {key: item.document() for key, item in said(found).items()}
    assert (documents["900003"]["lw:status"], documents["900003"]["lw:closedOn"]) == ("closed", "2024-07-31")
    assert documents["900005"]["lw:status"] == "merged into another institution"
    assert "lw:status" not in documents["900001"]
    assert "lw:closedOn" not in documents["900004"]
    assert [(issue.code, issue.place, issue.severity) for issue in issues(found)] == [
        ("unsafe-address", "hd2024.csv row 4", "warning"),
        ("unsafe-address", "hd2024.csv row 5", "warning"),
        ("date-invalid", "hd2024.csv row 5", "advice"),
    ]


def test_areas_come_once_and_before_their_institutions() -> None:
    found = items(HD)
    areas = [item for item in found if isinstance(item, Area)]
    assert areas == [
        Area("state:NJ", "New Jersey", "state", "NJ"),
        Area("county:34007", "Camden County, NJ", "county", "NJ"),
        Area("state:PR", "Puerto Rico", "state", "PR"),
        Area("county:72021", "Bayamón Municipio, PR", "county", "PR"),
        Area("state:AL", "Alabama", "state", "AL"),
        Area("county:01089", "Madison County, AL", "county", "AL"),
    ]
    assert isinstance(found[0], Area)


def test_older_names_are_separated_by_spaces() -> None:
    assert said(items(HD))["900003"].document()["ceterms:alternateName"] == {
        "en": ["Model State", "The Model"]
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    path = in_file(tmp_path, "HD2024.CSV", HD.read_text("utf-8").lower().encode(encoding))
    college = said(items(path))["900002"].document()
    assert college["ceterms:name"] == {"en": "colegio técnico ñandú, inc."}


def test_gzip_and_the_archive_of_nces(tmp_path: Path) -> None:
    packed = in_file(tmp_path, "hd2024.csv.gz", gzip.compress(HD.read_bytes()))
    archive = tmp_path / "HD2023.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("hd2023.csv", HD.read_bytes())
    assert [reading.release.date.year for reading in opened(packed, archive)] == [2023, 2024]
    assert said(items(packed)).keys() == said(items(archive)).keys() == said(items(HD)).keys()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.example.edu", "https://www.example.edu"),
        ("http://example.edu/a?b=c#d", "http://example.edu/a?b=c#d"),
        ("example.edu:8080/x", "https://example.edu:8080/x"),
        ("//example.edu/x", "https://example.edu/x"),
        ("https://müller.example/", "https://müller.example/"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)//example.edu", None),
        ("data:text/html,x", None),
        ("https://someone@example.edu/", None),
        ("https://", None),
        ("https://localhost/", None),
        ("https://127.0.0.1/", None),
        ("https://[::1]/", None),
        ("https://example.edu:99999/", None),
        ("https://exa mple.edu/", None),
        ('https://example.edu/"><script>', None),
        ("https://example.edu/\u202e", None),
        ("ftp://example.edu/", None),
        ("", None),
        ("https://example.edu/" + "a" * 2000, None),
    ],
)
def test_only_safe_addresses(text: str, expected: str | None) -> None:
    assert web_address(text) == expected


def test_bad_rows_are_refused_and_named(tmp_path: Path) -> None:
    path = in_file(
        tmp_path,
        "hd2024.csv",
        "unitid,instnm,stabbr\n900001,One,NJ\n900001,One again,NJ\n12,Two,NJ\n900004,-2,NJ\n900005,Five,XX\n",
    )
    found = items(path)
    assert list(said(found)) == ["900001", "900005"]
    assert [(issue.code, issue.place, issue.severity) for issue in issues(found)] == [
        ("duplicate-key", "hd2024.csv row 3", "error"),
        ("ipeds-unitid", "hd2024.csv row 4", "error"),
        ("name-missing", "hd2024.csv row 5", "error"),
        ("state-unknown", "hd2024.csv row 6", "warning"),
    ]


def test_a_directory_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipeds_directory, "MAX_ROWS", 3)
    with pytest.raises(TooLargeError, match="more than 3 rows"):
        items(HD)


# --- completions ---


def test_programs_and_their_awards() -> None:
    found = items(COMPLETIONS)
    programs = said(found)
    assert list(programs) == [
        "900001/48.0508/3",
        "900001/48.0508/21",
        "900001/52.0201/3",
        "900003/26.0101/5",
        "900003/77.7777/5",
    ]
    welding = programs["900001/48.0508/21"]
    assert welding.ctid == derived_ctid("ipeds.program", "900001/48.0508/21")
    assert welding.type == "ceterms:Certificate"
    assert welding.derived
    assert welding.place == "c2024_a.csv row 3"
    assert welding.document() == {
        "@type": "ceterms:Certificate",
        "ceterms:ctid": welding.ctid,
        "ceterms:name": {"en": "Welding Technology/Welder, certificate, 12 weeks to under 1 year"},
        "ceterms:offeredBy": [derived_ctid("ipeds.unitid", "900001")],
        "ceterms:instructionalProgramType": [
            {
                "@type": "ceterms:CredentialAlignmentObject",
                "ceterms:frameworkName": {"en": "CIP 2020"},
                "ceterms:codedNotation": "48.0508",
                "ceterms:targetNode": derived_ctid("cip2020", "48.0508"),
                "ceterms:targetNodeName": {"en": "Welding Technology/Welder"},
            }
        ],
        "lw:awardLevel": "21",
        "lw:reportedProgram": True,
    }
    assert programs["900001/48.0508/3"].type == "ceterms:AssociateDegree"
    assert [(o.subject, o.value, o.status, o.period, o.row) for o in observed(found)] == [
        (programs["900001/48.0508/3"].ctid, 0, "reported", "2024", 2),  # a reported zero is a figure
        (welding.ctid, 25, "reported", "2024", 3),
        (programs["900001/52.0201/3"].ctid, 107, "reported", "2024", 4),  # first and second majors
        (programs["900003/26.0101/5"].ctid, 12, "reported", "2024", 7),
        (programs["900003/77.7777/5"].ctid, 3, "reported", "2024", 8),
    ]
    assert {o.measure for o in observed(found)} <= by_key.keys()


def test_a_code_that_is_not_known_is_kept_and_named_by_itself() -> None:
    found = items(COMPLETIONS)
    odd = said(found)["900003/77.7777/5"].document()
    assert odd["ceterms:name"] == {"en": "CIP 77.7777, bachelor’s degree"}
    assert "ceterms:targetNodeName" not in odd["ceterms:instructionalProgramType"][0]
    assert ("cip-unknown", "warning") in [(issue.code, issue.severity) for issue in issues(found)]


def test_totals_are_left_out_and_counted() -> None:
    (totals,) = [issue for issue in issues(items(COMPLETIONS)) if issue.code == "ipeds-totals"]
    assert totals.message.startswith("2 rows")
    assert totals.severity == "advice"


def test_another_year_leaves_the_documents_unchanged(tmp_path: Path) -> None:
    other = in_file(
        tmp_path, "c2023_a.csv", "unitid,cipcode,awlevel,ctotalt\n900001,52.0201,3,9\n900001,48.0508,21,9\n"
    )
    before, after = said(items(other)), said(items(COMPLETIONS))
    for key in before:
        assert (before[key].digest, before[key].ctid) == (after[key].digest, after[key].ctid)
        assert before[key].document() == after[key].document()
    assert len({item.digest for item in after.values()}) == len(after)


def test_years_are_parts_and_directories_come_first(tmp_path: Path) -> None:
    older = in_file(tmp_path, "C2023_A.csv", COMPLETIONS.read_bytes())
    readings = opened(COMPLETIONS, older, HD)
    assert [(reading.source.key, reading.release.part, reading.release.date) for reading in readings] == [
        ("ipeds-directory", "", date(2024, 7, 1)),
        ("ipeds-completions", "2023", date(2023, 7, 1)),
        ("ipeds-completions", "2024", date(2024, 7, 1)),
    ]
    assert [reading.snapshot for reading in readings] == [True, False, False]
    assert readings[1].release.label == "July 2022 to June 2023"


def test_csv_and_parquet_give_the_same(tmp_path: Path) -> None:
    codes = pyarrow.csv.ConvertOptions(column_types={"CIPCODE": pa.string()})
    table = pyarrow.csv.read_csv(COMPLETIONS, convert_options=codes)
    assert table.schema.field("UNITID").type == pa.int64()
    path = tmp_path / "c2024_a.parquet"
    flags = pa.array([len(code) == 7 for code in table["CIPCODE"].to_pylist()])
    pq.write_table(table.append_column("IS_CIP_6DIGIT", flags), path)
    (from_parquet,) = opened(path)
    assert from_parquet.total == 16
    assert said(from_parquet.items()).keys() == said(items(COMPLETIONS)).keys()
    assert [(o.subject, o.value) for o in observed(from_parquet.items())] == [
        (o.subject, o.value) for o in observed(items(COMPLETIONS))
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_completions_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "UNITID;CIPCODE;AWLEVEL;CTOTALT;NOTE\n900001;48.0508;3;4;señor ñ\n"
    path = in_file(tmp_path, "c2024_a.csv", text.encode(encoding))
    assert list(said(items(path))) == ["900001/48.0508/3"]


def test_the_revised_file_of_an_archive_is_read(tmp_path: Path) -> None:
    archive = tmp_path / "C2022_A.zip"
    head = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("c2022_a.csv", head + "900001,48.0508,1,3,1\n")
        file.writestr("c2022_a_rv.csv", head + "900001,48.0508,1,3,2\n")
    (reading,) = opened(archive)
    assert [o.value for o in observed(reading.items())] == [2]
    assert reading.release.part == "2022"


def test_one_state(tmp_path: Path) -> None:
    found = items(HD, COMPLETIONS, state="nj")
    assert list(said(found)) == [
        "900001",
        "900006",
        "900001/48.0508/3",
        "900001/48.0508/21",
        "900001/52.0201/3",
    ]
    other = in_file(tmp_path, "c2023_a.csv", "unitid,cipcode,awlevel,ctotalt\n900009,52.0201,3,9\n")
    (unknown,) = [
        issue for issue in issues(items(HD, other, state="NJ")) if issue.code == "ipeds-state-unknown"
    ]
    assert "1 institutions (1 rows)" in unknown.message
    for reading in opened(HD, COMPLETIONS, state="NJ"):
        assert reading.source.expects.resources == {}
        assert reading.source.expects.observations == (None, None)
        assert reading.source.expects.withdrawn >= 0.2
    assert opened(HD)[0].source.expects.resources["ceterms:CredentialOrganization"][0] == 5500


def test_a_state_needs_a_directory() -> None:
    with pytest.raises(UnreadableFileError, match=r"in which state .* hd2024\.csv c2024_a\.csv --state NJ"):
        opened(COMPLETIONS, state="NJ")
    with pytest.raises(UnreadableFileError, match="not the abbreviation of a state"):
        opened(HD, state="New Jersey")


def test_bad_rows_of_completions(tmp_path: Path) -> None:
    path = in_file(
        tmp_path,
        "c2024_a.csv",
        "unitid,cipcode,majornum,awlevel,ctotalt\n"
        "900001,48.0508,1,3,-4\n900001,1.0999,1,3,4\n900001,48.0508,1,16,4\n12,48.0508,1,3,4\n"
        "900001,48.0508,x,3,4\n900001,48.0508,1,3,4.5\n900001,48.0508,1,3,99999999999999999999\n"
        "900002,48.0508,1,3,1\n900002,48.0508,1,3,2\n900003,48.0508,1,3,8\n",
    )
    found = items(path)
    assert list(said(found)) == ["900003/48.0508/3"]
    assert [(issue.code, issue.place) for issue in issues(found)] == [
        ("count-invalid", "c2024_a.csv row 2"),
        ("ipeds-cip", "c2024_a.csv row 3"),
        ("ipeds-award-level", "c2024_a.csv row 4"),
        ("ipeds-unitid", "c2024_a.csv row 5"),
        ("ipeds-major", "c2024_a.csv row 6"),
        ("count-invalid", "c2024_a.csv row 7"),
        ("count-invalid", "c2024_a.csv row 8"),
        ("duplicate-key", "c2024_a.csv row 9"),
    ]
    assert {issue.severity for issue in issues(found)} == {"error"}


# --- files that are not what they claim ---


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = in_file(tmp_path, "c2024_a.csv", "UNITID,CIPCODE,AWARDS\n900001,48.0508,1\n")
    with pytest.raises(UnreadableFileError, match=r"c2024_a\.csv lacks the columns AWLEVEL, CTOTALT.*AWARDS"):
        items(path)
    path = in_file(tmp_path, "hd2024.csv", "UNITID,NAME\n900001,A\n")
    with pytest.raises(UnreadableFileError, match=r"hd2024\.csv lacks the columns instnm, stabbr.*name"):
        items(path)


def test_a_file_of_another_format(tmp_path: Path) -> None:
    path = in_file(tmp_path, "sheet.csv", "a,b\n1,2\n")
    with pytest.raises(UnreadableFileError, match="neither an IPEDS directory"):
        opened(path)
    assert not ipeds.FORMAT.recognise(path)
    assert not ipeds.FORMAT.recognise(tmp_path)
    assert ipeds.FORMAT.recognise(HD)
    assert ipeds.FORMAT.recognise(COMPLETIONS)


def test_the_year_must_be_said(tmp_path: Path) -> None:
    path = in_file(tmp_path, "institutions.csv", HD.read_bytes())
    with pytest.raises(UnreadableFileError, match="--release 2024"):
        opened(path)
    assert opened(path, release="2021")[0].release.date == date(2021, 7, 1)


def test_two_files_of_a_year_are_refused(tmp_path: Path) -> None:
    path = in_file(tmp_path, "c2024_a_rv.csv", COMPLETIONS.read_bytes())
    with pytest.raises(UnreadableFileError, match="both of 2024"):
        opened(COMPLETIONS, path)


def test_files_that_were_cut_off(tmp_path: Path) -> None:
    whole = tmp_path / "c2023_a.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("c2023_a.csv", COMPLETIONS.read_bytes())
    for name, content in (
        ("c2024_a.zip", whole.read_bytes()[:150]),
        ("c2024_a.csv.gz", gzip.compress(COMPLETIONS.read_bytes())[:-20]),
        ("c2024_a.csv", COMPLETIONS.read_bytes()[:-8]),  # the last row lacks cells
    ):
        path = in_file(tmp_path, name, content)
        with pytest.raises(UnreadableFileError, match="c2024_a"):
            items(path)
    table = tmp_path / "c2022_a.parquet"
    pq.write_table(pyarrow.csv.read_csv(COMPLETIONS), table)
    for cut in (20, 200, -4):
        with pytest.raises(UnreadableFileError, match="Parquet"):
            items(in_file(tmp_path, "c2024_a.parquet", table.read_bytes()[:cut]))


def test_a_long_line_is_refused(tmp_path: Path) -> None:
    path = in_file(
        tmp_path, "c2024_a.csv", COMPLETIONS.read_text("utf-8") + "9" * 5_000_000 + ",1,1,1,1,1,1,1\n"
    )
    with pytest.raises(LearnworkError, match="c2024_a"):
        items(path)


def test_a_parquet_value_that_unfolds_is_refused(tmp_path: Path) -> None:
    count = 20_000
    code = pa.DictionaryArray.from_arrays([0] * count, ["4" * 100_000])  # a few kB on disk, 2 GB as text
    table = pa.table(
        {"unitid": [900001] * count, "cipcode": code, "awlevel": [3] * count, "ctotalt": [1] * count}
    )
    path = tmp_path / "c2024_a.parquet"
    pq.write_table(table, path, store_schema=False)
    assert path.stat().st_size < 300_000
    assert pq.read_schema(path).field("cipcode").type == pa.string()
    with pytest.raises(TooLargeError, match="cipcode holds a value of 100,000 characters"):
        items(path)


HEAD = b"UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n"
HD_HEAD = b"UNITID,INSTNM,STABBR,IALIAS,WEBADDR,EIN,OPEID,CLOSEDAT,LATITUDE,LONGITUD,COUNTYCD,COUNTYNM,ZIP\n"
CELL = st.sampled_from(
    ["900001", "48.0508", "99", "3", "1", "-2", "", '"', "x,y", "\x00", "é", "1e9", "00/00/0000"]
)
CELLS = st.lists(CELL | st.text(max_size=12), max_size=14)
TABLES = (
    st.lists(CELLS.map(",".join), max_size=8).map("\n".join).map(lambda text: text.encode("utf-8", "replace"))
)


def checked(path: Path) -> None:
    """Reads a file to the end: only our errors, and items that can be stored."""
    count: Counter[Any] = Counter()
    try:
        for reading in opened(path):
            for item in reading.items():
                count[type(item)] += 1
                if isinstance(item, Said):
                    assert item.document()["ceterms:ctid"] == item.ctid
                    assert len(item.digest) == 16
                elif isinstance(item, Observed):
                    assert item.value is not None
                    assert item.value >= 0
    except LearnworkError:
        count["refused"] += 1
    assert count[Issue] < 100


@given(
    content=st.binary(max_size=400) | TABLES,
    head=st.sampled_from([b"", HEAD, HD_HEAD, b"PAR1", b"PK\x03\x04"]),
)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, head: bytes
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("hd2024.csv", "c2024_a.csv"):
        checked(in_file(folder, name, head + content))
    ipeds.FORMAT.recognise(folder / "hd2024.csv")


@given(data=st.data())
def test_damaged_parquet_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    path = folder / "c2024_a.parquet"
    pq.write_table(pyarrow.csv.read_csv(COMPLETIONS), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    checked(in_file(folder, "c2024_a.parquet", bytes(content)))


# --- the real files ---


@pytest.mark.big
def test_the_nation(shared_data: Path) -> None:
    folder = shared_data / "us" / "ipeds"
    directory, completions = opened(folder / "hd2024.csv", folder / "c2024_a.parquet")
    institutions = said(directory.items())
    assert len(institutions) == 6072
    programs, awards, zeros = 0, 0.0, 0
    for item in completions.items():
        if isinstance(item, Said):
            programs += 1
            assert item.key[:6] in institutions
        elif isinstance(item, Observed):
            awards += item.value or 0
            zeros += item.value == 0
        elif isinstance(item, Issue):
            assert item.severity == "advice"
    assert programs == 267_595
    assert zeros == 68_140
    assert 5_400_000 < awards < 5_500_000


@pytest.mark.big
def test_the_welding_programs_of_camden(shared_data: Path) -> None:
    folder = shared_data / "us" / "ipeds"
    found = said(items(folder / "hd2024.csv", folder / "c2024_a.parquet", state="NJ"))
    assert found["183938"].document()["ceterms:name"] == {"en": "Camden County College"}
    assert found["183938/48.0508/2"].document()["ceterms:name"] == {
        "en": "Welding Technology/Welder, certificate, 1 to under 2 years"
    }
    awards = [
        o.value
        for o in observed(items(folder / "c2024_a.parquet"))
        if o.subject == found["183938/48.0508/2"].ctid
    ]
    assert awards == [0]
