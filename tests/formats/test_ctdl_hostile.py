"""CTDL files that break rules, by accident or on purpose: a reason that names the place, and a bounded cost."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learnwork.formats import ctdl_files
from learnwork.formats.ctdl_documents import said
from learnwork.formats.ctdl_files import Piece
from learnwork.formats.json_spans import MAX_DEPTH, BadJsonError, elements, members, read
from learnwork.formats.model import Said
from learnwork.formats.registry import FORMATS, open_readings
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, TooLargeError, UnreadableFileError

SAMPLES = Path(__file__).parent / "samples" / "ctdl"
CTID = "ce-0c1d2e3f-1111-4aaa-8bbb-000000000001"
GOOD = f'{{"@type": "ceterms:Course", "ceterms:ctid": "{CTID}", "ceterms:name": "Soudure à l’arc"}}'


def items(path: Path) -> list[Said | Issue]:
    found = [item for reading in open_readings("ctdl", [path]) for item in reading.items()]
    assert all(isinstance(item, Said | Issue) for item in found)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "json-syntax", "empty"),
        ("   \n", "json-syntax", "empty"),
        ('{"a": 1,}', "json-syntax", "line 1"),
        ('{\n"a" 1}', "json-syntax", "line 2"),
        ('{"a": 1, "b": {"x": 1, "x": 2}}', "json-duplicate-key", "'x' twice"),
        ('{"a": NaN}', "json-number", "NaN"),
        ('{"a": -Infinity}', "json-number", "Infinity"),
        ('{"a": 1e999}', "json-number", "without bound"),
        ('{"a": 123456789012345678901234567890}', "json-number", "more than 64 bits"),
        ('{"a": ' + "9" * 5000 + "}", "json-number", "without bound"),
        ('{"a": "\\ud800"}', "json-syntax", "surrogate"),
        ('{"a": ' + "[" * 60 + "]" * 60 + "}", "json-too-deep", f"{MAX_DEPTH} levels"),
        ("[" * 100_000, "json-too-deep", "levels"),
        ('"a text"', "not-a-document", "value"),
        ("{}", "no-identity", "CTID"),
        ('{"@graph": []}', "no-identity", "CTID"),
        ('{"@graph": [1, "x", null, {"@id": "_:b"}]}', "no-identity", "CTID"),
        ('{"@type": "x", "ceterms:ctid": 7}', "ctid-malformed", "7"),
        ('{"@type": "x", "ceterms:ctid": "ce-1234"}', "ctid-malformed", "ce-1234"),
        ('{"@type": "x", "ceterms:ctid": {"@id": "x"}}', "ctid-malformed", "not a CTID"),
    ],
)
def test_what_is_refused_says_why(text: str, code: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    (issue,) = items(path)
    assert isinstance(issue, Issue)
    assert (issue.code, issue.severity) == (code, "error")
    assert message in issue.message
    assert issue.place.startswith("bad.json")
    assert issue.hint


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH])
def test_the_greatest_depth_is_still_read(depth: int) -> None:
    text = '{"a":' * (depth - 1) + "[]" + "}" * (depth - 1)
    assert read(text)
    with pytest.raises(BadJsonError):
        read('{"a":' * MAX_DEPTH + "[]" + "}" * MAX_DEPTH)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_another_encoding_is_named(encoding: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(GOOD.encode(encoding))
    (issue,) = items(path)
    assert isinstance(issue, Issue)
    assert issue.code == "encoding"
    assert name in issue.message


def test_the_utf8_mark_is_no_part_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    (item,) = items(path)
    assert isinstance(item, Said)
    assert item.text == GOOD


def test_line_ends_of_any_kind_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "windows.json"
    text = GOOD.replace(", ", ",\r\n\t") + "\r\n"
    path.write_bytes(text.encode())
    (item,) = items(path)
    assert isinstance(item, Said)
    assert item.text == text


def test_a_line_of_200_mb_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    with path.open("wb") as file:
        file.write(GOOD.encode() + b"\n" + b'{"a": "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + GOOD.replace("01", "02").encode() + b"\n")
    tracemalloc.start()
    found = items(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [getattr(item, "code", "said") for item in found] == ["said", "too-large", "said"]
    assert isinstance(found[1], Issue)
    assert found[1].place == "long.ndjson line 2"
    assert peak < 200_000_000


def test_a_truncated_zip_is_no_release(tmp_path: Path) -> None:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for n in range(50):
            made.writestr(f"{n}.json", GOOD.replace("01", f"{n:02}"))
    data = whole.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFileError, match=r"cut\.zip"):
        items(cut)
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(data[:100] + b"\xff" * 20 + data[120:])
    with pytest.raises(UnreadableFileError):
        items(damaged)


def test_a_truncated_gzip_is_no_release(tmp_path: Path) -> None:
    path = tmp_path / "cut.ndjson.gz"
    lines = "\n".join(GOOD.replace("01", f"{n:02}") for n in range(99))
    path.write_bytes(gzip.compress(lines.encode())[:-30])
    with pytest.raises(UnreadableFileError, match=r"cut\.ndjson\.gz"):
        items(path)


def test_an_entry_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("a.json", "w") as entry:
        for _ in range(300):
            entry.write(b" " * 1_000_000)
    (issue,) = items(path)
    assert isinstance(issue, Issue)
    assert issue.code == "too-large"


def test_many_small_bombs_are_refused_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctdl_files.archives, "RATIO_FREE", 5_000_000)
    path = tmp_path / "bombs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for n in range(30):
            made.writestr(f"{n}.json", '{"@id": "https://e.org", "a": "' + "x" * 1_000_000 + '"}')
    with pytest.raises(TooLargeError, match="bomb"):
        items(path)


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("inner.zip", b"PK\x03\x04")
        made.writestr("good.json", GOOD)
    issue, item = items(path)
    assert isinstance(issue, Issue)
    assert (issue.code, issue.place) == ("archive-in-archive", "outer.zip/inner.zip")
    assert isinstance(item, Said)


def test_one_bad_entry_of_a_list_does_not_spoil_the_others(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(f'[{GOOD}, {{"a": 1, "a": 2}}, 7, {GOOD.replace("01", "02")}]')
    found = items(path)
    assert [getattr(item, "code", "said") for item in found] == [
        "said",
        "json-duplicate-key",
        "not-a-document",
        "said",
    ]
    assert isinstance(found[1], Issue)
    assert found[1].place == "list.json item 2"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(
                ["@id", "@type", "@graph", "ceterms:ctid", "decoded_resource", "resource", "envelope_type"]
            ),
            inner
            | st.sampled_from(
                [CTID, CTID.upper(), CTID[3:], "_:b", "https://e.org/x", f"urn:ctid:{CTID[3:]}"]
            ),
            max_size=6,
        )
    ),
    max_leaves=25,
)


def sound(found: list[Said | Issue]) -> None:
    """What holds of every item, whatever was read."""
    for item in found:
        if isinstance(item, Said):
            assert is_ctid(item.ctid)
            assert item.text is not None
            assert item.document()["ceterms:ctid"] == item.ctid
            assert json.dumps(item.document()).encode()
            assert len(item.digest) == 16
        else:
            assert isinstance(item, Issue)
            assert item.code
            assert item.message


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_any_json_is_read_or_refused(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    found = list(said(Piece(text, "made")))
    assert found
    sound(found)
    assert all(item.text in text or "resource" in text for item in found if isinstance(item, Said))


@given(VALUES, st.sampled_from([None, 2, "\t", "\n "]))
def test_spans_cut_a_text_into_its_parts(value: object, indent: int | str | None) -> None:
    text = " \n" + json.dumps(value, indent=indent)
    try:
        assert read(text) == value
    except BadJsonError:
        return
    if isinstance(value, dict):
        assert {key: json.loads(text[s.start : s.end]) for key, s in members(text)} == value
    if isinstance(value, list):
        assert [json.loads(text[s.start : s.end]) for s in elements(text)] == value


SEEDS = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A sample with some bytes cut out, doubled or replaced."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        data[start:end] = draw(st.binary(max_size=8) | st.just(bytes(data[start:end]) * 2))
    return bytes(data)


@given(st.binary(max_size=200) | mutations(), st.sampled_from(["x.json", "x.ndjson", "x.zip", "x.json.gz"]))
@example(b"PK\x05\x06", "x.zip")
@example(b"PK\x03\x04", "x.zip")
@example(b"\x1f\x8b", "x.json.gz")
@example(b"[", "x.ndjson")
@example(b"\xff\xfe[\0]\0", "x.json")
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    assert FORMATS["ctdl"].recognise(path) in (True, False)
    with suppress(LearnworkError):
        sound(items(path))


@given(mutations(), st.integers(0, 300), st.binary(min_size=1, max_size=6))
def test_any_damage_to_a_zip_is_told(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int, damage: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.json", data)
        made.writestr("b.json", GOOD)
    packed = bytearray(path.read_bytes())
    packed[-at - 1 : -at - 1 + len(damage)] = damage
    path.write_bytes(packed)
    with suppress(LearnworkError):
        sound(items(path))
