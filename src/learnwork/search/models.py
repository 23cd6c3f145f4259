"""Saved searches: questions whose new answers somebody wants by mail. The index itself is no table."""

from __future__ import annotations

from datetime import timedelta

from django.db import models


class SavedSearch(models.Model):
    """One question and the address that gets what is new to it. Deleted, address and all, when it is ended.

    question: as the query string of a URL. title: the question in words. seq: the last change that was told.
    looked_at: when it was last looked for news, mailed or not.
    """

    class Every(models.TextChoices):
        DAY = "day"
        WEEK = "week"

    address = models.EmailField(max_length=254)
    question = models.TextField()
    title = models.CharField(max_length=300)
    language = models.CharField(max_length=12, default="en")
    every = models.CharField(max_length=4, choices=Every, default=Every.WEEK)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "question"], name="saved_search_once"),
        ]
        indexes = [models.Index(fields=["confirmed_at", "looked_at"])]

    def __str__(self) -> str:
        return f"{self.pk} every {self.every}"

    @property
    def pause(self) -> timedelta:
        return timedelta(days=7 if self.every == self.Every.WEEK else 1)
