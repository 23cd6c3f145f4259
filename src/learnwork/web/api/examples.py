"""What the description of the API shows as examples: things that are here, so that every example runs."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils import timezone

from learnwork.landscape import editions
from learnwork.landscape.answering import living
from learnwork.landscape.portfolio import funders
from learnwork.registry import listing
from learnwork.registry.models import Envelope, Link, Observation, Resource, Source
from learnwork.surveys import library
from learnwork.vocabulary.types import all_types

_MOST = 200  # resources that are looked at for one with figures


def here() -> dict[str, Any]:
    """Name of a parameter ("{path} {name}" where it differs by address) → a value that gives an answer here."""
    key = f"api-examples:{listing.state()}:{library.state()}:{editions.state()}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = {
            **_fixed(),
            **_of_resource(),
            **_of_framework(),
            **_of_match(),
            **_of_source(),
            **_of_surveys(),
            **_of_map(),
            **_of_editions(),
        }
        cache.set(key, known, timeout=3600)
    return known


def _fixed() -> dict[str, Any]:
    return {
        "q": "nursing",
        "/api/suggest q": "nur",
        "size": 10,
        "since": 0,
        "direction": "incoming",
        "/api/types/{key} key": all_types()[0].key,
        "/api/landscape/coordination/{layer} layer": "organizations",
        "/api/alignments least": 0.5,
        "/api/alignments source": "cip2020",
    }


def _of_resource() -> dict[str, Any]:
    current = Resource.objects.filter(status=Resource.Status.CURRENT).order_by("id")
    ids = list(current.values_list("id", flat=True)[:_MOST])
    figure = Observation.objects.filter(resource_id__in=ids).values_list("resource_id", flat=True).first()
    link = Link.objects.filter(subject_id__in=ids).values_list("subject_id", flat=True).first()
    row = Resource.objects.filter(pk=figure or link or (ids[0] if ids else 0)).first()
    if row is None:
        return {}
    version = Envelope.objects.filter(resource_id=row.pk).order_by("id").values_list("id", flat=True).first()
    numbers = {"number": version, "from": str(version)} if version else {}
    pair = current.values_list("ctid", flat=True)[:2]
    return {"ctid": row.ctid, "ids": ",".join(pair), **numbers}


def _of_framework() -> dict[str, Any]:
    rows = Resource.objects.filter(type="ceasn:CompetencyFramework", status=Resource.Status.CURRENT)
    ctid = rows.order_by("id").values_list("ctid", flat=True).first()
    return {"/api/frameworks/{ctid}/drift ctid": ctid} if ctid else {}


def _of_match() -> dict[str, Any]:
    rows = Resource.objects.filter(type="ceterms:Occupation", status=Resource.Status.CURRENT)
    ctid = rows.order_by("id").values_list("ctid", flat=True).first()
    if ctid is None:
        return {}
    asked = {f"{path} occupations": ctid for path in ("/api/match", "/api/match/{ctid}")}
    return {**asked, "/api/match/{ctid} ctid": ctid}


def _of_source() -> dict[str, Any]:
    key = Source.objects.order_by("key").values_list("key", flat=True).first()
    return {"/api/sources/{key} key": key} if key else {}


def _of_surveys() -> dict[str, Any]:
    report, study = library.reports().first(), library.studies().first()
    known: dict[str, Any] = {"most": "3/4", "least": "1/2"}
    if report:
        known["/api/surveys/{key} key"] = report.key
    if study:
        known["/api/surveys/studies/{key} key"] = study.key
    return known


def _of_map() -> dict[str, Any]:
    paying = funders(living(), timezone.localdate())
    anything = Resource.objects.filter(status=Resource.Status.CURRENT).values_list("ctid", flat=True)
    party = paying[0].funder.ctid if paying else anything.first()
    return {"/api/landscape/funders/{party} party": party} if party else {}


def _of_editions() -> dict[str, Any]:
    row = next(iter(editions.published()), None)
    addresses = "/api/landscape/editions/{number}", "/api/landscape/editions/{number}/changes"
    return {f"{address} number": row.number for address in addresses} if row else {}
