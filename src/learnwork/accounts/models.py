"""A person who signs in. Roles: none, curator (rules between claims), administrator (also manages people)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    class Role(models.TextChoices):
        NONE = "", "none"
        CURATOR = "curator", "curator"
        ADMINISTRATOR = "administrator", "administrator"

    role = models.CharField(max_length=13, choices=Role, blank=True, default=Role.NONE)

    @property
    def may_curate(self) -> bool:
        return self.is_active and self.role in (self.Role.CURATOR, self.Role.ADMINISTRATOR)

    @property
    def may_administer(self) -> bool:
        return self.is_active and self.role == self.Role.ADMINISTRATOR
