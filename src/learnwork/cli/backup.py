"""`learnwork backup` and `learnwork restore`: the whole installation in one file, and back."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from learnwork import __version__
from learnwork.cli import archive, databases, site
from learnwork.cli.locks import taken
from learnwork.cli.output import AsJson, print_json, progress, say
from learnwork.vocabulary.errors import LearnworkError

_SQLITE, _DUMP = "database.sqlite3", "database.dump"
_SECRETS = ("secret.key", "wallet.key")
_WORKS = "works/"  # files that learners put behind their records


class WouldOverwriteError(LearnworkError):
    """Something is already there, and nobody said that it may be replaced."""

    code = "would-overwrite"


class OtherDatabaseError(LearnworkError):
    """A backup of SQLite cannot be restored into PostgreSQL, nor the other way round."""

    code = "backup-of-other-database"


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the backup.", metavar="FILE")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace FILE where it exists.")] = False,
    with_secret: Annotated[
        bool, typer.Option("--with-secret", help="Include the keys: then the file itself is a secret.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that cannot be computed again to one file, while the site goes on serving.

    The search index is left out; it is rebuilt after a restore.
    """
    if file.exists() and not replace:
        raise WouldOverwriteError(f"{file} exists.", hint="Choose another name, or say --replace.")
    site.ready()
    from django.conf import settings
    from django.db import connection

    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as folder:
        files = {}
        if connection.vendor == "sqlite":
            files[_SQLITE] = Path(folder) / _SQLITE
            with progress("Copying the database") as advance:
                databases.copy_sqlite(Path(connection.settings_dict["NAME"]), files[_SQLITE], advance)
        else:
            files[_DUMP] = Path(folder) / _DUMP
            databases.dump_postgresql(connection.settings_dict, files[_DUMP])
        works = sorted(path for path in (settings.DATA / _WORKS).rglob("*") if path.is_file())
        files |= {path.relative_to(settings.DATA).as_posix(): path for path in works}
        if with_secret:
            files |= {name: settings.DATA / name for name in _SECRETS if (settings.DATA / name).exists()}
        manifest = archive.write(file.absolute(), __version__, made_at, connection.vendor, files)
    result = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "database": manifest.database,
        "made_at": made_at,
    }
    if as_json:
        print_json(result | {"parts": {name: part.sha256 for name, part in manifest.files.items()}})
    else:
        parts = [name for name in manifest.files if not name.startswith(_WORKS)]
        count = len(manifest.files) - len(parts)
        parts += [f"{count:,} files of learners"] if count else []
        say(f"Wrote {file} ({file.stat().st_size / 1e6:,.1f} MB, {', '.join(parts)}).")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `learnwork backup` wrote.", metavar="FILE")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what the installation holds now.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring back what a backup holds. The file is verified first; what fails leaves everything as it was."""
    manifest = archive.read_manifest(file)
    site.set_up()
    from django.conf import settings
    from django.db import connection

    vendor = connection.vendor
    if manifest.database != vendor:
        raise OtherDatabaseError(
            f"{file.name} holds a database of {manifest.database}, and this installation uses {vendor}.",
            hint="Set or unset LEARNWORK_DATABASE_URL, or load the sources again.",
        )
    if not replace and _holds_something():
        raise WouldOverwriteError(
            "This installation already holds a database.", hint="Say --replace to replace it by the backup."
        )
    connection.close()
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with taken(settings.DATA, "serve") as serving, taken(settings.DATA, "work") as working:
        if not (serving and working):
            raise databases.DatabaseInUseError(
                "Learnwork is being served from this data folder.",
                hint="Stop `learnwork serve`, then restore again.",
            )
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as folder:
            _restore_into_place(file, manifest, Path(folder))
    site.ready()
    if as_json:
        print_json({"restored": str(file), "made_at": manifest.made_at, "version": manifest.version})
    else:
        say(
            f"Restored the state of {manifest.made_at}. `learnwork index rebuild` (or serving) makes it searchable."
        )


def _holds_something() -> bool:
    from django.db import connection

    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return path.exists() and path.stat().st_size > 0
    return bool(connection.introspection.table_names())


def _restore_into_place(file: Path, manifest: archive.Manifest, folder: Path) -> None:
    from django.conf import settings
    from django.db import connection

    secrets = [name for name in _SECRETS if name in manifest.files]
    for name in secrets:
        archive.extract(file, manifest, name, folder / name)
    _extract_works(file, manifest, folder)
    if manifest.database == "sqlite":
        new = folder / _SQLITE
        archive.extract(file, manifest, _SQLITE, new)
        if wrong := databases.check_sqlite(new):
            raise databases.DatabaseCopyError(
                f"The saved database is damaged: {wrong[0]}.", hint="Nothing was restored."
            )
        site.refuse_newer(databases.applied_migrations(new))
        databases.replace_sqlite(new, Path(connection.settings_dict["NAME"]))
    else:
        archive.extract(file, manifest, _DUMP, folder / _DUMP)
        databases.restore_postgresql(connection.settings_dict, folder / _DUMP, folder / "script.sql")
    # The index may know of changes that the restored registry has never seen.
    shutil.rmtree(settings.INDEX, ignore_errors=True)
    shutil.rmtree(settings.DATA / _WORKS, ignore_errors=True)
    if (folder / _WORKS).is_dir():
        os.replace(folder / _WORKS, settings.DATA / _WORKS)
    for name in secrets:
        os.chmod(folder / name, 0o600)
        os.replace(folder / name, settings.DATA / name)


def _extract_works(file: Path, manifest: archive.Manifest, folder: Path) -> None:
    for name in manifest.files:
        if not name.startswith(_WORKS):
            continue
        target = (folder / name).resolve()
        if not target.is_relative_to((folder / _WORKS).resolve()):
            raise archive.BadBackupError(
                f"{file.name} holds a file that would lie outside of its place: {name[:100]!r}.",
                hint="Take another copy of the backup. Nothing was restored.",
            )
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        archive.extract(file, manifest, name, target)
        target.chmod(0o600)
