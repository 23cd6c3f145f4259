"""The frame of the command: help, errors, exit codes, what a terminal is given."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from learnwork.cli import app, output
from learnwork.cli.app import run
from learnwork.vocabulary.errors import LearnworkError

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"


def test_it_lists_its_commands(capsys: pytest.CaptureFixture[str]):
    assert run(["--help"]) == 0
    printed = capsys.readouterr().out
    for name in (
        "serve",
        "load",
        "find",
        "show",
        "compare",
        "validate",
        "export",
        "index",
        "source",
        "curate",
    ):
        assert f"\n  {name}" in printed
    for name in ("backup", "restore", "doctor", "user", "work"):
        assert f"\n  {name}" in printed


def test_it_prints_its_version(capsys: pytest.CaptureFixture[str]):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("learnwork ")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["load"], ["show"], ["compare", WELDING], ["export", "--type", "nix"]]
)
def test_wrong_usage_gives_two(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(arguments) == 2
    assert "Error" in capsys.readouterr().err


def test_an_error_is_code_sentence_and_mend(capsys: pytest.CaptureFixture[str]):
    assert run(["validate", "--format", "nix", "x"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("format-unknown: There is no format 'nix'.\n")
    assert "The formats are:" in said.err
    assert said.out == ""


def test_an_error_is_json_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]):
    assert run(["validate", "--format", "nix", "--json", "x"]) == 1
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["code"] == "format-unknown"
    assert error.keys() == {"code", "message", "hint", "data"}


def test_no_traceback_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fall(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("learnwork.formats.registry.TABLE", {"nix": ("no_such_module", "FORMAT")})
    assert run(["validate", "--format", "nix", "x"]) == 1
    plain = capsys.readouterr().err
    assert plain.startswith("unforeseen: ")
    assert "Traceback" not in plain
    assert run(["--debug", "validate", "--format", "nix", "x"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "storage-full"),
        (PermissionError(13, "Permission denied", "x"), "storage"),
        (KeyError("x"), "unforeseen"),
    ],
)
def test_errors_of_the_system_are_explained(error: Exception, code: str):
    explained = app._explained(error)
    assert isinstance(explained, LearnworkError)
    assert explained.code == code
    assert explained.hint


def test_errors_of_the_database_are_explained():
    import sqlite3

    from django.db import OperationalError

    assert app._explained(OperationalError("database or disk is full")).code == "storage-full"
    assert app._explained(sqlite3.OperationalError("database or disk is full")).code == "storage-full"
    assert app._explained(OperationalError("unable to open database file")).code == "database-unreachable"


@pytest.mark.parametrize(
    "hostile", ["\x1b[31mred", "\x9b31m", "a\x07b", "abc\u202etxt", "x\r\ny\x00", "\u2066x"]
)
def test_a_terminal_is_given_no_control_characters(hostile: str):
    cleaned = output.safe(hostile)
    assert not any(
        (ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160 or "\u202a" <= c <= "\u202e" for c in cleaned
    )


def test_markup_of_documents_is_printed_not_obeyed(capsys: pytest.CaptureFixture[str]):
    output.say("[bold]x[/bold] [link=http://x]y[/link] :smile:")
    assert capsys.readouterr().out == "[bold]x[/bold] [link=http://x]y[/link] :smile:\n"


def test_nothing_is_lost_on_a_narrow_terminal(learnwork, samples):
    printed = learnwork("load", "ctdl", samples / "college.json", "--dry-run", COLUMNS="30").stdout
    assert "documents: 3 in, 3 new" in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 30
    assert "\x1b" not in printed


def test_a_closed_pipe_ends_quietly(shared):
    arguments = [sys.executable, "-m", "learnwork", "export", "--format", "ndjson"]
    with subprocess.Popen(arguments, env=shared, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "unforeseen" not in said


def test_a_bad_setting_is_named(learnwork):
    done = learnwork("user", "list", code=1, LEARNWORK_DEBUG="perhaps")
    assert done.stderr.startswith(
        "configuration-bad: The environment variable LEARNWORK_DEBUG cannot be used"
    )


def test_a_database_that_does_not_answer_is_named(learnwork):
    url = "postgresql://nobody@127.0.0.1:9/none"
    assert learnwork("user", "list", code=1, LEARNWORK_DATABASE_URL=url).stderr.startswith(
        "database-unreachable: "
    )


def test_a_data_folder_that_cannot_be_is_named(learnwork, tmp_path):
    (tmp_path / "file").write_text("")
    done = learnwork("user", "list", code=1, LEARNWORK_DATA=str(tmp_path / "file"))
    assert done.stderr.startswith("storage: ")
