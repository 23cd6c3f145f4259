"""The NICE Framework: lists that are not quite YAML, competencies above statements, roles and what they need."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import nice
from learnwork.formats.model import Document, Options, Said
from learnwork.formats.nice_lists import read_list
from learnwork.formats.registry import recognise
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

SAMPLE = Path(__file__).parent / "samples" / "nice"


def read(path: Path) -> tuple[dict[str, Document], list[Issue]]:
    [reading] = nice.FORMAT.open([path], Options(release="2021-07-01"))
    items = list(reading.items())
    said = {item.key: item.document() for item in items if isinstance(item, Said)}
    return said, [item for item in items if isinstance(item, Issue)]


def test_it_works() -> None:
    said, _ = read(SAMPLE)
    assert said["K0001"] == {
        "@type": "ceasn:Competency",
        "ceterms:ctid": nice.ctid_of("K0001"),
        "ceasn:competencyText": {"en": "Knowledge of how networks are built."},
        "ceasn:codedNotation": "K0001",
        "ceasn:competencyCategory": {"en": "Knowledge"},
        "ceasn:isPartOf": [nice.FRAMEWORK],
        "ceasn:isChildOf": [nice.ctid_of("C001")],
    }
    assert said["K0002"]["ceasn:isChildOf"] == [nice.ctid_of("Knowledge")]
    assert said["C001"]["ceasn:isChildOf"] == [nice.ctid_of("CG01")]


def test_a_role_names_what_it_needs() -> None:
    said, _ = read(SAMPLE)
    role = said["role:PR-CDA-009"]
    assert (role["@type"], role["ceterms:ctid"]) == (
        "ceterms:WorkRole",
        derived_ctid("nice.role", "PR-CDA-009"),
    )
    assert role["ceasn:knowledgeEmbodied"] == [nice.ctid_of("K0001")]
    assert role["ceasn:skillEmbodied"] == [nice.ctid_of("S0001")]


def test_a_list_that_is_not_quite_yaml_is_read_line_by_line_and_named() -> None:
    said, issues = read(SAMPLE)
    assert said["T0001"]["ceasn:competencyText"] == {
        "en": "Write scripts that do things such as: parse files."
    }
    assert said["T0002"]["ceasn:competencyText"] == {"en": "Keep watch."}
    assert [one.place for one in issues if one.code == "yaml-mended"] == ["nice_tasks.yml line 3"]


def test_a_code_that_stands_twice_is_refused_the_second_time() -> None:
    said, issues = read(SAMPLE)
    assert said["S0001"]["ceasn:competencyText"] == {
        "en": "Skill in reading logs (e.g., those that span days)."
    }
    assert [one.place for one in issues if one.code == "identifier-twice"] == ["nice_skills.yml entry 2"]


def test_without_the_table_nothing_is_said_of_needs(tmp_path: Path) -> None:
    for name in ("nice_knowledge.yml", "nice_workRoles.yml"):
        (tmp_path / name).write_bytes((SAMPLE / name).read_bytes())
    said, issues = read(tmp_path)
    assert "ceasn:knowledgeEmbodied" not in said["role:PR-CDA-009"]
    assert "nice-table" in {one.code for one in issues}


def test_it_is_recognised() -> None:
    found = recognise(SAMPLE)
    assert found is not None
    assert found.name == "nice"


def test_what_has_no_statements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no statements"):
        nice.FORMAT.open([SAMPLE / "nice_workRoles.yml"], Options())
    (tmp_path / "nice_knowledge.yml").write_text("just words")
    with pytest.raises(UnreadableFileError, match="no entries"):
        read_list(tmp_path / "nice_knowledge.yml")


@given(st.text(max_size=200))
def test_any_text_is_a_list_or_an_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("list") / "nice_skills.yml"
    path.write_text(f"-\n  sId: {text}", "utf-8", "surrogatepass")
    try:
        entries, _ = read_list(path)
    except LearnworkError:
        return
    assert all(isinstance(value, str) for entry in entries for value in entry.values())


@pytest.mark.big
def test_the_lists_at_hand_load_whole(shared_data: Path) -> None:
    said, issues = read(shared_data / "competency/nice_2021")
    assert len([key for key in said if key.startswith("role:")]) == 52
    assert len(said) == 2_262
    assert [one.code for one in issues] == ["yaml-mended"]
