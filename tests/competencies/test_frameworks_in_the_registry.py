"""Frameworks through a load: as a tree, as files, between two releases; by service and by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from learnwork.competencies import files, reading, versions, writing
from learnwork.formats import case
from learnwork.formats.model import Options
from learnwork.intake.loading import load
from learnwork.registry import queries
from learnwork.vocabulary.errors import LearnworkError, UnknownFormatError

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent.parent / "formats" / "samples" / "case" / "winnemac.json"
CTID = "ce-3f2b8c1e-0000-4000-8000-000000000001"
ITEM = "ce-3f2b8c1e-0000-4000-8000-0000000000{}"


def loaded(path: Path = SAMPLE, *, accept: bool = False) -> Any:
    [one] = case.FORMAT.open([path], Options())
    return load(one, "case", accept=accept)


def second(folder: Path) -> Path:
    """A later version: one statement gone, one reworded, one moved to the top."""
    package = json.loads(SAMPLE.read_text())
    package["CFDocument"]["lastChangeDateTime"] = "2026-09-01T09:00:00+00:00"
    package["CFDocument"]["version"] = "3"
    package["CFItems"] = [one for one in package["CFItems"] if one["humanCodingScheme"] != "W.1.2"]
    package["CFItems"][-1]["fullStatement"] = "Always work safely."
    for one in package["CFAssociations"]:
        if one["originNodeURI"]["identifier"].endswith("11"):
            one["destinationNodeURI"] = package["CFAssociations"][2]["destinationNodeURI"]
    package["CFAssociations"] = package["CFAssociations"][1:]
    path = folder / "third.json"
    path.write_text(json.dumps(package))
    return path


def test_a_package_goes_through_the_registry_unchanged() -> None:
    report = loaded()
    assert (report.outcome, report.new) == ("loaded", 5)
    assert json.loads(writing.written(CTID, "case")) == json.loads(SAMPLE.read_text())


def test_the_tree_and_the_list() -> None:
    loaded()
    [one] = reading.listed()
    assert (one.ctid, one.size) == (CTID, 4)
    frame = reading.current(CTID)
    assert frame.tree.roots == (ITEM.format(10), ITEM.format(13))
    assert frame.tree.below(ITEM.format(10)) == (ITEM.format(11), ITEM.format(12))
    assert [item.code for item in frame.find("arc")] == ["W.1.2"]
    assert reading.current(CTID) is frame


def test_every_form_loads_back(tmp_path: Path) -> None:
    loaded()
    frame = reading.current(CTID)
    for form, name in (("case", "a.json"), ("ctdl", "b.json"), ("csv", "c.csv")):
        path = tmp_path / name
        path.write_bytes(writing.written(CTID, form))
        found = versions.difference(frame, files.read_framework(path))
        assert found.counts()["unchanged"] == 4, (form, found.altered)
        assert not found


def test_two_releases_side_by_side(tmp_path: Path) -> None:
    loaded()
    assert loaded(second(tmp_path)).outcome == "loaded"
    newest, oldest = reading.releases(CTID)
    assert reading.release(CTID, "2.1, 2026-03-01") == oldest
    found = versions.difference(reading.at_release(CTID, oldest), reading.at_release(CTID, newest))
    assert [item.code for item, _ in found.removed] == ["W.1.2"]
    assert {one.new.code: bool(one.reworded) for one in found.altered} == {"W.1.1": False, "W.2": True}
    assert next(one.moved for one in found.altered if one.new.code == "W.1.1") == (("W.1",), ())
    assert ITEM.format(12) not in reading.current(CTID).items
    assert (
        versions.difference(reading.at_release(CTID, newest), reading.current(CTID)).counts()["unchanged"]
        == 3
    )


def test_a_framework_that_is_merged_away_answers_for_the_other() -> None:
    loaded()
    with pytest.raises(reading.UnknownFrameworkError, match="is no framework"):
        reading.current(ITEM.format(10))
    with pytest.raises(reading.UnknownFrameworkError, match="never had a release"):
        reading.release(CTID, "7")
    with pytest.raises(LearnworkError):
        reading.current("ce-00000000-0000-4000-8000-000000000000")


def test_bad_files_of_commands(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("nothing")
    with pytest.raises(UnknownFormatError):
        files.read_framework(tmp_path / "x.txt")
    with pytest.raises(LearnworkError, match="0 frameworks"):
        files.read_framework(SAMPLE, ctid=ITEM.format(10))


def test_a_circle_and_an_open_parent_close_by_themselves(tmp_path: Path) -> None:
    package = json.loads(SAMPLE.read_text())
    package["CFAssociations"][3]["destinationNodeURI"]["identifier"] = "3f2b8c1e-0000-4000-8000-000000000099"
    package["CFAssociations"][2]["destinationNodeURI"]["identifier"] = "3f2b8c1e-0000-4000-8000-000000000011"
    path = tmp_path / "circle.json"
    path.write_text(json.dumps(package))
    report = loaded(path)
    assert (report.new, report.refused) == (5, 0)
    frame = reading.current(CTID)
    assert frame.tree.roots == ()
    assert len(frame.tree.depth_first()) == 4
    assert json.loads(writing.written(CTID, "case")) == package
    [link] = [
        one for one in queries.links(queries.resource(ITEM.format(13))) if one.predicate == "ceasn:isChildOf"
    ]
    assert link.reference == ITEM.format(99)
