"""The register of attacks: one case a rule, each with the code that it must get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = tuple[str, Any, dict[str, Any]]
CASES: dict[str, Callable[[], Case]] = {}


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    """A case: the code that must fail (or, with a ?, must be unchecked), the record, the web."""
    assert make.__name__ not in CASES
    CASES[make.__name__] = make
    return make
