"""What curators declare of the gap map: where somebody looked, and what the map does not mean to cover."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class GapDeclaration(models.Model):
    """Of one cell; of a whole row or column where the other is ""; of all where both are. Never changed.

    A later one goes before an earlier one, so that what was declared when, by whom and why stays to be read.
    """

    rows = models.CharField(max_length=20)
    columns = models.CharField(max_length=20)
    row = models.CharField(max_length=300, blank=True)
    column = models.CharField(max_length=300, blank=True)
    says = models.CharField(max_length=20)
    on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["rows", "columns"], name="gap_axes")]

    def __str__(self) -> str:
        return f"{self.rows} {self.row or '*'} {self.columns} {self.column or '*'}: {self.says}"
