"""Goals in pages: schemes with their goals, forms to add and remove one, and what takes the place of one in use."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.intake.models import Suggestion
from learnwork.landscape import editions
from learnwork.landscape.curating import version
from learnwork.landscape.reading import landscape
from learnwork.registry.models import Decision

pytestmark = pytest.mark.django_db
PAGE = "https://example.org/says-so"
SCRIPT = "<script>alert(1)</script>"
WELD, OLD, NEW = ctid("weld"), ctid("old"), ctid("new")
G1, G2, N1 = ctid("g1"), ctid("g2"), ctid("n1")


@pytest.fixture(autouse=True)
def _made_map() -> None:
    def named(key: str, kind: str, name: str, **terms: object) -> object:
        return said(key, kind, ceterms_name={"en": name}, **terms)

    load(
        reading(
            named("weld", "lw:Initiative", "Welding", lw_goal=[G1]),
            named("rivet", "lw:Initiative", "Riveting", lw_goal=[G1, G2]),
            named("union", "lw:Alliance", "Union"),
            named("old", "lw:GoalScheme", "Old goals", lw_key="old"),
            named("g1", "lw:Goal", "Build", lw_key="g1", lw_scheme=OLD),
            named("g2", "lw:Goal", "Join", lw_key="g2", lw_scheme=OLD),
            named("new", "lw:GoalScheme", "New goals", lw_key="new"),
            named("n1", "lw:Goal", "Build more", lw_key="n1", lw_scheme=NEW, lw_sameAs=[G1]),
        ),
        "made",
    )


def curator() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("who", role=User.Role.CURATOR))
    return client


def send(client, about, act, **data):
    data = {"citation": PAGE, "seen": version(about), **data}
    return client.post(f"/landscape/change/{about}/{act}", data)


def words(answer):
    return unescape(answer.content.decode())


def test_schemes_are_shown_with_their_goals_and_each_count_leads_to_its_entries(client):
    page = words(client.get("/landscape/goals"))
    assert page.index("Old goals") < page.index("New goals"), "the scheme that pages order by comes first"
    assert "2 of 2 entries are ordered by it" in page
    assert "In “New goals” it is called" in page
    for goal, number in ((G1, 2), (G2, 1), (N1, 2)):
        assert f'href="/landscape/entries?goal={goal}"' in page
        listed = words(client.get("/landscape/entries", {"goal": goal}))
        assert listed.count("/resources/" + WELD) == (goal != G2), goal
        assert ("2 entries" if number == 2 else "1 of 2 entries") in listed, goal
        assert client.get("/api/landscape", {"goal": goal}).json()["counts"]["entries"] == number
        assert "/landscape/entries?goal=" + goal in words(client.get(f"/resources/{goal}"))


def test_the_schemes_as_data(client):
    made = client.get("/api/landscape/goals").json()["schemes"]
    assert [(one["key"], one["in_force"], one["ordered"]) for one in made] == [
        ("old", True, 2),
        ("new", False, 2),
    ]
    assert [goal["entries"] for goal in made[0]["goals"]] == [2, 1]
    assert made[1]["goals"][0]["same_as"] == [{"ctid": G1, "label": "Build", "scheme": "old"}]


def test_a_curator_enters_a_scheme_and_goals_that_go_on():
    client = curator()
    answer = client.post(
        "/landscape/new/goals", {"key": "Guide 2027", "title": f"Next {SCRIPT}", "citation": PAGE}
    )
    made = next(one for one in landscape().schemes if one.key == "guide_2027")
    assert answer["Location"] == f"/resources/{made.ctid}"
    assert "It has no goal yet" in words(client.get("/landscape/goals"))
    done = send(client, made.ctid, "add-goal", key="g1", label=f"Grow {SCRIPT}", same_as=G2)
    assert done["Location"] == "/landscape/goals"
    assert SCRIPT not in client.get("/landscape/goals").content.decode()
    known = landscape(scheme="guide_2027")
    assert [goal.label for goal in known.scheme.goals] == [f"Grow {SCRIPT}"]
    assert sum(bool(entry.goals) for entry in known.entries.values()) == 1
    split = send(client, NEW, "add-goal", key="n2", label="Build otherwise", same_as=G1)
    assert split.status_code == 400, "n1 is that goal already, and an entry would have to choose"
    taken = send(client, made.ctid, "add-goal", key="g1", label="Twice")
    assert (taken.status_code, "This key is taken" in words(taken)) == (400, True)


def test_a_goal_in_use_goes_only_with_what_takes_its_place():
    client = curator()
    form = words(client.get(f"/landscape/change/{G1}/remove-goal"))
    assert (f'value="{G2}"' in form, f'value="{N1}"' in form) == (True, False), "of its own scheme"
    refused = send(client, G1, "remove-goal", reason="It ended.")
    assert refused.status_code == 400
    for name in ("Welding", "Riveting", "Say which goal takes its place", "It ended."):
        assert name in words(refused), name
    assert f'href="/resources/{WELD}"' in words(refused)
    shown = send(client, G1, "remove-goal", reason="It ended.", instead=G2, preview="1")
    assert (shown.status_code, Decision.objects.count()) == (200, 0)
    assert send(client, G1, "remove-goal", reason="It ended.", instead=G2).status_code == 302
    known = landscape(scheme="old")
    assert {entry.goals for entry in known.entries.values()} == {(G2,)}
    ruled = Decision.objects.get()
    assert (ruled.kind, PAGE in ruled.reason) == (Decision.Kind.RETIRE, True)
    assert client.get(f"/landscape/change/{G1}/remove-goal").status_code == 200


def test_a_reader_suggests_that_a_goal_goes_and_a_curator_takes_it_over():
    assert "Suggest that it goes" in words(Client().get("/landscape/goals"))
    answer = send(Client(), G2, "remove-goal", reason="It ended.", instead=G1)
    assert answer["Location"].startswith("/suggestions/")
    assert [goal.ctid for goal in landscape().scheme.goals] == [G1, G2]
    waiting = Suggestion.objects.get()
    assert "Which goal takes its place: Build" in waiting.right
    client = curator()
    address = f"/landscape/change/{G2}/remove-goal?suggestion={waiting.pk}"
    assert f'value="{G1}" selected' in words(client.get(address))
    taken = send(client, G2, "remove-goal", reason="It ended.", instead=G1, suggestion=str(waiting.pk))
    assert taken.status_code == 302
    assert [goal.ctid for goal in landscape(scheme="old").scheme.goals] == [G1]


def test_what_is_no_goal_and_who_was_slower():
    client, seen = curator(), version(OLD)
    for about, act in ((WELD, "remove-goal"), (G1, "add-goal"), (OLD, "remove-goal"), (G1, "add-role")):
        assert client.get(f"/landscape/change/{about}/{act}").status_code == 404, act
    assert client.get(f"/landscape/change/{OLD}").content.decode().count("/add-goal") == 1
    assert send(client, OLD, "name", name="Goals of old").status_code == 302
    late = send(client, OLD, "add-goal", key="g3", label="Late", seen=seen)
    assert "was changed while you looked" in words(late)
    assert Client().get("/landscape/new/goals").status_code == 302, "only curators enter a scheme"


def test_a_goal_of_another_scheme_is_asked_of_an_edition_and_of_what_was_known(client):
    made = editions.make(editions.Setting("The guide", "2025", scheme="old"))
    editions.freeze(made)
    editions.publish(made)
    now = datetime.now(UTC).isoformat()
    for more in ({"edition": "1.0"}, {"known_at": now}, {"valid_on": "2025"}):
        answer = client.get("/api/landscape", {"goal": N1, **more}).json()
        assert (answer["counts"]["entries"], answer["scheme"]) == (2, "new"), more
        assert client.get("/api/landscape", {"goal": G2, **more}).json()["counts"]["entries"] == 1, more
    assert client.get("/landscape/entries", {"goal": "ce-nothing"}).status_code == 200
