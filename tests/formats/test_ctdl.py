"""CTDL documents: every container and wrapper, each text byte for byte, blank nodes, spellings of CTIDs."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from pathlib import Path

import pytest

from learnwork.formats.ctdl_documents import resource_document, said
from learnwork.formats.ctdl_files import Piece
from learnwork.formats.json_spans import node_text
from learnwork.formats.model import Identifier, Options, Said
from learnwork.formats.registry import open_readings, recognise
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, UnreadableFileError

SAMPLES = Path(__file__).parent / "samples" / "ctdl"
CTID = "ce-0c1d2e3f-1111-4aaa-8bbb-0000000000"
Found = tuple[dict[str, Said], list[Issue]]


def read(*paths: Path, options: Options | None = None) -> Found:
    """Everything that the readings of the files say, by key, and the issues."""
    items = [item for r in open_readings("ctdl", paths, options) for item in r.items()]
    known = {item.key: item for item in items if isinstance(item, Said)}
    assert len(known) == sum(isinstance(item, Said) for item in items), "a key occurs twice"
    return known, [item for item in items if isinstance(item, Issue)]


def one(document: object) -> list[Said | Issue]:
    return list(said(Piece(json.dumps(document), "made")))


def test_it_works() -> None:
    known, issues = read(SAMPLES / "resource.json")
    assert issues == []
    item = known[f"{CTID}01"]
    assert item.ctid == f"{CTID}01"
    assert item.type == "ceterms:Certificate", "the first class that CTDL knows"
    assert item.text == (SAMPLES / "resource.json").read_bytes().decode()
    assert item.document() == json.loads(item.text), "unknown terms, lists and bare strings are kept"
    assert (item.owned, item.derived, item.graph) == (True, False, "")
    assert item.identifiers == (Identifier("uri", f"https://registry.example.org/resources/{CTID}01"),), (
        "a web page is no identity"
    )


def test_the_source_is_the_host_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    (reading,) = open_readings("ctdl", [SAMPLES / "resource.json"])
    assert reading.source.key == "ctdl:registry.example.org"
    assert reading.source.licence == "not stated"
    assert not reading.snapshot
    options = Options(release="August 2026-08-31", extra={"source": "our-college", "snapshot": "yes"})
    (reading,) = open_readings("ctdl", [SAMPLES / "resource.json", SAMPLES / "lines.ndjson"], options)
    assert (reading.source.key, reading.snapshot) == ("our-college", True)
    assert reading.release.date.isoformat() == "2026-08-31"
    own = tmp_path / "own.yaml"
    own.write_text("key: mine\nname: Mine\npublisher: Me\nurl: https://example.org\nlicence: CC0-1.0\n")
    (reading,) = open_readings("ctdl", [SAMPLES / "resource.json"], Options(source=own))
    assert reading.source.key == "mine"


def test_a_graph_is_said_by_its_primary_and_each_node_keeps_its_slice() -> None:
    text = (SAMPLES / "graph.json").read_text("utf-8")
    known, issues = read(SAMPLES / "graph.json")
    assert issues == []
    assert list(known) == [f"{CTID}10", f"{CTID}11"], "the one the graph is named for comes first"
    primary, other = known.values()
    assert primary.text == text
    assert other.graph == primary.key
    assert other.text in text
    assert (other.text[:2], other.text[-1]) == ("{\n", "}")
    assert json.loads(other.text) == json.loads(text)["@graph"][1]
    assert node_text(text, f"{CTID}10") == text[text.index('{ "@id"') : text.rindex("}\n  ]") + 1]
    assert node_text(text, f"{CTID}99") is None


def test_blank_nodes_resolve_inside_their_document_and_never_outside() -> None:
    known, _ = read(SAMPLES / "graph.json", SAMPLES / "lines.ndjson")
    document = known[f"{CTID}10"].document()
    board = {"@type": "ceterms:QACredentialOrganization", "ceterms:name": {"en": "Board of Review"}}
    assert document["ceterms:accreditedBy"] == [board]
    assert document["ceterms:recognizedBy"][0] == board
    dangling = {
        document["ceterms:recognizedBy"][1],
        known[f"{CTID}31"].document()["ceterms:ownedBy"],
        known["https://college.example.org/courses/7"].document()["ceterms:ownedBy"],
    }
    assert len(dangling) == 3, "one label in three documents means three things"
    assert all(label.startswith("_:") for label in dangling)
    assert resource_document((SAMPLES / "graph.json").read_text("utf-8"), f"{CTID}10") == document


def test_blank_nodes_that_double_with_every_level_stay_small() -> None:
    nodes = [{"@id": f"_:b{n}", "ex:next": [f"_:b{n + 1}"] * 9} for n in range(30)]
    nodes.append({"@id": "_:b30", "ex:next": "_:b0"})
    nodes.append({"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}01", "ex:next": "_:b0"})
    (item,) = one({"@graph": nodes})
    assert isinstance(item, Said)
    assert len(json.dumps(item.document())) < 500_000


def test_lines_each_stand_alone() -> None:
    known, issues = read(SAMPLES / "lines.ndjson")
    assert list(known) == [
        f"{CTID}31",
        "https://college.example.org/courses/7",
        f"{CTID}35",
        f"{CTID}36",
    ]
    assert [(i.code, i.place.split()[2], i.severity) for i in issues] == [
        ("json-duplicate-key", "2", "error"),
        ("ctid-bare-uuid", "4", "error"),
        ("no-identity", "6", "error"),
        ("ctid-spelling", "7", "warning"),
        ("ctid-spelling", "8", "warning"),
    ]
    assert all(issue.hint for issue in issues)
    without = known["https://college.example.org/courses/7"]
    assert without.ctid == derived_ctid("uri", without.key)
    assert (without.derived, without.owned) == (True, False)
    assert without.document()["ceterms:ctid"] == without.ctid
    assert known[f"{CTID}35"].document()["ceterms:ctid"] == f"{CTID}35"
    assert "CE-0C1D" in str(known[f"{CTID}35"].text), "the text stays as it came"


def test_an_envelope_gives_its_document() -> None:
    known, issues = read(SAMPLES / "envelope.json")
    assert issues == []
    text = (SAMPLES / "envelope.json").read_text("utf-8")
    (item,) = known.values()
    assert item.ctid == f"{CTID}20"
    assert item.text == text[text.index('{\n    "@context"') : text.index(',\n  "node_headers"')]


def test_an_envelope_with_a_token_only() -> None:
    document = json.dumps({"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}40"}, indent=1)
    payload = base64.urlsafe_b64encode(document.encode()).rstrip(b"=").decode()
    (item,) = one({"envelope_type": "resource_data", "resource": f"aaaa.{payload}.bbbb"})
    assert isinstance(item, Said)
    assert (item.ctid, item.text) == (f"{CTID}40", document)
    (issue,) = one({"envelope_type": "resource_data", "resource": "aaaa.!!!.bbbb"})
    assert isinstance(issue, Issue)
    assert issue.code == "envelope-unreadable"


def test_an_envelope_that_announces_another_is_a_warning_and_a_deleted_one_is_passed_over() -> None:
    inner = {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}41"}
    issue, item = one({"envelope_ceterms_ctid": f"{CTID}42", "decoded_resource": inner})
    assert isinstance(issue, Issue)
    assert isinstance(item, Said)
    assert (issue.code, issue.severity, item.ctid) == ("envelope-mismatch", "warning", f"{CTID}41")
    (issue,) = one({"deleted_at": "2026-01-01", "decoded_resource": inner})
    assert isinstance(issue, Issue)
    assert issue.code == "envelope-deleted"


def test_a_zip_a_list_and_gzip_say_the_same_as_the_files(tmp_path: Path) -> None:
    names = ["resource.json", "graph.json", "envelope.json", "lines.ndjson"]
    archive = tmp_path / "registry.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.write(SAMPLES / name, f"part/{name}")
        made.writestr("README.txt", "hello")
    known, issues = read(archive)
    plain, plain_issues = read(*(SAMPLES / name for name in names))
    assert {k: v.text for k, v in known.items()} == {k: v.text for k, v in plain.items()}
    assert [i.code for i in issues] == [*(i.code for i in plain_issues), "not-a-document"]
    assert issues[0].place == "registry.zip/part/lines.ndjson line 2"

    packed = tmp_path / "lines.ndjson.gz"
    packed.write_bytes(gzip.compress((SAMPLES / "lines.ndjson").read_bytes()))
    assert [v.text for v in read(packed)[0].values()] == [
        v.text for v in read(SAMPLES / "lines.ndjson")[0].values()
    ]

    listed = tmp_path / "list.json"
    texts = [(SAMPLES / name).read_text("utf-8") for name in names[:2]]
    listed.write_text(f"[\n {texts[0]}\n,{texts[1]}]", "utf-8")
    assert [item.text for item in read(listed)[0].values() if not item.graph] == [t.strip() for t in texts]


def test_a_folder_names_its_files_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "bad.json").write_text("{")
    (tmp_path / "a" / "notes.txt").write_text("not looked at")
    _, (issue,) = read(tmp_path)
    assert (issue.place, issue.code) == ("a/bad.json", "json-syntax")


def test_the_first_document_about_a_thing_stands(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text(
        json.dumps({"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}50", "ceterms:name": "A"})
    )
    graph = [
        {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}50", "ceterms:name": "B"},
        {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}51"},
    ]
    second.write_text(json.dumps({"@graph": graph}))
    known, issues = read(first, second)
    assert known[f"{CTID}50"].document()["ceterms:name"] == "A"
    assert known[f"{CTID}51"].graph == "", "its graph was left out, so it stands alone"
    assert [(i.code, i.place) for i in issues] == [("said-twice", "2.json")]
    same, issues = read(first, first)
    assert (len(same), issues) == (1, []), "the same text twice is no news"


def test_a_digest_changes_with_the_text_and_with_the_blank_nodes_behind_it() -> None:
    def digests(board: str, outcome: str) -> list[bytes]:
        nodes = [
            {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}60"},
            {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}61", "ceterms:ownedBy": "_:x"},
            {"@type": "ceterms:Course", "ceterms:ctid": f"{CTID}62", "ceterms:name": outcome},
            {"@id": "_:x", "ceterms:name": board},
        ]
        return [item.digest for item in one({"@graph": nodes}) if isinstance(item, Said)]

    before, after = digests("A", "o"), digests("B", "o")
    assert all(len(digest) == 16 for digest in before)
    assert [b == a for b, a in zip(before, after, strict=True)] == [False, False, True]


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no CTDL file"):
        open_readings("ctdl", [tmp_path])
    with pytest.raises(UnreadableFileError, match="does not exist"):
        open_readings("ctdl", [tmp_path / "gone.json"])


@pytest.mark.parametrize("name", ["resource.json", "graph.json", "envelope.json", "lines.ndjson"])
def test_it_is_recognised(name: str, tmp_path: Path) -> None:
    found = recognise(SAMPLES / name)
    assert found is not None
    assert found.name == "ctdl"
    other = tmp_path / "other.json"
    other.write_text('{"type": "FeatureCollection"}')
    assert recognise(other) is None
