"""The real map, loaded once: the expected graph, the two times, mergers that are undone, an export that comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learnwork.formats.ecosystem_documents import BLOCK, THEME, ctid
from learnwork.formats.registry import open_readings
from learnwork.intake.loading import load
from learnwork.landscape.communities import Outcome, communities
from learnwork.landscape.layers import Choice, Layer, Pairs, pairs_of, two_mode
from learnwork.landscape.model import Landscape
from learnwork.landscape.reading import landscape
from learnwork.registry import decisions
from learnwork.registry.models import Release

pytestmark = [pytest.mark.big, pytest.mark.django_db]
TODAY = "2026-11-22"
REWORK = ctid("initiative", "rework-america-alliance")
MARKLE, JFF = "Markle Foundation", "Jobs for the Future (JFF)"


@pytest.fixture
def expected(shared_data: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (shared_data / "ecosystem/expected_graph.yaml").read_text("utf-8")
    )
    return content


@pytest.fixture
def _loaded(shared_data: Path, db: None) -> None:
    for reading in open_readings("ecosystem", [shared_data / "ecosystem"]):
        load(reading, "ecosystem")


def joined(known: Landscape, layer: Layer) -> Pairs:
    return pairs_of(two_mode(known, Choice(layer)))


def keys(known: Landscape) -> list[str]:
    return [entry.key for entry in known.entries.values()]


def components(size: int, pairs: set[tuple[int, int]]) -> list[int]:
    """Sizes of what hangs together, the largest first."""
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for first, second in pairs:
        parent[root(second)] = root(first)
    return sorted(Counter(root(node) for node in range(size)).values(), reverse=True)


@pytest.mark.usefixtures("_loaded")
def test_the_expected_graph(expected: dict[str, Any]) -> None:
    known = landscape(TODAY)
    assert len(known.entries) == expected["initiatives"]
    funders, organizations = joined(known, Layer.FUNDERS), joined(known, Layer.ORGANIZATIONS)
    assert len(list(combinations(known.entries, 2))) == expected["pairs_total"]
    assert len(funders) == expected["pairs_sharing_a_funder"]
    assert len(organizations) == expected["pairs_sharing_an_organization"]
    assert len(funders.keys & organizations.keys) == expected["pairs_sharing_both"]
    _funders(known, expected)
    sizes = components(len(known.entries), organizations.keys)
    assert sizes.count(1) == expected["org_network"]["isolates"]
    largest = expected["org_network"]["largest_components"]
    assert sizes[: len(largest)] == largest
    acting = {(role.entry, known.parties[role.party].name) for role in known.roles if role.kind != "funder"}
    busiest = Counter(name for _, name in acting)
    most = expected["most_connected_organizations"]
    assert {name: busiest[name] for name in most} == most
    named = keys(known)
    strongest = {
        frozenset((named[a], named[b])): n
        for a, b, n in zip(organizations.first, organizations.second, organizations.shared, strict=True)
        if n > 1
    }
    assert strongest == {
        frozenset((one["a"], one["b"])): one["shared"]
        for one in expected["strongest_pairs"]
        if one["shared"] > 1
    }
    blocks = Counter(block for entry in known.entries.values() for block in entry.blocks)
    assert blocks == of_blocks(known, expected["initiatives_per_block"])
    _communities(known, organizations, expected["org_network"])


def of_blocks(known: Landscape, numbers: dict[str, int]) -> dict[str, int]:
    """Those of themes included, which the file counts as building blocks."""
    kinds = (BLOCK, THEME)
    return {
        next(one for kind in kinds if (one := ctid(kind, key)) in known.labels): number
        for key, number in numbers.items()
    }


def _communities(known: Landscape, organizations: Pairs, expected: dict[str, Any]) -> None:
    """The file counts those of one run from one seed of another program; what holds over seeds may join two of them."""
    found = communities(organizations, len(known.entries))
    assert (found.outcome, found.linked) == (Outcome.FOUND, len(known.entries) - expected["isolates"])
    assert found.agreement is not None
    assert found.agreement > 0.95
    of = {row: group for group, rows in enumerate(found.groups) for row in rows}
    for first, second in zip(organizations.first.tolist(), organizations.second.tolist(), strict=True):
        assert first in of
        assert second in of
    largest = [group for group in found.groups if within_largest(len(known.entries), organizations, group[0])]
    assert abs(len(largest) - expected["louvain_seed_7_communities_in_largest"]) <= 1
    assert sum(map(len, largest)) == expected["largest_components"][0]


def within_largest(size: int, pairs: Pairs, row: int) -> bool:
    """Whether a row hangs together with most others."""
    reached, waiting = {row}, [row]
    beside: dict[int, set[int]] = {}
    for a, b in pairs.keys:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    while waiting:
        new = beside.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return 2 * len(reached) > size


def _funders(known: Landscape, expected: dict[str, Any]) -> None:
    links = {(role.entry, known.parties[role.party].name) for role in known.roles if role.kind == "funder"}
    assert len(links) == expected["funder_links"]
    by_name = Counter(name for _, name in links)
    of_entry: dict[str, set[str]] = {}
    for entry, name in links:
        of_entry.setdefault(entry, set()).add(name)
    alone = sum(len(names) == 1 for names in of_entry.values())
    both = sum({"Lumina Foundation", "Walmart"} <= names for names in of_entry.values())
    counts = (len(of_entry), alone, both)
    assert counts == tuple(expected[key] for key in ("with_funders", "single_funder", "lumina_and_walmart"))
    funders: dict[str, set[str]] = {}
    for ctid_, one in known.entries.items():
        for block in one.blocks:
            funders.setdefault(block, set()).update(of_entry.get(ctid_, ()))
    numbers = {block: len(names) for block, names in funders.items() if names}
    assert numbers == of_blocks(known, expected["funders_per_block"])
    assert (by_name["Lumina Foundation"], by_name["Walmart"]) == (expected["lumina"], expected["walmart"])
    assert len(by_name) == expected["distinct_funders"]
    shares = [number / len(links) for number in by_name.values()]
    assert round(sum(share * share for share in shares), 4) == expected["funder_concentration_hhi"]
    together: Counter[str] = Counter()
    for names in of_entry.values():
        together.update(" + ".join(pair) for pair in combinations(sorted(names), 2))
    assert {pair: together[pair] for pair in expected["cofunding_pairs"]} == expected["cofunding_pairs"]


@pytest.mark.usefixtures("_loaded")
def test_mergers_change_the_graph_and_leave_it_when_undone(expected: dict[str, Any]) -> None:
    before = landscape(TODAY)
    usa, strada = ctid("funder", "usa-funds"), ctid("funder", "strada-education-foundation")
    decision = decisions.same(strada, usa, author=None, reason="USA Funds was renamed.")
    merged = landscape(TODAY)
    assert len(joined(merged, Layer.FUNDERS)) == expected["pairs_sharing_a_funder"] + 5
    assert usa not in merged.parties
    assert merged.parties[strada].merged == (usa,)
    assert {grant.funder for grant in merged.grants} & {usa, strada} == {strada}
    decisions.undo(decision.pk, author=None)
    assert landscape(TODAY) == before


@pytest.mark.usefixtures("_loaded")
def test_the_two_times_are_never_confused() -> None:
    def leads(known: Landscape) -> set[str]:
        found = {role.party for role in known.roles if role.entry == REWORK and role.kind == "lead"}
        return {known.parties[party].name for party in found}

    now = datetime.now(UTC)
    assert leads(landscape("2022")) == leads(landscape("2022", now)) == {MARKLE}
    assert leads(landscape(TODAY)) == leads(landscape(TODAY, now)) == {JFF}
    loaded = Release.objects.earliest("loaded_at").loaded_at
    assert landscape("2022", datetime(2022, 1, 1, tzinfo=UTC)).entries == {}, "valid then, and not known then"
    assert landscape("", now) == landscape_known(now)
    assert loaded <= now


def landscape_known(at: datetime) -> Landscape:
    """What is known now, said with the time at which it was asked."""
    return replace(landscape(), known_at=at.isoformat())


@pytest.mark.usefixtures("_loaded")
def test_reading_takes_a_constant_number_of_queries() -> None:
    with CaptureQueriesContext(connection) as now:
        landscape(TODAY)
    with CaptureQueriesContext(connection) as then:
        landscape(TODAY, datetime.now(UTC))
    assert (len(now), len(then)) <= (5, 8)


@pytest.mark.usefixtures("_loaded")
def test_a_pooled_fund_passes_on_what_others_gave() -> None:
    known = landscape(TODAY)
    fund = ctid("funder", "skillsfwd")
    [given] = [grant for grant in known.grants if grant.funder == fund]
    assert (given.given_by_entry, given.number) == (True, 6)
    assert (given.each, given.amount) == (Decimal(1_400_000), Decimal(8_400_000))
    assert {known.parties[party].name for party in given.passes_on} == {
        "Charles Koch Foundation",
        "Strada Education Foundation",
        "Walmart",
        "Ascendium Education Group",
    }
    part = known.parties[ctid("funder", "institute-of-education-sciences-u-s-department-of-education")]
    assert known.parties[part.parent].name == "U.S. Department of Education"
    assert known.parties[ctid("funder", "usa-funds")].later_names == (
        "Strada Education Network",
        "Strada Education Foundation",
    )
