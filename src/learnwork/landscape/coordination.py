"""What the coordination pages and the API ask: a layer, its pictures and overlaps, kept until something is published.

Everything is worked out once for a filter and a choice; a rendered picture of 300 entries takes most of a second, and
the same one from here none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlencode

from django.core.cache import cache

from learnwork.landscape import network, ruling
from learnwork.landscape.answering import Asked, put
from learnwork.landscape.brokers import Broker
from learnwork.landscape.communities import Communities
from learnwork.landscape.connecting import Connected, connected
from learnwork.landscape.filters import Filter, Params
from learnwork.landscape.layers import ABOUT, ORGANIZED, Choice, Layer, Subject
from learnwork.landscape.model import RoleKind
from learnwork.landscape.models.rulings import Ruling
from learnwork.landscape.network import Picture
from learnwork.landscape.overlap import Found, Ground, Two, grounds, overlaps
from learnwork.registry import listing

VIEWS = ("network", "matrix", "table")
BASE = "/landscape/coordination"
_KEPT = 24
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Looking:
    """How a layer is looked at: what of it, as which view, and which node was picked ("" for none)."""

    choice: Choice
    view: str = "network"
    node: str = ""

    @classmethod
    def of(cls, layer: Layer, params: Params) -> Looking:
        """What parameters ask: `role`, `subject` (repeated), `view`, `node`; what is not known is passed over."""
        roles = frozenset(one for one in ORGANIZED if one.value in _all(params, "role")) or ORGANIZED
        subjects = frozenset(one for one in Subject if one.value in _all(params, "subject")) or ABOUT
        view = next((one for one in _all(params, "view") if one in VIEWS), VIEWS[0])
        node = next(iter(_all(params, "node")), "").replace("\x00", "")[:300]
        return cls(Choice(layer, roles, subjects), view, node)

    def params(self) -> dict[str, list[str]]:
        """Parameters that ask the same, but for the node."""
        found: dict[str, list[str]] = {}
        if self.choice.layer is Layer.ORGANIZATIONS and self.choice.roles != ORGANIZED:
            found["role"] = [one.value for one in RoleKind if one in self.choice.roles]
        if self.choice.layer is Layer.SUBJECTS and self.choice.subjects != ABOUT:
            found["subject"] = [one.value for one in Subject if one in self.choice.subjects]
        return found | ({"view": [self.view]} if self.view != VIEWS[0] else {})

    def address(self, asked: Filter, **more: str) -> str:
        """The address of this view of a filter. more: parameters that are added or, where "", left out."""
        every = {**asked.to_params(), **self.params(), **{key: [value] for key, value in more.items()}}
        query = urlencode({key: values for key, values in every.items() if values != [""]}, doseq=True)
        path = f"{BASE}/{self.choice.layer.value}"
        return f"{path}?{query}" if query else path


def layer(asked: Asked, choice: Choice) -> Connected:
    return _layer(listing.state(), asked.filter, choice)


def brokers(asked: Asked, choice: Choice) -> tuple[Broker, ...]:
    return _brokers(listing.state(), asked.filter, choice)


def communities(asked: Asked, choice: Choice) -> Communities:
    return _communities(listing.state(), asked.filter, choice)


def picture(asked: Asked, choice: Choice, kind: str) -> Picture:
    """kind: "wide" or "tall"."""
    return _picture(listing.state(), asked.filter, choice, kind)


def overlap(asked: Asked, ground: Ground | None, most: int = 100) -> Found:
    """Overlaps with what curators had ruled by then. ground: None for the finest on which the map can be judged."""
    if ground is None:
        ground = next(iter(grounds(asked.shown)), Ground.GOALS)
    return overlaps(asked.shown, ground, different(asked.ruled_at), most)


def different(at: datetime | None = None) -> frozenset[Two]:
    """Pairs that a curator found different in fact, as it stood at a time; None for now."""
    return frozenset(one.pair for one in ruling.standing(at) if one.kind == Ruling.Kind.DIFFERENT)


@lru_cache(maxsize=_KEPT)
def _layer(state: str, asked: Filter, choice: Choice) -> Connected:
    return connected(put(asked).shown, choice)


@lru_cache(maxsize=_KEPT)
def _brokers(state: str, asked: Filter, choice: Choice) -> tuple[Broker, ...]:
    return tuple(_layer(state, asked, choice).brokers())


@lru_cache(maxsize=_KEPT)
def _communities(state: str, asked: Filter, choice: Choice) -> Communities:
    return _layer(state, asked, choice).communities()


@lru_cache(maxsize=_KEPT)
def _picture(state: str, asked: Filter, choice: Choice, kind: str) -> Picture:
    """Kept for all processes of the site, because it is what takes longest."""
    about = (state, asked.to_url(), choice.layer, sorted(choice.roles), sorted(choice.subjects), kind)
    key = f"landscape-picture:{blake2b(repr(about).encode(), digest_size=16).hexdigest()}"
    known: Picture | None = cache.get(key)
    if known is None:
        canvas = network.WIDE if kind == "wide" else network.TALL
        known = network.picture(put(asked).shown, _layer(state, asked, choice), canvas)
        cache.set(key, known, timeout=_DAY)
    return known


def _all(params: Params, key: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    if getlist is not None:
        return [str(value) for value in getlist(key)]
    value = params.get(key, ())
    return [value] if isinstance(value, str) else [str(one) for one in value]
