"""Made maps, small and drawn, for tests of what works on a `Landscape`."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from learnwork.landscape.model import (
    AmountType,
    Entry,
    Goal,
    GoalScheme,
    Grant,
    Landscape,
    Milestone,
    Name,
    Party,
    Plan,
    Role,
    RoleKind,
    Said,
    Span,
    Stage,
    Tie,
    TieKind,
)

ENTRIES = tuple(f"ce-0000000{n}-0000-4000-8000-000000000000" for n in range(5))
PARTIES = tuple(f"ce-1000000{n}-0000-4000-8000-000000000000" for n in range(4))
OLD = GoalScheme("old", "Old", tuple(Goal(f"ce-g{n}", f"g{n}", f"Goal {n}") for n in range(3)))
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_days = st.sampled_from(["", "2016", "2019-05", "2021-02-03"])
_spans = st.builds(Span, _days, _days)
_saids = st.builds(Said, st.lists(_texts, max_size=2).map(tuple), st.booleans(), st.booleans())
_entry, _party = st.sampled_from(ENTRIES), st.sampled_from(PARTIES)
_amounts = st.none() | st.decimals(0, 10**12, allow_nan=False, places=2)
_goals = st.lists(st.sampled_from([goal.ctid for goal in OLD.goals]), unique=True, max_size=2).map(tuple)
_entries = st.lists(_entry, unique=True).flatmap(
    lambda ctids: st.tuples(
        *(
            st.builds(
                Entry,
                st.just(ctid),
                st.just(f"key-{ctid[9]}"),
                _texts,
                description=_texts,
                status=st.sampled_from(["", "active", "ended"]),
                span=_spans,
                goals=_goals,
                proposed=st.frozensets(_texts, max_size=2),
                said=_saids,
            )
            for ctid in ctids
        )
    )
)
_parties = st.lists(_party, unique=True).flatmap(
    lambda ctids: st.tuples(
        *(
            st.builds(
                Party,
                st.just(ctid),
                _texts,
                names=st.lists(st.builds(Name, _texts, _spans), max_size=2).map(tuple),
                said=_saids,
            )
            for ctid in ctids
        )
    )
)


def _ranges(ends: tuple[int, int]) -> tuple[int, int]:
    return min(ends), max(ends)


@st.composite
def _stages(draw: st.DrawFn) -> Stage:
    low, high = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)).map(_ranges))
    position = draw(st.integers(0, 3))
    period = draw(st.sampled_from(["", f"{2018 + position}"]))
    return Stage(draw(_entry), period, low, high, draw(st.booleans()), "2019", position)


@st.composite
def landscapes(draw: st.DrawFn) -> Landscape:
    """Any map over the same few entries and parties; rows may refer to what is not in it."""
    entries = draw(_entries)
    rows = st.builds(Role, _entry, _party, st.sampled_from(RoleKind), _spans, _saids)
    plans = st.lists(st.builds(Plan, _days, _days, _texts), min_size=1, max_size=2).map(tuple)
    milestones = st.builds(Milestone, _entry, st.sampled_from(["m1", "m2"]), _texts, plans, _days)
    grants = st.builds(
        Grant,
        st.sampled_from(["ce-a", "ce-b", "ce-c"]),
        _party,
        _entry,
        amount=_amounts,
        currency=st.sampled_from(["", "USD", "EUR"]),
        amount_type=st.sampled_from(AmountType),
        span=_spans,
    )
    ties = st.builds(Tie, _entry, _entry, st.sampled_from(TieKind), span=_spans)

    def several(of: st.SearchStrategy[object], key: object) -> tuple[object, ...]:
        return tuple(draw(st.lists(of, max_size=6, unique_by=key)))  # type: ignore[arg-type]

    return Landscape(
        {one.ctid: one for one in entries},
        {one.ctid: one for one in draw(_parties)},
        several(rows, lambda one: (one.entry, one.party, one.kind)),
        several(grants, lambda one: one.ctid),
        several(ties, lambda one: (one.entry, one.other, one.kind)),
        several(milestones, lambda one: (one.entry, one.key)),
        several(_stages(), lambda one: (one.entry, one.position)),
        OLD,
        (OLD,),
        draw(st.dictionaries(_texts, _texts, max_size=2)),
        draw(st.sampled_from(["", "2019-06-30", "2026-01-01"])),
    )


def grant(amount: str | None, **fields: object) -> Grant:
    made = Grant("ce-a", PARTIES[0], ENTRIES[0], amount=None if amount is None else Decimal(amount))
    return Grant(**{name: getattr(made, name) for name in Grant.__dataclass_fields__} | fields)  # type: ignore[arg-type]
