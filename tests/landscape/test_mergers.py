"""Mergers of what is on the map, by the curator's page that knows nothing of it: refused where they make a circle."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import editions
from learnwork.landscape.preflight import Matter
from learnwork.landscape.reading import landscape
from learnwork.registry import decisions
from learnwork.registry.models import Decision

pytestmark = pytest.mark.django_db
TOP, MIDDLE, LOW = (ctid(name) for name in ("top", "middle", "low"))
HEAD, ARM, HAND = (ctid(name) for name in ("head", "arm", "hand"))


@pytest.fixture(autouse=True)
def _chains() -> None:
    """Low is part of Middle is part of Top, of initiatives and of organizations."""
    chain = (("top", ""), ("middle", TOP), ("low", MIDDLE))
    parties = (("head", ""), ("arm", HEAD), ("hand", ARM))
    leads = {"top": HEAD, "low": HAND}
    load(
        reading(
            *(
                said(
                    key,
                    "lw:Initiative",
                    ceterms_name={"en": key},
                    **({"lw_parent": [above]} if above else {}),
                    **({"lw_ledBy": [leads[key]]} if key in leads else {}),
                )
                for key, above in chain
            ),
            *(
                said(
                    key, "lw:Alliance", ceterms_name={"en": key}, **({"lw_partOf": [above]} if above else {})
                )
                for key, above in parties
            ),
        ),
        "made",
    )


def merge(keep: str, other: str) -> tuple[int, str]:
    client = Client()
    user, _ = User.objects.get_or_create(username="alice", role=User.Role.CURATOR)
    client.force_login(user)
    answer = client.post("/curate/merge", {"keep": keep, "other": other, "reason": "They are one."})
    return answer.status_code, unescape(answer.content.decode())


def parents() -> dict[str, str]:
    known = landscape()
    both = [*known.entries.values(), *known.parties.values()]
    return {one.name: one.parent for one in both}


@pytest.mark.parametrize(("keep", "other"), [(TOP, LOW), (LOW, TOP), (HEAD, HAND), (HAND, HEAD)])
def test_a_merger_that_makes_a_circle_is_refused_with_the_way(keep: str, other: str) -> None:
    before = parents()
    status, page = merge(keep, other)
    assert status >= 400
    assert "It would be part of itself" in page
    assert (parents(), Decision.objects.count()) == (before, 0)


@pytest.mark.parametrize(("keep", "other"), [(TOP, MIDDLE), (MIDDLE, TOP), (HEAD, ARM), (ARM, HEAD)])
def test_a_parent_and_its_child_become_one_that_is_part_of_nothing(keep: str, other: str) -> None:
    assert merge(keep, other)[0] == 302
    known = landscape()
    one = known.entries.get(keep) or known.parties[keep]
    below = known.entries.get(LOW) if keep in known.entries else known.parties.get(HAND)
    assert (one.parent, below.parent if below else None) == ("", keep)


def test_an_initiative_and_an_organization_are_never_one() -> None:
    status, page = merge(TOP, HEAD)
    assert (status >= 400, "are two things" in page) == (True, True)


def test_a_circle_that_came_with_a_file_breaks_no_page_and_is_named_before_an_edition() -> None:
    """What was ruled elsewhere, or undone since, is not asked once more."""
    for keep, other in ((TOP, LOW), (HEAD, HAND)):
        decisions.same(keep, other, author=None, reason="From a file.", again=True)
    client = Client()
    pages = ("", "/entries", "/organizations", "/coordination", "/coordination/organizations", "/progress")
    for page in (
        *(f"/landscape{one}" for one in pages),
        *(f"/resources/{one}" for one in (TOP, MIDDLE, ARM)),
    ):
        assert client.get(page).status_code == 200, page
    assert client.get("/api/landscape").status_code == 200
    made = editions.make(editions.Setting("The guide", "2025"))
    circles = [one for one in editions.prepared(made).findings if one.matter is Matter.CIRCLE]
    assert {one.ctid for one in circles} == {TOP, MIDDLE}
    assert editions.freeze(made).digest
