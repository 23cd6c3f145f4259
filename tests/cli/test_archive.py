from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.cli import archive
from learnwork.cli.archive import BadBackupError


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "part").write_bytes(b"all that is known" * 1000)
    path = tmp_path / "backup.zip"
    archive.write(
        path, "0.1.0", "2026-11-22T00:00:00+00:00", "sqlite", {"database.sqlite3": tmp_path / "part"}
    )
    return path


def test_what_was_written_is_read_back(saved: Path, tmp_path: Path):
    manifest = archive.read_manifest(saved)
    assert (manifest.version, manifest.database, manifest.files["database.sqlite3"].bytes) == (
        "0.1.0",
        "sqlite",
        17000,
    )
    archive.extract(saved, manifest, "database.sqlite3", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "part").read_bytes()


def test_a_backup_that_fails_leaves_nothing_and_spares_the_old_one(saved: Path, tmp_path: Path):
    before = saved.read_bytes()
    with pytest.raises(FileNotFoundError):
        archive.write(saved, "0.1.0", "", "sqlite", {"a": tmp_path / "part", "b": tmp_path / "absent"})
    assert saved.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "part"]


def test_what_is_no_backup_is_refused(tmp_path: Path):
    path = tmp_path / "x.zip"
    for content in (b"", b"no archive", b"PK\x05\x06" + b"\0" * 18):
        path.write_bytes(content)
        with pytest.raises(BadBackupError, match=r"x\.zip is not a backup"):
            archive.read_manifest(path)


@pytest.mark.parametrize(
    "manifest", ["[]", "{}", '{"format": 2}', '{"format": 1, "files": {"a": 1}}', "null", "{"]
)
def test_a_manifest_that_makes_no_sense_is_refused(manifest: str, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as out:
        out.writestr("manifest.json", manifest)
    with pytest.raises(BadBackupError):
        archive.read_manifest(tmp_path / "x.zip")


@pytest.mark.parametrize("change", ["longer", "other", "missing"])
def test_a_part_that_is_not_what_was_saved_is_refused(change: str, saved: Path, tmp_path: Path):
    fields = json.loads(zipfile.ZipFile(saved).read("manifest.json"))
    content = (tmp_path / "part").read_bytes()
    with zipfile.ZipFile(saved, "w") as out:
        if change != "missing":
            out.writestr("database.sqlite3", content + b"x" if change == "longer" else content[:-1] + b"x")
        out.writestr("manifest.json", json.dumps(fields))
    manifest = archive.read_manifest(saved)
    with pytest.raises(BadBackupError, match="damaged"):
        archive.extract(saved, manifest, "database.sqlite3", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@given(data=st.data())
def test_no_damage_passes_unseen(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    """Whatever byte is changed or cut off: either it is refused, or what comes out is what went in."""
    folder = tmp_path_factory.mktemp("damage")
    (folder / "part").write_bytes(bytes(range(256)) * 4)
    path = folder / "backup.zip"
    archive.write(path, "0.1.0", "", "sqlite", {"part": folder / "part"})
    whole = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del whole[data.draw(st.integers(0, len(whole) - 1)) :]
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        manifest = archive.read_manifest(path)
        archive.extract(path, manifest, "part", folder / "out")
    except BadBackupError:
        return
    assert (folder / "out").read_bytes() == (folder / "part").read_bytes()
