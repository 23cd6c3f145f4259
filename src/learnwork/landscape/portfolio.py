"""Funders: what each funds, with whom, where alone, what ends soon; how concentrated funding is; what money draws.

Who funds what is told by funding roles and by grants alike; a role without a grant is funding of which the amount is
not known. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from learnwork.landscape.model import AmountType, Entry, Grant, Landscape, Party, RoleKind
from learnwork.landscape.money import (
    Cliff,
    Flow,
    Money,
    Rate,
    YearOfMoney,
    by_year,
    cliffs,
    converted,
    flow,
    money,
    totals,
)


@dataclass(frozen=True, slots=True)
class Funding:
    """That a party funds an entry. grants: those of its money that are known; () for a role without any."""

    funder: str
    entry: str
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Another funder of the same entries, and what it is known to have given to these."""

    funder: Party
    entries: tuple[Entry, ...]
    years: tuple[YearOfMoney, ...]
    money: Money


@dataclass(frozen=True, slots=True)
class Leverage:
    """Others' money for one unit of a funder's own, in the entries it funds.

    ratio: None where it is not computable, and `reason` says which rule forbids it: "amounts", "regrants", "types",
    "currencies", or "none" where the funder has no money there. missing of amounts: fundings without amount or
    currency, of all fundings of these entries; untyped: those of which the type is not stated.
    """

    ratio: Fraction | None
    own: Decimal | None
    others: Decimal | None
    currency: str
    missing: int
    amounts: int
    reason: str = ""
    rates: tuple[Rate, ...] = ()
    untyped: int = 0


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One funder's work. alone: entries of which no other funder is known. ending: of its own grants."""

    funder: Party
    fundings: tuple[Funding, ...]
    entries: tuple[Entry, ...]
    alone: tuple[Entry, ...]
    together: tuple[Together, ...]
    money: Money
    years: tuple[YearOfMoney, ...]
    ending: tuple[Cliff, ...]
    leverage: Leverage


@dataclass(frozen=True, slots=True)
class Share:
    """A funder's part of a base."""

    funder: Party
    part: Decimal


@dataclass(frozen=True, slots=True)
class Concentration:
    """Herfindahl–Hirschman index: the sum of squared shares, 1/n to 1. base: what the shares are of.

    Of entries the base is fundings (one entry with two funders counts for both); of money it is the known sum of one
    currency and amount type, and missing counts the fundings that are not in it.
    """

    index: Fraction
    base: Decimal
    shares: tuple[Share, ...]
    currency: str = ""
    amount_type: AmountType | None = None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class FunderRow:
    """A line of the list of funders."""

    funder: Party
    entries: int
    alone: int
    money: Money
    ending: int


def fundings(landscape: Landscape) -> list[Funding]:
    """Every funder and entry once, in the order of names; merged parties count as the one they are."""
    who = _canonical(landscape)
    grants: dict[tuple[str, str], list[Grant]] = defaultdict(list)
    for role in landscape.roles:
        if role.kind is RoleKind.FUNDER and role.entry in landscape.entries:
            grants[who.get(role.party, role.party), role.entry] += []
    for grant in landscape.grants:
        if grant.funder and grant.entry in landscape.entries and not grant.given_by_entry:
            grants[who.get(grant.funder, grant.funder), grant.entry].append(grant)
    made = [Funding(funder, entry, tuple(held)) for (funder, entry), held in grants.items()]
    return sorted(
        made, key=lambda one: (_party(landscape, one.funder).name, landscape.entries[one.entry].name)
    )


def funders(landscape: Landscape, as_of: date) -> list[FunderRow]:
    """The list of funders, those of most entries first."""
    who = _canonical(landscape)
    held = fundings(landscape)
    of_entry, of_funder = _by_entry(held), _by_funder(held)
    of_money = _grants_by_funder(landscape)
    ending = Counter(who.get(one.grant.funder, one.grant.funder) for one in cliffs(landscape, as_of))
    rows = [
        FunderRow(
            _party(landscape, ctid),
            len(of_funder.get(ctid, ())),
            sum(1 for one in of_funder.get(ctid, ()) if len(of_entry[one.entry]) == 1),
            money(of_money.get(ctid, ()), landscape.parties),
            ending[ctid],
        )
        for ctid in of_funder.keys() | of_money.keys()
    ]
    return sorted(rows, key=lambda row: (-row.entries, row.funder.name))


def portfolio(landscape: Landscape, funder: str, as_of: date, rates: Sequence[Rate] = ()) -> Portfolio:
    """One funder's portfolio; an empty one for who funds nothing."""
    who = _canonical(landscape)
    funder = who.get(funder, funder)
    held = fundings(landscape)
    of_entry = _by_entry(held)
    own = [one for one in held if one.funder == funder]
    grants = _grants_by_funder(landscape).get(funder, [])
    shared = [one for mine in own for one in of_entry[mine.entry] if one.funder != funder]
    return Portfolio(
        _party(landscape, funder),
        tuple(own),
        tuple(landscape.entries[one.entry] for one in own),
        tuple(landscape.entries[one.entry] for one in own if len(of_entry[one.entry]) == 1),
        tuple(_together(landscape, shared)),
        money(grants, landscape.parties),
        tuple(by_year(grants, landscape.parties)),
        tuple(
            one for one in cliffs(landscape, as_of) if who.get(one.grant.funder, one.grant.funder) == funder
        ),
        leverage(landscape, funder, rates),
    )


def leverage(landscape: Landscape, funder: str, rates: Sequence[Rate] = ()) -> Leverage:
    """Others' own money by this funder's own in the entries it funds, where every amount, type and currency is known.

    Where money is passed on it is not computable: how much of it is whose is not known. Currencies are brought
    together only by rates that are given.
    """
    who = _canonical(landscape)
    funder = who.get(funder, funder)
    held = fundings(landscape)
    of_entry = _by_entry(held)
    entries = {one.entry for one in held if one.funder == funder}
    concerned = [one for entry in sorted(entries) for one in of_entry[entry]]
    mine, theirs, missing, count = _sides(landscape, concerned, funder)
    untyped = sum(1 for grant in (*mine, *theirs) if grant.amount_type is AmountType.NOT_STATED)
    reason = _forbidden(landscape, concerned, mine, theirs, missing)
    currencies = {one.currency for one in totals([*mine, *theirs]).sums}
    into = min(currencies) if len(currencies) == 1 else rates[0].into if rates else ""
    one, other = (converted(totals(side).sums, into, rates) for side in (mine, theirs))
    if not reason and (not into or one.lacking or other.lacking):
        reason = "currencies"
    own, others = (sum((part.amount for part in made.sums), Decimal(0)) for made in (one, other))
    if not reason and not own:
        reason = "none"
    if reason:
        return Leverage(None, None, None, "", missing, count, reason, untyped=untyped)
    used = tuple(dict.fromkeys((*one.used, *other.used)))
    return Leverage(Fraction(others) / Fraction(own), own, others, into, missing, count, "", used)


def _forbidden(
    landscape: Landscape,
    concerned: Sequence[Funding],
    mine: Sequence[Grant],
    theirs: Sequence[Grant],
    missing: int,
) -> str:
    """Which rule forbids a ratio, whatever the currencies; "" where none does."""
    types = {grant.amount_type for grant in (*mine, *theirs)}
    if missing or AmountType.NOT_STATED in types:
        return "amounts"
    if any(flow(grant, landscape.parties) is not Flow.GIVEN for one in concerned for grant in one.grants):
        return "regrants"
    return "types" if len(types) > 1 else "" if mine else "none"


def by_entries(landscape: Landscape, *, listed: bool = False) -> Concentration | None:
    """How much of all funding relations few funders hold; None without any.

    listed: only those whom a source lists as funders, without those whom only a sentence about money names.
    """
    number: dict[str, int] = defaultdict(int)
    for one in fundings(replace(landscape, grants=()) if listed else landscape):
        number[one.funder] += 1
    return _concentration(landscape, {ctid: Decimal(count) for ctid, count in number.items()})


def by_money(landscape: Landscape) -> list[Concentration]:
    """The same by known own money: one for each currency and amount type, as these are never added."""
    found: dict[tuple[str, AmountType], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    counted: dict[tuple[str, AmountType], int] = defaultdict(int)
    all_of_them = 0
    for one in fundings(landscape):
        own = [grant for grant in one.grants if flow(grant, landscape.parties) is Flow.GIVEN]
        all_of_them += len(own) if one.grants else 1
        for grant in own:
            if grant.amount is not None and grant.currency:
                found[grant.currency, grant.amount_type][one.funder] += grant.amount
                counted[grant.currency, grant.amount_type] += 1
    made = []
    for (currency, kind), parts in sorted(found.items()):
        missing = all_of_them - counted[currency, kind]
        if one_of := _concentration(landscape, parts, currency, kind, missing):
            made.append(one_of)
    return made


def _concentration(
    landscape: Landscape,
    parts: dict[str, Decimal],
    currency: str = "",
    kind: AmountType | None = None,
    missing: int = 0,
) -> Concentration | None:
    base = sum(parts.values(), Decimal(0))
    if not base:
        return None
    index = sum((Fraction(part) / Fraction(base)) ** 2 for part in parts.values())
    shares = [Share(_party(landscape, ctid), part) for ctid, part in parts.items()]
    shares.sort(key=lambda share: (-share.part, share.funder.name))
    return Concentration(Fraction(index), base, tuple(shares), currency, kind, missing)


def _sides(
    landscape: Landscape, concerned: Sequence[Funding], funder: str
) -> tuple[list[Grant], list[Grant], int, int]:
    """A funder's own grants, those of others, how many amounts are missing, and of how many."""
    mine: list[Grant] = []
    theirs: list[Grant] = []
    missing = count = 0
    for one in concerned:
        own = [grant for grant in one.grants if flow(grant, landscape.parties) is Flow.GIVEN]
        if not one.grants:
            missing, count = missing + 1, count + 1
        for grant in own:
            known = bool(grant.amount is not None and grant.currency)
            count += 1
            missing += not known
            if known:
                (mine if one.funder == funder else theirs).append(grant)
    return mine, theirs, missing, count


def _together(landscape: Landscape, shared: Iterable[Funding]) -> list[Together]:
    made = []
    for ctid, held in _by_funder(shared).items():
        entries = tuple(landscape.entries[one.entry] for one in held)
        grants = _grants(held)
        years = tuple(by_year(grants, landscape.parties))
        made.append(Together(_party(landscape, ctid), entries, years, money(grants, landscape.parties)))
    return sorted(made, key=lambda one: (-len(one.entries), one.funder.name))


def _grants_by_funder(landscape: Landscape) -> dict[str, list[Grant]]:
    """All grants of each funder, those for nothing that is in the map too."""
    who = _canonical(landscape)
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in landscape.grants:
        if grant.funder:
            found[who.get(grant.funder, grant.funder)].append(grant)
    return found


def _grants(held: Iterable[Funding]) -> list[Grant]:
    return [grant for one in held for grant in one.grants]


def _by_entry(held: Iterable[Funding]) -> dict[str, list[Funding]]:
    found: dict[str, list[Funding]] = defaultdict(list)
    for one in held:
        found[one.entry].append(one)
    return found


def _by_funder(held: Iterable[Funding]) -> dict[str, list[Funding]]:
    found: dict[str, list[Funding]] = defaultdict(list)
    for one in held:
        found[one.funder].append(one)
    return found


def _canonical(landscape: Landscape) -> dict[str, str]:
    """Every CTID that was merged into a party → that party's."""
    return {other: party.ctid for party in landscape.parties.values() for other in party.merged}


def _party(landscape: Landscape, ctid: str) -> Party:
    """The party; of an unknown one or an entry that funds, what can be said of it."""
    party = landscape.parties.get(ctid)
    if party is None:
        entry = landscape.entries.get(ctid)
        party = Party(ctid, entry.name if entry else ctid.removeprefix("name:"))
    return party
