"""Mappings of training lists: every mistake is named with file, place and mend."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import etpl, etpl_cells
from learnwork.formats.etpl_mapping import read_mapping
from learnwork.formats.etpl_model import FIELDS
from learnwork.vocabulary.errors import BadMappingError, LearnworkError

SAMPLE = Path(__file__).parent / "samples" / "etpl" / "winnemac.yaml"
CONTENT: dict[str, Any] = yaml.safe_load(SAMPLE.read_text("utf-8"))


def written(folder: Path, content: Any) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    inner: Any = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed("tabels", to={}), "`tabels` is not known here"),
        (changed("tables", to={}), "`tables` is missing"),
        (changed("source", "trust", to=101), "`trust` is 101"),
        (changed("source", to="no-such-source"), "no declaration of a source “no-such-source”"),
        (changed("tables", "courses", "role", to="course"), "`tables.courses.role` is “course”"),
        (changed("tables", "courses", "file", to=""), "`tables.courses.file` is missing"),
        (changed("tables", "courses", "fields", to={"key": "a", "name": "b"}), "lacks provider"),
        (changed("tables", "courses", "fields", "nmae", to="x"), "`tables.courses.fields.nmae` is not known"),
        (changed("tables", "courses", "fields", "key", to="Contact Phone"), "looks like personal data"),
        (changed("tables", "courses", "properties", "description", to="x"), "is not a property"),
        (changed("tables", "courses", "costs", "tuition", to="x"), "is not a type of cost"),
        (changed("tables", "courses", "durations", to=[{"column": "Weeks"}]), "has no unit"),
        (
            changed("tables", "courses", "durations", to=[{"column": "W", "unit": "moons"}]),
            "unit` is “moons”",
        ),
        (
            changed("tables", "courses", "properties", "lw:x", to={"column": "x", "in": "nothing"}),
            "names no table",
        ),
        (
            changed("tables", "courses", "properties", "lw:x", to={"column": "x", "values": "none"}),
            "not in `values`",
        ),
        (changed("tables", "courses", "properties", "lw:x", to={}), "neither column nor constant"),
        (changed("tables", "courses", "like", to="courses"), "names no table"),
        (
            changed("tables", "results", "figures", 0, "measure", to="etpl.luck"),
            "“etpl.luck” is not a measure",
        ),
        (changed("tables", "results", "figures", 1, "unit", to="USD a year"), "is in USD a week"),
        (changed("tables", "results", "figures", 0, "times", to=4), "times` is 4"),
        (changed("tables", "results", "fields", to={"provider": "x"}), "lacks whom the outcomes are about"),
        (changed("release", to={"table": "none"}), "names no table"),
        (changed("release", to={"date": "soon"}), "`release.date` is 'soon'"),
        ([1, 2], "does not hold names"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(BadMappingError, match=message) as caught:
        read_mapping(written(tmp_path, content))
    assert caught.value.hint


def test_weekly_pay_cannot_be_passed_off_as_a_quarter(tmp_path: Path) -> None:
    content = changed("tables", "results", "figures", 1, "measure", to="etpl.quarterly_wage_q2")
    with pytest.raises(BadMappingError, match=r"is “USD a week”, but .*USD a quarter"):
        read_mapping(written(tmp_path, content))


def test_shipped_mappings_read() -> None:
    assert [mapping.source.key for mapping in etpl.shipped()] == ["us-ca-etp", "us-nj-etpl"]


def test_the_reference_names_every_role_and_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "formats" / "etpl.md").read_text("utf-8")
    for role, (_, allowed) in FIELDS.items():
        assert f"`{role}`" in page
        assert [name for name in allowed if f"`{name}`" not in page] == []


def test_the_references_name_every_code_of_an_issue() -> None:
    root = Path(__file__).parents[2]
    for pattern, name in (("etpl*.py", "etpl.md"), ("sheet*.py", "sheet.md")):
        page = (root / "docs" / "reference" / "formats" / name).read_text("utf-8")
        code = "".join(
            path.read_text("utf-8") for path in (root / "src" / "learnwork" / "formats").glob(pattern)
        )
        used = set(re.findall(r"""(?:report|refuse|note|Issue)\(\s*"([a-z-]+)\"""", code))
        assert used
        assert [one for one in sorted(used) if f"`{one}`" not in page] == []


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [found for key, inner in items for found in [(*path, key), *paths_of(inner, (*path, key))]]


JUNK = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", [], {}, ["x"], {"x": "y"}, "ceterms:name", [[]], {"column": 5}]
)


@given(st.sampled_from(paths_of(CONTENT)), JUNK)
def test_any_change_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], junk: Any
) -> None:
    folder = tmp_path_factory.mktemp("mapping")
    mended = None
    try:
        mended = read_mapping(written(folder, changed(*path, to=junk)))
    except BadMappingError as error:
        refused: LearnworkError | None = error
    else:
        refused = None
    assert (mended is None) != (refused is None)
    assert refused is None or refused.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("48.0508", "48.0508"), ("480508", "48.0508"), ("10101", "01.0101"), ("1.0101", "01.0101")),
        *(("48.508", None), ("1.01", "01.01"), ("48", "48"), ("4805", "48.05"), ("105", "01.05")),
        *(
            ("", None),
            ("x", None),
            ("48.05081", None),
            ("４８", None),
            ("1234567", None),
            ('="480508"', "48.0508"),
        ),
    ],
)
def test_cip_codes_however_they_are_written(text: str, code: str | None) -> None:
    assert etpl_cells.cip(text) == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            ("$4,000.00", 4000.0),
            ("4000", 4000.0),
            ("(200)", -200.0),
            ("-5", -5.0),
            (".5", 0.5),
            ("85%", 85.0),
        ),
        *(
            ("", None),
            ("-", None),
            ("free", None),
            ("1,00", None),
            ("1e400", None),
            ("nan", None),
            ("inf", None),
        ),
        *(("1.5e3", 1500.0), ("9" * 40, None), ("１２", None)),
    ],
)
def test_amounts(text: str, value: float | None) -> None:
    assert etpl_cells.amount(text) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(
            ("2017-02-17 15:42:00", "2017-02-17"),
            ("1/1/2002 12:00:00 AM", "2002-01-01"),
            ("02-NOV-18", "2018-11-02"),
        ),
        *(("0000-00-00", None), ("1900-01-01", None), ("31.02.2025", None), ("01.09.2025", "2025-09-01")),
        *(("2024-02-29T00:00:00Z", "2024-02-29"), ("2023-02-29", None), ("", None), ("9999-12-31", None)),
    ],
)
def test_days(text: str, day: str | None) -> None:
    assert etpl_cells.day(text) == day


@given(st.text(max_size=40))
def test_no_text_breaks_a_cell(text: str) -> None:
    amount = etpl_cells.amount(text)
    assert amount is None or amount == amount
    code = etpl_cells.cip(text)
    assert code is None or etpl_cells.cip(code) == code
    address = etpl_cells.web(text)
    assert address is None or address.lower().startswith(("http://", "https://"))
    found = etpl_cells.day(text)
    assert found is None or etpl_cells.day(found) == found
    for unit in ("iso", "weeks"):
        span = etpl_cells.duration(text, unit)
        assert span is None or any(span)
    assert etpl_cells.postal_code(text) == text.strip() or etpl_cells.postal_code(text)[:5].isdigit()
    assert len(etpl_cells.employer_number(text) or "123456789") == 9
