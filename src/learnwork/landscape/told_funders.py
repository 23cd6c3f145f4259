"""Funders and money as data: what the API answers and what the command prints as JSON.

Money is text, so that no digit is lost; what is not known is null and never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel

from learnwork.landscape import money, portfolio
from learnwork.landscape.model import Landscape
from learnwork.landscape.money import Rate as RateOf
from learnwork.landscape.told import Cliff, Named, cliff, named


class Sum(BaseModel):
    """grants: how many amounts; approximate: of them said as "nearly"."""

    currency: str
    amount_type: str
    amount: str
    grants: int
    approximate: int


class Totals(BaseModel):
    """missing: grants without an amount or currency, of all grants; pooled: of these, with a joint amount only."""

    sums: list[Sum]
    grants: int
    missing: int
    pooled: int


class Money(BaseModel):
    """Never added to each other: own money, money passed on for others, money an entry hands out."""

    given: Totals
    passed_on: Totals
    handed_out: Totals


class Rate(BaseModel):
    currency: str
    into: str
    rate: str
    on: date
    source: str


class YearOfMoney(BaseModel):
    """year: "" where none is known. A grant stands whole in the year in which it starts or was stated."""

    year: str
    money: Money


class FunderLine(BaseModel):
    funder: Named
    kind: str
    entries: int
    alone: int
    ending: int
    money: Money


class Share(BaseModel):
    funder: Named
    part: str


class Concentration(BaseModel):
    """Herfindahl–Hirschman index, 1/n to 1. base: fundings, or the known sum of a currency and amount type."""

    index: float
    base: str
    currency: str
    amount_type: str | None
    missing: int
    shares: list[Share]


class Funders(BaseModel):
    as_of: date
    funders: list[FunderLine]
    by_entries: Concentration | None
    by_money: list[Concentration]

    @classmethod
    def of(cls, landscape: Landscape, as_of: date) -> Funders:
        by_entries = portfolio.by_entries(landscape)
        return cls(
            as_of=as_of,
            funders=[_line(row) for row in portfolio.funders(landscape, as_of)],
            by_entries=_concentration(by_entries) if by_entries else None,
            by_money=[_concentration(one) for one in portfolio.by_money(landscape)],
        )


class Together(BaseModel):
    funder: Named
    entries: list[Named]
    years: list[YearOfMoney]
    money: Money


class Leverage(BaseModel):
    """ratio: others' money for one unit of own; null with a reason where it is not computable.

    missing: amounts without sum or currency, of all amounts; untyped: those of which the type is not stated.
    """

    ratio: float | None
    own: str | None
    others: str | None
    currency: str
    missing: int
    amounts: int
    untyped: int
    reason: str
    rates: list[Rate]


class Portfolio(BaseModel):
    as_of: date
    funder: Named
    entries: list[Named]
    alone: list[Named]
    together: list[Together]
    money: Money
    years: list[YearOfMoney]
    ending: list[Cliff]
    leverage: Leverage

    @classmethod
    def of(cls, landscape: Landscape, funder: str, as_of: date, rates: Sequence[RateOf] = ()) -> Portfolio:
        made = portfolio.portfolio(landscape, funder, as_of, rates)
        return cls(
            as_of=as_of,
            funder=named(made.funder),
            entries=[named(one) for one in made.entries],
            alone=[named(one) for one in made.alone],
            together=[
                Together(
                    funder=named(one.funder),
                    entries=[named(entry) for entry in one.entries],
                    years=[_year(year) for year in one.years],
                    money=_money(one.money),
                )
                for one in made.together
            ],
            money=_money(made.money),
            years=[_year(one) for one in made.years],
            ending=[cliff(one, landscape) for one in made.ending],
            leverage=_leverage(made.leverage),
        )


def _totals(one: money.Totals) -> Totals:
    return Totals(
        sums=[
            Sum(
                currency=part.currency,
                amount_type=part.amount_type,
                amount=f"{part.amount:f}",
                grants=part.grants,
                approximate=part.approximate,
            )
            for part in one.sums
        ],
        grants=one.grants,
        missing=one.missing,
        pooled=one.pooled,
    )


def _money(one: money.Money) -> Money:
    return Money(
        given=_totals(one.given), passed_on=_totals(one.passed_on), handed_out=_totals(one.handed_out)
    )


def _year(one: money.YearOfMoney) -> YearOfMoney:
    return YearOfMoney(year=one.year, money=_money(one.money))


def _line(row: portfolio.FunderRow) -> FunderLine:
    return FunderLine(
        funder=named(row.funder),
        kind=row.funder.kind,
        entries=row.entries,
        alone=row.alone,
        ending=row.ending,
        money=_money(row.money),
    )


def _concentration(one: portfolio.Concentration) -> Concentration:
    return Concentration(
        index=float(one.index),
        base=f"{one.base:f}",
        currency=one.currency,
        amount_type=one.amount_type,
        missing=one.missing,
        shares=[Share(funder=named(share.funder), part=f"{share.part:f}") for share in one.shares],
    )


def _leverage(one: portfolio.Leverage) -> Leverage:
    return Leverage(
        ratio=None if one.ratio is None else float(one.ratio),
        own=None if one.own is None else f"{one.own:f}",
        others=None if one.others is None else f"{one.others:f}",
        currency=one.currency,
        missing=one.missing,
        amounts=one.amounts,
        untyped=one.untyped,
        reason=one.reason,
        rates=[
            Rate(currency=r.currency, into=r.into, rate=f"{r.rate:f}", on=r.on, source=r.source)
            for r in one.rates
        ],
    )
