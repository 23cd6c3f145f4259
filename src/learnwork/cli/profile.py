"""`learnwork profile`: levels of a credential's competencies: show them, write the template, load filled sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, say, table
from learnwork.cli.user import find_user

if TYPE_CHECKING:
    from learnwork.competencies.profiling import Profile

app = typer.Typer(
    help="Levels of a credential's competencies, by the Connecting Credentials Framework.",
    no_args_is_help=True,
)
Ctid = Annotated[str, typer.Argument(metavar="CTID", help="The credential.")]


@app.command("show")
def show(ctid: Ctid, as_json: AsJson = False) -> None:
    """The pattern of a credential, its competencies and how far its raters agree."""
    site.ready()
    from learnwork.competencies import profiling
    from learnwork.competencies.answers import document

    found = profiling.of(ctid)
    if as_json:
        print_json(document(found))
    else:
        _print(found, document(found))


def _print(found: Profile, said: dict[str, Any]) -> None:
    say(found.name)
    if said["pattern"] is None:
        say("Nobody has rated this yet.")
    else:
        say(f"Derived: medians of {said['competencies_rated']} competencies, by {len(found.raters)} raters.")
        table(
            ["column", "median", "range", "n", "does not apply"],
            [
                [
                    one["column"],
                    _level(one["median"]),
                    f"{_level(one['least'])}–{_level(one['most'])}" if one["n"] else "",
                    str(one["n"]),
                    str(one["inapplicable"]),
                ]
                for one in said["pattern"]
            ],
            right=(1, 2, 3, 4),
        )
    for one in said["agreement"]:
        alpha = "not defined" if one["alpha"] is None else f"{one['alpha']:.2f}"
        say(
            f"{one['column']}: same level {one['exact']} of {one['pairs']} pairs, at most one apart "
            f"{one['within_one']} of {one['pairs']}, alpha {alpha}"
        )
    for line in said["competencies"]:
        levels = ", ".join(
            f"{column} {'n/a' if level is None else _level(level)}"
            for column, level in line["levels"].items()
        )
        say(f"  {line['statement']}: {levels or 'not rated'}")


def _level(level: float | None) -> str:
    return "not rated" if level is None else f"{level:g}"


@app.command("template")
def template(
    ctid: Ctid,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here instead of printing.")] = None,
    filled: Annotated[
        bool, typer.Option("--filled", help="All ratings in force instead of empty rows.")
    ] = False,
) -> None:
    """The sheet to fill: a row for each competency that the credential names."""
    site.ready()
    from learnwork.competencies import profile_loading, profiling, rating_sheets

    found = profiling.of(ctid)
    rows = profile_loading.rows(found) if filled else profile_loading.template_rows(found)
    text = rating_sheets.write(rows)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text)
        say(f"Wrote {out}.")


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A filled sheet: CSV or a workbook.")],
    author: Annotated[str, typer.Option("--as", metavar="USER", help="Who rated, where a row names nobody.")],
    credential: Annotated[
        str, typer.Option(metavar="CTID", help="Where the sheet names no credential.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept; keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the ratings of a sheet. A rating of the same rater is superseded; the former one stays."""
    site.ready()
    from learnwork.competencies import profile_loading, rating_sheets

    rows, issues = rating_sheets.read(file)
    report = profile_loading.load(rows, credential=credential, rater=find_user(author), dry_run=dry_run)
    report = report.with_issues(issues)
    if as_json:
        print_json(
            {
                "kept": report.kept,
                "same": report.same,
                "dry_run": dry_run,
                "issues": [
                    {"place": one.place, "code": one.code, "message": one.message} for one in report.issues
                ],
            }
        )
    else:
        say(f"{report.kept} {'would be ' if dry_run else ''}kept, {report.same} known already.")
        for one in report.issues:
            say(f"{one.place}: {one.message} {one.hint}".rstrip(), errors=True)
    if report.issues:
        raise typer.Exit(1)


@app.command("wording")
def wording(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The official statements as YAML.")],
) -> None:
    """Show the published wording of the levels from now on, instead of our paraphrase."""
    from learnwork.formats.declarations import read_yaml

    said = read_yaml(file)
    site.ready()
    from learnwork.competencies import profiling

    profiling.load_wording(said)
    say("The pages show this wording from now on.")
