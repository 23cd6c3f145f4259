"""Cells and rows of a sheet gathered into a study: what is unclear is set aside with an issue, never guessed.

One respondent is one row of bytes, so a survey of ten million answers takes tens of megabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from learnwork.formats.sheet_cells import unguarded
from learnwork.surveys import cells
from learnwork.surveys.answers import (
    CONSENTS,
    MISSING,
    STATES,
    STATUSES,
    Answer,
    BadSurveyError,
    Codes,
    Consent,
    Item,
    Respondent,
    SetAside,
    State,
    Status,
    Study,
    Value,
    unfit,
)
from learnwork.vocabulary.errors import Issue

_UNREAD = 255
_HINT = "It was set aside, not counted and not lost."
# Every spelling of the answers that a sheet full of yes and no has; anything else is read with care.
_SPELLED = {
    spelling: STATES.index(state)
    for state in STATES[:6]
    for spelling in (state, state.capitalize(), state.upper(), f"[{state}]")
} | {"": MISSING}


class Head(NamedTuple):
    """What a row says about who answered; status "" is told by whether there are answers."""

    respondent: str
    name: str = ""
    status: str = ""
    initiative: str = ""
    group: str = ""


class _Codes(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return _UNREAD


class Reader:
    """Gathers a study cell by cell or row by row."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = tuple(items)
        self._column = {item.key: number for number, item in enumerate(self._items)}
        self._row: dict[str, int] = {}
        self._heads: list[Head] = []
        self._states: list[Codes] = []
        self._consents: list[Codes] = []
        self._values: dict[tuple[int, int], Value] = {}
        self._aside: list[SetAside] = []
        self._issues: list[Issue] = []

    def respondent(self, head: Head) -> int:
        """The row of a respondent, new or known; what later rows of the same one add is taken, never undone."""
        if not head.respondent:
            raise BadSurveyError("A row does not say who answered.", hint="Fill the column `respondent`.")
        row = self._row.get(head.respondent)
        if row is None:
            row = self._row[head.respondent] = len(self._heads)
            self._heads.append(head)
            self._states.append(np.full(len(self._items), MISSING, dtype=np.int8))
            aggregate = CONSENTS.index("aggregate")
            self._consents.append(np.full(len(self._items), aggregate, dtype=np.int8))
        elif self._heads[row] != head:
            pairs = zip(self._heads[row], head, strict=True)
            self._heads[row] = Head(*(known or new for known, new in pairs))
        return row

    def stated(self, number: int, who: str, item: str, state: str, value: str, consent: str) -> None:
        """One row of a long sheet, whose state and value stand apart."""
        if state == "missing":
            self._mark_consent(who, item, consent)
            return
        text = value if state == "given" else f"[{state}]" if state not in ("yes", "no") else state
        if state not in STATES:
            text = state
        self.cell(number, who, item, text, consent, given=state == "given")

    def cell(
        self, number: int, who: str, item: str, text: str, consent: str = "", *, given: bool = False
    ) -> None:
        """One answer as the text of its cell. given: it is a value whatever it spells."""
        row = self._row[who] if who in self._row else self.respondent(Head(who))
        column = self._column.get(item)
        place = f"row {number}, {item}"
        if column is None:
            if text.strip():
                self._refuse(
                    place, who, item, text, "answer-to-removed-item", "This version has no such item."
                )
            return
        if self._states[row][column] != MISSING:
            self._refuse(place, who, item, text, "answer-twice", "It was answered already; the first counts.")
            return
        code = _SPELLED.get(text) if self._items[column].kind == "yes/no" and not given else None
        if code is not None:
            self._states[row][column] = code
            self._mark_consent(who, item, consent)
            return
        try:
            state, answer = cells.read(self._items[column], text)
            if given and state != "given":
                raise cells.UnclearError(f"“{text[:80]}” is no value of the kind {self._items[column].kind}.")
        except cells.UnclearError as error:
            self._refuse(place, who, item, text, "answer-unclear", str(error))
            return
        self._take(row, column, state, answer)
        self._mark_consent(who, item, consent)

    def aside(self, who: str, item: str, text: str, why: str) -> None:
        """An answer that was set aside before."""
        self._aside.append(SetAside(who, item, text, why))

    def rows_of(self, keys: Sequence[str]) -> Callable[[int, Head, Sequence[str]], None]:
        """A function that takes the cells of one respondent, in the order of these items' keys."""
        codes = _Codes(_SPELLED)
        known = all(key in self._column for key in keys) and len(set(keys)) == len(keys)
        plain = known and all(self._items[self._column[key]].kind == "yes/no" for key in keys)
        order = np.array([self._column[key] for key in keys], dtype=int) if known else None

        def take(number: int, head: Head, texts: Sequence[str]) -> None:
            if head.respondent in self._row:
                raise BadSurveyError(
                    f"Row {number}: “{head.respondent}” has a row already.",
                    hint="Give each respondent one row, and a key of its own.",
                )
            row = self.respondent(head)
            if plain and order is not None:
                read = np.frombuffer(bytes(map(codes.__getitem__, texts)), dtype=np.uint8)
                clear = read != _UNREAD
                self._states[row][order[clear]] = read[clear]
                texts_left: Iterable[int] = np.flatnonzero(~clear).tolist()
            else:
                texts_left = range(len(keys))
            for at in texts_left:
                self.cell(number, head.respondent, keys[at], unguarded(texts[at]))

        return take

    def study(self, *, title: str = "", fielded: str = "", chosen: bool = True) -> Study:
        shape = (len(self._heads), len(self._items))
        states = np.stack(self._states) if self._states else np.zeros(shape, dtype=np.int8)
        consents = np.stack(self._consents) if self._consents else np.zeros(shape, dtype=np.int8)
        return Study(
            items=self._items,
            respondents=tuple(map(self._respondent, self._heads, states)),
            states=states,
            consents=consents,
            values=self._values,
            set_aside=tuple(self._aside),
            issues=tuple(self._issues),
            title=title,
            fielded=fielded,
            chosen=chosen,
        )

    def _respondent(self, head: Head, states: Codes) -> Respondent:
        status: Status = "complete" if (states != MISSING).any() else "invited"
        said = next((one for one in STATUSES if one == head.status.casefold()), None)
        if head.status and said is None:
            message = (
                f"“{head.status[:40]}” is no state of an invitation; the answers tell that it is {status}."
            )
            hint = f"States: {', '.join(STATUSES)}."
            self._issues.append(Issue("status-unclear", message, head.respondent, hint, "warning"))
        return Respondent(head.respondent, head.name, said or status, head.initiative, head.group)

    def _take(self, row: int, column: int, state: State, value: Value | None) -> None:
        if state == "given":
            # An option that only the codebook could allow was checked when the cell was read.
            assert not unfit(self._items[column], Answer("", "", state, value))  # noqa: S101
            assert value is not None  # noqa: S101
            self._values[row, column] = value
        self._states[row][column] = STATES.index(state)

    def _mark_consent(self, who: str, item: str, consent: str) -> None:
        if not consent or item not in self._column:
            return
        row, column = self._row[who], self._column[item]
        said: Consent | None = next((one for one in CONSENTS if one == consent.casefold()), None)
        if said is None:
            message = f"“{consent[:40]}” is no consent; the answer is kept private."
            hint = f"Consents: {', '.join(CONSENTS)}."
            self._issues.append(Issue("consent-unclear", message, f"{who}, {item}", hint, "warning"))
        self._consents[row][column] = CONSENTS.index(said or "private")

    def _refuse(self, place: str, who: str, item: str, text: str, code: str, message: str) -> None:
        self.aside(who, item, text, code)
        self._issues.append(Issue(code, message, place, _HINT))
