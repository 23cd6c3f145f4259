"""What was asked, of whom, and what each answered: the input of every analysis, without Django.

A `Study` holds items, respondents and one matrix of states. It is made from rows of `Answer` (`Study.of`) or from
a file (`sheets`). What cannot be counted is never dropped: it stands in `set_aside` with an issue that says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from learnwork.vocabulary.errors import Issue, LearnworkError

Kind = Literal["yes/no", "single", "multiple", "scale", "number", "date", "text"]
State = Literal["yes", "no", "do not know", "does not apply", "rather not say", "missing", "given"]
Status = Literal["invited", "opened", "partial", "complete", "declined", "bounced"]
Consent = Literal["public", "aggregate", "private"]
Value = str | float | date | tuple[str, ...]

KINDS: tuple[Kind, ...] = get_args(Kind)
# The position is the code of the matrix; "given" stands for the value of any kind but yes/no.
STATES: tuple[State, ...] = get_args(State)
STATUSES: tuple[Status, ...] = get_args(Status)
# From open to closed; the position is the code of the matrix.
CONSENTS: tuple[Consent, ...] = get_args(Consent)
RESPONDED: frozenset[Status] = frozenset({"partial", "complete"})
YES, NO, DO_NOT_KNOW, DOES_NOT_APPLY, RATHER_NOT_SAY, MISSING, GIVEN = range(len(STATES))
MAX_CELLS = 100_000_000

Codes = NDArray[np.int8]


class BadSurveyError(LearnworkError):
    """Items, respondents or limits contradict each other, or a file of answers cannot be read as one."""

    code = "survey-bad"


@dataclass(frozen=True, slots=True)
class Item:
    """One question. options: of single, multiple and scale (a scale's from its low to its high end)."""

    key: str
    label: str
    category: str = ""
    kind: Kind = "yes/no"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who was invited. initiative: whom the answers are about (the key, unless several answer for one).

    group: what tables may be broken down by, such as a sector; "" for none.
    """

    key: str
    name: str = ""
    status: Status = "complete"
    initiative: str = ""
    group: str = ""

    @property
    def about(self) -> str:
        return self.initiative or self.key

    @property
    def label(self) -> str:
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class Answer:
    """What one respondent said to one item. value: where `state` is "given", of the type that the item's kind has:

    single, scale, text: str; multiple: tuple of str; number: float; date: date.
    """

    respondent: str
    item: str
    state: State
    value: Value | None = None
    consent: Consent = "aggregate"


@dataclass(frozen=True, slots=True)
class SetAside:
    """An answer that cannot be counted, kept as it came. why: the code of the issue that explains it."""

    respondent: str
    item: str
    text: str
    why: str


@dataclass(frozen=True)
class Study:
    """Everything that was answered. states, consents: respondents × items, codes of `STATES` and `CONSENTS`.

    values: by (row, column) where the state is "given". chosen: whether respondents were picked by hand or by a
    search rather than drawn at random; every interval then says so.
    """

    items: tuple[Item, ...]
    respondents: tuple[Respondent, ...]
    states: Codes
    consents: Codes
    values: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()
    issues: tuple[Issue, ...] = ()
    title: str = ""
    fielded: str = ""
    chosen: bool = True

    def __post_init__(self) -> None:
        _check_unique("item", [item.key for item in self.items])
        _check_unique("respondent", [one.key for one in self.respondents])
        shape = (len(self.respondents), len(self.items))
        if self.states.shape != shape or self.consents.shape != shape:
            raise BadSurveyError(f"The answers are not {shape[0]} respondents by {shape[1]} items.")
        _check_size(*shape)

    @classmethod
    def of(
        cls,
        items: Iterable[Item],
        respondents: Iterable[Respondent],
        answers: Iterable[Answer],
        *,
        title: str = "",
        fielded: str = "",
        chosen: bool = True,
    ) -> Study:
        """A study from rows; whatever is not answered is "missing".

        An answer to an item that is not there, of somebody who was not invited, or given a second time is set
        aside with an issue. Raises `BadSurveyError` where two items or respondents have one key.
        """
        asked, invited = tuple(items), tuple(respondents)
        _check_size(len(invited), len(asked))
        gathered = _Gathered(asked, invited)
        for answer in answers:
            gathered.add(answer)
        return cls(
            items=asked,
            respondents=invited,
            states=gathered.states,
            consents=gathered.consents,
            values=gathered.values,
            set_aside=tuple(gathered.set_aside),
            issues=tuple(gathered.issues),
            title=title,
            fielded=fielded,
            chosen=chosen,
        )

    def answers(self) -> Iterable[Answer]:
        """Every answer but the missing ones, by respondent and item."""
        for row, column in np.argwhere(self.states != MISSING).tolist():
            yield Answer(
                self.respondents[row].key,
                self.items[column].key,
                STATES[self.states[row, column]],
                self.values.get((row, column)),
                CONSENTS[self.consents[row, column]],
            )

    def responded(self) -> NDArray[np.bool_]:
        """Which respondents answered at all (partial or complete); those who declined do not count."""
        return np.array([one.status in RESPONDED for one in self.respondents], dtype=bool)

    def columns(self, *kinds: Kind) -> list[int]:
        """The columns of the items of these kinds."""
        return [number for number, item in enumerate(self.items) if item.kind in kinds]

    def part(self, rows: Sequence[int] | None = None, columns: Sequence[int] | None = None) -> Study:
        """The study of these respondents and these items alone, in the order given."""
        rows = range(len(self.respondents)) if rows is None else rows
        columns = range(len(self.items)) if columns is None else columns
        at_row = {row: number for number, row in enumerate(rows)}
        at_column = {column: number for number, column in enumerate(columns)}
        chosen = np.ix_(np.asarray(rows, dtype=int), np.asarray(columns, dtype=int))
        return replace(
            self,
            items=tuple(self.items[column] for column in columns),
            respondents=tuple(self.respondents[row] for row in rows),
            states=self.states[chosen],
            consents=self.consents[chosen],
            values={
                (at_row[row], at_column[column]): value
                for (row, column), value in self.values.items()
                if row in at_row and column in at_column
            },
        )

    def open_to(self, consent: Consent) -> Study:
        """What may be told at this openness: answers kept closer than it become "missing", and are not counted.

        `open_to("aggregate")` is what published tables stand on, `open_to("public")` what may be shown by name.
        """
        closed = self.consents > CONSENTS.index(consent)
        return replace(
            self,
            states=np.where(closed, np.int8(MISSING), self.states),
            values={place: value for place, value in self.values.items() if not closed[place]},
            set_aside=(),
            issues=(),
        )


class _Gathered:
    """The matrices while answers come in."""

    def __init__(self, items: tuple[Item, ...], respondents: tuple[Respondent, ...]) -> None:
        self._items = items
        self._column = {item.key: number for number, item in enumerate(items)}
        self._row = {one.key: number for number, one in enumerate(respondents)}
        shape = (len(respondents), len(items))
        self.states: Codes = np.full(shape, MISSING, dtype=np.int8)
        self.consents: Codes = np.full(shape, CONSENTS.index("aggregate"), dtype=np.int8)
        self.values: dict[tuple[int, int], Value] = {}
        self.set_aside: list[SetAside] = []
        self.issues: list[Issue] = []

    def add(self, answer: Answer) -> None:
        row, column = self._row.get(answer.respondent), self._column.get(answer.item)
        if column is None:
            self._aside(answer, "answer-to-removed-item", f"The item “{answer.item}” is not in this version.")
        elif row is None:
            self._aside(answer, "answer-uninvited", f"“{answer.respondent}” is not among the invited.")
        elif self.states[row, column] != MISSING:
            self._aside(
                answer, "answer-twice", f"“{answer.item}” was answered already; the first one counts."
            )
        elif problem := unfit(self._items[column], answer):
            self._aside(answer, "answer-unclear", problem)
        else:
            self.states[row, column] = STATES.index(answer.state)
            self.consents[row, column] = CONSENTS.index(answer.consent)
            if answer.value is not None:
                self.values[row, column] = answer.value

    def _aside(self, answer: Answer, code: str, message: str) -> None:
        said = answer.value if answer.state == "given" and answer.value is not None else answer.state
        text = "; ".join(said) if isinstance(said, tuple) else str(said)
        self.set_aside.append(SetAside(answer.respondent, answer.item, text, code))
        place = f"{answer.respondent}, {answer.item}"
        self.issues.append(Issue(code, message, place, "It was set aside, not counted and not lost."))


def unfit(item: Item, answer: Answer) -> str:
    """Why an answer cannot be one to this item; "" where it can."""
    if answer.state in ("yes", "no"):
        return "" if item.kind == "yes/no" else f"“{item.key}” is not asked with yes or no."
    if answer.state != "given":
        return "" if answer.value is None else f"“{answer.state}” has no value besides."
    value = answer.value
    type_ = {"number": float, "date": date, "multiple": tuple, "yes/no": type(None)}.get(item.kind, str)
    if item.kind == "yes/no" or not isinstance(value, type_ if type_ is not float else (int, float)):
        return f"“{value}” is no answer to an item of the kind {item.kind}."
    if isinstance(value, float) and not np.isfinite(value):
        return f"“{value}” is not a number that can be counted."
    given = value if isinstance(value, tuple) else (value,)
    strange = [one for one in given if item.options and one not in item.options]
    if strange and item.kind in ("single", "multiple", "scale"):
        return f"“{strange[0]}” is not among the options of “{item.key}”: {', '.join(item.options)}."
    return ""


def _check_unique(what: str, keys: list[str]) -> None:
    if len(set(keys)) == len(keys):
        return
    twice = next(key for number, key in enumerate(keys) if key in keys[:number])
    raise BadSurveyError(
        f"Two of the {what}s have the key “{twice}”.", hint="Give each a key of its own.", key=twice
    )


def _check_size(rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        raise BadSurveyError(
            f"{rows:,} respondents by {columns:,} items are more than {MAX_CELLS:,} answers.",
            hint="Split the survey.",
        )
