"""Names beside totals: whoever subtracts the named answers from the published totals learns nobody else's."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnwork.surveys import sheets, tables
from learnwork.surveys.analysis import analyse
from learnwork.surveys.answers import Answer, Consent, Item, Kind, Respondent, State, Study
from learnwork.surveys.naming import LEAST_UNNAMED, nameable, telling_changes, without_named
from learnwork.surveys.public import public
from learnwork.surveys.tables import Mark
from learnwork.surveys.waves import PAIRS

MINIMUM = 3
OPTIONS = ("red", "green", "blue")
KINDS: list[Kind] = ["single", "multiple", "scale", "number"]
VALUES: dict[str, st.SearchStrategy] = {
    "single": st.sampled_from(OPTIONS),
    "scale": st.sampled_from(OPTIONS),
    "multiple": st.sets(st.sampled_from(OPTIONS), min_size=1).map(lambda said: tuple(sorted(said))),
    "number": st.integers(0, 9).map(float),
}
CONSENTS: st.SearchStrategy[Consent] = st.sampled_from(["public", "public", "aggregate", "private"])


@st.composite
def studies(draw: st.DrawFn) -> Study:
    kind = draw(st.sampled_from(KINDS))
    people = [Respondent(f"r{n}") for n in range(draw(st.integers(3, 10)))]
    answers = []
    for one in people:
        state: State = draw(st.sampled_from(["given", "given", "given", "do not know", "missing"]))
        if state != "missing":
            value = draw(VALUES[kind]) if state == "given" else None
            answers.append(Answer(one.key, "a", state, value, draw(CONSENTS)))
    item = Item("a", "A", kind=kind, options=() if kind == "number" else OPTIONS)
    return Study.of([item], people, answers)


def published(study: Study, minimum: int) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """The rows of the table of summaries, and those of the long file, as everybody gets them."""
    open_ = public(study, minimum, named=True)
    withheld = without_named(open_.withheld, open_.study)
    table = tables.summaries_table(analyse(open_.study), withheld=withheld)
    keys = [column.key for column in table.columns]
    named = nameable(open_.study, promised=bool(minimum))
    long = list(csv.DictReader(io.StringIO(sheets.write_long(named))))
    return [dict(zip(keys, row, strict=True)) for row in table.rows], long


@settings(max_examples=200)
@given(studies())
def test_named_answers_tell_neither_what_is_withheld_nor_a_small_rest(study: Study) -> None:
    rows, long = published(study, MINIMUM)
    shown = [row for row in long if row["state"] != "missing"]
    said = Counter(part for row in shown for part in row["value"].split("; ") if row["state"] == "given")
    for row in rows:
        if shown:
            assert Mark.WITHHELD not in row.values(), "the answers by name would tell what is withheld"
            if isinstance(row["chosen"], int):
                assert row["chosen"] - said[str(row["option"])] == 0, "nobody else is left to be told"
            assert row["base"] == sum(one["state"] == "given" for one in shown)
        elif isinstance(row["chosen"], int):
            assert not 0 < row["chosen"] < MINIMUM


@settings(max_examples=200)
@given(studies())
def test_without_a_promise_the_rest_is_several_and_not_of_one_mind(study: Study) -> None:
    open_ = public(study, 0, named=True).study
    named = nameable(open_, promised=False)
    if not named.respondents:
        return
    unnamed = [one for one in open_.answers() if one.consent != "public"]
    assert not unnamed or len(unnamed) >= LEAST_UNNAMED
    assert not unnamed or len({one.state for one in unnamed}) > 1


@given(studies(), st.sampled_from([0, MINIMUM]))
def test_files_hold_only_what_was_agreed_to(study: Study, minimum: int) -> None:
    _, long = published(study, minimum)
    agreed = {one.respondent for one in study.answers() if one.consent == "public"}
    for row in long:
        assert row["respondent"] in agreed
        assert row["state"] == "missing" or row["consent"] == "public"
        assert row["consent"] != "private", "that somebody said something in private is private"


def test_everybody_named_is_shown_whole() -> None:
    people = [Respondent(f"r{n}") for n in range(4)]
    item = Item("a", "A", kind="number")
    answers = [Answer(one.key, "a", "given", float(at), "public") for at, one in enumerate(people)]
    rows, long = published(Study.of([item], people, answers), MINIMUM)
    assert (rows[0]["lowest"], rows[0]["highest"]) == (0.0, 3.0)
    assert [row["value"] for row in long] == ["0", "1", "2", "3"]
    closed = [*answers[:3], Answer("r3", "a", "given", 3.0, "aggregate")]
    rows, long = published(Study.of([item], people, closed), MINIMUM)
    assert (rows[0]["lowest"], long) == (Mark.WITHHELD, [])


@pytest.mark.parametrize(
    ("unnamed", "kept"),
    [(["yes"], True), (["yes", "yes", "yes"], True), (["yes", "no", "no"], False), ([], False)],
)
def test_a_change_of_few_unnamed_is_withheld(unnamed: list[State], kept: bool) -> None:
    """The first wave says no; the named ones change to yes."""

    def wave(number: int) -> Study:
        said: list[tuple[State, Consent]] = [("yes", "public")] * 4
        said += [(state, "aggregate") for state in unnamed]
        people = [Respondent(f"{number}-{n}", initiative=f"i{n}") for n in range(len(said))]
        answers = [
            Answer(one.key, "a", "no" if number == 1 else state, None, consent)
            for one, (state, consent) in zip(people, said, strict=True)
        ]
        return Study.of([Item("a", "A")], people, answers)

    cells = telling_changes(wave(1), wave(2))
    assert cells == (frozenset(("a", cell) for cell in (*PAIRS, "pairs")) if kept else frozenset())
