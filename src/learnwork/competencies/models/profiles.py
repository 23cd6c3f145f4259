"""Ratings of a credential's competencies, and the wording of the levels that an operator loaded."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from learnwork.competencies.rating import COLUMNS
from learnwork.competencies.rating_sheets import level_text
from learnwork.competencies.words import names


class CompetencyRating(models.Model):
    """One rater's levels of one competency of one credential. Never changed: a new one supersedes the former.

    credential: CTID. competency: its CTID, or a key made of its text where it is no resource; `statement` is its text
    as it was rated. levels: column → 1 to 8, or null for *not applicable*; a column not rated is absent. rater: the
    account, null for a rating that came by sheet from somebody without one; `rater_name` is what is shown. rubric: the
    version and wording that was rated against.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        REVIEWED = "reviewed"
        AGREED = "agreed"

    credential = models.CharField(max_length=45, db_index=True)
    competency = models.CharField(max_length=64)
    statement = models.TextField()
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rater_name = models.CharField(max_length=150)
    rated_on = models.DateField()
    rubric = models.CharField(max_length=200)
    levels = models.JSONField(default=dict)
    rationale = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "competency", "rater_name"],
                condition=models.Q(superseded_at=None),
                name="rating_in_force_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.competency} by {self.rater_name}"

    @property
    def cells(self) -> list[tuple[str, str]]:
        """What each rated column is called, and its level as text."""
        called = names()
        return [
            (called[column], level_text(self.levels, column)) for column in COLUMNS if column in self.levels
        ]


class Wording(models.Model):
    """The level statements that an operator loaded; the newest is shown, the former stay for what was rated then."""

    said = models.JSONField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"wording {self.digest[:12]}"
