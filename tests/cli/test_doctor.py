from __future__ import annotations

import json
from pathlib import Path


def findings(run, **kwargs) -> dict[str, tuple[str, str]]:
    said = json.loads(run("doctor", "--json", **kwargs).stdout)["findings"]
    return {one["what"]: (one["state"], one["message"]) for one in said}


def test_an_installation_that_is_well_is_found_well(loaded):
    found = findings(loaded)
    assert {found[what][0] for what in ("settings", "migrations", "database", "index", "references")} == {
        "well"
    }
    assert loaded("doctor").stdout.count("well") >= 5


def test_an_index_that_is_behind_is_a_warning_with_a_mend(changed, samples):
    changed("load", "ctdl", samples / "doubtful.json", "--no-index")
    said = json.loads(changed("doctor", "--json").stdout)["findings"]
    (index,) = [one for one in said if one["what"] == "index"]
    assert (index["state"], "index follow" in index["mend"]) == ("warning", True)
    changed("index", "follow")
    assert findings(changed)["index"][0] == "well"


def test_an_empty_installation_is_made_and_found_well(learnwork):
    assert findings(learnwork)["migrations"][0] == "warning"
    assert findings(learnwork)["migrations"][0] == "well"


def test_what_was_left_behind_is_named(changed, copied):
    left = Path(copied["LEARNWORK_DATA"]) / ".restore-abc"
    left.mkdir()
    assert str(left) in findings(changed)["leftovers"][1]


def test_a_public_site_is_held_to_more(changed):
    found = findings(changed, LEARNWORK_BASE_URL="https://registry.example.org")
    assert found["settings"][0] in ("well", "warning")
    found = findings(changed, LEARNWORK_BASE_URL="https://registry.example.org", LEARNWORK_DEBUG="1")
    assert found["settings"][0] == "warning"


def test_rebuilding_changes_nothing_that_is_shown(changed):
    before = changed("export").stdout
    assert findings(changed, code=0)["database"][0] == "well"
    said = changed("doctor", "--rebuild").stdout
    assert "3 resources were composed again" in said
    assert changed("export").stdout == before


def test_the_index_says_how_far_it_is(changed):
    said = json.loads(changed("index", "status", "--json").stdout)
    assert said["behind"] == 0
    assert said["changes"] > 0
    assert json.loads(changed("index", "rebuild", "--json").stdout) == {"indexed": 3}
    assert json.loads(changed("index", "status", "--json").stdout)["behind"] == 0
