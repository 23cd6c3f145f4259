"""What differs between two documents, in words: one line a value, before beside after, under its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnwork.layout.values import Known, Shown, show
from learnwork.registry import queries
from learnwork.registry.difference import Difference
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import dated_references
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import by_class

MOST = 300  # lines


@dataclass(frozen=True, slots=True)
class Line:
    """One value that differs. where: the property and what is inside it, in words. before or after may be ()."""

    term: str
    where: str
    kind: str
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]


def lines(differences: Sequence[Difference], view: ResourceView) -> tuple[Line, ...]:
    """Differences of two documents of a resource, as a person reads them; at most `MOST`."""
    found = [one for one in differences[:MOST] if one.property not in ("ceterms:ctid", "@context", "@id")]
    named = {
        ref.target
        for one in found
        for value in (one.before, one.after)
        if value is not None
        for ref in dated_references({one.property: value})
    }
    names = {ctid: name for ctid, (name, _kind) in queries.captions(sorted(named)).items()}
    sheet = {prop.term: prop for prop in by_class(view.type).properties}
    parts = {part.term: (part.label, part.kind) for part in by_class(view.type).parts}
    known = Known(names, parts)
    return tuple(_line(one, sheet, known) for one in found)


def _line(one: Difference, sheet: dict[str, Any], known: Known) -> Line:
    steps = [str(step) for step in one.path if isinstance(step, str)]
    prop = sheet.get(one.property)
    kind = prop.kind if prop and len(steps) == 1 else known.parts.get(steps[-1], ("", ""))[1]
    labels = [prop.label if prop else term_label(one.property)]
    labels += [_inside(step, known) for step in steps[1:]]
    return Line(
        one.property,
        " › ".join(labels),
        one.kind,
        _shown(one.before, kind, known),
        _shown(one.after, kind, known),
    )


def _inside(step: str, known: Known) -> str:
    """A term inside a part under its label; the tag of a language as it stands."""
    return known.parts[step][0] if step in known.parts else term_label(step) if ":" in step else step


def _shown(value: Any, kind: str, known: Known) -> tuple[Shown, ...]:
    return () if value is None else show(value, kind, known)
