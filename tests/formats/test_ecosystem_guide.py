"""The guide's matrix: ranges, forecasts, rows that lost their years; goals that are the same in two schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from learnwork.formats.ecosystem_documents import ctid
from learnwork.formats.model import Said
from learnwork.formats.registry import open_readings
from learnwork.vocabulary.errors import BadMappingError, Issue

SAMPLES = Path(__file__).parent / "samples"
FILES = [SAMPLES / "ecosystem" / "initiatives.yaml", SAMPLES / "ecosystem_guide" / "guide.yaml"]


@pytest.fixture(scope="module")
def items() -> list[Any]:
    return list(open_readings("ecosystem", FILES)[0].items())


@pytest.fixture(scope="module")
def documents(items: list[Any]) -> dict[str, dict[str, Any]]:
    return {item.key: item.document() for item in items if isinstance(item, Said)}


def test_it_works(documents: dict[str, dict[str, Any]]) -> None:
    row = documents["initiative/open-welding"]
    assert row["lw:goal"] == [ctid("goal", "recovered_pdf/g1")]
    source = {"lw:issued": "2019", "lw:citation": ["https://guide.example.org/"], "lw:marks": ["derived"]}
    assert row["lw:stages"] == [
        {"lw:key": "<2018@2019", "lw:period": "<2018", "lw:low": 1, "lw:high": 2, "lw:position": 0, **source},
        {"lw:key": "2018@2019", "lw:period": "2018", "lw:low": 3, "lw:high": 3, "lw:position": 1, **source},
        {"lw:key": "2019@2019", "lw:period": "2019", "lw:low": 4, "lw:high": 4, "lw:position": 2, **source},
        {
            "lw:key": "2020@2019",
            "lw:period": "2020",
            "lw:low": 5,
            "lw:high": 5,
            "lw:position": 3,
            "lw:forecast": True,
            **source,
        },
    ]


def test_a_row_without_its_columns_keeps_its_order(documents: dict[str, dict[str, Any]]) -> None:
    told = documents["initiative/closed-welding"]["lw:stages"]
    assert [(one["lw:position"], one["lw:low"], one["lw:high"]) for one in told] == [(0, 2, 2), (1, 3, 4)]
    assert not any("lw:period" in one or "lw:forecast" in one for one in told)


def test_a_goal_that_is_another_has_its_label_marked(documents: dict[str, dict[str, Any]]) -> None:
    same = documents["goal/recovered_pdf/g1"]
    assert same["ceterms:name"] == {"en": "Build"}
    assert (same["lw:sameAs"], same["lw:marks"]) == ([ctid("goal", "third_edition/g1")], ["derived"])
    assert same["lw:citation"] == ["https://guide.example.org/"]
    assert "lw:citation" not in documents["goal/third_edition/g1"], "the rows' page does not speak of it"
    own = documents["goal/recovered_pdf/h1"]
    assert "lw:sameAs" not in own
    assert own["lw:scheme"] == documents["goal_scheme/recovered_pdf"]["ceterms:ctid"]


def test_rows_that_cannot_be_read_are_told(items: list[Any]) -> None:
    told = {(item.code, item.severity): item for item in items if isinstance(item, Issue)}
    assert told.keys() == {
        ("guide-row-bad", "error"),
        ("reference-open", "warning"),
        ("field-unknown", "warning"),
    }
    rows = [item.place for item in items if isinstance(item, Issue) and item.code == "guide-row-bad"]
    assert rows == ["guide.yaml row 3", "guide.yaml row 4"]
    assert "not-here" in told["reference-open", "warning"].message


@pytest.mark.parametrize(
    "text",
    [
        "rows: &r [{sequence: 1}]\ngoals: *r\n",
        "a: &a [1, 2]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "a: *nobody\n",
    ],
)
def test_only_plain_lists_are_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "guide.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadMappingError):
        open_readings("ecosystem", [file])


def test_a_guide_that_is_not_one_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "guide.yaml"
    file.write_text("rows: 5\ngoals: [1]\neditions: {}\n", "utf-8")
    readings = open_readings("ecosystem", [file])
    assert not any(isinstance(item, Said) for one in readings for item in one.items())
