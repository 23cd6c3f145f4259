"""`learnwork match`: what fits a job description, an occupation or a list of competencies, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.competencies.matches import Answer, Match

_MOST_BYTES = 200_000
_LISTED = 6


def match(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A job description as plain text; - reads standard input."),
    ] = None,
    competency: Annotated[
        list[str] | None, typer.Option(metavar="CTID", help="Asked for; repeatable.")
    ] = None,
    occupation: Annotated[
        list[str] | None, typer.Option(metavar="CTID", help="The work; repeatable.")
    ] = None,
    have: Annotated[bool, typer.Option("--have", help="It is what somebody has.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many of each kind.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Rank programs, credentials and occupations by what they cover of a text, an occupation or competencies."""
    if file is None and not competency and not occupation:
        raise typer.BadParameter("Give a text, --competency or --occupation.")
    text = _text(file) if file is not None else ""
    site.ready()
    from learnwork.competencies import matches, questions
    from learnwork.competencies.match_answers import answer_document

    read = questions.read(text) if text.strip() else None
    question = questions.question_with(read, competency or (), occupation or (), have)
    found = matches.answer(question, limit=limit)
    if as_json:
        print_json(answer_document(found, read))
    else:
        for one in questions.titled(read) if read else ():
            say(
                f"Title: “{one.title}” is a title of {one.occupation.name}{'' if one.taken else ' (left out)'}."
            )
        _print(found)


def _text(file: Path) -> str:
    """The text of a file; what is not UTF-8 in it becomes a sign that says so."""
    with sys.stdin.buffer if str(file) == "-" else file.open("rb") as stream:
        return stream.read(_MOST_BYTES).decode("utf-8", "replace")


def _print(found: Answer) -> None:
    say("Has:" if found.question.held else "Asked:", ", ".join(one.name for one in found.asked) or "–")
    if found.work:
        say("Work:", ", ".join(one.name for one in found.work))
    if found.unmatched:
        say("Nothing here is known to teach or ask for:", ", ".join(one.name for one in found.unmatched))
    for one in found.changed:
        now = f" Now: {one.now.name}." if one.now else ""
        since = f" since {one.after}" if one.after else ""
        say(f"Changed: {one.name} ({one.how}{since}).{now}")
    for title, some in (("Programs and credentials", found.programs), ("Occupations", found.occupations)):
        heading(title)
        table(["score", "", "", "covers", "lacks", ""], [_row(one) for one in some], right=(0,))
    if found.as_of:
        say(f"As of {found.as_of:%Y-%m-%d %H:%M} UTC: what was published since is being taken in.")
    say(f"{found.compared[0]:,} programs and {found.compared[1]:,} occupations were compared.")


def _row(one: Match) -> list[str]:
    expected = f"derived from {one.behind} occupations" if one.derived else ""
    counted = f"{one.programs:,} programs" if one.search else ""
    return [
        f"{one.score:.3f}",
        one.thing.name,
        counted,
        _few([line.competency.name for line in one.covered]),
        _few([thing.name for thing in one.lacking]),
        expected,
    ]


def _few(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
