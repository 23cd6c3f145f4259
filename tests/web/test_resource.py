"""The page of a resource: every value with its sources, every mark in words, nothing that bites."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.web.world import FIELD, OCCUPATION, PUBLISHED, ctid, words

from learnwork.web.claims import standing

pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]


def page(client: Client, of: str, status: int = 200, **params: str) -> str:
    response = client.get(f"/resources/{of}", params)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_it_works(client: Client) -> None:
    shown = page(client, ctid("welding"))
    assert "<h1>Welding</h1>" in shown
    assert f'<a href="/resources/{ctid("college")}">Riverside College</a>' in shown
    assert "Riverside, NJ" in words(shown)


def test_headings_are_the_readers_questions_in_order(client: Client) -> None:
    headings = re.findall(r'<h2 id="[^"]*">([^<]*)</h2>', page(client, ctid("welding")))
    assert headings == [
        "What does it cost and take?",
        "Where does it lead?",
        "Who vouches for it?",
        "How did it turn out for others?",
        "What else is said about it?",
        "What can one do afterwards?",
        "Who says so?",
    ]


def test_nested_profiles_are_readable(client: Client) -> None:
    text = words(page(client, ctid("welding")))
    assert "Tuition: $3,450" in text
    assert "Kit: €500" in text
    assert "6 months to 1 year" in text
    assert "1 Main St, Riverside, NJ 08012" in text
    assert "Admission" in text
    assert "A diploma." in text
    assert "Evening courses yes" in text
    assert "Childcare no" in text


def test_every_field_leads_to_its_sources(client: Client) -> None:
    shown = page(client, ctid("welding"))
    facts = re.findall(r"<dd[^>]*>(.*?)</dd>\s*</div>(?=<div>|\s*</dl>)", shown, re.DOTALL)
    described = [
        fact for fact in facts if "profile" not in fact and "<code>" not in fact and "As data" not in fact
    ]
    assert described
    assert '<a href="/sources/state-list">Made source state-list</a>' in shown
    assert shown.count('<details class="chip">') >= 12


def test_a_conflict_shows_the_values_side_by_side(client: Client) -> None:
    shown = page(client, ctid("welding"))
    conflict = re.search(r'<details class="chip conflict">.*?</details>', shown, re.DOTALL)
    assert conflict
    text = words(f"<main>{conflict[0]}")
    assert "2 different values" in text
    assert text.index("Shown: Welding") < text.index("Also said: Welding for beginners")
    assert "the source ranks higher in trust" in text


def test_shared_figures_say_so_and_keep_their_base(client: Client) -> None:
    text = words(page(client, ctid("welding")))
    assert "$6,821 a quarter of 31" in text
    assert "77.5% 31 of 40" in text
    assert "Shared by 2 programs" in text
    assert "withheld (small group)" in text
    assert "neither which year nor which group" in text


def test_a_figure_of_one_program_is_not_called_shared(client: Client) -> None:
    assert "Shared by 1" not in words(page(client, ctid("new")))


def test_very_many_values_fold(client: Client) -> None:
    text = page(client, ctid("badge")).partition("<main")[2]
    assert "<summary>18 more</summary>" in text
    assert text.index("keyword 11") < text.index("18 more") < text.index("keyword 12")


def test_wages_are_marked_as_the_occupations(client: Client) -> None:
    text = words(page(client, ctid("welding")))
    assert "not what completers of this program earn" in text
    assert "$59,440 a year ± 1.8% standard error" in text
    assert "$53,750 a year" in text


def test_a_field_shows_where_it_leads(client: Client) -> None:
    text = words(page(client, FIELD))
    assert "Where does it lead?" in text
    assert "Welders" in text
    assert "Riverside College" in text, "programs of one name are told apart by their provider"


def test_an_occupation_marks_forecasts(client: Client) -> None:
    shown = page(client, OCCUPATION)
    assert '<span class="mark forecast">forecast</span>' in shown
    assert "9,900 jobs" in words(shown)
    assert "New Jersey" in words(shown)


def test_an_unknown_area_is_passed_over(client: Client) -> None:
    assert "United States" in page(client, OCCUPATION, area="moon:1")


def test_what_fell_silent_says_so(client: Client) -> None:
    assert "not reported since 2022" in page(client, ctid("old"))
    assert "not reported since" not in page(client, ctid("new"))
    assert "known from completions reports only" in page(client, ctid("new"))


def test_languages_other_than_english_are_marked(client: Client) -> None:
    assert '<span lang="es">Unir metal.</span>' in page(client, ctid("welding"))


def test_proposed_is_marked(client: Client) -> None:
    shown = page(client, ctid("initiative"))
    assert '<span class="mark proposed">proposed</span>' in shown


def test_a_sample_is_marked(client: Client) -> None:
    assert "sample data" in page(client, ctid("intro"))


def test_unknown_terms_are_shown_under_their_own_name(client: Client) -> None:
    text = words(page(client, ctid("badge")))
    assert "Term Inner kept" in text


def test_sections_without_anything_to_say_are_absent(client: Client) -> None:
    shown = page(client, ctid("initiative"))
    for heading in (
        "What does it cost?",
        "What do completers earn?",
        "What refers to it?",
        "How many complete it?",
    ):
        assert heading not in shown


def test_incoming_links_are_paged(client: Client) -> None:
    shown = page(client, ctid("college"), **{"in": "ceterms:offeredBy", "from": "2"})
    assert "3 to 4 of 4" in words(shown)
    assert "Earlier ones" in shown
    assert "3 to 4 of 4" not in words(page(client, ctid("college"), **{"from": "x"}))


def test_a_withdrawn_one_leaves_a_tombstone(client: Client) -> None:
    text = words(page(client, ctid("gone"), 410))
    assert "This has been withdrawn" in text
    assert "does not list it any more" in text
    assert re.search(r"Since \d+ \w+ \d{4}", text)


def test_a_retired_one_gives_the_reason(client: Client) -> None:
    assert "It never existed." in words(page(client, ctid("retired"), 410))


def test_a_merged_one_leads_to_what_it_is_now(client: Client) -> None:
    response = client.get(f"/resources/{ctid('double')}")
    assert response.status_code == 301
    assert response["Cache-Control"] == "no-cache", "a merge may be undone"
    followed = client.get(response["Location"])
    assert ctid("double") in followed.content.decode()
    assert "A curator found" in followed.content.decode()


def test_nobody_can_claim_a_merge_in_the_address(client: Client) -> None:
    assert "A curator found" not in page(client, ctid("badge"), merged=ctid("welding"))
    assert "A curator found" not in page(client, ctid("badge"), merged="ce-<script>")


def test_an_unknown_one_is_not_found(client: Client) -> None:
    text = words(page(client, "ce-00000000-0000-4000-8000-000000000000", 404))
    assert "Nothing here has the identifier" in text
    assert client.get("/resources/ce-nonsense").status_code == 404


@pytest.mark.parametrize("accept", ["application/ld+json", "application/json"])
def test_published_documents_come_byte_for_byte(client: Client, accept: str) -> None:
    response = client.get(f"/resources/{ctid('badge')}", headers={"accept": accept})
    assert response.content == PUBLISHED.encode()
    assert response["Content-Type"] == accept
    assert "Accept" in response["Vary"]
    assert client.get(f"/graph/{ctid('badge')}").content == PUBLISHED.encode()
    assert client.get(f"/resources/{ctid('badge')}.json").content == PUBLISHED.encode()


def test_derived_documents_are_expanded(client: Client) -> None:
    document = client.get(f"/resources/{ctid('welding')}.json").json()
    assert document["@id"].endswith(f"/resources/{ctid('welding')}")
    assert document["@context"]
    assert document["ceterms:offeredBy"] == [f"http://127.0.0.1:8000/resources/{ctid('college')}"]
    graph = client.get(f"/graph/{ctid('welding')}").json()
    assert {node["ceterms:ctid"] for node in graph["@graph"]} == {ctid("welding"), ctid("college"), FIELD}


def test_data_of_what_is_gone_is_a_problem(client: Client) -> None:
    response = client.get(f"/resources/{ctid('retired')}.json")
    assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json")
    assert response.json()["code"] == "resource-gone"
    assert client.get(f"/graph/{ctid('double')}").status_code == 301


def test_unchanged_data_is_not_sent_again(client: Client) -> None:
    first = client.get(f"/resources/{ctid('badge')}.json")
    assert (
        client.get(f"/resources/{ctid('badge')}.json", headers={"if-none-match": first["ETag"]}).status_code
        == 304
    )


def test_a_wage_above_all_that_is_published_is_at_least_so_much(client: Client) -> None:
    text = words(page(client, ctid("surgeon")))
    assert "Annual wage, dollars a year, May 2025" in text
    assert "$180,000 at least $239,200" in text, "the bound stands in the median's column"
    assert "withheld" not in text


def test_the_nation_stands_before_the_state(client: Client) -> None:
    text = words(page(client, OCCUPATION)).partition("How many jobs are there?")[2]
    assert text.index("416,210 jobs") < text.index("3,730 jobs")


def test_codes_are_said_in_words(client: Client) -> None:
    text = words(page(client, OCCUPATION))
    assert "some (job zone 2 of 5)" in text
    assert "In demand in New Jersey" in text


def test_what_is_named_on_both_sides_is_said_once(client: Client) -> None:
    shown = page(client, ctid("funder"))
    assert shown.count(">A map</a>") == 1
    assert "What refers to it?" not in shown
    asked = page(client, ctid("funder"), **{"in": "lw:fundedBy"})
    assert "What refers to it?" in asked, "who asks for it gets it"


def test_events_are_lines(client: Client) -> None:
    assert "2018, launch: It began" in words(page(client, ctid("initiative")))


def test_a_program_that_shares_does_not_link_to_itself(client: Client) -> None:
    text = words(page(client, ctid("welding")))
    assert re.search(r"for all of them together: Intro to Welding ?, this one ?\.", text)


def test_a_field_speaks_of_completers_without_a_program(client: Client) -> None:
    assert "not what completers earn" in words(page(client, FIELD))


def test_what_is_suspended_says_so_on_top(client: Client) -> None:
    mark = '<a class="mark attention" href="/about/marks#standing">suspended</a>'
    assert mark in page(client, ctid("intro"))
    assert mark not in page(client, ctid("welding"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"lw:closedOn": "2021-06-01"}, "closed 1 June 2021"),
        ({"ceterms:lifeCycleStatusType": [{"ceterms:targetNode": "lifeCycle:TeachOut"}]}, "teach out"),
        ({"ceterms:credentialStatusType": "credentialStat:Probationary"}, "probationary"),
        (
            {
                "ceterms:lifeCycleStatusType": {"ceterms:targetNode": "lifeCycle:Active"},
                "lw:status": "active",
            },
            "",
        ),
        ({"lw:status": ["<b>suspended", {"ceterms:targetNode": 3}, None]}, ""),
    ],
)
def test_standing(document: dict[str, Any], said: str) -> None:
    assert standing(document) == said


def test_every_fact_leads_to_where_an_error_is_reported(client: Client) -> None:
    shown = page(client, ctid("welding"))
    reports = set(re.findall(r'/suggest\?about=([^"]+)"', shown))
    assert {
        "ceterms%3Aname",
        "ceterms%3AestimatedCost",
        "lw%3AeveningCourses",
        "etpl.quarterly_wage_q2",
    } <= reports
    for about in reports:
        assert client.get(f"/resources/{ctid('welding')}/suggest?about={about}").status_code == 200


def test_the_top_answers_what_a_learner_asks_first(client: Client) -> None:
    top = page(client, ctid("welding")).partition('<dl class="glances">')[2].partition("</dl>")[0]
    text = words(f"<main>{top}")
    assert "Cost $3,450" in text
    assert "Time 6 months to 1 year" in text
    assert "$6,821 a quarter of 31" in text
    assert "shared by 2 programs" in text
    assert "$59,440 a year, the median of the occupation it leads to, New Jersey" in text


def test_circumstances_are_yes_or_no_by_word_and_shape(client: Client) -> None:
    shown = page(client, ctid("welding"))
    assert '<div class="yes"><dt>Evening courses</dt><dd>yes' in shown
    assert '<div class="no"><dt>Childcare</dt><dd>no' in shown


def test_the_chart_says_what_its_table_says(client: Client) -> None:
    shown = page(client, ctid("new"))
    assert 'aria-label="Awards conferred: 2022 12 awards, 2024 12 awards"' in shown
    assert shown.count('class="number"') == 2
    assert "12 awards" in words(shown)


def test_awards_of_a_provider_are_summed_and_marked(client: Client) -> None:
    shown = page(client, ctid("college"))
    assert "How many complete a program here?" in shown
    assert "our sum" in shown
    text = words(shown)
    assert re.search(r"2022 24 awards 2 2024 12 awards 1", text)


def test_a_provider_reads_what_is_missing(client: Client) -> None:
    text = words(page(client, ctid("college")))
    assert "Is this you?" in text
    assert "Accredited by suggest it" in text
    assert "Is this you?" not in words(page(client, ctid("welding")))


def test_curators_find_their_way(client: Client) -> None:
    from learnwork.accounts.models import User

    assert "/curate/resources/" not in page(client, ctid("welding"))
    client.force_login(User.objects.create_user("alice", role=User.Role.CURATOR))
    assert f"/curate/resources/{ctid('welding')}" in page(client, ctid("welding"))


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    """A provider of 4 and of 40 programs, each with figures: as many queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.made import figure, reading, said

    from learnwork.intake.loading import load

    def asked(of: str) -> int:
        page(client, of)  # what is remembered is remembered
        with CaptureQueriesContext(connection) as queries:
            page(client, of)
        return len(queries)

    few = {of: asked(ctid(of)) for of in ("college", "welding", "new")}
    more = [
        said(
            f"more {n}",
            "ceterms:AssociateDegree",
            ceterms_name={"en": f"Degree {n}"},
            ceterms_offeredBy=[ctid("college")],
            lw_awardLevel="3",
        )
        for n in range(36)
    ]
    load(reading(*more, *(figure(f"more {n}", n, "2024") for n in range(36)), by="more"), "made")
    many = {of: asked(ctid(of)) for of in few}
    assert many == few
    assert max(many.values()) < 40
