"""`learnwork status`: an issued record revoked, suspended or reinstated."""

from __future__ import annotations

from typing import Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, say

app = typer.Typer(help="Revoke, suspend or reinstate an issued record.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(help="The issuer's short name.", metavar="ISSUER")]
Record = Annotated[str, typer.Argument(help="The id of the record.", metavar="RECORD")]
Reason = Annotated[str, typer.Option("--reason", help="Why; without personal data.", metavar="TEXT")]


@app.command("revoke")
def revoke(slug: Slug, record: Record, reason: Reason = "", as_json: AsJson = False) -> None:
    """Revoke a record, for good."""
    _set(slug, record, "revocation", True, reason, as_json)


@app.command("suspend")
def suspend(slug: Slug, record: Record, reason: Reason = "", as_json: AsJson = False) -> None:
    """Suspend a record until it is reinstated."""
    _set(slug, record, "suspension", True, reason, as_json)


@app.command("reinstate")
def reinstate(slug: Slug, record: Record, reason: Reason = "", as_json: AsJson = False) -> None:
    """Let a suspended record hold again."""
    _set(slug, record, "suspension", False, reason, as_json)


def _set(slug: str, record: str, purpose: str, value: bool, reason: str, as_json: bool) -> None:
    site.ready()
    from learnwork.wallet import issuers, signing

    issued = signing.issued_as(issuers.issuer_named(slug), record)
    signing.set_status(issued, purpose, value, reason=reason)
    said = {"record": issued.identifier, "purpose": purpose, "status": value}
    if as_json:
        print_json(said)
    else:
        word = {("revocation", True): "revoked", ("suspension", True): "suspended"}.get(
            (purpose, value), "reinstated"
        )
        say(f"{issued.identifier} is {word}; verifiers see it when they next fetch the list.")
