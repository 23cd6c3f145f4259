"""`learnwork issue clr`: a learner record put together of other records, each verified first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.files import read_bytes, write_bytes
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.wallet.transcripts import Look


def clr(
    members: Annotated[
        list[Path],
        typer.Argument(help="The records to put in: JSON with a proof, or baked.", metavar="FILE…"),
    ],
    issuer: Annotated[str, typer.Option("--issuer", help="Who issues.", metavar="ISSUER")],
    to: Annotated[str, typer.Option("--to", help="Whose record it is.", metavar="MAIL|DID")],
    title: Annotated[str, typer.Option("--title", help="The name that people read.", metavar="TEXT")],
    tie: Annotated[
        list[str] | None,
        typer.Option("--tie", help="An association: “SOURCE precedes TARGET”, by ids.", metavar="TEXT"),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Verify members without the network.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Verify every member, issue nothing.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Sign at once, into this file.", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a Comprehensive Learner Record of records that verify; one that does not stops the whole."""
    site.ready()
    from learnwork.records.issuing import Recipient
    from learnwork.wallet import issuers, transcripts, verifying

    whose = Recipient(did=to) if to.startswith("did:") else Recipient(mail=to)
    made = transcripts.look(
        issuers.issuer_named(issuer),
        [(path.name, read_bytes(path)) for path in members],
        whose,
        title,
        ties=transcripts.ties_of("\n".join(tie or [])),
        fetcher=verifying.fetcher(web=not offline),
    )
    if made.document is None or dry_run:
        _print(made, as_json)
        if made.document is None:
            raise typer.Exit(1)
        return
    done = transcripts.issue(made, sign=out is not None)
    if out is not None:
        write_bytes(out, done.body)
    said = {"record": done.identifier, "claim": done.claim, "members": len(made.members)}
    if as_json:
        print_json(said)
    else:
        say(f"{done.identifier} holds {len(made.members)} records. {done.claim or out}")


def _print(made: Look, as_json: bool) -> None:
    members: list[dict[str, Any]] = [
        {
            "file": one.name,
            "title": one.title,
            "outcome": one.verdict.outcome if one.verdict else "unreadable",
            "sentence": one.sentence,
        }
        for one in made.members
    ]
    if as_json:
        print_json({"ready": made.document is not None, "fault": made.fault, "members": members})
        return
    heading(made.title)
    table(["file", "title", "outcome", "sentence"], [list(one.values()) for one in members])
    say(made.fault or "It can be issued.")
