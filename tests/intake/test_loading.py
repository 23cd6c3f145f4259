"""Loading: one transaction a release, nothing twice, nothing half, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.made import CERTIFICATE, ORGANIZATION, ctid, figure, reading, said, source

from learnwork.formats.model import Area, Expectation, Group, Item, Observed
from learnwork.intake.loading import load
from learnwork.registry import queries
from learnwork.registry.models import Change, Envelope, Link, Observation, Release, Resource
from learnwork.vocabulary.errors import Issue, UnreadableFileError

pytestmark = pytest.mark.django_db

COLLEGE = said("college", ORGANIZATION, ceterms_name={"en": "Camden County College"})
WELDING = said("welding", ceterms_name={"en": "Welding"}, ceterms_ownedBy=[ctid("college")])


def tables() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Resource, Envelope, Link, Observation, Change, Release))


def test_a_release_becomes_resources_with_their_source() -> None:
    report = load(reading(COLLEGE, WELDING), "made")
    assert (report.outcome, report.new, report.links) == ("loaded", 2, 1)
    view = queries.resource(ctid("welding"))
    assert view.name == "Welding"
    assert view.document["ceterms:ownedBy"] == [ctid("college")]
    (claim,) = view.claims["ceterms:name"]
    assert [s.key for s in claim.sources] == ["made"]
    assert claim.sources[0].place == "made.csv row welding"
    assert [link.name for link in queries.links(view)] == ["Camden County College"]
    around, total = queries.linked(queries.resource(ctid("college")), "ceterms:ownedBy")
    assert ([link.name for link in around], total) == (["Welding"], 1)


def test_the_same_release_again_changes_nothing() -> None:
    load(reading(COLLEGE, WELDING, figure("welding", 3), digest="1"), "made")
    before = tables()
    assert load(reading(COLLEGE, WELDING, figure("welding", 3), digest="1"), "made").outcome == "unchanged"
    again = load(reading(COLLEGE, WELDING, figure("welding", 3), digest="1"), "made", reread=True)
    assert (again.outcome, again.unchanged, again.documents) == ("unchanged", 2, 2)
    assert tables() == before


def test_a_changed_document_supersedes_and_history_keeps_both() -> None:
    load(reading(COLLEGE), "made")
    later = said("college", ORGANIZATION, ceterms_name={"en": "Camden College"})
    report = load(reading(later, label="2025", day=date(2025, 7, 1)), "made")
    assert (report.changed, report.new) == (1, 0)
    assert queries.resource(ctid("college")).name == "Camden College"
    assert [v.superseded_at is None for v in queries.history(ctid("college"))] == [True, False]
    first = Envelope.objects.order_by("id")[0]
    assert queries.as_of(ctid("college"), known_at=first.received_at)["ceterms:name"] == {
        "en": "Camden County College"
    }


def test_an_older_release_never_supersedes_a_newer_one() -> None:
    load(reading(COLLEGE, label="2024"), "made")
    old = said("college", ORGANIZATION, ceterms_name={"en": "Old name"})
    gone = said("gone", ORGANIZATION, ceterms_name={"en": "Closed since"})
    report = load(reading(old, gone, label="2020", day=date(2020, 7, 1), snapshot=True), "made")
    assert (report.older, report.new, report.withdrawn) == (1, 1, 0)
    assert queries.resource(ctid("college")).name == "Camden County College"


def test_what_a_snapshot_lacks_is_withdrawn_and_can_come_back() -> None:
    many = [said(f"c{n}", ORGANIZATION, ceterms_name={"en": f"College {n}"}) for n in range(30)]
    load(reading(*many, snapshot=True), "made")
    report = load(reading(*many[1:], snapshot=True, label="2025", day=date(2025, 7, 1)), "made")
    assert (report.withdrawn, report.unchanged) == (1, 29)
    view = queries.resource(ctid("c0"))
    assert view.status == "withdrawn"
    assert view.name == "College 0"
    assert view.tombstone is not None
    assert view.tombstone.at is not None
    assert "does not list it any more" in view.tombstone.reason
    load(reading(*many, snapshot=True, label="2026", day=date(2026, 7, 1)), "made")
    assert queries.resource(ctid("c0")).status == "current"
    kinds = Change.objects.filter(resource__ctid=ctid("c0")).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == [Change.Kind.CREATED, Change.Kind.WITHDRAWN, Change.Kind.RESTORED]


def test_a_release_that_breaks_its_promise_is_held_back_and_the_last_good_one_serves() -> None:
    promise = source(expects=Expectation(resources={ORGANIZATION: (1, None)}))
    load(reading(COLLEGE, by=promise, snapshot=True), "made")
    report = load(reading(by=promise, label="2025", day=date(2025, 7, 1), snapshot=True), "made")
    assert report.outcome == "held"
    assert report.held == [f"0 documents of {ORGANIZATION}; the source promises at least 1."]
    assert queries.resource(ctid("college")).status == "current"
    held = Release.objects.get(status="held")
    assert held.report["held"] == report.held
    accepted = load(
        reading(by=promise, label="2025", day=date(2025, 7, 1), snapshot=True), "made", accept=True
    )
    assert accepted.outcome == "loaded"
    assert queries.resource(ctid("college")).status == "withdrawn"


def test_fill_rates_are_part_of_the_promise() -> None:
    promise = source(expects=Expectation(filled={CERTIFICATE: {"ceterms:name": 0.9}}))
    unnamed = [said(str(n), ceterms_keyword=["x"]) for n in range(30)]
    report = load(reading(*unnamed, by=promise), "made")
    assert report.outcome == "held"
    assert "ceterms:name is filled in 0 of 30" in report.held[0]
    assert Resource.objects.count() == 0


def test_too_many_withdrawals_hold_a_snapshot_back() -> None:
    many = [said(f"c{n}", ORGANIZATION, ceterms_name={"en": f"College {n}"}) for n in range(30)]
    load(reading(*many, snapshot=True), "made")
    report = load(reading(*many[:10], snapshot=True, label="2025", day=date(2025, 7, 1)), "made")
    assert report.outcome == "held"
    assert "20 of 30 documents of the former release are missing" in report.held[0]


def test_a_dry_run_reports_everything_and_keeps_nothing() -> None:
    report = load(reading(COLLEGE, WELDING, figure("welding", 3)), "made", dry_run=True)
    assert (report.outcome, report.new, report.observations) == ("dry run", 2, 1)
    assert tables() == (0, 0, 0, 0, 0, 0)


def test_an_exception_in_the_middle_leaves_nothing() -> None:
    def breaks() -> Iterator[Item]:
        for n in range(5_000):
            yield said(str(n), ceterms_name={"en": str(n)})
        raise UnreadableFileError("The file ends in the middle of row 5,001.")

    with pytest.raises(UnreadableFileError):
        load(reading(then=breaks), "made")
    assert tables() == (0, 0, 0, 0, 0, 0)


def test_a_key_that_occurs_twice_is_refused_the_second_time() -> None:
    report = load(reading(COLLEGE, said("college", ORGANIZATION, ceterms_name={"en": "Twin"})), "made")
    assert (report.new, report.refused, report.issues["duplicate-key"]) == (1, 1, 1)
    far = [said(str(n), ceterms_name={"en": str(n)}) for n in range(2_500)]
    report = load(reading(*far, far[0], by="other"), "made")
    assert report.issues["duplicate-key"] == 1


def test_issues_of_the_reader_are_counted_and_kept_with_their_place() -> None:
    report = load(reading(COLLEGE, Issue("bad-row", "Row 7 has no name.", "made.csv row 7")), "made")
    assert (report.refused, report.issues["bad-row"]) == (1, 1)
    assert report.to_dict()["issues"][0]["samples"][0]["place"] == "made.csv row 7"


def test_another_publisher_may_not_claim_an_owned_ctid() -> None:
    load(reading(said("x", ceterms_name={"en": "Mine"}, owned=True), by="owner"), "made")
    report = load(reading(said("x", ceterms_name={"en": "Stolen"}, owned=True), by="thief"), "made")
    assert (report.refused, report.new) == (1, 0)
    assert "belongs to another publisher" in report.samples["ctid-owned"][0].message
    assert queries.resource(ctid("x")).name == "Mine"


def test_an_open_reference_closes_when_its_object_arrives() -> None:
    load(reading(WELDING), "made")
    (link,) = queries.links(queries.resource(ctid("welding")))
    assert (link.ctid, link.reference) == ("", ctid("college"))
    load(reading(COLLEGE, by="other"), "made")
    (link,) = queries.links(queries.resource(ctid("welding")))
    assert (link.ctid, link.reference) == (ctid("college"), "")


def test_a_source_without_ctids_finds_the_resource_by_identifier() -> None:
    name = ("fein+name", "210721195|camden county college")
    load(reading(said("183123", ORGANIZATION, ceterms_name={"en": "Camden"}, identifiers=[name])), "made")
    listed = said("17", ORGANIZATION, ceterms_name={"en": "CAMDEN"}, identifiers=[name])
    load(reading(listed, by=source("list", trust=10)), "made")
    assert Resource.objects.count() == 1
    view = queries.resource(ctid("183123"))
    assert [c.value for c in view.claims["ceterms:name"]] == [{"en": "Camden"}, {"en": "CAMDEN"}]
    assert view.conflicts("ceterms:name")


def test_what_refers_to_the_ctid_that_a_list_derived_means_the_resource_that_was_here() -> None:
    name = ("fein+name", "210721195|camden county college")
    load(reading(said("183123", ORGANIZATION, ceterms_name={"en": "Camden"}, identifiers=[name])), "made")
    listed = said("17", ORGANIZATION, ceterms_name={"en": "CAMDEN"}, identifiers=[name])
    course = said("course", ceterms_name={"en": "Course"}, ceterms_offeredBy=[ctid("17")])
    shared = Observed(Group(ctid("17"), "48"), "ipeds.awards", "2024", 7.0)
    report = load(reading(course, listed, program("intro", "48.0508", by="17"), shared, by="list"), "made")
    assert report.observations_refused == 0
    (link,) = queries.links(queries.resource(ctid("course")))
    assert link.ctid == ctid("183123")
    assert queries.resource(ctid("17")).ctid == ctid("183123")
    assert [(f.value, f.shared_by) for f in queries.figures(queries.resource(ctid("intro")))] == [(7.0, 1)]
    again = load(reading(course, listed, by="list", label="2025"), "made")
    assert (again.new, again.changed, Resource.objects.count()) == (0, 0, 3)


def test_an_identifier_that_one_source_gives_to_two_things_identifies_nothing() -> None:
    name = ("fein+name", "1|twin")
    twins = [said(k, ORGANIZATION, ceterms_name={"en": "Twin"}, identifiers=[name]) for k in ("a", "b")]
    load(reading(*twins), "made")
    load(reading(said("c", ORGANIZATION, ceterms_name={"en": "Twin"}, identifiers=[name]), by="list"), "made")
    assert Resource.objects.count() == 3


def test_figures_travel_with_everything_that_makes_them_true() -> None:
    load(
        reading(
            WELDING,
            Area("us", "United States", "nation"),
            figure("welding", 7, "2024", row=12),
            figure("welding", None, "2023", status="suppressed"),
            figure("welding", 10.5, area="us", base=31, precision=2.5, cohort="2019"),
        ),
        "made",
    )
    found = queries.figures(queries.resource(ctid("welding")))
    assert [(f.value, f.status, f.period) for f in found] == [
        (7.0, "reported", "2024"),
        (None, "suppressed", "2023"),
        (10.5, "reported", "2024"),
    ]
    last = found[-1]
    assert (last.base, last.precision, last.cohort, last.area_name) == (31, 2.5, "2019", "United States")
    assert last.source.key == "made"
    assert found[0].row == 12


def program(key: str, code: str, level: str = "", by: str = "college") -> Item:
    field = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:codedNotation": code}
    extra = {"lw_awardLevel": level} if level else {}
    return said(
        key,
        ceterms_name={"en": key},
        ceterms_ownedBy=[ctid(by)],
        ceterms_instructionalProgramType=[field],
        **extra,
    )


def test_figures_of_a_group_hang_on_it_once_and_are_shown_as_shared() -> None:
    college = ctid("college")
    load(
        reading(
            COLLEGE,
            program("intro", "48.0508", "2"),
            program("advanced", "48.0508", "3"),
            program("nursing", "51.3801", "3"),
            Observed(Group(college, "48.05"), "ipeds.awards", "2024", 6821.0, base=31),
            Observed(Group(college, "48.0508", ("3",)), "ipeds.awards", "2023", 5.0),
        ),
        "made",
    )
    assert Observation.objects.count() == 2
    intro = queries.figures(queries.resource(ctid("intro")))
    assert [(f.value, f.base, f.shared_by) for f in intro] == [(6821.0, 31, 2)]
    assert [(f.value, f.shared_by) for f in queries.figures(queries.resource(ctid("advanced")))] == [
        (6821.0, 2),
        (5.0, 1),
    ]
    assert queries.figures(queries.resource(ctid("nursing"))) == []


def test_a_figure_about_something_that_is_not_here_is_refused_with_its_row() -> None:
    report = load(reading(WELDING, figure("nowhere", 1, row=9)), "made")
    assert (report.observations, report.observations_refused) == (0, 1)
    assert report.samples["subject-unknown"][0].place == "row 9"


def test_a_new_release_of_a_part_replaces_its_figures_and_leaves_the_other_parts() -> None:
    load(reading(WELDING, figure("welding", 1, "2023"), part="2023", label="2023"), "made")
    load(reading(WELDING, figure("welding", 2, "2024"), part="2024", label="2024"), "made")
    load(reading(WELDING, figure("welding", 3, "2024"), part="2024", label="2024 revised"), "made")
    found = queries.figures(queries.resource(ctid("welding")))
    assert [(f.period, f.value) for f in found] == [("2024", 3.0), ("2023", 1.0)]
    assert Observation.objects.count() == 3


def test_new_figures_tell_the_followers_of_the_programs_that_share_them() -> None:
    load(reading(COLLEGE, program("intro", "48.0508")), "made")
    before = queries.last_change()
    load(
        reading(Observed(Group(ctid("college"), "48.05"), "ipeds.awards", "2024", 1.0), by="figures"), "made"
    )
    (change,) = queries.changes(before)
    assert (change.resource, change.get_kind_display()) == (None, "figures")
    seq, ids = queries.changed(before, 100)
    assert seq == change.seq
    assert list(Resource.objects.filter(pk__in=ids).values_list("name", flat=True)) == ["intro"]
    assert queries.behind(before) == 1
