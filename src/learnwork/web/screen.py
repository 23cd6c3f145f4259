"""How an answer is looked at: as list or map, in rows wide or close, with a few things kept to be compared.

All of it stands in the address, so that it works without scripts and cookies, and a link shows the same to others.
It is no part of the question: the engine never sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from learnwork.search import own
from learnwork.search.facets import CHOICES
from learnwork.search.query import Query
from learnwork.vocabulary.ctid import is_ctid

LIST, MAP = "list", "map"
COMFORTABLE, COMPACT = "comfortable", "compact"
MOST = 5  # things that are compared at once
PARAMETERS = frozenset({"view", "rows", "keep", "open", "language"})


@dataclass(frozen=True, slots=True)
class Screen:
    """view: list or map. rows: comfortable or compact. kept: CTIDs, in the order in which they were kept.

    opened: the key of a filter that is looked at as a whole.
    """

    view: str = LIST
    rows: str = COMFORTABLE
    kept: tuple[str, ...] = ()
    opened: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Screen:
        """What parameters ask for; whatever else they hold is passed over."""
        kept = dict.fromkeys(one.lower() for one in _all(params, "keep")[:100] if is_ctid(one.lower()))
        return cls(
            MAP if MAP in _all(params, "view") else LIST,
            COMPACT if COMPACT in _all(params, "rows") else COMFORTABLE,
            tuple(kept)[:MOST],
            next((one for one in _all(params, "open")[:1] if one in CHOICES or own.is_own(one)), ""),
        )

    def to_params(self) -> dict[str, list[str]]:
        params = {"view": [MAP]} if self.view == MAP else {}
        if self.rows == COMPACT:
            params["rows"] = [COMPACT]
        if self.kept:
            params["keep"] = list(self.kept)
        if self.opened:
            params["open"] = [self.opened]
        return params

    def url(self, query: Query) -> str:
        return f"/search?{urlencode({**query.to_params(), **self.to_params()}, doseq=True)}"

    def toggled(self, ctid: str) -> Screen:
        """With one thing more, or without it; the same if there is no room."""
        if ctid in self.kept:
            return replace(self, kept=tuple(one for one in self.kept if one != ctid))
        return replace(self, kept=(*self.kept, ctid)[:MOST])

    def keeping(self, query: Query) -> Callable[[str], str]:
        """CTID → the address of the page with it kept, or let go of; "" where there is no room."""
        none = replace(self, kept=()).url(query)
        joined = none if none.endswith("?") else f"{none}&"

        def address(ctid: str) -> str:
            if ctid not in self.kept and self.full:
                return ""
            left = self.toggled(ctid).kept
            return joined + "&".join(f"keep={one}" for one in left) if left else none

        return address

    @property
    def full(self) -> bool:
        return len(self.kept) >= MOST


def without_screen(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The parameters that are the question's."""
    return {key: _all(params, key) for key in params if key not in PARAMETERS}


def _all(params: Mapping[str, Any], key: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    value = getlist(key) if getlist else params.get(key, ())
    return [value] if isinstance(value, str) else [str(one) for one in value]
