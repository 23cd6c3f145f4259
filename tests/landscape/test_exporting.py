"""The map as a file: out, wipe, in, the same digest, with its sources and rulings; altered files load nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.made import ctid, reading, said, source

from learnwork.formats.registry import open_readings
from learnwork.intake.loading import load
from learnwork.landscape import canonical, exporting, importing, ruling, services, services_library
from learnwork.landscape.canonical import BadLandscapeError
from learnwork.landscape.curating import By
from learnwork.landscape.declaring import declare, declared
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says, gap_map
from learnwork.landscape.judgements import Judgements, PairShape
from learnwork.landscape.model import RoleKind, TieKind
from learnwork.landscape.models import GapDeclaration, NoTerm, Ruling
from learnwork.landscape.reading import landscape
from learnwork.landscape.ruling import RulingError
from learnwork.registry import decisions, queries
from learnwork.registry.models import Change, Decision, Envelope, Identifier, Link, Release, Resource, Source

pytestmark = pytest.mark.django_db
WELD, RIVET, UNION, FUND, LATER = (ctid(name) for name in ("weld", "rivet", "union", "fund", "later"))
BY = By(None, "https://example.org/says-so")


def wipe() -> None:
    for model in (
        Ruling,
        GapDeclaration,
        NoTerm,
        Decision,
        Change,
        Link,
        Identifier,
        Envelope,
        Resource,
        Release,
        Source,
    ):
        rows = model.objects.all()
        rows._raw_delete(rows.db)


def _world() -> None:
    load(
        reading(
            said(
                "weld",
                "lw:Initiative",
                ceterms_name={"en": "Welding"},
                lw_ledBy=[UNION],
                lw_fundedBy=[FUND],
                lw_partner=[{"ceterms:name": {"en": "<b>A college</b>"}}],
            ),
            said("rivet", "lw:Initiative", ceterms_name={"en": "Riveting"}, lw_fundedBy=[LATER]),
            said("fund", "lw:Funder", ceterms_name={"en": "Torch Funds"}),
            said("later", "lw:Funder", ceterms_name={"en": "Flame"}, lw_laterName="Fire"),
            by=source("map", trust=60),
        ),
        "made",
    )
    load(
        reading(
            said("union", "ceterms:CredentialOrganization", ceterms_name={"en": "Union"}),
            said("fund", "lw:Funder", ceterms_name={"en": "Torch funds, inc."}),
            by=source("other", trust=40),
        ),
        "made",
    )
    services.add_role(WELD, RoleKind.LEAD, "Markle", BY, end="2020")
    services.add_tie(WELD, RIVET, TieKind.BUILDS_ON, BY)
    services.rename(RIVET, "Riveting anew", "2021", BY)
    decisions.same(LATER, FUND, author=None, reason="It was renamed.")


def test_it_works() -> None:
    _world()
    before, body = landscape(), exporting.export()
    claims = queries.resource(RIVET).claims["ceterms:name"]
    wipe()
    assert landscape().entries == {}
    done = importing.bring_in(body, None)
    assert (done.same, done.digest) == (True, canonical.digest(before))
    assert landscape() == before
    assert queries.resource(RIVET).claims["ceterms:name"][0].value == claims[0].value
    assert exporting.export() == body, "and out again, byte for byte"
    [merger] = Decision.objects.filter(kind=Decision.Kind.SAME)
    decisions.undo(merger.pk, author=None)
    assert FUND in landscape().parties, "rulings are undone here as they were there"


def test_a_second_import_changes_nothing() -> None:
    _world()
    body = exporting.export()
    done = importing.bring_in(body, None)
    assert (done.changed, done.rulings, done.same) == (0, 0, True)


def _renamed(made: dict[str, Any]) -> None:
    made["said"][0]["document"]["ceterms:name"] = {"en": "Another"}


ALTERED: list[Callable[[dict[str, Any]], object]] = [
    lambda made: made["said"].pop(),
    _renamed,
    lambda made: made["judged"]["words"].append("open badge"),
    lambda made: made.pop("judged"),
    lambda made: made.update(format="learnwork-map/1"),
    lambda made: made.update(digest="0" * 64),
    lambda made: made.update(format="learnwork-map/9"),
    lambda made: made.update(more=1),
    lambda made: made["sources"].pop(),
    lambda made: made["said"][0].update(date="soon"),
    lambda made: made["said"][0]["document"].update({"@type": 5}),
]


def test_what_was_altered_loads_nothing() -> None:
    _world()
    body = exporting.export()
    wipe()
    for alter in ALTERED:
        made = orjson.loads(body)
        alter(made)
        with pytest.raises(BadLandscapeError):
            importing.bring_in(orjson.dumps(made), None)
    assert not Resource.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"format": 1}', b"\xff"])
def test_what_is_no_such_file(body: bytes) -> None:
    with pytest.raises(BadLandscapeError):
        importing.read(body)


AXES = RowAxis.BLOCK, ColumnAxis.STATE


def judge(seed: int) -> None:
    """Rulings on pairs, some undone, some about what is merged; declarations of cells, rows and columns; words."""
    chance = random.Random(seed)
    things = (WELD, RIVET, FUND, LATER, UNION)
    for _ in range(chance.randint(0, 8)):
        a, b = chance.sample(things, 2)
        with suppress(RulingError):
            ruling.different(a, b, chance.choice(["<b>No.</b>", "Nein, “nie”"]), None)
        with suppress(RulingError):
            ruling.introduce(a, b, "", None)
    for one in ruling.standing():
        if chance.random() < 0.2:
            ruling.undo(one.id, None)
    for _ in range(chance.randint(0, 8)):
        row, column = chance.choice(["", "b1", "b2"]), chance.choice(["", "US-NJ"])
        on = date(2024, 1, chance.randint(1, 3))
        declare(Declaration(*AXES, row, column, chance.choice(list(Says)), on, "why"), None)
    for word in chance.sample(["badge", "CLR", "<i>", "مرحبا"], 3):
        services_library.wave_away(word, None)
        if chance.random() < 0.3:
            services_library.bring_back(word)


def judged() -> tuple[Any, ...]:
    """What pages make of it: pairs as they go now, every cell as it stands, words."""
    pairs = {(one.kind, one.pair, one.reason) for one in ruling.standing()}
    made = gap_map(landscape(), *AXES, declared(*AXES), known=["b1", "b2"], as_of=date(2024, 6, 1))
    gaps = [(cell.row.key, cell.column.key, cell.standing) for line in made.lines for cell in line]
    return pairs, gaps, services_library.waved_away()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_was_judged_goes_out_and_comes_back(seed: int) -> None:
    wipe()
    _world()
    judge(seed)
    before, known, body = judged(), landscape(), exporting.export()
    wipe()
    done = importing.bring_in(body, None)
    assert (done.same, landscape(), judged()) == (True, known, before)
    assert exporting.export() == body
    again = importing.bring_in(body, None)
    assert (again.rulings, again.changed) == (0, 0)


def test_a_file_of_the_former_format_comes_in_without_judgements() -> None:
    _world()
    known, made = landscape(), orjson.loads(exporting.export())
    former = {key: value for key, value in made.items() if not key.startswith("judged")}
    wipe()
    done = importing.bring_in(orjson.dumps({**former, "format": "learnwork-map/1"}), None)
    assert (done.same, landscape()) == (True, known)


def test_a_ruling_on_what_is_not_in_the_file_is_refused_with_all_of_it() -> None:
    _world()
    body = orjson.loads(exporting.export())
    pair = PairShape(kind=Ruling.Kind.DIFFERENT, first=WELD, second=ctid("nobody"), reason="No.")
    told = Judgements(pairs=(pair,))
    body |= {"judged": told.model_dump(mode="json"), "judged_digest": told.digest}
    wipe()
    with pytest.raises(BadLandscapeError, match="cannot be made"):
        importing.bring_in(orjson.dumps(body), None)
    assert not Resource.objects.exists()


@pytest.mark.big
def test_the_real_map_goes_out_and_comes_back(shared_data: Path) -> None:
    for one in open_readings("ecosystem", [shared_data / "ecosystem"]):
        load(one, "ecosystem")
    before, body = landscape(), exporting.export()
    wipe()
    assert importing.bring_in(body, None).digest == canonical.digest(before)
    assert landscape() == before
