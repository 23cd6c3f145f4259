"""What may be summed of money, on made portfolios with regrants, renames and three currencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.model import AmountType, Entry, Grant, Landscape, Party, Role, RoleKind, Span
from learnwork.landscape.money import (
    BadRateError,
    Rate,
    Sum,
    by_year,
    cliffs,
    converted,
    ended,
    money,
    rate,
    rates,
    totals,
)

COMMITTED, PAID, NOT_STATED = AmountType.COMMITTED, AmountType.PAID, AmountType.NOT_STATED
DAY = date(2024, 3, 1)
PARTIES = {"pool": Party("pool", "Pool", passes_on=("donor", "other")), "donor": Party("donor", "Donor")}


def grant(
    ctid: str, funder: str, entry: str, amount: int | None = None, currency: str = "USD", **more: Any
) -> Grant:
    worth = None if amount is None else Decimal(amount)
    return Grant(ctid, funder, entry, amount=worth, currency=currency, **{"amount_type": COMMITTED, **more})


def said(sums: Sequence[Sum]) -> list[tuple[str, str, int]]:
    return [(one.currency, one.amount_type, int(one.amount)) for one in sums]


def test_currencies_and_types_are_never_added() -> None:
    found = totals(
        [
            grant("1", "a", "x", 100),
            grant("2", "a", "x", 10, "EUR"),
            grant("3", "a", "x", 1, "GBP"),
            grant("4", "a", "y", 7, amount_type=PAID),
            grant("5", "a", "y", 200, words="nearly"),
        ]
    )
    assert said(found.sums) == [
        ("EUR", "committed", 10),
        ("GBP", "committed", 1),
        ("USD", "committed", 300),
        ("USD", "paid", 7),
    ]
    assert [one.approximate for one in found.sums] == [0, 0, 1, 0]


def test_what_is_missing_is_counted_and_no_zero() -> None:
    found = totals(
        [
            grant("1", "a", "x"),
            grant("2", "a", "x", 5, ""),
            grant("3", "a", "x", pooled=Decimal(6_300_000), pooled_with=("b",)),
            grant("4", "a", "x", 5),
        ]
    )
    assert (said(found.sums), found.grants, found.missing, found.pooled) == (
        [("USD", "committed", 5)],
        4,
        3,
        1,
    )
    nothing = totals([grant("1", "a", "x")])
    assert (nothing.sums, nothing.known) == ((), 0)


def test_regrants_are_in_nobody_elses_total_and_counted_once() -> None:
    held = [
        grant("in", "donor", "pool-entry", 1000),
        grant("out-1", "pool", "x", 400, regrant_of="in"),
        grant("out-2", "pool", "y", 300, passes_on=("donor",)),
        grant("out-3", "pool", "z", 50),
        grant("prize", "donor", "x", 9000, given_by_entry=True),
        grant("pool-prize", "pool", "x", 20, given_by_entry=True),
    ]
    found = money(held, PARTIES)
    assert said(found.given.sums) == [("USD", "committed", 1000)]
    assert said(found.passed_on.sums) == [("USD", "committed", 770)]
    assert said(found.handed_out.sums) == [("USD", "committed", 9000)]


def test_a_grant_that_stands_twice_is_counted_once() -> None:
    one = grant("1", "donor", "x", 5)
    assert money([one, one], PARTIES).given.grants == 1


def test_each_grant_stands_whole_in_one_year() -> None:
    held = [
        grant("1", "donor", "x", 900, span=Span("2020-05", "2022")),
        grant("2", "donor", "x", 80, stated_on="2021-01-05"),
        grant("3", "donor", "x", 7),
    ]
    found = by_year(held, PARTIES)
    assert [(one.year, said(one.money.given.sums)[0][2]) for one in found] == [
        ("2020", 900),
        ("2021", 80),
        ("", 7),
    ]


def test_currencies_meet_only_by_a_stated_rate() -> None:
    sums = totals(
        [grant("1", "a", "x", 100), grant("2", "a", "x", 10, "EUR"), grant("3", "a", "x", 1, "GBP")]
    ).sums
    euro, pound = rate("EUR=1.10 USD 2024-01-02 The bank"), rate("gbp = 1.25 usd 2024-01-02")
    lacking = converted(sums, "USD", [euro])
    assert (lacking.sums, lacking.lacking) == ((), ("GBP",))
    made = converted(sums, "USD", [euro, pound, replace(euro, rate=Decimal(9), on=date(2020, 1, 1))])
    assert [one.amount for one in made.sums] == [Decimal("112.25")]
    assert made.used == (euro, pound)
    assert converted(sums, "EUR", [euro, pound]).lacking == ("GBP", "USD")


def test_types_stay_apart_in_one_currency() -> None:
    sums = totals([grant("1", "a", "x", 100), grant("2", "a", "x", 10, "EUR", amount_type=PAID)]).sums
    assert said(converted(sums, "USD", [Rate("EUR", "USD", Decimal(2), DAY)]).sums) == [
        ("USD", "committed", 100),
        ("USD", "paid", 20),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EUR",
        "EUR=1.1 USD",
        "EUR=1.1 USD yesterday",
        "EUR=x USD 2024-01-01",
        "EUR=0 USD 2024-01-01",
        "EUR=-1 USD 2024-01-01",
        "EUR=NaN USD 2024-01-01",
        "EUR=Infinity USD 2024-01-01",
        "USD=1 USD 2024-01-01",
        "EURO=1 USD 2024-01-01",
        "<b>=1 USD 2024-01-01",
    ],
)
def test_bad_rates_are_refused(text: str) -> None:
    with pytest.raises(BadRateError) as caught:
        rate(text)
    assert caught.value.hint


def test_several_rates_stand_in_one_text() -> None:
    assert rates(" ") == []
    assert [one.currency for one in rates("EUR=1.08 USD 2024-05-31 The bank; GBP=1.3 USD 2024-05-31;")] == [
        "EUR",
        "GBP",
    ]
    with pytest.raises(BadRateError):
        rates("EUR=1.08 USD 2024-05-31; nonsense")


def _map(*grants: Grant, over: str = "") -> Landscape:
    entries = {key: Entry(key, key, key.upper()) for key in "xyz"}
    entries["x"] = replace(entries["x"], span=Span("", over))
    return Landscape(entries, dict(PARTIES), grants=grants)


def test_a_cliff_is_the_last_known_end_within_a_year() -> None:
    found = cliffs(
        _map(
            grant("1", "donor", "x", span=Span("2020", "2023-12")),
            grant("2", "donor", "x", span=Span("2022", "2024-06-30")),
            grant("3", "donor", "y", span=Span("2022", "2024-06-30")),
            grant("4", "donor", "y", span=Span("2022", "2026")),
            grant("5", "donor", "z", span=Span("2022", "2024-05-01")),
            grant("6", "donor", "z"),
        ),
        DAY,
    )
    assert [(one.entry.ctid, one.grant.ctid, one.sure, one.open) for one in found] == [
        ("z", "5", True, 1),
        ("x", "2", True, 0),
    ]


def test_a_coarse_end_is_not_sure_and_bounds_belong_to_the_window() -> None:
    assert [one.sure for one in cliffs(_map(grant("1", "donor", "x", span=Span("", "2024"))), DAY)] == [False]
    for end, within in (("2024-03-01", 1), ("2025-03-01", 1), ("2024-02-29", 0), ("2025-03-02", 0)):
        assert len(cliffs(_map(grant("1", "donor", "x", span=Span("", end))), DAY)) == within, end


def test_what_is_over_has_no_cliff_and_what_ended_is_told_apart() -> None:
    held = grant("1", "donor", "x", span=Span("", "2024-06"))
    assert cliffs(_map(held, over="2023"), DAY) == []
    past = _map(grant("1", "donor", "x", span=Span("", "2023-06")))
    assert (len(cliffs(past, DAY)), len(ended(past, DAY))) == (0, 1)


AMOUNTS = st.none() | st.integers(0, 10**9)
GRANTS = st.lists(
    st.builds(
        lambda number, funder, entry, amount, currency, kind, parent: grant(
            number, funder, entry, amount, currency, amount_type=kind, regrant_of=parent
        ),
        st.integers(0, 30).map(str),
        st.sampled_from(["donor", "pool", "late"]),
        st.sampled_from("xyz"),
        AMOUNTS,
        st.sampled_from(["USD", "EUR", "GBP"]),
        st.sampled_from(list(AmountType)),
        st.sampled_from(["", "", "1"]),
    ),
    unique_by=lambda one: one.ctid,
    max_size=15,
)


@given(GRANTS, st.randoms())
def test_sums_do_not_hang_on_order_and_part_by_part_they_are_the_whole(
    held: list[Grant], random: Any
) -> None:
    assert money(random.sample(held, len(held)), PARTIES) == money(held, PARTIES)
    whole = money(held, PARTIES)
    for flow in ("given", "passed_on", "handed_out"):
        parts: dict[tuple[str, str], Decimal] = {}
        for year in by_year(held, PARTIES):
            for one in getattr(year.money, flow).sums:
                key = one.currency, one.amount_type
                parts[key] = parts.get(key, Decimal(0)) + one.amount
        assert parts == {(one.currency, one.amount_type): one.amount for one in getattr(whole, flow).sums}


@given(GRANTS)
def test_every_grant_is_in_one_kind_and_known_or_missing(held: list[Grant]) -> None:
    found = money(held, PARTIES)
    kinds = (found.given, found.passed_on, found.handed_out)
    assert sum(one.grants for one in kinds) == len(held)
    for one in kinds:
        assert sum(part.grants for part in one.sums) + one.missing == one.grants


@given(GRANTS, st.integers(0, 10**6))
def test_money_passed_on_changes_no_donors_total(held: list[Grant], amount: int) -> None:
    more = grant("new", "pool", "x", amount, regrant_of="1")
    assert money([*held, more], PARTIES).given == money(held, PARTIES).given


def test_roles_are_no_money() -> None:
    landscape = replace(_map(), roles=(Role("x", "donor", RoleKind.FUNDER),))
    assert cliffs(landscape, DAY) == []
