"""What a search answers: plain frozen values for a page, an API answer or a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from learnwork.search.query import Query, QueryProblem
from learnwork.search.schema import Hit


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value with the number of answers it would give. depth: level in a tree, 0 at the top."""

    value: str
    label: str
    count: int
    selected: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts of one filter. They ignore what is chosen of the filter itself. more: values that are not listed."""

    key: str
    label: str
    values: tuple[FacetValue, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a question.

    query: as asked. corrected: the words that were searched in place of misspelt ones, else "". suggestion: words
    that would find more, else "". next: the cursor of the next page (`after`), None on the last. place: what the
    radius was drawn around. problems: what of the question was not taken; each has a sentence. ready: False where
    there is no index yet, and `problems` says so.
    """

    query: Query
    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: tuple[Facet, ...] = ()
    next: str | None = None
    corrected: str = ""
    suggestion: str = ""
    place: str = ""
    problems: tuple[QueryProblem, ...] = ()
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing that may be meant by what was typed so far."""

    ctid: str
    type: str
    name: str
    provider_name: str = ""
    place: str = ""
