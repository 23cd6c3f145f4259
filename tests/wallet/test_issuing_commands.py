"""`learnwork issue`, `keys`, `status` and `bake`, from making an issuer to a revoked record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.made import CERTIFICATE, ORGANIZATION, ctid, reading, said

from learnwork.cli.app import run
from learnwork.records import verify
from learnwork.records.reading import read

pytestmark = pytest.mark.django_db
COLLEGE, OTHER, WELDING = ctid("college"), ctid("commission"), ctid("welding")
NAMES = {"college": "Riverside College", "commission": "Commission", "welding": "Pipe welding"}


@pytest.fixture(autouse=True)
def on_the_web(settings: Any) -> None:
    settings.BASE_URL = "https://records.example"


@pytest.fixture
def registry() -> None:
    """A college, accredited, that offers welding; and another college."""
    from learnwork.intake.loading import load

    named = {name: {"ceterms_name": {"en": text}} for name, text in NAMES.items()}
    load(
        reading(
            said("commission", "ceterms:QACredentialOrganization", **named["commission"]),
            said("college", ORGANIZATION, ceterms_accreditedBy=[OTHER], **named["college"]),
            said("welding", CERTIFICATE, ceterms_offeredBy=[COLLEGE], **named["welding"]),
        ),
        "made",
    )


def printed(capsys: Any, *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    output = capsys.readouterr()
    return json.loads(output.out or output.err)


def make(capsys: Any, *more: str) -> Any:
    return printed(capsys, "issue", "make-issuer", "college", "--name", "Riverside College", *more)


def test_throw_away_issuers_are_ready_for_a_harness(capsys: Any, client: Client) -> None:
    made = printed(capsys, "issue", "issuers", "--throw-away")["issuers"]
    assert [(one["suite"], one["keyType"]) for one in made] == [
        ("eddsa-rdfc-2022", "Ed25519"), ("eddsa-jcs-2022", "Ed25519"),
        ("ecdsa-rdfc-2019", "P-256"), ("ecdsa-rdfc-2019", "P-384"),
        ("ecdsa-jcs-2019", "P-256"), ("ecdsa-jcs-2019", "P-384"), ("ecdsa-sd-2023", "P-256"),
        ("EdDSA", "Ed25519"), ("ES256", "P-256"), ("ES384", "P-384"), ("RS256", "RSA"),
        ("eddsa-rdfc-2022", "Ed25519"),
    ]  # fmt: skip
    assert [one["lists"] for one in made] == [[]] * 11 + [["revocation"]]
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:a"},
    }
    for one in made:
        body = {"credential": {**credential, "issuer": one["id"]}}
        answer = client.post(
            one["issue"].removeprefix("https://records.example"), body, content_type="application/json"
        )
        assert answer.status_code == 201
        assert ("credentialStatus" in answer.json()["verifiableCredential"]) == bool(one["lists"])
    assert len(printed(capsys, "issue", "issuers")["issuers"]) == 12


def test_throw_away_issuers_go_with_everything(capsys: Any) -> None:
    from learnwork.wallet.models import Issuer, Key

    printed(capsys, "issue", "issuers", "--throw-away")
    Issuer.objects.update(until="2020-01-01T00:00:00Z")
    assert printed(capsys, "issue", "issuers")["issuers"] == []
    assert (Issuer.objects.count(), Key.objects.count()) == (0, 0)


def test_an_issuer_is_made_and_gets_a_new_key_for_callers(capsys: Any, client: Client) -> None:
    made = make(capsys, "--ctid", COLLEGE)
    assert made["id"] == "did:web:records.example:issuers:college"
    new = printed(capsys, "issue", "issuers", "--new-caller-key", "college")["caller"]
    body = {"credential": {}}
    for key, status in ((made["caller"], 403), (new, 400)):
        headers = {"Authorization": f"Bearer {key}"}
        path = "/vc-api/college/credentials/issue"
        assert client.post(path, body, content_type="application/json", headers=headers).status_code == status
    assert (
        printed(capsys, "issue", "make-issuer", "college", "--name", "x", code=1)["error"]["code"]
        == "issuer-refused"
    )
    for wrong in (("--suite", "rot13"), ("--suite", "ES256", "--key-type", "P-384"), ("--lists", "gossip")):
        assert run(["issue", "make-issuer", "wrong", "--name", "x", *wrong]) == 1


@pytest.mark.usefixtures("registry")
def test_a_sheet_is_looked_at_row_by_row(capsys: Any, tmp_path: Path) -> None:
    from learnwork.wallet.models import Issued, Offer

    make(capsys, "--ctid", COLLEGE)
    sheet = tmp_path / "people.csv"
    sheet.write_text(
        "email;name;until;evidence;did;given\n"
        "ana@college.example;Ana;2090-05-31;https://college.example/w;;\n"
        "not a mail;;;;;\n"
        ";No identifier;;;;\n"
        "ANA@college.example;;;;;\n"
        "bob@college.example;;yesterday;;;\n"
        "cy@college.example;;;http://college.example/w;;\n"
        "di@college.example;;;;not:a:did;\n"
        "ed@college.example;;2020-01-01;;;\n"
    )
    give = ["issue", "credential", WELDING, "--to", str(sheet), "--issuer", "college"]
    seen = printed(capsys, *give, "--dry-run", code=1)
    assert (seen["ready"], seen["title"]) == (1, "Pipe welding")
    assert [(one["row"], one["column"]) for one in seen["refused"]] == [
        (3, "mail"), (4, "mail"), (5, "mail"), (6, "until"), (7, "evidence"), (8, "did"), (9, ""),
    ]  # fmt: skip
    printed(capsys, *give, code=1)
    assert (Issued.objects.count(), Offer.objects.count()) == (0, 0)


@pytest.mark.usefixtures("registry")
def test_a_record_is_issued_claimed_suspended_and_revoked(
    capsys: Any, tmp_path: Path, client: Client
) -> None:
    from learnwork.records.fetching import NoNetwork
    from learnwork.wallet.knowledge import OwnFetcher, knows

    make(capsys, "--ctid", COLLEGE, "--lists", "suspension")
    give = ["issue", "credential", WELDING, "--to", "ana@college.example", "--issuer", "college"]
    assert printed(capsys, *give, "--dry-run")["ready"] == 1
    (done,) = printed(capsys, *give)["issued"]
    record = client.post(done["claim"].removeprefix("https://records.example")).content

    def found() -> Any:
        return verify(record, fetcher=OwnFetcher(NoNetwork()), knows=knows, recipient="ana@college.example")

    verdict = found()
    assert verdict.accepted, verdict.sentence
    states = {check.code: check.state for check in verdict.checks}
    assert (states["issuer-here"], states["offered-here"], states["accredited-here"]) == ("passed",) * 3
    assert printed(capsys, "status", "suspend", "college", done["record"])["status"] is True
    assert found().outcome == "rejected"
    printed(capsys, "status", "reinstate", "college", done["record"])
    assert found().accepted
    printed(capsys, "status", "revoke", "college", done["record"], "--reason", "Withdrawn")
    assert found().outcome == "rejected"
    assert run(["status", "reinstate", "college", done["record"]]) == 1
    assert run(["status", "reinstate", "college", "urn:uuid:unknown"]) == 1

    picture = tmp_path / "badge.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>')
    (tmp_path / "record.json").write_bytes(record)
    out = tmp_path / "baked.svg"
    printed(capsys, "bake", str(picture), str(tmp_path / "record.json"), "--out", str(out))
    assert read(out.read_bytes())[0].value == json.loads(record)
    assert run(["bake", str(out), str(tmp_path / "record.json"), "--out", str(out)]) == 1
    assert run(["bake", str(tmp_path / "none.png"), str(tmp_path / "record.json"), "--out", str(out)]) == 1


@pytest.mark.usefixtures("registry")
def test_records_are_written_at_once_where_a_folder_is_given(capsys: Any, tmp_path: Path) -> None:
    from learnwork.wallet.models import Issuer

    make(capsys, "--suite", "ES256", "--ctid", COLLEGE)
    folder = tmp_path / "out"
    give = ["issue", "credential", WELDING, "--to", "ana@college.example", "--issuer", "college"]
    printed(capsys, *give, "--out", str(folder))
    (written,) = folder.iterdir()
    assert written.name == "row-1.jwt"
    assert list(Issuer.objects.get().issued.get().entries) == ["revocation"], (
        "a badge has room for one status"
    )


@pytest.mark.usefixtures("registry")
def test_an_issuer_issues_only_what_it_offers(capsys: Any) -> None:
    make(capsys, "--ctid", OTHER)
    give = ["issue", "credential", WELDING, "--to", "ana@college.example", "--issuer", "college"]
    assert printed(capsys, *give, code=1)["error"]["code"] == "issuer-refused"
    assert printed(
        capsys,
        "issue",
        "credential",
        COLLEGE[:-1] + "f",
        "--to",
        "a@b.example",
        "--issuer",
        "college",
        code=1,
    )
    assert run(["issue", "credential", WELDING, "--to", "a@b.example", "--issuer", "nobody"]) == 1


def test_keys_are_listed_and_rotated(capsys: Any) -> None:
    make(capsys)
    printed(capsys, "keys", "rotate", "college")
    listed = printed(capsys, "keys", "list", "college")["keys"]
    assert [one["state"] for one in listed] == ["signs", "retired"]
    lost = printed(capsys, "keys", "compromised", "college", "--at", "2026-01-31")
    assert lost["affected"] == 0
    listed = printed(capsys, "keys", "list", "college")["keys"]
    assert [(one["state"], one["since"][:10]) for one in listed][1] == ("compromised", "2026-01-31")
    assert run(["keys", "compromised", "college", "--at", "someday"]) == 1
    assert run(["keys", "list", "nobody"]) == 1


def test_the_list_for_people(capsys: Any) -> None:
    assert run(["issue", "issuers"]) == 0
    assert "make-issuer" in capsys.readouterr().out
    make(capsys)
    assert run(["issue", "issuers"]) == 0
    assert run(["keys", "list", "college"]) == 0
    assert "Riverside" in capsys.readouterr().out


@pytest.mark.usefixtures("registry")
def test_a_record_is_revoked_by_the_list_that_names_it(capsys: Any, client: Client) -> None:
    from learnwork.records.fetching import NoNetwork
    from learnwork.wallet.knowledge import OwnFetcher

    make(capsys, "--ctid", COLLEGE, "--lists", "revocation-list")
    give = ["issue", "credential", WELDING, "--to", "ana@college.example", "--issuer", "college"]
    (done,) = printed(capsys, *give)["issued"]
    record = client.post(done["claim"].removeprefix("https://records.example")).content
    entry = json.loads(record)["credentialStatus"]
    assert entry == {
        "id": "https://records.example/issuers/college/revocations",
        "type": "1EdTechRevocationList",
    }

    def found() -> Any:
        return verify(record, fetcher=OwnFetcher(NoNetwork()))

    assert found().accepted, found().sentence
    assert run(["status", "suspend", "college", done["record"]]) == 1
    printed(capsys, "status", "revoke", "college", done["record"], "--reason", "Withdrawn")
    assert "revoked" in {check.code for check in found().failed()}
    assert "Withdrawn" in found().sentence
    listed = client.get("/issuers/college/revocations")
    assert listed["Content-Type"] == "application/json"
    assert listed.json()["revokedCredential"] == [
        {"id": done["record"], "revoked": True, "revocationReason": "Withdrawn"}
    ]
    assert run(["status", "reinstate", "college", done["record"]]) == 1
    assert client.get("/issuers/nobody/revocations").status_code == 404
