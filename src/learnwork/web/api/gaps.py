"""Where nobody works: a number, none found, out of scope or not checked, cell by cell."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.landscape.gap_pages import gap_map_of
from learnwork.landscape.gapmap import ColumnAxis, RowAxis
from learnwork.landscape.told import Gaps
from learnwork.web.api.answers import answers
from learnwork.web.api.map_filter import MapFilter, state
from learnwork.web.api.root import ERRORS

router = Router(tags=["landscape"])


@router.get("/landscape/gaps", response={200: Gaps, **ERRORS}, summary="The map of gaps")
@answers(state)
def gaps(
    request: HttpRequest,
    filter: Query[MapFilter],
    rows: Annotated[RowAxis, Query(RowAxis.BLOCK)],
    columns: Annotated[ColumnAxis, Query(ColumnAxis.STAKEHOLDER)],
) -> Gaps:
    """Every cell with its entries. "None found" stands only where a curator declared that somebody looked."""
    asked = filter.asked()
    day = filter.day(asked)
    made, day = gap_map_of({"rows": rows, "columns": columns, "as_of": day.isoformat()}, asked)
    return Gaps.of(made, day)
