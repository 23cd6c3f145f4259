"""How an answer goes out: its entity tag is decided before the work, its JSON written once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from learnwork.layout.negotiation import JSON, entity_tag, settled
from learnwork.registry import listing
from learnwork.search import snapshot
from learnwork.web.api import cursors
from learnwork.web.api.shape import Shape

CACHE = "public, max-age=60"
State = Callable[[], str]
View = TypeVar("View", bound=Callable[..., Any])


class Page(Shape):
    """A piece of a list. next: the cursor of the following piece (`after`), null on the last."""

    next: str | None


def of_registry() -> str:
    """What answers from the registry depend on. One query."""
    return listing.state()


def of_index() -> str:
    """What answers from the search index depend on: its last commit, without a query."""
    at_hand, _ = snapshot.current(settings.INDEX)
    return at_hand.version if at_hand else "none"


def answers(state: State = of_registry) -> Callable[[View], View]:
    """Turns a function that gives a shape (or a response) into one that gives the whole response.

    state: what the answer depends on beside its address. A client that has the answer of this state gets 304
    before anything else is read.
    """

    def made(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            tag = entity_tag(state(), request.get_full_path())
            response = settled(request, tag)
            if response is None:
                response = written(request, view(request, *args, **kwargs))
            if response.status_code in (200, 304):
                response["ETag"] = tag
                response.setdefault("Cache-Control", CACHE)
            return response

        # Ninja reads the parameters here, where the names in the view's annotations are not known.
        answer.__signature__ = signature(view, eval_str=True)  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return made


def written(request: HttpRequest, found: BaseModel | dict[str, Any] | HttpResponse) -> HttpResponse:
    """The shape, or its members, as JSON, with a Link to the next page where there is one."""
    if isinstance(found, HttpResponse):
        return found
    if isinstance(found, dict):
        body, following = orjson.dumps(found), found.get("next")
    else:
        body, following = found.model_dump_json().encode(), getattr(found, "next", None)
    response = HttpResponse(body, content_type=JSON)
    if isinstance(following, str):
        response["Link"] = f'<{cursors.address(request, following)}>; rel="next"'
    return response


def piece(request: HttpRequest, rows: list[tuple[Any, Any]], size: int) -> tuple[list[Any], str | None]:
    """One page of rows that were asked for with one more than `size`, and the cursor of the next."""
    shown = rows[:size]
    more = len(rows) > size
    return [row for _, row in shown], cursors.write(request, shown[-1][0]) if more and shown else None
