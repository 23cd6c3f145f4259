"""Terms and statements of RDF as canonical N-Quads text (RDF 1.1 N-Quads; RDFC-1.0, section 5).

A quad is a tuple of four strings in N-Quads syntax: subject, predicate, object, graph ("" for the default graph).
Blank nodes start with "_", IRIs with "<", literals with a quotation mark.
"""

from __future__ import annotations

import math
import re
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from learnwork.records.errors import BadIriError, LinkedDataError, RelativeIriError

Quad = tuple[str, str, str, str]

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = f"<{RDF}type>"
FIRST = f"<{RDF}first>"
REST = f"<{RDF}rest>"
NIL = f"<{RDF}nil>"
JSON_DATATYPE = f"{RDF}JSON"
I18N = "https://www.w3.org/ns/i18n#"

# What N-Quads allows between < and >; and an IRI has a scheme.
ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+\-.]*:[^\x00-\x20<>"{}|^`\\]*\Z')
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\Z")
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# The backslash first, so that those of the others are not escaped again.
_ESCAPES = [
    *_SHORT.items(),
    *((chr(code), f"\\u{code:04X}") for code in (*range(0x20), 0x7F) if chr(code) not in _SHORT),
]


def line(quad: Quad) -> str:
    subject, predicate, thing, graph = quad
    return f"{subject} {predicate} {thing} {graph} .\n" if graph else f"{subject} {predicate} {thing} .\n"


def iri(value: str, place: str = "") -> str:
    """`<value>`. Raises RelativeIriError, BadIriError."""
    if ABSOLUTE.match(value):
        return f"<{value}>"
    at = f" at {place}" if place else ""
    if re.match(r"[A-Za-z][A-Za-z0-9+\-.]*:", value):
        raise BadIriError(
            f"“{value[:80]}”{at} has characters that no identifier may have.",
            hint="Percent-encode spaces and the like.",
            place=place,
            value=value,
        )
    raise RelativeIriError(
        f"“{value[:80]}”{at} is no absolute identifier, so it would mean another thing in another place.",
        hint="Write it whole, with its scheme (https:, urn:, did:).",
        place=place,
        value=value,
    )


def text(value: str) -> str:
    """A string in quotation marks, escaped as canonical N-Quads asks."""
    if not value.isprintable():
        for character, escaped in _ESCAPES:
            if character in value:
                value = value.replace(character, escaped)
        return f'"{value}"'
    # What is left to escape are quotation marks and backslashes, as in JSON.
    return encode_basestring(value)


def scalar(value: Any, datatype: str = "", place: str = "") -> str:
    """A literal of a JSON scalar (JSON-LD 1.1 API, 8.2.2). `datatype` is an IRI, "" where none is given.

    Raises LinkedDataError for a value that is no scalar, and what `iri` raises for the datatype.
    """
    if isinstance(value, str):
        return (
            f"{text(value)}^^{iri(datatype, place)}"
            if datatype and datatype != f"{XSD}string"
            else text(value)
        )
    lexical, own = _number(value, datatype, place)
    return (
        f'"{lexical}"'
        if (datatype or own) == f"{XSD}string"
        else f'"{lexical}"^^{iri(datatype or own, place)}'
    )


def _number(value: Any, datatype: str, place: str) -> tuple[str, str]:
    if value is True or value is False:
        return ("true" if value else "false"), f"{XSD}boolean"
    if isinstance(value, (int, float)):
        if isinstance(value, int) and abs(value) >= 10**300:
            raise LinkedDataError(f"A number of over 300 digits stands at {place or '/'}.", place=place)
        if not math.isfinite(value):
            raise LinkedDataError(f"A number that is not finite stands at {place or '/'}.", place=place)
        if datatype == f"{XSD}double" or value != int(value) or abs(value) >= 1e21:
            return double(float(value)), f"{XSD}double"
        return str(int(value)), f"{XSD}integer"
    raise LinkedDataError(f"A value of the wrong kind stands at {place or '/'}.", place=place)


def double(value: float) -> str:
    """The canonical form of xsd:double (XML Schema 2, 3.2.5.2), with up to 15 digits after the point."""
    mantissa, exponent = f"{value:.15E}".split("E")
    whole, digits = mantissa.split(".")
    return f"{whole}.{digits.rstrip('0') or '0'}E{int(exponent)}"


def language(value: str, tag: str, place: str = "") -> str:
    """A string with its language, in lower case as JSON-LD expansion has it. Raises LinkedDataError."""
    if not _LANGUAGE.match(tag):
        raise LinkedDataError(
            f"“{tag[:40]}” at {place or '/'} is no language tag.",
            hint="Write one of BCP 47, such as en.",
            place=place,
            value=tag,
        )
    return f"{text(value)}@{tag.lower()}"


def directed(value: str, tag: str, direction: str) -> str:
    """A string with its base direction, as a datatype that says both (JSON-LD 1.1, 4.2.4.1, i18n namespace)."""
    return f"{text(value)}^^<{I18N}{tag.lower()}_{direction}>"


def json(value: Any, place: str = "") -> str:
    """A JSON literal in its canonical form (RFC 8785). Raises LinkedDataError."""
    try:
        canonical = rfc8785.dumps(value).decode("utf-8")
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as wrong:
        raise LinkedDataError(
            f"The value at {place or '/'} has no canonical form: {wrong}.", place=place
        ) from None
    return f"{text(canonical)}^^<{JSON_DATATYPE}>"
