"""What competencies are called for short, and where a text means them by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.short_names import FEWEST_PRODUCTS, short, short_names, spelt

MANY = [f"Acme Tool{number}" for number in range(FEWEST_PRODUCTS)]


def test_names_inside_names() -> None:
    assert short("Structured query language SQL") == ("SQL",)
    assert short("Autodesk AutoCAD") == ("AutoCAD",)
    assert short("Beginner's all-purpose symbolic instruction code BASIC") == ("BASIC",)
    assert short("Acme Word") == ()
    assert short("Pipe welding") == ()
    assert short("") == ()


@pytest.mark.parametrize(
    ("name", "others", "expected"),
    [
        ("Acme Sheeter", MANY, ("Sheeter",)),
        ("Acme Sheeter", MANY[1:-1], ()),
        ("Acme Word", [*MANY, "Processing of word after word"], ()),
        ("Acme Persuasion", [*MANY, "Persuasion"], ()),
        ("Acme software", MANY, ()),
        ("ACME software", [one.upper() for one in MANY], ("ACME",)),
        ("Acme Sheeter 3", MANY, ()),
    ],
)
def test_a_product_goes_without_its_maker(name: str, others: list[str], expected: tuple[str, ...]) -> None:
    assert short_names([name, *others])[0] == expected


def test_words_of_other_texts_are_no_names() -> None:
    assert short_names(["Acme Sheeter", *MANY], ["Plate and sheeter operators"])[0] == ()


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("You know Excel and Word.", "Excel", True),
        ("Excel at what you do.", "Excel", False),
        ("- Excel at what you do", "Excel", False),
        ("We grow. Excel with us", "Excel", False),
        ("You excel. We pay.", "excel", False),
        ("SQL is asked for", "SQL", True),
        ("basic math in BASIC", "basic", False),
        ("excel, sql", "sql", True),
    ],
)
def test_a_name_is_spelt_as_one(text: str, name: str, found: bool) -> None:
    start = text.index(name)
    assert spelt(text, start, start + len(name)) is found


@given(st.lists(st.text(max_size=20), max_size=20))
def test_every_name_has_its_own_list(names: list[str]) -> None:
    found = short_names(names)
    assert len(found) == len(names)
    assert all(one in name for name, others in zip(names, found, strict=True) for one in others)
