"""What a curator adds to the library: `add_term` to the glossary, `sort_under` building blocks and topics.

See `services` for what they raise.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from learnwork.formats import ecosystem_documents as documents
from learnwork.landscape import checks
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.compiling import ENTRY
from learnwork.landscape.curating import By, say, state
from learnwork.landscape.parts import listed
from learnwork.landscape.shelves import BLOCK, TERM, THEME, TOPIC
from learnwork.registry import queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.vocabulary.documents import Document


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


def sort_under(entry: str, shelves: Sequence[str], by: By) -> None:
    """Sort an entry or a term under building blocks, themes and topics, beside those that it has."""
    views = [queries.resource(shelf) for shelf in shelves]
    if not views or any(view.type not in (BLOCK, THEME, TOPIC) or view.tombstone for view in views):
        raise MapEditError(_("Choose at least one building block or topic."), hint=_("They are in the list."))
    if queries.resource(entry).type not in (ENTRY, TERM):
        raise MapEditError(_("Only initiatives and terms are sorted."), hint=_("Choose one."))
    blocks = [view.ctid for view in views if view.type != TOPIC]
    topics = [view.ctid for view in views if view.type == TOPIC]

    def change(before: Document, _composed: Document) -> Document:
        both = (("lw:buildingBlock", blocks), ("lw:topic", topics))
        return {term: list(dict.fromkeys([*listed(before.get(term)), *new])) for term, new in both if new}

    state(entry, change, by)
