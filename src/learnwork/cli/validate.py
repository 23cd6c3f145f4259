"""`learnwork validate`: what is wrong in files, without loading them and without a database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from learnwork.cli.output import AsJson, heading, print_json, progress, say
from learnwork.formats.model import Format, Options, Reading, Said
from learnwork.formats.registry import format_named, recognise
from learnwork.vocabulary.errors import Issue, LearnworkError, UnknownFormatError

_KEPT = 200  # findings of a file that are printed; all are counted
_COUNTED = {"error": "errors", "warning": "warnings", "advice": "pieces of advice"}
_STYLES = {"error": "red", "warning": "yellow", "advice": ""}


@dataclass(slots=True)
class Findings:
    """What was found in one file. counts: by severity; findings: the first of them."""

    path: Path
    format: str = ""
    documents: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Issue] = field(default_factory=list)

    def add(self, issue: Issue) -> None:
        self.counts[issue.severity] += 1
        if len(self.findings) < _KEPT:
            self.findings.append(issue)

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": str(self.path),
            "format": self.format,
            "documents": self.documents,
            "errors": self.counts["error"],
            "warnings": self.counts["warning"],
            "advice": self.counts["advice"],
            "findings": [
                {
                    "code": issue.code,
                    "severity": issue.severity,
                    "place": issue.place,
                    "message": issue.message,
                    "hint": issue.hint,
                }
                for issue in self.findings
            ],
        }


def validate(
    files: Annotated[
        list[Path], typer.Argument(help="Files in any format that Learnwork reads.", metavar="FILE…")
    ],
    format_name: Annotated[
        str,
        typer.Option("--format", help="The format of the files; else each is recognised.", metavar="NAME"),
    ] = "",
    source: Annotated[
        Path | None, typer.Option(help="Declaration or mapping of the source, for formats that want one.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check files and print each finding with its place and how to mend it. Nothing is loaded.

    Exit code 1 where there are errors (with --strict: or warnings), else 0.
    """
    given = format_named(format_name) if format_name else None
    results = [_inspect(path, given, Options(source=source)) for path in files]
    if as_json:
        print_json({"files": [found.to_dict() for found in results]})
    else:
        for found in results:
            _print(found)
    failing = ("error", "warning") if strict else ("error",)
    if any(found.counts[severity] for found in results for severity in failing):
        raise typer.Exit(1)


def _inspect(path: Path, given: Format | None, options: Options) -> Findings:
    found = Findings(path)
    try:
        used = given or _recognised(path)
        found.format = used.name
        for reading in used.open([path], options):
            _read(reading, found)
    except LearnworkError as error:
        found.add(Issue(error.code, error.message, path.name, error.hint))
    except OSError as error:
        found.add(
            Issue("file-unreadable", f"{error.strerror}.", path.name, "Check the path and its permissions.")
        )
    return found


def _recognised(path: Path) -> Format:
    path.stat()
    used = recognise(path)
    if used is None:
        raise UnknownFormatError(f"No format recognises {path.name}.", hint="Name one with --format.")
    return used


def _read(reading: Reading, found: Findings) -> None:
    from learnwork.vocabulary.checks import check  # reads the tables of the vocabulary

    with progress(found.path.name, reading.total) as advance:
        for number, item in enumerate(reading.items(), 1):
            if isinstance(item, Issue):
                found.add(item)
            elif isinstance(item, Said):
                found.documents += 1
                for issue in check(item.document(), item.place or item.key):
                    found.add(issue)
            if number % 2_000 == 0:
                advance(number)


def _print(found: Findings) -> None:
    heading(f"{found.path} ({found.format or 'format not recognised'})")
    for issue in found.findings:
        say(
            f"{issue.severity} {issue.code} at {issue.place or 'the file'}: {issue.message}",
            style=_STYLES[issue.severity],
        )
        if issue.hint:
            say(f"  {issue.hint}")
    total = found.counts.total()
    if total > len(found.findings):
        say(f"… and {total - len(found.findings):,} more.")
    counted = [f"{found.documents:,} documents"]
    counted += [f"{found.counts[one]:,} {many}" for one, many in _COUNTED.items()]
    say(", ".join(counted))
