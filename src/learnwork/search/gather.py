"""Rows of the registry → records of the index.

A program is found by its own words, by its provider's name and place, and by the titles of its fields; what leads
to an occupation is told by the official crosswalk from fields to occupations where the document names none. Each
figure keeps its measure: earnings of different horizons and units stay in columns of their own.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from learnwork.formats.states import NAMES
from learnwork.registry import queries
from learnwork.registry.models import Resource
from learnwork.registry.store import resource_ids, select_in
from learnwork.registry.views import BulkRow
from learnwork.search import own
from learnwork.search.facets import EARNINGS, depth
from learnwork.search.record import NOWHERE, Place, Record
from learnwork.vocabulary import codes
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.documents import caption, texts
from learnwork.vocabulary.measures import by_key
from learnwork.vocabulary.terms import label
from learnwork.vocabulary.types import by_class

_AWARDS = "ipeds.awards"
_ABBREVIATIONS = {name.casefold(): code for code, name in NAMES.items()}
_QUALITY = {
    "ceterms:accreditedBy": "accredited",
    "ceterms:approvedBy": "approved",
    "ceterms:recognizedBy": "recognized",
    "ceterms:regulatedBy": "regulated",
}
_STATUS = ("ceterms:credentialStatusType", "ceterms:lifeCycleStatusType", "lw:status")
_CODES = (
    "ceterms:instructionalProgramType",
    "ceterms:occupationType",
    "ceterms:industryType",
    "ceterms:subject",
)
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_LONGEST = 20_000  # characters of text of one resource; descriptions of a page or two are a tenth of that


@dataclass(frozen=True, slots=True)
class _Provider:
    ctid: str
    name: str
    kind: str
    place: Place


class Gatherer:
    """Makes records of rows, and remembers providers from batch to batch. Use one for one pass over the registry."""

    def __init__(self) -> None:
        self._providers: dict[str, _Provider | None] = {}
        self._measures = [by_key[key].number for key in (_AWARDS, *EARNINGS.values()) if key in by_key]

    def records(self, ids: Sequence[int]) -> list[Record]:
        """Records of those of the resources that are current; the others are not to be found."""
        rows = [row for row in queries.bulk(ids, self._measures) if row.status == Resource.Status.CURRENT]
        self._learn({ctid for row in rows if (ctid := _provider_of(row.document))})
        named = _incoming([row.id for row in rows])
        return [self._record(row, named.get(row.id, 0)) for row in rows]

    def _learn(self, ctids: Iterable[str]) -> None:
        """Read the providers that are not known yet, following those that were merged."""
        asked = [ctid for ctid in ctids if ctid not in self._providers]
        found = resource_ids(asked)
        merged = dict(
            select_in(
                "SELECT id, merged_into_id FROM registry_resource WHERE merged_into_id IS NOT NULL AND id IN ({})",
                set(found.values()),
            )
        )
        found = {ctid: merged.get(id_, id_) for ctid, id_ in found.items()}
        rows = {row.id: row for row in queries.bulk(sorted(set(found.values())), (0,))} if found else {}
        for ctid in asked:
            row = rows.get(found.get(ctid, -1))
            self._providers[ctid] = _provider(row) if row else None

    def _record(self, row: BulkRow, named: int) -> Record:
        document = row.document
        kind = by_class(row.type).key
        provider = self._providers.get(_provider_of(document))
        fields = _with_wider("field", _noted(document, "ceterms:instructionalProgramType", "field"))
        awards, awarded = _awards(row)
        place = _place(document, "ceterms:availableAt", "ceterms:address")
        if provider and not (place.state or place.zip or place.latitude is not None):
            place = provider.place
        hours, weeks = _durations(document)
        figures = {band: _latest(row, key) for band, key in EARNINGS.items()}
        return Record(
            id=row.id,
            ctid=row.ctid,
            type=kind,
            ctdl_class=row.type,
            name=row.name or caption(document),
            alternates=tuple(texts(document.get("ceterms:alternateName"))[:20]),
            text=_text(document, kind),
            provider=provider.ctid if provider else "",
            provider_name=provider.name if provider else "",
            provider_kind=_kind(document) or (provider.kind if provider else ""),
            level=_string(document.get("lw:awardLevel")),
            fields=fields,
            occupations=_occupations(document, kind, fields),
            place=place,
            delivery=_concepts(document, "ceterms:deliveryType", "ceterms:learningDeliveryType"),
            cost=total_cost(document),
            hours=hours,
            weeks=weeks,
            earnings=figures["earnings"],
            earnings_1yr=figures["earnings_1yr"],
            earnings_quarter=figures["earnings_quarter"],
            awards=awards,
            awarded=awarded,
            quality=tuple(word for term, word in _QUALITY.items() if document.get(term)),
            status=next((s for s in (_status(document.get(term)) for term in _STATUS) if s), ""),
            sources=row.sources,
            derived=row.derived,
            more=_more(document, kind),
            # What much leads to (an institution with many programs, a field) comes before one program of it.
            popularity=(awards or 0) + 10 * named,
        )


def _provider(row: BulkRow) -> _Provider:
    return _Provider(row.ctid, row.name, _kind(row.document), _place(row.document, "ceterms:address"))


def _incoming(ids: Sequence[int]) -> dict[int, int]:
    """How many links point at each resource."""
    sql = "SELECT object_id, COUNT(*) FROM registry_link WHERE object_id IN ({}) GROUP BY object_id"
    return dict(select_in(sql, ids))


def _provider_of(document: dict[str, Any]) -> str:
    for term in queries.PROVIDERS:
        for value in _list(document.get(term)):
            reference = value.get("@id", "") if isinstance(value, dict) else value
            if isinstance(reference, str) and (ctid := ctid_in(reference)):
                return ctid
    return ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _objects(document: dict[str, Any], term: str) -> Iterator[dict[str, Any]]:
    for value in _list(document.get(term)):
        if isinstance(value, dict):
            yield value


def _string(value: Any) -> str:
    found = texts(value)
    return " ".join(found[0].split())[:200] if found else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _kind(document: dict[str, Any]) -> str:
    """The kind of an organization: sector in plain words."""
    sector = _string(document.get("lw:sector"))
    if sector:
        return sector
    concepts = _concepts(document, "ceterms:agentSectorType")
    return label(concepts[0]) if concepts else ""


def _concepts(document: dict[str, Any], *terms: str) -> tuple[str, ...]:
    """Concepts as compact names, however the publisher gives them: as string, reference or alignment object."""
    found: dict[str, None] = {}
    for term in terms:
        for value in _list(document.get(term)):
            node = value.get("ceterms:targetNode") or value.get("@id") if isinstance(value, dict) else value
            if isinstance(node, str) and 0 < len(node) <= 200:
                found[
                    re.sub(r"^https?://credreg\.net/.*?/terms/|^https?://purl\.org/ctdl/.*?/", "", node)
                ] = None
    return tuple(found)


def _status(value: Any) -> str:
    concepts = _concepts({"status": value}, "status") if isinstance(value, dict | list) else ()
    return concepts[0] if concepts else _string(value)


def _noted(document: dict[str, Any], term: str, key: str) -> list[str]:
    """Codes of a tree that a property names."""
    noted = [_string(value.get("ceterms:codedNotation")) for value in _objects(document, term)]
    return [code[:7] if key == "occupation" else code for code in noted if depth(key, code[:7]) is not None]


def _with_wider(key: str, noted: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for code in noted:
        found |= dict.fromkeys((*_wider(key, code), code))
    return tuple(found)


@lru_cache(10_000)
def _wider(key: str, code: str) -> tuple[str, ...]:
    """Wider codes, nearest last. A code that its table does not know still has those that it begins with."""
    table = codes.cip if key == "field" else codes.soc
    known = tuple(reversed(table.broader(code)))
    return known or tuple(code[:n] for n in (2, 5) if key == "field" and len(code) > n)


def _occupations(document: dict[str, Any], kind: str, fields: Sequence[str]) -> tuple[str, ...]:
    """Occupations named, else those that the fields lead to; an occupation is itself, a field none."""
    if kind == "occupation":
        own = _string(document.get("ceterms:codedNotation"))[:7]
        return _with_wider("occupation", [own] if depth("occupation", own) is not None else [])
    named = _noted(document, "ceterms:occupationType", "occupation")
    if not named and document.get("ceterms:instructionalProgramType"):
        named = [occupation for field in fields for occupation in codes.occupations_of(field)]
    return _leading(tuple(named))


@lru_cache(10_000)
def _leading(named: tuple[str, ...]) -> tuple[str, ...]:
    return _with_wider("occupation", named)


def _place(document: dict[str, Any], *terms: str) -> Place:
    """The first place that a document names; coordinates only if both are there and on earth."""
    for term in terms:
        for found in _objects(document, term):
            region = _string(found.get("ceterms:addressRegion"))
            state = region.upper() if region.upper() in NAMES else _ABBREVIATIONS.get(region.casefold(), "")
            latitude, longitude = (
                _number(found.get("ceterms:latitude")),
                _number(found.get("ceterms:longitude")),
            )
            if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
                latitude = longitude = None
            county = _string(found.get("lw:countyCode"))
            return Place(
                state=state,
                county=county if re.fullmatch(r"\d{5}", county) else "",
                county_name=_county(_string(found.get("lw:county"))),
                city=_string(found.get("ceterms:addressLocality")),
                zip=_string(found.get("ceterms:postalCode"))[:5],
                latitude=latitude,
                longitude=longitude,
            )
    return NOWHERE


def _county(name: str) -> str:
    """Lists say "Camden" where the federal survey says "Camden County"."""
    return f"{name} County" if name and " " not in name else name


def total_cost(document: dict[str, Any]) -> float | None:
    """Dollars for the whole: the total where one is named, else the sum of the parts. None where nothing is."""
    parts: list[float] = []
    for profile in _objects(document, "ceterms:estimatedCost"):
        price = _number(profile.get("ceterms:price"))
        if price is None or price < 0 or profile.get("ceterms:currency", "USD") != "USD":
            continue
        if "costType:AggregateCost" in _concepts(profile, "ceterms:directCostType"):
            return price
        parts.append(price)
    return sum(parts) if parts else None


def _durations(document: dict[str, Any]) -> tuple[float | None, float | None]:
    """Hours of instruction and weeks by the calendar; the longest of several, the upper end of a range."""
    hours: list[float] = []
    weeks: list[float] = []
    for profile in _objects(document, "ceterms:estimatedDuration"):
        for term in ("ceterms:exactDuration", "ceterms:maximumDuration", "ceterms:minimumDuration"):
            match = _DURATION.fullmatch(_string(profile.get(term)) or "-")
            if match is None:
                continue
            years, months, w, days, h, minutes = (int(part or 0) for part in match.groups())
            # A month or a year is no whole number of weeks, and nobody means the remainder.
            calendar = round(years * 365.25 / 7 + months * 365.25 / 84) + w + days / 7
            if calendar:
                weeks.append(round(calendar, 2))
            elif h or minutes:
                hours.append(round(h + minutes / 60, 2))
            break
    return max(hours, default=None), max(weeks, default=None)


def _awards(row: BulkRow) -> tuple[int | None, bool | None]:
    """Awards of the latest period, first and second majors together, and whether any were made in any period."""
    periods: dict[str, float] = {}
    for key, period, value, status, _, _ in row.figures:
        if key == _AWARDS and value is not None and status == "reported":
            periods[period] = periods.get(period, 0.0) + value
    if not periods:
        return None, None
    return int(periods[max(periods)]), any(periods.values())


def _latest(row: BulkRow, key: str) -> float | None:
    """The newest reported value of a measure; of several of the same time the one nobody has to share."""
    found = [
        (period, not shared, value)
        for measure, period, value, status, _, shared in row.figures
        if measure == key and value is not None and status == "reported"
    ]
    return max(found)[2] if found else None


@lru_cache(1_000)
def _searched(class_: str) -> tuple[str, ...]:
    """The properties that a type declares as searched, beside its names."""
    names = ("ceterms:name", "ceterms:alternateName")
    return tuple(p.term for p in by_class(class_).properties if p.searched and p.term not in names)


def _text(document: dict[str, Any], kind: str) -> str:
    """Further words: the properties that the type declares as searched, and titles of codes."""
    words: dict[str, None] = {}
    for term in _searched(_string(document.get("@type"))) if kind else ():
        if term in document:
            words |= dict.fromkeys(texts(document[term]))
    for term in _CODES:
        for value in _objects(document, term):
            words |= dict.fromkeys(texts(value.get("ceterms:targetNodeName")))
    if kind in ("occupation", "field_of_study"):
        words[_string(document.get("ceterms:codedNotation"))] = None
    return "\n".join(word for word in words if word)[:_LONGEST]


def _more(document: dict[str, Any], kind: str) -> tuple[tuple[str, str], ...]:
    """The values of the filters that the type brings with it."""
    found: list[tuple[str, str]] = []
    for term, property_ in own.properties(kind).items():
        if term in document:
            said = (text for one in _list(document[term]) for text in _said(one, property_.kind))
            plain = dict.fromkeys(own.trimmed(unicodedata.normalize("NFC", text)) for text in said)
            found += [(term, value) for value in plain if value][: own.MOST]
    return tuple(found)


def _said(value: Any, kind: str) -> list[str]:
    """The choices that a value of a property stands for; none for one that is not of its kind."""
    if kind == "boolean":
        return [str(value).lower()] if isinstance(value, bool) else []
    if kind == "reference":
        reference = value.get("@id") if isinstance(value, dict) else value
        ctid = ctid_in(reference) if isinstance(reference, str) else None
        return [ctid] if ctid else []
    if kind == "date":
        return [text[:4] for text in texts(value) if re.match(r"\d{4}", text)]
    if kind == "concept" and (concepts := _concepts({"": value}, "")):
        return list(concepts)
    if kind in ("concept", "code") and isinstance(value, dict):
        return [_string(value.get("ceterms:codedNotation") or value.get("ceterms:targetNodeName"))]
    if isinstance(value, dict):  # a language map: the values in English, else in its first language
        value = value.get(next((tag for tag in value if tag.lower().startswith("en")), next(iter(value), "")))
    return texts(value)
