"""Dating a release whose files do not say when they were published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from learnwork.formats.files import source_file
from learnwork.formats.model import Options, Release
from learnwork.vocabulary.errors import UnreadableFileError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def release_of(files: Sequence[Path], options: Options) -> Release:
    """The release that the files are: dated by the label that a person gave, else by the youngest file."""
    if match := _ISO_DATE.search(options.release):
        try:
            day = date.fromisoformat(match[0])
        except ValueError:
            raise UnreadableFileError(
                f"The release “{options.release}” has no such day.", hint="Write it as 2026-08-31."
            ) from None
    else:
        day = datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC).date()
    return Release(options.release or day.isoformat(), day, tuple(source_file(path) for path in files))
