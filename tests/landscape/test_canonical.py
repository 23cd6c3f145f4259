"""A map as canonical JSON: nothing is lost, the same map has the same bytes, bad files are refused in words."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.landscape.maps import ENTRIES, grant, landscapes

from learnwork.landscape import canonical
from learnwork.landscape.model import Entry, Landscape, Stage


def _file(rest: bytes) -> bytes:
    return b'{"format": "learnwork-landscape/1", ' + rest + b"}"


@given(landscapes())
def test_what_is_written_is_read_back_whole(made: Landscape) -> None:
    found = canonical.read(canonical.text(made))
    assert found == canonical.ordered(made)
    assert list(found.entries) == list(canonical.ordered(made).entries)


@given(landscapes(), st.randoms())
def test_the_order_in_which_rows_came_says_nothing(made: Landscape, chance: random.Random) -> None:
    def shuffled(rows: object) -> list[object]:
        rows = list(rows)  # type: ignore[call-overload]
        chance.shuffle(rows)
        return rows

    other = replace(
        made,
        entries=dict(shuffled(made.entries.items())),
        **{
            name: tuple(shuffled(getattr(made, name)))
            for name in ("roles", "grants", "ties", "milestones", "stages")
        },
    )
    assert canonical.text(other) == canonical.text(made)


@given(landscapes())
def test_the_digest_is_of_what_is_said_not_of_when_it_was_asked(made: Landscape) -> None:
    assert canonical.digest(made) == canonical.digest(replace(made, known_at="2026-01-01", valid_on="2022"))
    more = Entry("ce-new", "new", "New")
    assert canonical.digest(made) != canonical.digest(replace(made, entries={**made.entries, "ce-new": more}))


def test_equal_amounts_are_written_alike() -> None:
    ways = [Landscape(grants=(grant(amount),)) for amount in ("550000", "550000.00", "5.5E+5")]
    assert len({canonical.text(way) for way in ways}) == 1
    assert canonical.read(canonical.text(ways[2])).grants[0].amount == Decimal(550_000)
    assert b'"amount":"550000"' in canonical.text(ways[2])


def test_what_equals_its_default_is_left_out() -> None:
    made = Landscape({"ce-a": Entry("ce-a", "a", "A")})
    assert canonical.document(made)["entries"] == [{"ctid": "ce-a", "key": "a", "name": "A"}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"[]", "format"),
        (b'{"format": "learnwork-landscape/2"}', "format"),
        (b'{"format": "learnwork-landscape/1", "more": 1}', "Unknown parts: more"),
        (b'{"format": "learnwork-landscape/1", "entries": {}}', "not a list"),
        (
            _file(b'"entries": [{"ctid": "a", "key": "a", "name": "A"}, {"ctid": "a"}]'),
            "twice",
        ),
        (b'{"format": "learnwork-landscape/1", "entries": [{"ctid": "a"}]}', "entries/a/key"),
        (
            _file(b'"grants": [{"ctid": "g", "funder": "f", "entry": "e", "amount": "NaN"}]'),
            "amount",
        ),
        (
            _file(b'"milestones": [{"entry": "e", "key": "m", "name": "M", "plans": []}]'),
            "no plan",
        ),
    ],
)
def test_a_bad_file_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(canonical.BadLandscapeError, match=words):
        canonical.read(body)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (5, 6), (3, 2)])
def test_a_stage_outside_one_to_five_is_refused(low: int, high: int) -> None:
    made = canonical.document(Landscape(stages=(Stage(ENTRIES[0], "2019", 1, 2),)))
    made["stages"][0] |= {"low": low, "high": high}
    with pytest.raises(canonical.BadLandscapeError, match="stage"):
        canonical.read(orjson.dumps(made))


def test_a_text_that_json_cannot_carry_is_refused() -> None:
    with pytest.raises(canonical.BadLandscapeError):
        canonical.text(Landscape({"ce-a": Entry("ce-a", "a", "\ud800")}))
