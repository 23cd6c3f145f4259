"""SD-JWT: the seventeen cases of its reference implementation, issued, shown and verified; and its attacks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.records.fetching import NoNetwork
from learnwork.records.jose import json_bytes, sign_token
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.proof_errors import PointerError
from learnwork.records.sd_jwt import compact_forms, digest_of, read_sd_jwt, verify_sd_jwt
from learnwork.records.sd_jwt_making import issue_sd_jwt, show
from learnwork.records.token_errors import DisclosureClashError, DisclosureUnknownError, TokenError
from learnwork.records.tokens import TokenResult

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ISSUER = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
HOLDER = PrivateKey.from_secret("Ed25519", bytes(range(32)))
KID = f"did:key:{ISSUER.public.to_multibase()}#{ISSUER.public.to_multibase()}"
CLAIMS = {
    "iss": f"did:key:{ISSUER.public.to_multibase()}",
    "vct": "https://college.example/welding",
    "name": "Ada",
    "address": {"city": "Camden", "street": "Cooper Street"},
    "courses": ["steel", "brass", {"level": 2}],
}
HIDDEN = ["/name", "/address", "/address/street", "/courses/1", "/courses/2/level"]


def issue(**changes: Any) -> str:
    options = {"key": ISSUER, "header": {"typ": "dc+sd-jwt", "kid": KID}, "holder": HOLDER.public} | changes
    return issue_sd_jwt(CLAIMS, HIDDEN, **options)


def check(text: str, **options: Any) -> TokenResult:
    return verify_sd_jwt(text, **({"fetcher": NoNetwork(), "now": NOW} | options))


def code_of(text: str, **options: Any) -> str:
    found = check(text, **options)
    assert not found.result.ok
    assert found.result.error is not None
    return found.result.error.code


def test_it_works():
    whole = issue()
    found = check(whole)
    assert found.result.error is None
    assert found.claims is not None
    assert {name: value for name, value in found.claims.items() if name != "cnf"} == CLAIMS
    nothing = check(show(whole, []))
    assert nothing.result.ok
    assert nothing.document == {
        "iss": CLAIMS["iss"],
        "vct": CLAIMS["vct"],
        "courses": ["steel", {}],
        "cnf": {"jwk": HOLDER.public.to_jwk()},
    }


def test_what_lies_in_something_hidden_shows_both():
    found = check(show(issue(), ["/address/street", "/courses/1"]))
    assert found.document is not None
    assert found.document["address"] == CLAIMS["address"]
    assert found.document["courses"] == ["steel", "brass", {}]
    assert "name" not in found.document


def test_key_binding():
    shown = show(issue(), ["/name"], holder=HOLDER, domain="a.example", challenge="77", now=NOW)
    asked = {"domain": "a.example", "challenge": "77"}
    assert check(shown, **asked).result.ok
    for change in ({"domain": "b.example"}, {"challenge": "78"}, {"now": NOW + timedelta(hours=1)}):
        assert code_of(shown, **(asked | change)) == "key-binding"
    assert code_of(show(issue(), ["/name"]), **asked) == "key-binding-missing"
    assert code_of(show(issue(), ["/name"]), binding=True) == "key-binding-missing"


def test_key_binding_by_another_or_for_another():
    whole = issue()
    other = PrivateKey.generate("Ed25519")
    asked = {"domain": "a.example", "challenge": "77"}
    by = {"domain": "a.example", "challenge": "77", "now": NOW}
    assert code_of(show(whole, ["/name"], holder=other, **by), **asked) == "key-binding"
    bound = show(whole, ["/name"], holder=HOLDER, **by)
    more = show(whole, ["/name", "/address"])
    assert code_of(more + bound.rpartition("~")[2], **asked) == "key-binding"
    unnamed = issue(holder=None)
    assert code_of(show(unnamed, [], holder=HOLDER, **by), **asked) == "key-binding"
    digest = digest_of(show(whole, []), "sha-256")
    claims = {"iat": int(NOW.timestamp()), "aud": "a.example", "nonce": "77", "sd_hash": digest}
    for header, said in (
        ({"typ": "JWT"}, claims),
        ({"typ": "kb+jwt"}, claims | {"iat": "now"}),
        ({"typ": "kb+jwt"}, {name: value for name, value in claims.items() if name != "iat"}),
        ({"typ": "kb+jwt"}, claims | {"aud": ["a.example"]}),
        ({"typ": "kb+jwt"}, claims | {"sd_hash": "x"}),
    ):
        assert code_of(show(whole, []) + sign_token(header, said, HOLDER), **asked) == "key-binding"
    assert check(show(whole, []) + sign_token({"typ": "kb+jwt"}, claims, HOLDER), **asked).result.ok


def a_disclosure(*parts: Any) -> str:
    return base64url_encode(json_bytes(list(parts)))


def signed(claims: dict[str, Any], *disclosures: str) -> str:
    return "~".join([sign_token({"kid": KID, "typ": "dc+sd-jwt"}, claims, ISSUER), *disclosures, ""])


def test_what_the_issuer_did_not_sign():
    assert code_of(issue() + a_disclosure("salt", "name", "Mallory") + "~") == "disclosure-unknown"


def test_the_same_disclosure_twice():
    whole = issue()
    assert code_of(f"{whole}{whole.split('~')[1]}~") == "disclosure-twice"


@pytest.mark.parametrize(
    ("claims", "parts", "code"),
    [
        ({"_sd": ["D", "D"]}, ("s", "a", 1), "disclosure-twice"),
        ({"_sd": ["D"], "b": {"_sd": ["D"]}}, ("s", "a", 1), "disclosure-twice"),
        ({"_sd": ["D"], "a": 2}, ("s", "a", 1), "disclosure-clash"),
        ({"_sd": ["D"]}, ("s", "iss", "did:web:evil.example"), "disclosure-clash"),
        ({"_sd": ["D"]}, ("s", "exp", 1), "disclosure-clash"),
        ({"_sd": ["D"]}, ("s", "_sd", []), "disclosure-clash"),
        ({"_sd": ["D"]}, ("s", "...", 1), "disclosure-clash"),
        ({"b": {"_sd": ["D"]}}, ("s", "_sd", []), "disclosure-clash"),
        ({"_sd": ["D"]}, ("s", 1), "disclosure-malformed"),
        ({"b": [{"...": "D"}]}, ("s", "a", 1), "disclosure-malformed"),
        ({"b": [{"...": "D", "c": 1}]}, ("s", 1), "disclosure-malformed"),
        ({"b": {"...": "D"}}, ("s", 1), "disclosure-malformed"),
        ({"_sd": "D"}, ("s", "a", 1), "disclosure-malformed"),
        ({"_sd": [5]}, ("s", "a", 1), "disclosure-malformed"),
        ({"_sd": ["D"]}, ("s", "a"), "disclosure-malformed"),
        ({"_sd": ["D"]}, (5, "a", 1), "disclosure-malformed"),
        ({"_sd": ["D"]}, ("s",), "disclosure-malformed"),
        ({"_sd": ["D"]}, ("s", "a", 1, 2), "disclosure-malformed"),
        ({"_sd": ["D"], "_sd_alg": "md5"}, ("s", "a", 1), "disclosure-digest"),
        ({"_sd": ["D"], "_sd_alg": None}, ("s", "a", 1), "disclosure-digest"),
        ({"x": 1}, ("s", "a", 1), "disclosure-unknown"),
    ],
)
def test_disclosures_that_do_not_fit(claims: dict[str, Any], parts: tuple[Any, ...], code: str):
    text = a_disclosure(*parts)
    body = json.loads(json.dumps(claims).replace('"D"', f'"{digest_of(text, "sha-256")}"'))
    assert code_of(signed(body, text)) == code


@pytest.mark.parametrize(
    "text", ["!!", "e30", base64url_encode(b"[1,"), base64url_encode(b'["a","b",{"c":1,"c":2}]')]
)
def test_a_disclosure_that_cannot_be_read(text: str):
    assert code_of(signed({"a": 1}, text)) == "disclosure-malformed"


def test_disclosures_in_each_other_without_end():
    disclosures: list[str] = []
    digest = "end"
    for _ in range(300):
        disclosures.append(a_disclosure("s", "a", {"_sd": [digest]}))
        digest = digest_of(disclosures[-1], "sha-256")
    assert code_of(signed({"_sd": [digest]}, *disclosures)) == "disclosure-malformed"
    assert code_of(signed({"a": 1}, *["e30"] * 3000)) == "disclosure-malformed"


def test_other_digests():
    text = a_disclosure("salt", "name", "Ada")
    for name in ("sha-384", "sha-512"):
        found = check(signed({"_sd": [digest_of(text, name)], "_sd_alg": name}, text))
        assert found.claims == {"name": "Ada"}
        assert found.result.ok


@pytest.mark.parametrize("text", ["", "~", "a.b.c~", "no tilde", "e30.e30.AA~"])
def test_what_is_no_sd_jwt(text: str):
    assert code_of(text) in ("token-malformed", "disclosure-malformed")


def test_a_changed_token():
    whole = issue()
    token, rest = whole.split("~", 1)
    other = sign_token({"typ": "dc+sd-jwt", "kid": KID}, {"iss": "x"}, PrivateKey.generate("P-256"))
    assert code_of(".".join([*token.split(".")[:2], other.split(".")[2]]) + "~" + rest) == "token-signature"
    header = issue(header={"typ": "JOSE+JSON", "kid": KID})
    assert code_of(header) == "token-type"


def test_what_must_be_seen_cannot_be_hidden():
    for pointer in ("/iss", "/vct", "/validUntil", "/credentialStatus", "/issuer", ""):
        with pytest.raises(DisclosureClashError):
            issue_sd_jwt(CLAIMS, [pointer], key=ISSUER, header={})
    with pytest.raises(PointerError):
        issue_sd_jwt(CLAIMS, ["/nowhere"], key=ISSUER, header={})
    with pytest.raises(DisclosureUnknownError):
        show(issue(), ["/vct"])


def test_a_credential_of_the_w3c_and_its_issuer():
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": {"id": CLAIMS["iss"]},
        "credentialSubject": {"id": "did:example:holder", "name": "Ada"},
    }
    header = {"typ": "vc+sd-jwt", "cty": "vc", "kid": KID}
    text = issue_sd_jwt(document, ["/credentialSubject/name"], key=ISSUER, header=header)
    found = check(text)
    assert (found.result.ok, found.document, found.result.controller) == (True, document, CLAIMS["iss"])
    foreign = issue_sd_jwt({**document, "iss": "did:web:evil.example"}, [], key=ISSUER, header=header)
    assert code_of(foreign + ("~" if "~" not in foreign else "")) == "token-issuer"


def test_expired():
    text = issue_sd_jwt({**CLAIMS, "exp": 1}, HIDDEN, key=ISSUER, header={"typ": "dc+sd-jwt", "kid": KID})
    assert code_of(text) == "token-expired"


@given(st.sets(st.sampled_from(HIDDEN)))
def test_whatever_is_chosen_verifies_and_shows_no_more(chosen):
    found = check(show(issue(), chosen))
    assert found.result.ok
    assert found.claims is not None
    assert ("name" in found.claims) == ("/name" in chosen)
    assert ("address" in found.claims) == bool(chosen & {"/address", "/address/street"})
    assert ("brass" in found.claims["courses"]) == ("/courses/1" in chosen)


# The cases of the reference implementation


class Loader(yaml.SafeLoader):
    """YAML with the mark !sd on names and elements."""


def _marked(loader: Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return _Mark(loader.construct_sequence(node, deep=True))
    if isinstance(node, yaml.MappingNode):
        return _Mark(loader.construct_mapping(node, deep=True))
    if node.style in ("'", '"'):
        return _Mark(node.value)
    kind = loader.resolve(yaml.ScalarNode, node.value, (True, False))
    return _Mark(loader.construct_object(yaml.ScalarNode(kind, node.value), deep=True))


class _Mark:
    """What !sd stood before; as a name it is told from others by its text."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash(str(self.value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Mark) and other.value == self.value


Loader.add_constructor("!sd", _marked)


def plain(value: Any, place: str, hidden: list[str]) -> Any:
    """The claims without marks; where the marks stood is added to `hidden`."""
    if isinstance(value, _Mark):
        hidden.append(place)
        return plain(value.value, place, hidden)
    if isinstance(value, dict):
        made = {}
        for name, inner in value.items():
            text = str(name.value if isinstance(name, _Mark) else name)
            here = f"{place}/" + text.replace("~", "~0").replace("/", "~1")
            if isinstance(name, _Mark):
                hidden.append(here)
            made[text] = plain(inner, here, hidden)
        return made
    if isinstance(value, list):
        return [plain(inner, f"{place}/{number}", hidden) for number, inner in enumerate(value)]
    return value


def chosen_of(value: Any, place: str) -> list[str]:
    """The places that a specification says the holder discloses."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        found = [
            one for name, deeper in inner for one in chosen_of(deeper, f"{place}/" + _escaped(str(name)))
        ]
        return [place, *found] if value and place else found
    return [place] if value is True else []


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


CASES = [
    "array_data_types",
    "array_full_sd",
    "array_in_sd",
    "array_nested_in_plain",
    "array_none_disclosed",
    "array_of_nulls",
    "array_of_objects",
    "array_of_scalars",
    "array_recursive_sd",
    "array_recursive_sd_some_disclosed",
    "header_mod",
    "json_serialization_flattened",
    "json_serialization_general",
    "key_binding",
    "no_sd",
    "object_data_types",
    "recursions",
]


@pytest.mark.big
@pytest.mark.parametrize("name", CASES)
def test_a_case_of_the_reference_implementation(shared_data: Path, name: str):
    folder = shared_data / "records/vectors/sd-jwt"
    case = yaml.load((folder / name / "specification.yml").read_text(), Loader)  # noqa: S506  (a safe loader's child)
    settings = yaml.safe_load((folder / "settings.yml").read_text())
    keys = case.get("settings_override", {}).get("key_settings", settings["key_settings"])
    issuers = [PrivateKey.from_jwk(jwk) for jwk in keys["issuer_keys"]]
    holder = PrivateKey.from_jwk(settings["key_settings"]["holder_key"])
    hidden: list[str] = []
    claims = plain(case["user_claims"], "", hidden)
    own = {"iss": settings["identifiers"]["issuer"], "iat": settings["iat"], "exp": settings["exp"]}
    bound = bool(case.get("key_binding"))
    header = {name: str(value) for name, value in case.get("extra_header_parameters", {}).items()}
    whole = issue_sd_jwt(
        claims | own, hidden, key=issuers[0], header=header, holder=holder.public if bound else None
    )
    shown_places = [
        place for place in chosen_of(case["holder_disclosed_claims"], "") if _has_hidden(place, hidden)
    ]
    verifier, nonce = settings["identifiers"]["verifier"], settings["key_binding_nonce"]
    shown = show(
        whole, shown_places, holder=holder if bound else None, domain=verifier, challenge=nonce, now=NOW
    )
    if case.get("serialization_format") == "json":
        shown = compact_forms(_in_json(shown, issuers))[0]
    asked = {"domain": verifier, "challenge": nonce} if bound else {}
    found = verify_sd_jwt(shown, fetcher=NoNetwork(), now=NOW, key=issuers[0].public, **asked)
    assert found.result.error is None
    assert found.claims is not None
    verified = {name: value for name, value in found.claims.items() if name not in (*own, "cnf")}
    assert verified == case["expect_verified_user_claims"]


def _has_hidden(place: str, hidden: list[str]) -> bool:
    return any(f"{place}/".startswith(f"{one}/") for one in hidden)


def _in_json(text: str, issuers: list[PrivateKey]) -> dict[str, Any]:
    """The JSON form of a compact SD-JWT: flattened for one issuer's key, general for several."""
    shown = read_sd_jwt(text)
    protected, payload, signature = shown.token.text.split(".")
    header = {"disclosures": [one.text for one in shown.disclosures], "kb_jwt": shown.binding}
    first = {"protected": protected, "signature": signature, "header": header}
    if len(issuers) == 1:
        return {"payload": payload, **first}
    others = [
        {"protected": protected, "signature": base64url_encode(one.sign(f"{protected}.{payload}".encode()))}
        for one in issuers[1:]
    ]
    assert all(one["signature"] != signature for one in others)
    return {"payload": payload, "signatures": [first, *others]}


@pytest.mark.parametrize(
    "value", [{}, {"signatures": []}, {"signatures": [{"header": {"disclosures": [5]}}]}, {"header": {}}]
)
def test_json_that_is_no_sd_jwt(value: Any):
    with pytest.raises(TokenError):
        compact_forms(value)
