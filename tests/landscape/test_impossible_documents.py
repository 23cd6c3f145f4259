"""Sources say impossible things: circles of parents, stages outside 1 to 5, grants that end before they begin, markup.

What a source says is kept as it was received; the map leaves out what cannot be, shows the rest, and no page breaks.
"""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.landscape import editions
from learnwork.landscape.reading import landscape
from learnwork.registry import queries

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
A, B, UNION, GUILD = (ctid(name) for name in ("a", "b", "union", "guild"))
TEXT = {"en": SCRIPT}


@pytest.fixture(autouse=True)
def _impossible() -> None:
    stages = [{"lw:key": f"{n}", "lw:period": "2020", "lw:low": n, "lw:issued": SCRIPT} for n in (0, 6, 3)]
    stages.append({"lw:key": "range", "lw:period": "2021", "lw:low": 4, "lw:high": 2})
    role = {"lw:key": "r", "lw:role": "partner", "lw:actorName": SCRIPT, "ceterms:startDate": SCRIPT}
    milestone = {"lw:key": "m", "ceterms:name": TEXT, "lw:plans": [{"lw:date": SCRIPT, "lw:reason": SCRIPT}]}
    grant = {"lw:funder": [ctid("fund")], "lw:initiative": [A], "ceterms:name": TEXT}
    hostile = {
        "ceterms_description": TEXT,
        "lw_kind": SCRIPT,
        "lw_status": SCRIPT,
        "lw_geography": [SCRIPT],
        "lw_feature": [SCRIPT],
        "ceterms_subjectWebpage": "javascript:alert(1)",
        "ceterms_startDate": SCRIPT,
        "lw_reviewedOn": SCRIPT,
    }
    items = [
        said(
            "a",
            "lw:Initiative",
            ceterms_name=TEXT,
            lw_parent=[B],
            lw_partner=[A],
            lw_stages=stages,
            **hostile,
        ),
        said("b", "lw:Initiative", ceterms_name={"en": "Beta"}, lw_parent=[A], lw_roles=[role]),
        said(
            "c",
            "lw:Initiative",
            ceterms_name={"en": "Gamma"},
            lw_parent=[ctid("c")],
            lw_milestones=[milestone],
        ),
        said("union", "lw:Alliance", ceterms_name=TEXT, lw_partOf=[GUILD]),
        said(
            "guild", "lw:Alliance", ceterms_name={"en": "Guild"}, lw_partOf=[UNION], lw_regrantsFrom=[GUILD]
        ),
        said("fund", "lw:Funder", ceterms_name=TEXT, lw_kind=SCRIPT),
        said("g1", "lw:Grant", **as_terms(grant), lw_amount=5),
        said("g2", "lw:Grant", **as_terms(grant), ceterms_startDate="2024", ceterms_endDate="2020"),
        said(
            "g3", "lw:Grant", **as_terms(grant), lw_amount="much", ceterms_currency=SCRIPT, lw_sentence=SCRIPT
        ),
        said("term", "lw:GlossaryTerm", ceterms_name=TEXT, ceterms_description=TEXT),
        said("block", "lw:BuildingBlock", ceterms_name=TEXT),
    ]
    load(reading(*items), "made")


def as_terms(document: dict[str, object]) -> dict[str, object]:
    return {term.replace(":", "_", 1): value for term, value in document.items()}


def test_what_cannot_be_is_left_out_and_kept_as_received() -> None:
    known = landscape()
    assert [(one.low, one.high) for one in known.stages] == [(3, 3)]
    assert len(queries.resource(A).document["lw:stages"]) == 4, "nothing of what was said is lost"
    grants = {one.ctid: one for one in known.grants}
    assert len(grants) == 3
    assert (grants[ctid("g1")].currency, grants[ctid("g3")].amount) == ("", None)
    assert known.entries[ctid("c")].parent == ""
    assert not [role for role in known.roles if role.party == A], "nobody is their own partner"


PAGES = (
    *(
        "",
        "/entries",
        "/blocks",
        "/organizations",
        "/progress",
        "/coordination",
        "/gaps",
        "/gaps?columns=state",
    ),
    *(
        "/coordination/organizations",
        "/coordination/funders?view=table",
        "/coordination/subjects?view=matrix",
    ),
    *("/coordination/overlap", "/funders", "/glossary", "/wanted", "/conflicts", "/stale", f"/change/{A}"),
    *("/entries?valid_on=2022", "/progress?as_of=2019", f"/funders/{ctid('fund')}"),
)


def test_no_page_breaks_and_no_markup_gets_through() -> None:
    client = Client()
    pages = [f"/landscape{page}" for page in PAGES]
    pages += [f"/resources/{one}" for one in (A, B, ctid("c"), UNION, GUILD, ctid("fund"), ctid("term"))]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert SCRIPT not in text, page
        assert 'href="javascript:' not in text, page
    for address in ("", "/progress", "/gaps", "/funders", "/coordination"):
        assert client.get(f"/api/landscape{address}").status_code == 200, address


def test_an_edition_of_it_is_frozen_printed_and_compared() -> None:
    made = editions.make(editions.Setting("The guide", "2025"))
    editions.freeze(made)
    editions.publish(made)
    client = Client()
    for page in ("", f"/entries/{A}", "/changes"):
        answer = client.get(f"/landscape/editions/1.0{page}")
        assert answer.status_code == 200, page
        assert SCRIPT not in answer.content.decode(), page
        assert "alert(1)" in unescape(answer.content.decode()) or page == "/changes"
