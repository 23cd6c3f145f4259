"""The intake's own table: what readers suggest, until a curator has judged it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from learnwork.registry.models import Resource


class Suggestion(models.Model):
    """What a reader holds to be wrong in one fact, and what became of it. Shown to nobody but its author and curators.

    about: a property ("ceterms:name"), a measure ("oews.annual_median"), or "" for the page as a whole. said: the
    values that stood there when it was made, as JSON. token: the secret of the author's own page. mail: where the
    answer goes; erased as soon as it is decided. change: what a room's own form asked for, where one made it; `at` is
    the address of the form in which a curator takes it over, the rest is that form's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a curator")
        RETURNED = "returned", _("came back with a question")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    class Reason(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("It cannot be confirmed from the page that was named")
        OTHERWISE = "otherwise", _("The source says otherwise, and nothing better was named")
        MEASURED = "measured", _("The source measured it; only its next release can change it")
        ELSEWHERE = "elsewhere", _("It is about something else")
        DONE = "done", _("It has been mended already")
        ABUSE = "abuse", _("It is advertising, abuse or personal data")

    token = models.CharField(max_length=43, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="suggestions")
    about = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)
    wrong = models.TextField()
    right = models.TextField(blank=True)
    evidence = models.URLField(max_length=1000, blank=True)
    change = models.JSONField(default=dict, blank=True)
    mail = models.EmailField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    comment = models.TextField(blank=True)
    reason = models.CharField(max_length=11, choices=Reason, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "made_at"], name="suggestion_queue")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state} {self.about}"

    @property
    def open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RETURNED)
