"""Money that a curator states: `add_grant`, `change_grant`, `remove_grant`. See `services` for what they raise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.landscape import checks
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.compiling import ENTRY
from learnwork.landscape.compiling_grants import GRANT
from learnwork.landscape.curating import By, prefer, say, state, unchanged
from learnwork.landscape.model import AmountType
from learnwork.registry import decisions, queries
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import Document


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What is stated of a grant; whatever is empty is not known. funder, recipient: CTID, or a name without page.

    regrant_of: CTID of the grant whose money this passes on. passes_on: of the parties, where only they are known.
    """

    funder: str
    amount: Decimal | None = None
    currency: str = ""
    amount_type: AmountType = AmountType.NOT_STATED
    start: str = ""
    end: str = ""
    stated_on: str = ""
    recipient: str = ""
    regrant_of: str = ""
    passes_on: tuple[str, ...] = ()


def add_grant(entry: str, terms: GrantTerms, by: By) -> str:
    """A grant for an entry. Its CTID."""
    view = queries.resource(entry)
    if view.type != ENTRY:
        raise MapEditError(_("A grant is for an initiative."), hint=_("Choose one."))
    stated = _document(terms)
    ctid = f"ce-{uuid4()}"
    name = _("Grant to %(name)s") % {"name": view.name}
    head = {"@type": GRANT, "ceterms:ctid": ctid, "ceterms:name": {"en": name}, "lw:initiative": [view.ctid]}
    say({**head, **stated, "lw:citation": [checks.page(by.citation)]}, by)
    return ctid


def change_grant(ctid: str, terms: GrantTerms, by: By) -> None:
    """State a grant anew as a whole; what curators say counts from then on."""
    view = _grant(ctid)
    if terms.regrant_of and queries.find(terms.regrant_of).ctid == view:
        raise MapEditError(_("A grant cannot pass on its own money."), hint=_("Choose another grant."))
    stated = _document(terms)
    state(view, lambda _before, _composed: stated, by)
    for term in (
        "lw:amount",
        "ceterms:currency",
        "lw:amountType",
        "lw:date",
        "ceterms:startDate",
        "ceterms:endDate",
    ):
        if stated.get(term) is not None:
            prefer(view, term, by)


def remove_grant(ctid: str, reason: str, by: By) -> None:
    """Rule that a grant is not to be counted; the ruling can be undone."""
    why = f"{checks.written(reason, _('The reason'))} ({checks.page(by.citation)})"
    with transaction.atomic():
        unchanged(queries.resource(_grant(ctid)), by)
        decisions.retire(ctid, author=by.author, reason=why)


def _grant(ctid: str) -> str:
    view = queries.resource(ctid)
    if view.type != GRANT:
        raise MapEditError(_("This is no grant."), hint=_("Choose one."))
    return view.ctid


def _document(terms: GrantTerms) -> Document:
    """Raises `MapEditError` for an amount without currency, an end before the start, or a regrant of no grant."""
    span = checks.span(terms.start, terms.end)
    currency = checks.money(terms.amount, terms.currency)
    made = {
        "lw:funder": [_party(terms.funder)] if terms.funder else [],
        "lw:recipient": [_party(terms.recipient)] if terms.recipient else [],
        "lw:amount": _number(terms.amount),
        "ceterms:currency": currency,
        "lw:amountType": str(terms.amount_type),
        "lw:date": checks.day(terms.stated_on, _("The date")),
        "ceterms:startDate": span.start,
        "ceterms:endDate": span.end,
        "lw:regrantOf": [_grant(terms.regrant_of)] if terms.regrant_of else [],
        "lw:passesOn": [_party(one) for one in terms.passes_on],
    }
    return {term: value for term, value in made.items() if value not in (None, "", [])}


def _number(amount: Decimal | None) -> int | float | None:
    """As JSON: whole where it is whole. Cents of amounts below 10^13 survive a double."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _party(who: str) -> str | Document:
    if is_ctid(who):
        return queries.resource(who).ctid
    return {"ceterms:name": {"en": checks.written(who, _("The name"))}}
