"""Answers held against their questions: what is put to whom, and which answers fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

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
            raise _not_offered(item)
        return [key for key in known if key in wanted] or None
    said = (value[0] if value else "") if isinstance(value, list) else (value or "")
    said = said.replace("\x00", "").strip()
    if not said:
        return None
    if item.kind == "text":
        if len(said) > MOST_TEXT:
            raise _misfit(
                item,
                _("The answer to “%(question)s” has more than %(n)s characters."),
                _("Shorten it."),
                n=f"{MOST_TEXT:,}",
            )
        return said
    if item.kind == "number":
        return _number(item, said)
    if item.kind == "date":
        return _date(item, said)
    offered = {"yes/no": ("yes", "no"), "scale": item.points}.get(
        item.kind, tuple(choice.key for choice in item.choices)
    )
    if said not in offered:
        raise _not_offered(item)
    return said


def _misfit(item: Item, said: str, hint: str, **put: str) -> BadAnswerError:
    return BadAnswerError(said % {"question": say(item.label), **put}, hint=hint, item=item.key)


def _not_offered(item: Item) -> BadAnswerError:
    said = _("The answer to “%(question)s” is not one of its choices.")
    return _misfit(item, said, _("Choose from those that are offered."))


def _number(item: Item, said: str) -> str:
    wrong = _misfit(
        item,
        _("The answer to “%(question)s” is not a number: %(given)s."),
        _("Write one number in digits, such as 11 or 2.5; what it is out of is another question."),
        given=repr(said[:40]),
    )
    try:
        number = Decimal(said.replace(",", "").replace("\N{NO-BREAK SPACE}", ""))
    except InvalidOperation as error:
        raise wrong from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise wrong
    low, high = item.low, item.high
    if (low is not None and number < low) or (high is not None and number > high):
        least = "" if low is None else _("at least %(figure)s") % {"figure": low}
        most = "" if high is None else _("at most %(figure)s") % {"figure": high}
        raise _misfit(
            item,
            _("The answer to “%(question)s” is outside its limits (%(limits)s)."),
            _("Write a number within them."),
            limits=" ".join(filter(None, (least, most))),
        )
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain


def _date(item: Item, said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError as error:
        raise _misfit(
            item,
            _("The answer to “%(question)s” is not a date: %(given)s."),
            _("Write year, month and day, such as 2023-03-15."),
            given=repr(said[:40]),
        ) from error
