"""What happened to an initiative, in the source's prose → dated roles, and grants as documents of their own.

Both are read by strict patterns and marked as derived. What a sentence does not state is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from learnwork.formats.ecosystem_documents import (
    ALLIANCE,
    FUNDER,
    INITIATIVE,
    Item,
    Names,
    ctid,
    slug,
    strings,
)
from learnwork.formats.ecosystem_money import Stated, mentions, read
from learnwork.formats.model import Document

GRANT = "grant"
CLASS = "lw:Grant"
_MOVED = re.compile(r"Moved from (?:the )?(?P<before>.+?) to (?:the )?(?P<after>[^,;.]+)\.?")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_SENTENCE = 2_000  # letters of an event that are read
_SMALL = frozenset({"of", "for", "the", "and", "&"})


def ties(item: Item, names: Names) -> list[Document]:
    """A partner that is itself an initiative of the map: the two work together, as the one says."""
    here = ctid(INITIATIVE, item.key)
    known = names.of.get(INITIATIVE, {})
    others = [known[name] for name in strings(item.fields.get("partners")) if known.get(name, here) != here]
    pages = _cited(item)
    return [
        {
            "lw:key": f"works with:{other}",
            "lw:tie": "works with",
            "lw:other": other,
            "lw:declaredBy": [here],
            **pages,
            "lw:marks": ["derived"],
        }
        for other in dict.fromkeys(others)
    ]


def roles(item: Item, names: Names) -> list[Document]:
    """Leads that changed: "Moved from A to B" says until when A led, and since when B does."""
    made: list[Document] = []
    for _, event in _events(item):
        match = _MOVED.fullmatch(str(event.get("text") or "").strip())
        day = _day(event)
        if event.get("type") != "lead_change" or match is None or not day:
            continue
        before = _who(match["before"], item, names)
        after = _who(match["after"], item, names)
        made.append(_lead(before, {"ceterms:endDate": day}, item))
        made.append(_lead(after, {"ceterms:startDate": day}, item))
    return made


def _lead(who: str | Document, dates: Document, item: Item) -> Document:
    known = isinstance(who, str)
    name = who if known else who["ceterms:name"]["en"]  # type: ignore[index]
    return {
        "lw:key": f"lead:{name}",
        "lw:role": "lead",
        ("lw:actor" if known else "lw:actorName"): name,
        **dates,
        **_cited(item),
        "lw:marks": ["derived"],
    }


def _who(spelled: str, item: Item, names: Names) -> str | Document:
    """The lead of the item that is meant, else whoever has exactly this name, else the name."""
    lead = next((one for one in strings(item.fields.get("lead")) if meant(spelled, [one])), spelled)
    return names.reference(lead, (ALLIANCE, FUNDER, INITIATIVE))


def grants(item: Item, names: Names) -> Iterator[tuple[str, Document]]:
    """Key → document of every grant that the events of an initiative state."""
    for position, event in _events(item):
        text = str(event.get("text") or "")[:_SENTENCE]
        if event.get("type") != "grant" and not mentions(text):
            continue
        number = 0
        for stated in read(text):
            for funder in _givers(stated, item):
                number += 1
                told = slug(f"{event.get('date')} {text}")[:60]
                key = f"{item.key}/{told}/{number}"
                yield key, _grant(key, stated, funder, item, names, position, event)


def _givers(stated: Stated, item: Item) -> Sequence[str]:
    """Names of those who give it, each once; "" where nobody is named."""
    if stated.several and not stated.funders:
        return [str(item.fields.get("name"))]
    declared = strings(item.fields.get("funders"))
    return list(dict.fromkeys(meant(name, declared) or name for name in stated.funders)) or [""]


def meant(spelled: str, declared: Sequence[str]) -> str:
    """The one declared name that a shorter one stands for: "Carnegie", "IES", "Koch"; "" where none or several fit."""
    if spelled in declared:
        return spelled
    words = set(spelled.split())
    fits = [
        name
        for name in declared
        if words <= set(name.split()) - _SMALL or spelled == _initials(name) or f"({spelled})" in name
    ]
    return fits[0] if len(fits) == 1 else ""


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split(",")[0].split() if word not in _SMALL)


def _grant(
    key: str,
    stated: Stated,
    funder: str,
    item: Item,
    names: Names,
    position: int,
    event: Mapping[str, Any],
) -> Document:
    givers = _givers(stated, item)
    own = stated.several and not stated.funders
    known = names.of.get(FUNDER, {})
    who = [names.reference(funder, (FUNDER, ALLIANCE))] if funder and (not own or funder in known) else []
    others = [names.reference(one, (FUNDER, ALLIANCE)) for one in givers if one != funder]
    amount = None if stated.part else stated.amount
    date = stated.day or _day(event)
    made: Document = {
        "@type": CLASS,
        "ceterms:ctid": ctid(GRANT, key),
        "ceterms:name": {"en": f"Grant {'by' if own else 'to'} {item.fields.get('name')}"},
        "lw:funder": who,
        "lw:initiative": [ctid(INITIATIVE, item.key)],
        "lw:amount": _plain(amount),
        "ceterms:currency": stated.currency if stated.amount is not None else "",
        "lw:amountType": stated.amount_type,
        "lw:amountWords": stated.words,
        "lw:pooledAmount": _plain(stated.amount) if stated.part else None,
        "lw:pooledWith": others if stated.part else [],
        "lw:number": stated.number if stated.number > 1 else None,
        "lw:each": _plain(stated.each),
        "lw:givenByEntry": True if own else None,
        "lw:date": date,
        "ceterms:startDate": stated.start,
        "ceterms:endDate": stated.end,
        "lw:duration": stated.duration,
        "lw:sentence": {"en": str(event.get("text"))},
        "lw:position": position,
        **_cited(item),
        "lw:proposed": ["ceterms:name"],
        "lw:marks": ["derived"],
        "lw:note": "" if date else f"Not dated by the source but as “{event.get('date')}”.",
    }
    return {term: value for term, value in made.items() if value not in (None, "", [])}


def _plain(amount: Decimal | None) -> int | float | None:
    """As JSON: whole where it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _events(item: Item) -> Iterator[tuple[int, Mapping[str, Any]]]:
    events = item.fields.get("events")
    for position, event in enumerate(events if isinstance(events, list) else [], 1):
        if isinstance(event, dict):
            yield position, event


def _day(event: Mapping[str, Any]) -> str:
    """The date of an event, as precise as it is; "" for what is no date ("phase-1")."""
    day = str(event.get("date") or "")
    return day if _DATE.fullmatch(day) else ""


def _cited(item: Item) -> Document:
    pages = strings(item.fields.get("source_urls"))
    return {"lw:citation": pages} if pages else {}
