"""Guessing what the columns of a sheet mean, from their names and from their first values.

Each guess says how sure it is and why, so that a person can check it before anything is loaded. Names count
more than values; values alone decide only what has an unmistakable shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from learnwork.formats import etpl_cells as cells
from learnwork.formats.etpl_model import PERSONAL
from learnwork.formats.files import rows
from learnwork.formats.names import normalised_name
from learnwork.formats.sheet_mapping import Column, SheetMapping, mapping_of
from learnwork.vocabulary.codes import cip, soc
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import UnknownFormatError
from learnwork.vocabulary.types import FALLBACK, Property, ResourceType, all_types, by_class, by_key

SAMPLE = 200
# A column with more repeated or empty values than this is no key; with fewer, those rows are mistakes.
UNIQUE = 0.8
CERTAIN, NAMED, CALLED, SHAPED = 1.0, 0.95, 0.85, 0.6
# What people call a column: normalised name → (role or term, detail). Terms a type does not have are passed over.
CALLED_BY: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("ctid", "credential engine id"), ("ctid", "")),
    **dict.fromkeys(("type", "ctdl class", "resource type", "class"), ("type", "")),
    **dict.fromkeys(
        ("id", "key", "code", "number", "no", "course number", "course no", "program id"), ("key", "")
    ),
    **dict.fromkeys(("programid", "course id", "identifier", "external id"), ("key", "")),
    **dict.fromkeys(
        (
            "name",
            "title",
            "program",
            "program name",
            "program title",
            "course",
            "course name",
            "course title",
        ),
        ("ceterms:name", ""),
    ),
    **dict.fromkeys(
        ("credential name", "officialname", "organization", "organization name"), ("ceterms:name", "")
    ),
    **dict.fromkeys(("description", "summary", "about", "course description"), ("ceterms:description", "")),
    **dict.fromkeys(
        ("provider", "provider name", "school", "institution", "offered by", "college"), ("provider", "")
    ),
    **dict.fromkeys(
        ("url", "website", "web page", "webpage", "link", "web site"), ("ceterms:subjectWebpage", "")
    ),
    **dict.fromkeys(
        ("cip", "cip code", "cipcode", "field of study"), ("ceterms:instructionalProgramType", "cip")
    ),
    **dict.fromkeys(
        ("soc", "soc code", "occupation", "occupations", "onet code"), ("ceterms:occupationType", "soc")
    ),
    **dict.fromkeys(("cost", "price", "costs"), ("ceterms:estimatedCost", "")),
    **dict.fromkeys(
        ("total cost", "totalcost", "total"), ("ceterms:estimatedCost", "costType:AggregateCost")
    ),
    **dict.fromkeys(("tuition", "tuition cost"), ("ceterms:estimatedCost", "costType:Tuition")),
    **dict.fromkeys(("fees", "fee"), ("ceterms:estimatedCost", "costType:MixedFees")),
    **dict.fromkeys(
        ("books", "materials", "books and materials"), ("ceterms:estimatedCost", "costType:LearningResource")
    ),
    **dict.fromkeys(("duration", "length", "time"), ("ceterms:estimatedDuration", "iso")),
    **dict.fromkeys(
        ("hours", "clock hours", "contact hours", "total hours"), ("ceterms:estimatedDuration", "hours")
    ),
    **dict.fromkeys(("weeks", "length weeks", "duration weeks"), ("ceterms:estimatedDuration", "weeks")),
    **dict.fromkeys(("months", "duration months", "length months"), ("ceterms:estimatedDuration", "months")),
    **dict.fromkeys(("days", "duration days"), ("ceterms:estimatedDuration", "days")),
    **dict.fromkeys(("years", "duration years"), ("ceterms:estimatedDuration", "years")),
    **dict.fromkeys(("language", "languages", "languages spoken"), ("lw:spokenLanguages", "")),
    **dict.fromkeys(("keywords", "keyword", "tags"), ("ceterms:keyword", "")),
    **dict.fromkeys(
        ("delivery", "delivery type", "format", "modality", "mode"), ("ceterms:deliveryType", "")
    ),
    **dict.fromkeys(("start date", "effective date", "since", "valid from"), ("ceterms:dateEffective", "")),
    **dict.fromkeys(
        ("expiration date", "expires", "end date", "valid until"), ("ceterms:expirationDate", "")
    ),
    **dict.fromkeys(("founded", "founding date"), ("ceterms:foundingDate", "")),
    **dict.fromkeys(("address", "street", "street address", "street1", "address 1"), ("place.street", "")),
    **dict.fromkeys(("city", "town"), ("place.city", "")),
    **dict.fromkeys(("state", "region", "province"), ("place.region", "")),
    **dict.fromkeys(("zip", "zip code", "zipcode", "postal code", "postcode"), ("place.postal_code", "")),
    "county": ("place.county", ""),
    "country": ("place.country", ""),
    **dict.fromkeys(("lat", "latitude"), ("place.latitude", "")),
    **dict.fromkeys(("lon", "lng", "long", "longitude"), ("place.longitude", "")),
}
# Words in the file's name, and in the name of the column that holds the rows' names, that tell what the rows are.
_WORDS = {
    "learning_opportunity": ("course", "program", "training", "class", "workshop"),
    "credential": ("credential", "certificat", "licen", "degree", "badge", "diploma"),
    "organization": ("organization", "school", "college", "provider", "institution", "employer"),
    "occupation": ("occupation",),
    "competency": ("competenc", "skill"),
    "initiative": ("initiative", "project"),
}
_MONEY = re.compile(r"(\$|USD)\s*-?[\d,]+(\.\d+)?|-?[\d,]+(\.\d+)?\s*(\$|USD)")
_SPAN = re.compile(r"\d+(\.\d+)?\s*-?\s*(hour|day|week|month|year)s?", re.IGNORECASE)


def guess(path: Path, type_key: str | None = None, sheet: str | None = None) -> SheetMapping:
    """The mapping of a sheet as well as it can be guessed. type_key: the type of its rows, where it is known."""
    first = [row for _, row in islice(rows(path, sheet=sheet), SAMPLE)]
    if not first:
        raise UnknownFormatError(
            f"{path.name} has no rows below its header.", hint="There is nothing to load.", file=str(path)
        )
    names = list(first[0])
    values = {name: [row[name] for row in first if row[name]] for name in names}
    type_ = _type(type_key, names, values, path.name)
    taken: set[str] = set()
    columns = []
    for name in names:
        column = _column(name, values[name], type_)
        # One column each for key, name and the like; costs, durations and codes may have several.
        once = column.role if column.role != "property" else column.term
        item = next((item for item in type_.properties if item.term == column.term), None)
        if once in taken and once != "ignore" and not (item and item.many):
            column = Column(name, confidence=0.0, reason=f"another column was taken for {once}")
        taken.add(once)
        columns.append(column)
    key = next((column.name for column in columns if column.role == "key"), "")
    if key and len(set(values[key])) < UNIQUE * len(first):
        key = ""
    return mapping_of(type_, tuple(columns), key, sheet)


def _type(
    type_key: str | None, names: Sequence[str], values: dict[str, list[str]], file: str
) -> ResourceType:
    if type_key:
        known = [type_.key for type_ in all_types()]
        if type_key not in known:
            raise UnknownFormatError(
                f"There is no resource type {type_key!r}.", hint=f"The types are: {', '.join(known)}."
            )
        return by_key(type_key)
    for name in ("type", "@type"):
        for value in values.get(name, [])[:1]:
            found = type_of(value)
            if found:
                return found
    called = [name for name in names if CALLED_BY.get(normalised_name(name), ("", ""))[0] == "ceterms:name"]
    told = " ".join([*called[:1], file]).lower()
    points = {
        type_.key: _fit(type_, names) + 3 * any(word in told for word in _WORDS.get(type_.key, ()))
        for type_ in all_types()
    }
    best = max(all_types(), key=lambda type_: (points[type_.key], -type_.order))
    return best if points[best.key] >= 2 else by_key(FALLBACK)


def type_of(text: str) -> ResourceType | None:
    """The type that a cell names by class, key or label; None for none."""
    if ":" in text:
        return by_class(text)
    folded = text.strip().casefold()
    return next((t for t in all_types() if folded in (t.key, t.label.casefold(), t.plural.casefold())), None)


def _fit(type_: ResourceType, names: Sequence[str]) -> int:
    """How many columns a type has a property for; the commonplace name and description do not count."""
    terms = {item.term for item in type_.properties} - {"ceterms:name", "ceterms:description"}
    labels = {normalised_name(item.label) for item in type_.properties if item.term in terms}
    found = 0
    for name in names:
        called = CALLED_BY.get(normalised_name(name), ("", ""))[0]
        found += (
            name in {term.lower() for term in terms} or called in terms or normalised_name(name) in labels
        )
        found += called == "provider" and "ceterms:offeredBy" in terms
    return found


def _column(name: str, values: list[str], type_: ResourceType) -> Column:
    """The guess for one column: by term, by label, by what people call it, by its values."""
    if name in ("ctid", "type", "more"):
        return Column(name, name, confidence=CERTAIN, reason="a column of our own export")
    if PERSONAL.search(name):
        return Column(name, confidence=CERTAIN, reason="looks like personal data, which is not read")
    normal = normalised_name(name)
    for item in type_.properties:
        if name == item.term.lower():
            return Column(name, "property", item.term, confidence=CERTAIN, reason="named by its term")
    for item in type_.properties:
        if normal == normalised_name(item.label):
            return _property(name, item, NAMED, f"named as “{item.label}”")
    called, detail = CALLED_BY.get(normal, ("", ""))
    if called.startswith(("place.", "ctid", "type", "key", "provider")):
        return Column(name, called, detail=detail, confidence=CALLED, reason="a common name for it")
    for item in type_.properties:
        if item.term == called:
            return _property(name, item, CALLED, "a common name for it", detail)
    return _by_values(name, values, type_)


def _property(name: str, item: Property, confidence: float, reason: str, detail: str = "") -> Column:
    return Column(name, "property", item.term, detail, "", confidence, reason)


def _by_values(name: str, values: list[str], type_: ResourceType) -> Column:
    def share(fits: Callable[[str], object]) -> float:
        return sum(1 for value in values if fits(value)) / len(values) if values else 0.0

    terms = {item.term: item for item in type_.properties}
    shapes: list[tuple[str, str, str, Callable[[str], object]]] = [
        ("ctid", "", "values are CTIDs", is_ctid),
        ("ceterms:instructionalProgramType", "cip", "values are CIP codes", _is_cip),
        (
            "ceterms:occupationType",
            "soc",
            "values are SOC codes",
            lambda text: "-" in text and cells.soc(text) in soc,
        ),
        (
            "ceterms:subjectWebpage",
            "",
            "values are web addresses",
            lambda text: "://" in text and cells.web(text),
        ),
        ("ceterms:estimatedCost", "", "values are amounts of money", _MONEY.fullmatch),
        ("ceterms:estimatedDuration", "iso", "values are lengths of time", _SPAN.fullmatch),
    ]
    for target, detail, reason, fits in shapes:
        if share(fits) < 0.9:
            continue
        if target == "ctid":
            return Column(name, "ctid", confidence=SHAPED, reason=reason)
        if target in terms:
            return _property(name, terms[target], SHAPED, reason, detail)
    return Column(name, confidence=0.0, reason="not recognised: give it a term, or leave it out")


def _is_cip(text: str) -> bool:
    """With a dot, so that numbers are not taken for codes."""
    return bool(re.fullmatch(r"\d{1,2}\.\d{4}", text)) and cells.cip(text) in cip
