"""A document that is exported to a sheet and read again is the same document, whatever it says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnwork.formats import sheet_cells, sheet_writer
from learnwork.formats.etpl_documents import concept, field_of_study, occupation
from learnwork.formats.model import Document, Said
from learnwork.formats.sheet import read_rows
from learnwork.formats.sheet_guess import guess
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.types import Property, ResourceType, all_types, by_key

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TRICKY = st.sampled_from(
    [
        *(
            "=1+1",
            "@SUM(A1)",
            "-5",
            "'=x",
            "''-",
            "a; b",
            " padded ",
            "[not json",
            '"quoted"',
            "{",
            "x\ny",
            "x\r\ny",
        ),
        *(
            "\x00",
            "\x0b",
            "_x0041_",
            "00:00",
            "1",
            "1e5",
            "0",
            "yes",
            "json:5",
            "json:",
            "null",
            "'",
            "a\tb",
            "\ufeffb",
        ),
    ]
)
ANY_TEXT = TEXT | TRICKY
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
CTIDS = st.integers(0, 10**6).map(lambda number: derived_ctid("test", str(number)))
OTHER = {
    "@type": "ceterms:CostProfile",
    "ceterms:name": {"en": "Other costs"},
    "ceterms:price": 35,
    "ceterms:currency": "USD",
}
COST = st.just(OTHER) | st.builds(
    lambda price, type_: sheet_cells.price(repr(price), type_),
    st.integers(0, 10**6) | st.sampled_from([0.5, 19.99]),
    st.sampled_from(["", "costType:Tuition", "costType:AggregateCost"]),
)
SPAN = st.sampled_from(["PT225H", "P3M/P5M", "P4Y/", "/P1D", "P12W"]).map(sheet_cells.span)
CODE = st.sampled_from([field_of_study("48.0508"), occupation("51-4121"), field_of_study("48")])
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "text": ANY_TEXT,
    "language map": st.dictionaries(
        st.sampled_from(["en", "es", "en-US"]), ANY_TEXT | st.lists(ANY_TEXT), max_size=2
    ),
    "number": st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "money": COST,
    "duration": SPAN,
    "date": st.dates().map(str),
    "code": CODE,
    "concept": st.sampled_from(["deliveryType:OnlineOnly", "lifeCycle:Active"]).map(concept),
    "uri": st.sampled_from(["https://example.org/a?b=c#d", "http://example.org", "urn:x:1"]),
    "reference": CTIDS | st.just("https://example.org/resources/1"),
}


def values_of(item: Property) -> st.SearchStrategy[Any]:
    plain = PLAIN.get(item.kind, JSON)
    return plain | st.lists(plain, max_size=3) | JSON


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Document]]:
    type_ = draw(st.sampled_from(all_types()))
    found = []
    for number in range(draw(st.integers(1, 3))):
        items = draw(st.lists(st.sampled_from(type_.properties), max_size=5, unique=True))
        document: Document = {
            "@type": type_.classes[0] if type_.classes else "ex:Thing",
            "ceterms:ctid": derived_ctid("test", str(number)),
            **{item.term: draw(values_of(item)) for item in items},
        }
        document["ceterms:name"] = {"en": draw(ANY_TEXT.filter(lambda text: text.strip())), "es": "Soldadura"}
        document |= draw(
            st.dictionaries(st.sampled_from(["lw:extra", "ex:other", "@context"]), JSON, max_size=2)
        )
        found.append(document)
    return type_.key, found


def loaded(path: Path) -> list[Document]:
    items = list(read_rows(path, guess(path), "test"))
    refused = [
        item for item in items if not isinstance(item, Said) and getattr(item, "severity", "") == "error"
    ]
    assert refused == []
    return [item.document() for item in items if isinstance(item, Said)]


def as_csv(folder: Path, type_: ResourceType, found: list[Document]) -> Path:
    path = folder / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        assert sheet_writer.write_csv(found, type_, stream) == len(found)
    return path


def as_xlsx(folder: Path, type_: ResourceType, found: list[Document]) -> Path:
    path = folder / "export.xlsx"
    target = io.BytesIO()
    assert sheet_writer.write_xlsx(found, type_, target) == len(found)
    path.write_bytes(target.getvalue())
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_csv_comes_back_unchanged(tmp_path: Path, made: tuple[str, list[Document]]) -> None:
    type_, found = made
    assert loaded(as_csv(tmp_path, by_key(type_), found)) == found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_xlsx_comes_back_unchanged(tmp_path: Path, made: tuple[str, list[Document]]) -> None:
    type_, found = made
    assert loaded(as_xlsx(tmp_path, by_key(type_), found)) == found


@given(
    st.sampled_from([item for type_ in all_types() for item in type_.properties]).flatmap(
        lambda item: st.tuples(st.just(item), values_of(item))
    )
)
def test_a_cell_keeps_value_and_type(made: tuple[Property, Any]) -> None:
    item, value = made
    cell = sheet_cells.written(value, item)
    back = sheet_cells.read(cell.strip(), item)
    assert repr(back) == repr(value)


def test_no_exported_cell_begins_as_a_formula() -> None:
    item = next(item for item in by_key("learning_opportunity").properties if item.term == "lw:note")
    for text in ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "＝1"):
        cell = sheet_cells.written(text, item)
        assert cell[0] in "'\""
        assert sheet_cells.read(cell, item) == text


def test_people_can_read_most_cells() -> None:
    items = {item.term: item for item in by_key("learning_opportunity").properties}
    said = {
        "ceterms:estimatedCost": (
            [sheet_cells.price("4000", "costType:AggregateCost"), OTHER],
            "costType:AggregateCost 4000 USD; (Other costs) 35 USD",
        ),
        "ceterms:estimatedDuration": (
            [sheet_cells.span("PT225H"), sheet_cells.span("P3M/P5M")],
            "PT225H; P3M/P5M",
        ),
        "ceterms:instructionalProgramType": ([field_of_study("48.0508")], "CIP 48.0508"),
        "ceterms:deliveryType": ([concept("deliveryType:InPerson")], "deliveryType:InPerson"),
        "lw:childcare": (True, "yes"),
        "lw:spokenLanguages": (["Spanish", "Portuguese"], "Spanish; Portuguese"),
    }
    for term, (value, cell) in said.items():
        assert sheet_cells.written(value, items[term]) == cell


def test_nothing_at_all_comes_back_as_nothing(tmp_path: Path) -> None:
    type_ = by_key("credential")
    document = {
        "@type": type_.classes[0],
        "ceterms:ctid": derived_ctid("t", "1"),
        "ceterms:name": {"en": "x"},
    }
    document |= {item.term: None for item in type_.properties if item.term != "ceterms:name"}
    assert loaded(as_csv(tmp_path, type_, [document])) == [document]


def test_a_cell_over_the_limit_of_xlsx_is_refused(tmp_path: Path) -> None:
    from learnwork.vocabulary.errors import TooLargeError

    document = {
        "@type": "ceterms:Course",
        "ceterms:ctid": derived_ctid("t", "1"),
        "ceterms:name": {"en": "x" * 40_000},
    }
    with pytest.raises(TooLargeError, match="does not fit"):
        sheet_writer.write_xlsx([document], by_key("learning_opportunity"), io.BytesIO())
