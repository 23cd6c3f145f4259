"""Areas and measures of the wage statistics (OEWS): how their codes become ours.

Area keys: "us", "state:NJ", "msa:10180" (metropolitan, by its CBSA code), "oews:3400001" (nonmetropolitan, by
the code that only these statistics use). A metropolitan area in several states belongs to the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from learnwork.formats.model import Area
from learnwork.vocabulary.errors import UnreadableFileError


class Column(NamedTuple):
    """One measure: its key, its data type in the BLS series, its column in the download.

    error_…: the same of its relative standard error, where it has one. pay: "hourly" or "annual" for a wage.
    """

    measure: str
    datatype: str
    name: str
    error_datatype: str = ""
    error_name: str = ""
    pay: str = ""


COLUMNS = (
    Column("oews.employment", "01", "tot_emp", "02", "emp_prse"),
    Column("oews.hourly_mean", "03", "h_mean", "05", "mean_prse", "hourly"),
    Column("oews.annual_mean", "04", "a_mean", "05", "mean_prse", "annual"),
    Column("oews.hourly_p10", "06", "h_pct10", pay="hourly"),
    Column("oews.hourly_p25", "07", "h_pct25", pay="hourly"),
    Column("oews.hourly_median", "08", "h_median", pay="hourly"),
    Column("oews.hourly_p75", "09", "h_pct75", pay="hourly"),
    Column("oews.hourly_p90", "10", "h_pct90", pay="hourly"),
    Column("oews.annual_p10", "11", "a_pct10", pay="annual"),
    Column("oews.annual_p25", "12", "a_pct25", pay="annual"),
    Column("oews.annual_median", "13", "a_median", pay="annual"),
    Column("oews.annual_p75", "14", "a_pct75", pay="annual"),
    Column("oews.annual_p90", "15", "a_pct90", pay="annual"),
    Column("oews.jobs_per_1000", "16", "jobs_1000"),
    Column("oews.location_quotient", "17", "loc_quotient"),
)

# A median above the highest published wage is not given; that it is at least so much is.
AT_LEAST = {
    "oews.hourly_median": "oews.hourly_median_at_least",
    "oews.annual_median": "oews.annual_median_at_least",
}

CROSS_INDUSTRY = "000000"
UNREASONABLE = 1e12  # no count of jobs and no wage is above; keeps "inf" and "1e308" out

# FIPS 5-2 codes of states and territories, and their postal abbreviations.
STATES: dict[str, str] = dict(
    re.findall(
        r"(\d\d):([A-Z]{2})",
        "01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL "
        "18:IN 19:IA 20:KS 21:KY 22:LA 23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE "
        "32:NV 33:NH 34:NJ 35:NM 36:NY 37:NC 38:ND 39:OH 40:OK 41:OR 42:PA 44:RI 45:SC 46:SD "
        "47:TN 48:TX 49:UT 50:VT 51:VA 53:WA 54:WV 55:WI 56:WY 60:AS 66:GU 69:MP 72:PR 78:VI ",
    )
)
_TOP = re.compile(r"equal to or greater than \$([\d,.]*\d) per hour or \$([\d,.]*\d) per year", re.IGNORECASE)
_STATES_OF_NAME = re.compile(r", ([A-Z]{2}(?:-[A-Z]{2})*)$")


def highest_published(text: str) -> dict[str, float]:
    """Of a note the wages at which publishing stops, {"hourly": 115.0, "annual": 239200.0}; else {}."""
    found = _TOP.search(text)
    try:
        return {
            pay: float(amount.replace(",", ""))
            for pay, amount in zip(("hourly", "annual"), found.groups() if found else (), strict=False)
        }
    except ValueError:
        return {}


def area(kind: str, code: str, name: str, state: str) -> Area:
    """An area from its kind ("nation", "state", "area"), code, name and postal state ("" for none)."""
    if kind == "nation":
        return Area("us", "United States", "nation")
    if kind == "state":
        return Area(f"state:{state}", name, "state", state)
    digits = code.zfill(7)
    if digits.startswith("00"):
        return Area(f"msa:{digits[2:]}", name, "metropolitan", state)
    return Area(f"oews:{digits}", name, "nonmetropolitan", state)


def touches(place: Area, state: str) -> bool:
    """Whether an area is the nation, that state, or lies at least partly in it (by the end of its name)."""
    if not state or place.kind == "nation" or place.state == state:
        return True
    found = _STATES_OF_NAME.search(place.name)
    return place.kind == "metropolitan" and found is not None and state in found[1].split("-")


def check_found(places: Iterable[Area], state: str, file: str) -> None:
    """An error where a state is asked for and the file has no area of it."""
    if state and all(place.kind == "nation" for place in places):
        raise UnreadableFileError(
            f"{file} has no area of the state {state!r}.",
            hint="Give the two letters of the postal service, such as NJ, or load without a state.",
            file=file,
            state=state,
        )
