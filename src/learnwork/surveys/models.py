"""A survey, its versions, whom it invites, and what they answered. All of it is original: nothing here is derived.

A draft lives in `Survey.draft`; a `Version` is never changed. An answer belongs to an invitation and to the version
in which it was asked. Keys of links are kept as digests only.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Survey(models.Model):
    """languages and questions are in the design. search: the question put to the registry to choose respondents, as a
    URL's query, with how many it found. smallest: cells of fewer are withheld from the public, 0 for no such promise.
    most, least: limits of the bands, as fractions. former: the wave before this one. several: several answers an
    initiative, to be reconciled. deadline is a moment; `zone` says in whose clock it is told.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    key = models.SlugField(max_length=80, unique=True)
    title = models.JSONField(default=dict)
    intro = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    contact = models.EmailField(blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    draft = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    several = models.BooleanField(default=False)
    chosen = models.BooleanField(default=True)
    smallest = models.PositiveSmallIntegerField(default=0)
    most = models.CharField(max_length=20, default="3/4")
    least = models.CharField(max_length=20, default="1/2")
    deadline = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, default="UTC")
    remind_before = models.PositiveSmallIntegerField(default=3)
    search = models.TextField(blank=True)
    search_found = models.PositiveIntegerField(null=True)
    search_at = models.DateTimeField(null=True)
    former = models.ForeignKey("self", models.SET_NULL, null=True, related_name="later")
    public = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class FrozenError(Exception):
    """Somebody tried to change a version; a fault of the program, never of a person."""


class Version(models.Model):
    """A design as it was put to respondents. digest: SHA-256 of its canonical JSON."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    design = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise FrozenError(f"{self} is frozen")
        super().save(*args, **kwargs)


class Invitation(models.Model):
    """One respondent of one initiative. revision counts what was saved; consent is that of answers without their own.

    send_at: when mail is due, null for none; claimed_at: when a sender took it. tries: failed attempts in a row.
    """

    class State(models.TextChoices):
        NEW = "new"
        INVITED = "invited"
        OPENED = "opened"
        PARTIAL = "partial"
        COMPLETE = "complete"
        DECLINED = "declined"
        BOUNCED = "bounced"

    class Consent(models.TextChoices):
        PUBLIC = "public"
        AGGREGATE = "aggregate"
        PRIVATE = "private"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    ctid = models.CharField(max_length=39, db_column="ct_id")  # "ctid" is PostgreSQL's own
    initiative = models.CharField(max_length=300)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="en")
    pilot = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    consent = models.CharField(max_length=9, choices=Consent, default=Consent.AGGREGATE)
    publishes = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0)
    send_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    extended = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], name="invitation_due", condition=models.Q(send_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class InvitationKey(models.Model):
    """A link of an invitation: SHA-256 of its key, which is in the mail and nowhere else."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="keys")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"a key of {self.invitation_id}"


class Answer(models.Model):
    """What a respondent says to one item. status: "said", or what is said instead. value: text, list of keys, null."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    item = models.CharField(max_length=80)
    status = models.CharField(max_length=14)
    value = models.JSONField(null=True)
    consent = models.CharField(max_length=9, blank=True)
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "item"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.item}"


class PublishedStudy(models.Model):
    """A study known by its printed percentages alone. document: as it was read, with its sources."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    document = models.JSONField()
    design = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
