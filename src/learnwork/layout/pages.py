"""What pages for reading share: GET and HEAD only, and errors as pages that say what happened and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learnwork.layout.problems import status_of
from learnwork.vocabulary.errors import LearnworkError

View = Callable[..., HttpResponseBase]


def said(request: HttpRequest, status: int, title: str, detail: str, hint: str = "") -> HttpResponse:
    """A page that says one thing."""
    context = {"title": title, "detail": detail, "hint": hint}
    return render(request, "layout/message.html", context, status=status)


def refusal(request: HttpRequest, error: LearnworkError) -> HttpResponse:
    """The error as a page, with its status."""
    status = status_of(error)
    title = _("There is nothing here") if status in (404, 410) else _("This cannot be shown")
    return said(request, status, title, error.message, error.hint)


def page(view: View) -> View:
    """GET and HEAD only; an error that a person can act on becomes a page that says what and how."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except LearnworkError as error:
            return refusal(request, error)

    return answer
