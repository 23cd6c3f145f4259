"""What changed, as Atom."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from tests.web.world import ctid

from learnwork.registry import listing
from learnwork.web import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]


def feed(client: Client, address: str = "/api/changes.atom") -> Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found: Element = fromstring(response.content)
    return found


def links(found: Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in found.findall(f"{ATOM}link")}


def test_it_works(client: Client) -> None:
    found = feed(client)
    entries = found.findall(f"{ATOM}entry")
    assert len(entries) == len(listing.latest_changes(limit=1000))
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles[0] == "Retired: Retired one"
    assert "New: Riverside College" in titles
    assert any("new figure" in str(title) for title in titles)
    assert "Withdrawn: Dropped certificate" in titles
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert found.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    college = entries[titles.index("New: Riverside College")].find(f"{ATOM}link")
    assert college is not None
    assert str(college.get("href")).endswith(f"/resources/{ctid('college')}")
    assert links(found)["self"].endswith("/api/changes.atom")


def test_it_comes_in_pieces(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "SIZE", 4)
    whole = len(listing.latest_changes(limit=1000))
    address, seen = "/api/changes.atom", []
    while address:
        found = feed(client, address)
        seen += [entry.findtext(f"{ATOM}id") for entry in found.findall(f"{ATOM}entry")]
        address = links(found).get("next", "").partition("8000")[2]
    assert len(seen) == len(set(seen)) == whole


def test_it_stops_where_the_reader_was(client: Client) -> None:
    last = listing.latest_changes(limit=3)[-1].seq
    assert len(feed(client, f"/api/changes.atom?since={last}").findall(f"{ATOM}entry")) == 2
    assert feed(client, f"/api/changes.atom?since={2**62}").findall(f"{ATOM}entry") == []


def test_what_xml_cannot_write_is_left_out(client: Client) -> None:
    from tests.made import reading, said

    from learnwork.intake.loading import load

    load(reading(said("odd", ceterms_name={"en": "a\x0bb <&> \ufffe c"}), by="odd"), "made")
    assert "ab <&>  c" in str(feed(client).find(f"{ATOM}entry").findtext(f"{ATOM}title"))  # type: ignore[union-attr]
