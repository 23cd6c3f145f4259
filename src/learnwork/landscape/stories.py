"""The story of a node that was picked in a layer, and its connections with names, as the pages tell them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from learnwork.landscape.brokers import Broker
from learnwork.landscape.connecting import SHARED, Connected, Connection, name_of
from learnwork.landscape.library import page_of
from learnwork.landscape.model import Entry, Landscape

MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Named:
    """key: of an entry or of what is shared; page: CTID of its page, "" without one; count: what it is told with."""

    key: str
    name: str
    page: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A connection with names: two entries, and what they share."""

    first: Named
    second: Named
    shared: tuple[Named, ...]
    connection: Connection


@dataclass(frozen=True, slots=True)
class Story:
    """A node: who it is, through what it is joined, with whom. about: the entry, None for what is shared.

    others: entries that it is joined with (of what is shared: entries that have it), those that share most first;
    more: how many are not named. beyond: how many of them share more than chance.
    """

    node: Named
    about: Entry | None
    through: tuple[Named, ...]
    others: tuple[Named, ...]
    more: int
    count: int
    beyond: int
    broker: Broker | None


def named(landscape: Landscape, key: str, count: int = 0) -> Named:
    known = key in landscape.entries or key in landscape.parties or key in landscape.labels
    # Features of surveys have labels and no pages.
    page = page_of(key) if known and key.startswith("ce-") else ""
    return Named(key, name_of(landscape, key), page, count)


def lines(landscape: Landscape, connected: Connected, numbers: Sequence[int]) -> list[Line]:
    """Pairs of a layer by number, with names."""
    found = (connected.connection(at) for at in numbers)
    return [
        Line(
            named(landscape, one.first),
            named(landscape, one.second),
            tuple(named(landscape, key) for key in one.shared),
            one,
        )
        for one in found
    ]


def story(
    landscape: Landscape, connected: Connected, node: str, brokers: Sequence[Broker] = ()
) -> Story | None:
    """The story of an entry or, by `SHARED` and its key, of what is shared; None where the layer does not join it."""
    if node.startswith(SHARED):
        return _of_hub(landscape, connected, node.removeprefix(SHARED))
    if node not in landscape.entries:
        return None
    met = list(connected.connections(node))
    if not met:
        return None
    others = Counter({(one.second if one.first == node else one.first): one.count for one in met})
    through = Counter(shared for one in met for shared in one.shared)
    broker = next((one for one in brokers if connected.rows[one.row] == node), None)
    return Story(
        named(landscape, node),
        landscape.entries[node],
        () if connected.two is None else _counted(landscape, through),
        _counted(landscape, others)[:MOST_TOLD],
        max(0, len(others) - MOST_TOLD),
        len(others),
        sum(one.beyond for one in met),
        broker,
    )


def _of_hub(landscape: Landscape, connected: Connected, key: str) -> Story | None:
    holders = dict(connected.hubs()).get(key)
    if holders is None:
        return None
    others = tuple(named(landscape, ctid) for ctid in holders)
    most = 3 * MOST_TOLD
    return Story(
        named(landscape, key), None, (), others[:most], max(0, len(others) - most), len(others), 0, None
    )


def _counted(landscape: Landscape, counts: Counter[str]) -> tuple[Named, ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], name_of(landscape, one[0]).casefold()))
    return tuple(named(landscape, key, count) for key, count in ordered)
