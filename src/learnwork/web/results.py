"""The page of search results: the answer of the engine in the words and links that a reader needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from learnwork.layout import presentation
from learnwork.layout.presentation import FigureText
from learnwork.layout.values import plain, show
from learnwork.registry import outlook, queries
from learnwork.registry.models import Group
from learnwork.registry.views import BulkRow
from learnwork.search import engine
from learnwork.search.facets import SORT_LABELS
from learnwork.search.query import Query
from learnwork.search.results import Results
from learnwork.search.schema import Hit
from learnwork.vocabulary.codes import award_levels
from learnwork.vocabulary.measures import Measure, by_key
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import by_key as type_by_key
from learnwork.web import maps, narrowing, screen
from learnwork.web.claims import standing
from learnwork.web.screen import Screen

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
_AWARDS = "ipeds.awards"
_AWARDS_SOURCE = "ipeds-completions"


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
    keep: str
    kept: bool
    sample: bool
    proposed: bool
    not_since: str
    standing: str


@dataclass(frozen=True, slots=True)
class Tray:
    """What is kept to be compared: (name, where it leads, the page without it)."""

    things: tuple[tuple[str, str, str], ...]
    compare: str

    @property
    def enough(self) -> bool:
        return len(self.things) > 1


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """See web/search.html. other_view, other_rows: the same answer, looked at otherwise. feed, mail: how to keep up."""

    query: Query
    screen: Screen
    results: Results
    hits: tuple[Shown, ...]
    filters: tuple[narrowing.Filter, ...]
    chips: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str, bool], ...]
    hidden: tuple[tuple[str, str], ...]
    next: str
    first: str
    exact: str
    without_filters: str
    other_view: str
    other_rows: str
    tray: Tray | None
    map: maps.Map | None
    whole_map: str
    feed: str
    mail: str

    @property
    def title(self) -> str:
        return self.query.words or (self.chips[0][0] if self.chips else _("Everything"))

    @property
    def earnings_of(self) -> tuple[str, ...]:
        """The kinds of earnings in the table of close rows, a column each: they are never mixed."""
        return tuple(dict.fromkeys(one.label for shown in self.hits for one in shown.earnings))


def results_page(params: Mapping[str, Any]) -> ResultsPage:
    """The page for the parameters of a URL, whatever they hold."""
    looked_at = Screen.from_params(params)
    asked = Query.from_params(screen.without_screen(params))
    counted = "count" in params
    results = engine.search(asked if counted else replace(asked, counted=COUNTED))
    query = results.query if counted else replace(results.query, counted=asked.counted)
    url = looked_at.url
    first = replace(query, after="")
    return ResultsPage(
        query=query,
        screen=looked_at,
        results=results,
        hits=_shown(results.hits, query, looked_at),
        filters=tuple(
            narrowing.narrowed(facet, query, looked_at) for facet in results.facets if facet.values
        ),
        chips=narrowing.chips(query, results, looked_at),
        sorts=tuple(
            (_(label), url(replace(first, sort=key)), key == query.sort) for key, label in SORT_LABELS.items()
        ),
        hidden=_hidden(query, looked_at),
        next=url(replace(query, after=results.next)) if results.next else "",
        first=url(first) if query.after else "",
        exact=url(replace(first, exact=True)),
        without_filters=url(Query(words=query.words)) if query.filters or query.limits or query.near else "",
        other_view=replace(looked_at, view="list" if looked_at.view == "map" else "map").url(query),
        other_rows=replace(looked_at, rows="compact" if looked_at.rows != "compact" else "").url(query),
        tray=_tray(query, looked_at),
        map=_map(query, results.total, looked_at) if looked_at.view == "map" else None,
        whole_map=url(query.with_values("state", ()).with_values("county", ())),
        feed=f"/search.atom?{replace(first, sort='relevance').to_url()}",
        mail=f"/alerts/new?{replace(first, sort='relevance').to_url()}",
    )


def title_of(query: Query) -> str:
    """A question in words, for a feed or a mail: what is searched, and every filter."""
    chips = narrowing.chips(query, engine.search(replace(query, size=1)), Screen())
    return "; ".join([query.words] * bool(query.words) + [label for label, _url in chips]) or _("Everything")


def _tray(query: Query, looked_at: Screen) -> Tray | None:
    if not looked_at.kept:
        return None
    names, who = queries.captions(looked_at.kept), queries.providers_of(looked_at.kept)
    things = tuple(
        (
            ", ".join(filter(None, (names[ctid][0], who.get(ctid, "")))),
            f"/resources/{ctid}",
            looked_at.toggled(ctid).url(query),
        )
        for ctid in looked_at.kept
        if ctid in names
    )
    return (
        Tray(things, f"/compare?{urlencode({'ids': ','.join(looked_at.kept)}, safe=',')}") if things else None
    )


def _map(query: Query, total: int, looked_at: Screen) -> maps.Map:
    """The states; the counties where one state is chosen."""
    states, counties = query.values("state"), query.values("county")
    if len(states) != 1:
        whole = query.with_values("county", ())

        def of_state(key: str) -> str:
            return looked_at.url(whole.with_values("state", () if states == (key,) else (key,)))

        return maps.nation(engine.spread(query, "state"), total, of_state, states)
    return maps.state(
        states[0],
        engine.spread(query, "county"),
        total,
        lambda key: looked_at.url(query.toggle("county", key)),
        counties,
    )


def _hidden(query: Query, looked_at: Screen) -> tuple[tuple[str, str], ...]:
    """What a form on the page must carry along: all of the question but its words, place and page."""
    params = {**replace(query, words="", near="", after="").to_params(), **looked_at.to_params()}
    params.pop("within", None)
    return tuple((key, value) for key, values in params.items() for value in values)


def _shown(hits: Sequence[Hit], query: Query, looked_at: Screen) -> tuple[Shown, ...]:
    earnings = {measure.number: measure for measure in by_key.values() if measure.kind == "earnings"}
    wanted = [*earnings, *(by_key[key].number for key in (_AWARDS,) if key in by_key)]
    rows = {row.ctid: row for row in queries.bulk([hit.id for hit in hits], wanted)} if hits else {}
    sharing = [row for row in rows.values() if any(figure[5] for figure in row.figures)]
    groups = outlook.groups_of(sharing, list(earnings)) if sharing else {}
    newest = outlook.newest_figures(_AWARDS_SOURCE) if any(_periods(row) for row in rows.values()) else None
    year = str(newest.year) if newest else ""
    keep = looked_at.keeping(query)
    return tuple(
        _one(
            hit,
            rows.get(hit.ctid),
            groups.get(hit.id, {}),
            year,
            (keep(hit.ctid), hit.ctid in looked_at.kept),
        )
        for hit in hits
    )


def _one(hit: Hit, row: BulkRow | None, groups: Groups, newest: str, keep: tuple[str, bool]) -> Shown:
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
        keep=keep[0],
        kept=keep[1],
        sample=bool(document.get("lw:sample")),
        proposed=bool(document.get("lw:proposed")),
        not_since=max(periods) if periods and newest and max(periods) < newest else "",
        standing=standing(document),
    )


def _kind(hit: Hit) -> str:
    if hit.level in award_levels:
        return _(award_levels[hit.level].label)
    type_ = type_by_key(hit.type)
    learning = type_.key in ("credential", "learning_opportunity")
    return _(term_label(hit.ctdl_class) if learning else type_.label)


def _duration(hit: Hit) -> str:
    weeks = presentation.count(hit.weeks, "week") if hit.weeks else ""
    hours = presentation.count(hit.hours, "hour") if hit.hours else ""
    return f"{weeks} ({hours})" if weeks and hours else weeks or hours


def _miles(distance: float | None, approximate: bool) -> str:
    if distance is None:
        return ""
    if distance < 1:
        return _("about a mile away") if approximate else _("less than a mile away")
    miles = presentation.count(round(distance), "mile")
    return (_("about %(miles)s away") if approximate else _("%(miles)s away")) % {"miles": miles}


def _periods(row: BulkRow | None) -> list[str]:
    return [figure[1] for figure in row.figures if figure[0] == _AWARDS] if row else []


def _awards(row: BulkRow | None, period: str) -> str:
    total = sum(f[2] or 0 for f in row.figures if f[0] == _AWARDS and f[1] == period) if row else 0
    return _("%(n)s in %(year)s") % {"n": presentation.number(total), "year": period}


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
        _(measure.label),
        presentation.format_measured(measure, value, status, base),
        _(measure.horizon) if measure.horizon else presentation.period(period),
        _programs_of(group) if group else None,
    )


def _programs_of(group: Group) -> int:
    """How many current programs share a group's figures, counted by the index."""
    levels = tuple(group.levels.split(",")) if group.levels else ()
    return engine.total({"provider": (group.provider,), "field": (group.field,), "level": levels})
