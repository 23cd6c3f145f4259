"""Writing CTDL: derived documents get URIs and context, published texts go out as they came, and all reads back."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import ctdl_writer
from learnwork.formats.ctdl_documents import said
from learnwork.formats.ctdl_files import Piece
from learnwork.formats.ctdl_writer import ASN_CONTEXT, CTDL_CONTEXT, Outgoing, expand, graph
from learnwork.formats.model import Said
from learnwork.formats.registry import open_readings
from learnwork.vocabulary.ctid import derived_ctid

BASE = "https://learnwork.example"
SAMPLES = Path(__file__).parent / "samples" / "ctdl"
ONE, TWO = derived_ctid("test", "one"), derived_ctid("test", "two")
DERIVED = {
    "@type": "lw:Initiative",
    "ceterms:ctid": ONE,
    "ceterms:name": {"en": TWO},
    "ceterms:ownedBy": [TWO, "https://elsewhere.example/x"],
    "lw:ledBy": [TWO, {"ceterms:name": {"en": "Example College"}}],
    "ceterms:codedNotation": TWO,
    "ceterms:requires": [{"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": [TWO]}],
}


def test_it_works() -> None:
    uri = f"{BASE}/resources/{TWO}"
    document = expand(DERIVED, BASE + "/")
    assert document["@id"] == f"{BASE}/resources/{ONE}"
    assert document["ceterms:ctid"] == ONE
    assert document["ceterms:ownedBy"] == [uri, "https://elsewhere.example/x"]
    assert document["ceterms:requires"][0]["ceterms:targetCredential"] == [uri]
    assert document["lw:ledBy"] == [uri, {"ceterms:name": {"en": "Example College"}}]
    assert document["ceterms:name"] == {"en": TWO}, "words in a language map are words"
    assert document["ceterms:codedNotation"] == TWO, "a code is a code"
    assert "@id" not in DERIVED, "the document itself is not touched"


def test_the_context_names_what_the_document_uses() -> None:
    first, own = expand(DERIVED, BASE)["@context"]
    assert first == CTDL_CONTEXT
    assert own == {"lw": "urn:learnwork:", "lw:ledBy": {"@type": "@id"}}
    assert expand({"@type": "ceasn:Competency", "ceterms:ctid": ONE}, BASE)["@context"] == [
        CTDL_CONTEXT,
        ASN_CONTEXT,
    ]
    published = {"@context": "https://their.example/context", "ceterms:ownedBy": TWO}
    assert expand(published, BASE) is published


def test_a_graph_of_several() -> None:
    made = graph([DERIVED, {"@type": "ceterms:Course", "ceterms:ctid": TWO}], BASE)
    assert made["@id"] == f"{BASE}/graph/{ONE}"
    assert [node["@id"] for node in made["@graph"]] == [f"{BASE}/resources/{ONE}", f"{BASE}/resources/{TWO}"]
    items = list(said(Piece(json.dumps(made), "made")))
    assert [item.key for item in items if isinstance(item, Said)] == [ONE, TWO]


def published() -> list[Outgoing]:
    items = [
        item
        for reading in open_readings("ctdl", sorted(SAMPLES.iterdir()))
        for item in reading.items()
        if isinstance(item, Said)
    ]
    return [Outgoing(item.ctid, item.text) for item in items if not item.graph]


def test_a_zip_holds_published_texts_byte_for_byte(tmp_path: Path) -> None:
    outgoing = [*published(), Outgoing(ONE, document=DERIVED)]
    path, again = tmp_path / "a.zip", io.BytesIO()
    with path.open("wb") as stream:
        assert ctdl_writer.write_zip(outgoing, stream, BASE) == len(outgoing)
    ctdl_writer.write_zip(outgoing, again, BASE)
    assert path.read_bytes() == again.getvalue(), "the same documents give the same archive"
    with zipfile.ZipFile(path) as archive:
        for item in outgoing:
            data = archive.read(f"{item.ctid}.json")
            assert data == (item.text.encode() if item.text is not None else item.json(BASE))
    (reading,) = open_readings("ctdl", [path])
    read = [x for x in reading.items() if isinstance(x, Said)]
    assert {x.ctid: x.text for x in read if not x.graph} == {x.ctid: x.json(BASE).decode() for x in outgoing}


def test_lines_mean_what_the_texts_mean(tmp_path: Path) -> None:
    outgoing = [*published(), Outgoing(ONE, document=DERIVED)]
    path = tmp_path / "a.ndjson"
    with path.open("wb") as stream:
        assert ctdl_writer.write_ndjson(outgoing, stream, BASE) == len(outgoing)
    lines = path.read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == [json.loads(item.json(BASE)) for item in outgoing]


class _Pipe(io.RawIOBase):
    """A stream that can only be written to, as a response is."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def test_a_zip_goes_into_a_stream_that_cannot_seek(tmp_path: Path) -> None:
    pipe = _Pipe()
    ctdl_writer.write_zip(published(), pipe, BASE)  # type: ignore[arg-type]
    path = tmp_path / "piped.zip"
    path.write_bytes(pipe.data)
    (reading,) = open_readings("ctdl", [path])
    assert len([x for x in reading.items() if isinstance(x, Said)]) == len(published()) + 1


TERMS = st.sampled_from(
    ["ceterms:ownedBy", "ceterms:name", "lw:ledBy", "ceterms:subject", "ex:any", "lw:note"]
)
CTIDS = st.integers(0, 9).map(lambda n: derived_ctid("test", str(n)))
WORDS = st.text(max_size=12).filter(lambda text: not text.startswith("_:"))
VALUES = st.recursive(
    CTIDS
    | WORDS
    | st.booleans()
    | st.integers(-999, 999)
    | st.dictionaries(st.just("en"), WORDS, min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TERMS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.builds(
    lambda ctid, body: {"@type": "ceterms:Course", **body, "ceterms:ctid": ctid},
    CTIDS,
    st.dictionaries(TERMS, VALUES, max_size=5),
)


def bare(value: Any) -> Any:
    """A document without what depends on the host."""
    if isinstance(value, str):
        return value.removeprefix(f"{BASE}/resources/")
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items() if key not in ("@id", "@context")}
    return value


@given(DOCUMENTS)
def test_what_is_expanded_reads_back_with_the_same_statements(document: dict[str, Any]) -> None:
    try:
        text = Outgoing(document["ceterms:ctid"], document=document).json(BASE).decode()
    except UnicodeEncodeError:
        pytest.fail("a document of plain text must be written")
    (item,) = said(Piece(text, "made"))
    assert isinstance(item, Said)
    assert item.ctid == document["ceterms:ctid"]
    assert bare(item.document()) == document
    assert expand(item.document(), BASE) == item.document(), "to expand twice is to expand once"
