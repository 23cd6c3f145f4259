"""Several answers for one initiative made into one: by agreement, else by majority, and ties are named, not broken.

Who knows decides: "do not know", "rather not say" and missing answers count only where nobody said more. A tie
becomes "do not know", which keeps it in the bounds, and stands in the list of ties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from learnwork.surveys.answers import (
    DO_NOT_KNOW,
    DOES_NOT_APPLY,
    GIVEN,
    MISSING,
    NO,
    RATHER_NOT_SAY,
    STATES,
    YES,
    Respondent,
    Study,
    Value,
)

How = Literal["one answer", "agreement", "majority", "tie", "nobody knows"]
_DECIDING = (YES, NO, DOES_NOT_APPLY, GIVEN)
# Where nobody knows: the one that says most about why.
_OTHERWISE = (DO_NOT_KNOW, RATHER_NOT_SAY, MISSING)


@dataclass(frozen=True, slots=True)
class Ruling:
    """How the answers of one initiative to one item became one. said: each different answer and by how many."""

    initiative: str
    item: str
    how: How
    said: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """study: one respondent an initiative. rulings: of every initiative with several who responded, item by item."""

    study: Study
    rulings: tuple[Ruling, ...]

    @property
    def ties(self) -> tuple[Ruling, ...]:
        return tuple(ruling for ruling in self.rulings if ruling.how == "tie")

    @property
    def agreement(self) -> tuple[int, int]:
        """On how many answers all who knew agreed, and of how many that at least two knew."""
        known = [ruling for ruling in self.rulings if ruling.how in ("agreement", "majority", "tie")]
        return sum(ruling.how == "agreement" for ruling in known), len(known)


def reconcile(study: Study) -> Reconciled:
    """One respondent for each initiative, in the order in which initiatives first appear.

    Its consent to an answer is the closest of those whose answer it is (of all of them where they disagree).
    """
    people: dict[str, list[int]] = {}
    for row, one in enumerate(study.respondents):
        people.setdefault(one.about, []).append(row)
    responded = study.responded()
    states, consents = [], []
    values: dict[tuple[int, int], Value] = {}
    rulings: list[Ruling] = []
    respondents = []
    for row, (about, members) in enumerate(people.items()):
        speaking = [member for member in members if responded[member]]
        respondents.append(_one(study, about, speaking or members, alone=len(members) == 1))
        line = np.full(len(study.items), MISSING, dtype=np.int8)
        consent = np.zeros(len(study.items), dtype=np.int8)
        for column, item in enumerate(study.items):
            how, said, code, value, deciding = _rule(study, speaking, column)
            line[column] = code
            consent[column] = study.consents[deciding, column].max() if deciding else 1
            if value is not None:
                values[row, column] = value
            if len(speaking) > 1:
                rulings.append(Ruling(about, item.key, how, said))
        states.append(line)
        consents.append(consent)
    shape = (len(respondents), len(study.items))
    made = replace(
        study,
        respondents=tuple(respondents),
        states=np.array(states, dtype=np.int8).reshape(shape),
        consents=np.array(consents, dtype=np.int8).reshape(shape),
        values=values,
    )
    return Reconciled(made, tuple(rulings))


def _one(study: Study, about: str, members: Sequence[int], *, alone: bool) -> Respondent:
    """Who stands for an initiative: the furthest of its members, by its own key and the name that all of them have."""
    first = study.respondents[members[0]]
    if alone:
        return replace(first, key=about, initiative=about, name=first.name or first.key)
    statuses = [study.respondents[member].status for member in members]
    best = next(
        status
        for status in ("complete", "partial", "opened", "invited", "declined", "bounced")
        if status in statuses
    )
    names = {study.respondents[member].name for member in members}
    return Respondent(about, names.pop() if len(names) == 1 else about, best, about, first.group)


def _rule(
    study: Study, speaking: Sequence[int], column: int
) -> tuple[How, tuple[tuple[str, int], ...], int, Value | None, list[int]]:
    """How it was decided, what was said, the code and value that stand, and whose answers they are."""
    codes = {row: int(study.states[row, column]) for row in speaking}
    knowing = [row for row in speaking if codes[row] in _DECIDING]
    if not knowing:
        code = next((one for one in _OTHERWISE if one in codes.values()), MISSING)
        tally = Counter(STATES[one] for one in codes.values())
        return "nobody knows", tuple(tally.most_common()), code, None, list(speaking)

    def answer(row: int) -> tuple[int, Value | None]:
        value = study.values.get((row, column))
        # The order in which options were ticked makes no difference.
        return codes[row], tuple(sorted(value)) if isinstance(value, tuple) else value

    tally_known = Counter(map(answer, knowing))
    ranked = tally_known.most_common()
    said = tuple((STATES[code] if value is None else _shown(value), many) for (code, value), many in ranked)
    if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
        return "tie", said, DO_NOT_KNOW, None, list(speaking)
    winners = [row for row in knowing if answer(row) == ranked[0][0]]
    how: How = "majority" if len(ranked) > 1 else "agreement" if len(knowing) > 1 else "one answer"
    deciding = winners if how != "majority" else list(knowing)
    return how, said, ranked[0][0][0], study.values.get((winners[0], column)), deciding


def _shown(value: Value) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)
