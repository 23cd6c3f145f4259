"""The CASE read API as a client of the specification sees it: shapes, paging, filters, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.made import reading, said

from learnwork.formats import case
from learnwork.formats.model import Options
from learnwork.intake.loading import load
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.web.api.case_questions import Question, QuestionError, asked

pytestmark = pytest.mark.django_db
BASE = "/ims/case/v1p1"
SAMPLE = Path(__file__).parent.parent / "formats" / "samples" / "case" / "winnemac.json"
FRAME = derived_ctid("made", "frame")


def uuid(number: int) -> str:
    return f"3f2b8c1e-0000-4000-8000-{number:012d}"


@pytest.fixture(autouse=True)
def frameworks() -> None:
    """One that came as a package, and one that did not."""
    [one] = case.FORMAT.open([SAMPLE], Options())
    load(one, "case")
    load(
        reading(
            said("frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Arc"}),
            said(
                "wide",
                "ceasn:Competency",
                ceasn_competencyText={"en": "Weld"},
                ceasn_isPartOf=[FRAME],
                ceasn_isTopChildOf=[FRAME],
            ),
            said(
                "narrow",
                "ceasn:Competency",
                ceasn_competencyText={"en": "Cut"},
                ceasn_isPartOf=[FRAME],
                ceasn_isChildOf=[derived_ctid("made", "wide")],
            ),
        ),
        "made",
    )


def get(path: str, status: int = 200, **headers: str) -> Any:
    response = Client().get(f"{BASE}{path}", headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def minor(body: Any) -> str:
    assert (body["imsx_codeMajor"], body["imsx_severity"]) == ("failure", "error")
    return str(body["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"])


def test_the_list_of_documents() -> None:
    assert [one["title"] for one in get("/CFDocuments")["CFDocuments"]] == ["Arc", "Welding basics"]
    response = Client().get(f"{BASE}/CFDocuments?limit=1&sort=title&orderBy=desc&fields=title")
    assert response.json() == {"CFDocuments": [{"title": "Welding basics"}]}
    assert response["X-Total-Count"] == "2"
    assert 'offset=1>; rel="next"' in response["Link"]
    found = get("/CFDocuments?filter=title~'arc' OR language='en'&fields=title")["CFDocuments"]
    assert len(found) == 2
    assert get("/CFDocuments?filter=title~'arc' AND language='en'")["CFDocuments"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_selection_field"),
        ("offset=-1", "invalid_selection_field"),
        ("fields=title,colour", "invalid_selection_field"),
        ("sort=colour", "invalid_sort_field"),
        ("orderBy=up", "invalid_sort_field"),
        ("filter=title", "invalid_selection_field"),
        ("filter=title='a' XOR title='b'", "invalid_selection_field"),
        ("filter=title='a' AND ", "invalid_selection_field"),
    ],
)
def test_a_parameter_that_cannot_be_used(query: str, code: str) -> None:
    assert minor(get(f"/CFDocuments?{query}", 400)) == code


def test_a_package_as_it_came() -> None:
    assert get(f"/CFPackages/{uuid(1)}") == json.loads(SAMPLE.read_text())
    assert get(f"/CFDocuments/{uuid(1)}")["CFPackageURI"]["identifier"] == uuid(1)


def test_an_item_with_its_document_and_all_associations_at_both_ends() -> None:
    one = get(f"/CFItems/{uuid(10)}")
    assert (one["fullStatement"], one["CFDocumentURI"]["identifier"]) == ("Weld flat joints.", uuid(1))
    found = get(f"/CFItemAssociations/{uuid(10)}")
    assert found["CFItem"] == one
    assert {a["identifier"] for a in found["CFAssociations"]} == {uuid(n) for n in (50, 51, 52, 55)}
    assert get(f"/CFAssociations/{uuid(54)}")["associationType"] == "exactMatchOf"


def test_definitions_and_rubrics() -> None:
    assert get(f"/CFConcepts/{uuid(70)}")["CFConcepts"][0]["title"] == "Joints"
    assert get(f"/CFLicenses/{uuid(90)}")["licenseText"] == "No rights reserved."
    assert get(f"/CFRubrics/{uuid(80)}")["title"] == "Arc"


def test_a_framework_that_did_not_come_from_case() -> None:
    key = FRAME.removeprefix("ce-")
    made = get(f"/CFPackages/{key}")
    assert {one["fullStatement"] for one in made["CFItems"]} == {"Weld", "Cut"}
    kinds = [one["associationType"] for one in made["CFAssociations"]]
    assert kinds == ["isChildOf", "isChildOf"]
    one = made["CFAssociations"][0]
    assert get(f"/CFAssociations/{one['identifier']}") == one
    assert one["uri"].endswith(f"{BASE}/CFAssociations/{one['identifier']}")


@pytest.mark.parametrize(
    "kind",
    [
        "CFDocuments",
        "CFPackages",
        "CFItems",
        "CFItemAssociations",
        "CFAssociations",
        "CFConcepts",
        "CFRubrics",
    ],
)
def test_what_is_not_here(kind: str) -> None:
    assert minor(get(f"/{kind}/00000000-0000-4000-8000-000000000000", 404)) == "unknownobject"
    assert minor(get(f"/{kind}/welding", 404)) == "invaliduuid"
    assert minor(get("/CFEverything", 404)) == "unknownobject"


def test_an_item_is_no_document() -> None:
    assert minor(get(f"/CFDocuments/{uuid(10)}", 404)) == "unknownobject"
    assert minor(get(f"/CFItems/{uuid(1)}", 404)) == "unknownobject"


def test_only_reading_and_only_what_is_new() -> None:
    assert Client().post(f"{BASE}/CFDocuments").status_code == 405
    response = Client().get(f"{BASE}/CFDocuments")
    again = Client().get(f"{BASE}/CFDocuments", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert response["Access-Control-Allow-Origin"] == "*"


def test_questions_are_checked_before_anything_is_read() -> None:
    nodes = [{"title": f"t{at}"} for at in range(7)]
    page, total = asked(nodes, Question.from_params({"limit": "3", "offset": "6"}))
    assert ([one["title"] for one in page], total) == (["t6"], 7)
    with pytest.raises(QuestionError):
        Question.from_params({"limit": "9" * 40})
