"""Who pays for what: funders with what is known of their money, and the portfolio of each."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Query, Router

from learnwork.landscape import money
from learnwork.landscape.told_funders import Funders, Portfolio
from learnwork.registry.models import Resource
from learnwork.web.api.answers import answers
from learnwork.web.api.map_filter import MapFilter, state
from learnwork.web.api.root import ERRORS

router = Router(tags=["landscape"])


@router.get("/landscape/funders", response={200: Funders, **ERRORS}, summary="Funders")
@answers(state)
def funders(request: HttpRequest, filter: Query[MapFilter]) -> Funders:
    """Every funder with its entries and money, and how concentrated funding is, with the base of each index."""
    asked = filter.asked()
    return Funders.of(asked.shown, filter.day(asked))


@router.get("/landscape/funders/{path:party}", response={200: Portfolio, **ERRORS}, summary="A portfolio")
@answers(state)
def portfolio(request: HttpRequest, party: str, filter: Query[MapFilter]) -> Portfolio:
    """What one funder funds, with whom, where alone and what ends soon. party: its CTID, or name:… without one.

    Whatever else is in the registry funds nothing that is known.
    """
    asked = filter.asked()
    made = Portfolio.of(asked.shown, party, filter.day(asked), money.rates(settings.RATES))
    if not made.entries and party not in asked.whole.parties and not _exists(party):
        raise Http404
    return made


def _exists(ctid: str) -> bool:
    return "\x00" not in ctid and Resource.objects.filter(ctid=ctid).exists()
