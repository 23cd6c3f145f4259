"""The readable difference of two documents."""

from __future__ import annotations

import copy
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from learnwork.registry.difference import Difference, difference

COST = {"@type": "ceterms:CostProfile", "ceterms:name": {"en": "Tuition"}, "ceterms:price": 3450.0}


def test_it_works():
    before = {
        "@type": "ceterms:Badge",
        "ceterms:keyword": ["a", "b"],
        "ceterms:name": {"en": "Old", "es": "Viejo"},
    }
    after = {
        "@type": "ceterms:Badge",
        "ceterms:keyword": ["b", "c"],
        "ceterms:name": {"en": "New", "es": "Viejo"},
    }
    assert difference(before, after) == (
        Difference(("ceterms:keyword", 0), "removed", before="a"),
        Difference(("ceterms:keyword",), "added", after="c"),
        Difference(("ceterms:name", "en"), "changed", "Old", "New"),
    )


def test_the_same_object_of_a_list_is_compared_inside():
    dearer = {**COST, "ceterms:price": 3900.0}
    kit = {"@type": "ceterms:CostProfile", "ceterms:name": {"en": "Kit"}, "ceterms:price": 500}
    found = difference({"ceterms:estimatedCost": [COST, kit]}, {"ceterms:estimatedCost": [kit, dearer]})
    assert found == (Difference(("ceterms:estimatedCost", 0, "ceterms:price"), "changed", 3450.0, 3900.0),)


def test_order_and_the_way_of_writing_a_number_mean_nothing():
    assert difference({"a": [1, 2, [3, 4]], "b": 500}, {"b": 500.0, "a": [[4, 3], 2, 1]}) == ()


def test_a_property_that_comes_or_goes():
    assert [(one.property, one.kind) for one in difference({"a": 1}, {"b": [1]})] == [
        ("a", "removed"),
        ("b", "added"),
    ]


def test_a_document_that_never_ends_is_compared_all_the_same():
    deep: Any = 1
    other: Any = 2
    for _ in range(200):
        deep, other = {"x": [deep]}, {"x": [other]}
    assert [one.kind for one in difference(deep, other)] == ["removed", "added"]


def test_a_number_of_any_length():
    assert difference({"a": 10**40}, {"a": 10**40}) == ()
    assert len(difference({"a": 10**40}, {"a": 10**40 + 1})) == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "b", "", "ce-1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["@id", "@type", "ceterms:name", "x"]), inner, max_size=3)
    ),
    max_leaves=15,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b", "ceterms:name", "@id"]), _VALUES, max_size=4)


@given(_DOCUMENTS)
def test_nothing_differs_from_itself(document: dict[str, Any]):
    assert difference(document, copy.deepcopy(document)) == ()


@given(_DOCUMENTS, _DOCUMENTS)
def test_the_differences_make_the_one_into_the_other(before: dict[str, Any], after: dict[str, Any]):
    assert bag(applied(before, difference(before, after))) == bag(after)


@given(_DOCUMENTS, _DOCUMENTS)
def test_nothing_is_said_where_nothing_differs(before: dict[str, Any], after: dict[str, Any]):
    assert (difference(before, after) == ()) == (bag(before) == bag(after))


def bag(value: Any) -> bytes:
    """A value with all lists in one order, as bytes."""

    def sort(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {key: sort(one) for key, one in inner.items()}
        if isinstance(inner, list):
            return sorted(
                (sort(one) for one in inner), key=lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS)
            )
        return inner

    return orjson.dumps(sort(value), option=orjson.OPT_SORT_KEYS)


def applied(document: dict[str, Any], differences: tuple[Difference, ...]) -> dict[str, Any]:
    """The document with the differences worked in: changes first, then what goes, from the last place on."""
    made = copy.deepcopy(document)

    def holder(path: tuple[Any, ...]) -> Any:
        inner: Any = made
        for step in path:
            inner = inner[step]
        return inner

    added = []
    for one in differences:
        if one.kind == "changed":
            holder(one.path[:-1])[one.path[-1]] = one.after
        elif one.kind == "added":
            # Taken hold of now: what goes moves the places of the rest.
            inside = holder(one.path[:-1])
            there = isinstance(inside, dict) and one.path[-1] not in inside
            added.append((inside, one.path[-1], one.after) if there else (holder(one.path), None, one.after))
    gone = [(holder(one.path[:-1]), one.path[-1]) for one in differences if one.kind == "removed"]
    for inside, step in sorted(gone, key=lambda one: (isinstance(one[1], int), one[1]), reverse=True):
        del inside[step]
    for inside, step, value in added:
        if step is None:
            inside.append(value)
        else:
            inside[step] = value
    return made
