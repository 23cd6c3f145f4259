"""One tree of errors, each with a code, a sentence and a mend; and the issue, which is an error of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "advice"]


class LearnworkError(Exception):
    """Something that a person can act on. Subclasses set `code`; callers pass the sentence, a hint and data.

    `code` is stable and documented in docs/reference/errors.md; `hint` says how to mend it; `data` carries
    what a program needs (never personal data).
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.data = data

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnreadableFileError(LearnworkError):
    """A file cannot be read as what it claims to be: truncated, wrong encoding, not that format."""

    code = "file-unreadable"


class TooLargeError(LearnworkError):
    """A file, an entry of an archive, a line, a document or a question is over its bound."""

    code = "too-large"


class StorageFullError(LearnworkError):
    """The disk is full; nothing half-written was kept."""

    code = "storage-full"


class UnknownFormatError(LearnworkError):
    """No format of that name, or none that recognises the file."""

    code = "format-unknown"


class BadMappingError(LearnworkError):
    """A source declaration or column mapping is wrong; `data` names the file and the key."""

    code = "mapping-bad"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem of one row, value or document: where, what, how to mend. Data, never raised.

    `place` names file and row (or JSON pointer); `severity` "error" means that the row was refused.
    """

    code: str
    message: str
    place: str = ""
    hint: str = ""
    severity: Severity = "error"
