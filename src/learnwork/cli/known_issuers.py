"""`learnwork known-issuers`: the lists of known issuers that verdicts of this site look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.files import read_bytes
from learnwork.cli.output import AsJson, print_json, say, table

if TYPE_CHECKING:
    from learnwork.wallet.models import IssuerList

app = typer.Typer(help="The lists of known issuers that verdicts look at.", no_args_is_help=True)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="The list, as its publisher wrote it.", metavar="FILE")],
    name: Annotated[str, typer.Option(help="What verdicts call it.", metavar="TEXT")],
    publisher_key: Annotated[
        Path | None,
        typer.Option("--publisher-key", help="Its publisher's keys (JWK, a set, Multikey).", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load a list of known issuers, in place of the one of the same name."""
    site.ready()
    from learnwork.wallet import issuer_lists

    made = issuer_lists.load(name, read_bytes(file), read_bytes(publisher_key) if publisher_key else b"")
    if as_json:
        print_json(_said(made))
    else:
        say(f"{made.name} names {made.count:,} issuers.")


@app.command("list")
def list_lists(as_json: AsJson = False) -> None:
    """List them in the order in which they are looked at."""
    site.ready()
    from learnwork.wallet.models import IssuerList

    found = [_said(one) for one in IssuerList.objects.order_by("position")]
    if as_json:
        print_json({"lists": found})
    elif not found:
        say("No list is loaded; `learnwork known-issuers load` loads one.")
    else:
        columns = ["name", "issuers", "signatures", "until", "loaded"]
        table(columns, [list(one.values()) for one in found], right=(1,))


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="What verdicts call it.", metavar="NAME")],
    as_json: AsJson = False,
) -> None:
    """Remove a list; verdicts look at it no more."""
    site.ready()
    from learnwork.wallet import issuer_lists

    issuer_lists.remove(name)
    if as_json:
        print_json({"removed": name})
    else:
        say(f"{name} is removed.")


def _said(one: IssuerList) -> dict[str, Any]:
    return {
        "name": one.name,
        "issuers": one.count,
        "signatures": "checked" if one.keys else "not checked",
        "until": one.until.isoformat(timespec="seconds") if one.until else "",
        "loaded": one.loaded_at.isoformat(timespec="seconds"),
    }
