"""What the records library asks of its surroundings: the network, and what our own registry knows of an issuer."""

from __future__ import annotations

import orjson
from django.conf import settings

from learnwork.records.fetching import JSON_TYPES, LIMIT, Fetched, Fetcher, WebFetcher, url_parts
from learnwork.wallet import issuers
from learnwork.wallet.errors import IssuerUnknownError
from learnwork.wallet.known_issuers import knows
from learnwork.wallet.models import Issuer, StatusList
from learnwork.wallet.signing import media_type_of, named_list, published_list

_OF_ISSUERS = {
    "did.json": (issuers.controller_document, "application/did+json"),
    "revocations": (named_list, "application/json"),
}
__all__ = ["OwnFetcher", "fetcher_for", "knows"]


class OwnFetcher:
    """Answers for addresses of this installation from the database, and asks `otherwise` for every other one."""

    def __init__(self, otherwise: Fetcher) -> None:
        self._otherwise = otherwise

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        """Raises what `otherwise` raises."""
        own = self._own(url)
        return own if own is not None else self._otherwise.fetch(url, accept=accept, limit=limit)

    @staticmethod
    def _own(url: str) -> Fetched | None:
        base, asked = url_parts(settings.BASE_URL), url_parts(url)
        # did:web always says https, also of a site that is only tried out over http.
        if asked.netloc != base.netloc:
            return None
        parts = asked.path.strip("/").split("/")
        if parts[0] == "status" and len(parts) == 2:
            found = StatusList.objects.select_related("issuer").filter(slug=parts[1]).first()
            if found is None:
                return None
            signed = published_list(found)
            body = signed.token.encode() or orjson.dumps(signed.document)
            return Fetched(url, body, media_type_of(found, signed))
        if parts[0] == "issuers" and len(parts) == 3 and parts[2] in _OF_ISSUERS:
            made, kind = _OF_ISSUERS[parts[2]]
            try:
                document = made(issuers.issuer_named(parts[1]))
            except IssuerUnknownError:
                return None
            return Fetched(url, orjson.dumps(document), kind)
        return None


def fetcher_for(issuer: Issuer | None = None) -> Fetcher:
    """The web for verifying, with our own lists and keys at hand.

    A throw-away issuer may also reach this machine, where the harness that tests it serves its own lists.
    """
    return OwnFetcher(WebFetcher(loopback=issuer is not None and issuer.until is not None))
