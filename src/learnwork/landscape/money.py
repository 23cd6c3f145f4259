"""What may be summed of money: one currency, one amount type, each money once. Pure.

Three kinds are kept apart and never added to each other. *Given* is a funder's own money. *Passed on* is money that a
pooled fund gives out of what others gave it: it is in their totals already. *Handed out* is what an entry gives to
others: it is no money for the entry. What is not stated is counted as missing and never a zero; what several gave
together is no part of anybody's total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from learnwork.landscape.days import earliest, latest, months_after
from learnwork.landscape.model import AmountType, Entry, Grant, Landscape, Party
from learnwork.landscape.progress import is_over
from learnwork.vocabulary.errors import LearnworkError

# How far ahead the end of money is announced.
CLIFF_MONTHS = 12


class BadRateError(LearnworkError):
    """A rate of exchange that cannot be used."""

    code = "rate-bad"


class Flow(StrEnum):
    """Whose money it is; see the head of this module."""

    GIVEN = "given"
    PASSED_ON = "passed on"
    HANDED_OUT = "handed out"


@dataclass(frozen=True, slots=True)
class Sum:
    """A total of one currency and amount type. grants: how many amounts; approximate: of them said as "nearly"."""

    currency: str
    amount_type: AmountType
    amount: Decimal
    grants: int
    approximate: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """sums: by currency and amount type; grants: of how many in all.

    missing: those without an amount or a currency; pooled: of these, those of which only a joint amount is known.
    """

    sums: tuple[Sum, ...] = ()
    grants: int = 0
    missing: int = 0
    pooled: int = 0

    @property
    def known(self) -> int:
        return self.grants - self.missing


@dataclass(frozen=True, slots=True)
class Money:
    """The three kinds, side by side."""

    given: Totals = Totals()
    passed_on: Totals = Totals()
    handed_out: Totals = Totals()


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` was worth so much of `into` on that day, as that source says."""

    currency: str
    into: str
    rate: Decimal
    on: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """Sums in one currency by amount type, with the rates that were used. lacking: currencies without a rate."""

    currency: str
    sums: tuple[Sum, ...]
    used: tuple[Rate, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """What was stated for one year; year "" where none is known."""

    year: str
    money: Money


@dataclass(frozen=True, slots=True)
class Cliff:
    """The last known end of money of an entry, within the window of the as-of day. sure: the whole date lies there.

    open: other grants of the entry whose end is not known.
    """

    entry: Entry
    grant: Grant
    end: str
    sure: bool
    open: int


def flow(grant: Grant, parties: Mapping[str, Party]) -> Flow:
    """Whose money a grant is. What a pooled fund gives is passed on, whether or not the map says from whom."""
    funder = parties.get(grant.funder)
    if grant.regrant_of or grant.passes_on or (funder and funder.passes_on):
        return Flow.PASSED_ON
    return Flow.HANDED_OUT if grant.given_by_entry else Flow.GIVEN


def totals(grants: Iterable[Grant]) -> Totals:
    """By currency and amount type, in that order. The grants must be of one kind: see `money`."""
    found: dict[tuple[str, AmountType], list[Grant]] = defaultdict(list)
    missing = pooled = count = 0
    for grant in grants:
        count += 1
        if grant.amount is None or not grant.currency:
            missing += 1
            pooled += grant.pooled is not None
        else:
            found[grant.currency, grant.amount_type].append(grant)
    sums = tuple(
        Sum(currency, kind, _added(held), len(held), sum(1 for one in held if one.words))
        for (currency, kind), held in sorted(found.items())
    )
    return Totals(sums, count, missing, pooled)


def money(grants: Iterable[Grant], parties: Mapping[str, Party]) -> Money:
    """The three kinds of a set of grants; a grant that stands in it twice is counted once."""
    held: dict[Flow, list[Grant]] = {kind: [] for kind in Flow}
    for grant in {grant.ctid: grant for grant in grants}.values():
        held[flow(grant, parties)].append(grant)
    return Money(*(totals(held[kind]) for kind in Flow))


def by_year(grants: Iterable[Grant], parties: Mapping[str, Party]) -> list[YearOfMoney]:
    """Each grant whole in the year it starts, else in the year it was stated; never spread over its period."""
    years: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants:
        years[(grant.span.start or grant.stated_on)[:4]].append(grant)
    return [
        YearOfMoney(year, money(held, parties)) for year, held in sorted(years.items(), key=_unknown_last)
    ]


def converted(sums: Sequence[Sum], into: str, rates: Sequence[Rate]) -> Converted:
    """Sums in one currency. The newest rate of a currency is used, forwards only; without one it is lacking."""
    newest = {rate.currency: rate for rate in sorted(rates, key=lambda rate: rate.on) if rate.into == into}
    lacking = sorted({one.currency for one in sums if one.currency != into and one.currency not in newest})
    used = sorted({one.currency for one in sums if one.currency in newest and one.currency != into})
    if lacking:
        return Converted(into, (), tuple(newest[one] for one in used), tuple(lacking))
    by_type: dict[AmountType, list[Sum]] = defaultdict(list)
    for one in sums:
        by_type[one.amount_type].append(one)
    made = tuple(
        Sum(
            into,
            kind,
            sum((one.amount * _worth(one.currency, into, newest) for one in held), Decimal(0)),
            sum(one.grants for one in held),
            sum(one.approximate for one in held),
        )
        for kind, held in sorted(by_type.items())
    )
    return Converted(into, made, tuple(newest[one] for one in used))


def cliffs(landscape: Landscape, as_of: date, months: int = CLIFF_MONTHS) -> list[Cliff]:
    """Entries that go on and whose last known grant ends within so many months from the as-of day, soonest first.

    An end that is known to the year can lie inside and outside; then it is not sure.
    """
    until = months_after(as_of, months)
    return _ends(landscape, as_of, until)


def ended(landscape: Landscape, as_of: date, months: int = CLIFF_MONTHS) -> list[Cliff]:
    """Entries whose last known grant ended within so many months before the as-of day."""
    if as_of == date.min:
        return []
    return _ends(landscape, months_after(as_of, -months), as_of - timedelta(days=1))


def rate(text: str) -> Rate:
    """ "EUR=1.08 USD 2024-05-31 European Central Bank" as a rate: one euro is 1.08 dollars.

    Raises BadRateError.
    """
    words = text.replace("=", " ").split()
    try:
        currency, worth, into, on = words[:4]
        made = Rate(
            currency.upper(), into.upper(), Decimal(worth), date.fromisoformat(on), " ".join(words[4:])
        )
    except (ValueError, ArithmeticError):
        made = None
    finite = made is not None and made.rate.is_finite()
    codes = made and all(
        len(code) == 3 and code.isascii() and code.isalpha() for code in (made.currency, made.into)
    )
    if made is None or not finite or not codes or made.currency == made.into or not 0 < made.rate < 10**9:
        raise BadRateError(
            f"“{text[:80]}” is no rate of exchange.",
            hint="Write it as EUR=1.08 USD 2024-05-31, with its day and, after it, where it comes from.",
        )
    return made


def rates(text: str) -> list[Rate]:
    """Several rates, with semicolons between them; [] of nothing. Raises BadRateError."""
    return [rate(one) for one in text.split(";") if one.strip()]


def _ends(landscape: Landscape, first: date, last: date) -> list[Cliff]:
    by_entry: dict[str, list[Grant]] = defaultdict(list)
    for grant in landscape.grants:
        if grant.entry in landscape.entries and not grant.given_by_entry:
            by_entry[grant.entry].append(grant)
    found = []
    for ctid, grants in by_entry.items():
        known = [grant for grant in grants if latest(grant.span.end)]
        if not known or is_over(landscape.entries[ctid], first):
            continue
        final = max(known, key=lambda grant: (latest(grant.span.end) or date.min, grant.ctid))
        begins, ends = earliest(final.span.end) or date.min, latest(final.span.end) or date.min
        if begins <= last and ends >= first:
            sure = first <= begins and ends <= last
            entry = landscape.entries[ctid]
            found.append(Cliff(entry, final, final.span.end, sure, len(grants) - len(known)))
    return sorted(found, key=lambda cliff: (cliff.end, cliff.entry.name))


def _added(grants: Sequence[Grant]) -> Decimal:
    return sum((grant.amount for grant in grants if grant.amount is not None), Decimal(0))


def _worth(currency: str, into: str, rates: Mapping[str, Rate]) -> Decimal:
    return Decimal(1) if currency == into else rates[currency].rate


def _unknown_last(item: tuple[str, list[Grant]]) -> tuple[bool, str]:
    return not item[0], item[0]
