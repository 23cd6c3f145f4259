"""Lists of known issuers that whoever runs this site loaded: member lists of OpenID Federation, the list of the Digital
Credentials Consortium, Credential Engine's Issuer Identity Registry. They tell who is known, and decide nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from django.db import transaction
from django.db.models import Max

from learnwork.records.trust import Registry, publisher_keys, read_registry
from learnwork.wallet.errors import ListUnknownError
from learnwork.wallet.models import IssuerList


def load(name: str, data: bytes, keys: bytes = b"") -> IssuerList:
    """Load a list, in place of the one of the same name. keys: of its publisher; see `trust.publisher_keys`.

    Raises CheckError (`issuer-list`) and errors of parsing, of keys and of tokens; then nothing is changed.
    """
    digest = sha256(data + b"\0" + keys).hexdigest()
    read = _read(name, data, keys)
    values = {
        "data": data,
        "keys": keys,
        "digest": digest,
        "count": len(read.issuers),
        "until": read.until,
        "loaded_at": datetime.now(UTC),
    }
    with transaction.atomic():
        last = IssuerList.objects.aggregate(last=Max("position"))["last"] or 0
        return IssuerList.objects.update_or_create(
            name=name, defaults=values, create_defaults={**values, "position": last + 1}
        )[0]


def remove(name: str) -> None:
    """Raises ListUnknownError."""
    if not IssuerList.objects.filter(name=name).delete()[0]:
        raise ListUnknownError(
            f"There is no list {name[:100]!r}.", hint="`learnwork known-issuers list` names those there are."
        )


def registries() -> list[Registry]:
    """The lists to look at, the most authoritative first. Read once for as long as they are not changed."""
    found = []
    for pk, name, digest in IssuerList.objects.order_by("position").values_list("pk", "name", "digest"):
        found.append(_kept(pk, name, digest))
    return found


@lru_cache(maxsize=16)
def _kept(pk: int, name: str, digest: str) -> Registry:
    row = IssuerList.objects.only("data", "keys").get(pk=pk)
    return _read(name, bytes(row.data), bytes(row.keys))


def _read(name: str, data: bytes, keys: bytes) -> Registry:
    return read_registry(data, name, keys=publisher_keys(keys, f"the keys of {name}") if keys else ())
