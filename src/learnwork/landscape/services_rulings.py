"""Goals of a scheme, and which mergers cannot be: what rules over the whole map. See `services` for what they raise."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.landscape import checks, parts
from learnwork.landscape.checks import GoalInUseError, MapEditError
from learnwork.landscape.compiling import ENTRY, key_of
from learnwork.landscape.curating import By, put, say, state, unchanged
from learnwork.landscape.goals import GOAL, SCHEME, same_goals
from learnwork.landscape.model import GoalScheme, Landscape
from learnwork.landscape.reading import landscape
from learnwork.registry import decisions, queries
from learnwork.registry.models import Decision, Resource
from learnwork.vocabulary.ctid import derived_ctid


def add_scheme(key: str, title: str, by: By) -> str:
    """A goal scheme. key: short name, unique. Its CTID."""
    key, title = key_of(key).replace("-", "_"), checks.written(title, _("The title"))
    if not key or any(scheme.key == key for scheme in landscape().schemes):
        raise MapEditError(_("This key is taken, or empty."), hint=_("Choose another key."))
    ctid = derived_ctid("curators.goal_scheme", key)
    head = {"@type": SCHEME, "ceterms:ctid": ctid, "lw:key": key, "ceterms:name": {"en": title}}
    say({**head, "lw:citation": [checks.page(by.citation)]}, by)
    return ctid


def add_goal(scheme: str, key: str, label: str, by: By, same_as: str = "") -> str:
    """A goal of a scheme (CTID). same_as: the goal of another scheme that it is. Its CTID."""
    home = queries.resource(scheme)
    if home.type != SCHEME:
        raise MapEditError(_("This is no goal scheme."), hint=_("Choose one."))
    unchanged(home, by)
    label, key = checks.written(label, _("The goal")), key_of(key)
    schemes = landscape().schemes
    taken = {goal.key for one in schemes if one.ctid == home.ctid for goal in one.goals}
    if not key or key in taken:
        raise MapEditError(_("This key is taken, or empty."), hint=_("Choose another key."))
    same = _elsewhere(schemes, same_as, home.ctid) if same_as else ""
    ctid = derived_ctid("curators.goal", f"{home.ctid}/{key}")
    made = {
        "@type": GOAL,
        "ceterms:ctid": ctid,
        "lw:key": key,
        "ceterms:name": {"en": label},
        "lw:scheme": home.ctid,
        "lw:sameAs": [same] if same else [],
        "lw:citation": [checks.page(by.citation)],
    }
    say(made, by)
    return ctid


def _elsewhere(schemes: Sequence[GoalScheme], goal: str, home: str) -> str:
    """The CTID of a goal that a scheme (home) does not have, under no name: an entry goes from one goal to one."""
    ctid = queries.resource(goal).ctid
    own = {scheme.ctid for scheme in schemes if any(one.ctid == ctid for one in scheme.goals)}
    if not own or home in own | {scheme.ctid for scheme, _goal in same_goals(schemes)[ctid]}:
        raise MapEditError(
            _("That is no goal of another scheme that this one does not have yet."),
            hint=_("Choose another goal, or none."),
        )
    return ctid


def entries_of_goal(goal: str) -> dict[str, str]:
    """CTID → name of the entries that are ordered by a goal."""
    view = queries.resource(goal)
    known = landscape(scheme=_scheme_of(landscape(), view.ctid))
    return {ctid: entry.name for ctid, entry in known.entries.items() if view.ctid in entry.goals}


def remove_goal(goal: str, reason: str, by: By, instead: str = "") -> Decision:
    """Rule a goal away. Entries that point to it move to `instead`, a goal of the same scheme.

    Raises `GoalInUseError` with the entries where there are some and `instead` is "".
    """
    view = queries.resource(goal)
    if view.type != GOAL:
        raise MapEditError(_("This is no goal."), hint=_("Choose one."))
    with transaction.atomic():
        unchanged(view, by)
        used = entries_of_goal(view.ctid)
        if used and not instead:
            raise GoalInUseError(
                ngettext(
                    "%(n)s initiative is ordered by this goal.",
                    "%(n)s initiatives are ordered by this goal.",
                    len(used),
                )
                % {"n": len(used)},
                hint=_("Say which goal takes its place."),
                entries=used,
            )
        if used:
            _move(view.ctid, instead, used, by)
        why = f"{checks.written(reason, _('The reason'))} ({checks.page(by.citation)})"
        return decisions.retire(view.ctid, author=by.author, reason=why)


def _move(goal: str, instead: str, entries: dict[str, str], by: By) -> None:
    known = landscape()
    scheme, other = _scheme_of(known, goal), queries.resource(instead).ctid
    if other == goal or _scheme_of(known, other) != scheme:
        raise MapEditError(
            _("The goal that takes its place has to be another one of the same scheme."),
            hint=_("Choose another goal."),
        )
    known = landscape(scheme=scheme)
    for entry in entries:
        goals = dict.fromkeys(other if one == goal else one for one in known.entries[entry].goals)
        part = {
            "lw:key": known.scheme.ctid,
            "lw:goal": list(goals),
            "lw:citation": [checks.page(by.citation)],
        }
        state(entry, put(parts.GOALS, part), By(by.author, by.citation))


def _scheme_of(known: Landscape, goal: str) -> str:
    for scheme in known.schemes:
        if any(one.ctid == goal for one in scheme.goals):
            return scheme.key
    return ""


def refuse_merger(sender: object, *, kept: Resource, gone: Resource, **_more: object) -> None:
    """Receives `decisions.merging`. Raises `MapEditError` where two things of the map cannot be one."""
    known = landscape()
    if not {kept.ctid, gone.ctid} & (known.entries.keys() | known.parties.keys()):
        return
    if (kept.type == ENTRY) != (gone.type == ENTRY):
        raise MapEditError(
            _("An initiative and an organization are two things, even under one name."),
            hint=_("State who leads the initiative instead."),
        )
    above = {
        (kept.ctid if child == gone.ctid else child): (kept.ctid if parent == gone.ctid else parent)
        for child, parent in checks.parents(known).items()
        if not {child, parent} <= {kept.ctid, gone.ctid}
    }
    checks.no_cycle(known, above, kept.ctid)
