"""Parsing refuses what two readers could read differently, and says where."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.records.errors import (
    DuplicateKeyError,
    LoneSurrogateError,
    NotJsonError,
    RecordTooLargeError,
    TooDeepError,
)
from learnwork.records.parsing import parse

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def test_it_reads_bytes_and_text_alike():
    assert parse(b'{"name": "Stra\xc3\x9fe"}') == parse('{"name": "Straße"}') == {"name": "Straße"}


@given(plain)
def test_whatever_is_written_as_json_is_read_back(value):
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert parse(text) == value
        assert parse(text.encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_an_error_of_ours(data):
    with contextlib.suppress(NotJsonError, DuplicateKeyError, LoneSurrogateError):
        parse(data)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1, "a": 1}', "/a"),
        ('{"x": [{}, {"b/c": 1, "b/c": 2}]}', "/x/1/b~1c"),
        ('{"validUntil": "2020-01-01", "validUntil": "2040-01-01"}', "/validUntil"),
        ('{"\\u0061": 1, "a": 2}', "/a"),
    ],
)
def test_a_key_twice_is_refused_with_its_place(text, place):
    with pytest.raises(DuplicateKeyError) as refused:
        parse(text, where="badge.json")
    assert refused.value.data["place"] == place
    assert "badge.json" in refused.value.message


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', "[Infinity]", "[-Infinity]", "[1e400]", "[" + "9" * 5000 + "]"]
)
def test_numbers_that_cannot_be_kept_are_refused(text):
    with pytest.raises(NotJsonError, match="number"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": 1,}', "[1] x", "\ufeff{}", '"\x01"', b"\xff\xfe{}", b"\xed\xa0\x80"]
)
def test_what_is_no_json_in_utf_8_is_refused(text):
    with pytest.raises(NotJsonError):
        parse(text)


@pytest.mark.parametrize("text", ['["\\ud800"]', '{"\\uDC00": 1}', '{"a": {"b": "\\ud83dx"}}', '["\ud800"]'])
def test_half_a_character_is_refused(text):
    with pytest.raises(LoneSurrogateError):
        parse(text)


def test_a_pair_of_surrogates_is_one_character():
    assert parse('["\\ud83d\\ude00"]') == ["\U0001f600"]


def test_the_bound_of_size_counts_bytes():
    assert parse('["éé"]', limit=8) == ["éé"]
    with pytest.raises(RecordTooLargeError):
        parse('["ééé"]', limit=8)
    with pytest.raises(RecordTooLargeError):
        parse(b"[" + b" " * 12_000_000 + b"]")


def test_the_bound_of_depth_counts_lists_and_objects():
    assert parse("[[[]]]", depth=3) == [[[]]]
    with pytest.raises(TooDeepError):
        parse('[{"a": [[]]}]', depth=3)


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_many_brackets_end_at_once(opened):
    started = time.process_time()
    with pytest.raises((TooDeepError, RecordTooLargeError)):
        parse(opened * 700_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("part", ['"k{}":{}', '"k{}":[{}]'])
def test_two_hundred_thousand_keys_are_read_or_refused(part):
    keys = ",".join(part.format(number, number) for number in range(200_000))
    started = time.process_time()
    assert len(parse("{" + keys + "}")) == 200_000
    with pytest.raises(DuplicateKeyError):
        parse("{" + keys + ',"k0":1}')
    assert time.process_time() - started < 4


@pytest.mark.parametrize("part", ["[]", "{}", "1", "1.5", '""', "-0", '"\\n"'])
def test_twelve_megabytes_of_anything_are_read_or_refused_in_a_second(part):
    text = "[" + ",".join([part] * (11_999_000 // (len(part) + 1))) + "]"
    started = time.process_time()
    with pytest.raises(RecordTooLargeError, match="parts"):
        parse(text)
    assert time.process_time() - started < 1
