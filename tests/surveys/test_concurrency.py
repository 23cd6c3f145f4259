"""Two hundred respondents save at once over HTTP: no answer is lost, and none stands under another's name."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

RESPONDENTS = 200
ROOT = Path(__file__).parent.parent.parent
Invited = tuple[int, str]


class Site:
    """A served installation with invitations in it."""

    def __init__(self, environment: dict[str, str]) -> None:
        path = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), str(ROOT))))
        self._environment = environment | {"PYTHONPATH": path}
        self.invited: list[Invited] = [
            tuple(one) for one in json.loads(self._run("prepare", str(RESPONDENTS)))
        ]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "learnwork", "serve", "--no-follow", "--port", str(port)]
        self._server = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)
        for _try in range(300):
            try:
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        pytest.fail("the site did not answer")

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "tests.surveys.served", *arguments]
        done = subprocess.run(
            command, env=self._environment, check=True, capture_output=True, text=True, cwd=ROOT
        )
        return done.stdout

    def kept(self) -> dict[int, dict[str, object]]:
        return {int(key): value for key, value in json.loads(self._run("dump")).items()}

    def stop(self) -> None:
        self._server.terminate()
        self._server.wait(30)


@pytest.fixture
def site(installation: dict[str, str]) -> Iterator[Site]:
    served = Site(installation)
    try:
        yield served
    finally:
        served.stop()


class Browser:
    """A browser of its own that opened a link."""

    def __init__(self, base: str, invited: Invited) -> None:
        self.own, code = invited
        # A connection for each request: one that is kept may be closed by the server just when it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=base, timeout=120, limits=limits, verify=False)  # noqa: S501
        page = self._client.get("/answer").text
        self._token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        opened = self._client.post("/answer", data={"code": code, "csrfmiddlewaretoken": self._token})
        assert opened.headers["Location"] == f"/answer/{self.own}"

    def save(self, **fields: str) -> httpx.Response:
        """Save what was not answered before, as the script of the page does."""
        data = {"version": "1", "csrfmiddlewaretoken": self._token}
        for name, value in fields.items():
            item = name[2:]
            data |= {name.replace("_", "-", 1): value, f"w-{item}": "", f"r-{item}": "0"}
        return self._client.post(f"/answer/{self.own}/save", data=data)


def test_two_hundred_save_at_once_and_many_with_one_link(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        browsers = list(pool.map(lambda one: Browser(site.url, one), site.invited))
    start = threading.Barrier(RESPONDENTS)

    def save(browser: Browser) -> int:
        start.wait(timeout=60)
        own = browser.own
        return browser.save(s_many="yes", v_note=f"of {own}", v_years=str(own % 50)).status_code

    with ThreadPoolExecutor(RESPONDENTS) as pool:
        assert list(pool.map(save, browsers)) == [200] * RESPONDENTS
    expected = {
        own: {"many": "yes", "note": f"of {own}", "years": str(own % 50)} for own, _code in site.invited
    }
    assert site.kept() == expected
    expected[site.invited[0][0]] |= one_link(site)
    assert site.kept() == expected


def one_link(site: Site) -> dict[str, object]:
    """Five browsers with one link write to five questions, then all to one; returns what must stand."""
    fields = {
        "s_lead": "a-state",
        "s_trust": "3",
        "s_federal": "no",
        "v_since": "2023-01-02",
        "v_which": "states",
    }
    start = threading.Barrier(len(fields))

    def write(field: str) -> str:
        browser = Browser(site.url, site.invited[0])
        start.wait(timeout=60)
        assert browser.save(**{field: fields[field]}).json()["conflicts"] == {}
        start.wait(timeout=60)
        return str(browser.save(v_note=f"from {field}").json()["conflicts"])

    with ThreadPoolExecutor(len(fields)) as pool:
        told = list(pool.map(write, fields))
    assert all(f"of {site.invited[0][0]}" in one for one in told), "everybody is told whose answer stands"
    return {name[2:]: [value] if name == "v_which" else value for name, value in fields.items()}
