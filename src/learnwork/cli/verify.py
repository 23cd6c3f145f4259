"""`learnwork verify`: whether badges, transcripts and credentials are genuine, in words and in checks."""

from __future__ import annotations

import os
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from learnwork.cli.files import read_bytes
from learnwork.cli.output import AsJson, heading, print_json, progress, say
from learnwork.vocabulary.errors import LearnworkError, UnreadableFileError

if TYPE_CHECKING:
    from learnwork.records.bulk import Result
    from learnwork.records.fetching import Fetcher
    from learnwork.records.keys import PublicKey
    from learnwork.records.trust import Registry
    from learnwork.records.verdict import Check, Verdict

REJECTED, INCOMPLETE = 1, 3
_MARKS = {"passed": "✓", "failed": "✗", "unchecked": "?"}
_STYLES = {"passed": "green", "failed": "red", "unchecked": "yellow"}
_OUTCOMES = {"accepted": "green", "rejected": "red", "incomplete": "yellow"}
_SHOWN = 200  # records of an archive that are printed; all are counted


class BadMomentError(LearnworkError):
    """A date and time that was asked for cannot be read."""

    code = "moment-bad"


def verify(
    records: Annotated[
        list[str],
        typer.Argument(
            help="Files (JSON, token, baked PNG or SVG, ZIP), links, or - for the input.", metavar="FILE|URL…"
        ),
    ],
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing; say what that left unchecked.")
    ] = False,
    at: Annotated[
        str, typer.Option("--at", help="Judge as of this date or date and time.", metavar="DATE")
    ] = "",
    registry: Annotated[
        list[Path] | None,
        typer.Option("--registry", help="A list of known issuers, most authoritative first."),
    ] = None,
    publisher_key: Annotated[
        list[Path] | None,
        typer.Option("--publisher-key", help="Keys of whoever publishes the lists (JWK, a set, Multikey)."),
    ] = None,
    recipient: Annotated[
        str, typer.Option("--recipient", help="Whose the record should be: an address, a DID, a number.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Verify records, and print a verdict for each.

    Exit code 0 where all verify, 1 where one is rejected, 3 where none is rejected but one could not be checked
    in full.
    """
    # The library takes half a second to import, which no other command should wait for.
    from learnwork.records.bulk import is_archive, verify_archive
    from learnwork.records.fetching import NoNetwork, WebFetcher
    from learnwork.records.verification import verify as verify_record

    now = moment(at) if at else datetime.now(UTC)
    keys = [key for path in publisher_key or [] for key in _keys(path)]
    registries = [_registry(path, keys) for path in registry or []]
    counts: Counter[str] = Counter()
    printer = JsonPrinter() if as_json else TextPrinter()
    for given in records:
        path = Path(given)
        if given != "-" and not _is_link(given) and is_archive(path):
            results = verify_archive(
                path, now=now, offline=offline, registries=registries, recipient=recipient
            )
            counts += printer.archive(path, results)
            continue
        fetcher: Fetcher = NoNetwork() if offline else WebFetcher()
        data, name = _read(given)
        verdict = verify_record(
            data, fetcher=fetcher, now=now, registries=registries, recipient=recipient, name=name
        )
        printer.verdict(name or given, verdict)
        counts[verdict.outcome] += 1
    printer.end(counts)
    if counts["rejected"]:
        raise typer.Exit(REJECTED)
    if counts["incomplete"]:
        raise typer.Exit(INCOMPLETE)


def moment(text: str) -> datetime:
    """A date or a date and time. Raises BadMomentError."""
    from learnwork.records.times import parse_moment

    try:
        return parse_moment(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as error:
        hint = "Write 2026-01-31 or 2026-01-31T12:00:00Z."
        raise BadMomentError(f"{text[:40]} is no date.", hint=hint) from error


def _registry(path: Path, keys: list[PublicKey]) -> Registry:
    from learnwork.records.trust import read_registry

    return read_registry(read_bytes(path), path.stem, keys=keys)


def _keys(path: Path) -> tuple[PublicKey, ...]:
    from learnwork.records.trust import publisher_keys

    return publisher_keys(read_bytes(path), path.name)


def _is_link(given: str) -> bool:
    return given.startswith(("http://", "https://"))


def _read(given: str) -> tuple[bytes | str, str]:
    """Bytes and name of what was given. Raises UnreadableFileError."""
    from learnwork.records.reading import MOST_PICTURE

    if _is_link(given):
        return given, given
    if given == "-":
        return sys.stdin.buffer.read(MOST_PICTURE + 1), "input"
    path = Path(given)
    try:
        with path.open("rb") as file:
            return file.read(MOST_PICTURE + 1), path.name
    except OSError as error:
        hint = "Check the path and its permissions."
        raise UnreadableFileError(f"{given}: {error.strerror}.", hint=hint) from error


class TextPrinter:
    """Verdicts for people: the sentence first, then the checks."""

    def verdict(self, name: str, verdict: Verdict) -> None:
        _print_verdict(name, verdict)

    def archive(self, path: Path, results: Iterator[Result]) -> Counter[str]:
        """Those that did not verify, by name and sentence; all are counted."""
        counts: Counter[str] = Counter()
        shown = 0
        heading(str(path))
        with progress(path.name, _total(path)) as advance:
            for result in results:
                counts[result.outcome] += 1
                if result.outcome != "accepted" and shown < _SHOWN:
                    shown += 1
                    say(
                        f"{result.outcome}: {result.name}: {result.sentence}", style=_OUTCOMES[result.outcome]
                    )
                if counts.total() % 200 == 0:
                    advance(counts.total())
        if counts.total() - counts["accepted"] > shown:
            say(f"… and {counts.total() - counts['accepted'] - shown:,} more.")
        return counts

    def end(self, counts: Counter[str]) -> None:
        if counts.total() > 1:
            said = ", ".join(f"{counts[name]:,} {name}" for name in _OUTCOMES)
            say(f"{counts.total():,} records: {said}")


class JsonPrinter:
    """Verdicts for programs: one object; the verdicts of an archive are written as they come."""

    def __init__(self) -> None:
        self.begun = False

    def verdict(self, name: str, verdict: Verdict) -> None:
        self._write({"file": name, **verdict.to_json()})

    def archive(self, path: Path, results: Iterator[Result]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for result in results:
            counts[result.outcome] += 1
            self._write({"file": f"{path.name}/{result.name}", **result.to_json()})
        return counts

    def end(self, counts: Counter[str]) -> None:
        if not self.begun:
            print_json({"records": []})
            return
        sys.stdout.buffer.write(b'],\n"counts":' + orjson.dumps(dict(counts)) + b"}\n")
        sys.stdout.buffer.flush()

    def _write(self, entry: dict[str, Any]) -> None:
        sys.stdout.flush()
        sys.stdout.buffer.write((b",\n" if self.begun else b'{"records":[\n') + orjson.dumps(entry))
        self.begun = True


def _total(path: Path) -> int | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return len(archive.filelist)
    except (OSError, zipfile.BadZipFile):
        return None


def _print_verdict(name: str, verdict: Verdict, depth: int = 0) -> None:
    indent = "  " * depth
    if depth == 0:
        heading(name)
    title = f"“{verdict.summary.title}”, " if verdict.summary.title else ""
    say(f"{indent}{title}{verdict.kind}")
    say(f"{indent}{verdict.sentence}", style=_OUTCOMES[verdict.outcome])
    for check in verdict.checks:
        _print_check(check, indent)
    for kind, inner in (("Member", verdict.members), ("Endorsement", verdict.endorsements)):
        for number, each in enumerate(inner, 1):
            say(f"{indent}  {kind} {number}", style="bold")
            _print_verdict(each.name, each, depth + 1)
    if depth == 0:
        for tie in verdict.associations:
            say(f"Association: {tie.source} {tie.kind} {tie.target}")
        say(f"Judged by {verdict.at:%Y-%m-%d %H:%M:%S %Z}.{os.linesep}")


def _print_check(check: Check, indent: str) -> None:
    place = f" at {check.place}" if check.place else ""
    say(f"{indent}{_MARKS[check.state]} {check.code}: {check.sentence}{place}", style=_STYLES[check.state])
    if check.state != "passed" and check.mend:
        say(f"{indent}  {check.mend}")
