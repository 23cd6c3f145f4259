"""Numbers, none found, out of scope, not checked: four different things."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says, Standing, gap_map
from learnwork.landscape.model import Entry, Grant, Landscape, Party, Role, RoleKind, Stage

DAY = date(2024, 3, 1)
ENTRIES = {
    "a": Entry("a", "a", "A", goals=("g1",), blocks=("b1", "b2"), places=("US-OH",)),
    "b": Entry("b", "b", "B", goals=("g1", "g2"), blocks=("b2",)),
    "c": Entry("c", "c", "C", places=("US-OH", "US-NJ")),
}
PARTIES = {
    "p": Party("p", "P", "college"),
    "q": Party("q", "Q", "employer"),
    "r": Party("r", "R", "college"),
    "s": Party("s", "S"),
}
MAP = Landscape(
    ENTRIES,
    PARTIES,
    roles=(
        Role("a", "p", RoleKind.LEAD),
        Role("a", "r", RoleKind.PARTNER),
        Role("b", "q", RoleKind.FUNDER),
        Role("b", "s", RoleKind.PARTNER),
    ),
    grants=(Grant("1", "r", "a"), Grant("2", "s", "a", given_by_entry=True)),
    stages=(
        Stage("a", "2020", 2, 2),
        Stage("a", "2021", 3, 4),
        Stage("a", "2023", 5, 5, forecast=True),
        Stage("b", "2030", 5, 5),
    ),
)
GOAL, BLOCK = RowAxis.GOAL, RowAxis.BLOCK
STAKEHOLDER, STATE, STAGE, FUNDER = (
    ColumnAxis.STAKEHOLDER,
    ColumnAxis.STATE,
    ColumnAxis.STAGE,
    ColumnAxis.FUNDER,
)


def declared(
    row: str, column: str, says: Says, columns: ColumnAxis = STAKEHOLDER, on: date = DAY
) -> Declaration:
    return Declaration(GOAL, columns, row, column, says, on)


def said(columns: ColumnAxis, *about: Declaration, rows: RowAxis = GOAL) -> dict[tuple[str, str], object]:
    made = gap_map(
        MAP, rows, columns, about, known=("g1", "g2", "g3") if rows is GOAL else ("b3",), as_of=DAY
    )
    return {
        (cell.row.key, cell.column.key): len(cell.entries) or str(cell.standing)
        for line in made.lines
        for cell in line
    }


def test_nothing_is_none_found_where_nobody_looked() -> None:
    assert said(STAKEHOLDER) == {
        ("g1", "college"): 1,
        ("g1", "employer"): 1,
        ("g2", "college"): "not checked",
        ("g2", "employer"): 1,
        ("g3", "college"): "not checked",
        ("g3", "employer"): "not checked",
    }


def test_what_was_declared_is_said_only_where_it_was() -> None:
    found = said(STAKEHOLDER, declared("g2", "college", Says.CHECKED), declared("g3", "", Says.OUT_OF_SCOPE))
    assert found["g2", "college"] == "none found"
    assert found["g3", "college"] == found["g3", "employer"] == "out of scope"
    assert said(STATE, declared("g2", "college", Says.CHECKED))["g2", "US-NJ"] == "not checked"


def test_the_more_exact_declaration_goes_first_then_the_newer() -> None:
    later = date(2025, 1, 1)
    found = said(
        STAKEHOLDER,
        declared("", "", Says.CHECKED, on=later),
        declared("g3", "", Says.OUT_OF_SCOPE),
        declared("g3", "employer", Says.CHECKED, on=later),
        declared("g3", "employer", Says.OUT_OF_SCOPE),
    )
    assert (found["g3", "college"], found["g3", "employer"]) == ("out of scope", "none found")
    assert found["g2", "college"] == "none found"


def test_a_declaration_can_be_taken_back() -> None:
    found = said(
        STAKEHOLDER,
        declared("g3", "employer", Says.CHECKED),
        declared("g3", "employer", Says.NOT_CHECKED, on=date(2025, 1, 1)),
    )
    assert found["g3", "employer"] == "not checked"


def test_entries_where_it_is_out_of_scope_are_shown_and_said_to_contradict() -> None:
    made = gap_map(MAP, GOAL, STAKEHOLDER, [declared("g1", "college", Says.OUT_OF_SCOPE)], as_of=DAY)
    cell = made.cell("g1", "college")
    assert cell is not None
    assert (cell.standing, cell.contradicted) == (Standing.FOUND, True)


def test_a_column_that_only_a_declaration_names_is_there() -> None:
    assert said(STATE, declared("", "US-TX", Says.CHECKED, STATE))["g1", "US-TX"] == "none found"


def test_stages_are_the_last_recorded_and_ranges_stand_in_each() -> None:
    found = said(STAGE)
    assert [found["g1", str(level)] for level in (1, 2, 3, 4, 5)] == [
        "not checked",
        "not checked",
        1,
        1,
        "not checked",
    ]


def test_funders_are_told_by_roles_and_grants() -> None:
    assert said(FUNDER, rows=BLOCK) == {
        ("b3", "q"): "not checked",
        ("b3", "r"): "not checked",
        ("b1", "q"): "not checked",
        ("b1", "r"): 1,
        ("b2", "q"): 1,
        ("b2", "r"): 1,
    }


def test_entries_that_stand_nowhere_are_counted() -> None:
    made = gap_map(MAP, GOAL, STATE, as_of=DAY)
    assert [entry.ctid for entry in made.unplaced] == ["b", "c"]
    assert [(head.key, head.entries) for head in made.heads] == [("US-NJ", 1), ("US-OH", 2)]
    assert made.tally[Standing.FOUND] == 1


def test_an_empty_map_has_its_rows() -> None:
    made = gap_map(Landscape(), GOAL, STAGE, known=("g1",), as_of=DAY)
    assert made.tally[Standing.NOT_CHECKED] == 5


SAID = st.lists(
    st.builds(
        declared,
        st.sampled_from(["", "g1", "g2", "g3"]),
        st.sampled_from(["", "college", "employer"]),
        st.sampled_from(list(Says)),
        st.just(STAKEHOLDER),
        st.dates(date(2020, 1, 1), date(2020, 1, 5)),
    ),
    max_size=6,
)


@given(SAID)
def test_no_declaration_changes_a_number_and_none_found_needs_one(about: list[Declaration]) -> None:
    plain, found = said(STAKEHOLDER), said(STAKEHOLDER, *about)
    assert {key: value for key, value in found.items() if isinstance(value, int)} == {
        key: value for key, value in plain.items() if isinstance(value, int)
    }
    for (row, column), value in found.items():
        if value == "none found":
            assert any(
                one.says is Says.CHECKED and one.row in ("", row) and one.column in ("", column)
                for one in about
            )
