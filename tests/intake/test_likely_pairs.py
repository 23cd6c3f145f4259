"""Organizations of two sources that are probably one: found with a chance, listed, and never ruled."""

from __future__ import annotations

import json

import pytest
from tests.made import ctid, reading, said, source

from learnwork.bulk.engines import EngineName, opened
from learnwork.cli.app import run
from learnwork.formats.model import Said
from learnwork.intake.likely_pairs import CEILING, LikelyPair, likely_pairs
from learnwork.intake.loading import load
from learnwork.registry import decisions
from learnwork.registry.errors import DecisionError, UnknownSourceError

pytestmark = pytest.mark.django_db
TOWNS = ["Trenton", "Camden", *(f"{one}{two}ton" for one in ("Wel", "Har", "Bur", "Mil") for two in "abcdef")]


def college(key: str, name: str, town: str = "") -> Said:
    place = {"@type": "ceterms:Place", "ceterms:addressLocality": town, "ceterms:addressRegion": "NJ"}
    named = {"en": name}
    return said(
        key, "ceterms:CredentialOrganization", ceterms_name=named, ceterms_address=[place] if town else []
    )


@pytest.fixture(autouse=True)
def _world() -> None:
    listed = [college(f"d{n}", f"{town} institute {n}", town) for n, town in enumerate(TOWNS)]
    other = [college(f"l{n}", f"{town} academy of {town[::-1]}", town) for n, town in enumerate(TOWNS)]
    load(reading(*listed, college("one", "Camden County College", "Camden"), by=source("directory")), "made")
    again = college("two", "CAMDEN COUNTY COLLEGE - Evening classes", "Camden")
    misspelt = college("three", "Trenton instítute 1", "Trenton")
    load(reading(*other, again, misspelt, college("nowhere", "Camden institute"), by=source("list")), "made")


def names(found: list[LikelyPair]) -> set[tuple[str, str]]:
    return {(one.left.ctid, one.right.ctid) for one in found}


def test_it_finds_the_misspelt_and_the_department_and_nothing_else() -> None:
    found = likely_pairs("directory", "list")
    assert names(found) == {(ctid("one"), ctid("two")), (ctid("d0"), ctid("three"))}
    assert all(0.9 <= one.chance <= CEILING for one in found)
    assert found == likely_pairs("directory", "list", engine=opened(EngineName.DUCKDB))
    assert decisions.listing().count() == 0


def test_what_is_one_already_is_no_pair() -> None:
    decisions.same(ctid("one"), ctid("two"), author=None, reason="One college.")
    assert names(likely_pairs("directory", "list", least=0.5)) == {(ctid("d0"), ctid("three"))}


def test_sources_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(UnknownSourceError):
        likely_pairs("directory", "nobody")
    with pytest.raises(DecisionError):
        likely_pairs("list", "list")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["curate", "pairs", "directory", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["pairs"]) == 2
    assert run(["curate", "pairs", "directory", "list"]) == 0
    told = " ".join(capsys.readouterr().out.split())  # lines end where the terminal does
    assert f"{ctid('one')} Camden County College (Camden NJ)" in told
    assert f"{ctid('two')} CAMDEN COUNTY COLLEGE - Evening classes" in told
