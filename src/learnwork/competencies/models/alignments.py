"""Alignments: what somebody says about a pair of competencies, occupations or fields of different frameworks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from learnwork.competencies.standing import Rank
from learnwork.registry.models import Source


class Alignment(models.Model):
    """One rater's word on one pair. Never changed: a new one supersedes the former, which stays.

    source, target: the CTID that each end has here, or would have; an end that is not loaded is open, and closes by
    itself when it arrives. Scheme and key are the end as it was said, name what it was called. source_in, target_in:
    the framework (CTID) or scheme that the end belongs to. relation: what the target is to the source (SKOS mapping).
    confidence: 0 to 1, null where nobody said. reasons: [[key, weight], …] of a method. act: what was said at once.
    said_on: null where a publisher does not tell; made_at is when it was received here.

    Raters are people (`rater`), published crosswalks (`origin`), and methods of ours (neither); rank orders them.
    """

    class Relation(models.TextChoices):
        EXACT = "exact"
        BROAD = "broad"
        NARROW = "narrow"
        CLOSE = "close"
        RELATED = "related"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    source = models.CharField(max_length=39)
    source_scheme = models.CharField(max_length=40)
    source_key = models.CharField(max_length=1000)
    source_name = models.CharField(max_length=500, blank=True)
    source_in = models.CharField(max_length=40)
    target = models.CharField(max_length=39)
    target_scheme = models.CharField(max_length=40)
    target_key = models.CharField(max_length=1000)
    target_name = models.CharField(max_length=500, blank=True)
    target_in = models.CharField(max_length=40)
    relation = models.CharField(max_length=7, choices=Relation)
    state = models.CharField(max_length=9, choices=State)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rater_name = models.CharField(max_length=300)
    origin = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    rank = models.PositiveSmallIntegerField(choices=[(one.value, one.name.lower()) for one in Rank])
    said_on = models.DateField(null=True)
    method = models.CharField(max_length=40)
    confidence = models.FloatField(null=True)
    rationale = models.TextField(blank=True)
    reasons = models.JSONField(default=list)
    act = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "rater_name", "method"],
                condition=models.Q(superseded_at=None),
                name="alignment_in_force_once",
            ),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="alignment_of_two"),
        ]
        indexes = [
            models.Index(fields=["target", "source"], name="alignment_target"),
            models.Index(fields=["act"], name="alignment_act"),
            models.Index(
                fields=["source_in", "target_in", "state"],
                condition=models.Q(superseded_at=None),
                name="alignment_of_frameworks",
            ),
            models.Index(
                Coalesce("confidence", 0.0).desc(),
                "id",
                condition=models.Q(superseded_at=None, state="proposed"),
                name="alignment_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.relation} {self.target} by {self.rater_name}"
