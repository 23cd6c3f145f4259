"""Who sits before the browser: a signed cookie of one invitation, valid on its own pages only.

The cookie says which invitation and by which key; nothing of it stands in an address. Two invitations opened in one
browser keep apart because each has its own path, and a withdrawn key ends its seats.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from learnwork.layout.limits import Limiter
from learnwork.surveys.errors import BadLinkError
from learnwork.surveys.models import Invitation, InvitationKey

_NAME = "answer"
_SALT = "learnwork.surveys.seat"
_HOURS = 12


def take(response: HttpResponseBase, invitation: Invitation, key: InvitationKey) -> None:
    """Let the browser that gets this answer go on as this respondent."""
    response.set_cookie(
        _NAME,
        signing.dumps([invitation.pk, key.pk], salt=_SALT),
        max_age=_HOURS * 3600,
        path=f"/answer/{invitation.pk}",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def leave(response: HttpResponseBase, invitation: Invitation) -> None:
    response.delete_cookie(_NAME, path=f"/answer/{invitation.pk}", samesite="Lax")


def of(request: HttpRequest, invitation_id: int) -> Invitation:
    """Whose pages these are. Raises `BadLinkError` where the browser has no seat here."""
    try:
        who, key = signing.loads(request.COOKIES.get(_NAME, ""), salt=_SALT, max_age=_HOURS * 3600)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _no_seat() from error
    if who != invitation_id:
        raise _no_seat()
    held = (
        InvitationKey.objects.select_related("invitation__survey")
        .filter(pk=key, invitation_id=who, withdrawn_at=None)
        .first()
    )
    if held is None:
        raise _no_seat()
    return held.invitation


@cache
def _limiter() -> Limiter:
    return Limiter(settings.DATA / "seat-limits.bin", settings.LIMIT, settings.SECRET_KEY)


def wait_of(invitation: Invitation) -> int:
    """Counts one request of a respondent, wherever they sit; seconds to wait where their share is used up, else 0."""
    return _limiter().take(f"seat {invitation.pk}").wait if settings.LIMIT else 0


def _no_seat() -> BadLinkError:
    return BadLinkError(
        _("Open the survey with the link from your mail; this address alone does not open it."),
        hint=_("What you saved is kept, and the link brings you back to it."),
    )
