"""Comparing by link: the same questions as rows, differences marked; bad input gets a page that helps."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.world import OCCUPATION, ctid, words

from learnwork.layout.comparison import compare

pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]
NOBODY = "ce-00000000-0000-4000-8000-000000000000"


def page(client: Client, *ids: str, status: int = 200) -> str:
    response = client.get("/compare", {"ids": ",".join(ids)})
    assert response.status_code == status
    return response.content.decode()


def test_it_works(client: Client) -> None:
    shown = page(client, ctid("welding"), ctid("intro"))
    text = words(shown)
    assert "2 things side by side" in text
    assert "What does it cost?" in text
    assert "not known" in text
    assert '<tr class="differs">' in shown
    assert 'data-label="Intro to Welding"' in shown
    assert "Made source state-list" in text


def test_rows_answer_for_each_in_order() -> None:
    made = compare([ctid("intro"), ctid("welding")])
    assert [view.name for view in made.things] == ["Intro to Welding", "Welding"]
    assert all(len(row.cells) == 2 for row in made.rows)
    rows = {row.term: row for row in made.rows}
    assert not rows["@type"].differs
    assert not rows["ceterms:offeredBy"].differs
    assert rows["ceterms:estimatedCost"].cells[0].words == "not known"
    assert rows["ceterms:estimatedCost"].differs


def test_a_shared_figure_is_the_same_for_both_and_says_so() -> None:
    made = compare([ctid("intro"), ctid("welding")])
    row = next(row for row in made.rows if row.term == "etpl.quarterly_wage_q2")
    assert not row.differs
    assert "shared by 2 programs" in row.cells[0].words
    assert row.cells[0].figure is not None
    assert row.cells[0].figure.base == 31


def test_quarters_and_years_are_never_in_one_row() -> None:
    made = compare([ctid("welding"), OCCUPATION, ctid("surgeon")])
    for row in made.rows:
        units = {cell.figure.measure.unit for cell in row.cells if cell.figure}
        assert len(units) <= 1, row.question
        assert len({cell.figure.measure.key for cell in row.cells if cell.figure}) <= 1


def test_what_was_merged_is_followed(client: Client) -> None:
    assert "Open Badge of Welding" in page(client, ctid("double"), ctid("welding"))
    refused = page(client, ctid("double"), ctid("badge"), status=400)
    assert "one and the same thing" in refused


@pytest.mark.parametrize(
    ("ids", "status", "said"),
    [
        ([], 200, "Compare two to five things"),
        (["welding"], 400, "Compare it with what?"),
        (["welding", "welding"], 400, "Compare it with what?"),
        (["welding", "intro", "badge", "old", "new", "initiative"], 400, "different things, not 6."),
        (["welding", "gone"], 410, "Dropped certificate was withdrawn"),
        (["welding", "retired"], 410, "It never existed."),
    ],
)
def test_what_cannot_be_compared_gets_help(client: Client, ids: list[str], status: int, said: str) -> None:
    text = words(page(client, *map(ctid, ids), status=status))
    assert said in text


def test_an_unknown_one_and_fifty_and_nonsense(client: Client) -> None:
    text = page(client, ctid("welding"), ctid("intro"), NOBODY, status=404)
    assert f"/compare?ids={ctid('welding')},{ctid('intro')}" in text, "the others can still be compared"
    fifty = [f"ce-{n:08d}-0000-4000-8000-000000000000" for n in range(50)]
    assert "different things, not 50." in page(client, *fifty, status=400)
    hostile = page(client, "<script>alert(1)</script>", "x" * 20_000, status=404)
    assert "<script>alert" not in hostile


def test_one_thing_is_kept_for_the_search(client: Client) -> None:
    shown = page(client, ctid("welding"), status=400)
    assert f'<input type="hidden" name="keep" value="{ctid("welding")}">' in shown


def test_the_api_says_what_the_page_says(client: Client) -> None:
    ids = f"{ctid('welding')},{ctid('intro')}"
    said = client.get("/api/compare", {"ids": ids}).json()
    text = " ".join(words(client.get("/compare", {"ids": ids}).content.decode()).split())
    rows = {row["term"]: row for row in said["rows"]}
    assert [one["name"] for one in said["resources"]] == ["Welding", "Intro to Welding"]
    wage = rows["etpl.quarterly_wage_q2"]["answers"][0]
    assert (wage["value"], wage["base"], wage["status"]) == (6821.0, 31, "reported")
    assert "$6,821 a quarter of 31" in text
    assert client.get("/api/compare", {"ids": ctid("welding")}).status_code == 400
    assert client.get("/api/compare", {"ids": f"{ctid('welding')},{ctid('gone')}"}).status_code == 410
    assert client.get("/api/compare", {"ids": f"{ctid('welding')},{NOBODY}"}).status_code == 404


def test_the_number_of_queries_is_bounded(client: Client, django_assert_max_num_queries: object) -> None:
    five = [ctid(name) for name in ("welding", "intro", "badge", "old", "new")]
    with django_assert_max_num_queries(80):  # type: ignore[operator]
        page(client, *five)
