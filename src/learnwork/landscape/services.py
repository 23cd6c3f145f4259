"""What changes the map. Pages, API and commands call these; each takes `By(author, citation, seen)`.

    add_role(entry, kind, party, by, start, end)       change_role(entry, key, by, start, end)
    remove_role(entry, key, by)
    add_tie(entry, other, kind, by, declared_by, start, end)    change_tie, remove_tie(entry, key, by)
    plan_milestone(entry, name, planned, by)           replan(entry, key, date, reason, by)
    reach(entry, key, actual, by)                      remove_milestone(entry, key, by)
    set_stage(entry, period, low, high, by, issued, forecast)   remove_stage(entry, period, issued, by)
    assign_goals(entry, goals, by)                     set_parent(ctid, parent, by)
    rename(ctid, name, since, by)
    means(name, ctid, by)                              means_no_more(name, ctid, by)
    mark_reviewed(entry, on, by)                       set_value(ctid, term, value, by)
    add_entry(name, kind, by, description)             add_party(name, kind, by)

Grants: `services_grants`. Goals, and what no merger may do: `services_rulings`. `curating.version(ctid)` is what a form
sends back as `seen`.
Every one raises `MapEditError` (the change is impossible), `ChangedMeanwhileError` (somebody was faster) or
`UnknownResourceError`. Texts are kept as typed; whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from learnwork.landscape import checks, parts
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.compiling import ENTRY, LABELS, MENTIONS, NAMED, holds, key_of
from learnwork.landscape.curating import By, part_of, prefer, put, say, state
from learnwork.landscape.goals import GOAL, SCHEME
from learnwork.landscape.model import (
    Milestone,
    Name,
    Plan,
    Role,
    RoleKind,
    Said,
    Span,
    Stage,
    Tie,
    TieKind,
)
from learnwork.landscape.reading import landscape
from learnwork.registry import queries
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import Document

KINDS = ("initiative", "alliance", "product", "programme", "policy")
VALUES = (
    *("ceterms:description", "ceterms:subjectWebpage", "ceterms:startDate", "ceterms:endDate"),
    *("lw:kind", "lw:status"),
)


def add_role(entry: str, kind: RoleKind, party: str, by: By, start: str = "", end: str = "") -> str:
    """A party takes part in an entry. party: CTID, or the name of whom nothing is here. The key of the role."""
    view = queries.resource(entry)
    who = queries.resource(party).ctid if is_ctid(party) else NAMED + checks.written(party, _("The name"))
    if who in (view.ctid, NAMED + view.name):
        raise MapEditError(
            _("%(name)s cannot take part in itself.") % {"name": view.name},
            hint=_("Choose another organization."),
        )
    span = checks.span(start, end)
    key = ":".join(one for one in (kind, who.removeprefix(NAMED), span.start) if one)
    made = Role(view.ctid, who, kind, span, Said((checks.page(by.citation),)), key)
    state(view.ctid, _held(made), by)
    return key


def _held(role: Role, *, removed: bool = False) -> Callable[[Document, Document], Document]:
    """A change that states a role, and names who holds it today without dates as well, for search and for lists."""
    part = parts.role_part(role)
    term = next((term for term, kind in MENTIONS.items() if kind == role.kind), "")
    who = part.get("lw:actor") or {"ceterms:name": {"en": part.get("lw:actorName")}}
    today = not removed and not role.span.end and holds(Span(role.span.start), _today())

    def change(before: Document, composed: Document) -> Document:
        made = put(parts.ROLES, {**part, "lw:removed": True} if removed else part)(before, composed)
        others = [one for one in parts.listed(before.get(term)) if one != who]
        return {**made, term: [*others, who] if today else others} if term else made

    return change


def change_role(entry: str, key: str, by: By, start: str, end: str) -> None:
    """Change from when to when a role was held, whoever said it first."""
    old = _role(entry, key)
    made = replace(old, span=checks.span(start, end), said=Said((checks.page(by.citation),)))
    state(entry, _held(made), by)


def remove_role(entry: str, key: str, by: By) -> None:
    """Say that a party never had this role. One that ended is ended by `change_role`."""
    state(entry, _held(_role(entry, key), removed=True), by)


def _role(entry: str, key: str) -> Role:
    for role in landscape().roles:
        if role.entry == queries.find(entry).ctid and role.key == key:
            return role
    raise MapEditError(_("This role is not there any more."), hint=_("Look at what it says now."))


def add_tie(
    entry: str,
    other: str,
    kind: TieKind,
    by: By,
    declared_by: Sequence[str] = (),
    start: str = "",
    end: str = "",
) -> str:
    """One entry works with, builds on, … another. declared_by: CTIDs of who says so. The key of the tie."""
    own, its = queries.resource(entry), queries.resource(other)
    if own.ctid == its.ctid:
        raise MapEditError(_("A tie needs two."), hint=_("Choose another initiative."))
    if {own.type, its.type} != {ENTRY}:
        raise MapEditError(_("A tie is between two initiatives."), hint=_("State a role instead."))
    said = tuple(queries.resource(one).ctid for one in declared_by)
    span = checks.span(start, end)
    key = ":".join(one for one in (kind, its.ctid, span.start) if one)
    made = Tie(own.ctid, its.ctid, kind, said, span, Said((checks.page(by.citation),)), key)
    state(own.ctid, put(parts.TIES, parts.tie_part(made)), by)
    return key


def change_tie(entry: str, key: str, by: By, start: str, end: str) -> None:
    part = part_of(queries.resource(entry).document, parts.TIES, key)
    span = checks.span(start, end)
    rest = {
        term: value for term, value in part.items() if term not in ("ceterms:startDate", "ceterms:endDate")
    }
    dates = {"ceterms:startDate": span.start, "ceterms:endDate": span.end}
    state(entry, put(parts.TIES, rest | {term: day for term, day in dates.items() if day}), by)


def remove_tie(entry: str, key: str, by: By) -> None:
    _remove(entry, parts.TIES, key, by)


def _remove(entry: str, term: str, key: str, by: By) -> None:
    part = part_of(queries.resource(entry).document, term, key)
    state(entry, put(term, {**part, "lw:removed": True}), by)


def plan_milestone(entry: str, name: str, planned: str, by: By) -> str:
    """What an entry means to reach, and when. The key of the milestone."""
    name = checks.written(name, _("The milestone"))
    plan = Plan(_dated(planned), _today())
    view = queries.resource(entry)
    key = key_of(name) or "milestone"
    if key in parts.holding(view.document, parts.MILESTONES):
        raise MapEditError(_("There is a milestone of this name."), hint=_("Plan that one anew."))
    made = Milestone(view.ctid, key, name, (plan,), said=Said((checks.page(by.citation),)))
    state(view.ctid, put(parts.MILESTONES, parts.milestone_part(made)), by)
    return key


def replan(entry: str, key: str, planned: str, reason: str, by: By) -> None:
    """Another planned date; the plans before stay, the first of them first, and why they were left."""
    old = _milestone(entry, key)
    plan = Plan(_dated(planned), _today(), checks.written(reason, _("The reason")))
    _put_milestone(replace(old, plans=(*(one for one in old.plans if one.date), plan)), by)


def reach(entry: str, key: str, actual: str, by: By) -> None:
    """A milestone was reached on a day."""
    _put_milestone(replace(_milestone(entry, key), actual=_dated(actual)), by)


def remove_milestone(entry: str, key: str, by: By) -> None:
    """Say that there is no such milestone, whether it was stated as one or read from an event."""
    gone = {**parts.milestone_part(_milestone(entry, key)), "lw:removed": True}
    state(entry, put(parts.MILESTONES, gone), by)


def _milestone(entry: str, key: str) -> Milestone:
    ctid = queries.find(entry).ctid
    for milestone in landscape().milestones:
        if (milestone.entry, milestone.key) == (ctid, key):
            return milestone
    raise MapEditError(_("This milestone is not there any more."), hint=_("Look at what it says now."))


def _put_milestone(made: Milestone, by: By) -> None:
    pages = dict.fromkeys([*made.said.citations, checks.page(by.citation)])
    made = replace(made, said=Said(tuple(pages)))
    state(made.entry, put(parts.MILESTONES, parts.milestone_part(made)), by)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _dated(text: str) -> str:
    if not (found := checks.day(text, _("The date"))):
        raise MapEditError(_("A date is missing."), hint=_("Write 2023, 2023-10 or 2023-10-04."))
    return found


def set_stage(
    entry: str, period: str, low: int, high: int, by: By, issued: str = "", forecast: bool = False
) -> None:
    """At which stage an entry is in a period ("2024", "<2018"), as somebody said at a time (issued)."""
    checks.stages(low, high)
    period = period.strip()
    if not period.removeprefix("<").isdigit() or len(period.removeprefix("<")) != 4:
        raise MapEditError(_("This is no year: %(p)s.") % {"p": period[:20]}, hint=_("Write 2024 or <2018."))
    issued = checks.day(issued, _("The date"))
    cited = Said((checks.page(by.citation),))
    made = Stage(queries.resource(entry).ctid, period, low, high, forecast, issued, 0, cited)
    state(made.entry, put(parts.STAGES, parts.stage_part(made)), by)


def remove_stage(entry: str, period: str, issued: str, by: By) -> None:
    _remove(entry, parts.STAGES, f"{period}@{issued}", by)


def assign_goals(entry: str, goals: Sequence[str], by: By) -> None:
    """Order an entry by goals of one scheme, in place of those of that scheme that were said before."""
    views = [queries.resource(goal) for goal in goals]
    schemes = {str(view.document.get("lw:scheme")) for view in views}
    if any(view.type != GOAL or view.tombstone for view in views) or len(schemes) != 1:
        raise MapEditError(
            _("These are not goals of one scheme."), hint=_("Choose at least one goal, all of one scheme.")
        )
    part = {"lw:key": schemes.pop(), "lw:goal": [view.ctid for view in views]}
    state(entry, put(parts.GOALS, {**part, "lw:citation": [checks.page(by.citation)]}), by)


def set_parent(ctid: str, parent: str, by: By) -> None:
    """What an initiative, or an organization, is part of; "" for nothing."""
    here, above = queries.resource(ctid), ""
    if parent:
        its = queries.resource(parent)
        if (here.type == ENTRY) != (its.type == ENTRY) or its.type in (GOAL, SCHEME):
            raise MapEditError(
                _("An initiative is part of an initiative, an organization of an organization."),
                hint=_("Choose another."),
            )
        above, known = its.ctid, landscape()
        checks.no_cycle(known, checks.parents(known) | {here.ctid: above}, here.ctid)
    part = {"lw:key": "parent", "lw:parent": above, "lw:citation": [checks.page(by.citation)]}
    state(here.ctid, put(parts.PARENTS, {term: value for term, value in part.items() if value}), by)


def rename(ctid: str, name: str, since: str, by: By) -> None:
    """What a thing is called since a date ("" where that is not known). Its name before stays, with its end."""
    name, since = checks.written(name, _("The name")), checks.day(since, _("The date"))
    view = queries.resource(ctid)
    if name == view.name:
        raise MapEditError(_("It has this name."), hint=_("Nothing is left to do."))
    cited = Said((checks.page(by.citation),))
    names = parts.holding(view.document, parts.NAMES)
    last_key, last = next(
        ((key, parts.name(part)) for key, part in names.items() if not part.get("ceterms:endDate")),
        (key_of(view.name), Name(view.name)),
    )
    span = checks.span(last.span.start, since)
    ended = parts.name_part(replace(last, span=span), last_key, cited)
    begun = parts.name_part(Name(name, checks.span(since, "")), f"{key_of(name)}@{since}", cited)

    def change(before: Document, composed: Document) -> Document:
        both = put(parts.NAMES, ended)(before, composed)
        return {**put(parts.NAMES, begun)({**before, **both}, composed), "ceterms:name": {"en": name}}

    state(ctid, change, by)
    prefer(ctid, "ceterms:name", by)


def means(name: str, ctid: str, by: By) -> None:
    """Rule whom a name in the map means: roles under exactly this name are those of that organization from now on."""
    if f"{NAMED}{name}" not in landscape().parties:
        raise MapEditError(
            _("Nobody in the map goes by exactly this name alone: %(name)s.") % {"name": name[:80]},
            hint=_("Copy the name from a page of the map; one that has a page is merged instead."),
        )
    if queries.resource(ctid).type in (ENTRY, GOAL, SCHEME, *LABELS):
        raise MapEditError(_("A name means an organization."), hint=_("Choose one."))

    def change(before: Document, _composed: Document) -> Document:
        return {parts.KNOWN_AS: list(dict.fromkeys([*parts.listed(before.get(parts.KNOWN_AS)), name]))}

    state(ctid, change, by)


def means_no_more(name: str, ctid: str, by: By) -> None:
    """Take `means` back."""

    def change(before: Document, _composed: Document) -> Document:
        if name not in (known := parts.listed(before.get(parts.KNOWN_AS))):
            raise MapEditError(_("No curator said so."), hint=_("Nothing is left to do."))
        return {parts.KNOWN_AS: [one for one in known if one != name]}

    state(ctid, change, by)


def add_entry(name: str, kind: str, by: By, description: str = "") -> str:
    """A new initiative, alliance, product, programme or policy of the map. Its CTID."""
    if kind not in KINDS:
        raise MapEditError(
            _("There is no kind %(kind)s.") % {"kind": kind[:40]},
            hint=_("Choose: %(all)s.") % {"all": ", ".join(KINDS)},
        )
    name = checks.written(name, _("The name"))
    known = landscape()
    _is_new(name, {entry.name: ctid for ctid, entry in known.entries.items()})
    more = (
        {"ceterms:description": {"en": checks.written(description, _("The description"))}}
        if description
        else {}
    )
    return _new(ENTRY, name, {"lw:kind": kind, **more}, by)


def add_party(name: str, kind: str, by: By) -> str:
    """A new organization. kind: "funder", or what kind of organization it is, in a few words. Its CTID."""
    name, kind = checks.written(name, _("The name")), checks.written(kind, _("The kind"))
    known = landscape()
    _is_new(name, {p.name: ctid for ctid, p in known.parties.items() if not ctid.startswith(NAMED)})
    return _new("lw:Funder" if kind == "funder" else "lw:Alliance", name, {"lw:kind": kind}, by)


def _is_new(name: str, known: Mapping[str, str]) -> None:
    if name in known:
        raise MapEditError(
            _("%(name)s is here already.") % {"name": name},
            hint=_("Change that one: %(ctid)s.") % {"ctid": known[name]},
        )


def _new(kind: str, name: str, more: Document, by: By) -> str:
    ctid = f"ce-{uuid4()}"
    head = {"@type": kind, "ceterms:ctid": ctid, "ceterms:name": {"en": name}}
    say({**head, **more, "lw:citation": [checks.page(by.citation)]}, by)
    return ctid


def set_value(ctid: str, term: str, value: str, by: By) -> None:
    """State a property of one value: a term of `VALUES`. What curators say of it counts from then on."""
    if term not in VALUES:
        raise MapEditError(
            _("%(term)s is not changed this way.") % {"term": term[:60]},
            hint=_("Choose: %(all)s.") % {"all": ", ".join(VALUES)},
        )
    if term.endswith("Date"):
        stated: object = _dated(value)
        document = queries.resource(ctid).document
        both = {"ceterms:startDate": "", "ceterms:endDate": ""} | document | {term: stated}
        checks.span(str(both["ceterms:startDate"]), str(both["ceterms:endDate"]))
    elif term == "ceterms:subjectWebpage":
        stated = checks.page(value)
    else:
        text = checks.written(value, _("The value"))
        stated = {"en": text} if term == "ceterms:description" else text
    state(ctid, lambda _before, _composed: {term: stated}, by)
    prefer(ctid, term, by)


def mark_reviewed(entry: str, on: str, by: By) -> None:
    """Somebody looked whether what is said of an entry still holds."""
    day = _dated(on)
    state(entry, lambda _before, _composed: {"lw:reviewedOn": day}, by)
    prefer(entry, "lw:reviewedOn", by)
