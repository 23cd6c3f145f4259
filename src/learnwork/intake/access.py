"""What the intake's views share: errors as pages, and the door that only curators pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learnwork.accounts.models import User
from learnwork.layout.pages import said
from learnwork.layout.problems import status_of
from learnwork.vocabulary.errors import LearnworkError

View = Callable[..., HttpResponse]
LARGEST = 200_000  # bytes of a form, unless its page takes files


def form_page(view: View, *, largest: int = LARGEST) -> View:
    """GET, HEAD and POST; never cached; an error that a person can act on becomes a page that says what and how.

    largest: bytes that may be sent, for pages that take files.
    """

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
            detail = _("More than %(n)s bytes were sent, and this page takes no more.")
            return said(request, 413, _("This is too much"), detail % {"n": f"{largest:,}"})
        try:
            return view(request, *args, **kwargs)
        except LearnworkError as error:
            status = 429 if error.code == "suggestions-too-many" else status_of(error)
            title = _("There is nothing here") if status in (404, 410) else _("This cannot be done")
            return said(request, status, title, error.message, error.hint)

    return answer


def curators_only(view: View, *, largest: int = LARGEST) -> View:
    """A form page for curators and administrators; others are asked to sign in, or told that they may not."""

    @partial(form_page, largest=largest)
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(
                f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
            )
        if not request.user.may_curate:
            return said(
                request,
                403,
                _("Only curators do this"),
                _("Your account may read and suggest. It may not rule between sources."),
                _("Ask whoever runs this registry for the role of a curator."),
            )
        return view(request, *args, **kwargs)

    return answer


def curator(request: HttpRequest) -> User:
    """Who rules; only behind `curators_only`."""
    return cast(User, request.user)
