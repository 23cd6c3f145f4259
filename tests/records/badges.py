"""Records made for tests: keys, issuers, badges, comprehensive records, status lists; all our own."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from learnwork.records.fetching import FixedFetcher
from learnwork.records.keys import PrivateKey
from learnwork.records.proofs import add_proof

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNED = datetime(2026, 1, 2, tzinfo=UTC)

COLLEGE = PrivateKey.from_secret("Ed25519", bytes(range(32)))
OTHER = PrivateKey.from_secret("Ed25519", bytes(range(1, 33)))


def did(key: PrivateKey) -> str:
    return f"did:key:{key.public.to_multibase()}"


def method(key: PrivateKey) -> str:
    return f"{did(key)}#{key.public.to_multibase()}"


def signed(
    document: dict[str, Any], key: PrivateKey = COLLEGE, *, suite: str = "eddsa-rdfc-2022", **more: Any
) -> dict[str, Any]:
    """A copy with a proof by a key, by its did:key unless `method` says otherwise."""
    settings: dict[str, Any] = {"method": method(key), "created": SIGNED, **more}
    return add_proof(document, key=key, suite=suite, **settings)


def badge(key: PrivateKey = COLLEGE, **changes: Any) -> dict[str, Any]:
    """An unsigned badge; changes replace members, None takes one away."""
    document: dict[str, Any] = {
        "@context": [V2, OB],
        "id": "urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did(key), "type": ["Profile"], "name": "Riverside College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "name": "Pipe welding",
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://riverside.example/achievements/welding",
                "type": ["Achievement"],
                "name": "Pipe welding",
                "description": "Welds pipes in all positions.",
                "criteria": {"narrative": "Passes a bend test in *four* positions."},
            },
        },
    }
    return changed(document, changes)


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    document = copy.deepcopy(document) | changes
    return {key: value for key, value in document.items() if value is not None}


def clr(*members: Any, key: PrivateKey = COLLEGE, **changes: Any) -> dict[str, Any]:
    """An unsigned comprehensive record of members."""
    document: dict[str, Any] = {
        "@context": [V2, CLR, OB],
        "id": "urn:uuid:6a4f1b7e-8b1f-4a35-9a0d-6f1c5b2e7a22",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": did(key), "type": ["Profile"], "name": "Riverside College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "name": "Transcript",
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["ClrSubject"],
            "verifiableCredential": list(members),
        },
    }
    return changed(document, changes)


def web(**answers: Any) -> FixedFetcher:
    """A web of addresses; keys are URLs, values JSON or bytes."""
    return FixedFetcher({url: _bytes(value) for url, value in answers.items()})


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def raw(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
