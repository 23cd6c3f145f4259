"""Made maps, small and drawn, for tests of what works on a `Landscape`."""

from __future__ import annotations

import random
from dataclasses import replace
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
_TEXTS = (
    "",
    "Plain",
    "plain",
    "A “quoted” — dash",
    "two\n lines",
    "Größe",
    "مرحبا",
    "𝒳\u200b",
    "<b>",
    "=1+1",
)
_DAYS = ("", "2016", "2019-05", "2021-02-03")


def landscapes() -> st.SearchStrategy[Landscape]:
    """Any map over the same few entries and parties; rows may refer to what is not in it.

    Drawn from one number, which is thirty times quicker than drawing every field.
    """
    return st.integers(0, 2**32).map(lambda seed: made(random.Random(seed)))


def made(chance: random.Random) -> Landscape:
    pick = chance.choice
    entries = chance.sample(ENTRIES, chance.randint(0, len(ENTRIES)))
    parties = chance.sample(PARTIES, chance.randint(0, len(PARTIES)))
    rows = [(pick(ENTRIES), pick(PARTIES), n) for n in range(chance.randint(0, 6))]
    return Landscape(
        {ctid: _entry(ctid, chance) for ctid in entries},
        {ctid: _party(ctid, chance) for ctid in parties},
        tuple(
            Role(entry, party, list(RoleKind)[n], _span(chance), _said(chance)) for entry, party, n in rows
        ),
        tuple(_grant(f"ce-a{n}", party, entry, chance) for entry, party, n in rows if chance.random() < 0.5),
        tuple(
            Tie(entry, pick(ENTRIES), list(TieKind)[n % 5], span=_span(chance)) for entry, _party, n in rows
        ),
        tuple(
            Milestone(entry, f"m{n}", pick(_TEXTS), tuple(_plans(chance)), pick(_DAYS))
            for entry, _party, n in rows
        ),
        tuple(_stage(entry, n, chance) for n, entry in enumerate(ENTRIES * 2) if chance.random() < 0.5),
        OLD,
        (OLD,),
        {text: text for text in chance.sample(_TEXTS, 2)},
        pick(("", "2019-06-30", "2026-01-01")),
    )


def _entry(ctid: str, chance: random.Random) -> Entry:
    pick = chance.choice
    goals = tuple(goal.ctid for goal in chance.sample(OLD.goals, chance.randint(0, 2)))
    return Entry(
        ctid,
        f"key-{ctid[10]}",
        pick(_TEXTS),
        description=pick(_TEXTS),
        status=pick(("", "active", "ended")),
        span=_span(chance),
        goals=goals,
        proposed=frozenset(chance.sample(_TEXTS, 2)),
        said=_said(chance),
    )


def _party(ctid: str, chance: random.Random) -> Party:
    names = tuple(Name(chance.choice(_TEXTS), _span(chance)) for _ in range(chance.randint(0, 2)))
    return Party(ctid, chance.choice(_TEXTS), names=names, said=_said(chance))


def _grant(ctid: str, party: str, entry: str, chance: random.Random) -> Grant:
    amount = chance.choice([None, Decimal(0), Decimal("550000.00"), Decimal("5.5E+5"), Decimal("0.10")])
    kind = chance.choice(list(AmountType))
    currency = chance.choice(["", "USD", "EUR"])
    return Grant(ctid, party, entry, amount=amount, currency=currency, amount_type=kind, span=_span(chance))


def _stage(entry: str, n: int, chance: random.Random) -> Stage:
    low, high = sorted((chance.randint(1, 5), chance.randint(1, 5)))
    period = "" if chance.random() < 0.2 else str(2018 + n // len(ENTRIES))
    return Stage(entry, period, low, high, chance.random() < 0.5, "2019", n)


def _plans(chance: random.Random) -> list[Plan]:
    return [Plan(chance.choice(_DAYS), chance.choice(_DAYS)) for _ in range(chance.randint(1, 2))]


def _span(chance: random.Random) -> Span:
    return Span(chance.choice(_DAYS), chance.choice(_DAYS))


def _said(chance: random.Random) -> Said:
    return Said(tuple(chance.sample(_TEXTS, chance.randint(0, 2))), chance.random() < 0.5)


def grant(amount: str | None, **fields: object) -> Grant:
    plain = Grant("ce-a", PARTIES[0], ENTRIES[0], amount=None if amount is None else Decimal(amount))
    return replace(plain, **fields)  # type: ignore[arg-type]
