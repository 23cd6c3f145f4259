"""`learnwork keys`: the keys of issuers, rotated on schedule or because one was lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, say, table
from learnwork.cli.verify import moment

if TYPE_CHECKING:
    from learnwork.wallet.models import Key

app = typer.Typer(help="The keys of issuers.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(help="The issuer's short name.", metavar="ISSUER")]


@app.command("list")
def list_keys(slug: Slug, as_json: AsJson = False) -> None:
    """List an issuer's keys, newest first, and what became of each. Secrets are never shown."""
    site.ready()
    from learnwork.wallet import issuers

    found = [_said(key) for key in issuers.issuer_named(slug).keys.order_by("-made_at", "-pk")]
    if as_json:
        print_json({"keys": found})
    else:
        table(["key", "kind", "made", "state", "since"], [list(one.values()) for one in found])


def _said(key: Key) -> dict[str, Any]:
    state, since = "signs", key.made_at
    if key.compromised_at:
        state, since = "compromised", key.compromised_at
    elif key.retired_at:
        state, since = "retired", key.retired_at
    return {
        "key": key.name[:60],
        "kind": key.kind,
        "made": key.made_at.isoformat(timespec="seconds"),
        "state": state,
        "since": since.isoformat(timespec="seconds"),
    }


@app.command("rotate")
def rotate(slug: Slug, as_json: AsJson = False) -> None:
    """Make a new key. The former one signs no more; what it signed still holds."""
    site.ready()
    from learnwork.wallet import issuers

    _done(issuers.rotate(issuers.issuer_named(slug)), as_json)


@app.command("compromised")
def compromised(
    slug: Slug,
    at: Annotated[
        str, typer.Option("--at", help="When somebody else may first have had it.", metavar="DATE")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Mark the key as lost to somebody else and make a new one: nothing that it signed verifies any more."""
    site.ready()
    from learnwork.wallet import issuers

    when = moment(at) if at else datetime.now(UTC)
    issuer = issuers.issuer_named(slug)
    key = issuers.rotate(issuer, compromised=when)
    affected = issuer.issued.exclude(key=key).filter(key__compromised_at=when).count()
    if not as_json:
        say(f"{affected:,} records were signed by that key; issue them anew to whoever should have them.")
    _done(key, as_json, affected=affected)


def _done(key: Key, as_json: bool, **more: Any) -> None:
    if as_json:
        print_json({**_said(key), **more})
    else:
        say(f"{key.issuer.slug} signs with {key.name[:60]} from now on.")
