"""What a learner's records open: the competencies that they name, found here, matched, and kept nowhere."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said
from tests.records.badges import badge, raw, signed

from learnwork.accounts.models import User
from learnwork.competencies import targets
from learnwork.formats.model import Identifier
from learnwork.intake.loading import load
from learnwork.wallet import collection
from learnwork.wallet.opening import opening

pytestmark = pytest.mark.django_db
WELD, BRAZE, BEND = ctid("weld"), "ce-3f2b8c1e-0000-4000-8000-000000000013", ctid("bend")
CASE = "https://frameworks.example/ims/case/v1p0/CFItems/3F2B8C1E-0000-4000-8000-000000000013"
PAGE = "http://skills.example/bend"


@pytest.fixture(autouse=True)
def registry(db: None, settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path

    def statement(key: str, text: str, *identifiers: Identifier) -> Any:
        return said(key, "ceasn:Competency", identifiers=identifiers, ceasn_competencyText={"en": text})

    braze = statement("braze", "Braze copper")
    document = braze.document() | {"ceterms:ctid": BRAZE}
    braze = braze._replace(ctid=BRAZE, document=lambda: dict(document))
    asked = [WELD, BRAZE, BEND, *(ctid(f"other {n}") for n in range(9))]
    load(
        reading(
            statement("weld", "Weld pipe"),
            braze,
            statement("bend", "Bend tubes", Identifier("uri", PAGE)),
            *(statement(f"other {n}", f"Other {n}") for n in range(9)),
            said("course", "ceterms:Certificate", ceterms_name={"en": "Course"}, ceterms_teaches=[WELD]),
            said("fitter", "ceterms:Occupation", ceterms_name={"en": "Fitter"}, ceasn_skillEmbodied=asked),
        ),
        "made",
    )


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana")


def record(number: int, *urls: str, name: str = "Badge") -> dict[str, Any]:
    made = badge(id=f"urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-{number:012}", name=f"{name} {number}")
    achievement = made["credentialSubject"]["achievement"]
    if urls:
        achievement["alignment"] = [
            {"type": ["Alignment"], "targetName": f"Target {url[-4:]}", "targetUrl": url} for url in urls
        ]
    return signed(made)


def take(owner: User, *records: dict[str, Any]) -> list[int]:
    return [collection.take_in(owner, raw(one), "badge.json").new[0].pk for one in records]


def test_targets_are_found_by_ctid_case_identifier_and_address() -> None:
    asked = [
        f"https://registry.example/resources/{WELD}",
        CASE,
        PAGE + "/",
        f"https{PAGE[4:]}",
        ctid("course"),
    ]
    found = targets.found([*asked, "https://nowhere.example/1", "javascript:alert(1)", ""])
    assert [[one.ctid for one in found[target].competencies] for target in asked] == [
        [WELD],
        [BRAZE],
        [BEND],
        [BEND],
        [WELD],
    ]
    assert found["https://nowhere.example/1"] == found[""] == targets.Found()


def test_every_record_says_what_it_names(ana: User) -> None:
    tampered = record(4, CASE)
    tampered["name"] = "Another name"
    pks = take(
        ana,
        record(1, WELD, PAGE, "https://nowhere.example/1"),
        record(2),
        record(3, ctid("fitter")),
        tampered,
    )
    found = opening(ana)
    by_pk = {one.pk: one for one in found.records}
    assert {one.ctid for one in found.competencies} == {WELD, BEND}
    assert [one.url for one in by_pk[pks[0]].unfound] == ["https://nowhere.example/1"]
    assert by_pk[pks[1]].silent
    [occupation] = by_pk[pks[2]].unfound
    assert occupation.thing is not None
    assert occupation.thing.ctid == ctid("fitter")
    assert by_pk[pks[3]].rejected
    assert found.question.held
    collection.tie(collection.held_by(ana, pks[1]), ctid("course"))
    assert [one.ctid for one in opening(ana, [pks[1]]).competencies] == [WELD], (
        "what it states that the owner tied"
    )
    assert opening(User.objects.create_user("bob"), pks).records == (), "nobody else's"


def test_the_page_answers_and_no_address_says_what_somebody_has(client: Client, ana: User) -> None:
    client.force_login(ana)
    [pk, silent] = take(ana, record(1, WELD, CASE), record(2))
    assert "What do my records open?" in client.get("/records").content.decode()
    assert client.get("/records/match").status_code == 302
    shown = unescape(client.post("/records/match").content.decode())
    assert "Weld pipe" in shown
    assert "Fitter" in shown
    assert "names no competency" in shown
    addresses = [part.split('"')[0] for part in shown.split('href="')[1:]]
    assert [one for one in addresses if WELD in one and not one.startswith("/resources/")] == [
        f"/match?competencies={WELD}%2C{BRAZE}&have=1"
    ], "the one link that is there to be shared"
    why = client.post(f"/match/{ctid('fitter')}", {"competencies": f"{WELD},{BRAZE}", "have": "1"})
    assert "Of 12 competencies that it asks, 2 are there." in unescape(why.content.decode())
    assert b"/match?" not in why.content
    alone = client.post("/records/match", {"record": silent}).content.decode()
    assert "nothing to compare" in alone
    assert client.post("/records/match", {"record": ["x", "9" * 30, str(pk)], "more": "1"}).status_code == 200
    client.logout()
    assert client.post("/records/match").status_code == 302
