"""College Scorecard: earnings and debt by institution, field (four CIP digits) and credential level.

    learnwork load scorecard value_check.parquet institutions.parquet [--release 2026-06-10]

Three layouts, told apart by their columns: the compiled `value_check` and `institutions` (Parquet or CSV) and the
official field-of-study file (CSV). Figures hang on the group of programs that they are about, never on one program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from learnwork.formats import columns, files
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.expectations import of_a_part
from learnwork.formats.model import Format, Options, Reading, Release
from learnwork.formats.scorecard_figures import items
from learnwork.formats.scorecard_layouts import LAYOUTS, Layout
from learnwork.formats.states import asked
from learnwork.vocabulary.errors import LearnworkError, UnreadableFileError

SOURCE = "scorecard"
VERSION = "1"
# The compiled files carry no date. Those of 2026-06-10 are known by their SHA-256.
KNOWN = {
    "e2b17707c6bab0b4f280e65d3e4d13c9b880a3a1334fc89f8f9e790bc97a07ef": "2026-06-10",
    "32dd57ea9c4301bed6a48d5f7271c69994d9c776bbea0880029eb1c5307c378e": "2026-06-10",
}
_US_DATE = re.compile(r"_(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?P<year>20[0-9]{2})(?![0-9])")
_ISO_DATE = re.compile(r"(20[0-9]{2})(?:-([01][0-9])(?:-([0-3][0-9]))?)?")


def open_(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file. Fields of study and institutions are parts of a release: loading one leaves the other."""
    state = asked(options.state)
    source = read_declaration(options.source) if options.source else declaration(SOURCE)
    if state:
        source = of_a_part(source)
    readings = []
    for path in paths:
        layout = _layout(path)
        if state and not layout.state:
            raise UnreadableFileError(
                f"{path.name} does not say in which state an institution is.",
                hint="Load it without a state, or load the compiled value_check file.",
                file=str(path),
            )
        file = files.source_file(path)
        label, day = _release(path, file.digest, options.release)
        readings.append(
            Reading(
                source,
                Release(label, day, (file,), layout.part),
                partial(items, path, layout, label, state),
                total=(columns.row_count(path) or 0) * layout.each or None,
            )
        )
    return sorted(readings, key=lambda reading: (reading.release.date, reading.release.part))


def _layout(path: Path) -> Layout:
    found = set(columns.names(path))
    layout = next((layout for layout in LAYOUTS if layout.fits(found)), None)
    if layout is None:
        raise UnreadableFileError(
            f"{path.name} is no file of the College Scorecard that is read here: it lacks"
            f" {', '.join(LAYOUTS[0].missing(found))}. It has: {', '.join(sorted(found)[:40])}.",
            hint="Load value_check, institutions, or the official file of fields of study.",
            file=str(path),
        )
    return layout


def _release(path: Path, digest: str, given: str) -> tuple[str, date]:
    """Label and date of the release: given, known, or in the file's name as MMDDYYYY."""
    label = given.strip() or KNOWN.get(digest, "")
    if not label and (named := _US_DATE.search(path.stem)):
        label = f"{named['year']}-{named['month']}-{named['day']}"
    match = _ISO_DATE.fullmatch(label)
    try:
        if match:
            return label, date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    what = f"“{label[:40]}” is not the date of a release" if label else "nothing says of which release it is"
    raise UnreadableFileError(
        f"{path.name}: {what}.",
        hint="Give the date on which the data were released: --release 2026-06-10.",
        file=str(path),
    )


def recognise(path: Path) -> bool:
    try:
        found = set(columns.names(path)) if path.is_file() else set()
    except LearnworkError:
        return False
    return any(layout.fits(found) for layout in LAYOUTS)


FORMAT = Format("scorecard", "College Scorecard", open_, recognise, VERSION)
