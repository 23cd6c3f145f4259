"""Coordination on the map as data: the layers, who is joined by what and whether beyond chance, overlap, brokers."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from learnwork.landscape import coordination, ruling
from learnwork.landscape.answering import Asked
from learnwork.landscape.connecting import name_of
from learnwork.landscape.coordination import Looking
from learnwork.landscape.layers import Choice, Layer
from learnwork.landscape.overlap import Ground
from learnwork.registry import listing
from learnwork.web.api.answers import answers
from learnwork.web.api.map_filter import MapFilter
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["landscape"])
MOST = 1_000
Limit = Annotated[int, Query(100, ge=1, le=MOST, description="How many at most")]
Offset = Annotated[int, Query(0, ge=0, le=10_000_000, description="How many are passed over")]


def _state() -> str:
    """What the answers depend on: the registry, and what curators ruled."""
    return f"{listing.state()} {ruling.state()}"


class Thing(Shape):
    """An entry, a party, a goal … by key (a CTID where it has a page) and name."""

    key: str
    name: str


class LayerCounts(Shape):
    """linked: entries that are joined with another, of `entries`; beyond_chance: null where there is no model."""

    layer: Layer
    entries: int
    linked: int
    pairs: int
    beyond_chance: int | None
    page: str
    data: str


class Layers(Shape):
    layers: list[LayerCounts]


class Joined(Shape):
    """shared: what both have; of declared ties their kinds. chance: of sharing as much or more, null for ties."""

    entries: list[Thing]
    shared: list[Thing]
    count: int
    chance: float | None
    beyond_chance: bool


class BrokerOf(Shape):
    """between: pairs of others on whose shortest ways it lies. rank of `base` linked entries; equals share it."""

    entry: Thing
    between: float
    rank: int
    base: int
    reaches: int


class CommunitiesOf(Shape):
    """outcome: found, too few, too many, unstable or undivided. agreement: mean adjusted Rand index of the runs."""

    outcome: str
    linked: int
    agreement: float | None
    groups: list[list[Thing]]


class LayerData(Shape):
    """pairs: beyond chance first, then those that share most; total: of how many."""

    counts: LayerCounts
    total: int
    pairs: list[Joined]
    brokers: list[BrokerOf]
    communities: CommunitiesOf


class Candidate(Shape):
    entries: list[Thing]
    shared: list[Thing]
    likeness: float


class OverlapData(Shape):
    """rate: tied of base, null without a base; base: pairs that could work together and are not different in fact."""

    ground: Ground
    could: int
    tied: int
    different: int
    candidates: int
    base: int
    rate: float | None
    comparable: int
    entries: int
    pairs: list[Candidate]


@router.get(
    "/landscape/coordination",
    response={200: Layers, **ERRORS},
    summary="The four layers in which entries of the map stand together",
)
@answers(_state)
def layers(request: HttpRequest, filter: Query[MapFilter]) -> Layers:
    """Counts of each layer; they say different things and are never added up."""
    asked = filter.asked()
    return Layers(layers=[_counts(asked, Choice(one)) for one in Layer])


@router.get(
    "/landscape/coordination/overlap",
    response={200: OverlapData, **ERRORS},
    summary="Pairs that could work together and declare no tie",
)
@answers(_state)
def overlap(
    request: HttpRequest,
    filter: Query[MapFilter],
    limit: Limit,
    ground: Annotated[Ground | None, Query(None, description="What two entries have to share")],
) -> OverlapData:
    """The coordination rate with both counts, and the candidates, the most alike first."""
    asked = filter.asked()
    found = coordination.overlap(asked, ground, most=limit)
    counts = found.counts
    pairs = [
        Candidate(
            entries=[_thing(asked, one.first), _thing(asked, one.second)],
            shared=[_thing(asked, key) for key in dict.fromkeys((*one.aims, *one.means))],
            likeness=one.likeness,
        )
        for one in found.candidates
    ]
    return OverlapData(
        ground=counts.ground,
        could=counts.could,
        tied=counts.tied,
        different=counts.different,
        candidates=counts.candidates,
        base=counts.base,
        rate=counts.rate,
        comparable=counts.can,
        entries=counts.of,
        pairs=pairs,
    )


@router.get(
    "/landscape/coordination/{layer}",
    response={200: LayerData, **ERRORS},
    summary="One layer: who is joined by what",
)
@answers(_state)
def layer(
    request: HttpRequest,
    layer: Layer,
    filter: Query[MapFilter],
    limit: Limit,
    offset: Offset,
    role: Annotated[list[str], Query([], max_length=10, description="Roles that count among organizations")],
    subject: Annotated[list[str], Query([], max_length=10, description="goals, topics, features, blocks")],
    node: Annotated[
        str,
        Query(
            "",
            max_length=300,
            description="Only pairs of this CTID, or with `shared:` before a key, of what is shared",
        ),
    ],
) -> LayerData:
    """The pairs of a layer, with brokers and communities of the whole of it."""
    asked = filter.asked()
    choice = Looking.of(layer, {"role": role, "subject": subject}).choice
    found = coordination.layer(asked, choice)
    order = found.order(node.replace("\x00", ""))
    groups = coordination.communities(asked, choice)
    rows = found.rows
    return LayerData(
        counts=_counts(asked, choice),
        total=len(order),
        pairs=[
            Joined(
                entries=[_thing(asked, one.first), _thing(asked, one.second)],
                shared=[_thing(asked, key) for key in one.shared],
                count=one.count,
                chance=one.chance,
                beyond_chance=one.beyond,
            )
            for one in map(found.connection, order[offset : offset + limit])
        ],
        brokers=[
            BrokerOf(
                entry=_thing(asked, rows[one.row]),
                between=one.between,
                rank=one.rank,
                base=one.base,
                reaches=one.reaches,
            )
            for one in coordination.brokers(asked, choice)[:limit]
        ],
        communities=CommunitiesOf(
            outcome=groups.outcome.value,
            linked=groups.linked,
            agreement=groups.agreement,
            groups=[[_thing(asked, rows[row]) for row in group] for group in groups.groups],
        ),
    )


def _counts(asked: Asked, choice: Choice) -> LayerCounts:
    found = coordination.layer(asked, choice)
    path = Looking(choice).address(asked.filter)
    return LayerCounts(
        layer=choice.layer,
        entries=len(found.rows),
        linked=found.linked,
        pairs=len(found.pairs),
        beyond_chance=None if found.judged is None else found.beyond,
        page=f"{settings.BASE_URL}{path}",
        data=f"{settings.BASE_URL}/api{path}",
    )


def _thing(asked: Asked, key: str) -> Thing:
    return Thing(key=key, name=name_of(asked.shown, key))
