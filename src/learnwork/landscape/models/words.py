"""Words that many entries use and that a curator holds to be no terms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class NoTerm(models.Model):
    """A wanted word that was waved away, as it was listed. Never deleted: bringing it back sets `undone_at`."""

    text = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text"], condition=Q(undone_at=None), name="word_waved_once"),
        ]

    def __str__(self) -> str:
        return self.text
