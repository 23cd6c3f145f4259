"""What stands under what, when parents are several, missing, or go round in a circle."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.tree import Node, Tree
from learnwork.formats.framework_documents import circles


def test_it_works() -> None:
    tree = Tree(
        [Node("a", top=True, children=("c", "b")), Node("b", ("a",)), Node("c", ("a",)), Node("d", ("b",))]
    )
    assert tree.roots == ("a",)
    assert tree.below("a") == ("c", "b")
    assert tree.way("d") == ("a", "b", "d")
    assert tree.depth_first() == ["a", "c", "b", "d"]
    assert tree.apart == ()


def test_the_framework_says_the_order_of_the_top() -> None:
    assert Tree([Node("a", top=True), Node("b", top=True)], tops=("b", "gone")).roots == ("b", "a")


def test_a_circle_stands_apart_and_ends() -> None:
    tree = Tree(
        [Node("a", top=True), Node("b", ("d",)), Node("c", ("b",)), Node("d", ("c",)), Node("e", ("e",))]
    )
    assert tree.roots == ("a",)
    assert tree.apart == ("e", "b")
    assert tree.depth_first() == ["a", "e", "b", "c", "d"]


def test_what_stands_under_something_elsewhere_stands_apart_with_its_branch() -> None:
    tree = Tree([Node("a", top=True), Node("b", ("elsewhere",)), Node("c", ("b",))])
    assert tree.apart == ("b",)
    assert tree.way("c") == ("b", "c")


def test_a_plain_list_is_all_top() -> None:
    assert Tree([Node("a"), Node("b")]).roots == ("a", "b")


_NODES = st.integers(1, 12).flatmap(
    lambda count: st.lists(
        st.builds(
            lambda parents, children, top: (parents, children, top),
            st.lists(st.integers(0, 14), max_size=3),
            st.lists(st.integers(0, 14), max_size=3),
            st.booleans(),
        ),
        min_size=count,
        max_size=count,
    )
)


@given(_NODES)
def test_nothing_is_lost_and_every_way_ends(rows: list[tuple[list[int], list[int], bool]]) -> None:
    """Every node is read exactly once; ways lead from a head along edges and never twice through one node."""
    nodes = [
        Node(str(at), tuple(map(str, parents)), tuple(map(str, children)), top)
        for at, (parents, children, top) in enumerate(rows)
    ]
    tree = Tree(nodes)
    assert sorted(tree.depth_first()) == sorted(node.key for node in nodes)
    for node in nodes:
        way = tree.way(node.key)
        assert way[-1] == node.key
        assert len(set(way)) == len(way)
        assert way[0] in (*tree.roots, *tree.apart)
        assert all(below in tree.below(above) for above, below in pairwise(way))


@given(_NODES)
def test_circles_are_found_where_there_are_any(rows: list[tuple[list[int], list[int], bool]]) -> None:
    parents = {str(at): [str(one) for one in above] for at, (above, _, _) in enumerate(rows)}
    found = circles(parents)
    for circle in found:
        assert all(
            above in parents[below] for below, above in zip(circle, (*circle[1:], circle[0]), strict=True)
        )
    try:
        list(TopologicalSorter(parents).static_order())
    except CycleError:
        assert found
    else:
        assert found == []
    assert len({key for circle in found for key in circle}) == sum(map(len, found))


def test_no_circle_in_a_deep_chain() -> None:
    assert circles({str(at): [str(at + 1)] for at in range(50_000)}) == []
