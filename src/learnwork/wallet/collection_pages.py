"""A learner's own pages: the collection, one record, and what is done with them."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.accounts.models import User
from learnwork.registry.queries import captions
from learnwork.search import engine
from learnwork.vocabulary.types import by_class
from learnwork.wallet import claiming, collection, export, sharing
from learnwork.wallet.fair_use import limited
from learnwork.wallet.forms import AddForm, GroupsForm
from learnwork.wallet.holder_errors import ShareRefusedError, UploadRefusedError
from learnwork.wallet.learners import learners
from learnwork.wallet.models import Group, Held, Share
from learnwork.wallet.showing_verdicts import shown
from learnwork.wallet.verifying import judge

_DANGEROUS = "application/octet-stream"


@require_safe
def records(request: HttpRequest) -> HttpResponseBase:
    """The collection; for those who are not signed in, what it is for and how to begin."""
    if not request.user.is_authenticated:
        return render(request, "wallet/record_welcome.html", {"sign_up": settings.SIGN_UP, "here": "records"})
    return _own_records(request)


@learners
def _own_records(request: HttpRequest, owner: User) -> HttpResponse:
    """The collection, or one group of it."""
    groups = Group.objects.filter(owner=owner).order_by("name")
    asked = request.GET.get("group", "")
    chosen = groups.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    kept = (
        Held.objects.filter(owner=owner)
        .defer("raw")
        .prefetch_related("groups", "works")
        .order_by("-added_at", "pk")
    )
    context = {
        "records": kept.filter(groups=chosen) if chosen else kept,
        "groups": groups,
        "chosen": chosen,
        "form": AddForm(),
        "shares": Share.objects.filter(owner=owner).count(),
        "here": "records",
    }
    return render(request, "wallet/records.html", context)


@require_POST
@limited
@learners
def add(request: HttpRequest, owner: User) -> HttpResponse:
    """Take in a file, a text, a link or an offer."""
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        raise UploadRefusedError(_("The text is too long."), hint=_("Send it as a file."))
    file, text = form.cleaned_data["file"], form.cleaned_data["text"].strip()
    if file is not None and file.size > collection.MOST_UPLOAD:
        raise UploadRefusedError(
            _("The file is over %(n)s bytes.") % {"n": f"{collection.MOST_UPLOAD:,}"}, hint=_("Split it.")
        )
    if file is None and claiming.is_offer(text):
        taken = claiming.claim(owner, text, code=form.cleaned_data["code"].strip())
    elif file is not None:
        taken = collection.take_in(owner, file.read(), file.name or "")
    else:
        taken = collection.take_in(
            owner, text.encode("utf-8", "surrogatepass"), via="link" if _is_link(text) else "upload"
        )
    _tell(request, taken)
    if len(taken.new) == 1:
        return HttpResponseRedirect(reverse("record", args=[taken.new[0].pk]))
    return HttpResponseRedirect(reverse("records"))


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _tell(request: HttpRequest, taken: collection.Taken) -> None:
    new = len(taken.new)
    messages.success(
        request, ngettext("%(n)d record was added.", "%(n)d records were added.", new) % {"n": new}
    )
    if taken.known:
        messages.info(
            request,
            ngettext("%(n)d was here already.", "%(n)d were here already.", taken.known) % {"n": taken.known},
        )
    for words in taken.refused[:5]:
        messages.warning(request, _("Not taken: %(words)s") % {"words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@limited
@learners
def record(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    """One record with its verdict of this moment; POST with `web` asks the web too."""
    held = collection.held_by(owner, pk)
    web = request.method == "POST" and request.POST.get("web") == "1"
    judged = judge(_whole(held), held.name, web=web)
    view = shown(judged.verdict, judged.document)
    words = request.GET.get("q", "").strip()[:200]
    ties = captions([tie.ctid for tie in held.ties.order_by("added_at")])
    context: dict[str, Any] = {
        "held": held,
        "shown": view,
        "judged": judged,
        "web": web,
        "form": GroupsForm(initial={"groups": ", ".join(sorted(held.groups.values_list("name", flat=True)))}),
        "works": held.works.order_by("added_at", "pk"),
        "ties": [(ctid, name, by_class(kind)) for ctid, (name, kind) in ties.items()],
        "proposed": [one for one in _proposed(view, words or held.title) if one[0] not in ties],
        "q": words,
    }
    return render(request, "wallet/record.html", context)


def _whole(held: Held) -> bytes:
    try:
        return sharing.whole_of(held)
    except ShareRefusedError:
        return bytes(held.raw)  # its verdict says what is wrong with it


def _proposed(view: Any, words: str) -> list[tuple[str, str, str]]:
    """(CTID, name, kind) of what the record may stand for: what it says itself, then what a search finds."""
    said = [(line.here.rpartition("/")[2], line.here_name, "") for line in view.alignments if line.here]
    found = [(one.ctid, one.name, one.type) for one in engine.suggest(words, limit=8)]
    return list({one[0]: one for one in [*said, *found]}.values())[:10]


@require_POST
@learners
def groups(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    held = collection.held_by(owner, pk)
    form = GroupsForm(request.POST)
    if not form.is_valid():
        raise UploadRefusedError(_("The names of the groups are too long."), hint=_("Use shorter ones."))
    collection.put_into(held, form.names())
    return HttpResponseRedirect(reverse("record", args=[pk]))


@require_POST
@learners
def ties(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    """Confirm what a record stands for in the registry, or take it back."""
    held = collection.held_by(owner, pk)
    act = collection.untie if request.POST.get("act") == "untie" else collection.tie
    act(held, request.POST.get("ctid", "")[:60].replace("\0", ""))
    return HttpResponseRedirect(reverse("record", args=[pk]) + "#ties")


@require_POST
@learners
def works(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    """Put a file behind a record."""
    held, file = collection.held_by(owner, pk), request.FILES.get("file")
    if file is None:
        raise UploadRefusedError(_("No file was chosen."), hint=_("Choose one."))
    collection.attach(held, file)
    return HttpResponseRedirect(reverse("record", args=[pk]) + "#works")


@require_http_methods(["GET", "HEAD", "POST"])
@learners
def work(request: HttpRequest, owner: User, work: int) -> HttpResponseBase:
    """The file behind a record, as a download and never as a page; POST deletes it."""
    found = collection.work_of(owner, work)
    if request.method == "POST":
        found.delete()
        return HttpResponseRedirect(reverse("record", args=[found.held_id]) + "#works")
    return FileResponse(
        found.path.open("rb"), as_attachment=True, filename=found.name, content_type=_DANGEROUS
    )


@require_safe
@learners
def record_file(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    """The record as it came, byte for byte, as a download."""
    held = collection.held_by(owner, pk)
    response = HttpResponse(bytes(held.raw), content_type=_DANGEROUS)
    response["Content-Disposition"] = content_disposition_header(True, held.name or f"record-{held.pk}")
    return response


@require_POST
@learners
def delete(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    collection.delete(collection.held_by(owner, pk))
    messages.success(request, _("The record is gone, with its files and from everything you shared."))
    return HttpResponseRedirect(reverse("records"))


@require_safe
@learners
def archive(request: HttpRequest, owner: User) -> HttpResponseBase:
    """The whole collection as a ZIP."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it; it has no name, and goes with it
    export.write(owner, out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="records.zip", content_type="application/zip")


@require_POST
@limited
@learners
def restore(request: HttpRequest, owner: User) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > collection.MOST_TOGETHER:
        raise UploadRefusedError(
            _("No archive was chosen, or it is too large."), hint=_("Choose the ZIP of an export.")
        )
    new = export.restore(owner, file)
    messages.success(
        request, ngettext("%(n)d record came back.", "%(n)d records came back.", new) % {"n": new}
    )
    return HttpResponseRedirect(reverse("records"))


@require_POST
@learners
def delete_everything(request: HttpRequest, owner: User) -> HttpResponse:
    if request.POST.get("sure") != "1":
        messages.error(request, _("Nothing was deleted: say that you are sure."))
        return HttpResponseRedirect(reverse("records"))
    collection.delete_everything(owner)
    messages.success(request, _("Everything is gone: records, files, shares and the key to present with."))
    return HttpResponseRedirect(reverse("records"))
