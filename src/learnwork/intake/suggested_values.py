"""What a reader typed as the right value, as a value of a CTDL document. Pure."""

from __future__ import annotations

import re
from typing import Any

import orjson
from django.utils.translation import gettext as _

from learnwork.layout.presentation import number, safe_url
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import Property, by_class

PLAIN = frozenset({"text", "language map", "number", "boolean", "money", "duration", "date", "uri"})
LONGEST = 4_000  # characters of a value
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_DURATION = re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_YES = {"yes": True, "sí": True, "si": True, "true": True, "no": False, "false": False}


class UnfitValueError(LearnworkError):
    """What was given cannot be a value of that property."""

    code = "value-unfit"


def property_of(kind: str, term: str) -> Property | None:
    """What the sheet of a resource's class says of a property; None where it says nothing."""
    return next((one for one in by_class(kind).properties if one.term == term), None)


def is_plain(prop: Property | None) -> bool:
    """Whether words are enough to give a value; else it takes a part of a document, as JSON."""
    return prop is not None and prop.kind in PLAIN


def value_of(prop: Property, text: str) -> Any:
    """One value, or for a property of many a list with one value a line. Raises `UnfitValueError`."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines or len(text) > LONGEST:
        raise UnfitValueError(
            _("There is no value, or it is too long."),
            hint=_("Give at most %(n)s characters.") % {"n": number(LONGEST)},
        )
    if prop.many:
        return [_single(prop, line) for line in lines]
    return _single(prop, text.strip() if prop.kind in ("text", "language map") else lines[0])


def _single(prop: Property, text: str) -> Any:
    if prop.kind == "language map":
        return {"en": text}
    if prop.kind == "boolean":
        if text.lower() not in _YES:
            raise UnfitValueError(
                _("“%(text)s” is neither yes nor no.") % {"text": text[:40]}, hint=_("Write yes or no.")
            )
        return _YES[text.lower()]
    if prop.kind in ("number", "money"):
        return _number(text)
    if prop.kind == "date" and not _DATE.fullmatch(text):
        raise UnfitValueError(
            _("“%(text)s” is no date.") % {"text": text[:40]},
            hint=_("Write it as 2026-06-30, 2026-06 or 2026."),
        )
    if prop.kind == "duration" and not _DURATION.fullmatch(text):
        raise UnfitValueError(f"“{text[:40]}” is no duration.", hint="Write it as P6M, P1Y or PT120H.")
    if prop.kind == "uri" and safe_url(text) is None:
        raise UnfitValueError(f"“{text[:80]}” is no address.", hint="Begin it with https://.")
    return text


def _number(text: str) -> float | int:
    try:
        number = float(text.replace(",", "").lstrip("$"))
    except ValueError as error:
        raise UnfitValueError(
            f"“{text[:40]}” is no number.", hint="Write digits, such as 1250.50."
        ) from error
    if not abs(number) < 1e12:
        raise UnfitValueError(f"“{text[:40]}” is out of every bound.", hint="Write digits, such as 1250.50.")
    return int(number) if number == int(number) else number


def value_of_json(prop: Property | None, text: str) -> Any:
    """A value that is a part of a document. Raises `UnfitValueError`."""
    if len(text) > 5 * LONGEST:
        raise UnfitValueError("The value is too long.", hint=f"Give at most {5 * LONGEST:,} characters.")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnfitValueError(
            f"The value is not JSON: {error}.", hint='Quote words: “"like this"”.'
        ) from error
    if value in (None, "", [], {}):
        raise UnfitValueError(
            "There is no value.", hint="An envelope says something; to remove, retire or split."
        )
    return [value] if prop is not None and prop.many and not isinstance(value, list) else value
