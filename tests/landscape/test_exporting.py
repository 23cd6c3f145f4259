"""The map as a file: out, wipe, in, the same digest, with its sources and rulings; altered files load nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.made import ctid, reading, said, source

from learnwork.formats.registry import open_readings
from learnwork.intake.loading import load
from learnwork.landscape import canonical, exporting, importing, services
from learnwork.landscape.canonical import BadLandscapeError
from learnwork.landscape.curating import By
from learnwork.landscape.model import RoleKind, TieKind
from learnwork.landscape.reading import landscape
from learnwork.registry import decisions, queries
from learnwork.registry.models import Change, Decision, Envelope, Identifier, Link, Release, Resource, Source

pytestmark = pytest.mark.django_db
WELD, RIVET, UNION, FUND, LATER = (ctid(name) for name in ("weld", "rivet", "union", "fund", "later"))
BY = By(None, "https://example.org/says-so")


def wipe() -> None:
    for model in (Decision, Change, Link, Identifier, Envelope, Resource, Release, Source):
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


@pytest.mark.big
def test_the_real_map_goes_out_and_comes_back(shared_data: Path) -> None:
    for one in open_readings("ecosystem", [shared_data / "ecosystem"]):
        load(one, "ecosystem")
    before, body = landscape(), exporting.export()
    wipe()
    assert importing.bring_in(body, None).digest == canonical.digest(before)
    assert landscape() == before
