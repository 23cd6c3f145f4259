"""Attacks on tokens, status lists, comprehensive records, pictures and archives."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import zipfile
import zlib
from typing import Any

from tests.records.attacks import case
from tests.records.badges import COLLEGE, OB, OTHER, V2, badge, clr, did, method, raw, signed

from learnwork.records.bits import LEAST, Bits
from learnwork.records.jose import json_bytes, sign_token
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.status_lists import bitstring_entry, bitstring_list

LIST = "https://riverside.example/status/1"


# Tokens -------------------------------------------------------------------------------------------------------


def token(header: dict[str, Any] | None = None, key: PrivateKey = COLLEGE, **changes: Any) -> str:
    return sign_token({"typ": "vc+jwt", "kid": method(key), **(header or {})}, badge(**changes), key)


def forged_token(header: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json_bytes({"typ": "vc+jwt", **header}), json_bytes(badge()), signature]
    return ".".join(base64url_encode(part) for part in parts)


@case
def algorithm_none():
    return "token-unsigned", forged_token({"alg": "none"}), {}


@case
def algorithm_confusion():
    import hashlib
    import hmac

    unsigned = forged_token({"alg": "HS256", "kid": method(COLLEGE)}).rpartition(".")[0]
    mac = hmac.new(COLLEGE.public.raw, unsigned.encode(), hashlib.sha256).digest()
    return "token-algorithm", f"{unsigned}.{base64url_encode(mac)}", {}


@case
def algorithm_that_is_not_the_keys():
    return "key-unfit", forged_token({"alg": "ES256", "kid": method(COLLEGE)}, bytes(64)), {}


@case
def key_in_the_header():
    return "token-header-key", token({"jwk": OTHER.public.to_jwk()}), {}


@case
def certificate_in_the_header():
    return "token-header-key", forged_token({"alg": "EdDSA", "x5c": ["AA"]}, bytes(64)), {}


@case
def address_of_a_key_in_the_header():
    return "token-header-address", token({"jku": "https://evil.example/keys"}), {}


@case
def address_of_a_certificate_in_the_header():
    return "token-header-address", token({"x5u": "https://evil.example/keys"}), {}


@case
def critical_extension():
    return (
        "token-header-critical",
        forged_token({"alg": "EdDSA", "crit": ["b64"], "b64": False}, bytes(64)),
        {},
    )


@case
def token_of_somebody_else():
    record = badge(COLLEGE)
    text = sign_token({"typ": "vc+jwt", "kid": method(OTHER)}, record, OTHER)
    return "issuer-bound", text, {}


@case
def token_whose_issuer_is_another():
    text = sign_token({"typ": "JWT", "kid": method(OTHER)}, {**badge(COLLEGE), "iss": did(OTHER)}, OTHER)
    return "token-issuer", text, {}


@case
def token_that_was_changed():
    head, _, tail = token().split(".")
    return "token-signature", f"{head}.{base64url_encode(json_bytes(badge(name='Brain surgery')))}.{tail}", {}


# Status lists -------------------------------------------------------------------------------------------------


def with_status(listed: Any, **entry: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return signed(badge(credentialStatus=bitstring_entry(LIST, 7) | entry)), {LIST: listed}


def status_list(bits: Bits | None = None, key: PrivateKey = COLLEGE, **changes: Any) -> dict[str, Any]:
    document = bitstring_list(bits or Bits.empty(), url=LIST, issuer=did(key))
    return signed({**document, **changes}, key)


@case
def status_list_that_cannot_be_reached():
    return "?status-unreachable", with_status({})[0], {}


@case
def forged_status_list():
    listed = status_list()
    bits = Bits.empty()
    listed["credentialSubject"]["encodedList"] = "u" + bits.packed()[:-4] + "AAAA"
    return "status-list-forged", *with_status(listed)


@case
def unsigned_status_list():
    return "status-list-forged", *with_status(bitstring_list(Bits.empty(), url=LIST, issuer=did(COLLEGE)))


@case
def status_list_with_a_key_that_is_not_its_issuers():
    document = bitstring_list(Bits.empty(), url=LIST, issuer=did(COLLEGE))
    return "status-list-forged", *with_status(signed(document, OTHER))


@case
def expired_status_list():
    return "status-list-expired", *with_status(status_list(validUntil="2026-02-01T00:00:00Z"))


@case
def status_list_of_the_future():
    return "status-list-early", *with_status(status_list(validFrom="2027-02-01T00:00:00Z"))


@case
def status_list_for_another_purpose():
    return "status-list-purpose", *with_status(status_list(), statusPurpose="suspension")


@case
def short_status_list():
    return "status-list-short", *with_status(status_list(Bits.empty(LEAST // 2)))


@case
def place_outside_of_the_status_list():
    return "status-index", *with_status(status_list(), statusListIndex=str(LEAST))


@case
def negative_place_in_the_status_list():
    return "status-form", *with_status(status_list(), statusListIndex="-1")


@case
def status_list_that_is_a_badge():
    return "status-list-form", *with_status(signed(badge()))


@case
def bomb_in_a_status_list():
    bomb = base64.urlsafe_b64encode(gzip.compress(bytes(400_000_000), 1)).decode().rstrip("=")
    document = bitstring_list(Bits.empty(), url=LIST, issuer=did(COLLEGE))
    document["credentialSubject"]["encodedList"] = "u" + bomb
    return "status-list-large", *with_status(signed(document))


@case
def revoked():
    bits = Bits.empty()
    bits[7] = 1
    return "revoked", *with_status(status_list(bits))


@case
def suspended():
    bits = Bits.empty()
    bits[7] = 1
    document = bitstring_list(bits, url=LIST, issuer=did(COLLEGE), purpose="suspension")
    return "suspended", *with_status(signed(document), statusPurpose="suspension")


def with_revocation_list() -> dict[str, Any]:
    contexts = [V2, OB, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    entry = {"id": LIST, "type": "1EdTechRevocationList"}
    return signed(badge(**{"@context": contexts, "credentialStatus": entry}))


@case
def revoked_by_a_list_of_1edtech():
    record = with_revocation_list()
    return (
        "revoked",
        record,
        {LIST: {"id": LIST, "issuer": did(COLLEGE), "revokedCredential": [{"id": record["id"]}]}},
    )


@case
def revocation_list_of_another_issuer():
    record = with_revocation_list()
    return "status-list-forged", record, {LIST: {"id": LIST, "issuer": did(OTHER), "revokedCredential": []}}


# Comprehensive records ----------------------------------------------------------------------------------------


@case
def record_with_a_tampered_member():
    member = signed(badge(OTHER), OTHER)
    member["name"] = "Brain surgery"
    return "clr-member", signed(clr(member)), {}


@case
def record_with_an_unsigned_member():
    return "clr-member", signed(clr(badge(OTHER))), {}


@case
def record_with_a_foreign_member():
    other = badge(OTHER)
    other["credentialSubject"]["id"] = "did:example:ben"
    return "clr-foreign", signed(clr(signed(other, OTHER))), {}


@case
def record_that_contains_itself():
    inner = signed(clr(signed(badge(OTHER), OTHER)))
    return "clr-cycle", signed(clr(inner)), {}


@case
def record_without_members():
    return "clr-empty", signed(clr()), {}


# Pictures and archives ----------------------------------------------------------------------------------------


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + b"".join(chunk(*each) for each in chunks)
        + pixels
        + chunk(b"IEND", b"")
    )


def text_chunk(
    data: bytes, keyword: bytes = b"openbadgecredential", *, packed: bool = False
) -> tuple[bytes, bytes]:
    flag = b"\1\0" if packed else b"\0\0"
    return b"iTXt", keyword + b"\0" + flag + b"\0\0" + (zlib.compress(data) if packed else data)


@case
def two_credentials_in_one_picture():
    return "two-records", png(text_chunk(raw(signed(badge()))), text_chunk(raw(badge()), b"openbadges")), {}


@case
def bomb_in_a_picture():
    return "too-large", png(text_chunk(bytes(400_000_000), packed=True)), {}


@case
def picture_without_a_record():
    return "no-record", png(), {}


@case
def picture_that_is_cut_off():
    return "readable", png(text_chunk(raw(signed(badge()))))[:200], {}


@case
def entities_in_a_picture():
    return (
        "readable",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        {},
    )


@case
def outside_entity_in_a_picture():
    return (
        "readable",
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        {},
    )


@case
def two_credentials_in_one_drawing():
    inner = f"<o:credential xmlns:o='https://purl.imsglobal.org/ob/v3p0'><![CDATA[{json.dumps(signed(badge()))}]]></o:credential>"
    return "two-records", f'<svg xmlns="http://www.w3.org/2000/svg">{inner}{inner}</svg>'.encode(), {}


@case
def archive_in_an_archive():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("a.json", raw(signed(badge())))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as made:
        made.writestr("inner.zip", inner.getvalue())
    return "readable", outer.getvalue(), {}


@case
def bomb_in_an_archive():
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.json", b" " * 300_000_000)
    return "too-large", outer.getvalue(), {}
