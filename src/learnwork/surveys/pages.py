"""The researchers' pages of a survey: list, new, overview, settings, respondents. Reading rights are checked here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.accounts.models import User
from learnwork.search.query import Query
from learnwork.surveys import invitations, library, mail, services
from learnwork.surveys.answer_pages import message
from learnwork.surveys.forms import InviteForm, SettingsForm
from learnwork.surveys.models import Invitation, Survey
from learnwork.vocabulary.errors import LearnworkError

View = Callable[..., HttpResponse]
STATE_WORDS = {
    "new": gettext_lazy("not invited yet"),
    "invited": gettext_lazy("invited"),
    "opened": gettext_lazy("opened"),
    "partial": gettext_lazy("partial"),
    "complete": gettext_lazy("complete"),
    "declined": gettext_lazy("declined"),
    "bounced": gettext_lazy("bounced"),
}


def user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def may_research(request: HttpRequest) -> bool:
    user = user_of(request)
    return user is not None and user.may_curate


def may_work_on(request: HttpRequest, survey: Survey) -> bool:
    """Its owner, and administrators; a survey without an owner is every researcher's."""
    user = user_of(request)
    if user is None or not user.may_curate:
        return False
    return user.may_administer or survey.owner_id in (None, user.pk)


def researchers(view: View) -> View:
    """A page for researchers: asks to sign in, refuses others, says errors in words."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            if not may_research(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)
        except LearnworkError as error:
            return message(request, error)

    return answer


def workers(view: View) -> View:
    """A page of one survey, for those who may work on it; gets the survey instead of its key."""

    @researchers
    @wraps(view)
    def answer(request: HttpRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponse:
        survey = services.survey(key)
        if not may_work_on(request, survey):
            raise PermissionDenied
        try:
            return view(request, survey, *args, **kwargs)
        except LearnworkError as error:
            if request.method == "POST":
                messages.error(request, f"{error.message} {error.hint}")
                return HttpResponseRedirect(request.headers.get("Referer") or to("survey", survey))
            raise

    return answer


def to(name: str, survey: Survey, **kwargs: Any) -> str:
    return reverse(name, kwargs={"key": survey.key, **kwargs})


def _own(request: HttpRequest) -> list[Survey]:
    return [one for one in Survey.objects.order_by("-made_at") if may_work_on(request, one)]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Published reports and studies for everybody; the surveys that one works on besides."""
    context = {
        "own": _own(request),
        "public": library.reports(),
        "studies": library.studies(),
        "researcher": may_research(request),
        "here": "surveys",
    }
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researchers
def new(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, others=_own(request))
    if request.method == "POST" and form.is_valid():
        try:
            survey = services.make(form.settings(), user_of(request))
        except LearnworkError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(to("survey-design", survey))
    return render(request, "surveys/settings.html", {"form": form, "here": "surveys"})


@require_safe
@workers
def overview(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Where the survey stands, and what comes next."""
    design = services.draft(survey)
    versions = list(survey.versions.order_by("-number"))
    rows = survey.invitations.filter(pilot=False).values_list("state", flat=True)
    states = list(rows)
    context = {
        "survey": survey,
        "design": design,
        "versions": versions,
        "unfrozen": not versions or versions[0].design != survey.draft,
        "counts": [(words, states.count(key)) for key, words in STATE_WORDS.items() if states.count(key)],
        "invited": len(states),
        "pilots": survey.invitations.filter(pilot=True).count(),
        "deadline": mail.told(survey.deadline, survey.zone),
        "title": services.title_of(survey),
        "here": "surveys",
    }
    return render(request, "surveys/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def settings(request: HttpRequest, survey: Survey) -> HttpResponse:
    others = [one for one in _own(request) if one.pk != survey.pk]
    form = (
        SettingsForm(request.POST, others=others)
        if request.method == "POST"
        else SettingsForm.of(survey, others)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(survey, form.settings())
        except LearnworkError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(to("survey", survey))
    return render(request, "surveys/settings.html", {"form": form, "survey": survey, "here": "surveys"})


@require_POST
@workers
def act(request: HttpRequest, survey: Survey) -> HttpResponse:
    """One of the steps of a survey's life."""
    what = request.POST.get("do", "")
    if what == "freeze":
        made = services.freeze(survey, user_of(request))
        messages.success(request, _("Version %(number)s is frozen.") % {"number": made.number})
    elif what == "open":
        services.open_survey(survey)
        messages.success(request, _("The survey is open."))
    elif what == "close":
        services.close(survey)
        messages.success(request, _("The survey is closed."))
    elif what in ("publish", "unpublish"):
        services.publish(survey, what == "publish")
    return HttpResponseRedirect(to("survey", survey))


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def respondents(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Who is invited and how far each has come; add by hand or from a search."""
    design = services.draft(survey)
    form = InviteForm(design.languages, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        invitations.invite(
            survey,
            data["ctid"].strip().rpartition("/")[2],
            data["email"],
            data["name"],
            language=data["language"] or design.languages[0],
            pilot=data["pilot"],
        )
        return HttpResponseRedirect(to("survey-respondents", survey))
    rows = survey.invitations.order_by("pilot", "initiative", "pk")
    context = {
        "survey": survey,
        "title": services.title_of(survey),
        "rows": [(one, STATE_WORDS[one.state]) for one in rows],
        "form": form,
        "waiting": rows.filter(state="new").exclude(email="").count(),
        "owing": rows.filter(state__in=["invited", "opened", "partial"]).exclude(email="").count(),
        "here": "surveys",
    }
    return render(request, "surveys/respondents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def choose(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Respondents by a search of the registry, which stays with the survey as the way they were chosen."""
    if request.method == "POST":
        added = _invite_all(survey, request.POST.getlist("ctid"))
        words = ngettext("%(n)s initiative was added.", "%(n)s initiatives were added.", added) % {"n": added}
        messages.success(request, words)
        return HttpResponseRedirect(to("survey-respondents", survey))
    asked = Query.from_params({**{k: request.GET.getlist(k) for k in request.GET}, "type": ["initiative"]})
    found = invitations.find_initiatives(survey, asked) if request.GET.get("q") else []
    context = {
        "survey": survey,
        "title": services.title_of(survey),
        "asked": asked,
        "found": found,
        "searched": bool(request.GET.get("q")),
        "here": "surveys",
    }
    return render(request, "surveys/choose.html", context)


def _invite_all(survey: Survey, ctids: list[str]) -> int:
    added = 0
    for ctid in ctids[: invitations.MOST_SEARCHED]:
        if not survey.invitations.filter(ctid=ctid, pilot=False).exists():
            invitations.invite(survey, ctid, language=services.draft(survey).languages[0])
            added += 1
    return added


@require_POST
@workers
def send(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Invitations to those who have none yet, or reminders to those who owe an answer."""
    if survey.state != Survey.State.OPEN:
        messages.error(request, _("Open the survey before you invite."))
        return HttpResponseRedirect(to("survey-respondents", survey))
    mail.queue(survey, again=request.POST.get("do") == "remind")
    sent = mail.send_due()
    words = ngettext("%(n)s mail went out.", "%(n)s mails went out.", sent) % {"n": sent}
    messages.success(request, words)
    return HttpResponseRedirect(to("survey-respondents", survey))


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def respondent(request: HttpRequest, survey: Survey, pk: int) -> HttpResponse:
    """One respondent: change the contact, make a link to hand over, note what happened."""
    one = get_object_or_404(Invitation, pk=pk, survey=survey)
    context: dict[str, Any] = {
        "survey": survey,
        "one": one,
        "state": STATE_WORDS[one.state],
        "here": "surveys",
    }
    if request.method == "POST":
        what = request.POST.get("do", "")
        if what == "link":
            code = invitations.new_key(one)
            invitations.reached(one, "invited")
            context |= {"code": code, "link": mail.link(code), "state": STATE_WORDS[one.state]}
            return render(request, "surveys/respondent.html", context)
        _note(request, survey, one, what)
        return HttpResponseRedirect(to("survey-respondents", survey))
    return render(request, "surveys/respondent.html", context)


def _note(request: HttpRequest, survey: Survey, one: Invitation, what: str) -> None:
    if what == "withdraw":
        invitations.withdraw_keys(one)
        messages.success(request, _("Every link of this respondent is withdrawn."))
    elif what == "bounced":
        invitations.bounced(one, request.POST.get("reason", ""))
    elif what == "remove":
        invitations.remove(one)
    elif what == "contact":
        invitations.contact(one, request.POST.get("name", ""), request.POST.get("email", ""))
    elif what == "extend":
        until = request.POST.get("until", "")
        invitations.extend(one, services.moment(until, survey.zone) if until else None)
