"""find, show, compare, export: what a person learns from the command line."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"
COLLEGE = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c02"
BAKERY = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c03"


def test_find_ranks_narrows_and_counts(loaded):
    found = json.loads(
        loaded("find", "certificate", "--type", "credential", "--count", "type", "--json").stdout
    )
    assert {hit["ctid"] for hit in found["hits"]} == {WELDING, BAKERY}
    assert found["total"] == 2
    (types,) = [facet for facet in found["facets"] if facet["key"] == "type"]
    assert ("credential", 2) in [(value["value"], value["count"]) for value in types["values"]]
    printed = loaded("find", "harbour", "welding", "--type", "credential").stdout
    assert "Certificate in Harbour Welding\n" in printed
    assert WELDING in printed
    assert "$2,400" in printed
    cheap = json.loads(loaded("find", "--cost-max", "100", "--type", "credential", "--json").stdout)
    assert cheap["total"] == 0


def test_find_says_what_it_did_not_take(loaded):
    done = loaded("find", "welding", "--sort", "beauty")
    assert "sort" in done.stderr.lower() or "beauty" in done.stderr


def test_show_prints_values_with_their_sources(loaded):
    printed = loaded("show", WELDING).stdout
    assert printed.startswith("Certificate in Harbour Welding\n")
    assert "Harbour College" in printed
    assert "$2,400" in printed
    claims = loaded("show", WELDING, "--claims").stdout
    assert "ceterms:subjectWebpage" in claims
    assert "Referred to by 2" in loaded("show", COLLEGE).stdout
    history = json.loads(loaded("show", WELDING, "--history", "--json").stdout)["history"]
    assert len(history) == 1
    assert history[0]["superseded_at"] is None


def test_show_gives_everything_as_json(loaded):
    said = json.loads(loaded("show", WELDING, "--json").stdout)
    assert (said["ctid"], said["type"], said["derived"]) == (WELDING, "ceterms:Certificate", False)
    assert said["claims"]["ceterms:name"][0]["preferred"] is True
    assert {"predicate": "ceterms:offeredBy", "ctid": COLLEGE}.items() <= said["links"][0].items()


def test_show_gives_the_publishers_own_bytes(loaded, samples):
    said = loaded("show", WELDING, "--jsonld").stdout
    published = (samples / "college.json").read_text()
    assert json.loads(said)["ceterms:ctid"] == WELDING
    node = json.loads(published)["@graph"][0]
    assert {key: value for key, value in json.loads(said).items() if key != "@context"} == node


def test_show_knows_what_was_known_when(loaded):
    assert json.loads(loaded("show", WELDING, "--as-of", "2001-01-01").stdout) == {}
    now = json.loads(loaded("show", WELDING, "--as-of", "2999-01-01").stdout)
    assert now["ceterms:name"] == {"en": "Certificate in Harbour Welding"}


def test_compare_marks_what_differs(loaded):
    said = json.loads(loaded("compare", WELDING, BAKERY, "--json").stdout)
    rows = {row["term"]: row for row in said["rows"]}
    assert rows["@type"]["differs"] is False
    assert rows["ceterms:offeredBy"] == {
        "question": rows["ceterms:offeredBy"]["question"],
        "term": "ceterms:offeredBy",
        "answers": ["Harbour College", "Harbour College"],
        "differs": False,
    }
    assert rows["ceterms:estimatedCost"]["answers"][1] == "not known"
    only = json.loads(loaded("compare", WELDING, BAKERY, "--differences", "--json").stdout)["rows"]
    assert only
    assert all(row["differs"] for row in only)
    assert "≠" in loaded("compare", WELDING, BAKERY).stdout
    assert "2 to 5" in loaded("compare", WELDING, WELDING, code=2).stderr


def test_export_gives_back_what_was_published(loaded, samples, tmp_path):
    lines = [json.loads(line) for line in loaded("export").stdout.splitlines()]
    assert lines == [json.loads((samples / "college.json").read_text())], "a graph goes out once and whole"
    loaded("export", "--format", "ctdl", "--type", "credential", "--out", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == [f"{WELDING}.json"]
        assert BAKERY in archive.read(f"{WELDING}.json").decode(), "it is a node of the other's graph"
    rows = list(
        csv.DictReader(io.StringIO(loaded("export", "--type", "credential", "--format", "csv").stdout))
    )
    assert {row["ctid"] for row in rows} == {WELDING, BAKERY}
    assert "--type" in loaded("export", "--format", "xlsx", code=2).stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data") == ["all.zip"]


def test_a_full_disk_is_said_clearly(shared):
    with open("/dev/full", "wb") as full:
        arguments = [sys.executable, "-m", "learnwork", "export"]
        done = subprocess.run(
            arguments, env=shared, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("storage-full: The disk is full")
