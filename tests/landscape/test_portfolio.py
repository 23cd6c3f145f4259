"""Portfolios of made funders: with whom, where alone, how concentrated, what money draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.model import AmountType, Entry, Grant, Landscape, Party, Role, RoleKind, Span
from learnwork.landscape.money import rate
from learnwork.landscape.portfolio import by_entries, by_money, funders, fundings, leverage, portfolio

DAY = date(2024, 3, 1)


def grant(
    ctid: str, funder: str, entry: str, amount: int | None, currency: str = "USD", **more: object
) -> Grant:
    worth = None if amount is None else Decimal(amount)
    made = Grant(ctid, funder, entry, amount=worth, currency=currency, amount_type=AmountType.COMMITTED)
    return replace(made, **more)  # type: ignore[arg-type]


def funder(entry: str, party: str) -> Role:
    return Role(entry, party, RoleKind.FUNDER)


# A renamed funder (old became new), a pool, three currencies, an amount nobody states.
ENTRIES = {key: Entry(key, key, key.title()) for key in ("apple", "birch", "cedar", "pooled")}
PARTIES = {
    "new": Party("new", "New Name"),
    "old": Party("old", "Old Name"),
    "rich": Party("rich", "Rich"),
    "union": Party("union", "Union"),
    "pool": Party("pool", "Pool", passes_on=("new", "rich")),
}
GRANTS = (
    grant("1", "old", "apple", 100, span=Span("2019", "2020")),
    grant("2", "new", "apple", 50, span=Span("2022", "2024-06")),
    grant("3", "rich", "apple", 300, stated_on="2021-02"),
    grant("4", "union", "birch", 70, "EUR"),
    grant("5", "new", "birch", 8, "GBP"),
    grant("6", "new", "pooled", 1000),
    grant("7", "pool", "cedar", 400, regrant_of="6"),
)
MAP = Landscape(ENTRIES, PARTIES, roles=(funder("cedar", "pool"), funder("birch", "rich")), grants=GRANTS)
MERGED = replace(
    MAP,
    parties={
        **{key: party for key, party in PARTIES.items() if key != "old"},
        "new": replace(PARTIES["new"], merged=("old",)),
    },
)


def test_roles_and_grants_both_tell_who_funds() -> None:
    assert [(one.funder, one.entry, len(one.grants)) for one in fundings(MAP)] == [
        ("new", "apple", 1),
        ("new", "birch", 1),
        ("new", "pooled", 1),
        ("old", "apple", 1),
        ("pool", "cedar", 1),
        ("rich", "apple", 1),
        ("rich", "birch", 0),
        ("union", "birch", 1),
    ]


def test_a_renamed_funder_is_one_only_once_that_is_ruled() -> None:
    before, after = portfolio(MAP, "new", DAY), portfolio(MERGED, "new", DAY)
    assert [int(one.amount) for one in before.money.given.sums] == [8, 1050]
    assert [int(one.amount) for one in after.money.given.sums] == [8, 1150]
    assert {one.funder.ctid for one in before.together} - {one.funder.ctid for one in after.together} == {
        "old"
    }
    assert portfolio(MERGED, "old", DAY) == after


def test_a_donors_total_leaves_out_what_the_pool_passes_on() -> None:
    pool = portfolio(MAP, "pool", DAY)
    assert pool.money.given.sums == ()
    assert [int(one.amount) for one in pool.money.passed_on.sums] == [400]
    assert [entry.ctid for entry in pool.alone] == ["cedar"]
    assert portfolio(MAP, "new", DAY).money.passed_on.grants == 0


def test_with_whom_and_when_and_where_alone() -> None:
    found = portfolio(MERGED, "new", DAY)
    assert [(one.funder.ctid, [entry.ctid for entry in one.entries]) for one in found.together] == [
        ("rich", ["apple", "birch"]),
        ("union", ["birch"]),
    ]
    assert [year.year for year in found.together[0].years] == ["2021"]
    assert [entry.ctid for entry in found.alone] == ["pooled"]
    assert [(one.entry.ctid, one.end) for one in found.ending] == [("apple", "2024-06")]
    assert [year.year for year in found.years] == ["2019", "2022", ""]


def test_the_list_of_funders() -> None:
    rows = funders(MERGED, DAY)
    assert [(row.funder.ctid, row.entries, row.alone, row.ending) for row in rows] == [
        ("new", 3, 1, 1),
        ("rich", 2, 0, 0),
        ("pool", 1, 1, 0),
        ("union", 1, 0, 0),
    ]


def test_money_for_what_is_not_in_the_map_counts_for_its_funder() -> None:
    more = replace(MAP, grants=(*GRANTS, grant("8", "rich", "", 5)))
    assert [int(one.amount) for one in portfolio(more, "rich", DAY).money.given.sums] == [305]
    assert fundings(more) == fundings(MAP)


def test_leverage_is_not_computable_where_amounts_are_missing() -> None:
    found = leverage(MERGED, "new")
    assert (found.ratio, found.reason, found.missing, found.amounts) == (None, "amounts", 1, 7)


def test_leverage_where_all_is_known() -> None:
    only = replace(MERGED, roles=(), grants=GRANTS[:3])
    found = leverage(only, "new")
    assert [found.ratio, found.own, found.others] == [2, 150, 300]
    assert found.currency == "USD"
    assert leverage(only, "rich").ratio == Fraction(1, 2)
    assert leverage(only, "union").reason == "none"


def test_leverage_across_types_currencies_and_regrants_is_refused() -> None:
    paid = replace(GRANTS[2], amount_type=AmountType.PAID)
    assert leverage(replace(MERGED, roles=(), grants=(*GRANTS[:2], paid)), "new").reason == "types"
    unstated = replace(GRANTS[2], amount_type=AmountType.NOT_STATED)
    found = leverage(replace(MERGED, roles=(), grants=(*GRANTS[:2], unstated)), "new")
    assert (found.reason, found.missing, found.untyped, found.amounts) == ("amounts", 0, 1, 3)
    two = replace(MERGED, roles=(), grants=GRANTS[3:5])
    assert leverage(two, "new").reason == "currencies"
    rates = [rate("EUR=1 USD 2024-01-01"), rate("GBP=2 USD 2024-01-01")]
    assert leverage(two, "new", rates).ratio == Fraction(70, 16)
    assert leverage(two, "new", rates[:1]).reason == "currencies"
    assert (
        leverage(replace(MERGED, roles=(), grants=(GRANTS[6], grant("9", "new", "cedar", 1))), "new").reason
        == "regrants"
    )


def test_concentration_prints_its_base() -> None:
    found = by_entries(MERGED)
    assert found is not None
    assert [found.index, found.base] == [Fraction(9 + 4 + 1 + 1, 49), 7]
    euro, pound, dollar = by_money(MERGED)
    assert [euro.index, euro.base, euro.missing] == [1, 70, 6]
    assert [one.currency for one in (euro, pound, dollar)] == ["EUR", "GBP", "USD"]
    assert [dollar.base, dollar.index] == [1450, Fraction(1150**2 + 300**2, 1450**2)]
    assert [share.funder.ctid for share in dollar.shares] == ["new", "rich"]


def test_nothing_is_concentrated_where_nothing_is_known() -> None:
    assert by_entries(Landscape()) is None
    assert by_money(Landscape()) == []
    assert portfolio(Landscape(), "nobody", DAY).entries == ()


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), min_size=1, unique=True))
def test_the_index_lies_between_equal_shares_and_one(pairs: list[tuple[str, str]]) -> None:
    found = by_entries(
        Landscape(
            {key: Entry(key, key, key) for key in "uvwxyz"}, roles=tuple(funder(e, p) for p, e in pairs)
        )
    )
    assert found is not None
    assert Fraction(1, len(found.shares)) <= found.index <= 1
    assert found.base == len(pairs)


@pytest.mark.big
def test_the_real_funders_concentrate_as_expected(shared_data: Path) -> None:
    folder = shared_data / "ecosystem"
    expected = yaml.safe_load((folder / "expected_graph.yaml").read_text("utf-8"))
    said = yaml.safe_load((folder / "funders.yaml").read_text("utf-8"))["items"]
    roles = tuple(funder(entry, one["id"]) for one in said for entry in one["initiatives"])
    entries = {role.entry: Entry(role.entry, role.entry, role.entry) for role in roles}
    landscape = Landscape(entries, {one["id"]: Party(one["id"], one["name"]) for one in said}, roles)
    found = by_entries(landscape)
    assert found is not None
    assert found.base == expected["funder_links"]
    assert round(float(found.index), 4) == expected["funder_concentration_hhi"]
    lumina = portfolio(landscape, "lumina-foundation", DAY)
    assert (len(lumina.entries), len(funders(landscape, DAY))) == (
        expected["lumina"],
        expected["distinct_funders"],
    )
    walmart = next(one for one in lumina.together if one.funder.ctid == "walmart")
    assert len(walmart.entries) == expected["lumina_and_walmart"]
    assert lumina.leverage.reason == "amounts"
