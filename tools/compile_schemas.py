"""Compiles the official JSON Schemas of 1EdTech into tables of our own.

    python tools/compile_schemas.py [FOLDER] [--check]      (else ../shared/data/records/vectors/schemas)

Facts only: classes, properties, kinds, what is required, vocabularies of values, patterns. Titles, descriptions and
comments stay out. The schemas of one standard repeat each other's definitions, so equal constraints are stored once
and referred to by number. `learnwork.records.schemas` generates the schema documents from the table; this tool
compares what it generates with the official constraints. `--check` compiles into memory and says whether the table
differs, without writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from learnwork.records.schemas import document

ROOT = Path(__file__).parent.parent
SOURCE = ROOT.parent / "shared" / "data" / "records" / "vectors" / "schemas"
TARGET = ROOT / "src" / "learnwork" / "records" / "tables" / "schemas.json"
PROSE = {"title", "description", "$comment", "examples", "default"}
# Maps from names to constraints: their keys are names, never keywords.
NAMED = {"properties", "patternProperties", "$defs", "definitions"}


def facts(constraint: Any, *, named: bool = False) -> Any:
    """A constraint without prose."""
    if isinstance(constraint, list):
        return [facts(each) for each in constraint]
    if not isinstance(constraint, dict):
        return constraint
    kept = {}
    for key, value in constraint.items():
        if named or key not in PROSE:
            kept[key] = facts(value, named=not named and key in NAMED)
    return kept


class Pool:
    """Objects and lists stored once. A value in the pool refers to another as [number]; scalars as they are."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.numbers: dict[str, int] = {}

    def put(self, value: Any) -> Any:
        """A scalar as it is, else a list that holds the number of the value."""
        if isinstance(value, dict):
            stored: Any = {key: self.put(each) for key, each in value.items()}
        elif isinstance(value, list):
            stored = [self.put(each) for each in value]
        else:
            return value
        text = json.dumps(stored, sort_keys=True)
        if text not in self.numbers:
            self.numbers[text] = len(self.values)
            self.values.append(stored)
        return [self.numbers[text]]


def compiled(folder: Path) -> tuple[str, int]:
    """The table's text, and how many schemas are in it. Refuses a folder without any."""
    pool, schemas = Pool(), {}
    for path in sorted(folder.glob("*.json")):
        raw = path.read_bytes()
        official = facts(json.loads(raw))
        identifier = official.pop("$id")
        schemas[identifier] = {"digest": hashlib.sha256(raw).hexdigest(), "root": pool.put(official)}
    if not schemas:
        raise SystemExit(f"There is no schema in {folder}.")
    source = "1EdTech, JSON Schemas of Open Badges 3.0 and CLR 2.0"
    table = {"source": source, "values": pool.values, "schemas": schemas}
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False).replace('],"schemas', '],\n"schemas')
    return text + "\n", len(schemas)


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=SOURCE)
    arguments.add_argument("--check", action="store_true")
    options = arguments.parse_args()
    text, count = compiled(options.folder)
    if options.check:
        same = TARGET.is_file() and TARGET.read_text("utf-8") == text
        print(f"{TARGET.name} {'is up to date' if same else 'differs'}")
        return 0 if same else 1
    TARGET.write_text(text, "utf-8")
    for path in sorted(options.folder.glob("*.json")):
        official = facts(json.loads(path.read_bytes()))
        if document(official["$id"]) != official:
            raise SystemExit(f"{path.name}: what is generated differs from the official constraints")
    print(f"{TARGET.relative_to(ROOT)}: {count} schemas, {len(text):,} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
