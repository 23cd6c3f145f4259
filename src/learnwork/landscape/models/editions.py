"""Editions: the draft that curators set up, the frozen copy that nothing changes, and the print made from it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class Edition(models.Model):
    """What an edition is to be. Once it is frozen, only `published_at` is still set; readers get the frozen copy.

    as_of: as precise as it is known. scheme: key of the goals. rule: as `inclusion.Rule.document`. corrects: a minor
    edition names the one it corrects, and says in `correction` what was wrong.
    """

    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200)
    as_of = models.CharField(max_length=10)
    scheme = models.CharField(max_length=120, blank=True)
    rule = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    correction = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["major", "minor"], name="edition_number_once")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.major}.{self.minor}"


class EditionIsFrozenError(Exception):
    """Somebody tried to change a frozen copy; a fault of the program, never of a person."""


class FrozenEdition(models.Model):
    """The copy. body: `freezing.Frozen.text`; digest: its SHA-256. A trigger in the database refuses every change."""

    edition = models.OneToOneField(Edition, models.PROTECT, primary_key=True, related_name="frozen")
    body = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.edition_id} {self.digest[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EditionIsFrozenError(f"{self} is frozen")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise EditionIsFrozenError(f"{self} is frozen")


class EditionPrint(models.Model):
    """The guide as PDF, kept because it takes seconds to set. version: of the program that set it."""

    frozen = models.ForeignKey(FrozenEdition, models.CASCADE, related_name="prints")
    language = models.CharField(max_length=12)
    version = models.CharField(max_length=60)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frozen", "language"], name="edition_print_once")]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.language}"
