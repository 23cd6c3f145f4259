"""The columns of the index, and how a record becomes a document of it.

Words stand in two fields: `text` holds every word by which a resource may be found, with positions for phrases;
`name` holds those of its name alone, for ranking and for suggestions. Words are not stemmed: a question is widened
to the forms of its words that the index holds, so that the index's own terms serve as spelling dictionary.

Numbers stand in columns named `by_…`: the number in hundredths in the upper 32 bits, the record's id in the lower
ones. Such a column filters a range, sorts, and has no two equal values, so that a page goes on exactly where the
former one stopped, whatever was added in between.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import orjson
import tantivy

from learnwork.formats.states import NAMES
from learnwork.search import geo, own
from learnwork.search.errors import IndexBrokenError
from learnwork.search.facets import BANDS, CHOICES, NONE, depth, number_of
from learnwork.search.record import Record

SHORT = 2  # letters of a beginning that has a term of its own
CURSOR = "cursor"  # the key of the one document that is no resource: it holds the number of the last change
VERSION = 6  # raise it when documents are made differently although the columns stay
_MISSING = 0xFFFF_FFFF
_POSSESSIVE = re.compile(r"['’]s\b")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """What a list of results shows of one resource: kept in the index beside its columns.

    The three earnings are different measures, never to be compared (see `facets.EARNINGS`). distance: miles from
    the point that was asked for, None where none was; approximate where only the ZIP code of the place is known.
    """

    id: int
    ctid: str
    type: str
    ctdl_class: str
    name: str
    provider: str = ""
    provider_name: str = ""
    city: str = ""
    county: str = ""
    county_name: str = ""
    state: str = ""
    zip: str = ""
    latitude: float | None = None
    longitude: float | None = None
    level: str = ""
    fields: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    cost: float | None = None
    hours: float | None = None
    weeks: float | None = None
    earnings: float | None = None
    earnings_1yr: float | None = None
    earnings_quarter: float | None = None
    awards: int | None = None
    status: str = ""
    sources: tuple[str, ...] = ()
    derived: bool = False
    distance: float | None = None
    approximate: bool = False


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # The id as text: the binding deletes by a term of text, and silently not by one of a number.
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("id", fast=True)
    builder.add_bytes_field("stored", stored=True)
    builder.add_text_field("text", tokenizer_name="words", index_option="position")
    builder.add_text_field("name", tokenizer_name="words", index_option="freq")
    builder.add_text_field("start", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("point", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("by_name", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("by_popularity", fast=True)
    builder.add_unsigned_field("alike", fast=True)
    builder.add_text_field(own.COLUMN, tokenizer_name="raw", index_option="basic", fast=True)
    for band in BANDS.values():
        builder.add_unsigned_field(band.column, fast=True)
    for choice in CHOICES.values():
        for column in choice.columns:
            if choice.numbered:
                builder.add_unsigned_field(column, indexed=True, fast=True)
            else:
                builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def analyzer() -> tantivy.TextAnalyzer:
    """Words: runs of letters and digits, small, without accents, up to 40 characters."""
    make = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in (tantivy.Filter.remove_long(41), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        make = make.filter(one)
    return make.build()


_ANALYZER = analyzer()


def fingerprint() -> str:
    """What an index must have been made with to be read by this code."""
    columns = [column for choice in CHOICES.values() for column in choice.columns]
    parts = [str(VERSION), *columns, *BANDS, *(field.name for field in fields(Hit)), version("tantivy")]
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def document(record: Record, made: tantivy.Schema) -> tantivy.Document:
    """The document of a record. Raises `IndexBrokenError` for an id that does not fit into 32 bits."""
    if not 0 <= record.id < _MISSING:
        raise IndexBrokenError(
            f"The resource {record.ctid} has the number {record.id}; the index takes numbers up to 4,294,967,294.",
            hint="Rebuild the registry's resources, which numbers them anew.",
        )
    values: dict[str, Any] = {
        "key": str(record.id),
        "id": record.id,
        "stored": orjson.dumps(_stored(record)),
        "name": separate(record.name),
        "text": found_by(record),
        "start": _starts(record.name),
        "by_name": name_key(record),
        "alike": _alike(record.type, record.name),
        "by_popularity": composite(record.popularity, record.id, "high"),
    }
    for band in BANDS.values():
        values[band.column] = composite(getattr(record, band.key), record.id, band.best, scale=100)
    if point := geo.term(record.place.latitude, record.place.longitude, record.place.zip):
        values["point"] = point
    values |= _columns(record)
    values["provider"] = number_of(record.provider)
    if record.more:
        values[own.COLUMN] = sorted({each for pair in record.more for each in (pair[0], own.held(*pair))})
    return tantivy.Document.from_dict(values, made)


def _columns(record: Record) -> dict[str, list[str]]:
    """Every column of a facet holds something, if only "-": see `facets.NONE`."""
    values: dict[str, tuple[str, ...]] = {
        "type": (record.type,),
        "class": (record.ctdl_class,),
        "level": (record.level,),
        "state": (record.place.state,),
        "county": (record.place.county,),
        "kind": (record.provider_kind,),
        "delivery": record.delivery,
        "quality": record.quality,
        "status": (record.status,),
        "source": record.sources,
        "origin": ("derived" if record.derived else "asserted",),
        "awarded": ({True: "yes", False: "no"}.get(record.awarded, ""),)
        if record.awarded is not None
        else (),
    }
    values |= _levels("field", record.fields)
    values |= _levels("occupation", record.occupations)
    # Most columns of most records hold one value: nothing to sort.
    return {
        column: [given[0] or NONE] if len(given) == 1 else sorted(set(filter(None, given))) or [NONE]
        for column, given in values.items()
    }


@lru_cache(20_000)
def _levels(key: str, codes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Codes of a tree by the column of their level; the same few thousand sets of codes come again and again."""
    columns: dict[str, tuple[str, ...]] = dict.fromkeys(CHOICES[key].columns, ())
    for code in codes:
        level = depth(key, code)
        if level is not None:
            columns[CHOICES[key].columns[level]] += (code,)
    return columns


def found_by(record: Record) -> str:
    """All words by which a record may be found."""
    place = record.place
    state = NAMES.get(place.state, "")
    parts = (
        record.name, *record.alternates, record.provider_name, place.city, place.county_name, state, place.state,
        record.text,
    )  # fmt: skip
    # A full stop between parts has no position; a phrase that spans two of them is rare and harmless.
    return "\n".join(separate(part) for part in parts if part)


def separate(text: str) -> str:
    """Composed form, and an apostrophe inside a word dropped from its possessive: "associate's" → "associate"."""
    return _separate(text) if len(text) < 200 else _separate.__wrapped__(text)


@lru_cache(20_000)  # names of programs, providers, places: they come again and again
def _separate(text: str) -> str:
    return _POSSESSIVE.sub("", text if text.isascii() else unicodedata.normalize("NFC", text))


@lru_cache(20_000)  # a few thousand titles name most programs
def _starts(name: str) -> list[str]:
    """The first letter and the first two of each word of a name: one term each, where a walk finds thousands."""
    return sorted({token[:n] for token in _ANALYZER.analyze(separate(name)) for n in (1, SHORT)})


@lru_cache(20_000)
def _alike(type_: str, name: str) -> int:
    """The same for things of the same type and name, of which a suggestion shows one. 32 bits: a clash hides one."""
    return int.from_bytes(blake2b(f"{type_}\n{name.casefold()}".encode(), digest_size=4).digest())


def name_key(record: Record) -> str:
    """Sorts by name, then by id; made of letters and digits alone, as the engine's parser of ranges wants it."""
    return f"{_folded(record.name)}00{record.id:08x}"


@lru_cache(20_000)
def _folded(name: str) -> str:
    folded = name.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _NOT_ALPHANUMERIC.sub("0", folded).strip("0")[:80]


def composite(number: float | None, id_: int, best: str, scale: int = 1) -> int:
    """Number and id in one: ascending columns put what is missing last, descending ones (plus one) as zero."""
    if number is None:
        return (_MISSING if best == "low" else 0) << 32 | id_
    return hundredths(number, best, scale) << 32 | id_


def hundredths(number: float, best: str, scale: int = 100) -> int:
    """The upper half of a composite, clipped to what fits."""
    return max(0, min(round(number * scale), _MISSING - 2)) + (best == "high")


def bounds(low: float | None, high: float | None, best: str) -> tuple[int, int]:
    """Smallest and greatest composite of the numbers from low to high; what is missing lies outside."""
    first = hundredths(low or 0.0, best)
    last = _MISSING - 1 if high is None else hundredths(high, best)
    return first << 32, last << 32 | 0xFFFF_FFFF


def _stored(record: Record) -> list[Any]:
    """In the order of the fields of `Hit`."""
    place = record.place
    return [
        record.id, record.ctid, record.type, record.ctdl_class, record.name, record.provider, record.provider_name,
        place.city, place.county, place.county_name, place.state, place.zip, place.latitude, place.longitude,
        record.level, record.fields, record.delivery, record.cost, record.hours, record.weeks, record.earnings,
        record.earnings_1yr, record.earnings_quarter, record.awards, record.status, record.sources, record.derived,
    ]  # fmt: skip


def restore(body: bytes) -> Hit:
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in orjson.loads(body)]
    return Hit(*values)
