"""Lists of known issuers: loaded by whoever runs the site, told by verdicts, refused where no key of theirs signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.records.badges import COLLEGE, OTHER, badge, did, raw, signed
from tests.wallet.test_verify_pages import send

from learnwork.cli.app import run
from learnwork.records.check_codes import CheckError
from learnwork.records.jose import sign_token
from learnwork.records.trust import publisher_keys, read_registry
from learnwork.wallet import issuer_lists

STATEMENT = {
    "sub": did(COLLEGE),
    "exp": 4_000_000_000,
    "metadata": {"federation_entity": {"organization_name": "Riverside College"}},
}
DCC = json.dumps({"registry": {did(COLLEGE): {"name": "Riverside College"}}}).encode()
SIGNED = sign_token({"typ": "entity-statement+jwt"}, STATEMENT, OTHER).encode()


def told(client: Client) -> str:
    return str(send(client, raw(signed(badge()))).content.decode())


@pytest.mark.django_db
def test_a_verdict_tells_which_list_names_the_issuer(client: Client) -> None:
    assert "names the issuer" not in told(client)
    issuer_lists.load("Community list", DCC)
    assert "Community list names the issuer: Riverside College." in told(client)
    issuer_lists.load("Community list", DCC.replace(b"Riverside", b"Lakeside"))
    assert "names the issuer: Lakeside College." in told(client)
    page = client.get("/verify/lists").content.decode()
    assert "Community list" in page
    assert "it is not signed" in page
    issuer_lists.remove("Community list")
    assert "names the issuer" not in told(client)


@pytest.mark.django_db
def test_the_vc_api_looks_at_the_lists(harness: Any) -> None:
    issuer_lists.load("Community list", DCC)
    answer = harness().verify(signed(badge())).json()
    assert "Community list names the issuer: Riverside College." in json.dumps(answer["verdict"])


@pytest.mark.django_db
def test_a_signed_list_is_believed_by_its_publishers_key_alone(client: Client) -> None:
    issuer_lists.load("Federation", SIGNED)
    assert "its signature could not be checked" in told(client)
    assert "not checked" in client.get("/verify/lists").content.decode()
    with pytest.raises(CheckError):
        issuer_lists.load("Federation", SIGNED, COLLEGE.public.to_multibase().encode())
    assert "its signature could not be checked" in told(client), "what was refused changed nothing"
    issuer_lists.load("Federation", SIGNED, OTHER.public.to_multibase().encode())
    text = told(client)
    assert "Federation names the issuer: Riverside College." in text
    assert "its signature could not be checked" not in text
    assert "checked with its publisher" in client.get("/verify/lists").content.decode()


@pytest.mark.parametrize(
    "keys",
    [
        json.dumps(OTHER.public.to_jwk()),
        json.dumps({"keys": [COLLEGE.public.to_jwk(), OTHER.public.to_jwk()]}),
        json.dumps({"sub": "https://registry.example", "jwks": {"keys": [OTHER.public.to_jwk()]}}),
        f"{COLLEGE.public.to_multibase()}\n{OTHER.public.to_multibase()}\n",
    ],
)
def test_keys_of_a_publisher_are_read_in_each_form(keys: str) -> None:
    found = read_registry(SIGNED, "Federation", keys=publisher_keys(keys, "keys"))
    assert (found.signed, len(found.issuers)) == (True, 1)


@pytest.mark.parametrize("keys", ["", "{}", '{"keys": []}', "not a key", '{"kty": "oct", "k": "AA"}'])
def test_what_is_no_key_of_a_publisher_is_refused(keys: str) -> None:
    from learnwork.records.errors import RecordError

    with pytest.raises((CheckError, RecordError)):
        publisher_keys(keys, "keys")


@pytest.mark.django_db
def test_the_commands(tmp_path: Path, capsys: Any) -> None:
    listed, key, record = tmp_path / "list.jwt", tmp_path / "key.txt", tmp_path / "badge.json"
    listed.write_bytes(SIGNED)
    key.write_text(OTHER.public.to_multibase())
    record.write_bytes(raw(signed(badge())))
    load = ["known-issuers", "load", str(listed), "--name", "Federation"]
    assert run([*load, "--publisher-key", str(key)]) == 0
    assert run(["known-issuers", "list"]) == 0
    assert "Federation" in capsys.readouterr().out
    assert run(["known-issuers", "remove", "Federation", "--json"]) == 0
    assert run(["known-issuers", "remove", "Federation"]) == 1
    assert run([*load, "--publisher-key", str(tmp_path / "none")]) == 1
    capsys.readouterr()
    run(
        ["verify", str(record), "--offline", "--registry", str(listed), "--publisher-key", str(key), "--json"]
    )
    checks = json.loads(capsys.readouterr().out)["records"][0]["checks"]
    assert [check["state"] for check in checks if check["code"] == "issuer-known"] == ["passed"]
