"""The list of sub-commands, and what becomes of errors."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from learnwork import __version__
from learnwork.cli import (
    align,
    backup,
    bake,
    compare,
    curate,
    doctor,
    dump,
    edition,
    export,
    find,
    framework,
    index,
    issue,
    keys,
    known_issuers,
    landscape,
    load,
    map_figures,
    match,
    profile,
    serve,
    show,
    source,
    status,
    survey,
    user,
    validate,
    verify,
    work,
)
from learnwork.cli.output import print_error
from learnwork.vocabulary.errors import LearnworkError, StorageFullError

app = typer.Typer(
    name="learnwork",
    help="The open registry and map of the learn-and-work ecosystem.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("load")(load.load)
app.command("find")(find.command())
app.command("show")(show.show)
app.command("compare")(compare.compare)
app.command("match")(match.match)
app.command("export")(export.export)
app.command("dump")(dump.dump)
app.command("validate")(validate.validate)
app.command("verify")(verify.verify)
app.command("bake")(bake.bake)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("doctor")(doctor.doctor)
app.add_typer(index.app, name="index")
app.add_typer(source.app, name="source")
app.add_typer(curate.app, name="curate")
app.add_typer(survey.app, name="survey")
app.add_typer(framework.app, name="framework")
app.add_typer(profile.app, name="profile")
app.add_typer(align.app, name="align")
landscape.app.command("progress")(map_figures.progress)
landscape.app.command("gaps")(map_figures.gaps)
landscape.app.command("funders")(map_figures.funders)
app.add_typer(landscape.app, name="map")
app.add_typer(edition.app, name="edition")
app.add_typer(user.app, name="user")
app.add_typer(issue.app, name="issue")
app.add_typer(keys.app, name="keys")
app.add_typer(known_issuers.app, name="known-issuers")
app.add_typer(status.app, name="status")


class StorageError(LearnworkError):
    """A file or folder cannot be read or written."""

    code = "storage"


class DatabaseUnreachableError(LearnworkError):
    """The database does not answer, or refuses what is asked of it."""

    code = "database-unreachable"


class UnforeseenError(LearnworkError):
    """A fault of Learnwork itself."""

    code = "unforeseen"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"learnwork {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unforeseen error arose.")] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns its exit code."""
    as_json = "--json" in arguments
    try:
        app(list(arguments), prog_name="learnwork")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        return 130
    except LearnworkError as error:
        print_error(error, as_json=as_json)
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        print_error(_explained(error), as_json=as_json)
    return 1


def _explained(error: Exception) -> LearnworkError:
    """What happened, in words, for errors of the disk and the database; else that it was not foreseen."""
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StorageFullError(
                f"The disk is full{where}; nothing half-written was kept.", hint="Free space and try again."
            )
        return StorageError(
            f"{error.strerror or error}{where}.", hint="Check that the place exists and may be used."
        )
    if type(error).__module__.split(".")[0] in ("django", "psycopg", "sqlite3"):
        text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if "full" in text.lower() or "no space" in text.lower():
            return StorageFullError(
                "The disk is full; nothing half-written was kept.", hint="Free space and try again."
            )
        return DatabaseUnreachableError(
            f"The database says: {text}.",
            hint="Check LEARNWORK_DATA or LEARNWORK_DATABASE_URL, and that the database may be used.",
        )
    return UnforeseenError(
        f"Something happened that Learnwork did not foresee: {type(error).__name__}: {error}.",
        hint="Run it again with `learnwork --debug …` to see where, and report it.",
    )
