"""Documents of the class lw:Grant → grants of the map. What a document does not state stays not known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from learnwork.landscape.model import AmountType, Grant
from learnwork.landscape.parts import listed, said, span, text
from learnwork.vocabulary.documents import Document, in_language

GRANT = "lw:Grant"
_TYPES = frozenset(AmountType)


def grants(
    documents: Mapping[str, Document], party: Callable[[Any], str], root: Callable[[Any], str]
) -> list[Grant]:
    """In the order of the documents. party: a reference or name → who is meant; root: CTID → what it is part of."""
    return [
        _grant(ctid, document, documents, party, root)
        for ctid, document in documents.items()
        if document.get("@type") == GRANT
    ]


def amount_of(value: Any) -> Decimal | None:
    """A number as the exact decimal that was written; None for none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        made = Decimal(str(value))
    except InvalidOperation:
        return None
    return made if made.is_finite() else None


def _grant(
    ctid: str,
    document: Document,
    documents: Mapping[str, Document],
    party: Callable[[Any], str],
    root: Callable[[Any], str],
) -> Grant:
    def first(term: str) -> Any:
        return next(iter(listed(document.get(term))), "")

    def parties(of: Document, term: str) -> tuple[str, ...]:
        return tuple(who for one in listed(of.get(term)) if (who := party(one)))

    stated = document.get("lw:amountType")
    funder, regrant = party(first("lw:funder")), root(first("lw:regrantOf"))
    passed = parties(document, "lw:passesOn")
    if not passed and not regrant:  # a pooled fund passes on what others gave it
        passed = parties(documents.get(funder, {}), "lw:regrantsFrom")
    number = document.get("lw:number")
    return Grant(
        ctid=ctid,
        funder=funder,
        entry=root(first("lw:initiative")),
        recipient=party(first("lw:recipient")),
        amount=amount_of(document.get("lw:amount")),
        currency=text(document.get("ceterms:currency")),
        amount_type=AmountType(stated) if stated in _TYPES else AmountType.NOT_STATED,
        span=span(document),
        stated_on=text(document.get("lw:date")),
        regrant_of=regrant,
        passes_on=passed,
        said=said(document),
        words=text(document.get("lw:amountWords")),
        pooled=amount_of(document.get("lw:pooledAmount")),
        pooled_with=parties(document, "lw:pooledWith"),
        number=number if isinstance(number, int) and number > 0 else 1,
        each=amount_of(document.get("lw:each")),
        given_by_entry=document.get("lw:givenByEntry") is True,
        duration=text(document.get("lw:duration")),
        sentence=in_language(document.get("lw:sentence")),
    )
