"""Code tables: counts, trees, the crosswalk both ways, award levels, and what stands behind a Scorecard level."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from learnwork.vocabulary.codes import (
    award_levels,
    cip,
    fields_of,
    occupations_of,
    scorecard_labels,
    scorecard_levels,
    soc,
)
from learnwork.vocabulary.tables import ctdl


def test_counts() -> None:
    assert len(cip) == 2848
    assert [sum(cip.level(code) == level for code in cip.codes()) for level in "246"] == [50, 473, 2325]
    assert sum(cip.retired(code) for code in cip.codes()) == 161
    assert len(soc) == 1447
    groups = ("major", "minor", "broad", "detailed")
    assert [sum(soc.level(code) == group for code in soc.codes()) for group in groups] == [23, 98, 459, 867]


def test_titles_have_no_closing_stop_and_no_shouting() -> None:
    assert cip.title("48.0508") == "Welding Technology/Welder"
    assert cip.title("48") == "Precision Production"
    assert cip.title("01") == "Agricultural/Animal/Plant/Veterinary Science and Related Fields"
    assert soc.title("51-4121") == "Welders, Cutters, Solderers, and Brazers"
    assert not [code for code in cip.codes() if (cip.title(code) or "").endswith((".", '"'))]
    assert not [code for code in cip.codes() if (cip.title(code) or "").isupper()]


def test_trees() -> None:
    assert cip.broader("48.0508") == ("48.05", "48")
    assert soc.broader("51-4121") == ("51-4120", "51-4000", "51-0000")
    assert soc.broader("15-1211") == ("15-1210", "15-1200", "15-0000"), (
        "a minor group that is not a multiple of 1000"
    )
    assert cip.broader("48") == soc.broader("51-0000") == ()
    assert "48.05" in cip.narrower("48")
    assert len(cip.narrower()) == 50
    assert len(soc.narrower()) == 23


@pytest.mark.parametrize("table", [cip, soc])
def test_every_wider_code_has_a_title(table) -> None:
    for code in table.codes():
        assert all(table.title(wider) for wider in table.broader(code)), code
        assert all(code in table.narrower(wider) for wider in table.broader(code)[:1])


def test_what_is_not_a_code() -> None:
    for nothing in ("", "99.9999", "480508", "51-4121.00", "48.0508 "):
        assert cip.title(nothing) is soc.title(nothing) is None
        assert cip.broader(nothing) == soc.broader(nothing) == ()
        assert nothing not in cip
        assert not cip.retired(nothing)
        assert occupations_of(nothing) == fields_of(nothing) == ()


def test_the_crosswalk_reads_both_ways() -> None:
    assert occupations_of("48.0508") == ("51-4121", "51-4122")
    assert "48.0508" in fields_of("51-4121")
    pairs = {(field, found) for field in cip.codes() for found in occupations_of(field)}
    assert len(pairs) == 5723
    assert pairs == {(field, found) for found in soc.codes() for field in fields_of(found)}


def test_award_levels() -> None:
    assert len(award_levels) == 12
    assert award_levels["3"].credential_class == "ceterms:AssociateDegree"
    assert {level: award_levels[level].credential_class for level in ("20", "21", "2", "4")} == dict.fromkeys(
        ("20", "21", "2", "4"), "ceterms:Certificate"
    )
    assert [
        level.credential_class.removeprefix("ceterms:")
        for level in map(award_levels.get, ["6", "8"])
        if level
    ] == [
        "PostBaccalaureateCertificate",
        "PostMasterCertificate",
    ]
    assert {award_levels[code].credential_class for code in ("17", "18", "19")} == {
        "ceterms:ResearchDoctorate",
        "ceterms:ProfessionalDoctorate",
        "ceterms:DoctoralDegree",
    }
    assert sorted(level.order for level in award_levels.values()) == list(range(1, 13))
    for level in award_levels.values():
        assert level.credential_class in ctdl().classes


def test_scorecard_levels() -> None:
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
    assert scorecard_labels.keys() == scorecard_levels.keys()
    assert {level for levels in scorecard_levels.values() for level in levels} == award_levels.keys()


@pytest.mark.big
def test_the_map_reproduces_the_counts_that_scorecard_prints(shared_data: Path) -> None:
    """Scorecard prints the awards of each program. They are those of 2021-22 under this map, and no other."""
    import pyarrow.parquet as pq

    awards: dict[tuple[str, str, str], int] = defaultdict(int)
    columns = ["UNITID", "CIPCODE", "AWLEVEL", "CTOTALT", "IS_CIP_6DIGIT"]
    for row in pq.read_table(shared_data / "us/ipeds/c2022_a.parquet", columns=columns).to_pylist():
        if row["IS_CIP_6DIGIT"]:
            field = row["CIPCODE"].replace(".", "")[:4]
            awards[str(row["UNITID"]), field, str(row["AWLEVEL"])] += row["CTOTALT"]
    printed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    columns = ["unitid", "cip_code", "credential_level", "completers_count"]
    for row in pq.read_table(shared_data / "us/scorecard/value_check.parquet", columns=columns).to_pylist():
        if row["completers_count"]:
            place = (row["unitid"], row["cip_code"].zfill(4))
            ours = sum(awards.get((*place, level), 0) for level in scorecard_levels[row["credential_level"]])
            printed[row["credential_level"]].append((int(row["completers_count"]), ours))
    share = {level: sum(a == b for a, b in rows) / len(rows) for level, rows in printed.items()}
    assert share.keys() == {"1", "2", "3", "5", "6", "7", "8"}, "level 4 and 99 print no counts"
    assert min(share[level] for level in "125678") > 0.97, share
    # The completions at hand hold first majors only; Scorecard adds second majors, which bachelor's degrees have.
    assert share["3"] > 0.65
    assert sum(ours <= theirs for theirs, ours in printed["3"]) / len(printed["3"]) > 0.99
