"""A learner's badges as other programs read and write them (Open Badges 3.0, section 6): in pages, replaced by id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from django.db import transaction

from learnwork.accounts.models import User
from learnwork.records.data_model import id_of, is_url, types_of
from learnwork.records.issuing import BADGE_CONTEXT
from learnwork.records.jose import read_token
from learnwork.records.open_badges import is_badge
from learnwork.records.reading import Found, read
from learnwork.records.times import parse_moment
from learnwork.records.tokens import document_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import collection
from learnwork.wallet.holder_errors import UploadRefusedError
from learnwork.wallet.holders import holder_of
from learnwork.wallet.models import Held, OwnProfile

MOST_ON_A_PAGE = 100
V2 = "https://www.w3.org/ns/credentials/v2"
Came = Literal["created", "replaced", "unchanged"]
# What a profile here can hold: texts, none of which anybody checked.
_TEXTS = (
    "name", "url", "phone", "description", "email", "official", "familyName", "givenName", "additionalName",
    "patronymicName", "honorificPrefix", "honorificSuffix", "familyNamePrefix", "dateOfBirth",
)  # fmt: skip
_URLS = ("url",)


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a collection: its document for comparing, and as it is given (an object, or a compact token)."""

    held: Held
    document: dict[str, Any]
    given: dict[str, Any] | str

    @property
    def name(self) -> tuple[str, str]:
        """By which two are the same (section 8.7: id, and id of the issuer)."""
        return str(self.document.get("id", "")), id_of(self.document.get("issuer"))

    @property
    def begins(self) -> datetime | None:
        return _begins(self.document)


def badges(owner: User) -> Iterator[Badge]:
    """The badges of the third generation in a collection, in the order in which they came."""
    for held in Held.objects.filter(owner=owner).order_by("added_at", "pk").iterator(100):
        found = read(bytes(held.raw), held.name)
        badge = _badge(found[0]) if len(found) == 1 else None
        if badge is not None:
            yield Badge(held, *badge)


def _badge(found: Found) -> tuple[dict[str, Any], dict[str, Any] | str] | None:
    """The document of a badge and the form in which it is given, None for everything else."""
    if found.kind == "document" and isinstance(found.value, dict) and is_badge(found.value):
        return found.value, found.value
    if found.kind != "jwt" or not isinstance(found.value, str):
        return None
    try:
        kind, _version, document = document_of(read_token(found.value))
    except LearnworkError:
        return None
    return (document, found.value) if kind == "credential" and is_badge(document) else None


def _begins(document: dict[str, Any]) -> datetime | None:
    for name in ("validFrom", "issuanceDate"):
        try:
            return parse_moment(document[name])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def page(
    owner: User, *, limit: int, offset: int, since: datetime | None = None
) -> tuple[list[dict[str, Any]], list[str], int]:
    """Objects and compact tokens of one page, and how many badges there are. since: issued after that moment."""
    found = [
        one for one in badges(owner) if since is None or ((when := one.begins) is not None and when > since)
    ]
    shown = found[offset : offset + limit]
    objects = [one.given for one in shown if isinstance(one.given, dict)]
    return objects, [one.given for one in shown if isinstance(one.given, str)], len(found)


def upsert(owner: User, body: bytes) -> Came:
    """Put a badge among the records, in place of the one with its id and issuer; groups, ties and files stay.

    Raises UploadRefusedError, CollectionFullError.
    """
    found = read(body)
    if len(found) == 1 and found[0].error is not None:
        raise found[0].error
    new = _badge(found[0]) if len(found) == 1 else None
    if new is None:
        raise UploadRefusedError(
            "This is no badge of Open Badges 3.0.", hint="Send an OpenBadgeCredential, or its compact token."
        )
    document = new[0]
    name = (str(document.get("id", "")), id_of(document.get("issuer")))
    with transaction.atomic():
        same = next((one for one in badges(owner) if name[0] and one.name == name), None)
        if same is None:
            _, created = collection.add(owner, body, "", "api")
            return "created" if created else "unchanged"
        if bytes(same.held.raw) == body:
            return "unchanged"
        before, after = same.begins, _begins(document)
        if before is not None and after is not None and after < before:
            raise UploadRefusedError(
                "A newer badge of this id is here already.", hint="Send the one that was issued last."
            )
        _replace(same.held, body)
    return "replaced"


def _replace(held: Held, body: bytes) -> None:
    if Held.objects.filter(owner=held.owner, digest=sha256(body).hexdigest()).exists():
        raise UploadRefusedError("The badge is here already.", hint="Nothing was changed.")
    collection.check_room(held.owner, len(body))
    changed = {
        **collection.said_by(body),
        "raw": body,
        "size": len(body),
        "digest": sha256(body).hexdigest(),
        "added_at": datetime.now(UTC),
    }
    Held.objects.filter(pk=held.pk).update(**changed)


def profile(owner: User) -> dict[str, Any]:
    """How the learner describes themselves, under the DID with which they present. Nothing of it was checked."""
    kept = OwnProfile.objects.filter(owner=owner).first()
    said = kept.document if kept else {"name": owner.get_full_name() or owner.username}
    return {"@context": [V2, BADGE_CONTEXT], "id": holder_of(owner).did, "type": ["Profile"], **said}


def put_profile(owner: User, said: Any) -> dict[str, Any]:
    """The whole profile anew. Raises UploadRefusedError for what it cannot hold."""
    if not isinstance(said, dict) or "Profile" not in types_of(said):
        raise UploadRefusedError("This is no Profile.", hint='Send {"type": ["Profile"], "name": …}.')
    own = holder_of(owner).did
    if said.get("id", own) != own:
        raise UploadRefusedError("The profile has another id.", hint=f"Leave it out, or send {own}.")
    values = {name: value for name, value in said.items() if name not in ("@context", "id", "type")}
    for name, value in values.items():
        good = name in _TEXTS and isinstance(value, str) and len(value) <= 2_000 and "\0" not in value
        if not good or (name in _URLS and not (is_url(value) and value.startswith(("https://", "http://")))):
            raise UploadRefusedError(f"A profile here cannot hold this {name[:40]!r}.", hint="Leave it out.")
    OwnProfile.objects.update_or_create(owner=owner, defaults={"document": values})
    return profile(owner)
