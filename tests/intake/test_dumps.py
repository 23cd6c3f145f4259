"""Bulk files: whole or not there, what they hold, and how they are handed out."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.made import reading, said
from tests.web.world import OCCUPATION, PUBLISHED, ctid

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, and the made world in the database."""
    from tests.web import world

    world.load()
    with override_settings(DATA=tmp_path):
        yield tmp_path


def lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_it_works(folder: Path) -> None:
    from learnwork.intake import dumps
    from learnwork.registry import queries
    from learnwork.registry.models import Observation, Resource

    made = dumps.make()
    here = folder / "bulk" / str(made.sequence)
    assert made.sequence == queries.last_change()
    assert dumps.newest() == made
    for file in made.files:
        body = (here / file.name).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file.bytes, file.sha256)
    rows = {file.name: file.rows for file in made.files}
    current = Resource.objects.filter(status="current").count()
    assert rows["resources.ndjson.gz"] == rows["resources.parquet"] == current
    assert sum(count for name, count in rows.items() if name.endswith(".csv.gz")) == current
    shown = Observation.objects.filter(release__status="loaded", release__superseded_at=None)
    assert rows["observations.parquet"] == shown.count()
    assert {one.key: one.licence for one in made.sources}["state-list"] == "CC0-1.0"
    assert next(one for one in made.sources if one.key == "state-list").releases == ["2025"]


def test_what_was_published_goes_out_as_it_came(folder: Path) -> None:
    from learnwork.intake import dumps

    made = dumps.make()
    documents = [
        json.loads(line) for line in lines(folder / "bulk" / str(made.sequence) / "resources.ndjson.gz")
    ]
    badge = next(one for one in documents if one["ceterms:ctid"] == ctid("badge"))
    assert badge == json.loads(PUBLISHED)
    assert ctid("gone") not in {one["ceterms:ctid"] for one in documents}


def test_tables_say_what_a_figure_means(folder: Path) -> None:
    from learnwork.intake import dumps

    here = folder / "bulk" / str(dumps.make().sequence)
    figures = pq.read_table(here / "observations.parquet").to_pylist()
    wage = next(
        one
        for one in figures
        if (one["ctid"], one["measure"], one["area"]) == (OCCUPATION, "oews.annual_median", "us")
    )
    assert (wage["value"], wage["unit"], wage["period"], wage["status"]) == (
        53750.0,
        "USD a year",
        "2025-05",
        "reported",
    )
    shared = next(one for one in figures if one["measure"] == "etpl.quarterly_wage_q8")
    assert (shared["ctid"], shared["group_provider"], shared["value"]) == ("", ctid("college"), None)
    links = pq.read_table(here / "links.parquet").to_pylist()
    assert {
        "subject": ctid("welding"),
        "predicate": "ceterms:offeredBy",
        "object": ctid("college"),
    }.items() <= next(
        one for one in links if one["subject"] == ctid("welding") and one["predicate"] == "ceterms:offeredBy"
    ).items()
    resources = {one["ctid"]: one for one in pq.read_table(here / "resources.parquet").to_pylist()}
    assert resources[ctid("welding")]["providers"] == [ctid("college")]
    assert json.loads(resources[ctid("welding")]["document"])["ceterms:name"]["en"] == "Welding"


def test_the_same_state_gives_the_same_bytes(folder: Path) -> None:
    from learnwork.intake import dumps

    first, second = dumps.make(), dumps.make()
    assert first.files == second.files


def test_the_former_set_stays_and_the_one_before_goes(folder: Path) -> None:
    from learnwork.intake import dumps
    from learnwork.intake.loading import load

    made = [dumps.make().sequence]
    for number in range(2):
        load(reading(said(f"one-{number}", ceterms_name={"en": "One"}), by=f"by-{number}"), "made")
        made.append(dumps.make().sequence)
    assert sorted(path.name for path in (folder / "bulk").iterdir()) == sorted(map(str, made[1:]))


def test_a_set_that_breaks_off_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from learnwork.intake import dumps, tables

    good = dumps.make()

    def broken(path: Path, advance: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "ALL", (*tables.ALL, ("broken", "nothing", broken)))
    with pytest.raises(OSError, match="No space"):
        dumps.make()
    assert dumps.newest() == good
    assert [path.name for path in (folder / "bulk").iterdir()] == [str(good.sequence)]


def test_a_follower_makes_one_when_it_is_due(folder: Path) -> None:
    from learnwork.intake import dumps
    from learnwork.intake.loading import load

    assert dumps.due(timedelta(days=1)), "there is none"
    dumps.make()
    assert not dumps.due(timedelta(0)), "nothing changed"
    load(reading(said("one", ceterms_name={"en": "One"}), by="others"), "made")
    assert dumps.due(timedelta(0))
    assert not dumps.due(timedelta(hours=1)), "it is not old enough"


def test_reading_out_takes_a_number_of_queries_that_does_not_grow(folder: Path) -> None:
    from learnwork.intake import outgoing
    from learnwork.intake.loading import load

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            list(outgoing.items(None))
        return len(asked)

    before = queries()
    load(reading(*(said(f"n{n}", ceterms_name={"en": f"N {n}"}) for n in range(60)), by="many"), "made")
    assert queries() == before


class TestHandedOut:
    def test_whole_in_part_and_not_again(self, folder: Path, client: Client) -> None:
        from learnwork.intake import dumps

        made = dumps.make()
        listed = client.get("/api/bulk").json()
        assert listed["sequence"] == made.sequence
        file = next(one for one in listed["files"] if one["name"] == "links.parquet")
        address = file["url"].partition("8000")[2]
        whole = client.get(address, headers={"Accept-Encoding": "gzip"})
        body = b"".join(whole)  # type: ignore[arg-type]
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert "immutable" in whole["Cache-Control"]
        assert whole["Access-Control-Allow-Origin"] == "*"
        assert client.get(address, headers={"If-None-Match": whole["ETag"]}).status_code == 304
        rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": whole["ETag"]})
        assert (rest.status_code, b"".join(rest)) == (206, body[100:])  # type: ignore[arg-type]
        assert rest["Content-Range"] == f"bytes 100-{len(body) - 1}/{len(body)}"
        other = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"other"'})
        assert other.status_code == 200
        assert client.get(address, headers={"Range": f"bytes={len(body)}-"}).status_code == 416

    @pytest.mark.parametrize(
        "name", ["manifest.json", "nothing.parquet", "..", "%2e%2e%2fsecret.key", "x" * 300]
    )
    def test_only_what_is_listed(self, folder: Path, client: Client, name: str) -> None:
        from learnwork.intake import dumps

        assert client.get(f"/bulk/{dumps.make().sequence}/{name}").status_code == 404
        assert client.get(f"/bulk/{10**25}/{name}").status_code == 404

    def test_before_there_is_one(self, folder: Path, client: Client) -> None:
        response = client.get("/api/bulk")
        assert (response.status_code, response.json()["code"]) == (404, "bulk-unknown")
