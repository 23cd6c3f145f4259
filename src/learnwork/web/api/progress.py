"""How fast the work goes: the matrix of entries by years and what follows from it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.landscape.told import Progress
from learnwork.web.api.answers import answers
from learnwork.web.api.map_filter import MapFilter, state
from learnwork.web.api.root import ERRORS

router = Router(tags=["landscape"])


@router.get("/landscape/progress", response={200: Progress, **ERRORS}, summary="Stages by year")
@answers(state)
def progress(
    request: HttpRequest,
    filter: Query[MapFilter],
    against: Annotated[
        str, Query("", max_length=40, description="Issue whose forecasts are compared; the oldest by default")
    ],
) -> Progress:
    """Recorded and forecast stages, slip, years in a stage, what stands still, and whose money ends soon."""
    asked = filter.asked()
    return Progress.of(asked.shown, filter.day(asked), against)
