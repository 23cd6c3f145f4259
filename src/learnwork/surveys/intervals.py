"""How far the share of a small group could be from the share where it was drawn from: three intervals, side by side.

- Wilson: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
  American Statistical Association 22, 209-212. Near the stated coverage on average, also for small n.
- Clopper-Pearson: C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in
  the case of the binomial, Biometrika 26, 404-413. Never below the stated coverage, hence wide.
- Jeffreys: equal-tailed, prior Beta(1/2, 1/2), with the ends 0 and 1 where nobody or everybody said yes, as in
  L. D. Brown, T. T. Cai and A. DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science
  16, 101-133, who recommend it and Wilson's for n up to 40.

All three speak of a random sample. Where respondents were chosen, nothing was drawn, and `CHOSEN` must stand beside.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal, NamedTuple

from learnwork.surveys.answers import BadSurveyError
from learnwork.vocabulary.sentences import sentence

Method = Literal["wilson", "clopper_pearson", "jeffreys"]
METHODS: dict[Method, str] = {
    "wilson": "Wilson",
    "clopper_pearson": "Clopper–Pearson",
    "jeffreys": "Jeffreys",
}
CHOSEN = sentence(
    "The respondents were chosen, not sampled: these intervals show how little so few answers could say about "
    "others, and support no conclusion about those who were not asked."
)
DRAWN = sentence(
    "The intervals assume that the respondents were drawn at random, each as likely as any other."
)


class Interval(NamedTuple):
    """Ends as shares between 0 and 1."""

    low: float
    high: float


def interval(method: Method, yes: int, base: int, confidence: float = 0.95) -> Interval:
    """The two-sided interval of `yes` out of `base`. Raises `BadSurveyError` where there is none."""
    if not 0 <= yes <= base or base < 1:
        raise BadSurveyError(f"{yes} of {base} is no share.", hint="0 ≤ yes ≤ base, and base at least 1.")
    if not 0 < confidence < 1:
        raise BadSurveyError(
            f"A confidence of {confidence} is not between 0 and 1.", hint="Say 0.95 for 95%."
        )
    return _INTERVALS[method](yes, base, (1 - confidence) / 2)


def _wilson(yes: int, base: int, tail: float) -> Interval:
    from scipy.special import ndtri

    z = float(-ndtri(tail))
    middle = (yes + z * z / 2) / (base + z * z)
    reach = z * sqrt(yes * (base - yes) / base + z * z / 4) / (base + z * z)
    # The exact ends at 0 and 1, which floats miss by a hair.
    return Interval(0.0 if yes == 0 else middle - reach, 1.0 if yes == base else middle + reach)


def _clopper_pearson(yes: int, base: int, tail: float) -> Interval:
    return Interval(
        0.0 if yes == 0 else _beta(tail, yes, base - yes + 1),
        1.0 if yes == base else _beta(1 - tail, yes + 1, base - yes),
    )


def _jeffreys(yes: int, base: int, tail: float) -> Interval:
    return Interval(
        0.0 if yes == 0 else _beta(tail, yes + 0.5, base - yes + 0.5),
        1.0 if yes == base else _beta(1 - tail, yes + 0.5, base - yes + 0.5),
    )


def _beta(probability: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))


_INTERVALS = {"wilson": _wilson, "clopper_pearson": _clopper_pearson, "jeffreys": _jeffreys}
