"""Making Django ready for the commands that need the registry; the others never import it."""

from __future__ import annotations

import os
from functools import cache

from learnwork.vocabulary.errors import LearnworkError


class ServerPartMissingError(LearnworkError):
    """The command needs the registry, and only the library is installed."""

    code = "server-missing"


class BadConfigurationError(LearnworkError):
    """An environment variable LEARNWORK_… has a value that cannot be used."""

    code = "configuration-bad"


class NewerDatabaseError(LearnworkError):
    """The database was written by a newer Learnwork than this one."""

    code = "database-newer"


def set_up() -> None:
    """Set Django up, without touching the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnwork.web.settings")
    try:
        import django
        from pydantic import ValidationError
    except ModuleNotFoundError as error:
        raise ServerPartMissingError(
            f"This command needs the registry, and {error.name} is not installed.",
            hint="Install it with: pip install 'learnwork[server]'.",
        ) from error
    try:
        django.setup()
    except ValidationError as error:
        first = error.errors()[0]
        name = "LEARNWORK_" + "_".join(map(str, first["loc"])).upper()
        raise BadConfigurationError(
            f"The environment variable {name} cannot be used: {first['msg']}.",
            hint="docs/reference/configuration.md says what it may hold.",
            name=name,
        ) from error


def ready() -> None:
    """Set Django up and bring the database to this version, making it where there is none."""
    set_up()
    from django.core.management import call_command

    if migrations_to_apply():
        call_command("migrate", verbosity=0, interactive=False)


def migrations_to_apply() -> list[str]:
    """Names of the migrations that the database lacks."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    if connection.vendor == "sqlite":
        settings.DATA.mkdir(parents=True, exist_ok=True)
    applied = set(MigrationRecorder(connection).applied_migrations())
    refuse_newer(applied)
    return sorted(f"{app}.{name}" for app, name in _known_migrations() - applied)


def refuse_newer(applied: set[tuple[str, str]]) -> None:
    """Raise `NewerDatabaseError` where migrations were applied that this version does not have."""
    known = _known_migrations()
    ours = {app for app, _ in known}
    beyond = sorted(f"{app}.{name}" for app, name in applied - known if app in ours)
    if beyond:
        raise NewerDatabaseError(
            f"The database was written by a newer version of Learnwork (it has {beyond[0]}).",
            hint="Install that version or a later one; nothing was changed.",
            migrations=beyond,
        )


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).disk_migrations)
