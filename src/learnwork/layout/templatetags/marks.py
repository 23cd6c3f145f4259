"""What templates need beyond Django's own: addresses of static files with a digest, words of presentation.py."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.templatetags.static import static

from learnwork import __version__
from learnwork.layout import presentation
from learnwork.layout.language import PARAMETER
from learnwork.layout.locales import LOCALES, Locale

register = template.Library()


@cache
def _digest(name: str) -> str:
    found = finders.find(name)
    return blake2b(Path(found).read_bytes(), digest_size=6).hexdigest() if isinstance(found, str) else ""


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file; its digest in it lets browsers keep the file for a year."""
    digest = _digest.__wrapped__(name) if settings.DEBUG else _digest(name)
    return f"{static(name)}?{digest}"


@register.simple_tag
def fetched(name: str) -> str:
    """The address of a static file that set-up fetches, "" where it could not."""
    return static(name) if _found(name) else ""


@cache
def _found(name: str) -> str:
    found = finders.find(name)
    return found if isinstance(found, str) else ""


@register.simple_tag(takes_context=True)
def language_url(context: template.Context, code: str) -> str:
    """This page in another language: its own parameters and `language`."""
    request = context.get("request")
    parameters = request.GET.copy() if request and request.method == "GET" else QueryDict(mutable=True)
    parameters[PARAMETER] = code
    return f"?{parameters.urlencode()}"


@register.simple_tag
def languages() -> list[Locale]:
    return list(LOCALES.values())


@register.filter
def said(words: str) -> str:
    """Words of the vocabulary (a label of a type, a measure, a facet) or a sentence in the language in force."""
    return presentation.translated(words)


@register.simple_tag
def version() -> str:
    return __version__


@register.filter
def day(value: str | date | datetime | None) -> str:
    return presentation.day(value)


@register.filter
def period(value: str) -> str:
    return presentation.period(value)


@register.filter
def thousands(value: float) -> str:
    return presentation.number(value)


@register.filter
def counted(value: int, words: str) -> str:
    """`{{ n|counted:"program,programs" }}`."""
    one, _, many = words.partition(",")
    return presentation.count(value, one, many)
