"""The page of a county, of which the made world has none: two programs in one, loaded for this file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from tests.web.world import words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from django.core.cache import cache
    from django.db import transaction
    from tests.made import ctid, figure, reading, said

    from learnwork.formats.model import Area
    from learnwork.intake.loading import load
    from learnwork.search.follow import rebuild

    address = {
        "@type": "ceterms:Place",
        "ceterms:addressLocality": "Blackwood",
        "ceterms:addressRegion": "NJ",
        "lw:county": "Camden",
        "lw:countyCode": "34007",
    }
    programs = [
        said(
            f"program {n}",
            "ceterms:LearningProgram",
            ceterms_name={"en": f"Program {n}"},
            ceterms_offeredBy=[ctid("school")],
            ceterms_availableAt=[address],
        )
        for n in range(2)
    ]
    work = said("work", "ceterms:Occupation", ceterms_name={"en": "Welders"}, ceterms_codedNotation="51-4121")
    school = said(
        "school",
        "ceterms:CredentialOrganization",
        ceterms_name={"en": "A school"},
        ceterms_address=[address],
    )
    figures = [
        figure("work", 3730.0, "2025-05", measure="oews.employment", area="state:NJ"),
        figure("work", 59440.0, "2025-05", measure="oews.annual_median", area="state:NJ"),
    ]
    with django_db_blocker.unblock(), transaction.atomic():
        load(
            reading(Area("state:NJ", "New Jersey", "state", "NJ"), school, *programs, work, *figures), "made"
        )
        cache.clear()
        rebuild()
        yield
        transaction.set_rollback(True)


def test_it_works(client: Client, county: None) -> None:
    shown = client.get("/places/county/34007").content.decode()
    text = words(shown)
    assert "Camden County, NJ" in text
    assert "Program 0" in text
    assert "A school" in text
    assert '<a href="/places/state/NJ">New Jersey</a>' in shown
    assert "The occupations with the most jobs: New Jersey" in text
    assert "$59,440 a year" in text


def test_the_state_leads_to_its_counties(client: Client, county: None) -> None:
    assert 'href="/places/county/34007"' in client.get("/places/state/NJ").content.decode()


def test_a_program_leads_to_its_places(client: Client, county: None) -> None:
    from tests.made import ctid

    shown = client.get(f"/resources/{ctid('program 0')}").content.decode()
    assert '<a href="/places/county/34007">Camden County</a>' in shown
    assert '<a href="/places/state/NJ">NJ</a>' in shown
