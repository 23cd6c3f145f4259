"""What may be expected of a program, and how a question ranks: small tables whose numbers can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies import matching
from learnwork.competencies.expected import Asks, Table, Thing, table
from learnwork.competencies.matching import How, Question, Via
from learnwork.competencies.standing import Rank, Saying, Standing, standing

WELDER, FITTER, CLERK, SILENT = 1, 2, 3, 4
METAL, OFFICE, BADGE = 10, 11, 20
NAMES = {name: Thing(name, name.title()) for name in ("weld", "read", "type", "count", "lead")}
ASKS = [
    Asks(WELDER, "weld", 5.0, 4.0),
    Asks(WELDER, "read", 3.0, 2.0),
    Asks(FITTER, "weld", 3.0, 3.0),
    Asks(FITTER, "count", 2.9),
    Asks(CLERK, "type"),
    Asks(CLERK, "read", 5.0),
]
THINGS = {key: Thing(f"t{key}", f"thing {key}") for key in (WELDER, FITTER, CLERK, SILENT, METAL, OFFICE)}


def made(stated: frozenset[str] = frozenset({"lead", "weld"})) -> Table:
    rows = [
        ((METAL,), (WELDER, FITTER, SILENT), [WELDER, FITTER, SILENT]),
        ((OFFICE,), (CLERK,), [CLERK]),
        *(((key,), (key,), [key]) for key in (WELDER, FITTER, CLERK, SILENT)),
    ]
    return table(ASKS, NAMES, rows, {BADGE: ((METAL,), stated)}, THINGS)


def test_a_field_has_the_mean_of_the_occupations_that_say_anything() -> None:
    found = made()
    metal = found.row_of[(METAL,)]
    cells = {found.competencies[column].ctid: cell for column, cell in found.cells(metal).items()}
    assert cells == {"weld": (0.75, 2), "read": (0.25, 1)}
    assert "count" not in found.columns, "what is rated below 3 is not asked"
    assert (len(found.rows[metal].behind), found.rows[metal].silent) == (2, 1)
    assert found.level(metal, found.columns["weld"]) == (3.0, 3.5, 4.0)
    assert found.level(metal, found.columns["lead"]) is None


def test_what_a_credential_states_is_told_apart_from_what_is_expected_of_it() -> None:
    found = made()
    question = Question(("lead", "weld", "read", "type"))
    asks = matching.asked(question, found, {})
    lines = matching.lines(question, asks, found, found.own_row[BADGE])
    assert {one.ctid: one.how for one in lines.covered} == {
        "lead": How.STATED,
        "weld": How.STATED,
        "read": How.EXPECTED,
    }
    assert lines.lacking == ("type",)


def test_half_of_the_occupations_is_expected_and_fewer_is_seldom() -> None:
    rows = [((METAL,), (1, 2, 3), [1, 2, 3])]
    found = table(
        [Asks(1, "weld"), Asks(2, "weld"), Asks(1, "read"), Asks(3, "type")], NAMES, rows, {}, THINGS
    )
    question = Question(("weld", "read"))
    lines = matching.lines(question, matching.asked(question, found, {}), found, 0)
    assert [(one.ctid, one.how, one.asking) for one in lines.covered] == [
        ("weld", How.EXPECTED, 2),
        ("read", How.SELDOM, 1),
    ]


def test_work_that_is_named_lifts_what_leads_to_it() -> None:
    found = made()
    plain = Question(("read",))
    scores = matching.scores(plain, matching.asked(plain, found, {}), found)
    assert scores.leads is None
    assert scores.total[found.row_of[(OFFICE,)]] > scores.total[found.row_of[(METAL,)]]
    work = Question(("read",), ("t1",))
    scores = matching.scores(work, matching.asked(work, found, {}), found)
    assert scores.leads is not None
    assert scores.leads[found.row_of[(WELDER,)]] == 1
    assert scores.leads[found.row_of[(METAL,)]] == pytest.approx(2**-0.5)
    assert scores.leads[found.row_of[(OFFICE,)]] == 0


def test_an_occupation_asks_for_what_it_asks() -> None:
    found = made()
    asks = matching.asked(Question((), ("t1",)), found, {})
    assert {one.ctid: one.weight for one in asks} == {"weld": 1.0, "read": 0.5}
    assert matching.asked(Question((), ("t4",)), found, {}) == (), "one that says nothing asks nothing"


def test_an_alignment_carries_over_and_says_so() -> None:
    found = made()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    confirmed = standing([Saying("exact", "accepted", Rank.PERSON, "curator", at)])
    proposed = standing([Saying("exact", "proposed", Rank.METHOD, "engine", at)])
    assert confirmed
    assert proposed

    def best(one: Standing) -> matching.Covered:
        question = Question(("esco",))
        asks = matching.asked(question, found, {("esco", "weld"): one})
        return matching.lines(question, asks, found, found.row_of[(WELDER,)]).covered[0]

    assert best(confirmed).strength == 1.0
    assert best(proposed).strength == 0.5
    assert best(proposed).via == Via(found.columns["weld"], proposed)
    unknown = matching.asked(Question(("esco",)), found, {})
    assert unknown[0].vias == ()
    assert not matching.scores(Question(("esco",)), unknown, found).total.any()


def test_what_is_held_is_held_against_what_an_occupation_asks() -> None:
    names = {f"c{n}": Thing(f"c{n}", f"C{n}") for n in range(30)}
    asks = [Asks(1, f"c{n}") for n in range(10)] + [Asks(2, f"c{n}") for n in range(5, 30)]
    found = table(asks, names, [((1,), (1,), [1]), ((2,), (2,), [2])], {}, THINGS)
    question = Question(tuple(f"c{n}" for n in range(8)), held=True)
    asked = matching.asked(question, found, {})
    scores = matching.scores(question, asked, found)
    assert scores.total[0] > scores.total[1]
    lines = matching.lines(question, asked, found, 0)
    assert len(lines.covered) == 8
    assert set(lines.lacking) == {"c8", "c9"}


def test_nothing_is_ranked_that_has_nothing() -> None:
    values = np.array([0.0, 0.5, 0.5, 0.9], dtype=np.float32)
    assert matching.ranked(values, np.arange(4), 10) == [3, 1, 2]
    assert matching.ranked(values, np.array([], dtype=np.int64), 10) == []
    empty = table([], {}, [], {}, {})
    assert not matching.scores(
        Question(("x",)), matching.asked(Question(("x",)), empty, {}), empty
    ).total.size


@given(st.sets(st.sampled_from(sorted(NAMES)), min_size=1), st.booleans())
def test_scores_are_shares_and_lines_tell_all_that_is_asked(named: set[str], held: bool) -> None:
    found = made()
    question = Question(tuple(sorted(named)), held=held)
    asks = matching.asked(question, found, {})
    scores = matching.scores(question, asks, found)
    assert ((scores.total >= 0) & (scores.total <= 1)).all()
    for row in range(len(found.rows)):
        lines = matching.lines(question, asks, found, row)
        if not held:
            assert {one.ctid for one in lines.covered} | set(lines.lacking) == named
            assert bool(lines.covered) == bool(scores.total[row] > 0)
        assert not {one.ctid for one in lines.covered} & set(lines.lacking)
