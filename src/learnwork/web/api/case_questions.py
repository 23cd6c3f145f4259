"""What one may ask of a list in the CASE API: limit, offset, sort, orderBy, filter, fields (1EdTech REST binding).

A filter is `field='value'`, with one of = != > >= < <= ~ (contains), several joined by AND or OR, read from left to
right as the binding has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from learnwork.vocabulary.errors import LearnworkError

Node = dict[str, Any]
DEFAULT_LIMIT, MOST = 100, 500
_TERM = re.compile(r"\s*([A-Za-z]+)\s*(!=|>=|<=|=|>|<|~)\s*'([^']*)'\s*")
_JOIN = re.compile(r"(AND|OR)\b")
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda has, wanted: has == wanted,
    "!=": lambda has, wanted: has != wanted,
    ">": lambda has, wanted: has > wanted,
    ">=": lambda has, wanted: has >= wanted,
    "<": lambda has, wanted: has < wanted,
    "<=": lambda has, wanted: has <= wanted,
    "~": lambda has, wanted: wanted in has,
}
# Fields of a CFDocument (CASE 1.1).
FIELDS = frozenset(
    (
        *("identifier", "uri", "frameworkType", "caseVersion", "creator", "title", "lastChangeDateTime"),
        *("officialSourceURL", "publisher", "description", "subject", "subjectURI", "language", "version"),
        *("adoptionStatus", "statusStartDate", "statusEndDate", "licenseURI", "notes", "extensions"),
        "CFPackageURI",
    )
)


class QuestionError(LearnworkError):
    """CASE: a parameter cannot be used. minor: the code of the specification."""

    code = "case-question-bad"

    def __init__(self, message: str, hint: str, minor: str = "invalid_selection_field") -> None:
        super().__init__(message, hint=hint)
        self.minor = minor


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked for, checked."""

    limit: int
    offset: int
    sort: str
    descending: bool
    filter: str
    fields: tuple[str, ...]

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Question:
        """Raises `QuestionError` with the specification's code."""
        order = params.get("orderBy", "asc")
        if order not in ("asc", "desc"):
            raise QuestionError(f"orderBy is {order[:40]!r}.", "Write asc or desc.", "invalid_sort_field")
        sort = params.get("sort", "")
        if sort and sort not in FIELDS:
            raise QuestionError(
                f"There is no field {sort[:40]!r} to sort by.", _there(), "invalid_sort_field"
            )
        fields = tuple(name.strip() for name in params.get("fields", "").split(",") if name.strip())
        if unknown := [name for name in fields if name not in FIELDS]:
            raise QuestionError(f"There is no field {unknown[0][:40]!r}.", _there())
        return cls(
            min(_number(params, "limit", DEFAULT_LIMIT, 1), MOST),
            _number(params, "offset", 0, 0),
            sort,
            order == "desc",
            params.get("filter", ""),
            fields,
        )


def _there() -> str:
    return f"The fields are: {', '.join(sorted(FIELDS))}."


def _number(params: Mapping[str, str], name: str, otherwise: int, least: int) -> int:
    text = params.get(name, "")
    if not text:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise QuestionError(f"{name} is {text[:40]!r}.", f"Write a whole number from {least}.")
    return int(text)


def asked(nodes: Sequence[Node], question: Question) -> tuple[list[Node], int]:
    """The page of a list, and how many there are altogether after the filter."""
    fits = _filter(question.filter)
    found = [node for node in nodes if fits(node)]
    if question.sort:
        found.sort(key=lambda node: _text(node, question.sort).casefold(), reverse=question.descending)
    elif question.descending:
        found.reverse()
    page = found[question.offset : question.offset + question.limit]
    if question.fields:
        page = [{name: node[name] for name in question.fields if name in node} for node in page]
    return page, len(found)


def _filter(text: str) -> Callable[[Node], bool]:
    if not text.strip():
        return lambda node: True
    tests: list[tuple[str, str, str, str]] = []
    at, join = 0, ""
    while True:
        term = _TERM.match(text, at)
        if term is None or term[1] not in FIELDS:
            raise QuestionError(
                f"The filter cannot be read at character {at + 1}.",
                "Write it as title~'welding' AND language='en'.",
            )
        tests.append((join, term[1], term[2], term[3]))
        at = term.end()
        if at == len(text):
            return lambda node: _fits(node, tests)
        found = _JOIN.match(text, at)
        join, at = (found[1], found.end()) if found else ("", len(text) + 1)


def _fits(node: Node, tests: Sequence[tuple[str, str, str, str]]) -> bool:
    result = True
    for join, field, test, wanted in tests:
        one = _TESTS[test](_text(node, field).casefold(), wanted.casefold())
        result = result or one if join == "OR" else result and one
    return result


def _text(node: Node, field: str) -> str:
    value = node.get(field)
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value.get("title", "") if isinstance(value, dict) else value)


def links(address: str, question: Question, total: int, params: Mapping[str, str]) -> str:
    """The Link header (RFC 8288): first, last, next, prev."""
    last = max(0, (total - 1) // question.limit * question.limit)
    pages = {"first": 0, "last": last}
    if question.offset + question.limit < total:
        pages["next"] = question.offset + question.limit
    if question.offset > 0:
        pages["prev"] = max(0, question.offset - question.limit)
    rest = {name: value for name, value in params.items() if name not in ("limit", "offset")}
    return ", ".join(
        f'<{address}?{urlencode({**rest, "limit": question.limit, "offset": offset})}>; rel="{name}"'
        for name, offset in pages.items()
    )
