from __future__ import annotations

import json

import pytest

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"
BAKERY = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c03"


@pytest.fixture
def ruling(changed):
    changed("user", "add", "alice", "--role", "curator", stdin="correct horse battery staple\n")
    return changed


def test_only_who_may_rule_rules(changed):
    changed("user", "add", "bob", stdin="correct horse battery staple\n")
    arguments = ["curate", "retire", WELDING, "--reason", "Closed."]
    assert changed(*arguments, "--as", "bob", code=1).stderr.startswith("not-allowed: bob may not rule")
    assert changed(*arguments, "--as", "nobody", code=1).stderr.startswith("user-unknown: ")
    assert "--as" in changed(*arguments, code=2).stderr


def test_a_resource_is_retired_and_brought_back(ruling):
    said = json.loads(
        ruling("curate", "retire", WELDING, "--as", "alice", "--reason", "Closed in May.", "--json").stdout
    )
    assert (said["kind"], said["author"], said["reason"]) == ("retire", "alice", "Closed in May.")
    shown = ruling("show", WELDING).stdout
    assert "retired on " in shown
    assert "Closed in May." in shown
    found = json.loads(ruling("find", "harbour welding", "--json").stdout)
    assert WELDING not in [hit["ctid"] for hit in found["hits"]]
    ruling("curate", "undo", said["number"], "--as", "alice")
    assert json.loads(ruling("show", WELDING, "--json").stdout)["status"] == "current"
    (listed,) = json.loads(ruling("curate", "decisions", "--json").stdout)["decisions"]
    assert listed["undone_by"] == "alice"


def test_two_resources_are_made_one_and_two_again(ruling):
    before = ruling("show", WELDING, "--json").stdout
    said = json.loads(
        ruling("curate", "same", WELDING, BAKERY, "--as", "alice", "--reason", "One.", "--json").stdout
    )
    assert json.loads(ruling("show", BAKERY, "--json").stdout)["tombstone"]["into"] == WELDING
    ruling("curate", "undo", said["number"], "--as", "alice")
    assert ruling("show", WELDING, "--json").stdout == before


def test_a_ruling_that_cannot_be_is_refused_and_leaves_no_trace(ruling):
    for arguments in (
        ["same", WELDING, WELDING],
        ["prefer", WELDING, "ceterms:flavour", "ctdl:registry.example.org"],
        ["not-same", WELDING, "ctdl:registry.example.org", "nix"],
    ):
        done = ruling("curate", *arguments, "--as", "alice", "--reason", "So it is.", code=1)
        assert done.stderr.startswith("decision-refused: ")
    assert ruling("curate", "retire", "ce-nix", "--as", "alice", "--reason", "x", code=1).stderr.startswith(
        "resource-un"
    )
    assert ruling("curate", "undo", "99", "--as", "alice", code=1).stderr.startswith("decision-refused: ")
    assert json.loads(ruling("curate", "decisions", "--json").stdout) == {"decisions": []}
