"""Files that a command reads or writes whole; what is wrong with them is said in words."""

from __future__ import annotations

from pathlib import Path

from learnwork.vocabulary.errors import UnreadableFileError


def read_bytes(path: Path) -> bytes:
    """Raises `UnreadableFileError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}.", hint="Check the path.") from error


def write_bytes(path: Path, body: bytes) -> None:
    """Raises `UnreadableFileError`."""
    try:
        path.write_bytes(body)
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}.", hint="Check the folder.") from error
