"""The ecosystem files: who is whom, what is ours and marked so, conflicting claims beside each other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats.ecosystem_documents import CLASSES, ctid, fields_of
from learnwork.formats.model import Options, Reading, Said
from learnwork.formats.registry import FORMATS, open_readings, recognise
from learnwork.registry.composition import Statement, claims
from learnwork.vocabulary.errors import BadMappingError, Issue, LearnworkError, UnreadableFileError

SAMPLES = Path(__file__).parent / "samples" / "ecosystem"


def said(reading: Reading) -> dict[str, dict[str, Any]]:
    return {item.key: item.document() for item in reading.items() if isinstance(item, Said)}


def issues(reading: Reading) -> list[Issue]:
    return [item for item in reading.items() if isinstance(item, Issue)]


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return open_readings("ecosystem", [SAMPLES])


@pytest.fixture(scope="module")
def map_(readings: list[Reading]) -> dict[str, dict[str, Any]]:
    return said(readings[0])


def test_it_works(readings: list[Reading], map_: dict[str, dict[str, Any]]) -> None:
    assert readings[0].source.key == "ecosystem"
    assert readings[0].snapshot
    assert map_["initiative/open-welding"] == {
        "@type": "lw:Initiative",
        "ceterms:ctid": ctid("initiative", "open-welding"),
        "ceterms:name": {"en": "Open Welding"},
        "ceterms:alternateName": {"en": ["OW"]},
        "ceterms:description": {"en": "Shares what welders can do."},
        "lw:kind": "initiative",
        "lw:status": "active",
        "lw:ledBy": [ctid("alliance", "welders-united")],
        "lw:partner": [{"ceterms:name": {"en": "Example College"}}],
        "lw:fundedBy": [ctid("funder", "torch-fund"), {"ceterms:name": {"en": "A fund of nobody"}}],
        "ceterms:startDate": "2019",
        "lw:geography": ["US-NJ"],
        "lw:buildingBlock": [ctid("building_block", "records"), ctid("theme", "fairness")],
        "lw:events": [
            {"lw:date": "2019-06-01", "lw:kind": "launch", "lw:text": "Launch at the yearly meeting"}
        ],
        "lw:citation": ["https://welders.example.org/open"],
        "lw:note": "start year inferred from the first grant; lead from general knowledge",
        "lw:proposed": [
            "ceterms:description",
            "lw:kind",
            "lw:status",
            "lw:buildingBlock",
            "ceterms:startDate",
            "lw:ledBy",
        ],
    }


def test_every_kind_is_there(map_: dict[str, dict[str, Any]]) -> None:
    assert Counter(document["@type"] for document in map_.values()) == {
        "lw:Initiative": 2,
        "lw:Alliance": 2,
        "lw:Funder": 1,
        "lw:BuildingBlock": 1,
        "lw:Topic": 2,
        "lw:GlossaryTerm": 1,
        "lw:CrossCuttingTheme": 1,
    }


def test_what_is_ours_is_marked(map_: dict[str, dict[str, Any]]) -> None:
    marks = {key: document.get("lw:proposed", []) for key, document in map_.items()}
    assert marks["alliance/welders-united"] == ["ceterms:description", "lw:kind", "lw:category"]
    assert marks["alliance/iron-guild"] == ["lw:kind"], "co-sponsors' categories are published"
    assert marks["building_block/records"] == []
    assert marks["topic/learner-records"] == ["lw:buildingBlock"]
    assert marks["topic/wallets-keys"] == ["ceterms:name", "lw:buildingBlock"]
    assert marks["theme/fairness"] == ["ceterms:name"]
    assert marks["term/hot-work"] == ["ceterms:description", "lw:buildingBlock"]


def test_terms_say_where_they_were_seen(map_: dict[str, dict[str, Any]]) -> None:
    term = map_["term/hot-work"]
    assert term["lw:citation"] == ["https://welders.example.org/glossary"]
    assert term["lw:note"] == "Seen in: the guild's handbook."
    assert term["lw:inLibrary"] == "confirmed"


def test_a_funder_says_what_it_funds_and_whose_money(map_: dict[str, dict[str, Any]]) -> None:
    funder = map_["funder/torch-fund"]
    assert funder["lw:funds"] == [ctid("initiative", "open-welding")]
    assert funder["lw:regrantsFrom"] == [ctid("alliance", "welders-united")]


def test_a_field_that_is_not_read_is_told(readings: list[Reading]) -> None:
    (issue,) = issues(readings[0])
    assert (issue.code, issue.severity, issue.place) == (
        "field-unknown",
        "warning",
        "initiatives.yaml item 2",
    )
    assert "colour" in issue.message


def test_each_cited_page_is_a_source_and_nothing_is_lost(readings: list[Reading]) -> None:
    cited = {reading.source.key: said(reading) for reading in readings[1:]}
    open_welding = ctid("initiative", "open-welding")
    assert cited["cited:news.example.com"] == {
        "open-welding": {
            "@type": "lw:Initiative",
            "ceterms:ctid": open_welding,
            "ceterms:startDate": "2018",
            "lw:claim": ["start year: 2019"],
            "lw:citation": ["https://www.news.example.com/open-welding", "https://news.example.com/again"],
        }
    }
    blog = cited["cited:blog.example.net"]
    assert blog["open-welding"]["ceterms:startDate"] == "2019"
    assert blog["open-welding"]["lw:claim"] == ["start year: 2019-2021"]
    assert blog["yearly-meeting"]["@type"] == "lw:Subject"
    assert blog["yearly-meeting"]["ceterms:name"] == {"en": "Yearly meeting"}
    assert blog["yearly-meeting"]["lw:proposed"] == ["ceterms:name"]
    guessed = cited["cited:inferred-from-the-photographs"]["yearly-meeting"]
    assert guessed["lw:claim"] == ["guests: 90"]
    assert guessed["lw:proposed"] == ["ceterms:name", "lw:claim"]
    assert guessed["lw:note"] == "two counts"
    assert all(reading.source.licence == "facts cited" for reading in readings[1:])


def test_claims_stand_side_by_side(readings: list[Reading]) -> None:
    """What a page shows of the start: each year with those who say it, the map's own first by its trust."""
    statements = [
        Statement(r.source.key, r.source.trust, r.release.date, item.key, item.document())
        for r in readings
        for item in r.items()
        if isinstance(item, Said) and item.ctid == ctid("initiative", "open-welding")
    ]
    starts = claims(statements)["ceterms:startDate"]
    assert [(c.value, sorted(s.source for s in c.statements), c.preferred) for c in starts] == [
        ("2019", ["cited:blog.example.net", "ecosystem"], True),
        ("2018", ["cited:news.example.com"], False),
    ]


def test_one_file_alone_is_no_snapshot_and_keeps_names_as_names() -> None:
    (reading,) = open_readings("ecosystem", [SAMPLES / "initiatives.yaml"])
    assert not reading.snapshot
    document = said(reading)["initiative/open-welding"]
    assert document["lw:ledBy"] == [{"ceterms:name": {"en": "Welders United"}}]
    alone = open_readings("ecosystem", [SAMPLES / "conflicting_claims.yaml"])
    assert {d["@type"] for r in alone for d in said(r).values()} == {"lw:Initiative"}


def test_a_digest_changes_with_the_document(tmp_path: Path) -> None:
    def digests(text: str) -> dict[str, bytes]:
        path = tmp_path / "funders.yaml"
        path.write_text(text)
        (reading,) = open_readings("ecosystem", [path], Options(release="2026-01-01"))
        return {item.key: item.digest for item in reading.items() if isinstance(item, Said)}

    text = (SAMPLES / "funders.yaml").read_text("utf-8")
    assert digests(text) == digests(text + "\n# a comment\n")
    assert digests(text) != digests(text.replace("private", "public"))


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nitems: [*b,*b,*b,*b,*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (BOMB, BadMappingError, "alias"),
        ("items: !!python/object/apply:os.system ['true']", BadMappingError, "not YAML"),
        ("items: [", BadMappingError, "not YAML"),
        ("", BadMappingError, "names with values"),
        ("- a\n- b\n", BadMappingError, "names with values"),
        ("items: 7", UnreadableFileError, "items"),
        ("items: " + "[" * 3000, BadMappingError, "not YAML"),
        ("items: [" + "x, " * 60_000 + "]", UnreadableFileError, "more than"),
        ("items: [" + "x, " * 600_000 + "]", LearnworkError, "funders.yaml"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(
    text: str, error: type[LearnworkError], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "funders.yaml"
    path.write_text(text)
    with pytest.raises(error, match=message) as caught:
        open_readings("ecosystem", [path])
    assert "funders.yaml" in caught.value.message


def test_items_that_are_none_are_issues(tmp_path: Path) -> None:
    path = tmp_path / "funders.yaml"
    path.write_text("items: [7, {id: x}, {id: y, name: Y}, {id: y, name: Z}, {id: 5, name: W}]")
    (reading,) = open_readings("ecosystem", [path])
    assert list(said(reading)) == ["funder/y"]
    assert [(i.code, i.place) for i in issues(reading)] == [
        ("item-bad", "funders.yaml item 1"),
        ("item-bad", "funders.yaml item 2"),
        ("duplicate-key", "funders.yaml item 4"),
        ("item-bad", "funders.yaml item 5"),
    ]


def test_a_folder_or_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no ecosystem file"):
        open_readings("ecosystem", [tmp_path])
    other = tmp_path / "other.yaml"
    other.write_text("items: []")
    with pytest.raises(UnreadableFileError, match="not one of the ecosystem files"):
        open_readings("ecosystem", [other])
    assert not FORMATS["ecosystem"].recognise(other)
    assert recognise(SAMPLES) is FORMATS["ecosystem"]


FIELDS = st.sampled_from(
    sorted({"subject", "field", "claims", "value", "date", "text"}.union(*map(fields_of, CLASSES)))
)
YAML = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=10) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=20,
)
STEMS = ["initiatives", "alliances", "funders", "building_blocks", "glossary_terms", "conflicting_claims"]


@given(st.sampled_from(STEMS), st.lists(st.dictionaries(FIELDS, YAML, max_size=8) | YAML, max_size=4))
def test_any_items_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, stem: str, items: list[Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{stem}.yaml"
    path.write_text(yaml.safe_dump({"items": items, "cross_cutting": items}, allow_unicode=True), "utf-8")
    try:
        readings = open_readings("ecosystem", [path])
    except LearnworkError:
        return
    for reading in readings:
        for item in reading.items():
            if isinstance(item, Said):
                assert item.document()["ceterms:ctid"] == item.ctid
            else:
                assert isinstance(item, Issue)


@given(st.binary(max_size=120) | st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "alliances.yaml"
    path.write_bytes(data)
    try:
        open_readings("ecosystem", [path])
    except LearnworkError as error:
        assert "alliances.yaml" in error.message  # noqa: PT017 - a refusal is not required, its name is
