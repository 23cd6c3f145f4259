"""The filter of the map as a reader sees it: its facets with counts, what is chosen, and the address of each change.

Printed by `landscape/narrow.html`, the same on every page of the room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.formats.states import NAMES as STATES
from learnwork.landscape.filters import FACETS, NONE, Filter, FilterProblem, Params, counts
from learnwork.landscape.model import Landscape

LABELS = {
    "block": gettext_lazy("Building block"),
    "topic": gettext_lazy("Topic"),
    "goal": gettext_lazy("Goal"),
    "kind": gettext_lazy("Kind"),
    "status": gettext_lazy("Status"),
    "state": gettext_lazy("Place"),
    "funder": gettext_lazy("Who pays"),
    "lead": gettext_lazy("Who leads"),
}
_PROBLEMS = {
    "not-a-day": gettext_lazy("The time was left out: write it as 2022, 2022-05 or 2022-05-31."),
    "too-many": gettext_lazy("More values were chosen than a filter holds; the first are kept."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    number: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    key: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def open(self) -> bool:
        return any(one.chosen for one in self.choices)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """removable: (words, address without it). kept: parameters that a form beside the facets sends along."""

    filter: Filter
    path: str
    facets: tuple[Facet, ...]
    removable: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    number: int
    total: int


def narrowing(asked: Filter, whole: Landscape, path: str, also: Params | None = None) -> Narrowing:
    """The filter of a page. also: other parameters of the page, which every address keeps."""
    more = [(key, value) for key, values in (also or {}).items() for value in _list(values)]
    numbers = counts(whole, asked)

    def address(other: Filter) -> str:
        query = other.to_url()
        rest = "&".join(part for part in (query, urlencode(more)) if part)
        return f"{path}?{rest}" if rest else path

    facets = tuple(
        facet
        for key in FACETS
        if len((facet := _facet(key, numbers[key], asked, whole, address)).choices) > 1 or facet.open
    )
    taken = [
        (label_of(key, value, whole), address(asked.toggle(key, value)))
        for key, values in asked.chosen
        for value in values
    ]
    if asked.text:
        taken.append((f"“{asked.text}”", address(replace(asked, text=""))))
    if asked.valid_on:
        taken.append((_("as of %(day)s") % {"day": asked.valid_on}, address(replace(asked, valid_on=""))))
    if asked.edition:
        taken.append(
            (_("edition %(number)s") % {"number": asked.edition}, address(replace(asked, edition="")))
        )
    kept = [
        (key, value)
        for key, values in asked.to_params().items()
        if key not in ("text", "valid_on")
        for value in values
    ]
    problems = tuple(_problem(one) for one in asked.problems)
    return Narrowing(
        asked,
        path,
        facets,
        tuple(taken),
        (*kept, *more),
        problems,
        len(asked.keeps(whole)),
        len(whole.entries),
    )


def _facet(
    key: str, numbers: Mapping[str, int], asked: Filter, whole: Landscape, address: Callable[[Filter], str]
) -> Facet:
    chosen = set(asked.values(key))
    every = {**dict.fromkeys(chosen, 0), **numbers}
    ordered = sorted(every, key=lambda value: (-every[value], label_of(key, value, whole).casefold()))
    choices = (
        Choice(label_of(key, value, whole), every[value], address(asked.toggle(key, value)), value in chosen)
        for value in ordered
    )
    return Facet(key, str(LABELS[key]), tuple(choices))


def label_of(facet: str, value: str, landscape: Landscape) -> str:
    """What a reader calls a value of a facet."""
    if value == NONE:
        return _("not known")
    if facet in ("funder", "lead"):
        party = landscape.parties.get(value)
        return party.name if party else value.removeprefix("name:")
    if facet == "state":
        return place_name(value)
    if facet in ("block", "topic"):
        return landscape.labels.get(value, value)
    if facet == "goal":
        goals = {goal.ctid: goal.label for goal in landscape.scheme.goals}
        return goals.get(value) or landscape.labels.get(value, value)
    return _(value) if value else _("not known")


def place_name(code: str) -> str:
    """ "US-AL" as "Alabama", "US" as "United States"; what is no code as it stands."""
    if code == "US":
        return _("United States")
    return STATES.get(code.removeprefix("US-"), code) if code.startswith("US-") else code


def _problem(one: FilterProblem) -> str:
    return str(_PROBLEMS[one.reason])


def _list(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values
