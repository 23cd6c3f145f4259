"""`learnwork survey`: tables from a file, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from learnwork.cli.app import run


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    rows = ["respondent,item,answer"]
    rows += [f"r{n},partners,{'yes' if n < 11 else 'no'}" for n in range(12)]
    rows += [f"r{n},website,{'yes' if n < 4 else 'no' if n < 9 else ''}" for n in range(12)]
    rows += [f"r{n},staff,{n + 1}" for n in range(11)] + ["r11,staff,11 of 12"]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert run(["survey", *arguments, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    made["tables"] = {table["key"]: table["rows"] for table in made["tables"]}
    return made


def test_it_works(answers: Path, capsys):
    made = said(capsys, "analyse", str(answers), "--intervals", "95")
    partners, website = made["tables"]["items"]
    assert (partners["yes"], partners["base"], partners["share"], partners["band"]) == (
        11,
        12,
        91.67,
        "most common",
    )
    assert (partners["wilson_low"], partners["jeffreys_high"]) == (64.61, 99.09)
    assert website["certain"].startswith("no")
    staff = made["tables"]["summaries"][0]
    assert (staff["lowest"], staff["median"], staff["highest"], staff["base"]) == (1, 6, 11, 11)
    assert [issue["code"] for issue in made["issues"]] == ["answer-unclear"]


def test_in_words(answers: Path, capsys):
    assert run(["survey", "analyse", str(answers), "--similarity", "--reconcile"]) == 0
    out = capsys.readouterr().out
    for words in ("Most common features", "91.67%", "Simple matching", "11 of 12", "answer-unclear"):
        assert words in out


def test_limits_are_editable(answers: Path, capsys):
    made = said(capsys, "analyse", str(answers), "--most", "0.95", "--least", "1/10")
    assert {row["band"] for row in made["tables"]["items"]} == {"between"}


def test_what_is_withheld_is_in_no_table_and_no_file(answers: Path, tmp_path: Path, capsys):
    made = said(capsys, "analyse", str(answers), "--withhold-under", "3", "--out", str(tmp_path / "out"))
    partners = made["tables"]["items"][0]
    assert partners["no"] == partners["share"] == "withheld (small group)"
    assert "grid" not in made["tables"]
    assert made["tables"]["most_common"] == []
    assert "withheld" in (tmp_path / "out" / "items.csv").read_text()
    assert (tmp_path / "out" / "most_common.svg").read_text().startswith("<svg")


def test_percentages_alone(tmp_path: Path, capsys):
    path = tmp_path / "printed.csv"
    path.write_text("item,percent\na,91.67\nb,41.67\nc,44.44\nd,8.33\n")
    made = said(
        capsys, "published", str(path), "--invited", "11", "--response-rate", "100", "--surveyed", "9"
    )
    assert (made["stated_base"], made["respondents_inferred"], made["unnamed"]) == (11, 12, 5)
    codes = [row["code"] for row in made["tables"]["contradictions"]]
    assert codes == ["base-stated", "base-smaller"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--most", "1/4"], 1), (["--most", "three quarters"], 2), (["--intervals", "200"], 1)],
)
def test_what_cannot_be_done_is_said(answers: Path, capsys, arguments: list[str], code: int):
    assert run(["survey", "analyse", str(answers), *arguments]) == code
    assert capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path, capsys):
    assert run(["survey", "analyse", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
