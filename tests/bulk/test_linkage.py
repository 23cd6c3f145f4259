"""Record linkage: the same pairs on every engine, found without examples."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from learnwork.bulk import linkage
from learnwork.bulk.engines import DuckEngine, SparkEngine

Tables = tuple[Path, Path]
PATTERNS = st.tuples(*(st.integers(0, levels - 1) for levels in linkage.LEVELS))


def test_both_engines_link_the_same(duck: DuckEngine, spark: SparkEngine, organizations: Tables) -> None:
    patterns, others = (linkage.compare(engine, *organizations) for engine in (duck, spark))
    assert patterns == others
    statement = f"{linkage.links(duck, linkage.learn(patterns), patterns)} ORDER BY left_key, right_key"
    found = duck.rows(statement)
    assert len(found) > 200
    assert found == spark.rows(statement)


def test_it_finds_the_same_and_the_misspelt_and_nothing_else(duck: DuckEngine, organizations: Tables) -> None:
    found = {(left, right) for left, right, _ in linkage.link(duck, *organizations)}
    true = {(f"l{n:03}", f"r{n:03}") for n in range(300) if n % 10 < 8}
    assert len(found & true) / len(true) > 0.97
    assert len(found & true) / len(found) > 0.97


def test_nothing_in_common_links_nothing(duck: DuckEngine, tmp_path: Path) -> None:
    from tests.bulk.conftest import write

    empty: dict[str, list[str | None]] = {"key": ["1"], "name": [None], "place": [""], "code": [None]}
    paths = write(tmp_path / "a.parquet", empty), write(tmp_path / "b.parquet", empty)
    assert linkage.compare(duck, *paths) == {}
    assert linkage.link(duck, *paths) == []


@given(st.dictionaries(PATTERNS, st.integers(1, 500), min_size=1, max_size=20))
def test_chances_are_chances_and_what_is_not_known_weighs_nothing(
    counts: dict[tuple[int, int, int], int],
) -> None:
    weights = linkage.learn(counts)
    assert all(0 <= weights.of(pattern) <= 1 for pattern in counts)
    assert all(levels[0] == 0 for levels in weights.levels)
