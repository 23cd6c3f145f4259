"""The curator's pages: the desk, merging with a preview, ruling about one thing, undoing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.intake import curating, suggestions
from learnwork.intake.access import curator, curators_only
from learnwork.intake.forms import MergeForm, PairForm, PreferForm, RetireForm, SplitForm
from learnwork.intake.models import Suggestion
from learnwork.registry import decisions, queries
from learnwork.registry.errors import DecisionError
from learnwork.registry.models import Envelope
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.types import by_class


@curators_only
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, what looks like one thing twice, what was ruled lately."""
    context = {
        "waiting": suggestions.queue(Suggestion.State.WAITING).count(),
        "twins": curating.likely_duplicates(),
        "latest": decisions.listing()[:10],
        "pair": PairForm(),
    }
    return render(request, "intake/desk.html", context)


@curators_only
def merge(request: HttpRequest) -> HttpResponse:
    """Two things side by side, what they would say together, and the ruling that they are one."""
    if request.method == "POST":
        form = MergeForm(request.POST)
        if form.is_valid():
            pair = form.cleaned_data
            decisions.same(pair["keep"], pair["other"], author=curator(request), reason=pair["reason"])
            messages.success(request, _("They are one now. The ruling is in the list of decisions."))
            return HttpResponseRedirect(f"/resources/{pair['keep']}")
    asked = PairForm(request.POST if request.method == "POST" else request.GET or None)
    if not asked.is_valid():
        return render(request, "intake/merge.html", {"pair": asked}, status=400 if asked.errors else 200)
    keep, other = (_current(asked.cleaned_data[which]) for which in ("keep", "other"))
    if keep.id == other.id:
        raise DecisionError(_("These two are one already."), hint=_("Nothing is left to do."))
    context = {
        "pair": asked,
        "keep": keep,
        "other": other,
        "rows": curating.merge_preview(keep, other),
        "form": MergeForm(
            request.POST if request.method == "POST" else None,
            initial={"keep": keep.ctid, "other": other.ctid},
        ),
    }
    return render(request, "intake/merge.html", context)


def _current(ctid: str) -> ResourceView:
    view = queries.resource(ctid)
    if view.tombstone is not None:
        raise DecisionError(
            _("%(name)s is %(status)s.") % {"name": view.name or view.ctid, "status": view.status},
            hint=_("Undo that ruling first, or take what it has become."),
        )
    return view


@curators_only
def rule(request: HttpRequest, ctid: str) -> HttpResponse:
    """Split, prefer and retire, for one thing; and every ruling about it."""
    view = queries.resource(ctid)
    forms = {"split": SplitForm, "prefer": PreferForm, "retire": RetireForm}
    asked = request.POST.get("ruling", "") if request.method == "POST" else ""
    if request.method == "POST" and asked in forms:
        form = forms[asked](request.POST)
        if form.is_valid():
            return _ruled(request, view, asked, form.cleaned_data)
        messages.error(request, _("A choice or a reason is missing."))
    context = {
        "view": view,
        "statements": curating.statements(view),
        "preferable": curating.preferable(view),
        "decisions": suggestions.rulings_about(view.ids),
        "pair": PairForm(initial={"keep": view.ctid}),
        "rates": by_class(view.type).key in ("credential", "learning_opportunity"),
    }
    return render(request, "intake/rule.html", context, status=400 if request.method == "POST" else 200)


def _ruled(request: HttpRequest, view: ResourceView, asked: str, given: dict[str, str]) -> HttpResponse:
    author, reason = curator(request), given["reason"]
    if asked == "retire":
        decisions.retire(view.ctid, author=author, reason=reason)
    elif asked == "prefer":
        term, _sep, source = given["claim"].partition(" ")
        decisions.prefer(view.ctid, term, source, author=author, reason=reason)
    else:
        said = Envelope.objects.filter(pk=given["statement"], resource_id__in=view.ids)
        row = said.select_related("source", "resource").first()
        if row is None:
            raise DecisionError(
                _("That statement is not about this thing."), hint=_("Choose one of the list.")
            )
        decisions.not_same(row.resource.ctid, row.source.key, row.key, author=author, reason=reason)
    messages.success(request, _("Ruled. It can be undone below."))
    return HttpResponseRedirect(f"/curate/resources/{view.ctid}")


@curators_only
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take a ruling back."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    decision = decisions.undo(number, author=curator(request))
    messages.success(request, _("Undone. Everything is as it was before."))
    return HttpResponseRedirect(f"/curate/resources/{decision.resource.ctid}")
