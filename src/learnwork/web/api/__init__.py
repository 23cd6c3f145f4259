"""The read-only API. `root` says what holds for every address; each other module answers some of them."""

from learnwork.web.api import (
    alignments,
    bulk,
    changes,
    compare,
    coordination,
    editions,
    funders,
    gaps,
    goals,
    landscape,
    matching,
    profiles,
    progress,
    resources,
    search,
    sources,
    surveys,
)
from learnwork.web.api.root import api

for _router in (
    search.router,
    compare.router,
    resources.router,
    changes.router,
    sources.router,
    bulk.router,
    surveys.router,
    profiles.router,
    matching.router,
    alignments.router,
    landscape.router,
    progress.router,
    gaps.router,
    goals.router,
    funders.router,
    editions.router,
    coordination.router,
):
    api.add_router("", _router)

__all__ = ["api"]
