"""College Scorecard: figures of groups and institutions; suppressed is not zero; horizons are never mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import scorecard
from learnwork.formats.model import Group, Item, Observed, Options, Reading
from learnwork.vocabulary.codes import scorecard_levels
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError
from learnwork.vocabulary.measures import by_key

SAMPLES = Path(__file__).parent / "samples" / "scorecard"
VALUE_CHECK = SAMPLES / "value_check.csv"
OFFICIAL = SAMPLES / "Most-Recent-Cohorts-Field-of-Study_06102026.csv"
INSTITUTIONS = SAMPLES / "institutions.csv"
RELEASE = "2026-06-10"
COLLEGE = derived_ctid("ipeds.unitid", "900001")
UNIVERSITY = derived_ctid("ipeds.unitid", "900003")


def opened(*paths: Path, state: str = "", release: str = RELEASE) -> list[Reading]:
    return scorecard.FORMAT.open(paths, Options(state=state, release=release))


def items(*paths: Path, state: str = "", release: str = RELEASE) -> list[Item]:
    return [item for reading in opened(*paths, state=state, release=release) for item in reading.items()]


def figures(found: Iterable[Item], row: int) -> dict[str, tuple[float | None, str, int | None]]:
    return {
        item.measure: (item.value, item.status, item.base)
        for item in found
        if isinstance(item, Observed) and item.row == row
    }


def issues(found: Iterable[Item]) -> list[Issue]:
    return [item for item in found if isinstance(item, Issue)]


def test_it_works() -> None:
    found = items(VALUE_CHECK)
    assert figures(found, 3) == {
        "scorecard.earnings_1yr": (31000.0, "reported", None),
        "scorecard.earnings_4yr": (40500.0, "reported", None),
        "scorecard.debt": (None, "suppressed", None),
        "scorecard.earnings_premium_4yr": (4300.0, "reported", None),
    }
    observed = [item for item in found if isinstance(item, Observed)]
    assert {item.period for item in observed} == {RELEASE}
    assert {item.subject for item in observed if item.row == 3} == {Group(COLLEGE, "52.02", ("3",))}
    assert {item.measure for item in observed} <= by_key.keys()
    assert all(by_key[item.measure].shared for item in observed)


def test_a_certificate_stands_for_several_award_levels() -> None:
    (group,) = {item.subject for item in items(VALUE_CHECK) if isinstance(item, Observed) and item.row == 2}
    assert group == Group(COLLEGE, "48.05", ("20", "21", "2", "4"))


def test_levels_are_mapped_one_by_one() -> None:
    assert scorecard_levels == {
        "1": ("20", "21", "2", "4"),
        "2": ("3",),
        "3": ("5",),
        "4": ("6",),
        "5": ("7",),
        "6": ("17", "19"),
        "7": ("18",),
        "8": ("6", "8"),
        "99": (),
    }


def test_the_mixed_column_is_never_read() -> None:
    """Row 2 has a figure after one year only: `earnings` repeats it, and premium and payback come from it."""
    assert figures(items(VALUE_CHECK), 2) == {
        "scorecard.earnings_1yr": (41000.0, "reported", None),
        "scorecard.earnings_4yr": (None, "suppressed", None),
        "scorecard.debt": (5500.0, "reported", None),
    }


def test_suppressed_is_said_and_never_zero() -> None:
    found = items(VALUE_CHECK)
    assert set(figures(found, 4).values()) == {(None, "suppressed", None)}
    assert not [item for item in found if isinstance(item, Observed) and item.value == 0]


def test_what_the_maker_computed_is_marked() -> None:
    found = figures(items(VALUE_CHECK), 5)
    assert found["scorecard.earnings_premium_4yr"] == (9000.5, "reported", None)
    assert found["scorecard.debt_payback_4yr"] == (3.0, "reported", None)
    derived = {key for key in found if by_key[key].derived}
    assert derived == {"scorecard.earnings_premium_4yr", "scorecard.debt_payback_4yr"}


def test_rows_without_institution_or_credential() -> None:
    found = issues(items(VALUE_CHECK))
    assert [(issue.code, issue.place, issue.severity) for issue in found] == [
        ("institution-missing", "value_check.csv row 7", "error"),
        ("scorecard-no-credential", "value_check.csv", "advice"),
    ]
    assert "School Abroad" in found[0].message
    assert found[1].message.startswith("1 rows")


def test_the_official_file_tells_suppressed_from_missing() -> None:
    found = items(OFFICIAL)
    assert figures(found, 2) == {
        "scorecard.earnings_1yr": (41000.0, "reported", 31),
        "scorecard.earnings_4yr": (None, "suppressed", None),
        "scorecard.debt": (None, "not known", None),
    }
    assert figures(found, 3)["scorecard.earnings_4yr"] == (39000.0, "reported", 40)
    (group,) = {item.subject for item in found if isinstance(item, Observed) and item.row == 3}
    assert group == Group(COLLEGE, "01.00", ("3",))  # 100 in the file: its zero was cut off
    assert figures(found, 4) == {"scorecard.debt": (8000.0, "reported", 22)}
    assert [(issue.code, issue.place) for issue in issues(found)] == [
        ("figure-invalid", "Most-Recent-Cohorts-Field-of-Study_06102026.csv row 4"),
        ("figure-invalid", "Most-Recent-Cohorts-Field-of-Study_06102026.csv row 4"),
        ("institution-missing", "Most-Recent-Cohorts-Field-of-Study_06102026.csv row 5"),
    ]


def test_institutions() -> None:
    found = items(INSTITUTIONS)
    assert figures(found, 2) == {
        "scorecard.completion_rate": (0.24, "reported", None),
        "scorecard.net_price": (-150.0, "reported", None),  # aid may be more than the cost
        "scorecard.pell_share": (0.41, "reported", None),
        "scorecard.enrollment": (9000.0, "reported", None),
    }
    assert figures(found, 3) == {
        "scorecard.net_price": (17621.0, "reported", None),
        "scorecard.pell_share": (None, "not known", None),
        "scorecard.enrollment": (None, "not known", None),
    }
    assert {item.subject for item in found if isinstance(item, Observed)} == {COLLEGE, UNIVERSITY}
    assert [(issue.code, issue.place) for issue in issues(found)] == [
        ("figure-invalid", "institutions.csv row 3"),
        ("institution-missing", "institutions.csv row 4"),
    ]


def test_fields_and_institutions_are_parts_of_a_release() -> None:
    readings = opened(INSTITUTIONS, VALUE_CHECK)
    assert [(reading.release.part, reading.release.date) for reading in readings] == [
        ("fields of study", date(2026, 6, 10)),
        ("institutions", date(2026, 6, 10)),
    ]
    assert not any(reading.snapshot for reading in readings)


def test_one_state() -> None:
    found = items(VALUE_CHECK, state="NJ")
    assert {item.row for item in found if isinstance(item, Observed)} == {2, 3, 4}
    assert opened(VALUE_CHECK, state="NJ")[0].source.expects.observations == (None, None)
    with pytest.raises(UnreadableFileError, match="in which state"):
        opened(OFFICIAL, state="NJ")


def test_csv_and_parquet_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "value_check.parquet"
    texts = dict.fromkeys(("unitid", "cip_code", "credential_level"), "string")
    options = pyarrow.csv.ConvertOptions(column_types=texts, strings_can_be_null=True, null_values=[""])
    pq.write_table(pyarrow.csv.read_csv(VALUE_CHECK, convert_options=options), path)
    from_csv = [item._replace(row=item.row - 1) for item in items(VALUE_CHECK) if isinstance(item, Observed)]
    assert [item for item in items(path) if isinstance(item, Observed)] == from_csv
    (reading,) = opened(path)
    assert reading.total == 18


def test_the_date_of_the_release(tmp_path: Path) -> None:
    assert opened(OFFICIAL, release="")[0].release.label == "2026-06-10"
    assert opened(OFFICIAL, release="2025")[0].release.date == date(2025, 1, 1)
    for release in ("", "2026-13-40", "last year"):
        with pytest.raises(UnreadableFileError, match="--release 2026-06-10"):
            opened(VALUE_CHECK, release=release)


def test_a_row_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "value_check.csv"
    lines = VALUE_CHECK.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:3], lines[1], *lines[3:]]), "utf-8")
    found = items(path)
    assert [(issue.code, issue.place) for issue in issues(found)[:1]] == [
        ("duplicate-key", "value_check.csv row 4")
    ]
    assert "row 2, which counts" in issues(found)[0].message
    assert not figures(found, 4)


def test_a_file_of_another_format(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("unitid,cip_code,earnings\n1,2,3\n")
    with pytest.raises(
        UnreadableFileError, match=r"lacks\s+credential_level.*It has: cip_code, earnings, unitid"
    ):
        opened(path)
    assert not scorecard.FORMAT.recognise(path)
    assert not scorecard.FORMAT.recognise(tmp_path)
    assert all(map(scorecard.FORMAT.recognise, (VALUE_CHECK, OFFICIAL, INSTITUTIONS)))


def test_bad_keys(tmp_path: Path) -> None:
    path = tmp_path / "value_check.csv"
    path.write_text(
        "unitid,cip_code,credential_level,earnings_median_1yr\n"
        "900001,4805,9,1000\n900001,48,1,1000\n900001,,,1000\n900001,48.05,1,inf\n900001,4806,1,\n"
    )
    assert [(issue.code, issue.place) for issue in issues(items(path))] == [
        ("scorecard-level", "value_check.csv row 2"),
        ("scorecard-field", "value_check.csv row 3"),
        ("scorecard-field", "value_check.csv row 4"),
        ("figure-invalid", "value_check.csv row 5"),
    ]


HEADS = [path.read_bytes().splitlines()[0] + b"\n" for path in (VALUE_CHECK, OFFICIAL, INSTITUTIONS)]
CELL = st.sampled_from(
    ["900001", "4805", "1", "99", "PS", "NULL", "41000", "-1", "nan", "1e999", '"', "", "NA"]
)
TABLES = st.lists(st.lists(CELL | st.text(max_size=9), min_size=9, max_size=17).map(",".join), max_size=6)


@given(
    content=st.binary(max_size=300) | TABLES.map("\n".join).map(str.encode),
    head=st.sampled_from([*HEADS, b"PAR1"]),
)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "value_check.csv"
    path.write_bytes(head + content)
    try:
        for item in items(path):
            if isinstance(item, Observed):
                assert (item.value is None) == (item.status != "reported")
    except LearnworkError:
        return


@pytest.mark.big
def test_the_nation(shared_data: Path) -> None:
    folder = shared_data / "us" / "scorecard"
    readings = opened(folder / "value_check.parquet", folder / "institutions.parquet", release="")
    assert [reading.release.label for reading in readings] == [RELEASE, RELEASE]
    reported: Counter[str] = Counter()
    refused = 0
    for item in readings[0].items():
        if isinstance(item, Observed):
            reported[item.measure] += item.status == "reported"
        elif isinstance(item, Issue):
            refused += item.severity == "error"
    assert refused == 7020
    table = pq.read_table(folder / "value_check.parquet")
    table = table.filter((pc.field("unitid") != "NA") & (pc.field("credential_level") != "99"))
    for measure, column in (
        ("scorecard.earnings_1yr", "earnings_median_1yr"),
        ("scorecard.earnings_4yr", "earnings_median_4yr"),
        ("scorecard.debt", "debt_median"),
    ):
        assert reported[measure] == len(table) - table[column].null_count
    assert 0 < reported["scorecard.earnings_premium_4yr"] < reported["scorecard.earnings_4yr"]
