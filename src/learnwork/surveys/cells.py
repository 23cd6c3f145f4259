"""One answer as the text of one cell of a sheet, and back without loss.

    yes/no            yes, no, do not know, does not apply, rather not say; an empty cell is missing
    other kinds       the value; what is no value stands in brackets: [do not know]
    multiple          options separated by "; " (a JSON list where an option has one in it); [none] for none of them
    number, date      12.5, 2026-03-31
    text              as written; one that begins with a bracket has [text] before it

Guarding cells against sheet programs that run formulas is the business of `sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import orjson

from learnwork.formats.sheet_cells import runs
from learnwork.surveys.answers import Answer, Item, Kind, State, Value, unfit

_WORDS: dict[str, State] = {
    "yes": "yes",
    "y": "yes",
    "true": "yes",
    "1": "yes",
    "no": "no",
    "n": "no",
    "false": "no",
    "0": "no",
    "do not know": "do not know",
    "don't know": "do not know",
    "don’t know": "do not know",
    "not known": "do not know",
    "does not apply": "does not apply",
    "not applicable": "does not apply",
    "n/a": "does not apply",
    "rather not say": "rather not say",
    "prefer not to say": "rather not say",
    "missing": "missing",
    "": "missing",
}
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_OF = re.compile(r"\s*(\d+)\s*(?:of|out of|/)\s*(\d+)\s*", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NONE, _TEXT = "[none]", "[text]"


class UnclearError(ValueError):
    """A cell cannot be read as an answer to its item; the text says why and what was expected."""


def written(state: State, value: Value | None) -> str:
    """The cell of an answer."""
    if state != "given":
        # Only the kind says whether brackets are needed; they never hurt, as reading takes them off.
        return "" if state == "missing" else state if state in ("yes", "no") else f"[{state}]"
    if isinstance(value, tuple):
        return _listed(value)
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"{_TEXT}{text}" if text.startswith("[") or text != text.strip() or not text else text


def read(item: Item, cell: str) -> tuple[State, Value | None]:
    """State and value of a cell; raises `UnclearError`."""
    text = cell.strip()
    inner = text[1:-1].strip().casefold() if text.startswith("[") and text.endswith("]") else None
    if inner is not None and inner and _WORDS.get(inner, "yes") not in ("yes", "no"):
        return _WORDS[inner], None
    if not text:
        return "missing", None
    if item.kind == "yes/no":
        return _yes_no(text), None
    if item.kind == "text":
        # Blanks at the ends of a text belong to it where the mark says that it begins here.
        return "given", cell.lstrip().removeprefix(_TEXT) if text.startswith(_TEXT) else text
    if item.kind != "multiple" and text.startswith(_TEXT):
        text, word = cell.lstrip().removeprefix(_TEXT), None
    else:
        word = _WORDS.get(text.casefold())
    if word not in ("yes", "no", None) and text not in item.options:
        return word, None
    value = _value(item, text)
    if problem := unfit(item, Answer("", item.key, "given", value)):
        raise UnclearError(problem)
    return "given", value


def kind_of(cells: Iterable[str]) -> Kind:
    """The kind that four in five of the answers of an undeclared item have: yes/no, number, date; else text."""
    asked = [text for cell in cells if (text := cell.strip()) and text.casefold() not in _UNASKED]
    if not asked:
        return "yes/no"
    fits: list[tuple[Kind, int]] = [
        ("yes/no", sum(text.casefold() in ("yes", "no", "y", "n") for text in asked)),
        ("number", sum(bool(NUMBER.fullmatch(text)) for text in asked)),
        ("date", sum(bool(_DATE.fullmatch(text)) for text in asked)),
    ]
    kind, most = max(fits, key=lambda one: one[1])
    return kind if most * 5 >= len(asked) * 4 else "text"


_UNASKED = {word for word, state in _WORDS.items() if state not in ("yes", "no")} | {
    f"[{word}]" for word, state in _WORDS.items() if state not in ("yes", "no")
}


def _yes_no(text: str) -> State:
    if state := _WORDS.get(text.casefold()):
        return state
    if found := _OF.fullmatch(text):
        raise UnclearError(f"“{text}” is a count of {found[2]} answers, where one answer belongs.")
    if runs(text):
        raise UnclearError(f"“{text}” is a formula, not what it works out to; paste the values.")
    raise UnclearError(f"“{text[:80]}” is neither yes nor no, nor one of the other answers.")


def _value(item: Item, text: str) -> Value:
    if item.kind == "multiple":
        return _options(text)
    if item.kind == "number":
        return _number(text)
    if item.kind == "date":
        try:
            return date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            raise UnclearError(f"“{text[:80]}” is not a date such as 2026-03-31.") from None
    return text


def _number(text: str) -> float:
    if NUMBER.fullmatch(text):
        return float(text)
    if found := _OF.fullmatch(text):
        raise UnclearError(
            f"“{text}” is two numbers, {found[1]} and {found[2]}, where one belongs; which of them is not for a "
            "program to guess."
        )
    if runs(text):
        raise UnclearError(f"“{text[:80]}” is a formula, not what it works out to; paste the values.")
    raise UnclearError(f"“{text[:80]}” is not a number written like 1234.5.")


def _listed(options: tuple[str, ...]) -> str:
    if not options:
        return _NONE
    plain = all(
        ";" not in one and one == one.strip() and one and one.casefold() not in _WORDS for one in options
    )
    if plain and not options[0].startswith("["):
        return "; ".join(options)
    return f"{_TEXT}{orjson.dumps(options).decode()}"


def _options(text: str) -> tuple[str, ...]:
    if text == _NONE:
        return ()
    if text.startswith(_TEXT):
        try:
            listed = orjson.loads(text.removeprefix(_TEXT))
        except orjson.JSONDecodeError:
            listed = None
        if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
            return tuple(listed)
        raise UnclearError(f"“{text[:80]}” is not a list of options.")
    return tuple(part for one in text.split(";") if (part := one.strip()))
