from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.badges import COLLEGE, NOW, badge, method, signed

from learnwork.records import issue, verify
from learnwork.records.baking import bake, carries
from learnwork.records.errors import BakingError
from learnwork.records.reading import read


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


HEAD = chunk(b"IHDR", (1).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00")
PNG = b"\x89PNG\r\n\x1a\n" + HEAD + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
SVG = (
    b'<?xml version="1.0"?>\n<!-- a badge -->'
    b'<svg xmlns="http://www.w3.org/2000/svg" data-x="a>b"><svg/><circle r="4"/></svg>'
)
RECORD = json.dumps(signed(badge())).encode()
TOKEN = str(issue(badge(), key=COLLEGE, suite="jwt", method=method(COLLEGE), now=NOW)).encode()


@pytest.mark.parametrize("picture", [PNG, SVG])
@pytest.mark.parametrize("record", [RECORD, TOKEN])
def test_what_is_baked_is_read_and_verifies(picture: bytes, record: bytes) -> None:
    made = bake(picture, record)
    (found,) = read(made)
    assert found.value == (json.loads(record) if record is RECORD else record.decode())
    assert verify(made, now=NOW).accepted
    assert (carries(made), carries(picture)) == (True, False)
    assert len(made) < len(picture) + len(record) * 7 // 5 + 300


@pytest.mark.parametrize("picture", [PNG, SVG])
def test_two_records_in_one_picture_are_refused(picture: bytes) -> None:
    made = bake(picture, RECORD)
    for record in (RECORD, TOKEN):
        with pytest.raises(BakingError, match="already"):
            bake(made, record)
    old = (
        PNG[: 8 + len(HEAD)]
        + chunk(b"tEXt", b"openbadges\0" + b"https://college.example/1")
        + PNG[8 + len(HEAD) :]
    )
    with pytest.raises(BakingError, match="already"):
        bake(old, RECORD)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        b"<html/>",
        PNG[:8],
        PNG[:40],
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml version="1.0" encoding="ISO-8859-1"?><svg xmlns="http://www.w3.org/2000/svg"><circle/></svg>',
        b'<x xmlns="http://www.w3.org/2000/svg"><svg></svg></x>',
    ],
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(BakingError):
        bake(picture, RECORD)


@pytest.mark.parametrize(
    "record", [b"", b"{}", b"[]", json.dumps(badge()).encode(), b"https://college.example/1", PNG]
)
def test_what_is_no_signed_record_is_refused(record: bytes) -> None:
    with pytest.raises(BakingError):
        bake(PNG, record)


@given(st.text(max_size=60), st.sampled_from([PNG, SVG]))
def test_every_text_comes_out_as_it_went_in(text: str, picture: bytes) -> None:
    record: dict[str, Any] = {"proof": {"type": "x"}, "name": text}
    raw = json.dumps(record, ensure_ascii=True).encode()
    (found,) = read(bake(picture, raw))
    assert found.value == record
