"""Studies known by their printed percentages alone: which bases fit, what follows, and what contradicts what.

A percentage printed with d decimals stands for every share within half a unit of its last place. For each base n
it is seen whether some whole k gives such a share. The smallest base that most percentages fit is taken for the
number of respondents, unless the base that the study states fits all; everything that follows is *inferred*.

The method is the granularity test of N. J. L. Brown and J. A. J. Heathers (2017), The GRIM test, Social
Psychological and Personality Science 8, 363-369, turned round: it looks for the base instead of testing one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from learnwork.surveys.analysis import Analysis, Counts, Limits, YesNo, yes_no
from learnwork.surveys.answers import BadSurveyError, Item
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.sentences import sentence

MOST_BASE = 1_000
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
_BAND = re.compile(r"(?:(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)|(<=|≤|>=|≥)\s*(\d+(?:\.\d+)?))\s*%?")


@dataclass(frozen=True, slots=True)
class Claim:
    """Another percentage that the same source prints for the same item. place: where."""

    percent: str
    place: str


@dataclass(frozen=True, slots=True)
class Printed:
    """One item as it was printed. percent: with its decimals, which say how exact it is. band: such as 75-100."""

    item: Item
    percent: str
    band: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What a study printed. surveyed: how many items it asked, if it says; response_rate: in percent."""

    key: str
    title: str
    printed: tuple[Printed, ...]
    invited: int | None = None
    response_rate: str = ""
    surveyed: int | None = None
    fielded: str = ""
    source: str = ""
    issues: tuple[Issue, ...] = ()

    @property
    def stated_base(self) -> int | None:
        """How many answered, if the study says whom it invited and which share of them answered."""
        if self.invited is None or not self.response_rate:
            return None
        return round(self.invited * Fraction(self.response_rate) / 100)


@dataclass(frozen=True, slots=True)
class Base:
    """How many percentages some whole number out of `n` gives; misfits: keys of the items that it does not."""

    n: int
    fits: int
    misfits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inferred:
    """One item with the base that was inferred for it; None where no base up to the respondents fits.

    others: further (k, n) that fit, n at least half the respondents: fewer answers cannot be ruled out there.
    certain_of_others: the band is certain under each of them as well, whatever the missing answers were.
    """

    printed: Printed
    yes: int | None
    base: int | None
    result: YesNo | None
    others: tuple[tuple[int, int], ...]
    certain_of_others: bool

    @property
    def missing(self) -> int | None:
        return self.result.counts.missing if self.result else None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things that cannot both be true. items: keys that it is about, empty for the whole study."""

    code: str
    sentence: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inference:
    """What follows from a publication. bases: every base that was tried; respondents: None where none fits any."""

    publication: Publication
    limits: Limits
    bases: tuple[Base, ...]
    respondents: int | None
    also: tuple[int, ...]
    results: tuple[Inferred, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def unnamed(self) -> int | None:
        """How many items were asked and not printed."""
        surveyed = self.publication.surveyed
        return None if surveyed is None else surveyed - len(self.publication.printed)

    @property
    def analysis(self) -> Analysis:
        """The inferred counts as an analysis, for tables and charts; items without a base are not in it."""
        invited = self.publication.invited
        return Analysis(
            title=self.publication.title,
            fielded=self.publication.fielded,
            chosen=True,
            limits=self.limits,
            invited=self.respondents or 0 if invited is None else invited,
            responded=self.respondents or 0,
            statuses=(),
            results=tuple(one.result for one in self.results if one.result),
            summaries=(),
        )


def fitting(percent: str, base: int) -> tuple[int, ...]:
    """Every k for which k of `base` can be printed as this percentage, whichever way halves were rounded."""
    low, high = spread(percent)
    least, most = ceil(low * base / 100), floor(high * base / 100)
    return tuple(range(max(0, least), min(base, most) + 1))


def spread(percent: str) -> tuple[Fraction, Fraction]:
    """The lowest and the highest percentage that are printed so."""
    exact = Decimal(percent)
    half = Fraction(1, 2) / 10 ** max(0, -int(exact.as_tuple().exponent))
    return Fraction(exact) - half, Fraction(exact) + half


def infer(publication: Publication, limits: Limits | None = None, most: int | None = None) -> Inference:
    """Infer bases and counts. most: the largest base tried; twice the stated one, and at least 30, unless given."""
    limits = limits or Limits()
    if not publication.printed:
        raise BadSurveyError(f"“{publication.title}” prints no percentages.", hint="Give at least one item.")
    stated = publication.stated_base
    highest = most or max(30, 2 * (stated or publication.invited or 0))
    if highest > MOST_BASE:
        raise BadSurveyError(
            f"A base of {highest:,} is too large to infer.",
            hint=f"Percentages tell bases apart up to about a hundred; try at most {MOST_BASE:,}.",
        )
    bases = tuple(_base(publication, n) for n in range(1, highest + 1))
    respondents = _respondents(bases, stated)
    best = bases[respondents - 1].fits if respondents else 0
    results = tuple(_inferred(one, respondents or 0, publication, limits) for one in publication.printed)
    return Inference(
        publication=publication,
        limits=limits,
        bases=bases,
        respondents=respondents,
        also=tuple(base.n for base in bases if base.fits == best > 0 and base.n != respondents),
        results=results,
        contradictions=tuple(_contradictions(publication, bases, respondents, results)),
    )


def _base(publication: Publication, n: int) -> Base:
    misfits = tuple(one.item.key for one in publication.printed if not fitting(one.percent, n))
    return Base(n, len(publication.printed) - len(misfits), misfits)


def _respondents(bases: tuple[Base, ...], stated: int | None) -> int | None:
    if stated and stated <= len(bases) and not bases[stated - 1].misfits:
        return stated
    best = max(bases, key=lambda base: (base.fits, -base.n))
    return best.n if best.fits else None


def _inferred(printed: Printed, respondents: int, publication: Publication, limits: Limits) -> Inferred:
    # From all respondents down: the fewest missing answers that the percentage allows.
    fits = [(k, n) for n in range(respondents, 0, -1) for k in fitting(printed.percent, n)]
    if not fits:
        return Inferred(printed, None, None, None, (), certain_of_others=False)
    invited = respondents if publication.invited is None else publication.invited
    results = [_result(printed, k, n, respondents, invited, limits) for k, n in fits]
    near = [at for at, (_, n) in enumerate(fits) if at and 2 * n >= respondents]
    return Inferred(
        printed,
        *fits[0],
        results[0],
        tuple(fits[at] for at in near),
        all(results[at].certain and results[at].band == results[0].band for at in near),
    )


def _result(printed: Printed, yes: int, base: int, respondents: int, invited: int, limits: Limits) -> YesNo:
    counts = Counts(invited, respondents, yes, base - yes, 0, 0, 0, respondents - base)
    return yes_no(printed.item, counts, limits)


def _contradictions(
    publication: Publication, bases: tuple[Base, ...], respondents: int | None, results: tuple[Inferred, ...]
) -> list[Contradiction]:
    found = []
    stated, all_ = publication.stated_base, len(publication.printed)
    if stated and respondents and stated != respondents and stated <= len(bases):
        said = sentence(
            "The study invited %(invited)s and states a response rate of %(rate)s%%, which makes %(stated)s answers; "
            "%(fit)s of %(all)s percentages fit %(stated)s, and %(best)s of %(all)s fit %(n)s.",
            invited=publication.invited,
            rate=publication.response_rate,
            stated=stated,
            fit=bases[stated - 1].fits,
            best=bases[respondents - 1].fits,
            all=all_,
            n=respondents,
        )
        found.append(Contradiction("base-stated", said, bases[stated - 1].misfits))
    for one in results:
        key = one.printed.item.key
        if one.base is None:
            said = sentence(
                "%(percent)s%% fits no base up to %(n)s.", percent=one.printed.percent, n=respondents
            )
            found.append(Contradiction("base-none", said, (key,)))
        elif one.base != respondents:
            only = all(n == one.base for _, n in one.others)
            needs = (
                sentence("a base of %(n)s", n=one.base)
                if only
                else sentence("a smaller base, such as %(n)s", n=one.base)
            )
            said = sentence(
                "%(percent)s%% does not fit %(n)s and needs %(needs)s: %(yes)s of %(base)s, so that %(missing)s of "
                "%(n)s did not answer this item.",
                percent=one.printed.percent,
                n=respondents,
                needs=needs,
                yes=one.yes,
                base=one.base,
                missing=one.missing,
            )
            found.append(Contradiction("base-smaller", said, (key,)))
        found += _of_item(one)
    if publication.surveyed is not None and publication.surveyed < all_:
        said = sentence(
            "%(all)s items are printed, and only %(n)s were surveyed.", all=all_, n=publication.surveyed
        )
        found.append(Contradiction("items-surplus", said))
    return found


def _of_item(one: Inferred) -> list[Contradiction]:
    printed, found = one.printed, []
    low, high = spread(printed.percent)
    for claim in printed.claims:
        other_low, other_high = spread(claim.percent)
        if other_low > high or other_high < low:
            said = sentence(
                "%(here)s%% here, and %(there)s%% in %(place)s.",
                here=printed.percent,
                there=claim.percent,
                place=claim.place,
            )
            found.append(Contradiction("percent-twice", said, (printed.item.key,)))
    share = one.result.share if one.result else None
    if share is not None and printed.band and not _within(share, printed.band):
        said = sentence(
            "%(yes)s of %(base)s does not lie in the band %(band)s that the study puts it in.",
            yes=one.yes,
            base=one.base,
            band=printed.band,
        )
        found.append(Contradiction("band-stated", said, (printed.item.key,)))
    return found


def _within(share: Fraction, band: str) -> bool:
    match = _BAND.fullmatch(band.strip())
    if not match:
        return True  # a band in words says nothing that could be checked
    if match[1]:
        return Fraction(match[1]) / 100 <= share <= Fraction(match[2]) / 100
    limit = Fraction(match[4]) / 100
    return share <= limit if match[3] in ("<=", "≤") else share >= limit


def percentage(text: str) -> str:
    """A percentage as printed, without its sign. Raises `BadSurveyError` for what is none."""
    plain = text.strip().removesuffix("%").strip()
    if re.fullmatch(r"\d+\s*(of|/|out of)\s*\d+", plain):
        raise BadSurveyError(
            f"“{text}” is a count of a base, where a percentage belongs.", hint="Print 91.67."
        )
    if not _PERCENT.fullmatch(plain) or Decimal(plain) > 100:
        raise BadSurveyError(f"“{text[:60]}” is no percentage.", hint="Write it as printed: 75, 41.67.")
    return plain
