"""How an answer is narrowed: filters as lists of links, and the chips of what is chosen.

A page has a few hundred such links, so the parts of their addresses that are alike are written once, and the list
items are written here: a template takes ten times as long over them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learnwork.layout import presentation
from learnwork.search import own
from learnwork.search.facets import BANDS
from learnwork.search.query import Limit, Query, written
from learnwork.search.results import Facet, FacetValue, Results
from learnwork.web.screen import Screen

# Facets whose values are words of ours; those of the others are names.
_WORDED = frozenset(
    {"type", "class", "level", "delivery", "quality", "status", "origin", "awarded", "cost", "weeks", "hours"}
    | {"earnings", "earnings_1yr", "earnings_quarter", "awards", "kind"}
)
_OPEN = frozenset({"type", "level"})
_FEW = 10  # values of a filter of which nothing is chosen
_SPARED = 4  # a link to fewer further values than that is not worth following
_ALL = 200  # values of a filter that is looked at as a whole
_SHOWN = 60
_NOW = ' aria-current="true"'


@dataclass(frozen=True, slots=True)
class Filter:
    """One facet: open where something of it is chosen. items: its values as list items of links.

    whole: the page with all its values, "" where they are here. more: even then some would be missing.
    """

    key: str
    label: str
    items: SafeString
    open: bool
    whole: str
    more: bool
    count: int


def narrowed(facet: Facet, query: Query, looked_at: Screen) -> Filter:
    """The facet as links that add a value, or take away one that is chosen."""
    values = facet.values
    chosen, whole = any(one.selected for one in values), looked_at.opened == facet.key
    few = _FEW if len(values) > _FEW + _SPARED else len(values)
    shown = values[: _ALL if whole else _SHOWN if chosen else few]
    here = replace(looked_at, opened="")
    items = _items(shown, facet.key, toggling(facet.key, query, here))
    return Filter(
        key=facet.key,
        label=_(facet.label),
        items=items,
        open=chosen or whole or facet.key in _OPEN,
        whole=replace(looked_at, opened=facet.key).url(query) if len(shown) < len(values) else "",
        more=facet.more or len(values) > _ALL,
        count=len(values),
    )


def _items(values: Sequence[FacetValue], key: str, address: Callable[[str], str]) -> SafeString:
    worded, language = key in _WORDED, get_language() or ""
    marks = presentation.number
    text = "".join(
        f'<li class="depth-{one.depth}"><a href="{escape(address(one.value))}"{_NOW if one.selected else ""}'
        f' rel="nofollow"><span>{_worded(one.label, language) if worded else escape(one.label)}</span>'
        f"<span>{marks(one.count)}</span></a></li>"
        for one in values
    )
    return mark_safe(text)  # noqa: S308 - every part is escaped or a number


@lru_cache(2_000)
def _worded(label: str, language: str) -> str:
    """A label of ours in the language in force, escaped."""
    return escape(_(label))


def toggling(key: str, query: Query, looked_at: Screen) -> Callable[[str], str]:
    """Value → the address of the page with the value of one filter added, or taken away."""
    if key in BANDS:
        return _of_band(key, query, looked_at)
    rest = looked_at.url(query.with_values(key, ()))
    joined = _joined(rest)
    name = "is=" + quote_plus(own.held(key, "")) if own.is_own(key) else f"{key}="
    chosen = frozenset(query.values(key))
    if not chosen:
        return lambda value: f"{joined}{name}{_quoted(value)}"

    def address(value: str) -> str:
        left = sorted(chosen ^ {value})
        return joined + "&".join(f"{name}{_quoted(one)}" for one in left) if left else rest

    return address


def _of_band(key: str, query: Query, looked_at: Screen) -> Callable[[str], str]:
    rest, limit = looked_at.url(query.with_limit(key, None, None)), query.limit(key)
    joined = _joined(rest)

    def address(value: str) -> str:
        low, _, high = value.partition("-")
        if limit == Limit(key, float(low), float(high) if high else None):
            return rest
        return f"{joined}{key}_min={low}" + (f"&{key}_max={high}" if high else "")

    return address


def _joined(address: str) -> str:
    """An address that takes one parameter more."""
    return address if address.endswith("?") else f"{address}&"


_quoted = lru_cache(10_000)(quote_plus)


def chips(query: Query, results: Results, looked_at: Screen) -> tuple[tuple[str, str], ...]:
    """Every applied filter in words, with the URL that takes it away."""
    labels = {(facet.key, one.value): one.label for facet in results.facets for one in facet.values}
    types = query.values("type")
    found = []
    for key, values in query.filters:
        for value in values:
            label = labels.get((key, value)) or value
            label = _(label) if key in _WORDED else label
            found.append((f"{_(own.choice(key, types).label)}: {label}", query.toggle(key, value)))
    found += [(_limit(limit), query.with_limit(limit.key, None, None)) for limit in query.limits]
    if query.near:
        said = _("Within %(miles)s miles of %(place)s")
        words = said % {"miles": written(query.within), "place": query.near}
        found.append((words, replace(query, near="", after="")))
    return tuple((label, looked_at.url(without)) for label, without in found)


def _limit(limit: Limit) -> str:
    band = BANDS[limit.key]

    def said(number: float) -> str:
        return (
            presentation.money(number)
            if band.unit == "$"
            else f"{presentation.number(number)} {_(band.unit)}"
        )

    if limit.low is not None and limit.high is not None:
        words = _("%(low)s to %(high)s") % {"low": said(limit.low), "high": said(limit.high)}
    elif limit.low is not None:
        words = _("%(low)s or more") % {"low": said(limit.low)}
    else:
        words = _("up to %(high)s") % {"high": said(limit.high or 0)}
    return f"{_(band.label)}: {words}"
