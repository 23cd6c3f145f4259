"""API, page and command say the same figures, and the same document, of 200 resources of the demonstration."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

pytestmark = [pytest.mark.django_db]
SAMPLE = 200
# What pages show as one figure each; ratings and importance stand in lists of which a page shows the first.
SHOWN = (
    "oews.annual_median",
    "oews.employment",
    "projections.change",
    "ipeds.awards",
    "etpl.quarterly_wage_q2",
    "etpl.employed_q2",
    "scorecard.earnings_4yr",
)


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """The demonstration in the database, and every n-th resource of it."""
    from django.db import transaction

    from learnwork.demonstration import RECIPE
    from learnwork.formats.recipes import read_recipe
    from learnwork.formats.registry import open_readings
    from learnwork.intake.loading import load
    from learnwork.registry.models import Observation, Resource

    with django_db_blocker.unblock(), transaction.atomic():
        for step in read_recipe(RECIPE, None):
            for reading in open_readings(step.format, step.paths, step.options):
                load(reading, step.format)
        current = Resource.objects.filter(status="current").order_by("type", "id")
        measured = Observation.objects.exclude(resource=None).values("resource").distinct()
        every = list(current.values_list("ctid", flat=True))
        with_figures = list(current.filter(pk__in=measured).values_list("ctid", flat=True))
        half = SAMPLE // 2
        chosen = [
            *(every[at * len(every) // half] for at in range(half)),
            *(with_figures[at * len(with_figures) // half] for at in range(half)),
        ]
        yield list(dict.fromkeys(chosen))
        transaction.set_rollback(True)


def figures_of_api(client: Client, ctid: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        piece = client.get(f"/api/resources/{ctid}/observations?size=500&after={after}").json()
        found += piece["observations"]
        after = piece["next"]
        if not after:
            return found


def of_command(ctid: str, capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    from learnwork.cli.app import run

    capfdbinary.readouterr()
    assert run(["show", ctid, "--json"]) == 0
    return json.loads(capfdbinary.readouterr().out)


def plain(figure: dict[str, Any]) -> tuple[Any, ...]:
    """What makes a figure what it is, as the API and as the command spell it."""
    area, item = figure["area"], figure["item"]
    return (
        figure["measure"],
        figure["period"],
        figure["cohort"],
        figure["value"],
        figure["status"],
        figure["base"],
        figure["precision"],
        (area or {}).get("key", "") if not isinstance(area, str) else area,
        (item or {}).get("ctid", "") if not isinstance(item, str) else item,
        figure["shared_by"],
        figure["source"]["key"],
        figure["row"],
    )


def test_api_and_command_say_the_same(
    client: Client, sample: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    compared = 0
    for ctid in sample:
        said, shown = client.get(f"/api/resources/{ctid}").json(), of_command(ctid, capfdbinary)
        for member in ("ctid", "name", "status", "derived", "document"):
            assert said[member] == shown[member], (ctid, member)
        assert said["ctdl_class"] == shown["type"]
        assert list(said["claims"]) == list(shown["claims"])
        figures = figures_of_api(client, ctid)
        assert sorted(map(repr, map(plain, figures))) == sorted(map(repr, map(plain, shown["figures"]))), ctid
        compared += len(figures)
    assert len(sample) > SAMPLE * 0.9
    assert compared > 1_000


def test_the_page_says_what_the_api_says(client: Client, sample: list[str]) -> None:
    from learnwork.layout.presentation import format_measured
    from learnwork.vocabulary.measures import by_key

    compared = 0
    for ctid in sample:
        response = client.get(f"/resources/{ctid}")
        assert response.status_code == 200
        text = html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode().partition("<main")[2]))
        text = re.sub(r"\s+", " ", text)
        newest: dict[str, dict[str, Any]] = {}
        for figure in figures_of_api(client, ctid):
            if figure["area"] in ("", "us") and not figure["item"] and figure["measure"] in SHOWN:
                former = newest.get(figure["measure"])
                if former is None or figure["period"] > former["period"]:
                    newest[figure["measure"]] = figure
        for key, figure in newest.items():
            words = format_measured(
                by_key[key], figure["value"], figure["status"], figure["base"], figure["precision"]
            )
            # The unit may stand in the heading of a table; the number may not be another one.
            number = re.search(r"\$?\d[\d,.]*%?", str(words.value))
            assert (number[0] if number else str(words.value)) in text, (ctid, key, str(words.value))
            compared += 1
    assert compared > 100
