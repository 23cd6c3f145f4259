"""The three intervals against published values and against what defines them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from learnwork.surveys.answers import BadSurveyError
from learnwork.surveys.intervals import METHODS, interval

SHARES = st.integers(1, 60).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


# R. G. Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I.
@pytest.mark.parametrize(
    ("method", "yes", "base", "low", "high"),
    [
        ("wilson", 81, 263, 0.2553, 0.3662),
        ("wilson", 15, 148, 0.0624, 0.1605),
        ("wilson", 0, 20, 0.0, 0.1611),
        ("wilson", 1, 29, 0.0061, 0.1718),
        ("clopper_pearson", 81, 263, 0.2527, 0.3676),
        ("clopper_pearson", 15, 148, 0.0578, 0.1617),
        ("clopper_pearson", 0, 20, 0.0, 0.1684),
        ("clopper_pearson", 1, 29, 0.0009, 0.1776),
    ],
)
def test_published_values(method, yes, base, low, high):
    found = interval(method, yes, base)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@given(SHARES, st.sampled_from(list(METHODS)), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_share_lies_within_and_sides_mirror(share, method, confidence):
    yes, base = share
    found = interval(method, yes, base, confidence)
    assert 0 <= found.low <= yes / base <= found.high <= 1
    mirrored = interval(method, base - yes, base, confidence)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-9)
    assert mirrored.high == pytest.approx(1 - found.low, abs=1e-9)


@given(SHARES, st.sampled_from(list(METHODS)))
def test_more_confidence_is_wider(share, method):
    narrow, wide = interval(method, *share, 0.9), interval(method, *share, 0.99)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(SHARES)
def test_clopper_pearson_ends_are_where_the_tails_are(share):
    yes, base = share
    found = interval("clopper_pearson", yes, base)
    if yes:
        assert binom.sf(yes - 1, base, found.low) == pytest.approx(0.025, rel=1e-6)
    if yes < base:
        assert binom.cdf(yes, base, found.high) == pytest.approx(0.025, rel=1e-6)


@given(SHARES)
def test_jeffreys_ends_are_quantiles_of_the_posterior(share):
    yes, base = share
    found = interval("jeffreys", yes, base)
    posterior = beta(yes + 0.5, base - yes + 0.5)
    assert found.low == 0 if yes == 0 else posterior.cdf(found.low) == pytest.approx(0.025, rel=1e-6)
    assert found.high == 1 if yes == base else posterior.sf(found.high) == pytest.approx(0.025, rel=1e-6)


@given(SHARES)
def test_jeffreys_lies_within_clopper_pearson(share):
    inner, outer = interval("jeffreys", *share), interval("clopper_pearson", *share)
    assert outer.low <= inner.low + 1e-12
    assert inner.high <= outer.high + 1e-12


@pytest.mark.parametrize("base", [5, 12])
def test_clopper_pearson_never_covers_less_than_it_says(base):
    ends = [interval("clopper_pearson", yes, base) for yes in range(base + 1)]
    for step in range(1, 200):
        p = step / 200
        covered = sum(binom.pmf(yes, base, p) for yes, end in enumerate(ends) if end.low <= p <= end.high)
        assert covered >= 0.95


@pytest.mark.parametrize(("yes", "base"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(yes, base):
    with pytest.raises(BadSurveyError, match="is no share"):
        interval("wilson", yes, base)


def test_a_confidence_in_percent_is_refused():
    with pytest.raises(BadSurveyError, match="between 0 and 1"):
        interval("wilson", 1, 2, 95)
