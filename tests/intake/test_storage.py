"""What the machine can do to a load: a full disk, another writer."""

from __future__ import annotations

import sqlite3
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from tests.made import ctid, reading, said

from learnwork.intake.loading import StorageBusyError, load
from learnwork.registry import queries, store
from learnwork.registry.models import Change, Envelope, Release, Resource
from learnwork.vocabulary.errors import StorageFullError


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_and_nothing_of_the_release_is_kept() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a full disk is made with SQLite's own bound on pages; PostgreSQL has none")
    load(reading(said("kept", ceterms_name={"en": "Kept"}), by="kept"), "made")
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        before = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    many = [said(str(n), ceterms_name={"en": f"Program {n}" * 20}) for n in range(3_000)]
    try:
        with pytest.raises(StorageFullError, match="disk is full"):
            load(reading(*many), "made")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
    assert (Resource.objects.count(), Release.objects.count()) == (1, 1)
    assert queries.resource(ctid("kept")).name == "Kept"
    assert load(reading(*many), "made").new == 3_000


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_is_told_to_wait() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL the second writer waits for the lock as long as it takes")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageBusyError, match="Another load or ruling"):
            load(reading(said("x", ceterms_name={"en": "X"})), "made")
    finally:
        other.execute("ROLLBACK")
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 60000")
    assert Envelope.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_sequence_of_changes_is_the_order_of_commits() -> None:
    """A writer that has its number holds every other back until it commits, so no follower can pass a gap."""
    load(reading(said("a", ceterms_name={"en": "A"}), said("b", ceterms_name={"en": "B"})), "made")
    first, second = Resource.objects.order_by("id").values_list("id", flat=True)
    holding, go = Event(), Event()

    def other() -> None:
        try:
            with transaction.atomic():
                numbers = store.begin()
                store.append_changes(
                    numbers, [(second, Change.Kind.UPDATED)], Release.objects.get().loaded_at
                )
                holding.set()
                go.wait(20)
        finally:
            connection.close()

    thread = Thread(target=other)
    thread.start()
    assert holding.wait(20)
    before = queries.last_change()
    Thread(target=lambda: (go.wait(0.3), go.set())).start()
    with transaction.atomic():
        numbers = store.begin()
        store.append_changes(numbers, [(first, Change.Kind.UPDATED)], Release.objects.get().loaded_at)
    thread.join(20)
    assert [c.resource_id for c in queries.changes(before)] == [second, first]


@pytest.mark.django_db
def test_things_that_are_part_of_each_other_are_kept_and_shown() -> None:
    load(
        reading(
            said("a", ceterms_name={"en": "A"}, ceterms_isPartOf=[ctid("b")]),
            said("b", ceterms_name={"en": "B"}, ceterms_isPartOf=[ctid("a")]),
            said("c", ceterms_name={"en": "C"}, ceterms_isPartOf=[ctid("c")]),
        ),
        "made",
    )
    assert [link.name for link in queries.links(queries.resource(ctid("a")))] == ["B"]
    assert [node["ceterms:name"]["en"] for node in queries.composed_graph(ctid("a"))["@graph"]] == ["A", "B"]
    assert queries.links(queries.resource(ctid("c"))) == []
