"""Records taken out of texts, pictures and archives; bad ones become problems, never exceptions."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.badges import badge, raw
from tests.records.test_attack_corpus import png, text_chunk

from learnwork.records.reading import read, read_path

RECORD = raw(badge())


def kinds(data: bytes | str) -> list[str]:
    return [found.kind for found in read(data, "x")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (RECORD, "document"),
        (b"\xef\xbb\xbf \n" + RECORD, "document"),
        (RECORD.decode(), "document"),
        ("aaa.bbb.ccc", "jwt"),
        (' "aaa.bbb.ccc" ', "jwt"),
        ("aaa.bbb.ccc~ddd~", "sd-jwt"),
        ("https://riverside.example/badge", "link"),
        ("data:application/vc+jwt,aaa.bbb.ccc", "jwt"),
        ("hello", "problem"),
        ("javascript:alert(1)", "problem"),
        ("", "problem"),
        (b"\xff\xff", "problem"),
        ("<html/>", "problem"),
    ],
)
def test_kinds_of_texts(data: bytes | str, expected: str):
    assert kinds(data) == [expected]


def test_pictures_carry_records_in_all_kinds_of_chunks():
    plain, packed = text_chunk(RECORD), text_chunk(RECORD, packed=True)
    latin = (b"tEXt", b"openbadges\0" + RECORD)
    zipped = (b"zTXt", b"openbadges\0\0" + zlib.compress(RECORD))
    for chunk in (plain, packed, latin, zipped):
        (found,) = read(png(chunk), "badge.png")
        assert found.kind == "document"
        assert found.value == badge()
    assert kinds(png((b"tEXt", b"openbadges\0https://riverside.example/1"))) == ["link"]
    assert kinds(png((b"tEXt", b"Comment\0hello"))) == ["problem"]


def test_a_damaged_chunk_is_noticed():
    picture = bytearray(png(text_chunk(RECORD)))
    place = picture.index(b"Pipe welding")
    picture[place] ^= 1
    (found,) = read(bytes(picture))
    assert found.error is not None
    assert found.error.code == "readable"


def test_drawings_carry_records_as_text_or_as_attribute():
    space = 'xmlns:o="https://purl.imsglobal.org/ob/v3p0"'
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {space}><g><o:credential verify="aaa.bbb.ccc"/></g></svg>'
    )
    assert kinds(drawing) == ["jwt"]
    old = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="http://openbadges.org"><o:assertion verify="https://a.example/1"/></svg>'
    assert kinds(old) == ["link"]


def test_answers_of_interfaces_and_lists():
    answer = {"credential": [badge(), badge()], "compactJwsString": ["aaa.bbb.ccc"]}
    assert kinds(json.dumps(answer)) == ["document", "document", "jwt"]
    assert kinds(json.dumps([badge(), 5, "hello"])) == ["document", "problem", "problem"]
    assert kinds(json.dumps({"verifiableCredential": badge()})) == ["document"]


def test_archives(tmp_path: Path):
    path = tmp_path / "badges.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("folder/a.json", RECORD)
        made.writestr("b.png", png(text_chunk(RECORD)))
        made.writestr("c.txt", "hello")
        made.writestr("__MACOSX/._a.json", "x")
    found = list(read_path(path))
    assert [(each.name, each.kind) for each in found] == [
        ("badges.zip/folder/a.json", "document"),
        ("badges.zip/b.png", "document"),
        ("badges.zip/c.txt", "problem"),
    ]
    assert [each.kind for each in read(path.read_bytes(), "badges.zip")] == [
        "document",
        "document",
        "problem",
    ]
    assert kinds(path.read_bytes()[:100]) == ["problem"]


def test_an_archive_that_lies_about_its_sizes():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.json", RECORD)
    raw_bytes = bytearray(memory.getvalue())
    place = raw_bytes.rindex(b"PK\x01\x02") + 24
    raw_bytes[place : place + 4] = (2**31).to_bytes(4, "little")
    assert len(read(bytes(raw_bytes))) == 1


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_nothing_that_is_read_raises(data: bytes | str):
    for found in read(data, "x"):
        assert (found.error is not None) == (found.kind == "problem")


@given(st.binary(max_size=60), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"<svg", b"{", b"["]))
def test_nothing_that_begins_well_raises(data: bytes, begin: bytes):
    assert read(begin + data, "x")
