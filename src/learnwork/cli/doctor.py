"""`learnwork doctor`: whether the installation is well, and how to mend what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from learnwork.cli import databases, site
from learnwork.cli.output import AsJson, print_json, progress, say, table

_LITTLE = 1_000_000_000  # bytes: below this a load of any size is at risk
_LEFTOVERS = (".backup-*", ".restore-*", ".*.partial")
State = Literal["well", "warning", "ill"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and how to mend it where it is not well."""

    what: str
    state: State
    message: str
    mend: str = ""


def doctor(
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="First compose all resources and links again from what sources said."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look the installation over: settings, disk, database, migrations, index, held releases, references, leftovers.

    Exit code 1 where something is ill; warnings alone give 0.
    """
    site.set_up()
    findings = [*_settings(), *_disk(), *_migrations()]
    if not any(finding.state == "ill" for finding in findings):
        if rebuild:
            findings.append(_rebuild())
        looks: list[Callable[[], Iterator[Finding]]] = [_database, _index, _held, _references]
        findings += [finding for look in looks for finding in look()]
    findings += _leftovers()
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
    else:
        table(["", "what", "finding"], [[f.state, f.what, f"{f.message} {f.mend}".strip()] for f in findings])
    if any(finding.state == "ill" for finding in findings):
        raise typer.Exit(1)


def _settings() -> Iterator[Finding]:
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    # What a public site must have is checked where the address says that it is one.
    public = settings.BASE_URL.startswith("https://")
    messages = [m for m in run_checks(include_deployment_checks=public) if not m.is_silenced()]
    for message in messages:
        state: State = "ill" if message.level >= ERROR else "warning"
        yield Finding("settings", state, f"{message.id}: {message.msg}", message.hint or "")
    if settings.DEBUG:
        yield Finding(
            "settings", "warning", "Debugging is on.", "Unset LEARNWORK_DEBUG where others reach the site."
        )
    if not messages and not settings.DEBUG:
        yield Finding(
            "settings", "well", f"The site is {settings.BASE_URL}; data lie in {settings.DATA.absolute()}."
        )


def _disk() -> Iterator[Finding]:
    from django.conf import settings

    settings.DATA.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.DATA).free
    used = sum(path.stat().st_size for path in settings.DATA.rglob("*") if path.is_file())
    message = f"{free / 1e9:,.1f} GB are free; Learnwork's data take {used / 1e9:,.1f} GB."
    if free < max(_LITTLE, used):
        yield Finding(
            "disk", "warning", message, "A load or a backup may need as much again: free some space."
        )
    else:
        yield Finding("disk", "well", message)


def _migrations() -> Iterator[Finding]:
    missing = site.migrations_to_apply()
    if missing:
        mend = "Any other command, such as `learnwork serve`, brings it up to date."
        yield Finding("migrations", "warning", f"The database lacks {len(missing)} migrations.", mend)
        site.ready()
    else:
        yield Finding("migrations", "well", "The database is of this version.")


def _database() -> Iterator[Finding]:
    from django.db import connection

    if connection.vendor == "sqlite":
        wrong = databases.check_sqlite(Path(connection.settings_dict["NAME"]))
        with connection.cursor() as cursor:
            dangling = cursor.execute("PRAGMA foreign_key_check").fetchmany(20)
        wrong += [f"row {row} of {name} refers to nothing in {parent}" for name, row, parent, _ in dangling]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        wrong = []
    if wrong:
        yield Finding(
            "database", "ill", wrong[0], "Restore the last backup with `learnwork restore FILE --replace`."
        )
    else:
        yield Finding("database", "well", f"{connection.vendor} finds nothing wrong.")


def _index() -> Iterator[Finding]:
    from learnwork.cli.index import positions

    known, indexed = positions()
    if indexed > known:
        mend = "It belongs to another database: `learnwork index rebuild`."
        yield Finding("index", "ill", f"The index has {indexed:,} changes, the registry {known:,}.", mend)
    elif indexed < known:
        mend = "`learnwork index follow`, or wait for the server."
        yield Finding("index", "warning", f"The index is {known - indexed:,} changes behind.", mend)
    else:
        yield Finding("index", "well", f"The index has all {known:,} changes.")


def _held() -> Iterator[Finding]:
    from learnwork.registry.models import Release
    from learnwork.registry.queries import sources

    for source in sources():
        newest: Release | None = next(iter(getattr(source, "releases_shown", [])), None)
        if newest is not None and newest.status == Release.Status.HELD:
            why = "; ".join(newest.report.get("held", []))
            mend = "Mend the files, or load them with --accept."
            yield Finding("releases", "warning", f"{source.key} {newest.label} is held back: {why}", mend)


def _references() -> Iterator[Finding]:
    from learnwork.registry.models import Link

    number = Link.objects.filter(object=None).count()
    yield Finding("references", "well", f"{number:,} references wait for something that was not loaded.")


def _leftovers() -> Iterator[Finding]:
    from django.conf import settings

    for pattern in _LEFTOVERS:
        for path in sorted(settings.DATA.glob(pattern)):
            mend = "Delete it, if no backup or restore is running."
            yield Finding("leftovers", "warning", f"{path} was left by something that was stopped.", mend)


def _rebuild() -> Finding:
    from learnwork.registry.models import Resource
    from learnwork.registry.rebuild import rebuild

    with progress("Composing", Resource.objects.count()) as advance:
        done = rebuild(advance)
    say("Run `learnwork index rebuild` to search what was composed.", errors=True)
    return Finding("composition", "well", f"{done:,} resources were composed again.")
