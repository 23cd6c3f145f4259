"""How a curator's change becomes a fact: an envelope of the source `curators`, read, changed and loaded again.

Each envelope holds all that curators say about one thing. Parts (`parts`) of their key take the place of those of
other sources, because the source ranks higher; a property of one value is preferred by a ruling, which is listed and
can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.formats.model import Reading, Release, Said, SourceDeclaration
from learnwork.intake.loading import load
from learnwork.landscape import checks
from learnwork.landscape.checks import ChangedMeanwhileError, MapEditError
from learnwork.landscape.parts import listed, parts
from learnwork.registry import decisions, queries, store
from learnwork.registry.composition import canonical
from learnwork.registry.models import Envelope
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import Document

if TYPE_CHECKING:
    from learnwork.accounts.models import User

KEY = "curators"
TRUST = 95
FORMAT = "curators"


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and the page that says so. seen: `version` of what was looked at; "" for no matter."""

    author: User | None
    citation: str
    seen: str = ""


def source() -> SourceDeclaration:
    return SourceDeclaration(
        key=KEY,
        name="Curators of this registry",
        short_name="curators",
        publisher="Curators of this registry",
        url=f"{settings.BASE_URL}/sources/{KEY}",
        licence="CC0-1.0",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        trust=TRUST,
        note="Each was entered by a curator with a page that says so.",
    )


def version(ctid: str) -> str:
    """A name of what is said of it now, for a form to send back."""
    return _digest(queries.resource(ctid).document)


def state(ctid: str, change: Callable[[Document, Document], Document], by: By) -> None:
    """Let curators say something of a resource. change: (what they said, the composed document) → what they say now.

    Raises `ChangedMeanwhileError`, `MapEditError`, `UnknownResourceError`.
    """
    page = checks.page(by.citation)
    with transaction.atomic():
        store.begin()
        view = queries.resource(ctid)
        if view.tombstone is not None:
            raise MapEditError(_("This is not shown any more."), hint=_("Look where it went."))
        unchanged(view, by)
        before = _said_before(view.ctid)
        after = change(before, view.document)
        pages = list(dict.fromkeys([*listed(before.get("lw:citation")), page]))
        head = {"@type": view.type, "ceterms:ctid": view.ctid}
        say({**head, **before, **after, "lw:citation": pages}, by)


def unchanged(view: ResourceView, by: By) -> None:
    """Raises `ChangedMeanwhileError` where it is not any more what the person looked at."""
    if by.seen and by.seen != _digest(view.document):
        raise ChangedMeanwhileError(
            _("%(name)s was changed while you looked at it.") % {"name": view.name},
            hint=_("Look at what it says now, and make your change again."),
        )


def say(document: Document, by: By) -> None:
    """Load one document as what curators say. Raises `MapEditError`."""
    ctid = document["ceterms:ctid"]
    body = {term: value for term, value in document.items() if value not in (None, "", [], {})}
    author = by.author.pk if by.author is not None else ""
    said = Said(
        key=ctid,
        ctid=ctid,
        type=str(body["@type"]),
        document=lambda: body,
        digest=blake2b(canonical(body), digest_size=16).digest(),
        place=f"curator {author}".strip(),
    )
    now = datetime.now(UTC)
    release = Release(now.strftime("%Y-%m-%d %H:%M:%S.%f"), now.date())
    report = load(Reading(source(), release, lambda: iter([said])), FORMAT, accept=True)
    if report.refused:
        raise MapEditError(
            _("This cannot be kept."), hint=" ".join(one[0].message for one in report.samples.values())
        )


def prefer(ctid: str, term: str, by: By) -> None:
    """Rule that of a property of one value, what curators say counts, where another source says another value."""
    claims = queries.resource(ctid).claims.get(term, ())
    if len({one.key for claim in claims for one in claim.sources}) > 1:
        why = _("Entered by a curator: %(page)s") % {"page": by.citation.strip()}
        decisions.prefer(ctid, term, KEY, author=by.author, reason=why)


def put(term: str, part: Document) -> Callable[[Document, Document], Document]:
    """A change that adds a part, or takes the place of the one with its key."""

    def change(before: Document, _composed: Document) -> Document:
        own = [one for one in listed(before.get(term)) if one.get("lw:key") != part["lw:key"]]
        return {term: [*own, part]}

    return change


def part_of(document: Document, term: str, key: str) -> Document:
    """The part with a key as it is now. Raises `MapEditError` where there is none."""
    part = parts(document, term).get(key)
    if part is None or part.get("lw:removed"):
        raise MapEditError(_("This is not said any more."), hint=_("Look at what it says now."))
    return part


def said_by_curators(ctid: str, term: str) -> list[Any]:
    """What curators, and no other source, say of a property."""
    return listed(_said_before(ctid).get(term))


def _said_before(ctid: str) -> Document:
    body = (
        Envelope.objects.filter(source__key=KEY, key=ctid, superseded_at=None, withdrawn_at=None)
        .values_list("body", flat=True)
        .first()
    )
    found: dict[str, Any] = orjson.loads(body) if body else {}
    return found


def _digest(document: Document) -> str:
    return blake2b(canonical(document), digest_size=12).hexdigest()
