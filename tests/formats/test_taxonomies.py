"""Codes as resources: trees of fields and occupations, and the crosswalk that adds to the same fields."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import taxonomies
from learnwork.formats.model import Format, Identifier, Item, Options, Said
from learnwork.formats.registry import open_readings
from learnwork.formats.taxonomies import CIP, CIP_SOC, SOC
from learnwork.vocabulary import codes
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

SAMPLES = Path(__file__).parent / "samples" / "taxonomies"
FILES = {
    "cip": SAMPLES / "CIPCode2020.csv",
    "soc": SAMPLES / "soc2018_definitions.csv",
    "cip-soc": SAMPLES / "crosswalk.csv",
}


def items(name: str, *paths: Path) -> list[Item]:
    return [item for reading in open_readings(name, paths) for item in reading.items()]


def said(found: Iterable[Item]) -> dict[str, Said]:
    return {item.key: item for item in found if isinstance(item, Said)}


def issues(found: Iterable[Item]) -> list[Issue]:
    return [item for item in found if isinstance(item, Issue)]


def test_it_works() -> None:
    found = said(items("cip", FILES["cip"]))
    assert list(found) == ["48", "48.05", "48.0508", "48.0599"]
    welding = found["48.0508"]
    assert welding.ctid == derived_ctid("cip2020", "48.0508")
    assert welding.identifiers == (Identifier("cip2020", "48.0508"),)
    assert welding.document() == {
        "@type": "lw:FieldOfStudy",
        "ceterms:ctid": welding.ctid,
        "ceterms:name": {"en": "Welding Technology/Welder"},
        "ceterms:codedNotation": "48.0508",
        "ceterms:description": {"en": "Our own words on joining metals."},
        "lw:broader": [derived_ctid("cip2020", "48.05")],
    }
    assert found["48"].document()["ceterms:name"] == {"en": "Precision Production"}  # the file shouts
    assert "lw:broader" not in found["48"].document()
    assert found["48.0599"].document()["lw:retired"] is True


def test_bad_rows_of_fields() -> None:
    assert [(issue.code, issue.place, issue.severity) for issue in issues(items("cip", FILES["cip"]))] == [
        ("duplicate-key", "CIPCode2020.csv row 7", "error"),
        ("code-invalid", "CIPCode2020.csv row 8", "error"),
        ("name-missing", "CIPCode2020.csv row 9", "error"),
        ("code-reserved", "CIPCode2020.csv", "advice"),
    ]


def test_occupations() -> None:
    found = items("soc", FILES["soc"])
    occupations = said(found)
    assert list(occupations) == ["51-0000", "51-4000", "51-4120", "51-4121"]
    assert occupations["51-4121"].document() == {
        "@type": "ceterms:Occupation",
        "ceterms:ctid": derived_ctid("soc2018", "51-4121"),
        "ceterms:name": {"en": "Welders, Cutters, Solderers, and Brazers"},
        "ceterms:codedNotation": "51-4121",
        "ceterms:description": {"en": "Our own words on people who join metals."},
        "lw:broader": [derived_ctid("soc2018", "51-4120")],
    }
    assert [(issue.code, issue.place) for issue in issues(found)] == [
        ("code-invalid", "soc2018_definitions.csv row 6")
    ]


def test_the_crosswalk_speaks_about_the_same_fields() -> None:
    found = items("cip-soc", FILES["cip-soc"])
    (welding,) = said(found).values()
    assert welding.ctid == said(items("cip"))["48.0508"].ctid
    assert welding.type == "lw:FieldOfStudy"
    assert welding.document() == {
        "@type": "lw:FieldOfStudy",
        "ceterms:ctid": welding.ctid,
        "lw:leadsTo": [derived_ctid("soc2018", "51-4121"), derived_ctid("soc2018", "51-4122")],
    }
    assert [(issue.code, issue.place, issue.severity) for issue in issues(found)] == [
        ("code-invalid", "crosswalk.csv row 7", "error"),
        ("crosswalk-no-match", "crosswalk.csv", "advice"),
    ]


@pytest.mark.parametrize(("name", "count"), [("cip", 2809), ("soc", 1447), ("cip-soc", 1948)])
def test_the_tables_that_come_along(name: str, count: int) -> None:
    found = items(name)
    documents = said(found)
    assert len(documents) == count
    assert not [issue for issue in issues(found) if issue.severity == "error"]
    assert len({item.digest for item in documents.values()}) == count
    assert all(item.document()["ceterms:ctid"] == item.ctid for item in documents.values())
    (reading,) = open_readings(name, [])
    assert reading.snapshot
    assert reading.release.files[0].bytes > 10_000
    least, most = reading.source.expects.resources[next(iter(documents.values())).type]
    assert least is not None
    assert most is not None
    assert least <= count <= most


def test_every_wider_code_is_there_and_agrees_with_the_vocabulary() -> None:
    for name, table, scheme in (("cip", codes.cip, "cip2020"), ("soc", codes.soc, "soc2018")):
        documents = said(items(name))
        ctids = {item.ctid for item in documents.values()}
        for code, item in documents.items():
            wider = item.document().get("lw:broader", [])
            assert wider == [derived_ctid(scheme, broader) for broader in table.broader(code)[:1]]
            assert set(wider) <= ctids


def test_occupations_of_an_edition_that_we_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "soc.csv"
    path.write_text("SOCCode,SOCTitle\n98-0000,All\n98-1000,Some\n98-1210,Few\n98-1211,One\n98-1299,Other\n")
    documents = {code: item.document() for code, item in said(items("soc", path)).items()}
    assert [documents[code].get("lw:broader", []) for code in documents] == [
        [],
        [derived_ctid("soc2018", "98-0000")],
        [derived_ctid("soc2018", "98-1000")],
        [derived_ctid("soc2018", "98-1210")],
        [derived_ctid("soc2018", "98-1000")],
    ]


@pytest.mark.parametrize(("name", "format_"), [("cip", CIP), ("soc", SOC), ("cip-soc", CIP_SOC)])
def test_each_recognises_its_own_file_only(name: str, format_: Format, tmp_path: Path) -> None:
    assert [other for other, path in FILES.items() if format_.recognise(path)] == [name]
    assert not format_.recognise(tmp_path)
    assert not format_.recognise(tmp_path / "missing.csv")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("CIPCode,Name\n48,Making\n")
    with pytest.raises(UnreadableFileError, match=r"codes\.csv lacks the column ciptitle.*cipcode, name"):
        items("cip", path)
    with pytest.raises(UnreadableFileError, match="2 files were given"):
        CIP.open([path, path], Options())


CELL = st.sampled_from(['="48.0508"', "48", "51-4121", "99-9999", '"', "", "x", "Deleted"]) | st.text(
    max_size=9
)
TABLES = st.lists(st.lists(CELL, max_size=9).map(",".join), max_size=8).map("\n".join)


@given(
    content=st.binary(max_size=300) | TABLES.map(str.encode),
    name=st.sampled_from(sorted(FILES)),
    head=st.booleans(),
)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str, head: bool
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "codes.csv"
    first = FILES[name].read_bytes().splitlines()[0] + b"\n"
    path.write_bytes((first if head else b"") + content)
    try:
        for item in items(name, path):
            if isinstance(item, Said):
                assert item.document()["ceterms:ctid"] == item.ctid
    except LearnworkError:
        return


@pytest.mark.big
def test_the_official_files(shared_data: Path) -> None:
    folder = shared_data / "us" / "taxonomies"
    for name, file in (
        ("cip", "CIPCode2020.csv"),
        ("soc", "soc2018_definitions.csv"),
        ("cip-soc", "CIP2020_SOC2018_Crosswalk.csv"),
    ):
        official, ours = said(items(name, folder / file)), said(items(name))
        assert official.keys() == ours.keys()
        for code, item in official.items():
            document = item.document()
            document.pop("ceterms:description", None)
            assert document == ours[code].document()
    assert taxonomies.PACKAGED.is_dir()
