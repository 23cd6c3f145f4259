"""Editions for readers and for curators: the list, an edition as it was frozen, what changed, and its files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from learnwork.accounts.models import User
from learnwork.intake.access import curator, curators_only
from learnwork.landscape import edition_words, editions, guide_printing, sheets
from learnwork.landscape.answering import living
from learnwork.landscape.differing import Difference, Group
from learnwork.landscape.edition_forms import EditionForm
from learnwork.landscape.editions import EditionError, Setting, UnknownEditionError
from learnwork.landscape.freezing import Frozen, covered
from learnwork.landscape.guide import Guide, guide
from learnwork.landscape.models import Edition
from learnwork.landscape.preflight import Finding, Matter
from learnwork.landscape.progress_pages import STAGES
from learnwork.layout.negotiation import entity_tag, settled
from learnwork.layout.pages import page

FOREVER = "public, max-age=31536000, immutable"


def may_see_drafts(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.may_curate


def the_edition(request: HttpRequest, number: str) -> Edition:
    """The edition of an address: published, or any for curators. Raises `UnknownEditionError`."""
    return editions.edition(number, drafts=may_see_drafts(request))


@page
def listing(request: HttpRequest) -> HttpResponse:
    """Every published edition; drafts too, for curators."""
    own = may_see_drafts(request)
    context = {"editions": editions.published(), "drafts": editions.drafts() if own else [], "curates": own}
    return render(request, "landscape/editions.html", {**context, **_here()})


@page
def edition(request: HttpRequest, number: str) -> HttpResponse:
    """An edition as it was frozen; a draft as it would be."""
    row = the_edition(request, number)
    if not editions.is_frozen(row):
        return _draft(request, row)
    copy = editions.copy(row)
    # The page of somebody signed in says so, and is made anew each time.
    told_by = (copy.digest, row.published_at, editions.state(), request.get_full_path(), get_language())
    tag = "" if request.user.is_authenticated else entity_tag(*told_by)
    answer = settled(request, tag) if tag else None
    if answer is None:
        made = guide_of(row)
        context = {
            "row": row,
            "copy": copy,
            "guide": made,
            "frozen": made.frozen,
            "rule": edition_words.rule_words(made.frozen.rule),
            "left_out": [(one, edition_words.left_out_words(one)) for one in made.frozen.left_out],
            "matters": matters(made.frozen.findings),
            "matrix": made.matrix,
            "has_loose": any(one.loose for one in made.matrix.rows),
            "stages": STAGES.items(),
            "files": _files(made.frozen),
            "changes": told(made.difference) if made.difference else None,
            "counts": counted(made.difference) if made.difference else (),
            "told_of": covered(made.frozen, made.former) if made.former else (),
            "correcting": row.corrections.filter(published_at__isnull=False).order_by("minor"),
            "curates": may_see_drafts(request),
        }
        answer = render(request, "landscape/edition.html", {**context, **_here()})
    if tag:
        answer["ETag"] = tag
    return answer


@page
def entry(request: HttpRequest, number: str, ctid: str) -> HttpResponse:
    """One entry as an edition holds it."""
    row = the_edition(request, number)
    made = guide_of(row)
    sheet = made.sheet(ctid)
    if sheet is None:
        raise UnknownEditionError(
            _("Edition %(number)s does not hold this entry.") % {"number": row.number},
            hint=_("Its page today may be at /resources/%(ctid)s.") % {"ctid": ctid},
        )
    roles = [(edition_words.ROLES[kind], held) for kind, held in sheet.roles]
    context = {
        "row": row,
        "frozen": made.frozen,
        "sheet": sheet,
        "roles": roles,
        "digest": editions.copy(row).digest,
    }
    return render(request, "landscape/edition_entry.html", {**context, **_here()})


@page
def changes(request: HttpRequest, number: str) -> HttpResponse:
    """What changed from this edition to another (`?to=2.0`) or to today."""
    row = the_edition(request, number)
    other = the_edition(request, request.GET["to"]) if request.GET.get("to") else None
    found = editions.since(row, other)
    context = {
        "row": row,
        "other": other,
        "changes": told(found.difference),
        "counts": counted(found.difference),
        "found": found.difference,
        "trends": found.trends,
        "covers": found.covers,
        "others": [one for one in editions.published() if one.pk != row.pk],
    }
    return render(request, "landscape/edition_changes.html", {**context, **_here()})


@page
def file(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The copy itself, its print and its sheets; what is frozen never changes and is kept for good."""
    row = the_edition(request, number)
    copy = editions.copy(row)
    stem = f"learnwork-edition-{row.number}"
    if name == "edition.json":
        answer = HttpResponse(bytes(copy.body), content_type="application/json")
    elif name == "guide.pdf":
        language = get_language() or "en"
        answer = HttpResponse(guide_printing.kept(copy, language), content_type="application/pdf")
    elif name in sheets.SHEETS:
        text = sheets.sheet(editions.frozen(row).landscape, name)
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{stem}-{name}"'
    if row.published_at and name != "guide.pdf":
        answer["Cache-Control"] = FOREVER
        answer["ETag"] = f'"{copy.digest[:32]}-{name}"'
    return answer


@curators_only
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None, lambda setting: editions.make(setting, curator(request)))


@curators_only
def settings(request: HttpRequest, number: str) -> HttpResponse:
    row = editions.edition(number, drafts=True)
    return _form(request, row, lambda setting: editions.change(row, setting))


@require_POST
@curators_only
def act(request: HttpRequest, number: str) -> HttpResponse:
    """A step in an edition's life: freeze, publish, correct, drop."""
    row = editions.edition(number, drafts=True)
    what = request.POST.get("do", "")
    if what == "freeze":
        copy = editions.freeze(row, curator(request))
        messages.success(
            request, _("Edition %(n)s is frozen: %(d)s…") % {"n": row.number, "d": copy.digest[:12]}
        )
    elif what == "publish":
        editions.publish(row)
        messages.success(request, _("Edition %(n)s is published.") % {"n": row.number})
    elif what == "correct":
        row = editions.correct(row, request.POST.get("correction", ""), curator(request))
    elif what == "drop":
        editions.drop(row)
        return HttpResponseRedirect(reverse("landscape-editions"))
    return HttpResponseRedirect(reverse("landscape-edition", args=[row.number]))


def guide_of(row: Edition) -> Guide:
    """The guide of a frozen edition. Raises `UnknownEditionError` of a draft."""
    former = editions.before(row)
    return _guide(editions.copy(row).digest, editions.copy(former).digest if former else "")


@lru_cache(maxsize=4)
def _guide(digest: str, former: str) -> Guide:
    """By digests, because a copy never changes."""
    return guide(editions.by_digest(digest), editions.by_digest(former) if former else None)


Line = tuple[str, Any, str]


def told(found: Difference) -> list[tuple[str, str, int, list[tuple[str, list[Line]]]]]:
    """Key, heading and number of each group; then name by name the kind, the change and its words."""
    groups = []
    for group in Group:
        rows = found.of(group)
        names: dict[tuple[str, str], list[Line]] = {}
        for one in rows:
            line = (edition_words.kind_words(one.kind), one, edition_words.change_words(one))
            names.setdefault((one.name, one.subject), []).append(line)
        if rows:
            lines = [(name, held) for (name, _subject), held in names.items()]
            groups.append((str(group), str(edition_words.GROUPS[group]), len(rows), lines))
    return groups


def counted(found: Difference) -> list[tuple[str, int]]:
    return [(edition_words.kind_words(kind), n) for kind, n in found.counts().items()]


def matters(found: tuple[Finding, ...]) -> list[tuple[str, list[Finding]]]:
    """Heading and entries of each matter that there is."""
    grouped = [(matter, [one for one in found if one.matter is matter]) for matter in Matter]
    return [(str(edition_words.MATTERS[matter]), rows) for matter, rows in grouped if rows]


def _draft(request: HttpRequest, row: Edition) -> HttpResponse:
    made = editions.prepared(row)
    context = {
        "row": row,
        "frozen": made,
        "rule": edition_words.rule_words(made.rule),
        "left_out": [(one, edition_words.left_out_words(one)) for one in made.left_out],
        "matters": matters(made.findings),
    }
    return render(request, "landscape/edition_draft.html", {**context, **_here()})


def _form(request: HttpRequest, row: Edition | None, save: Callable[[Setting], Edition]) -> HttpResponse:
    schemes = living().schemes
    setting = editions.setting_of(row) if row else None
    posted = request.POST if request.method == "POST" else None
    form = EditionForm(posted, schemes=schemes, setting=setting)
    if posted is not None and form.is_valid():
        try:
            row = save(form.setting())
        except EditionError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("landscape-edition", args=[row.number]))
    return render(request, "landscape/edition_form.html", {"form": form, "row": row, **_here()})


def _files(frozen: Frozen) -> list[tuple[str, str]]:
    named = {"edition.json": _("the whole edition (JSON); its digest is of this file"), "guide.pdf": _("PDF")}
    return [*named.items(), *((name, "CSV") for name in sheets.SHEETS)]


def _here() -> dict[str, str]:
    return {"here": "landscape", "at": "editions"}


_number = "landscape/editions/<str:number>"
urls: list[URLPattern | URLResolver] = [
    path("landscape/editions", listing, name="landscape-editions"),
    path("landscape/editions/new", new, name="landscape-edition-new"),
    path(_number, edition, name="landscape-edition"),
    path(f"{_number}/settings", settings, name="landscape-edition-settings"),
    path(f"{_number}/act", act, name="landscape-edition-act"),
    path(f"{_number}/changes", changes, name="landscape-edition-changes"),
    path(f"{_number}/entries/<str:ctid>", entry, name="landscape-edition-entry"),
    path(f"{_number}/<str:name>", file, name="landscape-edition-file"),
]
