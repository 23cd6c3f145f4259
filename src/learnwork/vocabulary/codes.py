"""Codes of fields of study (CIP 2020), occupations (SOC 2018) and award levels, loaded when first asked.

cip.title("48.0508")           "Welding Technology/Welder"
cip.broader("48.0508")         ("48.05", "48")
occupations_of("48.0508")      ("51-4121", "51-4122")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from learnwork.vocabulary.tables import rows


@dataclass(frozen=True, slots=True)
class Code:
    """One row: title, the next wider code ("" at the top), level, and whether the edition retired it."""

    title: str
    broader: str
    level: str
    retired: bool = False


class CodeTable:
    """A tree of codes with titles, read from its table at the first question."""

    def __init__(self, name: str, label: str, read: Callable[[], dict[str, Code]]) -> None:
        self.name = name
        self.label = label
        self._read = read

    @cached_property
    def _codes(self) -> dict[str, Code]:
        return self._read()

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        narrower: dict[str, list[str]] = {}
        for code, entry in self._codes.items():
            narrower.setdefault(entry.broader, []).append(code)
        return {code: tuple(codes) for code, codes in narrower.items()}

    def title(self, code: str) -> str | None:
        entry = self._codes.get(code)
        return entry.title if entry else None

    def level(self, code: str) -> str | None:
        """CIP: "2", "4" or "6" digits. SOC: "major", "minor", "broad" or "detailed"."""
        entry = self._codes.get(code)
        return entry.level if entry else None

    def retired(self, code: str) -> bool:
        """Whether this edition lists the code only to say that it was moved or deleted."""
        entry = self._codes.get(code)
        return entry is not None and entry.retired

    def broader(self, code: str) -> tuple[str, ...]:
        """The wider codes, nearest first; () for an unknown code."""
        wider: list[str] = []
        entry = self._codes.get(code)
        while entry and entry.broader:
            wider.append(entry.broader)
            entry = self._codes.get(entry.broader)
        return tuple(wider)

    def narrower(self, code: str = "") -> tuple[str, ...]:
        """The codes directly under a code; without one, the top of the tree."""
        return self._narrower.get(code, ())

    def codes(self) -> tuple[str, ...]:
        return tuple(self._codes)

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __len__(self) -> int:
        return len(self._codes)


def _read_cip() -> dict[str, Code]:
    """The tree stands in the codes: 48.0508 under 48.05 under 48."""
    wider = {7: 5, 5: 2, 2: 0}
    digits = {7: "6", 5: "4", 2: "2"}
    return {
        code: Code(title, code[: wider[len(code)]], digits[len(code)], retired == "1")
        for code, title, retired in rows("cip2020.csv")
    }


def _read_soc() -> dict[str, Code]:
    return {code: Code(title, broader, group) for code, title, group, broader in rows("soc2018.csv")}


cip = CodeTable("cip2020", "Classification of Instructional Programs 2020", _read_cip)
soc = CodeTable("soc2018", "Standard Occupational Classification 2018", _read_soc)


@cache
def _crosswalk() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    occupations: dict[str, list[str]] = {}
    fields: dict[str, list[str]] = {}
    for field, occupation in rows("cip2020_soc2018.csv"):
        occupations.setdefault(field, []).append(occupation)
        fields.setdefault(occupation, []).append(field)
    return (
        {field: tuple(found) for field, found in occupations.items()},
        {occupation: tuple(found) for occupation, found in fields.items()},
    )


def occupations_of(cip6: str) -> tuple[str, ...]:
    """Occupations that a six-digit field prepares for, by the official crosswalk; () without a match."""
    return _crosswalk()[0].get(cip6, ())


def fields_of(soc_code: str) -> tuple[str, ...]:
    """Six-digit fields that prepare for a detailed occupation, by the official crosswalk."""
    return _crosswalk()[1].get(soc_code, ())


@dataclass(frozen=True, slots=True)
class AwardLevel:
    """A level of the completions survey (AWLEVEL). order: place in a list from shortest to longest, from 1.

    `scorecard_levels` names the award levels behind each credential level of the College Scorecard (CREDLEV).
    """

    code: str
    label: str
    credential_class: str
    order: int


award_levels: dict[str, AwardLevel] = {
    code: AwardLevel(code, label, class_, int(order))
    for code, label, class_, order in rows("award_levels.csv")
}
scorecard_labels: dict[str, str] = {code: label for code, label, _ in rows("scorecard_levels.csv")}
scorecard_levels: dict[str, tuple[str, ...]] = {
    code: tuple(levels.split()) for code, _, levels in rows("scorecard_levels.csv")
}
