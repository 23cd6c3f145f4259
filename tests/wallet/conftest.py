"""What tests of the wallet share: a harness that speaks to the VC API of one throw-away issuer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from learnwork.records.keys import PrivateKey


class Harness:
    """A test harness as it comes from outside: it knows the addresses of one issuer, and its name."""

    def __init__(self, client: Client, suite: str, kind: Any = None, purposes: tuple[str, ...] = ()) -> None:
        from learnwork.wallet import issuers  # models cannot be read before Django is set up

        self.client = client
        self.issuer = issuers.throw_away(((suite, kind),), purposes)[0]

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/vc-api/{self.issuer.slug}/{path}", body, content_type="application/json")

    def issue(self, credential: Any, **options: Any) -> Any:
        """As harnesses ask: in the issuer's name, unless the credential names one."""
        named = dict(credential) if isinstance(credential, dict) else credential
        if isinstance(named, dict) and "issuer" not in named:
            named["issuer"] = self.issuer.did
        return self.post("credentials/issue", {"credential": named, "options": options})

    def issued(self, credential: Any, **options: Any) -> dict[str, Any]:
        answer = self.issue(credential, **options)
        assert answer.status_code == 201, answer.content
        return dict(answer.json()["verifiableCredential"])

    def verify(self, record: Any, **options: Any) -> Any:
        asked = {"checks": ["proof"], **options}
        return self.post("credentials/verify", {"verifiableCredential": record, "options": asked})

    def verify_presentation(self, presentation: Any, **options: Any) -> Any:
        return self.post("presentations/verify", {"verifiablePresentation": presentation, "options": options})

    def derive(self, record: Any, *pointers: str) -> Any:
        options = {"selectivePointers": list(pointers)}
        return self.post("credentials/derive", {"verifiableCredential": record, "options": options})


@pytest.fixture
def harness(client: Client) -> Any:
    """harness(suite, kind=None, purposes=()) → Harness."""
    return lambda suite="eddsa-rdfc-2022", kind=None, purposes=(): Harness(client, suite, kind, purposes)


class Signer:
    """Somebody with a key of their own: a holder, or a foreign issuer."""

    def __init__(self, kind: Any = "Ed25519") -> None:
        from learnwork.wallet import issuers

        self.key = PrivateKey.generate(kind)
        self.did = issuers.key_name(self.key.public)
        self.method = f"{self.did}#{self.did[8:] if self.did.startswith('did:key:') else '0'}"


@pytest.fixture
def signer() -> Any:
    """signer(kind="Ed25519") → Signer."""
    return Signer
