"""Questions that pages put to the index: how many, of what, where. Nothing where there is no index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from learnwork.search.engine import search
from learnwork.search.query import Query
from learnwork.search.results import Results
from learnwork.web.parts import Counts, Listed, Listing, counts

Params = Mapping[str, str | Sequence[str]]


def ask(params: Params, *facets: str, size: int = 1) -> Results:
    """The answer to a question, with the facets counted."""
    return search(Query.from_params({**params, "count": list(facets) or [""], "size": str(size)}))


def address(params: Params) -> str:
    """The page of results of a question."""
    return f"/search?{urlencode(params, doseq=True)}"


def counted(results: Results, facet: str, params: Params, heading: str, most: int = 12) -> Counts | None:
    """The greatest values of a facet, each a link to its results. Of a tree the level that tells most."""
    values = next((one.values for one in results.facets if one.key == facet), ())
    depth = 1 if facet == "field" and any(value.depth == 1 for value in values) else 0
    level = [value for value in values if value.depth == depth] if depth else list(values)
    kept = [value for value in level if value.depth == (depth or value.depth)]
    kept = sorted(kept, key=lambda value: -value.count)[:most]
    rows = [(value.label, value.count, address({**params, facet: value.value})) for value in kept]
    return counts(heading, rows)


def found(results: Results, params: Params, heading: str, offered: bool = True) -> Listing | None:
    """The best of the results, and the address of all of them."""
    if not results.hits:
        return None
    items = tuple(
        Listed(
            hit.ctid,
            hit.name,
            ", ".join(part for part in (hit.provider_name if offered else "", hit.city) if part),
        )
        for hit in results.hits
    )
    more = address(params) if results.total > len(items) else ""
    return Listing(heading, items, results.total, more)
