"""A person finds welding in Riverside: with keys alone, without scripts, on a phone, by eye and by screen reader."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.web.world import OCCUPATION, ctid

pytestmark = pytest.mark.browser
PAGES = {
    "home": "/",
    "results": "/search?q=welding&type=learning_opportunity",
    "nothing found": "/search?q=zzzz",
    "program": f"/resources/{ctid('welding')}",
    "degree": f"/resources/{ctid('old')}",
    "occupation": f"/resources/{OCCUPATION}",
    "organization": f"/resources/{ctid('college')}",
    "badge": f"/resources/{ctid('badge')}",
    "hostile": f"/resources/{ctid('hostile')}",
    "initiative": f"/resources/{ctid('initiative')}",
    "tombstone": f"/resources/{ctid('gone')}",
    "sources": "/sources",
    "source": "/sources/state-list",
    "licences": "/licences",
    "decisions": "/decisions",
    "marks": "/about/marks",
    "sign in": "/accounts/sign-in",
    "not found": "/nowhere",
}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains about: blocked by the policy, failed to load, thrown by a script."""
    heard: list[str] = []
    page.on(
        "console",
        lambda message: heard.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_it_works_with_keys_alone(site: str, page: Page, complaints: list[str]) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    field = page.get_by_role("combobox", name="Search")
    field.focus()
    page.keyboard.type("weldign riverside")
    page.keyboard.press("Enter")
    expect(page.get_by_text("These are the results for")).to_be_visible()
    page.get_by_role("link", name="Welding", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Welding")).to_be_visible()
    chip = page.get_by_role("group").filter(has_text="state-list").locator("summary").nth(1)
    chip.focus()
    page.keyboard.press("Enter")
    opened = page.locator("details.chip[open]")
    expect(opened).to_contain_text("Made source state-list")
    expect(opened).to_contain_text("Licence: CC0-1.0")
    assert complaints == []


def test_suggestions_while_typing(site: str, page: Page, complaints: list[str]) -> None:
    page.goto(site)
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("river")
    expect(page.get_by_role("option").first).to_contain_text("Riverside College")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press_sequentially("s")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/resources/ce-"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Riverside College")
    assert complaints == []


def test_suggestions_are_words(site: str, page: Page, complaints: list[str]) -> None:
    page.goto(site)
    page.get_by_role("combobox", name="Search").press_sequentially("script")
    expect(page.get_by_role("option").first).to_contain_text("<script>")
    assert page.locator(".suggestions script").count() == 0
    assert complaints == []


def test_everything_works_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox", name="Search").fill("welding")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("Training and courses")).click()
    expect(page.get_by_role("list", name="Chosen filters")).to_contain_text("Type")
    page.get_by_role("link", name="Welding", exact=True).click()
    page.locator("details.conflict summary").first.click()
    expect(page.locator("details.conflict[open]")).to_contain_text("Also said")
    page.get_by_role("link", name="Learning Program").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    context.close()


def test_a_phone_needs_no_sideways_scroll(site: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True)
    page = context.new_page()
    for name, address in PAGES.items():
        page.goto(site + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} px wide"
        page.evaluate(OPEN_ALL)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} is {wide} px wide with everything open"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(site: str, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for name, address in PAGES.items():
        page.goto(site + address)
        page.evaluate(OPEN_ALL)
        report = Axe().run(page).response
        assert len(report["passes"]) > 10, name
        found += [
            f"{name}: {v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in report["violations"]
        ]
    context.close()
    assert found == []


def test_print_turns_chips_into_footnotes(site: str, page: Page) -> None:
    page.goto(f"{site}/resources/{ctid('welding')}")
    number = page.locator("dl.facts .note-number").first
    expect(number).to_be_hidden()
    page.emulate_media(media="print")
    expect(number).to_be_visible()
    assert re.fullmatch(r"(\[\d\])+", number.inner_text())
    expect(page.locator("dl.facts .chip-text").first).to_be_hidden()
    expect(page.locator(".sources-list li").first).to_contain_text("Made source")
    expect(page.get_by_role("search")).to_be_hidden()


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_blocked(
    site: str, page: Page, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in PAGES.values():
        page.goto(site + address)
    assert all(url.startswith(site) for url in asked)
    # Pages that answer 404 or 410 are reported by the browser as such; nothing else may be.
    assert [text for text in complaints if "status of 4" not in text] == []
