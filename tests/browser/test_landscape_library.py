"""The library of the map in a real browser: nothing to scroll sideways, nothing for axe, terms by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.made import ctid, reading, said

from learnwork.intake.loading import load

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = "A collaborative of very many organizations with a name that is long enough to be broken on a phone"
PATHS = [
    *("/landscape", "/landscape/entries?status=active&text=wallet", "/landscape/blocks"),
    *("/landscape/organizations", "/landscape/glossary", "/landscape/wanted", "/landscape/conflicts"),
    *("/landscape/stale", f"/resources/{ctid('entry')}", f"/resources/{ctid('funder')}"),
    *(f"/landscape/change/{ctid('entry')}", f"/landscape/change/{ctid('entry')}/add-grant"),
    *("/landscape/goals", f"/landscape/change/{ctid('goal')}/remove-goal"),
]


@pytest.fixture(autouse=True)
def _made_map() -> None:
    roles = [{"lw:key": "a", "lw:role": "lead", "lw:actorName": LONG, "ceterms:endDate": "2023-10-04"}]
    ties = [
        {"lw:key": "t", "lw:tie": "builds on", "lw:other": ctid("second"), "lw:declaredBy": [ctid("funder")]}
    ]
    milestones = [{"lw:key": "m", "ceterms:name": {"en": "Pilot"}, "lw:plans": [{"lw:date": "2024"}]}]
    stages = [
        {"lw:key": "1", "lw:period": "2019", "lw:low": 1, "lw:high": 2},
        {"lw:key": "2", "lw:period": "2021", "lw:low": 3, "lw:forecast": True},
    ]
    load(
        reading(
            said("block", "lw:BuildingBlock", ceterms_name={"en": "Verifications and records"}),
            said(
                "term",
                "lw:GlossaryTerm",
                ceterms_name={"en": "Wallet"},
                ceterms_description={"en": "Holds it."},
            ),
            said("funder", "lw:Funder", ceterms_name={"en": LONG}),
            said("second", "lw:Initiative", ceterms_name={"en": "Second"}, lw_goal=[ctid("goal")]),
            said("scheme", "lw:GoalScheme", ceterms_name={"en": f"Goals: {LONG}"}, lw_key="old"),
            said("goal", "lw:Goal", ceterms_name={"en": LONG}, lw_key="g1", lw_scheme=ctid("scheme")),
            said(
                "grant",
                "lw:Grant",
                ceterms_name={"en": "Grant"},
                lw_funder=[ctid("funder")],
                lw_initiative=[ctid("entry")],
                lw_amount=8400000,
                ceterms_currency="USD",
            ),
            said(
                "entry",
                "lw:Initiative",
                ceterms_name={"en": LONG},
                ceterms_description={"en": "A wallet for learners."},
                lw_status="active",
                lw_buildingBlock=[ctid("block")],
                lw_proposed=["ceterms:description", "lw:buildingBlock"],
                lw_fundedBy=[ctid("funder")],
                lw_citation=["https://example.org/a/page/with/a/long/address"],
                lw_roles=roles,
                lw_ties=ties,
                lw_milestones=milestones,
                lw_stages=stages,
            ),
        ),
        "made",
    )
    load(reading(said("cited", "lw:Initiative", of="entry", lw_status="ended"), by="cited"), "made")


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(
    live_server: LiveServer, browser: Browser
) -> None:
    for scheme, width in (("light", 1280), ("dark", 360)):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        for path in PATHS:
            page.goto(f"{live_server.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        context.close()


def test_a_term_explains_itself_by_keyboard_and_escape_puts_it_away(
    live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}/landscape/entries")
    word = page.get_by_role("link", name="wallet", exact=True)
    meaning = page.get_by_role("tooltip", include_hidden=True)
    expect(meaning).to_be_hidden()
    word.focus()
    expect(meaning).to_be_visible()
    expect(word).to_have_accessible_description("Holds it.")
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.get_by_role("link", name="Glossary").focus()
    word.hover()
    expect(meaning).to_be_visible()
    word.press("Enter")
    page.wait_for_url(f"**/resources/{ctid('term')}")
