"""Saved searches: asked for, confirmed by whoever reads the address's mail, sent when due, ended with one click.

Nobody needs an account. An address gets no mail but one question whether it is wanted, until a signed link in that
mail is confirmed; every further mail carries the link that ends it, which mail programs follow too (RFC 8058).
Addresses stand in this table alone, in no log, and are deleted with it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import parse_qs

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.registry import queries
from learnwork.search.errors import SavedSearchRefusedError
from learnwork.search.follow import position
from learnwork.search.models import SavedSearch
from learnwork.search.news import News, news
from learnwork.search.query import Query

SALT = "learnwork.search.saved"
PATIENCE = timedelta(days=7)  # how long a mail's question may be answered
PENDING = 3  # unanswered questions that one address gets a day
MOST = 20  # saved searches of one address
HOURLY = 200  # unanswered questions that this installation sends an hour, so that it cannot be used to flood
SHOWN = 20  # things in one mail
BATCH = 500  # saved searches that one run sends
_LATER = gettext_noop("Try again in an hour, or take the feed.")
_LOG = logging.getLogger(__name__)


def ask(address: str, query: Query, title: str, every: str, language: str) -> None:
    """Save a question and ask the address by mail whether that is wanted. Says the same whatever is known of it.

    Raises `SavedSearchRefusedError` where this installation has asked too many addresses lately, or cannot send mail.
    """
    now = timezone.now()
    waiting = SavedSearch.objects.filter(confirmed_at=None)
    if waiting.filter(made_at__gt=now - timedelta(hours=1)).count() >= HOURLY:
        raise SavedSearchRefusedError(
            gettext_noop("Too many saved searches wait for their confirmation."), hint=_LATER
        )
    same = SavedSearch.objects.filter(address__iexact=address)
    if same.filter(confirmed_at=None, made_at__gt=now - timedelta(days=1)).count() >= PENDING:
        return
    if same.filter(confirmed_at__isnull=False).count() >= MOST:
        return
    saved, made = SavedSearch.objects.get_or_create(
        address=address.lower(),
        question=query.to_url(),
        defaults={"title": title[:300], "made_at": now, "every": every, "language": language},
    )
    if saved.confirmed_at is not None:
        return
    asked = gettext_noop("Do you want mail about “%(title)s”?")
    if not _sent(saved, asked, "search/confirm.txt", {"link": link(saved, "confirm")}):
        if made:
            saved.delete()
        raise SavedSearchRefusedError(gettext_noop("The mail could not be sent."), hint=_LATER)


def link(saved: SavedSearch, what: str) -> str:
    """The address of a page that confirms or ends a saved search; only its mail has it."""
    token = signing.dumps([saved.pk, what], salt=SALT)
    return f"{settings.BASE_URL}/alerts/{what}/{token}"


def read(token: str, what: str) -> SavedSearch | None:
    """The saved search that a link was made for; None where it is not ours, too old, or ended already."""
    try:
        age = PATIENCE if what == "confirm" else None
        key, meant = signing.loads(token, salt=SALT, max_age=age)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return SavedSearch.objects.filter(pk=key).first() if meant == what else None


def confirm(saved: SavedSearch) -> None:
    """From now on, news of the question is mailed."""
    if saved.confirmed_at is None:
        saved.confirmed_at = saved.looked_at = timezone.now()
        saved.seq = queries.last_change()
        saved.save(update_fields=["confirmed_at", "looked_at", "seq"])


def end(saved: SavedSearch) -> None:
    saved.delete()


def send_due(now: datetime | None = None) -> int:
    """Mail what is due, forget what nobody confirmed; returns how many mails went out.

    A mail that cannot be sent is tried again at the next run; what was sent is written down mail by mail.
    """
    now = now or timezone.now()
    SavedSearch.objects.filter(confirmed_at=None, made_at__lt=now - PATIENCE).delete()
    due = Q(every=SavedSearch.Every.DAY, looked_at__lte=now - timedelta(days=1))
    due |= Q(every=SavedSearch.Every.WEEK, looked_at__lte=now - timedelta(days=7))
    keys = SavedSearch.objects.filter(due, confirmed_at__isnull=False).order_by(F("looked_at"))
    indexed = position()
    return sum(_send_one(key, now, indexed) for key in list(keys.values_list("pk", flat=True)[:BATCH]))


def _send_one(key: int, now: datetime, indexed: int) -> bool:
    """Claim it, so that no other process sends it too; write down what was told once the mail is out.

    indexed: the last change that can be searched; what came after it is told the next time.
    """
    saved = SavedSearch.objects.filter(pk=key).first()
    if saved is None:
        return False
    mine = SavedSearch.objects.filter(pk=key, looked_at=saved.looked_at)
    if not mine.update(looked_at=now):
        return False
    until = max(saved.seq, indexed)
    found = news(Query.from_params(parse_qs(saved.question)), saved.seq, until, SHOWN, all_=True)
    if found.entries and not _mailed(saved, found):
        SavedSearch.objects.filter(pk=key, looked_at=now).update(looked_at=saved.looked_at)
        return False
    SavedSearch.objects.filter(pk=key).update(seq=until)
    return bool(found.entries)


def _mailed(saved: SavedSearch, found: News) -> bool:
    ending = link(saved, "end")
    context = {"news": found, "base": settings.BASE_URL, "end": ending}
    headers = {"List-Unsubscribe": f"<{ending}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _sent(saved, gettext_noop("New: %(title)s"), "search/news.txt", context, headers)


def _sent(
    saved: SavedSearch,
    subject: str,
    template: str,
    context: dict[str, object],
    headers: dict[str, str] | None = None,
) -> bool:
    """Whether the mail went out; if not, the log says why, without the address."""
    with translation.override(saved.language):
        body = render_to_string(template, {"saved": saved, "site": settings.BASE_URL, **context})
        title = " ".join(saved.title.split())[:120]
        mail = EmailMessage(_(subject) % {"title": title}, body, to=[saved.address], headers=headers)
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        _LOG.warning("The mail of saved search %s could not be sent: %s", saved.pk, type(error).__name__)
        return False
    return True
