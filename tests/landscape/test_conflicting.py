"""What sources say differently, side by side."""

from __future__ import annotations

from datetime import date

from learnwork.landscape.conflicting import Subject, conflicts
from learnwork.registry.composition import Preference, Statement

LABELS = {"ceterms:startDate": "Since"}


def statement(number, source, trust=40, **terms):
    document = {"@type": "lw:Initiative", "ceterms:ctid": "ce-1"}
    document |= {term.replace("_", ":", 1): value for term, value in terms.items()}
    return Statement(source, trust, date(2025, 1, 1), source, document, number)


def of(*statements, preferences=()):
    return conflicts([Subject("ce-1", "Alpha", statements, preferences, LABELS)])


def values(conflict):
    return {version.text: version.sources for version in conflict.versions}


def test_a_span_of_years_in_words_stands_for_the_year_of_its_source():
    (found,) = of(
        statement(1, "map", 60, ceterms_startDate="2018"),
        statement(2, "blog", ceterms_startDate="2019", lw_claim=["start year: 2019-2021"]),
        statement(3, "site", ceterms_startDate="2018"),
    )
    assert found.matter == "Since"
    assert values(found) == {"2018": ("map", "site"), "2019-2021": ("blog",)}
    assert [version.shown for version in found.versions] == [True, False]


def test_claims_of_one_matter_are_compared_and_others_left_alone():
    found = of(
        statement(1, "one", lw_claim=["cosponsors: 89", "founders: nine"], lw_note="a time series"),
        statement(
            2, "two", lw_claim=["cosponsors: 121"], lw_citation=["https://example.org/a", "javascript:x"]
        ),
    )
    assert [one.matter for one in found] == ["cosponsors"]
    assert found[0].notes == ("a time series",)
    assert found[0].versions[0].pages == ("https://example.org/a",)


def test_what_two_sources_agree_on_is_no_conflict():
    same = {"ceterms_startDate": "2018", "lw_claim": ["cosponsors: 89"]}
    assert of(statement(1, "one", **same), statement(2, "two", **same)) == ()


def test_a_ruling_settles_it_and_shows_all_the_same():
    (found,) = of(
        statement(1, "one", lw_status="active"),
        statement(2, "two", lw_status="ended"),
        preferences=[Preference("lw:status", "two")],
    )
    assert found.settled
    assert [version.text for version in found.versions] == ["ended", "active"]


def test_what_a_source_infers_is_proposed():
    (found,) = of(
        statement(1, "brief", lw_claim=["respondents: 11"]),
        statement(2, "inferred", lw_claim=["respondents: 12"], lw_proposed=["lw:claim"]),
    )
    assert [version.proposed for version in found.versions] == [False, True]


def test_a_class_and_what_a_source_itself_only_proposes_are_no_disagreement():
    stated = statement(1, "map", lw_kind="private foundation")
    proposed = statement(2, "map", lw_kind="organization", lw_proposed=["lw:kind"])
    proposed.document["@type"] = "lw:Funder"
    assert of(stated, proposed) == ()
    other = statement(3, "site", lw_kind="organization", lw_proposed=["lw:kind"])
    (found,) = of(stated, other)
    assert len(found.versions) == 2, "what another source proposes is shown beside it"
