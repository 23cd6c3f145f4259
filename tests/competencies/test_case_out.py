"""Out to CASE again: what came as a package goes out as the same package; what did not is written anew."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.case_out import identifier_of, package
from learnwork.formats import case
from learnwork.formats.model import Document, Options, Said

SAMPLE = Path(__file__).parent.parent / "formats" / "samples" / "case" / "winnemac.json"


def documents(path: Path) -> list[Document]:
    [reading] = case.FORMAT.open([path], Options())
    return [item.document() for item in reading.items() if isinstance(item, Said)]


def out(made: Sequence[Document]) -> dict[str, Any]:
    """The package of a framework whose competencies come in any order, as they do from the registry."""
    framework, *items = json.loads(json.dumps(made))
    random.Random(4).shuffle(items)
    return package(framework, items, "https://here.example")


def test_a_package_goes_out_as_it_came() -> None:
    assert out(documents(SAMPLE)) == json.loads(SAMPLE.read_text())


@pytest.mark.big
def test_packages_of_opensalt_go_out_as_they_came(shared_data: Path) -> None:
    files = [
        path for path in (shared_data / "competency/case_opensalt").glob("*.json") if case.recognise(path)
    ]
    assert len(files) == 7
    for path in files:
        assert out(documents(path)) == json.loads(path.read_text()), path.name


@given(
    st.lists(st.tuples(st.text(max_size=20), st.integers(-1, 11), st.integers(0, 9)), max_size=12),
    st.dictionaries(
        st.sampled_from(["notes", "language", "CFItemType", "x"]), st.none() | st.text(max_size=5)
    ),
)
def test_any_tree_goes_out_as_it_came(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int]], more: dict[str, Any]
) -> None:
    """Whatever stands under whatever, circles and statements without words included."""
    items = [{"identifier": f"i{at}", "fullStatement": text, **more} for at, (text, _, _) in enumerate(rows)]
    associations = [
        {
            "identifier": f"a{at}",
            "associationType": "isChildOf",
            "originNodeURI": {"identifier": f"i{at}"},
            "destinationNodeURI": {"identifier": "d" if parent < 0 else f"i{parent}"},
            "sequenceNumber": rank,
        }
        for at, (_, parent, rank) in enumerate(rows)
    ]
    made = {"CFDocument": {"identifier": "d", "title": "D"}, "CFItems": items, "CFAssociations": associations}
    path = tmp_path_factory.mktemp("any") / "any.json"
    path.write_text(json.dumps(made))
    assert out(documents(path)) == made


def test_a_framework_that_did_not_come_from_case_is_written_anew() -> None:
    bare = copy.deepcopy(documents(SAMPLE))
    for one in bare:
        del one["lw:case"]
    made = out(bare)
    came = json.loads(SAMPLE.read_text())
    assert {one["identifier"] for one in made["CFItems"]} == {one["identifier"] for one in came["CFItems"]}
    ends = {
        (a["associationType"], a["originNodeURI"]["identifier"], a["destinationNodeURI"]["identifier"])
        for a in came["CFAssociations"]
        if a["associationType"] != "precedes"
    }
    assert {
        (a["associationType"], a["originNodeURI"]["identifier"], a["destinationNodeURI"]["identifier"])
        for a in made["CFAssociations"]
    } == ends
    assert out(bare) == made
    assert made["CFDocument"]["uri"].startswith("https://here.example/ims/case/v1p1/CFDocuments/")


def test_a_framework_written_anew_loads_back_as_it_was(tmp_path: Path) -> None:
    bare = documents(SAMPLE)
    for one in bare:
        del one["lw:case"]
    path = tmp_path / "again.json"
    path.write_text(json.dumps(out(bare)))
    again = {one["ceterms:ctid"]: one for one in documents(path)}
    for one in bare[1:]:
        for term in ("ceasn:competencyText", "ceasn:codedNotation", "ceasn:isChildOf", "ceasn:hasChild"):
            assert again[one["ceterms:ctid"]].get(term) == one.get(term)
    assert again[bare[0]["ceterms:ctid"]]["ceasn:hasTopChild"] == bare[0]["ceasn:hasTopChild"]


def test_the_identifier_is_the_uuid_of_the_ctid() -> None:
    assert identifier_of({"ceterms:ctid": "ce-3f2b8c1e-0000-4000-8000-000000000001"}).startswith("3f2b8c1e")
