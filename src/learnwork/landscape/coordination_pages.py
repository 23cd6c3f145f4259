"""Coordination: do they work together? Four layers, each as network, matrix and table; overlap, and rulings on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.intake.access import curator, curators_only
from learnwork.landscape import coordination, drawing, matrix_view, ruling, services, stories
from learnwork.landscape.answering import Asked, ask, living
from learnwork.landscape.brokers import Broker
from learnwork.landscape.connecting import SHARED, Connected
from learnwork.landscape.coordination import BASE, Looking
from learnwork.landscape.curating import By
from learnwork.landscape.days import latest
from learnwork.landscape.grouping import groups
from learnwork.landscape.layers import ORGANIZED, Choice, Layer, Subject
from learnwork.landscape.model import Landscape, RoleKind, TieKind
from learnwork.landscape.narrowing import narrowing
from learnwork.landscape.network import MOST_DRAWN
from learnwork.landscape.overlap import Found, Ground, Overlap, grounds, overlaps, two
from learnwork.landscape.stories import Named
from learnwork.layout import presentation
from learnwork.layout.pages import page
from learnwork.registry.errors import UnknownResourceError

AT_ONCE = 100
BLOCKS = "lw:buildingBlock"
LAYERS = {
    Layer.TIES: gettext_lazy("Declared ties"),
    Layer.ORGANIZATIONS: gettext_lazy("Shared organizations"),
    Layer.FUNDERS: gettext_lazy("Shared funders"),
    Layer.SUBJECTS: gettext_lazy("Shared goals, topics and features"),
}
VIEWS = {
    "network": gettext_lazy("Network"),
    "matrix": gettext_lazy("Matrix"),
    "table": gettext_lazy("Table"),
}
SUBJECTS = {
    Subject.GOALS: gettext_lazy("goals"),
    Subject.TOPICS: gettext_lazy("topics"),
    Subject.FEATURES: gettext_lazy("features"),
    Subject.BLOCKS: gettext_lazy("building blocks"),
}
GROUNDS = {
    Ground.GOALS: gettext_lazy("a goal and a feature"),
    Ground.TOPICS: gettext_lazy("a building block and a topic"),
    Ground.BLOCKS: gettext_lazy("two building blocks"),
}


@dataclass(frozen=True, slots=True)
class Summary:
    """A layer in a list: how many entries it joins, and in how many pairs."""

    layer: Layer
    label: str
    connected: Connected
    href: str


@dataclass(frozen=True, slots=True)
class BrokerRow:
    named: Named
    broker: Broker
    href: str


@page
def front(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    summaries = [_summary(asked, layer) for layer in Layer]
    looking = Looking(Choice(_told_of(summaries)))
    found = coordination.communities(asked, looking.choice)
    overlapping = coordination.overlap(asked, None, most=5)
    of = coordination.layer(asked, looking.choice)
    context = {
        "summaries": summaries,
        "overlap": overlapping,
        "ground": GROUNDS[overlapping.counts.ground],
        "rate": _percent(overlapping),
        "candidates": _candidates(asked, overlapping.candidates),
        "brokers": _brokers(asked, looking)[:10],
        "told": LAYERS[looking.choice.layer],
        "communities": found,
        "groups": [[stories.named(asked.shown, of.rows[row]) for row in group] for group in found.groups],
        **_narrowed(request, asked),
    }
    return render(request, "landscape/coordination.html", context)


def _summary(asked: Asked, layer: Layer) -> Summary:
    looking = Looking(Choice(layer))
    return Summary(
        layer, str(LAYERS[layer]), coordination.layer(asked, looking.choice), looking.address(asked.filter)
    )


def _told_of(summaries: list[Summary]) -> Layer:
    """Brokers and communities are told of declared ties where there are enough, else of shared organizations."""
    return Layer.TIES if summaries[0].connected.linked >= 30 else Layer.ORGANIZATIONS


@page
def layer(request: HttpRequest, name: str) -> HttpResponse:
    try:
        asked, looking = ask(request.GET), Looking.of(Layer(name), request.GET)
    except ValueError:
        raise Http404 from None
    connected = coordination.layer(asked, looking.choice)
    node = looking.node
    known = node in asked.shown.entries or any(node == SHARED + key for key, _held in connected.hubs())
    brokers = coordination.brokers(asked, looking.choice) if known else ()
    told = stories.story(asked.shown, connected, node, brokers) if known else None
    context = {
        "looking": looking,
        "label": LAYERS[looking.choice.layer],
        "connected": connected,
        "layers": [
            (LAYERS[one], Looking(Choice(one), looking.view).address(asked.filter), one) for one in Layer
        ],
        "views": [
            (label, Looking(looking.choice, key).address(asked.filter, node=node if known else ""), key)
            for key, label in VIEWS.items()
        ],
        "kinds": _kinds(looking),
        "story": told,
        "isolates": [stories.named(asked.shown, ctid) for ctid in connected.isolates],
        "unknown": bool(node) and told is None,
        "cite": looking.address(asked.filter, node=node) + "#story",
        "whole": looking.address(asked.filter),
        **_over(asked, looking),
        **_view(request, asked, looking, connected, node if known else ""),
        **_narrowed(request, asked, looking),
    }
    return render(request, "landscape/layer.html", context)


def _over(asked: Asked, looking: Looking) -> dict[str, object]:
    """How many roles that are over today count in a layer, with the address of the layer as it is today."""
    kinds = {
        Layer.ORGANIZATIONS: looking.choice.roles,
        Layer.FUNDERS: frozenset({RoleKind.FUNDER}),
    }.get(looking.choice.layer, frozenset())
    if asked.filter.valid_on or asked.frozen:
        return {}
    today = timezone.localdate()
    ended = (latest(one.span.end) for one in asked.shown.roles if one.kind in kinds)
    number = sum(1 for day in ended if day is not None and day < today)
    return {"over": number, "today": looking.address(replace(asked.filter, valid_on=today.isoformat()))}


def _kinds(looking: Looking) -> list[tuple[str, str, str, bool]]:
    """Boxes to tick: parameter, value, words, whether it is ticked."""
    if looking.choice.layer is Layer.ORGANIZATIONS:
        roles = [one for one in RoleKind if one in ORGANIZED]
        return [("role", one.value, one.value, one in looking.choice.roles) for one in roles]
    if looking.choice.layer is Layer.SUBJECTS:
        return [("subject", one.value, str(SUBJECTS[one]), one in looking.choice.subjects) for one in Subject]
    return []


def _view(
    request: HttpRequest, asked: Asked, looking: Looking, connected: Connected, node: str
) -> dict[str, object]:
    if looking.view == "table":
        numbers = connected.order(node)
        shown = Paginator(numbers, AT_ONCE).get_page(request.GET.get("page"))
        return {
            "lines": stories.lines(asked.shown, connected, list(shown)),
            "paged": shown,
            "base": looking.address(asked.filter, node=node, view="table"),
        }
    if looking.view == "matrix":
        return _matrix(asked, looking, connected)
    if connected.linked > MOST_DRAWN:
        return _grouped(asked, looking, connected)
    return _network(asked, looking, connected, node)


def _network(asked: Asked, looking: Looking, connected: Connected, node: str) -> dict[str, object]:
    def link(key: str) -> str:
        return looking.address(asked.filter, node=key) + "#story"

    label = str(LAYERS[looking.choice.layer])
    wide, tall = (coordination.picture(asked, looking.choice, kind) for kind in ("wide", "tall"))
    hubs = [
        (
            stories.named(asked.shown, key),
            [stories.named(asked.shown, ctid) for ctid in held],
            link(SHARED + key),
        )
        for key, held in connected.hubs()
    ]
    return {
        "wide": drawing.network(wide, link, "wide", label, node) if wide.dots else "",
        "tall": drawing.network(tall, link, "tall", label, node) if tall.dots else "",
        "hubs": hubs,
        "lines": [] if connected.two else stories.lines(asked.shown, connected, connected.order()[:AT_ONCE]),
        "named": sum(1 in one.zooms for one in wide.names),
        "dots": len(wide.dots),
    }


def _grouped(asked: Asked, looking: Looking, connected: Connected) -> dict[str, object]:
    def link(key: str) -> str:
        return looking.address(asked.filter.with_values("block", [key]) if key else asked.filter)

    found = groups(asked.shown, connected)
    label = str(LAYERS[looking.choice.layer])
    return {
        "grouped": found,
        "wide": drawing.arcs(found, link, "wide", label),
        "tall": drawing.arcs(found, link, "tall", label),
        "group_rows": [(group, link(group.key)) for group in found.groups],
    }


def _matrix(asked: Asked, looking: Looking, connected: Connected) -> dict[str, object]:
    if connected.linked > matrix_view.MOST_ROWS:
        found = matrix_view.of_groups(groups(asked.shown, connected))
    else:
        found = matrix_view.of_entries(
            connected, {ctid: entry.name for ctid, entry in asked.shown.entries.items()}
        )
    links = {
        row.key: looking.address(asked.filter.with_values("block", [row.key]))
        if found.grouped
        else Looking(looking.choice, "table", row.key).address(asked.filter, node=row.key)
        for row in found.rows
    }
    return {"matrix": found, "links": links}


@page
def overlap(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    wanted = next((one for one in Ground if one.value == request.GET.get("ground")), None)
    found = coordination.overlap(asked, wanted)
    narrowed = _narrowed(request, asked)
    query = asked.filter.to_url()
    context = {
        "overlap": found,
        "ground": GROUNDS[found.counts.ground],
        "rate": _percent(found),
        "grounds": [
            (GROUNDS[one], f"{BASE}/overlap?{query}{'&' if query else ''}ground={one}", one)
            for one in grounds(asked.shown) or [Ground.GOALS]
        ],
        "candidates": _candidates(asked, found.candidates),
        "rulings": [
            (one, *(stories.named(asked.whole, ctid) for ctid in one.pair))
            for one in ruling.standing(asked.ruled_at)
        ],
    }
    return render(request, "landscape/overlap.html", {**context, **narrowed})


def _percent(found: Found) -> str:
    """The coordination rate, to print after both counts; "" where there is none."""
    return "" if found.counts.rate is None else presentation.number(100 * found.counts.rate, 1)


def _candidates(asked: Asked, found: tuple[Overlap, ...]) -> list[dict[str, object]]:
    landscape = asked.shown
    introduced = {one.pair for one in ruling.standing(asked.ruled_at) if one.kind == "introduced"}
    return [
        {
            "first": stories.named(landscape, one.first),
            "second": stories.named(landscape, one.second),
            "shared": [stories.named(landscape, key) for key in dict.fromkeys((*one.aims, *one.means))],
            "percent": round(100 * one.likeness),
            "proposed": any(BLOCKS in landscape.entries[key].proposed for key in (one.first, one.second)),
            "introduced": two(one.first, one.second) in introduced,
            "href": f"{BASE}/pairs/{one.first}/{one.second}",
        }
        for one in found
    ]


@page
def pair(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Two entries beside each other: what they share in each layer, what was ruled, and what a curator can do."""
    landscape = living()
    if first not in landscape.entries or second not in landscape.entries or first == second:
        raise UnknownResourceError(
            _("These are not two entries of the map."), hint=_("Choose two from the lists of the map.")
        )
    found = _overlap_of(landscape, first, second)
    shared = []
    for one in Layer:
        connected = coordination.layer(ask({}), Choice(one, subjects=frozenset(Subject)))
        met = [line for line in connected.connections(first) if second in (line.first, line.second)]
        label = _("Shared goals, topics, features, building blocks") if one is Layer.SUBJECTS else LAYERS[one]
        shared.append((label, [stories.named(landscape, key) for line in met for key in line.shared]))
    context = {
        "first": stories.named(landscape, first),
        "second": stories.named(landscape, second),
        "shared": shared,
        "proposed": any(BLOCKS in landscape.entries[key].proposed for key in (first, second)),
        "letter": ruling.letter(landscape, found),
        "rulings": [one for one in ruling.standing() if one.pair == two(first, second)],
        "kinds": [kind.value for kind in TieKind],
        "here": "landscape",
        "at": "coordination",
    }
    return render(request, "landscape/pair.html", context)


def _overlap_of(landscape: Landscape, first: str, second: str) -> Overlap:
    """What two entries share, whether or not that makes them a candidate."""
    only = Landscape(
        entries={ctid: landscape.entries[ctid] for ctid in (first, second)},
        labels=landscape.labels,
        scheme=landscape.scheme,
    )
    found = (one for ground in Ground for one in overlaps(only, ground).candidates)
    a, b = (landscape.entries[ctid] for ctid in (first, second))
    aims = tuple(key for key in a.blocks if key in b.blocks)
    return next(found, Overlap(first, second, aims, aims, 0.0))


@curators_only
def rule(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """What a curator knows of two entries. Raises what `ruling` and `services` raise; the door makes it a page."""
    if request.method == "POST":
        given, author = request.POST, curator(request)
        match given.get("act"):
            case "together":
                kind = next((one for one in TieKind if one.value == given.get("kind")), TieKind.WORKS_WITH)
                services.add_tie(first, second, kind, By(author, given.get("citation", "")))
                messages.success(request, _("The map says now that they work together."))
            case "different":
                ruling.different(first, second, given.get("reason", ""), author)
                messages.success(request, _("They are no candidates any more. It can be undone."))
            case "introduced":
                ruling.introduce(first, second, given.get("reason", ""), author)
                messages.success(request, _("It is on record that they were introduced."))
            case "undo":
                ruling.undo(int(given["ruling"]) if given.get("ruling", "").isdecimal() else 0, author)
                messages.success(request, _("The ruling was undone."))
    return HttpResponseRedirect(f"{BASE}/pairs/{first}/{second}")


def _brokers(asked: Asked, looking: Looking) -> list[BrokerRow]:
    connected = coordination.layer(asked, looking.choice)
    return [
        BrokerRow(
            stories.named(asked.shown, connected.rows[one.row]),
            one,
            looking.address(asked.filter, node=connected.rows[one.row]) + "#story",
        )
        for one in coordination.brokers(asked, looking.choice)
        if one.between
    ]


def _narrowed(request: HttpRequest, asked: Asked, looking: Looking | None = None) -> dict[str, object]:
    also = looking.params() if looking else {}
    if request.GET.get("ground") in [one.value for one in Ground]:
        also["ground"] = [request.GET["ground"]]
    return {
        "narrowing": narrowing(asked.filter, asked.whole, request.path, also),
        "asked": asked,
        "here": "landscape",
        "at": "coordination",
    }


urls = [
    path("landscape/coordination", front, name="landscape-coordination"),
    path("landscape/coordination/overlap", overlap, name="landscape-overlap"),
    path("landscape/coordination/pairs/<str:first>/<str:second>", pair, name="landscape-pair"),
    path("landscape/coordination/pairs/<str:first>/<str:second>/rule", rule, name="landscape-rule"),
    path("landscape/coordination/<str:name>", layer, name="landscape-layer"),
]
