"""The guide of an edition, on paper and as a page: everything is in it, nothing is markup, drafts are the curators'."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.test import Client
from tests.made import ctid, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import editions, guide_printing
from learnwork.landscape.differing import Kind, difference
from learnwork.landscape.editions import EditionError
from learnwork.landscape.freezing import BadEditionError, Frozen, covered
from learnwork.landscape.guide import guide
from learnwork.landscape.inclusion import LeftOut, Why
from learnwork.landscape.model import (
    AmountType,
    Entry,
    Goal,
    GoalScheme,
    Grant,
    Landscape,
    Milestone,
    Party,
    Plan,
    Role,
    RoleKind,
    Said,
    Stage,
    Tie,
)
from learnwork.landscape.preflight import Finding, Matter
from learnwork.landscape.recovered import COVERS, recovered

HOSTILE = "<script>alert(1)</script> #let $x$ _a_ `b` @c"
GOALS = GoalScheme("1", "Goals", (Goal("g1", "g1", "Build"), Goal("g2", "g2", "Join")))
MADE = Landscape(
    {
        "ce-a": Entry(
            "ce-a", "a", "Alpha", description=HOSTILE, goals=("g1",), said=Said(("https://a.example",))
        ),
        "ce-b": Entry("ce-b", "b", "Beta", proposed=frozenset({"ceterms:description"})),
    },
    {"ce-p": Party("ce-p", "Pact"), "ce-f": Party("ce-f", "Fund")},
    (
        Role("ce-a", "ce-p", RoleKind.LEAD),
        Role("ce-a", "name:Somebody", RoleKind.PARTNER, said=Said(derived=True)),
        Role("ce-b", "ce-f", RoleKind.FUNDER),
    ),
    (
        Grant("ce-g", "ce-f", "ce-a", currency="USD", amount_type=AmountType.PAID),
        Grant("ce-h", "", "ce-b", currency="USD"),
        Grant("ce-i", "ce-f", "ce-gone", currency="USD"),
    ),
    (Tie("ce-b", "ce-a"),),
    (Milestone("ce-a", "m", "Pilot", (Plan("2026"),)),),
    (Stage("ce-a", "2023", 1, 2), Stage("ce-a", "2027", 5, 5, forecast=True), Stage("ce-b", "", 3, 3)),
    GOALS,
    (GOALS,),
    valid_on="2025",
)
FROZEN = Frozen(
    "2.0",
    "The guide",
    "2025",
    "2025-12-31T00:00:00+00:00",
    "2025-12-31T00:00:00+00:00",
    MADE,
    left_out=(LeftOut("ce-c", "Gamma", Why.GONE, "It ended"),),
    findings=(Finding(Matter.STALE, "ce-b", "Beta"),),
)
FORMER = replace(
    FROZEN,
    number="1.0",
    landscape=replace(MADE, entries={**MADE.entries, "ce-c": Entry("ce-c", "c", "Gamma")}, valid_on="2024"),
)


def test_every_part_of_the_guide_has_what_belongs_there() -> None:
    made = guide(FROZEN, FORMER)
    assert [(part.label, [one.name for one in part.entries]) for part in made.parts] == [
        ("Build", ["Alpha"]),
        ("Join", []),
        ("", ["Beta"]),
    ]
    sheet = made.sheet("ce-a")
    assert sheet is not None
    assert [(kind, [(one.ctid, one.name) for one in held]) for kind, held in sheet.roles] == [
        (RoleKind.LEAD, [("ce-p", "Pact")]),
        (RoleKind.PARTNER, [("", "Somebody")]),
    ]
    assert [(name, back) for name, _tie, back in sheet.ties] == [("Beta", True)]
    assert [name for name, _grant in sheet.grants] == ["Fund"]
    assert next((row.entry.name, [cell.mark for cell in row.cells][:2]) for row in made.matrix.rows) == (
        "Alpha",
        ["recorded", "no report"],
    )
    index = {one.name: [(name, kinds) for _ctid, name, kinds in one.entries] for one in made.index}
    assert index["Fund"] == [("Alpha", (RoleKind.FUNDER,)), ("Beta", (RoleKind.FUNDER,))]
    assert list(index) == ["Fund", "Pact", "Somebody"]
    assert [one.name for one in made.not_updated] == ["Beta"]
    assert made.difference is not None
    assert [(one.kind, one.reason) for one in made.difference.changes] == [
        (Kind.REMOVED, "no longer on the map: It ended")
    ]


def test_the_print_is_tagged_and_links_within() -> None:
    digest = hashlib.sha256(FROZEN.text()).hexdigest()
    body = guide_printing.pdf(guide(FROZEN, FORMER), digest)
    for sign in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"/Outlines", b"/Link"):
        assert sign in body
    assert guide_printing.pdf(guide(FROZEN, FORMER), digest)[:5] == b"%PDF-"
    assert guide_printing.pdf(guide(FROZEN), digest, "es")[:5] == b"%PDF-"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
def test_the_print_has_every_part_and_its_digest(tmp_path: Path) -> None:
    digest = hashlib.sha256(FROZEN.text()).hexdigest()
    file = tmp_path / "guide.pdf"
    file.write_bytes(guide_printing.pdf(guide(FROZEN, FORMER), digest))
    told = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = [" ".join(page.split()) for page in told.split("\f")]
    whole = " ".join(pages)
    assert digest in pages[0].replace(" ", "")
    for heading in ("How to read", "Entries by goal", "Stages by year", "Where nobody works", "Funders"):
        assert heading in whole
    assert "Somebody [derived]" in whole
    assert "Changes since edition 1.0" in whole
    assert "no longer on the map: It ended" in whole
    assert HOSTILE.split(maxsplit=1)[0] in whole


# What a stored copy gave back


def _rows() -> dict[str, object]:
    row = {"goal": "g1", "label": "Alpha", "initiative": "a", "aligned": True}
    columns = {"<2018": [1, 2], "2019": [3, 3], "2020": [4, 4]}
    return {
        "title": "Early guide",
        "editions": [{"n": 1}, {"n": "x", "source": "https://example.org/copy", "note": "cut"}],
        "rows": [
            {**row, "by_column": columns},
            {**row, "initiative": "b", "aligned": False, "stages": [[2, 2]]},
        ],
    }


def test_a_recovered_guide_tells_what_it_shows_and_no_more() -> None:
    found = recovered(_rows(), GOALS, "2019")
    stages = [(one.period, one.low, one.high, one.forecast, one.position) for one in found.landscape.stages]
    assert stages == [
        ("<2018", 1, 2, False, 0),
        ("2019", 3, 3, False, 1),
        ("2020", 4, 4, True, 2),
        ("", 2, 2, False, 0),
    ]
    assert "2 rows were recovered, 1 of them with their years" in found.note
    early = Frozen("1.0", "Early", "2019", "", "", found.landscape, covers=COVERS)
    later = replace(
        found.landscape,
        entries={
            ctid: replace(one, description="Told later") for ctid, one in found.landscape.entries.items()
        }
        | {"ce-new": Entry("ce-new", "n", "New")},
    )
    both = covered(early, replace(early, landscape=later, covers=()))
    assert difference(found.landscape, later, covers=both).changes == ()
    moved = replace(later, stages=(replace(later.stages[1], low=4, high=4), *later.stages[2:]))
    kinds = {one.kind for one in difference(found.landscape, moved, covers=both).changes}
    assert Kind.STAGE_RESTATED in kinds
    assert Kind.ADDED not in kinds


@pytest.mark.parametrize(
    "made",
    [
        None,
        {"rows": []},
        {"rows": [{"label": "A", "goal": "g1"}]},
        {"rows": [{"label": "A", "initiative": "a", "goal": "g9"}]},
        {"rows": [{"label": "A", "initiative": "a", "goal": "g1", "stages": [[0, 1]]}]},
        {"rows": [{"label": "A", "initiative": "a", "goal": "g1", "stages": [3]}]},
    ],
)
def test_a_recovered_guide_that_contradicts_itself_is_refused(made: object) -> None:
    with pytest.raises(BadEditionError):
        recovered(made, GOALS, "2019")


@pytest.mark.big
def test_the_real_guide_gives_eighteen_rows_five_with_years(shared_data: Path) -> None:
    made = yaml.safe_load((shared_data / "ecosystem" / "guide.yaml").read_text())
    keys = dict.fromkeys(row["goal"] for row in made["rows"])
    scheme = GoalScheme("recovered_pdf", "", tuple(Goal(f"ce-{key}", key, key) for key in keys))
    found = recovered(made, scheme, "2019").landscape
    assert len(found.entries) == len(made["rows"]) == 18
    assert len({stage.entry for stage in found.stages if stage.period}) == 5
    told = sum(len(row["stages"]) for row in made["rows"])
    assert len(found.stages) == told
    assert {stage.period for stage in found.stages if stage.forecast} == {
        str(year) for year in range(2020, 2026)
    }


# Pages


@pytest.fixture
def world(db: None) -> None:
    load(
        reading(
            said(
                "weld", "lw:Initiative", ceterms_name={"en": "Welding"}, ceterms_description={"en": HOSTILE}
            ),
            by=source("map", trust=60),
        ),
        "made",
    )


@pytest.fixture
def curator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR))
    return client


@pytest.mark.usefixtures("world")
def test_a_curator_makes_an_edition_and_everybody_reads_it(client: Client, curator: Client) -> None:
    sent = {"title": HOSTILE, "as_of": "2024", "scheme": "", "left_out": "", "note": HOSTILE}
    assert client.post("/landscape/editions/new", sent).status_code == 302
    assert curator.post("/landscape/editions/new", {**sent, "as_of": "soon"}).status_code == 200
    assert curator.post("/landscape/editions/new", {**sent, "left_out": "x"}).status_code == 200
    made = curator.post("/landscape/editions/new", sent)
    assert made.headers["Location"] == "/landscape/editions/1.0"
    page = "/landscape/editions/1.0"
    assert "Look at this first" in curator.get(page).content.decode()
    assert [client.get(f"{page}{rest}").status_code for rest in ("", "/edition.json", "/changes")] == [
        404
    ] * 3
    assert client.post(f"{page}/act", {"do": "freeze"}).status_code == 302
    assert not editions.published()
    for step in ("freeze", "publish"):
        assert curator.post(f"{page}/act", {"do": step}).status_code == 302
    assert curator.post(f"{page}/act", {"do": "freeze"}).status_code == 400

    shown = client.get(page)
    digest = editions.copy(editions.edition("1")).digest
    assert digest in shown.content.decode()
    assert "<script>alert" not in shown.content.decode()
    had = {"If-None-Match": shown.headers["ETag"]}
    assert client.get(page, headers=had).status_code == 304
    assert client.get(page, headers={**had, "Accept-Language": "es"}).status_code == 200
    assert curator.get(page, headers=had).status_code == 200
    assert hashlib.sha256(client.get(f"{page}/edition.json").content).hexdigest() == digest
    assert client.get(f"{page}/guide.pdf").content[:5] == b"%PDF-"
    assert client.get(f"{page}/entries.csv").content.decode().startswith("ctid,key,name")
    assert client.get(f"{page}/nothing").status_code == 404
    entry = client.get(f"{page}/entries/{ctid('weld')}")
    assert "Welding" in entry.content.decode()
    assert "<script>alert" not in entry.content.decode()
    assert client.get(f"{page}/entries/ce-none").status_code == 404
    assert "Nothing has changed" in client.get(f"{page}/changes").content.decode()

    assert curator.post(f"{page}/act", {"do": "correct", "correction": " "}).status_code == 400
    again = curator.post(f"{page}/act", {"do": "correct", "correction": "A name was wrong"})
    assert again.headers["Location"] == "/landscape/editions/1.1"
    assert curator.get("/landscape/editions/1.1/settings").status_code == 200
    assert curator.post("/landscape/editions/1.1/act", {"do": "drop"}).status_code == 302
    listed = client.get("/api/landscape/editions").json()["editions"]
    assert [(one["number"], one["digest"]) for one in listed] == [("1.0", digest)]
    assert client.get("/api/landscape/editions/1.0").json()["entries"] == 1
    assert client.get("/api/landscape/editions/1.0/changes").json()["changes"] == []
    assert client.get("/api/landscape/editions/7").json()["code"] == "edition-unknown"


@pytest.mark.usefixtures("world")
def test_a_recovered_guide_needs_its_goals_on_the_map() -> None:
    with pytest.raises(EditionError, match="no goals of that key"):
        editions.recover(_rows(), "recovered_pdf", "2019")
