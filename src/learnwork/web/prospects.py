"""Occupations with what they pay, ready to print: of a program, of a field, of a place."""

from __future__ import annotations

from collections.abc import Sequence

from learnwork.layout.presentation import FigureText, format_figure
from learnwork.layout.values import worded
from learnwork.registry.outlook import Prospect
from learnwork.web.claims import Notes
from learnwork.web.parts import Pay, Prospects


def prospects(
    found: Sequence[Prospect],
    areas: Sequence[str],
    notes: Notes,
    *,
    learning: bool = False,
    heading: str = "",
) -> Prospects | None:
    """areas: keys in the order of the columns; those without a figure are left out. None where nothing is found."""
    if not found:
        return None
    every = [figure for one in found for figure in one.pay.values()]
    opening = [one.openings for one in found if one.openings]
    named: dict[str, str] = {figure.area_key: worded(figure.area_name) for figure in every}
    places = [area for area in areas if area in named]
    sources = [figure.source for figure in (*every, *opening)]
    return Prospects(
        places=tuple(named[area] for area in places),
        rows=tuple(
            Pay(
                one.ctid,
                one.name,
                tuple((named[area], _pay(one, area)) for area in places),
                format_figure(one.openings) if one.openings else None,
            )
            for one in found
        ),
        period=max((figure.period for figure in every), default=""),
        chip=notes.chip(sources, every[0].measure.key if every else opening[0].measure.key)
        if sources
        else None,
        learning=learning,
        openings=max((figure.period for figure in opening), default=""),
        heading=heading,
    )


def _pay(one: Prospect, area: str) -> FigureText | None:
    return format_figure(one.pay[area]) if area in one.pay else None
