"""The one question object: what is asked, as the URL says it. Parsing never fails; it clips and says so.

    Query.from_params({"q": "welding camden", "level": ["3", "2"], "cost_max": "5000"})

Parameters: `q` words ("phrase", -without); one parameter a facet (`facets.CHOICES`), repeated for "or";
`is=TERM=VALUE` for the properties that resource types make filters of (`own`), repeated likewise; a smallest
and a greatest number a band (`cost_min`, `cost_max`); `near` (ZIP or "latitude,longitude") and `within` (miles);
`sort`; `after` (cursor of a page); `size`; `exact=1` (do not mend the spelling); `count` (facets to count).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from learnwork.search import own
from learnwork.search.facets import BANDS, CHOICES, DEFAULT, SORTS

MAX_CHARACTERS = 1000
MAX_WORDS = 32
MAX_VALUES = 100
MAX_VALUE = 200
MAX_SIZE = 100
DEFAULT_SIZE = 20
MAX_MILES = 12500.0  # half way round the earth
DEFAULT_MILES = 25.0
_OTHER = frozenset({"q", "is", "near", "within", "sort", "after", "size", "exact", "count"})
_LIMITS = frozenset(f"{key}_{end}" for key in BANDS for end in ("min", "max"))
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*")
_ZIP = re.compile(r"\s*(\d{5})(?:-\d{4})?\s*")

Params = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What of a question could not be taken as it was, and what was done instead."""

    parameter: str
    message: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Smallest and greatest number of a band, both included; None for open."""

    key: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Query:
    """A question, in normal form: two questions that ask the same are equal.

    filters: (facet, values) in order of the facets' keys. near: a ZIP, or "latitude,longitude".
    counted: facets to count beside those with a value chosen. problems: what was clipped; no part of the question.
    """

    words: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[Limit, ...] = ()
    near: str = ""
    within: float = DEFAULT_MILES
    sort: str = "relevance"
    after: str = ""
    size: int = DEFAULT_SIZE
    exact: bool = False
    counted: tuple[str, ...] = DEFAULT
    problems: tuple[QueryProblem, ...] = field(default=(), compare=False)

    @classmethod
    def from_params(cls, params: Params) -> Query:
        """The question that parameters ask. Whatever they hold, this gives a question and a list of problems."""
        return _Parser(params).query()

    def to_params(self) -> dict[str, list[str]]:
        """The parameters of this question, defaults left out: `from_params(q.to_params()) == q`."""
        params: dict[str, list[str]] = {"q": [self.words]} if self.words else {}
        params |= {key: list(values) for key, values in self.filters if not own.is_own(key)}
        if more := [
            own.held(key, value) for key, values in self.filters if own.is_own(key) for value in values
        ]:
            params["is"] = more
        for limit in self.limits:
            for end, number in (("min", limit.low), ("max", limit.high)):
                if number is not None:
                    params[f"{limit.key}_{end}"] = [written(number)]
        if self.near:
            params["near"] = [self.near]
            if self.within != DEFAULT_MILES:
                params["within"] = [written(self.within)]
        if self.sort != "relevance":
            params["sort"] = [self.sort]
        if self.after:
            params["after"] = [self.after]
        if self.size != DEFAULT_SIZE:
            params["size"] = [str(self.size)]
        if self.exact:
            params["exact"] = ["1"]
        if self.counted != DEFAULT:
            params["count"] = list(self.counted) or [""]
        return params

    def to_url(self) -> str:
        """The question as the query string of a URL, without the question mark."""
        return urlencode(self.to_params(), doseq=True)

    def values(self, key: str) -> tuple[str, ...]:
        return next((values for name, values in self.filters if name == key), ())

    def limit(self, key: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.key == key), None)

    def with_values(self, key: str, values: Iterable[str]) -> Query:
        """The same question from its first page with other values of one facet."""
        filters = dict(self.filters) | {key: tuple(sorted(set(values)))}
        return replace(self, after="", filters=tuple((k, v) for k, v in sorted(filters.items()) if v))

    def with_limit(self, key: str, low: float | None, high: float | None) -> Query:
        kept = [limit for limit in self.limits if limit.key != key]
        if low is not None or high is not None:
            kept.append(Limit(key, low, high))
        return replace(self, after="", limits=tuple(sorted(kept, key=lambda limit: limit.key)))

    def toggle(self, key: str, value: str) -> Query:
        """The question with one value of a facet (or one band, "1000-2499.99") added, or taken away."""
        if key in BANDS:
            low, _dash, high = value.partition("-")
            band = Limit(key, float(low), float(high) if high else None)
            return self.with_limit(key, *((None, None) if self.limit(key) == band else (band.low, band.high)))
        chosen = set(self.values(key))
        return self.with_values(key, chosen ^ {value})

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude of `near`, where it is a point."""
        match = _POINT.fullmatch(self.near)
        return (float(match[1]), float(match[2])) if match else None


def written(number: float) -> str:
    """A number as a URL carries it: without a useless ".0", and read back as the same number."""
    return str(int(number)) if number == int(number) else repr(number)


class _Parser:
    """Takes parameters one by one and keeps what it had to change."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.problems: list[QueryProblem] = []

    def query(self) -> Query:
        near, within = self.place()
        return Query(
            words=self.words(),
            filters=self.filters(),
            limits=self.limits(),
            near=near,
            within=within,
            sort=self.one_of("sort", tuple(SORTS), "relevance"),
            after=self.last("after")[:500],
            size=self.size(),
            exact=self.last("exact") not in ("", "0", "false", "no"),
            counted=self.counted(),
            problems=self.unknown(),
        )

    def problem(self, parameter: str, message: str) -> None:
        self.problems.append(QueryProblem(parameter, message))

    def all(self, key: str) -> list[str]:
        getlist = getattr(self.params, "getlist", None)
        value = getlist(key) if getlist else self.params.get(key, ())
        values = [value] if isinstance(value, str) else value
        return [_clean(str(one)) for one in values]

    def last(self, key: str) -> str:
        values = self.all(key)
        return values[-1] if values else ""

    def words(self) -> str:
        text = self.last("q")
        if text.count('"') % 2:
            text = " ".join(text[::-1].replace('"', " ", 1)[::-1].split())
            self.problem(
                "q", _("A quotation mark had no partner and was left out. Put a phrase between two.")
            )
        words = text[:MAX_CHARACTERS].split(" ")
        if len(text) > MAX_CHARACTERS or len(words) > MAX_WORDS:
            words = words[:MAX_WORDS]
            self.problem("q", _("Only the first %(n)s words were searched.") % {"n": len(words)})
            if " ".join(words).count('"') % 2:
                words.append('"')
        return " ".join(words)

    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        left, filters = MAX_VALUES, []
        asked = {key: self.all(key)[: 10 * MAX_VALUES] for key in sorted(CHOICES)} | self.more()
        for key, values in sorted(asked.items()):
            given = dict.fromkeys(value for value in values if value)
            kept = sorted(value for value in given if len(value) <= MAX_VALUE)[:left]
            if len(kept) < len(given):
                self.problem(
                    "is" if own.is_own(key) else key,
                    _("A question takes at most %(n)s chosen values; the others were left out.")
                    % {"n": MAX_VALUES},
                )
            left -= len(kept)
            if kept:
                filters.append((key, tuple(kept)))
        return tuple(filters)

    def more(self) -> dict[str, list[str]]:
        """The filters that types bring with them, by key."""
        found: dict[str, list[str]] = {}
        refused: dict[str, None] = {}
        for given in self.all("is")[: 10 * MAX_VALUES]:
            term, _equals, value = given.partition("=")
            term, value = term.strip(), own.trimmed(value)
            message = own.refusal(term if value else "")
            if not message:
                found.setdefault(own.PREFIX + term, []).append(value)
            elif given:
                refused[message] = None
        for message in list(refused)[:5]:
            self.problem("is", message)
        return found

    def limits(self) -> tuple[Limit, ...]:
        limits = []
        for key in sorted(BANDS):
            low, high = self.number(f"{key}_min"), self.number(f"{key}_max")
            if low is not None and high is not None and low > high:
                low, high = high, low
                self.problem(
                    f"{key}_min", _("The smallest number was above the greatest; they were exchanged.")
                )
            if low is not None or high is not None:
                limits.append(Limit(key, low, high))
        return tuple(limits)

    def number(self, key: str) -> float | None:
        text = self.last(key).replace(",", "").lstrip("$")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0:
            self.problem(
                key, _("“%(text)s” is not a number of zero or more; it was left out.") % {"text": text[:40]}
            )
            return None
        return min(number, 1e9)

    def place(self) -> tuple[str, float]:
        text = self.last("near")
        if not text:
            return "", DEFAULT_MILES
        zip_code, point = _ZIP.fullmatch(text), _POINT.fullmatch(text)
        if zip_code:
            near = zip_code[1]
        elif point and abs(float(point[1])) <= 90 and abs(float(point[2])) <= 180:
            near = f"{written(float(point[1]))},{written(float(point[2]))}"
        else:
            self.problem(
                "near", _("A place is a ZIP code of five digits, or latitude and longitude: 39.94,-75.12.")
            )
            return "", DEFAULT_MILES
        within = self.number("within")
        if within is not None and within > MAX_MILES:
            self.problem(
                "within",
                _("Nothing on earth is farther than %(n)s miles; that was searched.")
                % {"n": f"{MAX_MILES:.0f}"},
            )
        return near, DEFAULT_MILES if within is None else min(within, MAX_MILES)

    def size(self) -> int:
        text = self.last("size")
        if not text:
            return DEFAULT_SIZE
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 0 < int(text) <= MAX_SIZE:
            self.problem(
                "size",
                _("A page holds 1 to %(n)s results; “%(text)s” was not taken.")
                % {"n": MAX_SIZE, "text": text[:20]},
            )
            return DEFAULT_SIZE
        return int(text)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        text = self.last(key)
        if text and text not in allowed:
            self.problem(
                key,
                _("“%(text)s” is not one of %(allowed)s.")
                % {"text": text[:40], "allowed": ", ".join(allowed)},
            )
        return text if text in allowed else default

    def counted(self) -> tuple[str, ...]:
        if "count" not in self.params:
            return DEFAULT
        named = dict.fromkeys(value for value in self.all("count")[:100] if value)
        unknown = [key for key in named if key not in CHOICES and key not in BANDS]
        if unknown:
            self.problem("count", _("No facet is called “%(name)s”.") % {"name": unknown[0][:40]})
        return tuple(key for key in named if key in CHOICES or key in BANDS)

    def unknown(self) -> tuple[QueryProblem, ...]:
        """The problems so far, and one for the first parameters that no question has."""
        odd = [key for key in self.params if key not in CHOICES and key not in _LIMITS and key not in _OTHER]
        for key in odd[:5]:
            name = _clean(key)[:40]
            self.problem(name, _("There is no filter “%(name)s”; it was passed over.") % {"name": name})
        return tuple(self.problems)


def _clean(text: str) -> str:
    """Control characters out, runs of space to one, composed form: the same question has one spelling."""
    text = unicodedata.normalize("NFC", text[: 20 * MAX_CHARACTERS])
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in text).split())
