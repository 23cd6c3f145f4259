from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from learnwork.cli.app import run


def test_a_good_file_has_no_findings(samples: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["validate", str(samples / "college.json"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["files"][0]
    assert (found["format"], found["documents"], found["errors"]) == ("ctdl", 3, 0)
    assert found["findings"] == []


def test_an_error_fails_and_says_where_and_how_to_mend_it(samples: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["validate", str(samples / "faulty.json")]) == 1
    printed = capsys.readouterr().out
    assert "error ctid-malformed at faulty.json" in printed
    assert "lower-case UUID" in printed


def test_a_warning_fails_only_if_strict(samples: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["validate", str(samples / "doubtful.json")]) == 0
    assert "warning property-unknown at doubtful.json#/ceterms:flavour" in capsys.readouterr().out
    assert run(["validate", str(samples / "doubtful.json"), "--strict"]) == 1


def test_findings_stand_by_file(samples: Path, capsys: pytest.CaptureFixture[str]):
    names = ["college.json", "faulty.json", "doubtful.json"]
    assert run(["validate", *(str(samples / name) for name in names), "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert [Path(one["file"]).name for one in files] == names
    assert [one["errors"] for one in files] == [0, 1, 0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.json", None, "file-unreadable"),
        ("prose.txt", b"Only words.", "format-unknown"),
        ("cut.zip", b"PK\x03\x04 and then nothing", ""),
        ("cut.json", b'{"@graph": [{"ceterms:ctid": "ce-', ""),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(
    name: str, content: bytes | None, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert run(["validate", str(tmp_path / name), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["files"][0]
    assert found["errors"] >= 1
    assert found["findings"][0]["message"]
    assert not code or found["findings"][0]["code"] == code


def test_an_archive_is_read_to_its_last_member(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("college.json", "faulty.json", "doubtful.json"):
            archive.write(samples / name, name)
    assert run(["validate", str(tmp_path / "all.zip"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["files"][0]
    assert (found["documents"], found["errors"], found["warnings"]) == (4, 1, 1)


def test_many_findings_are_counted_and_the_first_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lines = [
        json.dumps(
            {
                "@type": "ceterms:Certificate",
                "ceterms:ctid": f"ce-3a1b0b52-6d0f-4c8e-9d3a-{number:012x}",
                "ceterms:name": {"en": f"Number {number}"},
                "ceterms:flavour": "salty",
            }
        )
        for number in range(300)
    ]
    (tmp_path / "many.ndjson").write_text("\n".join(lines))
    assert run(["validate", str(tmp_path / "many.ndjson"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["files"][0]
    assert (found["documents"], found["warnings"], len(found["findings"])) == (300, 300, 200)


def test_the_library_alone_validates(samples: Path):
    """No Django, no database, no index: `pip install learnwork` is enough."""
    program = (
        "import sys; from learnwork.cli.app import run; code = run(['validate', sys.argv[1]]);"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "assert not loaded & {'django', 'tantivy', 'psycopg', 'structlog', 'gunicorn'}, loaded;"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, samples / "college.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
