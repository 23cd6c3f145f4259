"""What our registry knows of an issuer: whose page it is, who accredited it, whether it really offers a credential."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from learnwork.records.data_model import as_list, id_of, is_url
from learnwork.records.fetching import url_parts
from learnwork.records.trust import Here
from learnwork.registry import queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.models import Identifier, Resource
from learnwork.vocabulary.ctid import is_ctid
from learnwork.wallet.models import Issuer

_ACCREDITED = ("ceterms:accreditedBy", "ceterms:approvedBy", "ceterms:recognizedBy")
_MOST = 10


def knows(issuer: str, document: dict[str, Any]) -> Here | None:
    """The organization behind an issuer's DID or address (`trust.Knows`), None where the registry has none."""
    organization = _organization(issuer)
    if organization is None:
        return None
    ctid = organization.ctid
    view = queries.resource(ctid)
    offers, offered = _offer(ctid, document)
    return Here(
        name=view.name,
        url=f"{settings.BASE_URL}/resources/{ctid}",
        offers=offers,
        offered=offered,
        accreditation=tuple(_accreditation(view.document)),
    )


def _organization(issuer: str) -> Resource | None:
    """By an issuer of this site, else by an identifier, else by the organization's own site where one alone has it."""
    if not is_url(issuer):
        return None
    own = Issuer.objects.filter(did=issuer).exclude(ctid="").first()
    if own is not None:
        try:
            return queries.find(own.ctid)
        except UnknownResourceError:
            return None
    names = {issuer, issuer.rstrip("/")}
    if issuer.startswith("did:web:"):
        host = issuer.removeprefix("did:web:").split(":")[0].replace("%3A", ":")
        names |= {f"https://{host}", f"https://{host}/", f"http://{host}", f"http://{host}/"}
        names |= {f"https://www.{host}", f"https://www.{host}/"}
    found = Identifier.objects.filter(value__in=names, resource__isnull=False).select_related("resource")[:2]
    rows = {each.resource_id: each.resource for each in found}
    return next(iter(rows.values())) if len(rows) == 1 else None


def _offer(organization: str, document: dict[str, Any]) -> tuple[bool | None, str]:
    """Whether the organization owns or offers the credential that the record is of; None where that is not known."""
    for ctid in _ctids(document):
        try:
            view = queries.resource(ctid)
        except UnknownResourceError:
            continue
        providers = {
            each
            for term in queries.PROVIDERS
            for each in as_list(view.document.get(term, []))
            if isinstance(each, str)
        }
        if providers:
            return organization in providers, view.name
    return None, ""


def _ctids(document: dict[str, Any]) -> list[str]:
    """CTIDs that the achievement names: its address here, or an identifier of that kind."""
    found = []
    for subject in as_list(document.get("credentialSubject")):
        achievement = subject.get("achievement") if isinstance(subject, dict) else None
        if not isinstance(achievement, dict):
            continue
        parts = url_parts(id_of(achievement))
        last = parts.path.rpartition("/")[2]
        if parts.netloc == url_parts(settings.BASE_URL).netloc and is_ctid(last):
            found.append(last)
        for entry in as_list(achievement.get("otherIdentifier", [])):
            value = entry.get("identifier") if isinstance(entry, dict) else None
            if isinstance(value, str) and is_ctid(value):
                found.append(value)
    return list(dict.fromkeys(found))[:_MOST]


def _accreditation(document: dict[str, Any]) -> list[str]:
    """Names of those who accredited or approved the organization."""
    ctids = [
        each for term in _ACCREDITED for each in as_list(document.get(term, [])) if isinstance(each, str)
    ]
    names = queries.captions([each for each in ctids if is_ctid(each)][:_MOST])
    return [names[each][0] for each in dict.fromkeys(ctids) if each in names]
