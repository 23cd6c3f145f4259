"""The page of search results: the answer of the engine in the words and links that a reader needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learnwork.layout import presentation
from learnwork.layout.presentation import FigureText
from learnwork.layout.values import plain, show
from learnwork.registry import outlook, queries
from learnwork.registry.models import Group
from learnwork.registry.views import BulkRow
from learnwork.search import engine, own
from learnwork.search.facets import BANDS, SORT_LABELS
from learnwork.search.query import Limit, Query, written
from learnwork.search.results import Facet, Results
from learnwork.search.schema import Hit
from learnwork.vocabulary.codes import award_levels
from learnwork.vocabulary.measures import Measure, by_key
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import by_key as type_by_key
from learnwork.web.claims import standing

# What the page counts where the question does not say. Each facet costs about a millisecond on the whole nation.
COUNTED = (
    "type",
    "level",
    "field",
    "state",
    "county",
    "provider",
    "delivery",
    "cost",
    "weeks",
    "earnings",
    "earnings_quarter",
    "quality",
    "awarded",
    "origin",
    "source",
)
Groups = Mapping[tuple[str, str, float | None], Group]
_OPEN = frozenset({"type", "level"})
_SHOWN = 60
_AWARDS = "ipeds.awards"
_AWARDS_SOURCE = "ipeds-completions"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet as a link that adds it, or takes it away where it is chosen."""

    label: str
    count: int
    url: str
    selected: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Filter:
    """One facet: open where something of it is chosen. more: further values exist."""

    key: str
    label: str
    options: tuple[Option, ...]
    open: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Earnings:
    """What completers earn, as one source says: value with unit, when, of how many, shared by how many programs."""

    label: str
    text: FigureText
    when: str
    shared_by: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One result with what a person asks of it; "" and None where nothing is known."""

    hit: Hit
    kind: str
    place: str
    cost: str
    duration: str
    earnings: tuple[Earnings, ...]
    awards: str
    distance: str
    sample: bool
    proposed: bool
    not_since: str
    standing: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """See web/search.html."""

    query: Query
    results: Results
    hits: tuple[Shown, ...]
    filters: tuple[Filter, ...]
    chips: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str, bool], ...]
    hidden: tuple[tuple[str, str], ...]
    next: str
    first: str
    exact: str
    without_filters: str

    @property
    def title(self) -> str:
        return self.query.words or (self.chips[0][0] if self.chips else "Everything")


def results_page(params: Mapping[str, Any]) -> ResultsPage:
    """The page for the parameters of a URL, whatever they hold."""
    asked = Query.from_params(params)
    results = engine.search(asked if "count" in params else replace(asked, counted=COUNTED))
    query = results.query if "count" in params else replace(results.query, counted=asked.counted)
    return ResultsPage(
        query=query,
        results=results,
        hits=_shown(results.hits),
        filters=tuple(_filter(facet, query) for facet in results.facets if facet.values),
        chips=_chips(query, results),
        sorts=tuple(
            (label, _url(replace(query, sort=key, after="")), key == query.sort)
            for key, label in SORT_LABELS.items()
        ),
        hidden=_hidden(query),
        next=_url(replace(query, after=results.next)) if results.next else "",
        first=_url(replace(query, after="")) if query.after else "",
        exact=_url(replace(query, exact=True, after="")),
        without_filters=_url(Query(words=query.words)) if query.filters or query.limits or query.near else "",
    )


def _url(query: Query) -> str:
    return f"/search?{query.to_url()}"


def _filter(facet: Facet, query: Query) -> Filter:
    options = tuple(
        Option(one.label, one.count, _url(query.toggle(facet.key, one.value)), one.selected, one.depth)
        for one in facet.values[:_SHOWN]
    )
    chosen = any(one.selected for one in options)
    more = facet.more or len(facet.values) > _SHOWN
    return Filter(facet.key, facet.label, options, chosen or facet.key in _OPEN, more)


def _chips(query: Query, results: Results) -> tuple[tuple[str, str], ...]:
    """Every applied filter in words, with the URL that takes it away."""
    labels = {(facet.key, one.value): one.label for facet in results.facets for one in facet.values}
    types = query.values("type")
    chips = [
        (
            f"{own.choice(key, types).label}: {labels.get((key, value)) or value}",
            _url(query.toggle(key, value)),
        )
        for key, values in query.filters
        for value in values
    ]
    chips += [(_limit(limit), _url(query.with_limit(limit.key, None, None))) for limit in query.limits]
    if query.near:
        miles = f"Within {written(query.within)} miles of {query.near}"
        chips.append((miles, _url(replace(query, near="", after=""))))
    return tuple(chips)


def _limit(limit: Limit) -> str:
    band = BANDS[limit.key]

    def said(number: float) -> str:
        return (
            presentation.money(number) if band.unit == "$" else f"{presentation.number(number)} {band.unit}"
        )

    if limit.low is not None and limit.high is not None:
        return f"{band.label}: {said(limit.low)} to {said(limit.high)}"
    if limit.low is not None:
        return f"{band.label}: {said(limit.low)} or more"
    return f"{band.label}: up to {said(limit.high or 0)}"


def _hidden(query: Query) -> tuple[tuple[str, str], ...]:
    """What a form on the page must carry along: all of the question but its words, place and page."""
    params = replace(query, words="", near="", after="").to_params()
    params.pop("within", None)
    return tuple((key, value) for key, values in params.items() for value in values)


def _shown(hits: Sequence[Hit]) -> tuple[Shown, ...]:
    earnings = {measure.number: measure for measure in by_key.values() if measure.kind == "earnings"}
    wanted = [*earnings, *(by_key[key].number for key in (_AWARDS,) if key in by_key)]
    rows = {row.ctid: row for row in queries.bulk([hit.id for hit in hits], wanted)} if hits else {}
    sharing = [row for row in rows.values() if any(figure[5] for figure in row.figures)]
    groups = outlook.groups_of(sharing, list(earnings)) if sharing else {}
    newest = outlook.newest_figures(_AWARDS_SOURCE) if any(_periods(row) for row in rows.values()) else None
    year = str(newest.year) if newest else ""
    return tuple(_one(hit, rows.get(hit.ctid), groups.get(hit.id, {}), year) for hit in hits)


def _one(hit: Hit, row: BulkRow | None, groups: Groups, newest: str) -> Shown:
    document = row.document if row else {}
    periods = _periods(row)
    return Shown(
        hit=hit,
        kind=_kind(hit),
        place=", ".join(part for part in (hit.city, hit.state) if part) or hit.county_name,
        cost=presentation.money(hit.cost) if hit.cost is not None else "",
        duration=plain(show(document.get("ceterms:estimatedDuration"), "duration")) or _duration(hit),
        earnings=_earnings(row, groups),
        awards=_awards(row, max(periods)) if periods else "",
        distance=_miles(hit.distance, hit.approximate),
        sample=bool(document.get("lw:sample")),
        proposed=bool(document.get("lw:proposed")),
        not_since=max(periods) if periods and newest and max(periods) < newest else "",
        standing=standing(document),
    )


def _kind(hit: Hit) -> str:
    if hit.level in award_levels:
        return award_levels[hit.level].label
    type_ = type_by_key(hit.type)
    return term_label(hit.ctdl_class) if type_.key in ("credential", "learning_opportunity") else type_.label


def _duration(hit: Hit) -> str:
    weeks = f"{presentation.number(hit.weeks)} {'week' if hit.weeks == 1 else 'weeks'}" if hit.weeks else ""
    hours = f"{presentation.number(hit.hours)} {'hour' if hit.hours == 1 else 'hours'}" if hit.hours else ""
    return f"{weeks} ({hours})" if weeks and hours else weeks or hours


def _miles(distance: float | None, approximate: bool) -> str:
    if distance is None:
        return ""
    about = "about " if approximate else ""
    if distance < 1:
        return "about a mile away" if approximate else "less than a mile away"
    return f"{about}{presentation.count(round(distance), 'mile')} away"


def _periods(row: BulkRow | None) -> list[str]:
    return [figure[1] for figure in row.figures if figure[0] == _AWARDS] if row else []


def _awards(row: BulkRow | None, period: str) -> str:
    total = sum(f[2] or 0 for f in row.figures if f[0] == _AWARDS and f[1] == period) if row else 0
    return f"{presentation.number(total)} in {period}"


def _earnings(row: BulkRow | None, groups: Groups) -> tuple[Earnings, ...]:
    """The newest reported figure of at most one yearly and one other measure: they are never mixed."""
    best: dict[str, tuple[tuple[str, int], Measure, tuple[Any, ...]]] = {}
    for figure in row.figures if row else ():
        measure = by_key[figure[0]]
        if measure.kind != "earnings" or measure.derived or figure[2] is None or figure[3] != "reported":
            continue
        rank = (figure[1], -measure.number)
        if measure.unit not in best or rank > best[measure.unit][0]:
            best[measure.unit] = (rank, measure, figure)
    return tuple(_earned(measure, figure, groups) for _, measure, figure in list(best.values())[:2])


def _earned(measure: Measure, figure: tuple[Any, ...], groups: Groups) -> Earnings:
    key, period, value, status, base, shared = figure
    group = groups.get((key, period, value)) if shared else None
    return Earnings(
        measure.label,
        presentation.format_measured(measure, value, status, base),
        measure.horizon or presentation.period(period),
        _programs_of(group) if group else None,
    )


def _programs_of(group: Group) -> int:
    """How many current programs share a group's figures: counted by the index, which remembers the answer."""
    params: dict[str, list[str]] = {"provider": [group.provider], "field": [group.field], "count": [""]}
    if group.levels:
        params["level"] = group.levels.split(",")
    return engine.search(Query.from_params(params)).total
