"""Job descriptions read: what they name, the work they read like, and texts that say nothing or too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.expected import Thing
from learnwork.competencies.reading_text import TextReader, work_of
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import TooLargeError

THINGS = [
    Thing("weld", "Pipe welding"),
    Thing("cad", "Autodesk AutoCAD"),
    Thing("sql", "Structured query language SQL"),
    Thing("r", "R"),
]
WORK: dict[str, Document] = {
    "welder": {
        "ceterms:name": {"en": "Welders"},
        "ceterms:alternateName": {"en": ["Fabricator", "Pipe Welder"]},
        "lw:tasks": ["Weld pipe and plate in all positions.", "Read blueprints."],
    },
    "nurse": {"ceterms:name": {"en": "Nurses"}, "lw:tasks": ["Administer medication to patients."]},
}
READER = TextReader(THINGS, [work_of(ctid, document) for ctid, document in WORK.items()])
ADVERTISEMENT = """Pipe welder, nights
We weld pipe and plate from blueprints; pipe welding and AutoCAD are asked for, R is not. <script>alert(1)</script>"""


def test_what_is_named_and_what_it_reads_like() -> None:
    found = READER.read(ADVERTISEMENT)
    assert [one.ctid for one in found.competencies] == ["weld", "cad"]
    assert [one.occupation for one in found.work] == ["welder"]
    assert 0 < found.work[0].score <= 1
    assert "".join(piece.text for piece in found.pieces) == ADVERTISEMENT
    assert [piece.text for piece in found.pieces if piece.competency][-1] == "AutoCAD"


def test_a_few_words_are_a_list_and_no_work() -> None:
    found = READER.read("SQL, pipe welding")
    assert [one.ctid for one in found.competencies] == ["sql", "weld"]
    assert found.work == ()


def test_a_short_name_is_spelt_with_a_capital_where_anything_is() -> None:
    reader = TextReader([Thing("basic", "Beginner's all-purpose symbolic instruction code BASIC")], [])
    assert reader.read("Requirements: basic math").competencies == ()
    assert [one.ctid for one in reader.read("Programs in BASIC and C").competencies] == ["basic"]
    assert [one.ctid for one in reader.read("basic, sql").competencies] == ["basic"]


def test_a_find_says_how_sure_it_is() -> None:
    pieces = READER.read(ADVERTISEMENT).pieces
    assert all((piece.competency is None) == (piece.confidence is None) for piece in pieces)
    assert all(0.3 <= piece.confidence < 1 for piece in pieces if piece.confidence is not None)


@pytest.mark.parametrize(
    "text", ["", " \n ", "🙂" * 50, "Soldador de tuberías con experiencia en turnos de noche"]
)
def test_what_says_nothing_finds_nothing(text: str) -> None:
    found = READER.read(text)
    assert found.competencies == ()
    assert found.work == ()
    assert "".join(piece.text for piece in found.pieces) == text


def test_a_book_is_refused() -> None:
    with pytest.raises(TooLargeError, match="100,000"):
        READER.read("a" * 100_000)


@given(st.text(max_size=300))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in READER.read(text).pieces) == text
