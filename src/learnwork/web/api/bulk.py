"""Everything at once: the newest set of bulk files, with digests and licences."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from learnwork.intake import dumps
from learnwork.intake.dumps import NoDumpError
from learnwork.web.api import registry_shapes as shapes
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS

router = Router(tags=["bulk"])


def _of_files() -> str:
    made = dumps.newest()
    return f"{made.sequence}-{made.made_at}" if made else "none"


@router.get("/bulk", response={200: shapes.Bulk, **ERRORS}, summary="Bulk files")
@answers(_of_files)
def bulk(request: HttpRequest) -> shapes.Bulk:
    """The newest set of files: NDJSON, CSV and Parquet. 404 where the operator has made none yet."""
    made = dumps.newest()
    if made is None:
        raise NoDumpError(
            "No bulk files were made here yet.",
            hint="Whoever runs the site makes them with: learnwork dump. Meanwhile the API gives everything.",
        )
    held = asdict(made)
    for file in held["files"]:
        file["url"] = f"{settings.BASE_URL}/bulk/{made.sequence}/{file['name']}"
    return shapes.Bulk(**held)
