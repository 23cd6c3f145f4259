"""CASE packages: a framework of CTDL-ASN out of them, and every bad package named."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from learnwork.formats import case
from learnwork.formats.model import Document, Item, Options, Said
from learnwork.formats.registry import recognise
from learnwork.vocabulary.checks import check
from learnwork.vocabulary.errors import Issue, LearnworkError

SAMPLE = Path(__file__).parent / "samples" / "case" / "winnemac.json"
HOSTS = "3f2b8c1e-0000-4000-8000-"


def uuid(number: int) -> str:
    return f"{HOSTS}{number:012d}"


def ctid(number: int) -> str:
    return f"ce-{uuid(number)}"


def sample() -> dict[str, Any]:
    return copy.deepcopy(json.loads(SAMPLE.read_text()))


def written(folder: Path, package: Any) -> Path:
    path = folder / "package.json"
    path.write_text(json.dumps(package))
    return path


def read(path: Path, **options: str) -> tuple[dict[str, Document], list[Issue]]:
    [reading] = case.FORMAT.open([path], Options(**options))  # type: ignore[arg-type]
    items: list[Item] = list(reading.items())
    said = {item.ctid: item.document() for item in items if isinstance(item, Said)}
    return said, [item for item in items if isinstance(item, Issue)]


def test_it_works() -> None:
    said, issues = read(SAMPLE)
    framework = said[ctid(1)]
    assert framework["ceasn:name"] == {"en": "Welding basics"}
    assert framework["ceasn:hasTopChild"] == [ctid(10), ctid(13)]
    assert said[ctid(10)] == {
        "@type": "ceasn:Competency",
        "ceterms:ctid": ctid(10),
        "ceasn:competencyText": {"en": "Weld flat joints."},
        "ceasn:codedNotation": "W.1",
        "ceasn:comment": {"en": ["Steel of 3 to 6 mm."]},
        "ceasn:conceptKeyword": {"en": ["steel", "joint"]},
        "ceasn:dateModified": "2026-03-01T09:00:00+00:00",
        "lw:case": said[ctid(10)]["lw:case"],
        "ceasn:isPartOf": [ctid(1)],
        "ceasn:isTopChildOf": [ctid(1)],
        "ceasn:hasChild": [ctid(11), ctid(12)],
    }
    assert "fullStatement" not in said[ctid(10)]["lw:case"]["item"]
    assert said[ctid(11)]["ceasn:competencyText"] == {"es": "Lee un plano de soldadura."}
    assert said[ctid(13)]["ceasn:exactAlignment"] == [ctid(77)]
    assert [one.code for one in issues] == ["languages-mixed"]
    assert [one for document in said.values() for one in check(document, "") if one.severity == "error"] == []


def test_a_package_is_a_source_with_its_own_version_and_licence() -> None:
    [reading] = case.FORMAT.open([SAMPLE], Options())
    assert (reading.source.key, reading.source.licence) == (f"case:{uuid(1)}", "CC0 1.0")
    assert (reading.release.label, reading.release.date) == ("2.1, 2026-03-01", date(2026, 3, 1))
    assert reading.snapshot


def test_it_is_recognised_and_a_description_of_case_is_not(tmp_path: Path) -> None:
    found = recognise(SAMPLE)
    assert found is not None
    assert found.name == "case"
    assert not case.recognise(written(tmp_path, {"properties": {"CFDocument": {}}}))


def test_what_stands_in_a_circle_is_named_and_kept(tmp_path: Path) -> None:
    package = sample()
    package["CFAssociations"][2]["destinationNodeURI"]["identifier"] = uuid(11)
    said, issues = read(written(tmp_path, package))
    [circle] = [one for one in issues if one.code == "hierarchy-cycle"]
    assert uuid(10) in circle.message
    assert uuid(11) in circle.message
    assert said[ctid(10)]["ceasn:isChildOf"] == [ctid(11)]
    assert said[ctid(11)]["ceasn:isChildOf"] == [ctid(10)]


def test_an_orphan_is_named_and_kept_without_a_place(tmp_path: Path) -> None:
    package = sample()
    del package["CFAssociations"][3]
    said, issues = read(written(tmp_path, package))
    assert "statement-unplaced" in {one.code for one in issues}
    assert not {"ceasn:isTopChildOf", "ceasn:isChildOf"} & said[ctid(13)].keys()
    assert said[ctid(13)]["ceasn:isPartOf"] == [ctid(1)]


def test_a_parent_that_is_not_here_leaves_an_open_reference(tmp_path: Path) -> None:
    package = sample()
    package["CFAssociations"][3]["destinationNodeURI"]["identifier"] = uuid(99)
    said, issues = read(written(tmp_path, package))
    assert "parent-missing" in {one.code for one in issues}
    assert said[ctid(13)]["ceasn:isChildOf"] == [ctid(99)]


def test_an_association_that_begins_nowhere_is_named_and_kept(tmp_path: Path) -> None:
    package = sample()
    package["CFAssociations"][5]["originNodeURI"]["identifier"] = uuid(98)
    package["CFAssociations"].append({"associationType": "isPeerOf"})
    said, issues = read(written(tmp_path, package))
    assert [one.code for one in issues].count("association-dangling") == 2
    assert said[ctid(1)]["lw:case"]["others"] == package["CFAssociations"][-2:]


def test_of_two_items_with_one_identifier_the_second_is_refused(tmp_path: Path) -> None:
    package = sample()
    package["CFItems"].append({**package["CFItems"][0], "fullStatement": "Something else."})
    said, issues = read(written(tmp_path, package))
    [refused] = [one for one in issues if one.severity == "error"]
    assert (refused.code, refused.place) == ("identifier-twice", "package.json#/CFItems/4")
    assert said[ctid(12)]["ceasn:competencyText"] == {"en": "Strike and hold an arc."}


def test_what_has_no_identifier_or_is_no_object_is_refused(tmp_path: Path) -> None:
    package = sample()
    package["CFItems"] += [{"fullStatement": "Nameless."}, "text", None]
    _, issues = read(written(tmp_path, package))
    assert [one.code for one in issues if one.severity == "error"] == ["identifier-missing"] * 3
    assert any("Nameless." in one.message for one in issues)


def test_an_item_that_says_nothing_is_kept(tmp_path: Path) -> None:
    package = sample()
    package["CFItems"][3]["fullStatement"] = "  "
    said, issues = read(written(tmp_path, package))
    assert "statement-missing" in {one.code for one in issues}
    assert "ceasn:competencyText" not in said[ctid(13)]


def test_a_statement_of_100_000_characters_is_kept_whole(tmp_path: Path) -> None:
    package = sample()
    package["CFItems"][3]["fullStatement"] = "long " * 20_000
    said, _ = read(written(tmp_path, package))
    assert len(said[ctid(13)]["ceasn:competencyText"]["en"]) == 100_000
    assert [one for one in check(said[ctid(13)], "") if one.severity == "error"] == []


@pytest.mark.parametrize(
    "package",
    [
        [],
        {},
        {"CFDocument": {}},
        {"CFDocument": {"identifier": " "}},
        {"CFDocument": {"identifier": 7}},
        {"CFDocument": {"identifier": "a"}, "CFItems": {"identifier": "b"}},
    ],
)
def test_what_is_no_package_is_refused_whole(tmp_path: Path, package: Any) -> None:
    with pytest.raises(LearnworkError, match=r"package\.json"):
        read(written(tmp_path, package))


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [None], {"identifier": []}])
@pytest.mark.parametrize("part", ["originNodeURI", "destinationNodeURI", "associationType", "sequenceNumber"])
def test_an_association_of_any_shape_is_read(tmp_path: Path, part: str, value: Any) -> None:
    package = sample()
    package["CFAssociations"][1][part] = value
    said, _ = read(written(tmp_path, package))
    assert len(said) == 5


def test_an_identifier_that_is_no_uuid_gets_a_derived_ctid(tmp_path: Path) -> None:
    package = {
        "CFDocument": {"identifier": "doc", "title": "T"},
        "CFItems": [{"identifier": "A", "fullStatement": "a"}],
    }
    said, _ = read(written(tmp_path, package))
    assert case.ctid_of("doc", "a") in said
    assert case.ctid_of("doc", "a") != case.ctid_of("other", "a")
