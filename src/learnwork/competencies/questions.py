"""Questions of matching: what somebody asks for or has, out of a text, of identifiers, or of both.

read(text)                       # a job description: competencies with places, work that it reads like
question_of(read), question(competencies, occupations, held)
address(question)                # asks the same again: identifiers, and nothing of a text, of which nothing is kept
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from learnwork.competencies import knowing, matching
from learnwork.competencies.expected import Known, Thing
from learnwork.competencies.matching import Question
from learnwork.competencies.reading_text import ReadText, TextReader
from learnwork.registry import listing
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import LearnworkError


class NothingAskedError(LearnworkError):
    """A question without a competency, an occupation or a text in which either was found."""

    code = "match-empty"


class UnknownAskedError(LearnworkError):
    """A question that names something that is not here, or too much."""

    code = "match-unknown"


def question(competencies: Sequence[str], occupations: Sequence[str] = (), held: bool = False) -> Question:
    """A question of identifiers. Raises `UnknownAskedError` for what cannot be one, `NothingAskedError`."""
    some, work = (
        tuple(dict.fromkeys(one.strip().lower() for one in every if one.strip()))
        for every in (competencies, occupations)
    )
    if not some and not work:
        raise NothingAskedError(
            _("Nothing is asked for."), hint=_("Name competencies or an occupation, or give a text.")
        )
    if len(some) + len(work) > matching.MOST_ASKED:
        raise UnknownAskedError(
            _("A question takes at most %(n)s identifiers.") % {"n": matching.MOST_ASKED},
            hint=_("Leave out what matters least."),
        )
    if wrong := [one for one in (*some, *work) if not is_ctid(one)]:
        raise UnknownAskedError(
            _("%(ctid)s is no identifier.") % {"ctid": repr(wrong[0][:60])},
            hint=_("An identifier looks like ce-12345678-1234-4234-8234-123456789012."),
        )
    return Question(some, work, held)


def question_of(read: ReadText, held: bool = False) -> Question:
    """The question that a text asks: the first of its competencies that fit into one, and for what is asked, its
    work. What somebody has is no work to be led to."""
    work = () if held and read.competencies else tuple(one.occupation for one in read.work)
    most = matching.MOST_ASKED - len(work)
    return Question(tuple(one.ctid for one in read.competencies[:most]), work, held)


def question_with(
    read: ReadText | None, competencies: Sequence[str], occupations: Sequence[str], held: bool
) -> Question:
    """A question of what a text names and of identifiers. Raises `NothingAskedError`, `UnknownAskedError`."""
    own = question_of(read, held) if read else Question()
    some, work = [*own.competencies, *competencies], [*own.occupations, *occupations]
    if read and not any(one.strip() for one in (*some, *work)):
        raise nothing_read(read)
    return question(some, work, held)


def address(asked: Question) -> str:
    """The parameters that ask the same again: identifiers, and nothing of a text."""
    said = {"competencies": ",".join(asked.competencies), "occupations": ",".join(asked.occupations)}
    return urlencode(
        {**{key: text for key, text in said.items() if text}, **({"have": 1} if asked.held else {})}
    )


def nothing_read(read: ReadText) -> NothingAskedError:
    if read.titled:
        return NothingAskedError(
            _("“%(title)s” is a title of many occupations.") % {"title": read.titled[0].title},
            hint=_("Name one of them: %(all)s.")
            % {"all": "; ".join(one.occupation.name for one in titled(read))},
        )
    return NothingAskedError(
        _("No competency and no occupation was recognised in this text."),
        hint=_("What is known here is in English; name skills, tools or the title of the work."),
    )


def read(text: str) -> ReadText:
    """What a job description names and reads like. Raises TooLargeError."""
    return _reader(knowing.known()).read(text)


def make_ready() -> None:
    """Begin to make the reader of texts, which takes a second or two, while somebody still writes one.

    Only where the table is kept: nothing is asked of the database beside.
    """
    state = listing.state()
    if state not in _readers and not any(one.name == READYING for one in threading.enumerate()):
        later = threading.Timer(_LATER, _ready, args=(state,))
        later.name, later.daemon = READYING, True
        later.start()


def _ready(state: str) -> None:
    here = knowing.kept(state)
    if here is not None:
        _reader(here)


@dataclass(frozen=True, slots=True)
class Titled:
    """An occupation of which a title stands in a text. taken: whether the text asks for its work."""

    occupation: Thing
    title: str
    score: float
    taken: bool


def titled(read: ReadText) -> list[Titled]:
    """The occupations of which titles stand in a text, the likeliest first."""
    table = knowing.known().table
    taken = {one.occupation for one in read.work}
    return [
        Titled(table.things[table.keys[one.occupation]], one.title, one.score, one.occupation in taken)
        for one in read.titled
        if one.occupation in table.keys
    ]


READYING = "making the reader of texts"
_LATER = 0.5  # seconds: what is being answered comes first
_readers: dict[str, TextReader] = {}  # by the state of their table; one, that of the last text
_making = threading.Lock()


def _reader(here: Known) -> TextReader:
    """Made once, however many ask at the same time."""
    with _making:
        if here.state not in _readers:
            made = TextReader(here.table.competencies, here.work)
            _readers.clear()
            _readers[here.state] = made
        return _readers[here.state]
