"""What somebody probably meant: the distance is Levenshtein's, and far is nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learnwork.vocabulary.nearest import distance, nearest
from learnwork.vocabulary.terms import vocabulary


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 3))
def test_distance_is_levenshteins(one: str, other: str, limit: int) -> None:
    rows = [[max(i, j) if not (i and j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
    assert distance(one, other, limit) == min(rows[-1][-1], limit + 1)


def test_nearest_finds_nothing_where_nothing_is_near() -> None:
    assert nearest("ceterms:contactOption", vocabulary().properties) == ""
    assert nearest("", vocabulary().properties) == ""
    assert nearest("x", []) == ""
