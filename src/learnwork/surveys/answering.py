"""Answers held against their questions: what is put to whom, and which answers fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from learnwork.surveys.design import MOST_TEXT, SAID, Design, Item, Value, say
from learnwork.vocabulary.errors import LearnworkError


class BadAnswerError(LearnworkError):
    """An answer does not fit its question: not a number, outside its limits, not one of the choices."""

    code = "answer-bad"


def asked(design: Design, given: Mapping[str, tuple[str, Value]]) -> set[str]:
    """Keys of the items that are put to a respondent who gave these answers (item → status, value).

    What hangs on an item that is itself not asked is not asked either.
    """
    shown: set[str] = set()
    for item in design.items:
        if item.when is None:
            shown.add(item.key)
        elif item.when.item in shown and item.when.item in given:
            status, value = given[item.when.item]
            said = [status] if status != SAID else value if isinstance(value, list) else [value or ""]
            if set(said) & set(item.when.values):
                shown.add(item.key)
    return shown


def fitting(item: Item, value: Value) -> Value:
    """An answer as it is kept: choices in the order of the question, numbers as decimals, dates as ISO.

    None where nothing was said. Raises `BadAnswerError` for what does not fit.
    """
    if item.kind == "multiple":
        wanted = set(value if isinstance(value, list) else [value] if value else [])
        known = [choice.key for choice in item.choices]
        if wanted - set(known):
            raise _misfit(item, "is not one of its choices", "Choose from those that are offered.")
        return [key for key in known if key in wanted] or None
    said = (value[0] if value else "") if isinstance(value, list) else (value or "")
    said = said.replace("\x00", "").strip()
    if not said:
        return None
    if item.kind == "text":
        if len(said) > MOST_TEXT:
            raise _misfit(item, f"has more than {MOST_TEXT:,} characters", "Shorten it.")
        return said
    if item.kind == "number":
        return _number(item, said)
    if item.kind == "date":
        return _date(item, said)
    offered = {"yes/no": ("yes", "no"), "scale": item.points}.get(
        item.kind, tuple(choice.key for choice in item.choices)
    )
    if said not in offered:
        raise _misfit(item, "is not one of its choices", "Choose from those that are offered.")
    return said


def _misfit(item: Item, why: str, hint: str) -> BadAnswerError:
    return BadAnswerError(f"The answer to “{say(item.label)}” {why}.", hint=hint, item=item.key)


def _number(item: Item, said: str) -> str:
    hint = "Write one number in digits, such as 11 or 2.5; what it is out of is another question."
    try:
        number = Decimal(said.replace(",", "").replace("\N{NO-BREAK SPACE}", ""))
    except InvalidOperation as error:
        raise _misfit(item, f"is not a number: {said[:40]!r}", hint) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise _misfit(item, f"is not a number: {said[:40]!r}", hint)
    low, high = item.low, item.high
    if (low is not None and number < low) or (high is not None and number > high):
        limits = f"{'' if low is None else f'at least {low} '}{'' if high is None else f'at most {high}'}"
        raise _misfit(item, f"is outside its limits ({limits.strip()})", "Write a number within them.")
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain


def _date(item: Item, said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError as error:
        hint = "Write year, month and day, such as 2023-03-15."
        raise _misfit(item, f"is not a date: {said[:40]!r}", hint) from error
