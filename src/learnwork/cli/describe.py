"""A resource and its figures as rows of plain words, for `show` and `compare`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnwork.layout.presentation import format_figure
from learnwork.layout.values import Known, plain, show
from learnwork.registry import queries
from learnwork.registry.views import Claim, Figure, ResourceView, SourceRef
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import Property, by_class

NATION = "us"
_DEPTH = 12
_ELSEWHERE = frozenset(
    {"@type", "@id", "@context", "ceterms:ctid", "ceterms:name", "lw:proposed", "lw:sample"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One property in words. disputed: sources say other things too. proposed: not published by those cited."""

    term: str
    label: str
    text: str
    sources: tuple[str, ...]
    disputed: bool = False
    proposed: bool = False


class Describer:
    """Puts the properties of some resources into words; names of what they refer to are read once."""

    def __init__(self, views: Sequence[ResourceView]) -> None:
        referred = {ctid for view in views for ctid in _references(view.document)}
        referred |= {
            ctid
            for view in views
            for said in view.claims.values()
            for c in said
            for ctid in _references(c.value)
        }
        self._names = {ctid: name for ctid, (name, _) in queries.captions(sorted(referred)).items()}

    def facts(self, view: ResourceView) -> list[Fact]:
        """Every property: those of the type's sheet first, in its order, then the others."""
        sheet = {prop.term: prop for prop in by_class(view.type).properties}
        terms = [*(t for t in sheet if t in view.claims), *(t for t in view.claims if t not in sheet)]
        proposed = view.document.get("lw:proposed")
        marked = frozenset(map(str, proposed)) if isinstance(proposed, list) else frozenset()
        return [
            fact
            for term in terms
            if term not in _ELSEWHERE
            if (fact := self._fact(view, term, sheet.get(term), marked))
        ]

    def value(self, view: ResourceView, term: str, value: Any) -> str:
        """One value of a property of a resource, in words."""
        prop = next((p for p in by_class(view.type).properties if p.term == term), None)
        return plain(show(value, prop.kind if prop else "", self._known(view)))

    def _fact(
        self, view: ResourceView, term: str, prop: Property | None, proposed: frozenset[str]
    ) -> Fact | None:
        claims = [claim for claim in view.claims[term] if claim.preferred]
        texts = [plain(show(claim.value, prop.kind if prop else "", self._known(view))) for claim in claims]
        text = "; ".join(dict.fromkeys(text for text in texts if text))
        if not text:
            return None
        label = prop.label if prop else term_label(term)
        disputed = len(claims) < len(view.claims[term])
        return Fact(term, label, text, short_names(claims), disputed, term in proposed)

    def _known(self, view: ResourceView) -> Known:
        return Known(self._names, {part.term: (part.label, part.kind) for part in by_class(view.type).parts})


def short_names(claims: Iterable[Claim]) -> tuple[str, ...]:
    """The sources of some claims by their short names, each once."""
    return tuple(dict.fromkeys(s.short_name or s.name for claim in claims for s in claim.sources))


def sentence_of(figure: Figure) -> str:
    """A figure in words with what must travel with it: "$6,821 a quarter (of 31), shared by 2 programs"."""
    text = str(format_figure(figure))
    return (
        f"{text}, shared by {figure.shared_by} programs"
        if figure.shared_by and figure.shared_by > 1
        else text
    )


def source_dict(source: SourceRef) -> Mapping[str, Any]:
    return {
        "key": source.key,
        "name": source.name,
        "licence": source.licence,
        "url": source.url,
        "release": source.release,
        "date": source.date.isoformat(),
        "place": source.place,
    }


def figure_dict(figure: Figure) -> Mapping[str, Any]:
    return {
        "measure": figure.measure.key,
        "label": figure.measure.label,
        "unit": figure.measure.unit,
        "period": figure.period,
        "cohort": figure.cohort,
        "value": figure.value,
        "status": figure.status,
        "base": figure.base,
        "precision": figure.precision,
        "area": {"key": figure.area_key, "name": figure.area_name} if figure.area_key else None,
        "item": {"ctid": figure.item_ctid, "name": figure.item_name} if figure.item_ctid else None,
        "shared_by": figure.shared_by,
        "source": source_dict(figure.source),
        "row": figure.row,
    }


def _references(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if ctid := ctid_in(value):
            yield ctid
    elif isinstance(value, dict | list) and depth < _DEPTH:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _references(inner, depth + 1)
