"""Finding, mapping, keeping and comparing: in a real browser, on a phone, by day and night, without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.web.world import ctid

pytestmark = pytest.mark.browser
PAIR = f"/compare?ids={ctid('welding')},{ctid('intro')}"
FIVE = "/compare?ids=" + ",".join(ctid(name) for name in ("welding", "intro", "badge", "old", "new"))
PAGES = {
    "home": "/",
    "a filter whole": "/search?q=welding&open=state",
    "files": "/bulk",
    "compact": "/search?q=welding&rows=compact",
    "map": "/search?view=map",
    "counties": "/search?view=map&state=NJ",
    "tray": f"/search?q=welding&keep={ctid('welding')}&keep={ctid('intro')}",
    "two": PAIR,
    "five": FIVE,
    "one": f"/compare?ids={ctid('welding')}",
    "mail": "/alerts/new?q=welding",
    "style": "/about/style",
    "spanish": "/?language=es",
    "no language": "/?language=tlh",
}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
WEIGHT = 150_000  # bytes of a page of results with all that it loads, fonts included


@pytest.mark.parametrize("width", [320, 1280, 1920])
def test_no_barriers_and_no_sideways_scroll(site: str, browser: Browser, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="light",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    found = []
    for name, address in PAGES.items():
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(site + address)
        page.evaluate(OPEN_ALL)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{name} is {wide} px wide")
        day = Axe().run(page).response
        assert len(day["passes"]) > 8, name
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        night = Axe().run(page).response
        assert len(night["passes"]) > 8, name
        found += [
            f"{name} {scheme}: {v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}"
            for scheme, report in (("by day", day), ("at night", night))
            for v in report["violations"]
        ]
    context.close()
    assert found == []


def test_things_are_kept_and_compared_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/search?q=welding&type=learning_opportunity")
    page.get_by_role("link", name="Compare Welding", exact=True).click()
    tray = page.get_by_role("region", name="To compare")
    expect(tray).to_contain_text("Keep one more")
    page.get_by_role("link", name="Compare Intro to Welding", exact=True).click()
    tray.get_by_role("link", name="Compare these 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 things side by side")
    expect(page.locator("tr.differs").first).to_be_visible()
    page.get_by_text(re.compile("the same answer for all")).click()
    expect(page.get_by_role("table").last).to_contain_text("Riverside College")
    context.close()


def test_facets_are_a_drawer_on_the_phone_and_a_column_beside(site: str, browser: Browser) -> None:
    for width, at_once in ((390, False), (1280, True)):
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{site}/search?q=welding")
        kind = page.get_by_role("link", name=re.compile("Training and courses"))
        assert kind.is_visible() == at_once
        if not at_once:
            page.get_by_text("Narrow the results").click()
        expect(kind).to_be_visible()
        context.close()


def test_the_map_is_walked_by_keys(site: str, page: Page) -> None:
    page.goto(f"{site}/search?view=map")
    shapes = page.locator("figure.map a")
    if not shapes.count():
        pytest.skip("set-up could not fetch the outlines (no npm here)")
    shape = page.get_by_role("link", name=re.compile("New Jersey: ")).first
    shape.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("state=NJ"))
    expect(page.get_by_role("figure")).to_contain_text("By county of New Jersey")


def test_a_page_of_results_is_light(site: str, page: Page) -> None:
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{site}/search?q=welding", wait_until="networkidle")
    assert 0 < sum(sizes) < WEIGHT
    blocking = page.evaluate("[...document.scripts].filter((one) => !one.defer && !one.async).length")
    assert blocking == 0


def test_a_language_is_chosen_at_the_foot(site: str, page: Page) -> None:
    page.goto(f"{site}/search?q=welding")
    page.get_by_role("navigation", name="Language").get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert "q=welding" in page.url
    page.goto(f"{site}/sources")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_a_comparison_prints(site: str, page: Page) -> None:
    page.goto(site + PAIR)
    page.emulate_media(media="print")
    expect(page.locator("table.beside .note-number").first).to_be_visible()
    expect(page.locator("details.opens table")).to_be_visible()
    expect(page.get_by_role("search")).to_be_hidden()
