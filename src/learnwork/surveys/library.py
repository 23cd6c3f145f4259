"""What surveys have published: reports of closed surveys, studies known by their percentages, and their state."""

from __future__ import annotations

from hashlib import blake2b

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _

from learnwork.surveys.errors import UnknownSurveyError
from learnwork.surveys.models import Invitation, PublishedStudy, Survey
from learnwork.surveys.services import survey


def reports() -> QuerySet[Survey]:
    """Surveys whose report everybody may read, the newest first."""
    return Survey.objects.filter(public=True).order_by("-made_at", "key")


def studies() -> QuerySet[PublishedStudy]:
    """Studies of others, by title."""
    return PublishedStudy.objects.order_by("title", "key")


def report(key: str) -> Survey:
    """A survey whose report is public. Raises `UnknownSurveyError` also where it is there and not public."""
    found = survey(key)
    if not found.public:
        raise UnknownSurveyError(
            _("There is no survey %(key)s.") % {"key": repr(key[:60])}, hint=_("See the list of surveys.")
        )
    return found


def state() -> str:
    """Changes whenever anything that is published does: a report, its answers, a study."""
    rows = [
        tuple(reports().values_list()),
        tuple(
            Invitation.objects.filter(survey__public=True)
            .order_by("survey_id", "state", "consent")
            .values_list("survey_id", "state", "consent")
            .annotate(Count("pk"), Sum("pk"), Sum("revision"), Max("answered_at"))
        ),
        tuple(studies().values_list("key", "title", "loaded_at")),
    ]
    return blake2b(repr(rows).encode(), digest_size=8).hexdigest()
