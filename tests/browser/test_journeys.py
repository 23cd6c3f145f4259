"""Six people come with a question and leave with an answer: each journey begins on the home page.

docs/explanation/journeys.md tells the same six with pictures of real data.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect
from tests.web.world import COLLEGE, ctid

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def door(page: Page, who: str, words: str) -> None:
    page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=who)).get_by_role(
        "link", name=words
    ).click()


def test_a_learner_on_a_phone(site: str, browser: Browser) -> None:
    """What do the welding programs near me cost and take, do they fit my evenings, and what do completers earn?"""
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site)
    page.get_by_role("combobox", name="Search").fill("weldign riverside")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("These are the results for")).to_be_visible()
    page.get_by_text("Narrow the results").tap()
    page.get_by_role("link", name=re.compile("Training and courses")).tap()
    expect(page.get_by_role("list", name="Chosen filters")).to_contain_text("Type: Training and courses")
    page.get_by_role("link", name="Compare Welding", exact=True).tap()
    page.get_by_role("link", name="Compare Intro to Welding", exact=True).tap()
    page.get_by_role("link", name="Compare these 2").tap()
    heading(page, "2 things side by side")
    page.get_by_role("link", name="Welding", exact=True).first.tap()
    heading(page, "Welding")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="$3,450")).to_be_visible()
    expect(main.get_by_role("link", name="$6,821 a quarter")).to_be_visible()
    expect(main).to_contain_text("of 31, 2nd quarter after completion, shared by 2 programs")
    expect(main).to_contain_text(re.compile(r"Evening courses\s*yes"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_an_employer(site: str, page: Page) -> None:
    """Who trains welders around here, what does the work pay, and how many finish each year?"""
    page.goto(site)
    door(page, "I hire", "Occupations and who trains for them")
    page.get_by_role("link", name="Welders", exact=True).click()
    heading(page, "Welders")
    expect(page.get_by_role("main")).to_contain_text("$59,440 a year")
    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name="Which programs lead there?"
    ).click()
    page.get_by_role("region", name="Which programs lead there?").get_by_role(
        "link", name="Welding Technology/Welder"
    ).first.click()
    heading(page, "Welding Technology/Welder")
    page.get_by_role("link", name="Welding", exact=True).click()
    page.get_by_role("link", name="Riverside College").first.click()
    heading(page, "Riverside College")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Completed\s*12\s*awards in 2024"))


def test_a_provider_looks_at_its_own_presence(site: str, page: Page) -> None:
    """How do we appear, who says so, what is missing, and how is it mended?"""
    page.goto(site)
    door(page, "I offer training", "Find your organization")
    page.get_by_role("link", name="Riverside College").first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Offers\s*4\s*credentials and programs"))
    yours = page.get_by_role("region", name="Is this you?")
    expect(yours).to_contain_text("Web page")
    yours.get_by_role("link", name=re.compile("suggest it.*Web page")).first.click()
    page.get_by_label("What is wrong?").fill("Our page is not named.")
    page.get_by_label("What is right?").fill("https://riverside.example.org/")
    page.get_by_role("button", name="Send it to a curator").click()
    expect(page.locator(".notice")).to_contain_text("A curator will look at it")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Our page is not named.")


@pytest.fixture
def twins(site: str) -> str:
    """A second source that speaks of the same college under a key of its own, and a curator."""
    from tests.made import reading, said

    from learnwork.accounts.models import User
    from learnwork.intake.loading import load
    from learnwork.search.follow import rebuild

    address = {
        "@type": "ceterms:Place",
        "ceterms:addressLocality": "Riverside",
        "ceterms:addressRegion": "NJ",
    }
    college = said("twin", COLLEGE, ceterms_name={"en": "Riverside College"}, ceterms_address=[address],
                   ceterms_subjectWebpage="https://riverside.example.org/")  # fmt: skip
    load(reading(college, by="another-list"), "made")
    rebuild()
    User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR)
    return site


def test_a_curator_mends_two_duplicates(twins: str, page: Page) -> None:
    """Two lists speak of one college: they are made one, with a reason, and that can be undone."""
    page.goto(twins)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Curate").click()
    heading(page, "What is there to rule?")
    page.get_by_role("link", name=re.compile("Side by side.*Riverside College")).click()
    expect(page.get_by_role("table")).to_contain_text("riverside.example.org")
    page.get_by_label(re.compile("reason|why", re.IGNORECASE)).fill("One college in two lists.")
    page.get_by_role("button", name="They are one").click()
    page.goto(f"{twins}/resources/{ctid('twin')}")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Offers\s*4\s*credentials and programs"))
    page.get_by_role("link", name="Decisions").first.click()
    expect(page.get_by_role("main")).to_contain_text("One college in two lists.")
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    page.goto(f"{twins}/resources/{ctid('twin')}")
    expect(page.get_by_role("link", name="Report an error").last).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("credentials and programs")


def test_a_funder_follows_a_field(site: str, page: Page) -> None:
    """Who trains in this field, where does it lead, and who tells me when that changes?"""
    page.goto(site)
    field = page.get_by_role("combobox", name="Search")
    field.press_sequentially("welding tech")
    page.get_by_role("option", name=re.compile("Welding Technology")).click()
    heading(page, "Welding Technology/Welder")
    expect(page.get_by_role("region", name="Where does it lead?")).to_contain_text("$53,750 a year")
    page.get_by_role("link", name="Keep up with it by mail").click()
    expect(page.get_by_role("main")).to_contain_text("Field of study: Welding Technology/Welder")
    page.get_by_label("Mail address").fill("fund@example.org")
    page.get_by_role("button", name="Ask me by mail").click()
    (message,) = mail.outbox
    confirm = re.search(r"https?://[^/]+(/alerts/confirm/\S+)", str(message.body))
    assert confirm
    page.goto(site + confirm[1])
    button = page.get_by_role("button")
    if button.count():
        button.last.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("mail|news", re.IGNORECASE))
    from learnwork.search.models import SavedSearch

    assert SavedSearch.objects.get().confirmed_at


def test_a_researcher_takes_a_file_into_a_notebook(
    site: str, page: Page, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where is everything, is it what was made, and what do occupations pay by state?"""
    from learnwork.intake import dumps

    monkeypatch.setattr(settings, "DATA", tmp_path)
    dumps.make()
    page.goto(site)
    door(page, "I do research, or build software", "Everything as files")
    row = page.get_by_role("row").filter(has_text="observations.parquet")
    digest = row.locator("[title]").get_attribute("title")
    with page.expect_download() as taken:
        row.get_by_role("link").click()
    file = tmp_path / "observations.parquet"
    taken.value.save_as(file)
    assert sha256(file.read_bytes()).hexdigest() == digest
    import pyarrow.parquet as pq

    wages = pq.read_table(file, filters=[("measure", "==", "oews.annual_median")]).to_pylist()
    assert {one["area"]: one["value"] for one in wages if one["status"] == "reported"} == {
        "us": 53750.0,
        "state:NJ": 59440.0,
    }
