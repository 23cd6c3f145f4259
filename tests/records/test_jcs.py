"""Canonical JSON against the vectors of RFC 8785, and what it cannot write."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from learnwork.records.jcs import canonical_bytes
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import NotCanonicalError

NAMES = ["arrays", "french", "structures", "unicode", "values", "weird"]


@pytest.mark.big
@pytest.mark.parametrize("name", NAMES)
def test_a_vector_of_the_rfc(shared_data: Path, name: str):
    folder = shared_data / "records/vectors/jcs"
    value = parse((folder / "input" / f"{name}.json").read_bytes())
    assert canonical_bytes(value) == (folder / "output" / f"{name}.json").read_bytes().rstrip(b"\n")
    assert canonical_bytes(value) == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())


def test_order_of_keys_does_not_matter():
    assert canonical_bytes({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**60, {1: "a"}])
def test_what_it_cannot_write_is_refused(value: object):
    with pytest.raises(NotCanonicalError) as caught:
        canonical_bytes(value)
    assert caught.value.code == "not-canonical"
