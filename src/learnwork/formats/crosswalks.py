"""Crosswalks as pairs: which thing of one scheme is which of another, as somebody says it.

    for pair in read_crosswalk([Path("esco_onet_crosswalk_Nov2020.csv")]): …

Recognised by their columns: ESCO–O*NET (with ISCO), CIP–SOC, O*NET-SOC 2010–2019, O*NET-SOC–SOC, SOC 2010–2018, and any
table with `source`, `target` and, where they are said, `relation`, `source_scheme`, `target_scheme`, `state`, `note`.
Nothing has to be loaded: a pair names both of its ends, and `ctid_of` gives the CTID each has or would have here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from learnwork.formats.files import rows
from learnwork.formats.sheet_cells import unguarded
from learnwork.vocabulary.ctid import derived_ctid, is_ctid
from learnwork.vocabulary.errors import Issue, UnreadableFileError

RELATIONS = ("exact", "broad", "narrow", "close", "related")
ESCO = "http://data.europa.eu/esco/"
_SCHEMES = {"soc2018", "cip2020", "onet", "onet.element", "uri", "ctid"}
_CODE = re.compile(r"(\d\d-\d{4})(\.\d\d)?")
_CIP = re.compile(r"\d\d\.\d{4}")
_NO_MATCH = frozenset({"99-9999", "99.9999"})
_WORDS = {
    "exactmatch": "exact",
    "same": "exact",
    "=": "exact",
    "equivalent": "exact",
    "closematch": "close",
    "broadmatch": "broad",
    "broader": "broad",
    "narrowmatch": "narrow",
    "narrower": "narrow",
    "relatedmatch": "related",
    "relates": "related",
}

Row = Mapping[str, str]
OnIssue = Callable[[Issue], None]


class Pair(NamedTuple):
    """One row. relation: what the target is to the source (SKOS): exact, broad, narrow, close, related.

    Schemes: those of `derived_ctid` ("onet", "soc2018", "cip2020", "uri"), others as the file says them. note: what
    the file says of the pair; confidence: its own words for how sure it is; state: whether it was
    accepted, where a table of somebody's own says so. Names: what the file calls the ends, "" where it does not.
    """

    source_scheme: str
    source: str
    relation: str
    target_scheme: str
    target: str
    note: str = ""
    confidence: str = ""
    place: str = ""
    state: str = ""
    source_name: str = ""
    target_name: str = ""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns hold the ends. relation: of every pair, where the crosswalk says no more than "goes with".

    declared: key of the source that publishes it. names: the columns with what the ends are called.
    """

    source: str
    source_scheme: str
    target: str
    target_scheme: str
    relation: str = "related"
    notes: tuple[str, ...] = ()
    confidence: str = ""
    declared: str = ""
    names: tuple[str, str] = ("", "")


# Told apart by the columns of both ends. None of the official ones says more than that the two go with each other.
_LAYOUTS = (
    _Layout(
        "concept_uri",
        "uri",
        "onet_code",
        "onet",
        "close",
        ("esco_occupation", "onet_occupation"),
        "confidence",
        "esco-onet",
        ("esco_occupation", "onet_occupation"),
    ),
    _Layout(
        "cip2020code",
        "cip2020",
        "soc2018code",
        "soc2018",
        "related",
        ("cip2020title", "soc2018title"),
        declared="cip-soc",
        names=("cip2020title", "soc2018title"),
    ),
    _Layout(
        "o*net-soc 2010 code",
        "onet2010",
        "o*net-soc 2019 code",
        "onet",
        "close",
        declared="onet-editions",
        names=("o*net-soc 2010 title", "o*net-soc 2019 title"),
    ),
    _Layout(
        "o*net-soc 2019 code",
        "onet",
        "2018 soc code",
        "soc2018",
        "broad",
        declared="onet-soc",
        names=("o*net-soc 2019 title", "2018 soc title"),
    ),
    _Layout(
        "soccode2010",
        "soc2010",
        "soccode2018",
        "soc2018",
        "close",
        declared="soc-editions",
        names=("soctitle2010", "soctitle2018"),
    ),
)


def read_crosswalk(paths: Sequence[Path], on_issue: OnIssue | None = None) -> Iterator[Pair]:
    """Every pair of the files, each once. Rows that name no pair are told to `on_issue` and left out.

    Raises `UnreadableFileError` for a file whose columns are none of the known.
    """
    tell = on_issue or (lambda issue: None)
    seen: set[tuple[str, str, str, str, str]] = set()
    for path in paths:
        for pair in _pairs(path, tell):
            key = pair[:5]
            if key in seen:
                tell(Issue("pair-twice", "The same pair again.", pair.place, "Delete one.", "advice"))
                continue
            seen.add(key)
            yield pair


def declared_by(path: Path) -> str:
    """Key of the source that publishes a crosswalk of this layout; "" for a table of somebody's own."""
    row = next((row for _, row in rows(path)), {})
    layout = next((one for one in _LAYOUTS if one.source in row and one.target in row), None)
    return layout.declared if layout else ""


def _pairs(path: Path, tell: OnIssue) -> Iterator[Pair]:
    read: Callable[[Row, str], Pair | Issue | None] | None = None
    for number, row in rows(path):
        read = read or _reader(path, row)
        found = read(row, f"{path.name} row {number}")
        if isinstance(found, Issue):
            tell(found)
        elif found is not None:
            yield found


def _reader(path: Path, row: Row) -> Callable[[Row, str], Pair | Issue | None]:
    layout = next((one for one in _LAYOUTS if one.source in row and one.target in row), None)
    if layout is not None:
        return lambda found, place: _laid_out(layout, found, place)
    if "source" in row and "target" in row:
        return _general
    raise UnreadableFileError(
        f"{path.name} is no crosswalk that is known: it has the columns {', '.join(list(row)[:12])}.",
        hint="Name two columns `source` and `target`, and `relation` beside them.",
        file=path.name,
    )


def _laid_out(layout: _Layout, row: Row, place: str) -> Pair | Issue | None:
    source, target = row[layout.source], row[layout.target]
    if {source, target} & _NO_MATCH:
        return None  # the agencies' own code for "goes with nothing"
    for scheme, code in ((layout.source_scheme, source), (layout.target_scheme, target)):
        if not _fits(scheme, code):
            return Issue(
                "pair-bad", f"“{code[:60]}” is no code of {scheme}.", place, "Mend or empty the cell."
            )
    said = [row[name] for name in layout.notes if row.get(name)]
    return Pair(
        layout.source_scheme,
        source,
        layout.relation,
        layout.target_scheme,
        target,
        " – ".join(said),
        row.get(layout.confidence, ""),
        place,
        "",
        *(row.get(name, "") for name in layout.names),
    )


def _fits(scheme: str, code: str) -> bool:
    if scheme.startswith("onet"):
        return bool((match := _CODE.fullmatch(code)) and match[2])
    if scheme.startswith("soc"):
        return bool((match := _CODE.fullmatch(code)) and not match[2])
    if scheme == "cip2020":
        return _CIP.fullmatch(code) is not None
    return bool(code)


def _general(row: Row, place: str) -> Pair | Issue | None:
    source, target = row["source"], row["target"]
    relation = relation_of(row.get("relation", "") or "related")
    if not source or not target:
        return Issue("pair-bad", "One end is empty.", place, "Fill in both ends.")
    if relation is None:
        return Issue(
            "relation-unknown",
            f"“{row['relation'][:60]}” is no relation.",
            place,
            f"Write one of {', '.join(RELATIONS)}.",
        )
    return Pair(
        row.get("source_scheme", "") or scheme_of(source),
        source,
        relation,
        row.get("target_scheme", "") or scheme_of(target),
        target,
        unguarded(row.get("note", "")),
        row.get("confidence", ""),
        place,
        row.get("state", "").strip().lower(),
        unguarded(row.get("source_name", "")),
        unguarded(row.get("target_name", "")),
    )


def relation_of(text: str) -> str | None:
    """One of the five relations, from its name, its SKOS property ("skos:exactMatch") or a common word for it."""
    word = text.strip().rpartition(":")[2].replace(" ", "").replace("_", "").lower()
    return word if word in RELATIONS else _WORDS.get(word)


def scheme_of(identifier: str) -> str:
    """The scheme that an identifier shows by its form; "" where it shows none."""
    if is_ctid(identifier):
        return "ctid"
    if identifier.startswith(("https://", "http://")):
        return "uri"
    if match := _CODE.fullmatch(identifier):
        return "onet" if match[2] else "soc2018"
    return "cip2020" if _CIP.fullmatch(identifier) else ""


def ctid_of(scheme: str, identifier: str) -> str | None:
    """The CTID that the end of a pair has here, or would have; None for a scheme whose things have none here."""
    if scheme == "ctid":
        return identifier if is_ctid(identifier) else None
    return derived_ctid(scheme, identifier) if scheme in _SCHEMES else None
