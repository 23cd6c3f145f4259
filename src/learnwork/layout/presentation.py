"""How single values are said to a person: numbers, money, spans of time, dates, addresses, statuses, figures.

Shared by pages and the command; words, numbers, dates and money are those of the language in force (`locales`),
which for the command and the API is always plain English. Input is hostile: what cannot be read as what it claims to
be is said as it stands, never raised.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from learnwork.layout import locales

if TYPE_CHECKING:
    from learnwork.registry.views import Figure
    from learnwork.vocabulary.measures import Measure
from learnwork.vocabulary.sentences import Sentence

# Four different things, none of them a zero.
MISSING = {
    "suppressed": gettext_noop("withheld (small group)"),
    "not known": gettext_noop("not known"),
    "none": gettext_noop("none"),
    "not applicable": gettext_noop("n/a"),
}
# How keys of measures end that are lower bounds: the publisher prints no wage above a limit.
AT_LEAST = "_at_least"
# What units count.
_COUNTED: dict[str, Callable[[float], str]] = {
    "awards": lambda n: ngettext("award", "awards", n),
    "credentials": lambda n: ngettext("credential", "credentials", n),
    "jobs": lambda n: ngettext("job", "jobs", n),
    "openings": lambda n: ngettext("opening", "openings", n),
    "people": lambda n: ngettext("person", "people", n),
    "students": lambda n: ngettext("student", "students", n),
    "years": lambda n: ngettext("year", "years", n),
    "year": lambda n: ngettext("year", "years", n),
    "month": lambda n: ngettext("month", "months", n),
    "week": lambda n: ngettext("week", "weeks", n),
    "day": lambda n: ngettext("day", "days", n),
    "hour": lambda n: ngettext("hour", "hours", n),
    "minute": lambda n: ngettext("minute", "minutes", n),
    "second": lambda n: ngettext("second", "seconds", n),
}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_SCALE = re.compile(r"\d+ to (\d+)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DURATION = re.compile(
    r"P(?:(?P<year>\d+(?:\.\d+)?)Y)?(?:(?P<month>\d+(?:\.\d+)?)M)?(?:(?P<week>\d+(?:\.\d+)?)W)?(?:(?P<day>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hour>\d+(?:\.\d+)?)H)?(?:(?P<minute>\d+(?:\.\d+)?)M)?(?:(?P<second>\d+(?:\.\d+)?)S)?)?"
)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def number(value: float, places: int | None = None) -> str:
    """`1234567.5` as "1,234,567.5"; whole numbers without a point."""
    if not math.isfinite(value):
        return _("not known")
    if places is None:
        places = 0 if value == int(value) else 2
    text = f"{value:,.{places}f}"
    if places and places != 1:
        text = text.rstrip("0").rstrip(".")
    return locales.marks(text)


def money(value: float, currency: str = "USD") -> str:
    """`4500` as "$4,500"; cents only where there are any; "−" before what is negative."""
    if not math.isfinite(value):
        return _("not known")
    text = locales.marks(f"{abs(value):,.2f}".removesuffix(".00"))
    code = currency.upper() if _CURRENCY.fullmatch(currency.upper()) else "USD"
    sign = _SIGNS.get(code, f"{code}\N{NO-BREAK SPACE}")
    return f"{'−' if value < 0 else ''}{sign}{text}"


def count(value: float, one: str, many: str = "") -> str:
    """`count(2, "program")` is "2 programs"."""
    return f"{number(value)} {ngettext(one, many or one + 's', 1 if value == 1 else 2)}"


def duration(text: str) -> str:
    """ISO 8601 `P1Y6M` as "1 year 6 months", `PT120H` as "120 hours"; anything else as it stands."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return text
    parts = []
    for unit, amount in match.groupdict().items():
        if amount is not None and float(amount):
            parts.append(f"{number(float(amount))} {_counted(unit, float(amount))}")
    return " ".join(parts) or text


def day(value: str | date | datetime | None) -> str:
    """`2026-06-10` as "10 June 2026", `2026-06` as "June 2026"; what is no date as it stands."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else value
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text
    year, month, of_month = match[1], int(match[2] or 0), int(match[3] or 0)
    if match[2] is None:
        return year
    if not 1 <= month <= 12 or (match[3] is not None and not 1 <= of_month <= 31):
        return text
    return locales.date(year, month, of_month)


def period(text: str) -> str:
    """When a figure was so: `2025-05` as "May 2025", `2024-2034` as "2024–2034"; else as it stands."""
    if re.fullmatch(r"\d{4}-\d{4}", text):
        return text.replace("-", "–")
    return day(text)


def safe_url(text: str) -> str | None:
    """The address if a page may link to it: http or https, a host, no credentials, nothing invisible."""
    if len(text) > 2_000 or _CONTROL.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or parts.username is not None:
        return None
    return text


def short_url(url: str) -> str:
    """What to show of an address: host and path, at most 60 characters."""
    parts = urlsplit(url)
    text = f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def translated(words: str) -> str:
    """Words of ours in the language in force: a label, or a sentence with all that was put into it."""
    if isinstance(words, Sentence):
        return _(words.template) % {
            name: translated(value) if isinstance(value, Sentence) else value
            for name, value in words.data.items()
        }
    return _(words) if words else ""


def missing(status: str) -> str:
    """What to say where there is no value."""
    return _(MISSING.get(status, status or "not known"))


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure in words: value with its unit, "of n", precision. `missing` where the value is not given."""

    value: str
    base: str = ""
    precision: str = ""
    missing: bool = False

    def __str__(self) -> str:
        extra = ", ".join(part for part in (self.base, self.precision) if part)
        return f"{self.value} ({extra})" if extra else self.value


def format_figure(figure: Figure) -> FigureText:
    """A figure with its unit, its base and its precision: "$6,821 a quarter (of 31)"; or what is missing."""
    return format_measured(figure.measure, figure.value, figure.status, figure.base, figure.precision)


def format_measured(
    measure: Measure, value: float | None, status: str, base: int | None, precision: float | None = None
) -> FigureText:
    """The same for a value that travels without a `Figure`."""
    known = "" if base is None else f"n = {number(base)}" if measure.kind == "rating" else _of(base)
    if status != "reported" or value is None or not math.isfinite(value):
        why = missing(status if status != "reported" else "not known")
        if status == "suppressed" and measure.about == "occupation":
            why = _(
                "withheld"
            )  # estimates of jobs and wages are withheld for other reasons than a small group
        return FigureText(why, known, missing=True)
    share = measure.unit == "share"
    percentage = value * 100 if share else value
    if share or measure.unit.startswith("per cent"):
        text = f"{number(percentage, 1).removesuffix('.0')}%"
        known = _k_of_n(percentage, base) if base else known
    else:
        text = _in_unit(value, measure.unit)
    if (
        base is None
        and measure.about == "program"
        and measure.kind in ("earnings", "debt", "rate")
        and not measure.derived
    ):
        known = _("base not published")
    if measure.key.endswith(AT_LEAST):
        text = _("at least %(figure)s") % {"figure": text}
    error = _("± %(share)s%% standard error") % {"share": number(precision, 1)} if precision else ""
    return FigureText(text, known, error)


def _of(base: int) -> str:
    return _("of %(all)s") % {"all": number(base)}


def _counted(unit: str, amount: float) -> str:
    """What a unit counts, in the number that goes with an amount; unknown units as they stand."""
    # Rules of plurals are about whole numbers; what is no whole number is many.
    say = _COUNTED.get(unit)
    return say(1 if amount == 1 else 2) if say else _(unit) if unit else ""


def _k_of_n(percentage: float, base: int) -> str:
    """ "24 of 31", where one whole number alone gives the percentage; else "of 31". Never a guessed count."""
    counted = round(percentage / 100 * base) if 0 <= percentage <= 100 else -1
    if counted >= 0 and base <= 800 and abs(100 * counted / base - percentage) <= 0.06:
        return _("%(some)s of %(all)s") % {"some": number(counted), "all": number(base)}
    return _of(base)


def _in_unit(value: float, unit: str) -> str:
    """Units begin with what is counted: "USD", "USD a quarter", "people", "years"; scales are "1 to 5"."""
    head, _space, rest = unit.partition(" ")
    if _CURRENCY.fullmatch(head):
        amount = money(value if rest == "an hour" else round(value), head)
        return f"{amount} {_(rest) if rest else ''}".strip()
    if scale := _SCALE.fullmatch(unit):
        return _("%(some)s of %(all)s") % {"some": number(value), "all": scale[1]}
    return f"{number(value)} {_counted(head, value)} {_(rest) if rest else ''}".strip()
