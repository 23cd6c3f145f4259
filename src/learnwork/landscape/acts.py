"""Every change that a person can make to the map, once: its form, what stands there now, the service that makes it.

Pages for curators and for readers' suggestions both read this table, so that whatever can be changed can be suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from learnwork.landscape import forms, parts, services, services_grants, services_library, services_rulings
from learnwork.landscape.answering import living
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.curating import By
from learnwork.landscape.forms import meant
from learnwork.landscape.goals import GOAL, SCHEME
from learnwork.landscape.library import named
from learnwork.landscape.model import AmountType, Grant, Landscape, Role, RoleKind, TieKind
from learnwork.landscape.services_grants import GrantTerms
from learnwork.vocabulary.errors import LearnworkError

Data = dict[str, Any]


class UnknownChangeError(LearnworkError):
    """There is no such change, or what it was about is not there any more."""

    code = "change-unknown"


@dataclass(frozen=True, slots=True)
class Act:
    """One change. about: the property it is about. of: "entry", "goal" or "scheme" may be changed so; "any" may.

    apart: its part is a resource of its own, which has a version of its own. then: where it leads, where that is not
    the page of the thing. apply: (CTID, key of the part, data of the
    form, who). now: (map, CTID, key) → what the form begins with; None where
    it begins empty.
    """

    key: str
    label: Any
    form: type[forms.ChangeForm]
    about: str
    apply: Callable[[str, str, Data, By], object]
    of: str = "entry"
    now: Callable[[Landscape, str, str], Data] | None = None
    apart: bool = False
    then: str = ""


def _role(known: Landscape, ctid: str, key: str) -> Role:
    found: Role = _one((one for one in known.roles if one.entry == ctid and one.key == key), key)
    return found


def _one(found: Any, key: str) -> Any:
    one = next(iter(found), None)
    if one is None:
        raise UnknownChangeError(
            gettext("There is no such part: %(key)s.") % {"key": key[:60]},
            hint=gettext("Look at what it says now."),
        )
    return one


def _role_dates(known: Landscape, ctid: str, key: str) -> Data:
    span = _role(known, ctid, key).span
    return {"start": span.start, "end": span.end}


def _tie_dates(known: Landscape, ctid: str, key: str) -> Data:
    span = _one((one for one in known.ties if one.entry == ctid and one.key == key), key).span
    return {"start": span.start, "end": span.end}


def _milestone_plan(known: Landscape, ctid: str, key: str) -> Data:
    found = _one((one for one in known.milestones if one.entry == ctid and one.key == key), key)
    return {"planned": found.plans[-1].date, "actual": found.actual}


def _stage(known: Landscape, ctid: str, key: str) -> Data:
    found = _one((one for one in known.stages if one.entry == ctid and parts.stage_key(one) == key), key)
    high = found.high if found.high != found.low else None
    return {
        "period": found.period,
        "low": found.low,
        "high": high,
        "issued": found.issued,
        "forecast": found.forecast,
    }


def grant_of(known: Landscape, ctid: str, key: str) -> Grant:
    found: Grant = _one((one for one in known.grants if one.ctid == key and one.entry == ctid), key)
    return found


def _grant(known: Landscape, ctid: str, key: str) -> Data:
    one = grant_of(known, ctid, key)
    return {
        "funder": named(known, one.funder).name,
        "recipient": named(known, one.recipient).name if one.recipient else "",
        "amount": one.amount,
        "currency": one.currency,
        "amount_type": one.amount_type,
        "start": one.span.start,
        "end": one.span.end,
        "stated_on": one.stated_on,
        "regrant_of": one.regrant_of,
    }


def _terms(data: Data, passes_on: tuple[str, ...] = ()) -> GrantTerms:
    return GrantTerms(
        meant(data["funder"]),
        data["amount"],
        data["currency"],
        AmountType(data["amount_type"]),
        data["start"],
        data["end"],
        data["stated_on"],
        meant(data["recipient"]),
        meant(data["regrant_of"]),
        passes_on,
    )


def _change_grant(ctid: str, key: str, data: Data, by: By) -> None:
    before = grant_of(living(), ctid, key)
    services_grants.change_grant(key, _terms(data, before.passes_on), by)


def _unseen(by: By) -> By:
    """`seen` is of the entry; a grant is a thing of its own."""
    return By(by.author, by.citation)


def _tie(ctid: str, _key: str, data: Data, by: By) -> None:
    declared = tuple(meant(one) for one in data["declared"].split(";") if one.strip())
    services.add_tie(
        ctid, meant(data["other"]), TieKind(data["kind"]), by, declared, data["start"], data["end"]
    )


def _set_stage(ctid: str, _key: str, data: Data, by: By) -> None:
    high = data["high"] or data["low"]
    services.set_stage(ctid, data["period"], data["low"], high, by, data["issued"], data["forecast"])


def _remove_stage(ctid: str, key: str, _data: Data, by: By) -> None:
    period, _at, issued = key.partition("@")
    services.remove_stage(ctid, period, issued, by)


def _remove_grant(ctid: str, key: str, data: Data, by: By) -> None:
    grant_of(living(), ctid, key)
    services_grants.remove_grant(key, data["reason"], by)


_FACTS = {
    "description": "ceterms:description",
    "kind": "lw:kind",
    "status": "lw:status",
    "url": "ceterms:subjectWebpage",
    "start": "ceterms:startDate",
    "end": "ceterms:endDate",
}


def _described(known: Landscape, ctid: str, _key: str) -> Data:
    one = known.entries[ctid]
    facts = {"description": one.description, "kind": one.kind, "status": one.status, "url": one.url}
    return {**facts, "start": one.span.start, "end": one.span.end}


def _describe(ctid: str, key: str, data: Data, by: By) -> None:
    """What was filled in otherwise than it stands there; the first change alone is of what the person looked at."""
    now = _described(living(), ctid, key)
    new = [(term, data[name]) for name, term in _FACTS.items() if data[name] and data[name] != now[name]]
    if not new:
        raise MapEditError(
            gettext("Nothing was filled in otherwise."), hint=gettext("Change what is to be stated.")
        )
    for number, (term, value) in enumerate(new):
        services.set_value(ctid, term, value, by if number == 0 else _unseen(by))


_ROLE, _TIE, _MILE = parts.ROLES, parts.TIES, parts.MILESTONES
_ACTS = (
    Act(
        "add-role",
        _("Add a role"),
        forms.RoleForm,
        _ROLE,
        lambda c, _k, d, by: services.add_role(
            c, RoleKind(d["kind"]), meant(d["party"]), by, d["start"], d["end"]
        ),
    ),
    Act(
        "change-role",
        _("Change its dates"),
        forms.RoleDatesForm,
        _ROLE,
        lambda c, k, d, by: services.change_role(c, k, by, d["start"], d["end"]),
        now=_role_dates,
    ),
    Act(
        "remove-role",
        _("It never had this role"),
        forms.NothingForm,
        _ROLE,
        lambda c, k, _d, by: services.remove_role(c, k, by),
        now=_role_dates,
    ),
    Act("add-tie", _("Add a tie"), forms.TieForm, _TIE, _tie),
    Act(
        "change-tie",
        _("Change its dates"),
        forms.RoleDatesForm,
        _TIE,
        lambda c, k, d, by: services.change_tie(c, k, by, d["start"], d["end"]),
        now=_tie_dates,
    ),
    Act(
        "remove-tie",
        _("There is no such tie"),
        forms.NothingForm,
        _TIE,
        lambda c, k, _d, by: services.remove_tie(c, k, by),
        now=_tie_dates,
    ),
    Act(
        "add-milestone",
        _("Add a milestone"),
        forms.MilestoneForm,
        _MILE,
        lambda c, _k, d, by: services.plan_milestone(c, d["name"], d["planned"], by),
    ),
    Act(
        "replan",
        _("Plan it anew"),
        forms.ReplanForm,
        _MILE,
        lambda c, k, d, by: services.replan(c, k, d["planned"], d["reason"], by),
        now=_milestone_plan,
    ),
    Act(
        "reach",
        _("It was reached"),
        forms.ReachForm,
        _MILE,
        lambda c, k, d, by: services.reach(c, k, d["actual"], by),
        now=_milestone_plan,
    ),
    Act(
        "remove-milestone",
        _("There is no such milestone"),
        forms.NothingForm,
        _MILE,
        lambda c, k, _d, by: services.remove_milestone(c, k, by),
        now=_milestone_plan,
    ),
    Act("set-stage", _("Add a stage"), forms.StageForm, parts.STAGES, _set_stage),
    Act("change-stage", _("Change it"), forms.StageForm, parts.STAGES, _set_stage, now=_stage),
    Act(
        "remove-stage",
        _("Take it away"),
        forms.NothingForm,
        parts.STAGES,
        _remove_stage,
        now=_stage,
    ),
    Act(
        "add-grant",
        _("Add a grant"),
        forms.GrantForm,
        "",
        lambda c, _k, d, by: services_grants.add_grant(c, _terms(d), _unseen(by)),
    ),
    Act("change-grant", _("Change it"), forms.GrantForm, "", _change_grant, now=_grant, apart=True),
    Act("remove-grant", _("Do not count it"), forms.ReasonForm, "", _remove_grant, now=_grant, apart=True),
    Act(
        "goals",
        _("Order it by other goals"),
        forms.GoalsForm,
        parts.GOALS,
        lambda c, _k, d, by: services.assign_goals(c, d["goals"], by),
        now=lambda m, c, _k: {"goals": list(m.entries[c].goals)},
    ),
    Act(
        "parent",
        _("Say what it is part of"),
        forms.ParentForm,
        parts.PARENTS,
        lambda c, _k, d, by: services.set_parent(c, meant(d["parent"]), by),
        of="any",
    ),
    Act(
        "name",
        _("Say its name since a date"),
        forms.NameForm,
        parts.NAMES,
        lambda c, _k, d, by: services.rename(c, d["name"], d["since"], by),
        of="any",
    ),
    Act("describe", _("Describe it"), forms.DescribeForm, "ceterms:description", _describe, now=_described),
    Act(
        "sort",
        _("Sort it under building blocks and topics"),
        forms.SortForm,
        "lw:buildingBlock",
        lambda c, _k, d, by: services_library.sort_under(c, d["shelves"], by),
        now=lambda m, c, _k: {"shelves": [*m.entries[c].blocks, *m.entries[c].topics]},
    ),
    Act(
        "means",
        _("Say that a name on the map means it"),
        forms.MeansForm,
        parts.KNOWN_AS,
        lambda c, _k, d, by: services.means(d["name"].strip(), c, by),
        of="any",
    ),
    Act(
        "means-no-more",
        _("The name means somebody else"),
        forms.NothingForm,
        parts.KNOWN_AS,
        lambda c, k, _d, by: services.means_no_more(k, c, by),
        of="any",
    ),
    Act(
        "add-goal",
        _("Add a goal"),
        forms.GoalForm,
        "",
        lambda c, _k, d, by: services_rulings.add_goal(c, d["key"], d["label"], by, d["same_as"]),
        of="scheme",
        then="/landscape/goals",
    ),
    Act(
        "remove-goal",
        _("Remove this goal"),
        forms.RemoveGoalForm,
        "",
        lambda c, _k, d, by: services_rulings.remove_goal(c, d["reason"], by, d["instead"]),
        of="goal",
        now=lambda _m, c, _k: {"goal": c},
        then="/landscape/goals",
    ),
    Act(
        "reviewed",
        _("Say that it was looked at"),
        forms.ReviewedForm,
        "lw:reviewedOn",
        lambda c, _k, d, by: services.mark_reviewed(c, d["on"], by),
        of="any",
    ),
)
ACTS: Mapping[str, Act] = {act.key: act for act in _ACTS}
# Acts that begin something, for an entry and for a party; the others are about a part that is there.
BEGINNING = (
    "add-role",
    "add-tie",
    "add-milestone",
    "set-stage",
    "add-grant",
    "goals",
    "parent",
    "name",
    "describe",
    "sort",
    "reviewed",
)
OF_PARTY = ("name", "parent", "means", "reviewed")
OF_TYPE = {SCHEME: ("add-goal",), GOAL: ("remove-goal",)}


def act(key: str) -> Act:
    """Raises `UnknownChangeError`."""
    if key not in ACTS:
        raise UnknownChangeError(
            gettext("There is no change of this name."), hint=gettext("Follow the links of the page.")
        )
    return ACTS[key]


def described(form: django_forms.Form) -> str:
    """What a form asks for, in words, for a list: "Who: Acme; From: 2020"."""
    said = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in ("seen", "citation") or value in (None, "", [], False):
            continue
        labels = _labels(field)
        words = ", ".join(labels.get(str(one), str(one)) for one in parts.listed(value))
        said.append(f"{field.label}: {words if value is not True else '✓'}")
    return "\n".join(said)


def _labels(field: django_forms.Field) -> dict[str, str]:
    """Value → its words, of a field with choices, grouped or not."""
    found: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        several = label if isinstance(label, list | tuple) else [(value, label)]
        found |= {str(one): str(words) for one, words in several}
    return found
