"""What a learner keeps: records with the work behind them, groups, ties to the registry; and what was shared of it.

All of it hangs on its owner and goes when the owner goes; files go with their rows. Nothing says in words whose it is,
so that no log does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver


class Group(models.Model):
    """A drawer of a collection, named by its owner."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="record_groups")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="wallet_group_named")]

    def __str__(self) -> str:
        return f"group {self.pk}"


class Held(models.Model):
    """One record as it came: the very bytes of the file, picture or token.

    digest: SHA-256 of `raw`, in hexadecimal. via: upload, link or offer. title, issuer: as the record says.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="records")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=60)
    via = models.CharField(max_length=10)
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    groups = models.ManyToManyField(Group, related_name="records")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "digest"], name="wallet_held_once")]

    def __str__(self) -> str:
        return f"record {self.pk}"


class Work(models.Model):
    """A file behind a record: a report, a drawing, a recording. file: its name in the folder of works."""

    held = models.ForeignKey(Held, models.CASCADE, related_name="works")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def path(self) -> Path:
        return folder() / self.file


class Tie(models.Model):
    """That a record stands for a competency or credential of the registry, confirmed by its owner."""

    held = models.ForeignKey(Held, models.CASCADE, related_name="ties")
    ctid = models.CharField(max_length=60, db_column="ct_id")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["held", "ctid"], name="wallet_tie_once")]

    def __str__(self) -> str:
        return f"tie {self.pk}"


class Holder(models.Model):
    """The key with which a learner presents, named by itself (did:key), sealed by the vault."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="holder")
    did = models.CharField(max_length=200)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"holder {self.pk}"


class Share(models.Model):
    """A selection that others may see until a day. digest: SHA-256 of its code, which only the link knows."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    digest = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"share {self.pk}"


class Shared(models.Model):
    """One record in a share, as it is shown there: whole, or the part that its owner chose."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="items")
    held = models.ForeignKey(Held, models.CASCADE, related_name="shown_in")
    position = models.PositiveIntegerField()
    content = models.BinaryField()
    partial = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"shown record {self.pk}"


def folder() -> Path:
    """Where files behind records lie: in the data folder, which no web server hands out."""
    return Path(settings.DATA) / "works"


@receiver(post_delete, sender=Work)
def _remove_file(instance: Work, **_more: Any) -> None:
    """The file goes once the deletion of its row holds, however the row was deleted."""
    transaction.on_commit(lambda: instance.path.unlink(missing_ok=True))
