"""Alignments in a real browser: nothing for axe, nothing to scroll sideways, judged by keyboard alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.competencies import aligning
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import End, end
from learnwork.intake.loading import load

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = (
    "Join metal workpieces of very different thickness and composition by methods that the drawing asks for"
)


@pytest.fixture(autouse=True)
def _pairs() -> None:
    frame = said(
        "frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Shop skills of a long-named college"}
    )
    skills = [
        said(key, "ceasn:Competency", ceasn_competencyText={"en": text}, ceasn_isPartOf=[ctid("frame")])
        for key, text in (("weld", LONG), ("join", "Join plates"))
    ]
    load(reading(frame, *skills), "made")
    open_end = End("uri", f"http://data.europa.eu/esco/skill/{'x' * 60}")
    words = [
        Said(
            end(ctid("weld"), ctid("frame")),
            one,
            "close",
            "proposed",
            0.8,
            reasons=(("words-label", 2.0), ("meaning-label", -0.4)),
        )
        for one in (end(ctid("join"), "onet"), open_end)
    ]
    aligning.keep(words, Rater(aligning.OURS, "hybrid-1"))


def test_pages_of_alignments(live_server: LiveServer, browser: Browser) -> None:
    client = Client()
    client.force_login(User.objects.create_user("alice", role=User.Role.CURATOR))
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    first = aligning.in_force().order_by("id")[0].pk
    paths = (
        "/alignments",
        f"/alignments/{first}",
        "/alignments/review",
        "/alignments/review/many?least=0.5",
        f"/frameworks/{ctid('frame')}/drift",
        f"/resources/{ctid('join')}",
    )
    for width in (360, 1280):
        context = browser.new_context(java_script_enabled=True, viewport={"width": width, "height": 900})
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_navigation_timeout(90_000)
        for path in paths:
            page.goto(f"{live_server.url}{path}")
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not wide, f"{path} scrolls sideways at {width}"
        context.close()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_server.url}/alignments/review")
    page.get_by_label("close to").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("A part of it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 proposal waits")).to_be_visible()
    page.goto(f"{live_server.url}/alignments?state=accepted")
    expect(page.get_by_text("part of the broader").last).to_be_visible()
    context.close()
