"""docs/reference/vocabulary.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from learnwork.vocabulary.codes import scorecard_labels, scorecard_levels
from learnwork.vocabulary.measures import NUMBERS
from learnwork.vocabulary.types import KINDS, all_types, read_type

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "reference/vocabulary.md").read_text("utf-8")


def test_every_type_is_listed_with_its_classes() -> None:
    section = TEXT.partition("## Resource types")[2].partition("Kinds of values")[0]
    listed = dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", section, re.MULTILINE))
    assert list(listed) == [type_.key for type_ in all_types()]
    for type_ in all_types():
        if type_.key not in {"credential", "other"}:
            assert listed[type_.key] == ", ".join(f"`{class_}`" for class_ in type_.classes)


def test_every_kind_is_explained() -> None:
    for kind in KINDS:
        assert f"\n| {kind} |" in TEXT


def test_every_family_of_measures_has_its_numbers() -> None:
    for family, numbers in NUMBERS.items():
        assert f"| `{family}` | {numbers[0]}–{numbers[-1]} |" in TEXT


def test_the_map_of_levels_is_the_one_in_use() -> None:
    for code, levels in scorecard_levels.items():
        assert f"| {code} {scorecard_labels[code]} | {', '.join(levels) or 'none'} |" in TEXT


def test_the_example_of_a_type_is_one() -> None:
    text = (DOCS / "how-to/add-a-resource-type.md").read_text("utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    sample = Path(__file__).parent / "samples/types/apprenticeship.yaml"
    assert read_type(example, "apprenticeship.yaml") == read_type(sample.read_text(), sample.name)
    assert yaml.safe_load(example)["key"] in text
