"""Programs that a learner lets at their records: who they are, and what each was allowed until when.

Of every secret only the digest is kept. What hangs on a learner goes when the learner goes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Program(models.Model):
    """A program that registered itself (RFC 7591). secret: digest, or "" for one that can keep none (PKCE alone)."""

    key = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=200)
    url = models.CharField(max_length=2_000, default="", blank=True)
    redirects = models.JSONField()
    scopes = models.CharField(max_length=1_000)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Permission(models.Model):
    """What a learner allowed a program: first a code for it to fetch, then tokens.

    challenge: of PKCE (S256). spent: the code was exchanged; shown again, the permission ends (RFC 6749, 4.1.2).
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="record_permissions")
    program = models.ForeignKey(Program, models.CASCADE, related_name="permissions")
    scopes = models.CharField(max_length=1_000)
    redirect = models.CharField(max_length=2_000)
    challenge = models.CharField(max_length=128)
    code = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    spent = models.BooleanField(default=False)
    access = models.CharField(max_length=64, default="", blank=True, db_index=True)
    access_until = models.DateTimeField(null=True)
    refresh = models.CharField(max_length=64, default="", blank=True, db_index=True)
    until = models.DateTimeField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"permission {self.pk}"


class OwnProfile(models.Model):
    """How a learner describes themselves to programs: a Profile of Open Badges, without its id."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="record_profile")
    document = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"profile {self.pk}"
