"""What one page shows of a tree: the way to what is open, a window of siblings a level, what stands apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.frameworks import Framework, Item
from learnwork.competencies.outline import WINDOW, opened


def made(count: int, under: int = 0) -> Framework:
    """A list of so many; so many more under the last one."""
    items = {f"k{at}": Item(f"k{at}", f"text {at}", top=True) for at in range(count)}
    items |= {f"b{at}": Item(f"b{at}", f"below {at}", parents=(f"k{count - 1}",)) for at in range(under)}
    return Framework("ce-f", "F", items)


def test_the_top_closed() -> None:
    level, apart = opened(made(3, 2))
    assert [(one.item.ctid, one.size, one.open) for one in level.branches] == [
        ("k0", 0, False),
        ("k1", 0, False),
        ("k2", 2, False),
    ]
    assert apart is None


def test_opened_down_to_a_leaf() -> None:
    level, _ = opened(made(3, 2), "b1")
    last = level.branches[-1]
    assert last.open
    assert last.level is not None
    assert [(one.item.ctid, one.open, one.up) for one in last.level.branches] == [
        ("b0", False, "k2"),
        ("b1", False, "k2"),
    ]
    assert [item.ctid for item in level.items()] == ["k0", "k1", "k2", "b0", "b1"]


def test_ten_thousand_siblings_come_a_window_at_a_time() -> None:
    frame = made(10_000, 250)
    level, _ = opened(frame)
    assert (len(level.branches), level.before, level.after, level.total) == (WINDOW, None, WINDOW, 10_000)
    level, _ = opened(frame, start=9_950)
    assert (level.first, level.last, level.before, level.after) == (9_951, 10_000, 9_850, None)
    level, _ = opened(frame, "k9999", start=200)
    inner = level.branches[-1].level
    assert level.start == 9_900
    assert inner is not None
    assert (inner.start, inner.last, inner.parent) == (200, 250, "k9999")


def test_a_circle_ends_where_it_begins_again() -> None:
    frame = Framework(
        "ce-f",
        "F",
        {
            "a": Item("a", "A", top=True),
            "b": Item("b", "B", parents=("c",)),
            "c": Item("c", "C", parents=("b",)),
        },
    )
    level, apart = opened(frame, "c")
    assert [item.ctid for item in level.items()] == ["a"]
    assert apart is not None
    assert [item.ctid for item in apart.items()] == ["b", "c", "b"]


@given(st.text(max_size=8), st.integers(-5, 10**7))
def test_whatever_is_asked_for_gives_a_page(at: str, start: int) -> None:
    level, _ = opened(made(5, 3), at, start)
    assert level.total == 5
    assert level.branches
