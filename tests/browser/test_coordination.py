"""The network in a real browser: names lie apart, a picked node tells its story, zooming adds names, a phone fits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.made import ctid, reading, said

from learnwork.intake.loading import load

pytestmark = pytest.mark.browser
ADDRESS = "/landscape/coordination/organizations"
COLLIDING = """() => {
  const seen = [...document.querySelectorAll('svg.network text')]
    .filter((text) => getComputedStyle(text).visibility === 'visible' && text.getClientRects().length)
    .map((text) => text.getBoundingClientRect());
  let met = 0;
  for (let a = 0; a < seen.length; a++) for (let b = 0; b < a; b++) {
    const across = Math.min(seen[a].right, seen[b].right) - Math.max(seen[a].left, seen[b].left);
    const down = Math.min(seen[a].bottom, seen[b].bottom) - Math.max(seen[a].top, seen[b].top);
    if (across > 1 && down > 4) met++;
  }
  return [seen.length, met];
}"""


@pytest.fixture
def network(site: str) -> str:
    """Sixty entries in six regions, each with an organization of its own; a few work in two."""
    organizations = [
        said(f"region {n}", "lw:Alliance", ceterms_name={"en": f"Regional alliance number {n}"})
        for n in range(6)
    ]
    entries = [
        said(
            f"work {n}",
            "lw:Initiative",
            ceterms_name={"en": f"Initiative for records of work, {n}"},
            lw_partner=[ctid(f"region {n % 6}"), *([ctid(f"region {(n + 1) % 6}")] if n % 9 == 0 else [])],
        )
        for n in range(60)
    ]
    load(reading(*organizations, *entries, by="regions"), "made")
    return f"{site}{ADDRESS}"


@pytest.mark.parametrize("width", [360, 1280])
def test_names_lie_apart_and_the_page_fits(page: Page, network: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(network)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    names, met = page.evaluate(COLLIDING)
    assert names >= 6
    assert met == 0
    page.get_by_role("button", name="Closer").click()
    more, met = page.evaluate(COLLIDING)
    assert met == 0
    page.get_by_role("button", name="Whole picture").click()
    assert page.evaluate(COLLIDING)[0] == names
    assert more > 0


def test_picking_finding_and_going_back(page: Page, network: str) -> None:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(network)
    page.locator("svg.wide .hub").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#story")).to_contain_text("Shared by")
    expect(page.locator("svg.wide")).to_have_class("network wide zoom-1 picking")
    assert "node=" in page.url
    page.go_back()
    expect(page.locator("#story")).to_contain_text("Pick a node")
    expect(page.locator("svg.wide")).to_have_class("network wide zoom-1")
    page.get_by_label("Find in the picture").fill("records of work, 17")
    expect(page.locator(".tools output")).to_have_text("1")
    expect(page.locator("svg.wide .found")).to_have_count(1)
    assert failures == []
