from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from tests.conftest import DATABASE_URL

from learnwork.cli import databases

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"
sqlite_only = pytest.mark.skipif(bool(DATABASE_URL), reason="of SQLite's files")


@pytest.fixture
def backup(loaded, tmp_path: Path) -> Path:
    path = tmp_path / "backup.zip"
    loaded("backup", path)
    return path


def test_what_was_backed_up_comes_back(backup: Path, learnwork):
    learnwork("restore", backup)
    assert "Certificate in Harbour Welding" in learnwork("show", WELDING).stdout
    learnwork("index", "follow")
    assert json.loads(learnwork("find", "harbour", "--json").stdout)["total"] >= 1
    learnwork("doctor")


def test_the_index_and_the_secret_stay_out_unless_asked(backup: Path, changed, tmp_path: Path):
    names = set(zipfile.ZipFile(backup).namelist())
    assert names in ({"manifest.json", "database.sqlite3"}, {"manifest.json", "database.dump"})
    changed("backup", tmp_path / "secret.zip", "--with-secret")
    assert "secret.key" in zipfile.ZipFile(tmp_path / "secret.zip").namelist()


def test_files_of_learners_and_the_key_of_the_wallet_come_back(changed, copied, tmp_path: Path):
    data, path = Path(copied["LEARNWORK_DATA"]), tmp_path / "whole.zip"
    work, key = data / "works" / "ab" / "essay.pdf", data / "wallet.key"
    work.parent.mkdir(parents=True)
    work.write_bytes(b"an essay")
    key.write_text("sealed with this")
    changed("backup", path, "--with-secret")
    work.unlink()
    (data / "works" / "later").write_text("put there after the backup")
    key.write_text("another")
    changed("restore", path, "--replace")
    assert work.read_bytes() == b"an essay"
    assert not (data / "works" / "later").exists()
    assert (key.read_text(), key.stat().st_mode & 0o077) == ("sealed with this", 0)


def test_a_backup_puts_no_file_outside_of_its_place(changed, tmp_path: Path):
    path, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    changed("backup", path)
    name = "works/../../outside"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(bad, "w") as made:
        manifest = json.loads(whole.read("manifest.json"))
        manifest["files"][name] = {"bytes": 1, "sha256": "0" * 64}
        for each in whole.namelist():
            made.writestr(each, json.dumps(manifest) if each == "manifest.json" else whole.read(each))
        made.writestr(name, "x")
    done = changed("restore", bad, "--replace", code=1)
    assert "outside of its place" in done.stderr
    assert not (tmp_path / "outside").exists()


def test_a_secret_that_was_included_is_restored_for_its_owner_only(changed, copied, tmp_path: Path):
    path, key = tmp_path / "secret.zip", Path(copied["LEARNWORK_DATA"]) / "secret.key"
    before = key.read_bytes()
    changed("backup", path, "--with-secret")
    key.write_text("another")
    changed("restore", path, "--replace")
    assert key.read_bytes() == before
    assert key.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten_unless_asked(backup: Path, changed, tmp_path: Path):
    assert changed("backup", backup, code=1).stderr.startswith("would-overwrite: ")
    changed("backup", backup, "--replace")
    assert changed("restore", backup, code=1).stderr.startswith("would-overwrite: ")
    changed("user", "add", "alice", stdin="correct horse battery staple\n")
    changed("restore", backup, "--replace")
    assert json.loads(changed("user", "list", "--json").stdout) == {"users": []}


@pytest.mark.parametrize("damage", ["cut", "empty", "other"])
def test_a_damaged_backup_changes_nothing(damage: str, backup: Path, changed, copied):
    content = backup.read_bytes()
    backup.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "other": b"no backup"}[damage])
    assert changed("restore", backup, "--replace", code=1).stderr.startswith("backup-bad: ")
    assert "Certificate in Harbour Welding" in changed("show", WELDING).stdout
    assert not list(Path(copied["LEARNWORK_DATA"]).glob(".restore-*"))


def test_a_backup_of_another_kind_of_database_is_refused(backup: Path, changed, tmp_path: Path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(other, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["database"] = "postgresql" if manifest["database"] == "sqlite" else "sqlite"
        new.writestr("manifest.json", json.dumps(manifest))
    assert changed("restore", other, "--replace", code=1).stderr.startswith("backup-of-other-database: ")


@sqlite_only
def test_a_backup_of_a_newer_version_is_refused(changed, copied, tmp_path: Path):
    database = Path(copied["LEARNWORK_DATA"]) / "learnwork.sqlite3"
    path = tmp_path / "newer.zip"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('registry', '9999_later', '2026-11-22')"
        )
    connection.close()
    assert changed("show", WELDING, code=1).stderr.startswith("database-newer: ")
    from learnwork.cli import archive

    archive.write(path, "9.9.9", "2026-11-22T00:00:00+00:00", "sqlite", {"database.sqlite3": database})
    assert changed("restore", path, "--replace", code=1).stderr.startswith("database-newer: ")


@sqlite_only
def test_a_copy_is_one_state_while_others_write(tmp_path: Path):
    """Two tables are written together; in no copy do they differ."""
    source = tmp_path / "live.sqlite3"
    with sqlite3.connect(source) as connection:
        connection.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE a (n); CREATE TABLE filler (t); CREATE TABLE b (n);"
            "INSERT INTO a VALUES (0); INSERT INTO b VALUES (0);"
        )
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 20_000)
    connection.close()
    stop = threading.Event()

    def write() -> None:
        writer = sqlite3.connect(source, timeout=30)
        while not stop.is_set():
            with writer:
                writer.execute("UPDATE a SET n = n + 1")
                writer.execute("UPDATE b SET n = n + 1")
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    seen = set()
    try:
        for number in range(5):
            copy = tmp_path / f"copy{number}.sqlite3"
            steps: list[int] = []
            databases.copy_sqlite(source, copy, steps.append)
            reader = sqlite3.connect(copy)
            (a,), (b,) = (
                reader.execute("SELECT n FROM a").fetchone(),
                reader.execute("SELECT n FROM b").fetchone(),
            )
            reader.close()
            assert a == b
            assert databases.check_sqlite(copy) == []
            assert len(steps) > 1
            seen.add(a)
    finally:
        stop.set()
        thread.join()
    assert len(seen) > 1


@sqlite_only
def test_a_database_in_use_is_not_replaced(tmp_path: Path):
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    for path, value in ((old, "old"), (new, "new")):
        with sqlite3.connect(path) as connection:
            connection.executescript(f"PRAGMA journal_mode=WAL; CREATE TABLE t AS SELECT '{value}' AS v;")
        connection.close()
    user = sqlite3.connect(old)
    user.execute("SELECT v FROM t").fetchall()
    with pytest.raises(databases.DatabaseInUseError):
        databases.replace_sqlite(new, old)
    user.close()
    databases.replace_sqlite(new, old)
    with sqlite3.connect(old) as connection:
        assert connection.execute("SELECT v FROM t").fetchone() == ("new",)
    connection.close()


@sqlite_only
def test_a_damaged_database_is_replaced_all_the_same(backup: Path, changed, copied):
    database = Path(copied["LEARNWORK_DATA"]) / "learnwork.sqlite3"
    database.write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    assert changed("doctor", code=1)
    changed("restore", backup, "--replace")
    assert "Certificate in Harbour Welding" in changed("show", WELDING).stdout


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(shared, tmp_path: Path):
    path = tmp_path / "killed.zip"
    arguments = [sys.executable, "-m", "learnwork", "backup", str(path)]
    with subprocess.Popen(arguments, env=shared, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".*")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not path.exists()
