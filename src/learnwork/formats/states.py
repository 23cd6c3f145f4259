"""States, territories and freely associated states of the U.S. by their postal abbreviation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from learnwork.vocabulary.errors import UnreadableFileError

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
        "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
        "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana",
        "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
        "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri",
        "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
        "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio",
        "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
        "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah",
        "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
        "WY": "Wyoming", "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands",
        "PR": "Puerto Rico", "VI": "U.S. Virgin Islands", "FM": "Federated States of Micronesia",
        "MH": "Marshall Islands", "PW": "Palau",
    }
)  # fmt: skip
# Nations of their own, whose institutions the federal surveys cover.
NATIONS = frozenset({"FM", "MH", "PW"})


def asked(state: str) -> str:
    """The postal abbreviation that a person asked for, in capitals; "" for none; an error for one there is not."""
    abbreviation = state.strip().upper()
    if abbreviation and abbreviation not in NAMES:
        raise UnreadableFileError(
            f"{state[:40]!r} is not the abbreviation of a state.",
            hint="Give the two letters of the postal service, such as NJ.",
            state=state[:40],
        )
    return abbreviation
