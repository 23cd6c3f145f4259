"""A `Landscape` as canonical JSON and back: what editions freeze and exports carry.

Normal form: what has no order of its own is sorted, amounts are written plainly, and what equals its default is left
out, so that a field that is added to the model later changes no digest of what does not use it. Two maps that say the
same have the same bytes (RFC 8785), and `read(text(x)) == ordered(x)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import orjson
import rfc8785
from pydantic import TypeAdapter, ValidationError

from learnwork.landscape.model import Entry, Grant, Landscape, Party
from learnwork.vocabulary.errors import LearnworkError, TooLargeError

FORMAT = "learnwork-landscape/1"
LARGEST = 200_000_000  # bytes of one file
Named = TypeVar("Named", Entry, Party)
Row = TypeVar("Row")


class BadLandscapeError(LearnworkError):
    """A file is no map in canonical form, or contradicts itself."""

    code = "landscape-bad"


def ordered(landscape: Landscape) -> Landscape:
    """The normal form: mappings by name, rows by what they are about, amounts without trailing zeros."""
    return replace(
        landscape,
        entries=_by_name(landscape.entries),
        parties=_by_name(landscape.parties),
        roles=_sorted(landscape.roles, lambda one: (one.entry, one.party, one.kind, one.span.start)),
        grants=_sorted(map(_plain, landscape.grants), lambda one: (one.ctid, one.entry, one.recipient)),
        ties=_sorted(landscape.ties, lambda one: (one.entry, one.other, one.kind, one.span.start)),
        milestones=_sorted(landscape.milestones, lambda one: (one.entry, one.key)),
        stages=_sorted(landscape.stages, lambda one: (one.entry, one.position, one.period, one.issued)),
        schemes=_sorted(landscape.schemes, lambda one: (one.key,)),
        labels=dict(sorted(landscape.labels.items())),
    )


def document(landscape: Landscape) -> dict[str, Any]:
    """The map in normal form as plain JSON values, with its format."""
    made = _adapter().dump_python(ordered(landscape), mode="json", exclude_defaults=True)
    for name in ("entries", "parties"):
        if name in made:
            made[name] = list(made[name].values())
    for entry in made.get("entries", ()):
        if "proposed" in entry:
            entry["proposed"].sort()
    return {"format": FORMAT, **made}


def text(landscape: Landscape) -> bytes:
    """Canonical JSON. Raises `BadLandscapeError` where a text in it is none that JSON can carry."""
    return canonical(document(landscape))


def canonical(made: Mapping[str, Any]) -> bytes:
    """RFC 8785. Raises `BadLandscapeError`."""
    try:
        return rfc8785.dumps(dict(made))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise BadLandscapeError(
            f"Something in the map cannot be written as JSON: {error}.", hint="Mend the text that is named."
        ) from None


def digest(landscape: Landscape) -> str:
    """SHA-256 of what the map says, whenever it was asked: its two times are no part of it."""
    return hashlib.sha256(text(replace(landscape, valid_on="", known_at=""))).hexdigest()


def read(body: bytes) -> Landscape:
    """The map in a file. Raises `BadLandscapeError`, `TooLargeError`."""
    if len(body) > LARGEST:
        raise TooLargeError(f"A map has at most {LARGEST:,} bytes.", hint="Export it in parts.")
    try:
        made = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadLandscapeError(f"This is not JSON: {error}.", hint="Export the map again.") from None
    return from_document(made)


def from_document(made: Any) -> Landscape:
    """The map from plain JSON values. Raises `BadLandscapeError`."""
    if not isinstance(made, dict) or made.get("format") != FORMAT:
        raise BadLandscapeError(f"The format is not {FORMAT!r}.", hint="Export the map with this version.")
    try:
        fields = {**made, **{name: _keyed(made.get(name, []), name) for name in ("entries", "parties")}}
        fields.pop("format")
        if unknown := fields.keys() - Landscape.__dataclass_fields__.keys():
            raise BadLandscapeError(f"Unknown parts: {', '.join(sorted(unknown))}.", hint="Leave them out.")
        found: Landscape = _adapter().validate_json(orjson.dumps(fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise BadLandscapeError(f"{place}: {first['msg']}.", hint="Mend what is named.") from None
    return _checked(found)


def _checked(found: Landscape) -> Landscape:
    """Stages within 1 to 5, milestones with a plan, amounts that are numbers."""
    for stage in found.stages:
        if not 1 <= stage.low <= stage.high <= 5:
            raise BadLandscapeError(
                f"{stage.entry} is at stage {stage.low} to {stage.high} in {stage.period or 'a period'}.",
                hint="A stage is 1 to 5, and a range goes upwards.",
            )
    for milestone in found.milestones:
        if not milestone.plans:
            raise BadLandscapeError(
                f"The milestone {milestone.name!r} of {milestone.entry} has no plan.",
                hint="Give its first planned date.",
            )
    for grant in found.grants:
        if any(one is not None and not one.is_finite() for one in (grant.amount, grant.each)):
            raise BadLandscapeError(f"The amount of {grant.ctid} is no number.", hint="Leave it out.")
    return found


def _keyed(rows: Any, name: str) -> dict[str, Any]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadLandscapeError(f"{name} is not a list of mappings.", hint="Export the map again.")
    keyed = {str(row.get("ctid")): row for row in rows}
    if len(keyed) < len(rows):
        raise BadLandscapeError(f"Something stands twice in {name}.", hint="Keep one of each CTID.")
    return keyed


def _by_name(rows: Mapping[str, Named]) -> dict[str, Named]:
    return dict(sorted(rows.items(), key=lambda one: (one[1].name.casefold(), one[1].name, one[0])))


def _sorted(rows: Iterable[Row], key: Any) -> tuple[Row, ...]:
    """By what rows are about; rows that are about the same, by all that they say."""
    return tuple(sorted(rows, key=lambda one: (key(one), repr(one))))


def _plain(grant: Grant) -> Grant:
    """The grant with its amounts as plain decimals: 550000 for 5.5E+5 and 550000.00."""
    return replace(grant, amount=_plainly(grant.amount), each=_plainly(grant.each))


def _plainly(amount: Decimal | None) -> Decimal | None:
    if amount is None or not amount.is_finite():
        return amount
    return Decimal(f"{amount.normalize():f}") if amount else Decimal(0)


@cache
def _adapter() -> TypeAdapter[Landscape]:
    return TypeAdapter(Landscape)
