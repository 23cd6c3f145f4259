"""What changed between two versions, in words a person reads."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.frameworks import Framework, Item, framework
from learnwork.competencies.versions import Piece, difference, reworded_pieces

OLD = Framework(
    "ce-f",
    "Welding",
    {
        "a": Item("a", "Weld flat joints", code="1", top=True),
        "b": Item("b", "Strike an arc", code="1.1", parents=("a",)),
        "c": Item("c", "Hold an arc", code="1.2", parents=("a",)),
        "d": Item("d", "Work safely", code="2", top=True),
        "e": Item("e", "Wear gloves", code="2.1", parents=("d",)),
    },
)


def with_items(**changed: Item | None) -> Framework:
    items = {**OLD.items, **changed}
    return replace(OLD, items={key: one for key, one in items.items() if one is not None})


def test_nothing_changed() -> None:
    found = difference(OLD, OLD)
    assert not found
    assert found.same == 5


def test_added_and_removed_with_the_way_to_them() -> None:
    found = difference(OLD, with_items(e=None, f=Item("f", "Wear a mask", parents=("d",))))
    assert [(item.ctid, way) for item, way in found.added] == [("f", ("2",))]
    assert [(item.ctid, way) for item, way in found.removed] == [("e", ("2",))]
    assert found.altered == ()


def test_moved() -> None:
    [moved] = difference(OLD, with_items(e=replace(OLD.items["e"], parents=("a",)))).altered
    assert moved.moved == (("2",), ("1",))
    [risen] = difference(OLD, with_items(e=replace(OLD.items["e"], parents=(), top=True))).altered
    assert risen.moved == (("2",), ())


def test_reworded_word_by_word() -> None:
    [one] = difference(OLD, with_items(b=replace(OLD.items["b"], text="Strike a short arc"))).altered
    assert one.reworded == (
        Piece("same", "Strike"),
        Piece("gone", "an"),
        Piece("new", "a short"),
        Piece("same", "arc"),
    )
    assert one.moved is None


def test_code_level_kind_and_notes() -> None:
    [one] = difference(
        OLD, with_items(b=replace(OLD.items["b"], code="1.9", level="3", kind="Skill"))
    ).altered
    assert one.fields == (("code", "1.1", "1.9"), ("kind", "", "Skill"), ("level", "", "3"))


def test_the_fewest_that_tell_a_new_order() -> None:
    first = {f"k{at}": Item(f"k{at}", f"text {at}", top=True) for at in range(6)}
    old = Framework("ce-f", "List", first)
    new = Framework("ce-f", "List", {key: first[key] for key in ("k5", "k0", "k1", "k2", "k3", "k4")})
    assert [one.new.ctid for one in difference(old, new).altered if one.reordered] == ["k5"]


def test_statements_with_new_identifiers_are_known_by_their_words() -> None:
    found = difference(OLD, with_items(e=None, z=replace(OLD.items["e"], ctid="z")))
    assert (found.added, found.removed) == ((), ())
    [one] = found.altered
    assert one.identified_anew
    assert one.moved is None


def test_long_texts_are_shown_whole() -> None:
    old, new = "word " * 3_000, "other " * 3_000
    assert [piece.kind for piece in reworded_pieces(old, new)] == ["gone", "new"]
    assert [piece.kind for piece in reworded_pieces("a b", "a  b")] == ["same"]


def test_it_is_data_for_programs_too() -> None:
    found = difference(OLD, with_items(b=replace(OLD.items["b"], text="Strike"), e=None))
    assert json.loads(json.dumps(found.to_dict()))["counts"]["removed"] == 1


def test_from_documents_with_levels_and_references_of_any_form() -> None:
    made = framework(
        {"ceterms:ctid": "ce-f", "ceasn:name": {"en": "F"}, "ceasn:hasTopChild": "ce-a"},
        [
            {
                "ceterms:ctid": "ce-a",
                "ceasn:competencyText": {"es": "Soldar"},
                "ceasn:isTopChildOf": ["ce-f"],
            },
            {
                "ceterms:ctid": "ce-b",
                "ceasn:isChildOf": "ce-a",
                "ceasn:codedNotation": "B",
                "ceasn:complexityLevel": [{"ceterms:targetNodeName": {"en": "Level 2"}}],
            },
        ],
    )
    assert made.items["ce-a"].language == "es"
    assert (made.items["ce-b"].level, made.items["ce-b"].name) == ("Level 2", "B")
    assert made.tree.below("ce-a") == ("ce-b",)


def test_search_finds_all_words_and_a_code_first() -> None:
    assert [one.ctid for one in OLD.find("ARC an")] == ["b", "c"]
    assert next(one.ctid for one in OLD.find("2")) == "d"
    assert OLD.find("  ") == []


_ITEMS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.text(max_size=6), st.sampled_from([*"abcdefgh", ""])),
    max_size=8,
)


def _made(rows: dict[str, tuple[str, str]]) -> Framework:
    return Framework(
        "ce-f",
        "F",
        {
            key: Item(key, text, parents=(above,) if above else (), top=not above)
            for key, (text, above) in rows.items()
        },
    )


@given(_ITEMS, _ITEMS)
def test_every_statement_is_accounted_for(
    old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]
) -> None:
    found = difference(_made(old), _made(new))
    assert len(found.altered) + found.same + len(found.added) == len(new)
    assert len(found.altered) + found.same + len(found.removed) == len(old)
    back = difference(_made(new), _made(old))
    assert {item.ctid for item, _ in back.added} == {item.ctid for item, _ in found.removed}
    assert not difference(_made(new), _made(new))
