"""What records are aligned to, found here: the addresses and identifiers that a badge names → competencies.

A target is found by the CTID in it, by the identifier of a CASE item in it, or as the web address that a framework
gives a competency itself. A credential stands for the competencies that it states. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from learnwork.competencies import ends, knowing
from learnwork.competencies.ends import Met
from learnwork.competencies.expected import Thing
from learnwork.registry.models import Resource
from learnwork.registry.store import chunked

COMPETENCY = "ceasn:Competency"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MANY = 500
_MOST_UUIDS = 4  # of one address: a framework, an item, and what leads there


@dataclass(frozen=True, slots=True)
class Found:
    """What a target is here: thing, None where it is nothing; and the competencies that it names or states."""

    thing: Thing | None = None
    competencies: tuple[Thing, ...] = ()


def found(targets: Sequence[str]) -> dict[str, Found]:
    """Target → what it is here, of every one. About six queries for 500."""
    forms = {target: list(_forms(target)) for target in dict.fromkeys(targets)}
    met = ends.meaning(ends.end(form) for every in forms.values() for form in every)
    first = {
        target: next((met[one.ctid] for form in every if (one := ends.end(form)).ctid in met), None)
        for target, every in forms.items()
    }
    others = [one.ctid for one in first.values() if one is not None and one.type != COMPETENCY]
    stated = _stated(others) if others else {}
    return {target: _found(one, stated) for target, one in first.items()}


def _found(one: Met | None, stated: Mapping[str, tuple[Thing, ...]]) -> Found:
    if one is None:
        return Found()
    thing = Thing(one.ctid, one.name)
    return Found(thing, (thing,) if one.type == COMPETENCY else stated.get(one.ctid, ()))


def _forms(target: str) -> Iterator[str]:
    """The identifiers that a target may stand for, the surest first."""
    text = target.strip()[: ends.LONGEST_KEY]
    for uuid in reversed(_UUID.findall(text)[-_MOST_UUIDS:]):
        yield f"ce-{uuid.lower()}"
    if text.startswith(("https://", "http://")):
        yield text
        yield text.rstrip("/")
        scheme, _, rest = text.partition("://")
        yield f"{'http' if scheme == 'https' else 'https'}://{rest}"


def _stated(ctids: Iterable[str]) -> dict[str, tuple[Thing, ...]]:
    table = knowing.known().table
    stated: dict[str, tuple[Thing, ...]] = {}
    for some in chunked(dict.fromkeys(ctids), _MANY):
        for pk, ctid in Resource.objects.filter(ctid__in=some).values_list("pk", "ctid"):
            stated[ctid] = tuple(table.competencies[column] for column in sorted(table.stated.get(pk, ())))
    return stated
