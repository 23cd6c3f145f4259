"""Competencies side by side: shared, aligned with degree and rater, only here, only there; page, API and command."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.made import ctid, reading, said
from tests.web import world

from learnwork.accounts.models import User
from learnwork.competencies import aligning, profiling
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.comparing_competencies import compare
from learnwork.competencies.ends import End
from learnwork.competencies.profiling import Competency, Given
from learnwork.intake.loading import load
from learnwork.registry import queries
from learnwork.registry.views import ResourceView

pytestmark = pytest.mark.django_db
A, B, BARE = ctid("a"), ctid("b"), ctid("bare")


def _load() -> None:
    names = {"joining": "Joining metal", "welding": "Weld", "typing": "Type", "plans": "Read plans"}
    load(
        reading(
            *(
                said(key, "ceasn:Competency", ceasn_competencyText={"en": name})
                for key, name in names.items()
            ),
            said(
                "a",
                ceterms_name={"en": "A"},
                ceterms_teaches=[ctid("joining"), ctid("plans"), ctid("typing")],
            ),
            said("b", ceterms_name={"en": "B"}, ceterms_teaches=[ctid("welding"), ctid("plans")]),
            said("bare", ceterms_name={"en": "Bare"}),
        ),
        "made",
    )


def _align(relation: str, state: str = "accepted") -> None:
    ends = (End("ctid", ctid("joining"), "Joining metal"), End("ctid", ctid("welding"), "Weld"))
    aligning.keep([Said(*ends, relation, state)], Rater("Crosswalk of the tests", aligning.PUBLISHED))


def _views(*ctids: str) -> list[ResourceView]:
    return [queries.resource(one) for one in ctids]


def test_shared_and_only() -> None:
    _load()
    found = compare(_views(A, B))
    assert [row.competency.name for row in found.shared] == ["Read plans"]
    assert [[row.competency.name for row in rows] for _thing, rows in found.only] == [
        ["Joining metal", "Type"],
        ["Weld"],
    ]
    assert [(one.stated, one.expected) for one in found.things] == [(3, 0), (2, 0)]
    assert not compare(_views(BARE))


def test_an_alignment_is_shared_with_its_degree_and_rater() -> None:
    _load()
    _align("narrow")
    found = compare(_views(A, B))
    aligned = next(row for row in found.shared if row.competency.name == "Joining metal")
    assert aligned.cells[0] is not None
    assert aligned.cells[0].via is None
    there = aligned.cells[1]
    assert there is not None
    assert there.via is not None
    assert there.standing is not None
    assert (there.via.name, there.standing.relation, there.standing.raters) == (
        "Weld",
        "narrow",
        ("Crosswalk of the tests",),
    )
    assert [len(rows) for _thing, rows in found.only] == [1, 0], "it stands nowhere a second time"
    assert len(compare(_views(A, B, BARE)).some) == 2


@pytest.mark.parametrize(("relation", "state"), [("related", "accepted"), ("exact", "rejected")])
def test_what_only_touches_or_was_rejected_is_not_shared(relation: str, state: str) -> None:
    _load()
    _align(relation, state)
    assert [row.competency.name for row in compare(_views(A, B)).shared] == ["Read plans"]


def test_the_page_says_why_levels_make_nothing_equivalent() -> None:
    _load()
    _align("exact", "proposed")
    rater = User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR)
    profiling.rate(A, Given(Competency(ctid("plans"), "Read plans"), {"knowledge": 4}), rater=rater)
    page = unescape(Client().get(f"/compare?ids={A},{B}").content.decode())
    assert "What can one do afterwards?" in page
    assert "Only A" in page
    assert "as Weld: exact, says Crosswalk of the tests" in page
    assert "Equal levels make nothing equivalent" in page
    assert 'class="pattern"' in page
    assert "nobody rated it" in page


def test_where_nothing_is_known_nothing_is_said() -> None:
    world.load()
    _load()
    page = Client().get(f"/compare?ids={BARE},{ctid('badge')}").content.decode()
    assert "What can one do afterwards?" not in page
