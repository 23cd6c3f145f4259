"""Take the pictures of the documentation from a running site: `python tools/take_pictures.py [ADDRESS]`.

Serve the demonstration first (`make serve`). Needs Chromium and the development environment.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
SEARCH = "/search?q=weldign+camden"


def main(address: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium).")
    PICTURES.mkdir(exist_ok=True)
    with urlopen(f"{address}/api{SEARCH}") as answer:  # noqa: S310 - the address is the caller's own
        first = json.load(answer)["hits"][0]["ctid"]
    pages = {"home": "/", "results": SEARCH, "resource": f"/resources/{first}"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        for name, path in pages.items():
            page.goto(address + path)
            page.screenshot(path=PICTURES / f"{name}.png")
            print(PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
