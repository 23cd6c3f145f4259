"""What can go wrong when somebody asks the registry or rules in it."""

from __future__ import annotations

from learnwork.vocabulary.errors import LearnworkError


class UnknownResourceError(LearnworkError):
    """No resource has that CTID."""

    code = "resource-unknown"


class UnknownSourceError(LearnworkError):
    """No source has that key."""

    code = "source-unknown"


class UnknownVersionError(LearnworkError):
    """A resource never had that version."""

    code = "version-unknown"


class DecisionError(LearnworkError):
    """A ruling that cannot be made or undone."""

    code = "decision-refused"
