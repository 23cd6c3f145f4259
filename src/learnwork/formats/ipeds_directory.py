"""Institutions of the IPEDS directory (`hdYYYY`): one row a school, its address, kind, and standing.

Codes below zero, a full stop and an empty cell mean that nothing is known; such properties are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from learnwork.formats import files
from learnwork.formats.model import Area, Document, Identifier, Item, Said
from learnwork.formats.names import normalised_name
from learnwork.formats.states import NAMES, NATIONS
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, TooLargeError
from learnwork.vocabulary.tables import ctdl

VERSION = "1"
TYPE = "ceterms:CredentialOrganization"
REQUIRED = ("unitid", "instnm", "stabbr")
OPTIONAL = (
    "ialias", "addr", "city", "zip", "ein", "opeid", "webaddr", "sector", "iclevel", "control", "cyactive",
    "act", "closedat", "countycd", "countynm", "longitud", "latitude",
)  # fmt: skip
COLUMNS = (*REQUIRED, *OPTIONAL)

# IPEDS SECTOR in our words. 0: offices that run several institutions and teach nobody. 99: not known.
SECTORS = {
    "0": "Administrative office",
    "1": "Public, four years or more",
    "2": "Private nonprofit, four years or more",
    "3": "Private for-profit, four years or more",
    "4": "Public, two years",
    "5": "Private nonprofit, two years",
    "6": "Private for-profit, two years",
    "7": "Public, less than two years",
    "8": "Private nonprofit, less than two years",
    "9": "Private for-profit, less than two years",
}
CONTROLS = {
    "1": "agentSector:Public",
    "2": "agentSector:PrivateNonProfit",
    "3": "agentSector:PrivateForProfit",
}
LEVELS = {"1": "orgType:FourYear", "2": "orgType:TwoYear", "3": "orgType:Postsecondary"}
# ACT: D left business, M closed in the year but was active in it, C was combined with another.
STATUSES = {"D": "closed", "M": "closed", "C": "merged into another institution"}

_UNKNOWN = re.compile(r"|\.|-[0-9]+")
_UNITID = re.compile(r"[0-9]{6}")
_ALIASES = re.compile(r"\s*\|\s*|\s{2,}")
_HOST = re.compile(r"(?=.{4,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9]+(/|\Z))", re.IGNORECASE)
MAX_URL = 1000
MAX_ROWS = 100_000


def institution_ctid(unitid: str) -> str:
    return derived_ctid("ipeds.unitid", unitid)


def items(path: Path, member: str | None = None, state: str = "") -> Iterator[Item]:
    """Areas and institutions of one directory file; only those of one state where `state` is given."""
    raised: list[Issue] = []
    rows = _rows(path, member, raised)
    yield from raised
    shared = _shared_identifiers(rows.values())
    areas: set[str] = set()
    for number, known in rows.items():
        if state and known.get("stabbr", "").upper() != state:
            continue
        for area in _areas(known):
            if area.key not in areas:
                areas.add(area.key)
                yield area
        place = f"{path.name} row {number}"
        yield from _issues(known, place)
        yield _said(known, shared, place)


def _rows(path: Path, member: str | None, raised: list[Issue]) -> dict[int, dict[str, str]]:
    """Row number → what is known of the row; refused rows are added to `raised` instead."""
    kept: dict[int, dict[str, str]] = {}
    seen: set[str] = set()
    for number, row in files.rows(
        path, required=REQUIRED, keep=COLUMNS, member=member, on_issue=raised.append
    ):
        if refusal := _refusal(row, seen, f"{path.name} row {number}"):
            raised.append(refusal)
        else:
            seen.add(row["unitid"])
            kept[number] = {name: text for name, text in row.items() if not _UNKNOWN.fullmatch(text)}
        if len(kept) + len(raised) > MAX_ROWS:
            raise TooLargeError(
                f"{path.name} has more than {MAX_ROWS:,} rows.",
                hint="A directory of the nation has about 6,000: check that this is the right file.",
                file=str(path),
                limit=MAX_ROWS,
            )
    return kept


def unitids_of(path: Path, member: str | None, state: str) -> Iterator[tuple[str, bool]]:
    """UNITID of each institution, and whether it is in that state."""
    for _number, row in files.rows(path, required=REQUIRED, keep=REQUIRED, member=member):
        yield row["unitid"], row["stabbr"].upper() == state


def _refusal(row: Mapping[str, str], seen: Collection[str], place: str) -> Issue | None:
    unitid = row["unitid"]
    if not _UNITID.fullmatch(unitid):
        return Issue(
            "ipeds-unitid", f"UNITID {unitid[:20]!r} is not six digits.", place, "Correct the number."
        )
    if unitid in seen:
        return Issue(
            "duplicate-key",
            f"UNITID {unitid} stands twice; the first row counts.",
            place,
            "Delete one of the two.",
        )
    if _UNKNOWN.fullmatch(row["instnm"]):
        return Issue("name-missing", f"Institution {unitid} has no name.", place, "Fill in INSTNM.")
    return None


def _shared_identifiers(rows: Iterable[Mapping[str, str]]) -> set[Identifier]:
    """Identifiers that several rows carry, so that they tell none of them: campuses share OPEID and EIN."""
    counts = Counter(identifier for row in rows for identifier in _identifiers(row))
    return {identifier for identifier, count in counts.items() if count > 1}


def _identifiers(row: Mapping[str, str]) -> Iterator[Identifier]:
    if opeid := _digits(row.get("opeid", ""), 8):
        yield Identifier("opeid", opeid)
    if (ein := _digits(row.get("ein", ""), 9)) and (name := normalised_name(row["instnm"])):
        yield Identifier("fein+name", f"{ein}|{name}")


def _digits(text: str, length: int) -> str:
    """The text where it is a number of that length that could be somebody's; else ""."""
    fits = len(text) == length and text.isascii() and text.isdigit() and len(set(text)) > 1
    return text if fits else ""


def _said(known: Mapping[str, str], shared: set[Identifier], place: str) -> Said:
    unitid = known["unitid"]
    own = tuple(identifier for identifier in _identifiers(known) if identifier not in shared)
    identifiers = (Identifier("ipeds", unitid), *own)
    made_from = "\x1f".join([VERSION, *(f"{key}={text}" for key, text in known.items()), repr(identifiers)])
    return Said(
        key=unitid,
        ctid=institution_ctid(unitid),
        type=TYPE,
        document=partial(document, known),
        digest=blake2b(made_from.encode("utf-8", "replace"), digest_size=16).digest(),
        identifiers=identifiers,
        place=place,
    )


def document(known: Mapping[str, str]) -> Document:
    """The CTDL document of one institution, from those of its columns that are known."""
    unitid, name = known["unitid"], known["instnm"]
    made: Document = {"@type": TYPE, "ceterms:ctid": institution_ctid(unitid), "ceterms:name": {"en": name}}
    if aliases := _aliases(known.get("ialias", ""), name):
        made["ceterms:alternateName"] = {"en": aliases if len(aliases) > 1 else aliases[0]}
    if url := web_address(known.get("webaddr", "")):
        made["ceterms:subjectWebpage"] = url
    made["ceterms:address"] = [_place(known)]
    made["ceterms:ipedsID"] = unitid
    if opeid := _digits(known.get("opeid", ""), 8):
        made["ceterms:opeID"] = opeid
    if ein := _digits(known.get("ein", ""), 9):
        made["ceterms:fein"] = ein
    if sector := CONTROLS.get(known.get("control", "")):
        made["ceterms:agentSectorType"] = [_concept(sector)]
    if (level := LEVELS.get(known.get("iclevel", ""))) and known.get("sector") != "0":
        made["ceterms:agentType"] = [_concept(level)]
    if sector_name := SECTORS.get(known.get("sector", "")):
        made["lw:sector"] = sector_name
    if status := _status(known):
        made["lw:status"] = status
    if closed := _closed(known.get("closedat", "")):
        made["lw:closedOn"] = closed
    return made


def _aliases(text: str, name: str) -> list[str]:
    """Other names. Earlier years separate them by runs of spaces, later ones by bars; commas stand in names too."""
    parts = (part.strip(" |") for part in _ALIASES.split(text.strip()))
    return list(dict.fromkeys(part for part in parts if part and part != name))


def _place(known: Mapping[str, str]) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "ceterms:Place"}
    for term, column in (
        ("ceterms:streetAddress", "addr"),
        ("ceterms:addressLocality", "city"),
        ("ceterms:addressRegion", "stabbr"),
    ):
        if text := known.get(column):
            place[term] = {"en": text}
    if code := known.get("zip"):
        place["ceterms:postalCode"] = code
    if state := known.get("stabbr"):
        place["ceterms:addressCountry"] = {"en": state if state in NATIONS else "US"}
    latitude, longitude = _degrees(known.get("latitude"), 90), _degrees(known.get("longitud"), 180)
    if latitude is not None and longitude is not None and (latitude or longitude):
        place |= {"ceterms:latitude": latitude, "ceterms:longitude": longitude}
    if county := _county(known):
        place |= {"lw:county": county[1], "lw:countyCode": county[0]}
    return place


def _degrees(text: str | None, most: int) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _county(known: Mapping[str, str]) -> tuple[str, str] | None:
    """FIPS code (five digits) and name of the county."""
    code, name = known.get("countycd", ""), " ".join(known.get("countynm", "").split())
    if not name or not code.isascii() or not code.isdigit() or not 4 <= len(code) <= 5:
        return None
    return code.zfill(5), name


def _areas(known: Mapping[str, str]) -> Iterator[Area]:
    state = known.get("stabbr", "").upper()
    if state not in NAMES:
        return
    yield Area(f"state:{state}", NAMES[state], "state", state)
    if county := _county(known):
        yield Area(f"county:{county[0]}", f"{county[1]}, {state}", "county", state)


def _concept(term: str) -> dict[str, Any]:
    vocabulary = ctdl()
    concept = vocabulary.concepts[term]
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": vocabulary.schemes[concept.scheme].iri,
        "ceterms:targetNode": term,
        "ceterms:targetNodeName": {"en": concept.label},
    }


def _status(known: Mapping[str, str]) -> str | None:
    return STATUSES.get(known.get("act", "")) or ("closed" if _closed(known.get("closedat", "")) else None)


def _closed(text: str) -> str | None:
    """MM/DD/YYYY as an ISO date; None for no date, and for 00/00/0000, which says "closed, day not known"."""
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(int(parts[2]), int(parts[0]), int(parts[1])).isoformat()
    except (ValueError, OverflowError):
        return None


def web_address(text: str) -> str | None:
    """A safe absolute address: http or https, a plain host name, no user name. None for anything else.

    Addresses without a scheme ("www.example.edu") get https, as browsers do.
    """
    text = text.strip().replace(" ", "%20")
    if not text or len(text) > MAX_URL or not text.isprintable() or any(mark in text for mark in '<>"\\'):
        return None
    absolute = text if _SCHEME.match(text) else f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(absolute)
        if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
            return None
        host, _port = (parts.hostname or "").rstrip("."), parts.port
        plain = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        return None
    return absolute if _HOST.fullmatch(plain) and not plain.rsplit(".", 1)[-1].isdigit() else None


def _issues(known: Mapping[str, str], place: str) -> Iterator[Issue]:
    """Values that were left out because they cannot be right."""
    webpage, closed = known.get("webaddr", ""), known.get("closedat", "")
    if webpage and not web_address(webpage):
        yield Issue(
            "unsafe-address",
            f"WEBADDR {webpage[:80]!r} is not a web address; it was left out.",
            place,
            "Write it as https://… without a user name.",
            "warning",
        )
    if closed and not _closed(closed):
        yield Issue(
            "date-invalid", f"CLOSEDAT {closed[:20]!r} is no date; it was left out.", place, "", "advice"
        )
    if (state := known.get("stabbr", "")).upper() not in NAMES:
        yield Issue("state-unknown", f"STABBR {state[:20]!r} is no state.", place, "Correct it.", "warning")
