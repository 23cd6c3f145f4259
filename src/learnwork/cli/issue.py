"""`learnwork issue`: issuers, and the records that they issue to one person or to a whole sheet of people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from learnwork.cli import issue_clr, site
from learnwork.cli.output import AsJson, heading, print_json, progress, say, table
from learnwork.vocabulary.errors import UnreadableFileError

if TYPE_CHECKING:
    from learnwork.wallet.models import Issuer

app = typer.Typer(help="Issuers, and the records that they issue.", no_args_is_help=True)
app.command("clr")(issue_clr.clr)
Slug = Annotated[str, typer.Argument(help="The issuer's short name.", metavar="ISSUER")]
_SHOWN = 200  # refused rows that are printed; all are counted
# What a test harness is given: every suite, with each kind of key that it takes.
_SUITES: tuple[tuple[str, Any], ...] = (
    ("eddsa-rdfc-2022", None),
    ("eddsa-jcs-2022", None),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
    ("ecdsa-sd-2023", "P-256"),
    ("EdDSA", None),
    ("ES256", None),
    ("ES384", None),
    ("RS256", None),
)
_WITH_LISTS = (("eddsa-rdfc-2022", None),)


@app.command("issuers")
def issuers(
    throw_away: Annotated[
        bool,
        typer.Option(
            "--throw-away",
            help="Make one open issuer a suite for a test harness, gone after a day; prints their addresses.",
        ),
    ] = False,
    new_caller_key: Annotated[
        str, typer.Option("--new-caller-key", help="Give an issuer a new key for callers.", metavar="ISSUER")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List who issues here, with the addresses of each; or make issuers for a test harness."""
    site.ready()
    from learnwork.wallet import issuers as service
    from learnwork.wallet.models import Issuer

    if new_caller_key:
        caller = service.new_caller(service.issuer_named(new_caller_key))
        _told_once({"issuer": new_caller_key, "caller": caller}, as_json)
        return
    service.remove_ended()
    if throw_away:
        made = [*service.throw_away(_SUITES), *service.throw_away(_WITH_LISTS, service.PURPOSES[:1])]
        print_json({"issuers": [_said(issuer) for issuer in made]})
        return
    found = [_said(issuer) for issuer in Issuer.objects.order_by("slug")]
    if as_json:
        print_json({"issuers": found})
    elif not found:
        say("Nobody issues here yet; `learnwork issue make-issuer` makes an issuer.")
    else:
        table(
            ["issuer", "name", "suite", "id", "issued"],
            [[one["issuer"], one["name"], one["suite"], one["id"][:60], one["issued"]] for one in found],
            right=(4,),
        )


def _said(issuer: Issuer) -> dict[str, Any]:
    """An issuer as a harness is configured with it: its name in records, its suite, every address."""
    from learnwork.wallet.issuers import current_key
    from learnwork.wallet.vc_api import address

    base = address(issuer)
    return {
        "issuer": issuer.slug,
        "name": issuer.name,
        "id": issuer.did,
        "suite": issuer.suite,
        "keyType": current_key(issuer).kind,
        "lists": issuer.status.split(",") if issuer.status else [],
        "issue": f"{base}/credentials/issue",
        "verify": f"{base}/credentials/verify",
        "verifyPresentation": f"{base}/presentations/verify",
        "derive": f"{base}/credentials/derive",
        "status": f"{base}/credentials/status",
        "until": issuer.until and issuer.until.isoformat(timespec="seconds"),
        "issued": issuer.issued.count(),
    }


def _told_once(said: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(said)
        return
    say(f"Machines that issue in its name send this key, which is told only now: {said['caller']}")


@app.command("make-issuer")
def make_issuer(
    slug: Slug,
    name: Annotated[str, typer.Option(help="The name that people read.", metavar="TEXT")],
    suite: Annotated[
        str, typer.Option(help="Cryptosuite, or algorithm of tokens, such as ES256.")
    ] = "eddsa-rdfc-2022",
    key_type: Annotated[str, typer.Option("--key-type", help="Where the suite leaves a choice: P-384.")] = "",
    url: Annotated[str, typer.Option(help="The issuer's own site.", metavar="URL")] = "",
    ctid: Annotated[str, typer.Option(help="Its organization in the registry.", metavar="CTID")] = "",
    lists: Annotated[
        str, typer.Option(help="What its records can be: revocation, suspension, or both.")
    ] = "revocation,suspension",
    as_json: AsJson = False,
) -> None:
    """Make an issuer with its first key, and print the key for callers, once."""
    site.ready()
    from learnwork.wallet import issuers as service

    issuer, caller = service.make(
        name,
        suite,
        slug=slug,
        kind=key_type or None,  # type: ignore[arg-type]
        url=url,
        ctid=ctid,
        purposes=tuple(each.strip() for each in lists.split(",") if each.strip()),
    )
    if not as_json:
        say(f"{issuer.slug} issues as {issuer.did}.")
    _told_once({**_said(issuer), "caller": caller}, as_json)


@app.command("credential")
def credential(
    ctid: Annotated[str, typer.Argument(help="A credential of the registry.", metavar="CTID")],
    to: Annotated[
        str,
        typer.Option("--to", help="A sheet of recipients (CSV, XLSX), or one address.", metavar="FILE|MAIL"),
    ],
    issuer: Annotated[str, typer.Option("--issuer", help="Who issues.", metavar="ISSUER")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at every row and issue nothing.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the issued records.", metavar="FOLDER")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a credential of the registry to one person or to everybody in a sheet.

    A sheet has a heading row: `mail` or `did`, and if wanted `name`, `given` (a date), `until` (a date), `evidence`
    (a link), `result`. One row that cannot be used stops the whole sheet; a dry run names all of them.
    """
    site.ready()
    from learnwork.wallet import issuers as service
    from learnwork.wallet import recipients, sheets

    who = service.issuer_named(issuer)
    one = "@" in to and not Path(to).exists()
    rows = [sheets.Row(1, {"mail": to})] if one else sheets.read(Path(to))
    plan = recipients.plan(who, ctid, rows)
    if plan.refused or dry_run:
        _print_plan(plan, as_json)
        if plan.refused:
            raise typer.Exit(1)
        return
    with progress("Issuing", len(plan.ready)) as advance:
        done = recipients.issue_all(plan, sign=out is not None, tell=advance)
    if out is not None:
        _write(out, done)
    said = [{"row": one.row, "record": one.identifier, "claim": one.claim} for one in done]
    if as_json:
        print_json({"issued": said})
    else:
        table(["row", "record", "claim link"], [[one["row"], one["record"], one["claim"]] for one in said])


def _print_plan(plan: Any, as_json: bool) -> None:
    refused = [{"row": one.row, "column": one.column, "reason": one.reason} for one in plan.refused]
    if as_json:
        print_json({"ready": len(plan.ready), "refused": refused, "title": plan.title})
        return
    heading(plan.title)
    say(f"{len(plan.ready):,} rows can be issued, {len(refused):,} cannot.")
    table(["row", "column", "reason"], [list(one.values()) for one in refused[:_SHOWN]], right=(0,))


def _write(folder: Path, done: Any) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in done:
            suffix = "jwt" if one.token else "json"
            (folder / f"row-{one.row}.{suffix}").write_bytes(one.body)
    except OSError as error:
        raise UnreadableFileError(f"{folder}: {error.strerror}.", hint="Check the folder.") from error
