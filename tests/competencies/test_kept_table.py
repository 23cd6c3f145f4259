"""The table of matches on disk: what is read is what was kept, and a file that is broken or would run is as none."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies import kept_table
from learnwork.competencies.expected import Asks, Known, Thing, Work, table

AT = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
NAMES = {f"c{n}": Thing(f"c{n}", f"Name “{n}” 🙂", here=n % 2 == 0) for n in range(6)}


def known(state: str, asked: list[tuple[int, int, float]], stated: dict[int, frozenset[str]]) -> Known:
    asks = [Asks(who, f"c{what}", importance, importance + 1) for who, what, importance in asked]
    rows = [((key,), (key,), [key]) for key in range(1, 5)] + [((9,), (1, 2, 3), [1, 2, 3])]
    things = {key: Thing(f"t{key}", f"thing {key}") for key in (1, 2, 3, 4, 9)}
    made = table(asks, NAMES, rows, {key: ((9,), found) for key, found in stated.items()}, things)
    programs = np.array([20, 21, *sorted(stated)], dtype=np.int64)
    numbers = np.array([4, 4, *(made.own_row[key] for key in sorted(stated))], dtype=np.int64)
    return Known(state, AT, made, programs, numbers, (Work("t1", ("Welder", "Weldor"), "Welds."),))


def same(one: Known, other: Known) -> bool:
    a, b = one.table, other.table
    return (
        (one.state, one.at, one.work) == (other.state, other.at, other.work)
        and (a.competencies, a.occupations, a.rows) == (b.competencies, b.occupations, b.rows)
        and (dict(a.levels), dict(a.stated), dict(a.things))
        == (dict(b.levels), dict(b.stated), dict(b.things))
        and (a.asked.toarray() == b.asked.toarray()).all()
        and (one.programs == other.programs).all()
        and (one.row_of_program == other.row_of_program).all()
    )


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5), st.floats(1, 5)), max_size=12),
    st.dictionaries(st.integers(30, 34), st.frozensets(st.sampled_from(sorted(NAMES))), max_size=3),
)
def test_what_is_read_is_what_was_kept(
    tmp_path_factory: pytest.TempPathFactory,
    asked: list[tuple[int, int, float]],
    stated: dict[int, frozenset[str]],
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    made = known("7-1795357389.25", asked, stated)
    kept_table.write(folder, made)
    found = kept_table.read(folder, made.state)
    assert found is not None
    assert same(found, made)
    assert (found.table.strengths.toarray() == made.table.strengths.toarray()).all()


def test_one_file_is_kept_and_the_newest_found(tmp_path: Path) -> None:
    assert kept_table.latest(tmp_path) == ""
    for state in ("9-1.5", "10-2.5"):
        kept_table.write(tmp_path, known(state, [(1, 1, 4.0)], {}))
    assert kept_table.latest(tmp_path) == "10-2.5"
    assert [one.name for one in tmp_path.iterdir()] == [kept_table.path_of(tmp_path, "10-2.5").name]
    assert kept_table.read(tmp_path, "9-1.5") is None


def test_a_broken_file_is_as_none(tmp_path: Path) -> None:
    made = known("9-1.5", [(1, 1, 4.0)], {30: frozenset({"c1"})})
    kept_table.write(tmp_path, made)
    path = kept_table.path_of(tmp_path, made.state)
    whole = path.read_bytes()
    for broken in (
        b"",
        b"PK",
        whole[: len(whole) // 2],
        whole.replace(b'"state":"9', b'"state":"8'),
        b"x" * 500,
    ):
        path.write_bytes(broken)
        assert kept_table.read(tmp_path, made.state) is None
    with path.open("wb") as out:
        np.savez(out, words=np.frombuffer(b"{}", dtype=np.uint8))
    assert kept_table.read(tmp_path, made.state) is None


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (Path("/nonexistent/never"),)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    path = kept_table.path_of(tmp_path, "9-1.5")
    with path.open("wb") as out:
        np.savez(out, words=np.array([_Bomb()], dtype=object))
    assert kept_table.read(tmp_path, "9-1.5") is None
    path.write_bytes(pickle.dumps(_Bomb()))
    assert kept_table.read(tmp_path, "9-1.5") is None
