"""Pages on which the map is changed: what wants another look, and the forms for every dated part."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.intake.access import curator, curators_only, form_page
from learnwork.landscape import overviewing, services
from learnwork.landscape.curating import By

AT_ONCE = 50


@form_page
def stale(request: HttpRequest) -> HttpResponse:
    """What was not reviewed within the period of its kind; a curator says that something was, today."""
    if request.method == "POST":
        return reviewed(request)
    found = overviewing.stale_today()
    kinds = sorted(Counter(one.what.kind for one in found).items())
    chosen = request.GET.get("kind", "")
    shown = [one for one in found if not chosen or one.what.kind == chosen]
    context = {
        "rows": Paginator(shown, AT_ONCE).get_page(request.GET.get("page")),
        "kinds": kinds,
        "chosen": chosen,
        "here": "landscape",
    }
    return render(request, "landscape/stale.html", context)


@curators_only
def reviewed(request: HttpRequest) -> HttpResponse:
    """A curator has looked at the page of a thing today, and what is said of it still holds."""
    by = By(curator(request), request.POST.get("citation", ""))
    services.mark_reviewed(request.POST.get("ctid", ""), datetime.now(UTC).date().isoformat(), by)
    messages.success(request, _("Kept: reviewed today."))
    return HttpResponseRedirect("/landscape/stale")
