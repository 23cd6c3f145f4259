"""`learnwork curate`: a curator's rulings between claims, each with author and reason, each undone at will."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.bulk.engines import MASTER, EngineName, opened
from learnwork.cli import site
from learnwork.cli.index import follow_unless_served
from learnwork.cli.output import AsJson, print_json, say, table
from learnwork.cli.user import find_user
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.accounts.models import User
    from learnwork.registry.models import Decision

app = typer.Typer(help="Rulings between claims: same, not same, prefer, retire, undo.", no_args_is_help=True)
As = Annotated[str, typer.Option("--as", help="The curator who rules.", metavar="USER")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.", metavar="TEXT")]
Ctid = Annotated[str, typer.Argument(metavar="CTID")]
SourceKey = Annotated[str, typer.Argument(help="Key of a source.", metavar="SOURCE")]


class NotAllowedError(LearnworkError):
    """The person may not do this."""

    code = "not-allowed"


@app.command("same")
def same(keep: Ctid, other: Ctid, author: As, reason: Reason, as_json: AsJson = False) -> None:
    """Rule that two resources are one: the second becomes part of the first."""
    from_user = curator(author)
    from learnwork.registry import decisions

    _done(decisions.same(keep, other, author=from_user, reason=reason), as_json)


@app.command("not-same")
def not_same(
    ctid: Ctid,
    source: SourceKey,
    key: Annotated[str, typer.Argument(help="The source's own key of the thing.", metavar="KEY")],
    author: As,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Rule that what a source says under a key is about something else."""
    from_user = curator(author)
    from learnwork.registry import decisions

    _done(decisions.not_same(ctid, source, key, author=from_user, reason=reason), as_json)


@app.command("prefer")
def prefer(
    ctid: Ctid,
    term: Annotated[str, typer.Argument(help="A property, such as ceterms:name.", metavar="PROPERTY")],
    source: SourceKey,
    author: As,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Rule that of one property, what one source says is preferred."""
    from_user = curator(author)
    from learnwork.registry import decisions

    _done(decisions.prefer(ctid, term, source, author=from_user, reason=reason), as_json)


@app.command("retire")
def retire(ctid: Ctid, author: As, reason: Reason, as_json: AsJson = False) -> None:
    """Rule that a resource is not to be shown; its page says so, with the reason."""
    from_user = curator(author)
    from learnwork.registry import decisions

    _done(decisions.retire(ctid, author=from_user, reason=reason), as_json)


@app.command("undo")
def undo(
    number: Annotated[int, typer.Argument(help="Number of the decision.", metavar="NUMBER")],
    author: As,
    as_json: AsJson = False,
) -> None:
    """Take a ruling back; what was before is so again."""
    from_user = curator(author)
    from learnwork.registry import decisions

    _done(decisions.undo(number, author=from_user), as_json)


@app.command("pairs")
def pairs(
    left: SourceKey,
    right: Annotated[str, typer.Argument(help="Key of another source.", metavar="SOURCE")],
    least: Annotated[float, typer.Option(help="Leave out what is less probable.", min=0, max=1)] = 0.9,
    engine: Annotated[EngineName, typer.Option(help="What compares them.")] = EngineName.DUCKDB,
    master: Annotated[str, typer.Option(help="Where Spark runs.", metavar="URL")] = MASTER,
    as_json: AsJson = False,
) -> None:
    """List organizations of two sources that are probably one, with their chance; nothing is ruled."""
    site.ready()
    from learnwork.intake.likely_pairs import likely_pairs

    found = likely_pairs(left, right, least=least, engine=opened(engine, master))
    if as_json:
        print_json({"pairs": [asdict(one) for one in found]})
    elif not found:
        say("No organizations of these two sources look like one.")
    for one in found if not as_json else ():
        say(f"{one.chance:.2f}  {one.left.ctid}  {one.left.name} ({one.place or 'place not known'})")
        say(f"      {one.right.ctid}  {one.right.name}")
    if found and not as_json:
        say("`learnwork curate same CTID OTHER --as USER --reason TEXT` rules that two are one.")


@app.command("decisions")
def list_decisions(as_json: AsJson = False) -> None:
    """List every ruling, newest first, undone ones included."""
    site.ready()
    from learnwork.registry import decisions

    found = [_decision(one) for one in decisions.listing()]
    if as_json:
        print_json({"decisions": found})
    elif not found:
        say("No rulings were made yet.")
    else:
        columns = ["number", "kind", "resource", "about", "author", "made", "undone", "reason"]
        table(columns, [_row(one) for one in found], right=(0,))


def curator(name: str) -> User:
    """The user of that name, who may rule. Raises `NotAllowedError`."""
    user = find_user(name)
    if not user.may_curate:
        raise NotAllowedError(
            f"{name} may not rule between claims.",
            hint=f"Allow it with `learnwork user role {name} curator`.",
        )
    return user


def _done(decision: Decision, as_json: bool) -> None:
    follow_unless_served(quiet=True)
    if as_json:
        print_json(_decision(decision))
    elif decision.undone_at:
        say(f"Decision {decision.pk} ({decision.kind}) is undone.")
    else:
        mend = f"`learnwork curate undo {decision.pk} --as {decision.author}` takes it back."
        say(f"Decision {decision.pk} ({decision.kind}) is in force. {mend}")


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "number": decision.pk,
        "kind": decision.kind,
        "resource": decision.resource.ctid,
        "other": decision.other and decision.other.ctid,
        "property": decision.property,
        "source": decision.source and decision.source.key,
        "key": decision.key,
        "reason": decision.reason,
        "author": decision.author and decision.author.get_username(),
        "made_at": decision.made_at.isoformat(timespec="seconds"),
        "undone_at": decision.undone_at and decision.undone_at.isoformat(timespec="seconds"),
        "undone_by": decision.undone_by and decision.undone_by.get_username(),
    }


def _row(said: dict[str, object]) -> list[object]:
    about = " ".join(str(said[name]) for name in ("other", "property", "source", "key") if said[name])
    made, undone = str(said["made_at"])[:10], str(said["undone_at"] or "")[:10]
    return [
        said["number"],
        said["kind"],
        said["resource"],
        about,
        said["author"],
        made,
        undone,
        said["reason"],
    ]
