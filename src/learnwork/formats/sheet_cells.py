"""One property of a document as the text of one cell, and back, without loss.

A value is written in the plain form of its kind where reading that form gives the same value again; else as
JSON. So every document can go through a sheet and come back equal, and most cells can be read by a person:

    text, language map   Welding; several values are separated by "; "
    boolean, number      yes, no, 12.5
    money                costType:AggregateCost 4000 USD; (Other costs) 35 USD; 5 USD
    duration             PT225H; P3M/P5M
    code                 CIP 48.0508; SOC 51-4121
    concept              deliveryType:OnlineOnly
    reference, uri       ce-…; https://…
    place, profile       JSON

A cell that begins with = + - @ would be run as a formula by a sheet program. On the way out it gets an
apostrophe in front, on the way in the apostrophe is taken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from learnwork.formats import etpl_cells as cells
from learnwork.formats import json_spans
from learnwork.formats.etpl_documents import concept, english, field_of_study, occupation
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.terms import vocabulary
from learnwork.vocabulary.types import Property

_ACTIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r＝＋－＠]")
# What CSV and XLSX cannot both carry: controls, lone line ends of old systems, and XLSX's own escape.
_FRAGILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\u2028\u2029]|_x[0-9A-Fa-f]{4}_")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_PRICE = re.compile(r"(?:(costType:\w+) |\(([^();]+)\) )?(\d+(?:\.\d+)?) ([A-Z]{3})")
# Before a lone number, yes or no, or null where the kind of the column is another.
_JSON = "json:"
_URI = re.compile(r"(https?|urn|ftp|geo|tel|mailto|did):[^\s;<>\"]+")


class BadCellError(ValueError):
    """A cell cannot be read as what its column holds; the text says what was expected."""


def guarded(text: str) -> str:
    """The text with an apostrophe before what a sheet program would run."""
    return f"'{text}" if _ACTIVE.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def runs(text: str) -> bool:
    """Whether a cell of somebody else's sheet looks like a formula rather than like a number or a list item."""
    if not text or text[0] not in "=+-@＝＋－＠":
        return False
    return text[0] in "=@＝＠" or bool(re.match(r"[+\-＋－]\s*[A-Za-z]+[\w.]*\(", text))


def written(value: Any, item: Property) -> str:
    """The cell of a property's value."""
    plain = _plain(value, item)
    if plain is not None and not _FRAGILE.search(plain) and plain == plain.strip() and plain:
        cell = guarded(plain)
        try:
            if read(cell, item) == value and _same_types(read(cell, item), value):
                return cell
        except BadCellError:
            pass
    return as_json(value) if isinstance(value, list | dict | str) else f"{_JSON}{as_json(value)}"


def as_json(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return _FRAGILE.sub(lambda match: "".join(f"\\u{ord(character):04x}" for character in match[0]), text)


def _same_types(one: Any, other: Any) -> bool:
    """1, 1.0 and True are equal in Python, and not the same value."""
    if isinstance(one, list) and isinstance(other, list):
        return all(map(_same_types, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same_types(one[key], other[key]) for key in one)
    return type(one) is type(other)


def is_json(text: str) -> bool:
    """Whether a cell is read as JSON rather than in the plain form of its kind."""
    return text.startswith(("[", "{", '"', _JSON))


def read(cell: str, item: Property) -> Any:
    """The value of a cell; raises `BadCellError`. An empty cell is None."""
    text = unguarded(cell.strip())
    if not text:
        return None
    if is_json(text):
        try:
            return json_spans.read(text.removeprefix(_JSON))
        except json_spans.BadJsonError as error:
            if error.code != "json-syntax" or (text[0] != '"' and item.kind in ("place", "profile")):
                raise BadCellError(f"JSON that can be kept ({error.message.rstrip('.')})") from None
    return _READ[item.kind](text, item)


def _plain(value: Any, item: Property) -> str | None:
    """The plain form of a value; None where its kind has none for it. `written` proves it by reading."""
    values = value if isinstance(value, list) else [value]
    parts = [_PLAIN.get(item.kind, _no_plain)(one) for one in values]
    if item.kind == "language map" and isinstance(value, dict) and isinstance(value.get("en"), list):
        parts = [one if isinstance(one, str) else None for one in value["en"]]
    return None if not parts or any(part is None for part in parts) else "; ".join(filter(None, parts))


def _no_plain(value: Any) -> str | None:
    return None


def _text_plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _map_plain(value: Any) -> str | None:
    return value.get("en") if isinstance(value, dict) and isinstance(value.get("en"), str) else None


def _money_plain(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    price, type_ = value.get("ceterms:price"), value.get("ceterms:directCostType")
    if not isinstance(price, int | float) or isinstance(price, bool):
        return None
    node = type_.get("ceterms:targetNode") if isinstance(type_, dict) else None
    called = _map_plain(value.get("ceterms:name"))
    kind = node or (f"({called})" if called else "")
    return f"{kind} {price!r} {value.get('ceterms:currency')}".strip()


def _duration_plain(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    if "ceterms:exactDuration" in value:
        return str(value["ceterms:exactDuration"])
    return f"{value.get('ceterms:minimumDuration', '')}/{value.get('ceterms:maximumDuration', '')}"


def _code_plain(value: Any) -> str | None:
    if not isinstance(value, dict) or not isinstance(value.get("ceterms:frameworkName"), dict):
        return value if isinstance(value, str) else None
    framework = str(value["ceterms:frameworkName"].get("en", "")).partition(" ")[0]
    return f"{framework} {value.get('ceterms:codedNotation')}"


def _concept_plain(value: Any) -> str | None:
    found = value.get("ceterms:targetNode") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _boolean_plain(value: Any) -> str | None:
    return ("yes" if value else "no") if isinstance(value, bool) else None


def _number_plain(value: Any) -> str | None:
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


_PLAIN: Mapping[str, Callable[[Any], str | None]] = {
    "text": _text_plain,
    "language map": _map_plain,
    "uri": _text_plain,
    "reference": _text_plain,
    "date": _text_plain,
    "money": _money_plain,
    "duration": _duration_plain,
    "code": _code_plain,
    "concept": _concept_plain,
    "boolean": _boolean_plain,
    "number": _number_plain,
}


def _items(text: str, item: Property) -> list[str]:
    return [part for part in (piece.strip() for piece in text.split(";")) if part] if item.many else [text]


def _one_or_many(text: str, item: Property, one: Callable[[str], Any]) -> Any:
    found = [one(part) for part in _items(text, item)]
    if not found:
        raise BadCellError("a value")
    return found if item.many else found[0]


def _read_text(text: str, item: Property) -> Any:
    return _one_or_many(text, item, str)


def _read_map(text: str, item: Property) -> Any:
    found = _items(text, item)
    if not found:
        raise BadCellError("a text")
    return {"en": found if len(found) > 1 else found[0]}


def _uri(text: str) -> str:
    if _URI.fullmatch(text) and not text.startswith(("http:", "https:")):
        return text
    found = cells.web(text)
    if found is None:
        raise BadCellError("a web address, such as https://example.org")
    return found


def _reference(text: str) -> str:
    return text if is_ctid(text) else _uri(text)


def _day(text: str) -> str:
    found = cells.day(text)
    if found is None:
        raise BadCellError("a date, such as 2024-05-01")
    return found


def _boolean(text: str, item: Property) -> bool:
    folded = text.casefold()
    if folded in ("yes", "true", "y", "t", "1", "x"):
        return True
    if folded in ("no", "false", "n", "f", "0"):
        return False
    raise BadCellError("yes or no")


def _number(text: str, item: Property) -> int | float:
    if _NUMBER.fullmatch(text) and len(text) < 300:
        found = float(text) if "." in text else int(text)
        if isinstance(found, int) and found not in json_spans.INTEGERS:
            raise BadCellError("a number of at most 64 bits")
        return found
    amount = cells.amount(text)
    if amount is None:
        raise BadCellError("a number")
    return int(amount) if amount.is_integer() else amount


def price(text: str, type_: str = "", currency: str = "USD") -> dict[str, Any]:
    """A cost: "costType:Tuition 2900 USD", or an amount as people write it, of the type that the column has."""
    match = _PRICE.fullmatch(text)
    name = ""
    if match:
        type_, name, amount, currency = match[1] or type_, match[2] or "", float(match[3]), match[4]
    else:
        found = cells.amount(text)
        if found is None:
            raise BadCellError("an amount of money, such as 4,000")
        amount = found
    if not 0 <= amount <= cells.MOST:
        raise BadCellError(f"an amount from zero to {cells.MOST:,.0f}")
    profile: dict[str, Any] = {"@type": "ceterms:CostProfile"}
    if name:
        profile["ceterms:name"] = english(name)
    elif type_:
        profile["ceterms:directCostType"] = concept(type_)
    profile["ceterms:price"] = int(amount) if amount.is_integer() else amount
    profile["ceterms:currency"] = currency
    return profile


def span(text: str, unit: str = "iso") -> dict[str, Any]:
    """A duration: "PT225H", "P3M/P5M", "12 weeks", or a number of what the column counts."""
    if match := re.fullmatch(r"([\d.,]+)\s*-?\s*(hour|day|week|month|year)s?", text.casefold()):
        text, unit = match[1], f"{match[2]}s"
    found = cells.duration(text, unit)
    if found is None:
        raise BadCellError("a length of time, such as 12 weeks or PT225H")
    low, high = found
    profile: dict[str, Any] = {"@type": "ceterms:DurationProfile"}
    if low == high:
        return profile | {"ceterms:exactDuration": low}
    profile |= {"ceterms:minimumDuration": low} if low else {}
    return profile | ({"ceterms:maximumDuration": high} if high else {})


def code(text: str, framework: str = "") -> dict[str, Any]:
    """A code: "CIP 48.0508", "SOC 51-4121", or a bare code of the framework that the column has."""
    name, _, rest = text.rpartition(" ")
    name = (name or framework).casefold()
    found = cells.cip(rest) if name in ("", "cip") else None
    if found:
        return field_of_study(found)
    found = cells.soc(rest) if name in ("", "soc") else None
    if found:
        return occupation(found)
    raise BadCellError("a code, such as CIP 48.0508 or SOC 51-4121")


def _concept(text: str, term: str) -> dict[str, Any]:
    every = vocabulary()
    if text in every.concepts:
        return concept(text)
    entry = every.properties.get(term)
    scheme = entry.scheme if entry else ""
    known = {found.label.casefold(): name for name, found in every.concepts.items() if found.scheme == scheme}
    if text.casefold() in known:
        return concept(known[text.casefold()])
    if re.fullmatch(r"[A-Za-z]\w*:[A-Za-z]\w*", text):
        return concept(text)
    raise BadCellError(f"one of {', '.join(sorted(known))[:200]}" if known else "a concept of CTDL")


def _read_code(text: str, item: Property) -> Any:
    if item.term == "lw:awardLevel":
        return text
    return _one_or_many(text, item, code)


def _no_read(text: str, item: Property) -> Any:
    raise BadCellError("JSON")


_READ: Mapping[str, Callable[[str, Property], Any]] = {
    "text": _read_text,
    "language map": _read_map,
    "uri": lambda text, item: _one_or_many(text, item, _uri),
    "reference": lambda text, item: _one_or_many(text, item, _reference),
    "date": lambda text, item: _one_or_many(text, item, _day),
    "money": lambda text, item: _one_or_many(text, item, price),
    "duration": lambda text, item: _one_or_many(text, item, span),
    "code": _read_code,
    "concept": lambda text, item: _one_or_many(text, item, lambda part: _concept(part, item.term)),
    "boolean": _boolean,
    "number": _number,
    "place": _no_read,
    "profile": _no_read,
}
