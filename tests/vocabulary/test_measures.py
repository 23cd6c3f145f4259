"""Measures: unique, in the range of their family, and refused with a place where not."""

from __future__ import annotations

import pytest
import yaml

from learnwork.vocabulary.errors import BadMappingError
from learnwork.vocabulary.measures import NUMBERS, by_key, by_number, read_measures

GOOD = {
    "number": 1,
    "key": "ipeds.awards",
    "label": "Awards",
    "unit": "awards",
    "kind": "awards",
    "about": "program",
}


def test_numbers_and_keys_lead_to_the_same_measures() -> None:
    assert by_number[1] is by_key["ipeds.awards"]
    assert by_key["ipeds.awards"].unit == "awards"
    assert len(by_key) == len(by_number)


def test_every_measure_stands_in_the_range_of_its_family() -> None:
    for measure in by_key.values():
        assert measure.number in NUMBERS[measure.key.partition(".")[0]], measure.key
        assert measure.label
        assert measure.unit


def test_ranges_do_not_overlap() -> None:
    numbers = [number for family in NUMBERS.values() for number in family]
    assert len(numbers) == len(set(numbers))


def test_annual_quarterly_and_hourly_money_never_share_a_measure() -> None:
    """What is set side by side is the unit; money is always said with its time."""
    for measure in by_key.values():
        if measure.kind in {"earnings", "wage"}:
            assert measure.unit.startswith(("USD a year", "USD a quarter", "USD a week", "USD an hour")), (
                measure.key
            )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": 60}, "number 60 is not its own"),
        ({"number": "1"}, "number is '1'"),
        ({"number": True}, "number is True"),
        ({"key": "awards"}, "'awards' is no key"),
        ({"key": "nobody.thing"}, "number 1 is not its own"),
        ({"kind": ""}, "kind is ''"),
        ({"colour": "red"}, "unknown fields colour"),
        ({"shared": "yes"}, "shared is 'yes'"),
    ],
)
def test_a_wrong_measure_is_refused_with_its_place(change: dict[str, object], says: str) -> None:
    with pytest.raises(BadMappingError) as refused:
        read_measures(yaml.safe_dump([GOOD | change]), "mine.yaml")
    assert says in refused.value.message
    assert refused.value.message.startswith("mine.yaml: measure 1")
    assert refused.value.hint


def test_missing_fields_and_other_shapes_are_refused() -> None:
    for text, says in [
        (yaml.safe_dump([{"number": 1}]), "lacks about, key"),
        ("just: fields", "is not a list of measures"),
        ("- text", "is not a list of fields"),
        ("[", "is not YAML"),
    ]:
        with pytest.raises(BadMappingError, match=says):
            read_measures(text)


@pytest.mark.parametrize(
    ("second", "says"),
    [({"key": "ipeds.more"}, "share number 1"), ({"number": 2}, "ipeds.awards is there twice")],
)
def test_numbers_and_keys_are_given_once(second: dict[str, object], says: str) -> None:
    with pytest.raises(BadMappingError, match=says):
        read_measures(yaml.safe_dump([GOOD, GOOD | second]))


def test_another_family_counts_from_a_thousand() -> None:
    (measure,) = read_measures(yaml.safe_dump([GOOD | {"key": "mine.thing", "number": 1000}]))
    assert measure.number == 1000
