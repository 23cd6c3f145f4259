"""Alignments as data: filtered, in pieces, of one resource, and what a new version touches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.competencies import aligning
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import End, end
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
WELD, JOIN = ctid("weld"), ctid("join")


@pytest.fixture
def rows() -> None:
    frame = said("frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Shop"})
    items = [said(key, "ceasn:Competency", ceasn_isPartOf=[ctid("frame")]) for key in ("weld", "join")]
    load(reading(frame, *items), "made")
    words = [
        Said(end(WELD), end(JOIN), "broad", "proposed", 0.9),
        Said(end(WELD), End("onet2010", "51-4121.01", "Welders"), "related", "proposed", 0.4),
    ]
    aligning.keep(words, Rater(aligning.OURS, "hybrid-1"))


def get(path: str, status: int = 200) -> Any:
    answer = Client().get(path)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_pairs_in_pieces_and_by_what_is_asked(rows: None) -> None:
    first = get("/api/alignments?size=1")
    [one] = first["alignments"]
    assert (one["relation"], one["state"], one["confidence"], one["word"]["kind"]) == (
        "broad",
        "proposed",
        0.9,
        "method",
    )
    [two] = get(f"/api/alignments?size=1&after={first['next']}")["alignments"]
    assert (two["target"]["ctid"], two["target"]["name"], two["target"]["framework"]) == (
        None,
        "Welders",
        "onet2010",
    )
    assert len(get("/api/alignments?least=0.5")["alignments"]) == 1
    assert get("/api/alignments?state=accepted")["alignments"] == []
    assert get("/api/alignments?relation=similar", 400)


def test_of_one_resource_from_either_end(rows: None) -> None:
    assert len(get(f"/api/resources/{WELD}/alignments")["alignments"]) == 2
    assert len(get(f"/api/resources/{JOIN}/alignments")["alignments"]) == 1
    assert get("/api/resources/ce-00000000-0000-0000-0000-000000000000/alignments", 404)


def test_an_answer_is_settled_until_something_is_said(rows: None) -> None:
    tag = Client().get("/api/alignments").headers["ETag"]
    assert Client().get("/api/alignments", headers={"If-None-Match": tag}).status_code == 304
    words = [Said(end(JOIN), End("onet2010", "51-4121.01"), "close", "proposed", 0.4)]
    aligning.keep(words, Rater(aligning.OURS, "hybrid-1"))
    assert Client().get("/api/alignments", headers={"If-None-Match": tag}).status_code == 200


def test_drift_with_one_release(rows: None) -> None:
    found = get(f"/api/frameworks/{ctid('frame')}/drift")
    assert (found["before"], found["touched"]) == (None, [])
    assert get(f"/api/frameworks/{WELD}/drift", 404)
