"""What can go wrong with the index. A bad question is never an error: see `query.QueryProblem`."""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class IndexBusyError(LearnworkError):
    """Another process on this host is writing the index."""

    code = "index-busy"


class IndexBrokenError(LearnworkError):
    """The index folder cannot be written or read as what it says it is."""

    code = "index-broken"


class SavedSearchRefusedError(LearnworkError):
    """A search cannot be saved now."""

    code = "saved-search-refused"
