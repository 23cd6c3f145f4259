"""`learnwork map progress`, `gaps` and `funders`: the figures of the map."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.landscape.answering import Asked
    from learnwork.landscape.told import Progress
    from learnwork.landscape.told_funders import Concentration, Funders, Portfolio, Totals

Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="FACET=VALUE", help="Narrow the map, as status=active; repeat for more."),
]
# How the table of gaps writes what is no number: the words stand below it.
_SIGNS = {"none found": "–", "out of scope": "×", "not checked": "?"}
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="The day on which you stand; today by default.")
]


def progress(
    only: Only = None,
    as_of: AsOf = "",
    against: Annotated[
        str, typer.Option(metavar="DATE", help="Issue whose forecasts are compared; the oldest by default.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Stages by year, slip, years in a stage, what stands still and whose money ends soon."""
    asked, day = _asked(only, as_of)
    from learnwork.landscape.told import Progress

    made = Progress.of(asked.shown, day, against)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        _print_progress(made)


def gaps(
    only: Only = None,
    rows: Annotated[str, typer.Option(help="goal or block.")] = "block",
    columns: Annotated[str, typer.Option(help="stakeholder, state, stage or funder.")] = "stakeholder",
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """Where nobody works: a number, none found, out of scope or not checked."""
    from learnwork.landscape.gapmap import ColumnAxis, RowAxis

    if rows not in list(RowAxis) or columns not in list(ColumnAxis):
        raise typer.BadParameter("Rows are goal or block; columns stakeholder, state, stage or funder.")
    asked, day = _asked(only, as_of)
    from learnwork.landscape.gap_pages import gap_map_of
    from learnwork.landscape.told import Gaps

    made, day = gap_map_of({"rows": rows, "columns": columns, "as_of": day.isoformat()}, asked)
    if as_json:
        print_json(Gaps.of(made, day).model_dump(mode="json"))
        return
    numbers = [str(number) for number, _ in enumerate(made.heads, 1)]
    lines = [
        [line[0].row.label, *(str(len(cell.entries) or _SIGNS[cell.standing]) for cell in line)]
        for line in made.lines
        if line
    ]
    table(["", *numbers], lines, right=range(1, len(numbers) + 1))
    say("; ".join(f"{number} {head.label}" for number, head in zip(numbers, made.heads, strict=True)) + ".")
    told = (
        f"{number} cells {standing}{f' ({sign})' if (sign := _SIGNS.get(standing)) else ''}"
        for standing, number in made.tally.items()
    )
    say(", ".join(told) + ".")
    say(f"{len(made.unplaced)} entries stand in no cell: their row or column is not known.")


def funders(
    party: Annotated[
        str, typer.Argument(metavar="[CTID]", help="One funder's portfolio; else the list.")
    ] = "",
    only: Only = None,
    as_of: AsOf = "",
    rate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RATE", help='A rate of exchange, as "EUR=1.08 USD 2024-05-31"; repeat for more.'
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who pays for what; with a CTID: with whom, where alone, what ends soon."""
    asked, day = _asked(only, as_of)
    from django.conf import settings

    from learnwork.landscape import money
    from learnwork.landscape.told_funders import Funders, Portfolio

    rates = [money.rate(one) for one in rate or ()] or money.rates(settings.RATES)
    made = Portfolio.of(asked.shown, party, day, rates) if party else Funders.of(asked.shown, day)
    if as_json:
        print_json(made.model_dump(mode="json"))
    elif isinstance(made, Funders):
        _print_funders(made)
    else:
        _print_portfolio(made)


def _asked(only: list[str] | None, as_of: str) -> tuple[Asked, date]:
    """The map as narrowed, and the day. Refuses facets and days that there are not."""
    from learnwork.landscape.filters import FACETS

    params: dict[str, list[str]] = {}
    known = (*FACETS, "text", "valid_on", "edition")
    for one in only or ():
        facet, sign, value = one.partition("=")
        if not sign or facet not in known:
            raise typer.BadParameter(f"--only is FACET=VALUE with one of {', '.join(known)}, not {one}.")
        params.setdefault(facet, []).append(value)
    site.ready()
    from learnwork.landscape import answering, days, progress_pages

    asked = answering.ask(params)
    if asked.filter.problems or (as_of and days.latest(as_of) is None):
        raise typer.BadParameter("A time is a year, month or day that exists: 2022, 2022-05, 2022-05-31.")
    return asked, progress_pages.as_of({"as_of": as_of}, asked)


def _print_progress(made: Progress) -> None:
    heading(f"Stages by year, seen from {made.as_of}")
    dated = [row for row in made.rows if any(cell.low for cell in row.cells)]
    rows = [[row.entry.name, *(_cell(cell.mark, cell.low, cell.high) for cell in row.cells)] for row in dated]
    table(["entry", *made.periods], rows)
    say(f"(3) is a forecast, – no report. Of {made.silent} entries nothing is reported.")
    loose = [[row.entry.name, " → ".join(row.order)] for row in made.rows if row.order]
    if loose:
        heading("Stages whose years are lost")
        table(["entry", "order"], loose)
    if made.against:
        heading(f"What became of the forecasts of {made.against}")
        slips = [
            [one.entry.name, one.level, one.foreseen, one.outcome, one.now, one.years] for one in made.slips
        ]
        table(["entry", "stage", "foreseen", "", "now", "years later"], slips, right=(1, 5))
    heading("Years in a stage")
    stays = [
        ["forecast" if one.forecast else "recorded", one.level, _spread(one.years), one.unfinished]
        for one in made.stays
    ]
    table(["", "stage", "median (quartiles, all, n)", "not seen whole"], stays, right=(1, 3))
    heading("What stands still")
    table(
        ["entry", "stage", "since", "years"],
        [[o.entry.name, o.stage, o.since, o.years] for o in made.stalled],
    )
    heading("Last known grant ends within twelve months")
    table(["entry", "ends", "given by"], [[o.entry.name, o.end, o.funder.name] for o in made.cliffs])


def _print_funders(made: Funders) -> None:
    rows = [
        [
            one.funder.name,
            one.entries,
            one.alone,
            one.ending,
            _sums(one.money.given),
            _sums(one.money.passed_on),
        ]
        for one in made.funders
    ]
    table(["funder", "entries", "alone", "ends soon", "own money", "passed on"], rows, right=(1, 2, 3))
    for one in [made.by_entries, *made.by_money]:
        if one:
            say(_concentration(one))


def _print_portfolio(made: Portfolio) -> None:
    heading(made.funder.name)
    say(f"{len(made.entries)} entries, alone in {len(made.alone)}. Own money: {_sums(made.money.given)}.")
    if made.money.passed_on.grants:
        say(f"Passed on for others: {_sums(made.money.passed_on)}.")
    table(["entry", ""], [[one.name, "alone" if one in made.alone else ""] for one in made.entries])
    heading("With whom")
    rows = [[o.funder.name, len(o.entries), _sums(o.money.given)] for o in made.together]
    table(["funder", "the same entries", "its money there"], rows, right=(1,))
    heading("What ends soon")
    table(["entry", "ends"], [[one.entry.name, one.end] for one in made.ending])
    found = made.leverage
    if found.ratio is None:
        why = {
            "amounts": f"{found.missing} of {found.amounts} amounts missing, the type of {found.untyped} not stated"
        }
        say(f"Leverage: not computable: {why.get(found.reason, found.reason)}.")
    else:
        used = "".join(
            f"; 1 {o.currency} = {o.rate} {o.into}, {o.on} {o.source}".rstrip() for o in found.rates
        )
        say(f"Leverage: {found.ratio:.2f} ({found.others} by {found.own} {found.currency}{used})")


def _cell(mark: str, low: int | None, high: int | None) -> str:
    if low is None:
        return "–"
    text = str(low) if low == high else f"{low}/{high}"
    return f"({text})" if mark == "forecast" else text


def _spread(one: Any) -> str:
    if one is None:
        return "not known"
    return f"{one.median:g} ({one.lower:g}–{one.upper:g}, {one.least:g}–{one.greatest:g}, n = {one.n})"


def _sums(totals: Totals) -> str:
    parts = [f"{Decimal(one.amount):,f} {one.currency} ({_type(one.amount_type)})" for one in totals.sums]
    missing = [f"{totals.missing} of {totals.grants} amounts not stated"] if totals.missing else []
    return ", ".join([*parts, *missing]) or "not known"


def _type(said: str | None) -> str:
    return "type not stated" if said == "not stated" else said or ""


def _concentration(one: Concentration) -> str:
    what = (
        f"known money in {one.currency} ({_type(one.amount_type or '')})"
        if one.currency
        else "number of entries"
    )
    base = f"{one.base} {one.currency}" if one.currency else f"{one.base} fundings"
    return f"Concentration (HHI) by {what}: {one.index:.4f}, of {base} by {len(one.shares)} funders."
