"""The verify page: a file, a picture, a link or a text in; a verdict out; nothing kept.

What is uploaded stays in memory: the page takes files through a handler of its own that never writes one, and nothing
of them reaches a log. The page needs no session and no token against forgery, because it changes nothing.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from learnwork.layout.problems import problem_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import issuer_lists
from learnwork.wallet.fair_use import limited
from learnwork.wallet.holder_errors import UploadRefusedError
from learnwork.wallet.models import IssuerList
from learnwork.wallet.showing_verdicts import shown
from learnwork.wallet.verifying import MOST_BYTES, judge
from learnwork.wallet.wording import said

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_ROOM = 20_000  # bytes of a form around its file


class InMemory(MemoryFileUploadHandler):
    """Takes every file into memory, whatever the size that the form announces; the length of the request is bounded."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


@csrf_exempt
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """The form; and the verdict on what was sent, as a page or as JSON (the answer that Accept prefers)."""
    if request.method != "POST":
        return render(request, "wallet/verify.html", {"here": "verify"})
    as_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        asked = read_upload(request)
        judged = judge(**asked)
    except LearnworkError as error:
        if as_json:
            return problem_of(error)
        wrong = {"message": said(error.message), "hint": said(error.hint)}
        return render(request, "wallet/verify.html", {"error": wrong}, status=400)
    if as_json:
        return HttpResponse(orjson.dumps(judged.verdict.to_json()), content_type="application/json")
    context = {"judged": judged, "shown": shown(judged.verdict, judged.document), "web": asked["web"]}
    return render(request, "wallet/verify_verdict.html", context)


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists of known issuers that verdicts look at."""
    rows = IssuerList.objects.order_by("position").defer("data", "keys")
    found = [(row, read.signed) for row, read in zip(rows, issuer_lists.registries(), strict=False)]
    return render(request, "wallet/verify_lists.html", {"lists": found, "here": "verify"})


def read_upload(request: HttpRequest) -> dict[str, Any]:
    """What `judge` takes, from a form or from a bare body. Raises UploadRefusedError."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES + _ROOM:
        raise UploadRefusedError(
            _("More than %(n)s bytes were sent.") % {"n": f"{MOST_BYTES:,}"},
            hint=_("Send one record at a time."),
        )
    if request.content_type not in _FORMS:
        web = request.GET.get("web") == "1"
        return {
            "data": request.read(MOST_BYTES + 1),
            "web": web,
            "recipient": request.GET.get("recipient", "")[:500],
        }
    request.upload_handlers = [InMemory(request)]
    try:
        form, files = request.POST, request.FILES
    except (RequestDataTooBig, MultiPartParserError) as error:
        raise UploadRefusedError(
            _("The text is too long, or the form is broken."), hint=_("Send it as a file.")
        ) from error
    file = files.get("file")
    data = file.read() if file else form.get("text", "").strip().encode("utf-8", "surrogatepass")
    return {
        "data": data,
        "name": (file.name or "")[:200] if file else "",
        "web": form.get("web") == "1",
        "recipient": form.get("recipient", "")[:500],
    }
