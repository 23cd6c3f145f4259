"""Headings and words of editions and of what changed between two, as pages and prints say them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from learnwork.landscape.differing import Change, Group, Kind
from learnwork.landscape.inclusion import LeftOut, Rule, Why
from learnwork.landscape.model import RoleKind
from learnwork.landscape.preflight import Matter

GROUPS = {
    Group.ENTRIES: gettext_lazy("Entries that came, went or became one"),
    Group.NAMES: gettext_lazy("New names"),
    Group.GOALS: gettext_lazy("Moved to another goal, block or topic"),
    Group.LEADS: gettext_lazy("New leads"),
    Group.STAGES: gettext_lazy("Stages"),
    Group.MILESTONES: gettext_lazy("Milestones"),
    Group.PARTIES: gettext_lazy("Who joined, who left"),
    Group.MONEY: gettext_lazy("Grants"),
    Group.TIES: gettext_lazy("Ties"),
    Group.TEXTS: gettext_lazy("Edited"),
    Group.SCHEME: gettext_lazy("Moved only because the goals were ordered anew"),
}
MATTERS = {
    Matter.NO_LEAD: gettext_lazy("No lead is known"),
    Matter.STALE: gettext_lazy("Not reviewed within the period of its kind"),
    Matter.SUGGESTION: gettext_lazy("Readers’ suggestions wait"),
    Matter.CONFLICT: gettext_lazy("Sources disagree and nobody has decided"),
    Matter.NO_GOAL: gettext_lazy("No goal of these goals"),
    Matter.NO_SOURCE: gettext_lazy("No source is cited"),
    Matter.NO_TEXT: gettext_lazy("No description"),
    Matter.LOST: gettext_lazy("Names something that is not on the map"),
    Matter.CIRCLE: gettext_lazy("Is its own ancestor"),
}
ROLES = {
    RoleKind.LEAD: gettext_lazy("Led by"),
    RoleKind.CO_LEAD: gettext_lazy("Led together with"),
    RoleKind.PARTNER: gettext_lazy("Partners"),
    RoleKind.FUNDER: gettext_lazy("Funded by"),
    RoleKind.PILOT_SITE: gettext_lazy("Pilot sites"),
    RoleKind.STATE: gettext_lazy("States"),
    RoleKind.VENDOR: gettext_lazy("Vendors"),
}
TRENDS = {
    "led": gettext_lazy("have a lead that is known"),
    "described": gettext_lazy("are described"),
    "sustainable": gettext_lazy("are recorded as sustainable"),
    "stage": gettext_lazy("stage"),
    "partners": gettext_lazy("partners of an entry"),
    "funders": gettext_lazy("funders of an entry"),
}
_WHYS = {
    Why.ASKED: gettext_noop("outside the filter"),
    Why.STALE: gettext_noop("not reviewed lately enough"),
    Why.LEAD: gettext_noop("no lead is known"),
    Why.SOURCE: gettext_noop("no source is cited"),
    Why.CHOSEN: gettext_noop("left out by the editors"),
    Why.NOT_YET: gettext_noop("not begun by that day"),
    Why.GONE: gettext_noop("no longer on the map"),
    Why.MERGED: gettext_noop("merged into another"),
}
_KINDS = {
    Kind.ADDED: gettext_noop("added"),
    Kind.REMOVED: gettext_noop("removed"),
    Kind.MERGED: gettext_noop("merged"),
    Kind.SPLIT: gettext_noop("split off"),
    Kind.RENAMED: gettext_noop("renamed"),
    Kind.PARTY_RENAMED: gettext_noop("organization renamed"),
    Kind.PARTY_MERGED: gettext_noop("organization merged"),
    Kind.GOAL_MOVED: gettext_noop("moved goal"),
    Kind.BY_SCHEME: gettext_noop("moved by the new goals"),
    Kind.PLACE_MOVED: gettext_noop("moved in the map"),
    Kind.LEAD_CHANGED: gettext_noop("lead changed"),
    Kind.STAGE_UP: gettext_noop("stage up"),
    Kind.STAGE_DOWN: gettext_noop("stage down"),
    Kind.STAGE_SHIFTED: gettext_noop("stage range changed"),
    Kind.STAGE_REPORTED: gettext_noop("stage reported"),
    Kind.STAGE_WITHDRAWN: gettext_noop("report withdrawn"),
    Kind.STAGE_RESTATED: gettext_noop("stage restated"),
    Kind.FORECAST_NEW: gettext_noop("forecast made"),
    Kind.FORECAST_REVISED: gettext_noop("forecast revised"),
    Kind.FORECAST_MET: gettext_noop("as forecast"),
    Kind.FORECAST_OFF: gettext_noop("otherwise than forecast"),
    Kind.MILESTONE_NEW: gettext_noop("milestone planned"),
    Kind.MILESTONE_MET: gettext_noop("milestone met"),
    Kind.MILESTONE_MISSED: gettext_noop("milestone missed"),
    Kind.MILESTONE_REPLANNED: gettext_noop("milestone re-planned"),
    Kind.MILESTONE_CHANGED: gettext_noop("milestone changed"),
    Kind.MILESTONE_GONE: gettext_noop("milestone dropped"),
    Kind.PARTNER_JOINED: gettext_noop("partner joined"),
    Kind.PARTNER_LEFT: gettext_noop("partner left"),
    Kind.FUNDER_JOINED: gettext_noop("funder joined"),
    Kind.FUNDER_LEFT: gettext_noop("funder left"),
    Kind.ROLE_BEGUN: gettext_noop("role begun"),
    Kind.ROLE_OVER: gettext_noop("role over"),
    Kind.GRANT_NEW: gettext_noop("grant new"),
    Kind.GRANT_ENDED: gettext_noop("grant ended"),
    Kind.GRANT_CHANGED: gettext_noop("grant changed"),
    Kind.GRANT_GONE: gettext_noop("grant no longer listed"),
    Kind.TIE_DECLARED: gettext_noop("tie declared"),
    Kind.TIE_OVER: gettext_noop("tie no longer declared"),
    Kind.EDITED: gettext_noop("text edited"),
}
_REASONS: Mapping[str, str] = {str(why): words for why, words in _WHYS.items()}


def kind_words(kind: Kind) -> str:
    return _(_KINDS[kind])


def change_words(change: Change) -> str:
    """What a change says after its kind: "Jobs for the Future", "3 → 4 (2021)"; reasons come last."""
    about = change.about_name
    if change.kind is Kind.EDITED and about == "description":
        text = _("description")
    elif change.before and change.after:
        text = f"{change.before} → {change.after}"
    elif about and about in (change.before, change.after):
        text = about
    else:
        text = change.after or change.before
        if change.before and change.kind in (Kind.GOAL_MOVED, Kind.LEAD_CHANGED, Kind.BY_SCHEME, Kind.EDITED):
            text = f"{change.before} → {_('none')}"
    if about and about not in text:
        text = f"{about}: {text}" if text else about
    return f"{text} ({reason_words(change.reason)})" if change.reason else text


def reason_words(reason: str) -> str:
    """A reason, the part of it that is ours translated."""
    why, colon, words = reason.partition(": ")
    return f"{_(_REASONS[why])}{colon}{words}" if why in _REASONS else reason


def left_out_words(one: LeftOut) -> str:
    return reason_words(one.reason)


def rule_words(rule: Rule) -> list[str]:
    """The rule of inclusion in sentences."""
    said = []
    for facet, values in rule.asked.chosen:
        said.append(
            _("Only %(facet)s: %(values)s.") % {"facet": _(facet), "values": ", ".join(map(_, values))}
        )
    if rule.asked.text:
        said.append(_("Only what names “%(text)s”.") % {"text": rule.asked.text})
    if rule.reviewed_since:
        said.append(_("Only what was reviewed since %(day)s.") % {"day": rule.reviewed_since})
    if rule.led:
        said.append(_("Only what has a lead that is known."))
    if rule.cited:
        said.append(_("Only what cites a source."))
    if rule.chosen:
        said.append(_("Some entries were left out by hand; each has its reason below."))
    return said or [_("Every entry that was on the map.")]
