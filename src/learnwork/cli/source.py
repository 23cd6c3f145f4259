"""`learnwork source`: where facts come from, under which licence, and what each release did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.registry.models import Release, Source

app = typer.Typer(help="Sources and their releases.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The source's key, as `source list` shows it.", metavar="KEY")]


@app.command("list")
def list_sources(as_json: AsJson = False) -> None:
    """List every source with its licence, trust and newest release."""
    site.ready()
    from learnwork.registry import queries

    found = queries.sources()
    if as_json:
        print_json({"sources": [_source(one) for one in found]})
    elif not found:
        say("Nothing was loaded yet. `learnwork load FORMAT FILE…` makes a source.")
    else:
        rows = [[s.key, s.name, s.licence, s.trust, _newest(_releases(s))] for s in found]
        table(["key", "name", "licence", "trust", "serving release"], rows, right=(3,))


@app.command("show")
def show(key: Key, as_json: AsJson = False) -> None:
    """Show one source and its releases."""
    site.ready()
    from learnwork.registry import queries

    found = queries.source(key)
    if as_json:
        print_json(_source(found) | {"releases": [_release(one) for one in _releases(found)]})
        return
    heading(found.name)
    facts = {
        "key": found.key,
        "publisher": found.publisher,
        "address": found.url,
        "licence": f"{found.licence} {found.licence_url}",
        "trust": f"{found.trust} of 100",
        "note": found.note,
    }
    table(["", ""], [[name, value] for name, value in facts.items() if value])
    _print_releases(found)


@app.command("releases")
def releases(key: Key, as_json: AsJson = False) -> None:
    """List the releases of a source: when, in which state, and what each changed."""
    site.ready()
    from learnwork.registry import queries

    found = queries.source(key)
    if as_json:
        print_json({"source": key, "releases": [_release(one) for one in _releases(found)]})
    else:
        _print_releases(found)


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The declaration, a YAML file.", metavar="FILE.yaml")],
    as_json: AsJson = False,
) -> None:
    """Add a source from its declaration, or change the one of that key, before anything of it is loaded."""
    from learnwork.formats.declarations import read_declaration

    declared = read_declaration(file)
    site.ready()
    from learnwork.intake.loading import declare

    made, new = declare(declared)
    if as_json:
        print_json(_source(made) | {"new": new})
    else:
        say(f"{'Added' if new else 'Changed'} the source {made.key}: {made.name}.")


def _releases(source: Source) -> list[Release]:
    shown: list[Release] = getattr(source, "releases_shown", [])
    return shown


def _source(source: Source) -> dict[str, Any]:
    return {
        "key": source.key,
        "name": source.name,
        "short_name": source.short_name,
        "publisher": source.publisher,
        "url": source.url,
        "licence": source.licence,
        "licence_url": source.licence_url,
        "trust": source.trust,
        "note": source.note,
    }


def _release(release: Release) -> dict[str, Any]:
    return {
        "label": release.label,
        "part": release.part,
        "date": release.date.isoformat(),
        "format": release.format,
        "status": release.status,
        "loaded_at": release.loaded_at.isoformat(timespec="seconds"),
        "superseded_at": release.superseded_at and release.superseded_at.isoformat(timespec="seconds"),
        "report": release.report,
    }


def _print_releases(source: Source) -> None:
    rows = [
        [r.label, r.part, r.date, _state(r), *_counts(r), "; ".join(r.report.get("held", []))]
        for r in _releases(source)
    ]
    columns = [
        "release",
        "part",
        "date",
        "state",
        "documents",
        "new",
        "changed",
        "withdrawn",
        "figures",
        "why held",
    ]
    table(columns, rows, right=range(4, 9))


def _counts(release: Release) -> list[str]:
    documents = release.report.get("documents", {})
    figures = release.report.get("observations", {})
    counted = [documents.get(name, 0) for name in ("read", "new", "changed", "withdrawn")]
    return [f"{number:,}" for number in [*counted, figures.get("read", 0)]]


def _state(release: Release) -> str:
    if release.status == "held":
        return "held back"
    return "superseded" if release.superseded_at else "serving"


def _newest(found: list[Release]) -> str:
    serving = [r.label for r in found if _state(r) == "serving"]
    return ", ".join(serving[:3]) + (f" and {len(serving) - 3} more" if len(serving) > 3 else "")
