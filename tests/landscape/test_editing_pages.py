"""Changing the map in forms: a curator's change is made, a reader's waits, what is impossible is refused in words."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.intake.models import Suggestion
from learnwork.landscape.acts import ACTS, BEGINNING
from learnwork.landscape.curating import version
from learnwork.landscape.model import RoleKind
from learnwork.landscape.reading import landscape
from learnwork.registry.models import Decision

pytestmark = pytest.mark.django_db
PAGE = "https://example.org/says-so"
SCRIPT = "<script>alert(1)</script>"
ENTRY, OTHER = ctid("entry"), ctid("other")


@pytest.fixture(autouse=True)
def _made_map() -> None:
    load(
        reading(
            said("entry", "lw:Initiative", ceterms_name={"en": "Alpha"}, lw_ledBy=[ctid("party")]),
            said("other", "lw:Initiative", ceterms_name={"en": "Beta"}),
            said("party", "lw:Alliance", ceterms_name={"en": "Markle Foundation"}),
        ),
        "made",
    )


def signed_in(role: str = User.Role.CURATOR) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"who-{role}", role=role))
    return client


def send(client, act, part="", ctid=ENTRY, **data):
    data = {"citation": PAGE, "seen": version(ctid), "part": part, **data}
    return client.post(f"/landscape/change/{ctid}/{act}", data)


def words(answer):
    return unescape(answer.content.decode())


def test_a_curator_states_roles_ties_milestones_stages_grants_names_and_parents():
    client = signed_in()
    for act, data in (
        ("add-role", {"party": "Markle Foundation", "kind": "funder", "start": "2020"}),
        ("add-tie", {"other": "Beta", "kind": "builds on", "declared": "Markle Foundation"}),
        ("add-milestone", {"name": f"Pilot {SCRIPT}", "planned": "2027"}),
        ("set-stage", {"period": "2024", "low": "1", "high": "2"}),
        (
            "add-grant",
            {"funder": "Markle Foundation", "amount": "550000", "currency": "usd", "amount_type": "paid"},
        ),
        ("parent", {"parent": "Beta"}),
        ("name", {"name": f"Alpha {SCRIPT}", "since": "2025"}),
        ("reviewed", {"on": "2026-01-02"}),
    ):
        answer = send(client, act, **data)
        assert answer.status_code == 302, (act, words(answer))
    known = landscape()
    entry = known.entries[ENTRY]
    assert (entry.name, entry.parent, entry.reviewed_on) == (f"Alpha {SCRIPT}", OTHER, "2026-01-02")
    assert {(role.party, role.kind) for role in known.roles} == {
        (ctid("party"), RoleKind.LEAD),
        (ctid("party"), RoleKind.FUNDER),
    }
    assert (known.ties[0].other, known.ties[0].declared_by) == (OTHER, (ctid("party"),))
    assert (known.stages[0].low, known.stages[0].high, int(known.grants[0].amount or 0)) == (1, 2, 550_000)
    for page in (f"/resources/{ENTRY}", f"/landscape/change/{ENTRY}"):
        assert SCRIPT not in client.get(page).content.decode()


def test_a_part_is_changed_and_taken_away_by_its_key():
    client = signed_in()
    key = landscape().roles[0].key
    assert send(client, "change-role", key, start="2020", end="2023-10-04").status_code == 302
    assert landscape().roles[0].span.end == "2023-10-04"
    assert "2023-10-04" in words(client.get(f"/landscape/change/{ENTRY}/change-role", {"part": key}))
    assert send(client, "remove-role", key).status_code == 302
    assert landscape().roles == ()
    assert send(client, "remove-role", key).status_code == 404


REFUSED = [
    ("add-role", {"party": "Alpha", "kind": "partner"}, "cannot take part in itself"),
    (
        "add-role",
        {"party": "Acme", "kind": "lead", "start": "2024", "end": "2020"},
        "is before the start",
    ),
    ("add-tie", {"other": "Alpha", "kind": "works with"}, "A tie needs two"),
    ("set-stage", {"period": "2024", "low": "6"}, "less than or equal to 5"),
    ("set-stage", {"period": "2024", "low": "3", "high": "2"}, "no stage 3 to 2"),
    ("add-grant", {"funder": "Acme", "amount": "5", "amount_type": "paid"}, "needs its currency"),
    ("parent", {"parent": "Alpha"}, "part of itself"),
    ("name", {"name": "Gamma", "citation": "javascript:alert(1)"}, "needs the address of a page"),
]


def test_what_is_impossible_is_refused_and_what_was_typed_stays():
    client = signed_in()
    for act, data, because in REFUSED:
        answer = send(client, act, **data)
        assert answer.status_code == 400, act
        assert because in words(answer), act
        assert all(value in words(answer) for value in data.values()), act


def test_whoever_was_slower_is_told_and_nothing_is_lost():
    client, seen = signed_in(), version(ENTRY)
    assert send(client, "name", name="Gamma").status_code == 302
    answer = send(client, "name", name="Delta", seen=seen)
    assert "was changed while you looked" in words(answer)
    assert landscape().entries[ENTRY].name == "Gamma"


def test_a_preview_says_what_would_change_and_changes_nothing():
    answer = send(signed_in(), "name", name="Gamma", preview="1")
    assert "What would change" in words(answer)
    assert "Gamma" in words(answer)
    assert landscape().entries[ENTRY].name == "Alpha"


def test_a_reader_suggests_a_role_and_a_curator_takes_it_over():
    answer = send(Client(), "add-role", party="Acme", kind="vendor", start="2021")
    assert answer["Location"].startswith("/suggestions/")
    assert len(landscape().roles) == 1
    suggestion = Suggestion.objects.get()
    assert (suggestion.evidence, suggestion.about) == (PAGE, "")
    assert "Who: Acme" in suggestion.right
    client = signed_in()
    queue = words(client.get(f"/curate/suggestions/{suggestion.pk}"))
    address = f"/landscape/change/{ENTRY}/add-role?suggestion={suggestion.pk}"
    assert address in queue
    form = words(client.get(address))
    assert 'value="Acme"' in form
    assert PAGE in form
    taken = send(client, "add-role", party="Acme", kind="vendor", start="2021", suggestion=str(suggestion.pk))
    assert taken.status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.state == Suggestion.State.ACCEPTED
    assert "name:Acme" in {role.party for role in landscape().roles}


def test_a_suggestion_on_what_changed_meanwhile_says_so_and_can_be_declined():
    send(Client(), "name", name="Gamma")
    client, suggestion = signed_in(), Suggestion.objects.get()
    send(client, "reviewed", on="2026-01-02")
    assert "has changed since the reader saw it" in words(
        client.get(suggestion.change["at"], {"suggestion": suggestion.pk})
    )
    declined = {"answer": "decline", "reason": "otherwise"}
    assert client.post(f"/curate/suggestions/{suggestion.pk}", declined).status_code == 302
    assert send(client, "name", name="Gamma", suggestion=str(suggestion.pk)).status_code == 400
    assert landscape().entries[ENTRY].name == "Alpha"


def test_the_field_that_only_machines_fill_stops_them():
    assert send(Client(), "name", name="Gamma", website="spam").status_code == 400
    assert not Suggestion.objects.exists()


def test_every_form_opens_for_readers_and_curators():
    curator = signed_in()
    for act in BEGINNING:
        for client in (Client(), curator):
            assert client.get(f"/landscape/change/{ENTRY}/{act}").status_code == 200


def test_parts_that_are_not_there_and_unknown_changes_are_said_in_words():
    client = signed_in()
    for key, act in ACTS.items():
        if act.now is not None and key not in ("goals", "describe", "sort"):
            assert client.get(f"/landscape/change/{ENTRY}/{key}?part=never").status_code == 404, key
    assert client.get(f"/landscape/change/{ENTRY}/explode").status_code == 404
    assert client.get(f"/landscape/change/{ctid('party')}/add-tie").status_code == 404
    assert client.get(f"/landscape/change/{ctid('party')}/name").status_code == 200


def test_an_entry_an_organization_and_a_term_are_entered_once_described_and_sorted():
    client = signed_in()
    for kind, data in (
        ("entries", {"name": "Gamma", "kind": "programme"}),
        ("organizations", {"name": "Acme", "kind": "funder"}),
        ("glossary", {"name": "Trust framework", "means": f"Rules {SCRIPT}."}),
    ):
        answer = client.post(f"/landscape/new/{kind}", {"citation": PAGE, **data})
        assert answer.status_code == 302, words(answer)
        page = client.get(answer["Location"])
        assert data["name"] in words(page)
        assert SCRIPT not in page.content.decode()
        again = client.post(f"/landscape/new/{kind}", {"citation": PAGE, **data})
        assert "is here already" in words(again)
        assert Client().get(f"/landscape/new/{kind}").status_code == 302
    (made,) = [entry for entry in landscape().entries.values() if entry.name == "Gamma"]
    facts = {"description": "What it is.", "kind": "programme", "status": "ended", "end": "2024"}
    assert send(client, "describe", ctid=made.ctid, **facts).status_code == 302
    assert send(client, "describe", ctid=made.ctid, **facts).status_code == 400
    load(reading(said("block", "lw:BuildingBlock", ceterms_name={"en": "Records"}), by="shelves"), "made")
    assert send(client, "sort", ctid=made.ctid, shelves=[ctid("block")]).status_code == 302
    entry = landscape().entries[made.ctid]
    assert (entry.kind, entry.status, entry.span.end, entry.description) == (
        "programme",
        "ended",
        "2024",
        "What it is.",
    )
    assert entry.blocks == (ctid("block"),)


def test_what_an_entry_is_sorted_under_can_be_taken_back():
    client = signed_in()
    shelves = [
        said("block", "lw:BuildingBlock", ceterms_name={"en": "Records"}),
        said("other-block", "lw:BuildingBlock", ceterms_name={"en": "Wallets"}),
        said("sorted", "lw:Initiative", ceterms_name={"en": "Sorted"}, lw_buildingBlock=[ctid("block")]),
    ]
    load(reading(*shelves, by="shelves"), "made")
    for chosen in (["block", "other-block"], ["other-block"], ["block"]):
        blocks = [ctid(one) for one in chosen]
        assert send(client, "sort", ctid=ctid("sorted"), shelves=blocks).status_code == 302
        assert set(landscape().entries[ctid("sorted")].blocks) == set(blocks)
    form = client.get(f"/landscape/change/{ctid('sorted')}/sort").content.decode()
    assert f'<option value="{ctid("block")}" selected>' in form
    assert ctid("other-block") not in words(client.get(f"/resources/{ctid('sorted')}")).partition("<body")[2]


def test_a_grant_has_a_version_of_its_own_and_goes_with_a_reason():
    client = signed_in()
    grant = {"funder": "Acme", "amount": "5", "currency": "USD", "amount_type": "paid"}
    send(client, "add-grant", **grant)
    (made,) = landscape().grants
    seen = version(made.ctid)
    assert f'value="{seen}"' in words(client.get(f"/landscape/change/{ENTRY}/change-grant?part={made.ctid}"))
    assert (
        send(client, "change-grant", made.ctid, **{**grant, "amount": "6", "seen": seen}).status_code == 302
    )
    for act, data in (("change-grant", {**grant, "amount": "7"}), ("remove-grant", {"reason": "A mistake."})):
        answer = send(client, act, made.ctid, **{**data, "seen": seen})
        assert (answer.status_code, "was changed while you looked" in words(answer)) == (400, True), act
    assert [int(one.amount or 0) for one in landscape().grants] == [6]
    assert send(client, "remove-grant", made.ctid, seen=version(made.ctid)).status_code == 400
    gone = send(client, "remove-grant", made.ctid, reason="A mistake.", seen=version(made.ctid))
    assert (gone.status_code, landscape().grants) == (302, ())
    assert Decision.objects.get(kind="retire").reason == f"A mistake. ({PAGE})"


def test_a_reader_answers_a_question_in_the_same_form():
    reader, client = Client(), signed_in()
    send(reader, "add-role", party="Acme", kind="vendor", start="2021")
    suggestion = Suggestion.objects.get()
    judged = f"/curate/suggestions/{suggestion.pk}"
    assert client.post(judged, {"answer": "return", "comment": "Since when?"}).status_code == 302
    address = f"/landscape/change/{ENTRY}/add-role?again={suggestion.token}"
    assert address in words(reader.get(f"/suggestions/{suggestion.token}"))
    form = words(reader.get(address))
    assert all(one in form for one in ("Since when?", 'value="Acme"', PAGE))
    again = {"party": "Acme", "kind": "vendor", "start": "2022", "again": suggestion.token}
    assert send(reader, "add-role", **again)["Location"] == f"/suggestions/{suggestion.token}"
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.change["data"]["start"]) == ("waiting", "2022")
    assert "From: 2022" in suggestion.right
    assert send(reader, "add-role", **again).status_code == 400, "nothing is asked any more"
    assert reader.get(address.replace("add-role", "add-tie")).status_code == 404
    assert Suggestion.objects.count() == 1


def test_a_wanted_word_that_is_no_term_is_waved_away_and_brought_back():
    entries = (
        said(
            f"w{n}",
            "lw:Initiative",
            ceterms_name={"en": f"W{n}"},
            ceterms_description={"en": "A trust grid."},
        )
        for n in range(5)
    )
    load(reading(*entries, by="words"), "made")
    client, wave = signed_in(), "/landscape/wanted/wave"
    assert "trust grid" in words(Client().get("/landscape/wanted"))
    assert "sign-in" in Client().post(wave, {"word": "trust grid"})["Location"]
    for _twice in range(2):
        assert client.post(wave, {"word": "trust grid"}).status_code == 302
    assert "trust grid" not in words(Client().get("/landscape/wanted"))
    assert "List it again" in words(client.get("/landscape/wanted"))
    assert client.post(wave, {"word": "trust grid", "back": "1"}).status_code == 302
    assert "trust grid" in words(Client().get("/landscape/wanted"))
    assert client.post(wave, {"word": "trust grid", "back": "1"}).status_code == 400


def test_a_milestone_goes_whether_it_was_stated_or_read_from_an_event():
    event = {"lw:kind": "launch", "lw:date": "2020", "lw:text": "Opened"}
    load(
        reading(said("entry", "lw:Initiative", ceterms_name={"en": "Alpha"}, lw_events=[event])),
        "made",
    )
    client = signed_in()
    assert send(client, "add-milestone", name="Pilot", planned="2027").status_code == 302
    keys = [one.key for one in landscape().milestones]
    assert len(keys) == 2
    page = words(client.get(f"/landscape/change/{ENTRY}"))
    assert page.count(f"/landscape/change/{ENTRY}/remove-milestone?part=") == 2
    for key in keys:
        assert client.get(f"/landscape/change/{ENTRY}/remove-milestone", {"part": key}).status_code == 200
        assert send(client, "remove-milestone", key).status_code == 302, key
    assert landscape().milestones == ()
    assert send(client, "remove-milestone", keys[0]).status_code == 404


def test_a_name_means_an_organization_and_means_it_no_more():
    party, client = ctid("party"), signed_in()
    assert send(client, "add-role", party="Markle", kind="partner").status_code == 302
    assert f"/landscape/change/{party}/means" in words(client.get(f"/landscape/change/{party}"))
    unknown = send(client, "means", ctid=party, name="Nobody at all")
    assert (unknown.status_code, "goes by exactly this name" in words(unknown)) == (400, True)
    assert send(client, "means", ctid=party, name="Markle").status_code == 302
    assert {role.party for role in landscape().roles} == {party}
    page = words(client.get(f"/landscape/change/{party}"))
    assert f"/landscape/change/{party}/means-no-more?part=Markle" in page
    assert send(client, "means-no-more", "Markle", party).status_code == 302
    assert {role.party for role in landscape().roles} == {party, "name:Markle"}
    assert send(client, "means-no-more", "Markle", party).status_code == 400
    assert send(client, "means", name="Markle").status_code == 400, "an initiative is nobody's name"
