"""Resource types: every file against its schema, the classes they share out, and what a wrong file gets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from learnwork.vocabulary import types
from learnwork.vocabulary.errors import BadMappingError
from learnwork.vocabulary.tables import ctdl
from learnwork.vocabulary.terms import known, vocabulary
from learnwork.vocabulary.types import KINDS, all_types, by_class, by_key, read_type, read_types

FOLDER = Path(types.__file__).parent / "types"
SCHEMA = json.loads((FOLDER / "schema.json").read_text())
SAMPLES = Path(__file__).parent / "samples/types"
FILES = sorted([*FOLDER.glob("*.yaml"), *SAMPLES.glob("*.yaml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_keeps_its_schema(path: Path) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(yaml.safe_load(path.read_text()))
    assert read_type(path.read_text(), path.name).key == path.stem


def test_the_schema_knows_the_kinds_of_the_code() -> None:
    assert tuple(SCHEMA["$defs"]["property"]["properties"]["kind"]["enum"]) == KINDS


def test_the_types_that_people_come_for() -> None:
    keys = {type_.key for type_ in all_types()}
    assert keys >= {
        *("credential", "organization", "quality_assurance_body", "learning_opportunity", "assessment"),
        *("competency_framework", "competency", "occupation", "job", "pathway", "transfer_value"),
        *("outcome_data_set", "field_of_study", "initiative", "alliance", "funder", "grant", "topic"),
        *("building_block", "glossary_term", "document", "other"),
    }
    assert [type_.key for type_ in all_types()][:3] == ["credential", "learning_opportunity", "occupation"]
    assert all_types()[-1].key == "other"


def test_all_49_credential_classes_are_credentials() -> None:
    assert len(by_key("credential").classes) == 49
    assert by_key("credential").classes[0] == "ceterms:Credential"
    assert by_class("ceterms:AssociateOfAppliedScienceDegree").key == "credential"
    assert by_class("ceterms:License").key == "credential"


@pytest.mark.parametrize(
    ("class_", "key"),
    [
        ("ceterms:QACredentialOrganization", "quality_assurance_body"),
        ("ceterms:LearningProgram", "learning_opportunity"),
        ("qdata:DataSetProfile", "outcome_data_set"),
        ("lw:GlossaryTerm", "glossary_term"),
        ("ceterms:CostManifest", "other"),
        ("nobody:Thing", "other"),
        ("", "other"),
    ],
)
def test_classes_find_their_type(class_: str, key: str) -> None:
    assert by_class(class_).key == key


def test_types_name_known_terms_only() -> None:
    for type_ in all_types():
        for class_ in type_.classes:
            assert known(class_), class_
        for item in (*type_.properties, *type_.parts):
            assert known(item.term), item.term
            assert item.term.startswith("lw:") or item.term in {**ctdl().properties, **ctdl().coercions}
        for link in type_.incoming:
            for part in link.predicate.split("/"):
                assert part in vocabulary().properties, (type_.key, part)


def test_each_type_shows_a_name_in_lists() -> None:
    for type_ in all_types():
        assert any(item.listed and item.searched and item.sorted for item in type_.properties), type_.key


def test_the_same_own_term_has_the_same_kind_everywhere() -> None:
    kinds: dict[str, set[str]] = {}
    for type_ in all_types():
        for item in (*type_.properties, *type_.parts):
            if item.term.startswith("lw:"):
                kinds.setdefault(item.term, set()).add(item.kind)
    assert {term: found for term, found in kinds.items() if len(found) > 1} == {
        "lw:roles": {"profile", "text"}
    }


GOOD = {
    "key": "thing",
    "label": "Thing",
    "plural": "Things",
    "order": 5,
    "classes": ["lw:Thing"],
    "properties": [{"term": "ceterms:name", "label": "Name", "kind": "language map"}],
}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "Thing"}, "key is 'Thing'"),
        ({"key": "other_thing"}, "key is 'other_thing'"),
        ({"label": ""}, "label is ''"),
        ({"order": "first"}, "order is 'first'"),
        ({"colour": "red"}, "unknown fields colour"),
        ({"classes": ["Thing"]}, "'Thing' is no term"),
        ({"properties": []}, "names no properties"),
        ({"properties": ["ceterms:name"]}, "property 1: is not a set of fields"),
        ({"properties": [{"term": "ceterms:name", "kind": "text"}]}, "property 1: lacks label"),
        ({"properties": [GOOD["properties"][0] | {"kind": "colour"}]}, "kind is 'colour'"),
        ({"properties": [GOOD["properties"][0] | {"many": "yes please"}]}, "many is 'yes please'"),
        ({"properties": GOOD["properties"] * 2}, "ceterms:name is there twice"),
        ({"incoming": [{"predicate": "ceterms:ownedBy"}]}, "incoming: lacks label"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(change: dict[str, object], says: str) -> None:
    with pytest.raises(BadMappingError) as refused:
        read_type(yaml.safe_dump(GOOD | change), "thing.yaml")
    assert says in refused.value.message
    assert refused.value.message.startswith("thing.yaml")
    assert refused.value.hint


def test_what_is_not_yaml_is_refused() -> None:
    for text in ("key: [", "", "just text", "- a list"):
        with pytest.raises(BadMappingError, match=r"thing\.yaml"):
            read_type(text, "thing.yaml")


def test_an_extra_folder_adds_a_type() -> None:
    added = {type_.key: type_ for type_ in read_types(SAMPLES)}
    assert len(added) == len(all_types()) + 1
    assert added["apprenticeship"].parts[0].term == "lw:wageStep"


def test_an_extra_folder_may_replace_a_type_but_not_take_its_classes(tmp_path: Path) -> None:
    text = (FOLDER / "topic.yaml").read_text().replace("label: Topic\n", "label: Theme\n")
    (tmp_path / "topic.yaml").write_text(text)
    assert {type_.key: type_.label for type_ in read_types(tmp_path)}["topic"] == "Theme"
    shutil.copy(FOLDER / "topic.yaml", tmp_path / "topic.yaml")
    (tmp_path / "theme.yaml").write_text(text.replace("key: topic", "key: theme"))
    with pytest.raises(BadMappingError, match=r"lw:Topic belongs to topic\.yaml as well"):
        read_types(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMappingError, match="is not a folder"):
        read_types(tmp_path / "nowhere")


def test_the_environment_adds_a_type_to_every_part() -> None:
    """In a process of its own, because types are read once."""
    script = """
from learnwork.vocabulary import checks, terms, types
print(types.by_class("lw:Apprenticeship").plural)
print(terms.label("lw:startingWage"), terms.known("lw:wageStep"))
document = {"@type": "lw:Apprenticeship", "ceterms:name": {"en": "Welder"}, "lw:registered": "yes"}
print([issue.code for issue in checks.check(document)])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"LEARNWORK_TYPES": str(SAMPLES)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "Apprenticeships",
        "Pay at the start True",
        "['ctid-missing', 'boolean-bad']",
    ]
