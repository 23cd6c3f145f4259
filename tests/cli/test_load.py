from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"


def test_a_load_is_reported_searchable_and_recognised_the_second_time(learnwork, samples):
    first = learnwork("load", "ctdl", samples / "college.json", "--json")
    (report,) = json.loads(first.stdout)["releases"]
    assert (report["outcome"], report["documents"]["new"]) == ("loaded", 3)
    found = json.loads(learnwork("find", "harbor weldign", "--json").stdout)
    assert [hit["ctid"] for hit in found["hits"]] == [WELDING]
    assert found["corrected"]
    (again,) = json.loads(learnwork("load", "auto", samples / "college.json", "--json").stdout)["releases"]
    assert (again["outcome"], again["rows"]) == ("unchanged", 0)
    (reread,) = json.loads(learnwork("load", "ctdl", samples / "college.json", "--reread", "--json").stdout)[
        "releases"
    ]
    assert (reread["outcome"], reread["documents"]["unchanged"]) == ("unchanged", 3)


def test_a_dry_run_reports_and_keeps_nothing(learnwork, samples):
    done = learnwork("load", "ctdl", samples / "college.json", "--dry-run")
    assert "dry run" in done.stdout
    assert "3 in, 3 new" in done.stdout
    assert json.loads(learnwork("source", "list", "--json").stdout) == {"sources": []}
    assert learnwork("show", WELDING, code=1).stderr.startswith("resource-unknown: ")


def test_a_refused_row_is_named_with_its_place(learnwork, samples):
    done = learnwork("load", "ctdl", samples / "faulty.json", samples / "college.json")
    assert "error ctid-malformed" in done.stdout
    assert "at faulty.json" in done.stdout


def test_a_release_that_breaks_its_promise_is_held_and_can_be_accepted(learnwork, samples, tmp_path):
    declared = tmp_path / "source.yaml"
    declared.write_text(
        "key: harbour\nname: Harbour College\npublisher: Harbour College\nurl: https://college.example.org\n"
        'licence: CC0\nexpects:\n  resources: {"": [10, null]}\n'
    )
    arguments = ["load", "ctdl", samples / "college.json", "--source", declared]
    held = learnwork(*arguments, code=3)
    assert "The release breaks what its source promises" in held.stdout
    assert "at least 10" in held.stdout
    assert learnwork("show", WELDING, code=1).stderr.startswith("resource-unknown: ")
    assert "held back" in learnwork("source", "releases", "harbour").stdout
    assert "held back" in learnwork("doctor").stdout
    learnwork(*arguments, "--accept")
    assert "Harbour Welding" in learnwork("show", WELDING).stdout


def test_a_source_is_added_before_anything_of_it_is_loaded(learnwork, tmp_path):
    declared = tmp_path / "source.yaml"
    text = "key: harbour\nname: Harbour\npublisher: Harbour\nurl: https://college.example.org\nlicence: CC0\n"
    declared.write_text(text)
    assert json.loads(learnwork("source", "add", declared, "--json").stdout)["new"] is True
    declared.write_text(text + "trust: 90\n")
    changed = json.loads(learnwork("source", "add", declared, "--json").stdout)
    assert (changed["new"], changed["trust"]) == (False, 90)
    assert "90 of 100" in learnwork("source", "show", "harbour").stdout
    declared.write_text("key: harbour\n")
    assert learnwork("source", "add", declared, code=1).stderr.startswith("mapping-bad: ")
    assert learnwork("source", "show", "nix", code=1).stderr.startswith("source-unknown: ")


def test_a_recipe_loads_in_order(learnwork, samples, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("name: Two\nsteps:\n  - {format: soc}\n  - {format: ctdl, files: [college.json]}\n")
    done = learnwork("load", "recipe", recipe, "--root", samples, "--json")
    reports = json.loads(done.stdout)["releases"]
    assert [report["format"] for report in reports] == ["soc", "ctdl"]
    assert all(report["outcome"] == "loaded" for report in reports)
    assert learnwork("load", "recipe", tmp_path / "absent.yaml", code=1).stderr


@pytest.mark.parametrize("arguments", [["nix", "x"], ["ctdl", "absent.json"], ["auto", "absent.json"]])
def test_what_cannot_be_loaded_is_an_error(learnwork, arguments):
    done = learnwork("load", *arguments, code=1)
    code, _, sentence = done.stderr.partition(": ")
    assert code in {"format-unknown", "file-unreadable", "storage"}
    assert sentence.strip()


def test_set_wants_name_and_value(learnwork, samples):
    assert "NAME=VALUE" in learnwork("load", "ctdl", samples / "college.json", "--set", "x", code=2).stderr


def test_a_load_that_is_interrupted_keeps_nothing_and_says_so(learnwork, installation, tmp_path: Path):
    learnwork("user", "list")  # makes the database
    lines = (
        json.dumps(
            {
                "@type": "ceterms:Certificate",
                "ceterms:ctid": f"ce-3a1b0b52-6d0f-4c8e-9d3a-{n:012x}",
                "ceterms:name": {"en": f"Certificate number {n}"},
            }
        )
        for n in range(100_000)
    )
    many = tmp_path / "many.ndjson"
    many.write_text("\n".join(lines))
    # A shell that runs this in the background has children ignore the signal.
    arguments = [sys.executable, "-m", "learnwork", "load", "ctdl", str(many)]
    program = "import os, signal, sys; signal.signal(2, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=installation, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert json.loads(learnwork("source", "list", "--json").stdout) == {"sources": []}
