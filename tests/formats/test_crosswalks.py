"""Crosswalks: which columns mean which schemes, and what no pair can be made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnwork.formats.crosswalks import Pair, ctid_of, read_crosswalk, relation_of, scheme_of
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, UnreadableFileError

URI = "http://data.europa.eu/esco/occupation/1"


def read(folder: Path, text: str) -> tuple[list[Pair], list[Issue]]:
    path = folder / "crosswalk.csv"
    path.write_text(text, "utf-8")
    issues: list[Issue] = []
    return list(read_crosswalk([path], issues.append)), issues


def test_esco_and_onet(tmp_path: Path) -> None:
    head = "id,esco_occupation,isco_code,onet_code,onet_occupation,confidence,concept_uri\n"
    pairs, issues = read(
        tmp_path, f"{head}1,welder,7212,51-4121.00,Welders,2.0,{URI}\n2,cook,,51-4121,,1,{URI}\n"
    )
    assert pairs == [
        Pair(
            "uri",
            URI,
            "close",
            "onet",
            "51-4121.00",
            "welder – Welders",
            "2.0",
            "crosswalk.csv row 2",
            source_name="welder",
            target_name="Welders",
        )
    ]
    assert [(one.code, one.place) for one in issues] == [("pair-bad", "crosswalk.csv row 3")]


def test_fields_and_occupations_without_those_that_go_with_nothing(tmp_path: Path) -> None:
    text = "CIP2020Code,CIP2020Title,SOC2018Code,SOC2018Title\n48.0508,Welding,51-4121,Welders\n48.0508,W,99-9999,No\n"
    pairs, issues = read(tmp_path, text)
    assert [pair[:5] for pair in pairs] == [("cip2020", "48.0508", "related", "soc2018", "51-4121")]
    assert issues == []


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    text = (
        f"source,relation,target,note\n51-4121.00,skos:broadMatch,51-4121,by hand\n{URI},,51-4121.00,\n"
        f"{URI},like,51-4121.00,\n,exact,51-4121,\n51-4121.00,broader,51-4121,again\n"
    )
    pairs, issues = read(tmp_path, text)
    assert [pair[:5] for pair in pairs] == [
        ("onet", "51-4121.00", "broad", "soc2018", "51-4121"),
        ("uri", URI, "related", "onet", "51-4121.00"),
    ]
    assert [one.code for one in issues] == ["relation-unknown", "pair-bad", "pair-twice"]


def test_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no crosswalk that is known"):
        read(tmp_path, "a,b\n1,2\n")


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("exactMatch", "exact"),
        ("skos:narrowMatch", "narrow"),
        ("Related Match", "related"),
        ("is", None),
        ("", None),
    ],
)
def test_relations(said: str, relation: str | None) -> None:
    assert relation_of(said) == relation


def test_ends_are_told_by_their_form() -> None:
    assert [scheme_of(one) for one in (URI, "51-4121.00", "51-4121", "48.0508", "K0001")] == [
        "uri",
        "onet",
        "soc2018",
        "cip2020",
        "",
    ]
    assert ctid_of("onet", "51-4121.00") == derived_ctid("onet", "51-4121.00")
    assert ctid_of("soc2010", "51-4121") is None


@pytest.mark.big
def test_the_crosswalks_at_hand(shared_data: Path) -> None:
    for name, count in (
        ("competency/esco_onet_crosswalk/esco_onet_crosswalk_Nov2020.csv", 1_680),
        ("us/taxonomies/CIP2020_SOC2018_Crosswalk.csv", 5_723),
        ("us/taxonomies/onet_2010_to_2019_Crosswalk.csv", 1_164),
        ("us/taxonomies/onet_2019_to_SOC_Crosswalk.csv", 1_016),
        ("us/taxonomies/soc2010_to_2018_crosswalk.csv", 900),
    ):
        assert len(list(read_crosswalk([shared_data / name]))) == count
