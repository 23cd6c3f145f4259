"""How much work one verification may cost, counted and not timed, so that the same record always gets the same answer.

Each part of a record (a proof, a member, an endorsement) draws on the same `Work`: a hundred members that each stay
within a bound cannot together take a hundred times as long as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from learnwork.records.errors import TooComplexError


@dataclass(slots=True)
class Work:
    """What is left. steps: of telling like blank nodes apart, some 150,000 a second; statements: canonicalised, some
    200,000 a second; values: read with contexts of the record's own, some 25,000 a second; records: looked at.
    """

    steps: int = 60_000
    statements: int = 150_000
    values: int = 20_000
    records: int = 500

    def search(self, steps: int) -> None:
        """Raises TooComplexError."""
        self.steps -= steps
        if self.steps < 0:
            raise TooComplexError(
                "The record's statements are alike in so many ways that canonicalising them would not end.",
                hint="Give its nodes identifiers.",
            )

    def state(self, statements: int) -> None:
        """Raises TooComplexError where nothing was left before: what is begun is finished."""
        if self.statements <= 0:
            raise _spent("The record has more statements than one verification looks at.")
        self.statements -= statements

    def expand(self, values: int) -> None:
        """Raises TooComplexError where nothing was left before."""
        if self.values <= 0:
            raise _spent(
                "The record has more values under contexts of its own than one verification looks at."
            )
        self.values -= values

    def look(self) -> bool:
        """Whether one more record may be looked at."""
        self.records -= 1
        return self.records >= 0


def _spent(sentence: str) -> TooComplexError:
    return TooComplexError(sentence, hint="Verify its parts one by one.")
