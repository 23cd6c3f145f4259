"""Permanent addresses of what is on the map: a key once given leads on, whatever became of the thing.

    /landscape/entries/credential-as-you-go → /resources/ce-…

A key is the one that the thing was loaded or entered under; the CTID follows from it. Where a curator has merged the
thing into another, the address leads to that one; where it is withdrawn or retired, to the page that says so.
"""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from learnwork.formats import ecosystem_documents as documents
from learnwork.registry import queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.models import Envelope
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import LearnworkError

# Word of the address → kinds whose keys it takes, in the order in which they are tried.
KINDS = {
    "entries": (documents.INITIATIVE, documents.ALLIANCE),
    "organizations": (documents.ALLIANCE, documents.FUNDER),
    "funders": (documents.FUNDER,),
    "blocks": (documents.BLOCK, documents.THEME),
    "topics": (documents.TOPIC,),
    "glossary": (documents.TERM,),
}


class UnknownKeyError(LearnworkError):
    """Nothing on the map was ever called by that key."""

    code = "key-unknown"


def ctid_of(kind: str, key: str) -> str:
    """The CTID of what a key names today, mergers followed. kind: one of `KINDS`. Raises `UnknownKeyError`."""
    candidates = [key] if is_ctid(key) else [documents.ctid(one, key) for one in KINDS[kind]]
    for ctid in candidates:
        try:
            row = queries.find(ctid)
        except UnknownResourceError:
            continue
        return row.merged_into.ctid if row.merged_into else row.ctid
    # A thing that a curator entered, or that its source calls otherwise now, is found by what it was called.
    called = [f"{one}/{key}" for one in KINDS[kind]]
    said = Envelope.objects.filter(key__in=called).select_related("resource__merged_into").order_by("-id")
    if (envelope := said.first()) is not None:
        return (envelope.resource.merged_into or envelope.resource).ctid
    raise UnknownKeyError(
        _("Nothing on the map has the key %(key)s.") % {"key": f"“{key[:60]}”"},
        hint=_("Search for its name, or look through the entries."),
    )


def redirect_to(kind: str, key: str) -> HttpResponse:
    """Moved for good, but not to be remembered: a curator may undo a merger."""
    answer = HttpResponseRedirect(f"/resources/{ctid_of(kind, key)}")
    answer.status_code = 301
    answer["Cache-Control"] = "no-cache"
    return answer
