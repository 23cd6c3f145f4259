"""A survey in a real browser: the link's code leaves the address bar, answers save themselves, axe finds nothing."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from tests.surveys import making

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}


def open_link(page: Page, base: str, code: str) -> None:
    page.goto(f"{base}/answer")
    page.evaluate("code => { location.hash = code; location.reload(); }", code)
    page.wait_for_url(re.compile(r"/answer/\d+$"))


@pytest.mark.usefixtures("transactional_db")
def test_answers_save_themselves_by_keyboard(live_server: LiveServer, page: Page) -> None:
    making.registry()
    invitation, code = making.invite(making.survey())
    open_link(page, live_server.url, code)
    assert code not in page.url
    assert page.evaluate("document.referrer").endswith("/answer")
    page.get_by_role("button", name="Begin").press("Enter")
    first = page.get_by_role("group", name="Has more than one partner")
    expect(page.get_by_role("group", name="Which partners")).to_be_hidden()
    first.get_by_role("radio", name="Yes").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Which partners")).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text("Saved")
    assert invitation.answers.get(item="many").value == "yes"
    page.reload()
    expect(first.get_by_role("radio", name="Yes")).to_be_checked()


@pytest.mark.usefixtures("transactional_db")
def test_axe_finds_nothing_and_a_phone_needs_no_sideways_scroll(
    live_server: LiveServer, browser: Browser
) -> None:
    making.registry()
    invitation, code = making.invite(making.survey())
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
        page = context.new_page()
        open_link(page, live_server.url, code)
        for rest in ("", "/pages/1", "/pages/2", "/receipt", "/decline", "/erase"):
            page.goto(f"{live_server.url}/answer/{invitation.pk}{rest}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, rest
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], rest
        context.close()


@pytest.mark.usefixtures("transactional_db")
def test_what_could_not_be_saved_is_tried_again(live_server: LiveServer, page: Page) -> None:
    making.registry()
    invitation, code = making.invite(making.survey())
    open_link(page, live_server.url, code)
    page.get_by_role("button", name="Begin").click()
    refused: list[int | str] = [429, 503, "lost"]

    def refuse(route: Route) -> None:
        if not refused:
            route.continue_()
        elif (one := refused.pop(0)) == "lost":
            route.abort()
        else:
            route.fulfill(status=int(one), headers={"Retry-After": "1"}, body="<h1>busy</h1>")

    page.route("**/save", refuse)
    # A phone that comes back into the net says so; no need to wait for the next attempt.
    page.get_by_role("group", name="Has more than one partner").get_by_role("radio", name="Yes").check()
    expect(page.locator("[data-status]")).to_contain_text("Not saved yet; trying again")
    page.wait_for_timeout(2_600)
    assert refused == []
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-status]")).to_contain_text("Saved")
    assert invitation.answers.get(item="many").value == "yes"
