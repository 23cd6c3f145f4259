"""Progress, gaps and funders in a real browser: nothing for axe, nothing to scroll sideways, cells cited by link."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = "A collaborative of very many organizations with a name that is long enough to be broken on a phone"
CELL = f"/landscape/gaps/cell?rows=block&columns=stakeholder&row={ctid('lonely')}&column=private+foundation"


@pytest.fixture(autouse=True)
def _made_map() -> None:
    steps = ((2016, 1, 2), (2017, 3, 3), (2018, 3, 3), (2020, 3, 3), (2021, 4, 4), (2022, 5, 5))
    stages = [
        {
            "lw:key": f"{year}",
            "lw:period": str(year),
            "lw:low": low,
            "lw:high": high,
            "lw:forecast": year > 2020,
        }
        | {"lw:issued": "2020-12"}
        for year, low, high in steps
    ]
    money = {"ceterms_currency": "USD", "ceterms_endDate": "2024-06"}
    load(
        reading(
            said("block", "lw:BuildingBlock", ceterms_name={"en": "Verifications and records"}),
            said("lonely", "lw:BuildingBlock", ceterms_name={"en": "Wallets"}),
            said("funder", "lw:Funder", ceterms_name={"en": LONG}, lw_kind="private foundation"),
            said("other", "lw:Funder", ceterms_name={"en": "Second Fund"}, lw_kind="federal government"),
            *(
                said(
                    f"grant-{year}",
                    "lw:Grant",
                    ceterms_name={"en": f"Grant {year}"},
                    lw_funder=[ctid("funder")],
                    lw_initiative=[ctid("entry")],
                    lw_amount=amount,
                    ceterms_startDate=str(year),
                    **money,
                )
                for year, amount in ((2020, 8400000), (2021, 120000))
            ),
            said(
                "entry",
                "lw:Initiative",
                ceterms_name={"en": LONG},
                lw_status="active",
                lw_buildingBlock=[ctid("block")],
                lw_fundedBy=[ctid("funder"), ctid("other")],
                lw_stages=stages,
                lw_milestones=[
                    {"lw:key": "m", "ceterms:name": {"en": "Pilot"}, "lw:plans": [{"lw:date": "2023-05"}]}
                ],
            ),
        ),
        "made",
    )


def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(
    live_server: LiveServer, browser: Browser
) -> None:
    paths = (
        "/landscape/progress?as_of=2024-01-01",
        "/landscape/gaps",
        CELL,
        "/landscape/funders?status=active",
    )
    for scheme, width in (("light", 1280), ("dark", 360)):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        for path in (*paths, f"/landscape/funders/{ctid('funder')}"):
            page.goto(f"{live_server.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        context.close()


def test_a_curator_declares_and_a_cell_is_cited_by_its_link(
    live_server: LiveServer, browser: Browser
) -> None:
    client = Client()
    client.force_login(User.objects.create_user("curator", role=User.Role.CURATOR))
    context = browser.new_context(java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{CELL}")
    page.get_by_label("When was it checked or decided?").fill("2024-05-01")
    page.get_by_label("How was it checked, or why is it so?").fill("Read every report.")
    page.get_by_role("button", name="Declare").click()
    cell = page.locator(f"#g-{ctid('lonely')}-private-foundation")
    expect(cell).to_have_text("none found")
    page.goto(f"{live_server.url}/landscape/progress?as_of=2024-01-01")
    page.locator(f"#s-{ctid('entry')}-2021 a").click()
    assert page.url.endswith(f"#s-{ctid('entry')}-2021")
    context.close()
