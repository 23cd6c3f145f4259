"""The compiled tables say what the official files say, and hold no sentences of others."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from learnwork.vocabulary import tables
from learnwork.vocabulary.tables import ctdl, subclasses

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "src/learnwork/vocabulary/tables"


@pytest.fixture(scope="module")
def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_vocabulary", ROOT / "tools/compile_vocabulary.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_all_of_ctdl_is_here() -> None:
    assert len(ctdl().classes) == 150
    assert len(ctdl().properties) == 501
    assert len(ctdl().schemes) == 36
    assert len(ctdl().concepts) == 456


def test_forty_nine_credential_classes() -> None:
    found = subclasses("ceterms:Credential")
    assert len(found) == len(set(found)) == 49
    assert found[0] == "ceterms:Credential"
    assert "ceterms:AssociateOfAppliedScienceDegree" in found
    assert "ceterms:CredentialOrganization" not in found


def test_a_class_a_property_a_concept() -> None:
    degree = ctdl().classes["ceterms:AssociateDegree"]
    assert (degree.label, degree.parents) == ("Associate Degree", ("ceterms:Degree",))
    assert degree.iri == "https://purl.org/ctdl/terms/AssociateDegree"
    part = ctdl().properties["ceterms:isPartOf"]
    assert part.inverse == "ceterms:hasPart"
    assert part.coercion == "@id"
    assert "ceterms:Course" in part.domain
    delivery = ctdl().properties["ceterms:deliveryType"]
    assert delivery.scheme == "ceterms:Delivery"
    assert "deliveryType:OnlineOnly" in ctdl().schemes["ceterms:Delivery"].concepts
    assert ctdl().concepts["deliveryType:OnlineOnly"].scheme == "ceterms:Delivery"


def test_every_concept_has_a_declared_scheme_and_every_name_a_prefix() -> None:
    every = ctdl()
    assert {concept.scheme for concept in every.concepts.values()} <= every.schemes.keys()
    assert sum(len(scheme.concepts) for scheme in every.schemes.values()) == len(every.concepts)
    for entries in (every.classes, every.properties, every.schemes, every.concepts):
        for term, entry in entries.items():
            assert entry.iri.startswith("http"), term
            assert entry.label, term


def test_inverses_point_at_each_other() -> None:
    for entry in ctdl().properties.values():
        if entry.inverse:
            assert ctdl().properties[entry.inverse].inverse == entry.term


def test_a_prefix_that_is_not_known_stays() -> None:
    assert tables.expand("nobody:thing", ctdl().prefixes) == "nobody:thing"
    assert tables.expand("plain", ctdl().prefixes) == "plain"
    assert tables.expand("lw:Initiative", ctdl().prefixes) == "urn:learnwork:Initiative"


def test_no_cell_is_a_sentence() -> None:
    for path in TABLES.glob("*.csv"):
        with path.open(newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.rstrip().endswith("."), (path.name, cell)
                    assert len(cell) < 160 or ":" in cell, (path.name, cell)


def test_sources_name_every_table() -> None:
    sources = yaml.safe_load((TABLES / "SOURCES.yaml").read_text())
    named = {table for source in sources for table in source["tables"]}
    assert named == {path.name for path in TABLES.glob("*.csv")}
    for source in sources:
        assert source["url"].startswith("https://")
        assert source["licence"]
        assert len(source["sha256"]) == 64


@pytest.mark.big
def test_the_tables_are_those_of_the_official_files(compiler: ModuleType, shared_data: Path) -> None:
    for name, text in compiler.compiled(shared_data).items():
        assert (TABLES / name).read_text("utf-8") == text, f"{name}: run tools/compile_vocabulary.py"


@pytest.mark.big
def test_the_official_files_are_unmodified(shared_data: Path) -> None:
    """The digests of the encodings stand as well in the notes of those who fetched them."""
    notes = (shared_data / "ctdl/vocabulary/SOURCES-ctdl-validate.md").read_text()
    sources = yaml.safe_load((TABLES / "SOURCES.yaml").read_text())
    for source in sources[:4]:
        path = shared_data / "ctdl/vocabulary" / source["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == source["sha256"]
        assert source["sha256"] in notes


def test_the_compiler_refuses_a_term_that_is_declared_twice_differently(
    compiler: ModuleType, tmp_path: Path
) -> None:
    folder = tmp_path / "ctdl/vocabulary"
    folder.mkdir(parents=True)
    node = '{"@graph": [{"@id": "ceterms:A", "@type": "rdfs:Class", "rdfs:label": {"en-US": "%s"}}]}'
    for official, label in zip(compiler.SCHEMAS, ("One", "Other"), strict=True):
        (tmp_path / official.path).write_text(node % label)
    with pytest.raises(SystemExit, match="ceterms:A says something else"):
        compiler.ctdl_tables(tmp_path)
