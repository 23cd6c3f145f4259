"""Who says so, and what kinds of things there are."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from learnwork.registry import listing
from learnwork.registry.errors import UnknownSourceError
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import all_types
from learnwork.web import overview
from learnwork.web.api import cursors
from learnwork.web.api import registry_shapes as shapes
from learnwork.web.api.answers import answers, piece
from learnwork.web.api.resources import After, Size
from learnwork.web.api.root import ERRORS

router = Router(tags=["registry"])


class UnknownTypeError(LearnworkError):
    """No type has that key."""

    code = "type-unknown"


def _of_releases() -> str:
    """Releases that were held back publish nothing, and still are news here."""
    return f"{listing.state()}-{listing.last_release()}"


@router.get("/sources", response={200: shapes.Sources, **ERRORS}, summary="Who says so")
@answers(_of_releases)
def sources(request: HttpRequest, after: After, size: Size) -> shapes.Sources:
    """Every source with its licence and its releases, by key."""
    found = listing.sources_after(cursors.read(request, after) or "", size + 1)
    rows = [(one.key, shapes.Source.of(overview.page_of(one))) for one in found]
    shown, following = piece(request, rows, size)
    return shapes.Sources(sources=shown, next=following)


@router.get("/sources/{key}", response={200: shapes.Source, **ERRORS}, summary="A source")
@answers(_of_releases)
def source(request: HttpRequest, key: str) -> shapes.Source:
    if "\x00" in key:
        raise UnknownSourceError("No source has such a key.", hint="See the list of sources.")
    return shapes.Source.of(overview.source_page(key))


@router.get("/types", response={200: shapes.Types, **ERRORS}, summary="Kinds of things")
@answers(lambda: "")
def types(request: HttpRequest) -> shapes.Types:
    """Every type with the properties that matter to its readers."""
    return shapes.Types(types=[shapes.Type.of(one) for one in sorted(all_types(), key=lambda one: one.order)])


@router.get("/types/{key}", response={200: shapes.Type, **ERRORS}, summary="A kind of thing")
@answers(lambda: "")
def type_(request: HttpRequest, key: str) -> shapes.Type:
    found = {one.key: one for one in all_types()}.get(key)
    if found is None:
        raise UnknownTypeError(f"There is no type {key[:60]!r}.", hint="They are listed at /api/types.")
    return shapes.Type.of(found)
