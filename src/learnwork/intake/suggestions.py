"""What readers hold to be wrong: suggesting, judging, and what an accepted suggestion becomes.

An accepted suggestion becomes an envelope of the source `suggestions`, and for a property of one value a ruling that
this source is preferred there, so that it is listed and can be undone like every other ruling.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.formats.model import Reading, Release, Said, SourceDeclaration
from learnwork.intake.loading import load
from learnwork.intake.models import Suggestion
from learnwork.intake.suggested_values import UnfitValueError, property_of
from learnwork.registry import decisions, queries
from learnwork.registry.composing import material
from learnwork.registry.composition import Preference, Statement, as_list, compose
from learnwork.registry.difference import Difference, difference
from learnwork.registry.models import Decision, Envelope
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.measures import by_key
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import Property

if TYPE_CHECKING:
    from learnwork.accounts.models import User

SOURCE = SourceDeclaration(
    key="suggestions",
    name="Suggestions of readers",
    short_name="suggestions",
    publisher="Readers of this registry, each checked by a curator",
    url="",
    licence="CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    trust=60,
    note="Each was suggested by a reader with a page that says so, and accepted by a curator.",
)
HOURLY, DAILY, WAITING = 6, 20, 40  # suggestions of one client, and open ones about one thing
_CLOSED = Suggestion.State.ACCEPTED, Suggestion.State.DECLINED


class SuggestionError(LearnworkError):
    """A suggestion that cannot be taken, or cannot be judged this way."""

    code = "suggestion-refused"


class TooManySuggestionsError(LearnworkError):
    """More suggestions from one client, or about one thing, than can be judged."""

    code = "suggestions-too-many"


class UnknownSuggestionError(LearnworkError):
    """No suggestion has that number or that secret."""

    code = "suggestion-unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """The fact that a suggestion is about: its label, its values now, what the sheet says of it."""

    about: str
    label: str
    values: tuple[Any, ...] = ()
    property: Property | None = None
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader gives. client: who asks, for counting; never kept. change: see `Suggestion`."""

    wrong: str
    right: str = ""
    evidence: str = ""
    mail: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)
    client: str = field(default="", repr=False)


def subject(view: ResourceView, about: str) -> Subject:
    """The fact of a resource that is meant. Raises `SuggestionError` where it has no such fact."""
    if not about:
        return Subject("", _("this page as a whole"))
    if (measure := by_key.get(about)) is not None:
        return Subject(about, _(measure.label), measured=True)
    prop = property_of(view.type, about)
    if about not in view.claims and prop is None:
        raise SuggestionError(
            _("This thing has no such fact."), hint=_("Report the error from the page of the thing itself.")
        )
    label = prop.label if prop else term_label(about)
    shown = tuple(claim.value for claim in view.claims.get(about, ()) if claim.preferred)
    return Subject(about, _(label), shown, prop)


def suggest(ctid: str, about: str, given: Given) -> Suggestion:
    """Take a suggestion; nothing of it is shown before a curator has judged it.

    Raises `UnknownResourceError`, `SuggestionError`, `TooManySuggestionsError`.
    """
    view = queries.resource(ctid)
    if view.tombstone is not None:
        raise SuggestionError(_("This is not shown any more."), hint=_("Look where it went."))
    meant = subject(view, about)
    if Suggestion.objects.filter(resource=view.id, state=Suggestion.State.WAITING).count() >= WAITING:
        raise TooManySuggestionsError(
            _("Many suggestions about this wait for a curator already."), hint=_("Try again in a few days.")
        )
    _count(given.client)
    return Suggestion.objects.create(
        token=secrets.token_urlsafe(32),
        resource_id=view.id,
        about=about,
        said=_as_json(meant.values),
        wrong=given.wrong.strip(),
        right=given.right.strip(),
        evidence=given.evidence,
        mail=given.mail,
        change=dict(given.change),
        made_at=datetime.now(UTC),
    )


def _count(client: str) -> None:
    if not client:
        return
    name = blake2b(client.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    for window, most in (("hour", HOURLY), ("day", DAILY)):
        key, seconds = f"suggestions:{window}:{name}", 3_600 if window == "hour" else 86_400
        made = cache.get_or_set(key, 0, seconds) or 0
        if made >= most:
            raise TooManySuggestionsError(
                _("There were many suggestions from your address."),
                hint=_("Try again later, or write to whoever runs this registry."),
            )
        cache.incr(key)


def _as_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def of_token(token: str) -> Suggestion:
    """The author's own. Raises `UnknownSuggestionError`."""
    return _found(token=token)


def of_number(number: int) -> Suggestion:
    """A curator's. Raises `UnknownSuggestionError`."""
    return _found(pk=number)


def _found(*, locked: bool = False, **which: Any) -> Suggestion:
    rows = Suggestion.objects.select_related("resource", "decided_by")
    if locked:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(**which).first()
    if found is None:
        raise UnknownSuggestionError(
            _("No suggestion has this address."), hint=_("Use the whole link that you were given.")
        )
    return found


def changed_meanwhile(suggestion: Suggestion, view: ResourceView) -> bool:
    """Whether the values that the reader saw are not those of now."""
    meant = subject(view, suggestion.about)
    return not meant.measured and suggestion.said != _as_json(meant.values)


def preview(suggestion: Suggestion, value: Any) -> tuple[Difference, ...]:
    """What accepting it with this value would change in the composed document. Changes nothing."""
    view = queries.resource(suggestion.resource.ctid)
    stated = _statement(view, suggestion.about, value)
    rest = material([view.id])
    said = [one for one in rest.statements[view.id] if one.source != SOURCE.key]
    ruled = [*rest.preferences[view.id]]
    if not _is_many(view, suggestion.about):
        ruled = [one for one in ruled if one.property != suggestion.about]
        ruled.append(Preference(suggestion.about, SOURCE.key))
    after = compose(
        [*said, Statement(SOURCE.key, SOURCE.trust, date.max, view.ctid, stated)], ruled, view.ctid
    )
    return difference(view.document, after)


def accept(number: int, value: Any, *, author: User) -> Suggestion:
    """State the value as the source `suggestions`, and prefer it where there can be one value only.

    Raises `SuggestionError` where it was decided already, is about a figure, or would change nothing.
    """
    with transaction.atomic():
        suggestion = _open(number)
        view = queries.resource(suggestion.resource.ctid)
        meant = subject(view, suggestion.about)
        if suggestion.change:
            raise SuggestionError(
                _("This was suggested in a form of its own, and is taken over there."),
                hint=_("Follow the link to the form."),
            )
        if meant.measured or not suggestion.about:
            raise SuggestionError(
                _("There is no property to state here: a figure changes with its source's next release."),
                hint=_("Decline it with that reason, and tell the source."),
            )
        if not preview(suggestion, value):
            raise SuggestionError(
                _("This would change nothing: it is said already."), hint=_("Decline it as mended already.")
            )
        _state(view, _statement(view, suggestion.about, value))
        if not _is_many(view, suggestion.about) and len(_speakers(view, suggestion.about)) > 1:
            why = _("Suggested by a reader: %(wrong)s") % {"wrong": suggestion.wrong[:300]}
            decisions.prefer(view.ctid, suggestion.about, SOURCE.key, author=author, reason=why)
        return _decide(suggestion, Suggestion.State.ACCEPTED, author)


def taken_over(number: int, *, author: User) -> Suggestion:
    """A curator has made the change in the room's own form: the suggestion is accepted, nothing more is stated."""
    with transaction.atomic():
        return _decide(_open(number), Suggestion.State.ACCEPTED, author)


def _speakers(view: ResourceView, term: str) -> set[str]:
    claims = queries.resource(view.ctid).claims.get(term, ())
    return {source.key for claim in claims for source in claim.sources}


def _is_many(view: ResourceView, term: str) -> bool:
    prop = property_of(view.type, term)
    return prop.many if prop else isinstance(view.document.get(term), list)


def _statement(view: ResourceView, term: str, value: Any) -> dict[str, Any]:
    """All that the source says about it from now on: what it said before, and the new value."""
    if term in ("@type", "@id", "@context", "@graph", "ceterms:ctid"):
        raise UnfitValueError(
            _("This cannot be suggested."), hint=_("Say what is wrong about the whole page.")
        )
    said = Envelope.objects.filter(
        source__key=SOURCE.key, key=view.ctid, superseded_at=None, withdrawn_at=None
    ).values_list("body", flat=True)
    before: dict[str, Any] = orjson.loads(said[0]) if said else {}
    if _is_many(view, term):
        value = [*as_list(before.get(term) or []), *as_list(value)]
    return {"@type": view.type, "ceterms:ctid": view.ctid, **before, term: value}


def _state(view: ResourceView, document: dict[str, Any]) -> None:
    today = datetime.now(UTC).date()
    said = Said(
        key=view.ctid,
        ctid=view.ctid,
        type=view.type,
        document=lambda: document,
        digest=blake2b(_as_json(document).encode(), digest_size=16).digest(),
        place=_("suggestion"),
    )
    url = settings.BASE_URL
    declared = SourceDeclaration(**{**_fields(SOURCE), "url": f"{url}/sources/{SOURCE.key}"})
    label = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    report = load(Reading(declared, Release(label, today), lambda: iter([said])), "suggestion", accept=True)
    if report.refused:
        raise SuggestionError(
            _("The value cannot be kept."), hint=" ".join(one[0].message for one in report.samples.values())
        )


def _fields(declared: SourceDeclaration) -> dict[str, Any]:
    return {name: getattr(declared, name) for name in SourceDeclaration.__dataclass_fields__}


def send_back(number: int, comment: str, *, author: User) -> Suggestion:
    """Ask the author something; the suggestion waits for the answer."""
    if not comment.strip():
        raise SuggestionError(_("Say what is to be answered."), hint=_("Write a comment."))
    with transaction.atomic():
        return _decide(_open(number), Suggestion.State.RETURNED, author, comment=comment)


def decline(number: int, reason: str, comment: str = "", *, author: User) -> Suggestion:
    """Leave everything as it is, for a reason of the list."""
    if reason not in Suggestion.Reason.values:
        raise SuggestionError(_("A reason is missing."), hint=_("Choose one of the list."))
    with transaction.atomic():
        return _decide(_open(number), Suggestion.State.DECLINED, author, comment=comment, reason=reason)


def amend(token: str, given: Given) -> Suggestion:
    """The author answers a question: the suggestion waits for a curator again."""
    with transaction.atomic():
        suggestion = of_token(token)
        if suggestion.state != Suggestion.State.RETURNED:
            raise SuggestionError(_("Nothing was asked about this suggestion."), hint=_("Make a new one."))
        _count(given.client)
        view = queries.resource(suggestion.resource.ctid)
        suggestion.wrong, suggestion.right = given.wrong.strip(), given.right.strip()
        suggestion.evidence, suggestion.state = given.evidence, Suggestion.State.WAITING
        suggestion.change = dict(given.change) or suggestion.change
        suggestion.said = _as_json(subject(view, suggestion.about).values)
        suggestion.save()
        return suggestion


def _open(number: int) -> Suggestion:
    """Locked until the transaction ends, so that of two curators at once one is told that it was decided."""
    suggestion = _found(locked=True, pk=number)
    if suggestion.state in _CLOSED:
        raise SuggestionError(
            _("This was decided already, perhaps by another curator."), hint=_("Look at the queue again.")
        )
    return suggestion


def _decide(
    suggestion: Suggestion, state: Suggestion.State, author: User, *, comment: str = "", reason: str = ""
) -> Suggestion:
    suggestion.state, suggestion.decided_by = state, author
    suggestion.decided_at, suggestion.comment, suggestion.reason = datetime.now(UTC), comment.strip(), reason
    mail, suggestion.mail = suggestion.mail, "" if state in _CLOSED else suggestion.mail
    suggestion.save()
    if mail:
        transaction.on_commit(lambda: _tell(mail, suggestion))
    return suggestion


def _tell(mail: str, suggestion: Suggestion) -> None:
    name = suggestion.resource.name
    text = _("Your suggestion about “%(name)s”: %(state)s.\n%(comment)s\n\n%(link)s\n") % {
        "name": name,
        "state": suggestion.get_state_display(),
        "comment": suggestion.comment,
        "link": f"{settings.BASE_URL}/suggestions/{suggestion.token}",
    }
    send_mail(_("Your suggestion"), text, None, [mail], fail_silently=True)


def queue(state: str = Suggestion.State.WAITING) -> Any:
    """Suggestions in one state, the oldest first."""
    rows = Suggestion.objects.filter(state=state).select_related("resource", "decided_by")
    return rows.order_by("made_at", "pk")


def rulings_about(ids: tuple[int, ...]) -> list[Decision]:
    """Every ruling about a resource and what was merged into it, newest first."""
    return list(decisions.listing().filter(resource_id__in=ids))
