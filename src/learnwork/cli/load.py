"""`learnwork load`: files into the registry, with a report of what they changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import site
from learnwork.cli.index import follow_unless_served
from learnwork.cli.output import AsJson, heading, print_json, progress, say
from learnwork.formats.model import Format, Options, Reading
from learnwork.formats.recipes import Step, read_recipe
from learnwork.formats.registry import format_named, recognise
from learnwork.vocabulary.errors import UnknownFormatError

if TYPE_CHECKING:
    from learnwork.intake.report import Report

HELD = 3  # exit code: a release broke its source's promise and was not loaded
_PLACES = 20  # places that the report names for each kind of finding


def load(
    format_name: Annotated[
        str, typer.Argument(help="A format, `auto` to recognise it, or `recipe`.", metavar="FORMAT")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders of one source; none for tables that come with Learnwork."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, keep nothing, report.")] = False,
    source: Annotated[
        Path | None,
        typer.Option(help="YAML declaration or column mapping of the source.", metavar="FILE.yaml"),
    ] = None,
    release: Annotated[str, typer.Option(help="Name of the release, where the files do not say it.")] = "",
    state: Annotated[str, typer.Option(help="Keep one state of a national file.", metavar="NJ")] = "",
    extra: Annotated[
        list[str] | None,
        typer.Option("--set", help="Something a format asks for besides.", metavar="NAME=VALUE"),
    ] = None,
    root: Annotated[
        Path | None, typer.Option(help="Folder that a recipe's files are in.", metavar="DIR")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Load a release although it breaks its source's promise.")
    ] = False,
    reread: Annotated[
        bool, typer.Option("--reread", help="Compare every row although the files were loaded before.")
    ] = False,
    index: Annotated[
        bool, typer.Option("--index/--no-index", help="Whether to make what was loaded searchable at once.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Load files of one source. One transaction a release: it is loaded whole or not at all.

    Exit code 3 where a release was held back because it breaks what its source promises.
    """
    options = Options(source=source, release=release, state=state.upper(), extra=_settings(extra or []))
    site.ready()
    reports = []
    with _indexing_beside(wanted=index and not dry_run) as begin_indexing:
        for used, reading, heavy_ends in _opened(format_name, files or [], options, root):
            report = _load_one(used, reading, dry_run=dry_run, accept=accept, reread=reread)
            reports.append(report)
            if not as_json and (format_name != "recipe" or report.held):
                print_report(report)
            if heavy_ends and report.outcome == "loaded":
                begin_indexing()
    if format_name == "recipe" and not as_json:
        print_summary(reports)
    if as_json:
        print_json({"releases": [report.to_dict() for report in reports]})
    if index and not dry_run and any(report.outcome == "loaded" for report in reports):
        follow_unless_served(quiet=as_json)
    if any(report.held for report in reports) and not accept:
        raise typer.Exit(HELD)


def load_demonstration() -> None:
    """Load the packaged demonstration, unless something was loaded before."""
    from learnwork.registry.models import Release

    if Release.objects.filter(status=Release.Status.LOADED).exists():
        return
    say("Loading the demonstration, once: the learn-and-work landscape of New Jersey.", errors=True)
    recipe = Path(str(resources.files("learnwork"))) / "demonstration" / "recipe.yaml"
    for used, reading, _ in _opened("recipe", [recipe], Options(), None):
        report = _load_one(used, reading, dry_run=False, accept=False, reread=False)
        say(
            f"  {report.source} {report.release}: {report.documents:,} documents, {report.observations:,} figures"
        )
        for promise in report.held:
            say(f"  held back: {promise}", errors=True)
    from learnwork.surveys.studies import load_demonstration as load_study

    if study := load_study(recipe.parent / "surveys"):
        say(f"  survey: {study.title}")
    from learnwork.competencies.demonstrating import load_demonstration as load_alignments

    if run := load_alignments():
        say(f"  alignment: {run.source} → {run.target}, {run.kept.new:,} proposed")
    from learnwork.landscape.demonstrating import load_demonstration as load_editions

    for edition in load_editions(recipe.parent / "ecosystem"):
        say(f"  edition {edition.number}: {edition.title}")
    follow_unless_served()


def _opened(
    name: str, paths: Sequence[Path], options: Options, root: Path | None
) -> Iterator[tuple[Format, Reading, bool]]:
    """Readings in order; the last of each tells whether with it the heavy part of a recipe ends."""
    if name == "recipe" and not paths:
        raise typer.BadParameter("Name the recipe's file.")
    if name == "recipe":
        steps = [step for path in paths for step in read_recipe(path, root)]
    else:
        steps = [Step(name if name != "auto" else _recognised(paths).name, tuple(paths), options)]
    for step in steps:
        used = format_named(step.format)
        readings = used.open(step.paths, step.options)
        for number, reading in enumerate(readings, 1):
            yield used, reading, step.then_index and number == len(readings)


@contextmanager
def _indexing_beside(*, wanted: bool) -> Iterator[Callable[[], None]]:
    """A way to begin indexing in a process of its own, which has ended when this is left.

    What it does not get to is indexed afterwards, so whatever becomes of it does no harm.
    """
    begun: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        if wanted and not begun and (os.cpu_count() or 1) > 1:
            command = [sys.executable, "-m", "learnwork", "index", "follow"]
            begun.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    try:
        yield begin
    except BaseException:
        for process in begun:
            process.terminate()
        raise
    finally:
        for process in begun:
            process.wait()


def _settings(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if bad := [name for name, equals, _ in pairs if not equals]:
        raise typer.BadParameter(f"--set wants NAME=VALUE, not {bad[0]!r}.")
    return {name: value for name, _, value in pairs}


def _recognised(files: Sequence[Path]) -> Format:
    for path in files:
        path.stat()
    found = recognise(files[0]) if files else None
    if found is None:
        raise UnknownFormatError(
            f"No format recognises {files[0].name if files else 'nothing'}.",
            hint="Name the format instead of `auto`.",
        )
    return found


def _load_one(used: Format, reading: Reading, *, dry_run: bool, accept: bool, reread: bool) -> Report:
    from learnwork.intake.loading import load as load_release

    what = f"{reading.source.short_name or reading.source.name} {reading.release.label}"
    with progress(what, reading.total) as advance:
        try:
            return load_release(
                reading,
                used.name,
                version=used.version,
                dry_run=dry_run,
                accept=accept,
                reread=reread,
                progress=advance,
            )
        except KeyboardInterrupt:
            say(f"Interrupted: nothing of {what} was kept.", errors=True)
            raise


def print_summary(reports: Sequence[Report]) -> None:
    """One line a release, for recipes; `learnwork source releases KEY --json` keeps each report in full."""
    for report in reports:
        counted = {
            "documents": report.documents,
            "new": report.new,
            "changed": report.changed,
            "withdrawn": report.withdrawn,
            "figures": report.observations,
            "refused": report.refused + report.observations_refused,
            "findings": sum(report.issues.values()),
        }
        said = ", ".join(f"{number:,} {what}" for what, number in counted.items() if number)
        what = f"{report.source} {report.release}"
        say(f"{what}: {report.outcome} in {report.seconds:.1f} s{f', {said}' if said else ''}")


def print_report(report: Report) -> None:
    """The report of one release, for people."""
    heading(f"{report.source} {report.release} ({report.format}): {report.outcome} in {report.seconds:.1f} s")
    if report.outcome == "unchanged" and not report.rows:
        say("These files were loaded before; --reread compares them row by row.")
        return
    documents = {
        "in": report.documents,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "older than what is here": report.older,
        "withdrawn": report.withdrawn,
        "refused": report.refused,
    }
    figures = {"in": report.observations, "refused": report.observations_refused}
    for what, counted in (("documents", documents), ("figures", figures)):
        say(f"{what}: {', '.join(f'{number:,} {name}' for name, number in counted.items())}")
    for code, count in report.issues.most_common():
        first = report.samples[code][0]
        say(
            f"{first.severity} {code}, {count:,} times: {first.message}",
            style="red" if first.severity == "error" else "",
        )
        if first.hint:
            say(f"  {first.hint}")
        places = list(dict.fromkeys(issue.place for issue in report.samples[code][:_PLACES] if issue.place))
        if places:
            say(f"  at {', '.join(places)}{' …' if count > len(places) else ''}")
    if report.held:
        say("The release breaks what its source promises:", style="bold red")
        for promise in report.held:
            say(f"  {promise}")
        if report.outcome == "held":
            say("It was held back; the last good release still serves. Load it all the same with --accept.")
