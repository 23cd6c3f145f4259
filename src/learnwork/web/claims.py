"""From the claims of a resource to what a page prints: fields with values, source chips, conflicts, footnotes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.formats.states import NAMES as STATES
from learnwork.layout.presentation import day, safe_url
from learnwork.layout.values import Known, Shown, Text, called, show, worded, words
from learnwork.registry.views import Claim, ResourceView, SourceRef
from learnwork.vocabulary.codes import award_levels
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import Property, ResourceType

# Said elsewhere on the page: kind, name, marks, addresses of the data.
_ELSEWHERE = frozenset(
    {"@type", "@id", "@context", "@graph", "ceterms:ctid", "lw:proposed", "lw:sample", "lw:case"}
)
MANY = 100


def _award_level(code: Any) -> tuple[Shown, ...]:
    level = award_levels.get(str(code))
    return (
        ((Text(_("%(level)s (IPEDS award level %(code)s)") % {"level": _(level.label), "code": code}),))
        if level
        else show(code)
    )


def _job_zone(zone: Any) -> tuple[Shown, ...]:
    much = _PREPARATION.get(str(zone))
    return (
        (Text(_("%(much)s (job zone %(zone)s of 5)") % {"much": _(much), "zone": zone}),)
        if much
        else show(zone)
    )


def _states(value: Any) -> tuple[Shown, ...]:
    return show([STATES.get(one, one) if isinstance(one, str) else one for one in _list(value)])


def _provider_type(value: Any) -> tuple[Shown, ...]:
    code = isinstance(value, str) and value.isascii() and value.isdigit()
    return (
        ((Text(_("code %(code)s; the list does not say what it stands for") % {"code": value}),))
        if code
        else show(value)
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# What O*NET calls its job zones.
_PREPARATION = {
    "1": gettext_noop("little or none"),
    "2": gettext_noop("some"),
    "3": gettext_noop("medium"),
    "4": gettext_noop("considerable"),
    "5": gettext_noop("extensive"),
}
# Codes that say nothing to a reader without their table.
_SPOKEN: Mapping[str, Callable[[Any], tuple[Shown, ...]]] = {
    "lw:awardLevel": _award_level,
    "lw:inDemandIn": _states,
    "lw:jobZone": _job_zone,
    "lw:providerType": _provider_type,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as it is cited on this page, under its number."""

    number: int
    source: SourceRef
    url: str


@dataclass(slots=True)
class Notes:
    """The page's footnotes: each release of a source gets one number, in the order in which it is first cited.

    ctid: of the resource whose page it is, where an error of its facts can be reported; "" elsewhere.
    """

    ctid: str = ""
    _cited: dict[tuple[str, str], Reference] = field(default_factory=dict)

    def cite(self, source: SourceRef) -> Reference:
        key = (source.key, source.release)
        if key not in self._cited:
            self._cited[key] = Reference(len(self._cited) + 1, source, safe_url(source.url) or "")
        known = self._cited[key]
        return Reference(known.number, source, known.url)

    def chip(self, sources: Iterable[SourceRef], about: str = "") -> Chip:
        """about: the property or measure that they speak of."""
        return Chip(tuple(self.cite(source) for source in _each_once(sources)), self.report(about))

    def report(self, about: str) -> str:
        """The address at which an error of a fact is reported."""
        return f"/resources/{self.ctid}/suggest?{urlencode({'about': about})}" if self.ctid and about else ""

    def all(self) -> tuple[Reference, ...]:
        return tuple(self._cited.values())


@dataclass(frozen=True, slots=True)
class Chip:
    """Who says this; opens to source, release, date, place and licence, and to where an error is reported."""

    references: tuple[Reference, ...]
    report: str = ""

    @property
    def text(self) -> str:
        names = list(dict.fromkeys(r.source.short_name or r.source.name for r in self.references))
        if len(names) <= 2:
            return ", ".join(names)
        return _("%(names)s and %(n)s more") % {"names": ", ".join(names[:2]), "n": len(names) - 2}

    @property
    def numbers(self) -> str:
        return "".join(f"[{number}]" for number in dict.fromkeys(r.number for r in self.references))


@dataclass(frozen=True, slots=True)
class Said:
    """One value in a conflict, with who says it and why it is or is not the one shown."""

    values: tuple[Shown, ...]
    references: tuple[Reference, ...]
    preferred: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    claims: tuple[Said, ...]
    report: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Values that the same sources say. chip: None where the field's own chip says it for all."""

    values: tuple[Shown, ...]
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a resource, ready to print."""

    term: str
    label: str
    items: tuple[Item, ...]
    chip: Chip | None
    conflict: Conflict | None = None
    proposed: bool = False
    more: int = 0

    @property
    def lines(self) -> tuple[tuple[Shown, Chip | None], ...]:
        """The values one by one, the chip of each item after its last."""
        return tuple(
            (value, item.chip if n == len(item.values) else None)
            for item in self.items
            for n, value in enumerate(item.values, 1)
        )

    @property
    def first(self) -> tuple[tuple[Shown, Chip | None], ...]:
        """What stands open: all, or the first dozen of very many."""
        return self.lines if len(self.lines) <= 18 else self.lines[:12]

    @property
    def others(self) -> tuple[tuple[Shown, Chip | None], ...]:
        return self.lines[len(self.first) :]

    @property
    def many(self) -> bool:
        return len(self.lines) > 6


def fields(view: ResourceView, type_: ResourceType, known: Known, notes: Notes) -> dict[str, Field]:
    """Every property of the resource by its term: those of the type's sheet first, in its order, then the rest."""
    sheet: Mapping[str, Property] = {prop.term: prop for prop in type_.properties}
    proposed = view.document.get("lw:proposed")
    marked = frozenset(proposed) if isinstance(proposed, list) else frozenset()
    order = [
        *(term for term in sheet if term in view.claims),
        *(term for term in view.claims if term not in sheet),
    ]
    found = (
        _field(term, sheet.get(term), view.claims[term], known, notes, term in marked)
        for term in dict.fromkeys(order)
        if term not in _ELSEWHERE
    )
    return {one.term: one for one in found if one.items}


def _field(
    term: str, prop: Property | None, claims: Sequence[Claim], known: Known, notes: Notes, proposed: bool
) -> Field:
    kind = prop.kind if prop else ""
    shown = [claim for claim in claims if claim.preferred]
    read = _SPOKEN.get(term) or (lambda value: show(value, kind, known))
    values = [read(claim.value) for claim in shown[:MANY]]
    speakers = {tuple(sorted((s.key, s.release) for s in claim.sources)) for claim in shown[:MANY]}
    together = len(speakers) == 1
    chip = notes.chip((s for claim in shown for s in claim.sources), term) if shown and together else None
    items = tuple(
        Item(value, None if together else notes.chip(claim.sources, term))
        for claim, value in zip(shown, values, strict=False)
        if value
    )
    return Field(
        term=term,
        label=prop.label if prop else term_label(term),
        items=items,
        chip=chip if items else None,
        conflict=_conflict(term, claims, read, notes) if len(shown) < len(claims) else None,
        proposed=proposed,
        more=max(0, len(shown) - MANY),
    )


def _conflict(
    term: str, claims: Sequence[Claim], read: Callable[[Any], tuple[Shown, ...]], notes: Notes
) -> Conflict:
    return Conflict(
        tuple(
            Said(
                read(claim.value) or (Text(_("nothing")),),
                tuple(notes.cite(source) for source in claim.sources),
                claim.preferred,
                claim.reason,
            )
            for claim in claims
        ),
        notes.report(term),
    )


def _each_once(sources: Iterable[SourceRef]) -> list[SourceRef]:
    return list({(s.key, s.release, s.place): s for s in sources}.values())


# Words of lists and surveys and concepts of CTDL that say: not as usual.
_SET_BACK = frozenset(
    {"suspended", "Suspended", "Ceased", "Ceasing", "TeachOut", "Probationary", "Deprecated"}
)


def standing(document: Mapping[str, Any]) -> str:
    """What a reader must know before anything else: "suspended", "ceased", "closed 1 June 2021"; else ""."""
    if closed := words(document.get("lw:closedOn")):
        return _("closed %(day)s") % {"day": day(closed)}
    for term in ("ceterms:credentialStatusType", "ceterms:lifeCycleStatusType", "lw:status"):
        value = document.get(term)
        for one in value if isinstance(value, list) else [value]:
            node = one.get("ceterms:targetNode") if isinstance(one, dict) else one
            if isinstance(node, str) and node.rpartition(":")[2] in _SET_BACK:
                return (called(node) if ":" in node else worded(node)).lower()
    return ""


def referred(document: Any, depth: int = 0) -> set[str]:
    """Every CTID that a document mentions anywhere, to be named in one query."""
    if isinstance(document, str):
        found = ctid_in(document)
        return {found} if found else set()
    if depth > 40:
        return set()
    inner = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    )
    return {ctid for one in inner for ctid in referred(one, depth + 1)}
