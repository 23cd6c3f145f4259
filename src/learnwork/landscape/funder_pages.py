"""The list of funders, and the portfolio of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path

from learnwork.landscape import drawings, money, portfolio
from learnwork.landscape.answering import Asked, ask
from learnwork.landscape.downloads import download
from learnwork.landscape.model import AmountType
from learnwork.landscape.money import Converted, Sum, YearOfMoney
from learnwork.landscape.narrowing import narrowing
from learnwork.landscape.portfolio import Portfolio
from learnwork.landscape.progress_pages import as_of, with_funders
from learnwork.layout import presentation
from learnwork.layout.pages import page


@dataclass(frozen=True, slots=True)
class Drawn:
    """Own money of one currency and amount type by year, as a picture; the table beside it says the same."""

    currency: str
    amount_type: AmountType
    bars: drawings.Bars


@page
def funders(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    day = as_of(request.GET, asked)
    rows = portfolio.funders(asked.shown, day)
    every, listed = portfolio.by_entries(asked.shown), portfolio.by_entries(asked.shown, listed=True)
    context = {
        "narrowing": narrowing(asked.filter, asked.whole, request.path),
        "rows": rows,
        "as_of": day,
        "by_entries": every,
        "by_listed": listed if listed != every else None,
        "by_money": portfolio.by_money(asked.shown),
        "query": request.GET.urlencode(),
        **_HERE,
    }
    return render(request, "landscape/funders.html", context)


@page
def funder(request: HttpRequest, party: str) -> HttpResponse:
    """One funder: what, with whom, where alone, what ends soon, and what its money draws."""
    asked = ask(request.GET)
    day = as_of(request.GET, asked)
    made = _portfolio(asked, party, day)
    context = {
        "narrowing": narrowing(asked.filter, asked.whole, request.path),
        "made": made,
        "pairs": [(one, asked.shown.entries[one.entry]) for one in made.fundings],
        "as_of": day,
        "drawn": drawn(made.years),
        "converted": together(made.money.given.sums),
        "ending": with_funders(made.ending, asked.shown),
        "query": request.GET.urlencode(),
        **_HERE,
    }
    return render(request, "landscape/funder.html", context)


@page
def funder_sheet(request: HttpRequest) -> HttpResponse:
    """Every funding as CSV: a line for each grant, and one for each role of which no grant is known."""
    asked = ask(request.GET)
    head = ("funder", "funder_name", "entry", "entry_name", "amount", "currency", "type", "flow")
    return download("funders", (*head, "start", "end", "stated_on", "cited"), _lines(asked))


def drawn(years: Sequence[YearOfMoney]) -> list[Drawn]:
    """A picture for each currency and amount type of which two years or more are known."""
    kinds: dict[tuple[str, AmountType], list[tuple[str, Decimal, str]]] = {}
    for year in years:
        for one in year.money.given.sums if year.year else ():
            words = presentation.money(float(one.amount), one.currency)
            kinds.setdefault((one.currency, one.amount_type), []).append((year.year, one.amount, words))
    return [
        Drawn(currency, kind, made)
        for (currency, kind), rows in sorted(kinds.items())
        if len(rows) > 1 and (made := drawings.bars(rows))
    ]


def together(sums: Sequence[Sum]) -> Converted | None:
    """Sums in one currency by the operator's rates; None where there is nothing to bring together or no rate."""
    rates = money.rates(settings.RATES)
    if not rates or len({one.currency for one in sums}) < 2:
        return None
    return money.converted(sums, rates[0].into, rates)


def _portfolio(asked: Asked, party: str, day: date) -> Portfolio:
    made = portfolio.portfolio(asked.shown, party, day, money.rates(settings.RATES))
    if not made.fundings and party not in asked.whole.parties:
        raise Http404
    return made


def _lines(asked: Asked) -> Iterator[tuple[Any, ...]]:
    parties, entries = asked.shown.parties, asked.shown.entries
    for one in portfolio.fundings(asked.shown):
        name = parties[one.funder].name if one.funder in parties else one.funder
        who = (one.funder, name, one.entry, entries[one.entry].name)
        for grant in one.grants:
            amount = "not known" if grant.amount is None else f"{grant.amount:f}"
            when = (grant.span.start, grant.span.end, grant.stated_on, " ".join(grant.said.citations))
            flow = str(money.flow(grant, parties))
            yield (*who, amount, grant.currency or "not known", str(grant.amount_type), flow, *when)
        if not one.grants:
            yield (*who, "not known", "not known", "not stated", "", "", "", "", "")


_HERE = {"here": "landscape", "at": "funders"}

urls: list[URLPattern | URLResolver] = [
    path("landscape/funders", funders, name="landscape-funders"),
    path("landscape/funders.csv", funder_sheet, name="landscape-funders-sheet"),
    path("landscape/funders/<path:party>", funder, name="landscape-funder"),
]
