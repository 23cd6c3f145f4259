"""Who may see a collection: its owner, signed in, and nobody else. Errors become words on the page they belong to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from learnwork.accounts.models import User
from learnwork.layout.problems import status_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet.wording import said

View = Callable[..., HttpResponseBase]


def learners(view: View) -> View:
    """A page of a learner's own: gets the learner after the request; an error of a POST is told where it came from."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, request.user, *args, **kwargs)
        except LearnworkError as error:
            if request.method == "POST" and status_of(error) != 404:
                messages.error(request, f"{said(error.message)} {said(error.hint)}")
                return HttpResponseRedirect(_back(request, kwargs))
            return told(request, error)

    return answer


def _back(request: HttpRequest, kwargs: dict[str, Any]) -> str:
    """The page that a form stands on: of the record it is about, else of the collection."""
    return reverse("record", args=[kwargs["pk"]]) if "pk" in kwargs else reverse("records")


def told(request: HttpRequest, error: LearnworkError) -> HttpResponse:
    """An error as a page that says what happened and what to do."""
    context = {"title": _("This cannot be done"), "detail": said(error.message), "hint": said(error.hint)}
    return render(request, "layout/message.html", context, status=status_of(error))
