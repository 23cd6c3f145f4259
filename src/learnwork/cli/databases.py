"""Copying a whole database out and in: SQLite by its own backup, PostgreSQL by its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from learnwork.vocabulary.errors import LearnworkError

_PAGES = 8192  # copied between two calls of the progress bar


class ProgramMissingError(LearnworkError):
    """A program of the database is needed and not installed."""

    code = "program-missing"


class DatabaseCopyError(LearnworkError):
    """The database could not be copied; the old state stands."""

    code = "database-copy-failed"


class DatabaseInUseError(LearnworkError):
    """A server or a load uses the database that is to be replaced."""

    code = "database-in-use"


def copy_sqlite(source: Path, target: Path, progress: Callable[[int], None] | None = None) -> None:
    """A consistent copy of a database that others may be writing to.

    One read transaction is held over the whole copy: it sees one state, stops no writer, and need not start again.
    """
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)
    writing = sqlite3.connect(target)
    try:
        reading.execute("BEGIN")
        reading.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        told = (lambda _status, left, total: progress(total - left)) if progress else None
        reading.backup(writing, pages=_PAGES, progress=told)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()


def check_sqlite(path: Path) -> list[str]:
    """What SQLite finds wrong in a database file; empty where it is whole."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        connection.close()
    return [] if found == ["ok"] else found


def applied_migrations(path: Path) -> set[tuple[str, str]]:
    """The migrations that a SQLite database says it has had."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return {
            (str(app), str(name))
            for app, name in connection.execute("SELECT app, name FROM django_migrations")
        }
    except sqlite3.DatabaseError as error:
        raise DatabaseCopyError(
            f"The saved database is not one of Learnwork's: {error}.", hint="Nothing was restored."
        ) from error
    finally:
        connection.close()


def replace_sqlite(new: Path, old: Path) -> None:
    """Put a new database in the old one's place. Raises `DatabaseInUseError` while anybody has the old one open."""
    if old.exists():
        try:
            connection = sqlite3.connect(old, timeout=1, isolation_level=None)
            try:
                # Leaving the write-ahead log needs the database for oneself alone, and removes the log.
                connection.execute("PRAGMA journal_mode=DELETE")
            finally:
                connection.close()
        except sqlite3.OperationalError as error:
            raise DatabaseInUseError(
                f"The database {old} is in use ({error}).",
                hint="Stop `learnwork serve` and anything else that uses it, then restore again.",
            ) from error
        except sqlite3.DatabaseError:
            pass  # damaged, which may be why it is being replaced
    os.replace(new, old)
    for suffix in ("-wal", "-shm"):
        old.with_name(old.name + suffix).unlink(missing_ok=True)


def dump_postgresql(settings: dict[str, Any], target: Path) -> None:
    """PostgreSQL's own dump: one state, while others write."""
    arguments = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _run(arguments, settings)


def restore_postgresql(settings: dict[str, Any], dump: Path, script: Path) -> None:
    """Replace all that the database holds by a dump, in one transaction: afterwards all of it or nothing."""
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump)], None)
    fresh = "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
    arguments = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run([*arguments, f"--command={fresh}", f"--file={script}"], settings)


def _run(arguments: list[str], settings: dict[str, Any] | None) -> None:
    program = shutil.which(arguments[0])
    if program is None:
        raise ProgramMissingError(
            f"{arguments[0]} is not installed.",
            hint="Install PostgreSQL's client programs (Debian: postgresql-client).",
        )
    environment = dict(os.environ)
    if settings is not None:
        names = {
            "NAME": "PGDATABASE",
            "USER": "PGUSER",
            "PASSWORD": "PGPASSWORD",
            "HOST": "PGHOST",
            "PORT": "PGPORT",
        }
        environment |= {name: str(settings[key]) for key, name in names.items() if settings.get(key)}
    done = subprocess.run(
        [program, *arguments[1:]],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise DatabaseCopyError(f"{arguments[0]} failed: {said}.", hint="The database is as it was before.")
