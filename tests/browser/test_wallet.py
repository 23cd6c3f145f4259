"""The wallet in a browser: check, keep, share and show; by day and night, on a phone, without scripts, on paper."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.records.badges import OTHER, badge, clr, method, signed

from learnwork.accounts.models import User
from learnwork.records.keys import PrivateKey
from learnwork.wallet import asking, collection, sharing

pytestmark = pytest.mark.browser
ISSUER = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
SECOND = "urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d12"
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


def transcript() -> dict[str, Any]:
    first, second = signed(badge()), signed(badge(id=SECOND, name="Blueprint reading"), OTHER)
    record = clr(first, second)
    record["credentialSubject"]["association"] = [
        {"type": ["Association"], "associationType": "precedes", "sourceId": SECOND, "targetId": first["id"]}
    ]
    return signed(record)


def selective() -> dict[str, Any]:
    document = badge(ISSUER)
    document["credentialSubject"]["term"] = "Spring"
    return signed(document, ISSUER, suite="ecdsa-sd-2023", mandatory=("/issuer",), method=method(ISSUER))


@pytest.fixture
def ana(site: str, settings: Any, tmp_path: Path) -> User:
    settings.BASE_URL, settings.DATA = site, tmp_path
    owner = User.objects.create_user("ana", password="welding in the spring")
    for document in (selective(), transcript()):
        collection.take_in(owner, json.dumps(document).encode(), "record.json")
    return owner


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/sign-in?next=/records")
    page.locator("#id_login").fill("ana")
    page.locator("#id_password").fill("welding in the spring")
    page.locator("main button").click()
    page.wait_for_url("**/records")


def check(page: Page, site: str, document: dict[str, Any]) -> None:
    page.goto(f"{site}/verify")
    file = {"name": "record.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}
    page.set_input_files("#file", [file])  # type: ignore[list-item]
    page.get_by_role("button", name="Check it").click()


def barriers(page: Page, name: str, width: int) -> list[str]:
    page.wait_for_load_state()
    page.evaluate(OPEN_ALL)
    wide = page.evaluate("document.documentElement.scrollWidth")
    report = Axe().run(page).response
    assert len(report["passes"]) > 8, name
    found = [f"{name} is {wide} px wide"] if wide > width else []
    return found + [
        f"{name}: {v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in report["violations"]
    ]


def context_of(browser: Browser, scheme: Any, width: int) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]
)
def test_no_barriers_and_no_sideways_scroll(
    site: str, ana: User, browser: Browser, scheme: str, width: int
) -> None:
    context = context_of(browser, scheme, width)
    page = context.new_page()
    found = []
    for name in ("/verify", "/records", "/shared"):
        page.goto(site + name)
        found += barriers(page, name, width)
    for name, document in {"good": signed(badge()), "bad": badge(), "transcript": transcript()}.items():
        check(page, site, document)
        found += barriers(page, name, width)
    sign_in(page, site)
    kept = ana.records.order_by("pk")
    for name in ("/records", f"/records/{kept[0].pk}", "/records/shares", "/records/present"):
        page.goto(site + name)
        found += barriers(page, f"signed in {name}", width)
    page.goto(f"{site}/records/present")
    page.locator("#request").fill(asking.ask().link)
    page.get_by_role("button", name="See who asks").click()
    found += barriers(page, "who asks", width)
    page.goto(f"{site}/records")
    for box in page.locator(".pick").all():
        box.check()
    page.get_by_role("button", name="Share the chosen ones").click()
    found += barriers(page, "choose", width)
    page.get_by_label("What is it for?").fill("For Riverside Works")
    page.get_by_role("button", name="Make the link").click()
    found += barriers(page, "made", width)
    page.goto(page.locator(".code-link").inner_text())
    page.wait_for_url("**/shared/records")
    found += barriers(page, "shared", width)
    context.close()
    assert found == []


def test_a_file_is_dropped_and_its_verdict_kept(site: str, page: Page) -> None:
    page.goto(f"{site}/verify")
    expect(page.get_by_text("drop the file anywhere")).to_be_visible()
    page.evaluate(
        """(text) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "badge.json", { type: "application/json" }));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        json.dumps(signed(badge())),
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("This record verifies")
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep this verdict").click()
    page.goto(f"{site}/verify")
    page.set_input_files("#file", str(download.value.path()))
    page.get_by_role("button", name="Check it").click()
    expect(page.locator(".lede")).to_contain_text("As it was verified on")


def test_all_of_it_works_without_scripts(site: str, ana: User, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    check(page, site, transcript())
    expect(page.get_by_role("heading", level=1)).to_have_text("Do not rely on this record")
    page.get_by_text("Blueprint reading").first.click()
    _, code = sharing.make(
        ana, list(ana.records.all()), title="For work", until=datetime.now(UTC).date(), chosen={}
    )
    page.goto(f"{site}/shared")
    page.get_by_label("The code of the link").fill(code)
    page.get_by_role("button", name="Show the records").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For work")
    context.close()


def test_a_part_is_chosen_and_only_that_is_shown(site: str, ana: User, page: Page) -> None:
    sign_in(page, site)
    page.get_by_role("link", name="Pipe welding").click()
    page.get_by_role("button", name="Share it").click()
    page.get_by_label(re.compile("term: Spring")).uncheck()
    expect(page.get_by_label(re.compile("issuer › name"))).to_be_disabled()
    page.get_by_label("What is it for?").fill("For Riverside Works")
    page.get_by_role("button", name="Make the link").click()
    page.goto(page.locator(".code-link").inner_text())
    page.wait_for_url("**/shared/records")
    assert "#" not in page.url
    expect(page.get_by_text("chose to show a part")).to_be_visible()
    page.evaluate(OPEN_ALL)
    expect(page.locator("main")).not_to_contain_text("Spring")
    expect(page.locator("summary").first).to_contain_text("This record verifies")


def test_a_verdict_prints_with_its_checks(site: str, page: Page) -> None:
    check(page, site, transcript())
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Keep this verdict")).to_be_hidden()
    expect(page.get_by_role("heading", name="Is it real and unchanged?").first).to_be_visible()
    expect(page.locator("table code", has_text="issuer-bound").first).to_be_visible()
