"""What a sentence says about money: amounts, funders, dates. Strict: what it does not state is left out, never guessed.

read("900,000 USD from Lumina, three years from 2014-11-01")
# [Stated(amount=900000, currency="USD", funders=("Lumina",), start="2014-11-01", end="2017-10-31")]
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF")
_SCALES = {"": 1, "k": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TYPES = ("committed", "paid", "approved")
_CODE = "|".join(CURRENCIES)
_AMOUNT = re.compile(
    r"(?:\b(?P<words>nearly|almost|about|around|over|more than|at least|up to)\s+)?"
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<scale>k|million|m|bn|billion|)\s(?P<code>{_CODE})\b"
    r"(?P<unit>\s+(?:each|per|a|an)\b)?",
    re.IGNORECASE,
)
_WORD = r"[A-Z][\w&.'’+()-]*"
_NAME = rf"{_WORD}(?:\s+(?:of\s+)?{_WORD})*"
_FROM = re.compile(rf"\bfrom\s+(?:the\s+)?(?P<names>{_NAME}(?:,\s+{_NAME})*(?:,?\s+and\s+{_NAME})?)")
_SUBJECT = re.compile(rf"(?P<names>{_NAME})\s+(?:grants?|funds|pays|gives)\b")
_MANY = re.compile(
    rf"(?P<number>\d+|{'|'.join(_NUMBERS)})\b[^;,]*?\b(?:grants|winners|awards)\b", re.IGNORECASE
)
_LASTS = re.compile(
    rf"(?P<words>about\s+|nearly\s+|up to\s+)?\b(?P<number>\d+|{'|'.join(_NUMBERS)})\s+(?P<unit>year|month)s?\b"
    r"(?:\s+from\s+(?P<start>\d{4}-\d{2}-\d{2}))?",
    re.IGNORECASE,
)
_IN = re.compile(r"\bin\s+(?P<year>(?:19|20)\d{2})\b")
_PART = re.compile(r"\bpart of\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount, or one grant without an amount, as a sentence states it.

    words: "nearly" and the like. part: only a part of the amount is meant, or several gave it together. number, each:
    of how many grants it is the sum. day: the year that the sentence gives for this amount alone. several: the
    sentence is about grants that are handed out to several.
    """

    amount: Decimal | None = None
    currency: str = ""
    words: str = ""
    amount_type: str = ""
    part: bool = False
    number: int = 1
    each: Decimal | None = None
    several: bool = False
    funders: tuple[str, ...] = ()
    day: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""


def mentions(sentence: str) -> bool:
    """Whether an amount with its currency stands in it."""
    return _AMOUNT.search(sentence) is not None


def read(sentence: str) -> list[Stated]:
    """Every grant that a sentence states, in its order; of a sentence about a grant without amount, one."""
    many = _MANY.match(sentence)
    found: list[Stated] = []
    clauses = [clause for clause in re.split(r";|,\s+after\b", sentence) if clause.strip()]
    for clause in clauses:
        amounts = [one for one in _AMOUNT.finditer(clause) if not _is_rate(one)]
        for n, one in enumerate(amounts):
            end = amounts[n + 1].start() if n + 1 < len(amounts) else len(clause)
            found.append(_amount(one, clause, clause[one.end() : end]))
    if not found:
        found = [_with_period(Stated(funders=() if many else _funders(sentence, sentence)), sentence)]
    if many and len(found) == 1:
        found = [_several(found[0], many["number"])]
    kind = next((word for word in _TYPES if re.search(rf"\b{word}\b", sentence, re.IGNORECASE)), "")
    return [replace(one, amount_type=kind) for one in found]


def _is_rate(match: re.Match[str]) -> bool:
    """ "60,000 USD per college" says how the amount is handed on, not what is granted."""
    return (match["unit"] or "").split()[:1] not in ([], ["each"])


def _amount(match: re.Match[str], clause: str, after: str) -> Stated:
    value = Decimal(match["number"].replace(",", "")) * _SCALES[match["scale"].lower()]
    words = (match["words"] or "").lower()
    funders = _funders(clause[: match.start()], after)
    part = bool(_PART.search(clause[: match.start()])) or len(funders) > 1
    year = _IN.search(after)
    stated = Stated(
        amount=None if words == "up to" else value,
        currency=match["code"].upper(),
        words=words,
        part=part,
        each=value if (match["unit"] or "").strip() == "each" else None,
        funders=funders,
        day=year["year"] if year else "",
    )
    return _with_period(stated, after)


def _several(stated: Stated, number: str) -> Stated:
    count = _number(number)
    total = stated.amount if stated.each is None else stated.each * count
    return replace(stated, number=count, amount=total, several=True)


def _funders(before: str, after: str) -> tuple[str, ...]:
    """Who gives it: names after "from", else the subject of the sentence."""
    match = _FROM.search(after) or _SUBJECT.match(before.lstrip())
    if match is None:
        return ()
    names = re.split(r",\s+and\s+|,\s+|\s+and\s+", match["names"])
    return tuple(name.strip() for name in names if name.strip())


def _with_period(stated: Stated, text: str) -> Stated:
    match = _LASTS.search(text)
    if match is None or match["words"]:
        return stated
    number = _number(match["number"])
    months = number * (12 if match["unit"].lower() == "year" else 1)
    duration = f"P{number}{match['unit'][0].upper()}"
    if not match["start"]:
        return replace(stated, duration=duration)
    try:
        start = date.fromisoformat(match["start"])
    except ValueError:
        return replace(stated, duration=duration)
    return replace(stated, duration=duration, start=start.isoformat(), end=_last_day(start, months))


def _last_day(start: date, months: int) -> str:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return ""
    day = min(start.day, monthrange(year, month + 1)[1])
    return (date(year, month + 1, day) - timedelta(days=1)).isoformat()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS.index(text.lower()) + 1
