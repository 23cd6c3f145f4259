"""A framework out of the registry as a file: a CASE package, a graph of CTDL-ASN, a sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings

from learnwork.competencies import case_out, reading
from learnwork.competencies.frameworks import framework
from learnwork.formats.ctdl_writer import graph
from learnwork.formats.framework_sheet_writer import write_framework_csv
from learnwork.registry.models import Change
from learnwork.vocabulary.documents import Document

FORMS = {"case": "application/json", "ctdl": "application/ld+json", "csv": "text/csv; charset=utf-8"}


def written(ctid: str, form: str) -> bytes:
    """The whole file. form: one of `FORMS`. Raises `UnknownFrameworkError`, `UnknownResourceError`."""
    own, items = reading.documents(ctid)
    if form == "csv":
        order = {key: at for at, key in enumerate(framework(own, items).tree.depth_first())}
        text = io.StringIO(newline="")
        write_framework_csv(own, sorted(items, key=lambda one: order[str(one["ceterms:ctid"])]), text)
        return text.getvalue().encode()
    if form == "ctdl":
        return orjson.dumps(graph([own, *items], settings.BASE_URL), option=orjson.OPT_INDENT_2)
    return orjson.dumps(package(ctid, own, items), option=orjson.OPT_INDENT_2)


def package(ctid: str, own: Document, items: Sequence[Document]) -> dict[str, Any]:
    """The CFPackage; what does not say when it changed carries when it last changed here."""
    return case_out.package(own, items, settings.BASE_URL, changed(ctid))


def changed(ctid: str) -> str:
    """When something about the framework itself was last published here."""
    at = Change.objects.filter(resource__ctid=ctid).order_by("-seq").values_list("at", flat=True).first()
    return at.isoformat(timespec="seconds") if at else case_out.NEVER
