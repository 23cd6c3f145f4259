"""Designs: reading, refusing, branching, answers that fit, which questions are still the same, files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.surveys import making

from learnwork.surveys import editing
from learnwork.surveys.answering import BadAnswerError, asked, fitting
from learnwork.surveys.design import (
    KINDS,
    Choice,
    Condition,
    Design,
    DesignError,
    Item,
    check,
    digest,
    document,
    read,
    same_question,
)
from learnwork.surveys.importing import import_design
from learnwork.vocabulary.errors import LearnworkError

_word = st.text("abc déf<", min_size=1, max_size=12).filter(str.strip)
_keys = st.lists(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), min_size=2, max_size=6, unique=True)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    keys = draw(_keys)
    items = []
    for key in keys:
        kind = draw(st.sampled_from(KINDS))
        when = None
        if yes_no := [one for one in items if one["kind"] == "yes/no"]:
            when = (
                {"item": draw(st.sampled_from(yes_no))["id"], "values": ["yes"]}
                if draw(st.booleans())
                else None
            )
        items.append(
            {
                "id": key,
                "category": "c",
                "kind": kind,
                "label": {"en": draw(_word)},
                "choices": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
                if kind in ("single", "multiple")
                else [],
                "low": 0 if kind == "scale" else None,
                "high": 4 if kind == "scale" else None,
                "when": when,
            }
        )
    return read({"categories": [{"id": "c", "name": "C"}], "features": items})


@given(designs())
def test_a_design_is_its_document(design: Design) -> None:
    assert read(document(design)) == design
    assert digest(read(document(design))) == digest(design)


@given(designs())
def test_what_hangs_on_nothing_is_always_asked(design: Design) -> None:
    shown = asked(design, {})
    assert shown == {item.key for item in design.items if item.when is None}
    every = asked(design, {item.key: ("said", "yes") for item in design.items})
    assert every == {item.key for item in design.items}


def test_branching_follows_a_chain() -> None:
    def item(key: str, when: Condition | None = None) -> Item:
        return Item(key, "c", "yes/no", {"en": key}, when=when)

    design = Design(
        (), (item("a"), item("b", Condition("a", ("yes",))), item("c", Condition("b", ("do not know",))))
    )
    assert asked(design, {"b": ("do not know", None)}) == {"a"}, "b is not asked, so nothing hangs on it"
    assert asked(design, {"a": ("said", "yes"), "b": ("do not know", None)}) == {"a", "b", "c"}
    assert asked(design, {"a": ("said", "no"), "b": ("do not know", None)}) == {"a"}


def changed(**more: Any) -> dict[str, Any]:
    made = {"id": "x", "category": "partners", "label": "X"} | more
    return {**making.DESIGN, "features": [*making.DESIGN["features"], made]}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (changed(id="Upper"), "is no key"),
        (changed(id="many"), "is there twice"),
        (changed(category="nowhere"), "which there is not"),
        (changed(kind="essay"), "which there is not"),
        (changed(label=""), "has no label"),
        (changed(kind="single", choices=["only"]), "too few"),
        (changed(kind="scale"), "without ends"),
        (changed(kind="scale", low=0, high=1000), "without ends"),
        (changed(when={"item": "y", "values": ["yes"]}), "not asked before it"),
        (changed(when={"item": "many", "values": ["perhaps"]}), "cannot have"),
        (changed(low="much", kind="number"), "not a whole number"),
        ([], "is a mapping"),
        ({"features": "x"}, "is a list"),
        ({"languages": ["<b>"]}, "A language is a tag"),
        ({"categories": [{"id": "c"}], "features": [{"id": str(n)} for n in range(2001)]}, "at most 2,000"),
    ],
)
def test_what_nobody_could_answer_is_refused(made: Any, words: str) -> None:
    with pytest.raises(DesignError, match=words):
        read(made)


def test_yes_in_yaml_is_a_word() -> None:
    made = changed(when={"item": "many", "values": [True]})
    item = read(made).item("x")
    assert item is not None
    assert item.when == Condition("many", ("yes",))


NUMBER = Item("n", "c", "number", {"en": "How many"}, low=0, high=100)
DATE = Item("d", "c", "date", {"en": "When"})
SCALE = Item("s", "c", "scale", {"en": "How"}, low=1, high=5)
MULTIPLE = Item(
    "m", "c", "multiple", {"en": "Which"}, choices=(Choice("a", {"en": "A"}), Choice("b", {"en": "B"}))
)


@pytest.mark.parametrize(
    ("item", "said", "kept"),
    [
        (NUMBER, "11", "11"),
        (NUMBER, " 11.50 ", "11.5"),
        (NUMBER, "1e1", "10"),
        (NUMBER, "-0", "0"),
        (NUMBER, "", None),
        (DATE, "2024-02-29", "2024-02-29"),
        (SCALE, "5", "5"),
        (MULTIPLE, ["b", "a"], ["a", "b"]),
        (MULTIPLE, [], None),
        (Item("t", "c", "text", {"en": "T"}), " a\x00b ", "ab"),
    ],
)
def test_what_fits_is_kept_in_one_form(
    item: Item, said: str | list[str], kept: str | list[str] | None
) -> None:
    assert fitting(item, said) == kept


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (NUMBER, "11 of 12"),
        (NUMBER, "NaN"),
        (NUMBER, "Infinity"),
        (NUMBER, "101"),
        (NUMBER, "9" * 40),
        (DATE, "31.3.2024"),
        (DATE, "2023-02-29"),
        (SCALE, "6"),
        (MULTIPLE, ["c"]),
        (Item("t", "c", "text", {"en": "T"}), "x" * 10_001),
        (Item("y", "c", "yes/no", {"en": "Y"}), "perhaps"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(item: Item, said: str | list[str]) -> None:
    with pytest.raises(BadAnswerError, match="The answer to “"):
        fitting(item, said)


def test_a_question_is_the_same_while_its_words_are() -> None:
    design = making.design()
    lead = design.item("lead")
    assert lead is not None
    helped = read({**making.DESIGN, "features": [{**f, "help": "Think."} for f in making.DESIGN["features"]]})
    assert same_question(lead, helped.item("lead") or NUMBER, "en")
    assert not same_question(lead, read(changed(id="other")).item("other") or lead, "en")
    reworded = [{**f, "label": "Who pays"} if f["id"] == "lead" else f for f in making.DESIGN["features"]]
    assert not same_question(lead, read({**making.DESIGN, "features": reworded}).item("lead") or lead, "en")


def test_a_translation_does_not_make_another_question() -> None:
    """A survey asked in Spanish first gets English words later; the store keeps no order."""
    lead = making.design().item("lead")
    assert lead is not None
    spanish = replace(lead, label={"es": "Quién dirige"}, choices=(Choice("state", {"es": "Un estado"}),))
    both = replace(
        spanish,
        label={"en": "Who leads", "es": "Quién dirige"},
        choices=(Choice("state", {"en": "A state", "es": "Un estado"}),),
    )
    assert same_question(spanish, both, "es")
    assert not same_question(spanish, both, "en")


class TestEditing:
    def test_items_move_within_their_category(self) -> None:
        design = editing.moved(making.design(), "lead", -1)
        assert [item.key for item in design.of("partners")] == ["many", "lead", "which", "trust"]
        assert [item.key for item in design.of("money")] == ["federal", "years", "since", "note"]
        assert editing.moved(design, "many", -1) == design

    def test_what_would_break_branching_is_refused(self) -> None:
        with pytest.raises(DesignError, match="not asked before"):
            editing.moved(making.design(), "which", -1)
        with pytest.raises(DesignError, match="not asked before"):
            editing.without_item(making.design(), "many")

    def test_a_category_with_questions_stays(self) -> None:
        with pytest.raises(DesignError, match="has questions"):
            editing.without_category(making.design(), "money")
        design = editing.with_category(making.design(), "Data", "what is collected")
        check(editing.without_category(design, "data"))


class TestFiles:
    def test_a_sheet_with_merged_categories(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (
            ("Category", "Label", "Kind", "Choices", "When"),
            ("Partners", "Has partners", "", "", ""),
            (None, "Which ones", "multiple choice", "Colleges | States", "has-partners = yes"),
            ("Money", "How much", "numeric", "", ""),
        ):
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        book.save(tmp_path / "s.xlsx")
        found = import_design(tmp_path / "s.xlsx")
        assert [(item.category, item.key, item.kind) for item in found.design.items] == [
            ("partners", "has-partners", "yes/no"),
            ("partners", "which-ones", "multiple"),
            ("money", "how-much", "number"),
        ]
        assert [issue.code for issue in found.issues] == ["category-above"]

    def test_rows_that_cannot_be_asked_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "s.csv").write_text("id,label,category\na,One,C\na,Two,C\nb,,C\n")
        found = import_design(tmp_path / "s.csv")
        assert [issue.code for issue in found.issues] == ["item-twice", "item-unlabelled"]
        assert [item.key for item in found.design.items] == ["a"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("f.yaml", "features: 3"),
            ("f.yaml", "a: &a [*a]"),
            ("f.yaml", "features: [{id: a, category: c, label: x, kind: 7}]\ncategories: [{id: c, name: C}]"),
            ("f.csv", "id,name\na,b\n"),
            ("f.csv", "label,kind\nX,essay\n"),
            ("f.csv", "label,when\nX,whenever\n"),
            ("f.xlsx", "not a workbook"),
        ],
    )
    def test_what_is_no_design_is_refused(self, tmp_path: Path, name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        with pytest.raises(LearnworkError):
            import_design(tmp_path / name)
