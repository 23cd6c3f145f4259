"""What can be filtered and counted: every filter with its parameter in the URL, its columns and its label.

A choice facet takes values and counts them; several values of one facet mean "or". A tree facet has one column a
level, because counting a column of one value a document is several times as fast as counting one of many (measured:
3 against 15 ns a document). A range facet takes a smallest and a greatest number and counts bands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from learnwork.vocabulary import codes

NONE = (
    "-"  # what a column holds where a record says nothing: a column without gaps is read three times as fast
)
_SOC = (
    re.compile(r"\d\d-0000"),
    re.compile(r"\d\d-\d\d00"),
    re.compile(r"\d\d-\d{3}0"),
    re.compile(r"\d\d-\d{4}"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet of values. columns: one, or for a tree one a level from the widest. shown: how many values.

    numbered: there are many thousand values; the column holds a number for each (see `number_of`).
    """

    key: str
    label: str
    columns: tuple[str, ...]
    shown: int = 12
    numbered: bool = False

    @property
    def tree(self) -> bool:
        return len(self.columns) > 1


@dataclass(frozen=True, slots=True)
class Band:
    """A range facet. edges: where each band begins. best: which end comes first when sorted by it."""

    key: str
    label: str
    unit: str
    edges: tuple[float, ...]
    best: str  # "low" or "high"

    @property
    def column(self) -> str:
        return f"by_{self.key}"

    def bands(self) -> list[tuple[float, float | None]]:
        """Smallest and greatest number of each band, both included; numbers are kept to the hundredth."""
        tops = [round(edge - 0.01, 2) for edge in self.edges[1:]]
        return list(zip(self.edges, [*tops, None], strict=True))


CHOICES = {
    facet.key: facet
    for facet in (
        Choice("type", "Type", ("type",)),
        Choice("class", "Kind of credential", ("class",), 20),
        Choice("level", "Award level", ("level",), 20),
        Choice("field", "Field of study", ("field2", "field4", "field6"), 60),
        Choice("occupation", "Occupation", ("soc1", "soc2", "soc3", "soc4"), 60),
        Choice("state", "State", ("state",), 60),
        Choice("county", "County", ("county",)),
        Choice("provider", "Provider", ("provider",), numbered=True),
        Choice("kind", "Kind of provider", ("kind",)),
        Choice("delivery", "Delivery", ("delivery",)),
        Choice("quality", "Quality assurance", ("quality",)),
        Choice("status", "Status", ("status",)),
        Choice("source", "Source", ("source",)),
        Choice("origin", "Who says it exists", ("origin",)),
        Choice("awarded", "Awards reported", ("awarded",)),
    )
}
_YEARLY = (0, 20000, 30000, 40000, 50000, 60000, 80000, 100000)
_QUARTERLY = (0, 2500, 5000, 7500, 10000, 12500, 15000)
# Which measure each band of earnings is. Other horizons and units are other measures: shown, never mixed in.
EARNINGS = {
    "earnings": "scorecard.earnings_4yr",
    "earnings_1yr": "scorecard.earnings_1yr",
    "earnings_quarter": "etpl.quarterly_wage_q2",
}
BANDS = {
    band.key: band
    for band in (
        Band("cost", "Cost", "$", (0, 0.01, 1000, 2500, 5000, 10000, 20000, 50000), "low"),
        Band("earnings", "Earnings a year, 4 years after completion", "$", _YEARLY, "high"),
        Band("earnings_1yr", "Earnings a year, 1 year after completion", "$", _YEARLY, "high"),
        Band("earnings_quarter", "Earnings of the 2nd quarter after completion", "$", _QUARTERLY, "high"),
        Band("weeks", "Weeks", "weeks", (0, 4, 12, 26, 52, 104, 208), "low"),
        Band("hours", "Hours", "hours", (0, 40, 100, 300, 600, 900, 1800), "low"),
        Band("awards", "Awards a year", "awards", (0, 1, 10, 50, 100, 500), "high"),
    )
}
DEFAULT = ("type", "level", "field", "state", "provider")

# Parameter of the URL → what it sorts by (column), and whether the greatest comes first.
SORTS = {
    "relevance": ("by_popularity", True),  # the order of what no word ranks
    "name": ("by_name", False),
    "cost": ("by_cost", False),
    "duration": ("by_weeks", False),
    "earnings": ("by_earnings", True),
    "earnings_1yr": ("by_earnings_1yr", True),
    "earnings_quarter": ("by_earnings_quarter", True),
    "awards": ("by_awards", True),
}
SORT_LABELS = {
    "relevance": "Best match",
    "name": "Name, A to Z",
    "cost": "Cost, lowest first",
    "duration": "Duration, shortest first",
    "earnings": "Earnings after 4 years, highest first",
    "earnings_1yr": "Earnings after 1 year, highest first",
    "earnings_quarter": "Earnings of the 2nd quarter, highest first",
    "awards": "Awards, most first",
}


@lru_cache(10_000)
def depth(key: str, code: str) -> int | None:
    """Level of a code in its tree, 0 at the top: "48.05" is at 1. None for what is no code of that tree."""
    if key == "field":
        return {2: 0, 5: 1, 7: 2}.get(len(code)) if re.fullmatch(r"\d\d(\.\d\d(\d\d)?)?", code) else None
    if key == "occupation":
        return next((level for level, form in enumerate(_SOC) if form.fullmatch(code)), None)
    return 0


def wider(key: str, code: str) -> tuple[str, ...]:
    """The wider codes of a tree facet's code, nearest first."""
    table = {"field": codes.cip, "occupation": codes.soc}.get(key)
    return table.broader(code) if table else ()


def top(key: str, code: str) -> str:
    """The code at the top of the tree that a code belongs to; it need not be known to its table."""
    return f"{code[:2]}-0000" if key == "occupation" else code[:2]


def number_of(value: str) -> int:
    """The number by which a column knows a value; 0 for none.

    To turn numbers of text into text again costs the engine more than to count: 1.2 ms for sixteen CTIDs of 6,000,
    and several times that in an index of more than one segment. 52 bits: exact as a number of JSON, and with a
    million providers two of them share a number with a chance of one in nine thousand.
    """
    return int.from_bytes(blake2b(value.encode(), digest_size=7).digest()) >> 4 if value else 0
