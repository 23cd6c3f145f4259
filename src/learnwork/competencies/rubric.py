"""What the eight levels mean in each column: our paraphrase, or the official wording that an operator loaded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from learnwork.competencies.rating import COLUMNS, LEAST, MOST
from learnwork.vocabulary.errors import LearnworkError

PARAPHRASE, OFFICIAL = "paraphrase", "official"
LONGEST = 2_000  # characters of one statement


class RubricError(LearnworkError):
    """A file of level statements that is not whole."""

    code = "rubric-refused"


@dataclass(frozen=True, slots=True)
class Statement:
    column: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """32 statements, by column and level. wording: `paraphrase` (ours) or `official` (the publisher's)."""

    title: str
    publisher: str
    version: str
    wording: str
    source: str
    statements: tuple[Statement, ...]

    def of(self, column: str) -> tuple[Statement, ...]:
        """The eight statements of a column, lowest level first."""
        return tuple(one for one in self.statements if one.column == column)


@cache
def paraphrase() -> Rubric:
    """The levels in our own words, as they come with Learnwork."""
    text = resources.files("learnwork.competencies").joinpath("rubric.yaml").read_text()
    return read_rubric(yaml.safe_load(text), wording=PARAPHRASE)


def read_rubric(said: Any, *, wording: str = OFFICIAL) -> Rubric:
    """A rubric as a mapping with title, publisher, version, source and levels (level → column → statement).

    Raises `RubricError` that names the first statement which is missing or too long.
    """
    if not isinstance(said, Mapping) or not isinstance(said.get("levels"), Mapping):
        raise RubricError(
            "The file has no levels.", hint="It needs `levels:` with 1 to 8, each with the four columns."
        )
    by_level = {str(level): columns for level, columns in said["levels"].items()}
    statements = []
    for level in range(LEAST, MOST + 1):
        columns = by_level.get(str(level))
        for column in COLUMNS:
            text = columns.get(column) if isinstance(columns, Mapping) else None
            if not isinstance(text, str) or not text.strip():
                raise RubricError(
                    f"Level {level} says nothing of {column}.", hint="All 32 statements are needed."
                )
            if len(text) > LONGEST:
                raise RubricError(
                    f"Level {level}, {column}, has {len(text):,} characters.",
                    hint=f"A statement has {LONGEST:,} at most.",
                )
            statements.append(Statement(column, level, text.strip()))
    words = {key: str(said.get(key) or "").strip() for key in ("title", "publisher", "version", "source")}
    if not words["title"]:
        raise RubricError("The rubric has no title.", hint="Add `title:` to the file.")
    return Rubric(statements=tuple(statements), wording=wording, **words)


@dataclass(frozen=True, slots=True)
class Near:
    """A statement beside a competency. likeness: cosine of their word vectors, at most 1."""

    statement: Statement
    likeness: float


def nearest(rubric: Rubric, text: str, most: int = 3) -> dict[str, tuple[Near, ...]]:
    """By column, the statements whose words are nearest to a competency's, nearest first: something to read while
    rating, and no suggestion of a level. (Measured: a level guessed from text is little better than one constant
    guess.) Raises `NoVectorsError` where the word vectors are not installed."""
    from learnwork.competencies.vectors import vectors

    given = vectors([text])
    made = _of_statements(rubric)
    likeness = (made @ given[0]).tolist()
    found: dict[str, list[Near]] = {column: [] for column in COLUMNS}
    for statement, like in zip(rubric.statements, likeness, strict=True):
        found[statement.column].append(Near(statement, round(like, 3)))
    return {
        column: tuple(sorted(ones, key=lambda one: (-one.likeness, one.statement.level))[:most])
        for column, ones in found.items()
    }


@cache
def _of_statements(rubric: Rubric) -> Any:
    from learnwork.competencies.vectors import vectors

    return vectors([one.text for one in rubric.statements])
