"""Organizations of two sources that are probably one: pairs with their chance, for a curator to look at.

    likely_pairs("ipeds-directory", "us-nj-etpl")

Compared are names, towns and employer numbers (`bulk.linkage`, Fellegi and Sunter): nothing is taught, so two sources
that nobody compared before can be. On DuckDB in this process, or on Spark: the same pairs. Nothing is ruled here; what
the registry already holds for one resource is not a pair any more. A department of an organization, or its branch
in the same town, is called like it and is found too: whether it is one thing, a person says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from learnwork.bulk import linkage
from learnwork.bulk.engines import Opened, duckdb_engine
from learnwork.registry import queries
from learnwork.registry.errors import DecisionError
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Resource
from learnwork.vocabulary.documents import Document, caption, in_language
from learnwork.vocabulary.types import by_class

LEAST = 0.9
CEILING = 0.99
_COLUMNS = ("key", "name", "place", "code")


@dataclass(frozen=True, slots=True)
class Named:
    """One of a pair."""

    ctid: str
    name: str


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two organizations and the chance that they are one thing, 0 to CEILING. place: of the first."""

    left: Named
    right: Named
    place: str
    chance: float


def likely_pairs(
    left: str, right: str, *, least: float = LEAST, engine: Opened = duckdb_engine
) -> list[LikelyPair]:
    """Pairs of organizations of two sources (by key), the most probable first. Raises `UnknownSourceError`.

    engine: gives the engine. What both sources speak of as one resource is no pair.
    """
    if left == right:
        raise DecisionError("A source is not compared with itself.", hint="Name two sources.")
    some, others = _organizations(left), _organizations(right)
    both = some.keys() & others.keys()
    rows = [[_row(document) for pk, document in one.items() if pk not in both] for one in (some, others)]
    known = {row[0]: row for side in rows for row in side}
    with tempfile.TemporaryDirectory(prefix="learnwork-pairs-") as place, engine() as asked:
        paths = [Path(place) / f"{side}.parquet" for side in ("left", "right")]
        for path, side in zip(paths, rows, strict=True):
            _write(path, side)
        found = linkage.link(asked, paths[0], paths[1], least=least)
    pairs = [
        LikelyPair(
            Named(one, known[one][1]), Named(two, known[two][1]), known[one][2], min(CEILING, chance / 1000)
        )
        for one, two, chance in found
    ]
    return sorted(pairs, key=lambda pair: (-pair.chance, pair.left.name, pair.left.ctid, pair.right.ctid))


def _organizations(source: str) -> dict[int, Document]:
    """Composed documents of the current organizations that a source speaks of, by number of the resource."""
    queries.source(source)
    rows = Resource.objects.filter(
        type__in=by_class("ceterms:CredentialOrganization").classes,
        status=Resource.Status.CURRENT,
        envelopes__source__key=source,
        envelopes__superseded_at=None,
        envelopes__withdrawn_at=None,
    )
    return documents_of(sorted(set(rows.values_list("pk", flat=True))))


def _row(document: Document) -> tuple[str, str, str, str]:
    """Key, name, place (locality and region of the first address) and employer number; "" where not known."""
    addresses = document.get("ceterms:address")
    first = addresses[0] if isinstance(addresses, list) and addresses else addresses
    parts = [
        in_language(first.get(term)) if isinstance(first, dict) else ""
        for term in ("ceterms:addressLocality", "ceterms:addressRegion")
    ]
    return (
        str(document.get("ceterms:ctid", "")),
        caption(document),
        " ".join(parts) if all(parts) else "",
        str(document.get("ceterms:fein") or ""),
    )


def _write(path: Path, rows: Iterable[tuple[str, str, str, str]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    texts = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.table(dict(zip(_COLUMNS, texts, strict=True))), path)
