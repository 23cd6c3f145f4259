"""The JSON Schemas of Open Badges 3.0 and CLR 2.0: generated from a table of our own, applied by jsonschema-rs.

The table (tables/schemas.json, by tools/compile_schemas.py) keeps the official constraints without prose. Only schemas
that are known here are applied: none is ever fetched, and none that a record brings itself.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from learnwork.records.data_model import V2, as_list, types_of
from learnwork.records.verdict import Check, failed, passed, unchecked

_BASE = "https://purl.imsglobal.org/spec"
BADGE = f"{_BASE}/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ENDORSEMENT = f"{_BASE}/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"
CLR = f"{_BASE}/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
_BY_TYPE = {
    "OpenBadgeCredential": BADGE,
    "AchievementCredential": BADGE,
    "EndorsementCredential": ENDORSEMENT,
    "ClrCredential": CLR,
}
_MOST = 20  # errors that are named
_MOST_VALUES = 20_000  # of a record in which single errors are sought


@cache
def _table() -> dict[str, Any]:
    text = files("learnwork.records").joinpath("tables/schemas.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def known() -> dict[str, str]:
    """Identifiers of the schemas, each with the SHA-256 of the official document."""
    return {identifier: entry["digest"] for identifier, entry in _table()["schemas"].items()}


@cache
def document(identifier: str) -> dict[str, Any]:
    """A schema document with the constraints of the official one. Raises KeyError for one that is not known."""
    values = _table()["values"]
    made: dict[int, Any] = {}

    def value_of(stored: Any) -> Any:
        if not isinstance(stored, list):
            return stored
        number = stored[0]
        if number not in made:
            value = values[number]
            if isinstance(value, dict):
                made[number] = {key: value_of(each) for key, each in value.items()}
            else:
                made[number] = [value_of(each) for each in value]
        return made[number]

    root = value_of(_table()["schemas"][identifier]["root"])
    return {"$id": identifier, **root}


@cache
def _validator(identifier: str) -> Any:
    return jsonschema_rs.Draft201909Validator(document(identifier))


def errors(identifier: str, value: Any) -> list[tuple[str, str]]:
    """Places (JSON pointers) and sentences of what in a value breaks a known schema; the first ones."""
    validator = _validator(identifier)
    if validator.is_valid(value):
        return []
    if not _is_small(value):
        return [("", "it breaks it somewhere; it is too large to say where.")]
    found = []
    for error in validator.iter_errors(value):
        place = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.instance_path)
        found.append((place, _sentence(error)))
        if len(found) == _MOST:
            break
    return found


def _is_small(value: Any) -> bool:
    """Whether a record is so small that its errors can be listed in little time."""
    stack, left = [value], _MOST_VALUES
    while stack and left > 0:
        each = stack.pop()
        left -= 1
        if isinstance(each, dict):
            left -= len(each)
            stack += each.values()
        elif isinstance(each, list):
            left -= len(each)
            stack += each
    return left > 0


def _sentence(error: Any) -> str:
    """What is wrong, without the value itself, which may be long or personal."""
    keyword = str(error.schema_path[-1]) if error.schema_path else "schema"
    message = str(error.message)
    if keyword in ("required", "additionalProperties", "enum", "minItems", "const") and len(message) < 200:
        return f"{message[0].upper()}{message[1:]}."
    return f"The value does not fit its kind ({keyword})."


def schema_checks(value: dict[str, Any]) -> list[Check]:
    """The schemas that a record names, and that of its type, applied where they are known.

    A schema that the record names decides; that of its type informs: issuers in the field break it in small things.
    """
    in_use = V2 in as_list(value.get("@context"))  # the schemas are of the version for data model 2.0
    wanted = {_BY_TYPE[kind]: False for kind in types_of(value) if in_use and kind in _BY_TYPE}
    checks = []
    for number, named in enumerate(as_list(value.get("credentialSchema", []))):
        identifier = named.get("id") if isinstance(named, dict) else None
        if not isinstance(identifier, str):
            continue
        if identifier in known():
            wanted[identifier] = in_use
        else:
            sentence = f"The record names a schema that is not known here: {identifier[:200]}."
            place = f"/credentialSchema/{number}"
            checks.append(unchecked("schema-unknown", sentence, place, decisive=False))
    for identifier, decisive in wanted.items():
        broken = errors(identifier, value)
        checks += [
            failed("schema", f"The record does not fit its schema: {text}", place, decisive=decisive)
            for place, text in broken
        ]
        if not broken:
            checks.append(passed("schema", "The record fits the schema of its kind.", decisive=decisive))
    return checks
