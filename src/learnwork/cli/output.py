"""How the command prints: plain lines and tables for people, JSON for programs, progress on the error stream.

What documents say comes from anybody, so every text is cleaned of control characters (a terminal obeys them)
and never read as Rich's markup.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from learnwork.vocabulary.errors import LearnworkError

# C0 and C1 controls but tab and line feed, and what turns the direction of text around.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PIPE_WIDTH = 100

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@cache
def console(*, errors: bool = False) -> Console:
    """The console of the output or of the error stream; it heeds NO_COLOR and the terminal's width."""
    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(stderr=errors, width=width, highlight=False, markup=False, emoji=False)


def safe(text: object) -> str:
    """Text that a terminal may be given: no control characters, none that turn it around."""
    return _UNSAFE.sub("", str(text))


def say(*parts: object, style: str = "", errors: bool = False) -> None:
    """One line (or paragraph), wrapped at the terminal's width."""
    console(errors=errors).print(Text(safe(" ".join(map(str, parts))), style=style), soft_wrap=False)


def heading(text: str) -> None:
    say(text, style="bold")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """A table; cells fold rather than vanish. right: numbers of the columns that stand flush right."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for number, name in enumerate(columns):
        made.add_column(name, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(safe("" if cell is None else cell)) for cell in row))
    console().print(made)


def print_json(data: Any) -> None:
    """Data as JSON on the output stream, UTF-8, whatever the terminal's encoding."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(data, option=options, default=str))
    sys.stdout.buffer.flush()


def print_error(error: LearnworkError, *, as_json: bool) -> None:
    """An error as code, sentence and mend on the error stream."""
    if as_json:
        said = {"code": error.code, "message": error.message, "hint": error.hint, "data": error.data}
        sys.stderr.write(orjson.dumps({"error": said}, default=str).decode() + "\n")
        return
    line = Text.assemble((f"{error.code}: ", "bold red"), safe(error.message))
    console(errors=True).print(line)
    if error.hint:
        console(errors=True).print(Text(safe(error.hint)))


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on the error stream for what takes longer; call the yielded function with the count so far.

    Where the error stream is no terminal nothing is printed.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    stream = console(errors=True)
    with Progress(*columns, console=stream, transient=True, disable=not stream.is_terminal) as bars:
        task = bars.add_task(safe(what), total=total)
        yield lambda done: bars.update(task, completed=done)
