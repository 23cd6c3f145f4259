"""Sentences about money: what is stated becomes an amount, a giver and a date; what is not stated stays away."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats.ecosystem_events import meant
from learnwork.formats.ecosystem_money import CURRENCIES, Stated, mentions, read

USD = "USD"


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("550,000 USD from Torch", [Stated(Decimal(550_000), USD, funders=("Torch",))]),
        (
            "900,000 USD from Torch, three years from 2014-11-01",
            [
                Stated(
                    Decimal(900_000),
                    USD,
                    funders=("Torch",),
                    start="2014-11-01",
                    end="2017-10-31",
                    duration="P3Y",
                )
            ],
        ),
        ("1.7M EUR pilot", [Stated(Decimal("1.7") * 10**6, "EUR")]),
        ("1.2M USD second grant, about 18 months", [Stated(Decimal("1.2") * 10**6, USD)]),
        (
            "TF grant R305, 2,999,998.13 USD over three years",
            [Stated(Decimal("2999998.13"), USD, funders=("TF",), duration="P3Y")],
        ),
        ("Torch funds the framework", [Stated(funders=("Torch",))]),
        (
            "1M USD from Torch, after 2M USD in 2023",
            [Stated(Decimal(10**6), USD, funders=("Torch",)), Stated(Decimal(2 * 10**6), USD, day="2023")],
        ),
        (
            "2.8M USD from Torch and Flame Fund",
            [Stated(Decimal("2.8") * 10**6, USD, part=True, funders=("Torch", "Flame Fund"))],
        ),
        (
            "Part of 6.3M USD from Torch, Flame and Spark foundations",
            [Stated(Decimal("6.3") * 10**6, USD, part=True, funders=("Torch", "Flame", "Spark"))],
        ),
        ("1.8M USD grant, 60,000 USD per college", [Stated(Decimal("1.8") * 10**6, USD)]),
        (
            "Four phase 1 winners, 150,000 USD each per press report",
            [Stated(Decimal(600_000), USD, number=4, each=Decimal(150_000), several=True)],
        ),
        ("Nine grants from over 220 applicants", [Stated(number=9, several=True)]),
        (
            "17 grants, nearly 3M USD; goal 10,000 places by 2025",
            [Stated(Decimal(3 * 10**6), USD, words="nearly", number=17, several=True)],
        ),
        (
            "Nearly 2.5M USD from Flame Fund for the Academy",
            [Stated(Decimal("2.5") * 10**6, USD, words="nearly", funders=("Flame Fund",))],
        ),
        ("Six first members; 500,000 USD from Torch", [Stated(Decimal(500_000), USD, funders=("Torch",))]),
        ("Grants of up to 75,000 USD", [Stated(None, USD, words="up to")]),
        ("200,000 GBP approved", [Stated(Decimal(200_000), "GBP", amount_type="approved")]),
        (
            "5 USD from Torch, two years from 2021-13-45",
            [Stated(Decimal(5), USD, funders=("Torch",), duration="P2Y")],
        ),
    ],
)
def test_what_a_sentence_states(sentence: str, stated: list[Stated]) -> None:
    assert read(sentence) == stated


@pytest.mark.parametrize("sentence", ["3,000-student pilot", "850 dollars", "1.5M $", "USDA", "12 USDC", ""])
def test_no_currency_no_amount(sentence: str) -> None:
    assert not mentions(sentence)
    assert [one.amount for one in read(sentence)] == [None]


DECLARED = ["Carnegie Corporation of New York", "Institute of Torch Sciences, U.S. Department", "Flame Fund"]


@pytest.mark.parametrize(
    ("spelled", "who"),
    [
        ("Carnegie", DECLARED[0]),
        ("ITS", DECLARED[1]),
        ("Flame Fund", DECLARED[2]),
        ("Casey", ""),
        ("of", ""),
        ("New Flame", ""),
    ],
)
def test_whom_a_short_name_means(spelled: str, who: str) -> None:
    assert meant(spelled, DECLARED) == who


def test_a_short_name_of_two_means_neither() -> None:
    assert meant("Koch", ["Charles Koch Foundation", "Koch Industries"]) == ""


@given(
    st.decimals(0, 10**12, places=2),
    st.sampled_from(CURRENCIES),
    st.sampled_from(["", "Torch", "Flame Fund"]),
)
def test_every_amount_comes_back(amount: Decimal, currency: str, funder: str) -> None:
    [stated] = read(f"{amount:,} {currency}" + (f" from {funder}" if funder else ""))
    assert (stated.amount, stated.currency) == (amount, currency)
    assert stated.funders == ((funder,) if funder else ())


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    assert all(one.amount is None or one.currency for one in read(text))
