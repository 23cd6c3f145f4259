"""`learnwork edition`: frozen copies of the map, listed, made, compared and taken as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.landscape.models import Edition

app = typer.Typer(help="Editions of the map.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Number of an edition, as 2 or 2.1.", metavar="NUMBER")]
Publish = Annotated[bool, typer.Option("--publish", help="Show it to everybody at once.")]


@app.command("list")
def list_editions(as_json: AsJson = False) -> None:
    """Print every edition with its day and digest; drafts too."""
    site.ready()
    from learnwork.landscape import editions

    rows = [_told(one) for one in (*editions.drafts(), *editions.published())]
    if as_json:
        print_json(rows)
        return
    head = ["edition", "title", "as of", "state", "digest"]
    table(
        head, [[one["number"], one["title"], one["as_of"], one["state"], one["digest"][:16]] for one in rows]
    )


@app.command("make")
def make(
    title: Annotated[str, typer.Argument(help="Its title.", metavar="TITLE")],
    as_of: Annotated[str, typer.Option(help="The day of which it tells: 2026, 2026-06, 2026-06-30.")],
    scheme: Annotated[str, typer.Option(help="Key of the goals; else the usual ones.")] = "",
    asked: Annotated[
        str, typer.Option("--filter", help="Only entries that a filter keeps, as status=active.")
    ] = "",
    reviewed_since: Annotated[str, typer.Option(help="Only entries reviewed since that day.")] = "",
    led: Annotated[bool, typer.Option("--led", help="Only entries whose lead is known.")] = False,
    cited: Annotated[bool, typer.Option("--cited", help="Only entries with a source.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what to look at; keep nothing.")] = False,
    publish: Publish = False,
    as_json: AsJson = False,
) -> None:
    """Freeze the map of a day as the next edition, after a list of what to look at."""
    site.ready()
    from learnwork.landscape import editions
    from learnwork.landscape.inclusion import Rule

    asks = {"filter": asked, "reviewed_since": reviewed_since, "led": led, "cited": cited}
    row = editions.make(editions.Setting(title, as_of, scheme, Rule.of(asks)))
    try:
        made = editions.prepared(row)
        found: dict[str, int] = {}
        for one in made.findings:
            found[one.matter] = found.get(one.matter, 0) + 1
        if not dry_run:
            editions.keep(row, made)
    finally:
        if not editions.is_frozen(row):
            editions.drop(row)
    if publish and not dry_run:
        editions.publish(row)
    facts = {"entries": len(made.landscape.entries), "left_out": len(made.left_out), "look_at": found}
    if as_json:
        print_json({**({} if dry_run else _told(row)), **facts})
        return
    say(f"{facts['entries']} entries, {facts['left_out']} left out.")
    for matter, number in found.items():
        say(f"  {number} {matter}")
    if not dry_run:
        say(f"Edition {row.number} is frozen: {editions.copy(row).digest}")


@app.command("recover")
def recover(
    file: Annotated[Path, typer.Argument(help="Facts of a recovered guide, as YAML.", metavar="FILE")],
    scheme: Annotated[str, typer.Option(help="Key of its goals, which are on the map.")] = "recovered_pdf",
    issued: Annotated[str, typer.Option(help="The year of its issue.")] = "2019",
    publish: Publish = False,
) -> None:
    """Freeze what a stored copy of an early guide gave back: its goals and stages, and no more."""
    site.ready()
    from learnwork.formats.declarations import read_yaml
    from learnwork.landscape import editions

    row = editions.recover(read_yaml(file, lists_named=True), scheme, issued)
    if publish:
        editions.publish(row)
    say(f"Edition {row.number} is frozen: {editions.copy(row).digest}")


@app.command("publish")
def publish_edition(number: Number) -> None:
    """Show a frozen edition to everybody; that is not undone."""
    site.ready()
    from learnwork.landscape import editions

    editions.publish(editions.edition(number, drafts=True))


@app.command("changes")
def changes(
    number: Number,
    to: Annotated[str, typer.Option(help="Another edition; else the map of today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print what changed from an edition to another, or to today."""
    site.ready()
    from dataclasses import asdict

    from learnwork.landscape import editions
    from learnwork.landscape.edition_words import change_words

    other = editions.edition(to, drafts=True) if to else None
    found = editions.since(editions.edition(number, drafts=True), other)
    if as_json:
        print_json(
            {"covers": list(found.covers), "changes": [asdict(one) for one in found.difference.changes]}
        )
        return
    fared = found.trends
    say(f"{fared.same} entries in both, {fared.only_before} only before, {fared.only_after} only after.")
    if found.covers:
        say(f"Compared is what both tell of: {', '.join(found.covers)}.")
    if not found.difference.changes:
        say("Nothing of it changed.")
    group = ""
    for one in found.difference.changes:
        if one.group != group:
            group = one.group
            heading(group)
        say(f"{one.name}: {one.kind}: {change_words(one)}")


@app.command("export")
def export(
    number: Number,
    folder: Annotated[Path, typer.Argument(help="Folder to write into.", metavar="FOLDER")],
) -> None:
    """Write an edition as JSON, CSV and PDF, all from the frozen copy."""
    site.ready()
    from learnwork.landscape import editions, guide_printing, sheets

    row = editions.edition(number, drafts=True)
    copy = editions.copy(row)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "edition.json").write_bytes(bytes(copy.body))
    (folder / "guide.pdf").write_bytes(guide_printing.kept(copy))
    for name, text in sheets.sheets(editions.frozen(row).landscape).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    say(f"{2 + len(sheets.SHEETS)} files in {folder}; SHA-256 of edition.json: {copy.digest}")


def _told(row: Edition) -> dict[str, Any]:
    from learnwork.landscape import editions

    digest = editions.copy(row).digest if editions.is_frozen(row) else ""
    state = "published" if row.published_at else "frozen" if digest else "draft"
    return {
        "number": row.number,
        "title": row.title,
        "as_of": row.as_of,
        "state": state,
        "digest": digest,
        "corrects": row.corrects.number if row.corrects else "",
    }
