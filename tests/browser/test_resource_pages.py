"""Pages of resources, places, histories, suggestions and the curator's desk: by eye, by key, on a phone, in print."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.world import FIELD, OCCUPATION, ctid

pytestmark = pytest.mark.browser
PAGES = {
    "program": f"/resources/{ctid('welding')}",
    "degree": f"/resources/{ctid('old')}",
    "organization": f"/resources/{ctid('college')}",
    "occupation": f"/resources/{OCCUPATION}",
    "field": f"/resources/{FIELD}",
    "initiative": f"/resources/{ctid('initiative')}",
    "state": "/places/state/NJ",
    "history": f"/resources/{ctid('welding')}/history",
    "suggest": f"/resources/{ctid('welding')}/suggest?about=ceterms:estimatedCost",
    "decisions": "/decisions",
    "card for other sites": f"/embed/{ctid('welding')}",
}
DESK = {
    "desk": "/curate",
    "queue": "/curate/suggestions",
    "merge": f"/curate/merge?keep={ctid('welding')}&other={ctid('intro')}",
    "rule": f"/curate/resources/{ctid('welding')}",
    "program": f"/resources/{ctid('welding')}",
}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture
def alice(site: str) -> str:
    """A curator's session cookie, and a suggestion that waits for her."""
    from django.test import Client

    from learnwork.accounts.models import User
    from learnwork.intake import suggestions

    given = suggestions.Given("It costs more.", "4000", "https://example.org/costs")
    suggestions.suggest(ctid("welding"), "ceterms:name", given)
    client = Client()
    client.force_login(User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR))
    return client.cookies["sessionid"].value


def signed_in(browser: Browser, site: str, cookie: str, **more: object) -> BrowserContext:
    context = browser.new_context(**more)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    return context


def barriers(page: Page, name: str) -> list[str]:
    page.evaluate(OPEN_ALL)
    report = Axe().run(page).response
    assert len(report["passes"]) > 10, name
    return [f"{name}: {v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in report["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(site: str, alice: str, browser: Browser, scheme: str) -> None:
    context = signed_in(browser, site, alice, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    found = []
    for name, address in {**PAGES, **DESK}.items():
        answer = page.goto(site + address)
        assert answer
        assert answer.status == 200, name
        found += barriers(page, name)
    page.goto(f"{site}/curate/suggestions")
    page.get_by_role("link", name="Welding").first.click()
    found += barriers(page, "review")
    context.close()
    assert found == []


def test_a_phone_needs_no_sideways_scroll(site: str, alice: str, browser: Browser) -> None:
    context = signed_in(browser, site, alice, viewport={"width": 320, "height": 640}, has_touch=True)
    page = context.new_page()
    for name, address in {**PAGES, **DESK}.items():
        page.goto(site + address)
        page.evaluate(OPEN_ALL)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} px wide with everything open"
    context.close()


def test_an_error_is_reported_judged_and_undone_without_scripts(
    site: str, alice: str, browser: Browser
) -> None:
    reader = browser.new_context(java_script_enabled=False)
    page = reader.new_page()
    page.goto(f"{site}/resources/{ctid('intro')}")
    page.locator(".head .chip summary").first.click()
    page.locator(".head .chip[open]").get_by_role("link", name="Report an error").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is wrong here?")
    page.get_by_label("What is wrong?").fill("The name is too long.")
    page.get_by_label("What is right?").fill("First steps in welding")
    page.get_by_role("button", name="Send it to a curator").click()
    expect(page.get_by_role("status")).to_contain_text("A curator will look at it")
    own = page.url
    curator = signed_in(browser, site, alice, java_script_enabled=False)
    desk = curator.new_page()
    desk.goto(f"{site}/curate/suggestions")
    desk.get_by_role("link", name="Intro to Welding").click()
    expect(desk.locator("ins")).to_contain_text("First steps in welding")
    desk.get_by_role("button", name="Accept", exact=True).click()
    page.goto(own)
    expect(page.locator("main")).to_contain_text("It was accepted")
    page.goto(f"{site}/resources/{ctid('intro')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("First steps in welding")
    desk.goto(f"{site}/decisions")
    desk.get_by_role("button", name=re.compile("Undo")).first.click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Intro to Welding")
    reader.close()
    curator.close()


def test_two_versions_are_compared_by_key(site: str, page: Page) -> None:
    page.goto(f"{site}/resources/{ctid('welding')}/history")
    page.get_by_role("button", name="Compare the two").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What differs?")).to_be_visible()
    expect(page.locator("ins").first).to_contain_text("metal")


def test_print_shows_numbers_charts_and_no_forms(site: str, page: Page) -> None:
    page.goto(f"{site}/resources/{ctid('new')}")
    page.emulate_media(media="print")
    expect(page.locator(".chart svg")).to_be_visible()
    expect(page.locator(".chart figcaption .note-number")).to_be_visible()
    expect(page.get_by_role("link", name="Report an error")).to_have_count(0)
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
