"""ESCO: labels only where a table gives them, hierarchy, relations, occupations."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest

from learnwork.formats import esco
from learnwork.formats.esco_skills import ctid_of, skills, split
from learnwork.formats.model import Document, Options, Said
from learnwork.formats.registry import recognise
from learnwork.vocabulary.checks import check
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

SAMPLE = Path(__file__).parent / "samples" / "esco"
SKILL = "http://data.europa.eu/esco/skill/"


def read(path: Path) -> tuple[dict[str, Document], list[Issue]]:
    [reading] = esco.FORMAT.open([path], Options())
    items = list(reading.items())
    said = {item.key: item.document() for item in items if isinstance(item, Said)}
    return said, [item for item in items if isinstance(item, Issue)]


def test_it_works() -> None:
    said, _ = read(SAMPLE)
    assert said[f"{SKILL}s1"] == {
        "@type": "ceasn:Competency",
        "ceterms:ctid": ctid_of(f"{SKILL}s1"),
        "ceasn:competencyText": {"en": "strike an arc"},
        "ceasn:competencyCategory": {"en": "skill/competence"},
        "ceasn:comment": {"en": ["Begin to weld with an arc."]},
        "lw:alternateText": {"en": ["start an arc", "begin an arc"]},
        "lw:reuseLevel": "sector-specific",
        "lw:collection": ["green"],
        "ceasn:identifier": [f"{SKILL}s1"],
        "ceasn:isPartOf": [esco.FRAMEWORK],
        "ceasn:isChildOf": [ctid_of(f"{SKILL}g2"), ctid_of(f"{SKILL}g1")],
    }
    assert said["framework:skills"]["ceasn:hasTopChild"] == [ctid_of(f"{SKILL}g1")]


def test_a_label_that_no_table_gives_is_never_made_up() -> None:
    said, issues = read(SAMPLE)
    skill = said[f"{SKILL}s2"]
    assert "ceasn:competencyText" not in skill
    assert skill["lw:unseparatedText"] == {"en": "read plans interpret plans Understand what a plan shows."}
    assert "lw:unseparatedText" not in said[f"{SKILL}s1"]
    [unnamed] = [one for one in issues if one.code == "esco-label"]
    assert unnamed.message.startswith("2 of 5 ")


def test_a_table_with_every_label_ends_that(tmp_path: Path) -> None:
    folder = tmp_path / "esco"
    shutil.copytree(SAMPLE, folder)
    (folder / "skills_en.csv").write_text(
        f"conceptUri,preferredLabel,altLabels,skillType\n{SKILL}s2,read plans,interpret plans,knowledge\n"
        f"{SKILL}s3,stand alone,,knowledge\n"
    )
    said, issues = read(folder)
    assert said[f"{SKILL}s2"]["ceasn:competencyText"] == {"en": "read plans"}
    assert "esco-label" not in {one.code for one in issues}


def test_relations_of_skills_and_what_occupations_take() -> None:
    said, issues = read(SAMPLE)
    assert said[f"{SKILL}s2"]["lw:optionalTo"] == [ctid_of(f"{SKILL}s1")]
    welder = said["http://data.europa.eu/esco/occupation/o1"]
    assert welder["ceterms:alternateName"] == {"en": ["arc welder", "MIG welder"]}
    assert welder["lw:broader"] == ctid_of("http://data.europa.eu/esco/isco/C7212")
    assert welder["ceasn:skillEmbodied"] == [ctid_of(f"{SKILL}s1")]
    assert welder["ceasn:knowledgeEmbodied"] == [ctid_of(f"{SKILL}s2")]
    assert welder["lw:optionalSkill"] == [ctid_of(f"{SKILL}s3")]
    assert welder["ceterms:name"] == {"en": "welder"}
    assert [one.place for one in issues if one.code == "identifier-twice"] == ["occupations_en.csv row 3"]


def test_what_nothing_places_is_kept_apart_and_tables_that_are_missing_are_named() -> None:
    said, issues = read(SAMPLE)
    assert not {"ceasn:isChildOf", "ceasn:isTopChildOf"} & said[f"{SKILL}s3"].keys()
    assert {one.code for one in issues} >= {"statement-unplaced", "esco-table"}
    assert [
        one for document in said.values() for one in check(document, "") if one.severity != "advice"
    ] == []


def test_the_release_is_dated_by_the_youngest_change(tmp_path: Path) -> None:
    [reading] = esco.FORMAT.open([SAMPLE], Options())
    assert reading.release.date == date(2026, 3, 4)
    folder = tmp_path / "ESCO dataset - v1.2.0 - classification"
    shutil.copytree(SAMPLE, folder)
    [reading] = esco.FORMAT.open([folder], Options())
    assert reading.release.label == "1.2.0, 2026-03-04"


def test_it_is_recognised(tmp_path: Path) -> None:
    for path in (SAMPLE, SAMPLE / "occupations_en.csv", SAMPLE / "skillSkillRelations_en.csv"):
        found = recognise(path)
        assert found is not None
        assert found.name == "esco"
    (tmp_path / "people_en.csv").write_text("name,city\nA,B\n")
    assert not esco.recognise(tmp_path / "people_en.csv")
    with pytest.raises(UnreadableFileError, match="no tables of ESCO"):
        esco.FORMAT.open([tmp_path], Options())


def test_labels_are_parted_by_lines_and_by_bars() -> None:
    assert split("a\nb | c |\n\n d ") == ["a", "b", "c |", "d"]


@pytest.mark.big
def test_the_tables_at_hand_load_whole(shared_data: Path) -> None:
    said, issues = read(shared_data / "competency/esco")
    named = [one for one in said.values() if "ceasn:competencyText" in one]
    assert (len(said), len(named)) == (18_244, 3_336)
    assert {one.severity for one in issues} == {"warning", "advice"}


@pytest.mark.parametrize("body", [b'[{"uri":', b"[" * 3000 + b"]" * 3000])
def test_a_table_that_is_no_json_is_named(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "ict_occupations_with_skills.json.gz"
    path.write_bytes(gzip.compress(body))
    with pytest.raises(LearnworkError):
        skills({"ict_occupations_with_skills": path}, "en")
    path.write_bytes(gzip.compress(body)[:-9])
    with pytest.raises(LearnworkError):
        skills({"ict_occupations_with_skills": path}, "en")
