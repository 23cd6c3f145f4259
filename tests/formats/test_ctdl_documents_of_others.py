"""The 49 public CTDL documents beside the checkout: each is read byte for byte, or refused for a good reason."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from learnwork.formats.ctdl_documents import resource_document, said
from learnwork.formats.ctdl_files import Piece, files, pieces
from learnwork.formats.ctdl_writer import Outgoing
from learnwork.formats.json_spans import node_text
from learnwork.formats.model import Said
from learnwork.formats.registry import open_readings
from learnwork.vocabulary.errors import Issue

DEFINED = re.compile(r'"@id"\s*:\s*"(_:[^"]+)"')
pytestmark = pytest.mark.big

# Refused, and why: a CTID without its prefix (twice), a document without any identity.
REFUSED = {
    "bug_class_250_bare_uuid_for_ctid.json": "ctid-bare-uuid",
    "owner_with_a_bare_uuid_ctid.json": "ctid-bare-uuid",
    "clean_optional_only.json": "no-identity",
}


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> dict[Path, str]:
    return files([shared_data / "ctdl" / "documents"])


def outcome(path: Path) -> tuple[list[Said], list[Issue], list[str]]:
    """What one file says, its issues, and the texts of its documents."""
    found: list[Said | Issue] = []
    texts = []
    for piece in pieces(path):
        if isinstance(piece, Piece):
            texts.append(piece.text)
            found += said(piece)
        else:
            found.append(piece)
    return [x for x in found if isinstance(x, Said)], [x for x in found if isinstance(x, Issue)], texts


def table(documents: dict[Path, str]) -> str:
    lines = []
    for path, name in documents.items():
        heard, issues, _ = outcome(path)
        codes = ", ".join(f"{code} {n}" for code, n in Counter(issue.code for issue in issues).items())
        lines.append(f"{len(heard):3} read   {codes or '-':30} {name}")
    return "\n".join(lines)


def test_every_document_is_read_or_refused_for_its_reason(documents: dict[Path, str]) -> None:
    assert len(documents) == 49, table(documents)
    refused = {}
    for path in documents:
        heard, issues, _ = outcome(path)
        errors = [issue for issue in issues if issue.severity == "error"]
        assert heard or errors, f"{path.name} says nothing and nobody says why\n{table(documents)}"
        if errors:
            assert not heard, table(documents)
            refused[path.name] = errors[0].code
    assert refused == REFUSED, table(documents)


def test_texts_are_the_bytes_of_the_files(documents: dict[Path, str]) -> None:
    for path in documents:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        heard, _, texts = outcome(path)
        if not data.startswith((b"[", b'{\n\t"env', b'{\n\t"Publish')):
            assert texts[0].encode() == data, path.name
        for item in heard:
            assert item.text is not None
            assert item.text.encode() in data, f"{path.name}: {item.key}"
            assert Outgoing(item.ctid, item.text).json("https://other.example") == item.text.encode()


def test_a_node_is_found_again_in_the_text_of_its_graph(documents: dict[Path, str]) -> None:
    nodes = 0
    for path in documents:
        heard, _, _ = outcome(path)
        whole = {item.key: item.text or "" for item in heard if not item.graph}
        for item in heard:
            text = whole[item.graph or item.key]
            assert resource_document(text, item.ctid) == item.document(), f"{path.name}: {item.key}"
            if item.graph:
                nodes += 1
                assert node_text(text, item.ctid) == item.text
    assert nodes >= 7


def test_no_blank_node_is_left_that_its_document_defines(documents: dict[Path, str]) -> None:
    referring = 0
    for path in documents:
        heard, _, texts = outcome(path)
        defined = {label for text in texts for label in DEFINED.findall(text)}
        for item in heard:
            shown = json.dumps(item.document())
            referring += '"_:' in (item.text or "")
            assert not any(f'"{label}"' in shown for label in defined), f"{path.name}: {item.key}"
    assert referring >= 5


def test_the_folder_loads_as_one_reading_a_host(shared_data: Path) -> None:
    readings = open_readings("ctdl", [shared_data / "ctdl" / "documents"])
    assert {reading.source.key for reading in readings} == {
        "ctdl:credentialengineregistry.org",
        "ctdl:sandbox.credentialengineregistry.org",
        "ctdl:lr-staging.learningtapestry.com",
        "ctdl:unknown",
    }
    items = [item for reading in readings for item in reading.items()]
    assert sum(isinstance(item, Said) for item in items) == 96
