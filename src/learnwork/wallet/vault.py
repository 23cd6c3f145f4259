"""Secrets at rest: sealed with AES-256-GCM under one key, which lies beside the data and never in it.

The key is LEARNWORK_WALLET_KEY, else `wallet.key` in the data folder, made once and readable by its owner only. A
backup of the database without it is of no use to a thief, and of no use to its owner: keep both, apart.
"""

from __future__ import annotations

import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from learnwork.wallet.errors import VaultError

_NONCE = 12  # bytes, as NIST SP 800-38D section 8.2.2 wants them where they are random


def seal(secret: bytes, context: str) -> bytes:
    """The secret, encrypted; `context` names what it belongs to, and must be the same when it is opened."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, secret, context.encode())


def unseal(sealed: bytes, context: str) -> bytes:
    """The secret again. Raises VaultError where the key is another one, or the bytes are not what was sealed."""
    try:
        return _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise VaultError(
            f"The secret of {context} cannot be opened.",
            hint="Put the wallet.key (or LEARNWORK_WALLET_KEY) with which it was sealed back into place.",
        ) from None


def _cipher() -> AESGCM:
    return AESGCM(sha256(settings.WALLET_KEY().encode()).digest())
