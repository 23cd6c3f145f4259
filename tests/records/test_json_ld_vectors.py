"""JSON-LD to RDF and RDF canonicalization, held against the examples of the W3C's own test suites."""

import json
from pathlib import Path
from typing import Any

import pytest

from learnwork.records import canonical, expansion, rdfc
from learnwork.records.errors import LinkedDataError, ProtectedTermError, RecordError, TooComplexError

BASE = "https://w3c.github.io/json-ld-api/tests/"


def _cases(shared_data: Path) -> list[dict[str, Any]]:
    return json.loads((shared_data / "records/vectors/jsonld-toRdf/cases.json").read_text())


def _quads(case: dict[str, Any], folder: Path) -> list[tuple[str, str, str, str]]:
    options = case.get("option", {})

    def load(url: str) -> dict[str, Any]:
        return json.loads((folder / url.removeprefix(BASE)).read_text())

    document = json.loads((folder / case["input"]).read_text())
    if "expandContext" in options:
        document = _with_context(document, load(BASE + options["expandContext"])["@context"])
    return expansion.to_quads(
        document,
        safe=False,
        base=options.get("base", BASE + case["input"]),
        direction=options.get("rdfDirection", ""),
        loader=load,
    )[0]


def _with_context(document: Any, context: Any) -> Any:
    return {**document, "@context": [context, *([document["@context"]] if "@context" in document else [])]}


@pytest.mark.big
def test_every_conversion_of_json_ld_gives_what_the_suite_expects(shared_data: Path):
    cases = _cases(shared_data)
    folder = shared_data / "records/vectors/jsonld-toRdf/tests"
    wrong = []
    for case in cases:
        if "expectErrorCode" in case:
            try:
                _quads(case, folder)
                wrong.append((case["@id"], "no error", case["expectErrorCode"]))
            except (LinkedDataError, ProtectedTermError) as error:
                if error.data["jsonld"] != case["expectErrorCode"]:
                    wrong.append((case["@id"], error.data["jsonld"], case["expectErrorCode"]))
        elif "expect" in case:
            expected = canonical.parse_quads((folder / case["expect"]).read_text())
            try:
                found = _quads(case, folder)
            except RecordError as error:
                wrong.append((case["@id"], str(error), case["name"]))
                continue
            if rdfc.canonical(found)[0] != rdfc.canonical(expected)[0]:
                wrong.append((case["@id"], "other statements", case["name"]))
        else:
            _quads(case, folder)
    assert len(cases) == 88
    assert wrong == []


@pytest.mark.big
def test_every_example_of_canonicalization_gives_the_text_or_map_of_the_suite(shared_data: Path):
    folder = shared_data / "records"
    entries = [e for e in json.loads((folder / "manifest.json").read_text()) if e["set"] == "rdf-canon"]
    for entry in entries:
        path = folder / entry["file"]
        quads = canonical.parse_quads(path.read_text())
        result = entry["expect"]["result"]
        if result.endswith(".nq"):
            expected = (path.parent / result).read_text()
            assert "".join(rdfc.canonical(quads)[0]) == expected, path.name
            assert canonical.canonical_of(quads) == expected, path.name
        elif result.endswith(".json"):
            labels = {
                name.removeprefix("_:"): label.removeprefix("_:") for name, label in rdfc.label(quads).items()
            }
            assert labels == json.loads((path.parent / result).read_text()), path.name
        else:
            with pytest.raises(TooComplexError):
                rdfc.canonical(quads)
            with pytest.raises(TooComplexError):
                canonical.canonical_of(quads)
    assert len(entries) == 18
