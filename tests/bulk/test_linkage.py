"""Record linkage: the same pairs on every engine, found without examples."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from learnwork.bulk import linkage
from learnwork.bulk.engines import DuckEngine, SparkEngine
from learnwork.bulk.linkage import Compared

Tables = tuple[Path, Path]
PATTERNS = st.tuples(*(st.integers(0, levels - 1) for levels in linkage.LEVELS))


def test_both_engines_link_the_same(duck: DuckEngine, spark: SparkEngine, organizations: Tables) -> None:
    counted, others = (linkage.compare(engine, *organizations) for engine in (duck, spark))
    assert counted == others
    statement = f"{linkage.links(duck, linkage.learn(counted), counted)} ORDER BY left_key, right_key"
    found = duck.rows(statement)
    assert len(found) > 200
    assert found == spark.rows(statement)


def test_it_finds_the_same_and_the_misspelt_and_nothing_else(duck: DuckEngine, organizations: Tables) -> None:
    found = {(left, right) for left, right, _ in linkage.link(duck, *organizations)}
    true = {(f"l{n:03}", f"r{n:03}") for n in range(300) if n % 10 < 8}
    assert len(found & true) / len(true) > 0.97
    assert len(found & true) / len(found) > 0.97


def test_sharing_a_town_and_the_beginning_of_a_name_makes_nothing_one(
    duck: DuckEngine, tmp_path: Path
) -> None:
    """Two registers of which hardly anything is in both: what shares a block is no evidence by itself."""
    from tests.bulk.conftest import write

    sides = []
    for side, other in (("l", "school"), ("r", "works")):
        names: list[str | None] = [f"North {other} {chr(97 + n % 26) * 9} {n * 7919}" for n in range(200)]
        names[0] = "North college" if side == "l" else "North college, evening classes"
        keys: list[str | None] = [f"{side}{n}" for n in range(200)]
        places: list[str | None] = [f"Town {n % 40}" for n in range(200)]
        columns = {"key": keys, "name": names, "place": places, "code": [None] * 200}
        sides.append(write(tmp_path / f"{side}.parquet", columns))
    found = linkage.link(duck, *sides)
    assert [(left, right) for left, right, _ in found] == [("l0", "r0")]


def test_nothing_in_common_links_nothing(duck: DuckEngine, tmp_path: Path) -> None:
    from tests.bulk.conftest import write

    empty: dict[str, list[str | None]] = {"key": ["1"], "name": [None], "place": [""], "code": [None]}
    paths = write(tmp_path / "a.parquet", empty), write(tmp_path / "b.parquet", empty)
    assert linkage.compare(duck, *paths).patterns == {}
    assert linkage.link(duck, *paths) == []


@given(st.dictionaries(PATTERNS, st.integers(1, 500), min_size=1, max_size=20))
def test_chances_are_chances_and_what_is_not_known_weighs_nothing(
    counts: dict[tuple[int, int, int], int],
) -> None:
    compared = sum(counts.values())
    weights = linkage.learn(
        Compared(counts, compared * 40, 20 + compared, (compared * 30,) * 3, (compared,) * 3)
    )
    assert all(0 <= weights.of(pattern) <= 1 for pattern in counts)
    assert all(levels[0] == 0 for levels in weights.levels)
