"""What templates of money need: amounts in words, what may not be summed, ratios and dates of rates."""

from __future__ import annotations

from fractions import Fraction

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.landscape.model import AmountType, Grant
from learnwork.landscape.money import Rate, Sum, Totals
from learnwork.landscape.portfolio import Concentration, Leverage
from learnwork.landscape.wording import worded
from learnwork.layout import presentation

register = template.Library()


@register.filter
def summed(one: Sum) -> str:
    """The amount of a sum with its currency."""
    return presentation.money(float(one.amount), one.currency)


@register.filter
def known(totals: Totals) -> str:
    """ "5 of 9 amounts are not stated"; "" where all are."""
    if not totals.missing:
        return ""
    words = ngettext(
        "the amount is not stated", "%(missing)s of %(all)s amounts are not stated", totals.grants
    )
    return words % {"missing": totals.missing, "all": totals.grants}


@register.filter
def exchange(rate: Rate) -> str:
    """ "1 EUR = 1.08 USD, 31 May 2024 (European Central Bank)"."""
    words = f"1 {rate.currency} = {rate.rate:f} {rate.into}, {presentation.day(rate.on)}"
    return f"{words} ({rate.source})" if rate.source else words


@register.filter
def base_money(one: Concentration) -> str:
    """The known sum on which a concentration stands."""
    return presentation.money(float(one.base), one.currency)


@register.filter
def granted(grant: Grant) -> str:
    """A grant in a few words: the amount as far as it is stated, and when."""
    when = grant.span.start or grant.stated_on
    if grant.amount is not None and grant.currency:
        words = presentation.money(float(grant.amount), grant.currency)
        words = f"{_(grant.words)} {words}" if grant.words else words
    elif grant.pooled is not None and grant.currency:
        whole = presentation.money(float(grant.pooled), grant.currency)
        words = _("a part of %(whole)s, given with others") % {"whole": whole}
    else:
        words = _("amount not stated")
    if grant.amount_type is not AmountType.NOT_STATED:
        words = f"{words} {worded(grant.amount_type)}"
    until = grant.span.end
    if not when and not until:
        return words
    return f"{words}, {presentation.day(when) or '…'}" + (f" – {presentation.day(until)}" if until else "")


@register.filter
def ratio(value: Fraction) -> str:
    return presentation.number(float(value), 2)


@register.filter
def why_not(leverage: Leverage) -> str:
    """Why leverage is not computable, as a sentence."""
    if leverage.reason == "amounts":
        of = {"missing": leverage.missing, "all": leverage.amounts, "untyped": leverage.untyped}
        if leverage.missing:
            return _("not computable: %(missing)s of %(all)s amounts missing") % of
        return _("not computable: the type of %(untyped)s of %(all)s amounts is not stated") % of
    return {
        "regrants": _(
            "not computable: some of the money is passed on, and how much of it is whose is not known"
        ),
        "types": _("not computable: some amounts are committed and others paid or approved"),
        "currencies": _("not computable: the amounts are in several currencies, and no rate is given"),
    }.get(leverage.reason, _("not computable: no money of this funder is known there"))
