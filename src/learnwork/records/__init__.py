"""Learning and employment records: read, verify, issue. A library of its own, without Django.

    from learnwork.records import issue, verify

What is named here is imported when it is asked for: reading a text as JSON should not load cryptography.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnwork.records.issuing import issue
    from learnwork.records.verification import verify

__all__ = ["issue", "verify"]
_HOMES = {"issue": "learnwork.records.issuing", "verify": "learnwork.records.verification"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
