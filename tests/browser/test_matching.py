"""Matching in a browser: a title asked back, what a learner's records open and why, by night on a phone, no scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.made import ctid, reading, said
from tests.records.badges import badge, signed

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.wallet import collection

pytestmark = pytest.mark.browser
ASKED = [ctid(f"skill {n}") for n in range(12)]


@pytest.fixture
def loaded(site: str, settings: Any, tmp_path: Path) -> str:
    settings.BASE_URL, settings.DATA = site, tmp_path
    skills = [
        said(f"skill {n}", "ceasn:Competency", ceasn_competencyText={"en": f"Skill number {n}"})
        for n in range(12)
    ]
    cooks = [
        said(
            f"cook {n}",
            "ceterms:Occupation",
            ceterms_name={"en": f"Cooks, {n}"},
            ceterms_alternateName={"en": ["Cook"]},
            ceasn_skillEmbodied=ASKED,
        )
        for n in range(8)
    ]
    load(reading(*skills, *cooks), "made")
    owner = User.objects.create_user("ana", password="welding in the spring")
    document = badge()
    achievement = document["credentialSubject"]["achievement"]
    urls = [*ASKED[:3], "https://nowhere.example/one"]
    achievement["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Target {n}", "targetUrl": url} for n, url in enumerate(urls)
    ]
    for one in (signed(document), signed(badge(id="urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d12"))):
        collection.take_in(owner, json.dumps(one).encode(), "record.json")
    return site


def barriers(page: Page, name: str) -> list[str]:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth")
    report = Axe().run(page).response
    found = [f"{name}: {one['id']} at {one['nodes'][0]['target']}" for one in report["violations"]]
    return found + ([f"{name} is {wide} wide"] if wide > 360 else [])


def test_titles_and_records_on_a_phone_at_night_without_scripts(browser: Browser, loaded: str) -> None:
    for scripts in (True, False):
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, color_scheme="dark", java_script_enabled=scripts
        )
        page = context.new_page()
        found: list[str] = []
        page.goto(f"{loaded}/match")
        page.get_by_label("Job description, or skills line by line").fill("cook")
        page.locator("form.ask-match button").click()
        expect(page.get_by_role("heading", name="Which work is meant?")).to_be_visible()
        found += barriers(page, "titles") if scripts else []
        page.get_by_role("link", name="Cooks, 3").click()
        expect(page.get_by_role("heading", name="What is asked for")).to_be_visible()
        page.goto(f"{loaded}/accounts/sign-in?next=/records")
        page.locator("#id_login").fill("ana")
        page.locator("#id_password").fill("welding in the spring")
        page.locator("main button").click()
        page.get_by_role("button", name="What do my records open?").click()
        expect(page).to_have_url(f"{loaded}/records/match")
        expect(page.get_by_text("It names no competency.")).to_be_visible()
        expect(page.get_by_text("https://nowhere.example/one")).to_be_visible()
        found += barriers(page, "opening") if scripts else []
        page.get_by_role("button", name=re.compile("Why this match.*Cooks, 3")).click()
        expect(page.get_by_text("Of 12 competencies that it asks, 3 are there.")).to_be_visible()
        assert "?" not in page.url, "no address says what somebody has"
        found += barriers(page, "why") if scripts else []
        assert found == []
        context.close()
