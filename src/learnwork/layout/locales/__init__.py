"""How numbers and dates are written in each language of the site. One row a language; facts of the Unicode CLDR.

Spanish is that of the United States (es-US): 1,234.5 and $1,234, as on every price tag and pay slip around its
readers; only words and dates differ from English. A language with other marks has them in its row.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Locale:
    """name: in its own words. group, point: marks of thousands and decimals. day, month: patterns of dates."""

    code: str
    name: str
    group: str
    point: str
    months: tuple[str, ...]
    day: str
    month: str


ENGLISH = Locale(
    "en",
    "English",
    ",",
    ".",
    (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "{day} {month} {year}",
    "{month} {year}",
)
SPANISH = Locale(
    "es",
    "Español",
    ",",
    ".",
    (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "{day} de {month} de {year}",
    "{month} de {year}",
)
LOCALES = {locale.code: locale for locale in (ENGLISH, SPANISH)}


def current() -> Locale:
    """The locale of the language in force; English where none is."""
    return LOCALES.get((get_language() or "en").partition("-")[0], ENGLISH)


def marks(text: str) -> str:
    """A number written as "1,234.5" with the marks of the language."""
    locale = current()
    if (locale.group, locale.point) == (",", "."):
        return text
    return text.translate({ord(","): locale.group, ord("."): locale.point})


def date(year: str, month: int, day: int = 0) -> str:
    """A day, or a month where `day` is 0, in words."""
    locale = current()
    pattern = locale.day if day else locale.month
    return pattern.format(day=day, month=locale.months[month - 1], year=year)
