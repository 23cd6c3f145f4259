"""Small cells: an adversary who has every published table, and knows that counts are whole, learns none of them.

The adversary here knows nothing of `suppression`'s own system of sums. It reads the tables as they are printed and
looks for assignments of one state to each respondent that agree with all of them, by integer programming.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from learnwork.surveys import comparisons, tables
from learnwork.surveys.analysis import analyse
from learnwork.surveys.answers import Answer, BadSurveyError, Consent, Item, Respondent, State, Study
from learnwork.surveys.public import Public, public, public_waves
from learnwork.surveys.suppression import Key, Sum, System, attack, protect
from learnwork.surveys.tables import Mark, Table
from learnwork.surveys.waves import PAIRS, compare

STATES: list[State] = ["yes", "no", "do not know", "does not apply", "rather not say", "missing"]
COLUMNS = {
    "yes": {"yes"},
    "no": {"no"},
    "base": {"yes", "no"},
    "do_not_know": {"do not know"},
    "does_not_apply": {"does not apply"},
    "rather_not_say": {"rather not say"},
    "missing": {"missing"},
    "answered": set(STATES) - {"missing"},
}
MINIMUM = 3


@st.composite
def studies(draw: st.DrawFn) -> Study:
    people = [
        Respondent(f"r{n}", group=draw(st.sampled_from(["north", "south"])))
        for n in range(draw(st.integers(6, 12)))
    ]
    likely = st.sampled_from(["yes"] * 5 + ["no"] * 4 + STATES[2:])
    consents: st.SearchStrategy[Consent] = st.sampled_from(["public", "aggregate", "aggregate", "private"])
    answers = [Answer(one.key, "a", draw(likely), consent=draw(consents)) for one in people]
    return Study.of([Item("a", "A", "One")], people, answers)


def rows_of(table: Table) -> list[dict[str, object]]:
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


class Adversary:
    """Who has the tables. Unknown: whether respondent r said s, for all r and s."""

    def __init__(self, people: tuple[Respondent, ...]) -> None:
        self.people = people
        self.equations: list[tuple[np.ndarray, float]] = []
        for row in range(len(people)):
            self.learns([row], set(STATES), 1)

    def learns(self, rows: list[int], states: set[State] | set[str], count: object) -> None:
        if isinstance(count, int):
            self.equations.append((self._sum(rows, states), count))

    def bounds(self, rows: list[int], states: set[State] | set[str]) -> tuple[int, int]:
        matrix = np.array([line for line, _ in self.equations])
        right = np.array([value for _, value in self.equations], dtype=float)
        goal, ends = self._sum(rows, states), []
        for sign in (1, -1):
            solved = milp(
                sign * goal,
                integrality=np.ones_like(goal),
                bounds=Bounds(0, 1),
                constraints=LinearConstraint(matrix, right, right),
            )
            assert solved.x is not None, "the published tables contradict each other"
            ends.append(round(float(goal @ solved.x)))
        return ends[0], ends[1]

    def _sum(self, rows: list[int], states: set[State] | set[str]) -> np.ndarray:
        line = np.zeros((len(self.people), len(STATES)))
        line[np.ix_(rows, [STATES.index(state) for state in STATES if state in states])] = 1
        return line.ravel()


def published(shown: Public, *, groups: bool, named: bool) -> Adversary:
    """Every table that is published, learnt line by line."""
    study, adversary = shown.study, Adversary(shown.study.respondents)
    everybody = list(range(len(study.respondents)))
    found = analyse(study)
    row = rows_of(tables.items_table(found, withheld=shown.withheld))[0]
    for column, states in COLUMNS.items():
        adversary.learns(everybody, states, row[column])
    if {row["yes"], row["base"]} & {Mark.WITHHELD}:
        told = ("share", "band", "if_unknown_no", "if_unknown_yes", "certain")
        assert {row[column] for column in told} == {Mark.WITHHELD}
        assert tables.common_table(found, most=True, withheld=shown.withheld).rows == ()
        assert tables.categories_table(found, withheld=shown.withheld).rows == ()
    if groups:
        line = rows_of(comparisons.groups_table(study, withheld=shown.by_group))[0]
        for number, name in enumerate(sorted({one.group for one in study.respondents}), 1):
            members = [at for at, one in enumerate(study.respondents) if one.group == name]
            adversary.learns(members, COLUMNS["yes"], line[f"group_{number}_yes"])
            adversary.learns(members, COLUMNS["base"], line[f"group_{number}_base"])
    if named:
        grid = tables.grid_table(study.open_to("public")).rows[0][3:]
        for at, said in enumerate(grid):
            if not isinstance(said, Mark):
                adversary.learns([at], {str(said)}, 1)
    return adversary


@settings(max_examples=40)
@given(studies(), st.booleans(), st.booleans())
def test_no_small_cell_follows_from_all_published_tables(study: Study, groups: bool, named: bool):
    shown = public(study, MINIMUM, groups=groups, named=named)
    adversary = published(shown, groups=groups, named=named)
    states = shown.study.states[:, 0]
    everybody = list(range(len(states)))
    parts = [everybody]
    if groups:
        names = sorted({one.group for one in study.respondents})
        parts += [[at for at in everybody if study.respondents[at].group == name] for name in names]
    for members in parts:
        for state in ("yes", "no"):
            true = int((states[members] == STATES.index(state)).sum())  # type: ignore[arg-type]
            if not 0 < true < MINIMUM or named:
                continue
            low, high = adversary.bounds(members, {state})
            assert low < true
            assert high >= min(MINIMUM, len(members))
    if named:
        # Whoever is not named cannot be told from who is: their small counts are as unclear.
        unnamed = [at for at in everybody if shown.study.consents[at, 0] != 0 or states[at] == 5]
        for state in ("yes", "no"):
            true = int((states[unnamed] == STATES.index(state)).sum())  # type: ignore[arg-type]
            if 0 < true < MINIMUM:
                low, high = adversary.bounds(unnamed, {state})
                assert low < high


def made(**said: int) -> Study:
    """One item; how many gave each answer."""
    states = [state for state in STATES for _ in range(said.get(state.replace(" ", "_"), 0))]
    people = [Respondent(f"r{n}") for n in range(len(states))]
    return Study.of(
        [Item("a", "A", "One")], people, [Answer(f"r{n}", "a", state) for n, state in enumerate(states)]
    )


def test_a_small_cell_alone_would_follow_and_so_another_is_withheld():
    system = System(
        {Key("a", "base"): 12, Key("a", "yes"): 11, Key("a", "no"): 1},
        (Sum(Key("a", "base"), (Key("a", "yes"), Key("a", "no"))),),
        sensitive=frozenset({Key("a", "yes"), Key("a", "no")}),
    )
    naive = {Key("a", "no")}
    assert attack(system, naive) == {Key("a", "no"): (1, 1)}
    withheld = protect(system, MINIMUM)
    assert withheld > naive
    low, high = attack(system, withheld)[Key("a", "no")]
    assert low == 0
    assert high >= MINIMUM


def test_nothing_is_withheld_where_no_cell_is_small_or_nothing_was_promised():
    assert public(made(yes=6, no=6), MINIMUM).withheld == frozenset()
    assert public(made(yes=11, no=1), 0).withheld == frozenset()


def test_eleven_of_twelve_is_withheld_with_what_tells_it():
    withheld = {column for _, column in public(made(yes=11, no=1), MINIMUM).withheld}
    assert "no" in withheld
    assert withheld & {"yes", "base"}


def test_one_group_alone_does_not_give_the_other_away():
    people = [Respondent(f"r{n}", group="north" if n < 6 else "south") for n in range(12)]
    said: list[State] = ["yes"] * 5 + ["no"] + ["yes"] * 3 + ["no"] * 3
    study = Study.of([Item("a", "A")], people, [Answer(f"r{n}", "a", s) for n, s in enumerate(said)])
    shown = public(study, MINIMUM, groups=True)
    assert ("a", "no", "north") in shown.by_group
    adversary = published(shown, groups=True, named=False)
    low, high = adversary.bounds(list(range(6)), {"no"})
    assert low < 1 < high


def test_the_last_unnamed_answer_does_not_follow_from_the_named_ones():
    people = [Respondent(f"r{n}") for n in range(12)]
    answers = [
        Answer(f"r{n}", "a", "yes" if n < 6 else "no", consent="aggregate" if n == 11 else "public")
        for n in range(12)
    ]
    study = Study.of([Item("a", "A")], people, answers)
    assert public(study, MINIMUM).withheld == frozenset()
    shown = public(study, MINIMUM, named=True)
    low, high = published(shown, groups=False, named=True).bounds([11], {"no"})
    assert (low, high) == (0, 1)


def test_options_and_ranges_are_withheld_where_they_are_small():
    items = [
        Item("lead", "Led by", kind="single", options=("state", "college")),
        Item("uses", "Uses", kind="multiple", options=("wages", "awards")),
        Item("staff", "Staff", kind="number"),
    ]
    people = [Respondent(f"r{n}") for n in range(9)]
    answers = [Answer(f"r{n}", "lead", "given", "state" if n < 7 else "college") for n in range(9)]
    answers += [Answer(f"r{n}", "uses", "given", ("wages",) if n < 8 else ("awards",)) for n in range(9)]
    answers += [Answer(f"r{n}", "staff", "given", float(n)) for n in range(9)]
    shown = public(Study.of(items, people, answers), MINIMUM)
    rows = rows_of(tables.summaries_table(analyse(shown.study), withheld=shown.withheld))
    cells = {(row["item"], row["option"]): row for row in rows}
    assert cells["lead", "college"]["chosen"] is Mark.WITHHELD
    assert Mark.WITHHELD in (cells["lead", "state"]["chosen"], cells["lead", "state"]["base"])
    assert cells["uses", "awards"]["chosen"] is Mark.WITHHELD
    assert cells["uses", "wages"]["chosen"] is Mark.WITHHELD
    staff = next(row for row in rows if row["item"] == "staff")
    assert (staff["lowest"], staff["median"], staff["highest"]) == (Mark.WITHHELD, 4, Mark.WITHHELD)


SAID = st.sampled_from(["yes", "no", "yes", "no", "do not know", "missing"])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(SAID, SAID, st.sampled_from(["both", "both", "both", "before"])), min_size=6, max_size=12
    )
)
def test_no_small_change_follows_from_the_tables_of_both_waves(said):
    item = Item("a", "A", "One")
    first = [Respondent(f"r{n}") for n in range(len(said))]
    second = [one for one, (_, _, waves) in zip(first, said, strict=True) if waves == "both"]
    before = Study.of([item], first, [Answer(f"r{n}", "a", was) for n, (was, _, _) in enumerate(said)])
    after = Study.of(
        [item], second, [Answer(f"r{n}", "a", now) for n, (_, now, w) in enumerate(said) if w == "both"]
    )
    shown = public_waves(before, after, MINIMUM)
    change = compare(before, after).changes[0]
    everybody = list(range(len(said)))
    # One unknown for each respondent and pair of states; the tables of both waves and of the pairs as equations.
    pairs = [(was, now) for was in STATES for now in STATES]
    lines: list[tuple[np.ndarray, int]] = []

    def line(rows: list[int], holds) -> np.ndarray:
        made = np.zeros((len(said), len(pairs)))
        made[np.ix_(rows, [at for at, pair in enumerate(pairs) if holds(*pair)])] = 1
        return made.ravel()

    matched = [n for n, (_, _, waves) in enumerate(said) if waves == "both"]
    lines += [(line([row], lambda was, now: True), 1) for row in everybody]
    for wave, members, at in ((shown.before, everybody, 0), (shown.after, matched, 1)):
        row = rows_of(tables.items_table(analyse(wave.study), withheld=wave.withheld))[0]
        for column, states in COLUMNS.items():
            if isinstance(row[column], int):
                holds = lambda was, now, s=states, at=at: (was, now)[at] in s  # noqa: E731
                lines.append((line(members, holds), row[column]))
    cells = {
        "stayed_yes": ("yes", "yes"),
        "stayed_no": ("no", "no"),
        "gained": ("no", "yes"),
        "lost": ("yes", "no"),
    }
    row = rows_of(comparisons.waves_table(compare(before, after), withheld=shown.pairs))[0]
    for name, pair in cells.items():
        if isinstance(row[name], int):
            lines.append((line(matched, lambda was, now, pair=pair: (was, now) == pair), row[name]))
    if isinstance(row["pairs"], int):
        lines.append((line(matched, lambda was, now: {was, now} <= {"yes", "no"}), row["pairs"]))
    if Mark.WITHHELD in (row[name] for name in (*PAIRS, "pairs")):
        assert {row["before"], row["after"], row["p_value"]} == {Mark.WITHHELD}
    matrix, right = np.array([one for one, _ in lines]), np.array([value for _, value in lines])
    for name, pair in cells.items():
        if 0 < getattr(change, name) < MINIMUM:
            goal = line(matched, lambda was, now, pair=pair: (was, now) == pair)
            ends = []
            for sign in (1, -1):
                solved = milp(
                    sign * goal,
                    integrality=np.ones_like(goal),
                    bounds=Bounds(0, 1),
                    constraints=LinearConstraint(matrix, right, right),
                )
                assert solved.x is not None
                ends.append(round(float(goal @ solved.x)))
            assert ends[0] < ends[1]


def test_no_changes_are_shown_of_items_with_named_answers_and_a_published_wave_stays_as_it_was():
    item = Item("a", "A", "One")
    people = [Respondent(f"r{n}") for n in range(12)]

    def wave(yes: int, named: int) -> Study:
        return Study.of(
            [item],
            people,
            [
                Answer(
                    f"r{n}", "a", "yes" if n < yes else "no", consent="public" if n < named else "aggregate"
                )
                for n in range(12)
            ],
        )

    former = public(wave(6, 4), MINIMUM, named=True)
    shown = public_waves(wave(6, 4), wave(7, 4), MINIMUM, named=True)
    assert shown.before.withheld == former.withheld
    assert shown.pairs == {("a", cell) for cell in (*PAIRS, "pairs")}
    alone = public_waves(wave(6, 0), wave(6, 0), MINIMUM, named=True)
    assert (alone.pairs, alone.after.withheld) == (frozenset(), frozenset())
    kept = public_waves(wave(6, 0), wave(7, 0), MINIMUM, published=frozenset({("a", "yes"), ("a", "no")}))
    assert kept.before.withheld == {("a", "yes"), ("a", "no")}


@given(st.lists(st.integers(0, 8), min_size=4, max_size=9), st.integers(2, 5))
def test_every_small_cell_of_a_two_way_table_is_protected(cells: list[int], minimum: int):
    """Rows and columns with totals: what no reader of the published table can pin down."""
    wide = len(cells) // 2
    grid = np.array(cells[: 2 * wide]).reshape(2, wide)
    counts = {Key(f"r{r}", f"c{c}"): int(grid[r, c]) for r in range(2) for c in range(wide)}
    counts |= {Key(f"r{r}", "all"): int(grid[r].sum()) for r in range(2)}
    counts |= {Key("all", f"c{c}"): int(grid[:, c].sum()) for c in range(wide)}
    counts[Key("all", "all")] = int(grid.sum())
    lines = [*(f"r{r}" for r in range(2)), "all"]
    sums = [Sum(Key(r, "all"), tuple(Key(r, f"c{c}") for c in range(wide))) for r in lines]
    heads = [*(f"c{c}" for c in range(wide)), "all"]
    sums += [Sum(Key("all", c), tuple(Key(f"r{r}", c) for r in range(2))) for c in heads]
    known = frozenset({Key("all", "all")})
    system = System(counts, tuple(sums), known, sensitive=frozenset(counts) - known)
    everything = attack(system, frozenset(counts) - known)
    withheld = protect(system, minimum)
    found = attack(system, withheld)
    for key in system.small(minimum):
        low, high = found[key]
        assert low < counts[key] or everything[key][0] == counts[key]
        assert high >= min(minimum, everything[key][1])
    assert all(low < high for low, high in found.values()) or not found or counts[Key("all", "all")] == 0


def test_sums_that_do_not_add_up_are_refused():
    system = System(
        {Key("a", "base"): 3, Key("a", "yes"): 1},
        (Sum(Key("a", "base"), (Key("a", "yes"),)),),
        sensitive=frozenset({Key("a", "yes")}),
    )
    with pytest.raises(BadSurveyError, match="do not add up"):
        protect(system, MINIMUM)
    with pytest.raises(BadSurveyError, match="protects nobody"):
        protect(system, 1)
