"""How people get in: by an account that an administrator made with `learnwork user`, or one they made where they may.

Attempts are counted for each client, whom a proxy in front names: else all would share one count, and one who guesses
would lock out everybody.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from learnwork.layout.limits import client_of


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never by allauth's own page; the wallet has one (LEARNWORK_SIGN_UP)."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the limits of the site count by; that of this machine for itself."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return client_of(request.META.get("REMOTE_ADDR", ""), forwarded, settings.PROXIES) or "127.0.0.1"
