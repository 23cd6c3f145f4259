"""Compile the official vocabulary and code files into the compact tables of src/learnwork/vocabulary/tables.

Only facts go in: terms, IRIs, labels, kinds, relations, codes, titles. Definitions and usage notes stay out.
Every table's official files stand in tables/SOURCES.yaml with address, licence, date and SHA-256.

    python tools/compile_vocabulary.py [--data ../shared/data] [--check]

`--check` compiles into memory and says which tables differ, without writing.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine
import yaml

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src/learnwork/vocabulary/tables"
DATA = ROOT.parent / "shared/data"

CC_BY = "CC BY 4.0"
PUBLIC_DOMAIN = "U.S. government work, public domain"


@dataclass(frozen=True)
class Official:
    """One official file: where it lies beside the project, where it came from, and under which licence."""

    path: str
    url: str
    publisher: str
    licence: str
    date: str
    tables: tuple[str, ...]
    note: str = ""


CTDL_TABLES = ("classes", "properties", "schemes", "concepts")
CTDL_DATE = "2026-08-06"
VOCABULARY = "ctdl/vocabulary/"
CREDENTIAL_ENGINE = "Credential Engine"

SCHEMAS = (
    Official(
        VOCABULARY + "ctdl-schema-2026-08-06.json",
        "https://credreg.net/ctdl/schema/encoding/json",
        CREDENTIAL_ENGINE,
        CC_BY,
        CTDL_DATE,
        CTDL_TABLES,
    ),
    Official(
        VOCABULARY + "ctdlasn-schema-2026-08-06.json",
        "https://credreg.net/ctdlasn/schema/encoding/json",
        CREDENTIAL_ENGINE,
        CC_BY,
        CTDL_DATE,
        CTDL_TABLES,
    ),
)
CONTEXTS = (
    Official(
        VOCABULARY + "ctdl-context-2026-08-06.json",
        "https://credreg.net/ctdl/schema/context/json",
        CREDENTIAL_ENGINE,
        CC_BY,
        CTDL_DATE,
        ("prefixes", "coercions"),
    ),
    Official(
        VOCABULARY + "ctdlasn-context-2026-08-06.json",
        "https://credreg.net/ctdlasn/schema/context/json",
        CREDENTIAL_ENGINE,
        CC_BY,
        CTDL_DATE,
        ("prefixes", "coercions"),
    ),
)
CIP = Official(
    "us/taxonomies/CIPCode2020.csv",
    "https://nces.ed.gov/ipeds/cipcode/Files/CIPCode2020.csv",
    "National Center for Education Statistics",
    PUBLIC_DOMAIN,
    "2020",
    ("cip2020",),
    "Titles without the closing full stop; titles of the two-digit series are not in capitals here.",
)
SOC = Official(
    "us/taxonomies/soc2018_definitions.csv",
    "https://www.bls.gov/soc/2018/soc_2018_definitions.xlsx",
    "U.S. Bureau of Labor Statistics",
    PUBLIC_DOMAIN,
    "2018",
    ("soc2018",),
    "The digest is that of a CSV copy of the sheet.",
)
CROSSWALK = Official(
    "us/taxonomies/CIP2020_SOC2018_Crosswalk.csv",
    "https://nces.ed.gov/ipeds/cipcode/Files/CIP2020_SOC2018_Crosswalk.xlsx",
    "National Center for Education Statistics and U.S. Bureau of Labor Statistics",
    PUBLIC_DOMAIN,
    "2020",
    ("cip2020_soc2018",),
    "Rows that say NO MATCH (99-9999, 99.9999) are left out. The digest is that of a CSV copy of the sheet.",
)
VARLIST = Official(
    "us/ipeds/varlist.xlsx",
    "https://nces.ed.gov/ipeds/datacenter/data/C2024_A_Dict.zip",
    "National Center for Education Statistics",
    PUBLIC_DOMAIN,
    "2023-24",
    ("award_levels",),
    "The codes are the official ones; labels and the choice of CTDL class are ours.",
)
SCORECARD = Official(
    "us/scorecard/value_check.parquet",
    "https://collegescorecard.ed.gov/data/",
    "U.S. Department of Education; compiled by Truewise",
    CC_BY,
    "2026-06-10",
    ("scorecard_levels",),
    "Which award levels stand behind a credential level is our reading: see docs/reference/vocabulary.md.",
)
OFFICIAL = (*SCHEMAS, *CONTEXTS, CIP, SOC, CROSSWALK, VARLIST, SCORECARD)

# Award level codes of the completions survey: code, label in our words, CTDL class, place in an ordered list.
AWARD_LEVELS = (
    ("20", "Certificate, under 12 weeks", "ceterms:Certificate", 1),
    ("21", "Certificate, 12 weeks to under 1 year", "ceterms:Certificate", 2),
    ("2", "Certificate, 1 to under 2 years", "ceterms:Certificate", 3),
    ("4", "Certificate, 2 to under 4 years", "ceterms:Certificate", 4),
    ("3", "Associate degree", "ceterms:AssociateDegree", 5),
    ("5", "Bachelor’s degree", "ceterms:BachelorDegree", 6),
    ("6", "Postbaccalaureate certificate", "ceterms:PostBaccalaureateCertificate", 7),
    ("7", "Master’s degree", "ceterms:MasterDegree", 8),
    ("8", "Post-master’s certificate", "ceterms:PostMasterCertificate", 9),
    ("18", "Professional doctorate", "ceterms:ProfessionalDoctorate", 10),
    ("17", "Research doctorate", "ceterms:ResearchDoctorate", 11),
    ("19", "Other doctorate", "ceterms:DoctoralDegree", 12),
)
# Credential levels of the College Scorecard, and the award levels behind each.
SCORECARD_LEVELS = (
    ("1", "Undergraduate certificate or diploma", ("20", "21", "2", "4")),
    ("2", "Associate degree", ("3",)),
    ("3", "Bachelor’s degree", ("5",)),
    ("4", "Postbaccalaureate certificate", ("6",)),
    ("5", "Master’s degree", ("7",)),
    ("6", "Doctoral degree", ("17", "19")),
    ("7", "First professional degree", ("18",)),
    ("8", "Graduate or professional certificate", ("6", "8")),
    ("99", "No credential", ()),
)

Row = Sequence[object]


def texts(value: Any) -> list[str]:
    """A JSON-LD value that may be one string or a list of them."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)]


def english(value: Any) -> str:
    return str(value["en-US"]).strip() if isinstance(value, dict) else str(value).strip()


def joined(values: Iterable[str]) -> str:
    return " ".join(sorted(values))


def nodes(data: Path) -> dict[str, dict[str, Any]]:
    """Every declared term of both encodings. A term declared twice must say the same twice."""
    found: dict[str, dict[str, Any]] = {}
    for official in SCHEMAS:
        for node in json.loads((data / official.path).read_bytes())["@graph"]:
            node.pop("meta:changeHistory", None)
            if found.setdefault(node["@id"], node) != node:
                raise SystemExit(f"{official.path}: {node['@id']} says something else in the other encoding")
    return found


def term_rows(graph: dict[str, dict[str, Any]], kind: str, *columns: str) -> list[Row]:
    label = "skos:prefLabel" if kind == "skos:Concept" else "rdfs:label"
    return [
        (
            term,
            english(node[label]),
            node.get("vs:term_status", "").removeprefix("vs:"),
            *(joined(texts(node.get(column))) for column in columns),
        )
        for term, node in sorted(graph.items())
        if node["@type"] == kind
    ]


def ctdl_tables(data: Path) -> dict[str, str]:
    graph = nodes(data)
    head = ("term", "label", "status")
    return {
        "classes": table(
            (*head, "parents", "equivalents"),
            term_rows(graph, "rdfs:Class", "rdfs:subClassOf", "owl:equivalentClass"),
        ),
        "properties": table(
            (*head, "domain", "range", "inverse", "parents", "scheme"),
            term_rows(
                graph,
                "rdf:Property",
                "schema:domainIncludes",
                "schema:rangeIncludes",
                "owl:inverseOf",
                "rdfs:subPropertyOf",
                "meta:targetScheme",
            ),
        ),
        "schemes": table(head, term_rows(graph, "skos:ConceptScheme")),
        "concepts": table(
            (*head, "scheme", "broader"), term_rows(graph, "skos:Concept", "skos:inScheme", "skos:broader")
        ),
    }


def context_tables(data: Path) -> dict[str, str]:
    """Prefixes, and how a context reads each term: as a reference, a language map, or a typed value."""
    prefixes: dict[str, str] = {}
    coercions: dict[str, str] = {}
    for official in CONTEXTS:
        for term, value in json.loads((data / official.path).read_bytes())["@context"].items():
            into, said = (
                (prefixes, value)
                if isinstance(value, str)
                else (coercions, value.get("@container") or value["@type"])
            )
            if into.setdefault(term, said) != said:
                raise SystemExit(f"{official.path}: {term} is {said}, but {into[term]} in the other context")
    return {
        "prefixes": table(("prefix", "iri"), sorted(prefixes.items())),
        "coercions": table(("term", "coercion"), sorted(coercions.items())),
    }


def cip_title(title: str, code: str) -> str:
    """A title without its closing full stop; the series' capitals become the case of the other titles."""
    title = title.strip().removesuffix(".").strip()
    if len(code) > 2:
        return title
    return re.sub(r"\b(And|Of)\b", lambda word: word[0].lower(), title.title())


def cip_table(data: Path) -> str:
    rows: list[Row] = []
    for row in read(data / CIP.path):
        code = row["CIPCode"].removeprefix("=").strip('"')
        retired = "1" if row["Action"] in {"Moved from", "Deleted"} else ""
        rows.append((code, cip_title(row["CIPTitle"], code), retired))
    return table(("code", "title", "retired"), sorted(rows, key=lambda row: str(row[0])))


def soc_table(data: Path) -> str:
    """SOC with the next wider code of each: in the file's order, the last code of the wider group."""
    groups = ("Major", "Minor", "Broad", "Detailed")
    last = [""] * 4
    rows: list[Row] = []
    for row in read(data / SOC.path):
        level = groups.index(row["SOCGroup"])
        last[level:] = [row["SOCCode"], *[""] * (3 - level)]
        broader = last[level - 1] if level else ""
        rows.append((row["SOCCode"], row["SOCTitle"].strip(), row["SOCGroup"].lower(), broader))
    return table(("code", "title", "group", "broader"), rows)


def crosswalk_table(data: Path) -> str:
    pairs = {(row["CIP2020Code"], row["SOC2018Code"]) for row in read(data / CROSSWALK.path)}
    return table(
        ("cip", "soc"), sorted(pair for pair in pairs if "99.9999" not in pair and "99-9999" not in pair)
    )


def award_level_table(data: Path) -> str:
    sheet = python_calamine.CalamineWorkbook.from_path(str(data / VARLIST.path)).get_sheet_by_name(
        "Frequencies"
    )
    codes = {str(row[2]) for row in sheet.to_python() if row[0] == "AWLEVEL"}
    if codes != {row[0] for row in AWARD_LEVELS}:
        raise SystemExit(f"{VARLIST.path}: award levels are {sorted(codes)}")
    return table(("code", "label", "class", "order"), AWARD_LEVELS)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table(head: Sequence[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def sources(data: Path) -> str:
    entries = [
        {
            "file": Path(official.path).name,
            "url": official.url,
            "publisher": official.publisher,
            "licence": official.licence,
            "date": official.date,
            "sha256": hashlib.sha256((data / official.path).read_bytes()).hexdigest(),
            "tables": [f"{name}.csv" for name in official.tables],
        }
        | ({"note": official.note} if official.note else {})
        for official in OFFICIAL
    ]
    head = "# Where the tables beside this file were compiled from, by tools/compile_vocabulary.py.\n"
    return head + yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)


def compiled(data: Path) -> dict[str, str]:
    """File name → text of every table."""
    tables = ctdl_tables(data) | context_tables(data)
    tables["cip2020"] = cip_table(data)
    tables["soc2018"] = soc_table(data)
    tables["cip2020_soc2018"] = crosswalk_table(data)
    tables["award_levels"] = award_level_table(data)
    tables["scorecard_levels"] = table(
        ("code", "label", "levels"),
        [(code, label, " ".join(levels)) for code, label, levels in SCORECARD_LEVELS],
    )
    return {f"{name}.csv": text for name, text in tables.items()} | {"SOURCES.yaml": sources(data)}


def main() -> int:
    parser = argparse.ArgumentParser(description="Compile vocabulary tables from the official files.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with ctdl/ and us/")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    changed = 0
    for name, text in compiled(arguments.data).items():
        path = TABLES / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        changed += 1
        print(f"{name}: {'differs' if arguments.check else 'written'}, {text.count(chr(10))} lines")
        if not arguments.check:
            path.write_text(text, "utf-8", newline="\n")
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
