"""How values are said."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.layout import presentation as p
from learnwork.registry.views import Figure, SourceRef
from learnwork.vocabulary.measures import by_key

SOURCE = SourceRef("made", "Made", "made", "CC0-1.0", "https://example.org", "2024", date(2024, 1, 1))


def figure(measure: str, value: float | None, status: str = "reported", base: int | None = None) -> Figure:
    return Figure(by_key[measure], "2024", "", value, status, base, None, "", "", SOURCE, 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [(4500, "$4,500"), (4500.5, "$4,500.50"), (0, "$0"), (-3, "−$3"), (math.nan, "not known")],
)
def test_money(value: float, said: str) -> None:
    assert p.money(value) == said


def test_money_of_other_currencies() -> None:
    assert p.money(10, "EUR") == "€10"
    assert p.money(10, "CHF") == "CHF\N{NO-BREAK SPACE}10"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("P6M", "6 months"),
        ("P1Y6M", "1 year 6 months"),
        ("PT120H", "120 hours"),
        ("P2W", "2 weeks"),
        ("P0.5Y", "0.5 years"),
        ("P", "P"),
        ("six months", "six months"),
    ],
)
def test_duration(text: str, said: str) -> None:
    assert p.duration(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-06-10", "10 June 2026"),
        ("2026-06", "June 2026"),
        ("2026", "2026"),
        ("2026-06-10T12:00:00Z", "10 June 2026"),
        ("0000-00-00", "0000-00-00"),
        ("2026-13", "2026-13"),
        ("soon", "soon"),
    ],
)
def test_day(text: str, said: str) -> None:
    assert p.day(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://user:secret@example.org/",
        "https://",
        "http://[",
        "https://example.org/\u202ereversed",
        "mailto:someone@example.org",
        "ftp://example.org/",
        " https://example.org/",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_an_unsafe_address_is_no_link(text: str) -> None:
    assert p.safe_url(text) is None


def test_a_safe_address_is_a_link() -> None:
    assert p.safe_url("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
    assert p.short_url("https://www.example.org/" + "a" * 80).endswith("…")


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (figure("etpl.quarterly_wage_q2", 6821.0, base=31), "$6,821 a quarter (of 31)"),
        (figure("etpl.employed_q2", 77.5, base=40), "77.5% (31 of 40)"),
        (figure("etpl.employed_q2", 77.7, base=40), "77.7% (of 40)"),
        (figure("etpl.employed_q2", 50.0, base=100_000), "50% (of 100,000)"),
        (figure("scorecard.earnings_4yr", 41000.0), "$41,000 a year (base not published)"),
        (figure("scorecard.completion_rate", 0.305), "30.5%"),
        (figure("oews.hourly_median", 25.84), "$25.84 an hour"),
        (figure("onet.importance", 3.88), "3.88 of 5"),
        (figure("ipeds.awards", 0.0), "0 awards"),
        (figure("ipeds.awards", 1.0), "1 award"),
        (figure("projections.openings", 1.0), "1 opening a year"),
        (figure("oews.location_quotient", 1.0), "1 times the national share"),
        (figure("oews.annual_median_at_least", 239200.0), "at least $239,200 a year"),
        (figure("oews.annual_median", None, "suppressed"), "withheld"),
        (figure("etpl.employed_q2", None, "suppressed", 4), "withheld (small group) (of 4)"),
        (figure("etpl.employed_q2", None, "not known"), "not known"),
        (figure("etpl.employed_q2", None, "none"), "none"),
        (figure("etpl.employed_q2", None, "not applicable"), "n/a"),
        (figure("etpl.employed_q2", None), "not known"),
    ],
)
def test_figures_carry_unit_and_base(shown: Figure, said: str) -> None:
    assert str(p.format_figure(shown)) == said


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(sorted(by_key)), st.integers(0, 10**9))
def test_any_figure_can_be_said(value: float, measure: str, base: int) -> None:
    assert str(p.format_figure(figure(measure, value, base=base)))


@given(st.floats(0, 100), st.integers(1, 5_000))
def test_a_count_is_never_guessed(percentage: float, base: int) -> None:
    said = p.format_figure(figure("etpl.employed_q2", percentage, base=base)).base
    counted, _, _ = said.partition(" of ")
    if counted.isdigit():
        assert abs(100 * int(counted) / base - percentage) <= 0.06


@given(st.text())
def test_any_text_has_a_way_to_be_said(text: str) -> None:
    assert isinstance(p.duration(text), str)
    assert isinstance(p.day(text), str)
    assert isinstance(p.period(text), str)
    url = p.safe_url(text)
    assert url is None or url.lower().startswith(("http://", "https://"))
