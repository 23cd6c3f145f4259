"""What a curator adds to the library: `add_term` to the glossary, `sort_under` building blocks and topics,
`wave_away` a wanted word that is no term (`bring_back`).

See `services` for what they raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learnwork.formats import ecosystem_documents as documents
from learnwork.landscape import checks
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.compiling import ENTRY
from learnwork.landscape.curating import By, say, state
from learnwork.landscape.models import NoTerm
from learnwork.landscape.parts import listed
from learnwork.landscape.shelves import BLOCK, TERM, THEME, TOPIC
from learnwork.registry import queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.vocabulary.documents import Document

if TYPE_CHECKING:
    from learnwork.accounts.models import User

NOT_UNDER = "lw:notUnder"


def add_term(name: str, means: str, by: By) -> str:
    """A new glossary term with what it means.

    Its CTID is that of the key which a file would give it, so that a file that has the term later means the same.
    """
    name, page = checks.written(name, _("The name")), checks.page(by.citation)
    said = {"en": checks.written(means, _("The explanation"))}
    ctid = documents.ctid(documents.TERM, documents.slug(name))
    try:
        there = queries.find(ctid)
    except UnknownResourceError:
        head: Document = {"@type": TERM, "ceterms:ctid": ctid, "ceterms:name": {"en": name}}
        say({**head, "ceterms:description": said, "lw:citation": [page]}, by)
        return ctid
    raise MapEditError(
        _("%(name)s is here already.") % {"name": there.name}, hint=_("Open its page, and change it there.")
    )


def wave_away(text: str, author: User | None) -> None:
    """Say that a wanted word is no term, so that it is listed no more. Said twice it is said once."""
    word = checks.written(text, _("The word"))[:200]
    try:
        with transaction.atomic():
            NoTerm.objects.create(text=word, author=author, made_at=datetime.now(UTC))
    except IntegrityError:
        return


def bring_back(text: str) -> None:
    """Take `wave_away` back."""
    if not NoTerm.objects.filter(text=text, undone_at=None).update(undone_at=datetime.now(UTC)):
        raise MapEditError(_("This word was not waved away."), hint=_("Look at the list of wanted words."))


def waved_away() -> frozenset[str]:
    """The words that curators hold to be no terms, as they were listed."""
    return frozenset(NoTerm.objects.filter(undone_at=None).values_list("text", flat=True))


def sort_under(entry: str, shelves: Sequence[str], by: By) -> None:
    """Sort an entry or a term under these building blocks, themes and topics, in place of those that it has."""
    views = [queries.resource(shelf) for shelf in shelves]
    if not views or any(view.type not in (BLOCK, THEME, TOPIC) or view.tombstone for view in views):
        raise MapEditError(_("Choose at least one building block or topic."), hint=_("They are in the list."))
    if queries.resource(entry).type not in (ENTRY, TERM):
        raise MapEditError(_("Only initiatives and terms are sorted."), hint=_("Choose one."))
    blocks = [view.ctid for view in views if view.type != TOPIC]
    topics = [view.ctid for view in views if view.type == TOPIC]

    def change(before: Document, composed: Document) -> Document:
        made: Document = {}
        away = [one for one in listed(before.get(NOT_UNDER)) if one not in (*blocks, *topics)]
        for term, wanted in (("lw:buildingBlock", blocks), ("lw:topic", topics)):
            own, now = listed(before.get(term)), listed(composed.get(term))
            made[term] = [one for one in wanted if one in own or one not in now]
            away += [one for one in now if one not in wanted]
        return {**made, NOT_UNDER: list(dict.fromkeys(away))}

    state(entry, change, by)
