"""What a curator ruled about two entries that could work together and declare no tie."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from learnwork.registry.models import Resource


class Ruling(models.Model):
    """Never deleted: undoing sets `undone_at`. That two work together is no ruling but a tie, a fact of the registry.

    different: they are different in fact, for `reason`. introduced: a curator wrote to both, with `reason` as a note.
    first and second: in the order of their keys, so that a pair is one pair.
    """

    class Kind(models.TextChoices):
        DIFFERENT = "different"
        INTRODUCED = "introduced"

    kind = models.CharField(max_length=10, choices=Kind)
    first = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    second = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="ruling_on_two_in_order"),
            models.UniqueConstraint(
                fields=["kind", "first", "second"], condition=Q(undone_at=None), name="ruling_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} {self.second_id}"
