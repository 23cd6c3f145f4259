"""Take the pictures of the documentation from a running site: `python tools/take_pictures.py [ADDRESS]`.

Serve the demonstration first (`make serve`), with bulk files made (`learnwork dump`). Needs Chromium and the
development environment. For the curator's picture name an account in LEARNWORK_CURATOR, as NAME:PASSWORD.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 250_000  # bytes of a picture
SEARCH = "/search?q=weldign+camden"
TRAINING = f"{SEARCH}&type=learning_opportunity"


@dataclass(frozen=True, slots=True)
class Picture:
    """at: CSS selector of what stands on top, "" for the top of the page."""

    name: str
    path: str
    phone: bool = False
    dark: bool = False
    at: str = ""


def first(address: str, **asked: str) -> list[str]:
    """The CTIDs that a search finds, the best first."""
    query = "&".join(f"{key}={quote_plus(value)}" for key, value in asked.items())
    with urlopen(f"{address}/api/search?{query}") as answer:  # noqa: S310 - the address is the caller's own
        return [hit["ctid"] for hit in json.load(answer)["hits"]]


def pictures(address: str) -> list[Picture]:
    """Every picture, with the addresses of things that are there."""
    programs = first(address, q="welding camden", type="learning_opportunity")
    pair = ",".join(programs[:2])
    (program, *_), (work, *_) = programs, first(address, q="welders", type="occupation")
    field = first(address, q="welding technology", type="field_of_study")[0]
    college = first(address, q="camden county college", type="organization")[0]
    return [
        Picture("home", "/"),
        Picture("home-phone-dark", "/", phone=True, dark=True),
        Picture("results", SEARCH),
        Picture("results-dark", SEARCH, dark=True),
        Picture("map", "/search?view=map&state=NJ"),
        Picture("resource", f"/resources/{program}"),
        Picture("learner-1-results", TRAINING, phone=True),
        Picture("learner-2-compare", f"/compare?ids={pair}", phone=True),
        Picture("learner-3-program", f"/resources/{program}", phone=True, dark=True),
        Picture("employer-1-occupation", f"/resources/{work}"),
        Picture("employer-2-programs", f"/resources/{work}", at="#programs"),
        Picture("provider-1-presence", f"/resources/{college}"),
        Picture("provider-2-missing", f"/resources/{college}", at="#yours"),
        Picture("curator-1-desk", "/curate"),
        Picture("funder-1-field", f"/resources/{field}"),
        Picture("funder-2-alert", f"/alerts/new?q={quote_plus('welding')}"),
        Picture("researcher-1-files", "/bulk", dark=True),
    ]


def sign_in(page: Page, address: str, account: str) -> None:
    name, _, password = account.partition(":")
    page.goto(f"{address}/accounts/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button").click()


def take(browser: Browser, address: str, picture: Picture, account: str) -> Path:
    size = {"width": 390, "height": 844} if picture.phone else {"width": 1200, "height": 800}
    scheme = "dark" if picture.dark else "light"
    page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    if account and picture.name.startswith("curator"):
        sign_in(page, address, account)
    page.goto(address + picture.path)
    if picture.at:
        page.locator(picture.at).evaluate("(one) => one.scrollIntoView()")
    file = PICTURES / f"{picture.name}.png"
    page.screenshot(path=file)
    page.close()
    if file.stat().st_size > LARGEST:
        sys.exit(f"{file} has {file.stat().st_size:,} bytes, more than {LARGEST:,}.")
    return file


def main(address: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium).")
    PICTURES.mkdir(exist_ok=True)
    account = os.environ.get("LEARNWORK_CURATOR", "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in pictures(address):
            if picture.name.startswith("curator") and not account:
                print(f"{picture.name}: left out, for no account is named in LEARNWORK_CURATOR")
                continue
            print(take(browser, address, picture, account))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
